//! `gallerist lsp`: a real client over the streams of the real command.

mod agreement;
mod client;
mod protocol;
mod released;

use crate::cli_runner::Cli;
use client::{Client, applied, position, rules};
use serde_json::{Value, json};

const CATALOG: &str = "apiVersion: gallerist/v1\nkind: Catalog\nname: c\ntargets:\n  intl: {site: intl}\n";

const PRODUCT: &str = "apiVersion: gallerist/v1\nkind: Product\nkey: KEY\ndelivery: saas\n";

fn product(key: &str, lines: &str) -> String {
    PRODUCT.replace("KEY", key) + lines
}

fn catalog() -> Cli {
    let cli = Cli::new();
    cli.write("gallerist.yaml", CATALOG);
    cli
}

fn client(cli: &Cli) -> Client {
    Client::in_workspace(cli, &[], json!({}))
}

#[test]
fn findings_follow_the_text_while_it_is_typed() {
    let cli = catalog();
    cli.write("products/a.yaml", &product("a", ""));
    let mut client = client(&cli);
    let wrong = product("a", "nmae: 😀\nsalesType: Common\n");
    client.open("products/a.yaml", 1, &wrong);
    let found = client.wait("products/a.yaml", 1);
    assert!(
        rules(&found).contains(&"unknown-field") && rules(&found).contains(&"unknown-value"),
        "{found:?}"
    );
    let value = found.iter().find(|found| found["code"] == "unknown-value").unwrap();
    assert_eq!(value["source"], "gallerist");
    assert_eq!(value["severity"], 1);
    assert_eq!(value["range"]["start"], position(&wrong, "Common", 0));
    assert_eq!(value["range"]["end"], position(&wrong, "Common", 6));
    // Two edits in one message, the second in the text after the first.
    let start = json!({"line": 4, "character": 0});
    let edits = json!([
        {"range": {"start": start, "end": {"line": 4, "character": 4}}, "text": "name"},
        {"range": {"start": {"line": 5, "character": 11}, "end": {"line": 5, "character": 12}}, "text": "c"},
    ]);
    client.change("products/a.yaml", 2, &edits);
    let found = client.wait("products/a.yaml", 2);
    assert!(
        !rules(&found).contains(&"unknown-field") && !rules(&found).contains(&"unknown-value"),
        "{found:?}"
    );
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn half_written_text_never_stops_the_server() {
    let cli = catalog();
    let whole = product(
        "a",
        "name: Ä \"quoted\"\nspecifications:\n  - key: s\n    prices: {monthly: {USD: \"9.00\"}}\n",
    );
    cli.write("products/a.yaml", &whole);
    let mut client = client(&cli);
    client.open("products/a.yaml", 0, &whole);
    let lengths = (0..=whole.len()).filter(|at| whole.is_char_boundary(*at));
    let mut version = 0;
    for at in lengths {
        version += 1;
        client.rewrite("products/a.yaml", version, &whole[..at]);
        if version % 7 == 0 {
            let place = json!({"line": version % 9, "character": version % 11});
            let _ = client.at("textDocument/hover", "products/a.yaml", place.clone());
            let _ = client.at("textDocument/definition", "products/a.yaml", place);
        }
    }
    for text in [
        "\u{0}",
        "{",
        "- [",
        "key: &a *a",
        "%YAML 9",
        "\u{FEFF}",
        "\t: :",
        "key: |\n",
        "\r\r\n\r",
        "!!binary x",
    ] {
        version += 1;
        client.rewrite("products/a.yaml", version, text);
        client.settle();
    }
    client.rewrite("products/a.yaml", version + 1, &whole);
    let found = client.wait("products/a.yaml", version + 1);
    assert!(!found.iter().any(|found| found["code"] == "yaml-syntax"), "{found:?}");
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn several_unsaved_documents_are_seen_together() {
    let cli = catalog();
    cli.write("products/a.yaml", &product("a", ""));
    cli.write("products/b.yaml", &product("b", ""));
    let mut client = client(&cli);
    client.open("products/a.yaml", 1, &product("same", ""));
    client.open("products/b.yaml", 1, &product("same", ""));
    client.settle();
    assert!(rules(&client.findings["products/b.yaml"]).contains(&"product-key-repeated"));
    let repeated = client.findings["products/b.yaml"].clone();
    let repeated = repeated.iter().find(|found| found["code"] == "product-key-repeated").unwrap();
    let related = &repeated["relatedInformation"][0]["location"];
    assert_eq!(related["uri"], client.uri("products/a.yaml"));
    assert_eq!(related["range"]["start"], json!({"line": 2, "character": 5}));
    // The other one is mended, and this one is well.
    client.rewrite("products/a.yaml", 2, &product("a", ""));
    client.settle();
    assert!(!rules(&client.findings["products/b.yaml"]).contains(&"product-key-repeated"));
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn an_edit_of_settings_or_attributes_is_seen_everywhere() {
    let cli = catalog();
    let text = product(
        "a",
        "overview: The best of all.\nspecifications:\n  - key: s\n    attributes: {edition: {}}\n    skus: [{values: {edition: pro}, prices: {monthly: {USD: \"9.00\"}}}]\n",
    );
    cli.write("products/a.yaml", &text);
    let library = "apiVersion: gallerist/v1\nkind: Attributes\nattributes:\n  edition: {name: Edition, values: {pro: Pro}}\n";
    let mut client = client(&cli);
    client.settle();
    assert!(
        rules(&client.findings["products/a.yaml"]).contains(&"attribute-name-missing"),
        "{:?}",
        client.findings
    );
    client.open("attributes.yaml", 1, library);
    client.settle();
    assert!(client.findings["products/a.yaml"].is_empty(), "{:?}", client.findings);
    // A level in an unsaved gallerist.yaml counts, and one that is half written leaves the last one in force.
    let asked = format!("{CATALOG}rules: {{superlative-used: warning}}\n");
    client.open("gallerist.yaml", 1, &asked);
    client.settle();
    assert_eq!(rules(&client.findings["products/a.yaml"]), ["superlative-used"]);
    assert_eq!(client.findings["products/a.yaml"][0]["severity"], 2);
    client.rewrite("gallerist.yaml", 2, &format!("{asked}guards: {{"));
    client.settle();
    assert!(!client.findings["gallerist.yaml"].is_empty());
    assert_eq!(rules(&client.findings["products/a.yaml"]), ["superlative-used"]);
    client.rewrite("gallerist.yaml", 3, CATALOG);
    client.settle();
    assert!(client.findings["gallerist.yaml"].is_empty() && client.findings["products/a.yaml"].is_empty());
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn findings_of_files_that_nobody_opened_are_told_and_cleared() {
    let cli = catalog();
    cli.write("products/a.yaml", &product("a", "nmae: x\n"));
    let mut client = client(&cli);
    client.settle();
    assert!(rules(&client.findings["products/a.yaml"]).contains(&"unknown-field"));
    std::fs::remove_file(cli.path("products/a.yaml")).unwrap();
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": []}));
    client.settle();
    assert!(client.findings["products/a.yaml"].is_empty());
    // What is as it was is not told again.
    let before = client.publications;
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": []}));
    client.settle();
    assert_eq!(client.publications, before);
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn a_fix_mends_its_finding() {
    let cli = catalog();
    let text = product("a", "# 😀\r\nsalesType: Common # ü\nnmae: x\npublicSales: 'yes'\n");
    cli.write("products/a.yaml", &text);
    let mut client = client(&cli);
    client.open("products/a.yaml", 1, &text);
    let at = position(&text, "Common", 2);
    let offered = client.actions("products/a.yaml", json!({"start": at, "end": at}), Some("quickfix"));
    assert_eq!(offered.len(), 1, "{offered:?}");
    assert_eq!(
        (offered[0]["title"].as_str(), &offered[0]["isPreferred"]),
        (Some("write `common`"), &json!(true))
    );
    let uri = client.uri("products/a.yaml");
    let mended = applied(&text, &offered[0], &uri);
    assert_eq!(mended, text.replace("Common", "common"));
    client.rewrite("products/a.yaml", 2, &mended);
    assert!(!rules(&client.wait("products/a.yaml", 2)).contains(&"unknown-value"));
    // A guess is offered, and not preferred.
    let at = position(&mended, "nmae", 0);
    let offered = client.actions("products/a.yaml", json!({"start": at, "end": at}), None);
    let guess = offered.iter().find(|action| action["kind"] == "quickfix").unwrap();
    assert_eq!(guess["isPreferred"], false);
    // All that is certain, at once: the guess stays.
    client.rewrite("products/a.yaml", 3, &text);
    let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let all = client.actions("products/a.yaml", whole, Some("source.fixAll"));
    assert_eq!(all.len(), 1, "{all:?}");
    let mended = applied(&text, &all[0], &uri);
    assert_eq!(mended, text.replace("Common", "common").replace("'yes'", "true"));
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn a_document_is_formatted_as_fmt_would() {
    let cli = catalog();
    let text = "kind: Product\napiVersion:   gallerist/v1\ndelivery: saas\nkey: a\nname:    'A B'\n";
    cli.write("products/a.yaml", text);
    let mut client = client(&cli);
    client.open("products/a.yaml", 1, text);
    let uri = client.uri("products/a.yaml");
    let params = json!({"textDocument": {"uri": uri}, "options": {"tabSize": 2, "insertSpaces": true}});
    let edits = client.request("textDocument/formatting", params.clone())["result"].clone();
    let formatted = applied(text, &json!({"edit": {"changes": {(uri.as_str()): edits}}}), &uri);
    let _ = cli.run(&["fmt"]).fine();
    assert_eq!(formatted, cli.read("products/a.yaml"));
    assert_ne!(formatted, text);
    client.rewrite("products/a.yaml", 2, &formatted);
    assert_eq!(client.request("textDocument/formatting", params.clone())["result"], json!([]));
    client.rewrite("products/a.yaml", 3, "key: [");
    assert_eq!(client.request("textDocument/formatting", params)["result"], Value::Null);
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn hovering_tells_about_fields_and_findings() {
    let cli = catalog();
    let text = product("a", "salesType: '<b>Common'\nspecifications:\n  - key: s\n    trialDays: 7\n");
    cli.write("products/a.yaml", &text);
    let mut client = client(&cli);
    client.open("products/a.yaml", 1, &text);
    let hover = |client: &mut Client, word: &str| {
        client.at("textDocument/hover", "products/a.yaml", position(&text, word, 1))
    };
    let field = hover(&mut client, "trialDays");
    let shown = field["contents"]["value"].as_str().unwrap();
    assert!(shown.starts_with("`trialDays`\n\nDays of free trial"), "{shown}");
    assert_eq!(field["range"]["start"], position(&text, "trialDays", 0));
    let finding = hover(&mut client, "<b>Common");
    let shown = finding["contents"]["value"].as_str().unwrap();
    assert!(shown.contains("**unknown-value**"), "{shown}");
    assert!(!shown.split('`').step_by(2).any(|outside| outside.contains("<b>")), "{shown}");
    assert_eq!(finding["contents"]["kind"], "markdown");
    let nowhere = client.at("textDocument/hover", "products/a.yaml", json!({"line": 999, "character": 0}));
    assert_eq!(nowhere, Value::Null);
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn names_lead_to_what_they_name() {
    let cli = catalog();
    let old = product("old-one", "retire: {reason: gone}\n");
    let library = "apiVersion: gallerist/v1\nkind: Attributes\nattributes:\n  edition: {name: Edition, values: {pro: Pro}}\n";
    let text = product(
        "new-one",
        "replaces: [old-one]\ndescription: {file: description.md}\nspecifications:\n  - key: first\n    retire: {reason: replaced}\n  - key: second\n    replaces: [first]\n    attributes: {edition: {}}\n    skus: [{values: {edition: pro}, prices: {monthly: {USD: \"9.00\"}}}]\n",
    );
    cli.write("attributes.yaml", library);
    cli.write("products/old.yaml", &old);
    cli.write("products/new.yaml", &text);
    cli.write("products/description.md", "What it does.");
    let mut client = client(&cli);
    client.open("products/new.yaml", 1, &text);
    client.open("products/old.yaml", 1, &old);
    let mut goes = |path: &str, from: &str, word: &str, inside: usize| {
        let found = client.at("textDocument/definition", path, position(from, word, inside));
        let target = |found: &Value| {
            let uri = found["uri"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
            (uri, found["range"]["start"].clone())
        };
        found.as_array().unwrap().iter().map(target).collect::<Vec<_>>()
    };
    let at = |file: &str, text: &str, word: &str, inside: usize| {
        vec![(file.to_owned(), position(text, word, inside))]
    };
    let new = "products/new.yaml";
    assert_eq!(goes(new, &text, "[first]", 2), at("new.yaml", &text, "key: first", 5));
    assert_eq!(goes(new, &text, "key: first", 6), at("new.yaml", &text, "key: second", 5));
    assert_eq!(goes(new, &text, "key: second", 6), at("new.yaml", &text, "key: first", 5));
    assert_eq!(goes(new, &text, "[old-one]", 2), at("old.yaml", &old, "old-one", 0));
    assert_eq!(goes(new, &text, "key: new-one", 6), at("old.yaml", &old, "old-one", 0));
    assert_eq!(goes("products/old.yaml", &old, "key: old-one", 6), at("new.yaml", &text, "new-one", 0));
    assert_eq!(goes(new, &text, "edition: {}", 1), at("attributes.yaml", library, "edition", 0));
    assert_eq!(goes(new, &text, "edition: pro", 1), at("attributes.yaml", library, "edition", 0));
    let file = vec![("description.md".to_owned(), json!({"line": 0, "character": 0}))];
    assert_eq!(goes(new, &text, "description.md", 3), file);
    assert!(goes(new, &text, "reason: replaced", 10).is_empty());
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn a_folder_with_several_catalogs_and_files_of_none_is_told_apart() {
    let cli = Cli::new();
    for name in ["one", "two"] {
        cli.write(format!("{name}/gallerist.yaml"), &CATALOG.replace("name: c", &format!("name: {name}")));
        cli.write(format!("{name}/products/a.yaml"), &product("a", ""));
    }
    let mut client = client(&cli);
    client.settle();
    assert!(client.findings.is_empty(), "nobody looks into folders below: {:?}", client.findings);
    client.open("one/products/a.yaml", 1, &product("a", "nmae: x\n"));
    client.open("two/products/a.yaml", 1, &product("a", ""));
    // Alone it is checked by itself, and other programs' files are not ours.
    client.open("alone.yaml", 1, &product("a", "nmae: x\n"));
    client.open("compose.yaml", 1, "services: {web: {image: nginx}}\n");
    client.open("one/notes.yaml", 1, "some: {thing: else}\n");
    client.settle();
    assert!(rules(&client.findings["one/products/a.yaml"]).contains(&"unknown-field"));
    assert!(!rules(&client.findings["two/products/a.yaml"]).contains(&"unknown-field"));
    assert!(!rules(&client.findings["two/products/a.yaml"]).contains(&"product-key-repeated"));
    assert!(rules(&client.findings["alone.yaml"]).contains(&"unknown-field"));
    for path in ["compose.yaml", "one/notes.yaml"] {
        assert!(client.findings[path].is_empty(), "{path}: {:?}", client.findings[path]);
    }
    // A document without a file yet can still be formatted.
    client.notify(
        "textDocument/didOpen",
        json!({"textDocument": {"uri": "untitled:Untitled-1", "languageId": "yaml", "version": 1, "text": product("a", "name:   x\n")}}),
    );
    let params = json!({"textDocument": {"uri": "untitled:Untitled-1"}, "options": {"tabSize": 2, "insertSpaces": true}});
    assert_eq!(client.request("textDocument/formatting", params)["result"].as_array().unwrap().len(), 1);
    client
        .notify("textDocument/didClose", json!({"textDocument": {"uri": client.uri("one/products/a.yaml")}}));
    client.settle();
    assert!(client.findings["one/products/a.yaml"].is_empty(), "nobody has that catalog open any more");
    assert_eq!(client.shut_down(), 0);
}
