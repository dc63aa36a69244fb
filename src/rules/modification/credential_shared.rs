//! R38: Two products link the same application credential.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, Key, ProductField};
use crate::rules::alike::alike;
use crate::rules::words::few_of;
use crate::rules::{Basis, Check, Rule, RuleDoc, Summaries};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "credential-shared",
        numbers: &[38],
        basis: Basis::Chinese,
        source: "CN173, F-CASE",
        sites: &[],
        level: Severity::Error,
        what: "Two products link the same application credential.",
        why: "A credential serves one product; the marketplace refuses the second.",
        example: "saas: {credential: cred-7}   # another product links cred-7 too",
        instead: "Create a credential of its own for each product.",
    },
    check: Check::Catalog(check),
};

fn check(summaries: &Summaries<'_>) -> Vec<(Key, Finding)> {
    let field = ProductField::Credential;
    let products = summaries.products.iter().copied();
    let linked = products.filter_map(|summary| Some((summary.credential.as_deref()?, &summary.key)));
    let mut found = Vec::new();
    for (credential, keys) in alike(linked.collect()) {
        for key in &keys {
            let others = keys.iter().filter(|other| *other != key).map(|other| other.as_str());
            let others = few_of(others, keys.len() - 1);
            let message = format!("credential `{credential}` is linked by {others} too");
            found.push(((*key).clone(), RULE.finding(&Item::Field(field), message, "one product only")));
        }
    }
    found
}
