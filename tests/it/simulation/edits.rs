//! What the seller writes: first definitions, and changes of them that the marketplace allows in the end.

use super::dice::Dice;
use crate::model::{amount, key, product, retirement, specification};
use gallerist::model::{
    DeliveryMethod, Desired, Key, OnChange, Price, ProductField, Specification, SpecificationField, Value,
};
use gallerist::plan::DesiredProduct;
use std::collections::BTreeMap;

/// One change of one product's definition. Numbers pick among what is there, modulo how much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Rename(u8),
    RenameSpecification(u8, u8),
    Reprice(u8, u8),
    /// A new specification; the number is in its key.
    Add(usize),
    /// A new specification takes the place of another one.
    Replace(u8, usize),
    Retire(u8),
    /// What was retired shall stay after all.
    Keep(u8),
    /// Names and prices as they were so many commits ago.
    Back(u8),
    Replaces(bool),
    RetireProduct,
}

impl Change {
    pub(super) fn draw(dice: &mut Dice, serial: usize) -> Self {
        let (at, any) = (dice.any(), dice.any());
        match dice.below(24) {
            0..5 => Self::Rename(dice.any() % 4),
            5..7 => Self::RenameSpecification(at, any % 4),
            7..11 => Self::Reprice(at, any),
            11..13 => Self::Add(serial),
            13..16 => Self::Replace(at, serial),
            16..18 => Self::Retire(at),
            18 => Self::Keep(at),
            19..21 => Self::Back(1 + at % 3),
            21..23 => Self::Replaces(any % 3 > 0),
            _ => Self::RetireProduct,
        }
    }

    /// What a definition says after the change; `earlier` are all commits before, oldest first.
    pub(super) fn apply(self, desired: &mut Desired, earlier: &[Definitions]) {
        let number = desired.product.key.to_string();
        match self {
            Self::Rename(name) => {
                let name = Value::Text(format!("Acme {number} {name}"));
                desired.product.fields.set(ProductField::Name, Some(name));
            }
            Self::RenameSpecification(at, name) => {
                if let Some(found) = picked(desired, at) {
                    let name = Value::Text(format!("Edition {} {name}", found.key));
                    found.fields.set(SpecificationField::Name, Some(name));
                }
            }
            Self::Reprice(at, price) => {
                if let Some(found) = picked(desired, at) {
                    // Now and then by more than the guard lets pass.
                    let price = 80 + u32::from(price) % 80;
                    for cell in found.prices.iter_mut().flatten() {
                        *cell.1 = Price::Flat(amount(&price.to_string()));
                    }
                }
            }
            Self::Add(serial) => {
                add(desired, serial);
            }
            Self::Replace(at, serial) => {
                if let Some(old) = picked(desired, at).map(|found| found.key.clone()) {
                    let new = add(desired, serial);
                    desired.specifications.entry(new).or_default().replaces.push(old.clone());
                    desired.specifications.entry(old).or_default().retire = Some(retirement("replaced"));
                }
            }
            Self::Retire(at) => {
                if kept(desired).len() > 1
                    && let Some(old) = picked(desired, at).map(|found| found.key.clone())
                {
                    desired.specifications.entry(old).or_default().retire =
                        Some(retirement("too few buyers"));
                }
            }
            Self::Keep(at) => {
                let mut retired: Vec<_> =
                    desired.specifications.values_mut().filter(|intent| intent.retire.is_some()).collect();
                let count = retired.len().max(1);
                if let Some(intent) = retired.get_mut(usize::from(at) % count) {
                    intent.retire = None;
                }
            }
            Self::Back(commits) => {
                let then = earlier.iter().rev().nth(usize::from(commits));
                if let Some(then) = then.and_then(|then| then.get(&desired.product.key)) {
                    back(desired, &then.desired);
                }
            }
            Self::Replaces(replace) => {
                desired.on_change = if replace { OnChange::Replace } else { OnChange::Wait };
            }
            Self::RetireProduct => desired.retire = Some(retirement("end of life")),
        }
    }
}

/// The definitions of one commit.
pub(super) type Definitions = BTreeMap<Key, DesiredProduct>;

const METHODS: [DeliveryMethod; 4] = [
    DeliveryMethod::License,
    DeliveryMethod::Saas,
    DeliveryMethod::ProfessionalService,
    DeliveryMethod::Image,
];

/// The seller's first definition of the product with this number.
pub(super) fn first(number: usize, dice: &mut Dice) -> Desired {
    let editions = 1 + dice.below(2);
    let specifications = (0..editions).map(|edition| sold(&format!("first-{edition}")));
    Desired::of(product(&format!("product-{number}"), dice.pick(&METHODS), specifications.collect()))
}

fn sold(name: &str) -> Specification {
    specification(name, &[("yearly", "100")])
}

/// Specifications that are not retired.
pub(super) fn kept(desired: &Desired) -> Vec<Key> {
    let keys = desired.product.specifications.keys();
    keys.filter(|key| desired.retirement(key).is_none()).cloned().collect()
}

/// One of the specifications that are not retired.
fn picked(desired: &mut Desired, at: u8) -> Option<&mut Specification> {
    let kept = kept(desired);
    let picked = kept.get(usize::from(at) % kept.len().max(1))?;
    desired.product.specifications.get_mut(picked)
}

pub(super) fn add(desired: &mut Desired, serial: usize) -> Key {
    let added = sold(&format!("edition-{serial}"));
    let new = added.key.clone();
    desired.product.specifications.insert(new.clone(), added);
    new
}

/// Retires a specification in the definition.
pub(super) fn retire(desired: &mut Desired, specification: &str) {
    let intent = desired.specifications.entry(key(specification)).or_default();
    intent.retire.get_or_insert_with(|| retirement("gone"));
}

fn back(desired: &mut Desired, then: &Desired) {
    let name = then.product.fields.value(ProductField::Name).cloned();
    desired.product.fields.set(ProductField::Name, name);
    for (key, found) in &mut desired.product.specifications {
        if let Some(then) = then.product.specifications.get(key) {
            found.prices.clone_from(&then.prices);
            found.fields.set(SpecificationField::Name, then.fields.value(SpecificationField::Name).cloned());
        }
    }
}
