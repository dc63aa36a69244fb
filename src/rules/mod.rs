//! The rule book: one file per rule, one registry.
//!
//! A rule is its documentation and its check. Content rules judge a product as it is; transition rules look at what
//! was approved once (released against desired, without drift), for what was only submitted is not frozen yet; catalog
//! rules compare products; verify rules say what only a person can check. Rules the planner obeys by construction
//! (order, waiting, entry points) have documentation and [`Check::Planner`]; invariant tests hold them.

mod alike;
mod content;
mod context;
mod files;
mod guard;
mod interface;
mod level;
pub mod levels;
mod modification;
mod outside;
mod release;
mod removal;
mod review;
mod selection;
mod specification;
mod words;

pub use context::{Account, Content, Origins, Sale, Summaries, Summary, Transition, Verify};
pub use outside::{OUTSIDE, Outside};
pub use selection::{Filter, Selection, names};

use crate::diagnostic::{Finding, Route, RuleId, Severity};
use crate::model::{Item, Key};
use levels::Levels;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::LazyLock;

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
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Stated, Self::Chinese, Self::Inferred, Self::Own];

    /// The name in commands and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Chinese => "chinese",
            Self::Inferred => "inferred",
            Self::Own => "own",
        }
    }

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
    /// A function over one product's content, whatever it was before.
    Content(fn(&Content<'_>) -> Vec<Finding>),
    /// A function over one product's transition.
    Transition(fn(&Transition<'_>) -> Vec<Finding>),
    /// A function over all products.
    Catalog(fn(&Summaries<'_>) -> Vec<(Key, Finding)>),
    /// What a person must check before a submission.
    Verify(fn(&Transition<'_>) -> Vec<Verify>),
    /// The planner obeys it by construction, or reports it itself.
    Planner,
    /// A definition that breaks it cannot be read, and the reader says so.
    Reader,
}

impl Check {
    /// Every word for how a rule is enforced.
    pub const WORDS: &'static [&'static str] =
        &["content", "transition", "catalog", "verify", "planner", "reader"];

    /// The word for it in tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Content(_) => "content",
            Self::Transition(_) => "transition",
            Self::Catalog(_) => "catalog",
            Self::Verify(_) => "verify",
            Self::Planner => "planner",
            Self::Reader => "reader",
        }
    }
}

/// A rule.
#[derive(Clone, Copy)]
pub struct Rule {
    /// What people are told.
    pub doc: RuleDoc,
    /// How it is enforced.
    pub check: Check,
}

impl Rule {
    /// A finding at an item, with the rule's own words for why and what instead.
    #[must_use]
    pub fn finding(&self, item: &Item, message: impl Into<String>, label: impl Into<String>) -> Finding {
        self.finding_at(item.route(), message, label)
    }

    /// A finding at a place of the definition.
    #[must_use]
    pub fn finding_at(&self, route: Route, message: impl Into<String>, label: impl Into<String>) -> Finding {
        Finding {
            rule: self.doc.id,
            severity: self.doc.level,
            route,
            extent: None,
            message: message.into(),
            label: label.into(),
            why: self.doc.why.to_owned(),
            help: self.doc.instead.to_owned(),
        }
    }
}

/// The page of the repository that tells about every rule, with an anchor for each.
pub const PAGE: &str = "docs/rules.md";

/// Where a rule is told about: `docs/rules.md#trial-days-changed`.
#[must_use]
pub fn link(id: &str) -> String {
    format!("{PAGE}#{id}")
}

/// Every rule, in the order of families and of numbers within one.
pub static REGISTRY: &[(&str, &[Rule])] = &[
    ("release", release::RULES),
    ("specification", specification::RULES),
    ("interface", interface::RULES),
    ("content", content::RULES),
    ("modification", modification::RULES),
    ("removal", removal::RULES),
    ("review", review::RULES),
    ("guard", guard::RULES),
    ("level", level::RULES),
];

/// Every rule.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    REGISTRY.iter().flat_map(|(_, family)| family.iter())
}

/// The rule with this id, or the rules with this number (`25` or `R25`).
#[must_use]
pub fn find(name: &str) -> Vec<&'static Rule> {
    let number = number(name);
    all()
        .filter(|rule| rule.doc.id == name || number.is_some_and(|number| rule.doc.numbers.contains(&number)))
        .collect()
}

/// The number that a name means: 25 for `25` and `R25`.
#[must_use]
pub fn number(name: &str) -> Option<u16> {
    name.strip_prefix(['R', 'r']).unwrap_or(name).parse().ok()
}

/// The rule with this id.
#[must_use]
pub fn find_by_id(id: &str) -> Option<&'static Rule> {
    static BY_ID: LazyLock<BTreeMap<&'static str, &'static Rule>> =
        LazyLock::new(|| all().map(|rule| (rule.doc.id, rule)).collect());
    BY_ID.get(id).copied()
}

/// Whether a rule holds on a site without being asked for.
#[must_use]
pub fn on_site(rule: &Rule, site: &str) -> bool {
    rule.doc.sites.is_empty() || rule.doc.sites.contains(&site)
}

/// Names of the families, in the order of the book.
#[must_use]
pub fn families() -> Vec<&'static str> {
    REGISTRY.iter().map(|(name, _)| *name).collect()
}

