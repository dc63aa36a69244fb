//! One unambiguous byte form of every noun, for digests: equal values have equal bytes, different ones do not.
//!
//! Types are taken apart without `..`, so a new field breaks the build here instead of falling out of identity.

use super::{
    Amount, Asset, Attribute, AttributeKind, BillingFactor, Cell, Entry, Fields, Item, Key, Package, Price,
    Product, ProductField, Quantity, SkuKey, Specification, SpecificationField, Tier, UpgradeRule, Value,
};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

/// A BLAKE3 digest, shown as hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of anything with a canonical form, under a name that keeps different uses apart.
    #[must_use]
    pub fn of(purpose: &str, content: &impl Canonical) -> Self {
        let mut writer = CanonicalWriter { bytes: Vec::with_capacity(ROOM) };
        writer.text(purpose);
        content.write(&mut writer);
        Self::of_bytes(&writer.bytes)
    }

    /// The digest of a file's content.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// The first eight hexadecimal digits, for people.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string().chars().take(8).collect()
    }

    /// Reads 64 hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        blake3::Hash::from_hex(text).ok().map(|hash| Self(*hash.as_bytes()))
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl Canonical for Digest {
    fn write(&self, to: &mut CanonicalWriter) {
        to.text(&self.to_string());
    }
}

/// Most of what is digested fits into so many bytes.
const ROOM: usize = 8 << 10;

/// Takes the parts of a value; every part is preceded by its kind and length.
#[derive(Default)]
pub struct CanonicalWriter {
    /// Digested at once in the end, which is much faster than piece by piece.
    bytes: Vec<u8>,
}

impl CanonicalWriter {
    /// A text.
    pub fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// A text made of parts with a sign between them.
    fn joined(&mut self, parts: &[&str], between: &str) {
        let lengths: usize = parts.iter().map(|part| part.len()).sum();
        self.number((lengths + between.len() * parts.len().saturating_sub(1)) as u64);
        for (at, part) in parts.iter().enumerate() {
            let before = if at == 0 { "" } else { between };
            [before, part].into_iter().for_each(|text| self.bytes.extend_from_slice(text.as_bytes()));
        }
    }

    /// A text as it is shown.
    fn shown(&mut self, value: &impl std::fmt::Display) {
        let at = self.bytes.len();
        self.number(0);
        let begins = self.bytes.len();
        // Nothing refuses to be written into memory.
        let _ = write!(self.bytes, "{value}");
        let length = (self.bytes.len() - begins) as u64;
        self.bytes.iter_mut().skip(at).zip(length.to_le_bytes()).for_each(|(place, byte)| *place = byte);
    }

    /// A number.
    pub fn number(&mut self, number: u64) {
        self.bytes.extend_from_slice(&number.to_le_bytes());
    }
}

/// A value with one unambiguous byte form.
pub trait Canonical {
    /// Writes the parts in a fixed order.
    fn write(&self, to: &mut CanonicalWriter);
}

impl Canonical for str {
    fn write(&self, to: &mut CanonicalWriter) {
        to.text(self);
    }
}

impl Canonical for String {
    fn write(&self, to: &mut CanonicalWriter) {
        to.text(self);
    }
}

impl Canonical for u64 {
    fn write(&self, to: &mut CanonicalWriter) {
        to.number(*self);
    }
}

impl Canonical for Key {
    fn write(&self, to: &mut CanonicalWriter) {
        to.text(self.as_str());
    }
}

impl Canonical for Amount {
    fn write(&self, to: &mut CanonicalWriter) {
        to.shown(self);
    }
}

impl<T: Canonical + ?Sized> Canonical for &T {
    fn write(&self, to: &mut CanonicalWriter) {
        (*self).write(to);
    }
}

impl<T: Canonical> Canonical for Option<T> {
    fn write(&self, to: &mut CanonicalWriter) {
        match self {
            None => to.number(0),
            Some(value) => {
                to.number(1);
                value.write(to);
            }
        }
    }
}

impl<T: Canonical> Canonical for [T] {
    fn write(&self, to: &mut CanonicalWriter) {
        to.number(self.len() as u64);
        self.iter().for_each(|value| value.write(to));
    }
}

impl<T: Canonical> Canonical for Vec<T> {
    fn write(&self, to: &mut CanonicalWriter) {
        self.as_slice().write(to);
    }
}

