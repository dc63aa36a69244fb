//! No number: A text praises the product with words that advertising law forbids.

use super::{passages, place};
use crate::diagnostic::Route;
use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField, SpecificationField};
use crate::rules::words::{around, listed, quoted};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "superlative-used",
        numbers: &[],
        basis: Basis::Chinese,
        source: "F-WORDS",
        sites: &["cn"],
        level: Severity::Error,
        what: "A text praises the product with words that advertising law forbids.",
        why: "Chinese advertising law forbids superlatives such as \"best\", \"national-level\" or \"world first\"; the marketplace rejects texts that hold them.",
        example: "highlights:\n  - The best CRM in the world",
        instead: "Say what can be measured instead: how fast, how many, since when.",
    },
    check: Check::Content(check),
};

const FIELDS: [ProductField; 6] = [
    ProductField::Overview,
    ProductField::Description,
    ProductField::Highlights,
    ProductField::SeoTitle,
    ProductField::SeoKeywords,
    ProductField::SeoDescription,
];

fn check(content: &Content<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for field in FIELDS {
        for passage in passages(content, field) {
            found.extend(praise(content, || passage.route(), place(field), passage.text));
        }
    }
    for (key, specification) in content.specifications() {
        if let Some(name) = specification.fields.text(SpecificationField::Name) {
            let route = || Item::SpecificationField(key.clone(), SpecificationField::Name).route();
            found.extend(praise(content, route, "the specification's name", name));
        }
    }
    found
}

fn praise(content: &Content<'_>, route: impl Fn() -> Route, place: &str, text: &str) -> Option<Finding> {
    let found = content.site.words.superlatives.find(text);
    let first = found.first()?;
    let words: Vec<String> = found.iter().map(|found| quoted(found.word)).collect();
    let message = format!("{place} says {}", listed(&words, 5));
    let around = around(text, &first.place);
    Some(RULE.finding_at(route(), message, if around == text { String::new() } else { around }))
}
