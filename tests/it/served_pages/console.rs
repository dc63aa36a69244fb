//! What a seller sees, and that it is only theirs.

use super::bench::Bench;
use crate::sandbox_account::{
    crm, field, hardware, key, license, meter, price, product, remove, simple, text,
};
use gallerist::model::{BillingMode, Cell, DeliveryMethod, ProductField, SkuKey, Value};
use gallerist::sandbox::Request;
use gallerist::submission::ApplicationId;

#[test]
fn my_products_and_a_product_hold_everything() {
    let bench = Bench::new(&["acme"]);
    let id = bench.sell("acme", vec![license(), hardware(), meter(), crm()]);
    bench.ask("acme", &Request::Freeze { product: key("box"), frozen: true });
    bench.waiting("acme", "crm", vec![field(ProductField::Overview, text("Better"))]);
    let visitor = bench.visitor();
    let alone = visitor.get("/console");
    assert_eq!((alone.status, alone.header("location")), (303, "/console/acme"));
    let list = visitor.get("/console/acme");
    for words in
        ["Product crm", "SaaS On sale 2 on sale Pending approval", "Product box", "Frozen 1", "All 4"]
    {
        list.says(words);
    }
    let page = visitor.get(&format!("/console/acme/products/{id}"));
    for words in [
        "Product crm On sale",
        "Pending approval",
        "Starter On sale",
        "14-day free trial",
        "USD 99.00",
        "Edition: BASIC",
        "USD 10.00",
        "Seats 1 to 100 in steps of 1, tiered pricing",
        "Linked Application Credential cred-1",
        "team: edition=basic -&gt; edition=pro x2",
        "Submitted KG0000000001.",
        "is in the catalog as",
        "Freeze trading",
    ] {
        page.says(words);
    }
    let text = page.text();
    assert!(text.find("Submitted KG0000000001.") < text.find("is in the catalog as"), "newest first");
    let metered = visitor.get("/console/acme?q=METER");
    metered.says("All 1");
    metered.is_silent_about("Product crm");
    let factors = visitor.get("/store?q=meter");
    factors.says("Product meter");
}

#[test]
fn applications_tell_where_they_stand_and_why() {
    let bench = Bench::new(&["acme"]);
    bench.sell("acme", vec![crm()]);
    let yearly = Cell { sku: SkuKey::simple(), mode: BillingMode::Yearly };
    let operations =
        vec![field(ProductField::Overview, text("All new")), price("starter", yearly, "120"), remove("team")];
    let id = bench.waiting("acme", "crm", operations);
    let visitor = bench.visitor();
    let page = visitor.get(&format!("/console/acme/applications/{id}"));
    for words in
        ["Modification: Product crm Pending approval", "Overview Nothing All new", "+21.2 %", "99.00 120.00"]
    {
        page.says(words);
    }
    page.says("Price in USD (yearly)");
    page.says("Specification \"Team\" Leaves the catalog for ever".replace('"', "&quot;").as_str());
    page.says("nobody buys it");
    let reason = "The price is\nout of proportion";
    bench.ask("acme", &Request::Reject { application: ApplicationId(id.clone()), reason: reason.into() });
    let list = visitor.get("/console/acme/applications");
    list.says("Rejected The price is out of proportion");
    list.says("3 changes");
    let rejected = visitor.get(&format!("/console/acme/applications/{id}"));
    rejected.says("Why it was rejected The price is out of proportion");
    rejected.says("All new");
    rejected.says("Price of starter (yearly) in USD");
    bench.ask("acme", &Request::Discard(ApplicationId(id.clone())));
    visitor.get("/console/acme/applications").says("Nothing was submitted yet.");
    assert_eq!(visitor.get(&format!("/console/acme/applications/{id}")).status, 404);
}

