//! R116, R117, R118, R119, R120: A SaaS product is submitted without a saved debugging case for every call that its offers need.

use crate::diagnostic::Severity;
use crate::model::{BillingMode, DeliveryMethod, Product, ProductField};
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "debugging-case-missing",
        numbers: &[116, 117, 118, 119, 120],
        basis: Basis::Stated,
        source: "A-API, A-CASE, A-DBG-EU, PPU, PKG, MOD",
        sites: &[],
        level: Severity::Warning,
        what: "A SaaS product is submitted without a saved debugging case for every call that its offers need.",
        why: "On submission the marketplace replays the saved cases: creation, query and release for all; update too for periods and metering; status update for periods; upgrade where buyers can move; usage push for metering. A further billing mode or trial widens the set.",
        example: "prices: {yearly: {USD: \"99.00\"}, monthly: {USD: \"9.90\"}}   # released: yearly only, without the update cases",
        instead: "Debug and save each case in the console (Application Access, Debugging Cases). Then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    let Product { delivery, upgrade_rules, .. } = transition.expected;
    if *delivery != DeliveryMethod::Saas {
        return Vec::new();
    }
    let modes = transition.expected.specifications.values().flat_map(|found| found.modes.iter().flatten());
    let modes: BTreeSet<BillingMode> = modes.copied().collect();
    let period = modes.iter().any(|mode| mode.is_period());
    let metered = modes.contains(&BillingMode::PayPerUse);
    let upgrades = upgrade_rules.iter().flatten().next().is_some();
    let cases = [
        (true, "newInstance"),
        (true, "queryInstance"),
        (period || metered, "refreshInstance"),
        (period, "updateInstanceStatus"),
        (true, "releaseInstance"),
        (upgrades, "upgrade"),
        (metered, "the usage push"),
    ];
    let needed: Vec<&str> = cases.into_iter().filter(|(needed, _)| *needed).map(|(_, name)| name).collect();
    let url =
        transition.expected.fields.text(ProductField::InterfaceUrl).unwrap_or("the production interface");
    let needed = needed.join(", ");
    vec![Verify::of(format!("debugging cases are saved for {needed}"), format!("{url} {needed}"))]
}
