//! Definitions that nothing is bound to, beside what is on sale and unknown: which is which, how sure that is, and why.
//!
//! Nothing is guessed. What could be one of several is ambiguous and stays so until a person gives an id; and what is left
//! over on both sides could always be the same.

use super::draft::bind;
use super::naming::Names;
use crate::diff;
use crate::model::{Desired, Digest, Key, Product, ProductField, Specification, SpecificationField, Value};
use crate::released::{ObservedProduct, ObservedSpecification, ProductBinding, resolve_one};
use std::collections::{BTreeMap, BTreeSet};

/// A definition that nothing is bound to.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// Its key.
    pub key: &'a Key,
    /// What it says.
    pub desired: &'a Desired,
}

/// Ids that a person gave for one product.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chosen {
    /// The marketplace's product ID.
    pub product_id: Option<String>,
    /// A skuCode of each specification; `None` says that it is not on sale yet.
    pub specifications: BTreeMap<Key, Option<String>>,
}

/// How sure a match is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sureness {
    /// A person gave the id.
    Given,
    /// The same name, and only once on each side.
    Sure,
    /// Another name, but something else that only one has.
    Likely,
    /// It could be one of several.
    Ambiguous,
    /// Nothing like it is on the other side.
    Unmatched,
}

impl Sureness {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Given, Self::Sure, Self::Likely, Self::Ambiguous, Self::Unmatched];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Sure => "sure",
            Self::Likely => "likely",
            Self::Ambiguous => "ambiguous",
            Self::Unmatched => "unmatched",
        }
    }
}

/// A specification of either side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Ours, if it is one of ours.
    pub key: Option<Key>,
    /// The name buyers see, or the key.
    pub name: String,
    /// skuCodes on the marketplace, if it is there, each with its values.
    pub sku_codes: Vec<(String, String)>,
    /// How sure that is.
    pub sureness: Sureness,
    /// Why.
    pub why: String,
}

/// A definition with what it is matched with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The definition.
    pub product: Key,
    /// Its name.
    pub name: String,
    /// The product on the marketplace: id and name.
    pub matched: Option<(String, String)>,
    /// How sure that is.
    pub sureness: Sureness,
    /// Why.
    pub why: String,
    /// Its specifications, ours first.
    pub parts: Vec<Part>,
    /// What the first plan would change, a line each.
    pub differences: Vec<String>,
    /// What would be bound.
    pub binding: Option<ProductBinding>,
    /// What is on sale, under our keys.
    pub released: Option<Product>,
    /// The released revision that was looked at.
    pub revision: Option<String>,
}

/// All rows, and what is on sale that is like none of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// By key.
    pub rows: Vec<Row>,
    /// Products on sale that match no definition: id and name.
    pub strangers: Vec<(String, String)>,
}

impl Row {
    /// Whether it can be adopted: nothing of it is ambiguous.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        let clear = |sureness| sureness != Sureness::Ambiguous;
        self.binding.is_some() && clear(self.sureness) && self.parts.iter().all(|part| clear(part.sureness))
    }

    /// Whether a person gave every id of it.
    #[must_use]
    pub fn is_given(&self) -> bool {
        let ours = self.parts.iter().filter(|part| part.key.is_some());
        self.sureness == Sureness::Given && ours.clone().all(|part| part.sureness == Sureness::Given)
    }
}

impl Table {
    /// Names everything that confirming this table would write, and everything it was judged by: another table has
    /// another name.
    #[must_use]
    pub fn digest(&self) -> String {
        let digest = Digest::of("adoption", &format!("{self:?}")).to_string();
        format!("t-{}", digest.get(..16).unwrap_or(&digest))
    }
}

