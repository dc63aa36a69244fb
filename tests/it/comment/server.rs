//! A forge on a real socket: it keeps comments, labels and statuses as GitHub and GitLab do, remembers every request,
//! and misbehaves on demand.

use super::issues::KeptIssue;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// One request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Value,
}

/// What a request meets instead of an answer.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// This answer, and nothing happens.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// It is done, and the connection is cut before the answer.
    CutAfter,
    /// It is done, and the body comes one byte at a time, for ever.
    Slow,
    /// It is done, and the body does not end.
    Huge,
    /// Somebody deletes all comments first; then it goes on as usual.
    AllDeletedFirst,
}

/// A comment that is there.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) id: u64,
    pub(crate) author: String,
    pub(crate) body: String,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) comments: Vec<Kept>,
    pub(crate) head: String,
    pub(crate) repository_labels: BTreeMap<String, String>,
    pub(crate) labels: Vec<String>,
    pub(crate) issues: Vec<KeptIssue>,
    /// Which requests brought a commit, and whether they are merged.
    pub(crate) requests: Vec<(String, u64, bool)>,
    pub(crate) statuses: Vec<Value>,
    pub(crate) checks: Vec<Value>,
    pub(crate) seen: Vec<Seen>,
    /// Method, a part of the path, how many requests meet it, and what.
    pub(crate) faults: Vec<(&'static str, &'static str, u32, Fault)>,
    pub(crate) page_max: usize,
    next_id: u64,
}

/// A forge that listens on this machine.
pub(crate) struct Server {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

/// The account that the token speaks for: a program on GitHub, whose token cannot ask; a user on GitLab.
pub(crate) const US_ON_GITHUB: &str = "github-actions[bot]";
pub(crate) const US_ON_GITLAB: &str = "project_1_bot";
pub(crate) const HEAD: &str = "0123456789abcdef0123456789abcdef01234567";

pub(super) type Answer = (u16, Vec<(&'static str, String)>, String);

impl Server {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let first = State { head: HEAD.to_owned(), page_max: 100, next_id: 1, ..State::default() };
        let state = Arc::new(Mutex::new(first));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                // A client that went away is no failure of the server.
                std::thread::spawn(move || drop(serve(stream, &shared)));
            }
        });
        Self { url, state }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn fault(&self, method: &'static str, path: &'static str, times: u32, fault: Fault) {
        self.state().faults.push((method, path, times, fault));
    }

    pub(crate) fn comment(&self, author: &str, body: &str) -> u64 {
        self.state().comment(author, body)
    }

    pub(crate) fn bodies(&self) -> Vec<String> {
        self.state().comments.iter().map(|comment| comment.body.clone()).collect()
    }

    /// The requests of this method whose path has this part.
    pub(crate) fn seen(&self, method: &str, part: &str) -> Vec<Seen> {
        let state = self.state();
        state.seen.iter().filter(|seen| seen.method == method && seen.path.contains(part)).cloned().collect()
    }
}

