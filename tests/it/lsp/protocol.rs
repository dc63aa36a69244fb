//! Beginning, ending, and messages that make no sense.

use super::client::{Client, position, rules};
use super::{catalog, client, product};
use serde_json::{Value, json};
use std::time::Instant;

#[test]
fn the_end_is_as_agreed_or_not() {
    let cli = catalog();
    assert_eq!(client(&cli).shut_down(), 0);
    let mut abrupt = client(&cli);
    abrupt.notify("exit", Value::Null);
    assert_eq!(abrupt.leave().0, 1);
    let (code, stderr) = client(&cli).leave();
    assert_eq!((code, stderr.as_str()), (1, "error: the editor left without a shutdown\n"));
    let mut before = Client::start(&cli, &[]);
    before.notify("exit", Value::Null);
    assert_eq!(before.leave().0, 1);
    let mut after = client(&cli);
    let _ = after.request("shutdown", Value::Null);
    assert_eq!(after.request("textDocument/hover", json!({}))["error"]["code"], -32600);
    assert_eq!(after.leave().0, 1);
}

#[test]
fn what_comes_too_early_or_is_not_known_is_answered_with_an_error() {
    let cli = catalog();
    let mut client = Client::start(&cli, &[]);
    client.open("products/a.yaml", 1, "nothing happens before initialize");
    assert_eq!(client.request("textDocument/hover", json!({}))["error"]["code"], -32002);
    assert_eq!(client.request("shutdown", Value::Null)["error"]["code"], -32002);
    let answer = client.request("initialize", json!({"capabilities": {}, "processId": null}));
    assert_eq!(answer["result"]["capabilities"]["positionEncoding"], "utf-16");
    client.notify("initialized", json!({}));
    assert_eq!(client.request("initialize", json!({"capabilities": {}}))["error"]["code"], -32600);
    assert_eq!(client.request("textDocument/rename", json!({}))["error"]["code"], -32601);
    assert_eq!(client.request("textDocument/hover", json!({"wrong": 1}))["error"]["code"], -32602);
    client.notify("$/unknown", json!({}));
    client.notify("textDocument/didOpen", json!({"wrong": 1}));
    client.notify(
        "textDocument/didChange",
        json!({"textDocument": {"uri": "file:///x", "version": 1}, "contentChanges": [{"text": ""}]}),
    );
    assert_eq!(client.publications, 0);
    assert!(client.asked.is_empty(), "an editor that watches no files is not asked to");
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn a_message_that_cannot_be_read_stops_nothing() {
    let cli = catalog();
    let mut client = client(&cli);
    for body in ["{not json", "[]", "null", "{\"id\": {}, \"method\": 1}"] {
        client.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
        let answer = client.next().unwrap();
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&Value::Null, &json!(-32700)), "{body}");
    }
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn garbage_between_messages_ends_the_server_with_a_word() {
    let cli = catalog();
    let garbage: [&[u8]; 4] = [
        b"GET / HTTP/1.1\r\n\r\n",
        b"Content-Length: 18446744073709551615\r\n\r\n{}",
        b"Content-Length: -1\r\n\r\n",
        b"\xff\xff\xff\xff\r\n\r\n",
    ];
    for bytes in garbage {
        let mut client = client(&cli);
        client.raw(bytes);
        let (code, stderr) = client.leave();
        assert_eq!(code, 1, "{stderr}");
        assert!(stderr.starts_with("error: cannot read from the editor: "), "{stderr}");
    }
}

#[test]
fn a_huge_document_is_refused_as_check_refuses_it() {
    let cli = catalog();
    cli.write("products/a.yaml", &product("a", ""));
    let mut client = client(&cli);
    let huge = product("a", &"# a comment that is one of very many\n".repeat(600_000));
    client.open("products/a.yaml", 1, &huge);
    let found = client.wait("products/a.yaml", 1);
    assert!(rules(&found).contains(&"file-too-large"), "{found:?}");
    client.rewrite("products/a.yaml", 2, &product("a", ""));
    assert!(!rules(&client.wait("products/a.yaml", 2)).contains(&"file-too-large"));
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn positions_count_bytes_where_the_editor_offers_that() {
    let cli = catalog();
    let text = product("a", "# é\nname: 'é😀' \nseo: {title: 'é😀', nmae: x}\n");
    cli.write("products/a.yaml", &text);
    let general = json!({"capabilities": {"general": {"positionEncodings": ["utf-32", "utf-8"]}}});
    for (more, character) in [(general, 23), (json!({}), 20)] {
        let mut client = Client::in_workspace(&cli, &[], more);
        client.open("products/a.yaml", 1, &text);
        let found = client.wait("products/a.yaml", 1);
        let found = found.iter().find(|found| found["code"] == "unknown-field").unwrap();
        assert_eq!(found["range"]["start"], json!({"line": 6, "character": character}));
        assert_eq!(client.shut_down(), 0);
    }
    assert_eq!(position(&text, "nmae", 0)["character"], 20);
}

#[test]
fn while_somebody_types_only_the_newest_text_is_looked_at() {
    let cli = catalog();
    cli.write("products/a.yaml", &product("a", ""));
    let mut client = client(&cli);
    client.open("products/a.yaml", 0, &product("a", ""));
    let started = Instant::now();
    for version in 1..=200 {
        client.rewrite("products/a.yaml", version, &product("a", &format!("nmae: x{version}\n")));
    }
    let found = client.wait("products/a.yaml", 200);
    assert!(rules(&found).contains(&"unknown-field"));
    assert!(client.publications < 100, "{} publications in {:?}", client.publications, started.elapsed());
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn an_editor_that_watches_files_is_told_which() {
    let cli = catalog();
    let workspace = json!({"didChangeWatchedFiles": {"dynamicRegistration": true}});
    let mut client = Client::in_workspace(&cli, &[], json!({"capabilities": {"workspace": workspace}}));
    while client.asked.is_empty() {
        client.next().unwrap();
    }
    assert_eq!(client.asked[0]["method"], "client/registerCapability");
    assert_eq!(client.shut_down(), 0);
}
