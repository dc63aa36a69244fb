//! Operations in words: what happens to what, from which value to which.

use super::{Page, Paint, Paragraph, difference_of_lists, difference_of_texts, is_long};
use crate::model::{
    Amount, Cell, Currency, Item, Key, Price, Product, Specification, SpecificationField, Value,
};
use crate::submission::{Operation, OperationKind};
use std::collections::BTreeMap;

/// Whether something comes, changes or goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Add,
    Change,
    Remove,
}

impl Sign {
    fn mark(self) -> (&'static str, Paint) {
        match self {
            Self::Add => ("+", Paint::Good),
            Self::Change => ("~", Paint::Care),
            Self::Remove => ("-", Paint::Bad),
        }
    }
}

fn verb(kind: OperationKind) -> (Sign, &'static str) {
    use OperationKind as Kind;
    match kind {
        Kind::ReleaseProduct => (Sign::Add, "release"),
        Kind::ChangeField
        | Kind::ChangeSpecificationField
        | Kind::ChangePrice
        | Kind::ChangeAttribute
        | Kind::ChangeTemplate
        | Kind::ChangeDelivery
        | Kind::ChangeFactor
        | Kind::ChangePackage => (Sign::Change, "change"),
        Kind::HideProduct => (Sign::Change, "take out of listing and search:"),
        Kind::ShowProduct => (Sign::Change, "list and make searchable:"),
        Kind::AddSpecification | Kind::AddSku | Kind::AddAttribute | Kind::AddFactor | Kind::AddPackage => {
            (Sign::Add, "add")
        }
        Kind::RenameSpecification => (Sign::Change, "rename"),
        Kind::HideSpecification => (Sign::Change, "hide (reachable by its purchase link only):"),
        Kind::ShowSpecification => (Sign::Change, "make public:"),
        Kind::AddBillingMode => (Sign::Add, "offer"),
        Kind::ChangeUpgradeRule => (Sign::Change, "set"),
        Kind::RemoveBillingMode | Kind::RemoveAttribute | Kind::RemoveFactor | Kind::RemovePackage => {
            (Sign::Remove, "take away")
        }
        Kind::RemoveSpecification | Kind::RemoveSku | Kind::RetireProduct => {
            (Sign::Remove, "take off the catalog for ever:")
        }
    }
}

/// The names that buyers see, for keys.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a>(pub Option<&'a Product>);

impl Names<'_> {
    fn specification(self, key: &Key) -> String {
        let found = self.0.and_then(|product| product.specifications.get(key));
        match found.map(Specification::display_name) {
            Some(name) if name != key.as_str() => format!("specification \"{name}\" ({key})"),
            Some(_) | None => format!("specification {key}"),
        }
    }

    /// What an operation or change is about, in words.
    pub(super) fn subject(self, item: &Item) -> String {
        let of = |what: String, key: &Key| format!("{what} of {}", self.specification(key));
        match item {
            Item::Product => "the product".to_owned(),
            Item::Delivery => "the delivery method".to_owned(),
            Item::Field(field) => field.info().console.to_owned(),
            Item::UpgradeRule(rule) => {
                of(format!("the upgrade from {} to {}", rule.from, rule.to), &rule.specification)
            }
            Item::Specification(key) => self.specification(key),
            Item::SpecificationField(key, field) => of(field.info().console.to_owned(), key),
            Item::Template(key) => of("the pricing template".to_owned(), key),
            Item::BillingMode(key, mode) => of(format!("{mode} billing"), key),
            Item::Attribute(key, code) => of(format!("attribute {code}"), key),
            Item::AttributeValue(key, code, value) => of(format!("value {value} of attribute {code}"), key),
            Item::Quantity(key, code) => of(format!("the range of attribute {code}"), key),
            Item::Sku(key, sku) => of(format!("variant {sku}"), key),
            Item::Price(key, cell) => of(format!("the {cell} price"), key),
            Item::Factor(key, factor) => of(format!("billing factor {factor}"), key),
            Item::Package(key, package) => of(format!("package {package}"), key),
        }
    }
}

