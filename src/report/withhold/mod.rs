//! Leaving out of a plan what not everybody who sees it may know yet.

mod values;
mod words;

use super::{Baseline, Comparison, PlacedFinding, PlacedFix, Proposal};
use crate::diagnostic::Finding;
use crate::model::{Digest, Item, Key, ProductField, Value};
use crate::plan::{
    Action, Block, Change, Confirmed, Drift, Ignored, ManualStep, Plan, ProductPlan, Step, StepState,
    VerifyItem,
};
use crate::submission::{Operation, OperationId, Submission, SubmissionId};
use camino::Utf8PathBuf;
use std::collections::{BTreeMap, BTreeSet};
use values::{Cleaning, addresses_of, amounts};
use words::Words;

/// What stands in place of what is left out.
const WITHHELD: &str = "(withheld)";

/// The same in an earlier plan that asked for something else, so that the difference can still be seen.
const WITHHELD_EARLIER: &str = "(withheld, another)";

/// What is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Withheld {
    /// Amounts that are not on sale yet.
    pub prices: bool,
    /// Addresses of products that are, or will be, hidden.
    pub urls: bool,
}

impl Withheld {
    /// Whether nothing is left out.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        !self.prices && !self.urls
    }
}

impl std::str::FromStr for Withheld {
    type Err = String;

    /// Reads a list as in `prices,urls`.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut withheld = Self::default();
        for word in text.split(',').map(str::trim) {
            match word {
                "prices" => withheld.prices = true,
                "urls" => withheld.urls = true,
                _ => return Err(format!("`{word}` cannot be withheld: write prices, urls or prices,urls")),
            }
        }
        Ok(withheld)
    }
}

/// The proposal without it. Ids are digests, from which a price could be guessed: those of operations and submissions
/// that lose something are replaced, so the plan cannot be applied, and its approvals are to be looked up where
/// everything is seen.
#[must_use]
pub fn withhold(proposal: Proposal, what: &Withheld) -> Proposal {
    if what.is_nothing() {
        return proposal;
    }
    let veil = Veil::over(&proposal, *what);
    let Proposal { plan, findings, compared, mut invocation, observed } = proposal;
    let products = plan.products.iter().map(|product| veil.product(product)).collect();
    let findings = findings.iter().map(|found| veil.placed(found)).collect();
    let compared = compared.map(|compared| veil.comparison(compared));
    invocation.proposed = invocation.proposed.iter().map(|id| veil.label(id)).collect();
    let unbound =
        plan.unbound.iter().map(|(id, name)| (id.clone(), veil.words.clean(name, what.urls))).collect();
    Proposal { plan: Plan { products, unbound, ..plan }, findings, compared, invocation, observed }
}

/// What is known about a proposal, to leave things out of it.
struct Veil {
    what: Withheld,
    plan: Plan,
    words: Words,
    /// Products whose addresses anybody may know.
    public: BTreeSet<Key>,
    /// Files of all products.
    owners: BTreeMap<Utf8PathBuf, Key>,
    /// Operations of the plan that is shown.
    now: BTreeSet<OperationId>,
    /// Ids that change, with the id that the operation has afterwards.
    renamed: BTreeMap<OperationId, OperationId>,
}

impl Veil {
    fn over(proposal: &Proposal, what: Withheld) -> Self {
        let Proposal { plan, compared, .. } = proposal;
        let before = compared.iter().flat_map(|compared| compared.before.values());
        let all: Vec<&ProductPlan> = plan.products.iter().chain(before).collect();
        let hidden: BTreeSet<&Key> =
            all.iter().filter(|product| !is_public(product)).map(|product| &product.key).collect();
        let public = all.iter().map(|product| &product.key).filter(|key| !hidden.contains(key)).cloned();
        let paths = all.iter().filter_map(|product| Some((product.path.clone()?, product.key.clone())));
        let mut veil = Self {
            what,
            plan: Plan { products: Vec::new(), ..plan.clone() },
            words: Words::default(),
            public: public.collect(),
            owners: paths.collect(),
            now: BTreeSet::new(),
            renamed: BTreeMap::new(),
        };
        veil.now = plan
            .products
            .iter()
            .flat_map(|product| submissions(product).flat_map(|submission| veil.ids(submission)))
            .collect();
        for product in &all {
            veil.learn(product);
        }
        for submission in all.iter().flat_map(|product| submissions(product)) {
            veil.rename(submission);
        }
        veil
    }

