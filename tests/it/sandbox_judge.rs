//! What the sandbox refuses at the door: one case per rule, and each case needs its check.

use super::sandbox_account::*;
use gallerist::model::{
    BillingMode, DeliveryMethod, Item, ProductField, Quantity, QuantityPricing, SpecificationField, Value,
};
use gallerist::released::ProductStatus;
use gallerist::sandbox::{Answer, Health, Judge, Request, Seeded};
use gallerist::site::SiteProfile;
use gallerist::submission::{Operation, OperationKind, Submission, SubmissionKind};
use std::collections::BTreeSet;

pub(crate) type Case = (u16, &'static str, fn(&mut Account) -> Submission);

pub(crate) fn on_crm(account: &mut Account, operations: Vec<Operation>) -> Submission {
    account.seed(crm());
    account.modify("crm", operations)
}

fn add_mode(specification: &str, mode: BillingMode, amount: &str) -> Operation {
    let value = Value::Prices(prices(&[(cell(&[], mode), amount)]));
    change(OperationKind::AddBillingMode, Item::BillingMode(key(specification), mode), Some(value))
}

fn remove_mode(specification: &str, mode: BillingMode) -> Operation {
    change(OperationKind::RemoveBillingMode, Item::BillingMode(key(specification), mode), None)
}

fn seats(min: u64, max: u64, step: u64) -> Operation {
    let range = Quantity { min, max, step, pricing: QuantityPricing::Tiered };
    let item = Item::Quantity(key("team"), key("seats"));
    change(OperationKind::ChangeAttribute, item, Some(Value::Quantity(range)))
}

fn repack(edit: impl Fn(&mut gallerist::model::Package)) -> Operation {
    let mut package = pack();
    edit(&mut package);
    change(
        OperationKind::ChangePackage,
        Item::Package(key("calls"), key("pack")),
        Some(Value::Package(package)),
    )
}

fn without_specifications(account: &mut Account) {
    let discontinued = BTreeSet::from([key("starter"), key("team")]);
    account.seed_as(Seeded { product: crm(), discontinued, status: ProductStatus::OnSale });
}

fn released_with(account: &Account, edit: impl Fn(&mut gallerist::model::Product)) -> Submission {
    let mut product = crm();
    edit(&mut product);
    account.release(product)
}

const MODIFICATION: &[Case] = &[
    (2, "modify what was never released", |account| {
        account.modify("crm", vec![field(ProductField::Name, text("X"))])
    }),
    (2, "release what is on sale", |account| {
        account.seed(crm());
        account.release(crm())
    }),
    (3, "modify what is only a rejected release", |account| {
        let release = account.release(crm());
        let id = account.accepted(release);
        account.ask(&Request::Reject { application: id, reason: "no".into() });
        account.modify("crm", vec![field(ProductField::Name, text("X"))])
    }),
    (5, "delete a specification", |account| on_crm(account, vec![remove("starter")])),
    (6, "remove by modification", |account| on_crm(account, vec![remove("starter")])),
    (7, "remove and add at once", |account| {
        let new = simple("New", &[(BillingMode::Yearly, "1")]);
        on_crm(account, vec![add(new), remove("starter")])
    }),
    (8, "add to a product without specifications", |account| {
        without_specifications(account);
        account.modify("crm", vec![add(simple("New", &[(BillingMode::Yearly, "1")]))])
    }),
    (9, "another sales type", |account| {
        on_crm(account, vec![field(ProductField::SalesType, text("joint-operations"))])
    }),
    (9, "another image asset", |account| {
        account.seed(image("1"));
        account.modify("os", vec![field(ProductField::ImageAsset, text("img-2"))])
    }),
    (9, "a purchase limit", |account| {
        let limit = Some(Value::Integer(5));
        on_crm(account, vec![specification_field("starter", SpecificationField::PurchaseLimit, limit)])
    }),
    (10, "another delivery method", |account| {
        let to = Some(Value::Delivery(DeliveryMethod::License));
        on_crm(account, vec![change(OperationKind::ChangeDelivery, Item::Delivery, to)])
    }),
    (17, "add one-time to yearly", |account| {
        on_crm(account, vec![add_mode("starter", BillingMode::OneTime, "9")])
    }),
    (18, "one-time instead of yearly", |account| {
        let operations =
            vec![add_mode("starter", BillingMode::OneTime, "9"), remove_mode("starter", BillingMode::Yearly)];
        on_crm(account, operations)
    }),
    (19, "take yearly away", |account| {
        let mut product = crm();
        let both = simple("Both", &[(BillingMode::Yearly, "9"), (BillingMode::Monthly, "1")]);
        product.specifications.insert(both.key.clone(), both);
        account.seed(product);
        account.modify("crm", vec![remove_mode("both", BillingMode::Yearly)])
    }),
    (21, "another quota of a package", |account| {
        account.seed(meter());
        account.modify("meter", vec![repack(|pack| pack.validity_months = 24)])
    }),
    (22, "another name of a package", |account| {
        account.seed(meter());
        account.modify("meter", vec![repack(|pack| pack.name = "Big".into())])
    }),
    (23, "another step", |account| on_crm(account, vec![seats(1, 100, 5)])),
    (25, "switch supervision on", |account| {
        on_crm(account, vec![field(ProductField::ServiceSupervision, Some(Value::Flag(true)))])
    }),
    (26, "end a trial", |account| {
        on_crm(account, vec![specification_field("starter", SpecificationField::TrialDays, None)])
    }),
    (26, "begin a trial", |account| {
        let days = Some(Value::Integer(7));
        on_crm(account, vec![specification_field("team", SpecificationField::TrialDays, days)])
    }),
    (27, "other trial days", |account| {
        let days = Some(Value::Integer(30));
        on_crm(account, vec![specification_field("starter", SpecificationField::TrialDays, days)])
    }),
    (28, "interfaces fail", |account| {
        account.ask(&Request::SetInterfaceHealth { product: key("crm"), health: Health::Failing });
        on_crm(account, vec![field(ProductField::Name, text("New"))])
    }),
    (37, "another credential", |account| {
        on_crm(account, vec![field(ProductField::Credential, text("cred-2"))])
    }),
    (38, "a credential twice", |account| {
        account.seed(crm());
        let mut other = crm();
        other.key = key("crm-2");
        account.release(other)
    }),
    (39, "two interface addresses", |account| {
        on_crm(account, vec![field(ProductField::InterfaceUrl, text("https://a.example, https://b.example"))])
    }),
    (39, "no interface address", |account| on_crm(account, vec![field(ProductField::InterfaceUrl, None)])),
    (42, "a SKU of an unknown edition", |account| {
        let gold = [("edition", "gold")];
        let value = Value::Prices(prices(&[(cell(&gold, BillingMode::Yearly), "30")]));
        on_crm(account, vec![change(OperationKind::AddSku, Item::Sku(key("team"), sku(&gold)), Some(value))])
    }),
    (43, "take a SKU away by modification", |account| {
        on_crm(account, vec![remove_sku("team", sku(&[("edition", "pro")]))])
    }),
    (43, "take an edition away", |account| {
        let item = Item::AttributeValue(key("team"), key("edition"), key("pro"));
        on_crm(account, vec![change(OperationKind::RemoveAttribute, item, None)])
    }),
    (44, "reprice a free image", |account| {
        let mut product = image("0");
        product.fields.set(ProductField::FreeImage, Some(Value::Flag(true)));
        account.seed(product);
        account.modify("os", vec![price("base", cell(&[], BillingMode::Monthly), "5")])
    }),
    (45, "a free image by vCPU", |account| {
        let mut product = image("0");
        product.fields.set(ProductField::ImagePricingMode, text("per-vcpu"));
        account.seed(product);
        account.modify("os", vec![field(ProductField::FreeImage, Some(Value::Flag(true)))])
    }),
    (46, "a paid image set to free", |account| {
        account.seed(image("5"));
        account.modify("os", vec![field(ProductField::FreeImage, Some(Value::Flag(true)))])
    }),
    (101, "a trial whitelist with the release", |account| {
        released_with(account, |product| {
            let starter = product.specifications.get_mut("starter").unwrap();
            starter.fields.set(SpecificationField::TrialWhitelist, Some(Value::Texts(vec!["a".into()])));
        })
    }),
    (131, "sales regions by modification", |account| {
        on_crm(account, vec![field(ProductField::SalesRegions, Some(Value::Texts(vec!["Singapore".into()])))])
    }),
    (133, "fewer seats", |account| on_crm(account, vec![seats(1, 50, 1)])),
    (134, "take a package away", |account| {
        account.seed(meter());
        let item = Item::Package(key("calls"), key("pack"));
        account.modify("meter", vec![change(OperationKind::RemovePackage, item, None)])
    }),
];

const REMOVAL: &[Case] = &[
    (47, "remove the last SKU", |account| {
        account.seed(crm());
        let both = [
            remove_sku("team", sku(&[("edition", "pro")])),
            remove_sku("team", sku(&[("edition", "basic")])),
        ];
        account.removal("crm", both.into())
    }),
    (49, "change a discontinued product", |account| {
        account.seed(crm());
        let removal = account.removal("crm", vec![retire()]);
        account.approved(removal);
        account.modify("crm", vec![field(ProductField::Name, text("Again"))])
    }),
    (50, "change a discontinued specification", |account| {
        account.seed(crm());
        let removal = account.removal("crm", vec![remove("starter")]);
        account.approved(removal);
        account.modify("crm", vec![specification_field("starter", SpecificationField::Name, text("Again"))])
    }),
    (50, "bring a SKU back", |account| {
        account.seed(crm());
        let pro = [("edition", "pro")];
        let removal = account.removal("crm", vec![remove_sku("team", sku(&pro))]);
        account.approved(removal);
        let value = Value::Prices(prices(&[(cell(&pro, BillingMode::Yearly), "30")]));
        account.modify(
            "crm",
            vec![change(OperationKind::AddSku, Item::Sku(key("team"), sku(&pro)), Some(value))],
        )
    }),
    (51, "release a discontinued product as itself", |account| {
        account.seed_as(Seeded {
            product: license(),
            discontinued: BTreeSet::new(),
            status: ProductStatus::Discontinued,
        });
        let mut submission = account.release(license());
        submission.product_id = Some(account.row("key").id.clone());
        submission
    }),
    (52, "remove the last specifications", |account| {
        account.seed(crm());
        account.removal("crm", vec![remove("starter"), remove("team")])
    }),
    (53, "no reason", |account| {
        account.seed(crm());
        account.removal("crm", vec![Operation { reason: Some("  ".into()), ..remove("starter") }])
    }),
    (54, "a removal twice", |account| {
        let several = SiteProfile::extended("intl", "{ oneInFlight: false }", "{}").unwrap();
        let names: Vec<u16> = site_checks(account);
        account.judge = Judge::new(several);
        if !names.contains(&54) {
            account.judge = account.judge.clone().without(54);
        }
        account.seed(crm());
        let first = account.removal("crm", vec![remove("starter")]);
        account.accepted(first);
        account.removal("crm", vec![Operation { reason: Some("again".into()), ..remove("starter") }])
    }),
    (59, "edits in a removal", |account| {
        account.seed(crm());
        account.removal("crm", vec![remove("starter"), field(ProductField::Name, text("X"))])
    }),
    (59, "product and specification at once", |account| {
        account.seed(crm());
        account.removal("crm", vec![remove("starter"), retire()])
    }),
    (59, "retire by modification", |account| on_crm(account, vec![retire()])),
    (68, "an older attempt", |account| {
        account.seed(license());
        let first = account.modify("key", vec![field(ProductField::Name, text("X"))]);
        let mut second = first.clone();
        second.attempt = 2;
        second.id.0.push('2');
        let id = account.accepted(second);
        account.ask(&Request::Reject { application: id, reason: "no".into() });
        first
    }),
    (69, "an approved one again", |account| {
        account.seed(license());
        let mut again = account.modify("key", vec![field(ProductField::Name, text("X"))]);
        let id = account.accepted(again.clone());
        account.ask(&Request::Approve(id));
        again.attempt += 1;
        again.id.0.push('2');
        again
    }),
    (70, "a second application", |account| {
        account.seed(crm());
        let first = account.modify("crm", vec![field(ProductField::Name, text("X"))]);
        account.accepted(first);
        account.modify("crm", vec![field(ProductField::Name, text("Y"))])
    }),
    (70, "somebody's draft", |account| {
        account.seed(crm());
        account.ask(&Request::SaveForeignDraft {
            by: "Mei".into(),
            product: key("crm"),
            kind: SubmissionKind::Modify,
            operations: Vec::new(),
        });
        account.modify("crm", vec![field(ProductField::Name, text("Y"))])
    }),
];

fn site_checks(account: &Account) -> Vec<u16> {
    account.judge.checks().iter().filter_map(|check| check.rule).collect()
}

fn cases() -> impl Iterator<Item = &'static Case> {
    MODIFICATION.iter().chain(REMOVAL).chain(super::sandbox_structure::STRUCTURE)
}

