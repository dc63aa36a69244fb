//! R94, R95: A custom attribute has the name of a preset one.

use crate::diagnostic::{Finding, Severity};
use crate::model::Item;
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "attribute-reserved",
        numbers: &[94, 95],
        basis: Basis::Stated,
        source: "ATTR, ATTR-CN",
        sites: &[],
        level: Severity::Error,
        what: "A custom attribute has the name of a preset one.",
        why: "Preset attributes can be neither used, edited nor deleted by sellers, and their names are taken in both languages.",
        example: "attributes: {version: {name: version, values: {v1: V1}}}",
        instead: "Choose another name.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let first = |text: &str| text.chars().next().map(char::to_lowercase).and_then(|mut small| small.next());
    let same = |a: &str, b: &str| {
        let may_be = || !a.is_ascii() && first(a) == first(b);
        a.eq_ignore_ascii_case(b) || (may_be() && a.to_lowercase() == b.to_lowercase())
    };
    let reserved = |word: &str| content.site.reserved_attributes.iter().find(|name| same(name, word));
    let mut found = Vec::new();
    for (key, specification) in content.specifications() {
        for (code, attribute) in specification.attributes.iter().flatten() {
            let route = || Item::Attribute(key.clone(), code.clone()).route();
            let named = reserved(&attribute.name).map(|name| (route().key("name"), name));
            let Some((route, name)) = named.or_else(|| reserved(code.as_str()).map(|name| (route(), name)))
            else {
                continue;
            };
            let message = format!("`{name}` is the name of a preset attribute");
            found.push(RULE.finding_at(route, message, ""));
        }
    }
    found
}
