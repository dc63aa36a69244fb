//! The form of a product's document.

use super::specification::{SpecificationDocument, UpgradeRuleDocument};
use crate::config::form::word::{
    ApiVersion, DeliveryWord, Field, KeyText, List, Map, OnChangeWord, ProductKind, Said, SalesTypeWord,
    Text, TextOrFile, Whole,
};
use schemars::JsonSchema;
use serde::Deserialize;

/// Takes a thing off the catalog.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RetireDocument {
    /// Why; the marketplace's approver reads it (R53).
    pub reason: Said,
    /// A file that proves it; a path relative to the product's file.
    #[serde(default)]
    pub proof: Field<Said>,
}

/// Stops managing a thing that stays on sale.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UnmanageDocument {
    /// Why.
    pub reason: Said,
}

/// Excuses the findings of one rule about the thing it stands beside.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExceptionDocument {
    /// The rule's name, as findings show it.
    pub rule: Said,
    /// Why the finding is right and still to be passed over.
    pub reason: Said,
    /// The last day on which it counts: `2026-12-31`.
    pub until: Said,
}

macro_rules! block {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields, default)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }
    };
}

block! {
    /// After-sales support (PS-EU).
    SupportDocument {
        /// Support group.
        group: Field<Text>,
        /// What the service covers.
        content: Field<Text>,
        /// Telephone number that answers within 24 hours (R132).
        hotline: Field<Text>,
        /// Mail address that answers within 24 hours (R132).
        email: Field<Text>,
    }
}

block! {
    /// Software copyright certificate (F-SCC).
    CertificateDocument {
        /// The certificate's file.
        file: Field<Said>,
        /// Software name on the certificate; must equal the product's name (DESC).
        software_name: Field<Text>,
    }
}

block! {
    /// What search engines are told (MOD).
    SeoDocument {
        /// Title.
        title: Field<Text>,
        /// Keywords.
        keywords: Field<List<Text>>,
        /// Description.
        description: Field<Text>,
    }
}

block! {
    /// Fields of an image product (IMG).
    ImageDocument {
        /// Id of the approved image asset.
        asset: Field<Text>,
        /// Pricing mode as the console names it; by vCPU cannot be free (R45).
        pricing_mode: Field<Text>,
        /// Whether the image is free; fixes its price (R44).
        free: Field<bool>,
    }
}

block! {
    /// The production interface of a SaaS product; one for all scenarios (R39).
    InterfaceDocument {
        /// Production System API URL.
        url: Field<Text>,
        /// Interface version; new products need `v2` (R83).
        version: Field<Text>,
    }
}

block! {
    /// Fields of a SaaS product (SAAS).
    SaasDocument {
        /// Id of the SaaS asset.
        asset: Field<Text>,
        /// Result of the vulnerability scan; must be `passed` (R82).
        vulnerability_scan: Field<Text>,
        /// Whether service supervision is involved; frozen once released (R25).
        service_supervision: Field<bool>,
        /// The production interface.
        interface: InterfaceDocument,
        /// Extension parameters; at most as many as the site allows (R128).
        extension_parameters: Field<List<Text>>,
        /// What a buyer must agree to hand over: phone, mail, user.
        user_authorization: Field<List<Text>>,
        /// How sensitive fields are encrypted.
        encryption_algorithm: Field<Text>,
        /// Linked application credential; bound to one product (R38), frozen once released (R37).
        credential: Field<Text>,
    }
}

block! {
    /// Fields of a licence product (LIC).
    LicenseDocument {
        /// Service flow template.
        delivery_process: Field<Text>,
        /// Calendar days until delivery.
        delivery_sla_days: Field<Whole>,
        /// File with the acceptance criteria.
        delivery_template: Field<Said>,
        /// Id of the application asset when delivered as a package (R79).
        application_asset: Field<Text>,
    }
}

block! {
    /// Fields of a professional service (PS).
    ProfessionalServiceDocument {
        /// Service flow: standard or website building.
        service_flow: Field<Text>,
        /// Average calendar days until delivery.
        delivery_days: Field<Whole>,
        /// Excel or Word files a buyer fills in.
        request_templates: Field<List<Said>>,
    }
}

block! {
    /// Fields of a consulting service, which KooGallery only links to (DELIV).
    ConsultingServiceDocument {
        /// The seller's page.
        link: Field<Text>,
    }
}

block! {
    /// Fields of a hardware product (HW).
    HardwareDocument {
        /// Pieces in stock.
        inventory: Field<Whole>,
    }
}

/// A customer case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CaseDocument {
    /// Heading.
    pub title: Said,
    /// Body.
    pub text: Said,
}