#[test]
fn what_a_rule_forbids_is_refused_with_its_number() {
    for (rule, name, case) in cases() {
        let mut account = Account::new(Judge::new(site()));
        let submission = case(&mut account);
        let before = account.state.products.clone();
        let refusal = account.refusal(submission);
        assert!(refusal.rules.contains(rule), "R{rule} {name}: {refusal:?}");
        assert_eq!(refusal.technical, *rule == 28, "R{rule} {name}: {refusal:?}");
        assert!(
            refusal.text.ends_with('.') && !refusal.text.contains("R1"),
            "R{rule} {name}: {}",
            refusal.text
        );
        assert_eq!(account.state.products, before, "R{rule} {name}: a refusal changes nothing");
    }
}

#[test]
fn no_case_is_refused_by_its_number_without_its_check() {
    for (rule, name, case) in cases() {
        let mut account = Account::new(Judge::new(site()).without(*rule));
        let submission = case(&mut account);
        if let Answer::Refused(refusal) = account.submit(submission) {
            assert!(!refusal.rules.contains(rule), "R{rule} {name}: {refusal:?}");
        }
    }
}

#[test]
fn every_check_has_a_case() {
    let tried: BTreeSet<u16> = cases().map(|(rule, _, _)| *rule).collect();
    let checked: BTreeSet<u16> = Judge::new(site()).checks().iter().filter_map(|check| check.rule).collect();
    assert_eq!(tried, checked);
}

