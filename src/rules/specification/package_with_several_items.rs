//! R106: A package holds several billing items.

use crate::diagnostic::{Finding, Severity};
use crate::model::Item;
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "package-with-several-items",
        numbers: &[106],
        basis: Basis::Chinese,
        source: "F-PKG",
        sites: &[],
        level: Severity::Warning,
        what: "A package holds several billing items.",
        why: "One item per package is recommended: buyers see what they prepay, and the package ends when any of them is used up.",
        example: "packages:\n  - {key: pack, quota: {calls: 1000, storage: 50}, ...}",
        instead: "Make a package for each item.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (key, specification) in content.specifications() {
        for (package, content) in
            specification.packages.iter().flatten().filter(|(_, found)| found.quota.len() > 1)
        {
            let message = format!("package `{package}` holds {} billing items", content.quota.len());
            let route = Item::Package(key.clone(), package.clone()).route().key("quota");
            found.push(RULE.finding_at(route, message, ""));
        }
    }
    found
}