impl<K: Canonical, V: Canonical> Canonical for BTreeMap<K, V> {
    fn write(&self, to: &mut CanonicalWriter) {
        to.number(self.len() as u64);
        self.iter().for_each(|(key, value)| {
            key.write(to);
            value.write(to);
        });
    }
}

impl<T: Canonical> Canonical for BTreeSet<T> {
    fn write(&self, to: &mut CanonicalWriter) {
        to.number(self.len() as u64);
        self.iter().for_each(|value| value.write(to));
    }
}

impl<A: Canonical, B: Canonical> Canonical for (A, B) {
    fn write(&self, to: &mut CanonicalWriter) {
        self.0.write(to);
        self.1.write(to);
    }
}

impl Canonical for ProductField {
    fn write(&self, to: &mut CanonicalWriter) {
        to.joined(self.info().path, ".");
    }
}

impl Canonical for SpecificationField {
    fn write(&self, to: &mut CanonicalWriter) {
        to.joined(self.info().path, ".");
    }
}

impl Canonical for super::BillingMode {
    fn write(&self, to: &mut CanonicalWriter) {
        to.text(self.name());
    }
}

impl<F: Canonical + Ord + Copy> Canonical for Fields<F> {
    fn write(&self, to: &mut CanonicalWriter) {
        to.number(self.iter().count() as u64);
        self.iter().for_each(|(field, value)| {
            field.write(to);
            value.write(to);
        });
    }
}

impl Canonical for SkuKey {
    fn write(&self, to: &mut CanonicalWriter) {
        self.values().write(to);
    }
}

impl Canonical for Cell {
    fn write(&self, to: &mut CanonicalWriter) {
        let Self { sku, mode } = self;
        sku.write(to);
        mode.write(to);
    }
}

impl Canonical for Tier {
    fn write(&self, to: &mut CanonicalWriter) {
        let Self { from, price } = self;
        to.number(*from);
        price.write(to);
    }
}

impl Canonical for Price {
    fn write(&self, to: &mut CanonicalWriter) {
        match self {
            Self::Flat(amount) => {
                to.text("flat");
                amount.write(to);
            }
            Self::Tiered(tiers) => {
                to.text("tiered");
                tiers.write(to);
            }
        }
    }
}

impl Canonical for Quantity {
    fn write(&self, to: &mut CanonicalWriter) {
        let Self { min, max, step, pricing } = self;
        [*min, *max, *step].as_slice().write(to);
        to.text(pricing.name());
    }
}

impl Canonical for Attribute {
    fn write(&self, to: &mut CanonicalWriter) {
        let Self { name, kind } = self;
        to.text(name);
        match kind {
            AttributeKind::Enumeration(values) => {
                to.text("enumeration");
                values.write(to);
            }
            AttributeKind::Quantity(quantity) => {
                to.text("quantity");
                quantity.write(to);
            }
        }
    }
}

impl Canonical for BillingFactor {
    fn write(&self, to: &mut CanonicalWriter) {
        let Self { price_mode, billing_cycle, accumulation_cycle, items } = self;
        to.text(price_mode.name());
        to.text(billing_cycle);
        accumulation_cycle.write(to);
        items.write(to);
    }
}

impl Canonical for Package {
    fn write(&self, to: &mut CanonicalWriter) {
        let Self { name, stop_before_excess, validity_months, reset, quota, price } = self;
        to.text(name);
        to.number(u64::from(*stop_before_excess));
        to.number(*validity_months);
        to.text(reset);
        quota.write(to);
        price.write(to);
    }
}

impl Canonical for UpgradeRule {
    fn write(&self, to: &mut CanonicalWriter) {
        let Self { specification, from, to: target, expansion } = self;
        specification.write(to);
        from.write(to);
        target.write(to);
        expansion.write(to);
    }
}

impl Canonical for Asset {
    /// The content alone: a renamed file is the same asset.
    fn write(&self, to: &mut CanonicalWriter) {
        let Self { name: _, digest, size_bytes: _, kind: _, pixels: _, text: _ } = self;
        to.text(digest);
    }
}

impl Canonical for Entry {
    fn write(&self, to: &mut CanonicalWriter) {
        let Self { title, text } = self;
        to.text(title);
        to.text(text);
    }
}

