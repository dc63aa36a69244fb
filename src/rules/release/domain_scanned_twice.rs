//! R84: Two SaaS products stand behind one domain.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, Key, ProductField};
use crate::rules::alike::alike;
use crate::rules::words::{few_of, host};
use crate::rules::{Basis, Check, Rule, RuleDoc, Summaries};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "domain-scanned-twice",
        numbers: &[84],
        basis: Basis::Chinese,
        source: "F-SCAN",
        sites: &[],
        level: Severity::Warning,
        what: "Two SaaS products stand behind one domain.",
        why: "The same domain cannot be scanned in two places, and five scans run at a time; the second product waits for ever.",
        example: "saas: {interface: {url: \"https://acme.example/crm\"}}   # and another product at https://acme.example/desk",
        instead: "Give each product a domain of its own, or register and scan the domain once and say so to the operations manager.",
    },
    check: Check::Catalog(check),
};

fn check(summaries: &Summaries<'_>) -> Vec<(Key, Finding)> {
    let field = ProductField::InterfaceUrl;
    let hosts = summaries.products.iter().copied().filter_map(|summary| {
        let host = summary.interface_url.as_deref().and_then(host)?;
        Some((host.to_ascii_lowercase(), &summary.key))
    });
    let mut found = Vec::new();
    for (host, keys) in alike(hosts.collect()) {
        for key in &keys {
            let others = keys.iter().filter(|other| *other != key).map(|other| other.as_str());
            let others = few_of(others, keys.len() - 1);
            let message = format!("`{host}` is the domain of {others} too");
            found.push(((*key).clone(), RULE.finding(&Item::Field(field), message, "")));
        }
    }
    found
}
