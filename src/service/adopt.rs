//! Binding definitions to what is on sale already: a lost ledger, or definitions written by hand.

use super::evidence::by;
use super::planning::{Planner, Situation, live};
use super::workspace::{no_product, request as refuse};
use super::{Request, ServiceError};
use crate::ledger::{Event, EventKind, fold};
use crate::model::{Key, ProductField};
use crate::moving::{Candidate, Chosen, Row, Table, match_products};
use crate::plan::{Plan, without_ignored};
use crate::reconcile::LEASE;
use crate::released::{ObservedProduct, ObservedSpecification, ProductStatus};
use crate::report::Adoption;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What is to be adopted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdoptRequest {
    /// The definition; `None` for all that nothing is bound to.
    pub product: Option<Key>,
    /// The marketplace's product ID, if somebody knows it.
    pub product_id: Option<String>,
    /// A skuCode of each specification that somebody knows; `None` says that it is not on sale yet.
    pub specifications: Vec<(Key, Option<String>)>,
    /// The name of the table that was looked at and is right.
    pub confirm: Option<String>,
    /// At the console, where nobody can ask: the definition says what is on sale now.
    pub as_defined: bool,
    /// Who adopts; `None` takes the git user.
    pub by: Option<String>,
}

/// Shows which definitions are which products on sale; binds those whose ids were given, or the whole table once its name
/// is given back.
///
/// # Errors
/// When an id is unknown, bound to something else or off the catalog, when the table is another one than was confirmed,
/// or when ledger or marketplace cannot be read or written.
pub fn adopt(request: &Request, asked: &AdoptRequest) -> Result<Adoption, ServiceError> {
    let as_defined = match asked.as_defined {
        true => Some(super::recorded::released_as_defined(request, asked)?),
        false => None,
    };
    let asked = as_defined.as_ref().unwrap_or(asked);
    live(request, |planner, situation, plan, now| {
        let chosen = chosen(planner, situation, &plan, asked)?;
        let table = table(planner, situation, asked, &chosen);
        let digest = table.digest();
        let clear: Vec<&Row> = table.rows.iter().filter(|row| row.is_clear()).collect();
        let given = asked.product.is_some() && table.rows.iter().all(Row::is_given) && !clear.is_empty();
        if let Some(confirmed) = asked.confirm.as_ref().filter(|confirmed| **confirmed != digest) {
            return Err(ServiceError::Request {
                message: format!(
                    "the table is not `{confirmed}` any more: what it was made from has changed"
                ),
                hints: vec![format!("look at it again: `{}`", command(planner, asked, None))],
            });
        }
        if asked.confirm.is_some() && clear.is_empty() {
            let hints =
                vec!["what is ambiguous needs an id: --product-id, --specification KEY=SKUCODE".to_owned()];
            return Err(ServiceError::Request {
                message: "nothing in this table is clear".to_owned(),
                hints,
            });
        }
        let mut adopted = Vec::new();
        if given || asked.confirm.is_some() {
            let who = by(planner.workspace, asked.by.as_deref());
            for row in &clear {
                let (Some(released), Some(binding)) = (&row.released, &row.binding) else { continue };
                let released = without_ignored(released, &situation.records.history(&row.product));
                let events = [
                    EventKind::Applied { product: released, commit: None },
                    EventKind::Adopted { by: who.clone() },
                    // Last, because what is bound counts as adopted.
                    EventKind::Bound { binding: binding.clone() },
                ];
                let bound = situation.records.bindings().products.contains_key(&row.product);
                let unchanged = |record: &crate::ledger::Record| record.binding.is_some() == bound;
                record(planner, &row.product, now, &events, unchanged)?;
                adopted.push(row.product.clone());
            }
        }
        let next = match (adopted.is_empty(), clear.is_empty()) {
            (false, _) => Some(planner.invocation().command("plan")),
            (true, false) => Some(command(planner, asked, Some(&digest))),
            (true, true) => None,
        };
        Ok(Adoption { scope: planner.scope.clone(), table, digest, adopted, next })
    })
}

