//! No number: A replacement does not take over what the console keeps beside the old specification.

use crate::diagnostic::{Finding, Route, Severity};
use crate::model::{Key, Product, SpecificationField};
use crate::rules::words::listed;
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "settings-not-carried-over",
        numbers: &[],
        basis: Basis::Own,
        source: "own caution",
        sites: &[],
        level: Severity::Note,
        what: "A specification that takes another's place does not inherit its upgrade rules, purchase limit and whitelists.",
        why: "They belong to the old specification and its skuCodes, and end with it; the new one starts without any.",
        example: "- {key: pro-2, replaces: [pro]}   # pro has a purchase limit",
        instead: "State them for the new specification where they should hold; the plan then has a step for each.",
    },
    check: Check::Transition(check),
};

const SETTINGS: [SpecificationField; 3] =
    [SpecificationField::PurchaseLimit, SpecificationField::Whitelist, SpecificationField::TrialWhitelist];

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (key, intent) in &transition.desired.specifications {
        let Some(new) = transition.wanted.specifications.get(key) else { continue };
        for old in intent.replaces.iter().filter_map(|old| transition.on_sale.specifications.get(old)) {
            let mut lost: Vec<&str> = Vec::new();
            let unstated = |field: &SpecificationField| {
                old.fields.value(*field).is_some() && new.fields.statement(*field).is_none()
            };
            lost.extend(SETTINGS.iter().filter(|field| unstated(field)).map(|field| field.info().console));
            let rules = |product: &Product, key: &Key| {
                product.upgrade_rules.iter().flatten().any(|rule| rule.specification == *key)
            };
            if rules(transition.on_sale, &old.key) && !rules(transition.wanted, key) {
                lost.push("upgrade rules");
            }
            if !lost.is_empty() {
                let message =
                    format!("`{key}` does not take over {} of `{}`", listed(&lost, usize::MAX), old.key);
                let route = Route::specification(key.as_str()).key("replaces");
                found.push(RULE.finding_at(route, message, ""));
            }
        }
    }
    found
}
