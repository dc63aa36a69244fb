//! R35: A hidden product becomes public while one of its specifications must stay hidden.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::{Item, ProductField, SpecificationField, Value};
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "hidden-specification-exposed",
        numbers: &[35],
        basis: Basis::Chinese,
        source: "F-HIDE",
        sites: &[],
        level: Severity::Error,
        what: "A hidden product becomes public while one of its specifications must stay hidden.",
        why: "Showing a hidden product sets every specification to public; hiding it again needs a second review, and until then everybody sees and can buy it.",
        example: "publicSales: true   # released: false\nspecifications:\n  - {key: partner, public: false}",
        instead: "Sell the hidden specification in a product of its own; or approve the show operation, accepting that the specification is public until the second modification is approved.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let shown =
        transition.field(ProductField::PublicSales).filter(|change| change.to == Some(Value::Flag(true)));
    if shown.is_none() || !transition.site.show_resets_specifications {
        return Vec::new();
    }
    let specifications = transition.desired.product.specifications.values();
    let hidden = specifications.filter(|found| found.fields.flag(SpecificationField::Public) == Some(false));
    hidden
        .map(|specification| {
            let key = &specification.key;
            let message = format!("showing the product makes the hidden specification `{key}` public");
            RULE.finding(
                &Item::SpecificationField(key.clone(), SpecificationField::Public),
                message,
                "must stay hidden",
            )
        })
        .collect()
}
