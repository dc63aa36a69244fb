//! The forms of documents: what the typed reader accepts and what the JSON Schemas are made from.
//!
//! Reading one says whether a file has the right shape; its content is then taken from the tree, where every value
//! has its place.

mod cases;
mod other;
mod product;
mod specification;

pub use cases::{CallSignatureDocument, CasesDocument, DebugCaseDocument};
pub use other::{ApprovalDocument, AttributesDocument, LibraryAttributeDocument, RangeDocument};
pub use product::{
    CaseDocument, CertificateDocument, ConsultingServiceDocument, HardwareDocument, ImageDocument,
    InterfaceDocument, LicenseDocument, OverrideDocument, ProductDocument, ProfessionalServiceDocument,
    RetireDocument, SaasDocument, SeoDocument, SupportDocument, UnmanageDocument,
};
pub use specification::{
    AttributeDocument, FactorDocument, ItemDocument, PackageDocument, PricesDocument, QuantityDocument,
    SkuDocument, SpecificationDocument, UpgradeRuleDocument,
};

use crate::config::form::form;

form!(ProductDocument, "product", "Product", "Gallerist product");
form!(AttributesDocument, "attributes", "Attributes", "Gallerist attribute library");
form!(ApprovalDocument, "approval", "Approval", "Gallerist approval");
form!(CasesDocument, "cases", "Cases", "Gallerist debug cases");
