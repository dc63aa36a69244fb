//! The rule book.

use super::Content;
use crate::rules::{self, Selection};
use crate::wire::Severity;
use schemars::JsonSchema;
use serde::Serialize;

/// How well a rule is founded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
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

impl From<rules::Basis> for Basis {
    fn from(core: rules::Basis) -> Self {
        match core {
            rules::Basis::Stated => Self::Stated,
            rules::Basis::Chinese => Self::Chinese,
            rules::Basis::Inferred => Self::Inferred,
            rules::Basis::Own => Self::Own,
        }
    }
}

/// A rule, as `gallerist explain` tells about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// Its name, in kebab-case; findings carry it.
    pub id: String,
    /// Its numbers in the reference: 25 is R25.
    pub numbers: Vec<u16>,
    /// How well it is founded.
    pub basis: Basis,
    /// The page it comes from.
    pub source: String,
    /// Sites it holds on; empty means all.
    pub sites: Vec<String>,
    /// How much its findings matter by default.
    pub level: Severity,
    /// What it is about.
    pub what: String,
    /// Why the marketplace does this.
    pub why: String,
    /// A definition that meets it.
    pub example: String,
    /// What to do instead.
    pub instead: String,
    /// The family it stands in.
    pub family: String,
    /// How it is enforced: `content`, `transition`, `catalog`, `verify`, `planner` or `reader`.
    pub check: String,
    /// Where it is told about, from the root of Gallerist's repository.
    pub link: String,
}

/// A rule about the form of files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadingRule {
    /// Its name, in kebab-case.
    pub id: String,
    /// What it finds, why that matters, what to do instead.
    pub text: String,
    /// Where it is told about, from the root of Gallerist's repository.
    pub link: String,
}

/// A number of the reference that nothing here can break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OutsideRule {
    /// Its number in the reference.
    pub number: u16,
    /// What it says.
    pub what: String,
    /// Why nothing is checked.
    pub reason: String,
}

impl From<&rules::Rule> for Rule {
    fn from(core: &rules::Rule) -> Self {
        let rules::RuleDoc { id, numbers, basis, source, sites, level, what, why, example, instead } =
            core.doc;
        Self {
            id: id.to_owned(),
            numbers: numbers.to_vec(),
            basis: basis.into(),
            source: source.to_owned(),
            sites: sites.iter().map(ToString::to_string).collect(),
            level: level.into(),
            what: what.to_owned(),
            why: why.to_owned(),
            example: example.to_owned(),
            instead: instead.to_owned(),
            family: rules::family(id).to_owned(),
            check: core.check.word().to_owned(),
            link: rules::link(id),
        }
    }
}

/// Rules with everything people are told about them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rules {
    /// The rules, in the order of the rule book.
    pub rules: Vec<Rule>,
    /// Rules about the form of files that were asked for.
    pub reading: Vec<ReadingRule>,
    /// Numbers that were asked for and that nothing here can break.
    pub outside: Vec<OutsideRule>,
}

impl From<&Selection> for Rules {
    fn from(core: &Selection) -> Self {
        let Selection { rules: book, reading, outside } = core;
        let reading = reading.iter().map(|rule| ReadingRule {
            id: rule.id.to_owned(),
            text: rule.text.to_owned(),
            link: rules::link(rule.id),
        });
        let outside = outside.iter().map(|rule| OutsideRule {
            number: rule.number,
            what: rule.what.to_owned(),
            reason: rule.reason.to_owned(),
        });
        Self {
            rules: book.iter().map(|rule| (*rule).into()).collect(),
            reading: reading.collect(),
            outside: outside.collect(),
        }
    }
}

impl Content for Rules {
    const NAME: &'static str = "rules-report";
    const FORMAT: u32 = 1;
}
