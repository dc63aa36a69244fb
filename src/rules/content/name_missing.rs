//! No number: A product or specification has a name of which buyers see nothing.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField, SpecificationField, Value};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "name-missing",
        numbers: &[],
        basis: Basis::Stated,
        source: "F-NAME, R110",
        sites: &[],
        level: Severity::Error,
        what: "A product or specification has a name of which buyers see nothing.",
        why: "Buyers and the reviewer see the name, not the key; the form takes no empty one, and characters that cannot be seen are none.",
        example: "name: \" \"   # nothing to see",
        instead: "Write the name that buyers should see.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let name = content.product.fields.text(ProductField::Name);
    if name.map_or_else(|| content.lacks(ProductField::Name), is_unseen) {
        let message = "the product has no name that can be seen";
        found.push(RULE.finding(&Item::Field(ProductField::Name), message, ""));
    }
    for (key, specification) in &content.product.specifications {
        let name = specification.fields.statement(SpecificationField::Name);
        let unseen = |value: Option<&Value>| match value {
            Some(Value::Text(text)) => is_unseen(text),
            _ => true,
        };
        if name.map_or(content.whole, unseen) {
            let item = Item::SpecificationField(key.clone(), SpecificationField::Name);
            found.push(RULE.finding(&item, format!("`{key}` has no name that can be seen"), ""));
        }
    }
    found
}

/// Whether a text leaves nothing on the screen: spaces, marks of direction and joining, fillers.
fn is_unseen(text: &str) -> bool {
    text.chars().all(|found| {
        let is_filler = matches!(found, '\u{115F}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{FFA0}');
        let is_format = matches!(found, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}');
        found.is_whitespace() || found.is_control() || is_filler || is_format
    })
}