    fn ids<'a>(&'a self, submission: &'a Submission) -> impl Iterator<Item = OperationId> + 'a {
        let id = |operation: &Operation| operation.id(&self.plan.scope.target, &submission.product);
        submission.operations.iter().map(id)
    }

    /// Learns which amounts and addresses are not to be seen.
    fn learn(&mut self, product: &ProductPlan) {
        let operations = || submissions(product).flat_map(|submission| &submission.operations);
        if self.what.prices {
            let changed = product.changes.iter().filter_map(|change| change.to.as_ref());
            let drifted = others(product).filter_map(|drift| drift.desired.as_ref());
            let planned = operations().filter_map(|operation| operation.to.as_ref());
            self.words.amounts.extend(changed.chain(drifted).chain(planned).flat_map(amounts));
        }
        if self.what.urls && !self.public.contains(&product.key) {
            let changed = product.changes.iter().flat_map(|change| [&change.from, &change.to]);
            let drifted =
                others(product).flat_map(|drift| [&drift.last_applied, &drift.released, &drift.desired]);
            let planned = operations().flat_map(|operation| [&operation.from, &operation.to]);
            let values = changed.chain(drifted).chain(planned).flatten();
            let mut found: BTreeSet<String> = values.flat_map(addresses_of).collect();
            for submission in submissions(product) {
                found.extend(addresses_of(&Value::Product(Box::new(submission.predicted.clone()))));
            }
            self.words.addresses.extend(found);
        }
    }

    /// Learns which ids change.
    fn rename(&mut self, submission: &Submission) {
        let clean = self.submission(submission);
        let ids: Vec<_> = self.ids(submission).zip(self.ids(&clean)).collect();
        for (id, renamed) in ids.into_iter().filter(|(id, renamed)| id != renamed) {
            // Numbered, so that several can be told apart.
            let label = format!("o-withheld-{}", self.renamed.len() + 1);
            if self.renamed.insert(id.clone(), renamed).is_none() {
                self.words.ids.insert(id.0, label);
            }
        }
        if clean.id != submission.id {
            self.words.ids.insert(submission.id.0.clone(), clean.id.0);
        }
    }

    /// What people read in place of an id.
    fn label(&self, id: &OperationId) -> OperationId {
        OperationId(self.words.ids.get(&id.0).cloned().unwrap_or_else(|| id.0.clone()))
    }

