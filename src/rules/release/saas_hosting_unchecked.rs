//! R80: A SaaS product is submitted that does not run on Huawei Cloud of the site.

use crate::diagnostic::Severity;
use crate::model::{ProductField, Value};
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "saas-hosting-unchecked",
        numbers: &[80],
        basis: Basis::Stated,
        source: "SAAS, SAAS-EU",
        sites: &[],
        level: Severity::Warning,
        what: "A SaaS product is submitted that does not run on Huawei Cloud of the site.",
        why: "The marketplace sells SaaS that runs on its own cloud; the review asks where it runs.",
        example: "saas: {interface: {url: \"https://crm.acme.example/koo\"}}   # on another cloud",
        instead: "Move the production system to Huawei Cloud first. Then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    let Some(Value::Text(url)) = transition.sets(ProductField::InterfaceUrl) else { return Vec::new() };
    let text = format!("the system behind {url} runs on Huawei Cloud of site {}", transition.site.name);
    vec![Verify::of(text, url)]
}
