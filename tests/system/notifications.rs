//! The lines of Python on the page about notifications accept what we send, and nothing else.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The first block of Python on the page.
fn example() -> String {
    let page = std::fs::read_to_string(root().join("docs/service.md")).unwrap();
    let (_, rest) = page.split_once("```python\n").unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

fn gallerist(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gallerist"));
    command.env_clear().env("HOME", folder).env("GALLERIST_WEBHOOK_SECRET", SECRET).current_dir(folder);
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// One message as it comes over the wire: headers and body.
fn message() -> (BTreeMap<String, String>, Vec<u8>) {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path();
    gallerist(folder, &["init", "--name", "acme"]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let config = folder.join("gallerist.yaml");
    let text = std::fs::read_to_string(&config).unwrap();
    let notify = format!("{text}\nnotify:\n  - {{url: \"{url}\", secret: GALLERIST_WEBHOOK_SECRET}}\n");
    std::fs::write(&config, notify).unwrap();
    gallerist(folder, &["reconcile"]);
    gallerist(folder, &["sandbox", "review", "--approve-all"]);
    let received = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut headers = BTreeMap::new();
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        loop {
            line.clear();
            reader.read_line(&mut line).unwrap();
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            headers.insert(name.to_lowercase(), value.to_owned());
        }
        let mut body = vec![0; headers["content-length"].parse().unwrap()];
        reader.read_exact(&mut body).unwrap();
        write!(stream, "HTTP/1.1 204 X\r\nconnection: close\r\n\r\n").unwrap();
        (headers, body)
    });
    gallerist(folder, &["reconcile"]);
    received.join().unwrap()
}

/// What the page's Python says of a message.
fn python(headers: &BTreeMap<String, String>, body: &[u8], secret: &str) -> bool {
    let asked = "import json, sys\nasked = json.load(sys.stdin)\n\
                 print(is_ours(asked['headers'], asked['body'].encode(), asked['secret']))\n";
    let mut child = Command::new("python3")
        .args(["-I", "-c", &format!("{}{asked}", example())])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is needed");
    let body = String::from_utf8(body.to_vec()).unwrap();
    let text = serde_json::json!({ "headers": headers, "body": body, "secret": secret }).to_string();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    match String::from_utf8(output.stdout).unwrap().trim() {
        "True" => true,
        "False" => false,
        other => panic!("{other}"),
    }
}

#[test]
fn the_example_on_the_page_tells_our_messages_from_others() {
    let (headers, body) = message();
    assert!(python(&headers, &body, SECRET));
    assert!(python(&headers, &body, SECRET.trim_start_matches("whsec_")));
    let with = |name: &str, value: &str| {
        let mut headers = headers.clone();
        headers.insert(name.to_owned(), value.to_owned());
        headers
    };
    assert!(!python(&headers, &body, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx"), "another secret");
    assert!(!python(&with("webhook-id", "n-1"), &body, SECRET), "another id");
    assert!(!python(&with("webhook-timestamp", "1614265330"), &body, SECRET), "long ago");
    let mut other = body.clone();
    let place = other.iter().position(|byte| *byte == b'a').unwrap();
    other[place] = b'b';
    assert!(!python(&headers, &other, SECRET), "another body");
    let rotated = format!("v1,AAAA {}", headers["webhook-signature"]);
    assert!(python(&with("webhook-signature", &rotated), &body, SECRET), "one of several");
}
