//! What each answer of a gateway means: what was taken, what was not, what nobody knows; whatever a gateway may say.

use super::scripted::{Reply, Scripted};
use crate::plan_fixture::{key, operation, product, submission, text};
use camino::Utf8Path;
use gallerist::drivers::{Access, GatewayDriver};
use gallerist::http::retry::Patience;
use gallerist::http::sdk_hmac::{KeyPair, Message, SKEW_MAX, parse_query, verify};
use gallerist::http::{Client, Clock, Limits, Secret};
use gallerist::marketplace::{Files, MarketplaceError, Observe, Submit, SubmitOutcome};
use gallerist::model::{Asset, Digest, Item, Key, ProductField, Value};
use gallerist::submission::{
    ApplicationId, Fence, OperationKind, Review, Submission, SubmissionId, SubmissionKind, Verdict,
};
use gallerist::wire::gateway::ProblemKind;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

const ACCESS_KEY: &str = "EXAMPLEACCESSKEY";
const SECRET_KEY: &str = "example-secret-key";

/// A clock that nobody waits for.
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        "2026-11-01T12:00:00Z".parse().unwrap()
    }

    fn wait(&self, _: SignedDuration) {}

    fn jitter_per_mille(&self) -> u32 {
        0
    }
}

/// Files by their digest.
#[derive(Default)]
struct Shelf(BTreeMap<String, Vec<u8>>);

impl Files for Shelf {
    fn write(&mut self, path: &Utf8Path, _: &[u8]) -> Result<(), String> {
        panic!("a gateway's driver writes nothing: {path}")
    }

    fn content(&self, _: &Key, digest: &str) -> Option<Vec<u8>> {
        self.0.get(digest).cloned()
    }
}

fn driver(gateway: &Scripted, shelf: Shelf) -> GatewayDriver<'static> {
    let limits = Limits { time_max: Duration::from_secs(10), bytes_max: 1 << 20 };
    let client = Client::new(limits, Patience::default(), Box::new(Still)).unwrap();
    let keys = KeyPair::new((ACCESS_KEY, "A"), (SECRET_KEY, "S")).unwrap();
    let sells = ("intl".to_owned(), "USD".to_owned());
    let access =
        Access { url: gateway.url.clone(), client, keys, keys_from: "the environment".to_owned(), sells };
    GatewayDriver::new(access, Box::new(shelf))
}

fn offered() -> Submission {
    let crm = product("crm", "Acme CRM");
    let rename =
        operation(OperationKind::ChangeField, Item::Field(ProductField::Name), text("A"), text("Acme CRM"));
    submission(&crm, SubmissionKind::Modify, vec![rename])
}

const OFFER: &str = "PUT /v1/submissions/";

fn problem(kind: ProblemKind, detail: &str) -> Reply {
    let problem = kind.problem(detail);
    Reply::json(problem.status, &serde_json::to_string(&problem).unwrap())
}

