//! Random transitions: a sound product, twisted a little before it is sold, and again in what is wanted. The same number
//! gives the same transition.

use super::twist::twist;
use gallerist::model::{
    Amount, Asset, Attribute, AttributeKind, BillingFactor, BillingMode, Cell, DeliveryMethod, Digest,
    FileKind, Key, Package, Price, PriceMode, Product, ProductField as Field, Quantity, SkuKey,
    Specification, SpecificationField, Template, Value,
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
    pub(super) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }

    pub(super) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(super) fn pick<T: Clone>(&mut self, among: &[T]) -> T {
        among[self.below(among.len())].clone()
    }
}

pub(super) const METHODS: &[DeliveryMethod] = &[
    DeliveryMethod::Saas,
    DeliveryMethod::Saas,
    DeliveryMethod::Saas,
    DeliveryMethod::Image,
    DeliveryMethod::License,
    DeliveryMethod::ProfessionalService,
    DeliveryMethod::ConsultingService,
    DeliveryMethod::Hardware,
];

pub(super) fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

pub(super) fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

pub(super) fn text(text: &str) -> Option<Value> {
    Some(Value::Text(text.to_owned()))
}

pub(super) fn file(name: &str, kind: Option<FileKind>, pixels: Option<[u32; 2]>, size_bytes: u64) -> Asset {
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
        let mut before = sound("crm", delivery);
        if delivery == DeliveryMethod::Saas && dice.one_in(5) {
            let metered = metered("metered", &mut dice);
            before.specifications.insert(metered.key.clone(), metered);
            before.fields.set(Field::SalesType, text("joint-operations"));
        }
        for _ in 0..dice.below(4) {
            twist(&mut before, &mut dice);
        }
        // A specification without a SKU was never approved, and has no code by which anybody would know it again.
        before
            .specifications
            .retain(|_, found| found.template == Some(Template::PayPerUse) || !found.skus().is_empty());
        if before.specifications.is_empty() && before.delivery != DeliveryMethod::ConsultingService {
            // What is released has, or had, something to sell.
            let basic = simple("basic", "Basic", &[BillingMode::Yearly]);
            before.specifications.insert(basic.key.clone(), basic);
        }
        if before.delivery == DeliveryMethod::Image && dice.one_in(4) {
            before.fields.set(Field::FreeImage, Some(Value::Flag(true)));
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
        // A product without anything left to sell is off the catalog as a whole (reference 3.2).
        let gone = !keys.is_empty() && discontinued.len() == keys.len();
        let status = if gone { ProductStatus::Discontinued } else { status };
        let removal = if status == ProductStatus::OnSale && dice.one_in(6) {
            removal(&before, &mut dice)
        } else {
            None
        };
        if removal.is_some() {
            after = before.clone();
        }
        // Upgrade rules end with what they lead between (R56).
        for product in [&mut before, &mut after] {
            if let Some(rules) = &mut product.upgrade_rules {
                rules.retain(|rule| !discontinued.contains(&rule.specification));
            }
        }
        // What is off the catalog cannot be wanted again under its key; nobody asks for it here.
        after.specifications.retain(|key, _| !discontinued.contains(key));
        let beside = dice.one_in(4).then(|| {
            let mut beside = sound("desk", DeliveryMethod::Saas);
            beside.fields.set(Field::Credential, text("cred-1"));
            if dice.one_in(4) {
                beside.fields.set(Field::Certificate, after.fields.value(Field::Certificate).cloned());
            }
            beside
        });
        let before = (removal.is_some() || !dice.one_in(4)).then_some(before);
        if let Some(before) = &before {
            // The asset is exchanged on the asset's own page, not by a submission.
            let asset = before.fields.value(Field::ImageAsset).cloned();
            if before.delivery == after.delivery && before.delivery == DeliveryMethod::Image {
                after.fields.set(Field::ImageAsset, asset);
            }
        }
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

pub(super) fn simple(name: &str, label: &str, modes: &[BillingMode]) -> Specification {
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
pub(super) fn custom(
    name: &str,
    editions: &[&str],
    modes: &[BillingMode],
    range: Option<Quantity>,
) -> Specification {
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
    let skus = editions.iter().map(|edition| SkuKey::new(BTreeMap::from([(key("edition"), key(edition))])));
    let cells = skus.flat_map(|sku| {
        modes.iter().map(move |mode| (Cell { sku: sku.clone(), mode: *mode }, Price::Flat(amount("100"))))
    });
    made.prices = Some(cells.collect());
    made
}

pub(super) fn metered(name: &str, dice: &mut Dice) -> Specification {
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

pub(super) fn package(dice: &mut Dice) -> Package {
    Package {
        name: dice.pick(&["1000 calls", "Small pack"]).to_owned(),
        stop_before_excess: false,
        validity_months: dice.pick(&[12, 24]),
        reset: dice.pick(&["none", "monthly"]).to_owned(),
        quota: BTreeMap::from([(key(dice.pick(&["call", "call", "other"])), dice.pick(&[1000, 2000]))]),
        price: amount(dice.pick(&["9", "19"])),
    }
}
