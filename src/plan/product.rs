//! The plan of one product.

use super::catalog::DesiredProduct;
use super::chain::{Chain, Context};
use super::drift::Parted;
use super::guards::finding;
use super::halt::halt;
use super::judgement::{to_confirm, unconfirmed};
use super::origin::Known;
use super::{
    Action, Block, History, ManualKind, ManualStep, OpenSubmission, ProductPlan, Standing, Step, StepState,
};
use super::{drift, manual, predict, review, states, verify};
use crate::diagnostic::Finding;
use crate::diff::{self, Change};
use crate::model::{DeliveryMethod, Desired, Item, Key, Product, Value};
use crate::released::{ObservedApplication, ProductStatus, ReleasedProduct};
use crate::rules::levels::excuse;
use crate::rules::{Account, Sale, Transition};
use crate::submission::{Operation, OperationId, Review};
use std::borrow::Cow;
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
    /// Problems the catalog sees: an older commit, a lost ledger.
    pub(super) catalog_blocks: Vec<(Finding, bool)>,
    /// What rules that compare products found.
    pub(super) compared: &'a [Finding],
    /// What is known of the account.
    pub(super) account: Account,
}

/// Plans one product.
pub(super) fn plan(context: Context<'_>, input: &ProductInput<'_>) -> ProductPlan {
    match input.desired {
        Some(desired) if desired.desired.unmanage.is_some() => unmanaged(context, input),
        Some(desired) => Planner::new(context, input, &desired.desired).plan(),
        None => undefined(context, input),
    }
}

/// A product that is left alone: what is with a reviewer is waited for, and a sheet that nobody entered is thrown away.
fn unmanaged(context: Context<'_>, input: &ProductInput<'_>) -> ProductPlan {
    let mut plan = empty(input, Standing::Unmanaged);
    let Some(open) = input.history.open.as_ref().filter(|open| open.review.is_open()) else { return plan };
    let step = in_review(context, open);
    plan.standing = match step.state {
        StepState::HandedOver { .. } => Standing::UnwantedInReview,
        StepState::InDoubt { .. } if context.by_hand => Standing::UnwantedInReview,
        StepState::InDoubt { .. } if open.is_missing() => Standing::Missing,
        StepState::InDoubt { .. } => Standing::InDoubt,
        _ => Standing::InReview,
    };
    plan.chain.push(step);
    if plan.standing == Standing::UnwantedInReview {
        plan.chain.extend(unwanted_steps(context, open));
        halt(context, input.history, &mut plan.chain);
    }
    finish(context, plan)
}

/// A product without a definition: in review it is unwanted, on sale it vanished, else there is nothing to say.
fn undefined(context: Context<'_>, input: &ProductInput<'_>) -> ProductPlan {
    let mut plan = empty(input, Standing::Retired);
    if let Some(open) = input.history.open.as_ref().filter(|open| open.review.is_open()) {
        plan.standing = if open.is_missing() { Standing::Missing } else { Standing::UnwantedInReview };
        plan.chain = unwanted_steps(context, open);
        plan.chain.insert(0, in_review(context, open));
        halt(context, input.history, &mut plan.chain);
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
        standing,
        base: input.released.map(|released| released.revision.clone()),
        path: input.desired.and_then(|found| found.path.clone()),
        ..ProductPlan::empty(
            input.key.clone(),
            content.map_or_else(|| input.key.to_string(), |product| product.display_name().to_owned()),
            content.map_or(DeliveryMethod::Saas, |product| product.delivery),
        )
    }
}

/// Works out one product's plan; `judgement` adds what rules, guards and the review desk say of it.
pub(super) struct Planner<'a> {
    pub(super) context: Context<'a>,
    pub(super) input: &'a ProductInput<'a>,
    pub(super) desired: &'a Desired,
    /// What is on sale now; says nothing when the product is not released.
    pub(super) on_sale: Cow<'a, Product>,
    /// What should be on sale: without retired and unmanaged parts.
    pub(super) wanted: Cow<'a, Product>,
    pub(super) removals: Vec<Operation>,
    /// Ours alone.
    pub(super) changes: Vec<Change>,
    /// The same, with what others changed.
    pub(super) parted: Parted,
}

