//! Products and specifications.

use super::{
    Attribute, BillingFactor, BillingMode, Cell, DeliveryMethod, Key, Package, Price, ProductField, SkuKey,
    SpecificationField, Template, Value,
};
use std::collections::{BTreeMap, BTreeSet};

/// Statements about fields: a missing entry says nothing, `None` says empty. A product has few of them, and a catalog
/// many products: a list in the order of the fields takes a fraction of a map's memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields<F>(Vec<(F, Option<Value>)>);

impl<F> Default for Fields<F> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<F: Ord + Copy> FromIterator<(F, Option<Value>)> for Fields<F> {
    /// The last statement about a field counts.
    fn from_iter<I: IntoIterator<Item = (F, Option<Value>)>>(statements: I) -> Self {
        let mut fields = Self::default();
        for (field, value) in statements {
            fields.state(field, value);
        }
        fields
    }
}

impl<F: Ord + Copy> Fields<F> {
    /// Makes room for as many statements.
    pub fn reserve(&mut self, statements: usize) {
        self.0.reserve(statements);
    }

    /// The statements in the order of the fields.
    pub fn iter(&self) -> impl Iterator<Item = (F, &Option<Value>)> {
        self.0.iter().map(|(field, value)| (*field, value))
    }

    /// Whether something is said about a field.
    #[must_use]
    pub fn states(&self, field: F) -> bool {
        self.place(field).is_ok()
    }

    /// Takes a statement back.
    pub fn remove(&mut self, field: F) {
        if let Ok(at) = self.place(field) {
            self.0.remove(at);
        }
    }

    /// Keeps only the statements about some fields.
    pub fn retain(&mut self, mut keeps: impl FnMut(F) -> bool) {
        self.0.retain(|(field, _)| keeps(*field));
    }

    /// Says that a field is empty, if nothing is said about it.
    pub fn complete(&mut self, field: F) {
        if let Err(at) = self.place(field) {
            self.0.insert(at, (field, None));
        }
    }

    fn place(&self, field: F) -> Result<usize, usize> {
        // Most are stated in their order.
        if self.0.last().is_none_or(|(last, _)| *last < field) {
            return Err(self.0.len());
        }
        self.0.binary_search_by(|(known, _)| known.cmp(&field))
    }

    fn state(&mut self, field: F, value: Option<Value>) {
        match self.place(field) {
            Ok(at) => {
                if let Some((_, stated)) = self.0.get_mut(at) {
                    *stated = value;
                }
            }
            Err(at) => self.0.insert(at, (field, value)),
        }
    }

    /// The statement about a field: `None` when there is none, `Some(None)` when it is said to be empty.
    #[must_use]
    pub fn statement(&self, field: F) -> Option<Option<&Value>> {
        let (_, stated) = self.0.get(self.place(field).ok()?)?;
        Some(stated.as_ref())
    }

    /// The value, if one is stated.
    #[must_use]
    pub fn value(&self, field: F) -> Option<&Value> {
        self.statement(field).flatten()
    }

    /// The text, if one is stated.
    #[must_use]
    pub fn text(&self, field: F) -> Option<&str> {
        self.value(field).and_then(Value::as_text)
    }

    /// The flag, if one is stated.
    #[must_use]
    pub fn flag(&self, field: F) -> Option<bool> {
        self.value(field).and_then(Value::as_flag)
    }

    /// The number, if one is stated.
    #[must_use]
    pub fn integer(&self, field: F) -> Option<i64> {
        self.value(field).and_then(Value::as_integer)
    }

    /// Makes a statement; empty texts and lists are stored as empty.
    pub fn set(&mut self, field: F, value: Option<Value>) {
        let empty = match &value {
            Some(Value::Text(text)) => text.is_empty(),
            Some(Value::Texts(texts)) => texts.is_empty(),
            Some(Value::Entries(entries)) => entries.is_empty(),
            Some(Value::Assets(assets)) => assets.is_empty(),
            _ => false,
        };
        self.state(field, if empty { None } else { value });
    }
}

/// A rule that lets buyers move from one SKU to another (Upgrade and Billing Rules; R112).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UpgradeRule {
    /// Both SKUs belong to this specification.
    pub specification: Key,
    /// The SKU buyers have.
    pub from: SkuKey,
    /// The SKU buyers may move to.
    pub to: SkuKey,
    /// Expansion step as a multiple of the quantity's step, 1 to 5 (R114).
    pub expansion: Option<u64>,
}

impl std::fmt::Display for UpgradeRule {
    /// The rule's identity: `team: edition=basic -> edition=pro`, with `x5` behind it for an expansion.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { specification, from, to, expansion } = self;
        write!(f, "{specification}: {from} -> {to}")?;
        expansion.map_or(Ok(()), |factor| write!(f, " x{factor}"))
    }
}

/// A specification: a sellable edition of a product.
///
/// The groups (`modes`, `attributes`, `prices`, ...) make no statement when `None`; when present they are whole, so
/// an element that is not in them is stated to be absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Specification {
    /// Stable key.
    pub key: Key,
    /// Name, visibility, trial and other single values.
    pub fields: Fields<SpecificationField>,
    /// Pricing template.
    pub template: Option<Template>,
    /// Billing modes on offer.
    pub modes: Option<BTreeSet<BillingMode>>,
    /// Attributes by code (custom template).
    pub attributes: Option<BTreeMap<Key, Attribute>>,
    /// The price table: SKU times billing mode.
    pub prices: Option<BTreeMap<Cell, Price>>,
    /// Billing factors (pay-per-use template).
    pub factors: Option<BTreeMap<Key, BillingFactor>>,
    /// Packages.
    pub packages: Option<BTreeMap<Key, Package>>,
}

impl Specification {
    /// A specification about which nothing is stated.
    #[must_use]
    pub fn new(key: Key) -> Self {
        Self {
            key,
            fields: Fields::default(),
            template: None,
            modes: None,
            attributes: None,
            prices: None,
            factors: None,
            packages: None,
        }
    }

    /// The name buyers see, or the key while none is stated.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.fields.text(SpecificationField::Name).unwrap_or(self.key.as_str())
    }

    /// The SKUs of the price table, in order.
    #[must_use]
    pub fn skus(&self) -> BTreeSet<&SkuKey> {
        self.prices.iter().flat_map(BTreeMap::keys).map(|cell| &cell.sku).collect()
    }
}

/// A product: everything that is stated about it at one site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Stable key.
    pub key: Key,
    /// How it is delivered.
    pub delivery: DeliveryMethod,
    /// Single values.
    pub fields: Fields<ProductField>,
    /// Specifications by key; always whole on the released side, whole up to tombstones on the desired side.
    pub specifications: BTreeMap<Key, Specification>,
    /// Upgrade rules; a rule is identified by its content. `None` makes no statement.
    pub upgrade_rules: Option<BTreeSet<UpgradeRule>>,
}

impl Product {
    /// A product about which nothing is stated.
    #[must_use]
    pub fn new(key: Key, delivery: DeliveryMethod) -> Self {
        Self {
            key,
            delivery,
            fields: Fields::default(),
            specifications: BTreeMap::new(),
            upgrade_rules: None,
        }
    }

    /// The name buyers see, or the key while none is stated.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.fields.text(ProductField::Name).unwrap_or(self.key.as_str())
    }
}
