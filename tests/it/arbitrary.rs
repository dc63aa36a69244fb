//! Proptest strategies for the core types: small, hostile in their texts, valid in their form.
//!
//! Values are well-formed, not necessarily sensible: a product here may break every rule of the marketplace.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use gallerist::model::{
    Amount, Asset, Attribute, AttributeKind, BillingFactor, BillingMode, Cell, DeliveryMethod, Digest, Entry,
    Fields, FileKind, Item, Key, Package, Price, PriceMode, Product, ProductField, Quantity, QuantityPricing,
    SkuKey, Specification, SpecificationField, Template, Tier, UpgradeRule, Value, ValueKind,
};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Texts that people and attackers write: never empty.
pub(crate) fn text() -> BoxedStrategy<String> {
    prop_oneof![
        "[a-zA-Z0-9 .,-]{1,12}",
        "[ -~]{1,12}",
        "\\PC{1,8}",
        select(vec![
            "null",
            "true",
            "0",
            "~",
            "\n",
            "\"",
            "\\",
            "::error::",
            "<b>",
            "云商店",
            "\u{202e}x",
            "- a: b"
        ])
        .prop_map(String::from),
    ]
    .boxed()
}

/// Keys, from few enough that they meet.
pub(crate) fn key() -> BoxedStrategy<Key> {
    "[a-e]|[a-z][a-z0-9-]{0,6}[a-z0-9]".prop_map(|text| Key::new(&text).unwrap()).boxed()
}

/// Amounts of every scale.
pub(crate) fn amount() -> BoxedStrategy<Amount> {
    prop_oneof![
        4 => (0_u64..100_000).prop_map(|cents| format!("{}.{:02}", cents / 100, cents % 100)),
        1 => "[1-9][0-9]{0,27}",
        1 => "[1-9][0-9]{0,13}\\.[0-9]{1,12}",
        1 => "[1-9][0-9]{26}\\.[0-9]",
        1 => Just("0".to_owned()),
    ]
    .prop_map(|text| Amount::parse(&text).unwrap())
    .boxed()
}

/// Files; the digest follows from the name, so that different files differ.
pub(crate) fn asset() -> BoxedStrategy<Asset> {
    ("[a-z]{1,6}\\.(png|pdf|mp4)", any::<u64>())
        .prop_map(|(name, size_bytes)| Asset {
            digest: Digest::of_bytes(name.as_bytes()).to_string(),
            kind: name.rsplit_once('.').and_then(|(_, ending)| FileKind::from_name(ending)),
            name,
            size_bytes,
            pixels: None,
            text: None,
        })
        .boxed()
}

/// Values a field with this kind can hold.
pub(crate) fn field_value(kind: ValueKind) -> BoxedStrategy<Value> {
    match kind {
        ValueKind::Text => text().prop_map(Value::Text).boxed(),
        ValueKind::Flag => any::<bool>().prop_map(Value::Flag).boxed(),
        ValueKind::Integer => any::<i64>().prop_map(Value::Integer).boxed(),
        ValueKind::Texts => vec(text(), 1..4).prop_map(Value::Texts).boxed(),
        ValueKind::Entries => {
            let entry = (text(), text()).prop_map(|(title, text)| Entry { title, text });
            vec(entry, 1..3).prop_map(Value::Entries).boxed()
        }
        ValueKind::Asset => asset().prop_map(Value::Asset).boxed(),
        ValueKind::Assets => vec(asset(), 1..3).prop_map(Value::Assets).boxed(),
    }
}

fn fields<F: Ord + Copy + std::fmt::Debug + 'static>(
    all: &'static [F],
    kind: fn(F) -> ValueKind,
) -> BoxedStrategy<Fields<F>> {
    let statement = select(all)
        .prop_flat_map(move |field| (Just(field), option::weighted(0.8, field_value(kind(field)))));
    vec(statement, 0..8).prop_map(|list| list.into_iter().collect::<Fields<_>>()).boxed()
}

/// Statements about fields of a product.
pub(crate) fn product_fields() -> BoxedStrategy<Fields<ProductField>> {
    fields(ProductField::ALL, |field| field.info().kind)
}

/// Statements about fields of a specification.
pub(crate) fn specification_fields() -> BoxedStrategy<Fields<SpecificationField>> {
    fields(SpecificationField::ALL, |field| field.info().kind)
}

/// Billing modes.
pub(crate) fn mode() -> BoxedStrategy<BillingMode> {
    select(BillingMode::ALL).boxed()
}

/// Delivery methods.
pub(crate) fn delivery() -> BoxedStrategy<DeliveryMethod> {
    select(DeliveryMethod::ALL).boxed()
}

/// SKU identities; often the simple one.
pub(crate) fn sku() -> BoxedStrategy<SkuKey> {
    prop_oneof![Just(SkuKey::simple()), btree_map(key(), key(), 1..3).prop_map(SkuKey::new)].boxed()
}

/// Cells of a price table.
pub(crate) fn cell() -> BoxedStrategy<Cell> {
    (sku(), mode()).prop_map(|(sku, mode)| Cell { sku, mode }).boxed()
}

/// Prices, flat and tiered.
pub(crate) fn price() -> BoxedStrategy<Price> {
    let tier = (any::<u64>(), amount()).prop_map(|(from, price)| Tier { from, price });
    prop_oneof![3 => amount().prop_map(Price::Flat), 1 => vec(tier, 0..3).prop_map(Price::Tiered)].boxed()
}