/// The family a rule stands in.
#[must_use]
pub fn family(id: &str) -> &'static str {
    let of = |rules: &[Rule]| rules.iter().any(|rule| rule.doc.id == id);
    REGISTRY.iter().find(|(_, rules)| of(rules)).map_or("", |(name, _)| name)
}

/// The reference's numbers of a rule.
#[must_use]
pub fn numbers(id: &str) -> &'static [u16] {
    find_by_id(id).map_or(&[], |rule| rule.doc.numbers)
}

fn on<'a>(site: &'a str, levels: &'a Levels) -> impl Iterator<Item = &'static Rule> + 'a {
    all().filter(move |rule| rule.is_on(site, levels))
}

/// The content rules that are on at a site, found out once for many products.
pub struct ContentRules(Vec<fn(&Content<'_>) -> Vec<Finding>>);

impl ContentRules {
    /// Those that hold at a site or are asked for.
    #[must_use]
    pub fn on(site: &str, levels: &Levels) -> Self {
        let checks = on(site, levels).filter_map(|rule| match rule.check {
            Check::Content(check) => Some(check),
            _ => None,
        });
        Self(checks.collect())
    }

    /// Runs them all.
    #[must_use]
    pub fn check(&self, content: &Content<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for check in &self.0 {
            found.append(&mut check(content));
        }
        found
    }
}

/// The rules that are on at a site and look at one product at a time, found out once for many products.
pub struct ProductRules {
    /// What judges a product as it is or would be.
    pub content: ContentRules,
    transition: Vec<fn(&Transition<'_>) -> Vec<Finding>>,
}

impl ProductRules {
    /// Those that hold at a site or are asked for.
    #[must_use]
    pub fn on(site: &str, levels: &Levels) -> Self {
        let transition = on(site, levels).filter_map(|rule| match rule.check {
            Check::Transition(check) => Some(check),
            _ => None,
        });
        Self { content: ContentRules::on(site, levels), transition: transition.collect() }
    }

    /// Runs all that compare what is released with what is desired.
    #[must_use]
    pub fn check_transition(&self, transition: &Transition<'_>) -> Vec<Finding> {
        self.transition.iter().flat_map(|check| check(transition)).collect()
    }
}

/// Runs every catalog rule that is on; findings by product.
#[must_use]
pub fn check_catalog(summaries: &Summaries<'_>, levels: &Levels) -> BTreeMap<Key, Vec<Finding>> {
    let checks = on(&summaries.site.name, levels).filter_map(|rule| match rule.check {
        Check::Catalog(check) => Some(check),
        _ => None,
    });
    let checks: Vec<_> = checks.collect();
    let by_rule: Vec<Vec<(Key, Finding)>> = checks.into_par_iter().map(|check| check(summaries)).collect();
    let mut found: BTreeMap<Key, Vec<Finding>> = BTreeMap::new();
    for (key, finding) in by_rule.into_iter().flatten() {
        found.entry(key).or_default().push(finding);
    }
    found
}

/// What a person must check before this product is submitted, with the rules that ask for it.
#[must_use]
pub fn to_verify(transition: &Transition<'_>, levels: &Levels) -> Vec<(&'static Rule, Verify)> {
    let mut found = Vec::new();
    for rule in on(&transition.site.name, levels) {
        if let Check::Verify(check) = rule.check {
            found.extend(check(transition).into_iter().map(|verify| (rule, verify)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::SiteProfile;
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