/// What the verb is about: renaming and hiding happen to the specification, not to its field.
fn object(names: Names<'_>, kind: OperationKind, item: &Item) -> String {
    use OperationKind::{
        HideProduct, HideSpecification, RenameSpecification, ShowProduct, ShowSpecification,
    };
    match (kind, item) {
        (RenameSpecification | HideSpecification | ShowSpecification, Item::SpecificationField(key, _)) => {
            names.specification(key)
        }
        (HideProduct | ShowProduct, Item::Field(_)) => names.subject(&Item::Product),
        _ => names.subject(item),
    }
}

/// Writes one operation.
pub(super) fn describe(
    page: &mut Page,
    indent: usize,
    names: Names<'_>,
    currency: &Currency,
    operation: &Operation,
) {
    let Operation { kind, item, from, to, reason } = operation;
    let (sign, verb) = verb(*kind);
    let (mark, paint) = sign.mark();
    let mut line =
        Paragraph::default().paint(paint, mark).text(&format!(" {verb} {}", object(names, *kind, item)));
    let shown = Values { from: from.as_ref(), to: to.as_ref() };
    if kind.is_irreversible() {
        line = line.paint(Paint::Bad, " (cannot be undone)");
    }
    match kind {
        OperationKind::RemoveSpecification
        | OperationKind::RemoveSku
        | OperationKind::RetireProduct
        | OperationKind::RemoveBillingMode
        | OperationKind::RemoveAttribute
        | OperationKind::RemoveFactor
        | OperationKind::RemovePackage
        | OperationKind::HideProduct
        | OperationKind::ShowProduct
        | OperationKind::HideSpecification
        | OperationKind::ShowSpecification => page.wrap(indent, indent + 2, &line),
        OperationKind::ReleaseProduct
        | OperationKind::ChangeField
        | OperationKind::AddSpecification
        | OperationKind::RenameSpecification
        | OperationKind::ChangeSpecificationField
        | OperationKind::AddBillingMode
        | OperationKind::AddSku
        | OperationKind::ChangePrice
        | OperationKind::AddAttribute
        | OperationKind::ChangeAttribute
        | OperationKind::ChangeTemplate
        | OperationKind::ChangeDelivery
        | OperationKind::AddFactor
        | OperationKind::ChangeFactor
        | OperationKind::AddPackage
        | OperationKind::ChangePackage
        | OperationKind::ChangeUpgradeRule => describe_values(page, indent, line, currency, shown),
    }
    if let Some(reason) = reason {
        page.wrap(indent + 2, indent + 4, &Paragraph::of(&format!("reason: \"{reason}\"")));
    }
}

/// A value before and after.
#[derive(Debug, Clone, Copy)]
pub(super) struct Values<'a> {
    pub(super) from: Option<&'a Value>,
    pub(super) to: Option<&'a Value>,
}

