//! What the marketplace refuses at the door: one table of checks, each with its rule of the domain reference.
//! [`Judge`] holds them together with the reviewer's concerns, so that each can be switched off in tests.

mod image;
mod metering;
mod modification;
mod pricing;
mod removal;
pub(super) mod review;
mod saas;
mod specification;

use super::reviewer::{self, Concern};
use super::{ProductRow, SpecificationRow, State};
use crate::model::{Key, SpecificationField, Value};
use crate::released::ProductStatus;
use crate::site::SiteProfile;
use crate::submission::{Operation, Refusal, Submission, SubmissionKind};
use std::collections::BTreeSet;

/// What a check looks at: the rows before, the rows as they would be, and the whole application.
pub struct Case<'a> {
    /// What the site allows.
    pub site: &'a SiteProfile,
    /// The whole account.
    pub state: &'a State,
    /// The application.
    pub submission: &'a Submission,
    /// Its operations, by the marketplace's references.
    pub operations: &'a [Operation],
    /// The released product; `None` before its first release.
    pub before: Option<&'a ProductRow>,
    /// The product as it would be.
    pub after: &'a ProductRow,
}

impl<'a> Case<'a> {
    /// Specifications on sale before, as they were and as they would be.
    fn kept(&self) -> impl Iterator<Item = (&'a Key, &'a SpecificationRow, &'a SpecificationRow)> {
        let after = self.after;
        let before = self.before.into_iter().flat_map(|row| &row.specifications);
        before
            .filter(|(_, row)| !row.discontinued)
            .filter_map(move |(key, row)| Some((key, row, after.specifications.get(key)?)))
            .filter(|(_, _, after)| !after.discontinued)
    }

    /// Specifications that would leave the catalog, while the product stays or is said to stay.
    fn leaving(&self) -> impl Iterator<Item = (&'a Key, &'a SpecificationRow)> {
        let after = self.after;
        let before = self.before.into_iter().flat_map(|row| &row.specifications);
        before
            .filter(|(_, row)| !row.discontinued)
            .filter(move |(key, _)| after.specifications.get(*key).is_none_or(|row| row.discontinued))
    }

    /// Whether the application takes the product itself off the catalog.
    fn retires(&self) -> bool {
        self.before.is_some()
            && self.after.status == ProductStatus::Discontinued
            && self.before.is_some_and(|row| row.status != ProductStatus::Discontinued)
    }

    /// Whether the form is one for edits.
    fn is_modification(&self) -> bool {
        self.submission.kind == SubmissionKind::Modify
    }
}

/// How a check judges.
#[derive(Clone, Copy)]
enum Look {
    /// At the application and both rows.
    Case(fn(&Case<'_>) -> Vec<String>),
    /// At the product as it would be. What was wrong before already is not held against the application.
    Product(fn(&SiteProfile, &ProductRow) -> Vec<String>),
}

/// One thing the marketplace refuses.
#[derive(Clone, Copy)]
pub struct Check {
    /// Rule number in the domain reference; `None` for a truth of the form itself.
    pub rule: Option<u16>,
    /// What is refused, in a few words.
    pub name: &'static str,
    /// Judged even when the operations do not fit the rows.
    entry: bool,
    /// The cause passes by itself.
    technical: bool,
    look: Look,
}

impl Check {
    const fn case(rule: u16, name: &'static str, look: fn(&Case<'_>) -> Vec<String>) -> Self {
        Self { rule: Some(rule), name, entry: false, technical: false, look: Look::Case(look) }
    }

    const fn entry(rule: u16, name: &'static str, look: fn(&Case<'_>) -> Vec<String>) -> Self {
        Self { rule: Some(rule), name, entry: true, technical: false, look: Look::Case(look) }
    }

    const fn product(
        rule: u16,
        name: &'static str,
        look: fn(&SiteProfile, &ProductRow) -> Vec<String>,
    ) -> Self {
        Self { rule: Some(rule), name, entry: false, technical: false, look: Look::Product(look) }
    }

    const fn unnumbered(mut self) -> Self {
        self.rule = None;
        self
    }

    const fn passing(mut self) -> Self {
        self.technical = true;
        self
    }

    fn faults(&self, case: &Case<'_>) -> Vec<String> {
        match self.look {
            Look::Case(look) => look(case),
            Look::Product(look) => {
                // A fault is the same one when it is about the same specification, whatever that is called by now.
                let before = case.before.map(|row| look(case.site, &keyed(row))).unwrap_or_default();
                let known: BTreeSet<String> = before.into_iter().collect();
                let now = look(case.site, &keyed(case.after));
                let told = look(case.site, case.after).into_iter();
                told.zip(now).filter(|(_, now)| !known.contains(now)).map(|(told, _)| told).collect()
            }
        }
    }
}

