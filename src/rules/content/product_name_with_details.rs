//! No number: The product's name holds a price, a version or a telephone number.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField};
use crate::rules::words::{listed, price, quoted, telephone};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "product-name-with-details",
        numbers: &[],
        basis: Basis::Stated,
        source: "DESC",
        sites: &[],
        level: Severity::Error,
        what: "The product's name holds a price, a version or a telephone number.",
        why: "Such details change while the name stays, and each has a field of its own; reviewers reject names that carry them.",
        example: "name: Acme CRM V2.1 from USD 99",
        instead: "Keep the name short: the version stands in `version`, prices in the specifications, telephone numbers in `support`.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let Some(name) = content.text(ProductField::Name) else { return Vec::new() };
    let mut rest = name.to_owned();
    let mut details = Vec::new();
    let kinds: [(&str, Find); 3] = [("telephone number", telephone), ("price", price), ("version", version)];
    for (kind, find) in kinds {
        if let Some(found) = find(&rest).map(str::to_owned) {
            rest = rest.replacen(&found, " ", 1);
            details.push(format!("the {kind} {}", quoted(&found)));
        }
    }
    if details.is_empty() {
        return Vec::new();
    }
    let message = format!("the name holds {}", listed(&details, 3));
    vec![RULE.finding(&Item::Field(ProductField::Name), message, "")]
}

/// A search for one kind of detail.
type Find = for<'t> fn(&'t str) -> Option<&'t str>;

/// The first version number: numbers joined by points, with a `v` before them or without.
fn version(text: &str) -> Option<&str> {
    let mut from = 0;
    while let Some(start) = text.get(from..)?.find(|c: char| c.is_ascii_digit()) {
        let start = from + start;
        let run = text.get(start..)?;
        let length = run.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(run.len());
        let numbers = run.get(..length)?.trim_end_matches('.');
        let head = text.get(..start)?;
        if numbers.contains('.') && !numbers.contains("..") {
            let marked = head.ends_with(['v', 'V']);
            return text.get(start - usize::from(marked)..start + numbers.len());
        }
        from = start + length;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbers_joined_by_points() {
        assert_eq!(version("Acme v2.1 Desk"), Some("v2.1"));
        assert_eq!(version("Acme 2024 10.4.1."), Some("10.4.1"));
        for none in ["Acme 2024", "V3", "1.", "a.b", ""] {
            assert_eq!(version(none), None, "{none}");
        }
    }
}
