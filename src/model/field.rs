//! What a row of the field tables says: a field's name in definitions, its console names, what it holds and whether a
//! released one can be edited. A site profile can override the edit class.

use super::{DeliveryMethod, Value};

/// Whether and how a released field can be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edit {
    /// Through a modification, effective after approval (R1, R9).
    Reviewed,
    /// Never.
    Frozen,
    /// By another console operation, not by a modification; not part of the release form either.
    Separate,
    /// On the asset, not on the product; the release form picks the asset.
    Asset,
    /// Not documented and reversible: allowed with a warning.
    Undocumented,
    /// Not documented and not reversible, or documented as "default no": blocked unless the site profile lifts it.
    Doubtful,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueKind {
    /// [`Value::Text`].
    Text,
    /// [`Value::Flag`].
    Flag,
    /// [`Value::Integer`].
    Integer,
    /// [`Value::Texts`].
    Texts,
    /// [`Value::Entries`].
    Entries,
    /// [`Value::Asset`].
    Asset,
    /// [`Value::Assets`].
    Assets,
}

impl ValueKind {
    /// Whether a value is of this kind.
    #[must_use]
    pub fn admits(self, value: &Value) -> bool {
        match value {
            Value::Text(_) => self == Self::Text,
            Value::Flag(_) => self == Self::Flag,
            Value::Integer(_) => self == Self::Integer,
            Value::Texts(_) => self == Self::Texts,
            Value::Entries(_) => self == Self::Entries,
            Value::Asset(_) => self == Self::Asset,
            Value::Assets(_) => self == Self::Assets,
            Value::Delivery(_)
            | Value::Template(_)
            | Value::Price(_)
            | Value::Prices(_)
            | Value::Attribute(_)
            | Value::Quantity(_)
            | Value::Factor(_)
            | Value::Package(_)
            | Value::UpgradeRule(_)
            | Value::Specification(_)
            | Value::Product(_) => false,
        }
    }
}

/// A row of the field table.
#[derive(Debug, Clone, Copy)]
pub struct FieldInfo {
    /// Path in definitions, from the product or specification: `seo.title`.
    pub path: &'static [&'static str],
    /// Name in the Seller Console, English.
    pub console: &'static str,
    /// Name in the Seller Console, Chinese; empty where none was found.
    pub console_cn: &'static str,
    /// What it holds.
    pub kind: ValueKind,
    /// Whether a released one can be changed.
    pub edit: Edit,
    /// The delivery methods that have it; empty means all.
    pub methods: &'static [DeliveryMethod],
}

impl FieldInfo {
    /// The name in definitions, snapshots and messages: the path joined by points.
    #[must_use]
    pub fn name(&self) -> String {
        self.path.join(".")
    }

    /// Whether products with this delivery method have the field.
    #[must_use]
    pub fn applies_to(&self, method: DeliveryMethod) -> bool {
        self.methods.is_empty() || self.methods.contains(&method)
    }
}

macro_rules! row {
    ($path:expr, $console:literal, $console_cn:literal, $kind:ident, $edit:ident, $methods:expr) => {
        &FieldInfo {
            path: &$path,
            console: $console,
            console_cn: $console_cn,
            kind: ValueKind::$kind,
            edit: Edit::$edit,
            methods: &$methods,
        }
    };
}

pub(super) use row;