/// Writes `line` with the values before and after it: on the line when short, as a difference when long.
pub(super) fn describe_values(
    page: &mut Page,
    indent: usize,
    line: Paragraph,
    currency: &Currency,
    values: Values<'_>,
) {
    match (values.from, values.to) {
        (Some(Value::Text(from)), Some(Value::Text(to))) if is_long(from) || is_long(to) => {
            page.wrap(indent, indent + 2, &line.text(":"));
            difference_of_texts(page, indent + 2, from, to);
        }
        (Some(Value::Texts(from)), Some(Value::Texts(to))) => {
            page.wrap(indent, indent + 2, &line.text(":"));
            difference_of_lists(page, indent + 2, from, to);
        }
        (Some(Value::Price(from)), Some(Value::Price(to))) => {
            page.wrap(indent, indent + 2, &price_change(line.text(": "), currency, from, to));
        }
        (None, Some(Value::Specification(specification))) => {
            page.wrap(indent, indent + 2, &line);
            contents(page, indent + 2, currency, specification);
        }
        (None, Some(Value::Product(product))) => {
            page.wrap(indent, indent + 2, &line.text(&format!(" \"{}\"", product.display_name())));
            for specification in product.specifications.values() {
                let name = specification.display_name();
                let heading = format!("specification \"{name}\" ({})", specification.key);
                page.wrap(
                    indent + 2,
                    indent + 4,
                    &Paragraph::default().paint(Paint::Good, "+ ").text(&heading),
                );
                contents(page, indent + 4, currency, specification);
            }
        }
        (from, to) => {
            let was = from.map(|value| value_text(value, currency));
            let is = to.map_or_else(|| "(empty)".to_owned(), |value| value_text(value, currency));
            let line = match was {
                Some(was) => line.text(&format!(": {was} -> ")),
                None => line.text(": "),
            };
            page.wrap(indent, indent + 2, &line.paint(Paint::Strong, &is));
        }
    }
}

fn price_change(line: Paragraph, currency: &Currency, from: &Price, to: &Price) -> Paragraph {
    let line = line.text(&format!("{from} -> ")).paint(Paint::Strong, &format!("{to} {currency}"));
    match (from, to) {
        (Price::Flat(from), Price::Flat(to)) => line.paint(Paint::Care, &percent(*from, *to)),
        (Price::Flat(_) | Price::Tiered(_), Price::Flat(_) | Price::Tiered(_)) => line,
    }
}

/// ` (+20.2 %)`; nothing where no percentage can be given.
fn percent(from: Amount, to: Amount) -> String {
    match from.change_percent(to) {
        Some(change) => {
            let sign = if change.is_sign_negative() { "" } else { "+" };
            format!(" ({sign}{} %)", change.round_dp(1).normalize())
        }
        None if from.is_zero() => " (free before)".to_owned(),
        None => String::new(),
    }
}

fn value_text(value: &Value, currency: &Currency) -> String {
    match value {
        Value::Price(price) => format!("{price} {currency}"),
        Value::Prices(prices) => prices_text(prices, currency),
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
        | Value::Factor(_)
        | Value::Package(_)
        | Value::UpgradeRule(_)
        | Value::Specification(_)
        | Value::Product(_) => value.to_string(),
    }
}

fn prices_text(prices: &BTreeMap<Cell, Price>, currency: &Currency) -> String {
    let parts: Vec<String> =
        prices.iter().map(|(cell, price)| format!("{cell} {price} {currency}")).collect();
    parts.join("; ")
}

/// What a new specification offers: template, prices, trial, visibility.
fn contents(page: &mut Page, indent: usize, currency: &Currency, specification: &Specification) {
    const SHOWN_MAX: usize = 6;
    let fields = &specification.fields;
    let mut facts: Vec<String> = Vec::new();
    if let Some(days) = fields.integer(SpecificationField::TrialDays) {
        facts.push(format!("{days} days of trial"));
    }
    if fields.flag(SpecificationField::Public) == Some(false) {
        facts.push("hidden".to_owned());
    }
    if let Some(prices) = &specification.prices {
        facts.extend(prices.iter().take(SHOWN_MAX).map(|(cell, price)| format!("{cell} {price} {currency}")));
        if prices.len() > SHOWN_MAX {
            facts.push(format!("{} more prices", prices.len() - SHOWN_MAX));
        }
    }
    if let Some(factors) = &specification.factors {
        facts.extend(
            factors.iter().take(SHOWN_MAX).map(|(key, factor)| format!("factor {key} ({factor} {currency})")),
        );
    }
    if let Some(packages) = &specification.packages {
        facts.extend(packages.values().take(SHOWN_MAX).map(|package| format!("package {package}")));
    }
    if !facts.is_empty() {
        page.wrap(indent, indent, &Paragraph::of(&facts.join("; ")));
    }
}
