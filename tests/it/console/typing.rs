//! The texts of a change sheet as an operator types them into fields.

use super::reading::Step;
use gallerist::model::{
    Amount, BillingMode, Key, Price, Quantity, QuantityPricing, SkuKey, Tier, Value, ValueKind,
};

pub(super) fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

pub(super) fn typed(kind: ValueKind, text: &str) -> Value {
    match kind {
        ValueKind::Integer => Value::Integer(text.parse().unwrap()),
        ValueKind::Texts => Value::Texts(text.lines().map(str::to_owned).collect()),
        _ => Value::Text(text.to_owned()),
    }
}

pub(super) fn mode(label: &str) -> BillingMode {
    match label {
        "by quantity" => BillingMode::Quantity,
        other => BillingMode::from_name(other).unwrap(),
    }
}

/// `Edition Pro (edition=pro)`.
pub(super) fn sku(text: &str) -> SkuKey {
    let inside = text.rsplit_once('(').unwrap().1.trim_end_matches(')');
    let pairs = inside.split(", ").map(|pair| pair.split_once('=').unwrap());
    SkuKey::new(pairs.map(|(code, value)| (key(code), key(value))).collect())
}

pub(super) fn amount_or_tiers(text: &str) -> Price {
    if !text.starts_with("from ") {
        return Price::Flat(Amount::parse(text).unwrap());
    }
    let tier = |line: &str| {
        let (from, price) = line.trim_start_matches("from ").split_once(": ").unwrap();
        Tier { from: from.parse().unwrap(), price: Amount::parse(price).unwrap() }
    };
    Price::Tiered(text.lines().map(tier).collect())
}

/// The range that a step's fields give.
pub(super) fn quantity(step: &Step) -> Quantity {
    let number = |name: &str| step.needed(name).parse().unwrap();
    let pricing = match step.needed("Pricing") {
        "linear" => QuantityPricing::Linear,
        "tiered" => QuantityPricing::Tiered,
        other => panic!("{other} is no pricing"),
    };
    Quantity { min: number("Minimum"), max: number("Maximum"), step: number("Step"), pricing }
}
