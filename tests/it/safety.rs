//! Safeties that must not fail open: guards, keys that move, what is hidden, what cannot be read.

use crate::cli_runner::Cli;
use crate::model::{
    Catalog, amount, blocking, desired, key, now, product, released, replaces, retire, specification,
    with_trial,
};
use gallerist::model::{
    Attribute, AttributeKind, BillingFactor, DeliveryMethod, Desired, OnChange, Price, PriceMode,
    ProductField, Quantity, QuantityPricing, SkuKey, Specification, SpecificationField, Template, Tier,
    Unmanage, UpgradeRule, Value,
};
use gallerist::plan::{Action, History, OpenSubmission, Plan, Standing};
use gallerist::released::{ProductStatus, ReleasedProduct};
use gallerist::submission::{ApplicationId, Evidence, EvidenceKind, OperationKind, Review, Submission};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

const YEARLY: &[(&str, &str)] = &[("yearly", "99")];

fn hidden(mut specification: Specification) -> Specification {
    specification.fields.set(SpecificationField::Public, Some(Value::Flag(false)));
    specification
}

fn metered(price: &str) -> Specification {
    let mut found = specification("calls", &[]);
    found.template = Some(Template::PayPerUse);
    let factor = BillingFactor {
        price_mode: PriceMode::Fixed,
        billing_cycle: "hourly".into(),
        accumulation_cycle: None,
        items: BTreeMap::from([(key("call"), ("Call".into(), Price::Flat(amount(price))))]),
    };
    found.factors = Some(BTreeMap::from([(key("usage"), factor)]));
    found
}

fn tiered(tiers: &[(u64, &str)]) -> Specification {
    let mut found = specification("starter", YEARLY);
    let tiers = tiers.iter().map(|(from, price)| Tier { from: *from, price: amount(price) });
    let tiers = Price::Tiered(tiers.collect());
    found.prices.iter_mut().flatten().for_each(|(_, price)| *price = tiers.clone());
    let range = Quantity { min: 1, max: 1_000, step: 1, pricing: QuantityPricing::Tiered };
    let seats = Attribute { name: "Seats".into(), kind: AttributeKind::Quantity(range) };
    found.template = Some(Template::Custom);
    found.attributes = Some(BTreeMap::from([(key("seats"), seats)]));
    found
}

fn from_to(before: Specification, after: Specification) -> Catalog {
    let whole = |specification| product("crm", DeliveryMethod::License, vec![specification]);
    Catalog::of(desired(whole(after)), Some(released(&whole(before))))
}

#[test]
fn the_price_of_metered_use_is_guarded() {
    assert_eq!(blocking(&from_to(metered("1.00"), metered("0.01")).only()), ["price-change-unusual"]);
    assert!(blocking(&from_to(metered("1.00"), metered("1.10")).only()).is_empty());
}

#[test]
fn moved_ranges_are_guarded_by_what_a_buyer_pays() {
    let before = tiered(&[(1, "10"), (100, "5")]);
    let guarded = |after: &[(u64, &str)]| !from_to(before.clone(), tiered(after)).only().blocks.is_empty();
    assert!(guarded(&[(1, "10"), (2, "5")]), "fifty pieces cost half");
    assert!(!guarded(&[(1, "10"), (50, "9"), (100, "5")]), "a small step more");
    assert!(guarded(&[(1, "10"), (100, "5"), (500, "1")]));
}

#[test]
fn a_replacement_is_guarded_in_trial_and_visibility() {
    let old = with_trial(hidden(specification("partner", YEARLY)), Some(7));
    let guarded = |new: Specification| {
        let before = product("crm", DeliveryMethod::Saas, vec![old.clone()]);
        let after = product("crm", DeliveryMethod::Saas, vec![old.clone(), new]);
        let wanted = retire(replaces(desired(after), "partner-2", "partner"), "partner");
        let plan = Catalog::of(wanted, Some(released(&before))).only();
        let found = plan.blocks.iter().filter(|block| block.finding.rule == "replacement-unlike-replaced");
        found.map(|block| block.finding.message.clone()).collect::<Vec<_>>()
    };
    assert!(guarded(with_trial(hidden(specification("partner-2", YEARLY)), Some(7))).is_empty());
    let found = guarded(specification("partner-2", YEARLY));
    assert_eq!(
        found,
        [
            "`partner-2` takes the place of `partner` and has no trial instead of a trial of 7 days",
            "`partner-2` takes the place of `partner` and is public instead of hidden",
        ]
    );
}

#[test]
fn what_a_replacement_does_not_inherit_is_listed() {
    let mut old = specification("pro", YEARLY);
    old.fields.set(SpecificationField::PurchaseLimit, Some(Value::Integer(5)));
    let mut new = specification("pro-2", YEARLY);
    let notes = |old: &Specification, new: &Specification| {
        let before = product("crm", DeliveryMethod::Saas, vec![old.clone()]);
        let after = product("crm", DeliveryMethod::Saas, vec![old.clone(), new.clone()]);
        let wanted = retire(replaces(desired(after), "pro-2", "pro"), "pro");
        let plan = Catalog::of(wanted, Some(released(&before))).only();
        plan.notices.iter().filter(|found| found.rule == "settings-not-carried-over").count()
    };
    assert_eq!(notes(&old, &new), 1);
    new.fields.set(SpecificationField::PurchaseLimit, Some(Value::Integer(5)));
    assert_eq!(notes(&old, &new), 0);
}

