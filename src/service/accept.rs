//! Saying which side of a drift is right: accepting writes released values into the definitions, on the lines that say
//! otherwise and nowhere else; reverting lets the definition count. Either way the ledger remembers the released value as
//! the one that changes start from.

use super::adopt::record;
use super::ignore::taken_back;
use super::planning::{Planner, Situation, live};
use super::workspace::no_product;
use super::{Recorded, Request, ServiceError, write};
use crate::definition::{self, Definition};
use crate::diff::{Change, changes, value_at};
use crate::ledger::EventKind;
use crate::model::{Amount, Item, Key, Price, Product, Tier, Value};
use crate::plan::{Drift, DriftKind, Plan, ProductPlan, rekey, without_drift};
use crate::repository::Assets;
use crate::text::apply_edits;
use crate::yaml::edit::{self, Data};
use jiff::Timestamp;

/// Of what somebody decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DriftChoice {
    /// These products.
    pub products: Vec<Key>,
    /// These fields or items of them, as `drift` names them; all that drifted when there is none.
    pub items: Vec<String>,
}

/// What of one product is decided, and what is not.
pub(super) struct Chosen<'p> {
    pub(super) product: &'p ProductPlan,
    pub(super) decided: Vec<&'p Drift>,
    /// What nobody decides now, with what is left alone.
    pub(super) rest: Vec<&'p Drift>,
}

impl DriftChoice {
    /// What was chosen of a plan. Without items that is everything that drifted; what is ignored has to be named.
    pub(super) fn of<'p>(&self, plan: &'p Plan) -> Result<Vec<Chosen<'p>>, ServiceError> {
        let mut named = vec![false; self.items.len()];
        let chosen = self.products.iter().map(|key| {
            let product = plan.products.iter().find(|found| found.key == *key);
            let product = product.ok_or_else(|| no_product(plan, key))?;
            let mut chosen = Chosen { product, decided: Vec::new(), rest: Vec::new() };
            let ignored = product.ignored.iter().map(|ignored| (&ignored.drift, false));
            for (drift, is_open) in product.drift.iter().map(|drift| (drift, true)).chain(ignored) {
                let position = self.items.iter().position(|text| is_called(&drift.item, text));
                named.iter_mut().enumerate().for_each(|(at, named)| *named |= position == Some(at));
                let is_decided = position.is_some() || (self.items.is_empty() && is_open);
                if is_decided { &mut chosen.decided } else { &mut chosen.rest }.push(drift);
            }
            Ok(chosen)
        });
        let chosen = chosen.collect::<Result<Vec<_>, ServiceError>>()?;
        match self.items.iter().zip(&named).find(|(_, is_named)| !*is_named) {
            None => Ok(chosen),
            Some((item, _)) => {
                let all = chosen.iter().flat_map(|found| found.decided.iter().chain(&found.rest));
                let mut hints: Vec<String> =
                    all.map(|drift| format!("{}: {}", drift.item.route(), drift.item.describe())).collect();
                if hints.is_empty() {
                    hints.push("nobody else changed anything of these products".to_owned());
                }
                let message = format!("nobody else changed anything called `{item}`");
                Err(ServiceError::Request { message, hints })
            }
        }
    }
}

/// Whether people call an item so: by its place in a definition, or in words.
pub(super) fn is_called(item: &Item, text: &str) -> bool {
    item.route().to_string() == text || item.describe().eq_ignore_ascii_case(text)
}

pub(super) fn names<'d>(drift: impl IntoIterator<Item = &'d Drift>) -> String {
    drift.into_iter().map(|drift| drift.item.describe()).collect::<Vec<_>>().join(", ")
}