impl State {
    fn comment(&mut self, author: &str, body: &str) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        self.comments.push(Kept { id, author: author.to_owned(), body: body.to_owned() });
        id
    }

    fn fault(&mut self, seen: &Seen) -> Option<Fault> {
        let fits = |(method, part, times, _): &(&str, &str, u32, Fault)| {
            *method == seen.method && seen.path.contains(part) && *times > 0
        };
        let (_, _, times, fault) = self.faults.iter_mut().find(|fault| fits(fault))?;
        *times -= 1;
        Some(fault.clone())
    }

    fn answer(&mut self, seen: &Seen) -> Answer {
        let parts: Vec<&str> = seen.path.trim_matches('/').split('/').collect();
        match parts.as_slice() {
            ["repos", "acme", "catalog", rest @ ..] => {
                let issues = self.github_issues(seen, rest);
                issues.unwrap_or_else(|| self.github(seen, rest))
            }
            ["projects", "acme%2Fcatalog", rest @ ..] => {
                let issues = self.gitlab_issues(seen, rest);
                issues.unwrap_or_else(|| self.gitlab(seen, rest))
            }
            ["user"] if seen.headers.contains_key("private-token") => {
                (200, vec![], json!({"username": US_ON_GITLAB}).to_string())
            }
            ["job"] => (200, vec![], json!({"user": {"username": US_ON_GITLAB}}).to_string()),
            ["user"] => refusal(403, "Resource not accessible by integration"),
            _ => refusal(404, "Not Found"),
        }
    }

    fn github(&mut self, seen: &Seen, rest: &[&str]) -> Answer {
        let shown = |comment: &Kept| {
            let kind = if comment.author.ends_with("[bot]") { "Bot" } else { "User" };
            let url = format!("https://github.example/acme/catalog/pull/12#issuecomment-{}", comment.id);
            let user = json!({"login": comment.author, "type": kind});
            json!({"id": comment.id, "body": comment.body, "html_url": url, "user": user})
        };
        let body = || seen.body["body"].as_str().unwrap().to_owned();
        match (seen.method.as_str(), rest) {
            ("GET", ["pulls", "12"]) => {
                let labels: Vec<Value> = self.labels.iter().map(|name| json!({"name": name})).collect();
                ok(&json!({"head": {"sha": self.head}, "labels": labels}))
            }
            ("GET", ["issues", "12", "comments"]) => {
                let (part, page, is_last) = self.page(seen);
                let list: Vec<Value> = part.iter().map(shown).collect();
                let next = format!("<https://x.example/?page={}>; rel=\"next\"", page + 1);
                let link =
                    if is_last { "<https://x.example/?page=1>; rel=\"first\"".to_owned() } else { next };
                (200, vec![("link", link)], Value::from(list).to_string())
            }
            ("POST", ["issues", "12", "comments"]) => {
                let id = self.comment(US_ON_GITHUB, &body());
                let made = self.comments.iter().find(|comment| comment.id == id).unwrap();
                (201, vec![], shown(made).to_string())
            }
            ("PATCH", ["issues", "comments", id]) => match self.find(id) {
                Some(comment) => {
                    comment.body = body();
                    ok(&shown(comment))
                }
                None => refusal(404, "Not Found"),
            },
            ("DELETE", ["issues", "comments", id]) => self.delete(id),
            ("POST", ["statuses", _]) => {
                self.statuses.push(seen.body.clone());
                (201, vec![], "{}".to_owned())
            }
            ("GET", ["commits", _, "check-runs"]) => {
                assert_eq!(seen.query["filter"], "latest");
                ok(&json!({"check_runs": self.checks.last().into_iter().collect::<Vec<_>>()}))
            }
            ("POST", ["check-runs"]) => {
                let mut check = seen.body.clone();
                check["id"] = json!(self.checks.len() + 1);
                self.checks.push(check.clone());
                (201, vec![], check.to_string())
            }
            ("PATCH", ["check-runs", id]) => {
                let check = &mut self.checks[id.parse::<usize>().unwrap() - 1];
                check["external_id"] = seen.body["external_id"].clone();
                let more = seen.body["output"]["annotations"].as_array().unwrap().clone();
                check["output"]["annotations"].as_array_mut().unwrap().extend(more);
                ok(&json!({}))
            }
            ("GET", ["labels", name]) => {
                match self.repository_labels.contains_key(&name.replace("%3A", ":").replace("%20", " ")) {
                    true => ok(&json!({})),
                    false => refusal(404, "Not Found"),
                }
            }
            ("POST", ["labels"]) => self.create_label(&seen.body, 422),
            ("POST", ["issues", "12", "labels"]) => {
                let names = seen.body["labels"].as_array().unwrap();
                self.labels.extend(names.iter().map(|name| name.as_str().unwrap().to_owned()));
                ok(&json!([]))
            }
            ("DELETE", ["issues", "12", "labels", name]) => {
                let name = name.replace("%3A", ":").replace("%20", " ");
                self.labels.retain(|label| *label != name);
                ok(&json!([]))
            }
            _ => refusal(404, "Not Found"),
        }
    }

    fn gitlab(&mut self, seen: &Seen, rest: &[&str]) -> Answer {
        let shown = |comment: &Kept| json!({"id": comment.id, "body": comment.body, "author": {"username": comment.author}, "system": false});
        let body = || seen.body["body"].as_str().unwrap().to_owned();
        match (seen.method.as_str(), rest) {
            ("GET", ["merge_requests", "12"]) => ok(&json!({"sha": self.head, "labels": self.labels})),
            ("GET", ["merge_requests", "12", "notes"]) => {
                let (part, page, is_last) = self.page(seen);
                let list: Vec<Value> = part.iter().map(shown).collect();
                let next = if is_last { String::new() } else { (page + 1).to_string() };
                (200, vec![("x-next-page", next)], Value::from(list).to_string())
            }
            ("POST", ["merge_requests", "12", "notes"]) => {
                let id = self.comment(US_ON_GITLAB, &body());
                let made = self.comments.iter().find(|comment| comment.id == id).unwrap();
                (201, vec![], shown(made).to_string())
            }
            ("PUT", ["merge_requests", "12", "notes", id]) => match self.find(id) {
                Some(comment) => {
                    comment.body = body();
                    ok(&shown(comment))
                }
                None => refusal(404, "404 Not found"),
            },
            ("DELETE", ["merge_requests", "12", "notes", id]) => self.delete(id),
            ("POST", ["statuses", _]) => {
                let is_same = self.statuses.last() == Some(&seen.body);
                self.statuses.push(seen.body.clone());
                match is_same {
                    true => refusal(400, "Cannot transition status via :run from :success"),
                    false => (201, vec![], "{}".to_owned()),
                }
            }
            ("POST", ["labels"]) => self.create_label(&seen.body, 409),
            ("PUT", ["merge_requests", "12"]) => {
                let names = |name: &str| -> Vec<String> {
                    let text = seen.body[name].as_str().unwrap();
                    text.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect()
                };
                let removed = names("remove_labels");
                self.labels.retain(|label| !removed.contains(label));
                self.labels.extend(names("add_labels"));
                ok(&json!({}))
            }
            _ => refusal(404, "404 Not found"),
        }
    }

    fn page(&self, seen: &Seen) -> (Vec<Kept>, usize, bool) {
        let number = |name: &str| seen.query.get(name).map_or(1, |text| text.parse::<usize>().unwrap());
        let (page, size) = (number("page"), number("per_page").min(self.page_max));
        let part: Vec<Kept> = self.comments.iter().skip((page - 1) * size).take(size).cloned().collect();
        (part, page, page * size >= self.comments.len())
    }

    fn find(&mut self, id: &str) -> Option<&mut Kept> {
        self.comments.iter_mut().find(|comment| comment.id.to_string() == id)
    }

    fn delete(&mut self, id: &str) -> Answer {
        let before = self.comments.len();
        self.comments.retain(|comment| comment.id.to_string() != id);
        if self.comments.len() < before { (204, vec![], String::new()) } else { refusal(404, "Not Found") }
    }

    fn create_label(&mut self, body: &Value, status: u16) -> Answer {
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        if self.repository_labels.contains_key(&text("name")) {
            return refusal(status, "already_exists");
        }
        self.repository_labels.insert(text("name"), text("color"));
        (201, vec![], "{}".to_owned())
    }
}

