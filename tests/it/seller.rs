//! A seller who edits definitions at random: allowed, forbidden and foolish edits alike.

use crate::model::{amount, product, retirement, specification, with_trial};
use gallerist::model::{
    BillingMode, Cell, DeliveryMethod, Desired, OnChange, Price, Product, ProductField, SkuKey,
    SpecificationField, Unmanage, Value,
};
use proptest::prelude::*;

/// One edit of one product's definition. Numbers pick among what is there, modulo how much there is.
#[derive(Debug, Clone)]
pub enum Edit {
    Rename(u8),
    RenameSpecification(u8, u8),
    Reprice(u8, u16),
    Add,
    Replace(u8),
    Retire(u8),
    Unretire(u8),
    Drop(u8),
    Hide(bool),
    HideSpecification(u8, bool),
    AddMode(u8, u8),
    RemoveMode(u8, u8),
    Trial(u8, Option<i64>),
    Supervision(bool),
    SalesType(bool),
    Category(u8),
    Unmanage(bool),
    LeaveOut,
    RetireProduct,
    UnretireProduct,
    OnChange(bool),
}

pub fn edit() -> impl Strategy<Value = Edit> {
    let small = 0..4_u8;
    prop_oneof![
        4 => any::<u8>().prop_map(Edit::Rename),
        3 => (small.clone(), any::<u8>()).prop_map(|(at, name)| Edit::RenameSpecification(at, name)),
        4 => (small.clone(), 50..200_u16).prop_map(|(at, percent)| Edit::Reprice(at, percent)),
        3 => Just(Edit::Add),
        3 => small.clone().prop_map(Edit::Replace),
        2 => small.clone().prop_map(Edit::Retire),
        2 => small.clone().prop_map(Edit::Unretire),
        1 => small.clone().prop_map(Edit::Drop),
        2 => any::<bool>().prop_map(Edit::Hide),
        2 => (small.clone(), any::<bool>()).prop_map(|(at, public)| Edit::HideSpecification(at, public)),
        2 => (small.clone(), 0..3_u8).prop_map(|(at, mode)| Edit::AddMode(at, mode)),
        1 => (small.clone(), 0..3_u8).prop_map(|(at, mode)| Edit::RemoveMode(at, mode)),
        1 => (small, proptest::option::of(3..30_i64)).prop_map(|(at, days)| Edit::Trial(at, days)),
        1 => any::<bool>().prop_map(Edit::Supervision),
        1 => any::<bool>().prop_map(Edit::SalesType),
        1 => any::<u8>().prop_map(Edit::Category),
        1 => any::<bool>().prop_map(Edit::Unmanage),
        1 => Just(Edit::LeaveOut),
        1 => Just(Edit::RetireProduct),
        1 => Just(Edit::UnretireProduct),
        1 => any::<bool>().prop_map(Edit::OnChange),
    ]
}

const METHODS: [DeliveryMethod; 4] = [
    DeliveryMethod::Saas,
    DeliveryMethod::ProfessionalService,
    DeliveryMethod::License,
    DeliveryMethod::Image,
];

/// The seller's first definition of the product with this number.
pub fn first(number: usize) -> Desired {
    let delivery = METHODS[number % METHODS.len()];
    let starter = specification("starter", &[("yearly", "100")]);
    Desired::of(product(&format!("product-{number}"), delivery, vec![starter]))
}

fn modes(delivery: DeliveryMethod) -> [BillingMode; 3] {
    match delivery {
        DeliveryMethod::Image => [BillingMode::Yearly, BillingMode::Monthly, BillingMode::Monthly],
        _ => [BillingMode::Yearly, BillingMode::Monthly, BillingMode::OneTime],
    }
}

