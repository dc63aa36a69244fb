//! Small products for tests, in the seller's words.

use gallerist::config::{Guards, PreflightGate};
use gallerist::model::{
    Amount, Asset, BillingMode, Cell, DeliveryMethod, Desired, Digest, FileKind, Key, Price, Product,
    ProductField, Retirement, SkuKey, Specification, SpecificationField, SpecificationIntent, Template,
    Value,
};
use gallerist::plan::{Action, CatalogInput, DesiredProduct, Elsewhere, History, Plan, ProductPlan, plan};
use gallerist::released::{Coverage, ObservedApplication, ProductStatus, Released, ReleasedProduct};
use gallerist::site::SiteProfile;
use gallerist::submission::{OperationId, Revision, Scope, Submission, SubmissionKind};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

pub fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

pub fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

pub fn now() -> Timestamp {
    "2026-11-23T02:00:00Z".parse().unwrap()
}

pub fn site() -> &'static SiteProfile {
    static SITE: LazyLock<SiteProfile> = LazyLock::new(|| SiteProfile::embedded("intl").unwrap());
    &SITE
}

pub fn scope() -> Scope {
    Scope { catalog: key("acme"), target: key("intl") }
}

/// A simple specification: `specification("starter", &[("yearly", "99")])`, public.
pub fn specification(name: &str, prices: &[(&str, &str)]) -> Specification {
    let mut found = Specification::new(key(name));
    found.fields.set(SpecificationField::Name, Some(Value::Text(format!("Edition {name}"))));
    found.fields.set(SpecificationField::Public, Some(Value::Flag(true)));
    found.template = Some(Template::Simple);
    let modes = prices.iter().map(|(mode, _)| BillingMode::from_name(mode).unwrap());
    found.modes = Some(modes.collect());
    let cells = prices.iter().map(|(mode, price)| {
        let cell = Cell { sku: SkuKey::simple(), mode: BillingMode::from_name(mode).unwrap() };
        (cell, Price::Flat(amount(price)))
    });
    found.prices = Some(cells.collect());
    found
}

pub fn with_trial(mut specification: Specification, days: Option<i64>) -> Specification {
    specification.fields.set(SpecificationField::TrialDays, days.map(Value::Integer));
    specification
}

/// A certificate of its own for each product.
pub fn certificate(name: &str) -> Asset {
    Asset {
        name: "certificate.pdf".into(),
        digest: Digest::of_bytes(name.as_bytes()).to_string(),
        size_bytes: 40_000,
        kind: Some(FileKind::Pdf),
        pixels: None,
        text: None,
    }
}

/// A public product with the fields every release needs.
pub fn product(name: &str, delivery: DeliveryMethod, specifications: Vec<Specification>) -> Product {
    let mut found = Product::new(key(name), delivery);
    found.fields.set(ProductField::Name, Some(Value::Text(format!("Acme {name}"))));
    found.fields.set(ProductField::Version, Some(Value::Text("V1.0".into())));
    found.fields.set(ProductField::PublicSales, Some(Value::Flag(true)));
    let mut text = |field, text: &str| found.fields.set(field, Some(Value::Text(text.into())));
    text(ProductField::SupportHotline, "+65 6550 0100");
    text(ProductField::SupportEmail, "help@acme.example");
    match delivery {
        DeliveryMethod::Saas => text(ProductField::SaasAsset, &format!("sa-{name}")),
        DeliveryMethod::Image => text(ProductField::ImageAsset, &format!("img-{name}")),
        _ => {}
    }
    if matches!(delivery, DeliveryMethod::Saas | DeliveryMethod::Image | DeliveryMethod::License) {
        found.fields.set(ProductField::Certificate, Some(Value::Asset(certificate(name))));
    }
    if delivery == DeliveryMethod::Saas {
        found.fields.set(ProductField::ServiceSupervision, Some(Value::Flag(false)));
        let url = Value::Text(format!("https://{name}.acme.example/koogallery"));
        found.fields.set(ProductField::InterfaceUrl, Some(url));
    }
    found.specifications = specifications.into_iter().map(|found| (found.key.clone(), found)).collect();
    found
}

/// The same product under another name.
pub fn renamed(mut product: Product, name: &str) -> Product {
    product.fields.set(ProductField::Name, Some(Value::Text(name.into())));
    product
}

pub fn desired(product: Product) -> Desired {
    Desired::of(product)
}

pub fn retirement(reason: &str) -> Retirement {
    Retirement { reason: reason.into(), proof: None }
}

