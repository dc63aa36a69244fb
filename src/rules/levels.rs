//! How much findings matter in one catalog: levels from `gallerist.yaml`, and exceptions beside what they excuse.
//!
//! What the marketplace refuses outright is not lowered by a level: somebody who knows better says so beside the very
//! thing, with a reason and a day on which it must be looked at again. Guards and what the planner obeys by
//! construction cannot be lowered at all; approvals exist for the first, and nothing for the second.

use super::{Basis, Check, Rule, find_by_id, level, on_site};
use crate::config::Level;
use crate::config::form::nearest;
use crate::diagnostic::{Finding, Route, Severity, Step};
use crate::model::Exception;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Levels by rule, as a catalog sets them.
pub type Levels = BTreeMap<String, Level>;

/// What can be done about a rule's findings in a catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjustable {
    /// Its level can be any.
    Freely,
    /// Its level can be raised; a finding is lowered by an exception only.
    ByException,
    /// Neither: the planner or the reader could not work otherwise, or an approval is what lifts it.
    Never,
}

impl Rule {
    /// What can be done about its findings.
    #[must_use]
    pub fn adjustable(&self) -> Adjustable {
        match self.check {
            Check::Planner | Check::Reader => Adjustable::Never,
            Check::Content(_) | Check::Transition(_) | Check::Catalog(_) | Check::Verify(_) => {
                let refuses = self.doc.basis == Basis::Stated && self.doc.level == Severity::Error;
                if refuses { Adjustable::ByException } else { Adjustable::Freely }
            }
        }
    }

    /// Its level in a catalog; `None` when it is off.
    #[must_use]
    pub fn level(&self, levels: &Levels) -> Option<Severity> {
        let Some(set) = levels.get(self.doc.id) else { return Some(self.doc.level) };
        let set: Option<Severity> = (*set).into();
        match self.adjustable() {
            Adjustable::Freely => set,
            Adjustable::ByException => Some(set.unwrap_or(self.doc.level).min(self.doc.level)),
            Adjustable::Never => Some(self.doc.level),
        }
    }

    /// Whether it looks at products of a site: it holds there, or the catalog asks for it.
    #[must_use]
    pub fn is_on(&self, site: &str, levels: &Levels) -> bool {
        (on_site(self, site) || levels.contains_key(self.doc.id)) && self.level(levels).is_some()
    }
}

/// What is wrong with a level that `gallerist.yaml` sets; `None` when it counts.
#[must_use]
pub fn misplaced(name: &str, set: Level) -> Option<(&'static Rule, String)> {
    let Some(rule) = find_by_id(name) else {
        return Some((&level::RULE_UNKNOWN, format!("there is no rule `{name}`")));
    };
    let set: Option<Severity> = set.into();
    let lowers = set.is_none_or(|set| set > rule.doc.level);
    let message = match rule.adjustable() {
        Adjustable::Freely => return None,
        Adjustable::ByException if lowers => {
            format!("`{name}` is what the marketplace refuses; its level cannot be lowered")
        }
        Adjustable::ByException => return None,
        Adjustable::Never => format!("the level of `{name}` cannot be set"),
    };
    Some((&level::RULE_NOT_ADJUSTABLE, message))
}

/// Whether this is the rule that finds exceptions nothing needs.
#[must_use]
pub fn finds_unused(rule: &str) -> bool {
    rule == level::EXCEPTION_UNUSED.doc.id
}

/// Which rules ran, so that an exception of one that did not is not called unused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ran<'a> {
    /// Only those that need nothing but the definitions, with what they would find if these were whole products: what
    /// a definition leaves open may be on sale already, or not.
    Content(&'a [Finding]),
    /// All of them.
    All,
}

impl Exception {
    fn covers(&self, finding: &Finding) -> bool {
        self.rule == finding.rule
            && self.specification.as_ref().map(|key| key.as_str()) == part(&finding.route)
    }

    fn route(&self) -> Route {
        let owner =
            self.specification.as_ref().map_or_else(Route::root, |key| Route::specification(key.as_str()));
        owner.key("exceptions").index(self.position)
    }
}

/// The specification a route leads into.
#[must_use]
pub fn part(route: &Route) -> Option<&str> {
    match route.0.as_slice() {
        [Step::Key(list), Step::Item(key), ..] if list == "specifications" => Some(key),
        _ => None,
    }
}

/// The exception that excuses a finding today, and its place among all.
#[must_use]
pub fn excuse<'d>(
    exceptions: &'d [Exception],
    finding: &Finding,
    today: Date,
) -> Option<(usize, &'d Exception)> {
    let mut all = exceptions.iter().enumerate();
    all.find(|(_, exception)| exception.covers(finding) && exception.until >= today)
}

/// Gives findings the severities they have in this catalog, lowers those that an exception excuses, and adds what is
/// wrong with the exceptions themselves.
#[must_use]
pub fn weigh(
    findings: Vec<Finding>,
    exceptions: &[Exception],
    levels: &Levels,
    today: Date,
    ran: Ran<'_>,
) -> Vec<Finding> {
    let possible = if let Ran::Content(possible) = ran { possible } else { &[] };
    let possible = possible.iter().filter_map(|finding| excuse(exceptions, finding, today));
    let mut used: BTreeSet<usize> = possible.map(|(position, _)| position).collect();
    let mut weighed = Vec::new();
    for mut finding in findings {
        let Some(rule) = find_by_id(finding.rule) else {
            weighed.push(finding);
            continue;
        };
        // A finding may be milder than its rule (what is released already), never fiercer.
        let Some(level) = rule.level(levels) else { continue };
        finding.severity =
            if finding.severity > rule.doc.level { finding.severity.max(level) } else { level };
        let excuse = excuse(exceptions, &finding, today);
        if let Some((position, exception)) = excuse.filter(|_| rule.adjustable() != Adjustable::Never) {
            used.insert(position);
            finding.severity = Severity::Note;
            finding.message =
                format!("{} (excused until {}: {})", finding.message, exception.until, exception.reason);
        }
        weighed.push(finding);
    }
    for (position, exception) in exceptions.iter().enumerate() {
        weighed.extend(fault(exception, used.contains(&position), today, ran));
    }
    weighed
}

/// What is wrong with an exception.
fn fault(exception: &Exception, used: bool, today: Date, ran: Ran<'_>) -> Option<Finding> {
    let name = &exception.rule;
    let found = |rule: &Rule, message: String| Some(rule.finding_at(exception.route(), message, ""));
    let Some(rule) = find_by_id(name) else {
        let mut finding = level::RULE_UNKNOWN.finding_at(
            exception.route().key("rule"),
            format!("there is no rule `{name}`"),
            "",
        );
        if let Some(near) = nearest(name, super::all().map(|rule| rule.doc.id)) {
            finding.help = format!("Did you mean `{near}`? `gallerist rules` lists them all.");
        }
        return Some(finding);
    };
    if rule.adjustable() == Adjustable::Never {
        return found(&level::RULE_NOT_ADJUSTABLE, format!("`{name}` cannot be excused"));
    }
    if exception.until < today {
        return found(&level::EXCEPTION_EXPIRED, format!("this exception expired on {}", exception.until));
    }
    let looked = match rule.check {
        Check::Content(_) | Check::Catalog(_) => true,
        Check::Transition(_) => ran == Ran::All,
        // What a person must check is asked only while something is about to be submitted.
        Check::Verify(_) | Check::Planner | Check::Reader => false,
    };
    if looked && !used {
        return found(&level::EXCEPTION_UNUSED, format!("`{name}` finds nothing here that needs an excuse"));
    }
    None
}
