//! No number: The product's name uses the name of Huawei Cloud.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField};
use crate::rules::words::{lower, quoted};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "product-name-borrows-platform",
        numbers: &[],
        basis: Basis::Stated,
        source: "DESC",
        sites: &[],
        level: Severity::Error,
        what: "The product's name uses the name of Huawei Cloud.",
        why: "Buyers would take the product for one of Huawei Cloud's own; the marketplace allows its name in no product's name but for editions for Huawei Cloud Stack.",
        example: "name: Huawei Cloud Backup Solution",
        instead: "Leave the platform's name out; that the product runs on Huawei Cloud can be said in the description.",
    },
    check: Check::Content(check),
};

/// What `stack-edition-misnamed` looks at.
const STACK: [&str; 4] = ["huawei cloud stack", "huaweicloud stack", "华为云stack", "华为云 stack"];

fn check(content: &Content<'_>) -> Vec<Finding> {
    let Some(name) = content.text(ProductField::Name) else { return Vec::new() };
    let names = &content.site.words.platform_names;
    if names.first(name).is_none() {
        return Vec::new();
    }
    let mut rest = lower(name);
    for stack in STACK {
        rest = rest.replace(stack, " ");
    }
    let Some(word) = names.first(&rest) else { return Vec::new() };
    let message = format!("the name uses the platform's name {}", quoted(word));
    vec![RULE.finding(&Item::Field(ProductField::Name), message, "")]
}