/// The desired state with one specification retired.
pub fn retire(mut desired: Desired, specification: &str) -> Desired {
    let intent: &mut SpecificationIntent = desired.specifications.entry(key(specification)).or_default();
    intent.retire = Some(retirement("replaced by a newer edition"));
    desired
}

pub fn replaces(mut desired: Desired, specification: &str, old: &str) -> Desired {
    desired.specifications.entry(key(specification)).or_default().replaces.push(key(old));
    desired
}

pub fn released(product: &Product) -> ReleasedProduct {
    ReleasedProduct {
        product_id: format!("OFFI-{}", product.key),
        status: ProductStatus::OnSale,
        revision: Revision("1".into()),
        url: Some(format!("https://marketplace.example/{}", product.key)),
        recorded_at: None,
        product: product.clone(),
        discontinued: BTreeSet::new(),
        discontinued_skus: BTreeSet::new(),
        unbound: Vec::new(),
    }
}

/// One catalog to plan.
#[derive(Clone, Default)]
pub struct Catalog {
    pub desired: Vec<Desired>,
    pub released: Vec<ReleasedProduct>,
    pub histories: BTreeMap<Key, History>,
    pub applications: Vec<ObservedApplication>,
    pub unbound: Vec<(String, String)>,
    pub approvals: BTreeMap<Key, BTreeSet<OperationId>>,
    pub older_commit: BTreeSet<Key>,
    /// Products bound in the ledger besides those that are shown.
    pub bound: BTreeSet<Key>,
    /// Whether the marketplace was asked about some products only.
    pub partial: bool,
}

impl Catalog {
    pub fn of(desired: Desired, released: Option<ReleasedProduct>) -> Self {
        Self { desired: vec![desired], released: released.into_iter().collect(), ..Self::default() }
    }

    pub fn plan(&self) -> Plan {
        self.plan_at(now())
    }

    pub fn plan_at(&self, now: Timestamp) -> Plan {
        let definitions = self.desired.iter().map(|desired| {
            let product = DesiredProduct { desired: desired.clone(), path: None };
            (desired.product.key.clone(), product)
        });
        let products = self.released.iter().map(|found| (found.product.key.clone(), found.clone()));
        let released = Released {
            taken_at: now,
            coverage: if self.partial { Coverage::Products(BTreeSet::new()) } else { Coverage::Whole },
            products: products.collect(),
            unbound: self.unbound.clone(),
            applications: self.applications.clone(),
        };
        let shown = self.released.iter().map(|found| found.product.key.clone());
        let bound = shown.chain(self.bound.iter().cloned()).collect();
        plan(&CatalogInput {
            scope: &scope(),
            site: site(),
            guards: &Guards::default(),
            levels: &Default::default(),
            now,
            commit: None,
            desired: &definitions.collect(),
            released: &released,
            histories: &self.histories,
            approvals: &self.approvals,
            bound: &bound,
            older_commit: &self.older_commit,
            by_hand: false,
            halt: None,
            preflight: PreflightGate::default(),
            only: None,
            elsewhere: Elsewhere::default(),
        })
    }

    /// The plan of the only product.
    pub fn only(&self) -> ProductPlan {
        let mut plan = self.plan();
        assert_eq!(plan.products.len(), 1, "one product expected");
        plan.products.remove(0)
    }

    /// The same catalog with every guarded operation approved.
    pub fn approved(mut self) -> Self {
        for found in self.plan().products {
            let approvals = found.blocks.iter().filter_map(|block| block.approval.clone());
            self.approvals.entry(found.key.clone()).or_default().extend(approvals);
        }
        self
    }
}

/// A plan's submissions, in order.
pub fn submissions(plan: &ProductPlan) -> Vec<&Submission> {
    let found = plan.chain.iter().filter_map(|step| match &step.action {
        Action::Submit(submission) => Some(submission),
        Action::Withdraw { .. } | Action::Manual(_) => None,
    });
    found.collect()
}

/// The kinds of a plan's submissions, in order.
pub fn kinds(plan: &ProductPlan) -> Vec<SubmissionKind> {
    let submissions = plan.chain.iter().filter_map(|step| match &step.action {
        Action::Submit(submission) => Some(submission.kind),
        Action::Withdraw { .. } | Action::Manual(_) => None,
    });
    submissions.collect()
}

/// The rules that block a plan, in order, without repetition.
pub fn blocking(plan: &ProductPlan) -> Vec<&'static str> {
    let mut rules: Vec<&'static str> = plan.blocks.iter().map(|block| block.finding.rule).collect();
    rules.dedup();
    rules
}
