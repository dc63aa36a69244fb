//! From a case to product documents: completing, patching.

use super::page::{Case, Discontinued};
use gallerist::site::SiteProfile;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A product document as a seller would write it, all keys included.
pub(super) type Document = Map<String, Value>;

/// The text that stands for a stated `null` in a patch.
const EMPTY: &str = "(empty)";

/// `complete.yaml`: what every product has unless a page says otherwise.
#[derive(Debug, Deserialize)]
pub(super) struct Complete {
    common: Map<String, Value>,
    #[serde(flatten)]
    methods: BTreeMap<String, Map<String, Value>>,
}

impl Complete {
    /// Reads the file's text.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        serde_yaml::from_str(text).map_err(|error| error.to_string())
    }

    /// The released product of a case.
    pub(super) fn before(&self, case: &Case) -> Result<Option<Document>, String> {
        case.before.as_ref().map(|before| self.fill(before.clone())).transpose()
    }

    /// The other released product of a case.
    pub(super) fn beside(&self, case: &Case) -> Result<Option<Document>, String> {
        case.beside.as_ref().map(|beside| self.fill(beside.clone())).transpose()
    }

    /// The product that a patch of a case leads to.
    pub(super) fn patched(&self, case: &Case, patch: &Map<String, Value>) -> Result<Document, String> {
        match self.before(case)? {
            Some(mut before) => {
                merge_mapping(&mut before, patch);
                Ok(before)
            }
            None => {
                let mut product = Map::new();
                merge_mapping(&mut product, patch);
                self.fill(product)
            }
        }
    }

    fn fill(&self, mut product: Document) -> Result<Document, String> {
        let delivery = product.get("delivery").and_then(Value::as_str).ok_or("a product needs `delivery`")?;
        let own = self.methods.get(delivery).ok_or_else(|| format!("unknown delivery `{delivery}`"))?.clone();
        let head = [("apiVersion", "gallerist/v1"), ("kind", "Product"), ("key", "acme-crm")];
        let head = head.into_iter().map(|(name, text)| (name.to_owned(), Value::from(text))).collect();
        for part in [&own, &self.common, &head] {
            fill_mapping(&mut product, part);
        }
        Ok(product)
    }
}

fn fill_mapping(target: &mut Map<String, Value>, from: &Map<String, Value>) {
    for (name, value) in from {
        match (target.get_mut(name), value) {
            (Some(Value::Object(inner)), Value::Object(more)) => fill_mapping(inner, more),
            (Some(_), _) => {}
            (None, _) => {
                target.insert(name.clone(), value.clone());
            }
        }
    }
}

fn merge_mapping(target: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (name, change) in patch {
        if change.is_null() {
            target.remove(name);
        } else {
            merge(target.entry(name.clone()).or_insert(Value::Null), change);
        }
    }
}

fn merge(target: &mut Value, patch: &Value) {
    match (target, patch) {
        (target, Value::String(text)) if text == EMPTY => *target = Value::Null,
        (Value::Object(inner), Value::Object(changes)) => merge_mapping(inner, changes),
        (Value::Array(entries), Value::Object(changes)) => merge_entries(entries, changes),
        (target, Value::Object(changes)) => {
            let mut fresh = Map::new();
            merge_mapping(&mut fresh, changes);
            *target = Value::Object(fresh);
        }
        (target, value) => *target = value.clone(),
    }
}

/// Merges a mapping of key to patch into a list of entries with a `key`.
fn merge_entries(entries: &mut Vec<Value>, changes: &Map<String, Value>) {
    for (key, change) in changes {
        let place = entries.iter().position(|entry| key_of(entry) == Some(key));
        match (place, change) {
            (Some(place), Value::Null) => {
                entries.remove(place);
            }
            (None, Value::Null) => {}
            (place, change) => {
                let mut entry = place.map_or_else(
                    || serde_json::json!({ "key": key }),
                    |place| entries.get(place).cloned().unwrap_or_default(),
                );
                merge(&mut entry, change);
                match place.and_then(|place| entries.get_mut(place)) {
                    Some(old) => *old = entry,
                    None => entries.push(entry),
                }
            }
        }
    }
}

fn key_of(entry: &Value) -> Option<&str> {
    entry.get("key").and_then(Value::as_str)
}

/// Keys of a document's specifications.
pub(super) fn specification_keys(document: &Document) -> BTreeSet<&str> {
    let list = document.get("specifications").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(key_of).collect()
}

/// What is wrong with a case's documents, as sentences.
pub(super) fn faults(complete: &Complete, case: &Case) -> Result<Vec<String>, String> {
    let mut faults = Vec::new();
    let before = complete.before(case)?;
    let settings = Value::Object(case.site.set.clone()).to_string();
    if let Err(error) = SiteProfile::extended(&case.site.extends, &settings, "{}") {
        faults.push(format!("`site`: {error}"));
    }
    if case.beside.as_ref().is_some_and(|beside| !beside.contains_key("key")) {
        faults.push("`beside` needs a key of its own".into());
    }
    complete.beside(case)?;
    if let Discontinued::Keys(keys) = &case.discontinued {
        let known = before.as_ref().map(specification_keys).unwrap_or_default();
        let strange = keys.iter().filter(|key| !known.contains(key.as_str()));
        faults.extend(strange.map(|key| format!("`discontinued` names the unknown `{key}`")));
    }
    let patches = std::iter::once(&case.patch).chain(case.events.iter().filter_map(|e| e.patch.as_ref()));
    for patch in patches {
        let desired = complete.patched(case, patch)?;
        if !desired.get("specifications").is_some_and(Value::is_array) {
            faults.push("`specifications` did not become a list".into());
        }
        for specification in desired.get("specifications").and_then(Value::as_array).into_iter().flatten() {
            for list in ["skus", "factors", "packages"] {
                if specification.get(list).is_some_and(|value| !value.is_array()) {
                    faults.push(format!("`{list}` did not become a list"));
                }
            }
        }
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn patches_merge_by_key_remove_with_null_and_state_empty() {
        let mut product = json!({"seo": {"title": "A"}, "specifications": [
            {"key": "a", "name": "A", "trialDays": 14, "prices": {"yearly": {"USD": "1"}, "monthly": {"USD": "2"}}},
            {"key": "b", "name": "B"},
        ]});
        merge(
            &mut product,
            &json!({"seo": null, "specifications": {
                "a": {"trialDays": "(empty)", "prices": {"monthly": null}},
                "b": null,
                "c": {"name": "C", "packages": [{"key": "p"}]},
            }}),
        );
        let expected = json!({"specifications": [
            {"key": "a", "name": "A", "trialDays": null, "prices": {"yearly": {"USD": "1"}}},
            {"key": "c", "name": "C", "packages": [{"key": "p"}]},
        ]});
        assert_eq!(product, expected);
    }

    #[test]
    fn completing_fills_mappings_and_keeps_what_stands() {
        let complete = Complete::read(
            "common: {name: N, support: {email: e, hotline: h}}\nsaas: {saas: {asset: x, credential: c}}",
        );
        let product = json!({"delivery": "saas", "support": {"email": "own"}, "saas": {"credential": null}});
        let Value::Object(product) = product else { unreachable!() };
        let filled = complete.unwrap().fill(product).unwrap();
        assert_eq!(filled["support"], json!({"email": "own", "hotline": "h"}));
        assert_eq!(filled["saas"], json!({"asset": "x", "credential": null}));
        assert_eq!(filled["key"], json!("acme-crm"));
    }
}