/// Ranges of quantity attributes.
pub(crate) fn quantity() -> BoxedStrategy<Quantity> {
    let pricing = select(vec![QuantityPricing::Linear, QuantityPricing::Tiered]);
    (any::<u64>(), any::<u64>(), any::<u64>(), pricing)
        .prop_map(|(min, max, step, pricing)| Quantity { min, max, step, pricing })
        .boxed()
}

/// Attributes of both kinds.
pub(crate) fn attribute() -> BoxedStrategy<Attribute> {
    let kind = prop_oneof![
        btree_map(key(), text(), 0..3).prop_map(AttributeKind::Enumeration),
        quantity().prop_map(AttributeKind::Quantity),
    ];
    (text(), kind).prop_map(|(name, kind)| Attribute { name, kind }).boxed()
}

/// Billing factors.
pub(crate) fn factor() -> BoxedStrategy<BillingFactor> {
    let price_mode = select(vec![PriceMode::Fixed, PriceMode::Tiered, PriceMode::Volume]);
    (price_mode, text(), option::of(text()), btree_map(key(), (text(), price()), 0..3))
        .prop_map(|(price_mode, billing_cycle, accumulation_cycle, items)| BillingFactor {
            price_mode,
            billing_cycle,
            accumulation_cycle,
            items,
        })
        .boxed()
}

/// Packages.
pub(crate) fn package() -> BoxedStrategy<Package> {
    (text(), any::<bool>(), any::<u64>(), text(), btree_map(key(), any::<u64>(), 0..3), amount())
        .prop_map(|(name, stop_before_excess, validity_months, reset, quota, price)| Package {
            name,
            stop_before_excess,
            validity_months,
            reset,
            quota,
            price,
        })
        .boxed()
}

/// Upgrade rules.
pub(crate) fn upgrade_rule() -> BoxedStrategy<UpgradeRule> {
    (key(), sku(), sku(), option::of(any::<u64>()))
        .prop_map(|(specification, from, to, expansion)| UpgradeRule { specification, from, to, expansion })
        .boxed()
}

/// Specifications with any groups stated.
pub(crate) fn specification() -> BoxedStrategy<Specification> {
    (
        key(),
        specification_fields(),
        option::of(select(Template::ALL)),
        option::of(btree_set(mode(), 0..3)),
        option::of(btree_map(key(), attribute(), 0..3)),
        option::of(btree_map(cell(), price(), 0..4)),
        option::of(btree_map(key(), factor(), 0..2)),
        option::of(btree_map(key(), package(), 0..2)),
    )
        .prop_map(|(key, fields, template, modes, attributes, prices, factors, packages)| Specification {
            key,
            fields,
            template,
            modes,
            attributes,
            prices,
            factors,
            packages,
        })
        .boxed()
}

/// Products.
pub(crate) fn product() -> BoxedStrategy<Product> {
    (
        key(),
        delivery(),
        product_fields(),
        vec(specification(), 0..3),
        option::of(btree_set(upgrade_rule(), 0..3)),
    )
        .prop_map(|(key, delivery, fields, specifications, upgrade_rules)| Product {
            key,
            delivery,
            fields,
            specifications: specifications.into_iter().map(|whole| (whole.key.clone(), whole)).collect(),
            upgrade_rules,
        })
        .boxed()
}

/// Values of every kind.
pub(crate) fn value() -> BoxedStrategy<Value> {
    use ValueKind::{Asset, Assets, Entries, Flag, Integer, Text, Texts};
    prop_oneof![
        select(vec![Text, Flag, Integer, Texts, Entries, Asset, Assets]).prop_flat_map(field_value),
        delivery().prop_map(Value::Delivery),
        select(Template::ALL).prop_map(Value::Template),
        price().prop_map(Value::Price),
        btree_map(cell(), price(), 0..3).prop_map(Value::Prices),
        attribute().prop_map(Value::Attribute),
        quantity().prop_map(Value::Quantity),
        factor().prop_map(Value::Factor),
        package().prop_map(Value::Package),
        upgrade_rule().prop_map(Value::UpgradeRule),
        specification().prop_map(|whole| Value::Specification(Box::new(whole))),
        product().prop_map(|whole| Value::Product(Box::new(whole))),
    ]
    .boxed()
}

/// Items of every kind.
pub(crate) fn item() -> BoxedStrategy<Item> {
    prop_oneof![
        Just(Item::Product),
        Just(Item::Delivery),
        select(ProductField::ALL).prop_map(Item::Field),
        upgrade_rule().prop_map(Item::UpgradeRule),
        key().prop_map(Item::Specification),
        (key(), select(SpecificationField::ALL))
            .prop_map(|(key, field)| Item::SpecificationField(key, field)),
        key().prop_map(Item::Template),
        (key(), mode()).prop_map(|(key, mode)| Item::BillingMode(key, mode)),
        (key(), key()).prop_map(|(key, code)| Item::Attribute(key, code)),
        (key(), key(), key()).prop_map(|(key, code, value)| Item::AttributeValue(key, code, value)),
        (key(), key()).prop_map(|(key, code)| Item::Quantity(key, code)),
        (key(), sku()).prop_map(|(key, sku)| Item::Sku(key, sku)),
        (key(), cell()).prop_map(|(key, cell)| Item::Price(key, cell)),
        (key(), key()).prop_map(|(key, factor)| Item::Factor(key, factor)),
        (key(), key()).prop_map(|(key, package)| Item::Package(key, package)),
    ]
    .boxed()
}
