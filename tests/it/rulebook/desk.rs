//! The sandbox as the pages see it: an account that sells something, and a desk where raw differences are handed in.

use super::document::Document;
use super::page::{Act, Discontinued, Foreign, Interface, Kind, Mark, Standing, Status};
use super::world::World;
use gallerist::diff;
use gallerist::model::{Item, Key, Product, Value};
use gallerist::released::{Bindings, ProductStatus, Released, ReleasedProduct, resolve};
use gallerist::sandbox::{self, Answer, Health, Judge, Policy, Request, Seeded, State};
use gallerist::submission::{
    ApplicationId, Operation, OperationKind, Submission, SubmissionId, SubmissionKind,
};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// The reason of a removal for which the definition has none.
const NO_LONGER_SOLD: &str = "no longer sold";
/// Stands for an empty reason while a document is read: the reader takes none, the marketplace must refuse it.
const EMPTY_REASON: &str = "(empty reason)";
/// Attempts that one application of a script can have. A later application counts on from a higher number, so that
/// an older one that is submitted again is an earlier attempt.
const ATTEMPTS: u32 = 100;

/// Taken, or refused by rules with these numbers.
pub(super) type Given = Result<(), BTreeSet<u16>>;

/// How things stand on the marketplace after a script.
pub(super) struct Stands {
    /// The newest application of the product.
    pub(super) application: Standing,
    /// The text that can be read on it.
    pub(super) reason: Option<String>,
    /// What is off the catalog.
    pub(super) discontinued: Discontinued,
    /// Whether the address of the product's page can be read.
    pub(super) url: bool,
    /// Content of the product, discontinued specifications included; `None` while it never was released.
    pub(super) released: Option<Product>,
}

/// An application of a script.
#[derive(Clone)]
enum Entry {
    /// Handed in by a submission.
    Submitted(ApplicationId, Box<Submission>),
    /// Saved as a draft.
    Draft(ApplicationId, SubmissionKind),
}

/// The sandbox with the world's products on sale.
pub(super) struct Desk<'a> {
    world: &'a World,
    judge: Judge,
    state: State,
    key: Key,
    script: Vec<Entry>,
}

impl<'a> Desk<'a> {
    /// Sells `before` and `beside`, takes off what is discontinued, puts the foreign application there.
    pub(super) fn seeded(world: &'a World, forgotten: Option<&Mark>) -> Result<Self, String> {
        let judge = Judge::new(world.site()?.clone());
        let judge = match forgotten {
            None => judge,
            Some(Mark::Number(rule)) => judge.without(*rule),
            Some(Mark::Name(name)) => judge.without_named(name),
        };
        let key = Key::new("acme-crm").map_err(|error| error.to_string())?;
        let mut desk = Self { world, judge, state: State::default(), key, script: Vec::new() };
        let mut seeds = Vec::new();
        if let Some(before) = &world.before {
            let mut seed = Seeded::on_sale(world.desired(before)?.product);
            desk.key = seed.product.key.clone();
            match &world.discontinued {
                Discontinued::Word(_) => seed.status = ProductStatus::Discontinued,
                Discontinued::Keys(keys) => {
                    let gone = |key: &&Key| keys.contains(key.as_str());
                    seed.discontinued = seed.product.specifications.keys().filter(gone).cloned().collect();
                }
            }
            seeds.push(seed);
        }
        if let Some(beside) = &world.beside {
            seeds.push(Seeded::on_sale(world.desired(beside)?.product));
        }
        let ready = |given: Given| given.map_err(|rules| format!("the world is refused by {rules:?}"));
        ready(desk.ask(&Request::Seed(seeds))?)?;
        if world.status == Status::Frozen {
            ready(desk.ask(&Request::Freeze { product: desk.key.clone(), frozen: true })?)?;
        }
        if world.application != Foreign::None {
            let kind = if world.before.is_some() { SubmissionKind::Modify } else { SubmissionKind::Release };
            let (id, given) = desk.save("a colleague", kind, Vec::new())?;
            ready(given)?;
            if world.application == Foreign::Pending {
                ready(desk.ask(&Request::SubmitForeign(id.ok_or("a draft has an id")?))?)?;
            }
        }
        desk.set_interface(world.interface)?;
        Ok(desk)
    }

    /// What the product's interface answers from here on.
    pub(super) fn set_interface(&mut self, interface: Interface) -> Result<(), String> {
        let health = match interface {
            Interface::Healthy => Health::Healthy,
            Interface::Failing => Health::Failing,
            Interface::Timeout => Health::Timeout,
        };
        let given = self.ask(&Request::SetInterfaceHealth { product: self.key.clone(), health })?;
        given.map_err(|rules| format!("the interface's health is refused by {rules:?}"))
    }

