//! R35: A hidden product becomes public while one of its specifications must stay hidden.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::{Item, Key, Product, ProductField, SpecificationField, Value};
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
use std::collections::BTreeSet;

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
    let hidden = |product: &Product, key: &Key| {
        let specification = product.specifications.get(key)?;
        specification.fields.flag(SpecificationField::Public).map(|public| !public)
    };
    // A visibility left out is the released one; what is retired or unmanaged is on sale too, as long as it is.
    let keys = transition.wanted.specifications.keys().chain(transition.on_sale.specifications.keys());
    let exposed = keys.collect::<BTreeSet<_>>().into_iter().filter(|key| {
        hidden(&transition.desired.product, key).or_else(|| hidden(transition.on_sale, key)) == Some(true)
    });
    exposed
        .map(|key| {
            let message = format!("showing the product makes the hidden specification `{key}` public");
            RULE.finding(
                &Item::SpecificationField(key.clone(), SpecificationField::Public),
                message,
                "must stay hidden",
            )
        })
        .collect()
}
