//! Who is let in: signatures, clocks, replays, and sellers who see nothing of each other.

use super::bench::{Ask, Bench, Client, handing_over, release, release_of};
use crate::model;
use gallerist::model::{DeliveryMethod, Digest};
use gallerist::sandbox::{Policy, Request};
use gallerist::submission::Fence;
use gallerist::wire::gateway::ProblemKind;
use jiff::SignedDuration;
use serde_json::json;
use std::sync::Arc;

fn capabilities() -> Ask {
    Ask::new("GET", "/v1/capabilities")
}

#[test]
fn without_a_signature_nobody_is_let_in() {
    let bench = Bench::start(&["acme"]);
    let host = |ask: Ask| ask.header("Host", "x");
    let unsigned = host(capabilities()).send(bench.address);
    unsigned.problem(ProblemKind::Unsigned);
    assert_eq!(unsigned.header("www-authenticate"), Some("SDK-HMAC-SHA256"));
    for value in ["Bearer abc", "SDK-HMAC-SHA256", "SDK-HMAC-SHA256 Access=a", "SDK-HMAC-SHA256 x"] {
        host(capabilities().header("Authorization", value))
            .send(bench.address)
            .problem(ProblemKind::Unsigned);
    }
    let signed = bench.client("acme").signed(&capabilities());
    let without = |name: &str| {
        let mut ask = signed.clone();
        ask.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        ask
    };
    without("x-sdk-date").send(bench.address).problem(ProblemKind::Unsigned);
}

#[test]
fn a_wrong_secret_and_an_unknown_key_are_told_in_the_same_words() {
    let bench = Bench::start(&["acme", "globex"]);
    let (acme, hands) = (bench.seller("acme"), bench.hands.clone());
    let clock = || {
        let hands = hands.clone();
        Arc::new(move || hands.now()) as gallerist::served::Clock
    };
    let with =
        |access: &str, secret: &str| Client::new(bench.address, access, secret, clock()).ask(&capabilities());
    let of_other = with(&acme.access_key, bench.seller("globex").shown_secret());
    let wrong = with(&acme.access_key, "not-the-secret-key");
    let unknown = with("NOBODYHASTHISKEY", acme.shown_secret());
    wrong.problem(ProblemKind::SignatureWrong);
    assert_eq!((wrong.text(), wrong.text()), (unknown.text(), of_other.text()));
    with(&acme.access_key, acme.shown_secret()).ok(200);
}

#[test]
fn a_signature_is_of_one_request() {
    let bench = Bench::start(&["acme"]);
    let acme = bench.client("acme");
    let signed = acme.signed(&handing_over(&release("crm"), None));
    let wrong = |change: &dyn Fn(&mut Ask)| {
        let mut ask = signed.clone();
        change(&mut ask);
        ask.send(bench.address).problem(ProblemKind::SignatureWrong);
    };
    wrong(&|ask| ask.body = String::from_utf8_lossy(&ask.body).replace("100", "1").into_bytes());
    wrong(&|ask| ask.path.push('x'));
    wrong(&|ask| ask.query.push(("page".to_owned(), String::new())));
    wrong(&|ask| {
        ask.headers
            .iter_mut()
            .filter(|(name, _)| name == "X-Request-Id")
            .for_each(|(_, value)| value.push('1'));
    });
    let (_, applications) = acme.observe();
    assert!(applications.is_empty());
    signed.send(bench.address).ok(201);
}

#[test]
fn what_a_submission_asks_for_is_signed() {
    let bench = Bench::start(&["acme"]);
    let acme = bench.client("acme");
    // Signed as bytes that are left out, and then called JSON.
    let mut ask = handing_over(&release("crm"), None);
    ask.headers.retain(|(name, _)| name != "Content-Type");
    let ask = acme
        .signed(&ask.header("X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD"))
        .header("Content-Type", "application/json");
    let answer = ask.send(bench.address);
    assert_eq!(answer.status, 401, "{}", answer.text());
}

#[test]
fn clocks_may_be_so_far_apart() {
    let bench = Bench::start(&["acme"]);
    let acme = bench.seller("acme");
    let at = |minutes: i64, seconds: i64| {
        let moment = bench.hands.now() + SignedDuration::from_secs(minutes * 60 + seconds);
        Client::new(bench.address, &acme.access_key, acme.shown_secret(), Arc::new(move || moment))
            .ask(&capabilities())
    };
    at(15, 0).ok(200);
    at(-15, 0).ok(200);
    for answer in [at(15, 1), at(-15, -1), at(60 * 24 * 365, 0)] {
        let problem = answer.problem(ProblemKind::ClockSkewed);
        assert_eq!(problem.now.unwrap().0, bench.hands.now(), "{}", problem.detail);
    }
}