    /// What is released, by the keys of the documents.
    pub(super) fn released(&self) -> Result<Released, String> {
        let observation = self.state.observe(crate::model::now());
        let rows = self.state.products.values();
        let products = rows.map(|row| (row.key.clone(), row.binding())).collect();
        Ok(resolve(&observation, &Bindings { products }))
    }

    /// Hands in (or saves as a draft) the raw difference from what is released to `desired`: what `gallerist::diff`
    /// finds, and everything that `desired` lacks taken away; removals without a stated reason get [`NO_LONGER_SOLD`].
    pub(super) fn submit_raw(
        &mut self,
        kind: Kind,
        desired: &Document,
        draft: bool,
    ) -> Result<Given, String> {
        let kind = match kind {
            Kind::Release => SubmissionKind::Release,
            Kind::Modify => SubmissionKind::Modify,
            Kind::Remove => SubmissionKind::Remove,
        };
        let raw = self.raw(kind, desired)?;
        if draft {
            let (id, given) = self.save("the seller", kind, raw.operations)?;
            self.script.extend(id.map(|id| Entry::Draft(id, kind)));
            return Ok(given);
        }
        let applications = u32::try_from(self.script.len()).map_err(|error| error.to_string())?;
        let submission = raw.submission(kind, (applications + 1) * ATTEMPTS);
        let (id, given) = self.hand_in(&submission)?;
        self.script.extend(id.map(|id| Entry::Submitted(id, Box::new(submission))));
        Ok(given)
    }

    /// A verdict of the operations manager or an act of the seller on the given or the newest application;
    /// `edited` replaces its content before it is submitted again.
    pub(super) fn review(
        &mut self,
        act: Act,
        application: Option<usize>,
        reason: Option<&str>,
        edited: Option<&Document>,
    ) -> Result<Given, String> {
        let place = application.unwrap_or(self.script.len()).checked_sub(1).ok_or("nothing was handed in")?;
        let entry = self.script.get(place).cloned().ok_or("there are not so many applications")?;
        let (Entry::Submitted(id, _) | Entry::Draft(id, _)) = &entry;
        match act {
            Act::Approve => self.ask(&Request::Approve(id.clone())),
            Act::Reject => {
                let reason = reason.unwrap_or("not acceptable").to_owned();
                self.ask(&Request::Reject { application: id.clone(), reason })
            }
            Act::Discard => self.ask(&Request::Discard(id.clone())),
            Act::Withdraw => {
                let submission = match &entry {
                    Entry::Submitted(_, submission) => submission.id.clone(),
                    // A draft has no submission yet, so there is only this to name it by.
                    Entry::Draft(id, _) => SubmissionId(id.to_string()),
                };
                self.ask(&Request::Withdraw(submission))
            }
            Act::SubmitAgain => {
                let (entry, given) = self.submit_again(&entry, edited)?;
                if let Some(slot) = self.script.get_mut(place) {
                    *slot = entry;
                }
                Ok(given)
            }
        }
    }

    fn submit_again(&mut self, entry: &Entry, edited: Option<&Document>) -> Result<(Entry, Given), String> {
        match entry {
            Entry::Draft(id, kind) => {
                let mut id = id.clone();
                if let Some(edited) = edited {
                    // The sandbox keeps no form open: an edited draft is a new one in place of the old.
                    let raw = self.raw(*kind, edited)?;
                    if let Err(rules) = self.ask(&Request::Discard(id.clone()))? {
                        return Ok((entry.clone(), Err(rules)));
                    }
                    let (saved, given) = self.save("the seller", *kind, raw.operations)?;
                    match saved {
                        Some(saved) => id = saved,
                        None => return Ok((entry.clone(), given)),
                    }
                }
                let given = self.ask(&Request::SubmitForeign(id.clone()))?;
                Ok((Entry::Draft(id, *kind), given))
            }
            Entry::Submitted(_, earlier) => {
                let attempt = earlier.attempt + 1;
                let again = match edited {
                    Some(edited) => self.raw(earlier.kind, edited)?.submission(earlier.kind, attempt),
                    None => Raw::of(earlier).submission(earlier.kind, attempt),
                };
                let (id, given) = self.hand_in(&again)?;
                Ok((id.map_or_else(|| entry.clone(), |id| Entry::Submitted(id, Box::new(again))), given))
            }
        }
    }

