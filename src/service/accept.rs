//! Saying which side of a drift is right: accepting writes released values into the definitions, on the lines that say
//! otherwise and nowhere else; reverting lets the definition count. Either way the ledger remembers the released value as
//! the one that changes start from.

use super::adopt::record;
use super::planning::{Planner, Situation, live};
use super::workspace::no_product;
use super::{Recorded, Request, ServiceError, write};
use crate::definition::{self, Definition};
use crate::diff::{changes, value_at};
use crate::ledger::EventKind;
use crate::model::{Item, Key, Price, Product, Value};
use crate::plan::{Drift, DriftKind, rekey, without_drift};
use crate::repository::Assets;
use crate::text::apply_edits;
use crate::yaml::edit::{self, Data};
use jiff::Timestamp;

/// Writes the released value of everything that drifted in these products into their definitions.
///
/// # Errors
/// When a product is unknown, or a file or the ledger cannot be written.
pub fn accept(request: &Request, products: &[Key]) -> Result<Recorded, ServiceError> {
    live(request, |planner, situation, plan, now| {
        let found = products.iter().map(|key| {
            let product = plan.products.iter().find(|found| found.key == *key);
            let definition = planner.definitions.catalog.definition(key.as_str());
            product.zip(definition).ok_or_else(|| no_product(&plan, key))
        });
        let found: Vec<_> = found.collect::<Result<_, _>>()?;
        let mut sentences = Vec::new();
        let mut path = None;
        for (product, definition) in found {
            let key = &product.key;
            if product.drift.is_empty() {
                // What a person wrote by hand is decided, too.
                let is_new = settle(planner, situation, now, key, &[])?;
                sentences.push(match is_new {
                    true => format!("Changes of `{key}` start from what is on sale now."),
                    false => format!("Nobody else changed anything of `{key}`."),
                });
                continue;
            }
            let (text, taken, left) = rewritten(planner, definition, &product.drift);
            let names = |drift: &[&Drift]| {
                drift.iter().map(|drift| drift.item.describe()).collect::<Vec<_>>().join(", ")
            };
            let written = &taken;
            if !written.is_empty() {
                let file = planner.workspace.tree.root().join(&definition.path);
                write(&file, text.as_bytes())?;
                path = Some(definition.path.clone());
                settle(planner, situation, now, key, &left)?;
                sentences.push(format!("Accepted for `{key}`: {}.", names(written)));
            }
            if !left.is_empty() {
                sentences.push(format!(
                    "To be written by hand in {}: {}; `{}` shows the values. Then run this again.",
                    definition.path,
                    names(&left),
                    planner.invocation().command(&format!("drift {key}"))
                ));
            }
        }
        Ok(Recorded {
            sentence: sentences.join("\n"),
            path,
            next: Some(planner.invocation().command("plan")),
        })
    })
}

/// Lets the definitions of these products count: the next plan changes back what somebody else changed.
///
/// # Errors
/// When a product is unknown, or the ledger cannot be read or written.
pub fn revert(request: &Request, products: &[Key]) -> Result<Recorded, ServiceError> {
    live(request, |planner, situation, plan, now| {
        let found = products.iter().map(|key| {
            plan.products.iter().find(|found| found.key == *key).ok_or_else(|| no_product(&plan, key))
        });
        let found: Vec<_> = found.collect::<Result<_, _>>()?;
        let mut sentences = Vec::new();
        for product in found {
            let key = &product.key;
            let (ours, left): (Vec<&Drift>, Vec<&Drift>) =
                product.drift.iter().partition(|drift| drift.kind != DriftKind::ByMarketplace);
            if ours.is_empty() {
                sentences.push(format!("Nobody else changed anything of `{key}` that can be put back."));
                continue;
            }
            settle(planner, situation, now, key, &left)?;
            let names: Vec<String> = ours.iter().map(|drift| drift.item.describe()).collect();
            sentences.push(format!("The definition of `{key}` counts: {}.", names.join(", ")));
        }
        Ok(Recorded {
            sentence: sentences.join("\n"),
            path: None,
            next: Some(planner.invocation().command("plan")),
        })
    })
}

