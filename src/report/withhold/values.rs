//! Values without what is withheld.

use super::WITHHELD;
use super::words::{Words, addresses, host};
use crate::model::{
    Amount, Attribute, AttributeKind, BillingFactor, Entry, Fields, Price, Product, ProductField,
    Specification, Value,
};
use std::collections::BTreeSet;

/// All amounts in a value.
pub(super) fn amounts(value: &Value) -> BTreeSet<Amount> {
    match value {
        Value::Price(price) => of_price(price).collect(),
        Value::Prices(prices) => prices.values().flat_map(of_price).collect(),
        Value::Factor(factor) => of_factor(factor).collect(),
        Value::Package(package) => [package.price].into(),
        Value::Specification(specification) => of_specification(specification).collect(),
        Value::Product(product) => product.specifications.values().flat_map(of_specification).collect(),
        Value::Text(_)
        | Value::Flag(_)
        | Value::Integer(_)
        | Value::Texts(_)
        | Value::Entries(_)
        | Value::Asset(_)
        | Value::Assets(_)
        | Value::Delivery(_)
        | Value::Template(_)
        | Value::Attribute(_)
        | Value::Quantity(_)
        | Value::UpgradeRule(_) => BTreeSet::new(),
    }
}

fn of_price(price: &Price) -> impl Iterator<Item = Amount> {
    let (flat, tiers) = match price {
        Price::Flat(amount) => (Some(*amount), [].as_slice()),
        Price::Tiered(tiers) => (None, tiers.as_slice()),
    };
    flat.into_iter().chain(tiers.iter().map(|tier| tier.price))
}

fn of_factor(factor: &BillingFactor) -> impl Iterator<Item = Amount> {
    factor.items.values().flat_map(|(_, price)| of_price(price))
}

fn of_specification(specification: &Specification) -> impl Iterator<Item = Amount> {
    let prices = specification.prices.iter().flat_map(|prices| prices.values());
    let factors = specification.factors.iter().flat_map(|factors| factors.values());
    let packages = specification.packages.iter().flat_map(|packages| packages.values());
    prices.flat_map(of_price).chain(factors.flat_map(of_factor)).chain(packages.map(|package| package.price))
}

/// All addresses in a value, and their hosts, in lower case.
pub(super) fn addresses_of(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in texts(value) {
        for range in addresses(text) {
            let address = text.get(range).unwrap_or_default().to_ascii_lowercase();
            found.extend(host(&address));
            found.insert(address);
        }
    }
    found.retain(|address| address.len() > 3);
    found
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Text(text) => vec![text],
        Value::Texts(texts) => texts.iter().map(String::as_str).collect(),
        Value::Entries(entries) => {
            entries.iter().flat_map(|entry| [entry.title.as_str(), entry.text.as_str()]).collect()
        }
        Value::Specification(specification) => texts_of_specification(specification),
        Value::Product(product) => {
            let own = product.fields.iter().filter_map(|(_, value)| value.as_ref()).flat_map(texts);
            own.chain(product.specifications.values().flat_map(texts_of_specification)).collect()
        }
        Value::Flag(_)
        | Value::Integer(_)
        | Value::Asset(_)
        | Value::Assets(_)
        | Value::Delivery(_)
        | Value::Template(_)
        | Value::Price(_)
        | Value::Prices(_)
        | Value::Attribute(_)
        | Value::Quantity(_)
        | Value::Factor(_)
        | Value::Package(_)
        | Value::UpgradeRule(_) => Vec::new(),
    }
}

fn texts_of_specification(specification: &Specification) -> Vec<&str> {
    specification.fields.iter().filter_map(|(_, value)| value.as_ref()).flat_map(texts).collect()
}

/// How values are cleaned.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cleaning<'a> {
    pub(super) words: &'a Words,
    /// Whether amounts are withheld.
    pub(super) prices: bool,
    /// Whether all addresses are.
    pub(super) any_address: bool,
}

