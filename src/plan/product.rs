//! The plan of one product.

use super::catalog::DesiredProduct;
use super::chain::{Chain, Context};
use super::guards::{Guarded, finding};
use super::{
    Action, Block, Drift, History, ManualStep, OpenSubmission, ProductPlan, Standing, Step, StepState,
};
use super::{VerifyItem, drift, manual, predict, review};
use crate::diagnostic::{Finding, Severity};
use crate::diff::{self, Change};
use crate::model::{Canonical, CanonicalWriter, DeliveryMethod, Desired, Digest, Item, Key, Product, Value};
use crate::released::{ObservedApplication, ProductStatus, ReleasedProduct};
use crate::rules::{self, Transition};
use crate::submission::{Operation, OperationId, OperationKind, SubmissionId};
use std::collections::BTreeSet;

/// What is known about one product.
pub(super) struct ProductInput<'a> {
    pub(super) key: &'a Key,
    pub(super) desired: Option<&'a DesiredProduct>,
    pub(super) released: Option<&'a ReleasedProduct>,
    pub(super) history: &'a History,
    /// Open applications about it, ours and foreign.
    pub(super) applications: &'a [&'a ObservedApplication],
    pub(super) approvals: BTreeSet<OperationId>,
    /// Products that replace this one and are not on sale yet.
    pub(super) waits_for: Vec<String>,
    /// Problems the catalog sees: an older commit, a lost ledger, a shared credential.
    pub(super) catalog_blocks: Vec<(Finding, bool)>,
}

/// Plans one product.
pub(super) fn plan(context: Context<'_>, input: &ProductInput<'_>) -> ProductPlan {
    match input.desired {
        Some(desired) if desired.desired.unmanage.is_some() => empty(input, Standing::Unmanaged),
        Some(desired) => Planner::new(context, input, &desired.desired).plan(),
        None => undefined(context, input),
    }
}

/// A product without a definition: in review it is unwanted, on sale it vanished, else there is nothing to say.
fn undefined(context: Context<'_>, input: &ProductInput<'_>) -> ProductPlan {
    let mut plan = empty(input, Standing::Retired);
    if let Some(open) = input.history.open.as_ref().filter(|open| open.review.is_open()) {
        plan.standing = Standing::UnwantedInReview;
        plan.chain = unwanted_steps(context, open);
        plan.chain.insert(0, in_review(context, open));
    } else if let Some(released) = input.released.filter(|found| found.status != ProductStatus::Discontinued)
    {
        let message = format!("`{}` is on sale and has no definition", input.key);
        let label = format!("released: {}", released.product.display_name());
        let found = finding("managed-product-vanished", &Item::Product, message, label);
        plan.blocks = found.into_iter().map(|finding| Block { finding, approval: None }).collect();
        plan.standing = Standing::Blocked;
    }
    finish(context, plan)
}

fn empty(input: &ProductInput<'_>, standing: Standing) -> ProductPlan {
    let content = input.desired.map(|found| &found.desired.product);
    let content = content.or(input.released.map(|released| &released.product));
    ProductPlan {
        key: input.key.clone(),
        name: content.map_or_else(|| input.key.to_string(), |product| product.display_name().to_owned()),
        delivery: content.map_or(DeliveryMethod::Saas, |product| product.delivery),
        path: input.desired.and_then(|found| found.path.clone()),
        standing,
        base: input.released.map(|released| released.revision.clone()),
        changes: Vec::new(),
        chain: Vec::new(),
        blocks: Vec::new(),
        notices: Vec::new(),
        drift: Vec::new(),
        verify: Vec::new(),
        approved: Vec::new(),
        digest: Digest::of_bytes(&[]),
    }
}

struct Planner<'a> {
    context: Context<'a>,
    input: &'a ProductInput<'a>,
    desired: &'a Desired,
    /// What is on sale now; says nothing when the product is not released.
    on_sale: Product,
    /// What should be on sale: without retired and unmanaged parts.
    wanted: Product,
    removals: Vec<Operation>,
    changes: Vec<Change>,
    drift: Vec<Drift>,
}

