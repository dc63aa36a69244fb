//! No number: The version is not written as `V` and a number.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField};
use crate::rules::words::quoted;
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "version-not-numbered",
        numbers: &[],
        basis: Basis::Stated,
        source: "DESC",
        sites: &[],
        level: Severity::Error,
        what: "The version is not written as `V` and a number.",
        why: "Buyers compare versions; `V1.0` and `V2.0` can be compared, while `v0.1`, \"First Version\" or \"Initial Version\" cannot and are rejected.",
        example: "version: First Version",
        instead: "Write a capital V and numbers from 1 on: `V1.0`, `V2.4.1`.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let Some(version) = content.text(ProductField::Version).filter(|version| !is_numbered(version)) else {
        return Vec::new();
    };
    let message = format!("the version {} is not written like V1.0", quoted(version));
    let mut finding = RULE.finding(&Item::Field(ProductField::Version), message, "");
    let numbers = version.trim().trim_start_matches(|c: char| !c.is_ascii_digit());
    let written = Some(format!("V{numbers}")).filter(|written| is_numbered(written));
    finding.help = format!("write `{}`", written.as_deref().unwrap_or("V1.0"));
    vec![finding]
}

fn is_numbered(version: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    version
        .strip_prefix('V')
        .is_some_and(|numbers| !numbers.starts_with('0') && numbers.split('.').all(digits))
}