/// Declares the product's document and its partial twin for overrides from one list of content fields, because serde
/// cannot both flatten structs and refuse unknown fields.
macro_rules! content {
    (
        $(#[$product_doc:meta])* product { $($(#[$head_doc:meta])* $head:ident: $head_type:ty,)* }
        $(#[$partial_doc:meta])* partial
        content { $($(#[$doc:meta])* $field:ident: $type:ty,)* }
        last { $($(#[$last_doc:meta])* $last:ident: $last_type:ty,)* }
    ) => {
        $(#[$product_doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct ProductDocument {
            $($(#[$head_doc])* pub $head: $head_type,)*
            $($(#[$doc])* #[serde(default)] pub $field: $type,)*
            $($(#[$last_doc])* pub $last: $last_type,)*
        }

        $(#[$partial_doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields, default)]
        pub struct OverrideDocument {
            $($(#[$doc])* pub $field: $type,)*
        }
    };
}

content! {
    /// A product that Gallerist manages. A field left out is unmanaged: the released value stays. `null`, an empty text
    /// or an empty list clears it. Paths are relative to the product's file.
    product {
        /// Version of the document's form.
        api_version: ApiVersion,
        /// Kind of document.
        kind: ProductKind,
        /// Stable key: the seller's own name for the product, never shown to buyers.
        key: KeyText,
        /// How the product reaches its buyer. Whether it may change after release is doubtful (R10).
        delivery: DeliveryWord,
        /// Targets where the product is sold; the default target when left out.
        #[serde(default, deserialize_with = "crate::config::form::given")]
        #[schemars(with = "Vec<KeyText>")]
        targets: Option<List<KeyText>>,
        /// What to do when the definition changes while a submission of it is in review: `wait` (default) or `replace`.
        #[serde(default, deserialize_with = "crate::config::form::given")]
        #[schemars(with = "OnChangeWord")]
        on_change: Option<OnChangeWord>,
        /// Keys the product had before.
        #[serde(default)]
        formerly: List<KeyText>,
        /// Products it takes the place of, when what is frozen is the product's (R25, R37).
        #[serde(default)]
        replaces: List<KeyText>,
    }
    /// What differs at one target. Values here win over the product's own; `null` clears.
    partial
    content {
        /// Takes the product and all its specifications off the catalog; irreversible (R48, R50).
        #[serde(deserialize_with = "crate::config::form::given")]
        #[schemars(with = "RetireDocument")]
        retire: Option<RetireDocument>,
        /// Stops managing the product, which stays on sale.
        #[serde(deserialize_with = "crate::config::form::given")]
        #[schemars(with = "UnmanageDocument")]
        unmanage: Option<UnmanageDocument>,
        /// Findings about the product itself that are excused; those about a specification stand there.
        exceptions: List<ExceptionDocument>,
        /// Sales type; hardware is always common (R76).
        sales_type: Field<SalesTypeWord>,
        /// Product name. No price, version, telephone number or borrowed name (DESC).
        name: Field<Text>,
        /// Version, as in `V1.0` (DESC).
        version: Field<Text>,
        /// Category; not described on the pages reached.
        category: Field<Text>,
        /// Logo file: PNG, 120 x 120 pixels on the international site (DESC).
        logo: Field<Said>,
        /// Main picture file (F-DESC).
        main_picture: Field<Said>,
        /// Video file (F-VID).
        video: Field<Said>,
        /// Overview (IMG-INTL).
        overview: Field<Text>,
        /// Description: text, or `{file: description.md}` (F-DESC).
        description: Field<TextOrFile>,
        /// Pictures in the description, in order (F-DESC).
        description_pictures: Field<List<Said>>,
        /// Highlights, in order (IMG-INTL).
        highlights: Field<List<Text>>,
        /// Customer cases, in order (IMG-INTL).
        customer_cases: Field<List<CaseDocument>>,
        /// End user licence agreement: text, or `{file: agreement.md}` (PS-EU).
        agreement: Field<TextOrFile>,
        /// After-sales support.
        support: SupportDocument,
        /// User guide file (PS-EU).
        user_guide: Field<Said>,
        /// Business letter file.
        business_letter: Field<Said>,
        /// Software copyright certificate.
        certificate: CertificateDocument,
        /// Public Sales: `false` hides the product from pages and search; its address still sells (R32).
        public_sales: Field<bool>,
        /// Product tags; each needs its certificate (F-PUB).
        tags: Field<List<Text>>,
        /// Sharing rule; `standard` for common products (R111).
        sharing_rule: Field<Text>,
        /// What search engines are told.
        seo: SeoDocument,
        /// Product tax supplement (Chinese sellers abroad).
        tax_supplement: Field<Text>,
        /// Regions where it is sold; set beside the product (R131).
        sales_regions: Field<List<Text>>,
        /// Only with `delivery: image`.
        image: ImageDocument,
        /// Only with `delivery: saas`.
        saas: SaasDocument,
        /// Only with `delivery: license`.
        license: LicenseDocument,
        /// Only with `delivery: professional-service`.
        professional_service: ProfessionalServiceDocument,
        /// Only with `delivery: consulting-service`.
        consulting_service: ConsultingServiceDocument,
        /// Only with `delivery: hardware`.
        hardware: HardwareDocument,
        /// Specifications: the sellable editions of the product. Leaving one out never removes it.
        specifications: List<SpecificationDocument>,
        /// Moves from one SKU to another that buyers may make (R112).
        upgrade_rules: Field<List<UpgradeRuleDocument>>,
    }
    last {
        /// What differs per target: a partial product. Lists are replaced, specifications merged by key.
        #[serde(default)]
        overrides: Map<KeyText, OverrideDocument>,
    }
}