impl<'a> Planner<'a> {
    fn new(context: Context<'a>, input: &'a ProductInput<'a>, desired: &'a Desired) -> Self {
        let on_sale = input.released.map_or_else(
            || Product::new(desired.product.key.clone(), desired.product.delivery),
            |released| rekey(on_sale(released), desired),
        );
        let wanted = wanted(desired);
        let removals = removals(desired, &on_sale, input.released);
        let last_applied = input.history.last_applied.clone().map(|product| rekey(product, desired));
        let (changes, drift) = match input.released {
            Some(released) => {
                drift::split(diff::changes(&on_sale, &wanted), last_applied.as_ref(), released.status)
            }
            None => (Vec::new(), Vec::new()),
        };
        Self { context, input, desired, on_sale, wanted, removals, changes, drift }
    }

    fn plan(self) -> ProductPlan {
        let mut plan = empty(self.input, Standing::InSync);
        plan.name = self.desired.product.display_name().to_owned();
        plan.drift.clone_from(&self.drift);
        if self.is_gone() && self.desired.retire.is_some() {
            plan.standing = Standing::Retired;
            return finish(self.context, plan);
        }
        let open = self.input.history.open.as_ref().filter(|open| open.review.is_open());
        match open {
            Some(open) => self.with_open(open, &mut plan),
            None => self.without_open(&mut plan),
        }
        let (blocks, notices) = self.judge(&plan);
        plan.blocks.extend(blocks);
        plan.notices.extend(notices);
        plan.verify = self.verify(&plan);
        self.guard(&mut plan);
        plan.standing = self.standing(&plan);
        finish(self.context, plan)
    }

    fn is_gone(&self) -> bool {
        let released = self.input.released;
        let gone = |found: &ReleasedProduct| {
            found.status == ProductStatus::Discontinued
                || (self.on_sale.specifications.is_empty() && !found.product.specifications.is_empty())
        };
        released.map_or(self.desired.retire.is_some() && self.input.history.open.is_none(), gone)
    }

    fn operations(&self, changes: &[Change]) -> Vec<Operation> {
        let site = self.context.site;
        let submitted = changes.iter().filter(|change| {
            let sku_leaves = matches!(change.item, Item::Sku(_, _)) && change.to.is_none();
            !manual::is_manual(site, &change.item) && !sku_leaves
        });
        let mut operations = diff::operations(&submitted.cloned().collect::<Vec<_>>());
        for operation in &mut operations {
            if let Some(Value::Specification(added)) = &mut operation.to {
                let mut alone = Product::new(self.desired.product.key.clone(), self.desired.product.delivery);
                alone.specifications.insert(added.key.clone(), (**added).clone());
                if let Some(stripped) = predict::releasable(site, &alone).specifications.remove(&added.key) {
                    **added = stripped;
                }
            }
        }
        operations
    }

    fn without_open(&self, plan: &mut ProductPlan) {
        let edits = if self.input.released.is_some() {
            plan.changes.clone_from(&self.changes);
            self.operations(&self.changes)
        } else if self.desired.retire.is_some() || self.input.history.retired {
            Vec::new()
        } else {
            let content = predict::releasable(self.context.site, &self.wanted);
            let to = Some(Value::Product(Box::new(content)));
            plan.changes = vec![Change { item: Item::Product, from: None, to }];
            diff::operations(&plan.changes)
        };
        plan.chain = self.chain(&self.on_sale, edits, self.removals.clone());
        plan.chain.extend(self.manual_steps());
    }

    fn chain(&self, before: &Product, edits: Vec<Operation>, removals: Vec<Operation>) -> Vec<Step> {
        let chain = Chain {
            context: self.context,
            desired: self.desired,
            history: self.input.history,
            released: self.input.released,
            before,
            ours: drift::without(before, &self.drift),
            edits,
            removals,
            waits_for: &self.input.waits_for,
            approved: &self.input.approvals,
        };
        chain.build()
    }

