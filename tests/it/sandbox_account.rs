//! A seller's account in the sandbox, with products to try things on.

use gallerist::model::{
    Amount, Attribute, AttributeKind, BillingFactor, BillingMode, Cell, DeliveryMethod, Item, Key, Package,
    Price, PriceMode, Product, ProductField, Quantity, QuantityPricing, SkuKey, Specification,
    SpecificationField, Template, UpgradeRule, Value,
};
use gallerist::released::Bindings;
use gallerist::sandbox::{Answer, Event, Judge, ProductRow, Request, Seeded, State};
use gallerist::site::SiteProfile;
use gallerist::submission::{
    ApplicationId, Operation, OperationKind, Refusal, Revision, Scope, Submission, SubmissionKind,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

pub(crate) fn site() -> SiteProfile {
    SiteProfile::embedded("intl").unwrap()
}

pub(crate) fn start() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

pub(crate) fn text(text: &str) -> Option<Value> {
    Some(Value::Text(text.to_owned()))
}

pub(crate) fn flat(amount: &str) -> Price {
    Price::Flat(Amount::parse(amount).unwrap())
}

pub(crate) fn sku(values: &[(&str, &str)]) -> SkuKey {
    SkuKey::new(values.iter().map(|(code, value)| (key(code), key(value))).collect())
}

pub(crate) fn cell(values: &[(&str, &str)], mode: BillingMode) -> Cell {
    Cell { sku: sku(values), mode }
}

pub(crate) fn prices(cells: &[(Cell, &str)]) -> BTreeMap<Cell, Price> {
    cells.iter().map(|(cell, amount)| (cell.clone(), flat(amount))).collect()
}

/// A simple specification with one price per mode.
pub(crate) fn simple(name: &str, modes: &[(BillingMode, &str)]) -> Specification {
    let mut specification = Specification::new(Key::slug(name).unwrap());
    specification.fields.set(SpecificationField::Name, text(name));
    specification.template = Some(Template::Simple);
    specification.modes = Some(modes.iter().map(|(mode, _)| *mode).collect());
    let cells: Vec<(Cell, &str)> = modes.iter().map(|(mode, amount)| (cell(&[], *mode), *amount)).collect();
    specification.prices = Some(prices(&cells));
    specification
}

/// Two editions times a number of seats, yearly.
pub(crate) fn team() -> Specification {
    let mut specification = simple("Team", &[]);
    let editions = ["basic", "pro"].map(|value| (key(value), value.to_uppercase()));
    let seats = Quantity { min: 1, max: 100, step: 1, pricing: QuantityPricing::Tiered };
    specification.template = Some(Template::Custom);
    specification.attributes = Some(BTreeMap::from([
        (
            key("edition"),
            Attribute { name: "Edition".into(), kind: AttributeKind::Enumeration(editions.into()) },
        ),
        (key("seats"), Attribute { name: "Seats".into(), kind: AttributeKind::Quantity(seats) }),
    ]));
    specification.modes = Some(BTreeSet::from([BillingMode::Yearly]));
    specification.prices = Some(prices(&[
        (cell(&[("edition", "basic")], BillingMode::Yearly), "10"),
        (cell(&[("edition", "pro")], BillingMode::Yearly), "20"),
    ]));
    specification
}

pub(crate) fn product(name: &str, delivery: DeliveryMethod, specifications: Vec<Specification>) -> Product {
    let mut product = Product::new(key(name), delivery);
    product.fields.set(ProductField::Name, text(&format!("Product {name}")));
    product.fields.set(ProductField::PublicSales, Some(Value::Flag(true)));
    product.specifications = specifications.into_iter().map(|held| (held.key.clone(), held)).collect();
    product
}

pub(crate) fn basic_to_pro() -> UpgradeRule {
    UpgradeRule {
        specification: key("team"),
        from: sku(&[("edition", "basic")]),
        to: sku(&[("edition", "pro")]),
        expansion: Some(2),
    }
}

/// A SaaS product with a trial specification and one of two editions with an upgrade rule.
pub(crate) fn crm() -> Product {
    let mut starter = simple("Starter", &[(BillingMode::Yearly, "99")]);
    starter.fields.set(SpecificationField::TrialDays, Some(Value::Integer(14)));
    let mut crm = product("crm", DeliveryMethod::Saas, vec![starter, team()]);
    crm.fields.set(ProductField::SalesType, text("common"));
    crm.fields.set(ProductField::ServiceSupervision, Some(Value::Flag(false)));
    crm.fields.set(ProductField::SaasAsset, text("sa-crm"));
    crm.fields.set(ProductField::InterfaceUrl, text("https://crm.acme.example/koo"));
    crm.fields.set(ProductField::Credential, text("cred-1"));
    crm.upgrade_rules = Some(BTreeSet::from([basic_to_pro()]));
    crm
}

/// A joint-operations SaaS product paid per use, with a package.
pub(crate) fn meter() -> Product {
    let mut calls = simple("Calls", &[]);
    calls.template = Some(Template::PayPerUse);
    calls.modes = Some(BTreeSet::from([BillingMode::PayPerUse]));
    let factor = BillingFactor {
        price_mode: PriceMode::Fixed,
        billing_cycle: "hourly".into(),
        accumulation_cycle: None,
        items: BTreeMap::from([(key("call"), ("API call".to_owned(), flat("0.01")))]),
    };
    calls.factors = Some(BTreeMap::from([(key("calls"), factor)]));
    calls.packages = Some(BTreeMap::from([(key("pack"), pack())]));
    let mut meter = product("meter", DeliveryMethod::Saas, vec![calls]);
    meter.fields.set(ProductField::SalesType, text("joint-operations"));
    meter.fields.set(ProductField::SaasAsset, text("sa-meter"));
    meter.fields.set(ProductField::InterfaceUrl, text("https://meter.acme.example/koo"));
    meter
}

pub(crate) fn pack() -> Package {
    Package {
        name: "1000 calls".into(),
        stop_before_excess: false,
        validity_months: 12,
        reset: "none".into(),
        quota: BTreeMap::from([(key("call"), 1000)]),
        price: Amount::parse("9").unwrap(),
    }
}

pub(crate) fn image(amount: &str) -> Product {
    let mut image =
        product("os", DeliveryMethod::Image, vec![simple("Base", &[(BillingMode::Monthly, amount)])]);
    image.fields.set(ProductField::ImageAsset, text("img-1"));
    image
}

pub(crate) fn license() -> Product {
    product("key", DeliveryMethod::License, vec![simple("Seat", &[(BillingMode::Yearly, "50")])])
}

pub(crate) fn hardware() -> Product {
    product("box", DeliveryMethod::Hardware, vec![simple("Unit", &[(BillingMode::Quantity, "500")])])
}

/// An operation on something whose value before is not known yet; [`Account::submission`] reads it from the rows.
pub(crate) fn change(kind: OperationKind, item: Item, to: Option<Value>) -> Operation {
    Operation { kind, item, from: None, to, reason: None }
}

pub(crate) fn field(field: ProductField, to: Option<Value>) -> Operation {
    change(OperationKind::ChangeField, Item::Field(field), to)
}

pub(crate) fn specification_field(name: &str, field: SpecificationField, to: Option<Value>) -> Operation {
    change(OperationKind::ChangeSpecificationField, Item::SpecificationField(key(name), field), to)
}

pub(crate) fn add(specification: Specification) -> Operation {
    let item = Item::Specification(specification.key.clone());
    change(OperationKind::AddSpecification, item, Some(Value::Specification(Box::new(specification))))
}

pub(crate) fn remove(name: &str) -> Operation {
    let item = Item::Specification(key(name));
    Operation {
        reason: Some("nobody buys it".into()),
        ..change(OperationKind::RemoveSpecification, item, None)
    }
}

pub(crate) fn remove_sku(name: &str, sku: SkuKey) -> Operation {
    let item = Item::Sku(key(name), sku);
    Operation { reason: Some("nobody buys it".into()), ..change(OperationKind::RemoveSku, item, None) }
}

pub(crate) fn retire() -> Operation {
    let operation = change(OperationKind::RetireProduct, Item::Product, None);
    Operation { reason: Some("the end".into()), ..operation }
}

pub(crate) fn price(name: &str, cell: Cell, amount: &str) -> Operation {
    change(OperationKind::ChangePrice, Item::Price(key(name), cell), Some(Value::Price(flat(amount))))
}

/// The account under test.
pub(crate) struct Account {
    pub(crate) judge: Judge,
    pub(crate) state: State,
    pub(crate) events: Vec<Event>,
}

impl Account {
    pub(crate) fn new(judge: Judge) -> Self {
        Self { judge, state: State::default(), events: Vec::new() }
    }

    pub(crate) fn ask(&mut self, request: &Request) -> Answer {
        let (state, answer, events) = self.judge.step(std::mem::take(&mut self.state), request, start());
        self.state = state;
        self.events.extend(events);
        answer
    }

    pub(crate) fn seed(&mut self, product: Product) -> Bindings {
        self.seed_as(Seeded::on_sale(product))
    }

    pub(crate) fn seed_as(&mut self, seeded: Seeded) -> Bindings {
        match self.ask(&Request::Seed(vec![seeded])) {
            Answer::Seeded(bindings) => bindings,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn row(&self, product: &str) -> &ProductRow {
        self.state.product(None, &key(product)).unwrap()
    }

    /// A submission of operations, computed from the rows as they are.
    pub(crate) fn submission(
        &self,
        kind: SubmissionKind,
        name: &str,
        mut operations: Vec<Operation>,
    ) -> Submission {
        let row = self.state.product(None, &key(name)).filter(|_| kind != SubmissionKind::Release);
        if let Some(row) = row {
            let content = row.content();
            operations.iter_mut().for_each(|operation| operation.from = held(&content, &operation.item));
        }
        let scope = Scope { catalog: key("acme"), target: key("intl") };
        let base: Option<Revision> = row.map(ProductRow::shown_revision);
        let attempt = 1;
        let predicted =
            row.map_or_else(|| Product::new(key(name), DeliveryMethod::Saas), ProductRow::content);
        Submission {
            id: Submission::identify(&scope, &key(name), base.as_ref(), &operations, attempt),
            kind,
            product: key(name),
            product_id: row.map(|row| row.id.clone()),
            base,
            operations,
            attempt,
            predicted,
        }
    }

    pub(crate) fn release(&self, product: Product) -> Submission {
        let name = product.key.to_string();
        let value = Some(Value::Product(Box::new(product)));
        let operation = change(OperationKind::ReleaseProduct, Item::Product, value);
        self.submission(SubmissionKind::Release, &name, vec![operation])
    }

    pub(crate) fn modify(&self, name: &str, operations: Vec<Operation>) -> Submission {
        self.submission(SubmissionKind::Modify, name, operations)
    }

    pub(crate) fn removal(&self, name: &str, operations: Vec<Operation>) -> Submission {
        self.submission(SubmissionKind::Remove, name, operations)
    }

    pub(crate) fn submit(&mut self, submission: Submission) -> Answer {
        let submission = Box::new(submission);
        self.ask(&Request::Submit { submission, references: BTreeMap::new(), fence: None })
    }

    pub(crate) fn accepted(&mut self, submission: Submission) -> ApplicationId {
        match self.submit(submission) {
            Answer::Accepted(id) => id,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn refusal(&mut self, submission: Submission) -> Refusal {
        match self.submit(submission) {
            Answer::Refused(refusal) => refusal,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn approved(&mut self, submission: Submission) -> ApplicationId {
        let id = self.accepted(submission);
        assert_eq!(self.ask(&Request::Approve(id.clone())), Answer::Done);
        id
    }
}

/// What a product's content holds at an item.
fn held(content: &Product, item: &Item) -> Option<Value> {
    let specification = item.specification().and_then(|key| content.specifications.get(key));
    match item {
        Item::Product | Item::BillingMode(..) | Item::Sku(..) | Item::UpgradeRule(_) => None,
        Item::Delivery => Some(Value::Delivery(content.delivery)),
        Item::Field(field) => content.fields.value(*field).cloned(),
        Item::Specification(_) => specification.cloned().map(|held| Value::Specification(Box::new(held))),
        Item::SpecificationField(_, field) => specification?.fields.value(*field).cloned(),
        Item::Template(_) => specification?.template.map(Value::Template),
        Item::Attribute(_, code) => {
            specification?.attributes.as_ref()?.get(code).cloned().map(Value::Attribute)
        }
        Item::AttributeValue(_, code, value) => match &specification?.attributes.as_ref()?.get(code)?.kind {
            AttributeKind::Enumeration(values) => values.get(value).cloned().map(Value::Text),
            AttributeKind::Quantity(_) => None,
        },
        Item::Quantity(_, code) => match &specification?.attributes.as_ref()?.get(code)?.kind {
            AttributeKind::Quantity(range) => Some(Value::Quantity(*range)),
            AttributeKind::Enumeration(_) => None,
        },
        Item::Price(_, cell) => specification?.prices.as_ref()?.get(cell).cloned().map(Value::Price),
        Item::Factor(_, key) => specification?.factors.as_ref()?.get(key).cloned().map(Value::Factor),
        Item::Package(_, key) => specification?.packages.as_ref()?.get(key).cloned().map(Value::Package),
    }
}
