//! The rules that need nothing but the definitions, run over a catalog that was read.

use super::workspace::Workspace;
use crate::config::{Config, Target};
use crate::definition::{Catalog, Definition};
use crate::diagnostic::{Diagnostic, Diagnostics, Finding};
use crate::model::{Desired, Key};
use crate::rules::levels::{Ran, finds_unused, misplaced, weigh};
use crate::rules::{self, Content, Summaries};
use crate::yaml::REPORTED_MAX;
use jiff::Timestamp;
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Judges every sound definition at every target it is sold at, or at one only; what holds at several is said once.
pub(super) fn judge(
    config: &Config,
    catalog: &Catalog,
    only: Option<&Target>,
    now: Timestamp,
    diagnostics: &mut Diagnostics,
) {
    let targets = config.targets.values().filter(|target| only.is_none_or(|only| only.name == target.name));
    let targets: Vec<Place<'_>> = targets.map(|target| Place::of(config, catalog, target, now)).collect();
    let definitions: Vec<&Definition> = catalog.definitions().collect();
    let found: Vec<(&Definition, Vec<Diagnostic>)> = definitions
        .into_par_iter()
        .map(|definition| {
            let mut found = Vec::new();
            for place in &targets {
                if let Some(desired) = definition.desired(place.target.name.as_str()) {
                    found.push((&place.target.name, place.judge(config, definition, desired)));
                }
            }
            let mut found = together(&found);
            // Another target may need the exception.
            if only.is_some() && config.targets.len() > 1 {
                found.retain(|diagnostic| !finds_unused(diagnostic.rule));
            }
            found.sort_by(|a, b| (&a.primary, a.rule, &a.message).cmp(&(&b.primary, b.rule, &b.message)));
            found.dedup();
            (definition, found)
        })
        .filter(|(_, found)| !found.is_empty())
        .collect();
    for (definition, found) in found {
        diagnostics.list.extend(found);
        if diagnostics.sources.get(&definition.path).is_none() {
            diagnostics.sources.insert(definition.source());
        }
    }
}

/// What was found at several targets, each thing once, with the targets it is about unless it is all of them.
/// An exception is unused when no target needs it.
fn together(found: &[(&Key, Vec<Diagnostic>)]) -> Vec<Diagnostic> {
    let mut together: Vec<Diagnostic> = Vec::new();
    for diagnostic in found.iter().flat_map(|(_, list)| list) {
        let has = found.iter().filter(|(_, list)| list.contains(diagnostic));
        let names: Vec<String> = has.map(|(name, _)| format!("`{name}`")).collect();
        let everywhere = names.len() == found.len();
        if !everywhere && finds_unused(diagnostic.rule) {
            continue;
        }
        let mut diagnostic = diagnostic.clone();
        if !everywhere {
            diagnostic.message = format!("{} (at target {})", diagnostic.message, names.join(", "));
        }
        together.push(diagnostic);
    }
    together
}

/// A target, with what holds for all its products.
struct Place<'a> {
    target: &'a Target,
    today: Date,
    /// What rules that compare products found.
    compared: BTreeMap<Key, Vec<Finding>>,
}

impl<'a> Place<'a> {
    fn of(config: &Config, catalog: &Catalog, target: &'a Target, now: Timestamp) -> Self {
        let zone = jiff::tz::TimeZone::get(&target.profile.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let desired = catalog.desired(target.name.as_str());
        let compared = rules::check_catalog(&Summaries::of(&target.profile, desired), &config.rules);
        Self { target, today: now.to_zoned(zone).date(), compared }
    }

    fn judge(&self, config: &Config, definition: &Definition, desired: &Desired) -> Vec<Diagnostic> {
        let (mut found, mut possible) = (Vec::new(), Vec::new());
        if desired.retire.is_none() && desired.unmanage.is_none() {
            let product = desired.wanted();
            let content = |whole| Content { site: &self.target.profile, product: &product, whole };
            found = rules::check_content(&content(false), &config.rules);
            if !desired.exceptions.is_empty() {
                possible = rules::check_content(&content(true), &config.rules);
            }
            found.extend(self.compared.get(&definition.key).into_iter().flatten().cloned());
        }
        let weighed = weigh(found, desired, &config.rules, self.today, Ran::Content(&possible)).into_iter();
        weighed
            .map(|finding| {
                let location = definition.locate(&finding.route, self.target);
                Diagnostic::from_finding(finding, location)
            })
            .collect()
    }
}

/// What is wrong with the levels that `gallerist.yaml` sets.
pub(super) fn levels(workspace: &Workspace, diagnostics: &mut Diagnostics) {
    let Workspace { config, source, .. } = workspace;
    let before = diagnostics.list.len();
    let wrong = config.rules.iter().filter_map(|(name, set)| Some((name, misplaced(name, *set)?)));
    for (name, (rule, message)) in wrong.take(REPORTED_MAX) {
        let span = config.rule_places.get(name).copied().unwrap_or_default();
        let found = Diagnostic::error(rule.doc.id, source.path().clone(), span, message);
        let near = crate::config::form::nearest(name, rules::all().map(|rule| rule.doc.id));
        let found = found.why(rule.doc.why).help(rule.doc.instead);
        diagnostics.push(match near.filter(|_| rules::find_by_id(name).is_none()) {
            Some(near) => found.fix(format!("write `{near}`"), near),
            None => found,
        });
    }
    if diagnostics.list.len() > before {
        diagnostics.sources.insert(source.clone());
    }
}