    fn with_open(&self, open: &OpenSubmission, plan: &mut ProductPlan) {
        plan.chain.push(in_review(self.context, open));
        let retiring = self.desired.retire.is_some();
        let product_wanted = (!retiring || self.input.released.is_some()).then_some(&self.wanted);
        let unwanted = review::unwanted(open, product_wanted, &self.on_sale, &self.removals);
        let expected = predict::predict(self.context.site, &self.on_sale, &open.submission.operations);
        let drifted = |change: &Change| self.drift.iter().any(|drift| drift.item == change.item);
        let mut following = diff::changes(&expected, &self.wanted);
        following.retain(|change| !drifted(change));
        // What would be gone for good cannot be put back: it is kept by not being approved, or lost.
        let for_good = unwanted.iter().filter(|operation| operation.kind.is_irreversible());
        let lost: BTreeSet<&Item> = for_good.map(|operation| &operation.item).collect();
        following.retain(|change| !lost.contains(&Item::Product) && !lost.contains(&change.item));
        plan.changes.clone_from(&following);
        let replace = self.desired.on_change == crate::model::OnChange::Replace
            && !following.is_empty()
            && review::is_withdrawable(self.context.site, open);
        if !unwanted.is_empty() || replace {
            plan.chain.extend(unwanted_steps(self.context, open));
        }
        let removals = self.removals.iter().filter(|removal| {
            !open.submission.operations.iter().any(|operation| operation.item == removal.item)
        });
        let edits = self.operations(&following);
        let mut rest = self.chain(&expected, edits, removals.cloned().collect());
        for step in &mut rest {
            if step.state == StepState::Ready {
                step.state = StepState::Waiting("the verdict on what is in review".to_owned());
            }
        }
        if !rest.is_empty() && unwanted.is_empty() {
            let message =
                "the definition goes further than what is in review; the rest follows after the verdict";
            let item = Item::Product;
            let found = finding("definition-changed-in-review", &item, message.to_owned(), String::new());
            plan.notices.extend(found);
        }
        plan.chain.extend(rest);
    }

    fn manual_steps(&self) -> Vec<Step> {
        let released = self.input.released.is_some();
        if self.desired.retire.is_some() {
            return Vec::new();
        }
        let known = self.changes.iter().filter(|change| manual::is_manual(self.context.site, &change.item));
        let unseen = manual::unseen(self.context.site, &self.wanted, released.then_some(&self.on_sale));
        let history = self.input.history;
        let step = |change: &Change, observed: bool| {
            let mut step =
                manual::step(self.input.key, change, observed, &history.evidence, self.context.now)?;
            if !released {
                step.state = StepState::Waiting("the product's release".to_owned());
            }
            Some(step)
        };
        let known = known.filter_map(|change| step(change, true));
        known.chain(unseen.iter().filter_map(|change| step(change, false))).collect()
    }

    /// Findings of the rule book: errors stop the chain, the rest is shown.
    fn judge(&self, plan: &ProductPlan) -> (Vec<Block>, Vec<Finding>) {
        let transition = Transition {
            site: self.context.site,
            desired: self.desired,
            released: self.input.released,
            wanted: &self.wanted,
            on_sale: &self.on_sale,
            changes: &self.changes,
            removals: &self.removals,
        };
        let mut findings = rules::check(&transition);
        findings.extend(self.reused_keys());
        findings.extend(self.foreign(plan));
        findings.extend(self.refused(plan));
        let show = self.show_operation();
        let (mut blocks, mut notices) = (Vec::new(), Vec::new());
        for finding in findings {
            if finding.severity != Severity::Error {
                notices.push(finding);
                continue;
            }
            let approval = (finding.rule == "hidden-specification-exposed").then(|| show.clone()).flatten();
            if approval.as_ref().is_none_or(|id| !self.input.approvals.contains(id)) {
                blocks.push(Block { finding, approval });
            } else {
                // Approved does not mean gone: until it is hidden again everybody sees the specification (R35).
                notices.push(Finding { severity: Severity::Warning, ..finding });
            }
        }
        for (finding, lifted_by_release) in &self.input.catalog_blocks {
            let release = plan.chain.iter().find_map(|step| match &step.action {
                Action::Submit(submission) => submission
                    .operations
                    .iter()
                    .find(|operation| operation.kind == OperationKind::ReleaseProduct)
                    .map(|operation| operation.id(&self.context.scope.target, self.input.key)),
                Action::Withdraw { .. } | Action::Manual(_) => None,
            });
            if *lifted_by_release && release.is_none() {
                continue;
            }
            let approval = release.filter(|_| *lifted_by_release);
            if approval.as_ref().is_none_or(|id| !self.input.approvals.contains(id)) {
                blocks.push(Block { finding: finding.clone(), approval });
            }
        }
        (blocks, notices)
    }

