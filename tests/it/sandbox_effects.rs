//! What takes effect on approval in the sandbox, and what the marketplace does by itself.

use super::sandbox_account::*;
use gallerist::model::{BillingMode, DeliveryMethod, Item, ProductField, SpecificationField, Value};
use gallerist::released::ProductStatus;
use gallerist::sandbox::{Answer, Judge, Request, Seeded};
use gallerist::site::SiteProfile;
use gallerist::submission::{Operation, OperationKind, Review, Verdict};
use std::collections::{BTreeMap, BTreeSet};

fn account() -> Account {
    Account::new(Judge::new(site()))
}

fn rename(name: &str) -> Vec<Operation> {
    vec![field(ProductField::Name, text(name))]
}

#[test]
fn nothing_changes_before_approval_and_everything_with_it() {
    let mut account = account();
    account.seed(crm());
    let before = account.state.products.clone();
    let new = simple("New", &[(BillingMode::Yearly, "9"), (BillingMode::Monthly, "1")]);
    let mut operations = rename("Renamed");
    operations.push(add(new));
    let submission = account.modify("crm", operations);
    let id = account.accepted(submission.clone());
    assert_eq!(account.state.products, before);
    assert_eq!(account.state.reviews(std::slice::from_ref(&submission.id))[0].review, Review::Pending);
    assert_eq!(account.ask(&Request::Approve(id)), Answer::Done);
    let row = account.row("crm");
    assert_eq!(row.fields.text(ProductField::Name), Some("Renamed"));
    assert_eq!(row.revision, 2);
    let report = &account.state.reviews(&[submission.id])[0];
    assert_eq!(report.review, Review::Ended(Verdict::Approved));
    let binding = report.binding.as_ref().unwrap();
    assert_eq!(binding.product_id, row.id);
    let created: Vec<&str> = binding.specifications.keys().map(|key| key.as_str()).collect();
    assert_eq!(created, ["new"], "only what is new");
    let sku = &binding.specifications[&key("new")].skus[&sku(&[])];
    assert_eq!(sku.offerings.len(), 2);
}

#[test]
fn ids_differ_on_all_three_levels() {
    let mut account = account();
    account.seed(crm());
    let submission = account.release(meter());
    account.approved(submission);
    account.seed(license());
    let mut ids = BTreeSet::new();
    let mut count = 0;
    for row in account.state.products.values() {
        let skus: Vec<_> = row.specifications.values().flat_map(|held| held.skus.values()).collect();
        assert!(!skus.is_empty() && skus.iter().all(|sku| !sku.offerings.is_empty()));
        count += 1 + skus.len() + skus.iter().map(|sku| sku.offerings.len()).sum::<usize>();
        ids.insert(row.id.clone());
        ids.extend(skus.iter().map(|sku| sku.code.clone()));
        ids.extend(skus.iter().flat_map(|sku| sku.offerings.values().cloned()));
    }
    assert_eq!(ids.len(), count);
}

#[test]
fn showing_a_product_makes_every_specification_public() {
    for (resets, public) in [(true, true), (false, false)] {
        let site = SiteProfile::extended("intl", &format!("{{ showResetsSpecifications: {resets} }}"), "{}")
            .unwrap();
        let mut account = Account::new(Judge::new(site));
        let mut product = crm();
        product.fields.set(ProductField::PublicSales, Some(Value::Flag(false)));
        let starter = product.specifications.get_mut("starter").unwrap();
        starter.fields.set(SpecificationField::Public, Some(Value::Flag(false)));
        account.seed(product);
        let show = Item::Field(ProductField::PublicSales);
        let submission =
            account.modify("crm", vec![change(OperationKind::ShowProduct, show, Some(Value::Flag(true)))]);
        account.approved(submission);
        assert_eq!(account.row("crm").specifications["starter"].is_public(), public);
    }
}

#[test]
fn an_inversion_kills_the_upgrade_rule() {
    for (amount, rules) in [("20", 1), ("10", 1), ("9.99", 0)] {
        let mut account = account();
        account.seed(crm());
        let pro = cell(&[("edition", "pro")], BillingMode::Yearly);
        let operations =
            if amount == "20" { rename("Same prices") } else { vec![price("team", pro, amount)] };
        let submission = account.modify("crm", operations);
        account.approved(submission);
        assert_eq!(account.row("crm").upgrade_rules.len(), rules, "{amount}");
    }
}