    /// What the automatic reviewer objects to in what was handed in: nothing when it approves.
    pub(super) fn objections(&mut self) -> Result<BTreeSet<Mark>, String> {
        let given = self.ask(&Request::Review(Policy::Automatic))?;
        given.map_err(|rules| format!("the review is refused by {rules:?}"))?;
        let stands = self.stands()?;
        match (stands.application, stands.reason) {
            (Standing::Approved, _) => Ok(BTreeSet::new()),
            (Standing::Rejected, Some(reason)) => Ok(named(&reason)),
            (other, _) => Err(format!("the reviewer leaves the application {other:?}")),
        }
    }

    /// How it stands now.
    pub(super) fn stands(&self) -> Result<Stands, String> {
        let released = self.released()?;
        let released = released.products.get(&self.key);
        let newest = self.state.applications.values().rfind(|application| application.product == self.key);
        let mut reason = None;
        let application = match newest.map(|application| &application.standing) {
            None => Standing::None,
            Some(sandbox::Standing::Draft) => Standing::Draft,
            Some(sandbox::Standing::Pending) => Standing::Pending,
            Some(sandbox::Standing::Approved) => Standing::Approved,
            Some(sandbox::Standing::Rejected(text)) => {
                reason = Some(text.clone());
                Standing::Rejected
            }
            Some(sandbox::Standing::Withdrawn) => Standing::Withdrawn,
            Some(sandbox::Standing::Discarded | sandbox::Standing::Forgotten) => Standing::Discarded,
        };
        let discontinued = match released {
            Some(found) if found.status == ProductStatus::Discontinued => {
                Discontinued::Word(super::page::All::All)
            }
            found => {
                let gone = found.into_iter().flat_map(|found| &found.discontinued);
                Discontinued::Keys(gone.map(ToString::to_string).collect())
            }
        };
        let url = released.is_some_and(|found| found.url.is_some());
        let released = released.map(|found| found.product.clone());
        Ok(Stands { application, reason, discontinued, url, released })
    }

    fn raw(&self, kind: SubmissionKind, document: &Document) -> Result<Raw, String> {
        let desired = self.world.desired(&with_reasons(document))?;
        let released = self.released()?;
        let released = released.products.get(&desired.product.key);
        let mut wanted = self.world.product(&with_reasons(document))?;
        wanted.specifications.retain(|key, _| {
            let intent = desired.specifications.get(key);
            intent.is_none_or(|intent| intent.retire.is_none() && intent.unmanage.is_none())
        });
        let operations = match released.filter(|_| kind != SubmissionKind::Release) {
            None => vec![Operation {
                kind: OperationKind::ReleaseProduct,
                item: Item::Product,
                from: None,
                to: Some(Value::Product(Box::new(wanted.clone()))),
                reason: None,
            }],
            Some(released) => difference(&shown(released), &wanted, &desired),
        };
        Ok(Raw {
            product: desired.product.key,
            product_id: released.map(|found| found.product_id.clone()),
            base: released.map(|found| found.revision.clone()),
            operations,
            predicted: wanted,
        })
    }

    fn hand_in(&mut self, submission: &Submission) -> Result<(Option<ApplicationId>, Given), String> {
        let request = Request::Submit {
            submission: Box::new(submission.clone()),
            references: BTreeMap::new(),
            fence: None,
        };
        self.answer(&request)
    }

    fn save(
        &mut self,
        by: &str,
        kind: SubmissionKind,
        operations: Vec<Operation>,
    ) -> Result<(Option<ApplicationId>, Given), String> {
        let product = self.key.clone();
        self.answer(&Request::SaveForeignDraft { by: by.to_owned(), product, kind, operations })
    }

    fn ask(&mut self, request: &Request) -> Result<Given, String> {
        Ok(self.answer(request)?.1)
    }

    fn answer(&mut self, request: &Request) -> Result<(Option<ApplicationId>, Given), String> {
        let (state, answer, _) = self.judge.step(self.state.clone(), request, crate::model::now());
        self.state = state;
        match answer {
            Answer::Done | Answer::Seeded(_) | Answer::Decided(_) => Ok((None, Ok(()))),
            Answer::Accepted(id) => Ok((Some(id), Ok(()))),
            Answer::Refused(refusal) => Ok((None, Err(refusal.rules.into_iter().collect()))),
            other @ (Answer::Observation(_) | Answer::Reviews(_) | Answer::Late) => {
                Err(format!("the sandbox answered {other:?}"))
            }
        }
    }
}