impl<'a> Planner<'a> {
    fn new(context: Context<'a>, input: &'a ProductInput<'a>, desired: &'a Desired) -> Self {
        let on_sale = input.released.map_or_else(
            || Cow::Owned(Product::new(desired.product.key.clone(), desired.product.delivery)),
            |released| states::on_sale(released, desired),
        );
        let wanted = desired.wanted();
        let removals = states::removals(desired, &on_sale, input.released);
        let mut parted = match input.released {
            Some(released) => {
                let changes = diff::changes(&on_sale, &wanted);
                // Most products do not change, and then nobody asks what was applied last.
                let last_applied = input.history.last_applied.as_ref().filter(|_| !changes.is_empty());
                let last_applied = last_applied.map(|product| states::rekey(product.clone(), desired));
                let ignored = states::rekey_ignored(&input.history.ignored, &released.product, desired);
                drift::split(changes, last_applied.as_ref(), released.status, &ignored, context.now)
            }
            None => Parted::default(),
        };
        let changes = std::mem::take(&mut parted.ours);
        Self { context, input, desired, on_sale, wanted, removals, changes, parted }
    }

    fn plan(self) -> ProductPlan {
        let mut plan = empty(self.input, Standing::InSync);
        plan.name = self.desired.product.display_name().to_owned();
        plan.drift.clone_from(&self.parted.drift);
        plan.ignored.clone_from(&self.parted.ignored);
        if self.is_gone() && self.desired.retire.is_some() {
            plan.standing = Standing::Retired;
            return finish(self.context, plan);
        }
        let open = self.input.history.open.as_ref().filter(|open| open.review.is_open());
        match open {
            Some(open) => self.with_open(open, &mut plan),
            None => self.without_open(&mut plan),
        }
        let expected = match self.input.released {
            Some(_) if self.changes.is_empty() => Cow::Borrowed(&*self.on_sale),
            Some(_) => {
                let operations = diff::operations(&self.changes);
                let mut expected = predict(self.context.site, &self.on_sale, &operations);
                // Rules about content also see a new upgrade rule that the marketplace would not keep.
                if let (Some(kept), Some(wanted)) = (&mut expected.upgrade_rules, &self.wanted.upgrade_rules)
                {
                    let known = self.on_sale.upgrade_rules.clone().unwrap_or_default();
                    kept.extend(wanted.difference(&known).cloned());
                }
                Cow::Owned(expected)
            }
            None => Cow::Borrowed(&*self.wanted),
        };
        let origins = Known { origins: &self.input.history.origins, observed_at: self.context.observed_at };
        let transition = self.transition(&expected, &origins, verify::submits(&plan.chain));
        let mut excused = Vec::new();
        let mut verify = self.verify(&plan, &transition);
        verify.retain(|(item, place)| {
            let found = to_confirm(item, place);
            let found =
                found.filter(|found| excuse(&self.desired.exceptions, found, self.context.today).is_some());
            let is_excused = found.is_some();
            excused.extend(found);
            !is_excused
        });
        verify.extend(self.report_only(&plan));
        let (blocks, notices) = self.judge(&plan, &transition, excused);
        plan.blocks.extend(blocks);
        plan.notices.extend(notices);
        let unconfirmed = verify.iter().filter_map(|(item, place)| unconfirmed(item, place)).collect();
        plan.verify = verify.into_iter().map(|(item, _)| item).collect();
        self.guard(&mut plan, unconfirmed);
        halt(self.context, self.input.history, &mut plan.chain);
        plan.standing = self.standing(&plan);
        finish(self.context, plan)
    }

