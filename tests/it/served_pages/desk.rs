//! What an operations manager decides, and what becomes of it.

use super::bench::Bench;
use crate::sandbox_account::{crm, field, key, license, start, text};
use gallerist::model::ProductField;
use gallerist::sandbox::{Application, Request, Standing};
use gallerist::submission::ApplicationId;

fn standing(bench: &Bench, seller: &str, id: &str) -> Standing {
    let id = ApplicationId(id.to_owned());
    let found = |state: &gallerist::sandbox::State| -> Application { state.applications[&id].clone() };
    bench.served.sellers[&key(seller)].look(found).unwrap().standing
}

#[test]
fn what_waits_is_decided_oldest_first() {
    let bench = Bench::new(&["acme", "globex"]);
    let sold = bench.sell("acme", vec![license()]);
    bench.sell("globex", vec![crm()]);
    let later = bench.waiting("globex", "crm", vec![field(ProductField::Name, text("Globex CRM"))]);
    bench.ask("acme", &Request::AdvanceClock { seconds: 3_600, policy: gallerist::sandbox::Policy::Manual });
    let asked = vec![
        field(ProductField::Name, text("The best licence of all")),
        field(ProductField::Overview, text("Told anew")),
    ];
    let id = bench.waiting("acme", "key", asked);
    let visitor = bench.visitor();
    let desk = visitor.get("/desk");
    desk.says("2 applications wait, oldest first.");
    let html = desk.text();
    assert!(html.find(&format!("/desk/globex/{later}")) < html.find(&format!("/desk/acme/{id}")));
    let sheet = format!("/desk/acme/{id}");
    let page = visitor.get(&sheet);
    for words in [
        "Product Name Product key The best licence of all",
        "Overview Nothing Told anew",
        "product-name-exaggerated",
        "Approve all but the last",
    ] {
        page.says(words);
    }
    page.is_silent_about("Globex");
    // What the automatic reviewer objects to is proposed as the reason.
    assert!(
        page.text()
            .split("<textarea")
            .nth(1)
            .unwrap()
            .split("</textarea>")
            .next()
            .unwrap()
            .contains("product-name-exaggerated")
    );

    let long = "x".repeat(2_001);
    for (reason, told) in
        [("", "Say why"), (" \n ", "Say why"), (&long, "say it shorter"), ("a\u{7}b", "control characters")]
    {
        let sent = visitor.send(&sheet, &format!("{sheet}/reject"), &[("reason", reason)]);
        assert_eq!((sent.status, sent.header("location")), (303, sheet.as_str()));
        let page = visitor.get(&sheet);
        page.says("Not done");
        page.says(told);
        assert_eq!(standing(&bench, "acme", &id), Standing::Pending);
        visitor.get(&sheet).is_silent_about("Not done");
    }
    let sent = visitor.send(&sheet, &format!("{sheet}/reject"), &[("reason", "No superlatives,\r\nplease")]);
    assert_eq!((sent.status, sent.header("location")), (303, "/desk"));
    assert_eq!(standing(&bench, "acme", &id), Standing::Rejected("No superlatives,\nplease".to_owned()));
    let desk = visitor.get("/desk");
    desk.says("Done Rejected KG0000000001, Product key.");
    desk.says("One application waits.");
    // A verdict is final: another attempt, as from a page that was left open, changes nothing.
    let again = visitor.send("/desk", &format!("{sheet}/approve"), &[]);
    assert_eq!(again.header("location"), sheet);
    visitor.get(&sheet).says("Not done KG0000000001 is rejected");
    visitor.get(&format!("/console/acme/products/{sold}")).says("Product key On sale");
}

#[test]
fn approving_makes_it_real_wholly_or_in_part() {
    let bench = Bench::new(&["acme"]);
    let sold = bench.sell("acme", vec![license()]);
    let asked =
        || vec![field(ProductField::Name, text("Renamed")), field(ProductField::Overview, text("Told anew"))];
    let visitor = bench.visitor();
    let first = bench.waiting("acme", "key", asked());
    visitor.send(&format!("/desk/acme/{first}"), &format!("/desk/acme/{first}/approve-in-part"), &[]);
    visitor.get("/desk").says("Approved without the last thing it asks for: KG0000000001");
    let page = visitor.get(&format!("/store/acme/{sold}"));
    page.says("Renamed");
    page.is_silent_about("Told anew");
    let second = bench.waiting("acme", "key", vec![field(ProductField::Overview, text("Told anew"))]);
    let sheet = format!("/desk/acme/{second}");
    visitor.get(&sheet).is_silent_about("Approve all but the last");
    let sent = visitor.send(&sheet, &format!("{sheet}/approve-in-part"), &[]);
    assert_eq!(sent.header("location"), sheet);
    visitor.get(&sheet).says("Not done KG0000000002 asks for one thing only.");
    visitor.send(&sheet, &format!("{sheet}/approve"), &[]);
    visitor.get(&format!("/store/acme/{sold}")).says("Told anew");
}