/// Writes events about a product, unless another run holds it or has changed what they rest on.
pub(super) fn record(
    planner: &Planner<'_>,
    product: &Key,
    now: Timestamp,
    events: &[EventKind],
    unchanged: impl Fn(&crate::ledger::Record) -> bool,
) -> Result<(), ServiceError> {
    let mut ledger = planner.workspace.ledger(planner.target)?;
    let run = format!("{}-{}", now.as_nanosecond(), std::process::id());
    let until = now.checked_add(LEASE).unwrap_or(Timestamp::MAX);
    ledger.lease(&planner.scope, product, &run, now, until)?;
    let written = (|| {
        let mut known: Vec<Event> = ledger.events(&planner.scope)?;
        planner.rename(&mut known);
        let record = fold(&planner.scope, &known, now).products.remove(product).unwrap_or_default();
        if !unchanged(&record) {
            return Err(refuse(format!("another run wrote about `{product}` at the same time; look again")));
        }
        for event in events {
            ledger.append(&planner.scope, now, product, event)?;
        }
        Ok(())
    })();
    let freed = ledger.release(&planner.scope, product, &run);
    written.and(freed.map_err(Into::into))
}

/// The command that asks for the same again.
fn command(planner: &Planner<'_>, asked: &AdoptRequest, confirm: Option<&str>) -> String {
    let AdoptRequest { product, product_id, specifications, confirm: _, as_defined: _, by: _ } = asked;
    let mut words = vec!["adopt".to_owned()];
    words.extend(product.iter().map(ToString::to_string));
    words.extend(product_id.iter().map(|id| format!("--product-id {id}")));
    words.extend(
        specifications
            .iter()
            .map(|(key, code)| format!("--specification {key}={}", code.as_deref().unwrap_or("new"))),
    );
    words.extend(confirm.map(|digest| format!("--confirm {digest}")));
    planner.invocation().command(&words.join(" "))
}

/// The matches of everything that could be adopted, or of the product that was named.
fn table(
    planner: &Planner<'_>,
    situation: &Situation,
    asked: &AdoptRequest,
    chosen: &BTreeMap<Key, Chosen>,
) -> Table {
    let bindings = situation.records.bindings();
    let candidates: Vec<Candidate<'_>> = planner
        .definitions
        .desired
        .iter()
        .filter(|(key, found)| {
            // A tombstone has no name by which it could be found.
            let named = found.desired.product.fields.text(ProductField::Name).is_some();
            let sought = found.desired.retire.is_none() || named || asked.product.as_ref() == Some(*key);
            let free = !bindings.products.contains_key(*key) && sought;
            let open =
                situation.records.products.get(*key).is_some_and(|record| record.history.open.is_some());
            free && !open || chosen.contains_key(*key)
        })
        .map(|(key, found)| Candidate { key, desired: &found.desired })
        .collect();
    let bound: BTreeSet<&str> = bindings.products.values().map(|found| found.product_id.as_str()).collect();
    let given: BTreeSet<&str> = chosen.values().filter_map(|chosen| chosen.product_id.as_deref()).collect();
    let observed: Vec<&ObservedProduct> = situation
        .observation
        .products
        .iter()
        .filter(|found| found.status != ProductStatus::Discontinued)
        .filter(|found| {
            !bound.contains(found.product_id.as_str()) || given.contains(found.product_id.as_str())
        })
        .collect();
    let mut table = match_products(&candidates, &observed, chosen);
    if let Some(product) = &asked.product {
        table.rows.retain(|row| row.product == *product);
    }
    table
}

