//! Random transitions: a sound product, twisted a little before it is sold, and again in what is wanted. The same number
//! gives the same transition.

use gallerist::model::{
    Amount, Asset, Attribute, AttributeKind, BillingFactor, BillingMode, Cell, DeliveryMethod, Digest,
    FileKind, Key, Package, Price, PriceMode, Product, ProductField as Field, Quantity, QuantityPricing,
    SkuKey, Specification, SpecificationField, Template, Tier, UpgradeRule, Value,
};
use gallerist::released::ProductStatus;
use std::collections::{BTreeMap, BTreeSet};

/// What is taken off the catalog.
#[derive(Debug, Clone)]
pub(super) enum Removal {
    Product { reason: String },
    Specification { key: Key, reason: String },
    Sku { key: Key, sku: SkuKey, reason: String },
}

/// One transition.
#[derive(Debug, Clone)]
pub(super) struct Transition {
    pub(super) site: &'static str,
    pub(super) before: Option<Product>,
    pub(super) after: Product,
    pub(super) beside: Option<Product>,
    pub(super) status: ProductStatus,
    pub(super) discontinued: BTreeSet<Key>,
    pub(super) removal: Option<Removal>,
}

/// Numbers from a seed, by the SplitMix64 sequence.
pub(super) struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below a bound.
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn pick<T: Clone>(&mut self, among: &[T]) -> T {
        among[self.below(among.len())].clone()
    }
}

const METHODS: &[DeliveryMethod] = &[
    DeliveryMethod::Saas,
    DeliveryMethod::Saas,
    DeliveryMethod::Saas,
    DeliveryMethod::Image,
    DeliveryMethod::License,
    DeliveryMethod::ProfessionalService,
    DeliveryMethod::ConsultingService,
    DeliveryMethod::Hardware,
];

fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

fn text(text: &str) -> Option<Value> {
    Some(Value::Text(text.to_owned()))
}

fn file(name: &str, kind: Option<FileKind>, pixels: Option<[u32; 2]>, size_bytes: u64) -> Asset {
    let identity = format!("{name} {kind:?} {pixels:?} {size_bytes}");
    let digest = Digest::of_bytes(identity.as_bytes()).to_string();
    Asset { name: name.to_owned(), digest, size_bytes, kind, pixels, text: None }
}

impl Transition {
    /// The transition with this number.
    pub(super) fn of(seed: u64) -> Self {
        let mut dice = Dice(seed.wrapping_mul(0x2545_F491_4F6C_DD1D));
        let site = dice.pick(&["intl", "intl", "cn", "eu"]);
        let delivery = dice.pick(METHODS);
        let sound = sound("crm", delivery);
        let mut before = sound.clone();
        for _ in 0..dice.below(4) {
            twist(&mut before, &mut dice);
        }
        let mut after = before.clone();
        for _ in 0..dice.below(4) {
            twist(&mut after, &mut dice);
        }
        let status = if dice.one_in(40) { ProductStatus::Discontinued } else { ProductStatus::OnSale };
        let keys: Vec<Key> = before.specifications.keys().cloned().collect();
        let discontinued = match dice.below(30) {
            0 => keys.iter().cloned().collect(),
            1 => keys.iter().take(1).cloned().collect(),
            _ => BTreeSet::new(),
        };
        let removal = if dice.one_in(6) { removal(&before, &mut dice) } else { None };
        if removal.is_some() {
            after = before.clone();
        }
        // What is off the catalog cannot be wanted again under its key; nobody asks for it here.
        after.specifications.retain(|key, _| !discontinued.contains(key));
        let beside = dice.one_in(4).then(|| {
            let mut beside = self::sound("desk", DeliveryMethod::Saas);
            beside.fields.set(Field::Credential, text("cred-1"));
            beside
        });
        let before = (removal.is_some() || !dice.one_in(4)).then_some(before);
        let (status, discontinued) = match &before {
            Some(_) => (status, discontinued),
            None => (ProductStatus::OnSale, BTreeSet::new()),
        };
        Self { site, before, after, beside, status, discontinued, removal }
    }
}