#[test]
fn truths_of_the_form_have_no_number() {
    type Truth = (&'static str, fn(&mut Account) -> Submission);
    let cases: &[Truth] = &[
        ("an application without content", |account| on_crm(account, Vec::new())),
        ("a product without specifications", |account| {
            account.release(product("new", DeliveryMethod::Saas, Vec::new()))
        }),
        ("a specification without a billing mode", |account| on_crm(account, vec![add(simple("New", &[]))])),
        ("a billing mode the delivery method does not have", |account| {
            account.release(product(
                "os",
                DeliveryMethod::Image,
                vec![simple("Base", &[(BillingMode::OneTime, "5")])],
            ))
        }),
        ("a field that is not part of the release form", |account| {
            let mut product = hardware();
            product.fields.set(ProductField::Inventory, Some(Value::Integer(3)));
            account.release(product)
        }),
        ("a billing factor taken away", |account| {
            account.seed(meter());
            let item = Item::Factor(key("calls"), key("calls"));
            account.modify("meter", vec![change(OperationKind::RemoveFactor, item, None)])
        }),
        ("a delivery method the site does not have", |account| account.release(hardware())),
    ];
    for (name, case) in cases {
        let profile = if name.starts_with("a delivery") { "eu" } else { "intl" };
        let judge = Judge::new(SiteProfile::embedded(profile).unwrap());
        let mut account = Account::new(judge.clone());
        let submission = case(&mut account);
        let with = account.refusal(submission);
        let mut account = Account::new(judge.without_named(name));
        let submission = case(&mut account);
        let without = account.submit(submission);
        assert_ne!(without, Answer::Refused(with), "{name}");
    }
}

#[test]
fn all_violated_rules_are_named_at_once() {
    let mut account = Account::new(Judge::new(site()));
    let submission = on_crm(
        &mut account,
        vec![
            field(ProductField::ServiceSupervision, Some(Value::Flag(true))),
            specification_field("starter", SpecificationField::TrialDays, Some(Value::Integer(200))),
            seats(5, 100, 5),
        ],
    );
    assert_eq!(account.refusal(submission).rules, [23, 25, 27, 99, 133]);
}

#[test]
fn what_was_wrong_before_is_not_held_against_a_change() {
    let mut account = Account::new(Judge::new(site()));
    let mut product = crm();
    let starter = product.specifications.get_mut("starter").unwrap();
    starter.fields.set(SpecificationField::Name, text(&"x".repeat(60)));
    account.seed(product);
    let submission = account.modify("crm", vec![price("starter", cell(&[], BillingMode::Yearly), "89")]);
    account.accepted(submission);
}

#[test]
fn allowed_edits_are_accepted() {
    type Allowed = fn() -> Vec<Operation>;
    let allowed: &[Allowed] = &[
        || vec![field(ProductField::Name, text("New name"))],
        || vec![add_mode("starter", BillingMode::Monthly, "9")],
        || vec![price("starter", cell(&[], BillingMode::Yearly), "120")],
        || vec![seats(1, 1000, 1)],
        || vec![add(simple("New", &[(BillingMode::OneTime, "9")]))],
        || {
            let (gold, yearly) = ([("edition", "gold")], BillingMode::Yearly);
            let value = Item::AttributeValue(key("team"), key("edition"), key("gold"));
            let prices = Value::Prices(prices(&[(cell(&gold, yearly), "30")]));
            vec![
                change(OperationKind::ChangeAttribute, value, text("GOLD")),
                change(OperationKind::AddSku, Item::Sku(key("team"), sku(&gold)), Some(prices)),
            ]
        },
        || {
            let hide = Item::SpecificationField(key("team"), SpecificationField::Public);
            vec![change(OperationKind::HideSpecification, hide, Some(Value::Flag(false)))]
        },
    ];
    for operations in allowed {
        let mut account = Account::new(Judge::new(site()));
        let submission = on_crm(&mut account, operations());
        account.approved(submission);
    }
}

#[test]
fn a_profile_lifts_what_it_says() {
    let set = "{ edits: { salesType: reviewed, saas.serviceSupervision: reviewed, specification.trialDays: reviewed },
        allowQuantityRangeShrink: true, allowDeliveryMethodChange: true }";
    let mut account = Account::new(Judge::new(SiteProfile::extended("intl", set, "{}").unwrap()));
    let submission = on_crm(
        &mut account,
        vec![
            field(ProductField::ServiceSupervision, Some(Value::Flag(true))),
            specification_field("starter", SpecificationField::TrialDays, Some(Value::Integer(30))),
            seats(2, 50, 1),
        ],
    );
    account.accepted(submission);
}
