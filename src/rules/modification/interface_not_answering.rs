//! R28, R30: A SaaS product is submitted while its production interface does not answer.

use crate::diagnostic::Severity;
use crate::model::{DeliveryMethod, Key, ProductField};
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "interface-not-answering",
        numbers: &[28, 30],
        basis: Basis::Stated,
        source: "MOD, F-SUBMIT",
        sites: &[],
        level: Severity::Warning,
        what: "A SaaS product is submitted while its production interface does not answer.",
        why: "On submission the marketplace calls the production interface of every released specification with all saved cases; an abnormal answer stops the submission.",
        example: "The interface answers 500 to queryInstance; the modification is refused at the door.",
        instead: "Run `gallerist preflight --allow-production-calls`, mend what is red, and run it again: green proves it. Where there is no `cases.yaml`, run the saved cases in the console and confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    if transition.expected.delivery != DeliveryMethod::Saas || !transition.submits {
        return Vec::new();
    }
    let url =
        transition.expected.fields.text(ProductField::InterfaceUrl).unwrap_or("the production interface");
    let specifications: Vec<&str> = transition.expected.specifications.keys().map(Key::as_str).collect();
    let text = format!(
        "{url} answers every saved case normally, for each specification; the marketplace calls it on submission"
    );
    vec![Verify::of(text, format!("{url} {}", specifications.join(" "))).for_days(7)]
}
