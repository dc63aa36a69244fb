//! Every address of the gateway, and every way in which it says no.

use super::bench::{Ask, Bench, exchange, handing_over, release, release_of};
use crate::model;
use gallerist::model::{DeliveryMethod, Digest};
use gallerist::sandbox::{Answer, Policy, Request};
use gallerist::submission::{ApplicationId, Fence};
use gallerist::wire::gateway::ProblemKind;
use jiff::SignedDuration;
use serde_json::json;
use std::sync::Arc;

#[test]
fn capabilities_say_what_time_it_is_in_the_account() {
    let bench = Bench::start(&["acme"]);
    let acme = bench.client("acme");
    assert_eq!(acme.get("/v1/capabilities").ok(200).json()["now"], "2026-11-23T02:00:00Z");
    bench
        .seller("acme")
        .ask(&Request::AdvanceClock { seconds: 3600, policy: Policy::Manual }, bench.hands.now())
        .unwrap();
    let answer = acme.get("/v1/capabilities").ok(200).json();
    assert_eq!(answer["now"], "2026-11-23T03:00:00Z");
    assert_eq!((&answer["checksFences"], &answer["idsPerQuestion"]), (&json!(true), &json!(200)));
}

#[test]
fn a_submission_is_taken_once_reviewed_and_observed() {
    let bench = Bench::start(&["acme"]);
    let acme = bench.client("acme");
    let submission = release("crm");
    let taken = acme.submit(&submission, None).ok(201).json();
    assert_eq!(acme.submit(&submission, None).ok(200).json(), taken, "the same again is the same");
    let review = acme.review(&submission.id);
    assert_eq!((&review["review"], &review["application"]), (&json!("pending"), &taken["application"]));
    let id = ApplicationId(taken["application"].as_str().unwrap().to_owned());
    assert_eq!(bench.seller("acme").ask(&Request::Approve(id), bench.hands.now()), Ok(Answer::Done));
    let review = acme.review(&submission.id);
    assert_eq!(review["review"], json!({ "ended": "approved" }));
    let (products, applications) = acme.observe();
    assert_eq!((products.len(), applications.len()), (1, 1));
    assert_eq!(review["binding"]["productId"], products[0]["productId"]);
    assert_eq!(acme.submit(&submission, None).ok(200).json(), taken, "also when it was decided");
}

#[test]
fn another_submission_under_the_same_id_is_refused_whatever_became_of_the_first() {
    let bench = Bench::start(&["acme"]);
    let acme = bench.client("acme");
    let submission = release("crm");
    acme.submit(&submission, None).ok(201);
    let mut other = release("erp");
    other.id = submission.id.clone();
    acme.submit(&other, None).problem(ProblemKind::SubmissionIdTaken);
    let id = &submission.id;
    acme.ask(&Ask::new("POST", format!("/v1/submissions/{id}/withdrawal")).anew()).ok(204);
    acme.submit(&other, None).problem(ProblemKind::SubmissionIdTaken);
    let (_, applications) = acme.observe();
    assert_eq!(applications.len(), 1);
    // The prediction is the sender's own note.
    let mut noted = submission.clone();
    noted.predicted = other.predicted.clone();
    acme.submit(&noted, None).ok(200);
}

#[test]
fn what_is_not_taken_at_the_door_names_the_rules() {
    let bench = Bench::start(&["acme"]);
    let acme = bench.client("acme");
    acme.submit(&release("crm"), None).ok(201);
    let mut second = release("crm");
    second.attempt = 2;
    second.id.0 = "s-another".to_owned();
    let problem = acme.submit(&second, None).problem(ProblemKind::Refused);
    assert_eq!(problem.rules, [70], "{problem:?}");
    let refusal = problem.refusal.unwrap();
    assert_eq!((refusal.rules.as_slice(), refusal.technical), ([70].as_slice(), false));
    assert_eq!(refusal.text, problem.detail);
    assert_eq!(acme.review(&second.id), json!(null), "nothing began");
}

#[test]
fn only_what_is_pending_is_taken_back() {
    let bench = Bench::start(&["acme"]);
    let acme = bench.client("acme");
    let submission = release("crm");
    let withdraw = |id: &str| acme.ask(&Ask::new("POST", format!("/v1/submissions/{id}/withdrawal")).anew());
    withdraw(&submission.id.0).problem(ProblemKind::NotFound);
    acme.submit(&submission, None).ok(201);
    withdraw(&submission.id.0).ok(204);
    assert_eq!(acme.review(&submission.id)["review"], json!({ "ended": "withdrawn" }));
    assert_eq!(withdraw(&submission.id.0).problem(ProblemKind::NotWithdrawable).rules, [65]);
    let ask = Ask::new("POST", "/v1/submissions/x/withdrawal").json(&json!({})).anew();
    acme.ask(&ask).problem(ProblemKind::Malformed);
}

