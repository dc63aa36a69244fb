//! R39: A SaaS product has no production interface address, or several.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::{DeliveryMethod, Item, ProductField};
use crate::rules::Transition;
use crate::rules::words::several_addresses;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "interface-address-not-single",
        numbers: &[39],
        basis: Basis::Stated,
        source: "A-API, CN173",
        sites: &[],
        level: Severity::Error,
        what: "A SaaS product has no production interface address, or several.",
        why: "The marketplace sends all its calls for a product to exactly one address and tells them apart by their parameters.",
        example: "saas: {interface: {url: null}}   # released: https://crm.acme.example/koo",
        instead: "State one address that answers every call, or leave `url` out to keep the released one.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let field = ProductField::InterfaceUrl;
    if transition.wanted.delivery != DeliveryMethod::Saas {
        return Vec::new();
    }
    let wanted = transition.wanted.fields.text(field);
    let several = wanted.is_some_and(several_addresses);
    let message =
        if several { "there is more than one interface address" } else { "there is no interface address" };
    match (transition.released, transition.field(field)) {
        (Some(_), Some(change)) if several || change.to.is_none() => {
            vec![transition.at(&RULE, change, message)]
        }
        (None, _) if several || wanted.is_none() => {
            let help = "State one address that answers every call.".to_owned();
            vec![Finding { help, ..RULE.finding(&Item::Field(field), message, "") }]
        }
        (Some(_) | None, _) => Vec::new(),
    }
}
