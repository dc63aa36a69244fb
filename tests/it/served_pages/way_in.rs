//! Who gets in, and what every answer is like.

use super::bench::{Bench, TOKEN, form};
use crate::sandbox_account::{crm, field, license, text};
use gallerist::model::ProductField;
use gallerist::sandbox::{Answer, Request};

const OPEN: [&str; 3] = ["/login", "/style.css", "/icon.svg"];

/// An address of every page, with something to see.
fn addresses(bench: &Bench) -> Vec<String> {
    let crm = bench.sell("acme", vec![crm()]);
    let waits = bench.waiting("acme", "crm", vec![field(ProductField::Overview, text("New"))]);
    [
        "/".to_owned(),
        "/console".to_owned(),
        "/console/acme".to_owned(),
        "/console/acme/applications".to_owned(),
        format!("/console/acme/applications/{waits}"),
        format!("/console/acme/products/{crm}"),
        "/desk".to_owned(),
        format!("/desk/acme/{waits}"),
        "/store".to_owned(),
        format!("/store/acme/{crm}"),
    ]
    .into()
}

#[test]
fn every_page_is_whole_and_safe() {
    let bench = Bench::new(&["acme", "globex"]);
    let addresses = addresses(&bench);
    let visitor = bench.visitor();
    for address in addresses.iter().map(String::as_str).chain(OPEN) {
        let page = visitor.get(address);
        assert_eq!(page.status, 200, "{address}");
        let policy = page.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "style-src 'self'",
            "img-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{address}: {policy}");
        }
        assert!(!policy.contains("script") && !policy.contains("unsafe"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(page.header(name), value, "{address}");
        }
        if !page.header("content-type").starts_with("text/html") {
            continue;
        }
        let html = page.text();
        assert!(html.starts_with("<!doctype html>\n<html lang=\"en\">"), "{address}");
        assert_eq!(html.matches("<h1").count(), 1, "{address}");
        assert_eq!(html.matches("<main").count(), 1, "{address}");
        for absent in ["<script", "style=\"", "javascript:", "://", "onclick"] {
            // A product's own addresses are text.
            let html = html
                .replace("https://crm.acme.example/koo", "")
                .replace("https://meter.acme.example/koo", "");
            assert!(!html.contains(absent), "{address} has {absent}");
        }
        let (posts, tokens) =
            (html.matches("method=\"post\"").count(), html.matches("name=\"csrf\"").count());
        assert!(
            posts == tokens || address == "/login" && posts == tokens + 1,
            "{address}: a form without token"
        );
    }
}

#[test]
fn nothing_is_shown_without_a_login() {
    let bench = Bench::new(&["acme", "globex"]);
    let stranger = bench.stranger();
    for address in addresses(&bench).iter().map(String::as_str).chain(["/nothing", "/pictures/acme/0"]) {
        let page = stranger.get(address);
        assert_eq!((page.status, page.header("location"), page.bytes.len()), (303, "/login", 0), "{address}");
    }
    for address in OPEN {
        assert_eq!(stranger.get(address).status, 200, "{address}");
    }
    let posted = stranger.ask("POST", "/desk/acme/KG0000000001/approve", &[], "");
    assert_eq!((posted.status, posted.header("location")), (303, "/login"));
    let mut guess = bench.stranger();
    guess.cookie = Some("gallerist_sandbox=00000000".to_owned());
    assert_eq!(guess.get("/").status, 303);
}

#[test]
fn the_token_lets_in_and_logging_out_ends_it() {
    let bench = Bench::new(&["acme"]);
    let stranger = bench.stranger();
    for wrong in ["", "x", "open-sesame-012345678", &TOKEN.to_uppercase()] {
        let page = stranger.ask("POST", "/login", &[], &form(&[("token", wrong)]));
        assert_eq!((page.status, page.header("set-cookie")), (403, ""), "{wrong}");
        page.says("Not this one");
    }
    let entered = stranger.ask("POST", "/login", &[], &form(&[("token", TOKEN)]));
    assert_eq!((entered.status, entered.header("location")), (303, "/"));
    let cookie = entered.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert!(!cookie.contains(TOKEN));
    let visitor = bench.visitor();
    let left = visitor.send("/", "/logout", &[]);
    assert_eq!((left.status, left.header("location")), (303, "/login"));
    assert_eq!(visitor.get("/").status, 303, "the cookie opens nothing any more");
}

