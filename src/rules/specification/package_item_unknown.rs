//! R105: A package holds an item that no billing factor meters.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, Key};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "package-item-unknown",
        numbers: &[105],
        basis: Basis::Stated,
        source: "PPUC",
        sites: &[],
        level: Severity::Error,
        what: "A package holds an item that no billing factor meters.",
        why: "A package prepays what a factor meters, so the factor comes first.",
        example: "packages:\n  - {key: pack, quota: {calls: 1000}, ...}   # no factor has the item `calls`",
        instead: "Add the billing factor with this item, or correct the item's key.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (key, specification) in content.specifications() {
        let (Some(factors), Some(packages)) = (&specification.factors, &specification.packages) else {
            continue;
        };
        let metered = |item: &Key| factors.values().any(|factor| factor.items.contains_key(item));
        for (package, content) in packages {
            let route = Item::Package(key.clone(), package.clone()).route().key("quota");
            let unknown = content.quota.keys().find(|item| !metered(item));
            let (route, message) = match unknown {
                Some(item) => (
                    route.key(item.as_str()),
                    format!("no billing factor has the item `{item}` of package `{package}`"),
                ),
                None if factors.is_empty() => {
                    (route, format!("package `{package}` has no billing factor to prepay"))
                }
                None => continue,
            };
            found.push(RULE.finding_at(route, message, ""));
        }
    }
    found
}