fn removal(before: &Product, dice: &mut Dice) -> Option<Removal> {
    let reason = dice.pick(&["no longer sold", "no longer sold", ""]).to_owned();
    let keys: Vec<&Key> = before.specifications.keys().collect();
    if keys.is_empty() || dice.one_in(3) {
        return Some(Removal::Product { reason });
    }
    let key = dice.pick(&keys).clone();
    let skus: Vec<SkuKey> = before.specifications[&key].skus().into_iter().cloned().collect();
    let custom = before.specifications[&key].template == Some(Template::Custom);
    if custom && !skus.is_empty() && dice.one_in(2) {
        return Some(Removal::Sku { key, sku: dice.pick(&skus), reason });
    }
    Some(Removal::Specification { key, reason })
}

/// A product that nobody objects to on any site.
fn sound(name: &str, delivery: DeliveryMethod) -> Product {
    let mut product = Product::new(key(name), delivery);
    let description =
        "Keeps customers, offers and visits of a sales team in one place, on the desk and on the road. "
            .repeat(6)
            + "It comes as Basic and as Team.";
    let mut set = |field, value| product.fields.set(field, value);
    set(Field::Name, text(&format!("Acme {name}")));
    set(Field::Version, text("V1.0"));
    set(Field::SalesType, text("common"));
    set(Field::Category, text("Business software"));
    set(Field::Logo, Some(Value::Asset(file("logo.png", Some(FileKind::Png), Some([120, 120]), 4_000))));
    set(
        Field::MainPicture,
        Some(Value::Asset(file("main.png", Some(FileKind::Png), Some([800, 600]), 40_000))),
    );
    set(Field::Overview, text("Keeps the customers of a sales team in one place."));
    set(Field::Description, text(&description));
    set(Field::DescriptionPictures, None);
    set(Field::Highlights, Some(Value::Texts(vec!["Ready within an hour".into()])));
    set(Field::Agreement, text("The seller grants the buyer the right to use the product."));
    set(Field::SupportHotline, text("+65 6550 0100"));
    set(Field::SupportEmail, text("help@acme.example"));
    set(Field::UserGuide, Some(Value::Asset(file("guide.pdf", Some(FileKind::Pdf), None, 90_000))));
    set(
        Field::Certificate,
        Some(Value::Asset(file(&format!("{name}.pdf"), Some(FileKind::Pdf), None, 30_000))),
    );
    set(Field::CertificateName, None);
    set(Field::PublicSales, Some(Value::Flag(true)));
    set(Field::SharingRule, text("standard"));
    match delivery {
        DeliveryMethod::Saas => {
            set(Field::SaasAsset, text("sa-1"));
            set(Field::VulnerabilityScan, text("passed"));
            set(Field::ServiceSupervision, Some(Value::Flag(false)));
            set(Field::InterfaceUrl, text(&format!("https://{name}.acme.example/koo")));
            set(Field::InterfaceVersion, text("v2"));
            set(Field::ExtensionParameters, None);
            set(Field::Credential, None);
        }
        DeliveryMethod::Image => {
            set(Field::ImageAsset, text("img-1"));
            set(Field::ImagePricingMode, text("per-image"));
        }
        DeliveryMethod::ProfessionalService => {
            let request = file("request.xlsx", Some(FileKind::Xlsx), None, 20_000);
            set(Field::RequestTemplates, Some(Value::Assets(vec![request])));
        }
        DeliveryMethod::ConsultingService => set(Field::Link, text("https://acme.example/advice")),
        DeliveryMethod::License | DeliveryMethod::Hardware => {}
    }
    if delivery != DeliveryMethod::ConsultingService {
        let mode =
            if delivery == DeliveryMethod::Hardware { BillingMode::Quantity } else { BillingMode::Yearly };
        let basic = simple("basic", "Basic", &[mode]);
        product.specifications.insert(basic.key.clone(), basic);
    }
    product.upgrade_rules = Some(BTreeSet::new());
    product
}

