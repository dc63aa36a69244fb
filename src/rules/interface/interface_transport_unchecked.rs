//! R123: A SaaS interface is submitted whose transport the marketplace may not accept.

use crate::diagnostic::Severity;
use crate::model::{ProductField, Value};
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "interface-transport-unchecked",
        numbers: &[123],
        basis: Basis::Stated,
        source: "A-REQ, F-URL",
        sites: &[],
        level: Severity::Warning,
        what: "A SaaS interface is submitted whose transport the marketplace may not accept.",
        why: "It speaks TLS 1.2 or later with a certificate of a public authority, sends POST with JSON in UTF-8, and waits five seconds.",
        example: "A certificate signed by the company itself",
        instead: "Check it from outside your network, for instance with `openssl s_client` and `curl --tlsv1.2 --max-time 5`. Then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    let Some(Value::Text(url)) = transition.sets(ProductField::InterfaceUrl) else { return Vec::new() };
    let text = format!(
        "{url} takes POST with JSON over TLS 1.2 or later with a public certificate, and answers within 5 s"
    );
    vec![Verify::of(text, url.clone()).for_days(90)]
}