    fn transition<'t>(
        &'t self,
        expected: &'t Product,
        origins: &'t Known<'t>,
        submits: bool,
    ) -> Transition<'t> {
        Transition {
            site: self.context.site,
            desired: self.desired,
            released: self.input.released.map(|released| self.sale(released)),
            wanted: &self.wanted,
            on_sale: &self.on_sale,
            expected,
            changes: &self.changes,
            removals: &self.removals,
            origins,
            account: self.input.account,
            submits,
        }
    }

    fn sale<'r>(&self, released: &'r ReleasedProduct) -> Sale<'r> {
        let emptied = self.on_sale.specifications.is_empty() && !released.product.specifications.is_empty();
        let is_over = released.status == ProductStatus::Discontinued || emptied;
        Sale { status: released.status, url: released.url.as_deref(), is_over }
    }

    pub(super) fn is_gone(&self) -> bool {
        let never = self.desired.retire.is_some() && self.input.history.open.is_none();
        self.input.released.map_or(never, |released| self.sale(released).is_over)
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
        plan.changes = self.all_changes();
        let holds = |step: &Step| matches!(&step.action, Action::Manual(manual) if manual.kind.holds());
        let (before, after): (Vec<Step>, Vec<Step>) = self.manual_steps().into_iter().partition(holds);
        let mut chain = self.chain_from_released(&plan.changes);
        if before.iter().any(|step| step.state == StepState::Ready) {
            for step in chain.iter_mut().filter(|step| step.state == StepState::Ready) {
                step.state = StepState::Waiting("the step by hand before it".to_owned());
            }
        }
        plan.chain = before.into_iter().chain(chain).chain(after).collect();
    }

    /// What must change when nothing is in review.
    fn all_changes(&self) -> Vec<Change> {
        if self.input.released.is_some() {
            self.changes.clone()
        } else if self.desired.retire.is_some() || self.input.history.retired {
            Vec::new()
        } else {
            let content = predict::releasable(self.context.site, &self.wanted);
            let to = Some(Value::Product(Box::new(content)));
            vec![Change { item: Item::Product, from: None, to }]
        }
    }

    fn chain_from_released(&self, changes: &[Change]) -> Vec<Step> {
        let edits =
            if self.input.released.is_some() { self.operations(changes) } else { diff::operations(changes) };
        self.chain(&self.on_sale, edits, self.removals.clone())
    }

    /// Whether something else would be submitted now were nothing in review. What only follows an approval (R7, R35)
    /// or is done in the console is no reason to take back a submission: the same one would be sent again, for ever.
    fn is_outdated(&self, open: &OpenSubmission) -> bool {
        let chain = self.chain_from_released(&self.all_changes());
        let first = chain.iter().find_map(|step| match (&step.action, &step.state) {
            (_, StepState::Held { .. }) | (Action::Withdraw { .. } | Action::Manual(_), _) => None,
            (Action::Submit(submission), _) => Some(submission),
        });
        first.is_some_and(|first| first.operations != open.submission.operations)
    }

    fn chain(&self, before: &Product, edits: Vec<Operation>, removals: Vec<Operation>) -> Vec<Step> {
        if edits.is_empty() && removals.is_empty() {
            return Vec::new();
        }
        let chain = Chain {
            context: self.context,
            desired: self.desired,
            history: self.input.history,
            released: self.input.released,
            before,
            ours: drift::without(before, self.parted.others()),
            others: &self.parted,
            edits,
            removals,
            waits_for: &self.input.waits_for,
            approved: &self.input.approvals,
        };
        chain.build()
    }

    fn with_open(&self, open: &OpenSubmission, plan: &mut ProductPlan) {
        plan.chain.push(in_review(self.context, open));
        let due = review::expected_by(self.context.site, open.since);
        if due < self.context.today && open.review != Review::HandedOver && !open.is_missing() {
            let message = format!("the verdict was expected by {due}");
            plan.notices.extend(finding("review-overdue", &Item::Product, message, String::new()));
        }
        if open.submission.is_claimed() && self.input.released.is_none() {
            // What would be sold is not known, so nothing can be said to differ from it.
            return;
        }
        let retiring = self.desired.retire.is_some();
        let product_wanted = (!retiring || self.input.released.is_some()).then_some(&*self.wanted);
        let mut asked = open.clone();
        states::rekey_operations(&mut asked.submission, self.desired);
        let unwanted = review::unwanted(&asked, product_wanted, &self.on_sale, &self.removals);
        let expected = predict(self.context.site, &self.on_sale, &asked.submission.operations);
        let mut following = diff::changes(&expected, &self.wanted);
        following.retain(|change| !self.parted.is_others(&change.item));
        // What would be gone for good cannot be put back: it is kept by not being approved, or lost.
        let for_good = unwanted.iter().filter(|operation| operation.kind.is_irreversible());
        let lost: BTreeSet<&Item> = for_good.map(|operation| &operation.item).collect();
        following.retain(|change| !lost.contains(&Item::Product) && !lost.contains(&change.item));
        plan.changes.clone_from(&following);
        let replace = self.desired.on_change == crate::model::OnChange::Replace
            && !following.is_empty()
            && review::is_withdrawable(self.context.site, open)
            && self.is_outdated(&asked);
        // A sheet that nobody entered yet is thrown away; what is with a reviewer is waited for.
        let outdated = open.review == Review::HandedOver && !following.is_empty() && self.is_outdated(&asked);
        let taken_back = !unwanted.is_empty() || replace || outdated;
        if taken_back {
            plan.chain.extend(unwanted_steps(self.context, open));
        }
        let removals = self.removals.iter().filter(|removal| {
            !asked.submission.operations.iter().any(|operation| operation.item == removal.item)
        });
        let edits = self.operations(&following);
        let mut rest = self.chain(&expected, edits, removals.cloned().collect());
        for step in &mut rest {
            if step.state == StepState::Ready {
                let what = match open.review {
                    _ if open.is_missing() => "somebody who records how the review before it ended",
                    Review::HandedOver => "what becomes of the change sheet",
                    _ => "the verdict on what is in review",
                };
                step.state = StepState::Waiting(what.to_owned());
            }
        }
        if !rest.is_empty() && !taken_back {
            let message = match open.submission.is_claimed() {
                true => {
                    "what is in review was claimed and is not known; the definition follows after the verdict"
                }
                false => {
                    "the definition goes further than what is in review; the rest follows after the verdict"
                }
            };
            let item = Item::Product;
            let found = finding("definition-changed-in-review", &item, message.to_owned(), String::new());
            plan.notices.extend(found);
        }
        plan.chain.extend(rest);
        plan.chain.extend(self.manual_steps());
    }

    fn manual_steps(&self) -> Vec<Step> {
        let released = self.input.released.is_some();
        if self.desired.retire.is_some() {
            return Vec::new();
        }
        let known = self.changes.iter().filter(|change| manual::is_manual(self.context.site, &change.item));
        let unseen = manual::unseen(self.context.site, &self.wanted, released.then_some(&*self.on_sale));
        let history = self.input.history;
        let step = |change: &Change, observed: Option<manual::Seen>| {
            let Context { site, now, .. } = self.context;
            let mut step = manual::step(site, self.input.key, change, observed, &history.evidence, now)?;
            if let Some(approval) = manual::waits_for(change, released.then_some(&*self.on_sale)) {
                step.state = StepState::Waiting(approval);
            }
            Some(step)
        };
        let recorded_at = self.input.released.and_then(|found| found.recorded_at);
        let seen = recorded_at.map_or(manual::Seen::Asked, manual::Seen::Recorded);
        let known = known.filter_map(|change| step(change, Some(seen)));
        let mut steps: Vec<Step> =
            known.chain(unseen.iter().filter_map(|change| step(change, None))).collect();
        if recorded_at.is_some() && !history.evidence.is_empty() {
            // What the record says and the definition wants may have been set to something else in between.
            let told: BTreeSet<&Item> =
                self.changes.iter().chain(&unseen).map(|change| &change.item).collect();
            let same = manual::stated(self.context.site, &self.wanted).into_iter();
            let same =
                same.filter(|change| !told.contains(&change.item) && !self.parted.is_others(&change.item));
            let otherwise = same
                .filter(|change| manual::was_set_otherwise(self.input.key, change, seen, &history.evidence));
            steps.extend(otherwise.filter_map(|change| step(&change, Some(seen))));
        }
        steps
    }
}

