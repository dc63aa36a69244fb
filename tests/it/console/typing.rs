//! The texts of a change sheet as an operator types them into fields.

use gallerist::model::{
    Amount, BillingMode, Entry, Key, Price, Quantity, QuantityPricing, SkuKey, Tier, Value, ValueKind,
};

pub(super) fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

pub(super) fn typed(kind: ValueKind, text: &str) -> Value {
    match kind {
        ValueKind::Integer => Value::Integer(text.parse().unwrap()),
        ValueKind::Texts => Value::Texts(text.lines().map(str::to_owned).collect()),
        ValueKind::Entries => Value::Entries(text.split("\n\n").map(entry).collect()),
        _ => Value::Text(text.to_owned()),
    }
}

pub(super) fn entry(text: &str) -> Entry {
    let (title, text) = text.split_once('\n').unwrap();
    Entry { title: title.to_owned(), text: text.to_owned() }
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
    SkuKey(pairs.map(|(code, value)| (key(code), key(value))).collect())
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

/// `1 to 100, step 1, linear`.
pub(super) fn quantity(text: &str) -> Quantity {
    let (range, rest) = text.split_once(", step ").unwrap();
    let (min, max) = range.split_once(" to ").unwrap();
    let (step, pricing) = rest.split_once(", ").unwrap();
    let pricing = if pricing == "linear" { QuantityPricing::Linear } else { QuantityPricing::Tiered };
    Quantity { min: min.parse().unwrap(), max: max.parse().unwrap(), step: step.parse().unwrap(), pricing }
}

/// The value of a line `name (名称): value`.
pub(super) fn value_of(line: &str, name: &str) -> Option<String> {
    let (head, value) = line.split_once(": ")?;
    (head.split(" (").next() == Some(name)).then(|| value.to_owned())
}