#[test]
fn one_question_for_reviews_names_so_many() {
    let bench = Bench::start(&["acme"]);
    let acme = bench.client("acme");
    let submission = release("crm");
    acme.submit(&submission, None).ok(201);
    let ask =
        |ids: Vec<String>| acme.ask(&Ask::new("POST", "/v1/reviews").json(&json!({ "submissions": ids })));
    let mut ids: Vec<String> = (0..199).map(|number| format!("s-{number}")).collect();
    ids.push(submission.id.0.clone());
    let found = ask(ids.clone()).ok(200).json();
    assert_eq!(found["reviews"].as_array().unwrap().len(), 1, "those nobody knows are missing");
    ids.push("s-one-more".to_owned());
    assert!(ask(ids).problem(ProblemKind::Malformed).detail.contains("at most 200"));
    let twice = ask(vec!["s-1".into(), "s-1".into()]).problem(ProblemKind::Malformed);
    assert!(twice.detail.starts_with("`submissions"), "{}", twice.detail);
    assert_eq!(ask(Vec::new()).ok(200).json(), json!({ "reviews": [] }));
}

#[test]
fn nothing_is_taken_under_an_earlier_fence() {
    let bench = Bench::start(&["acme"]);
    let acme = bench.client("acme");
    let now = bench.hands.now();
    let at = |minutes| Fence(now + SignedDuration::from_mins(minutes));
    let bar = |product: &str, fence: Fence| {
        let ask = Ask::new("PUT", format!("/v1/fences/{product}"));
        acme.ask(&ask.json(&json!({ "fence": fence.0.to_string() })).anew())
    };
    bar("crm", at(10)).ok(204);
    bar("crm", at(10)).ok(204);
    bar("crm", at(9)).problem(ProblemKind::FenceLate);
    bar("Not%20A%20Key", at(9)).problem(ProblemKind::Malformed);
    let submission = release("crm");
    acme.submit(&submission, Some(at(9))).problem(ProblemKind::FenceLate);
    assert_eq!(acme.review(&submission.id), json!(null));
    acme.submit(&submission, Some(at(11))).ok(201);
    bar("crm", at(10)).problem(ProblemKind::FenceLate);
}

#[test]
fn files_are_uploaded_before_what_names_them() {
    let bench = Bench::start(&["acme"]);
    let acme = bench.client("acme");
    let starter = model::specification("starter", &[("yearly", "100")]);
    let submission = release_of(model::product("crm", DeliveryMethod::Saas, vec![starter]));
    let digest = Digest::of_bytes(b"crm").to_string();
    let problem = acme.submit(&submission, None).problem(ProblemKind::AssetsMissing);
    assert_eq!(problem.missing_assets.as_slice(), std::slice::from_ref(&digest));
    assert_eq!(acme.review(&submission.id), json!(null), "nothing was done");

    let at = |digest: &str| format!("/v1/assets/{digest}");
    let upload = |digest: &str, bytes: &[u8]| {
        acme.ask(&Ask::new("PUT", at(digest)).text("application/octet-stream", bytes).anew())
    };
    let look = |digest: &str| acme.ask(&Ask::new("HEAD", at(digest))).status;
    assert_eq!(look(&digest), 404);
    upload(&digest, b"another").problem(ProblemKind::AssetMismatch);
    upload(&digest.to_uppercase(), b"crm").problem(ProblemKind::Malformed);
    upload("../../etc/passwd", b"crm").ok(404);
    assert_eq!(look(&digest), 404);
    upload(&digest, b"crm").ok(201);
    upload(&digest, b"crm").ok(204);
    assert_eq!(look(&digest), 200);
    assert_eq!(bench.seller("acme").asset(&digest).as_deref(), Some(b"crm".as_slice()));
    acme.submit(&submission, None).ok(201);

    let file = bench.folder.path().join("acme").join(&digest);
    std::fs::write(file, "changed").unwrap();
    assert_eq!(look(&digest), 404, "what was changed under its name is not it any more");
    acme.submit(&submission, None).ok(200);
}

#[test]
fn what_has_a_wrong_form_is_told_with_its_place() {
    let bench = Bench::start(&["acme"]);
    let acme = bench.client("acme");
    let submission = release("crm");
    let ask = handing_over(&submission, None);
    let good: serde_json::Value = serde_json::from_slice(&ask.body).unwrap();
    let changed = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut body = good.clone();
        change(&mut body);
        let ask = Ask::new("PUT", format!("/v1/submissions/{}", submission.id)).json(&body).anew();
        acme.ask(&ask).problem(ProblemKind::Malformed).detail
    };
    let kind = changed(&|body| body["submission"]["operations"][0]["kind"] = json!("sell"));
    assert!(kind.starts_with("`submission.operations[0].kind`: `sell` is not a kind of operation"), "{kind}");
    assert!(changed(&|body| body["more"] = json!(1)).contains("more"));
    assert!(changed(&|body| body["submission"]["attempt"] = json!(-1)).starts_with("`submission.attempt`"));
    assert!(changed(&|body| body["submission"]["id"] = json!("s-other")).contains("in the address"));
    assert!(changed(&|body| body["fence"] = json!("soon")).starts_with("`fence`"));
    for body in [b"".as_slice(), b"{", b"{} {}", b"\xff", "[".repeat(100_000).as_bytes()] {
        let ask = Ask::new("PUT", "/v1/submissions/s-1").text("application/json", body).anew();
        acme.ask(&ask).problem(ProblemKind::Malformed);
    }
    let ask = Ask::new("PUT", "/v1/submissions/%FF").json(&good).anew();
    acme.ask(&ask).problem(ProblemKind::Malformed);
    let (_, applications) = acme.observe();
    assert!(applications.is_empty());
}

