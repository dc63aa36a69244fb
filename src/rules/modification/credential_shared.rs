//! R38: Two products link the same application credential.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, Key, ProductField};
use crate::rules::words::few;
use crate::rules::{Basis, Check, Rule, RuleDoc, Summaries};
use std::collections::BTreeMap;

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
    let mut by_credential: BTreeMap<&str, Vec<&Key>> = BTreeMap::new();
    for summary in &summaries.products {
        if let Some(credential) = &summary.credential {
            by_credential.entry(credential).or_default().push(&summary.key);
        }
    }
    let mut found = Vec::new();
    for (credential, keys) in by_credential.iter().filter(|(_, keys)| keys.len() > 1) {
        for key in keys {
            let others: Vec<&str> =
                keys.iter().filter(|other| other != &key).map(|other| other.as_str()).collect();
            let message = format!("credential `{credential}` is linked by {} too", few(&others));
            found.push(((*key).clone(), RULE.finding(&Item::Field(field), message, "one product only")));
        }
    }
    found
}