#[test]
fn removals_take_their_upgrade_rules_with_them() {
    let removals: &[fn() -> Operation] =
        &[|| remove("team"), || remove_sku("team", sku(&[("edition", "pro")])), retire];
    for removal in removals {
        let mut account = account();
        account.seed(crm());
        let submission = account.removal("crm", vec![removal()]);
        let id = account.accepted(submission);
        assert_eq!(account.row("crm").upgrade_rules.len(), 1, "not before approval");
        account.ask(&Request::Approve(id));
        assert!(account.row("crm").upgrade_rules.is_empty());
    }
}

#[test]
fn a_retired_product_takes_everything_with_it_and_its_key_may_sell_anew() {
    let mut account = account();
    account.seed(crm());
    let submission = account.removal("crm", vec![retire()]);
    account.approved(submission);
    let old = account.row("crm").clone();
    assert_eq!(old.status, ProductStatus::Discontinued);
    assert!(
        old.specifications
            .values()
            .all(|row| row.discontinued && row.skus.values().all(|sku| sku.discontinued))
    );
    let submission = account.release(crm());
    account.approved(submission);
    assert_ne!(account.row("crm").id, old.id);
    assert_eq!(account.state.products[&old.id], old);
}

#[test]
fn the_last_specification_taken_in_the_console_discontinues_the_product() {
    let mut account = account();
    account.seed(license());
    let edit =
        Request::ConsoleEdit { by: "Mei".into(), product: key("key"), operations: vec![remove("seat")] };
    assert_eq!(account.ask(&edit), Answer::Done);
    assert_eq!(account.row("key").status, ProductStatus::Discontinued);
    assert!(matches!(account.ask(&edit), Answer::Refused(refusal) if refusal.rules == [49]));
}

#[test]
fn removals_wait_for_approval_where_the_site_says_so_or_the_product_is_joint() {
    for (product, name, waits) in [(license(), "key", false), (meter(), "meter", true)] {
        let site = SiteProfile::extended("intl", "{ removalNeedsApproval: false }", "{}").unwrap();
        let mut account = Account::new(Judge::new(site));
        account.seed(product);
        let submission = account.removal(name, vec![retire()]);
        account.accepted(submission);
        assert_eq!(account.row(name).status == ProductStatus::OnSale, waits, "{name}");
    }
}

#[test]
fn a_sender_that_knows_another_key_names_the_sku_code() {
    let mut account = account();
    account.seed(crm());
    let code = account.row("crm").specifications["starter"].skus[&sku(&[])].code.clone();
    let mut submission = account.modify("crm", Vec::new());
    submission.operations = vec![
        Operation {
            from: text("Starter"),
            ..specification_field("beginner", SpecificationField::Name, text("Beginner"))
        },
        change(
            OperationKind::AddBillingMode,
            Item::BillingMode(key("beginner"), BillingMode::Monthly),
            Some(Value::Prices(prices(&[(cell(&[], BillingMode::Monthly), "9")]))),
        ),
    ];
    let references = BTreeMap::from([(key("beginner"), code.clone())]);
    let request = Request::Submit { submission: Box::new(submission.clone()), references, fence: None };
    let Answer::Accepted(id) = account.ask(&request) else { panic!("not accepted") };
    account.ask(&Request::Approve(id));
    let starter = &account.row("crm").specifications["starter"];
    assert_eq!(starter.fields.text(SpecificationField::Name), Some("Beginner"));
    let report = &account.state.reviews(&[submission.id])[0];
    let binding = &report.binding.as_ref().unwrap().specifications[&key("beginner")];
    assert_eq!(binding.skus[&sku(&[])].sku_code, code);
    assert_eq!(binding.skus[&sku(&[])].offerings.len(), 2);
}

#[test]
fn discontinued_things_stay_in_sight() {
    let mut account = account();
    let discontinued = BTreeSet::from([key("starter")]);
    account.seed_as(Seeded { product: crm(), discontinued, status: ProductStatus::Frozen });
    let observed = account.state.observe(start());
    assert_eq!(observed.products[0].status, ProductStatus::Frozen);
    assert_eq!(observed.products[0].specifications.iter().filter(|held| held.discontinued).count(), 1);
    assert_eq!(account.ask(&Request::Freeze { product: key("crm"), frozen: false }), Answer::Done);
    assert_eq!(account.row("crm").status, ProductStatus::OnSale);
    assert_eq!(account.row("crm").delivery, DeliveryMethod::Saas);
}
