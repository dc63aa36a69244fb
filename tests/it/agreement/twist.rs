//! What changes between two states of a product: one thing at a time, for better or worse.

use super::generate::{Dice, METHODS, amount, custom, file, key, metered, package, simple, text};
use gallerist::model::{
    Attribute, AttributeKind, BillingMode, Cell, DeliveryMethod, FileKind, Key, Price, Product,
    ProductField as Field, Quantity, QuantityPricing, SkuKey, Specification, SpecificationField, Template,
    Tier, UpgradeRule, Value,
};
use std::collections::BTreeMap;

/// Changes one thing, for better or worse.
pub(super) fn twist(product: &mut Product, dice: &mut Dice) {
    match dice.below(10) {
        0..=2 => twist_words(product, dice),
        3 => twist_files(product, dice),
        4 | 5 => twist_settings(product, dice),
        _ => twist_specifications(product, dice),
    }
}

fn twist_words(product: &mut Product, dice: &mut Dice) {
    let mut set = |field, value| product.fields.set(field, value);
    match dice.below(9) {
        0 | 1 => set(
            Field::Name,
            text(dice.pick(&[
                "Acme CRM",
                "Acme CRM (HCS Version)",
                "Acme CRM HCS",
                "The best CRM",
                "Huawei Cloud CRM",
                "Acme CRM V1.2.3",
                "Acme CRM for USD 99",
                "Acme CRM +65 6550 0100",
                "Acme for Huawei Cloud Stack",
                "最佳CRM",
                "asbestos register",
                "\u{200b} ",
            ])),
        ),
        2 => set(Field::Version, text(dice.pick(&["V1.0", "v0.1", "First Version", "V2.10", "1.0", "V0.9"]))),
        3 => set(Field::CertificateName, text(dice.pick(&["Acme crm", "ACME CRM", "Acme Desk"]))),
        4 => set(
            Field::Description,
            text(
                &dice
                    .pick(&["Too short.", "The ultimate CRM. ", "Keeps customers in one place. "])
                    .repeat(dice.pick(&[1, 30])),
            ),
        ),
        5 => set(
            Field::Agreement,
            text(dice.pick(&[
                "Fine.",
                "Name: ____",
                "Sealed with the company seal.",
                "甲方【】",
                "本协议盖章后生效",
            ])),
        ),
        6 => set(Field::SupportHotline, dice.pick(&[None, text("+65 6550 0199")])),
        7 => set(Field::SupportEmail, dice.pick(&[None, text("desk@acme.example")])),
        _ => {
            let words =
                dice.pick(&["Works without a connection", "The world's first of its kind", "国家级产品"]);
            match dice.below(3) {
                0 => set(Field::Overview, text(words)),
                1 => set(Field::SeoTitle, text(words)),
                _ => set(Field::Highlights, Some(Value::Texts(vec![words.to_owned()]))),
            }
        }
    }
}

fn twist_files(product: &mut Product, dice: &mut Dice) {
    let png = Some(FileKind::Png);
    let pictures = |size: [u32; 2]| {
        vec![
            file("a.png", png, Some(size), 4_000),
            file("a.png", png, Some([64, 64]), 4_000),
            file("a.gif", Some(FileKind::Gif), Some(size), 4_000),
            file("a.png", png, Some(size), 6_000_000),
            file("a.txt", Some(FileKind::Txt), None, 90),
        ]
    };
    let papers = |kind: FileKind| {
        vec![
            file(&format!("b.{kind}"), Some(kind), None, 30_000),
            file("b.mp4", Some(FileKind::Mp4), None, 30_000),
            file(&format!("b.{kind}"), Some(kind), None, 30_000_000),
        ]
    };
    let mut set = |field, value| product.fields.set(field, value);
    match dice.below(5) {
        0 => set(Field::Logo, Some(Value::Asset(dice.pick(&pictures([120, 120]))))),
        1 => set(Field::MainPicture, Some(Value::Asset(dice.pick(&pictures([800, 600]))))),
        2 => {
            let count = dice.below(7);
            let picked = (0..count).map(|_| dice.pick(&pictures([1000, 900]))).collect();
            set(Field::DescriptionPictures, Some(Value::Assets(picked)));
        }
        3 => {
            let missing = dice.one_in(4);
            let paper = Value::Asset(dice.pick(&papers(FileKind::Pdf)));
            set(Field::Certificate, (!missing).then_some(paper));
        }
        _ if product.delivery == DeliveryMethod::ProfessionalService => {
            set(Field::RequestTemplates, Some(Value::Assets(vec![dice.pick(&papers(FileKind::Docx))])));
        }
        _ => {}
    }
}

