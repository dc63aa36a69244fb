//! Attributes, prices, billing factors and packages, as the operator enters them.

use super::operator::{Form, operation, spec};
use super::reading::Step;
use super::typing::{amount_or_tiers, key, mode, quantity, sku, value_of};
use gallerist::model::{
    Amount, Attribute, AttributeKind, BillingFactor, Cell, Item, Package, PriceMode, SkuKey, Template, Value,
};
use gallerist::submission::OperationKind;
use std::collections::BTreeMap;

impl Form<'_> {
    pub(super) fn attribute(&mut self, step: &Step) {
        let mut lines = step.wanted().lines();
        let name = lines.next().unwrap().to_owned();
        let rest: Vec<&str> = lines.collect();
        let kind = match rest.first().filter(|line| line.contains(", step ")) {
            Some(line) => AttributeKind::Quantity(quantity(line)),
            None => AttributeKind::Enumeration(
                rest.iter()
                    .map(|line| line.split_once(": ").unwrap())
                    .map(|(k, v)| (key(k), v.to_owned()))
                    .collect(),
            ),
        };
        let attribute = Attribute { name, kind };
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
        let to = Some(Value::Quantity(quantity(step.wanted())));
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
                cell.sku.0.is_empty() || self.sold.contains(&cell.sku),
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
        let lines: Vec<&str> = step.wanted().lines().collect();
        let find = |name: &str| lines.iter().find_map(|line| value_of(line, name));
        let price_mode = match find("price mode").unwrap().as_str() {
            "fixed" => PriceMode::Fixed,
            "tiered" => PriceMode::Tiered,
            _ => PriceMode::Volume,
        };
        let item = |line: &&&str| line.starts_with("Billing Item");
        let items = lines.iter().filter(item).map(|line| {
            let (head, rest) = line.split_once(": ").unwrap();
            let (name, price) = rest.rsplit_once(", ").unwrap();
            let code = key(head.rsplit_once(' ').unwrap().1);
            (code, (name.to_owned(), amount_or_tiers(&price.replace("; ", "\n"))))
        });
        let factor = BillingFactor {
            price_mode,
            billing_cycle: find("billing cycle").unwrap(),
            accumulation_cycle: find("accumulation cycle"),
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
        let lines: Vec<&str> = step.wanted().lines().collect();
        let find = |name: &str| lines.iter().find_map(|line| value_of(line, name)).unwrap();
        let quota = lines.iter().filter(|line| line.starts_with("quota")).map(|line| {
            let (head, quantity) = line.split_once(": ").unwrap();
            (key(head.rsplit_once(' ').unwrap().1), quantity.parse().unwrap())
        });
        let package = Package {
            name: find("name"),
            stop_before_excess: find("stops when used up") == "yes",
            validity_months: find("valid for months").parse().unwrap(),
            reset: find("reset"),
            quota: quota.collect(),
            price: Amount::parse(&find("price")).unwrap(),
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
