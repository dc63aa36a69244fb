//! No number: The user guide tells buyers to ask for the price or to get in touch to buy.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField};
use crate::rules::words::{around, listed, quoted};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "guide-invites-contact",
        numbers: &[],
        basis: Basis::Chinese,
        source: "F-GUIDE",
        sites: &["cn"],
        level: Severity::Error,
        what: "The user guide tells buyers to ask for the price or to get in touch to buy.",
        why: "Prices are what the product's page says; a guide that sends buyers past the marketplace is rejected.",
        example: "userGuide: guide.txt   # \"Contact us for the price\"",
        instead: "Name what is sold and leave prices to the specifications; for help point to the support contacts.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let text = content.asset(ProductField::UserGuide).and_then(|guide| guide.text.as_deref());
    let Some(text) = text else { return Vec::new() };
    let found = content.site.words.invitations.find(text);
    let Some(first) = found.first() else { return Vec::new() };
    let words: Vec<String> = found.iter().map(|found| quoted(found.word)).collect();
    let message = format!("the user guide says {}", listed(&words, 3));
    let label = format!("it says: {}", around(text, &first.place));
    vec![RULE.finding(&Item::Field(ProductField::UserGuide), message, label)]
}
