//! A plan made by hand that has one product of every standing.

use gallerist::diagnostic::{Finding, Route, Severity};
use gallerist::model::{
    Amount, BillingMode, Cell, Currency, DeliveryMethod, Digest, Item, Key, Price, Product, ProductField,
    SkuKey, Specification, SpecificationField, Value,
};
use gallerist::plan::{
    Action, Block, Drift, DriftKind, ManualKind, ManualStep, Plan, ProductPlan, Standing, Step, StepState,
    VerifyItem,
};
use gallerist::submission::{
    ApplicationId, Operation, OperationKind, Revision, Scope, Submission, SubmissionKind,
};
use jiff::Timestamp;
use jiff::civil::date;

pub(crate) fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn scope() -> Scope {
    Scope { catalog: key("acme"), target: key("intl") }
}

pub(crate) fn text(value: &str) -> Option<Value> {
    Some(Value::Text(value.to_owned()))
}

pub(crate) fn price(amount: &str) -> Price {
    Price::Flat(Amount::parse(amount).unwrap())
}

pub(crate) fn cell(mode: BillingMode) -> Cell {
    Cell { sku: SkuKey::simple(), mode }
}

pub(crate) fn finding(message: &str) -> Finding {
    Finding {
        rule: "service-supervision-changed",
        severity: Severity::Error,
        route: Route::root().key("saas").key("serviceSupervision"),
        extent: None,
        message: message.to_owned(),
        label: "released: yes".to_owned(),
        why: "the marketplace fixes service supervision when a product is released".to_owned(),
        help: "release a new product with `replaces: [acme-desk]` and retire this one".to_owned(),
    }
}

pub(crate) fn operation(
    kind: OperationKind,
    item: Item,
    from: Option<Value>,
    to: Option<Value>,
) -> Operation {
    let reason = kind.is_irreversible().then(|| "Replaced by Team".to_owned());
    Operation { kind, item, from, to, reason }
}

pub(crate) fn submission(product: &Product, kind: SubmissionKind, operations: Vec<Operation>) -> Submission {
    let base = Some(Revision("7".to_owned()));
    Submission {
        id: Submission::identify(&scope(), &product.key, base.as_ref(), &operations, 1),
        kind,
        product: product.key.clone(),
        product_id: Some("p-1".to_owned()),
        base,
        operations,
        attempt: 1,
        predicted: product.clone(),
    }
}

pub(crate) fn step(action: Action, state: StepState) -> Step {
    Step { action, state, because: String::new() }
}

pub(crate) fn product_plan(product: &Product, standing: Standing, chain: Vec<Step>) -> ProductPlan {
    ProductPlan {
        key: product.key.clone(),
        name: product.display_name().to_owned(),
        delivery: product.delivery,
        path: Some(format!("products/{}.yaml", product.key).into()),
        standing,
        base: Some(Revision("7".to_owned())),
        changes: Vec::new(),
        chain,
        blocks: Vec::new(),
        notices: Vec::new(),
        drift: Vec::new(),
        ignored: Vec::new(),
        verify: Vec::new(),
        approved: Vec::new(),
        digest: Digest::of_bytes(product.key.as_str().as_bytes()),
    }
}

pub(crate) fn product(code: &str, name: &str) -> Product {
    let mut product = Product::new(key(code), DeliveryMethod::Saas);
    product.fields.set(ProductField::Name, text(name));
    for (code, name) in [("starter", "Starter"), ("team", "Team")] {
        let mut specification = Specification::new(key(code));
        specification.fields.set(SpecificationField::Name, text(name));
        specification.fields.set(SpecificationField::TrialDays, Some(Value::Integer(14)));
        let prices = [(BillingMode::Yearly, "99.00"), (BillingMode::Monthly, "9.90")];
        specification.prices =
            Some(prices.into_iter().map(|(mode, amount)| (cell(mode), price(amount))).collect());
        product.specifications.insert(key(code), specification);
    }
    product
}

pub(crate) fn plan(products: Vec<ProductPlan>) -> Plan {
    Plan {
        scope: scope(),
        site: "intl".to_owned(),
        currency: Currency::new("USD").unwrap(),
        date: date(2026, 11, 22),
        commit: Some("4f2a9c1b7d3e5f60718293a4b5c6d7e8f9012345".to_owned()),
        observed_at: at("2026-11-22T08:00:00Z"),
        recorded_at: None,
        products,
        unbound: Vec::new(),
    }
}

