//! The attribute library that imported specifications need.

use super::draft::Drafted;
use super::specification::in_library;
use crate::config::Config;
use crate::definition::Library;
use crate::model::{Attribute, Key};
use crate::yaml::{Draft, Line, write};
use std::collections::BTreeMap;

/// A library with the attributes of these products, and codes that an existing one lacks. Where products use one code for
/// different things, the library has what the first of them says; specifications say theirs in full.
#[must_use]
pub fn library(config: &Config, known: &Library, drafted: &[Drafted]) -> (Option<String>, Vec<Key>) {
    let mut attributes: BTreeMap<&Key, &Attribute> = BTreeMap::new();
    for (code, attribute) in drafted.iter().flat_map(|product| &product.attributes) {
        if !is_reserved(config, code, attribute) {
            attributes.entry(code).or_insert(attribute);
        }
    }
    let lacking: Vec<Key> =
        attributes.keys().filter(|code| !known.contains_key(**code)).map(|code| (*code).clone()).collect();
    if attributes.is_empty() {
        return (None, lacking);
    }
    let all = attributes.into_iter().map(|(code, found)| Line::entry(code.as_str(), in_library(found)));
    let document = [
        Line::Remark(
            "The attribute library: Product Attributes in the console. Editing it changes no product.".into(),
        ),
        Line::entry("apiVersion", Draft::text(crate::config::form::word::API_VERSION)),
        Line::entry("kind", Draft::text("Attributes")),
        Line::entry("attributes", Draft::Block(all.collect())),
    ];
    (Some(write(&document)), lacking)
}

/// Whether a code or name is the marketplace's own at some target (R94).
fn is_reserved(config: &Config, code: &Key, attribute: &Attribute) -> bool {
    let name = attribute.name.to_lowercase();
    config.targets.values().flat_map(|target| &target.profile.reserved_attributes).any(|preset| {
        let preset = preset.to_lowercase();
        preset == name || preset == code.as_str()
    })
}