    fn show_operation(&self) -> Option<OperationId> {
        let operations = diff::operations(&self.changes);
        let show = operations.iter().find(|operation| operation.kind == OperationKind::ShowProduct)?;
        Some(show.id(&self.context.scope.target, self.input.key))
    }

    fn reused_keys(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let history = self.input.history;
        if history.retired && self.desired.retire.is_none() && self.input.released.is_none() {
            let message = format!("the key `{}` belongs to a retired product", self.input.key);
            found.extend(finding(
                "retired-key-reused",
                &Item::Product,
                message,
                "retired for ever".to_owned(),
            ));
        }
        let discontinued = self.input.released.map(|released| &released.discontinued);
        for key in
            self.wanted.specifications.keys().filter(|key| !self.on_sale.specifications.contains_key(*key))
        {
            let item = Item::Specification(key.clone());
            if discontinued.is_some_and(|gone| gone.contains(key)) {
                let message = format!("specification `{key}` is off the catalog and cannot come back");
                let rule = "specification-restored-after-retirement";
                found.extend(finding(rule, &item, message, "released: discontinued".to_owned()));
            } else if history.retired_specifications.contains(key) {
                let message = format!("the key `{key}` belongs to a retired specification");
                found.extend(finding("retired-key-reused", &item, message, "retired for ever".to_owned()));
            }
        }
        found
    }

    /// R70: somebody else's draft or application holds the product's only place in the queue.
    fn foreign(&self, plan: &ProductPlan) -> Vec<Finding> {
        if !self.context.site.one_in_flight {
            return Vec::new();
        }
        let ours: BTreeSet<&SubmissionId> = plan
            .chain
            .iter()
            .filter_map(|step| match &step.action {
                Action::Submit(submission) => Some(&submission.id),
                Action::Withdraw { submission, .. } => Some(submission),
                Action::Manual(_) => None,
            })
            .collect();
        let foreign = review::foreign(self.input.applications, &ours, self.input.history);
        let found = foreign.into_iter().filter_map(|application| {
            let what = match application.state {
                crate::released::ApplicationState::Draft => "a draft",
                _ => "an application in review",
            };
            let since = application.submitted_at.strftime("%Y-%m-%d");
            let message = format!(
                "somebody has {what} of this product open ({}, since {since})",
                application.application
            );
            finding("foreign-application-open", &Item::Product, message, String::new())
        });
        found.collect()
    }

    fn refused(&self, plan: &ProductPlan) -> Option<Finding> {
        let last = self.input.history.refused.as_ref().filter(|last| !last.refusal.technical)?;
        let wanted = plan.chain.iter().any(|step| match &step.action {
            Action::Submit(submission) => {
                review::ids(&self.context.scope.target, self.input.key, &submission.operations)
                    == last.operations
            }
            Action::Withdraw { .. } | Action::Manual(_) => false,
        });
        let numbers: Vec<String> = last.refusal.rules.iter().map(|number| format!("R{number}")).collect();
        let message =
            format!("the marketplace refused this submission: {} {}", last.refusal.text, numbers.join(", "));
        wanted
            .then(|| {
                finding("refused-at-the-door", &Item::Product, message.trim_end().to_owned(), String::new())
            })
            .flatten()
    }