/// The ids that a person gave, each looked up.
fn chosen(
    planner: &Planner<'_>,
    situation: &Situation,
    plan: &Plan,
    asked: &AdoptRequest,
) -> Result<BTreeMap<Key, Chosen>, ServiceError> {
    let Some(product) = &asked.product else {
        if asked.product_id.is_some() || !asked.specifications.is_empty() {
            return Err(refuse("ids are given for one product: name its definition too".to_owned()));
        }
        return Ok(BTreeMap::new());
    };
    let Some(definition) = planner.definitions.desired.get(product) else {
        return Err(no_product(plan, product));
    };
    let record = situation.records.products.get(product);
    if record.is_some_and(|record| record.history.open.is_some()) {
        return Err(refuse(format!("a submission of `{product}` is in review; adopt it after the verdict")));
    }
    let bound = record.and_then(|record| record.binding.as_ref());
    let mut chosen = Chosen { product_id: asked.product_id.clone(), specifications: BTreeMap::new() };
    if let Some(bound) = bound {
        let released = situation.released.products.get(product);
        let other = asked.product_id.as_ref().is_some_and(|id| *id != bound.product_id);
        if other || released.is_none_or(|released| released.unbound.is_empty()) {
            return Err(refuse(format!("`{product}` is bound to product {} already", bound.product_id)));
        }
        // Specifications that somebody else added to it are all there is to adopt.
        chosen.product_id = Some(bound.product_id.clone());
        for (key, specification) in &bound.specifications {
            let code = specification.skus.values().next().map(|sku| sku.sku_code.clone());
            chosen.specifications.extend(code.map(|code| (key.clone(), Some(code))));
        }
    }
    let Some(id) = chosen.product_id.clone() else {
        return match asked.specifications.first() {
            Some(_) => {
                Err(refuse("a skuCode means something in a product only: give --product-id too".to_owned()))
            }
            None => Ok(BTreeMap::new()),
        };
    };
    let observed = known(situation, product, &id)?;
    for (key, code) in &asked.specifications {
        if !definition.desired.product.specifications.contains_key(key) {
            let keys: Vec<&str> = definition.desired.product.specifications.keys().map(Key::as_str).collect();
            let hints = vec![format!("it has {}", keys.join(", "))];
            let message = format!("`{product}` has no specification `{key}`");
            return Err(ServiceError::Request { message, hints });
        }
        if let Some(code) = code {
            let found = specification(observed, code)?;
            let twice = chosen.specifications.iter().find(|(other, given)| {
                let same =
                    given.as_ref().is_some_and(|given| found.skus.iter().any(|sku| sku.sku_code == *given));
                *other != key && same
            });
            if let Some((other, _)) = twice {
                return Err(refuse(format!("{code} belongs to `{other}` already")));
            }
        }
        chosen.specifications.insert(key.clone(), code.clone());
    }
    Ok(BTreeMap::from([(product.clone(), chosen)]))
}

/// The product with this id, when it is on sale and nobody else's.
fn known<'s>(situation: &'s Situation, product: &Key, id: &str) -> Result<&'s ObservedProduct, ServiceError> {
    let bindings = situation.records.bindings();
    let owner = bindings.products.iter().find(|(key, found)| *key != product && found.product_id == id);
    if let Some((key, _)) = owner {
        return Err(refuse(format!("product {id} is bound to `{key}` already")));
    }
    let Some(found) = situation.observation.products.iter().find(|found| found.product_id == id) else {
        let free: Vec<String> =
            situation.released.unbound.iter().map(|(id, name)| format!("{id} (\"{name}\")")).collect();
        let hints = match free.is_empty() {
            true => vec!["every product on sale is bound".to_owned()],
            false => vec![format!("nothing is bound to {}", free.join(", "))],
        };
        return Err(ServiceError::Request {
            message: format!("the marketplace shows no product {id}"),
            hints,
        });
    };
    if found.status == ProductStatus::Discontinued {
        return Err(refuse(format!(
            "product {id} is off the catalog for ever; no operation on it is possible (R49)"
        )));
    }
    Ok(found)
}

/// The specification with this skuCode, when it is on sale.
fn specification<'s>(
    observed: &'s ObservedProduct,
    code: &str,
) -> Result<&'s ObservedSpecification, ServiceError> {
    let has = |found: &&ObservedSpecification| found.skus.iter().any(|sku| sku.sku_code == code);
    let Some(found) = observed.specifications.iter().find(has) else {
        let codes: Vec<&str> = observed
            .specifications
            .iter()
            .filter_map(|found| Some(found.skus.first()?.sku_code.as_str()))
            .collect();
        let message = format!("product {} has no skuCode {code}", observed.product_id);
        return Err(ServiceError::Request { message, hints: vec![format!("it has {}", codes.join(", "))] });
    };
    if found.discontinued {
        return Err(refuse(format!("{code} is off the catalog for ever (R50)")));
    }
    Ok(found)
}
