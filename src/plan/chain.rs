//! The order of a product's submissions: additions before removals, splits where a rule demands them, holds.

use super::drift::Parted;
use super::predict::predict;
use super::review::{self, Retry};
use super::{Action, HeldOperation, History, Step, StepState};
use crate::config::{Guards, PreflightGate};
use crate::model::{Desired, Item, Key, Product, SpecificationField, Value};
use crate::released::ReleasedProduct;
use crate::rules::ProductRules;
use crate::rules::levels::Levels;
use crate::site::SiteProfile;
use crate::submission::{Operation, OperationId, OperationKind, Revision, Scope, Submission, SubmissionKind};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What holds for a whole target while planning.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) scope: &'a Scope,
    pub(super) site: &'a SiteProfile,
    pub(super) guards: &'a Guards,
    pub(super) levels: &'a Levels,
    pub(super) rules: &'a ProductRules,
    pub(super) now: Timestamp,
    /// The same in the site's time zone.
    pub(super) today: Date,
    /// When the released state was observed.
    pub(super) observed_at: Timestamp,
    /// Whether people do at the marketplace what elsewhere a run does.
    pub(super) by_hand: bool,
    /// What handing over anything waits for.
    pub(super) halt: Option<&'a str>,
    /// Whether SaaS products wait for proof that their interfaces answer.
    pub(super) preflight: PreflightGate,
}

/// What a chain is built from.
pub(super) struct Chain<'a> {
    pub(super) context: Context<'a>,
    pub(super) desired: &'a Desired,
    pub(super) history: &'a History,
    pub(super) released: Option<&'a ReleasedProduct>,
    /// What is on sale, or what will be after the open submission.
    pub(super) before: &'a Product,
    /// The same without what others changed: predictions start from it.
    pub(super) ours: Product,
    /// What others changed: nothing of it is touched.
    pub(super) others: &'a Parted,
    pub(super) edits: Vec<Operation>,
    pub(super) removals: Vec<Operation>,
    /// Products that replace this one and are not on sale yet.
    pub(super) waits_for: &'a [String],
    /// Guarded operations that may pass.
    pub(super) approved: &'a BTreeSet<OperationId>,
}

const AFTER_STEP_BEFORE: &str = "the approval of the step before";

impl Chain<'_> {
    /// The steps, each with its state, as if nothing blocked them.
    pub(super) fn build(mut self) -> Vec<Step> {
        if self.desired.retire.is_some() {
            return self.retirement();
        }
        let hidden_again = self.split_visibility();
        let product = &self.desired.product.key;
        let parts = [&self.edits, &self.removals];
        let parts = parts.map(|part| review::ids(&self.context.scope.target, product, part));
        let held = review::held(self.history, &parts);
        let is_held =
            |operation: &Operation| held.contains_key(&operation.id(&self.context.scope.target, product));
        let (held_edits, edits): (Vec<_>, Vec<_>) = self.edits.drain(..).partition(is_held);
        let (held_removals, removals): (Vec<_>, Vec<_>) = self.removals.drain(..).partition(is_held);

        let mut plan = Assembly::new(&self);
        for (kind, operations) in
            [(SubmissionKind::Modify, &held_edits), (SubmissionKind::Remove, &held_removals)]
        {
            let kind = release_or(kind, operations);
            plan.held(kind, operations, &held);
        }
        let removal_waits = self.removal_waits(&edits, &held_edits, &removals);
        if removal_waits.is_none() {
            plan.submit(SubmissionKind::Remove, &removals, "everything that takes its place is on sale");
        }
        plan.submit(release_or(SubmissionKind::Modify, &edits), &edits, "");
        plan.submit(
            SubmissionKind::Modify,
            &hidden_again,
            "showing the product made every specification public (R35)",
        );
        if let Some(because) = removal_waits {
            plan.removal_after(&removals, &because);
        }
        plan.steps
    }

    fn retirement(self) -> Vec<Step> {
        let product = &self.desired.product.key;
        let current = review::ids(&self.context.scope.target, product, &self.removals);
        let held = review::held(self.history, &[current]);
        let mut plan = Assembly::new(&self);
        if held.is_empty() {
            plan.submit(SubmissionKind::Remove, &self.removals, "");
        } else {
            plan.held(SubmissionKind::Remove, &self.removals, &held);
        }
        if !self.waits_for.is_empty() {
            let names = self.waits_for.join(", ");
            for step in &mut plan.steps {
                step.state = StepState::Waiting(format!("{names} to be on sale, which replaces it"));
            }
        }
        plan.steps
    }

    /// R35: specifications that must be hidden are hidden after the product is shown, in a modification of its own.
    fn split_visibility(&mut self) -> Vec<Operation> {
        let shown = self.edits.iter().any(|operation| operation.kind == OperationKind::ShowProduct);
        if !shown || !self.context.site.show_resets_specifications {
            return Vec::new();
        }
        self.edits.retain(|operation| {
            !matches!(operation.kind, OperationKind::HideSpecification | OperationKind::ShowSpecification)
        });
        let wanted = self.desired.product.specifications.values();
        let hidden = wanted.filter(|specification| {
            let key = &specification.key;
            let unmanaged =
                self.desired.specifications.get(key).is_some_and(|intent| intent.unmanage.is_some());
            // A visibility left out is the released one: it is not to change by the way.
            let public = specification
                .fields
                .flag(SpecificationField::Public)
                .or_else(|| self.before.specifications.get(key)?.fields.flag(SpecificationField::Public));
            let place = Item::SpecificationField(key.clone(), SpecificationField::Public);
            let is_ours = !unmanaged && !self.others.is_others(&place);
            is_ours && self.desired.retirement(key).is_none() && public == Some(false)
        });
        let hide = hidden.map(|specification| Operation {
            kind: OperationKind::HideSpecification,
            item: Item::SpecificationField(specification.key.clone(), SpecificationField::Public),
            from: Some(Value::Flag(true)),
            to: Some(Value::Flag(false)),
            reason: None,
        });
        hide.collect()
    }

    /// Why the removals cannot go first; `None` when they can.
    fn removal_waits(
        &self,
        edits: &[Operation],
        held_edits: &[Operation],
        removals: &[Operation],
    ) -> Option<String> {
        let adds = |operation: &&Operation| {
            matches!(operation.kind, OperationKind::AddSpecification | OperationKind::AddSku)
        };
        if edits.iter().any(|operation| adds(&operation)) {
            return Some("the approval of the additions: they must be on sale first (R7)".to_owned());
        }
        if held_edits.iter().any(|operation| adds(&operation)) {
            return Some("the rejected additions: they must be on sale first (R7)".to_owned());
        }
        let on_sale = |key: &Key| self.before.specifications.contains_key(key);
        let missing: Vec<&str> = self
            .desired
            .specifications
            .iter()
            .filter(|(key, intent)| {
                let replaces = |operation: &Operation| {
                    operation.item.specification().is_some_and(|removed| intent.replaces.contains(removed))
                };
                !on_sale(key) && intent.retire.is_none() && removals.iter().any(replaces)
            })
            .map(|(key, _)| key.as_str())
            .collect();
        if !missing.is_empty() {
            return Some(format!("{} to be on sale (R7)", missing.join(", ")));
        }
        // Edits do not wait for somebody to approve a removal.
        let product = &self.desired.product.key;
        let removals = review::ids(&self.context.scope.target, product, removals);
        (!removals.is_subset(self.approved)).then(|| "somebody's approval: it can never be undone".to_owned())
    }
}