fn in_review(context: Context<'_>, open: &OpenSubmission) -> Step {
    let state = match open.review {
        Review::HandedOver => StepState::HandedOver { since: open.since },
        Review::Prepared | Review::Unknown => StepState::InDoubt { since: open.since },
        _ => {
            let expected_by = review::expected_by(context.site, open.since);
            StepState::InReview { since: open.since, expected_by }
        }
    };
    let because = match open.submission.is_claimed() {
        true => "claimed: what it asks for is not known here",
        false => open.review.word(),
    };
    Step { action: Action::Submit(open.submission.clone()), state, because: because.to_owned() }
}

/// Take back what is no longer wanted, or ask a person to. Nobody takes back what the marketplace does not know.
fn unwanted_steps(context: Context<'_>, open: &OpenSubmission) -> Vec<Step> {
    if open.is_missing() {
        return Vec::new();
    }
    let because = "what it asks for is no longer wanted".to_owned();
    let submission = open.submission.id.clone();
    let is_withdrawable = review::is_withdrawable(context.site, open);
    if is_withdrawable && !context.by_hand {
        let action = Action::Withdraw { submission, application: open.application.clone() };
        return vec![Step { action, state: StepState::Ready, because }];
    }
    let application = open.application.as_ref().map_or_else(|| submission.to_string(), ToString::to_string);
    let for_good = open.submission.operations.iter().any(|operation| operation.kind.is_irreversible());
    let otherwise = match for_good {
        true => "what it takes off the catalog can never come back",
        false => "a correcting modification follows",
    };
    let is_on_sheet = context.by_hand && open.review != Review::Pending;
    let (kind, text) = if is_on_sheet || open.review == Review::HandedOver {
        let text = format!(
            "do not enter the change sheet of {submission}, and record that; if it was entered already, record it as \
             submitted"
        );
        (ManualKind::ThrowAway, text)
    } else if is_withdrawable {
        let text = format!(
            "withdraw application {application} in My Applications, and record that; if it is approved first, \
             {otherwise}"
        );
        (ManualKind::Withdraw, text)
    } else {
        let text = format!(
            "ask the operations manager to reject application {application}; it cannot be withdrawn (R64), and if it \
             is approved, {otherwise}"
        );
        (ManualKind::AskToReject, text)
    };
    let action = Action::Manual(ManualStep { id: format!("w-{submission}"), text, kind });
    vec![Step { action, state: StepState::Ready, because }]
}

fn finish(context: Context<'_>, plan: ProductPlan) -> ProductPlan {
    plan.finish(&context.scope.target)
}
