//! R116 to R120: `cases.yaml` lacks a case of what a SaaS product offers.

use crate::diagnostic::{Finding, Route, Severity};
use crate::model::{Activity, BillingMode, Cases, DeliveryMethod, Item, Key, Offer};
use crate::rules::words::listed;
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "debugging-case-missing",
        numbers: &[116, 117, 118, 119, 120],
        basis: Basis::Stated,
        source: "A-API, A-CASE, A-DBG-EU, PPU, PKG",
        sites: &[],
        level: Severity::Warning,
        what: "`cases.yaml` of a SaaS product lacks a case of something it offers.",
        why: "On submission and twice a day afterwards the marketplace replays the saved cases, once for each specification; what is offered decides which there must be.",
        example: "prices: {yearly: {USD: \"99.00\"}}   # and cases.yaml has no updateInstanceStatus",
        instead: "Debug and save the case in the console (Application Access, Debugging Cases), and add it to `cases.yaml`.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let Some(cases) = content.cases.filter(|_| content.product.delivery == DeliveryMethod::Saas) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (key, specification) in content.specifications() {
        // Several modes of one kind need the same cases: the first is shown.
        let mut told: BTreeSet<(Offer, Vec<Activity>)> = BTreeSet::new();
        for mode in specification.modes.iter().flatten() {
            let offer = Offer::of_mode(*mode);
            let missing = missing(cases, key, Some(*mode), offer);
            if !missing.is_empty() && told.insert((offer, missing.clone())) {
                let item = Item::BillingMode(key.clone(), *mode);
                found.push(finding(item.route(), offer, key, &missing));
            }
        }
    }
    let mut upgraded: BTreeMap<&Key, Route> = BTreeMap::new();
    for rule in content.product.upgrade_rules.iter().flatten() {
        upgraded.entry(&rule.specification).or_insert_with(|| Item::UpgradeRule(rule.clone()).route());
    }
    for (key, route) in upgraded {
        let missing = missing(cases, key, None, Offer::Upgrade);
        if !missing.is_empty() {
            found.push(finding(route, Offer::Upgrade, key, &missing));
        }
    }
    found
}

fn missing(cases: &Cases, key: &Key, mode: Option<BillingMode>, offer: Offer) -> Vec<Activity> {
    let needed = offer.activities(cases.signature.form).iter().copied();
    let is_there = |activity: &Activity| {
        cases.cases.iter().any(|case| {
            case.activity == *activity
                && (case.is_for(key, mode) || mode.is_none() && case.is_for(key, case.mode))
        })
    };
    needed.filter(|activity| !is_there(activity)).collect()
}

fn finding(route: Route, offer: Offer, key: &Key, missing: &[Activity]) -> Finding {
    let names: Vec<String> = missing.iter().map(|activity| format!("`{}`", activity.name())).collect();
    let message =
        format!("`cases.yaml` has no {} for {} of `{key}`", listed(&names, usize::MAX), offer.words());
    RULE.finding_at(route, message, "")
}
