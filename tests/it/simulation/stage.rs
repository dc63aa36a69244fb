//! What stays the same during a history: the commits of the definitions, the limits of the site, and the planner.

use super::auditor::Intents;
use super::edits::Definitions;
use super::history::{Happening, History};
use super::teeth::Sabotage;
use crate::model::{scope, site};
use gallerist::config::{Guards, PreflightGate};
use gallerist::ledger::Records;
use gallerist::model::Key;
use gallerist::plan::{Action, CatalogInput, DesiredProduct, Elsewhere, Plan, ProductPlan, StepState, plan};
use gallerist::released::Released;
use gallerist::site::SiteProfile;
use gallerist::submission::{OperationId, Scope, SubmissionId, SubmissionKind};
use jiff::Timestamp;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Plans what some commit wants.
pub(super) type Planner<'a> = Box<dyn Fn(&Released, &Records, Timestamp) -> Plan + 'a>;

/// Whether the first commit leads to the second.
type IsAncestor = dyn Fn(&str, &str) -> bool;

pub(super) struct Stage {
    pub(super) scope: Scope,
    pub(super) site: SiteProfile,
    pub(super) sabotage: Option<Sabotage>,
    /// The definitions of each commit, oldest first.
    pub(super) commits: Vec<Rc<Definitions>>,
    /// Names for as many runs as can begin.
    pub(super) ids: Vec<String>,
    pub(super) is_ancestor: Box<IsAncestor>,
}

/// The name of a commit; names sort as commits follow each other.
pub(super) fn commit_name(commit: usize) -> String {
    format!("commit-{commit:04}")
}

impl Stage {
    pub(super) fn new(history: &History, sabotage: Option<Sabotage>) -> Self {
        let mut site = site().clone();
        let capped = sabotage != Some(Sabotage::NoCap);
        site.submissions_per_day_max = if capped { history.a_day } else { 1_000 };
        let honest = sabotage != Some(Sabotage::OlderCommits);
        Self {
            scope: scope(),
            site,
            sabotage,
            commits: commits(history),
            ids: (0..=history.happenings.len()).map(|run| format!("run-{run}")).collect(),
            is_ancestor: Box::new(move |earlier, later| honest && earlier < later),
        }
    }

    pub(super) fn planners<'a>(&'a self, intents: &'a Rc<RefCell<Intents>>) -> Vec<Planner<'a>> {
        let commits = self.commits.iter().enumerate();
        commits.map(|(commit, definitions)| self.planner(commit, definitions, intents)).collect()
    }

    /// A planner that notes what it holds ready.
    pub(super) fn planner<'a>(
        &'a self,
        commit: usize,
        definitions: &'a Definitions,
        intents: &'a Rc<RefCell<Intents>>,
    ) -> Planner<'a> {
        Box::new(move |released, records, now| {
            let mut made = self.plan(commit, definitions, released, records, now);
            for product in &mut made.products {
                self.harm(product);
                for step in product.chain.iter_mut().filter(|step| step.state == StepState::Ready) {
                    let Action::Submit(submission) = &mut step.action else { continue };
                    intents.borrow_mut().note(submission, commit);
                    if self.sabotage == Some(Sabotage::OtherIds) {
                        submission.id = SubmissionId(format!("{}-again", submission.id));
                    }
                }
            }
            made
        })
    }

    /// What a broken planner would make of a plan.
    fn harm(&self, product: &mut ProductPlan) {
        let removes = |action: &Action| matches!(action, Action::Submit(submission) if submission.kind == SubmissionKind::Remove);
        let waits = |state: &StepState| matches!(state, StepState::Waiting(_));
        if self.sabotage != Some(Sabotage::RemovalsFirst) {
            return;
        }
        let Some(at) = product.chain.iter().position(|step| removes(&step.action) && waits(&step.state))
        else {
            return;
        };
        for step in product.chain.iter_mut().filter(|step| step.state == StepState::Ready) {
            step.state = StepState::Waiting("the removal".into());
        }
        product.chain[at].state = StepState::Ready;
    }

    pub(super) fn plan(
        &self,
        commit: usize,
        definitions: &Definitions,
        released: &Released,
        records: &Records,
        now: Timestamp,
    ) -> Plan {
        let own = commit_name(commit);
        let histories: BTreeMap<_, _> =
            records.products.iter().map(|(key, record)| (key.clone(), record.history.clone())).collect();
        let bound = records.bindings().products.into_keys().collect();
        let is_older = |applied: &String| (self.is_ancestor)(&own, applied);
        let older = histories.iter().filter(|(_, history)| history.commit.as_ref().is_some_and(is_older));
        let older_commit = older.map(|(key, _)| key.clone()).collect();
        let mut approvals: BTreeMap<Key, BTreeSet<OperationId>> = BTreeMap::new();
        loop {
            let made = plan(&CatalogInput {
                scope: &self.scope,
                site: &self.site,
                guards: &Guards::default(),
                levels: &Default::default(),
                now,
                commit: Some(own.clone()),
                desired: definitions,
                released,
                histories: &histories,
                approvals: &approvals,
                bound: &bound,
                older_commit: &older_commit,
                by_hand: false,
                halt: None,
                preflight: PreflightGate::default(),
                only: None,
                elsewhere: Elsewhere::default(),
            });
            let mut more = false;
            for product in made.products.iter().filter(|_| self.sabotage == Some(Sabotage::NoGuards)) {
                for operation in product.blocks.iter().filter_map(|block| block.approval.clone()) {
                    more |= approvals.entry(product.key.clone()).or_default().insert(operation);
                }
            }
            if !more {
                return made;
            }
        }
    }
}

fn commits(history: &History) -> Vec<Rc<Definitions>> {
    let defined = history.first.iter().map(|desired| {
        (desired.product.key.clone(), DesiredProduct { desired: desired.clone(), path: None })
    });
    let mut commits: Vec<Definitions> = vec![defined.collect()];
    for happening in &history.happenings {
        let Happening::Edit { product, change } = happening else { continue };
        let mut next = commits.last().unwrap().clone();
        let at = usize::from(*product) % next.len();
        change.apply(&mut next.values_mut().nth(at).unwrap().desired, &commits);
        commits.push(next);
    }
    commits.into_iter().map(Rc::new).collect()
}