#[test]
fn what_changes_something_is_taken_once() {
    let bench = Bench::start(&["acme"]);
    let acme = bench.client("acme");
    let submission = release("crm");
    let signed = acme.signed(&handing_over(&submission, None));
    signed.send(bench.address).ok(201);
    signed.send(bench.address).problem(ProblemKind::Replayed);
    let withdraw = acme.signed(&Ask::new("POST", format!("/v1/submissions/{}/withdrawal", submission.id)));
    withdraw.send(bench.address).ok(204);
    withdraw.send(bench.address).problem(ProblemKind::Replayed);
    // Somebody who listened sends it again when it would take effect again: before it lapses, and after.
    let bar = acme
        .signed(&Ask::new("PUT", "/v1/fences/crm").json(&json!({ "fence": bench.hands.now().to_string() })));
    bar.send(bench.address).ok(204);
    bench.hands.pass(15 * 60);
    bar.send(bench.address).problem(ProblemKind::Replayed);
    bench.hands.pass(1);
    bar.send(bench.address).problem(ProblemKind::ClockSkewed);
}

#[test]
fn questions_may_be_asked_again_within_a_second() {
    let bench = Bench::start(&["acme"]);
    let acme = bench.client("acme");
    let question = Ask::new("POST", "/v1/reviews").json(&json!({ "submissions": [] }));
    for ask in [capabilities(), Ask::new("GET", "/v1/observation"), question] {
        let signed = acme.signed(&ask);
        signed.send(bench.address).ok(200);
        signed.send(bench.address).ok(200);
    }
}

#[test]
fn what_was_refused_for_its_form_may_not_come_again_either() {
    let bench = Bench::start(&["acme"]);
    let signed = bench.client("acme").signed(&Ask::new("PUT", "/v1/fences/crm").json(&json!({})));
    signed.send(bench.address).problem(ProblemKind::Malformed);
    signed.send(bench.address).problem(ProblemKind::Replayed);
}

#[test]
fn sellers_see_and_touch_nothing_of_each_other() {
    let bench = Bench::start(&["acme", "globex"]);
    let (acme, globex) = (bench.client("acme"), bench.client("globex"));
    let starter = || model::specification("starter", &[("yearly", "100")]);
    let of = |price| {
        let mut product = model::product("crm", DeliveryMethod::Saas, vec![starter()]);
        product = model::renamed(product, price);
        release_of(product)
    };
    // The same key and even the same id, with other content.
    let (ours, mut theirs) = (of("Acme CRM"), of("Globex CRM"));
    theirs.id = ours.id.clone();
    let digest = Digest::of_bytes(b"crm").to_string();
    let upload = Ask::new("PUT", format!("/v1/assets/{digest}")).text("application/octet-stream", b"crm");
    acme.ask(&upload.clone().anew()).ok(201);
    globex.submit(&theirs, None).problem(ProblemKind::AssetsMissing);
    assert_eq!(globex.ask(&Ask::new("HEAD", format!("/v1/assets/{digest}"))).status, 404);
    globex.ask(&upload.anew()).ok(201);

    acme.submit(&ours, None).ok(201);
    assert_eq!(globex.review(&ours.id), json!(null));
    assert_eq!(globex.observe(), (Vec::new(), Vec::new()));
    let withdraw = || Ask::new("POST", format!("/v1/submissions/{}/withdrawal", ours.id)).anew();
    globex.ask(&withdraw()).problem(ProblemKind::NotFound);
    let late = |hours| Fence(bench.hands.now() + SignedDuration::from_hours(hours));
    let bar = Ask::new("PUT", "/v1/fences/crm").json(&json!({ "fence": late(9).0.to_string() })).anew();
    acme.ask(&bar).ok(204);
    globex.submit(&theirs, Some(late(1))).ok(201);
    assert_eq!(globex.ask(&withdraw()).problem(ProblemKind::NotWithdrawable).rules, [64], "its own");
    assert_eq!(acme.review(&ours.id)["review"], "pending");

    bench.seller("acme").ask(&Request::Review(Policy::ApproveAll), bench.hands.now()).unwrap();
    let names = |client: &Client| {
        let (products, applications) = client.observe();
        let products = products.iter().map(|product| product["fields"]["name"].to_string());
        let applications = applications.iter().map(|found| found["productName"].to_string());
        products.chain(applications).collect::<Vec<_>>()
    };
    assert_eq!(names(&acme), ["\"Acme CRM\"", "\"Acme CRM\""]);
    assert_eq!(names(&globex), ["\"Globex CRM\""]);
    // Clocks are the sellers' own, too.
    bench
        .seller("acme")
        .ask(&Request::AdvanceClock { seconds: 86_400, policy: Policy::Manual }, bench.hands.now())
        .unwrap();
    let now = |client: &Client| client.ask(&capabilities()).ok(200).json()["now"].clone();
    assert_ne!(now(&acme), now(&globex));
}

#[test]
fn strangers_take_no_place_that_uploads_need() {
    let bench = Bench::start(&["acme"]);
    let digest = "0".repeat(64);
    for head in ["", "Authorization: SDK-HMAC-SHA256 Access=nobody, SignedHeaders=host, Signature=0\r\n"] {
        let mut stream = std::net::TcpStream::connect(bench.address).unwrap();
        stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
        // The body never comes.
        let begun =
            format!("PUT /v1/assets/{digest} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n{head}\r\n");
        std::io::Write::write_all(&mut stream, begun.as_bytes()).unwrap();
        let mut status = [0; 12];
        std::io::Read::read_exact(&mut stream, &mut status).unwrap();
        assert_eq!(&status, b"HTTP/1.1 401");
    }
}
