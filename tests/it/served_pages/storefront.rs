//! What buyers see, and what they do not.

use super::bench::Bench;
use crate::sandbox_account::{crm, field, key, license, retire, simple, specification_field, text};
use gallerist::model::{Asset, BillingMode, Entry, FileKind, ProductField, SpecificationField, Value};
use gallerist::sandbox::Request;
use gallerist::submission::{Operation, OperationKind};

fn edit(bench: &Bench, product: &str, operations: Vec<Operation>) {
    let request = Request::ConsoleEdit { by: "Mei".into(), product: key(product), operations };
    assert_eq!(bench.ask("acme", &request), gallerist::sandbox::Answer::Done);
}

#[test]
fn a_product_shows_all_that_buyers_need() {
    let bench = Bench::new(&["acme"]);
    let mut product = crm();
    let prose = "# Product crm\n\nIt keeps **all** contacts.\n\n- offline\n- <b>safe</b>\n\n1. Buy\n2. Use\n";
    for (field, value) in [
        (ProductField::Overview, "Contacts for teams"),
        (ProductField::Description, prose),
        (ProductField::SupportHotline, "+65 6550 0100"),
        (ProductField::SupportEmail, "help@acme.example"),
        (ProductField::Agreement, "## Scope\nAll of it."),
    ] {
        product.fields.set(field, text(value));
    }
    product.fields.set(ProductField::Highlights, Some(Value::Texts(vec!["Fast".into(), "Quiet".into()])));
    let story = Entry { title: "A wholesaler".into(), text: "Saved a day a week.".into() };
    product.fields.set(ProductField::CustomerCases, Some(Value::Entries(vec![story])));
    let id = bench.sell("acme", vec![product]);
    let visitor = bench.visitor();
    let list = visitor.get("/store");
    list.says("Product crm SaaS by acme Contacts for teams from USD 10.00 per year Free trial");
    let page = visitor.get(&format!("/store/acme/{id}"));
    for words in [
        "Highlights Fast Quiet",
        "Starter 14-day free trial",
        "Per year USD 99.00",
        "Edition: PRO USD 20.00",
        "It keeps all contacts.",
        "&lt;b&gt;safe&lt;/b&gt;",
        "A wholesaler Saved a day a week.",
        "Hotline +65 6550 0100 Mail help@acme.example",
        "End user license agreement Read it Scope All of it.",
    ] {
        page.says(words);
    }
    assert!(page.text().contains("<strong>all</strong>") && page.text().contains("<li>Buy</li>"));
}

#[test]
fn what_is_hidden_frozen_or_gone_is_not_listed_and_says_so() {
    let bench = Bench::new(&["acme"]);
    let mut product = license();
    let extra = simple("Extra", &[(BillingMode::Yearly, "60")]);
    product.specifications.insert(extra.key.clone(), extra);
    let id = bench.sell("acme", vec![product]);
    let (store, visitor) = (format!("/store/acme/{id}"), bench.visitor());
    let open = visitor.get(&store);
    open.says("Seat");
    open.says("USD 60.00");
    edit(
        &bench,
        "key",
        vec![Operation {
            kind: OperationKind::HideSpecification,
            ..specification_field("extra", SpecificationField::Public, Some(Value::Flag(false)))
        }],
    );
    visitor.get(&store).is_silent_about("USD 60.00");
    let linked = visitor.get(&format!("{store}?specification=extra"));
    linked.says("Extra By its address only");
    linked.says("USD 60.00");
    let public = |is_public| {
        vec![Operation {
            kind: if is_public { OperationKind::ShowProduct } else { OperationKind::HideProduct },
            ..field(ProductField::PublicSales, Some(Value::Flag(is_public)))
        }]
    };
    edit(&bench, "key", public(false));
    visitor.get("/store").says("The shelves are empty.");
    let hidden = visitor.get(&store);
    hidden.says("This product is not listed and not found.");
    hidden.says("USD 50.00");
    visitor.get("/console/acme").says("On sale, hidden");
    edit(&bench, "key", public(true));
    bench.ask("acme", &Request::Freeze { product: key("key"), frozen: true });
    visitor.get("/store").says("The shelves are empty.");
    visitor.get(&store).says("Trading is frozen");
    edit(&bench, "key", vec![retire()]);
    visitor.get("/store").says("The shelves are empty.");
    let gone = visitor.get(&store);
    gone.says("Discontinued This product is off the catalog for ever.");
    gone.is_silent_about("USD 50.00");
    visitor.get("/console/acme?show=discontinued").says("Product key");
    visitor.get(&format!("/console/acme/products/{id}")).is_silent_about("Freeze trading");
}

#[test]
fn only_pictures_are_shown_as_pictures() {
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
    let bench = Bench::new(&["acme", "globex"]);
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let file = |name: &str, digest: &str, kind| Asset {
        name: name.into(),
        digest: digest.into(),
        size_bytes: 70,
        kind,
        pixels: None,
        text: None,
    };
    let png = bench.keep("acme", PNG);
    let bad = bench.keep("acme", svg);
    let page = bench.keep("acme", b"<html><script>alert(1)</script>");
    let missing = "0".repeat(64);
    let mut product = license();
    product.fields.set(ProductField::Logo, Some(Value::Asset(file("logo.png", &png, Some(FileKind::Png)))));
    // A program that claims that its files are pictures.
    product
        .fields
        .set(ProductField::MainPicture, Some(Value::Asset(file("main.png", &bad, Some(FileKind::Png)))));
    let pictures = vec![file("1.svg", &bad, None), file("2.png", &page, None), file("3.png", &missing, None)];
    product.fields.set(ProductField::DescriptionPictures, Some(Value::Assets(pictures)));
    let id = bench.sell("acme", vec![product]);
    let visitor = bench.visitor();
    for address in [format!("/store/acme/{id}"), format!("/console/acme/products/{id}"), "/store".to_owned()]
    {
        let html = visitor.get(&address).text();
        let sources: Vec<&str> = html.split("<img").skip(1).collect();
        assert_eq!(sources.len(), 1, "{address}");
        assert!(sources[0].contains(&format!("src=\"/pictures/acme/{png}\"")), "{}", sources[0]);
    }
    let shown = visitor.get(&format!("/pictures/acme/{png}"));
    assert_eq!((shown.status, shown.header("content-type")), (200, "image/png"));
    assert_eq!((shown.header("x-content-type-options"), shown.bytes.as_slice()), ("nosniff", PNG));
    for digest in [bad.as_str(), &page, &missing, "x", &format!("..%2F{png}"), &png[1..]] {
        assert_eq!(visitor.get(&format!("/pictures/acme/{digest}")).status, 404, "{digest}");
    }
    assert_eq!(visitor.get(&format!("/pictures/globex/{png}")).status, 404, "another seller's");
}
