//! No number: A field changes that the site profile calls frozen or doubtful.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::{Edit, Item, ProductField, SpecificationField};
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "frozen-field-changed",
        numbers: &[],
        basis: Basis::Inferred,
        source: "site profile",
        sites: &[],
        level: Severity::Error,
        what: "A field changes that the site profile calls frozen or doubtful.",
        why: "The documentation offers no way to change this field after release, or says it must match the product. A wrong guess cannot be taken back.",
        example: "salesType: joint-operations   # released: common",
        instead: "Put the released value back; write a new product (with `replaces`) when the change is needed; or lift the limit in `gallerist.yaml` (`site: {extends: intl, set: {edits: {salesType: reviewed}}}`) once the marketplace has agreed.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let frozen = transition.changes.iter().filter(|change| match &change.item {
        // These have rules of their own with better advice.
        Item::Field(ProductField::ServiceSupervision | ProductField::Credential) => false,
        Item::SpecificationField(_, SpecificationField::TrialDays) => false,
        Item::Field(field) => matches!(transition.site.edit(*field), Edit::Frozen | Edit::Doubtful),
        Item::SpecificationField(_, field) => {
            matches!(transition.site.edit_specification(*field), Edit::Frozen | Edit::Doubtful)
        }
        _ => false,
    });
    frozen
        .map(|change| {
            let message = format!("{} cannot change after release", change.item.describe());
            let setting = match &change.item {
                Item::Field(field) => field.info().name(),
                Item::SpecificationField(_, field) => format!("specification.{}", field.info().name()),
                _ => String::new(),
            };
            let help =
                RULE.doc.instead.replace("extends: intl", &format!("extends: {}", transition.site.name));
            let help = help.replace("salesType", &setting);
            Finding { help, ..transition.at(&RULE, change, message) }
        })
        .collect()
}
