//! The schema in the language server that editors use for YAML: it completes, explains and underlines with it.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

const HEAD: &str = "apiVersion: gallerist/v1\nkind: Product\nkey: a\ndelivery: saas\n";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The server with one document in a folder of its own.
struct Server {
    child: Child,
    input: ChildStdin,
    received: Receiver<Value>,
    settings: Value,
    folder: tempfile::TempDir,
    requests: i64,
    version: i64,
}

impl Server {
    /// Starts the server with these settings for YAML.
    fn start(folder: tempfile::TempDir, settings: Value) -> Self {
        let program = root()
            .join("target/yaml-language-server/node_modules/yaml-language-server/bin/yaml-language-server");
        assert!(program.is_file(), "yaml-language-server is needed; scripts/prepare installs it");
        let mut command = Command::new("node");
        command
            .arg(program)
            .arg("--stdio")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().expect("Node.js is needed; scripts/prepare installs it");
        let mut output = BufReader::new(child.stdout.take().expect("a stream"));
        let (sender, received) = channel();
        std::thread::spawn(move || {
            while let Some(message) = message(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take().expect("a stream");
        let mut server = Self { child, input, received, settings, folder, requests: 0, version: 0 };
        let root_uri = format!("file://{}", server.folder.path().display());
        server.request("initialize", &json!({"processId": null, "rootUri": root_uri, "capabilities": {}}));
        server.send(&json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}));
        let settings = json!({"settings": {"yaml": server.settings}});
        server.send(
            &json!({"jsonrpc": "2.0", "method": "workspace/didChangeConfiguration", "params": settings}),
        );
        server
    }

    fn uri(&self) -> String {
        format!("file://{}/products/a.yaml", self.folder.path().display())
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("the server listens");
        self.input.flush().expect("the server listens");
    }

    /// The next message; what the server asks for is answered.
    fn next(&mut self) -> Value {
        let message = self.received.recv_timeout(PATIENCE).expect("the server says something");
        if message.get("method").is_some() && message.get("id").is_some() {
            let sections = message["params"]["items"].as_array().cloned().unwrap_or_default();
            let answer =
                |item: &Value| if item["section"] == "yaml" { self.settings.clone() } else { json!({}) };
            let result: Vec<Value> = sections.iter().map(answer).collect();
            self.send(&json!({"jsonrpc": "2.0", "id": message["id"], "result": result}));
        }
        message
    }

    fn request(&mut self, method: &str, params: &Value) -> Value {
        self.requests += 1;
        let id = format!("r{}", self.requests);
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        loop {
            let message = self.next();
            if message["id"] == id.as_str() && message.get("method").is_none() {
                return message["result"].clone();
            }
        }
    }

    /// Shows a text, and waits for what is wrong in it by the schema; before the schema is there, nothing is.
    fn show(&mut self, text: &str) -> Vec<Value> {
        self.version += 1;
        let document =
            json!({"uri": self.uri(), "languageId": "yaml", "version": self.version, "text": text});
        let (method, params) = match self.version {
            1 => ("didOpen", json!({"textDocument": document})),
            _ => ("didChange", json!({"textDocument": document, "contentChanges": [{"text": text}]})),
        };
        let method = format!("textDocument/{method}");
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
        loop {
            let message = self.next();
            let found = message["params"]["diagnostics"].as_array().cloned().unwrap_or_default();
            if message["method"] == "textDocument/publishDiagnostics" && !found.is_empty() {
                return found;
            }
        }
    }

    /// What the server answers about the place of `@` in a text, without it. The text is wrong somewhere else, so that the
    /// server is known to have looked.
    fn at(&mut self, method: &str, text: &str) -> Value {
        let at = text.find('@').expect("a place");
        let line = text[..at].matches('\n').count();
        let character = at - text[..at].rfind('\n').map_or(0, |end| end + 1);
        self.show(&format!("{}nobody: 1\n", text.replace('@', "")));
        let position = json!({"line": line, "character": character});
        self.request(method, &json!({"textDocument": {"uri": self.uri()}, "position": position}))
    }

    /// What completion offers at the place of `@`.
    fn offered(&mut self, text: &str) -> Vec<String> {
        let answer = self.at("textDocument/completion", text);
        let items = answer["items"].as_array().unwrap_or_else(|| panic!("no completion: {answer}"));
        items.iter().map(|item| item["label"].as_str().unwrap_or_default().to_owned()).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
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

/// A folder with the product's schema as `gallerist schema` prints it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let printed = Command::new(env!("CARGO_BIN_EXE_gallerist"))
        .args(["schema", "product"])
        .output()
        .expect("the tool runs");
    let schemas = folder.path().join("schemas");
    std::fs::create_dir(&schemas).expect("a folder");
    std::fs::write(schemas.join("product.schema.json"), &printed.stdout).expect("written");
    folder
}

/// The settings that docs/editors.md shows, for a schema in this folder.
fn documented(folder: &Path) -> Value {
    let page = std::fs::read_to_string(root().join("docs/editors.md")).expect("the page");
    let snippet =
        page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a snippet");
    let settings: Value = serde_json::from_str(snippet).expect("the snippet is JSON");
    // An editor makes paths of the workspace absolute before it passes them on.
    let schemas = settings["yaml.schemas"].as_object().expect("schemas").iter();
    let absolute = schemas.map(|(path, globs)| {
        (format!("file://{}", folder.join(path.trim_start_matches("./")).display()), globs.clone())
    });
    let schemas: serde_json::Map<String, Value> = absolute.collect();
    json!({"schemas": schemas, "schemaStore": {"enable": false}, "validate": true, "hover": true, "completion": true})
}

#[test]
fn the_documented_settings_complete_explain_and_underline() {
    let folder = folder();
    let settings = documented(folder.path());
    let mut server = Server::start(folder, settings);
    let found = server.show(&format!("{HEAD}nobody: 1\n"));
    assert_eq!(found[0]["range"]["start"], json!({"line": 4, "character": 0}), "{found:?}");
    assert!(found[0]["message"].as_str().is_some_and(|text| text.contains("nobody")), "{found:?}");

    let modes = ["daily", "monthly", "one-time", "pay-per-use", "quantity", "yearly"];
    let simple = "specifications:\n  - key: s\n    prices:\n      @\n";
    assert_eq!(server.offered(&format!("{HEAD}{simple}")), modes);
    let custom = "specifications:\n  - key: s\n    skus:\n      - prices:\n          @\n";
    assert_eq!(server.offered(&format!("{HEAD}{custom}")), modes);
    assert_eq!(server.offered(&format!("{HEAD}salesType: @\n")), ["common", "joint-operations", "null"]);
    assert_eq!(server.offered(&format!("{HEAD}publicSales: @\n")), ["true", "false", "null"]);
    let fields = server.offered(&format!("{HEAD}specifications:\n  - key: s\n    @\n"));
    assert!(fields.contains(&"trialDays".to_owned()) && !fields.contains(&"key".to_owned()), "{fields:?}");
    let methods = server.offered("apiVersion: gallerist/v1\nkind: Product\nkey: a\ndelivery: @\n");
    assert_eq!(
        methods,
        ["image", "saas", "license", "professional-service", "consulting-service", "hardware"]
    );

    let hover =
        server.at("textDocument/hover", &format!("{HEAD}specifications:\n  - key: s\n    trial@Days: 7\n"));
    let text = hover["contents"]["value"].as_str().unwrap_or_default();
    assert!(text.contains("Days of free trial"), "{hover}");
}

#[test]
fn the_modeline_needs_no_settings() {
    let page = std::fs::read_to_string(root().join("docs/editors.md")).expect("the page");
    let modeline =
        page.lines().find(|line| line.starts_with("# yaml-language-server: $schema=")).expect("a modeline");
    let settings =
        json!({"schemaStore": {"enable": false}, "validate": true, "hover": true, "completion": true});
    let mut server = Server::start(folder(), settings);
    let text = format!("{modeline}\n{HEAD}specifications:\n  - key: s\n    prices:\n      @\n");
    assert_eq!(server.offered(&text), ["daily", "monthly", "one-time", "pay-per-use", "quantity", "yearly"]);
}
