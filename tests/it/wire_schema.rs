//! Every document has a committed schema, and the schemas describe what they hold.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use gallerist::service;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas")
}

/// `GALLERIST_BLESS=1` writes the files anew; a file of a document that is gone must be removed by hand.
#[test]
fn committed_schemas_are_those_of_this_version() {
    let mut listed = BTreeSet::new();
    let schemas = service::schemas().into_iter().map(|(name, text)| (format!("{name}.schema.json"), text));
    let (gateway, document) = service::gateway_document();
    for (name, schema) in schemas.chain([(format!("{gateway}.openapi.json"), document)]) {
        let path = folder().join(&name);
        if std::env::var_os("GALLERIST_BLESS").is_some() {
            std::fs::create_dir_all(folder()).unwrap();
            std::fs::write(&path, &schema).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == schema, "{} is stale: run the tests with GALLERIST_BLESS=1", path.display());
        assert!(listed.insert(path), "`{name}` stands twice");
    }
    let committed = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let unlisted: Vec<PathBuf> = committed.filter(|path| !listed.contains(path)).collect();
    assert!(unlisted.is_empty(), "no document has these schemas: {unlisted:?}");
}

#[test]
fn schemas_are_listed_in_the_order_of_their_names() {
    let names: Vec<String> = service::schemas().into_iter().map(|(name, _)| name).collect();
    assert!(names.is_sorted(), "{names:?}");
    for name in ["product", "plan", "plan-report", "snapshot"] {
        assert!(names.iter().any(|known| known == name), "`{name}` is missing");
    }
}

#[test]
fn schemas_say_what_they_are_and_describe_every_property() {
    let mut ids = BTreeSet::new();
    for (name, text) in service::schemas() {
        let schema: Value = serde_json::from_str(&text).unwrap();
        assert!(jsonschema::draft202012::meta::is_valid(&schema), "{name}");
        let id = schema["$id"].as_str().unwrap();
        assert!(id.starts_with(&format!("urn:gallerist:schema:{name}:v")), "{name}: {id}");
        assert!(ids.insert(id.to_owned()), "{id} stands twice");
        assert!(schema["title"].as_str().unwrap().starts_with("Gallerist "), "{name}");
        assert!(!schema["description"].as_str().unwrap().is_empty(), "{name}");
        let mut lacking = Vec::new();
        properties_without_description(&schema, "", &mut lacking);
        assert!(lacking.is_empty(), "{name}: {lacking:?}");
    }
}

/// Alternatives of one object carry their description beside the property, so those are looked at too.
fn properties_without_description(schema: &Value, at: &str, lacking: &mut Vec<String>) {
    let described = schema["description"].is_string();
    if let Some(properties) = schema["properties"].as_object() {
        let only = properties.len() == 1 && described;
        for (key, property) in properties {
            if !property["description"].is_string() && !only {
                lacking.push(format!("{at}/{key}"));
            }
        }
    }
    match schema {
        Value::Object(members) => {
            for (key, member) in members {
                properties_without_description(member, &format!("{at}/{key}"), lacking);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                properties_without_description(element, at, lacking);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
