//! What the sandbox refuses whatever was there before: one case per rule about the form of a product.

use super::sandbox_account::*;
use super::sandbox_judge::{Case, on_crm};
use gallerist::model::{
    Attribute, AttributeKind, BillingMode, DeliveryMethod, Item, Price, PriceMode, Product, ProductField,
    SpecificationField, Template, Tier, UpgradeRule, Value,
};
use gallerist::sandbox::Judge;
use gallerist::site::SiteProfile;
use gallerist::submission::{Operation, OperationKind, Submission};
use std::collections::BTreeMap;

fn upgrade(rule: UpgradeRule) -> Operation {
    let item = Item::UpgradeRule(rule.clone());
    change(OperationKind::ChangeUpgradeRule, item, Some(Value::UpgradeRule(rule)))
}

/// A release of the CRM with one text other than usual.
fn crm_with(account: &Account, field: ProductField, value: &str) -> Submission {
    let mut product = crm();
    product.fields.set(field, text(value));
    account.release(product)
}

fn address(account: &Account, url: &str) -> Submission {
    crm_with(account, ProductField::InterfaceUrl, url)
}

fn free_image() -> Product {
    let mut product = image("0");
    product.fields.set(ProductField::FreeImage, Some(Value::Flag(true)));
    product
}

pub(crate) const STRUCTURE: &[Case] = &[
    (38, "a credential that another release has claimed", |account| {
        let first = account.release(crm());
        account.accepted(first);
        let mut other = crm();
        other.key = key("crm-2");
        account.release(other)
    }),
    (39, "a release without an interface address", |account| address(account, "")),
    (44, "a paid period for a free image", |account| {
        account.seed(free_image());
        let value = Value::Prices(prices(&[(cell(&[], BillingMode::Yearly), "5")]));
        let item = Item::BillingMode(key("base"), BillingMode::Yearly);
        account.modify("os", vec![change(OperationKind::AddBillingMode, item, Some(value))])
    }),
    (44, "a paid specification of a free image", |account| {
        account.seed(free_image());
        account.modify("os", vec![add(simple("Large", &[(BillingMode::Monthly, "5")]))])
    }),
    (46, "set free and priced at once", |account| {
        account.seed(image("0"));
        let free = field(ProductField::FreeImage, Some(Value::Flag(true)));
        account.modify("os", vec![free, price("base", cell(&[], BillingMode::Monthly), "5")])
    }),
    (78, "an image without an asset", |account| {
        let mut product = image("5");
        product.fields.set(ProductField::ImageAsset, None);
        account.release(product)
    }),
    (81, "a SaaS product without an asset", |account| crm_with(account, ProductField::SaasAsset, "")),
    (81, "an asset of blanks", |account| crm_with(account, ProductField::SaasAsset, " \u{3000}")),
    (82, "a scan that failed", |account| crm_with(account, ProductField::VulnerabilityScan, "failed")),
    (82, "a scan that is to come", |account| {
        on_crm(account, vec![field(ProductField::VulnerabilityScan, text("pending"))])
    }),
    (83, "the old interface", |account| crm_with(account, ProductField::InterfaceVersion, "v1")),
    (123, "plain http", |account| address(account, "http://crm.acme.example/koo")),
    (123, "an IP address", |account| address(account, "https://203.0.113.7/koo")),
    (123, "the machine itself", |account| address(account, "https://localhost/koo")),
    (123, "a password", |account| address(account, "https://me:secret@crm.acme.example/koo")),
    (123, "a query", |account| address(account, "https://crm.acme.example/koo?tenant=1")),
    (123, "a fragment", |account| address(account, "https://crm.acme.example/koo#v2")),
    (123, "a megabyte", |account| address(account, &format!("https://{}", "a.".repeat(1 << 19)))),
    (123, "writing from right to left", |account| address(account, "https://\u{202e}crm.acme.example")),
    (123, "another address by modification", |account| {
        on_crm(account, vec![field(ProductField::InterfaceUrl, text("https://10.0.0.1"))])
    }),
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
    (111, "anything but the standard sharing rule", |account| {
        on_crm(account, vec![field(ProductField::SharingRule, text("non-standard"))])
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

#[test]
fn what_the_form_asks_for_is_accepted() {
    let accepts = |site: &str, edit: fn(&mut Product)| {
        let mut account = Account::new(Judge::new(SiteProfile::embedded(site).unwrap()));
        let mut product = crm();
        edit(&mut product);
        let release = account.release(product);
        account.accepted(release);
    };
    accepts("intl", |product| {
        product.fields.set(ProductField::VulnerabilityScan, text("Passed"));
        product.fields.set(ProductField::InterfaceVersion, text("V2"));
        product.fields.set(ProductField::SharingRule, text("Standard Sharing"));
    });
    // The European form has no asset, the Chinese one takes http too.
    accepts("eu", |product| product.fields.set(ProductField::SaasAsset, None));
    accepts("cn", |product| {
        product.fields.set(ProductField::InterfaceUrl, text("http://crm.acme.example/koo"));
    });
}

#[test]
fn an_old_interface_is_not_held_against_a_product_on_sale() {
    let mut account = Account::new(Judge::new(site()));
    let mut product = crm();
    for (field, value) in [
        (ProductField::InterfaceVersion, "v1"),
        (ProductField::InterfaceUrl, "http://10.0.0.1"),
        (ProductField::VulnerabilityScan, "pending"),
        (ProductField::SaasAsset, ""),
    ] {
        product.fields.set(field, text(value));
    }
    account.seed(product);
    let change = account.modify("crm", vec![field(ProductField::Name, text("Acme CRM"))]);
    account.accepted(change);
}

#[test]
fn a_refused_address_is_not_repeated() {
    let mut account = Account::new(Judge::new(site()));
    let release = address(&account, "https://me:secret@crm.acme.example/koo");
    let refusal = account.refusal(release);
    assert!(refusal.text.contains("password") && !refusal.text.contains("secret"), "{refusal:?}");
}