#[test]
fn a_hidden_specification_stays_hidden_when_the_definition_says_nothing_of_it() {
    let whole = |public: bool, specification: Specification| {
        let mut found = product("crm", DeliveryMethod::Saas, vec![specification]);
        found.fields.set(ProductField::PublicSales, Some(Value::Flag(public)));
        found
    };
    let before = hidden(specification("partner", YEARLY));
    let mut after = before.clone();
    after.fields.remove(SpecificationField::Public);
    let catalog = Catalog::of(desired(whole(true, after)), Some(released(&whole(false, before))));
    assert!(blocking(&catalog.only()).contains(&"hidden-specification-exposed"));
    let plan = catalog.approved().only();
    let kinds = |step: usize| match &plan.chain[step].action {
        Action::Submit(submission) => {
            submission.operations.iter().map(|found| found.kind).collect::<Vec<_>>()
        }
        Action::Withdraw { .. } | Action::Manual(_) => Vec::new(),
    };
    assert_eq!(
        (kinds(0), kinds(1)),
        (vec![OperationKind::ShowProduct], vec![OperationKind::HideSpecification])
    );
}

#[test]
fn an_unmanaged_specification_that_is_not_on_sale_does_not_keep_a_product_alive() {
    let before = product("crm", DeliveryMethod::Saas, vec![specification("starter", YEARLY)]);
    let two = vec![specification("starter", YEARLY), specification("other", YEARLY)];
    let mut wanted = retire(desired(product("crm", DeliveryMethod::Saas, two)), "starter");
    wanted.specifications.entry(key("other")).or_default().unmanage =
        Some(Unmanage { reason: "later".into() });
    let plan = Catalog::of(wanted, Some(released(&before))).approved().only();
    assert_eq!(blocking(&plan), ["last-specification-retired"]);
}

fn formerly(mut desired: Desired, specification: &str, former: &str) -> Desired {
    desired.specifications.entry(key(specification)).or_default().formerly.push(key(former));
    desired
}

/// A license with one specification under this key.
fn named(name: &str, price: &str) -> gallerist::model::Product {
    let mut found = specification(name, &[("yearly", price)]);
    found.fields.set(SpecificationField::Name, Some(Value::Text("Edition".into())));
    product("crm", DeliveryMethod::License, vec![found])
}

/// The history of a product whose submission is in review.
fn in_review(submission: &Submission) -> BTreeMap<gallerist::model::Key, History> {
    let open = OpenSubmission {
        submission: submission.clone(),
        review: Review::Pending,
        application: Some(ApplicationId("A-1".into())),
        since: now(),
    };
    BTreeMap::from([(key("crm"), History { open: Some(open), ..History::default() })])
}

fn first(plan: &gallerist::plan::ProductPlan) -> &Submission {
    let found = plan.chain.iter().find_map(|step| match &step.action {
        Action::Submit(submission) => Some(submission),
        Action::Withdraw { .. } | Action::Manual(_) => None,
    });
    found.unwrap()
}

#[test]
fn a_key_that_moves_takes_its_upgrade_rules_along() {
    let rule = |specification: &str| UpgradeRule {
        specification: key(specification),
        from: SkuKey::simple(),
        to: SkuKey::simple(),
        expansion: None,
    };
    let mut before = named("starter", "99");
    before.upgrade_rules = Some(BTreeSet::from([rule("starter")]));
    let mut after = named("basic", "99");
    after.upgrade_rules = Some(BTreeSet::from([rule("basic")]));
    let plan = Catalog::of(formerly(desired(after), "basic", "starter"), Some(released(&before))).only();
    assert_eq!((plan.standing, plan.changes, plan.chain), (Standing::InSync, Vec::new(), Vec::new()));
}

#[test]
fn a_key_that_moves_does_not_make_what_is_in_review_unwanted() {
    let shown = released(&named("starter", "99"));
    let submitted = Catalog::of(desired(named("starter", "110")), Some(shown.clone())).only();
    let mut catalog = Catalog::of(formerly(desired(named("basic", "110")), "basic", "starter"), Some(shown));
    catalog.histories = in_review(first(&submitted));
    let plan = catalog.only();
    assert_eq!((plan.standing, plan.chain.len()), (Standing::InReview, 1), "{plan:#?}");
}

#[test]
fn a_former_key_that_is_on_sale_beside_the_new_one_is_not_hidden_by_it() {
    let two = vec![specification("starter", YEARLY), specification("basic", YEARLY)];
    let before = product("crm", DeliveryMethod::License, two);
    let after = product("crm", DeliveryMethod::License, vec![specification("basic", YEARLY)]);
    let plan = Catalog::of(formerly(desired(after), "basic", "starter"), Some(released(&before))).only();
    assert_eq!(blocking(&plan), ["released-specification-vanished"]);
}

