//! No number: A description without pictures is shorter than the marketplace asks for.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "description-too-short",
        numbers: &[],
        basis: Basis::Chinese,
        source: "F-DESC",
        sites: &["cn"],
        level: Severity::Error,
        what: "A description without pictures is shorter than the marketplace asks for.",
        why: "Buyers decide by the description; the marketplace rejects one that has neither pictures nor enough text to tell what is sold.",
        example: "description: Acme CRM keeps customers in one place.   # 42 characters, no pictures",
        instead: "Say what the product does, for whom, and what each specification contains; or add `descriptionPictures`.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let least = content.site.description_characters_min;
    let Some(text) = content.text(ProductField::Description) else { return Vec::new() };
    let text = text.trim();
    if text.chars().take(least).count() == least || !content.lacks(ProductField::DescriptionPictures) {
        return Vec::new();
    }
    let characters = text.chars().count();
    let message = format!("the description has {characters} characters; without pictures it needs {least}");
    vec![RULE.finding(&Item::Field(ProductField::Description), message, "")]
}