/// The row with each specification called by its key, which no other has and which stays.
fn keyed(row: &ProductRow) -> ProductRow {
    let mut row = row.clone();
    for (key, held) in &mut row.specifications {
        held.fields.set(SpecificationField::Name, Some(Value::Text(key.to_string())));
    }
    row
}

/// The marketplace's judgement at one site.
#[derive(Clone)]
pub struct Judge {
    site: SiteProfile,
    checks: Vec<Check>,
    concerns: Vec<Concern>,
    forgotten: BTreeSet<u16>,
}

/// Rules of the review desk itself: about withdrawing (R64, R65), deleting (R66) and what is history (R69).
const DESK: &[u16] = &[64, 65, 66, 69];

impl Judge {
    /// A judge with all checks and concerns.
    #[must_use]
    pub fn new(site: SiteProfile) -> Self {
        let families = [
            review::CHECKS,
            modification::CHECKS,
            removal::CHECKS,
            image::CHECKS,
            saas::CHECKS,
            specification::CHECKS,
            pricing::CHECKS,
            metering::CHECKS,
        ];
        let concerns = reviewer::concerns();
        Self { site, checks: families.concat(), concerns, forgotten: BTreeSet::new() }
    }

    /// A judge that does not know a rule. For tests: something must then go wrong.
    #[must_use]
    pub fn without(mut self, rule: u16) -> Self {
        self.checks.retain(|check| check.rule != Some(rule));
        self.concerns.retain(|concern| !concern.rules().contains(&rule));
        self.forgotten.insert(rule);
        self
    }

    /// Numbers of all rules it enforces: at the door, at the desk, and in what the reviewer reads.
    #[must_use]
    pub fn rules(&self) -> BTreeSet<u16> {
        let desk = DESK.iter().copied().filter(|rule| self.knows(*rule));
        let read = self.concerns.iter().flat_map(|concern| concern.rules()).copied();
        self.checks.iter().filter_map(|check| check.rule).chain(desk).chain(read).collect()
    }

    /// Names of everything the reviewer may object to, at whatever site.
    #[must_use]
    pub fn objection_names(&self) -> BTreeSet<&'static str> {
        self.concerns.iter().map(Concern::name).collect()
    }

    /// Whether a rule was not switched off.
    pub(super) fn knows(&self, rule: u16) -> bool {
        !self.forgotten.contains(&rule)
    }

    /// A judge without the checks and objections of this name.
    #[must_use]
    pub fn without_named(mut self, name: &str) -> Self {
        self.checks.retain(|check| check.name != name);
        self.concerns.retain(|concern| concern.name() != name);
        self
    }

    /// The checks.
    #[must_use]
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// Numbers of the rules of the review desk itself.
    #[must_use]
    pub fn desk_rules(&self) -> BTreeSet<u16> {
        DESK.iter().copied().filter(|rule| self.knows(*rule)).collect()
    }

    /// What the reviewer looks out for.
    pub(super) fn concerns(&self) -> impl Iterator<Item = Concern> {
        self.concerns.iter().copied()
    }

    /// What the site allows.
    #[must_use]
    pub fn site(&self) -> &SiteProfile {
        &self.site
    }

    /// All checks on an application.
    pub(super) fn judge(&self, case: &Case<'_>) -> Result<(), Refusal> {
        verdict(self.checks.iter(), case)
    }

    /// Only those that need no rows after.
    pub(super) fn judge_entry(&self, case: &Case<'_>) -> Result<(), Refusal> {
        verdict(self.checks.iter().filter(|check| check.entry), case)
    }
}

fn verdict<'a>(checks: impl Iterator<Item = &'a Check>, case: &Case<'_>) -> Result<(), Refusal> {
    let mut rules = BTreeSet::new();
    let mut text: Vec<String> = Vec::new();
    let mut technical = true;
    for check in checks {
        let faults = check.faults(case);
        if faults.is_empty() {
            continue;
        }
        rules.extend(check.rule);
        technical &= check.technical;
        for fault in faults {
            if !text.contains(&fault) {
                text.push(fault);
            }
        }
    }
    if text.is_empty() {
        return Ok(());
    }
    Err(Refusal { rules: rules.into_iter().collect(), text: text.join(" "), technical })
}