/// Remembers what is on sale as what changes start from, but for drift about which nobody decided yet; `false` when that
/// is what was remembered already.
fn settle(
    planner: &Planner<'_>,
    situation: &Situation,
    now: Timestamp,
    key: &Key,
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
    let before = situation.records.history(key).last_applied;
    let known = before.clone().map(|known| match desired {
        Some(desired) => rekey(known, desired),
        None => known,
    });
    // Each side may hold a part that the other has not.
    let differs =
        |known: &Product| !(changes(known, &product).is_empty() && changes(&product, known).is_empty());
    if !known.as_ref().is_some_and(differs) {
        return Ok(false);
    }
    let event = EventKind::Applied { product, commit: None };
    record(planner, key, now, &[event], |record| record.history.last_applied == before)?;
    Ok(true)
}

/// The definition's text with what could be accepted, what was and what was not.
fn rewritten<'d>(
    planner: &Planner<'_>,
    definition: &Definition,
    drift: &'d [Drift],
) -> (String, Vec<&'d Drift>, Vec<&'d Drift>) {
    let mut text = definition.source().text().to_owned();
    let (mut written, mut left) = (Vec::new(), Vec::new());
    for found in drift {
        match with(planner, definition, &text, found) {
            Some(edited) => {
                text = edited;
                written.push(found);
            }
            None => left.push(found),
        }
    }
    (text, written, left)
}

/// The text with one released value, if that is what it then says and nothing else changed its mind.
fn with(planner: &Planner<'_>, definition: &Definition, text: &str, drift: &Drift) -> Option<String> {
    let before = read(planner, definition, text)?;
    let (mapping, key) = before.stated(&drift.item.route(), planner.target)?;
    // A text that stands in a file of its own is changed there.
    let in_a_file = mapping.get(&key).is_some_and(|value| value.get("file").is_some());
    let data = data(&drift.item, drift.released.as_ref()).filter(|_| !in_a_file)?;
    let order = definition::order(&before.path, before.tree(), &mut Vec::new())?;
    let edited = apply_edits(text, &[edit::set(mapping, &key, &data, &order)?])?;
    let after = read(planner, definition, &edited)?;
    let says = |definition: &Definition, item: &Item| {
        value_at(&definition.desired(planner.target.name.as_str())?.product, item)
    };
    (says(&after, &drift.item) == Some(drift.released.clone())).then_some(edited)
}

/// The definition as an edited text says it; `None` when the text is wrong.
fn read(planner: &Planner<'_>, definition: &Definition, text: &str) -> Option<Definition> {
    let workspace = planner.workspace;
    let assets = Assets::new(&*workspace.files);
    let catalog = &planner.definitions.catalog;
    let (read, found) = catalog.read_one(&workspace.config, &definition.path, text.as_bytes(), &assets);
    read.filter(|read| read.key == definition.key && !found.has_errors())
}

/// A value as definitions write it; `None` for what is more than one value.
fn data(item: &Item, value: Option<&Value>) -> Option<Data> {
    let amount = |amount: &crate::model::Amount| Data::Text(amount.to_string());
    Some(match (item, value) {
        (Item::Field(_) | Item::SpecificationField(_, _), None) => Data::Null,
        (_, Some(Value::Text(text))) => Data::Text(text.clone()),
        (_, Some(Value::Flag(flag))) => Data::Flag(*flag),
        (_, Some(Value::Integer(number))) => Data::Whole(*number),
        (_, Some(Value::Texts(texts))) => {
            Data::List(texts.iter().map(|text| Data::Text(text.clone())).collect())
        }
        (_, Some(Value::Price(Price::Flat(price)))) => amount(price),
        (_, Some(Value::Price(Price::Tiered(tiers)))) => {
            let tier = |tier: &crate::model::Tier| {
                let from = i64::try_from(tier.from).ok()?;
                Some(Data::map([("from", Data::Whole(from)), ("price", amount(&tier.price))]))
            };
            Data::List(tiers.iter().map(tier).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}