    fn cleaning(&self, product: Option<&Key>) -> Cleaning<'_> {
        let is_public = product.is_some_and(|key| self.public.contains(key));
        Cleaning { words: &self.words, prices: self.what.prices, any_address: self.what.urls && !is_public }
    }

    fn product(&self, product: &ProductPlan) -> ProductPlan {
        let cleaning = self.cleaning(Some(&product.key));
        let ProductPlan { key, name, delivery, path, standing, base, changes, chain, .. } = product;
        let ProductPlan { blocks, notices, drift, ignored, verify, approved, digest, .. } = product;
        let cleaned = ProductPlan {
            key: key.clone(),
            name: cleaning.text(name),
            delivery: *delivery,
            path: path.clone(),
            standing: *standing,
            base: base.clone(),
            changes: changes.iter().map(|change| change_without(cleaning, change)).collect(),
            chain: chain.iter().map(|step| self.step(cleaning, step)).collect(),
            blocks: blocks.iter().map(|block| self.block(cleaning, block)).collect(),
            notices: notices.iter().map(|found| finding_without(cleaning, found)).collect(),
            drift: drift.iter().map(|drift| drift_without(cleaning, drift)).collect(),
            ignored: ignored.iter().map(|ignored| ignored_without(cleaning, ignored)).collect(),
            verify: verify.iter().map(|item| verify_without(cleaning, item)).collect(),
            approved: approved.iter().map(|id| self.renamed.get(id).unwrap_or(id).clone()).collect(),
            digest: *digest,
        };
        // The digest is one of contents, too.
        if cleaned == *product {
            cleaned
        } else {
            ProductPlan { digest: Digest::of_bytes(WITHHELD.as_bytes()), ..cleaned }
        }
    }

    fn step(&self, cleaning: Cleaning<'_>, step: &Step) -> Step {
        let Step { action, state, because } = step;
        let action = match action {
            Action::Submit(submission) => Action::Submit(self.submission(submission)),
            Action::Withdraw { submission, application } => Action::Withdraw {
                submission: SubmissionId(
                    self.words.ids.get(&submission.0).cloned().unwrap_or_else(|| submission.0.clone()),
                ),
                application: application.clone(),
            },
            Action::Manual(ManualStep { id, text, kind }) => {
                Action::Manual(ManualStep { id: id.clone(), text: cleaning.text(text), kind: *kind })
            }
        };
        let state = match state {
            StepState::Waiting(text) => StepState::Waiting(cleaning.text(text)),
            StepState::Held { reason } => {
                StepState::Held { reason: reason.as_ref().map(|text| cleaning.text(text)) }
            }
            StepState::Done
            | StepState::InReview { .. }
            | StepState::InDoubt { .. }
            | StepState::HandedOver { .. }
            | StepState::Ready
            | StepState::Blocked => state.clone(),
        };
        Step { action, state, because: cleaning.text(because) }
    }

    fn submission(&self, submission: &Submission) -> Submission {
        let cleaning = self.cleaning(Some(&submission.product));
        let ids = self.ids(submission);
        let operations = submission
            .operations
            .iter()
            .zip(ids)
            .map(|(operation, id)| self.operation(cleaning, operation, &id));
        let mut clean = Submission {
            operations: operations.collect(),
            predicted: cleaning.product(&submission.predicted, self.what.prices),
            ..submission.clone()
        };
        if clean.operations != submission.operations {
            clean.id = Submission::identify(
                &self.plan.scope,
                &clean.product,
                clean.base.as_ref(),
                &clean.operations,
                clean.attempt,
            );
        }
        clean
    }

    fn operation(&self, cleaning: Cleaning<'_>, operation: &Operation, id: &OperationId) -> Operation {
        let Operation { kind, item, from, to, reason } = operation;
        let from = from.as_ref().map(|value| item_value(cleaning, item, value, false));
        let mut clean_to = to.as_ref().map(|value| item_value(cleaning, item, value, true));
        if clean_to != *to && !self.now.contains(id) {
            clean_to = Some(Value::Text(WITHHELD_EARLIER.to_owned()));
        }
        let reason = reason.as_ref().map(|text| cleaning.text(text));
        Operation { kind: *kind, item: item.clone(), from, to: clean_to, reason }
    }

    fn block(&self, cleaning: Cleaning<'_>, block: &Block) -> Block {
        let approval = block.approval.as_ref().map(|id| self.label(id));
        Block { finding: finding_without(cleaning, &block.finding), approval }
    }

    fn placed(&self, found: &PlacedFinding) -> PlacedFinding {
        let owner = found.product.as_ref();
        let of_file = found.place.as_ref().and_then(|place| self.owners.get(&place.path));
        let cleaning = self.cleaning(owner.or(of_file));
        let PlacedFinding { message, label, why, help, others, fix, .. } = found;
        let fix = fix.as_ref().map(|PlacedFix { title, edits, is_certain }| PlacedFix {
            title: cleaning.text(title),
            edits: edits.iter().map(|(extent, text)| (*extent, cleaning.text(text))).collect(),
            is_certain: *is_certain,
        });
        PlacedFinding {
            message: cleaning.text(message),
            label: cleaning.text(label),
            why: cleaning.text(why),
            help: cleaning.text(help),
            others: others.iter().map(|(place, text)| (place.clone(), cleaning.text(text))).collect(),
            fix,
            ..found.clone()
        }
    }

    fn comparison(&self, compared: Comparison) -> Comparison {
        let Comparison { baseline, before, without_effect } = compared;
        let baseline = match baseline {
            Baseline::Revision { name, commit, head } => {
                Baseline::Revision { name: self.words.clean(&name, false), commit, head }
            }
            saved @ Baseline::Saved { .. } => saved,
        };
        let before = before.iter().map(|(key, product)| (key.clone(), self.product(product))).collect();
        Comparison { baseline, before, without_effect }
    }
}