fn taken() -> Reply {
    Reply::json(201, r#"{"application": "KG1"}"#)
}

fn capabilities() -> Reply {
    let body = json!({
        "now": "2026-11-01T12:00:00Z", "checksFences": true, "idsPerQuestion": 2, "itemsPerPage": 2,
        "assetBytesMax": 1000,
    });
    Reply::json(200, &body.to_string())
}

fn outcome(replies: Vec<Reply>) -> (SubmitOutcome, Vec<String>) {
    let gateway = Scripted::new(replies.into_iter().map(|reply| (OFFER, reply)).collect());
    let outcome = driver(&gateway, Shelf::default()).submit(&offered(), None);
    (outcome, gateway.lines())
}

#[test]
fn every_request_is_signed_anew_and_can_be_verified() {
    let limit = || problem(ProblemKind::Throttled, "slowly").with("retry-after", "0");
    let gateway = Scripted::new(vec![(OFFER, limit()), (OFFER, limit()), (OFFER, taken())]);
    let outcome = driver(&gateway, Shelf::default()).submit(&offered(), Some(Fence(Still.now())));
    assert_eq!(outcome, SubmitOutcome::Accepted(ApplicationId("KG1".to_owned())));
    let mut signatures = Vec::new();
    for asked in gateway.asked() {
        let (method, uri) = asked.line.split_once(' ').unwrap();
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let query = parse_query(query);
        let message = Message { method, path, query: &query, headers: &asked.headers, body: &asked.body };
        let secret = |name: &str| (name == ACCESS_KEY).then(|| Secret::new(SECRET_KEY, "S").unwrap());
        signatures.push(verify(&message, secret, Still.now(), SKEW_MAX).unwrap().signature);
        assert!(asked.header("user-agent").unwrap().starts_with("gallerist/"));
    }
    let all = signatures.len();
    signatures.sort();
    signatures.dedup();
    assert_eq!((signatures.len(), all), (3, 3), "a gateway that takes each signature once takes ours");
}

#[test]
fn what_may_have_arrived_is_unknown_and_sent_once() {
    let strange = |status| Reply::Answer(status, Vec::new(), b"<html>oops</html>".to_vec());
    let may_have_arrived = [
        Reply::Close,
        problem(ProblemKind::Failed, "disk"),
        problem(ProblemKind::Replayed, "again"),
        strange(500),
        strange(502),
        strange(503),
        strange(504),
        strange(408),
        strange(200),
        Reply::json(201, "{}"),
        Reply::json(201, r#"{"application": ""}"#),
        Reply::json(201, &format!(r#"{{"application": "{}"}}"#, "x".repeat(300))),
        Reply::Answer(200, Vec::new(), vec![b' '; 2 << 20]),
    ];
    for reply in may_have_arrived {
        let (outcome, lines) = outcome(vec![reply.clone(), taken()]);
        assert!(matches!(outcome, SubmitOutcome::Unknown(_)), "{reply:.80?}: {outcome:?}");
        assert_eq!(lines.len(), 1, "{lines:?}");
    }
}

#[test]
fn what_certainly_did_not_arrive_is_not_sent() {
    for kind in ProblemKind::ALL.iter().copied() {
        let (outcome, _) = outcome(vec![problem(kind, "the detail"); 6]);
        let expected = match kind {
            ProblemKind::Failed | ProblemKind::Replayed => "unknown",
            ProblemKind::Refused | ProblemKind::SubmissionIdTaken => "refused",
            _ => "not sent",
        };
        let ended = match &outcome {
            SubmitOutcome::Unknown(_) => "unknown",
            SubmitOutcome::Refused(refusal) => {
                assert_eq!((refusal.text.as_str(), refusal.technical), ("the detail", false));
                "refused"
            }
            SubmitOutcome::NotSent(_) => "not sent",
            other => panic!("{other:?}"),
        };
        assert_eq!(ended, expected, "{kind:?}: {outcome:?}");
    }
    for status in [400, 403, 404, 407, 413] {
        let (outcome, _) = outcome(vec![Reply::Answer(status, Vec::new(), b"no".to_vec())]);
        assert!(matches!(outcome, SubmitOutcome::NotSent(_)), "{status}: {outcome:?}");
    }
    let nobody = Scripted::nowhere();
    let outcome = driver(&nobody, Shelf::default()).submit(&offered(), None);
    assert!(
        matches!(&outcome, SubmitOutcome::NotSent(why) if why.contains("cannot be reached")),
        "{outcome:?}"
    );
}

#[test]
fn a_refusal_keeps_its_rules_and_its_cause() {
    let mut refused = ProblemKind::Refused.problem("the interface does not answer");
    refused.refusal = Some(gallerist::wire::Refusal::from(&gallerist::submission::Refusal {
        rules: vec![28],
        text: "the interface does not answer".to_owned(),
        technical: true,
    }));
    let (outcome, _) = outcome(vec![Reply::json(422, &serde_json::to_string(&refused).unwrap())]);
    let SubmitOutcome::Refused(refusal) = outcome else { panic!("{outcome:?}") };
    assert_eq!((refusal.rules.as_slice(), refusal.technical), (&[28][..], true));
}

fn with_logo(content: &[u8]) -> (Submission, Shelf, String) {
    let digest = Digest::of_bytes(content).to_string();
    let name = "logo.png".to_owned();
    let asset = Asset {
        name,
        digest: digest.clone(),
        size_bytes: content.len() as u64,
        kind: None,
        pixels: None,
        text: None,
    };
    let crm = product("crm", "Acme CRM");
    let item = Item::Field(ProductField::Logo);
    let upload = operation(OperationKind::ChangeField, item, None, Some(Value::Asset(asset)));
    let shelf = Shelf(BTreeMap::from([(digest.clone(), content.to_vec())]));
    (submission(&crm, SubmissionKind::Modify, vec![upload]), shelf, digest)
}

fn missing(digests: &[&str]) -> Reply {
    let mut problem = ProblemKind::AssetsMissing.problem("upload these");
    problem.missing_assets = digests.iter().map(|digest| (*digest).to_owned()).collect();
    Reply::json(problem.status, &serde_json::to_string(&problem).unwrap())
}

#[test]
fn exactly_the_files_that_are_missing_are_uploaded() {
    let (submission, shelf, digest) = with_logo(b"a picture");
    let gateway = Scripted::new(vec![
        (OFFER, missing(&[&digest])),
        ("GET /v1/capabilities", capabilities()),
        ("PUT /v1/assets/", Reply::Answer(201, Vec::new(), Vec::new())),
        (OFFER, taken()),
    ]);
    let outcome = driver(&gateway, shelf).submit(&submission, None);
    assert_eq!(outcome, SubmitOutcome::Accepted(ApplicationId("KG1".to_owned())));
    let asked = gateway.asked();
    let uploads: Vec<_> = asked.iter().filter(|asked| asked.line.starts_with("PUT /v1/assets/")).collect();
    assert_eq!(uploads.len(), 1);
    assert_eq!(uploads[0].line, format!("PUT /v1/assets/{digest}"));
    assert_eq!(uploads[0].body, b"a picture");
    assert_eq!(uploads[0].header("content-type"), Some("application/octet-stream"));
    assert_eq!(uploads[0].header("x-sdk-content-sha256"), Some("UNSIGNED-PAYLOAD"));
}

/// A gateway that could have any file by asking for its digest would have those that nobody submits.
#[test]
fn files_that_the_submission_does_not_bring_are_not_given_away() {
    let (submission, mut shelf, digest) = with_logo(b"a picture");
    let other = Digest::of_bytes(b"a contract").to_string();
    shelf.0.insert(other.clone(), b"a contract".to_vec());
    for asked_for in [vec![other.as_str()], vec![&digest, &other], vec!["crm"], vec!["../../etc"], vec![]] {
        let gateway = Scripted::new(vec![
            (OFFER, missing(&asked_for)),
            ("GET /v1/capabilities", capabilities()),
            ("PUT /v1/assets/", Reply::Answer(201, Vec::new(), Vec::new())),
        ]);
        let shelf = Shelf(shelf.0.clone());
        let outcome = driver(&gateway, shelf).submit(&submission, None);
        assert!(
            matches!(&outcome, SubmitOutcome::NotSent(why) if why.contains("does not bring")),
            "{asked_for:?}: {outcome:?}"
        );
        assert!(!gateway.lines().iter().any(|line| line.contains("/assets/")), "{:?}", gateway.lines());
    }
}

#[test]
fn a_file_that_is_too_large_or_gone_is_not_sent() {
    let (submission, shelf, digest) = with_logo(&[7; 2_000]);
    for (shelf, why) in [(shelf, "larger than what"), (Shelf::default(), "names no file")] {
        let gateway =
            Scripted::new(vec![(OFFER, missing(&[&digest])), ("GET /v1/capabilities", capabilities())]);
        let outcome = driver(&gateway, shelf).submit(&submission, None);
        assert!(matches!(&outcome, SubmitOutcome::NotSent(said) if said.contains(why)), "{outcome:?}");
    }
}

fn page(next: Option<&str>) -> Reply {
    let application = json!({
        "application": "KG1", "submission": null, "productId": "p", "productName": "N", "kind": "modify",
        "state": "pending", "submittedAt": "2026-11-01T12:00:00Z",
    });
    let mut application = application;
    application.as_object_mut().unwrap().remove("submission");
    let mut page = json!({
        "takenAt": "2026-11-01T12:00:00Z", "coverage": "whole", "products": [], "applications": [application],
    });
    if let Some(next) = next {
        page["next"] = json!(next);
    }
    Reply::json(200, &page.to_string()).with("etag", "\"t1\"")
}

const LOOK: &str = "GET /v1/observation";

#[test]
fn all_pages_are_read_and_begun_anew_when_overtaken() {
    let gateway = Scripted::new(vec![
        (LOOK, page(Some("a b&c"))),
        (LOOK, problem(ProblemKind::ObservationChanged, "changed")),
        (LOOK, page(Some("t2-1"))),
        (LOOK, page(None)),
    ]);
    let driver = driver(&gateway, Shelf::default());
    assert_eq!(driver.observe().unwrap().applications.len(), 2);
    let lines =
        [LOOK.to_owned(), format!("{LOOK}?page=a%20b%26c"), LOOK.to_owned(), format!("{LOOK}?page=t2-1")];
    assert_eq!(gateway.lines(), lines);
    // What did not change is not read again.
    gateway.then(LOOK, Reply::Answer(304, Vec::new(), Vec::new()));
    gateway.then("GET /v1/capabilities", capabilities());
    assert_eq!(driver.observe().unwrap().applications.len(), 2);
    let asked = gateway.asked();
    let looks: Vec<_> = asked.iter().filter(|asked| asked.line == LOOK).collect();
    assert_eq!(looks[2].header("if-none-match"), Some("\"t1\""));
    let changing = (0..20).map(|_| (LOOK, problem(ProblemKind::ObservationChanged, "changed")));
    let gateway = Scripted::new(changing.collect());
    let ended = self::driver(&gateway, Shelf::default()).observe();
    assert!(matches!(ended, Err(MarketplaceError::Unreachable(_))), "{ended:?}");
    assert!(gateway.lines().len() < 10, "it ends");
}

#[test]
fn pages_that_make_no_sense_are_told_and_end() {
    let empty = Reply::json(
        200,
        r#"{"takenAt": "2026-11-01T12:00:00Z", "coverage": "whole", "products": [], "applications": [], "next": "x"}"#,
    );
    for replies in [
        vec![page(Some("x")), empty.clone(), empty.clone()],
        vec![page(Some(""))],
        vec![page(Some(&"x".repeat(2_000)))],
    ] {
        let gateway = Scripted::new(replies.into_iter().map(|reply| (LOOK, reply)).collect());
        let ended = driver(&gateway, Shelf::default()).observe();
        assert!(matches!(ended, Err(MarketplaceError::Unintelligible(_))), "{ended:?}");
    }
    let gateway = Scripted::new(vec![
        (LOOK, Reply::Answer(304, Vec::new(), Vec::new())),
        ("GET /v1/cap", capabilities()),
    ]);
    let ended = driver(&gateway, Shelf::default()).observe();
    assert!(matches!(ended, Err(MarketplaceError::Unintelligible(_))), "{ended:?}");
}

#[test]
fn reviews_are_asked_for_in_bulk_and_only_what_was_asked_counts() {
    let ids: Vec<SubmissionId> = (1..=3).map(|number| offered_as(number).id).collect();
    let state = |id: &SubmissionId| {
        json!({
            "submission": id.to_string(), "application": "KG1", "review": "pending", "at": "2026-11-01T12:00:00Z",
        })
    };
    let answer = |states: Vec<serde_json::Value>| Reply::json(200, &json!({ "reviews": states }).to_string());
    let gateway = Scripted::new(vec![
        ("GET /v1/capabilities", capabilities()),
        ("POST /v1/reviews", answer(vec![state(&ids[0])])),
        ("POST /v1/reviews", Reply::Close),
        ("POST /v1/reviews", answer(vec![state(&ids[2])])),
    ]);
    let reports = driver(&gateway, Shelf::default()).reviews(&ids).unwrap();
    assert_eq!(reports.iter().map(|report| &report.submission).collect::<Vec<_>>(), [&ids[0], &ids[2]]);
    for wrong in [vec![state(&ids[2])], vec![state(&ids[0]), state(&ids[0])]] {
        let gateway =
            Scripted::new(vec![("GET /v1/cap", capabilities()), ("POST /v1/reviews", answer(wrong))]);
        let ended = driver(&gateway, Shelf::default()).reviews(&ids[..1]);
        assert!(matches!(ended, Err(MarketplaceError::Unintelligible(_))), "{ended:?}");
    }
    // A reviewer who writes a book is cut short.
    let mut long = state(&ids[0]);
    long["review"] = serde_json::to_value(gallerist::wire::Review::from(&Review::Ended(Verdict::Rejected {
        reason: Some("no ".repeat(100_000)),
    })))
    .unwrap();
    let gateway =
        Scripted::new(vec![("GET /v1/cap", capabilities()), ("POST /v1/reviews", answer(vec![long]))]);
    let reports = driver(&gateway, Shelf::default()).reviews(&ids[..1]).unwrap();
    let Review::Ended(Verdict::Rejected { reason: Some(reason) }) = &reports[0].review else { panic!() };
    assert!(reason.len() < 30_000 && reason.ends_with("[...]"), "{}", reason.len());
}

fn offered_as(attempt: u32) -> Submission {
    let mut offered = offered();
    let scope = crate::plan_fixture::scope();
    offered.id = Submission::identify(&scope, &offered.product, None, &offered.operations, attempt);
    offered
}

#[test]
fn errors_say_what_to_do_and_repeat_nothing_that_acts_or_is_secret() {
    let clock = {
        let mut problem = ProblemKind::ClockSkewed.problem("skewed");
        problem.now = Some(gallerist::wire::Name("2026-11-01T12:40:00Z".parse().unwrap()));
        Reply::json(401, &serde_json::to_string(&problem).unwrap())
    };
    let hostile = format!("\u{1b}]0;x\u{7}\u{202e} {ACCESS_KEY} {SECRET_KEY} {}", "y".repeat(100_000));
    let cases: Vec<(Reply, &str, &str)> = vec![
        (problem(ProblemKind::SignatureWrong, "wrong"), "let us in", "look at the environment"),
        (clock, "let us in", "clock is 40m behind"),
        (problem(ProblemKind::Unsigned, "none"), "let us in", "a proxy on the way"),
        (problem(ProblemKind::NotFound, "nothing"), "cannot be understood", "ends before `/v1`"),
        (Reply::Answer(404, Vec::new(), b"x".to_vec()), "cannot be understood", "no gateway at this address"),
        (Reply::Answer(407, Vec::new(), b"x".to_vec()), "let us in", "a proxy on the way wants a password"),
        (
            Reply::Answer(302, vec![("location", "http://127.0.0.2:1/".to_owned())], Vec::new()),
            "understood",
            "redirects",
        ),
        (Reply::Answer(200, Vec::new(), hostile.clone().into_bytes()), "cannot be understood", ""),
        (Reply::Answer(418, Vec::new(), hostile.clone().into_bytes()), "cannot be understood", "\\u{1b}"),
        (problem(ProblemKind::Malformed, &hostile), "cannot be understood", "[redacted]"),
    ];
    for (reply, kind, words) in cases {
        let gateway = Scripted::new(vec![("GET /v1/capabilities", reply.clone())]);
        let said = driver(&gateway, Shelf::default()).now().unwrap_err().to_string();
        assert!(said.contains(kind) && said.contains(words), "{reply:.120?}: {said}");
        assert!(!said.contains(SECRET_KEY) && !said.contains(ACCESS_KEY), "{said}");
        assert!(said.chars().all(|c| !c.is_control() && c != '\u{202e}') && said.len() < 1_500, "{said}");
    }
}

#[test]
fn fences_and_withdrawals_say_what_became_of_them() {
    let gateway = Scripted::new(vec![
        ("PUT /v1/fences/crm", Reply::Answer(204, Vec::new(), Vec::new())),
        ("PUT /v1/fences/crm", problem(ProblemKind::FenceLate, "late")),
        ("PUT /v1/fences/crm", problem(ProblemKind::Failed, "disk")),
        ("PUT /v1/fences/crm", Reply::Answer(204, Vec::new(), Vec::new())),
        ("POST /v1/submissions/", Reply::Answer(204, Vec::new(), Vec::new())),
        ("POST /v1/submissions/", problem(ProblemKind::NotWithdrawable, "it was approved")),
        ("POST /v1/submissions/", problem(ProblemKind::NotFound, "there is no such submission")),
        ("POST /v1/submissions/", Reply::Close),
    ]);
    let mut driver = driver(&gateway, Shelf::default());
    let crm = key("crm");
    for _ in 0..3 {
        assert_eq!(driver.bar(&crm, Fence(Still.now())), Ok(()));
    }
    let id = offered().id;
    assert_eq!(driver.withdraw(&crm, &id), Ok(()));
    for words in ["it was approved", "there is no such submission"] {
        assert_eq!(driver.withdraw(&crm, &id), Err(MarketplaceError::Refused(words.to_owned())));
    }
    assert!(matches!(driver.withdraw(&crm, &id), Err(MarketplaceError::Unreachable(_))));
    assert_eq!(gateway.lines().len(), 8, "a withdrawal that may have arrived is not sent again");
    assert_eq!(gateway.lines()[4], format!("POST /v1/submissions/{id}/withdrawal"));
}

#[test]
fn an_account_at_another_site_is_not_sold_at() {
    for (site, currency, fits) in [("intl", "USD", true), ("eu", "EUR", false), ("intl", "EUR", false)] {
        let body = json!({
            "now": "2026-11-01T12:00:00Z", "checksFences": true, "idsPerQuestion": 2, "itemsPerPage": 2,
            "assetBytesMax": 1000, "site": site, "currency": currency,
        });
        let gateway = Scripted::new(vec![("GET /v1/capabilities", Reply::json(200, &body.to_string()))]);
        let now = driver(&gateway, Shelf::default()).now();
        match now {
            Ok(_) => assert!(fits, "{site} {currency}"),
            Err(error) => {
                let said = error.to_string();
                let theirs = format!("sells at site {site} in {currency}, and the target at intl in USD");
                assert!(!fits && said.contains(&theirs), "{said}");
            }
        }
    }
}
