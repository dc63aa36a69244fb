//! What the sandbox refuses whatever was there before: one case per rule about the form of a product.

use super::sandbox_account::*;
use super::sandbox_judge::{Case, on_crm};
use gallerist::model::{
    Attribute, AttributeKind, BillingMode, DeliveryMethod, Item, Price, PriceMode, ProductField,
    SpecificationField, Template, Tier, UpgradeRule, Value,
};
use gallerist::submission::{Operation, OperationKind};
use std::collections::BTreeMap;

fn upgrade(rule: UpgradeRule) -> Operation {
    let item = Item::UpgradeRule(rule.clone());
    change(OperationKind::ChangeUpgradeRule, item, Some(Value::UpgradeRule(rule)))
}

pub(crate) const STRUCTURE: &[Case] = &[
    (76, "hardware by joint operations", |account| {
        let mut product = hardware();
        product.fields.set(ProductField::SalesType, text("joint-operations"));
        account.release(product)
    }),
    (77, "hardware by the year", |account| {
        account.release(product(
            "box",
            DeliveryMethod::Hardware,
            vec![simple("Unit", &[(BillingMode::Yearly, "5")])],
        ))
    }),
    (90, "a licence yearly and one-time", |account| {
        let both = simple("Both", &[(BillingMode::Yearly, "9"), (BillingMode::OneTime, "1")]);
        account.release(product("key", DeliveryMethod::License, vec![both]))
    }),
    (91, "a price is missing", |account| {
        let mut new = simple("New", &[(BillingMode::Yearly, "9"), (BillingMode::Monthly, "1")]);
        new.prices.as_mut().unwrap().remove(&cell(&[], BillingMode::Monthly));
        on_crm(account, vec![add(new)])
    }),
    (91, "another template", |account| {
        let to = Some(Value::Template(Template::Custom));
        on_crm(account, vec![change(OperationKind::ChangeTemplate, Item::Template(key("starter")), to)])
    }),
    (92, "tiers without a quantity", |account| {
        let tiers = vec![Tier { from: 1, price: gallerist::model::Amount::ZERO }];
        let item = Item::Price(key("starter"), cell(&[], BillingMode::Yearly));
        on_crm(
            account,
            vec![change(OperationKind::ChangePrice, item, Some(Value::Price(Price::Tiered(tiers))))],
        )
    }),
    (94, "a reserved attribute", |account| {
        let mut new = team();
        new.key = key("new");
        let os = Attribute { name: "os".into(), kind: AttributeKind::Enumeration(BTreeMap::new()) };
        new.attributes.as_mut().unwrap().insert(key("osname"), os);
        on_crm(account, vec![add(new)])
    }),
    (97, "a trial for a licence", |account| {
        let mut product = license();
        let seat = product.specifications.get_mut("seat").unwrap();
        seat.fields.set(SpecificationField::TrialDays, Some(Value::Integer(14)));
        account.release(product)
    }),
    (98, "a one-time trial", |account| {
        let mut new = simple("New", &[(BillingMode::OneTime, "9")]);
        new.fields.set(SpecificationField::TrialDays, Some(Value::Integer(14)));
        on_crm(account, vec![add(new)])
    }),
    (99, "a trial of two days", |account| {
        let mut new = simple("New", &[(BillingMode::Yearly, "9")]);
        new.fields.set(SpecificationField::TrialDays, Some(Value::Integer(2)));
        on_crm(account, vec![add(new)])
    }),
    (102, "metering for a common product", |account| {
        let mut product = meter();
        product.fields.set(ProductField::SalesType, text("common"));
        account.release(product)
    }),
    (103, "a factor without items", |account| {
        let mut product = meter();
        let calls = product.specifications.get_mut("calls").unwrap();
        calls.factors.as_mut().unwrap().get_mut("calls").unwrap().items.clear();
        account.release(product)
    }),
    (104, "tiers without a cycle", |account| {
        let mut product = meter();
        let calls = product.specifications.get_mut("calls").unwrap();
        calls.factors.as_mut().unwrap().get_mut("calls").unwrap().price_mode = PriceMode::Tiered;
        account.release(product)
    }),
    (105, "a package of what is not metered", |account| {
        let mut product = meter();
        let calls = product.specifications.get_mut("calls").unwrap();
        let mut package = pack();
        package.quota = BTreeMap::from([(key("minute"), 10)]);
        calls.packages.as_mut().unwrap().insert(key("minutes"), package);
        account.release(product)
    }),
    (109, "a long name", |account| {
        let long = text(&"x".repeat(51));
        let item = Item::SpecificationField(key("starter"), SpecificationField::Name);
        on_crm(account, vec![change(OperationKind::RenameSpecification, item, long)])
    }),
    (111, "another sharing rule", |account| {
        on_crm(account, vec![field(ProductField::SharingRule, text("half"))])
    }),
    (112, "an upgrade to nowhere", |account| {
        on_crm(account, vec![upgrade(UpgradeRule { to: sku(&[("edition", "gold")]), ..basic_to_pro() })])
    }),
    (114, "a giant step", |account| {
        on_crm(account, vec![upgrade(UpgradeRule { expansion: Some(6), ..basic_to_pro() })])
    }),
    (128, "four extension parameters", |account| {
        let four = ["a", "b", "c", "d"].map(String::from).to_vec();
        on_crm(account, vec![field(ProductField::ExtensionParameters, Some(Value::Texts(four)))])
    }),
];