/// Whether a product is listed and will be, as far as its plan tells; what does not tell is taken for hidden.
fn is_public(product: &ProductPlan) -> bool {
    let says_hidden = |value: &Option<Value>| value.as_ref().and_then(Value::as_flag) == Some(false);
    let is_visibility = |item: &Item| *item == Item::Field(ProductField::PublicSales);
    let hides = |operation: &Operation| {
        is_visibility(&operation.item) && (says_hidden(&operation.from) || says_hidden(&operation.to))
    };
    let hidden_by_change = product
        .changes
        .iter()
        .any(|change| is_visibility(&change.item) && (says_hidden(&change.from) || says_hidden(&change.to)));
    let hidden_by_drift = others(product).any(|drift| {
        let values = [&drift.last_applied, &drift.released, &drift.desired];
        is_visibility(&drift.item) && values.into_iter().any(says_hidden)
    });
    let mut submissions = submissions(product).peekable();
    let is_told = submissions.peek().is_some();
    let hidden_by_submission = submissions.any(|submission| {
        submission.predicted.fields.flag(ProductField::PublicSales) == Some(false)
            || submission.operations.iter().any(hides)
    });
    is_told && !hidden_by_change && !hidden_by_drift && !hidden_by_submission
}

fn submissions(product: &ProductPlan) -> impl Iterator<Item = &Submission> {
    product.chain.iter().filter_map(|step| match &step.action {
        Action::Submit(submission) => Some(submission),
        Action::Withdraw { .. } | Action::Manual(_) => None,
    })
}

/// A value without what is withheld; some fields are addresses whatever they look like.
fn item_value(cleaning: Cleaning<'_>, item: &Item, value: &Value, is_new: bool) -> Value {
    match item {
        Item::Field(ProductField::InterfaceUrl | ProductField::Link) if cleaning.any_address => {
            Value::Text(WITHHELD.to_owned())
        }
        _ => cleaning.value(value, is_new),
    }
}

fn change_without(cleaning: Cleaning<'_>, change: &Change) -> Change {
    let Change { item, from, to } = change;
    let value =
        |value: &Option<Value>, is_new| value.as_ref().map(|value| item_value(cleaning, item, value, is_new));
    Change { item: item.clone(), from: value(from, false), to: value(to, true) }
}

/// Everything that somebody else changed, left alone or not.
fn others(product: &ProductPlan) -> impl Iterator<Item = &Drift> {
    product.drift.iter().chain(product.ignored.iter().map(|ignored| &ignored.drift))
}

fn ignored_without(cleaning: Cleaning<'_>, ignored: &Ignored) -> Ignored {
    let Ignored { drift, by, reason, until } = ignored;
    Ignored {
        drift: drift_without(cleaning, drift),
        by: cleaning.text(by),
        reason: cleaning.text(reason),
        until: *until,
    }
}

fn drift_without(cleaning: Cleaning<'_>, drift: &Drift) -> Drift {
    let Drift { item, kind, last_applied, released, desired } = drift;
    let value =
        |value: &Option<Value>, is_new| value.as_ref().map(|value| item_value(cleaning, item, value, is_new));
    Drift {
        item: item.clone(),
        kind: *kind,
        last_applied: value(last_applied, false),
        released: value(released, false),
        desired: value(desired, true),
    }
}

fn finding_without(cleaning: Cleaning<'_>, finding: &Finding) -> Finding {
    let Finding { message, label, why, help, .. } = finding;
    Finding {
        message: cleaning.text(message),
        label: cleaning.text(label),
        why: cleaning.text(why),
        help: cleaning.text(help),
        ..finding.clone()
    }
}

fn verify_without(cleaning: Cleaning<'_>, item: &VerifyItem) -> VerifyItem {
    let confirmed = item.confirmed.as_ref().map(|Confirmed { by, at, expires }| Confirmed {
        by: cleaning.text(by),
        at: *at,
        expires: *expires,
    });
    VerifyItem { text: cleaning.text(&item.text), confirmed, ..item.clone() }
}