/// Writes the released value of what drifted in these products into their definitions.
///
/// # Errors
/// When a product or item is unknown, or a file or the ledger cannot be written.
pub fn accept(request: &Request, choice: &DriftChoice) -> Result<Recorded, ServiceError> {
    live(request, |planner, situation, plan, now| {
        let chosen = choice.of(&plan)?;
        let defined = |found: &Chosen<'_>| {
            let definition = planner.definitions.catalog.definition(found.product.key.as_str());
            definition.ok_or_else(|| no_product(&plan, &found.product.key))
        };
        // Nothing is written when one of them is unknown.
        let definitions: Vec<&Definition> = chosen.iter().map(defined).collect::<Result<_, _>>()?;
        let mut sentences = Vec::new();
        let mut path = None;
        for (Chosen { product, decided, rest }, definition) in chosen.into_iter().zip(definitions) {
            let key = &product.key;
            if decided.is_empty() {
                if !choice.items.is_empty() {
                    sentences.push(format!("Nobody else changed that of `{key}`."));
                    continue;
                }
                // What a person wrote by hand is decided, too.
                let is_new = settle(planner, situation, now, key, &[], &rest)?;
                sentences.push(match is_new {
                    true => format!("Changes of `{key}` start from what is on sale now."),
                    false => format!("Nobody else changed anything of `{key}`."),
                });
                continue;
            }
            let (text, taken, left) = rewritten(planner, definition, &decided);
            if !taken.is_empty() {
                let file = planner.workspace.tree.root().join(&definition.path);
                write(&file, text.as_bytes())?;
                path = Some(definition.path.clone());
                let undecided: Vec<&Drift> = rest.iter().chain(&left).copied().collect();
                settle(planner, situation, now, key, &taken, &undecided)?;
                sentences.push(format!("Accepted for `{key}`: {}.", names(taken)));
            }
            if !left.is_empty() {
                sentences.push(left_to_a_person(planner, definition, key, left));
            }
        }
        Ok(Recorded {
            sentence: sentences.join("\n"),
            path,
            next: Some(planner.invocation().command("plan")),
        })
    })
}

/// What no edit can write.
pub(super) fn left_to_a_person(
    planner: &Planner<'_>,
    definition: &Definition,
    key: &Key,
    left: Vec<&Drift>,
) -> String {
    format!(
        "To be written by hand in {}: {}; `{}` shows the values. Then run this again.",
        definition.path,
        names(left),
        planner.invocation().command(&format!("drift {key}"))
    )
}

/// Lets the definitions of these products count: the next plan changes back what somebody else changed.
///
/// # Errors
/// When a product or item is unknown, or the ledger cannot be read or written.
pub fn revert(request: &Request, choice: &DriftChoice) -> Result<Recorded, ServiceError> {
    live(request, |planner, situation, plan, now| {
        let mut sentences = Vec::new();
        for Chosen { product, decided, mut rest } in choice.of(&plan)? {
            let key = &product.key;
            let (ours, left): (Vec<&Drift>, Vec<&Drift>) =
                decided.into_iter().partition(|drift| drift.kind != DriftKind::ByMarketplace);
            if ours.is_empty() {
                if choice.items.is_empty() || !left.is_empty() {
                    sentences.push(format!("Nobody else changed anything of `{key}` that can be put back."));
                }
                continue;
            }
            rest.extend(left);
            settle(planner, situation, now, key, &ours, &rest)?;
            sentences.push(format!("The definition of `{key}` counts: {}.", names(ours)));
        }
        Ok(Recorded {
            sentence: sentences.join("\n"),
            path: None,
            next: Some(planner.invocation().command("plan")),
        })
    })
}

/// Remembers what is on sale as what changes start from, but for drift about which nobody decided yet; what is decided
/// is not ignored any more. `false` when that is what was remembered already.
fn settle(
    planner: &Planner<'_>,
    situation: &Situation,
    now: Timestamp,
    key: &Key,
    decided: &[&Drift],
    undecided: &[&Drift],
) -> Result<bool, ServiceError> {
    let Some(released) = situation.released.products.get(key) else { return Ok(false) };
    let desired = planner.definitions.desired.get(key).map(|found| &found.desired);
    // Drift is told by the keys of today.
    let product = match desired {
        Some(desired) => rekey(released.product.clone(), desired),
        None => released.product.clone(),
    };
    let product = without_drift(&product, undecided.iter().copied());
    let history = situation.records.history(key);
    let before = history.last_applied.clone();
    let known = before.clone().map(|known| match desired {
        Some(desired) => rekey(known, desired),
        None => known,
    });
    // Each side may hold a part that the other has not.
    let differs =
        |known: &Product| !(changes(known, &product).is_empty() && changes(&product, known).is_empty());
    let mut events = Vec::new();
    if known.as_ref().is_some_and(differs) {
        events.push(EventKind::Applied { product, commit: None });
    }
    let is_decided = |item: &Item| decided.iter().any(|drift| drift.item == *item);
    events.extend(taken_back(planner, &history, is_decided, now));
    if events.is_empty() {
        return Ok(false);
    }
    record(planner, key, now, &events, |record| record.history.last_applied == before)?;
    Ok(true)
}