/// A modification with every common kind of change, and a removal that waits for it.
pub(crate) fn crm() -> ProductPlan {
    let crm = product("acme-crm", "Acme CRM");
    let team = crm.specifications[&key("team")].clone();
    let before = "Acme CRM keeps your customers in one place. It is fast. It runs in Singapore.";
    let after = "Acme CRM keeps your customers in one place. It is very fast. It runs in Singapore.";
    let modify = vec![
        operation(
            OperationKind::AddSpecification,
            Item::Specification(key("team")),
            None,
            Some(Value::Specification(Box::new(team))),
        ),
        operation(
            OperationKind::ChangePrice,
            Item::Price(key("starter"), cell(BillingMode::Yearly)),
            Some(Value::Price(price("99.00"))),
            Some(Value::Price(price("119.00"))),
        ),
        operation(
            OperationKind::ChangeField,
            Item::Field(ProductField::Description),
            text(before),
            text(after),
        ),
        operation(
            OperationKind::RenameSpecification,
            Item::SpecificationField(key("starter"), SpecificationField::Name),
            text("Basic"),
            text("Starter"),
        ),
    ];
    let remove =
        vec![operation(OperationKind::RemoveSpecification, Item::Specification(key("solo")), None, None)];
    let mut last = step(
        Action::Submit(submission(&crm, SubmissionKind::Remove, remove)),
        StepState::Waiting("the approval of step 1".to_owned()),
    );
    last.because = "a specification goes only when what replaces it is on sale".to_owned();
    let first = Action::Submit(submission(&crm, SubmissionKind::Modify, modify));
    let mut plan = product_plan(&crm, Standing::ToSubmit, vec![step(first, StepState::Ready), last]);
    plan.verify.push(VerifyItem {
        id: "interface-tested".to_owned(),
        text: "the interface answers the marketplace's test calls".to_owned(),
        rule: "interface-not-answering",
        holds: false,
        fresh_days: Some(7),
        before: None,
        by_preflight: false,
        confirmed: None,
    });
    plan
}

/// One product of every standing.
pub(crate) fn every_standing() -> Plan {
    let rename = |product: &Product| {
        let change = operation(
            OperationKind::ChangeField,
            Item::Field(ProductField::Name),
            text("Old name"),
            text(product.display_name()),
        );
        Action::Submit(submission(product, SubmissionKind::Modify, vec![change]))
    };
    let desk = product("acme-desk", "Acme Desk");
    let mut blocked = product_plan(&desk, Standing::Blocked, vec![step(rename(&desk), StepState::Blocked)]);
    let id = operation(OperationKind::HideProduct, Item::Product, None, None).id(&key("intl"), &desk.key);
    blocked.blocks = vec![
        Block {
            finding: finding("service supervision cannot be switched off once released"),
            approval: None,
        },
        Block {
            finding: Finding { route: Route::root(), label: String::new(), ..finding("prices rise by 40 %") },
            approval: Some(id),
        },
    ];
    let mail = product("acme-mail", "Acme Mail");
    let rejected = StepState::Held { reason: Some("the description names a competitor".to_owned()) };
    let docs = product("acme-docs", "Acme Docs");
    let in_review =
        StepState::InReview { since: at("2026-11-17T03:00:00Z"), expected_by: date(2026, 11, 20) };
    let chat = product("acme-chat", "Acme Chat");
    let unwanted = Action::Withdraw {
        submission: submission(&chat, SubmissionKind::Modify, Vec::new()).id,
        application: Some(ApplicationId("a-17".to_owned())),
    };
    let wiki = product("acme-wiki", "Acme Wiki");
    let mut drifted = product_plan(&wiki, Standing::Drifted, Vec::new());
    drifted.drift.push(Drift {
        item: Item::Field(ProductField::Overview),
        kind: DriftKind::Conflict,
        last_applied: text("A wiki"),
        released: text("The best wiki"),
        desired: text("A wiki for teams"),
    });
    let shop = product("acme-shop", "Acme Shop");
    let manual = ManualStep {
        id: "upgrade-rules".to_owned(),
        text: "set the upgrade rules under Upgrade and Billing Rules".to_owned(),
        kind: ManualKind::Setting,
    };
    let quiet = |code: &str, name: &str, standing| product_plan(&product(code, name), standing, Vec::new());
    let mut plan = plan(vec![
        crm(),
        blocked,
        product_plan(&mail, Standing::Rejected, vec![step(rename(&mail), rejected)]),
        product_plan(&docs, Standing::InReview, vec![step(rename(&docs), in_review)]),
        product_plan(&chat, Standing::UnwantedInReview, vec![step(unwanted, StepState::Ready)]),
        product_plan(&shop, Standing::Waiting, vec![step(Action::Manual(manual), StepState::Ready)]),
        drifted,
        quiet("acme-fax", "Acme Fax", Standing::Refused),
        quiet("acme-bot", "Acme Bot", Standing::InSync),
        quiet("acme-map", "Acme Map", Standing::InSync),
        quiet("acme-old", "Acme Old", Standing::Retired),
        quiet("acme-lab", "Acme Lab", Standing::Unmanaged),
    ]);
    plan.products.sort_by(|a, b| a.key.cmp(&b.key));
    plan.unbound.push(("p-99".to_owned(), "Somebody's Product".to_owned()));
    plan
}