/// Matches definitions with products on sale that nothing is bound to.
#[must_use]
pub fn match_products(
    candidates: &[Candidate<'_>],
    observed: &[&ObservedProduct],
    chosen: &BTreeMap<Key, Chosen>,
) -> Table {
    let given: BTreeMap<&str, &Key> =
        chosen.iter().filter_map(|(key, chosen)| Some((chosen.product_id.as_deref()?, key))).collect();
    let none = Chosen::default();
    let mut rows = Vec::new();
    for candidate in candidates {
        let choice = chosen.get(candidate.key).unwrap_or(&none);
        let (found, sureness, why) = match &choice.product_id {
            Some(id) => {
                let found = observed.iter().find(|product| product.product_id == *id).copied();
                (found, Sureness::Given, "the id was given".to_owned())
            }
            None => {
                let free = |product: &&&ObservedProduct| !given.contains_key(product.product_id.as_str());
                let free: Vec<&ObservedProduct> = observed.iter().filter(free).copied().collect();
                like(candidate, candidates, &free)
            }
        };
        rows.push(row(candidate, found, sureness, why, choice));
    }
    let matched: BTreeSet<String> =
        rows.iter().filter_map(|row: &Row| Some(row.matched.as_ref()?.0.clone())).collect();
    let strangers = observed.iter().filter(|product| !matched.contains(&product.product_id));
    let strangers = strangers.map(|product| (product.product_id.clone(), name(product).to_owned())).collect();
    Table { rows, strangers }
}

fn name(product: &ObservedProduct) -> &str {
    product.fields.text(ProductField::Name).unwrap_or("(name unknown)")
}

/// The only product on sale that is like this definition, while the definition is the only one like it.
fn like<'o>(
    candidate: &Candidate<'_>,
    candidates: &[Candidate<'_>],
    observed: &[&'o ObservedProduct],
) -> (Option<&'o ObservedProduct>, Sureness, String) {
    let content = &candidate.desired.product;
    let same_name = |content: &Product, product: &ObservedProduct| {
        content.delivery == product.delivery && content.fields.text(ProductField::Name) == Some(name(product))
    };
    let named: Vec<&&ObservedProduct> =
        observed.iter().filter(|product| same_name(content, product)).collect();
    match named.as_slice() {
        [only] => {
            let rivals = candidates.iter().filter(|other| same_name(&other.desired.product, only)).count();
            if rivals == 1 {
                let why = format!("the same name and delivery method ({})", content.delivery);
                return (Some(only), Sureness::Sure, why);
            }
            let why = format!("{rivals} definitions have the name of product {}", only.product_id);
            return (None, Sureness::Ambiguous, why);
        }
        [] => {}
        several => {
            let ids: Vec<&str> = several.iter().map(|product| product.product_id.as_str()).collect();
            let why = format!("several products have this name: {}", ids.join(", "));
            return (None, Sureness::Ambiguous, why);
        }
    }
    let mut likely: BTreeMap<&str, (&ObservedProduct, Vec<&'static str>)> = BTreeMap::new();
    for field in TELLING {
        let Some(value) = content.fields.value(*field) else { continue };
        let has = |product: &&&ObservedProduct| {
            product.delivery == content.delivery && product.fields.value(*field) == Some(value)
        };
        let rivals =
            candidates.iter().filter(|other| other.desired.product.fields.value(*field) == Some(value));
        let mut with = observed.iter().filter(has);
        if let (Some(product), None, 1) = (with.next(), with.next(), rivals.count()) {
            let found = likely.entry(&product.product_id).or_insert((product, Vec::new()));
            found.1.push(field.info().console);
        }
    }
    let mut likely = likely.into_values();
    match (likely.next(), likely.next()) {
        (Some((product, fields)), None) => {
            let why = format!("another name (\"{}\"), but the same {}", name(product), fields.join(", "));
            (Some(product), Sureness::Likely, why)
        }
        (Some(_), Some(_)) => {
            (None, Sureness::Ambiguous, "it has something in common with several products".to_owned())
        }
        (None, _) => (None, Sureness::Unmatched, "nothing like it is on sale".to_owned()),
    }
}

/// Fields whose values no two products share.
const TELLING: &[ProductField] = &[
    ProductField::InterfaceUrl,
    ProductField::SaasAsset,
    ProductField::ImageAsset,
    ProductField::ApplicationAsset,
    ProductField::Certificate,
    ProductField::Credential,
    ProductField::Link,
];

fn row(
    candidate: &Candidate<'_>,
    found: Option<&ObservedProduct>,
    sureness: Sureness,
    why: String,
    chosen: &Chosen,
) -> Row {
    let mut row = Row {
        product: candidate.key.clone(),
        name: candidate.desired.product.display_name().to_owned(),
        matched: found.map(|product| (product.product_id.clone(), name(product).to_owned())),
        sureness,
        why,
        parts: Vec::new(),
        differences: Vec::new(),
        binding: None,
        released: None,
        revision: found.map(|product| product.revision.0.clone()),
    };
    let Some(product) = found else { return row };
    let (parts, keys) = parts(candidate.desired, product, chosen);
    row.parts = parts;
    // What no key was found for is bound under a key that is dropped again: it stays as it is.
    let mut observed = product.clone();
    let mut bound = keys.iter().map(Option::is_some);
    observed.specifications.retain(|_| bound.next().unwrap_or(false));
    let names =
        Names { product: candidate.key.clone(), specifications: keys.into_iter().flatten().collect() };
    let binding = bind(&observed, &names);
    let released = resolve_one(candidate.key, &binding, product).sold().into_owned();
    row.differences = differences(&released, candidate.desired);
    row.binding = Some(binding);
    row.released = Some(released);
    row
}

/// What the first plan would change.
fn differences(released: &Product, desired: &Desired) -> Vec<String> {
    let changes = diff::changes(released, &desired.wanted());
    let line = |change: &diff::Change| {
        let what = change.item.describe();
        match (&change.from, &change.to) {
            (Some(from), Some(to)) => format!("{what}: {from} -> {to}"),
            (None, Some(to)) => format!("{what}: nothing -> {to}"),
            (_, None) => format!("{what}: taken away"),
        }
    };
    changes.iter().map(line).collect()
}

/// Specifications of both sides, and for each of the marketplace's the key of ours.
fn parts(desired: &Desired, product: &ObservedProduct, chosen: &Chosen) -> (Vec<Part>, Vec<Option<Key>>) {
    let theirs: Vec<&ObservedSpecification> = product.specifications.iter().collect();
    // A tombstone has no name by which it could be found.
    let tombstone = |found: &Specification| {
        desired.retirement(&found.key).is_some() && found.fields.text(SpecificationField::Name).is_none()
    };
    let ours: Vec<&Specification> =
        desired.product.specifications.values().filter(|found| !tombstone(found)).collect();
    let mut keys: Vec<Option<Key>> = vec![None; theirs.len()];
    let mut found: BTreeMap<&Key, (Option<usize>, Sureness, String)> = BTreeMap::new();
    for (key, code) in &chosen.specifications {
        let Some(ours) = ours.iter().find(|found| found.key == *key) else { continue };
        let at = code.as_ref().and_then(|code| position(&theirs, code));
        if let Some(place) = at.and_then(|at| keys.get_mut(at)) {
            *place = Some(key.clone());
        }
        let why = if at.is_some() { "the skuCode was given" } else { "it is not on sale yet, as was said" };
        found.insert(&ours.key, (at, Sureness::Given, why.to_owned()));
    }
    type Alike = fn(&Specification, &ObservedSpecification) -> bool;
    let ways: [(Alike, Sureness, &str); 2] = [
        (same_name, Sureness::Sure, "the same name"),
        (same_offer, Sureness::Likely, "the same billing modes, attribute values and prices"),
    ];
    for (alike, sureness, why) in ways {
        let left: Vec<&Specification> =
            ours.iter().copied().filter(|specification| !found.contains_key(&specification.key)).collect();
        for specification in &left {
            let free = |at: &usize| keys.get(*at).is_some_and(Option::is_none);
            let with: Vec<usize> = (0..theirs.len())
                .filter(free)
                .filter(|at| {
                    theirs.get(*at).is_some_and(|other| !other.discontinued && alike(specification, other))
                })
                .collect();
            let [only] = with.as_slice() else { continue };
            let Some(other) = theirs.get(*only) else { continue };
            if left.iter().filter(|rival| alike(rival, other)).count() == 1 {
                if let Some(place) = keys.get_mut(*only) {
                    *place = Some(specification.key.clone());
                }
                found.insert(&specification.key, (Some(*only), sureness, why.to_owned()));
            }
        }
    }
    let left_over = |at: usize, other: &ObservedSpecification| {
        !other.discontinued && keys.get(at).is_some_and(Option::is_none)
    };
    let left: Vec<&str> = theirs
        .iter()
        .enumerate()
        .filter(|(at, other)| left_over(*at, other))
        .filter_map(|(_, other)| other.skus.first().map(|sku| sku.sku_code.as_str()))
        .collect();
    let mut parts: Vec<Part> = ours
        .iter()
        .map(|specification| {
            let (at, sureness, why) =
                found.get(&specification.key).cloned().unwrap_or_else(|| match left.len() {
                    0 => (None, Sureness::Unmatched, "it is new: nothing else is on sale".to_owned()),
                    _ => {
                        let why = format!("it could be any that is left over: {}", left.join(", "));
                        (None, Sureness::Ambiguous, why)
                    }
                });
            let sku_codes = at.and_then(|at| theirs.get(at)).map(|other| codes(other)).unwrap_or_default();
            let name = specification.display_name().to_owned();
            Part { key: Some(specification.key.clone()), name, sku_codes, sureness, why }
        })
        .collect();
    parts.extend(theirs.iter().enumerate().filter(|(at, other)| left_over(*at, other)).map(|(_, other)| {
        Part {
            key: None,
            name: other.fields.text(SpecificationField::Name).unwrap_or("(name unknown)").to_owned(),
            sku_codes: codes(other),
            sureness: Sureness::Unmatched,
            why: "it is on sale, and no specification of the definition is like it".to_owned(),
        }
    }));
    (parts, keys)
}

fn position(theirs: &[&ObservedSpecification], code: &str) -> Option<usize> {
    theirs.iter().position(|other| other.skus.iter().any(|sku| sku.sku_code == code))
}

fn codes(other: &ObservedSpecification) -> Vec<(String, String)> {
    other.skus.iter().map(|sku| (sku.sku_code.clone(), sku.sku.to_string())).collect()
}

fn same_name(ours: &Specification, theirs: &ObservedSpecification) -> bool {
    let name = ours.fields.text(SpecificationField::Name);
    name.is_some() && name == theirs.fields.text(SpecificationField::Name)
}

fn same_offer(ours: &Specification, theirs: &ObservedSpecification) -> bool {
    let public = |value: Option<&Value>| value.and_then(Value::as_flag).unwrap_or(true);
    ours.prices.as_ref().is_some_and(|prices| !prices.is_empty())
        && ours.modes == theirs.modes
        && ours.prices == theirs.prices
        && public(ours.fields.value(SpecificationField::Public))
            == public(theirs.fields.value(SpecificationField::Public))
}