#[test]
fn no_seller_sees_anything_of_another() {
    let bench = Bench::new(&["acme", "globex"]);
    let mine = bench.sell("acme", vec![crm()]);
    let mut secret =
        product("plans", DeliveryMethod::License, vec![simple("Seat", &[(BillingMode::Yearly, "7")])]);
    secret.fields.set(ProductField::Name, text("Globex plans"));
    secret.fields.set(ProductField::PublicSales, Some(Value::Flag(false)));
    bench.sell("globex", vec![license(), secret]);
    bench.waiting("globex", "plans", vec![field(ProductField::Overview, text("Globex overview"))]);
    let visitor = bench.visitor();
    for path in
        ["/console/acme", "/console/acme/applications", &format!("/console/acme/products/{mine}"), "/store"]
    {
        let page = visitor.get(path);
        assert_eq!(page.status, 200);
        page.is_silent_about("Globex plans");
        page.is_silent_about("Globex overview");
    }
    // Both sellers' ids are counted alike, so an id alone leads to one's own.
    assert_eq!(visitor.get("/console/acme/applications/KG0000000001").status, 404);
    assert_eq!(visitor.get("/desk/acme/KG0000000001").status, 404);
    visitor.get("/desk").says("Globex plans");
}

#[test]
fn thousands_of_products_and_events_come_in_parts() {
    let bench = Bench::new(&["acme", "globex"]);
    let named = |number: usize| {
        let seat = simple("Seat", &[(BillingMode::Yearly, "5")]);
        product(&format!("tool-{number:04}"), DeliveryMethod::License, vec![seat])
    };
    bench.sell("acme", (0..2_000).map(named).collect());
    bench.sell("globex", (0..10).map(named).collect());
    let visitor = bench.visitor();
    let rows = |page: &super::bench::Page| page.text().matches("role=\"rowheader\"").count();
    let first = visitor.get("/console/acme");
    first.says("Page 1 of 40 (2000 in all)");
    assert_eq!(rows(&first), 50);
    let last = visitor.get("/console/acme?page=40");
    assert_eq!(rows(&last), 50);
    last.says("Product tool-1999");
    visitor.get("/console/acme?page=99999999999999999999").says("Page 1 of 40");
    visitor.get("/console/acme?page=41").says("Page 40 of 40");
    let found = visitor.get("/console/acme?q=tool-19&page=2");
    found.says("Page 2 of 2 (100 in all)");
    assert!(found.text().contains("q=tool-19"), "the next part looks for the same");
    let shelf = visitor.get("/store?page=84");
    shelf.says("Page 84 of 84 (2010 in all)");
    assert_eq!(shelf.text().matches("class=\"overview\"").count(), 2_010 - 83 * 24);
    shelf.says("License by globex");
    visitor.get("/store?page=1").is_silent_about("globex");
    for number in 0..60 {
        let frozen = number % 2 == 0;
        bench.ask("globex", &Request::Freeze { product: key("tool-0003"), frozen });
    }
    let seller = &bench.served.sellers[&key("globex")];
    let id = seller.look(|state| state.product(None, &key("tool-0003")).unwrap().id.clone()).unwrap();
    let mut address = format!("/console/globex/products/{id}");
    let mut counts = Vec::new();
    loop {
        let page = visitor.get(&address);
        page.is_silent_about("tool-0004");
        counts.push(page.text().matches("<li><time").count());
        let text = page.text();
        let Some((_, rest)) = text.split_once(&format!("/console/globex/products/{id}?before=")) else {
            break;
        };
        address = format!("/console/globex/products/{id}?before={}", rest.split_once('#').unwrap().0);
    }
    assert_eq!(counts, [25, 25, 11]);
    for number in 0..60 {
        bench.waiting("acme", &format!("tool-{number:04}"), vec![field(ProductField::Overview, text("New"))]);
    }
    let desk = visitor.get("/desk?page=2");
    desk.says("60 applications wait, oldest first.");
    desk.says("Page 2 of 2");
    assert_eq!(rows(&desk), 10);
}
