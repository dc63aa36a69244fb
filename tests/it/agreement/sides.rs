//! Each side's verdict on one transition.

use super::generate::{Removal, Transition};
use gallerist::config::{Guards, PreflightGate};
use gallerist::diff;
use gallerist::model::{Desired, Edit, Item, Product, Retirement, Value};
use gallerist::plan::{CatalogInput, DesiredProduct, Elsewhere, History, plan};
use gallerist::released::{Bindings, ProductStatus, Released, resolve};
use gallerist::rules::{self, Content, ContentRules};
use gallerist::sandbox::{Answer, Judge, ProductRow, Request, Seeded, State};
use gallerist::site::SiteProfile;
use gallerist::submission::{Operation, OperationKind, Submission, SubmissionKind};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// A rule of the reference by its number, or by its name where it has none.
pub(super) type Mark = String;

/// What each side finds.
pub(super) struct Verdicts {
    /// The rules that block, with their numbers or names.
    pub(super) planner: BTreeMap<&'static str, Vec<Mark>>,
    pub(super) sandbox: BTreeSet<Mark>,
    /// Whether the door refused, with a number or without.
    pub(super) refused: bool,
    /// What content rules find in what is released already.
    pub(super) old: BTreeSet<&'static str>,
    /// What happened, for whoever must find out why they differ.
    pub(super) told: String,
}

/// Numbers of a rule, or its name; some rules of ours stand for a number of the sandbox's.
pub(super) fn marks(rule: &str) -> Vec<Mark> {
    match (rule, rules::numbers(rule)) {
        ("frozen-field-changed", _) => vec!["9".into()],
        ("pricing-template-changed", _) => vec!["91".into()],
        (name, []) => vec![name.to_owned()],
        (_, numbers) => numbers.iter().map(ToString::to_string).collect(),
    }
}

static SITES: LazyLock<BTreeMap<&str, SiteProfile>> = LazyLock::new(|| {
    SiteProfile::NAMES.iter().map(|name| (*name, SiteProfile::embedded(name).unwrap())).collect()
});

pub(super) fn judge(transition: &Transition) -> Verdicts {
    let site = &SITES[transition.site];
    let judge = Judge::new(site.clone());
    let mut state = State::default();
    let mut bindings = Bindings::default();
    let mut seeds = transition.beside.clone().map(Seeded::on_sale).into_iter().collect::<Vec<_>>();
    if let Some(before) = &transition.before {
        let mut seed = Seeded::on_sale(before.clone());
        seed.status = transition.status;
        seed.discontinued = transition.discontinued.clone();
        seeds.push(seed);
    }
    let (next, answer, _) = judge.step(state, &Request::Seed(seeds), crate::model::now());
    state = next;
    if let Answer::Seeded(bound) = answer {
        bindings = bound;
    }
    let released = resolve(&state.observe(crate::model::now()), &bindings);
    let (mut planner, mut told) = planned(site, transition, &released);
    let handed_in = operations(site, transition, &released);
    let (sandbox, refused) = match handed_in.1.is_empty() {
        // What nobody hands in nobody refuses; the planner may still mind what is written down.
        true => {
            planner.clear();
            (BTreeSet::new(), String::new())
        }
        false => refused(&judge, &state, transition, &released, handed_in),
    };
    told += &refused;
    let content = ContentRules::on(&site.name, &BTreeMap::new());
    let held = transition
        .before
        .iter()
        .flat_map(|product| content.check(&Content { site, product, whole: false, cases: None }));
    let old = held.map(|finding| finding.rule).collect();
    let refused = told.contains("refused by");
    Verdicts { planner, sandbox, refused, old, told }
}

fn desired(transition: &Transition) -> Desired {
    let mut desired = Desired::of(transition.after.clone());
    let retirement = |reason: &str| Retirement { reason: reason.to_owned(), proof: None };
    match &transition.removal {
        Some(Removal::Product { reason }) => desired.retire = Some(retirement(reason)),
        Some(Removal::Specification { key, reason }) => {
            desired.specifications.entry(key.clone()).or_default().retire = Some(retirement(reason));
        }
        Some(Removal::Sku { key, sku, reason }) => {
            let intent = desired.specifications.entry(key.clone()).or_default();
            intent.retire_skus.insert(sku.clone(), retirement(reason));
        }
        None => {}
    }
    desired
}

/// The rules that block, with everything approved that can be.
fn planned(
    site: &SiteProfile,
    transition: &Transition,
    released: &Released,
) -> (BTreeMap<&'static str, Vec<Mark>>, String) {
    let mut definitions = BTreeMap::new();
    let wanted = std::iter::once(desired(transition)).chain(transition.beside.clone().map(Desired::of));
    for desired in wanted {
        definitions.insert(desired.product.key.clone(), DesiredProduct { desired, path: None });
    }
    let histories: BTreeMap<_, _> = released
        .products
        .iter()
        .map(|(key, found)| {
            let history = History { last_applied: Some(found.product.clone()), ..History::default() };
            (key.clone(), history)
        })
        .collect();
    let mut approvals: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    loop {
        let made = plan(&CatalogInput {
            scope: &crate::model::scope(),
            site,
            guards: &Guards::default(),
            levels: &BTreeMap::new(),
            now: crate::model::now(),
            commit: None,
            desired: &definitions,
            released,
            histories: &histories,
            approvals: &approvals,
            bound: &released.products.keys().cloned().collect(),
            older_commit: &BTreeSet::new(),
            by_hand: false,
            halt: None,
            preflight: PreflightGate::default(),
            only: None,
            elsewhere: Elsewhere::default(),
        });
        let product = made.products.into_iter().find(|found| found.key == transition.after.key);
        let product = product.expect("the product has a plan");
        let lifted: BTreeSet<_> = product.blocks.iter().filter_map(|block| block.approval.clone()).collect();
        let known = approvals.entry(product.key.clone()).or_default();
        let before = known.len();
        known.extend(lifted);
        if known.len() > before {
            continue;
        }
        let blocks = product.blocks.iter().filter(|block| block.approval.is_none());
        let mut told = format!("changes: {:?}\n", product.changes);
        let mut found = BTreeMap::new();
        for block in blocks {
            found.insert(block.finding.rule, marks(block.finding.rule));
            told += &format!("blocked by {}: {}\n", block.finding.rule, block.finding.message);
        }
        return (found, told);
    }
}

