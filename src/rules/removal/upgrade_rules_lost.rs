//! R56, R57: Upgrade rules die with a removed specification or SKU, and their buyers cannot change specification any more.

use super::retirement;
use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::{Item, UpgradeRule};
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "upgrade-rules-lost",
        numbers: &[56, 57],
        basis: Basis::Stated,
        source: "UPG",
        sites: &[],
        level: Severity::Warning,
        what: "Upgrade rules die with a removed specification or SKU, and their buyers cannot change specification any more.",
        why: "A rule whose source or target is gone is deleted by the marketplace without notice.",
        example: "upgradeRules name a SKU that is retired.",
        instead: "Tell buyers; set up rules between the remaining SKUs afterwards.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let Some(rules) = &transition.on_sale.upgrade_rules else { return Vec::new() };
    let mut found = Vec::new();
    // A rule that the definition takes out ends before the removal.
    let stays = |rule: &&UpgradeRule| {
        transition.wanted.upgrade_rules.as_ref().is_none_or(|wanted| wanted.contains(*rule))
    };
    for operation in transition.removals {
        let lost = rules.iter().filter(stays).filter(|rule| match &operation.item {
            Item::Product => true,
            Item::Specification(key) => rule.specification == *key,
            Item::Sku(key, sku) => rule.specification == *key && (rule.from == *sku || rule.to == *sku),
            _ => false,
        });
        for rule in lost {
            let message = format!(
                "removing {} ends the {}",
                operation.item.describe(),
                Item::UpgradeRule(rule.clone()).describe()
            );
            found.push(RULE.finding_at(retirement(&operation.item), message, "ends upgrade rules"));
        }
    }
    found
}
