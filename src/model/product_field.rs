//! The single-valued fields of products: one table row each, from the Seller Console's help.

use super::DeliveryMethod::{ConsultingService, Hardware, Image, License, ProfessionalService, Saas};
use super::field::row;
use super::{Edit, FieldInfo, ValueKind};

/// A single-valued field of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each variant is documented by its row in `ProductField::info`")]
pub enum ProductField {
    Name,
    Version,
    SalesType,
    Category,
    Logo,
    MainPicture,
    Video,
    Overview,
    Description,
    DescriptionPictures,
    Highlights,
    CustomerCases,
    Agreement,
    SupportGroup,
    SupportContent,
    SupportHotline,
    SupportEmail,
    UserGuide,
    BusinessLetter,
    Certificate,
    CertificateName,
    PublicSales,
    Tags,
    SharingRule,
    SeoTitle,
    SeoKeywords,
    SeoDescription,
    TaxSupplement,
    SalesRegions,
    ImageAsset,
    ImagePricingMode,
    FreeImage,
    SaasAsset,
    VulnerabilityScan,
    ServiceSupervision,
    InterfaceUrl,
    InterfaceVersion,
    ExtensionParameters,
    UserAuthorization,
    EncryptionAlgorithm,
    Credential,
    DeliveryProcess,
    DeliverySlaDays,
    DeliveryTemplate,
    ApplicationAsset,
    ServiceFlow,
    DeliveryDays,
    RequestTemplates,
    Link,
    Inventory,
}

