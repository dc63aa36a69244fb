//! The single-valued fields of specifications: one table row each, from the Seller Console's help.

use super::DeliveryMethod::{Image, License, Saas};
use super::field::row;
use super::{Edit, FieldInfo, ValueKind};

/// A single-valued field of a specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each variant is documented by its row in `SpecificationField::info`")]
pub enum SpecificationField {
    Name,
    Public,
    TrialDays,
    Asset,
    PurchaseLimit,
    Whitelist,
    TrialWhitelist,
}

impl SpecificationField {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Name,
        Self::Public,
        Self::TrialDays,
        Self::Asset,
        Self::PurchaseLimit,
        Self::Whitelist,
        Self::TrialWhitelist,
    ];

    /// The field's row. Sources: reference table 1.2 (MOD, F-TRI1..3, F-HIDE, F-CFG, IMG, LIC).
    #[must_use]
    pub const fn info(self) -> &'static FieldInfo {
        match self {
            Self::Name => row!(["name"], "Specification Name", "规格名称", Text, Reviewed, []),
            Self::Public => row!(["public"], "Specification Visibility", "规格隐藏", Flag, Reviewed, []),
            Self::TrialDays => row!(["trialDays"], "Allow Trial", "试用天数", Integer, Frozen, []),
            Self::Asset => row!(["asset"], "Associated Asset", "关联资产", Text, Asset, [Image, License]),
            Self::PurchaseLimit => {
                row!(["purchaseLimit"], "Purchase Limit", "限购配置", Integer, Separate, [])
            }
            Self::Whitelist => row!(["whitelist"], "Sales Object", "对象配置", Texts, Separate, []),
            Self::TrialWhitelist => {
                row!(["trialWhitelist"], "Trial Whitelist", "试用白名单", Texts, Separate, [Saas])
            }
        }
    }

    /// The field with this name ([`FieldInfo::name`]).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let path: Vec<&str> = name.split('.').collect();
        Self::ALL.iter().copied().find(|field| field.info().path == path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for field in SpecificationField::ALL {
            assert_eq!(SpecificationField::from_name(&field.info().name()), Some(*field));
        }
    }
}
