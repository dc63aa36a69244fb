//! Carrying out operations on a copy of the rows, as the console's forms would.

use super::{ProductRow, SkuRow, SpecificationRow};
use crate::model::{AttributeKind, Cell, Fields, Item, Key, Product, ProductField, SkuKey, Specification};
use crate::model::{SpecificationField, Template, Value};
use crate::released::ProductStatus;
use crate::submission::{Operation, OperationKind};
use std::collections::BTreeMap;

/// Why an operation cannot be entered in the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Misfit {
    /// It was computed from something that is no longer so.
    Stale(String),
    /// It makes no sense.
    Malformed(String),
}

/// Whether the values before are compared with the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    Compared,
    Ignored,
}

/// Enters all operations, or none.
pub(super) fn perform(
    row: &ProductRow,
    operations: &[Operation],
    before: Before,
) -> Result<ProductRow, Misfit> {
    let mut copy = row.clone();
    for operation in operations {
        if !fits(operation.kind, &operation.item) {
            return Err(malformed(operation));
        }
        if before == Before::Compared {
            compare(row, operation)?;
        }
        enter(&mut copy, operation)?;
    }
    Ok(copy)
}

fn malformed(operation: &Operation) -> Misfit {
    Misfit::Malformed(format!(
        "The form has no place for \"{}\" with this object and value.",
        operation.kind.name()
    ))
}

fn stale(what: impl std::fmt::Display) -> Misfit {
    Misfit::Stale(format!("The application was made from an older state: {what}."))
}

/// Whether a kind of operation can have this object.
fn fits(kind: OperationKind, item: &Item) -> bool {
    use OperationKind as Kind;
    match item {
        Item::Product => matches!(kind, Kind::ReleaseProduct | Kind::RetireProduct),
        Item::Delivery => kind == Kind::ChangeDelivery,
        Item::Field(ProductField::PublicSales) => {
            matches!(kind, Kind::ChangeField | Kind::HideProduct | Kind::ShowProduct)
        }
        Item::Field(_) => kind == Kind::ChangeField,
        Item::UpgradeRule(_) => kind == Kind::ChangeUpgradeRule,
        Item::Specification(_) => matches!(kind, Kind::AddSpecification | Kind::RemoveSpecification),
        Item::SpecificationField(_, field) => match field {
            SpecificationField::Name => {
                matches!(kind, Kind::RenameSpecification | Kind::ChangeSpecificationField)
            }
            SpecificationField::Public => matches!(
                kind,
                Kind::HideSpecification | Kind::ShowSpecification | Kind::ChangeSpecificationField
            ),
            SpecificationField::TrialDays
            | SpecificationField::Asset
            | SpecificationField::PurchaseLimit
            | SpecificationField::Whitelist
            | SpecificationField::TrialWhitelist => kind == Kind::ChangeSpecificationField,
        },
        Item::Template(_) => kind == Kind::ChangeTemplate,
        Item::BillingMode(..) => matches!(kind, Kind::AddBillingMode | Kind::RemoveBillingMode),
        Item::Attribute(..) | Item::AttributeValue(..) | Item::Quantity(..) => {
            matches!(kind, Kind::AddAttribute | Kind::ChangeAttribute | Kind::RemoveAttribute)
        }
        Item::Sku(..) => matches!(kind, Kind::AddSku | Kind::RemoveSku),
        Item::Price(..) => kind == Kind::ChangePrice,
        Item::Factor(..) => matches!(kind, Kind::AddFactor | Kind::ChangeFactor | Kind::RemoveFactor),
        Item::Package(..) => matches!(kind, Kind::AddPackage | Kind::ChangePackage | Kind::RemovePackage),
    }
}

