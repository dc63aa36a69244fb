//! What an application changes, field by field.

use super::difference::{Pieces, marked, whole};
use super::words::{Chip, percent};
use crate::model::{Asset, Item, Key, Price, ProductField, SpecificationField, Value};
use crate::released::ProductStatus;
use crate::sandbox::{ProductRow, SpecificationRow};
use crate::submission::Operation;
use std::collections::BTreeSet;

/// Changes of the product itself, or of one of its specifications.
pub(super) struct Group {
    pub(super) title: String,
    pub(super) chip: Option<Chip>,
    pub(super) changes: Vec<Change>,
}

/// One thing before and after.
pub(super) struct Change {
    pub(super) what: String,
    /// By how much.
    pub(super) by: Option<String>,
    pub(super) before: Pieces,
    pub(super) after: Pieces,
    /// Files before and after, which may be pictures.
    pub(super) files: [Vec<Asset>; 2],
}

pub(super) const NEW: Chip = Chip { word: "New", tone: "good" };
const LEAVES: Chip = Chip { word: "Leaves the catalog for ever", tone: "bad" };

/// What differs between a product as it is and as it would be, at a site with this currency.
pub(super) fn between(before: Option<&ProductRow>, after: &ProductRow, currency: &str) -> Vec<Group> {
    let was_sold = before.is_some_and(|row| row.status != ProductStatus::Discontinued);
    let chip = match (before, after.status) {
        (None, _) => Some(NEW),
        (Some(_), ProductStatus::Discontinued) if was_sold => Some(LEAVES),
        (Some(_), _) => None,
    };
    let mut changes = Vec::new();
    let delivery = before.map(|row| Value::Delivery(row.delivery));
    changes.extend(change("Delivery Method", delivery.as_ref(), Some(&Value::Delivery(after.delivery))));
    for field in ProductField::ALL {
        let held = before.and_then(|row| row.fields.value(*field));
        changes.extend(change(field.info().console, held, after.fields.value(*field)));
    }
    let none = BTreeSet::new();
    let rules = before.map_or(&none, |row| &row.upgrade_rules);
    for rule in rules.symmetric_difference(&after.upgrade_rules) {
        let value = Value::UpgradeRule(rule.clone());
        let (from, to) = if rules.contains(rule) { (Some(&value), None) } else { (None, Some(&value)) };
        changes.extend(change("Upgrade rule", from, to));
    }
    let own = Group { title: "Product".to_owned(), chip, changes };
    let keys: BTreeSet<&Key> =
        before.into_iter().chain([after]).flat_map(|row| row.specifications.keys()).collect();
    let of = |key: &Key| {
        let held = before.and_then(|row| row.specifications.get(key));
        specification(key, held, after.specifications.get(key), currency)
    };
    let groups = std::iter::once(own).chain(keys.into_iter().map(of));
    groups.filter(|group| group.chip.is_some() || !group.changes.is_empty()).collect()
}

fn specification(
    key: &Key,
    before: Option<&SpecificationRow>,
    after: Option<&SpecificationRow>,
    currency: &str,
) -> Group {
    let on_sale = |row: Option<&SpecificationRow>| row.is_some_and(|row| !row.discontinued);
    let chip = match (on_sale(before), on_sale(after)) {
        (false, true) => Some(NEW),
        (true, false) => Some(LEAVES),
        _ => None,
    };
    let named = after.or(before).map_or_else(|| format!("\"{key}\""), |row| row.called(key));
    Group { title: format!("Specification {named}"), chip, changes: parts(before, after, currency) }
}

