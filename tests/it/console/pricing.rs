//! Attributes, prices, billing factors and packages, as the operator enters them.

use super::operator::{Form, operation, spec};
use super::reading::Step;
use super::typing::{amount_or_tiers, key, mode, quantity, sku};
use gallerist::model::{
    Amount, Attribute, AttributeKind, BillingFactor, Cell, Item, Package, PriceMode, SkuKey, Template, Value,
};
use gallerist::submission::OperationKind;
use std::collections::BTreeMap;

impl Form<'_> {
    pub(super) fn attribute(&mut self, step: &Step) {
        let choices = step.coded("Choice").into_iter().map(|(code, choice)| (key(code), choice.to_owned()));
        let kind = match step.field("Minimum") {
            Some(_) => AttributeKind::Quantity(quantity(step)),
            None => AttributeKind::Enumeration(choices.collect()),
        };
        let attribute = Attribute { name: step.needed("Name").to_owned(), kind };
        let code = key(step.value(1));
        match &mut self.added {
            Some(added) => {
                assert_eq!(added.template, Some(Template::Custom), "the form has no place for attributes");
                added.attributes.get_or_insert_default().insert(code, attribute);
            }
            None => {
                let kind = if step.now.is_some() {
                    OperationKind::ChangeAttribute
                } else {
                    OperationKind::AddAttribute
                };
                let item = Item::Attribute(spec(step), code);
                self.operations.push(operation(kind, item, Some(Value::Attribute(attribute))));
            }
        }
    }

    pub(super) fn range(&mut self, step: &Step) {
        let item = Item::Quantity(spec(step), key(step.value(1)));
        let to = Some(Value::Quantity(quantity(step)));
        self.operations.push(operation(OperationKind::ChangeAttribute, item, to));
    }

    pub(super) fn tick_mode(&mut self, step: &Step) {
        let mode = mode(step.label(1));
        match &mut self.added {
            Some(added) => {
                added.modes.get_or_insert_default().insert(mode);
            }
            None => {
                self.finish_part();
                let item = Item::BillingMode(spec(step), mode);
                self.ticked = Some((OperationKind::AddBillingMode, item, BTreeMap::new()));
            }
        }
    }

    pub(super) fn price(&mut self, step: &Step) {
        assert_eq!(step.label(0), "Price");
        let of = if step.words.len() > 3 { sku(step.value(4)) } else { SkuKey::simple() };
        let cell = Cell { sku: of, mode: mode(step.label(1)) };
        let price = amount_or_tiers(step.wanted());
        if let Some(added) = &mut self.added {
            let ticked = added.modes.iter().flatten().any(|mode| *mode == cell.mode);
            assert!(ticked, "step {}: the form has no price for a mode that is not ticked", step.number);
            assert!(
                cell.sku.values().is_empty() || self.sold.contains(&cell.sku),
                "step {}: the form has no price for a SKU that is not ticked",
                step.number
            );
            added.prices.get_or_insert_default().insert(cell, price);
        } else if let Some((_, _, prices)) = self.ticked.as_mut().filter(|(_, item, _)| match item {
            Item::Sku(_, sku) => *sku == cell.sku,
            Item::BillingMode(_, mode) => *mode == cell.mode,
            _ => false,
        }) {
            prices.insert(cell, price);
        } else {
            self.finish_part();
            let specification = spec(step);
            let shown = self.row.unwrap().specifications[&specification].prices.get(&cell);
            let now = step.now.as_deref().map(amount_or_tiers);
            assert_eq!(shown, now.as_ref(), "step {}: the console shows another price", step.number);
            let item = Item::Price(specification, cell);
            self.operations.push(operation(OperationKind::ChangePrice, item, Some(Value::Price(price))));
        }
    }

    pub(super) fn factor(&mut self, step: &Step) {
        let price_mode = match step.needed("Price Mode") {
            "fixed" => PriceMode::Fixed,
            "tiered" => PriceMode::Tiered,
            "volume" => PriceMode::Volume,
            other => panic!("{other} is no price mode"),
        };
        let names = step.coded("Name of Billing Item").into_iter();
        let items = names.map(|(code, name)| {
            let price = step.needed(&format!("Price of Billing Item {code}"));
            (key(code), (name.to_owned(), amount_or_tiers(price)))
        });
        let factor = BillingFactor {
            price_mode,
            billing_cycle: step.needed("Billing Cycle").to_owned(),
            accumulation_cycle: step.field("Accumulation Cycle").map(str::to_owned),
            items: items.collect(),
        };
        let code = key(step.value(1));
        match &mut self.added {
            Some(added) => {
                assert_eq!(added.template, Some(Template::PayPerUse), "the form has no place for factors");
                added.factors.get_or_insert_default().insert(code, factor);
            }
            None => {
                let kind =
                    if step.now.is_some() { OperationKind::ChangeFactor } else { OperationKind::AddFactor };
                let item = Item::Factor(spec(step), code);
                self.operations.push(operation(kind, item, Some(Value::Factor(factor))));
            }
        }
    }

    pub(super) fn package(&mut self, step: &Step) {
        let quota = step.coded("Quota of Billing Item").into_iter();
        let package = Package {
            name: step.needed("Name").to_owned(),
            stop_before_excess: step.needed("Stops When Used Up") == "Yes",
            validity_months: step.needed("Validity in Months").parse().unwrap(),
            reset: step.needed("Reset").to_owned(),
            quota: quota.map(|(item, quantity)| (key(item), quantity.parse().unwrap())).collect(),
            price: Amount::parse(step.needed("Price")).unwrap(),
        };
        let code = key(step.value(1));
        match &mut self.added {
            Some(added) => {
                added.packages.get_or_insert_default().insert(code, package);
            }
            None => {
                let kind =
                    if step.now.is_some() { OperationKind::ChangePackage } else { OperationKind::AddPackage };
                let item = Item::Package(spec(step), code);
                self.operations.push(operation(kind, item, Some(Value::Package(package))));
            }
        }
    }
}