/// Refuses an operation whose value before is not what the rows hold. Wholes are compared by what they state.
fn compare(row: &ProductRow, operation: &Operation) -> Result<(), Misfit> {
    let from = operation.from.as_ref();
    let specification = operation.item.specification().and_then(|key| row.specifications.get(key));
    let held: Option<Value> = match &operation.item {
        Item::Product => {
            return match from {
                Some(Value::Product(stated)) if !row.states(stated) => Err(stale("the product has changed")),
                _ => Ok(()),
            };
        }
        Item::Specification(key) => {
            let Some(Value::Specification(stated)) = from else { return Ok(()) };
            let agrees = specification.is_some_and(|held| held.states(key, stated));
            return if agrees { Ok(()) } else { Err(stale(format!("specification \"{key}\" has changed"))) };
        }
        Item::Sku(_, sku) => {
            let Some(Value::Prices(stated)) = from else { return Ok(()) };
            let prices = specification.map(|held| &held.prices);
            let agrees =
                stated.iter().all(|(cell, price)| prices.and_then(|held| held.get(cell)) == Some(price));
            return if agrees {
                Ok(())
            } else {
                Err(stale(format!("the prices of SKU \"{sku}\" have changed")))
            };
        }
        Item::BillingMode(_, mode) => {
            let Some(Value::Prices(stated)) = from else {
                let offered = specification.is_some_and(|held| held.modes.contains(mode));
                let adds = operation.to.is_some();
                return if offered && adds {
                    Err(stale(format!("{mode} is on offer already")))
                } else {
                    Ok(())
                };
            };
            let prices = specification.map(|held| &held.prices);
            let agrees =
                stated.iter().all(|(cell, price)| prices.and_then(|held| held.get(cell)) == Some(price));
            return if agrees { Ok(()) } else { Err(stale(format!("the {mode} prices have changed"))) };
        }
        Item::Delivery => Some(Value::Delivery(row.delivery)),
        Item::Field(field) => {
            let held = row.fields.value(*field);
            let by_default = *field == ProductField::PublicSales && is_default(from, held);
            return if by_default || held == from { Ok(()) } else { Err(differs(field.info(), held)) };
        }
        Item::SpecificationField(_, field) => {
            let held = specification.and_then(|held| held.fields.value(*field));
            let by_default = *field == SpecificationField::Public && is_default(from, held);
            return if by_default || held == from { Ok(()) } else { Err(differs(field.info(), held)) };
        }
        Item::UpgradeRule(rule) => {
            let known = row.upgrade_rules.contains(rule);
            return if from.is_some() && !known { Err(stale("the upgrade rule is gone")) } else { Ok(()) };
        }
        Item::Template(_) => specification.map(|held| Value::Template(held.template)),
        Item::Attribute(_, code) => {
            specification.and_then(|held| held.attributes.get(code)).cloned().map(Value::Attribute)
        }
        Item::AttributeValue(_, code, value) => {
            match specification.and_then(|held| held.attributes.get(code)).map(|attribute| &attribute.kind) {
                Some(AttributeKind::Enumeration(values)) => values.get(value).cloned().map(Value::Text),
                Some(AttributeKind::Quantity(_)) | None => None,
            }
        }
        Item::Quantity(_, code) => {
            match specification.and_then(|held| held.attributes.get(code)).map(|attribute| &attribute.kind) {
                Some(AttributeKind::Quantity(range)) => Some(Value::Quantity(*range)),
                Some(AttributeKind::Enumeration(_)) | None => None,
            }
        }
        Item::Price(_, cell) => {
            specification.and_then(|held| held.prices.get(cell)).cloned().map(Value::Price)
        }
        Item::Factor(_, key) => {
            specification.and_then(|held| held.factors.get(key)).cloned().map(Value::Factor)
        }
        Item::Package(_, key) => {
            specification.and_then(|held| held.packages.get(key)).cloned().map(Value::Package)
        }
    };
    if held.as_ref() == from {
        return Ok(());
    }
    Err(stale(match held {
        Some(held) => format!("the value before is now {held}"),
        None => "the value before is gone".to_owned(),
    }))
}

fn differs(info: &crate::model::FieldInfo, held: Option<&Value>) -> Misfit {
    match held {
        Some(held) => stale(format!("{} is now {held}", info.console)),
        None => stale(format!("{} is now empty", info.console)),
    }
}

/// A visibility nobody stated is public.
fn is_default(from: Option<&Value>, held: Option<&Value>) -> bool {
    from.and_then(Value::as_flag).unwrap_or(true) == held.and_then(Value::as_flag).unwrap_or(true)
}

impl ProductRow {
    fn states(&self, stated: &Product) -> bool {
        self.delivery == stated.delivery
            && agrees(&self.fields, &stated.fields)
            && stated.specifications.iter().all(|(key, specification)| {
                self.specifications.get(key).is_some_and(|row| row.states(key, specification))
            })
    }
}

impl SpecificationRow {
    fn states(&self, key: &Key, stated: &Specification) -> bool {
        let held = self.content(key);
        let template = stated.template.is_none() || stated.template == held.template;
        template
            && agrees(&self.fields, &stated.fields)
            && (stated.modes.is_none() || stated.modes == held.modes)
            && (stated.attributes.is_none() || stated.attributes == held.attributes)
            && (stated.prices.is_none() || stated.prices == held.prices)
            && (stated.factors.is_none() || stated.factors == held.factors)
            && (stated.packages.is_none() || stated.packages == held.packages)
    }
}

fn agrees<F: Ord + Copy>(held: &Fields<F>, stated: &Fields<F>) -> bool {
    stated.iter().all(|(field, value)| held.value(field) == value.as_ref())
}

