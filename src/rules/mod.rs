//! The rule book: one file per rule, one registry.
//!
//! A rule is its documentation and its check. Transition rules look at what was approved once (released against
//! desired, without drift); what was only submitted is not frozen yet. Rules the planner obeys by construction
//! (order, waiting, entry points) have documentation and [`Check::Planner`]; invariant tests hold them.

mod guard;
mod modification;
mod release;
mod removal;
mod review;

use crate::diagnostic::{Finding, RuleId, Severity};
use crate::diff::Change;
use crate::model::{Desired, Item, Key, Product, ProductField, SpecificationField};
use crate::released::ReleasedProduct;
use crate::site::SiteProfile;
use crate::submission::Operation;

/// How well a rule is founded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Stated outright on an international or European help page.
    Stated,
    /// Stated on a Chinese page; may differ per site.
    Chinese,
    /// Inferred from stated facts; can be switched off.
    Inferred,
    /// Gallerist's own caution, not the marketplace's.
    Own,
}

impl Basis {
    /// The words printed for it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Stated => "stated by the marketplace",
            Self::Chinese => "stated on the Chinese site",
            Self::Inferred => "inferred",
            Self::Own => "Gallerist's own caution",
        }
    }
}

/// What people are told about a rule.
#[derive(Debug, Clone, Copy)]
pub struct RuleDoc {
    /// Kebab-case name of the bad pattern.
    pub id: RuleId,
    /// Numbers in the domain reference.
    pub numbers: &'static [u16],
    /// How well it is founded.
    pub basis: Basis,
    /// Page it comes from.
    pub source: &'static str,
    /// Sites it holds on; empty means all.
    pub sites: &'static [&'static str],
    /// Severity of its findings by default.
    pub level: Severity,
    /// What it is about.
    pub what: &'static str,
    /// Why the marketplace does this.
    pub why: &'static str,
    /// A definition that meets it.
    pub example: &'static str,
    /// What to do instead.
    pub instead: &'static str,
}

/// How a rule is enforced.
#[derive(Clone, Copy)]
pub enum Check {
    /// A function over one product's transition.
    Transition(fn(&Transition<'_>) -> Vec<Finding>),
    /// The planner obeys it by construction, or reports it itself.
    Planner,
}

/// A rule.
#[derive(Clone, Copy)]
pub struct Rule {
    /// What people are told.
    pub doc: RuleDoc,
    /// How it is enforced.
    pub check: Check,
}

/// What a transition rule sees of one product.
#[derive(Clone, Copy)]
pub struct Transition<'a> {
    /// What the site allows.
    pub site: &'a SiteProfile,
    /// The desired state.
    pub desired: &'a Desired,
    /// The released product; `None` before the first release.
    pub released: Option<&'a ReleasedProduct>,
    /// What should be on sale: desired content without retired and unmanaged parts.
    pub wanted: &'a Product,
    /// What is on sale now: released content without discontinued parts.
    pub on_sale: &'a Product,
    /// Desired against released, without drift.
    pub changes: &'a [Change],
    /// Removals that the definition asks for.
    pub removals: &'a [Operation],
}

impl<'a> Transition<'a> {
    /// The change of a product field, if it changes.
    #[must_use]
    pub fn field(&self, field: ProductField) -> Option<&'a Change> {
        self.changes.iter().find(|change| change.item == Item::Field(field))
    }

    /// Changes of one specification field, with the specification's key.
    pub fn specification_fields(
        &self,
        field: SpecificationField,
    ) -> impl Iterator<Item = (&'a Key, &'a Change)> {
        self.changes.iter().filter_map(move |change| match &change.item {
            Item::SpecificationField(key, changed) if *changed == field => Some((key, change)),
            _ => None,
        })
    }

    /// Whether a specification is on sale now.
    #[must_use]
    pub fn is_on_sale(&self, key: &Key) -> bool {
        self.on_sale.specifications.contains_key(key)
    }
}

impl Rule {
    /// A finding at an item, with the rule's own words for why and what instead.
    #[must_use]
    pub fn finding(&self, item: &Item, message: impl Into<String>, label: impl Into<String>) -> Finding {
        Finding {
            rule: self.doc.id,
            severity: self.doc.level,
            route: item.route(),
            position: None,
            message: message.into(),
            label: label.into(),
            why: self.doc.why.to_owned(),
            help: self.doc.instead.to_owned(),
        }
    }

    /// A finding at a change: the label tells the released value.
    #[must_use]
    pub fn at(&self, change: &Change, message: impl Into<String>) -> Finding {
        let released = change.from.as_ref().map_or_else(|| "nothing".to_owned(), ToString::to_string);
        self.finding(&change.item, message, format!("released: {released}"))
    }
}

/// Every rule, in the order of families and of numbers within one.
pub static REGISTRY: &[&[Rule]] =
    &[release::RULES, modification::RULES, removal::RULES, review::RULES, guard::RULES];

/// Every rule.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    REGISTRY.iter().flat_map(|family| family.iter())
}

/// The rule with this id, or the rules with this number (`25` or `R25`).
#[must_use]
pub fn find(name: &str) -> Vec<&'static Rule> {
    let number = name.strip_prefix(['R', 'r']).unwrap_or(name).parse::<u16>();
    all()
        .filter(|rule| rule.doc.id == name || number.as_ref().is_ok_and(|n| rule.doc.numbers.contains(n)))
        .collect()
}

/// The reference's numbers of a rule.
#[must_use]
pub fn numbers(id: &str) -> &'static [u16] {
    all().find(|rule| rule.doc.id == id).map_or(&[], |rule| rule.doc.numbers)
}

/// Runs every transition rule.
#[must_use]
pub fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let checks = all().filter_map(|rule| match rule.check {
        Check::Transition(check) => Some(check),
        Check::Planner => None,
    });
    checks.flat_map(|check| check(transition)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_rule_is_documented_under_its_own_name() {
        let mut names = BTreeSet::new();
        for rule in all() {
            let RuleDoc { id, numbers: _, basis: _, source, sites, level: _, what, why, example, instead } =
                rule.doc;
            assert!(names.insert(id), "{id} stands twice");
            assert!(id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{id}");
            for text in [source, what, why, example, instead] {
                assert!(!text.is_empty(), "{id} lacks documentation");
            }
            assert!(sites.iter().all(|site| SiteProfile::NAMES.contains(site)), "{id}");
        }
    }

    #[test]
    fn rules_are_found_by_name_and_by_number() {
        assert_eq!(find("service-supervision-changed").len(), 1);
        assert!(find("R25").iter().any(|rule| rule.doc.id == "service-supervision-changed"));
        assert!(find("25").iter().any(|rule| rule.doc.id == "service-supervision-changed"));
        assert!(find("no-such-rule").is_empty());
    }
}
