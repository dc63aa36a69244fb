//! Attributes, prices, billing factors, packages and titled texts as the fields of a form that they are made of, each to
//! be copied by itself.

use super::values::{new, now};
use super::words::{self, pick};
use super::{Block, Desk, Label};
use crate::config::Language;
use crate::model::{Attribute, AttributeKind, BillingFactor, Entry, Key, Package, Price, Quantity, Tier};

/// A field of a form inside a step.
pub(super) struct Field {
    label: Label,
    /// The code of what it is about, where there are several.
    code: Option<Key>,
    value: String,
}

impl Field {
    fn of(label: Label, value: impl Into<String>) -> Self {
        Self { label, code: None, value: value.into() }
    }

    /// A choice among what the console offers.
    fn chosen(desk: &Desk<'_>, label: Label, choice: &Label) -> Self {
        Self::of(label, choice.names(desk.language).0)
    }

    fn about(self, code: &Key) -> Self {
        Self { code: Some(code.clone()), ..self }
    }

    fn name(&self, desk: &Desk<'_>) -> String {
        let (name, other) = self.label.names(desk.language);
        let other = other.map_or_else(String::new, |other| format!(" ({other})"));
        let code = self.code.as_ref().map_or_else(String::new, |code| format!(" {code}"));
        format!("{name}{other}{code}")
    }
}

/// The new values, each to be copied by itself.
pub(super) fn to_enter(desk: &Desk<'_>, fields: Vec<Field>) -> Vec<Block> {
    let block = |field: Field| {
        let name = field.name(desk);
        let block = new(desk, field.value);
        let caption = format!("{}{}{name}", block.caption, pick(desk.language, ": ", "："));
        Block { caption, ..block }
    };
    fields.into_iter().map(block).collect()
}

/// A value now, as one text: it is only looked at.
pub(super) fn shown_now(desk: &Desk<'_>, fields: &[Field]) -> Block {
    now(desk, lines(desk, fields))
}

/// All fields as one text, a line each; a value of several lines stands indented below its name.
pub(super) fn lines(desk: &Desk<'_>, fields: &[Field]) -> String {
    let between = pick(desk.language, ": ", "：");
    let line = |field: &Field| match field.value.contains('\n') {
        true => {
            format!("{}{}\n  {}", field.name(desk), between.trim_end(), field.value.replace('\n', "\n  "))
        }
        false => format!("{}{between}{}", field.name(desk), field.value),
    };
    fields.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A price as it is entered: an amount, or a line for each range.
pub(super) fn price(desk: &Desk<'_>, price: &Price) -> String {
    match price {
        Price::Flat(amount) => amount.to_string(),
        Price::Tiered(tiers) => {
            let line = |tier: &Tier| match desk.language {
                Language::English => format!("from {}: {}", tier.from, tier.price),
                Language::Chinese => format!("自{}起：{}", tier.from, tier.price),
            };
            tiers.iter().map(line).collect::<Vec<_>>().join("\n")
        }
    }
}

/// An attribute: its name, and its choices or its range.
pub(super) fn attribute(desk: &Desk<'_>, attribute: &Attribute) -> Vec<Field> {
    let mut fields = vec![Field::of(words::name(), attribute.name.clone())];
    match &attribute.kind {
        AttributeKind::Enumeration(choices) => fields.extend(
            choices.iter().map(|(key, choice)| Field::of(words::choice(), choice.clone()).about(key)),
        ),
        AttributeKind::Quantity(range) => fields.extend(self::range(desk, range)),
    }
    fields
}

/// The range of a quantity.
pub(super) fn range(desk: &Desk<'_>, range: &Quantity) -> Vec<Field> {
    vec![
        Field::of(words::minimum(), range.min.to_string()),
        Field::of(words::maximum(), range.max.to_string()),
        Field::of(words::range_step(), range.step.to_string()),
        Field::chosen(desk, words::pricing(), &words::quantity_pricing(range.pricing)),
    ]
}

/// A billing factor with its items.
pub(super) fn factor(desk: &Desk<'_>, factor: &BillingFactor) -> Vec<Field> {
    let mut fields = vec![
        Field::chosen(desk, words::price_mode_name(), &words::price_mode(factor.price_mode)),
        Field::of(words::billing_cycle(), factor.billing_cycle.clone()),
    ];
    let accumulation = factor.accumulation_cycle.clone();
    fields.extend(accumulation.map(|cycle| Field::of(words::accumulation_cycle(), cycle)));
    for (key, (name, item)) in &factor.items {
        fields.push(Field::of(words::item_name(), name.clone()).about(key));
        fields.push(Field::of(words::item_price(), price(desk, item)).about(key));
    }
    fields
}

/// A package with its quotas.
pub(super) fn package(desk: &Desk<'_>, package: &Package) -> Vec<Field> {
    let stops = match package.stop_before_excess {
        true => words::yes(),
        false => words::no(),
    };
    let mut fields = vec![
        Field::of(words::name(), package.name.clone()),
        Field::of(words::price(), package.price.to_string()),
        Field::of(words::validity(), package.validity_months.to_string()),
        Field::of(words::reset(), package.reset.clone()),
        Field::chosen(desk, words::stops(), &stops),
    ];
    let quota = |(item, quantity): (&Key, &u64)| Field::of(words::quota(), quantity.to_string()).about(item);
    fields.extend(package.quota.iter().map(quota));
    fields
}

/// A titled text.
pub(super) fn entry(entry: &Entry) -> Vec<Field> {
    vec![Field::of(words::title(), entry.title.clone()), Field::of(words::text(), entry.text.clone())]
}
