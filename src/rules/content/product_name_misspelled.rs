//! No number: A name is not spelled the way the industry spells it.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField, SpecificationField};
use crate::rules::words::{listed, quoted};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "product-name-misspelled",
        numbers: &[],
        basis: Basis::Stated,
        source: "DESC",
        sites: &[],
        level: Severity::Warning,
        what: "A name is not spelled the way the industry spells it.",
        why: "Buyers search by the usual spelling, and reviewers send misspelled names back.",
        example: "name: Wordpess Hosting",
        instead: "Spell names of products and techniques the way their makers do; add your own to `misspellings` in `gallerist.yaml`.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(name) = content.text(ProductField::Name) {
        found.extend(misspelled(content, name, || Item::Field(ProductField::Name)));
    }
    for (key, specification) in content.specifications() {
        if let Some(name) = specification.fields.text(SpecificationField::Name) {
            let item = || Item::SpecificationField(key.clone(), SpecificationField::Name);
            found.extend(misspelled(content, name, item));
        }
    }
    found
}

fn misspelled(content: &Content<'_>, name: &str, item: impl Fn() -> Item) -> Option<Finding> {
    let slips = content.site.words.misspelled.find(name);
    if slips.is_empty() {
        return None;
    }
    let list = &content.site.words.misspellings;
    let (mut wrong, mut right) = (Vec::new(), name.to_owned());
    for found in slips.into_iter().rev() {
        let (written, meant) = (name.get(found.place.clone())?, list.get(found.word)?);
        if written != meant {
            wrong.insert(0, quoted(written));
            right.replace_range(found.place, meant);
        }
    }
    let is = if wrong.len() == 1 { "is" } else { "are" };
    let message = format!("{} {is} misspelled", listed(&wrong, 3));
    let help = format!("write `{right}`");
    (!wrong.is_empty()).then(|| Finding { help, ..RULE.finding(&item(), message, "") })
}
