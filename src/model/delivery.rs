//! How a product reaches its buyer, and under which sales type.

/// The delivery methods of the international site (Delivery Methods, 2024-06-18).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeliveryMethod {
    /// A system-disk image.
    Image,
    /// Software as a service on Huawei Cloud.
    Saas,
    /// A licence key or package.
    License,
    /// Work done for a buyer.
    ProfessionalService,
    /// Advice; KooGallery only links to the seller.
    ConsultingService,
    /// Devices; whitelisted sellers only.
    Hardware,
}

impl DeliveryMethod {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Image,
        Self::Saas,
        Self::License,
        Self::ProfessionalService,
        Self::ConsultingService,
        Self::Hardware,
    ];

    /// The name in definitions.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Saas => "saas",
            Self::License => "license",
            Self::ProfessionalService => "professional-service",
            Self::ConsultingService => "consulting-service",
            Self::Hardware => "hardware",
        }
    }

    /// The name in the Seller Console.
    #[must_use]
    pub fn console_name(self) -> &'static str {
        match self {
            Self::Image => "Image",
            Self::Saas => "SaaS",
            Self::License => "License",
            Self::ProfessionalService => "Professional Service",
            Self::ConsultingService => "Consulting Service",
            Self::Hardware => "Hardware",
        }
    }

    /// The method with this name in definitions.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|method| method.name() == name)
    }
}

impl std::fmt::Display for DeliveryMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.console_name())
    }
}

/// The sales type of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SalesType {
    /// Sold by the seller with the standard sharing rule.
    Common,
    /// Co-sold with Huawei after extra certification; pay-per-use and packages need it (R102).
    JointOperations,
}

impl SalesType {
    /// The name in definitions.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Common => "common",
            Self::JointOperations => "joint-operations",
        }
    }
}