fn release_or(kind: SubmissionKind, operations: &[Operation]) -> SubmissionKind {
    let release = operations.iter().any(|operation| operation.kind == OperationKind::ReleaseProduct);
    if release { SubmissionKind::Release } else { kind }
}

/// Collects steps; each submission is computed on top of what the one before it leaves.
struct Assembly<'a> {
    context: Context<'a>,
    key: Key,
    history: &'a History,
    base: Option<Revision>,
    product_id: Option<String>,
    content: Product,
    steps: Vec<Step>,
    first: bool,
}

impl<'a> Assembly<'a> {
    fn new(chain: &Chain<'a>) -> Self {
        Self {
            context: chain.context,
            key: chain.desired.product.key.clone(),
            history: chain.history,
            base: chain.released.map(|released| released.revision.clone()),
            product_id: chain.released.map(|released| released.product_id.clone()),
            content: chain.ours.clone(),
            steps: Vec::new(),
            first: true,
        }
    }

    fn submission(&self, kind: SubmissionKind, operations: &[Operation]) -> Submission {
        let identify = |attempt| {
            Submission::identify(self.context.scope, &self.key, self.base.as_ref(), operations, attempt)
        };
        let mut attempt = 1;
        while self.history.ended.contains(&identify(attempt)) {
            attempt += 1;
        }
        Submission {
            id: identify(attempt),
            kind,
            product: self.key.clone(),
            product_id: self.product_id.clone(),
            base: self.base.clone(),
            operations: operations.to_vec(),
            attempt,
            predicted: predict(self.context.site, &self.content, operations),
        }
    }

    fn push(&mut self, kind: SubmissionKind, operations: &[Operation], state: StepState, because: &str) {
        let submission = self.submission(kind, operations);
        self.content = submission.predicted.clone();
        self.first = false;
        self.steps.push(Step { action: Action::Submit(submission), state, because: because.to_owned() });
    }

    /// What a reviewer rejected, under the id it was rejected with.
    fn held(
        &mut self,
        kind: SubmissionKind,
        operations: &[Operation],
        held: &BTreeMap<OperationId, &HeldOperation>,
    ) {
        let ids = review::ids(&self.context.scope.target, &self.key, operations);
        let Some(rejected) = ids.iter().find_map(|id| held.get(id)) else { return };
        let mut submission = self.submission(kind, operations);
        submission.id = rejected.submission.clone();
        submission.attempt = submission.attempt.saturating_sub(1).max(1);
        let state = StepState::Held { reason: rejected.reason.clone() };
        self.steps.push(Step { action: Action::Submit(submission), state, because: String::new() });
    }

    fn submit(&mut self, kind: SubmissionKind, operations: &[Operation], because: &str) {
        if operations.is_empty() {
            return;
        }
        let state = if self.first { self.first_state(operations) } else { waiting(AFTER_STEP_BEFORE) };
        self.push(kind, operations, state, because);
    }

    fn removal_after(&mut self, operations: &[Operation], because: &str) {
        if !operations.is_empty() {
            let order = if because.contains("R7") { "additions go before removals" } else { "" };
            self.push(SubmissionKind::Remove, operations, waiting(because), order);
        }
    }

    fn first_state(&self, operations: &[Operation]) -> StepState {
        let ids = review::ids(&self.context.scope.target, &self.key, operations);
        match review::retry(self.history, &ids, self.base.as_ref(), self.context.now) {
            Retry::Now => StepState::Ready,
            Retry::Later(at) => {
                StepState::Waiting(format!("another try from {} on", at.strftime("%Y-%m-%d %H:%M UTC")))
            }
            Retry::Never(text) => StepState::Held { reason: Some(text) },
        }
    }
}

fn waiting(for_what: &str) -> StepState {
    StepState::Waiting(for_what.to_owned())
}
