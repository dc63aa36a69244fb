//! No number: Nobody confirmed that the certificate of a tag is uploaded.

use crate::diagnostic::Severity;
use crate::model::{Item, ProductField, Value};
use crate::rules::words::lower;
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "tag-certificate-unchecked",
        numbers: &[],
        basis: Basis::Chinese,
        source: "F-SPEC, F-PUB",
        sites: &[],
        level: Severity::Error,
        what: "Nobody confirmed that the certificate of a tag is uploaded.",
        why: "Tags such as Kunpeng or Ascend are granted to products with the matching certificate; whoever chooses one without it is rejected.",
        example: "tags: [Kunpeng]",
        instead: "Upload the certificate of the tag in the console and confirm it, or leave the tag out.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    let Some(Value::Texts(tags)) = transition.sets(ProductField::Tags) else { return Vec::new() };
    let before = match transition.field(ProductField::Tags).and_then(|change| change.from.as_ref()) {
        Some(Value::Texts(tags)) => tags.as_slice(),
        _ => &[],
    };
    let needs = |tag: &&String| transition.site.certified_tags.iter().any(|known| lower(known) == lower(tag));
    let added = tags.iter().filter(|tag| !before.contains(tag)).filter(needs);
    let item = || Item::Field(ProductField::Tags);
    added
        .map(|tag| Verify::of(format!("the certificate of the tag {tag} is uploaded"), lower(tag)).at(item()))
        .collect()
}