impl Canonical for Value {
    fn write(&self, to: &mut CanonicalWriter) {
        fn tagged(to: &mut CanonicalWriter, tag: &str, content: &(impl Canonical + ?Sized)) {
            to.text(tag);
            content.write(to);
        }
        match self {
            Self::Text(text) => tagged(to, "text", text),
            Self::Flag(flag) => tagged(to, "flag", &u64::from(*flag)),
            Self::Integer(number) => tagged(to, "integer", &number.to_string()),
            Self::Texts(texts) => tagged(to, "texts", texts),
            Self::Entries(entries) => tagged(to, "entries", entries),
            Self::Asset(asset) => tagged(to, "asset", asset),
            Self::Assets(assets) => tagged(to, "assets", assets),
            Self::Delivery(method) => tagged(to, "delivery", method.name()),
            Self::Template(template) => tagged(to, "template", template.name()),
            Self::Price(price) => tagged(to, "price", price),
            Self::Prices(prices) => tagged(to, "prices", prices),
            Self::Attribute(attribute) => tagged(to, "attribute", attribute),
            Self::Quantity(quantity) => tagged(to, "quantity", quantity),
            Self::Factor(factor) => tagged(to, "factor", factor),
            Self::Package(package) => tagged(to, "package", package),
            Self::UpgradeRule(rule) => tagged(to, "upgrade-rule", rule),
            Self::Specification(specification) => tagged(to, "specification", specification.as_ref()),
            Self::Product(product) => tagged(to, "product", product.as_ref()),
        }
    }
}

impl Canonical for Specification {
    fn write(&self, to: &mut CanonicalWriter) {
        let Self { key, fields, template, modes, attributes, prices, factors, packages } = self;
        key.write(to);
        fields.write(to);
        template.map(super::Template::name).write(to);
        modes.write(to);
        attributes.write(to);
        prices.write(to);
        factors.write(to);
        packages.write(to);
    }
}

impl Canonical for Product {
    fn write(&self, to: &mut CanonicalWriter) {
        let Self { key, delivery, fields, specifications, upgrade_rules } = self;
        key.write(to);
        to.text(delivery.name());
        fields.write(to);
        specifications.write(to);
        upgrade_rules.write(to);
    }
}

impl Canonical for Item {
    fn write(&self, to: &mut CanonicalWriter) {
        match self {
            Self::Product => to.text("product"),
            Self::Delivery => to.text("delivery"),
            Self::Field(field) => ("field", *field).write(to),
            Self::UpgradeRule(rule) => ("upgrade-rule", rule).write(to),
            Self::Specification(key) => ("specification", key).write(to),
            Self::SpecificationField(key, field) => (("specification-field", key), *field).write(to),
            Self::Template(key) => ("template", key).write(to),
            Self::BillingMode(key, mode) => (("billing-mode", key), *mode).write(to),
            Self::Attribute(key, code) => (("attribute", key), code).write(to),
            Self::AttributeValue(key, code, value) => (("attribute-value", key), (code, value)).write(to),
            Self::Quantity(key, code) => (("quantity", key), code).write(to),
            Self::Sku(key, sku) => (("sku", key), sku).write(to),
            Self::Price(key, cell) => (("price", key), cell).write(to),
            Self::Factor(key, factor) => (("factor", key), factor).write(to),
            Self::Package(key, package) => (("package", key), package).write(to),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(content: &impl Canonical) -> Vec<u8> {
        let mut writer = CanonicalWriter::default();
        content.write(&mut writer);
        writer.bytes
    }

    /// What is written in parts, or shown in place, has the bytes of the whole text.
    #[test]
    fn names_and_amounts_are_the_texts_that_are_shown() {
        for field in ProductField::ALL {
            assert_eq!(bytes(field), bytes(&field.info().name()));
        }
        for field in SpecificationField::ALL {
            assert_eq!(bytes(field), bytes(&field.info().name()));
        }
        for text in ["0", "9.9", "9.90", "1234567.05", "0.125", "999999999999999", "1000000000000000.5"] {
            let amount = Amount::parse(text).unwrap();
            assert_eq!(bytes(&amount), bytes(&amount.to_string()), "{text}");
        }
    }
}