#[test]
fn withdrawing_and_freezing_say_what_became_of_it() {
    let bench = Bench::new(&["acme"]);
    bench.sell("acme", vec![license()]);
    let crm = bench.sell("acme", vec![crm()]);
    let fixed = bench.waiting("acme", "crm", vec![field(ProductField::Overview, text("New"))]);
    let loose = bench.waiting("acme", "key", vec![field(ProductField::Overview, text("New"))]);
    let visitor = bench.visitor();
    for (id, told, after) in [
        (&fixed, "Not done Applications of SaaS products cannot be withdrawn.", Standing::Pending),
        (&loose, "Done Withdrew", Standing::Withdrawn),
    ] {
        let sheet = format!("/desk/acme/{id}");
        let sent = visitor.send(&sheet, &format!("{sheet}/withdraw"), &[]);
        visitor.get(sent.header("location")).says(told);
        assert_eq!(standing(&bench, "acme", id), after);
    }
    let (console, store) = (format!("/console/acme/products/{crm}"), format!("/store/acme/{crm}"));
    let freeze = format!("/desk/acme/products/{crm}/freeze");
    visitor.send(&console, &freeze, &[("frozen", "yes")]);
    visitor.get(&console).says("Done Trading is frozen");
    visitor.get(&store).says("Trading is frozen");
    visitor.get("/store").is_silent_about("Product crm");
    visitor.send(&console, &freeze, &[("frozen", "no")]);
    visitor.get(&console).says("The freeze is lifted.");
    visitor.get("/store").says("Product crm");
    let nothing = visitor.send("/desk", "/desk/acme/products/none/freeze", &[("frozen", "yes")]);
    assert_eq!(nothing.status, 404);
}

#[test]
fn the_clock_goes_forward_for_one_or_for_all() {
    let bench = Bench::new(&["acme", "globex"]);
    bench.sell("acme", vec![license()]);
    let id = bench.waiting("acme", "key", vec![field(ProductField::Name, text("The best licence of all"))]);
    let visitor = bench.visitor();
    let ahead = |seller: &str| {
        let time = bench.served.sellers[&key(seller)].look(|state| state.time(start())).unwrap();
        time.duration_since(start()).as_hours()
    };
    let move_on = |fields: &[(&str, &str)]| {
        let sent = visitor.send("/desk", "/desk/clock", fields);
        assert_eq!((sent.status, sent.header("location")), (303, "/desk"));
        visitor.get("/desk")
    };
    for amount in ["", "0", "-1", "x", "367", "99999999999999999999", "4294967295"] {
        move_on(&[("amount", amount), ("unit", "days")])
            .says("Not done The clock goes forward by at least an hour");
    }
    assert_eq!((ahead("acme"), ahead("globex")), (0, 0));
    move_on(&[("amount", "5"), ("unit", "hours"), ("seller", "globex")])
        .says("The clock went forward by 5 hours.");
    assert_eq!((ahead("acme"), ahead("globex")), (0, 5));
    move_on(&[("amount", "3"), ("unit", "days"), ("policy", "manual")])
        .says("The clock went forward by 3 days.");
    assert_eq!((ahead("acme"), ahead("globex")), (72, 77));
    assert_eq!(standing(&bench, "acme", &id), Standing::Pending);
    let page = move_on(&[("amount", "1"), ("unit", "days"), ("seller", "acme"), ("policy", "automatic")]);
    page.says("The clock went forward by 1 day. Approved 0, rejected 1.");
    assert!(
        matches!(standing(&bench, "acme", &id), Standing::Rejected(reason) if reason.contains("product-name-exaggerated"))
    );
    let nobody = visitor.send("/desk", "/desk/clock", &[("amount", "1"), ("seller", "nobody")]);
    assert_eq!(nobody.status, 404);
}