/// Changes a definition; an edit that has nothing to work on does nothing.
#[allow(clippy::too_many_lines, reason = "a table: one arm per edit")]
pub fn apply(edit: &Edit, desired: &mut Desired, serial: usize) {
    let picked = |product: &Product, at: u8| {
        let keys: Vec<_> = product.specifications.keys().cloned().collect();
        keys.get(usize::from(at) % keys.len().max(1)).cloned()
    };
    let delivery = desired.product.delivery;
    let chosen = |at: &u8| picked(&desired.product, *at);
    match edit {
        Edit::Rename(name) => {
            desired.product.fields.set(ProductField::Name, Some(Value::Text(format!("Product {name}"))));
        }
        Edit::RenameSpecification(at, name) => {
            if let Some(found) = chosen(at).and_then(|key| desired.product.specifications.get_mut(&key)) {
                found.fields.set(SpecificationField::Name, Some(Value::Text(format!("Edition {name}"))));
            }
        }
        Edit::Reprice(at, percent) => {
            if let Some(found) = chosen(at).and_then(|key| desired.product.specifications.get_mut(&key)) {
                for price in found.prices.iter_mut().flatten() {
                    *price.1 = Price::Flat(amount(&percent.to_string()));
                }
            }
        }
        Edit::Add => {
            let added = specification(&format!("edition-{serial}"), &[("yearly", "150")]);
            desired.product.specifications.insert(added.key.clone(), added);
        }
        Edit::Replace(at) => {
            if let Some(old) = chosen(at) {
                let added = specification(&format!("edition-{serial}"), &[("yearly", "110")]);
                let new = added.key.clone();
                desired.product.specifications.insert(new.clone(), added);
                desired.specifications.entry(new).or_default().replaces.push(old.clone());
                desired.specifications.entry(old).or_default().retire = Some(retirement("replaced"));
            }
        }
        Edit::Retire(at) => {
            if let Some(key) = chosen(at) {
                desired.specifications.entry(key).or_default().retire = Some(retirement("too few buyers"));
            }
        }
        Edit::Unretire(at) => {
            if let Some(intent) = chosen(at).and_then(|key| desired.specifications.get_mut(&key)) {
                intent.retire = None;
            }
        }
        Edit::Drop(at) => {
            if let Some(key) = chosen(at) {
                desired.product.specifications.remove(&key);
                desired.specifications.remove(&key);
            }
        }
        Edit::Hide(public) => {
            desired.product.fields.set(ProductField::PublicSales, Some(Value::Flag(*public)));
        }
        Edit::HideSpecification(at, public) => {
            if let Some(found) = chosen(at).and_then(|key| desired.product.specifications.get_mut(&key)) {
                found.fields.set(SpecificationField::Public, Some(Value::Flag(*public)));
            }
        }
        Edit::AddMode(at, mode) | Edit::RemoveMode(at, mode) => {
            let mode = modes(delivery)[usize::from(*mode)];
            let adds = matches!(edit, Edit::AddMode(_, _));
            if let Some(found) = chosen(at).and_then(|key| desired.product.specifications.get_mut(&key)) {
                set_mode(found, mode, adds);
            }
        }
        Edit::Trial(at, days) => {
            let period = |found: &gallerist::model::Specification| {
                found.modes.iter().flatten().all(|mode| mode.is_period())
            };
            if delivery == DeliveryMethod::Saas
                && let Some(found) = chosen(at).and_then(|key| desired.product.specifications.get_mut(&key))
                && period(found)
            {
                *found = with_trial(found.clone(), *days);
            }
        }
        Edit::Supervision(on) if delivery == DeliveryMethod::Saas => {
            desired.product.fields.set(ProductField::ServiceSupervision, Some(Value::Flag(*on)));
        }
        Edit::Supervision(_) => {}
        Edit::SalesType(joint) => {
            let name = if *joint { "joint-operations" } else { "common" };
            desired.product.fields.set(ProductField::SalesType, Some(Value::Text(name.into())));
        }
        Edit::Category(name) => {
            desired.product.fields.set(ProductField::Category, Some(Value::Text(format!("Category {name}"))));
        }
        Edit::Unmanage(on) => {
            desired.unmanage = on.then(|| Unmanage { reason: "by hand for a while".into() });
        }
        Edit::LeaveOut => {
            desired.product.fields.remove(ProductField::Name);
        }
        Edit::RetireProduct => desired.retire = Some(retirement("end of life")),
        Edit::UnretireProduct => desired.retire = None,
        Edit::OnChange(replace) => {
            desired.on_change = if *replace { OnChange::Replace } else { OnChange::Wait };
        }
    }
}

/// Never leaves a specification without a mode, nor mixes one-time with periods, which no marketplace form offers.
fn set_mode(found: &mut gallerist::model::Specification, mode: BillingMode, adds: bool) {
    let modes = found.modes.get_or_insert_default();
    let mixes = adds && modes.iter().any(|other| other.is_period() != mode.is_period());
    if mixes || found.fields.integer(SpecificationField::TrialDays).is_some() && !mode.is_period() {
        return;
    }
    let prices = found.prices.get_or_insert_default();
    let cell = Cell { sku: SkuKey::simple(), mode };
    if adds {
        modes.insert(mode);
        prices.entry(cell).or_insert(Price::Flat(amount("12")));
    } else if modes.len() > 1 {
        modes.remove(&mode);
        prices.remove(&cell);
    }
}
