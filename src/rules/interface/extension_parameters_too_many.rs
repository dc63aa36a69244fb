//! R128: A SaaS product passes more extension parameters than the form takes.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "extension-parameters-too-many",
        numbers: &[128],
        basis: Basis::Stated,
        source: "CN173, V1-DBG",
        sites: &[],
        level: Severity::Error,
        what: "A SaaS product passes more extension parameters than the form takes.",
        why: "Three of the debugged ones can be chosen; other types are agreed by mail with the operations manager.",
        example: "saas: {extensionParameters: [seats, region, plan, tenant]}",
        instead: "Remove some; what the seller's system needs besides it can ask for after the purchase.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let field = ProductField::ExtensionParameters;
    let limit = content.site.extension_parameters_max;
    let count = content.texts(field).len();
    if count <= limit {
        return Vec::new();
    }
    let message = format!("there are {count} extension parameters; at most {limit} are allowed");
    vec![RULE.finding_at(Item::Field(field).route().index(limit), message, "one too many")]
}