fn simple(name: &str, label: &str, modes: &[BillingMode]) -> Specification {
    let mut made = Specification::new(key(name));
    made.fields.set(SpecificationField::Name, text(label));
    made.fields.set(SpecificationField::Public, Some(Value::Flag(true)));
    made.fields.set(SpecificationField::TrialDays, None);
    made.template = Some(Template::Simple);
    made.attributes = Some(BTreeMap::new());
    made.factors = Some(BTreeMap::new());
    made.packages = Some(BTreeMap::new());
    made.modes = Some(modes.iter().copied().collect());
    let cell = |mode: &BillingMode| Cell { sku: SkuKey::simple(), mode: *mode };
    made.prices = Some(modes.iter().map(|mode| (cell(mode), Price::Flat(amount("100")))).collect());
    made
}

/// A specification with SKUs of these editions and a quantity with this range, if any.
fn custom(name: &str, editions: &[&str], modes: &[BillingMode], range: Option<Quantity>) -> Specification {
    let mut made = simple(name, "Team", modes);
    made.template = Some(Template::Custom);
    let labels = editions.iter().map(|edition| (key(edition), (*edition).to_owned())).collect();
    let edition = Attribute { name: "Edition".into(), kind: AttributeKind::Enumeration(labels) };
    let mut attributes = BTreeMap::from([(key("edition"), edition)]);
    if let Some(range) = range {
        attributes
            .insert(key("seats"), Attribute { name: "Seats".into(), kind: AttributeKind::Quantity(range) });
    }
    made.attributes = Some(attributes);
    let skus = editions.iter().map(|edition| SkuKey(BTreeMap::from([(key("edition"), key(edition))])));
    let cells = skus.flat_map(|sku| {
        modes.iter().map(move |mode| (Cell { sku: sku.clone(), mode: *mode }, Price::Flat(amount("100"))))
    });
    made.prices = Some(cells.collect());
    made
}

fn metered(name: &str, dice: &mut Dice) -> Specification {
    let mut made = simple(name, "Metered", &[BillingMode::PayPerUse]);
    made.template = Some(Template::PayPerUse);
    made.prices = Some(BTreeMap::new());
    let price_mode = dice.pick(&[PriceMode::Fixed, PriceMode::Tiered, PriceMode::Volume]);
    let items = match dice.below(5) {
        0 => BTreeMap::new(),
        _ => BTreeMap::from([(key("call"), ("API call".to_owned(), Price::Flat(amount("0.01"))))]),
    };
    let accumulation_cycle = dice.one_in(2).then(|| "monthly".to_owned());
    let factor = BillingFactor { price_mode, billing_cycle: "hourly".into(), accumulation_cycle, items };
    made.factors =
        Some(if dice.one_in(8) { BTreeMap::new() } else { BTreeMap::from([(key("calls"), factor)]) });
    if dice.one_in(2) {
        made.packages = Some(BTreeMap::from([(key("pack"), package(dice))]));
    }
    made
}

fn package(dice: &mut Dice) -> Package {
    Package {
        name: dice.pick(&["1000 calls", "Small pack"]).to_owned(),
        stop_before_excess: false,
        validity_months: dice.pick(&[12, 24]),
        reset: dice.pick(&["none", "monthly"]).to_owned(),
        quota: BTreeMap::from([(key(dice.pick(&["call", "call", "other"])), dice.pick(&[1000, 2000]))]),
        price: amount(dice.pick(&["9", "19"])),
    }
}

/// Changes one thing, for better or worse.
fn twist(product: &mut Product, dice: &mut Dice) {
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
            set(Field::Credential, dice.pick(&[None, text("cred-1"), text("cred-2")]))
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
            set(Field::InterfaceVersion, dice.pick(&[None, text("v1"), text("V2"), text("v2")]))
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
            let added = added(product.delivery, dice);
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
    match dice.below(5) {
        0 => specification.fields.set(
            SpecificationField::Name,
            text(dice.pick(&[
                "Team",
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
    if specification.template == Some(Template::PayPerUse) {
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
            match dice.below(3) {
                0 => specification.factors = other.factors,
                1 => specification.packages = Some(BTreeMap::from([(key("pack"), package(dice))])),
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