/// The definition's text with what could be accepted, what was and what was not.
pub(super) fn rewritten<'d>(
    planner: &Planner<'_>,
    definition: &Definition,
    drift: &[&'d Drift],
) -> (String, Vec<&'d Drift>, Vec<&'d Drift>) {
    let mut text = definition.source().text().to_owned();
    let (mut written, mut left) = (Vec::new(), Vec::new());
    for found in drift {
        match with(planner, definition, &text, found) {
            Some(edited) => {
                text = edited;
                written.push(*found);
            }
            None => left.push(*found),
        }
    }
    (text, written, left)
}

/// The text with one released value, if that is what it then says and it changed its mind about nothing else.
fn with(planner: &Planner<'_>, definition: &Definition, text: &str, drift: &Drift) -> Option<String> {
    let before = read(planner, definition, text)?;
    let (mapping, key) = before.stated(&drift.item.route(), planner.target)?;
    // A text that stands in a file of its own is changed there.
    let in_a_file = mapping.get(&key).is_some_and(|value| value.get("file").is_some());
    let currency = planner.target.currency.as_str();
    let written = written(&drift.item, drift.released.as_ref(), currency).filter(|_| !in_a_file)?;
    let order = definition::order(&before.path, before.tree(), &mut Vec::new())?;
    let edit = match written {
        Written::As(data) => edit::set(mapping, &key, &data, &order)?,
        Written::Nowhere => edit::remove(mapping, &key)?,
    };
    let edited = apply_edits(text, &[edit])?;
    let after = read(planner, definition, &edited)?;
    let said = |definition: &Definition| {
        definition.desired(planner.target.name.as_str()).map(|desired| desired.product.clone())
    };
    let (before, after) = (said(&before)?, said(&after)?);
    let is_about = |change: &Change| change.item == drift.item;
    let is_said = value_at(&after, &drift.item) == Some(drift.released.clone());
    let says_nothing_else =
        changes(&before, &after).iter().all(is_about) && changes(&after, &before).iter().all(is_about);
    (is_said && says_nothing_else).then_some(edited)
}

/// The definition as an edited text says it; `None` when the text is wrong.
fn read(planner: &Planner<'_>, definition: &Definition, text: &str) -> Option<Definition> {
    let workspace = planner.workspace;
    let assets = Assets::new(&*workspace.files);
    let catalog = &planner.definitions.catalog;
    let (read, found) = catalog.read_one(&workspace.config, &definition.path, text.as_bytes(), &assets);
    read.filter(|read| read.key == definition.key && !found.has_errors())
}

/// How definitions write a value.
enum Written {
    As(Data),
    /// By leaving the key out.
    Nowhere,
}

/// How definitions write a value; `None` for what is more than one value.
fn written(item: &Item, value: Option<&Value>, currency: &str) -> Option<Written> {
    Some(Written::As(match (item, value) {
        (Item::BillingMode(_, _) | Item::Attribute(_, _) | Item::AttributeValue(_, _, _), None) => {
            return Some(Written::Nowhere);
        }
        (Item::Field(_) | Item::SpecificationField(_, _), None) => Data::Null,
        (_, Some(Value::Text(text))) => Data::Text(text.clone()),
        (_, Some(Value::Flag(flag))) => Data::Flag(*flag),
        (_, Some(Value::Integer(number))) => Data::Whole(*number),
        (_, Some(Value::Texts(texts))) => {
            Data::List(texts.iter().map(|text| Data::Text(text.clone())).collect())
        }
        (_, Some(Value::Price(price))) => priced(price)?,
        (Item::BillingMode(_, _), Some(Value::Prices(prices))) => {
            // One price stands for the mode; a table of SKUs is more than one value.
            let mut prices = prices.iter();
            let ((cell, price), None) = (prices.next()?, prices.next()) else { return None };
            if !cell.sku.values().is_empty() {
                return None;
            }
            Data::Map(vec![(currency.to_owned(), priced(price)?)])
        }
        _ => return None,
    }))
}

fn priced(price: &Price) -> Option<Data> {
    let amount = |amount: &Amount| Data::Text(amount.to_string());
    Some(match price {
        Price::Flat(price) => amount(price),
        Price::Tiered(tiers) => {
            let tier = |tier: &Tier| {
                let from = i64::try_from(tier.from).ok()?;
                Some(Data::map([("from", Data::Whole(from)), ("price", amount(&tier.price))]))
            };
            Data::List(tiers.iter().map(tier).collect::<Option<_>>()?)
        }
    })
}
