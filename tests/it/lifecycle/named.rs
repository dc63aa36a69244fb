//! What a reviewer's words name, and where that is written.

use crate::definition::{config, read};
use crate::model::{key, scope};
use gallerist::definition::Catalog;
use gallerist::model::{Item, Product, Value};
use gallerist::plan::named;
use gallerist::report::{Place, places};
use gallerist::submission::{Operation, OperationKind, Submission, SubmissionKind};
use proptest::prelude::*;

const FILE: &str = "products/acme-crm/product.yaml";
const TEXT: &str = include_str!("../../../src/cli/templates/product.yaml");

fn catalog() -> Catalog {
    let (catalog, diagnostics) = read(&[(FILE, TEXT)]);
    assert!(!diagnostics.has_errors(), "{diagnostics:#?}");
    catalog
}

fn product(catalog: &Catalog) -> Product {
    catalog.definition("acme-crm").unwrap().desired("intl").unwrap().product.clone()
}

fn submission(product: &Product, kind: SubmissionKind, operations: Vec<Operation>) -> Submission {
    Submission {
        id: Submission::identify(&scope(), &product.key, None, &operations, 1),
        kind,
        product: product.key.clone(),
        product_id: None,
        base: None,
        operations,
        attempt: 1,
        predicted: product.clone(),
    }
}

fn release(product: &Product) -> Submission {
    let to = Some(Value::Product(Box::new(product.clone())));
    let operation =
        Operation { kind: OperationKind::ReleaseProduct, item: Item::Product, from: None, to, reason: None };
    submission(product, SubmissionKind::Release, vec![operation])
}

fn told(text: &str) -> Vec<String> {
    let product = product(&catalog());
    named(text, &release(&product)).into_iter().map(|found| found.item.describe()).collect()
}

fn located(text: &str) -> Vec<Place> {
    let (catalog, config) = (catalog(), config());
    let definition = catalog.definition("acme-crm").unwrap();
    let locate = |item: &Item, excerpt: Option<&str>| {
        let target = config.target("intl").unwrap();
        let location = match excerpt {
            Some(words) => definition.locate_words(&item.route(), words, target),
            None => definition.locate(&item.route(), target),
        };
        let written = &TEXT[location.span.range()];
        assert!(excerpt.is_none_or(|words| written.eq_ignore_ascii_case(words) || !TEXT.contains(words)));
        let position = definition.source().position(location.span.start);
        Some(Place { path: location.path, position, named: false })
    };
    places(Some(text), &release(&product(&catalog)), &locate)
}