/// An application that waits must still wait after each of these.
#[test]
fn what_other_sites_send_does_nothing() {
    let bench = Bench::new(&["acme"]);
    bench.sell("acme", vec![license()]);
    let id = bench.waiting("acme", "key", vec![field(ProductField::Name, text("New"))]);
    let visitor = bench.visitor();
    let csrf = visitor.get("/").csrf();
    let (other, here) = (bench.visitor().get("/").csrf(), format!("http://{}", bench.address));
    let to = format!("/desk/acme/{id}/approve");
    let with = |token: &str| form(&[("csrf", token)]);
    let is_waiting = || {
        let seller = bench.served.sellers.values().next().unwrap();
        seller.look(|state| state.pending().count() == 1).unwrap()
    };
    let attempts: [(&[(&str, &str)], String); 9] = [
        (&[], String::new()),
        (&[], with("")),
        (&[], with("0000")),
        (&[], with(&other)),
        (&[("origin", "http://evil.example")], with(&csrf)),
        (&[("origin", "http://127.0.0.1:1")], with(&csrf)),
        (&[("sec-fetch-site", "cross-site")], with(&csrf)),
        (&[("sec-fetch-site", "same-site"), ("origin", "null")], with(&csrf)),
        (&[("content-type", "text/plain")], with(&csrf)),
    ];
    for (headers, body) in attempts {
        let page = visitor.ask("POST", &to, headers, &body);
        assert!([403, 415].contains(&page.status), "{headers:?} {body}: {}", page.status);
        page.says("Nothing was done");
        assert!(is_waiting(), "{headers:?} {body}");
    }
    for method in ["GET", "HEAD", "PUT"] {
        assert_eq!(visitor.ask(method, &to, &[], "").status, 405, "{method}");
        assert!(is_waiting());
    }
    let honest = [("origin", here.as_str()), ("sec-fetch-site", "same-origin")];
    let page = visitor.ask("POST", &to, &honest, &with(&csrf));
    assert_eq!((page.status, page.header("location")), (303, "/desk"));
    assert!(!is_waiting());
    // Pages that send no referrer send no origin either.
    let frozen = visitor.ask(
        "POST",
        "/logout",
        &[("origin", "null"), ("sec-fetch-site", "same-origin")],
        &with(&csrf),
    );
    assert_eq!(frozen.status, 303);
}

#[test]
fn no_name_that_others_can_point_here_is_answered() {
    let bench = Bench::new(&["acme"]);
    let visitor = bench.visitor();
    let port = bench.address.port();
    for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "a b"] {
        let page = visitor.ask("GET", "/desk", &[("host", host)], "");
        assert!([400, 421].contains(&page.status), "{host}: {}", page.status);
        page.is_silent_about("Review desk</h1>");
    }
    for host in [
        format!("localhost:{port}"),
        format!("127.0.0.1:{port}"),
        format!("[::1]:{port}"),
        "LOCALHOST".to_owned(),
    ] {
        assert_eq!(visitor.ask("GET", "/desk", &[("host", &host)], "").status, 200, "{host}");
    }
}

#[test]
fn what_is_not_there_has_a_page_that_says_so() {
    let bench = Bench::new(&["acme"]);
    let visitor = bench.visitor();
    for path in [
        "/nothing",
        "/console/nobody",
        "/console/NOBODY",
        "/console/%FF",
        "/console/acme/products/00301-1-0--0",
        "/console/acme/applications/KG0000000001",
        "/console/..%2Facme",
        "/desk/acme/KG1",
        "/desk/nobody/KG1",
        "/store/acme/x",
        "/pictures/acme/..%2F..%2Fetc%2Fpasswd",
    ] {
        let page = visitor.get(path);
        assert_eq!(page.status, 404, "{path}");
        page.says("Nothing is here");
        assert!(page.header("content-security-policy").contains("default-src 'none'"));
    }
    for (path, allowed) in [("/desk", "GET,HEAD"), ("/desk/clock", "POST")] {
        let page = visitor.ask("DELETE", path, &[], "");
        assert_eq!((page.status, page.header("allow")), (405, allowed), "{path}");
        page.says("Not like this");
    }
    let gone = visitor.send("/desk", "/desk/acme/KG9/approve", &[]);
    assert_eq!(gone.status, 404);
    let large = "x".repeat(100_000);
    let page = visitor.send("/desk", "/desk/acme/KG9/reject", &[("reason", large.as_str())]);
    assert_eq!(page.status, 413);
    page.says("Nothing was done");
    assert_eq!(
        bench.ask("acme", &Request::Review(gallerist::sandbox::Policy::Manual)),
        Answer::Decided(vec![])
    );
}