/// The rules that a reason names in brackets, as in `The logo is too small (logo-unsuitable, R110)`.
fn named(reason: &str) -> BTreeSet<Mark> {
    let brackets = reason.split('(').skip(1).filter_map(|rest| rest.split_once(')')).map(|(inner, _)| inner);
    let words = brackets.flat_map(|inner| inner.split(',')).map(str::trim);
    words
        .filter(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
        .map(|word| match word.strip_prefix('R').and_then(|digits| digits.parse().ok()) {
            Some(number) => Mark::Number(number),
            None => Mark::Name(word.to_owned()),
        })
        .collect()
}

/// What would be handed in.
struct Raw {
    product: Key,
    product_id: Option<String>,
    base: Option<gallerist::submission::Revision>,
    operations: Vec<Operation>,
    predicted: Product,
}

impl Raw {
    fn of(earlier: &Submission) -> Self {
        let Submission { product, product_id, base, operations, predicted, .. } = earlier.clone();
        Self { product, product_id, base, operations, predicted }
    }

    fn submission(self, kind: SubmissionKind, attempt: u32) -> Submission {
        let Self { product, product_id, base, operations, predicted } = self;
        let scope = crate::model::scope();
        let id = Submission::identify(&scope, &product, base.as_ref(), &operations, attempt);
        Submission { id, kind, product, product_id, base, operations, attempt, predicted }
    }
}

/// Released content without what is discontinued; a discontinued product shows all it had.
fn shown(released: &ReleasedProduct) -> Product {
    let mut product = released.product.clone();
    if released.status != ProductStatus::Discontinued {
        product.specifications.retain(|key, _| !released.discontinued.contains(key));
    }
    product
}

fn difference(shown: &Product, wanted: &Product, desired: &gallerist::model::Desired) -> Vec<Operation> {
    let mut operations = diff::operations(&diff::changes(shown, wanted));
    for operation in operations.iter_mut().filter(|operation| operation.kind == OperationKind::RemoveSku) {
        let Item::Sku(key, sku) = &operation.item else { continue };
        let intent = desired.specifications.get(key);
        operation.reason = Some(stated(intent.and_then(|intent| intent.retire_skus.get(sku))));
    }
    let removal = |kind, item, from, retirement| Operation {
        kind,
        item,
        from: Some(from),
        to: None,
        reason: Some(stated(retirement)),
    };
    if let Some(retirement) = &desired.retire {
        let from = Value::Product(Box::new(shown.clone()));
        operations.push(removal(OperationKind::RetireProduct, Item::Product, from, Some(retirement)));
        return operations;
    }
    for (key, specification) in &shown.specifications {
        let intent = desired.specifications.get(key);
        let unmanaged = intent.is_some_and(|intent| intent.unmanage.is_some());
        if !wanted.specifications.contains_key(key) && !unmanaged {
            let from = Value::Specification(Box::new(specification.clone()));
            let retirement = intent.and_then(|intent| intent.retire.as_ref());
            let item = Item::Specification(key.clone());
            operations.push(removal(OperationKind::RemoveSpecification, item, from, retirement));
        }
    }
    operations
}

fn stated(retirement: Option<&gallerist::model::Retirement>) -> String {
    let reason = retirement.map_or(NO_LONGER_SOLD, |retirement| retirement.reason.as_str());
    if reason == EMPTY_REASON { String::new() } else { reason.to_owned() }
}

/// The document with [`EMPTY_REASON`] for empty reasons.
pub(super) fn with_reasons(document: &Document) -> Document {
    fn fill(value: &mut Json) {
        match value {
            Json::Object(entries) => {
                let reason = entries.get_mut("retire").and_then(|retire| retire.get_mut("reason"));
                if let Some(reason) = reason.filter(|reason| reason.as_str() == Some("")) {
                    *reason = EMPTY_REASON.into();
                }
                entries.values_mut().for_each(fill);
            }
            Json::Array(list) => list.iter_mut().for_each(fill),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
        }
    }
    let mut whole = Json::Object(document.clone());
    fill(&mut whole);
    match whole {
        Json::Object(document) => document,
        _ => document.clone(),
    }
}

#[test]
fn a_reason_names_rules_in_brackets() {
    let reason =
        "It names (V2) no version (R110, specification-name-bare)\nThe logo is small (logo-unsuitable)";
    let found: Vec<String> = named(reason).iter().map(ToString::to_string).collect();
    assert_eq!(found, ["R110", "V2", "logo-unsuitable", "specification-name-bare"]);
    assert!(named("").is_empty());
}