#[test]
fn words_of_the_console_and_of_ours_name_things() {
    for (text, expected) in [
        ("The logo is blurred.", &["Logo"][..]),
        ("ＬＯＧＯ is blurred", &["Logo"]),
        ("商品Logo模糊", &["Logo"]),
        ("商品简介与商品亮点不符", &["Overview", "Highlights"]),
        ("logo.png shows another company", &["Logo"]),
        ("The highlights promise too much", &["Highlights"]),
        ("Starter costs too little", &["specification starter"]),
        ("the price of Starter is wrong", &["price of starter (yearly)", "price of starter (monthly)"]),
        ("the yearly price of team", &["price of team (yearly)"]),
        ("249.00 is too much", &["price of team (yearly)"]),
        ("价格 24.9 不合理", &["price of team (monthly)"]),
        ("at most 24 hours, R25, 5 pictures", &[]),
        ("“who calls next” is unclear", &["Description"]),
        ("Nothing of this is right, please try again later.", &[]),
        ("The catalogue and the logotype", &[]),
        ("", &[]),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn places_slice_to_what_they_name() {
    for (text, at, word) in [
        ("The logo is blurred.", 1, "logo.png"),
        ("'who calls next' is a promise", 1, "who calls next"),
        ("249.00 is too much", 1, "\"249.00\""),
        ("The hotline is never answered", 1, "\"+65 6000 0000\""),
    ] {
        let found = located(text);
        assert_eq!(found.iter().filter(|place| place.named).count(), at, "{text}: {found:?}");
        let line = TEXT.lines().nth(found[0].position.line.0 as usize - 1).unwrap();
        let rest: String = line.chars().skip(found[0].position.column.0 as usize - 1).collect();
        assert!(rest.starts_with(word), "{text}: {rest}");
    }
    let nothing = located("Please try again.");
    assert!(nothing.len() == 1 && !nothing[0].named, "{nothing:?}");
}

#[test]
fn of_several_operations_the_named_one_comes_first_and_the_rest_after_it() {
    let product = product(&catalog());
    let operation = |path: &str, kind| {
        let all = gallerist::model::ProductField::ALL;
        let field = *all.iter().find(|field| field.info().path == [path]).unwrap();
        let to = product.fields.value(field).cloned();
        Operation { kind, item: Item::Field(field), from: None, to, reason: None }
    };
    let operations =
        ["name", "overview", "highlights"].map(|path| operation(path, OperationKind::ChangeField)).to_vec();
    let submission = submission(&product, SubmissionKind::Modify, operations);
    let number = |item: &Item| submission.operations.iter().position(|operation| operation.item == *item);
    let locate = |item: &Item, _: Option<&str>| {
        let line = u32::try_from(number(item)? + 1).unwrap();
        let position = gallerist::text::Position {
            line: gallerist::text::LineNumber(line),
            column: gallerist::text::ColumnNumber(1),
        };
        Some(Place { path: FILE.into(), position, named: false })
    };
    let found = places(Some("the overview says nothing"), &submission, &locate);
    let found: Vec<(u32, bool)> = found.iter().map(|place| (place.position.line.0, place.named)).collect();
    assert_eq!(found, [(2, true), (1, false), (3, false)]);
}

#[test]
fn a_specification_is_named_by_its_key_too_and_longer_words_count() {
    assert_eq!(told("starter"), ["specification starter"]);
    assert_eq!(told("the starters"), ["specification starter"]);
    assert!(told("nonstarter").is_empty());
    let mut product = product(&catalog());
    let two = gallerist::model::Specification::new(key("starter-plus"));
    product.specifications.insert(key("starter-plus"), two);
    let found = named("starter-plus is empty", &release(&product));
    assert_eq!(
        found.iter().map(|found| found.item.describe()).collect::<Vec<_>>(),
        ["specification starter-plus"]
    );
}

#[test]
fn long_and_hostile_texts_end() {
    let marks = "\"'“「`".repeat(20_000);
    let words = "logo price starter 99.00 ".repeat(20_000);
    let numbers = "9".repeat(100_000) + &",.".repeat(10_000);
    for text in [marks, words, numbers, "\u{202e}\0\x1b[31m".repeat(5_000), "İ".repeat(30_000)] {
        let _ = located(&text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_is_named_is_ours_in_the_file_and_always_the_same(
        words in prop::collection::vec(
            prop_oneof![
                Just("logo".to_owned()), Just("Starter".to_owned()), Just("价格".to_owned()), Just("99.00".to_owned()),
                Just("\"who calls next\"".to_owned()), Just("“Acme CRM”".to_owned()), ".{0,6}", "[a-z'\"]{0,8}",
            ],
            0..12,
        )
    ) {
        let text = words.join(" ");
        let found = located(&text);
        prop_assert_eq!(&found, &located(&text));
        prop_assert!(!found.is_empty(), "a rejection is always shown somewhere");
        for place in &found {
            let line = TEXT.lines().nth(place.position.line.0 as usize - 1);
            prop_assert!(line.is_some_and(|line| line.chars().count() + 1 >= place.position.column.0 as usize));
        }
        let first_rest = found.iter().position(|place| !place.named).unwrap_or(found.len());
        prop_assert!(found[first_rest..].iter().all(|place| !place.named), "what is named comes first");
    }
}