fn twist_settings(product: &mut Product, dice: &mut Dice) {
    let delivery = product.delivery;
    let mut set = |field, value| product.fields.set(field, value);
    match (delivery, dice.below(12)) {
        (_, 0) => set(Field::SalesType, text(dice.pick(&["common", "joint-operations"]))),
        (_, 1) => set(Field::SharingRule, dice.pick(&[None, text("standard"), text("seventy-thirty")])),
        (_, 2) => set(Field::PublicSales, Some(Value::Flag(dice.one_in(2)))),
        (_, 3) if dice.one_in(4) => product.delivery = dice.pick(METHODS),
        (DeliveryMethod::Saas, 4) => set(Field::ServiceSupervision, Some(Value::Flag(dice.one_in(2)))),
        (DeliveryMethod::Saas, 5) => {
            set(Field::Credential, dice.pick(&[None, text("cred-1"), text("cred-2")]));
        }
        (DeliveryMethod::Saas, 6 | 7) => set(
            Field::InterfaceUrl,
            dice.pick(&[
                None,
                text("https://other.acme.example/koo"),
                text("http://acme.example/koo"),
                text("https://203.0.113.7/koo"),
                text("https://localhost/koo"),
                text("https://a.acme.example https://b.acme.example"),
                text("https://user:word@acme.example/koo"),
                text("https://acme.example/koo?key=1"),
            ]),
        ),
        (DeliveryMethod::Saas, 8) => {
            set(Field::InterfaceVersion, dice.pick(&[None, text("v1"), text("V2"), text("v2")]));
        }
        (DeliveryMethod::Saas, 9) => {
            set(Field::VulnerabilityScan, dice.pick(&[None, text("passed"), text("failed")]));
        }
        (DeliveryMethod::Saas, 10) => {
            let parameters = (0..dice.below(6)).map(|number| format!("p{number}")).collect();
            set(Field::ExtensionParameters, Some(Value::Texts(parameters)));
        }
        (DeliveryMethod::Saas, _) => set(Field::SaasAsset, dice.pick(&[None, text("sa-2")])),
        (DeliveryMethod::Image, 4..=6) => {
            set(Field::ImagePricingMode, text(dice.pick(&["per-image", "per-vcpu"])));
        }
        (DeliveryMethod::Image, 7..=9) => set(Field::ImageAsset, dice.pick(&[None, text("img-2")])),
        _ => set(Field::Category, text(dice.pick(&["Business software", "Office"]))),
    }
}

fn twist_specifications(product: &mut Product, dice: &mut Dice) {
    let keys: Vec<Key> = product.specifications.keys().cloned().collect();
    if keys.is_empty() || dice.one_in(5) {
        if product.delivery != DeliveryMethod::ConsultingService {
            let mut added = added(product.delivery, dice);
            if added.template == Some(Template::Simple) && dice.one_in(20) {
                (added.modes, added.prices) = (None, None);
            }
            product.specifications.entry(added.key.clone()).or_insert(added);
        }
        return;
    }
    let key = dice.pick(&keys);
    if dice.one_in(12) {
        product.specifications.remove(&key);
        let gone = |rule: &UpgradeRule| rule.specification == key;
        product.upgrade_rules.iter_mut().for_each(|rules| rules.retain(|rule| !gone(rule)));
        return;
    }
    if dice.one_in(6) {
        return twist_upgrades(product, dice);
    }
    let Some(specification) = product.specifications.get_mut(&key) else { return };
    match dice.below(7) {
        0 => specification.fields.set(
            SpecificationField::Name,
            text(dice.pick(&[
                "Team",
                " \u{2060}",
                "Specification 1",
                "规格2",
                "Enterprise, contact us",
                "Call 138 0013 8000",
                "Huawei Cloud Edition",
                "An edition whose name goes on and on and on for ever and ever",
                "The ultimate edition",
            ])),
        ),
        1 => specification.fields.set(SpecificationField::Public, Some(Value::Flag(dice.one_in(2)))),
        2 => {
            let days = dice.pick(&[None, Some(2), Some(3), Some(14), Some(180), Some(181)]);
            specification.fields.set(SpecificationField::TrialDays, days.map(Value::Integer));
        }
        3 => twist_prices(specification, dice),
        _ => twist_parts(specification, dice),
    }
}

const MODES: &[&[BillingMode]] = &[
    &[BillingMode::Yearly],
    &[BillingMode::Monthly],
    &[BillingMode::Yearly, BillingMode::Monthly],
    &[BillingMode::OneTime],
    &[BillingMode::Yearly, BillingMode::OneTime],
    &[BillingMode::Daily],
    &[BillingMode::PayPerUse],
    &[BillingMode::Quantity],
];

