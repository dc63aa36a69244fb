//! No number: The product's name praises the product.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField};
use crate::rules::words::{listed, quoted};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "product-name-exaggerated",
        numbers: &[],
        basis: Basis::Stated,
        source: "DESC",
        sites: &[],
        level: Severity::Error,
        what: "The product's name praises the product.",
        why: "A name says what a product is. Superlatives and promises mislead buyers, some are against advertising law, and reviewers reject them.",
        example: "name: The Best CRM",
        instead: "Leave the praise out of the name; say in the highlights what the product does well, with facts.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let Some(name) = content.text(ProductField::Name) else { return Vec::new() };
    let found = content.site.words.superlatives.find(name);
    if found.is_empty() {
        return Vec::new();
    }
    let words: Vec<String> =
        found.iter().map(|found| quoted(name.get(found.place.clone()).unwrap_or(found.word))).collect();
    let message = format!("the name exaggerates with {}", listed(&words, 3));
    vec![RULE.finding(&Item::Field(ProductField::Name), message, "")]
}
