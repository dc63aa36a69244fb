//! What is known of the thing under the cursor: findings with their rules, the field's meaning, its released value.

use super::place::{Step, Way};
use crate::definition::rules::SHAPE_RULES;
use crate::render::escape::{markdown, markdown_code};
use crate::rules;
use crate::service::schemas;
use crate::yaml::Tree;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Schemas of documents that people write, by the name in `kind`.
static SCHEMAS: LazyLock<BTreeMap<&'static str, Value>> = LazyLock::new(|| {
    let kinds = [
        ("Product", "product"),
        ("Attributes", "attributes"),
        ("Approval", "approval"),
        ("Cases", "cases"),
        ("Catalog", "config"),
    ];
    let all: BTreeMap<String, String> = schemas().into_iter().collect();
    let read = |(kind, name): (&'static str, &str)| Some((kind, serde_json::from_str(all.get(name)?).ok()?));
    kinds.into_iter().filter_map(read).collect()
});

/// A rule, as `gallerist explain` tells about it, in Markdown.
pub(super) fn rule(id: &str) -> Option<String> {
    if let Some(rule) = rules::find_by_id(id) {
        let doc = &rule.doc;
        let mut text = format!("**{}** {}\n\n{}", markdown(doc.id), markdown(doc.what), markdown(doc.why));
        if !doc.instead.is_empty() {
            text.push_str(&format!("\n\n*Instead:* {}", markdown(doc.instead)));
        }
        return Some(text);
    }
    let rule = SHAPE_RULES.iter().find(|rule| rule.id == id)?;
    Some(format!("**{}** {}", markdown(rule.id), markdown(rule.text)))
}

/// Everything to be said, part by part; `None` when there is nothing.
pub(super) fn text(
    found: &[(String, String)],
    field: Option<(&str, String)>,
    released: Option<&str>,
) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    if let Some((name, meaning)) = field {
        parts.push(format!("{}\n\n{}", markdown_code(name), markdown(&meaning)));
    }
    if let Some(value) = released {
        parts.push(markdown(&format!("released: {value}")));
    }
    for (id, message) in found {
        let rule = rule(id).unwrap_or_else(|| format!("**{}**", markdown(id)));
        parts.push(format!("{}\n\n{rule}", markdown(message)));
    }
    (!parts.is_empty()).then(|| parts.join("\n\n---\n\n"))
}

/// The name of the field at a way's end, and what the document's schema says about it.
pub(super) fn field<'t>(tree: &'t Tree, way: &Way<'t>) -> Option<(&'t str, String)> {
    let kind = tree.root().get("kind").and_then(|node| node.text()).unwrap_or("Product");
    let root = SCHEMAS.get(kind)?;
    let mut schema = root.as_object()?;
    let mut field = None;
    for step in &way.steps {
        let inner = resolved(root, schema);
        schema = match step {
            Step::Key(key, _) => {
                let next = property(inner, key)?;
                field = Some((*key, description(root, next)));
                next
            }
            Step::Item(_) => inner.get("items")?.as_object()?,
        };
    }
    let (name, meaning) = field?;
    Some((name, meaning?))
}

type Schema = Map<String, Value>;

/// The schema that a reference leads to, or itself.
fn resolved<'s>(root: &'s Value, schema: &'s Schema) -> &'s Schema {
    let target = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix('#'));
    target.and_then(|path| root.pointer(path)?.as_object()).unwrap_or(schema)
}

/// The schema of what stands under a key. The patterns are those of keys, which the key has or was told not to have.
fn property<'s>(schema: &'s Schema, key: &str) -> Option<&'s Schema> {
    let named = schema.get("properties").and_then(|properties| properties.get(key));
    let patterned = || schema.get("patternProperties")?.as_object()?.values().next();
    named.or_else(patterned)?.as_object()
}

fn description(root: &Value, schema: &Schema) -> Option<String> {
    let own = |schema: &Schema| schema.get("description").and_then(Value::as_str).map(str::to_owned);
    let text = own(schema).or_else(|| own(resolved(root, schema)))?;
    Some(text.replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{Limits, read};
    use camino::Utf8Path;

    fn meaning(text: &str, word: &str) -> Option<String> {
        let tree = read(Utf8Path::new("a.yaml"), text.as_bytes(), Limits::default()).tree.unwrap();
        let way = Way::to(&tree, u32::try_from(text.find(word).unwrap()).unwrap());
        field(&tree, &way).map(|(name, meaning)| format!("{name}: {meaning}"))
    }

    #[test]
    fn fields_mean_what_their_schema_says() {
        let product =
            "kind: Product\nspecifications:\n  - trialDays: 7\n    prices: {monthly: {USD: \"9\"}}\n";
        assert!(meaning(product, "trialDays").unwrap().starts_with("trialDays: Days of free trial"));
        assert_eq!(meaning(product, "monthly").as_deref(), Some("monthly: Paid by the month."));
        assert!(meaning(product, "USD").is_some());
        let library = "kind: Attributes\nattributes:\n  edition:\n    name: Edition\n";
        assert!(meaning(library, "name").unwrap().contains("buyers see"));
        assert_eq!(meaning("kind: Product\nnobody: 1\n", "nobody"), None);
        assert_eq!(meaning("kind: Other\nkey: 1\n", "key"), None);
    }

    #[test]
    fn every_rule_and_every_shape_is_explained() {
        for doc in rules::all().map(|rule| rule.doc) {
            assert!(rule(doc.id).unwrap().contains(&markdown(doc.why)), "{}", doc.id);
        }
        for shape in SHAPE_RULES {
            assert!(rule(shape.id).is_some(), "{}", shape.id);
        }
    }

    #[test]
    fn hostile_texts_are_no_markup() {
        let found =
            [("name-missing".to_owned(), "bad `name` <script> [x](http://y) @all\u{202e}".to_owned())];
        let text = text(&found, None, Some("![x](y) *a*")).unwrap();
        // What stands between backticks is code.
        let outside: String = text.split('`').step_by(2).collect();
        assert!(!text.contains('\u{202e}'), "{text}");
        for markup in ["<script>", "](", "@all", " *a*"] {
            assert!(!outside.contains(markup), "{markup}: {text}");
        }
    }
}
