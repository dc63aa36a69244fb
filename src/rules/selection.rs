//! Looking rules up: by name or number, and by what they are.

use super::{Basis, OUTSIDE, Outside, Rule, all, find, number, on_site};
use crate::definition::rules::{SHAPE_RULES, ShapeRule};
use crate::diagnostic::Severity;

/// Rules of every kind that somebody asked about.
#[derive(Clone, Default)]
pub struct Selection {
    /// Rules of the rule book.
    pub rules: Vec<&'static Rule>,
    /// Rules about the form of files, which the reader reports.
    pub reading: Vec<&'static ShapeRule>,
    /// Numbers of the reference that nothing here can break.
    pub outside: Vec<&'static Outside>,
}

/// What rules must be to be listed; nothing said takes all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The family: `content`, `modification` ...
    pub family: Option<String>,
    /// How much findings matter by default.
    pub level: Option<Severity>,
    /// How well it is founded.
    pub basis: Option<Basis>,
    /// How it is enforced: `content`, `transition`, `catalog`, `verify`, `planner`, `reader`.
    pub kind: Option<String>,
    /// A site it holds on.
    pub site: Option<String>,
}

impl Selection {
    /// What a name or number stands for.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let number = number(name);
        Self {
            rules: find(name),
            reading: SHAPE_RULES.iter().filter(|rule| rule.id == name).collect(),
            outside: OUTSIDE.iter().filter(|rule| number == Some(rule.number)).collect(),
        }
    }

    /// The rules of the book that fit.
    #[must_use]
    pub fn filtered(filter: &Filter) -> Self {
        let Filter { family, level, basis, kind, site } = filter;
        let fits = |rule: &&'static Rule| {
            family.as_ref().is_none_or(|family| super::family(rule.doc.id) == family)
                && level.is_none_or(|level| rule.doc.level == level)
                && basis.is_none_or(|basis| rule.doc.basis == basis)
                && kind.as_ref().is_none_or(|kind| rule.check.word() == kind)
                && site.as_ref().is_none_or(|site| on_site(rule, site))
        };
        Self { rules: all().filter(fits).collect(), ..Self::default() }
    }

    /// Everything there is.
    #[must_use]
    pub fn whole() -> Self {
        Self {
            rules: all().collect(),
            reading: SHAPE_RULES.iter().collect(),
            outside: OUTSIDE.iter().collect(),
        }
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.reading.is_empty() && self.outside.is_empty()
    }
}

/// Every name that can be asked for.
pub fn names() -> impl Iterator<Item = &'static str> {
    all().map(|rule| rule.doc.id).chain(SHAPE_RULES.iter().map(|rule| rule.id))
}
