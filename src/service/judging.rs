//! The rules that need nothing but the definitions, run over a catalog that was read.

use super::workspace::Workspace;
use crate::config::{Config, Target};
use crate::definition::{Again, Catalog, Definition};
use crate::diagnostic::{Diagnostic, Diagnostics, Finding};
use crate::model::{Desired, Exception, Key};
use crate::rules::levels::{Ran, finds_unused, misplaced, weigh};
use crate::rules::{self, Content, ContentRules, Summaries, Summary};
use crate::yaml::REPORTED_MAX;
use jiff::Timestamp;
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Judges definitions while they are read: what concerns one product as soon as it is there, what concerns several once
/// all are. In between little is kept of each.
pub(super) struct Judge<'a> {
    config: &'a Config,
    places: Vec<Place<'a>>,
    /// Whether another target may need an exception that is not used here.
    partial: bool,
}

/// A target, with the day and the rules there.
struct Place<'a> {
    target: &'a Target,
    today: Date,
    rules: ContentRules,
}

/// What was seen of a product at a target.
pub(super) struct Seen {
    /// What other products are compared with.
    summary: Option<Summary>,
    /// What content rules find.
    found: Vec<Finding>,
    /// What they would find if this were the whole product; looked for only where an exception could need it.
    possible: Vec<Finding>,
    exceptions: Vec<Exception>,
}

impl Seen {
    /// What was seen of a product about which nothing was found, by what other products compare it with.
    pub(super) fn recalled(summary: Option<Summary>) -> Self {
        Self { summary, found: Vec::new(), possible: Vec::new(), exceptions: Vec::new() }
    }

    /// What other products compare it with, where nothing was found about the product and nothing excused.
    pub(super) fn unremarkable(&self) -> Option<Option<&Summary>> {
        let Self { summary, found, possible, exceptions } = self;
        let is_plain = found.is_empty() && possible.is_empty() && exceptions.is_empty();
        is_plain.then_some(summary.as_ref())
    }
}

impl<'a> Judge<'a> {
    /// A judge for every target products are sold at, or for one only.
    pub(super) fn new(config: &'a Config, only: Option<&Target>, now: Timestamp) -> Self {
        let targets = config.targets.values();
        let targets = targets.filter(|target| only.is_none_or(|only| only.name == target.name));
        let place = |target: &'a Target| {
            let rules = ContentRules::on(&target.profile.name, &config.rules);
            Place { target, today: target.profile.day(now), rules }
        };
        let partial = only.is_some() && config.targets.len() > 1;
        Self { config, places: targets.map(place).collect(), partial }
    }

    /// Looks at a definition that was just read, for each target in turn, and lets go of its content.
    pub(super) fn look(&self, definition: &mut Definition, again: &Again) -> Vec<Option<Seen>> {
        let desired = definition.take_desired(again);
        let at = |place: &Place<'_>| desired.iter().find(|(name, _)| *name == place.target.name);
        self.places.iter().map(|place| at(place).map(|(_, desired)| self.see(place, desired))).collect()
    }

    /// The same for somebody who needs the content afterwards.
    pub(super) fn look_and_keep(&self, definition: &Definition) -> Vec<Option<Seen>> {
        let at = |place: &Place<'_>| definition.desired(place.target.name.as_str());
        self.places.iter().map(|place| at(place).map(|desired| self.see(place, desired))).collect()
    }

    fn see(&self, place: &Place<'_>, desired: &Desired) -> Seen {
        let summary = Summary::of(desired);
        let (mut found, mut possible) = (Vec::new(), Vec::new());
        if summary.is_some() {
            let product = desired.wanted();
            let cases = desired.cases.as_deref();
            let content = |whole| Content { site: &place.target.profile, product: &product, whole, cases };
            found = place.rules.check(&content(false));
            if !desired.exceptions.is_empty() {
                possible = place.rules.check(&content(true));
            }
        }
        Seen { summary, found, possible, exceptions: desired.exceptions.clone() }
    }

    /// What no other product's definition should have in it, by product.
    pub(super) fn marks(catalog: &Catalog, seen: &[Vec<Option<Seen>>]) -> BTreeSet<(Key, String)> {
        let mut marks = BTreeSet::new();
        for (Definition { key, .. }, at) in catalog.definitions().iter().zip(seen) {
            let summaries = at.iter().flatten().filter_map(|seen| seen.summary.as_ref());
            let own = summaries.flat_map(|summary| summary.marks().map(str::to_owned).collect::<Vec<_>>());
            marks.extend(own.map(|mark| (key.clone(), mark)));
        }
        marks
    }

    /// Compares the products, and tells everything that was found; what holds at several targets is said once.
    pub(super) fn tell(&self, catalog: &Catalog, seen: &[Vec<Option<Seen>>], diagnostics: &mut Diagnostics) {
        let places = self.places.iter().enumerate();
        let compared = places.map(|(position, place)| {
            let summaries = seen.iter().filter_map(|at| at.get(position)?.as_ref()?.summary.as_ref());
            let products = summaries.collect();
            let summaries = Summaries { site: &place.target.profile, products };
            rules::check_catalog(&summaries, &self.config.rules)
        });
        let compared: Vec<BTreeMap<Key, Vec<Finding>>> = compared.collect();
        let products = catalog.definitions().par_iter().zip(seen);
        let told = products.filter_map(|(definition, at)| {
            let told = self.weighed(definition, at, &compared);
            (!told.is_empty()).then(|| (definition.source(), told))
        });
        for (source, told) in told.collect::<Vec<_>>() {
            diagnostics.list.extend(told);
            if diagnostics.sources.get(source.path()).is_none() {
                diagnostics.sources.insert(source);
            }
        }
    }

    fn weighed(
        &self,
        definition: &Definition,
        at: &[Option<Seen>],
        compared: &[BTreeMap<Key, Vec<Finding>>],
    ) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for ((seen, place), compared) in at.iter().zip(&self.places).zip(compared) {
            let Some(Seen { summary: _, found: own, possible, exceptions }) = seen else { continue };
            let compared = compared.get(&definition.key).into_iter().flatten();
            let all = own.iter().chain(compared).cloned().collect();
            let ran = Ran::Content(possible);
            let weighed = weigh(all, exceptions, &self.config.rules, place.today, ran).into_iter();
            let located = weighed.map(|finding| {
                let location = definition.locate(&finding.route, place.target);
                Diagnostic::from_finding(finding, location)
            });
            found.push((&place.target.name, located.collect::<Vec<_>>()));
        }
        let mut found = together(&found);
        if self.partial {
            found.retain(|diagnostic| !finds_unused(diagnostic.rule));
        }
        found.sort_by(|a, b| (&a.primary, a.rule, &a.message).cmp(&(&b.primary, b.rule, &b.message)));
        found.dedup();
        found
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
            Some(near) => found.spelling(name, near),
            None => found,
        });
    }
    if diagnostics.list.len() > before {
        diagnostics.sources.insert(source.clone());
    }
}