#[test]
fn bodies_have_a_media_type_and_a_size() {
    let bench = Bench::start(&["acme"]);
    let acme = bench.client("acme");
    for media in
        ["text/plain", "Application/JSON", "application/json-patch+json", "application/octet-stream", ""]
    {
        let ask = Ask::new("PUT", "/v1/submissions/s-1").text(media, b"{}").anew();
        acme.ask(&ask).problem(ProblemKind::MediaType);
    }
    let digest = Digest::of_bytes(b"x").to_string();
    let ask = Ask::new("PUT", format!("/v1/assets/{digest}"));
    acme.ask(&ask.clone().text("image/png", b"x").anew()).problem(ProblemKind::MediaType);
    let coded = ask.text("application/octet-stream", b"x").header("Content-Encoding", "gzip").anew();
    acme.ask(&coded).problem(ProblemKind::MediaType);
    let charset =
        Ask::new("POST", "/v1/reviews").text("application/json; charset=utf-8", b"{\"submissions\":[]}");
    acme.ask(&charset).ok(200);
    let large = Ask::new("POST", "/v1/reviews").text("application/json", &vec![b' '; (8 << 20) + 1]);
    let answer = acme.ask(&large);
    answer.problem(ProblemKind::TooLarge);
    assert_eq!(answer.header("connection"), Some("close"));
    // What claims to be larger than anything is refused before it comes.
    let claims =
        b"PUT /v1/assets/00 HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\n";
    exchange(bench.address, claims).unwrap().problem(ProblemKind::TooLarge);
}

#[test]
fn other_addresses_and_methods_are_problems_too() {
    let bench = Bench::start(&["acme"]);
    for path in [
        "/v1",
        "/v1/",
        "/v1/nothing",
        "/v1/submissions",
        "/v1/submissions/",
        "/v1/assets/a/b",
        "/v1/observation/",
    ] {
        let answer = Ask::new("GET", path).header("Host", "x").send(bench.address);
        answer.problem(ProblemKind::NotFound);
    }
    for (method, path, allowed) in [
        ("DELETE", "/v1/observation", "GET,HEAD"),
        ("GET", "/v1/submissions/s-1", "PUT"),
        ("PUT", "/v1/reviews", "POST"),
        ("GET", "/v1/submissions/s-1/withdrawal", "POST"),
        ("PATCH", "/v1/fences/crm", "PUT"),
        ("DELETE", "/v1/assets/00", "PUT,HEAD"),
        ("POST", "/v1/openapi.json", "GET,HEAD"),
        ("BREW", "/v1/capabilities", "GET,HEAD"),
    ] {
        let answer = Ask::new(method, path).header("Host", "x").send(bench.address);
        answer.problem(ProblemKind::MethodNotAllowed);
        let sorted =
            |text: &str| text.split(',').map(str::to_owned).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(sorted(answer.header("allow").unwrap()), sorted(allowed), "{method} {path}");
    }
}

#[test]
fn the_document_is_there_for_everybody() {
    let bench = Bench::start(&["acme"]);
    let answer = Ask::new("GET", "/v1/openapi.json").header("Host", "x").send(bench.address).ok(200);
    let committed = crate::tree::root().join("schemas/gateway.openapi.json");
    assert_eq!(answer.text(), std::fs::read_to_string(committed).unwrap());
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
}

#[test]
fn a_mistake_of_the_gateway_ends_nothing_but_its_answer() {
    let hands = Bench::start(&["acme"]).hands.clone();
    let is_broken = Arc::new(std::sync::atomic::AtomicBool::new(true));
    let (breaks, ticks) = (Arc::clone(&is_broken), hands.clone());
    let clock = Arc::new(move || {
        assert!(!breaks.load(std::sync::atomic::Ordering::Relaxed), "a clock that broke");
        ticks.now()
    });
    let bench = Bench::of(&["acme"], "{}", hands, clock);
    let acme = bench.client("acme");
    let problem = acme.get("/v1/capabilities").problem(ProblemKind::Failed);
    assert!(!problem.detail.contains("clock"), "{}", problem.detail);
    is_broken.store(false, std::sync::atomic::Ordering::Relaxed);
    acme.get("/v1/capabilities").ok(200);
}
