//! The issues of the forge in tests: listed by label, opened, changed, closed and reopened.

use super::server::{Answer, Seen, State, US_ON_GITHUB, US_ON_GITLAB, ok};
use serde_json::{Value, json};

/// An issue that is there.
#[derive(Debug, Clone)]
pub(crate) struct KeptIssue {
    pub(crate) number: u64,
    pub(crate) author: String,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) is_open: bool,
    pub(crate) labels: Vec<String>,
}

impl KeptIssue {
    fn on_github(&self) -> Value {
        let kind = if self.author.ends_with("[bot]") { "Bot" } else { "User" };
        let state = if self.is_open { "open" } else { "closed" };
        json!({
            "number": self.number, "title": self.title, "body": self.body, "state": state,
            "html_url": format!("https://github.example/acme/catalog/issues/{}", self.number),
            "user": {"login": self.author, "type": kind},
        })
    }

    fn on_gitlab(&self) -> Value {
        let state = if self.is_open { "opened" } else { "closed" };
        json!({
            "iid": self.number, "title": self.title, "description": self.body, "state": state,
            "web_url": format!("https://gitlab.example/acme/catalog/-/issues/{}", self.number),
            "author": {"username": self.author},
        })
    }
}

impl State {
    /// Somebody opens an issue; its number.
    pub(crate) fn open_issue(&mut self, author: &str, title: &str, body: &str, labels: &[&str]) -> u64 {
        let number = self.issues.len() as u64 + 1;
        let labels = labels.iter().map(|label| (*label).to_owned()).collect();
        let (author, title, body) = (author.to_owned(), title.to_owned(), body.to_owned());
        self.issues.push(KeptIssue { number, author, title, body, is_open: true, labels });
        number
    }

    fn labelled(&self, seen: &Seen, shown: impl Fn(&KeptIssue) -> Value) -> Answer {
        let label = seen.query["labels"].clone();
        let list = self.issues.iter().filter(|issue| issue.labels.contains(&label));
        ok(&Value::from(list.map(shown).collect::<Vec<_>>()))
    }

    pub(super) fn github_issues(&mut self, seen: &Seen, rest: &[&str]) -> Option<Answer> {
        let text = |name: &str| seen.body[name].as_str();
        Some(match (seen.method.as_str(), rest) {
            ("GET", ["issues"]) => {
                assert_eq!((seen.query["state"].as_str(), seen.query["per_page"].as_str()), ("all", "100"));
                self.labelled(seen, KeptIssue::on_github)
            }
            ("POST", ["issues"]) => {
                let label = seen.body["labels"][0].as_str()?;
                let number = self.open_issue(US_ON_GITHUB, text("title")?, text("body")?, &[label]);
                (201, vec![], self.issues[number as usize - 1].on_github().to_string())
            }
            ("PATCH", ["issues", number]) => {
                let issue = self.issues.iter_mut().find(|issue| issue.number.to_string() == **number)?;
                if let Some(body) = text("body") {
                    issue.body = body.to_owned();
                }
                issue.is_open = text("state").map_or(issue.is_open, |state| state == "open");
                ok(&issue.on_github())
            }
            ("DELETE", ["issues", number, "labels", label]) if *number != "12" => {
                let issue = self.issues.iter_mut().find(|issue| issue.number.to_string() == **number)?;
                issue.labels.retain(|known| known != label);
                ok(&json!([]))
            }
            ("GET", ["commits", commit, "pulls"]) => {
                let pulls = self.requests.iter().filter(|(known, ..)| known == commit);
                let merged = |is: bool| if is { json!("2026-11-01T00:00:00Z") } else { Value::Null };
                let pulls: Vec<Value> = pulls
                    .map(|(_, number, is_merged)| json!({"number": number, "merged_at": merged(*is_merged)}))
                    .collect();
                ok(&Value::from(pulls))
            }
            _ => return None,
        })
    }

    pub(super) fn gitlab_issues(&mut self, seen: &Seen, rest: &[&str]) -> Option<Answer> {
        let text = |name: &str| seen.body[name].as_str();
        Some(match (seen.method.as_str(), rest) {
            ("GET", ["issues"]) => {
                assert_eq!(seen.query["scope"], "all", "an issue may be somebody else's to GitLab");
                self.labelled(seen, KeptIssue::on_gitlab)
            }
            ("POST", ["issues"]) => {
                let number =
                    self.open_issue(US_ON_GITLAB, text("title")?, text("description")?, &[text("labels")?]);
                (201, vec![], self.issues[number as usize - 1].on_gitlab().to_string())
            }
            ("PUT", ["issues", number]) => {
                let issue = self.issues.iter_mut().find(|issue| issue.number.to_string() == **number)?;
                if let Some(body) = text("description") {
                    issue.body = body.to_owned();
                }
                match text("state_event") {
                    Some("close") => issue.is_open = false,
                    Some("reopen") => issue.is_open = true,
                    other => assert_eq!(other, None),
                }
                if let Some(label) = text("remove_labels") {
                    issue.labels.retain(|known| known != label);
                }
                ok(&issue.on_gitlab())
            }
            ("GET", ["repository", "commits", commit, "merge_requests"]) => {
                let found = self.requests.iter().filter(|(known, ..)| known == commit);
                let state = |is_merged: bool| if is_merged { "merged" } else { "opened" };
                let found: Vec<Value> = found
                    .map(|(_, number, is_merged)| json!({"iid": number, "state": state(*is_merged)}))
                    .collect();
                ok(&Value::from(found))
            }
            _ => return None,
        })
    }
}