fn parts(before: Option<&SpecificationRow>, after: Option<&SpecificationRow>, currency: &str) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut add =
        |what: &str, from: Option<&Value>, to: Option<&Value>| changes.extend(change(what, from, to));
    for field in SpecificationField::ALL {
        let held = |row: Option<&'_ SpecificationRow>| row.and_then(|row| row.fields.value(*field)).cloned();
        add(field.info().console, held(before).as_ref(), held(after).as_ref());
    }
    let template = |row: Option<&SpecificationRow>| row.map(|row| Value::Template(row.template));
    add("Pricing template", template(before).as_ref(), template(after).as_ref());
    let modes = |row: Option<&SpecificationRow>| {
        row.map(|row| Value::Texts(row.modes.iter().map(ToString::to_string).collect()))
    };
    add("Billing modes", modes(before).as_ref(), modes(after).as_ref());
    let rows = || before.into_iter().chain(after);
    let attributes: BTreeSet<&Key> = rows().flat_map(|row| row.attributes.keys()).collect();
    for code in attributes {
        let held = |row: Option<&SpecificationRow>| {
            row.and_then(|row| row.attributes.get(code)).cloned().map(Value::Attribute)
        };
        add(&format!("Attribute {code}"), held(before).as_ref(), held(after).as_ref());
    }
    let cells: BTreeSet<_> = rows().flat_map(|row| row.prices.keys()).collect();
    for cell in cells {
        let held = |row: Option<&SpecificationRow>| {
            row.and_then(|row| row.prices.get(cell)).cloned().map(Value::Price)
        };
        add(&format!("Price in {currency} ({cell})"), held(before).as_ref(), held(after).as_ref());
    }
    let factors: BTreeSet<&Key> = rows().flat_map(|row| row.factors.keys()).collect();
    for factor in factors {
        let held = |row: Option<&SpecificationRow>| {
            row.and_then(|row| row.factors.get(factor)).cloned().map(Value::Factor)
        };
        add(&format!("Billing factor {factor}"), held(before).as_ref(), held(after).as_ref());
    }
    let packages: BTreeSet<&Key> = rows().flat_map(|row| row.packages.keys()).collect();
    for package in packages {
        let held = |row: Option<&SpecificationRow>| {
            row.and_then(|row| row.packages.get(package)).cloned().map(Value::Package)
        };
        add(&format!("Package {package}"), held(before).as_ref(), held(after).as_ref());
    }
    changes
}

/// What operations ask for, by their own word; for what was decided already, when the rows have moved on.
pub(super) fn asked(
    application: &crate::sandbox::Application,
    operations: &[Operation],
    currency: &str,
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for operation in operations {
        match (&operation.item, &operation.to) {
            (Item::Product, Some(Value::Product(content))) => {
                let mut row = ProductRow::new(application.product.clone(), application.delivery);
                row.fill(content);
                groups.extend(between(None, &row, currency));
            }
            (Item::Product, _) => {
                groups.push(Group { title: "Product".to_owned(), chip: Some(LEAVES), changes: Vec::new() });
            }
            (Item::Specification(key), Some(Value::Specification(content))) => {
                let row = SpecificationRow::from_content(content);
                groups.push(specification(key, None, Some(&row), currency));
            }
            (Item::Specification(key), _) => {
                let title = format!("Specification \"{key}\"");
                groups.push(Group { title, chip: Some(LEAVES), changes: Vec::new() });
            }
            (item, _) => {
                let title = "What was asked for".to_owned();
                if groups.last().is_none_or(|group| group.title != title) {
                    groups.push(Group { title, chip: None, changes: Vec::new() });
                }
                let what = match item {
                    Item::Price(..) => format!("{} in {currency}", item.describe()),
                    _ => item.describe(),
                };
                let found = change(&what, operation.from.as_ref(), operation.to.as_ref());
                if let (Some(group), Some(found)) = (groups.last_mut(), found) {
                    group.changes.push(found);
                }
            }
        }
    }
    groups
}

/// One thing before and after; `None` when it stays.
fn change(what: &str, from: Option<&Value>, to: Option<&Value>) -> Option<Change> {
    if from == to {
        return None;
    }
    let (before, after) = match (from, to) {
        (Some(_), Some(_)) => marked(from, to),
        _ => (whole(from), whole(to)),
    };
    let price = |value: Option<&Value>| -> Option<Price> {
        if let Some(Value::Price(price)) = value { Some(price.clone()) } else { None }
    };
    let by = price(from).zip(price(to)).and_then(|(from, to)| percent(&from, &to));
    let mut what = what.to_owned();
    if let Some(first) = what.get(..1) {
        what = format!("{}{}", first.to_uppercase(), what.get(1..).unwrap_or_default());
    }
    Some(Change { what, by, before, after, files: [files(from), files(to)] })
}

/// The files of a value.
pub(super) fn files(value: Option<&Value>) -> Vec<Asset> {
    match value {
        Some(Value::Asset(file)) => vec![file.clone()],
        Some(Value::Assets(files)) => files.clone(),
        _ => Vec::new(),
    }
}