    fn verify(&self, plan: &ProductPlan) -> Vec<VerifyItem> {
        let submits = plan.chain.iter().any(|step| {
            matches!(&step.action, Action::Submit(submission) if submission.kind != crate::submission::SubmissionKind::Remove)
                && step.state == StepState::Ready
        });
        if self.desired.product.delivery != DeliveryMethod::Saas || !submits {
            return Vec::new();
        }
        let id = format!("v-{}-interface", self.input.key);
        let confirmed = self.input.history.evidence.iter().any(|evidence| {
            let about = match &evidence.kind {
                crate::submission::EvidenceKind::Confirmation(confirmed) => *confirmed == id,
                crate::submission::EvidenceKind::Preflight => true,
                crate::submission::EvidenceKind::Approval(_) => false,
            };
            about && evidence.is_valid_at(self.context.now)
        });
        let text =
            "the production interface answers every saved case; the marketplace calls it on submission"
                .to_owned();
        vec![VerifyItem { id, text, rule: 28, confirmed }]
    }

    /// Guards stop the step they speak about and everything after it; rules stop the whole chain.
    fn guard(&self, plan: &mut ProductPlan) {
        let guarded = Guarded {
            guards: self.context.guards,
            target: &self.context.scope.target,
            desired: self.desired,
            on_sale: &self.on_sale,
            approved: &self.input.approvals,
        };
        let mut blocked = !plan.blocks.is_empty();
        for step in &mut plan.chain {
            let open = matches!(step.state, StepState::Ready | StepState::Waiting(_));
            if let Action::Submit(submission) = &step.action
                && open
            {
                let (blocks, passed) = guarded.judge(&submission.operations);
                blocked |= !blocks.is_empty();
                plan.blocks.extend(blocks);
                plan.approved.extend(passed);
            }
            let withdraws = matches!(step.action, Action::Withdraw { .. });
            if blocked && open && !withdraws {
                step.state = StepState::Blocked;
            }
        }
    }

    fn standing(&self, plan: &ProductPlan) -> Standing {
        let any = |wanted: &dyn Fn(&Step) -> bool| plan.chain.iter().any(wanted);
        let held = any(&|step| matches!(step.state, StepState::Held { .. }));
        let refused = plan.blocks.iter().any(|block| block.finding.rule == "refused-at-the-door");
        let retried =
            any(&|step| matches!(&step.state, StepState::Waiting(text) if text.starts_with("another try")));
        let unwanted = any(&|step| {
            matches!(step.action, Action::Withdraw { .. })
                || matches!(&step.action, Action::Manual(ManualStep { id, .. }) if id.starts_with("w-"))
        });
        let submits = any(&|step| step.state == StepState::Ready && matches!(step.action, Action::Submit(_)));
        let in_review = any(&|step| matches!(step.state, StepState::InReview { .. }));
        match () {
            () if unwanted => Standing::UnwantedInReview,
            () if refused || retried => Standing::Refused,
            () if held => Standing::Rejected,
            () if !plan.blocks.is_empty() => Standing::Blocked,
            () if !plan.drift.is_empty() => Standing::Drifted,
            () if submits => Standing::ToSubmit,
            () if in_review => Standing::InReview,
            () if !plan.chain.is_empty() => Standing::Waiting,
            () if self.desired.retire.is_some() => Standing::Retired,
            () => Standing::InSync,
        }
    }
}

fn in_review(context: Context<'_>, open: &OpenSubmission) -> Step {
    let expected_by = review::expected_by(context.site, open.since);
    let state = StepState::InReview { since: open.since, expected_by };
    Step { action: Action::Submit(open.submission.clone()), state, because: open.review.word().to_owned() }
}

/// Take back what is no longer wanted, or ask a person to have it rejected.
fn unwanted_steps(context: Context<'_>, open: &OpenSubmission) -> Vec<Step> {
    let because = "what it asks for is no longer wanted".to_owned();
    let submission = open.submission.id.clone();
    if review::is_withdrawable(context.site, open) {
        let action = Action::Withdraw { submission, application: open.application.clone() };
        return vec![Step { action, state: StepState::Ready, because }];
    }
    let application = open.application.as_ref().map_or_else(|| submission.to_string(), ToString::to_string);
    let id = format!("w-{submission}");
    let for_good = open.submission.operations.iter().any(|operation| operation.kind.is_irreversible());
    let otherwise = match for_good {
        true => "what it takes off the catalog can never come back",
        false => "a correcting modification follows",
    };
    let text = format!(
        "ask the operations manager to reject application {application}; it cannot be withdrawn (R64), and if it \
         is approved, {otherwise}"
    );
    vec![Step { action: Action::Manual(ManualStep { id, text }), state: StepState::Ready, because }]
}