pub(super) fn ok(value: &Value) -> Answer {
    (200, vec![], value.to_string())
}

fn refusal(status: u16, message: &str) -> Answer {
    (status, vec![], json!({"message": message}).to_string())
}

fn serve(stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let Some(seen) = read(&mut reader)? else { return Ok(()) };
    let (fault, answer) = {
        let mut state = state.lock().unwrap();
        state.seen.push(seen.clone());
        let fault = state.fault(&seen);
        if matches!(fault, Some(Fault::AllDeletedFirst)) {
            state.comments.clear();
        }
        match fault {
            Some(Fault::Answer(status, headers, body)) => (None, (status, headers, body)),
            fault => (fault, state.answer(&seen)),
        }
    };
    write(stream, fault.as_ref(), answer)
}

fn read(reader: &mut impl BufRead) -> std::io::Result<Option<Seen>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) => headers.insert(name.to_lowercase(), value.to_owned()),
            None => break,
        };
    }
    let length = headers.get("content-length").map_or(0, |text| text.parse::<usize>().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() };
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let pair = |pair: &str| pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    let query = query.split('&').filter_map(pair).collect();
    Ok(Some(Seen { method, path: path.to_owned(), query, headers, body }))
}

fn write(
    mut stream: TcpStream,
    fault: Option<&Fault>,
    (status, headers, body): Answer,
) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    match fault {
        Some(Fault::CutAfter) => Ok(()),
        Some(Fault::Slow) => {
            write!(stream, "{head}content-length: 100000\r\n\r\n")?;
            loop {
                stream.write_all(b" ")?;
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        Some(Fault::Huge) => {
            write!(stream, "{head}\r\n[")?;
            loop {
                stream.write_all(&[b' '; 1 << 16])?;
            }
        }
        Some(Fault::Answer(..) | Fault::AllDeletedFirst) | None => {
            write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len())
        }
    }
}
