//! Operations: the closed list of things that can be asked of the marketplace.

use crate::model::{Canonical, CanonicalWriter, Digest, Item, Key, Value};

/// What kind of thing an operation does. The console entry in brackets is the page it is done on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OperationKind {
    /// Release a product for the first time (Release Product).
    ReleaseProduct,
    /// Change a single value of the product (My Products > Modify).
    ChangeField,
    /// Take a product out of listing and search (R32).
    HideProduct,
    /// List a hidden product; all its specifications become public (R35).
    ShowProduct,
    /// Add a specification (R7).
    AddSpecification,
    /// Rename a specification (R11).
    RenameSpecification,
    /// Hide a specification: reachable by its purchase link only.
    HideSpecification,
    /// Make a hidden specification public.
    ShowSpecification,
    /// Change a single value of a specification.
    ChangeSpecificationField,
    /// Add an attribute to a specification.
    AddAttribute,
    /// Change an attribute's name, value label or quantity range.
    ChangeAttribute,
    /// Add a billing mode to a released specification (R15, R16).
    AddBillingMode,
    /// Add a SKU to a custom-template specification (R42).
    AddSku,
    /// Change one cell of a price table (R12).
    ChangePrice,
    /// Change the pricing template.
    ChangeTemplate,
    /// Change the delivery method (R10).
    ChangeDelivery,
    /// Take a billing mode away (never offered: R19).
    RemoveBillingMode,
    /// Take an attribute or attribute value away.
    RemoveAttribute,
    /// Add a billing factor.
    AddFactor,
    /// Change a billing factor.
    ChangeFactor,
    /// Take a billing factor away.
    RemoveFactor,
    /// Add a package.
    AddPackage,
    /// Change a package.
    ChangePackage,
    /// Take a package away (R134).
    RemovePackage,
    /// Set, change or take away an upgrade rule (a console operation of its own).
    ChangeUpgradeRule,
    /// Take a specification off the catalog (R47).
    RemoveSpecification,
    /// Take a SKU off the catalog (R43).
    RemoveSku,
    /// Take the product off the catalog (R48).
    RetireProduct,
}

impl OperationKind {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::ReleaseProduct,
        Self::ChangeField,
        Self::HideProduct,
        Self::ShowProduct,
        Self::AddSpecification,
        Self::RenameSpecification,
        Self::HideSpecification,
        Self::ShowSpecification,
        Self::ChangeSpecificationField,
        Self::AddAttribute,
        Self::ChangeAttribute,
        Self::AddBillingMode,
        Self::AddSku,
        Self::ChangePrice,
        Self::ChangeTemplate,
        Self::ChangeDelivery,
        Self::RemoveBillingMode,
        Self::RemoveAttribute,
        Self::AddFactor,
        Self::ChangeFactor,
        Self::RemoveFactor,
        Self::AddPackage,
        Self::ChangePackage,
        Self::RemovePackage,
        Self::ChangeUpgradeRule,
        Self::RemoveSpecification,
        Self::RemoveSku,
        Self::RetireProduct,
    ];

    /// The name in plans and files: kebab-case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ReleaseProduct => "release-product",
            Self::ChangeField => "change-field",
            Self::HideProduct => "hide-product",
            Self::ShowProduct => "show-product",
            Self::AddSpecification => "add-specification",
            Self::RenameSpecification => "rename-specification",
            Self::HideSpecification => "hide-specification",
            Self::ShowSpecification => "show-specification",
            Self::ChangeSpecificationField => "change-specification-field",
            Self::AddBillingMode => "add-billing-mode",
            Self::AddSku => "add-sku",
            Self::ChangePrice => "change-price",
            Self::AddAttribute => "add-attribute",
            Self::ChangeAttribute => "change-attribute",
            Self::ChangeTemplate => "change-template",
            Self::ChangeDelivery => "change-delivery",
            Self::RemoveBillingMode => "remove-billing-mode",
            Self::RemoveAttribute => "remove-attribute",
            Self::AddFactor => "add-factor",
            Self::ChangeFactor => "change-factor",
            Self::RemoveFactor => "remove-factor",
            Self::AddPackage => "add-package",
            Self::ChangePackage => "change-package",
            Self::RemovePackage => "remove-package",
            Self::ChangeUpgradeRule => "change-upgrade-rule",
            Self::RemoveSpecification => "remove-specification",
            Self::RemoveSku => "remove-sku",
            Self::RetireProduct => "retire-product",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// Whether it can never be undone (R50, R51).
    #[must_use]
    pub fn is_irreversible(self) -> bool {
        matches!(self, Self::RemoveSpecification | Self::RemoveSku | Self::RetireProduct)
    }
}

/// One typed thing to do to one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// What kind of thing.
    pub kind: OperationKind,
    /// To what.
    pub item: Item,
    /// The released value; `None` where there is none.
    pub from: Option<Value>,
    /// The desired value; `None` takes it away.
    pub to: Option<Value>,
    /// Why it is taken off the catalog; removals only (R53).
    pub reason: Option<String>,
}

/// Names an operation for approvals and holds: the digest of target, product, kind, object and both values. The
/// reason is not part of it: rewording a reason does not void an approval.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(pub String);

impl std::fmt::Display for OperationId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Operation {
    /// The operation's name at one target and product.
    #[must_use]
    pub fn id(&self, target: &Key, product: &Key) -> OperationId {
        struct Identity<'a>(&'a Key, &'a Key, &'a Operation);
        impl Canonical for Identity<'_> {
            fn write(&self, to: &mut CanonicalWriter) {
                let Operation { kind, item, from, to: desired, reason: _ } = self.2;
                self.0.write(to);
                self.1.write(to);
                to.text(kind.name());
                item.write(to);
                from.write(to);
                desired.write(to);
            }
        }
        let digest = Digest::of("operation", &Identity(target, product, self)).to_string();
        OperationId(format!("o-{}", digest.get(..16).unwrap_or(&digest)))
    }
}

impl Canonical for Operation {
    fn write(&self, to: &mut CanonicalWriter) {
        let Self { kind, item, from, to: desired, reason } = self;
        to.text(kind.name());
        item.write(to);
        from.write(to);
        desired.write(to);
        reason.write(to);
    }
}
