//! Operations in words, before anybody decides how they look: what happens to what, from which value to which.

use super::is_long;
use crate::model::{
    Amount, Cell, Currency, Item, Key, Price, Product, Specification, SpecificationField, Value,
};
use crate::submission::{Operation, OperationKind};
use std::collections::BTreeMap;

/// Whether something comes, changes or goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Add,
    Change,
    Remove,
}

impl Sign {
    /// The sign in front of a line.
    pub(super) fn mark(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Change => "~",
            Self::Remove => "-",
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

/// One operation in words.
#[derive(Debug, Clone)]
pub(super) struct Told<'a> {
    /// Whether something comes, changes or goes.
    pub(super) sign: Sign,
    /// What is done to what: `change the yearly price of specification "Team" (team)`.
    pub(super) sentence: String,
    /// Whether it can never be undone.
    pub(super) is_irreversible: bool,
    /// The values before and after.
    pub(super) shown: Shown<'a>,
    /// Why it is taken off the catalog.
    pub(super) reason: Option<&'a str>,
}

/// Values before and after, in the form that suits them.
#[derive(Debug, Clone)]
pub(super) enum Shown<'a> {
    /// The sentence says everything.
    Nothing,
    /// Short values, with a remark about the change: ` (+20.2 %)`.
    Short {
        /// Before, where there was something.
        from: Option<String>,
        /// After.
        to: String,
        /// Remark; may be empty.
        remark: String,
    },
    /// A long text where none was.
    Added(&'a str),
    /// A text that is long before or after.
    Texts(&'a str, &'a str),
    /// Lists of texts.
    Lists(&'a [String], &'a [String]),
    /// A new specification, by what it offers.
    Specification(Vec<String>),
    /// A new product, by its name and its specifications with what they offer.
    Product(String, Vec<(String, Vec<String>)>),
}

/// A value before and after.
#[derive(Debug, Clone, Copy)]
pub(super) struct Values<'a> {
    pub(super) from: Option<&'a Value>,
    pub(super) to: Option<&'a Value>,
}

/// Puts one operation into words. A product being released carries its names itself; otherwise they are those of
/// `predicted`, what is on sale afterwards.
pub(super) fn tell<'a>(operation: &'a Operation, predicted: &'a Product, currency: &Currency) -> Told<'a> {
    let Operation { kind, item, from, to, reason } = operation;
    let names = Names(Some(match from {
        Some(Value::Product(product)) => product,
        Some(_) | None => predicted,
    }));
    let (sign, verb) = verb(*kind);
    Told {
        sign,
        sentence: format!("{verb} {}", object(names, *kind, item)),
        is_irreversible: kind.is_irreversible(),
        shown: match has_values(*kind) {
            true => values(currency, Values { from: from.as_ref(), to: to.as_ref() }),
            false => Shown::Nothing,
        },
        reason: reason.as_deref(),
    }
}

/// Whether the values say more than what is done already says.
fn has_values(kind: OperationKind) -> bool {
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
        | OperationKind::ShowSpecification => false,
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
        | OperationKind::ChangeUpgradeRule => true,
    }
}

/// The form that suits two values.
pub(super) fn values<'a>(currency: &Currency, values: Values<'a>) -> Shown<'a> {
    match (values.from, values.to) {
        (Some(Value::Text(from)), Some(Value::Text(to))) if is_long(from) || is_long(to) => {
            Shown::Texts(from, to)
        }
        (None, Some(Value::Text(to))) if is_long(to) => Shown::Added(to),
        (Some(Value::Texts(from)), Some(Value::Texts(to))) => Shown::Lists(from, to),
        (Some(Value::Price(from)), Some(Value::Price(to))) => Shown::Short {
            from: Some(from.to_string()),
            to: format!("{to} {currency}"),
            remark: match (from, to) {
                (Price::Flat(from), Price::Flat(to)) => percent(*from, *to),
                (Price::Flat(_) | Price::Tiered(_), Price::Flat(_) | Price::Tiered(_)) => String::new(),
            },
        },
        (None, Some(Value::Specification(specification))) => {
            Shown::Specification(facts(currency, specification))
        }
        (None, Some(Value::Product(product))) => {
            let specifications = product.specifications.values().map(|specification| {
                let heading =
                    format!("specification \"{}\" ({})", specification.display_name(), specification.key);
                (heading, facts(currency, specification))
            });
            Shown::Product(product.display_name().to_owned(), specifications.collect())
        }
        (from, to) => Shown::Short {
            from: from.map(|value| value_text(value, currency)),
            to: to.map_or_else(|| "(empty)".to_owned(), |value| value_text(value, currency)),
            remark: String::new(),
        },
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
fn facts(currency: &Currency, specification: &Specification) -> Vec<String> {
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
    facts
}