impl ProductField {
    /// All of them, in the order the console's forms ask for them.
    pub const ALL: &'static [Self] = {
        use ProductField::*;
        &[
            Name,
            Version,
            SalesType,
            Category,
            Logo,
            MainPicture,
            Video,
            Overview,
            Description,
            DescriptionPictures,
            Highlights,
            CustomerCases,
            Agreement,
            SupportGroup,
            SupportContent,
            SupportHotline,
            SupportEmail,
            UserGuide,
            BusinessLetter,
            Certificate,
            CertificateName,
            PublicSales,
            Tags,
            SharingRule,
            SeoTitle,
            SeoKeywords,
            SeoDescription,
            TaxSupplement,
            SalesRegions,
            ImageAsset,
            ImagePricingMode,
            FreeImage,
            SaasAsset,
            VulnerabilityScan,
            ServiceSupervision,
            InterfaceUrl,
            InterfaceVersion,
            ExtensionParameters,
            UserAuthorization,
            EncryptionAlgorithm,
            Credential,
            DeliveryProcess,
            DeliverySlaDays,
            DeliveryTemplate,
            ApplicationAsset,
            ServiceFlow,
            DeliveryDays,
            RequestTemplates,
            Link,
            Inventory,
        ]
    };

    /// The field's row. Sources: DESC, DESC-EU, IMG-INTL, PS-EU, HW, MOD, SAAS-EU, LIC, PS, DELIV and the Chinese
    /// fragments named in the reference's table 1.1 and 1.3.
    #[must_use]
    #[allow(clippy::too_many_lines, reason = "a table: one row per field")]
    pub const fn info(self) -> &'static FieldInfo {
        match self {
            Self::Name => row!(["name"], "Product Name", "商品名称", Text, Reviewed, []),
            Self::Version => row!(["version"], "Version", "版本", Text, Reviewed, []),
            Self::SalesType => row!(["salesType"], "Sales Type", "销售类型", Text, Doubtful, []),
            Self::Category => row!(["category"], "Category", "商品分类", Text, Undocumented, []),
            Self::Logo => row!(["logo"], "Logo", "商品Logo", Asset, Reviewed, []),
            Self::MainPicture => row!(["mainPicture"], "Main Image", "商品主图", Asset, Reviewed, []),
            Self::Video => row!(["video"], "Video", "商品视频", Asset, Reviewed, []),
            Self::Overview => row!(["overview"], "Overview", "商品简介", Text, Reviewed, []),
            Self::Description => row!(["description"], "Description", "商品说明", Text, Reviewed, []),
            Self::DescriptionPictures => {
                row!(["descriptionPictures"], "Description Pictures", "商品说明图片", Assets, Reviewed, [])
            }
            Self::Highlights => row!(["highlights"], "Highlights", "商品亮点", Texts, Reviewed, []),
            Self::CustomerCases => {
                row!(["customerCases"], "Customer Cases", "客户案例", Entries, Reviewed, [])
            }
            Self::Agreement => {
                row!(["agreement"], "End User License Agreement", "商品服务协议", Text, Reviewed, [])
            }
            Self::SupportGroup => row!(["support", "group"], "Support Group", "支持小组", Text, Reviewed, []),
            Self::SupportContent => {
                row!(["support", "content"], "Service Content", "服务内容", Text, Reviewed, [])
            }
            Self::SupportHotline => row!(["support", "hotline"], "Hotline", "服务热线", Text, Reviewed, []),
            Self::SupportEmail => row!(["support", "email"], "Support Email", "客服邮箱", Text, Reviewed, []),
            Self::UserGuide => row!(["userGuide"], "User Guide", "使用指南", Asset, Reviewed, []),
            Self::BusinessLetter => row!(["businessLetter"], "Business Letter", "", Asset, Reviewed, []),
            Self::Certificate => {
                row!(
                    ["certificate", "file"],
                    "Software Copyright Certificate",
                    "软件著作权证书",
                    Asset,
                    Reviewed,
                    []
                )
            }
            Self::CertificateName => {
                row!(
                    ["certificate", "softwareName"],
                    "Software Name on the Certificate",
                    "软件全称",
                    Text,
                    Reviewed,
                    []
                )
            }
            Self::PublicSales => row!(["publicSales"], "Public Sales", "是否公开销售", Flag, Reviewed, []),
            Self::Tags => row!(["tags"], "Product Tag", "商品标签", Texts, Reviewed, []),
            Self::SharingRule => row!(["sharingRule"], "Sharing Rule", "分成规则", Text, Undocumented, []),
            Self::SeoTitle => row!(["seo", "title"], "SEO Title", "SEO标题", Text, Reviewed, []),
            Self::SeoKeywords => row!(["seo", "keywords"], "SEO Keywords", "SEO关键词", Texts, Reviewed, []),
            Self::SeoDescription => {
                row!(["seo", "description"], "SEO Description", "SEO描述", Text, Reviewed, [])
            }
            Self::TaxSupplement => {
                row!(["taxSupplement"], "Tax Supplement", "商品税务补充信息", Text, Undocumented, [])
            }
            Self::SalesRegions => row!(["salesRegions"], "Sales Region", "销售区域", Texts, Separate, []),
            Self::ImageAsset => {
                row!(["image", "asset"], "Associated Image Asset", "关联镜像资产", Text, Asset, [Image])
            }
            Self::ImagePricingMode => {
                row!(["image", "pricingMode"], "Pricing Mode", "计价方式", Text, Doubtful, [Image])
            }
            Self::FreeImage => row!(["image", "free"], "Free Image", "免费镜像", Flag, Separate, [Image]),
            Self::SaasAsset => {
                row!(["saas", "asset"], "Associated Assets", "关联资产", Text, Undocumented, [Saas])
            }
            Self::VulnerabilityScan => {
                row!(
                    ["saas", "vulnerabilityScan"],
                    "Vulnerability Scan",
                    "安全漏洞扫描",
                    Text,
                    Undocumented,
                    [Saas]
                )
            }
            Self::ServiceSupervision => row!(
                ["saas", "serviceSupervision"],
                "Involve Service Supervision",
                "是否涉及服务监管",
                Flag,
                Frozen,
                [Saas]
            ),
            Self::InterfaceUrl => {
                row!(
                    ["saas", "interface", "url"],
                    "Production System API URL",
                    "生产系统接口地址",
                    Text,
                    Undocumented,
                    [Saas]
                )
            }
            Self::InterfaceVersion => {
                row!(
                    ["saas", "interface", "version"],
                    "Interface Version",
                    "接口版本",
                    Text,
                    Undocumented,
                    [Saas]
                )
            }
            Self::ExtensionParameters => {
                row!(
                    ["saas", "extensionParameters"],
                    "Extension Parameters",
                    "扩展参数",
                    Texts,
                    Undocumented,
                    [Saas]
                )
            }
            Self::UserAuthorization => {
                row!(
                    ["saas", "userAuthorization"],
                    "User Authorization Required",
                    "用户授权",
                    Texts,
                    Undocumented,
                    [Saas]
                )
            }
            Self::EncryptionAlgorithm => row!(
                ["saas", "encryptionAlgorithm"],
                "Sensitive Information Encryption Algorithm",
                "敏感信息加密算法",
                Text,
                Undocumented,
                [Saas]
            ),
            Self::Credential => {
                row!(
                    ["saas", "credential"],
                    "Linked Application Credential",
                    "关联应用凭证",
                    Text,
                    Frozen,
                    [Saas]
                )
            }
            Self::DeliveryProcess => {
                row!(
                    ["license", "deliveryProcess"],
                    "Delivery Process Info",
                    "服务流模板",
                    Text,
                    Undocumented,
                    [License]
                )
            }
            Self::DeliverySlaDays => {
                row!(
                    ["license", "deliverySlaDays"],
                    "Delivery SLA",
                    "交付SLA",
                    Integer,
                    Undocumented,
                    [License]
                )
            }
            Self::DeliveryTemplate => {
                row!(
                    ["license", "deliveryTemplate"],
                    "Delivery Template",
                    "交付模板",
                    Asset,
                    Undocumented,
                    [License]
                )
            }
            Self::ApplicationAsset => {
                row!(["license", "applicationAsset"], "Application Asset", "应用资产", Text, Asset, [License])
            }
            Self::ServiceFlow => row!(
                ["professionalService", "serviceFlow"],
                "Service Flow",
                "服务流模板",
                Text,
                Undocumented,
                [ProfessionalService]
            ),
            Self::DeliveryDays => row!(
                ["professionalService", "deliveryDays"],
                "Avg. Delivery Duration",
                "平均交付周期",
                Integer,
                Undocumented,
                [ProfessionalService]
            ),
            Self::RequestTemplates => row!(
                ["professionalService", "requestTemplates"],
                "Request Templates",
                "需求模板",
                Assets,
                Undocumented,
                [ProfessionalService]
            ),
            Self::Link => {
                row!(
                    ["consultingService", "link"],
                    "Seller Link",
                    "",
                    Text,
                    Undocumented,
                    [ConsultingService]
                )
            }
            Self::Inventory => {
                row!(["hardware", "inventory"], "Inventory", "库存", Integer, Separate, [Hardware])
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
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_lead_back() {
        let names: BTreeSet<String> = ProductField::ALL.iter().map(|field| field.info().name()).collect();
        assert_eq!(names.len(), ProductField::ALL.len());
        for field in ProductField::ALL {
            assert_eq!(ProductField::from_name(&field.info().name()), Some(*field));
        }
    }
}