fn ranges() -> Vec<Option<Quantity>> {
    let range = |min, max, step, pricing| Some(Quantity { min, max, step, pricing });
    vec![
        None,
        range(1, 100, 1, QuantityPricing::Linear),
        range(1, 100, 5, QuantityPricing::Linear),
        range(1, 50, 1, QuantityPricing::Linear),
        range(1, 200, 1, QuantityPricing::Linear),
        range(1, 100, 1, QuantityPricing::Tiered),
    ]
}

fn added(delivery: DeliveryMethod, dice: &mut Dice) -> Specification {
    let name = dice.pick(&["team", "extra", "more"]);
    let modes = match delivery {
        DeliveryMethod::Hardware => dice.pick(&[MODES[7], MODES[7], MODES[0]]),
        _ => dice.pick(&[MODES[0], MODES[0], MODES[2], MODES[3], MODES[4], MODES[5], MODES[6]]),
    };
    match dice.below(4) {
        0 | 1 => simple(name, "Extra", modes),
        2 => custom(name, dice.pick(&[&["basic", "pro"][..], &["basic"][..]]), modes, dice.pick(&ranges())),
        _ => metered(name, dice),
    }
}

/// Other billing modes or other prices; the price table stays complete.
fn twist_prices(specification: &mut Specification, dice: &mut Dice) {
    if specification.template == Some(Template::PayPerUse) || specification.modes.is_none() {
        return;
    }
    let skus: Vec<SkuKey> = specification.skus().into_iter().cloned().collect();
    if dice.one_in(2) {
        specification.modes = Some(dice.pick(MODES).iter().copied().collect());
    }
    let tiers = vec![Tier { from: 1, price: amount("10") }, Tier { from: 10, price: amount("8") }];
    let price = match dice.below(5) {
        0 => Price::Tiered(tiers),
        1 => Price::Flat(amount("0")),
        2 => Price::Flat(amount("110")),
        _ => Price::Flat(amount("100")),
    };
    let modes = specification.modes.clone().unwrap_or_default();
    let cells = skus.into_iter().flat_map(|sku| {
        let price = price.clone();
        modes
            .iter()
            .map(move |mode| (Cell { sku: sku.clone(), mode: *mode }, price.clone()))
            .collect::<Vec<_>>()
    });
    specification.prices = Some(cells.collect());
}

/// Another range, step, reserved name, package or factor.
fn twist_parts(specification: &mut Specification, dice: &mut Dice) {
    match specification.template {
        Some(Template::Custom) => {
            let attributes = specification.attributes.get_or_insert_default();
            match dice.below(4) {
                0 => {
                    if let Some(edition) = attributes.get_mut("edition") {
                        edition.name = dice.pick(&["Edition", "version", "操作系统"]).to_owned();
                    }
                }
                1 if dice.one_in(2) => {
                    let range = dice.pick(&ranges()).filter(|_| attributes.remove("seats").is_none());
                    if let Some(range) = range {
                        let kind = AttributeKind::Quantity(range);
                        attributes.insert(key("seats"), Attribute { name: "Seats".to_owned(), kind });
                    }
                }
                _ => {
                    if let (Some(Attribute { kind: AttributeKind::Quantity(held), .. }), Some(range)) =
                        (attributes.get_mut("seats"), dice.pick(&ranges()))
                    {
                        *held = range;
                    }
                }
            }
        }
        Some(Template::PayPerUse) => {
            let other = metered("other", dice);
            match dice.below(4) {
                0 if dice.one_in(3) => specification.factors = Some(BTreeMap::new()),
                0 => specification.factors = other.factors,
                1 | 2 => specification.packages = Some(BTreeMap::from([(key("pack"), package(dice))])),
                _ => specification.packages = Some(BTreeMap::new()),
            }
        }
        Some(Template::Simple) if dice.one_in(6) => {
            let modes: Vec<BillingMode> = specification.modes.iter().flatten().copied().collect();
            let name = specification.key.to_string();
            *specification = custom(&name, &["basic", "pro"], &modes, None);
        }
        Some(Template::Simple) | None => {}
    }
}

fn twist_upgrades(product: &mut Product, dice: &mut Dice) {
    let keys: Vec<Key> = product.specifications.keys().cloned().collect();
    let specification = dice.pick(&keys);
    let skus: Vec<SkuKey> = product.specifications[&specification].skus().into_iter().cloned().collect();
    if skus.is_empty() {
        return;
    }
    let (from, to) = (dice.pick(&skus), dice.pick(&skus));
    let expansion = dice.pick(&[None, Some(1), Some(5), Some(6)]);
    let rule = UpgradeRule { specification, from, to, expansion };
    product.upgrade_rules.get_or_insert_default().insert(rule);
}