#[test]
fn a_retired_specification_does_not_come_back_under_another_key() {
    let mut shown = released(&product(
        "crm",
        DeliveryMethod::License,
        vec![specification("starter", YEARLY), specification("pro", YEARLY)],
    ));
    shown.discontinued.insert(key("starter"));
    let two = vec![specification("basic", YEARLY), specification("pro", YEARLY)];
    let wanted = formerly(desired(product("crm", DeliveryMethod::License, two)), "basic", "starter");
    assert_eq!(
        blocking(&Catalog::of(wanted, Some(shown)).only()),
        ["specification-restored-after-retirement"]
    );
}

#[test]
fn replacing_what_is_in_review_ends() {
    // What follows only after the approval (R35) is no reason to take the submission back.
    let whole = |public: bool| {
        let mut found = product(
            "crm",
            DeliveryMethod::License,
            vec![hidden(specification("partner", YEARLY)), specification("open", YEARLY)],
        );
        found.fields.set(ProductField::PublicSales, Some(Value::Flag(public)));
        found
    };
    let mut wanted = desired(whole(true));
    wanted.on_change = OnChange::Replace;
    let catalog = Catalog::of(wanted, Some(released(&whole(false)))).approved();
    let submitted = catalog.only();
    let after = Catalog { histories: in_review(first(&submitted)), ..catalog };
    assert_eq!(after.only().standing, Standing::InReview);
}

#[test]
fn a_setting_of_the_console_does_not_take_back_what_is_in_review() {
    let limited = |price: &str, limit: i64| {
        let mut found = named("starter", price);
        let fields = &mut found.specifications.get_mut(&key("starter")).unwrap().fields;
        fields.set(SpecificationField::PurchaseLimit, Some(Value::Integer(limit)));
        found
    };
    let mut wanted = desired(limited("110", 5));
    wanted.on_change = OnChange::Replace;
    let catalog = Catalog::of(wanted, Some(released(&limited("99", 3))));
    let submitted = catalog.only();
    let after = Catalog { histories: in_review(first(&submitted)), ..catalog };
    assert_eq!(after.only().standing, Standing::InReview);
}

#[test]
fn a_confirmation_does_not_make_a_lost_ledger_whole() {
    let confirmation = Evidence {
        kind: EvidenceKind::Confirmation("v-crm-interface".into()),
        by: "somebody".into(),
        reason: "tested".into(),
        at: now(),
        expires: None,
    };
    let history = History { evidence: vec![confirmation], ..History::default() };
    let catalog = Catalog {
        unbound: vec![("OFFI-1".into(), "Another name".into())],
        histories: BTreeMap::from([(key("crm"), history)]),
        ..Catalog::of(desired(named("starter", "99")), None)
    };
    assert_eq!(blocking(&catalog.only()), ["ledger-incomplete"]);
}

#[test]
fn a_partial_observation_makes_nothing_missing_or_new() {
    let shown: ReleasedProduct = released(&named("starter", "99"));
    assert_eq!(shown.status, ProductStatus::OnSale);
    let mut other = named("starter", "99");
    other.key = key("desk");
    let catalog = Catalog {
        desired: vec![desired(named("starter", "99")), desired(other)],
        released: vec![shown],
        partial: true,
        ..Catalog::default()
    };
    let Plan { products, .. } = catalog.plan();
    assert_eq!(products.iter().map(|found| found.key.as_str()).collect::<Vec<_>>(), ["crm"]);
}

/// A license whose first release is in review: what of it is unwanted could be taken back.
fn license_in_review() -> Cli {
    let cli = Cli::new();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/03-first-license/.");
    assert!(Command::new("cp").arg("-r").arg(example).arg(cli.folder()).status().unwrap().success());
    cli.run(&["reconcile"]).fine();
    assert!(cli.run(&["status"]).fine().contains("in review"));
    cli
}

fn still_in_review_after(broken: impl Fn(&str) -> String) {
    let cli = license_in_review();
    let file = "products/ledgerleaf/product.yaml";
    let text = cli.read(file);
    cli.write(file, &broken(&text));
    let ended = cli.run(&["reconcile"]);
    assert!(!ended.stdout.contains("taken back") && !ended.stdout.contains("withdrawn"), "{}", ended.stdout);
    cli.write(file, &text);
    let status = cli.run(&["status"]).fine();
    assert!(status.contains("in review"), "{status}");
}

#[test]
fn a_definition_that_cannot_be_read_takes_nothing_back() {
    still_in_review_after(|text| format!("{text}\n: [\n"));
}

#[test]
fn a_broken_definition_with_a_new_key_takes_nothing_back() {
    still_in_review_after(|text| {
        let renamed = text.replacen("key: ledgerleaf\n", "key: ledgerleaf-2\nformerly: [ledgerleaf]\n", 1);
        assert_ne!(renamed, text);
        format!("{renamed}\nnoSuchField: 1\n")
    });
}
