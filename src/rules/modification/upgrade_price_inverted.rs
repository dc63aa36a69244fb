//! R13: New prices make the target of an upgrade rule cheaper than its source, which ends the rule.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::{Amount, BillingMode, Cell, Item, Price, Product, SkuKey, UpgradeRule};
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "upgrade-price-inverted",
        numbers: &[13],
        basis: Basis::Stated,
        source: "UPG",
        sites: &[],
        level: Severity::Warning,
        what: "New prices make the target of an upgrade rule cheaper than its source, which ends the rule.",
        why: "The marketplace deletes an upgrade rule without notice when its target costs less than its source.",
        example: "skus:\n  - {values: {edition: basic}, prices: {yearly: {USD: \"100.00\"}}}\n  - {values: {edition: pro}, prices: {yearly: {USD: \"95.00\"}}}    # released: 120.00",
        instead: "Keep the target at the source's price or above; or take the rule out of `upgradeRules` and tell buyers.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let Some(rules) = &transition.on_sale.upgrade_rules else { return Vec::new() };
    let mut found = Vec::new();
    // A rule that the definition takes out ends anyway.
    let stays = |rule: &UpgradeRule| {
        transition.wanted.upgrade_rules.as_ref().is_none_or(|wanted| wanted.contains(rule))
    };
    for rule in rules.iter().filter(|rule| stays(rule)) {
        if inverted(transition.on_sale, rule).is_some() {
            continue;
        }
        let Some(mode) = inverted(transition.wanted, rule) else { continue };
        let price = |sku: &SkuKey| Item::Price(rule.specification.clone(), Cell { sku: sku.clone(), mode });
        let changes = |item: &Item| transition.changes.iter().any(|change| change.item == *item);
        let item = Some(price(&rule.from)).filter(|from| changes(from) && !changes(&price(&rule.to)));
        let item = item.unwrap_or_else(|| price(&rule.to));
        let message = format!(
            "{} of `{}` would cost less ({mode}) than {}, which ends the upgrade rule between them",
            rule.to, rule.specification, rule.from
        );
        found.push(RULE.finding(&item, message, "ends an upgrade rule"));
    }
    found
}

/// The first mode in which the target costs less than the source.
fn inverted(product: &Product, rule: &UpgradeRule) -> Option<BillingMode> {
    let prices = product.specifications.get(&rule.specification)?.prices.as_ref()?;
    let unit = |sku: &SkuKey, mode: BillingMode| -> Option<Amount> {
        match prices.get(&Cell { sku: sku.clone(), mode })? {
            Price::Flat(amount) => Some(*amount),
            Price::Tiered(tiers) => tiers.first().map(|tier| tier.price),
        }
    };
    let modes = prices.keys().map(|cell| cell.mode);
    modes.filter(|mode| mode.is_period()).find(
        |mode| matches!((unit(&rule.from, *mode), unit(&rule.to, *mode)), (Some(from), Some(to)) if to < from),
    )
}