impl Cleaning<'_> {
    /// A text.
    pub(super) fn text(&self, text: &str) -> String {
        self.words.clean(text, self.any_address)
    }

    /// A value. `is_new`: it is not on sale yet; what is on sale is left out only where it is not known from elsewhere.
    pub(super) fn value(&self, value: &Value, is_new: bool) -> Value {
        let found = if self.prices { amounts(value) } else { BTreeSet::new() };
        let is_secret = !found.is_empty() && (is_new || !found.is_disjoint(&self.words.amounts));
        match value {
            Value::Price(_) | Value::Prices(_) | Value::Factor(_) | Value::Package(_) if is_secret => {
                Value::Text(WITHHELD.to_owned())
            }
            Value::Text(text) => Value::Text(self.text(text)),
            Value::Texts(texts) => Value::Texts(texts.iter().map(|text| self.text(text)).collect()),
            Value::Entries(entries) => {
                let entry =
                    |entry: &Entry| Entry { title: self.text(&entry.title), text: self.text(&entry.text) };
                Value::Entries(entries.iter().map(entry).collect())
            }
            Value::Attribute(attribute) => Value::Attribute(self.attribute(attribute)),
            Value::Specification(specification) => {
                Value::Specification(Box::new(self.specification(specification, is_secret)))
            }
            Value::Product(product) => Value::Product(Box::new(self.product(product, is_secret))),
            Value::Factor(factor) => Value::Factor(self.factor(factor)),
            Value::Package(package) => {
                let mut package = package.clone();
                package.name = self.text(&package.name);
                Value::Package(package)
            }
            Value::Flag(_)
            | Value::Integer(_)
            | Value::Asset(_)
            | Value::Assets(_)
            | Value::Delivery(_)
            | Value::Template(_)
            | Value::Price(_)
            | Value::Prices(_)
            | Value::Quantity(_)
            | Value::UpgradeRule(_) => value.clone(),
        }
    }

    /// A product; `without_prices` leaves out all that costs something.
    pub(super) fn product(&self, product: &Product, without_prices: bool) -> Product {
        let mut clean = product.clone();
        clean.fields = self.fields(&product.fields);
        // The whole text of these is an address, whatever it looks like.
        for field in [ProductField::InterfaceUrl, ProductField::Link] {
            if self.any_address && clean.fields.value(field).is_some() {
                clean.fields.set(field, Some(Value::Text(WITHHELD.to_owned())));
            }
        }
        for specification in clean.specifications.values_mut() {
            *specification = self.specification(specification, without_prices);
        }
        clean
    }

    fn specification(&self, specification: &Specification, without_prices: bool) -> Specification {
        let mut clean = specification.clone();
        clean.fields = self.fields(&specification.fields);
        if without_prices {
            (clean.prices, clean.factors, clean.packages) = (None, None, None);
        }
        for attribute in clean.attributes.iter_mut().flat_map(|attributes| attributes.values_mut()) {
            *attribute = self.attribute(attribute);
        }
        for factor in clean.factors.iter_mut().flat_map(|factors| factors.values_mut()) {
            *factor = self.factor(factor);
        }
        for package in clean.packages.iter_mut().flat_map(|packages| packages.values_mut()) {
            package.name = self.text(&package.name);
        }
        clean
    }

    fn fields<F: Ord + Copy>(&self, fields: &Fields<F>) -> Fields<F> {
        let clean = |value: &Option<Value>| value.as_ref().map(|value| self.value(value, true));
        fields.iter().map(|(field, value)| (field, clean(value))).collect()
    }

    fn attribute(&self, attribute: &Attribute) -> Attribute {
        let kind = match &attribute.kind {
            AttributeKind::Enumeration(values) => AttributeKind::Enumeration(
                values.iter().map(|(key, label)| (key.clone(), self.text(label))).collect(),
            ),
            range @ AttributeKind::Quantity(_) => range.clone(),
        };
        Attribute { name: self.text(&attribute.name), kind }
    }

    fn factor(&self, factor: &BillingFactor) -> BillingFactor {
        let mut clean = factor.clone();
        for (name, _) in clean.items.values_mut() {
            *name = self.text(name);
        }
        clean
    }
}
