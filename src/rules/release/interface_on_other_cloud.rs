//! R80: The production interface of a SaaS product has an address that belongs to another cloud.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField};
use crate::rules::words::host;
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "interface-on-other-cloud",
        numbers: &[80],
        basis: Basis::Inferred,
        source: "SAAS, SAAS-EU",
        sites: &[],
        level: Severity::Warning,
        what: "The production interface of a SaaS product has an address that belongs to another cloud.",
        why: "SaaS sold here must run on Huawei Cloud; a host name of another provider tells the reviewer otherwise.",
        example: "saas: {interface: {url: \"https://acme.azurewebsites.net/koo\"}}",
        instead: "Run the production system on Huawei Cloud and write its own domain name.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let field = ProductField::InterfaceUrl;
    let Some(host) = content.text(field).and_then(host) else { return Vec::new() };
    let host = host.to_ascii_lowercase();
    let other = content.site.other_clouds.iter().find(|ending| {
        host.strip_suffix(ending.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    });
    let Some(other) = other else { return Vec::new() };
    let message = format!("`{host}` is an address of another cloud (`{other}`)");
    vec![RULE.finding(&Item::Field(field), message, "")]
}
