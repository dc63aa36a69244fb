//! A client of the language server: starts the real command and speaks to it over its streams.

use crate::cli_runner::Cli;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long anything may take; only a failure waits for so long.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Client {
    child: Child,
    input: Option<ChildStdin>,
    received: Receiver<Value>,
    requests: i64,
    folder: String,
    /// The newest findings of each document, by its path in the catalog.
    pub(super) findings: BTreeMap<String, Vec<Value>>,
    /// The version that the newest findings are about.
    pub(super) versions: BTreeMap<String, Value>,
    /// How often findings were told.
    pub(super) publications: usize,
    /// What the server wrote into the log.
    pub(super) log: Vec<String>,
    /// Requests of the server.
    pub(super) asked: Vec<Value>,
}

impl Client {
    /// Starts the server and says nothing yet.
    pub(super) fn start(cli: &Cli, arguments: &[&str]) -> Self {
        let arguments = [&["lsp"], arguments].concat();
        let mut child = cli.command(&arguments).stdin(Stdio::piped()).spawn().unwrap();
        let (sender, received) = channel();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            while let Some(message) = message(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let folder = cli.folder().canonicalize().unwrap().to_str().unwrap().to_owned();
        Self {
            input: child.stdin.take(),
            child,
            received,
            requests: 0,
            folder,
            findings: BTreeMap::new(),
            versions: BTreeMap::new(),
            publications: 0,
            log: Vec::new(),
            asked: Vec::new(),
        }
    }

    /// Starts the server in the catalog's folder, with capabilities and more fields of `initialize`.
    pub(super) fn in_workspace(cli: &Cli, arguments: &[&str], more: Value) -> Self {
        let mut client = Self::start(cli, arguments);
        let mut params = json!({
            "processId": null,
            "capabilities": {"textDocument": {"publishDiagnostics": {"relatedInformation": true}}},
            "workspaceFolders": [{"uri": client.uri(""), "name": "catalog"}],
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            params[name] = value.clone();
        }
        let answer = client.request("initialize", params);
        assert_eq!(answer["result"]["serverInfo"]["name"], "gallerist", "{answer}");
        client.notify("initialized", json!({}));
        client
    }

    pub(super) fn uri(&self, path: &str) -> String {
        format!("file://{}/{path}", self.folder).trim_end_matches('/').to_owned()
    }

    /// Writes bytes as they are.
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        // The server may have ended already, which is what some tests want.
        let _ = self.input.as_mut().unwrap().write_all(bytes);
        let _ = self.input.as_mut().unwrap().flush();
    }

    pub(super) fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    pub(super) fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// The answer to a request: a message with `result` or `error`. What is told meanwhile is taken in.
    pub(super) fn request(&mut self, method: &str, params: Value) -> Value {
        self.requests += 1;
        let id = self.requests;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        loop {
            let message =
                self.next().unwrap_or_else(|| panic!("the server ended before it answered {method}"));
            if message["id"] == id && message.get("method").is_none() {
                return message;
            }
        }
    }

    /// The next message, taken in; `None` at the end of the stream.
    pub(super) fn next(&mut self) -> Option<Value> {
        let message = match self.received.recv_timeout(PATIENCE) {
            Ok(message) => message,
            Err(RecvTimeoutError::Timeout) => panic!("nothing came in"),
            Err(RecvTimeoutError::Disconnected) => return None,
        };
        let params = &message["params"];
        match message["method"].as_str() {
            Some("textDocument/publishDiagnostics") => {
                let uri = params["uri"].as_str().unwrap();
                let prefix = format!("{}/", self.uri(""));
                let path = uri.strip_prefix(&prefix).unwrap_or(uri).to_owned();
                self.publications += 1;
                self.versions.insert(path.clone(), params["version"].clone());
                self.findings.insert(path, params["diagnostics"].as_array().unwrap().clone());
            }
            Some("window/logMessage") => self.log.push(params["message"].as_str().unwrap().to_owned()),
            Some(_) if message.get("id").is_some() => self.asked.push(message.clone()),
            _ => {}
        }
        Some(message)
    }

    pub(super) fn open(&mut self, path: &str, version: i64, text: &str) {
        let document = json!({"uri": self.uri(path), "languageId": "yaml", "version": version, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    pub(super) fn change(&mut self, path: &str, version: i64, changes: &Value) {
        let document = json!({"uri": self.uri(path), "version": version});
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    }

    /// Replaces the whole text.
    pub(super) fn rewrite(&mut self, path: &str, version: i64, text: &str) {
        self.change(path, version, &json!([{"text": text}]));
    }

    /// Waits until findings about this version of a document were told by themselves.
    pub(super) fn wait(&mut self, path: &str, version: i64) -> Vec<Value> {
        while self.versions.get(path) != Some(&json!(version)) {
            self.next().expect("the server goes on");
        }
        self.findings[path].clone()
    }

    /// Sees to it that everything was looked at: a question about findings is answered after them.
    pub(super) fn settle(&mut self) {
        let document = json!({"uri": self.uri("none.yaml")});
        let params = json!({"textDocument": document, "position": {"line": 0, "character": 0}});
        let _ = self.request("textDocument/hover", params);
    }

    pub(super) fn at(&mut self, method: &str, path: &str, position: Value) -> Value {
        let document = json!({"uri": self.uri(path)});
        let answer = self.request(method, json!({"textDocument": document, "position": position}));
        answer["result"].clone()
    }

    /// The actions that are offered at a range.
    pub(super) fn actions(&mut self, path: &str, range: Value, only: Option<&str>) -> Vec<Value> {
        let mut context = json!({"diagnostics": []});
        if let Some(only) = only {
            context["only"] = json!([only]);
        }
        let params = json!({"textDocument": {"uri": self.uri(path)}, "range": range, "context": context});
        self.request("textDocument/codeAction", params)["result"].as_array().unwrap().clone()
    }

    /// Ends as the protocol wants; the exit code.
    pub(super) fn shut_down(mut self) -> i32 {
        assert_eq!(self.request("shutdown", Value::Null)["result"], Value::Null);
        self.notify("exit", Value::Null);
        self.ended().code().unwrap()
    }

    /// Closes the stream; the exit code and what was said on stderr.
    pub(super) fn leave(mut self) -> (i32, String) {
        drop(self.input.take());
        let status = self.ended();
        let mut stderr = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        (status.code().unwrap(), stderr)
    }

    fn ended(&mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(started.elapsed() < PATIENCE, "the server does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // Of a test that failed; otherwise it ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn message(output: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        output.read_line(&mut line).ok().filter(|read| *read > 0)?;
        match line.trim_end() {
            "" => break,
            header => {
                length =
                    header.strip_prefix("Content-Length: ").and_then(|text| text.parse().ok()).or(length);
            }
        }
    }
    let mut body = vec![0; length?];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

/// The position of the first occurrence of a word, in UTF-16 units, with an offset into it.
pub(super) fn position(text: &str, word: &str, inside: usize) -> Value {
    let at = text.find(word).unwrap_or_else(|| panic!("`{word}` stands nowhere")) + inside;
    let line = text[..at].matches('\n').count();
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    json!({"line": line, "character": text[start..at].encode_utf16().count()})
}

/// Applies an action's edits to the text of its document.
pub(super) fn applied(text: &str, action: &Value, uri: &str) -> String {
    let edits = action["edit"]["changes"][uri].as_array().unwrap();
    let offset = |position: &Value| {
        let (line, character) =
            (position["line"].as_u64().unwrap() as usize, position["character"].as_u64().unwrap() as usize);
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let mut units = 0;
        let at = text[start..].char_indices().find(|(_, c)| {
            let here = units >= character;
            units += c.len_utf16();
            here
        });
        start + at.map_or(text.len() - start, |(at, _)| at)
    };
    let mut ranges: Vec<(usize, usize, &str)> = edits
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            (offset(&range["start"]), offset(&range["end"]), edit["newText"].as_str().unwrap())
        })
        .collect();
    ranges.sort_unstable();
    let mut out = text.to_owned();
    for (start, end, with) in ranges.into_iter().rev() {
        out.replace_range(start..end, with);
    }
    out
}

pub(super) fn rules(findings: &[Value]) -> Vec<&str> {
    findings.iter().map(|found| found["code"].as_str().unwrap()).collect()
}
