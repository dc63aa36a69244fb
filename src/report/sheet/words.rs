//! The words of sheets, in both languages. Console names are facts of the console's help and its Chinese text; the
//! sources stand at the field tables and in the glossary of the reference.

use super::{Part, Sentence};
use crate::config::Language;
use crate::model::{BillingMode, DeliveryMethod, PriceMode, QuantityPricing, SalesType, Template};

/// The name of something in the Seller Console, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// English.
    pub english: String,
    /// Chinese; empty where none was found.
    pub chinese: String,
}

impl Label {
    /// The name in the sheet's language, and the other one where there is one and it differs.
    #[must_use]
    pub fn names(&self, language: Language) -> (&str, Option<&str>) {
        let Self { english, chinese } = self;
        let (own, other) = match language {
            Language::English => (english, chinese),
            Language::Chinese if chinese.is_empty() => (english, chinese),
            Language::Chinese => (chinese, english),
        };
        (own, Some(other.as_str()).filter(|other| !other.is_empty() && *other != own))
    }

    pub(super) fn new(english: &str, chinese: &str) -> Self {
        Self { english: english.to_owned(), chinese: chinese.to_owned() }
    }
}

macro_rules! labels {
    ($($name:ident = $english:literal, $chinese:literal;)*) => {
        $(pub(super) fn $name() -> Label {
            Label::new($english, $chinese)
        })*
    };
}

labels! {
    console = "Seller Console", "卖家中心";
    my_products = "My Products", "我的商品";
    my_applications = "My Applications", "我的申请";
    drafts = "Drafts", "草稿箱";
    release_product = "Release Product", "发布商品";
    modify = "Modify", "修改";
    more = "More", "更多";
    remove = "Remove", "下架";
    removal_type = "Removal Type", "下架类型";
    by_product = "Product", "商品";
    by_specification = "Specifications", "规格";
    removal_reason = "Reason", "下架原因";
    submit = "Submit", "提交";
    delivery_method = "Delivery Method", "交付方式";
    add_specification = "Add Specification", "添加规格";
    specification = "Specification", "商品规格";
    template = "Pricing Template", "定价模板";
    billing_mode = "Billing Mode", "计费模式";
    price = "Price", "价格";
    attribute = "Attribute", "商品属性";
    sku = "SKU", "SKU";
    factor = "Billing Factor", "计费因子";
    package = "Package", "按需套餐包";
    upgrade_rule = "Upgrade Rule", "升级规则";
    details = "Details", "详情";
    service_information = "Service Information", "服务信息";
    name = "Name", "名称";
    choice = "Choice", "选项";
    minimum = "Minimum", "最小值";
    maximum = "Maximum", "最大值";
    range_step = "Step", "步长";
    pricing = "Pricing", "定价方式";
    price_mode_name = "Price Mode", "计价方式";
    billing_cycle = "Billing Cycle", "计费周期";
    accumulation_cycle = "Accumulation Cycle", "累计周期";
    item_name = "Name of Billing Item", "计费项名称";
    item_price = "Price of Billing Item", "计费项价格";
    validity = "Validity in Months", "有效期（月）";
    reset = "Reset", "重置";
    stops = "Stops When Used Up", "用完即停";
    quota = "Quota of Billing Item", "计费项额度";
    title = "Title", "标题";
    text = "Text", "正文";
    yes = "Yes", "是";
    no = "No", "否";
}

/// A word of the console's, by the language of the sheet.
pub(super) fn mode(mode: BillingMode) -> Label {
    match mode {
        BillingMode::Yearly => Label::new("yearly", "包年"),
        BillingMode::Monthly => Label::new("monthly", "包月"),
        BillingMode::Daily => Label::new("daily", "包日"),
        BillingMode::OneTime => Label::new("one-time", "按次"),
        BillingMode::PayPerUse => Label::new("pay-per-use", "按需"),
        BillingMode::Quantity => Label::new("by quantity", "按数量"),
    }
}

pub(super) fn pricing_template(template: Template) -> Label {
    match template {
        Template::Simple => Label::new("Simple", "简单模板"),
        Template::Custom => Label::new("Custom", "自定义模板"),
        Template::PayPerUse => Label::new("Pay-per-use", "按需计量"),
    }
}

/// A sales type by its name in definitions.
pub(super) fn sales_type(name: &str) -> Option<Label> {
    let all = [
        (SalesType::Common, Label::new("Common Product", "通用商品")),
        (SalesType::JointOperations, Label::new("Joint Operations Product", "联营商品")),
    ];
    all.into_iter().find_map(|(kind, label)| (kind.name() == name).then_some(label))
}

pub(super) fn delivery(method: DeliveryMethod) -> Label {
    match method {
        DeliveryMethod::Saas => Label::new("SaaS", "SaaS"),
        DeliveryMethod::Image => Label::new("Image", "镜像"),
        DeliveryMethod::License => Label::new("License", "License"),
        DeliveryMethod::ProfessionalService => Label::new("Professional Service", "专业服务"),
        DeliveryMethod::ConsultingService => Label::new("Consulting Service", "咨询服务"),
        DeliveryMethod::Hardware => Label::new("Hardware", "硬件"),
    }
}

pub(super) fn quantity_pricing(pricing: QuantityPricing) -> Label {
    match pricing {
        QuantityPricing::Linear => Label::new("linear", "线性"),
        QuantityPricing::Tiered => Label::new("tiered", "阶梯"),
    }
}

pub(super) fn price_mode(mode: PriceMode) -> Label {
    match mode {
        PriceMode::Fixed => Label::new("fixed", "固定单价"),
        PriceMode::Tiered => Label::new("tiered", "阶梯(Reach)"),
        PriceMode::Volume => Label::new("volume", "阶梯(Tier)"),
    }
}

/// A sentence whose `{}` are filled in order; the language picks the words.
pub(super) fn say(language: Language, english: &str, chinese: &str, parts: Vec<Part>) -> Sentence {
    let words = pick(language, english, chinese);
    let mut sentence = Vec::new();
    let mut parts = parts.into_iter();
    for (position, words) in words.split("{}").enumerate() {
        if position > 0 {
            sentence.extend(parts.next());
        }
        if !words.is_empty() {
            sentence.push(Part::Text(words.to_owned()));
        }
    }
    sentence
}

/// The words of the language.
pub(super) fn pick<'a>(language: Language, english: &'a str, chinese: &'a str) -> &'a str {
    match language {
        Language::English => english,
        Language::Chinese => chinese,
    }
}
