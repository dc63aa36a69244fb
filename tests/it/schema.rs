//! The JSON Schemas under `schemas/` are fresh, and say the same as the typed reader.

use camino::{Utf8Path, Utf8PathBuf};
use gallerist::config::ConfigDocument;
use gallerist::config::form::{Form, check};
use gallerist::definition::document::{ApprovalDocument, AttributesDocument, CasesDocument, ProductDocument};
use gallerist::definition::schemas;
use gallerist::diagnostic::Diagnostic;
use gallerist::yaml::{self, Limits, from_node, to_value};
use proptest::prelude::*;
use serde_json::Value;

fn root() -> Utf8PathBuf {
    Utf8PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn fixtures(folder: &str) -> Vec<(Utf8PathBuf, Vec<u8>)> {
    let folder = root().join("tests/definitions").join(folder);
    let mut files: Vec<(Utf8PathBuf, Vec<u8>)> = folder
        .read_dir_utf8()
        .unwrap()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension() == Some("yaml"))
        .map(|path| (path.file_name().unwrap().into(), std::fs::read(&path).unwrap()))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

/// Verdicts of the typed reader and of the schema, and what is reported; `None` when the text is no YAML we read.
fn verdicts(bytes: &[u8]) -> Option<(bool, bool, Vec<Diagnostic>)> {
    fn judge<T: Form>(tree: &yaml::Tree) -> (bool, bool, Vec<Diagnostic>) {
        let schema = T::validator().expect("the schema compiles").is_valid(&to_value(tree.root()));
        let mut found = Vec::new();
        let accepted = check::<T>(Utf8Path::new("a.yaml"), tree, &mut found);
        assert_eq!(accepted, found.is_empty(), "{found:?}");
        (from_node::<T>(tree.root()).is_ok(), schema, found)
    }
    let reading = yaml::read(Utf8Path::new("a.yaml"), bytes, Limits::default());
    // A doubled key is told by itself; readers differ in which of the two they take.
    let tree = reading.tree.filter(|_| reading.diagnostics.is_empty())?;
    Some(match tree.root().get("kind").and_then(yaml::Node::text) {
        Some("Attributes") => judge::<AttributesDocument>(&tree),
        Some("Approval") => judge::<ApprovalDocument>(&tree),
        Some("Cases") => judge::<CasesDocument>(&tree),
        Some("Catalog") => judge::<ConfigDocument>(&tree),
        _ => judge::<ProductDocument>(&tree),
    })
}

#[test]
fn schemas_in_the_repository_are_fresh() {
    for (name, text) in schemas() {
        let path = root().join("schemas").join(&name);
        if std::env::var_os("GALLERIST_BLESS").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &text).unwrap();
        }
        let stored = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(stored == text, "{path} is stale: run the tests with GALLERIST_BLESS=1");
    }
}

#[test]
fn schemas_are_schemas_and_describe_every_field() {
    for (name, text) in schemas() {
        let schema: Value = serde_json::from_str(&text).unwrap();
        assert!(jsonschema::draft202012::meta::is_valid(&schema), "{name}");
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert!(schema["$id"].as_str().unwrap().starts_with("urn:gallerist:schema:"), "{name}");
        assert!(schema["title"].is_string() && schema["description"].is_string(), "{name}");
        let definitions = schema.get("$defs").and_then(Value::as_object).cloned().unwrap_or_default();
        for (owner, definition) in definitions.iter().chain([(&name, &schema)]) {
            for (field, property) in
                definition.get("properties").and_then(Value::as_object).into_iter().flatten()
            {
                assert!(property["description"].is_string(), "{name}: {owner}.{field} has no description");
            }
        }
    }
}

#[test]
fn accepted_fixtures_are_accepted_by_both() {
    for (name, bytes) in fixtures("accepted") {
        let (reader, schema, found) = verdicts(&bytes).unwrap_or_else(|| panic!("{name}"));
        assert!(reader && schema, "{name}: reader {reader}, schema {schema}, {found:#?}");
    }
}

#[test]
fn rejected_fixtures_are_rejected_by_both() {
    for (name, bytes) in fixtures("rejected") {
        let Some((reader, schema, found)) = verdicts(&bytes) else { continue };
        assert!(!reader && !schema, "{name}: reader {reader}, schema {schema}");
        assert!(found.iter().all(|each| each.rule != "wrong-shape"), "{name}: unexplained {found:#?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Lines of the corpus are dropped, doubled, or get another value.
    #[test]
    fn reader_and_schema_agree_on_changed_files(
        pick in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..12), 1..4),
    ) {
        let all: Vec<_> = fixtures("accepted").into_iter().chain(fixtures("rejected")).collect();
        let text = String::from_utf8(pick.get(&all).1.clone()).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for (place, edit) in edits {
            let index = place.index(lines.len().max(1)).min(lines.len().saturating_sub(1));
            let Some(line) = lines.get(index).cloned() else { break };
            const VALUES: [&str; 10] =
                ["null", "5", "-1", "1.10", "true", "[a]", "{a: b}", "\"text\"", "", "0123"];
            match VALUES.get(edit) {
                Some(value) => {
                    if let Some((key, _)) = line.split_once(": ") {
                        lines[index] = format!("{key}: {value}");
                    }
                }
                None if edit == 10 => drop(lines.remove(index)),
                None => lines.insert(index, line.replace("e", "é")),
            }
        }
        if let Some((reader, schema, found)) = verdicts(lines.join("\n").as_bytes()) {
            prop_assert_eq!(reader, schema, "{}\n{:#?}", lines.join("\n"), found);
        }
    }
}
