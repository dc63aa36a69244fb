//! A product that is on sale exactly as it is wanted: whether a plan would say anything is known without making one.

use crate::arbitrary::{field_value, product as any_product};
use crate::arbitrary_plan::history;
use crate::model::{Catalog, desired, key, now, product, released, site, specification};
use gallerist::model::{DeliveryMethod, Product, ProductField, SpecificationField, Value};
use gallerist::plan::{History, is_silent};
use gallerist::rules::ProductRules;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn sound(name: &str, delivery: DeliveryMethod) -> Product {
    let modes: &[(&str, &str)] = match delivery {
        DeliveryMethod::ProfessionalService => &[("one-time", "800")],
        _ => &[("yearly", "99"), ("monthly", "9.90")],
    };
    product(name, delivery, vec![specification("starter", modes)])
}

fn says_nothing(product: &Product) -> bool {
    says_nothing_beside(product, product)
}

fn says_nothing_beside(product: &Product, on_sale: &Product) -> bool {
    let rules = ProductRules::on(&site().name, &Default::default());
    is_silent(site(), &rules, &desired(product.clone()), on_sale, now())
}

/// The same with fields shown to be empty of which nothing is said.
fn shown(product: &Product, fields: &[ProductField]) -> Product {
    let mut shown = product.clone();
    fields.iter().for_each(|field| shown.fields.complete(*field));
    shown.upgrade_rules.get_or_insert_default();
    for specification in shown.specifications.values_mut() {
        SpecificationField::ALL.iter().for_each(|field| specification.fields.complete(*field));
        specification.modes.get_or_insert_default();
        specification.attributes.get_or_insert_default();
        specification.prices.get_or_insert_default();
        specification.factors.get_or_insert_default();
        specification.packages.get_or_insert_default();
    }
    shown
}

/// Products as they come, sound ones, and sound ones with one field that says something else.
fn wanted() -> impl Strategy<Value = Product> {
    let delivery = || prop::sample::select(DeliveryMethod::ALL.to_vec());
    let field = prop::sample::select(ProductField::ALL.to_vec())
        .prop_flat_map(|field| field_value(field.info().kind).prop_map(move |value| (field, value)));
    let changed = (delivery(), field).prop_map(|(delivery, (field, value))| {
        let mut product = sound("desk", delivery);
        product.fields.set(field, Some(value));
        product
    });
    prop_oneof![1 => any_product(), 1 => delivery().prop_map(|delivery| sound("desk", delivery)), 3 => changed]
}

/// What is recorded of a product of which nothing is under way.
fn lasting() -> impl Strategy<Value = History> {
    history().prop_map(|history| History {
        open: None,
        held: BTreeMap::new(),
        refused: None,
        ignored: BTreeMap::new(),
        failing: None,
        ..history
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_is_known_to_say_nothing_exactly_where_it_does(
        product in wanted(),
        empty in prop::sample::subsequence(ProductField::ALL.to_vec(), 0..4),
        history in lasting(),
    ) {
        let on_sale = shown(&product, &empty);
        let sale = released(&on_sale);
        let catalog = Catalog {
            histories: BTreeMap::from([(product.key.clone(), history)]),
            ..Catalog::of(desired(product.clone()), Some(sale))
        };
        // Where the address is not known, a hidden product's plan says so; here it is.
        let hidden = product.fields.flag(ProductField::PublicSales) == Some(false);
        let silent = says_nothing_beside(&product, &on_sale);
        let plan = catalog.only();
        prop_assert!(!silent || plan.is_settled(), "{plan:?}");
        prop_assert!(silent || hidden || !plan.is_settled(), "{plan:?}");
    }
}

#[test]
fn nothing_is_said_of_what_is_sound() {
    let quiet = DeliveryMethod::ALL.iter().filter(|delivery| says_nothing(&sound("desk", **delivery)));
    assert!(quiet.count() > 3);
}

#[test]
fn what_a_rule_says_of_what_is_on_sale_is_not_passed_over() {
    let mut loud = sound("desk", DeliveryMethod::Saas);
    loud.fields.set(ProductField::Name, Some(Value::Text("The best desk".to_owned())));
    assert!(!says_nothing(&loud));
    let mut hidden = sound("desk", DeliveryMethod::Saas);
    hidden.fields.set(ProductField::PublicSales, Some(Value::Flag(false)));
    assert!(!says_nothing(&hidden));
    assert_eq!(loud.key, key("desk"));
}