/// What is handed in: a first release, or the raw difference.
fn operations(
    site: &SiteProfile,
    transition: &Transition,
    released: &Released,
) -> (SubmissionKind, Vec<Operation>) {
    match released.products.get(&transition.after.key) {
        None => (SubmissionKind::Release, vec![release(site, &transition.after)]),
        Some(held) => {
            let mut shown = held.product.clone();
            shown.specifications.retain(|key, _| !held.discontinued.contains(key));
            difference(site, &shown, transition)
        }
    }
}

/// The rules the door refuses by, and those the reviewer objects by.
fn refused(
    judge: &Judge,
    state: &State,
    transition: &Transition,
    released: &Released,
    (kind, operations): (SubmissionKind, Vec<Operation>),
) -> (BTreeSet<Mark>, String) {
    let key = &transition.after.key;
    let held = released.products.get(key);
    let (mut found, mut told) = (BTreeSet::new(), String::new());
    let before = state.products.values().find(|row| row.key == *key);
    let base = held.map(|found| found.revision.clone());
    let submission = Submission {
        id: Submission::identify(&crate::model::scope(), key, base.as_ref(), &operations, 1),
        kind,
        product: key.clone(),
        product_id: held.map(|found| found.product_id.clone()),
        base,
        operations,
        attempt: 1,
        predicted: transition.after.clone(),
    };
    let request =
        Request::Submit { submission: Box::new(submission), references: BTreeMap::new(), fence: None };
    let (_, answer, _) = judge.step(state.clone(), &request, crate::model::now());
    if let Answer::Refused(refusal) = answer {
        told += &format!("refused by {:?}: {}\n", refusal.rules, refusal.text);
        found.extend(refusal.rules.iter().map(ToString::to_string));
    }
    let live = transition.status != ProductStatus::Discontinued;
    if transition.removal.is_none() && live {
        let mut after =
            before.cloned().unwrap_or_else(|| ProductRow::new(key.clone(), transition.after.delivery));
        after.fill(&transition.after);
        for objection in judge.objections(before, &after) {
            told += &format!("objection: {objection}\n");
            match objection.rules {
                [] => drop(found.insert(objection.name.to_owned())),
                numbers => found.extend(numbers.iter().map(ToString::to_string)),
            }
        }
    }
    (found, told)
}

/// A first release, without what is set elsewhere.
fn release(site: &SiteProfile, after: &Product) -> Operation {
    let mut content = after.clone();
    content.fields.retain(|field| site.edit(field) != Edit::Separate);
    for specification in content.specifications.values_mut() {
        specification.fields.retain(|field| site.edit_specification(field) != Edit::Separate);
    }
    let to = Some(Value::Product(Box::new(content)));
    Operation { kind: OperationKind::ReleaseProduct, item: Item::Product, from: None, to, reason: None }
}

/// All that differs, whatever any rule says: what is missing is taken away.
fn difference(
    site: &SiteProfile,
    shown: &Product,
    transition: &Transition,
) -> (SubmissionKind, Vec<Operation>) {
    let removal = |kind, item, from, reason: &str| Operation {
        kind,
        item,
        from: Some(from),
        to: None,
        reason: Some(reason.to_owned()),
    };
    let whole =
        |key| Value::Specification(Box::new(shown.specifications.get(key).cloned().expect("it is sold")));
    let one = match &transition.removal {
        Some(Removal::Product { reason }) => {
            let from = Value::Product(Box::new(shown.clone()));
            Some(removal(OperationKind::RetireProduct, Item::Product, from, reason))
        }
        Some(Removal::Specification { key, reason }) if shown.specifications.contains_key(key) => Some(
            removal(OperationKind::RemoveSpecification, Item::Specification(key.clone()), whole(key), reason),
        ),
        Some(Removal::Sku { key, sku, reason }) => {
            let item = Item::Sku(key.clone(), sku.clone());
            let from = diff::value_at(shown, &item).flatten();
            from.map(|from| removal(OperationKind::RemoveSku, item, from, reason))
        }
        Some(Removal::Specification { .. }) | None => None,
    };
    if transition.removal.is_some() {
        return (SubmissionKind::Remove, one.into_iter().collect());
    }
    let changes = diff::changes(shown, &transition.after).into_iter().filter(|change| match &change.item {
        Item::Field(field) => !matches!(site.edit(*field), Edit::Separate | Edit::Asset),
        Item::SpecificationField(_, field) => {
            !matches!(site.edit_specification(*field), Edit::Separate | Edit::Asset)
        }
        _ => true,
    });
    let mut operations = diff::operations(&changes.collect::<Vec<_>>());
    for operation in operations.iter_mut().filter(|operation| operation.kind == OperationKind::RemoveSku) {
        operation.reason = Some("no longer sold".to_owned());
    }
    for key in shown.specifications.keys().filter(|key| !transition.after.specifications.contains_key(*key)) {
        let item = Item::Specification(key.clone());
        operations.push(removal(OperationKind::RemoveSpecification, item, whole(key), "no longer sold"));
    }
    (SubmissionKind::Modify, operations)
}