/// Enters one operation.
fn enter(row: &mut ProductRow, operation: &Operation) -> Result<(), Misfit> {
    let to = operation.to.clone();
    match (&operation.item, to) {
        (Item::Product, Some(Value::Product(content))) => row.fill(&content),
        (Item::Product, None) => row.status = ProductStatus::Discontinued,
        (Item::Delivery, Some(Value::Delivery(method))) => row.delivery = method,
        (Item::Field(field), to) => {
            if to.as_ref().is_some_and(|value| !field.info().kind.admits(value)) {
                return Err(malformed(operation));
            }
            row.fields.set(*field, to);
        }
        (Item::UpgradeRule(rule), to) => {
            row.upgrade_rules.remove(rule);
            match to {
                None => {}
                Some(Value::UpgradeRule(rule)) => {
                    row.upgrade_rules.insert(rule);
                }
                Some(_) => return Err(malformed(operation)),
            }
        }
        (Item::Specification(key), Some(Value::Specification(content))) => {
            match row.specifications.get(key) {
                Some(held) if held.discontinued => {}
                Some(_) => return Err(stale(format!("specification \"{key}\" is on sale already"))),
                None => {
                    row.specifications.insert(key.clone(), SpecificationRow::from_content(&content));
                }
            }
        }
        (item, to) => {
            let Some(key) = item.specification() else { return Err(malformed(operation)) };
            let Some(specification) = row.specifications.get_mut(key) else {
                return Err(stale(format!("there is no specification \"{key}\"")));
            };
            return enter_specification(specification, operation, to);
        }
    }
    Ok(())
}

fn enter_specification(
    row: &mut SpecificationRow,
    operation: &Operation,
    to: Option<Value>,
) -> Result<(), Misfit> {
    match (&operation.item, to) {
        (Item::Specification(_), None) => row.discontinued = true,
        (Item::SpecificationField(_, field), to) => {
            if to.as_ref().is_some_and(|value| !field.info().kind.admits(value)) {
                return Err(malformed(operation));
            }
            row.fields.set(*field, to);
        }
        (Item::Template(_), Some(Value::Template(template))) => row.template = template,
        (Item::BillingMode(_, mode), Some(Value::Prices(prices))) => {
            row.modes.insert(*mode);
            row.prices.extend(prices);
        }
        (Item::BillingMode(_, mode), None) => {
            row.modes.remove(mode);
            row.prices.retain(|cell, _| cell.mode != *mode);
        }
        (Item::Attribute(_, code), to) => {
            put(&mut row.attributes, code, to, operation, |value| match value {
                Value::Attribute(attribute) => Some(attribute),
                _ => None,
            })?;
        }
        (Item::AttributeValue(_, code, value), to) => {
            let kind = row.attributes.get_mut(code).map(|attribute| &mut attribute.kind);
            let Some(AttributeKind::Enumeration(values)) = kind else {
                return Err(stale(format!("there is no enumeration attribute \"{code}\"")));
            };
            put(values, value, to, operation, |value| match value {
                Value::Text(label) => Some(label),
                _ => None,
            })?;
        }
        (Item::Quantity(_, code), Some(Value::Quantity(range))) => {
            let kind = row.attributes.get_mut(code).map(|attribute| &mut attribute.kind);
            let Some(AttributeKind::Quantity(held)) = kind else {
                return Err(stale(format!("there is no quantity attribute \"{code}\"")));
            };
            *held = range;
        }
        (Item::Sku(_, sku), Some(Value::Prices(prices))) => add_sku(row, sku, prices)?,
        (Item::Sku(_, sku), None) => {
            let Some(held) = row.skus.get_mut(sku) else {
                return Err(stale(format!("there is no SKU \"{sku}\"")));
            };
            held.discontinued = true;
            row.prices.retain(|cell, _| cell.sku != *sku);
        }
        (Item::Price(_, cell), to) => {
            put(&mut row.prices, cell, to, operation, |value| match value {
                Value::Price(price) => Some(price),
                _ => None,
            })?;
        }
        (Item::Factor(_, key), to) => {
            put(&mut row.factors, key, to, operation, |value| match value {
                Value::Factor(factor) => Some(factor),
                _ => None,
            })?;
        }
        (Item::Package(_, key), to) => {
            put(&mut row.packages, key, to, operation, |value| match value {
                Value::Package(package) => Some(package),
                _ => None,
            })?;
        }
        (_, _) => return Err(malformed(operation)),
    }
    if row.template != Template::Custom {
        row.skus.entry(SkuKey::simple()).or_default();
    }
    Ok(())
}

fn add_sku(
    row: &mut SpecificationRow,
    sku: &SkuKey,
    prices: BTreeMap<Cell, crate::model::Price>,
) -> Result<(), Misfit> {
    match row.skus.get(sku) {
        // The judge names the rule.
        Some(held) if held.discontinued => return Ok(()),
        Some(_) => return Err(stale(format!("SKU \"{sku}\" is on sale already"))),
        None => {}
    }
    row.skus.insert(sku.clone(), SkuRow::default());
    row.prices.extend(prices);
    Ok(())
}

/// Puts a value into a table, or takes it away.
fn put<K: Ord + Clone, V>(
    table: &mut BTreeMap<K, V>,
    key: &K,
    to: Option<Value>,
    operation: &Operation,
    read: impl Fn(Value) -> Option<V>,
) -> Result<(), Misfit> {
    match to {
        None => {
            table.remove(key);
        }
        Some(value) => {
            let value = read(value).ok_or_else(|| malformed(operation))?;
            table.insert(key.clone(), value);
        }
    }
    Ok(())
}