/// What is on sale: released content without discontinued specifications and SKUs.
fn on_sale(released: &ReleasedProduct) -> Product {
    let mut product = released.product.clone();
    let gone = released.status == ProductStatus::Discontinued;
    product.specifications.retain(|key, _| !gone && !released.discontinued.contains(key));
    for (key, sku) in &released.discontinued_skus {
        if let Some(prices) = product.specifications.get_mut(key).and_then(|found| found.prices.as_mut()) {
            prices.retain(|cell, _| cell.sku != *sku);
        }
    }
    product
}

/// Gives specifications the keys they have now (`formerly`).
fn rekey(mut product: Product, desired: &Desired) -> Product {
    product.key = desired.product.key.clone();
    for (key, intent) in &desired.specifications {
        for former in &intent.formerly {
            if let Some(mut specification) = product.specifications.remove(former) {
                specification.key = key.clone();
                product.specifications.insert(key.clone(), specification);
            }
        }
    }
    product
}

fn wanted(desired: &Desired) -> Product {
    let mut product = desired.product.clone();
    product.specifications.retain(|key, _| {
        let unmanaged = desired.specifications.get(key).is_some_and(|intent| intent.unmanage.is_some());
        desired.retirement(key).is_none() && !unmanaged
    });
    for (key, specification) in &mut product.specifications {
        let retired = desired.specifications.get(key).map(|intent| &intent.retire_skus);
        if let (Some(retired), Some(prices)) = (retired, &mut specification.prices) {
            prices.retain(|cell, _| !retired.contains_key(&cell.sku));
        }
    }
    product
}

fn removals(desired: &Desired, on_sale: &Product, released: Option<&ReleasedProduct>) -> Vec<Operation> {
    if released.is_none() {
        return Vec::new();
    }
    let removal = |kind, item, from, reason: &str| Operation {
        kind,
        item,
        from: Some(from),
        to: None,
        reason: Some(reason.to_owned()),
    };
    if let Some(retire) = &desired.retire {
        let from = Value::Product(Box::new(on_sale.clone()));
        return vec![removal(OperationKind::RetireProduct, Item::Product, from, &retire.reason)];
    }
    let mut found = Vec::new();
    for (key, intent) in &desired.specifications {
        let Some(specification) = on_sale.specifications.get(key) else { continue };
        if let Some(retire) = &intent.retire {
            let from = Value::Specification(Box::new(specification.clone()));
            let item = Item::Specification(key.clone());
            found.push(removal(OperationKind::RemoveSpecification, item, from, &retire.reason));
            continue;
        }
        for (sku, retire) in &intent.retire_skus {
            let item = Item::Sku(key.clone(), sku.clone());
            if let Some(Some(from)) = diff::value_at(on_sale, &item) {
                found.push(removal(OperationKind::RemoveSku, item, from, &retire.reason));
            }
        }
    }
    found
}

fn finish(context: Context<'_>, mut plan: ProductPlan) -> ProductPlan {
    struct Identity<'a>(&'a Key, &'a ProductPlan);
    impl Canonical for Identity<'_> {
        fn write(&self, to: &mut CanonicalWriter) {
            self.0.write(to);
            self.1.key.write(to);
            self.1.base.as_ref().map(|base| base.0.as_str()).write(to);
            for step in &self.1.chain {
                match &step.action {
                    Action::Submit(submission) => {
                        to.text(submission.kind.name());
                        submission.operations.write(to);
                    }
                    Action::Withdraw { submission, application: _ } => to.text(&submission.0),
                    Action::Manual(ManualStep { id, text: _ }) => to.text(id),
                }
            }
        }
    }
    plan.digest = Digest::of("product-plan", &Identity(&context.scope.target, &plan));
    plan
}
