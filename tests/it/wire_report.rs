//! `--format json`: every report is a document that fits its schema and says how the command ended.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod views;

use crate::arbitrary_plan::planned;
use crate::wire::assert_fits_schema;
use gallerist::model::Key;
use gallerist::report::{
    Account, Actor, Deed, Entry, ExitCodes, Next, Outcome, PendingReview, Place, Rejection, Status, StatusRow,
};
use gallerist::service::{Checked, Formatted, Ran, Recorded, View, json};
use gallerist::submission::{ApplicationId, Scope, SubmissionId, SubmissionKind};
use gallerist::text::{ColumnNumber, LineNumber, Position};
use gallerist::{diagnostic, plan, rules, wire};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// The document of a view, held against the schema with this name.
fn document(name: &str, view: View<'_>, outcome: Outcome) -> Value {
    let code = outcome.exit_code(ExitCodes::Detailed);
    let text = json(view, outcome, code).unwrap();
    assert_fits_schema(name, &text);
    assert!(text.ends_with("}\n"), "a document ends with one line end");
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["document"], name);
    assert_eq!(document["format"], 1);
    assert_eq!(document["outcome"], outcome.name());
    assert_eq!(document["exitCode"], code);
    document
}

fn outcome() -> impl Strategy<Value = Outcome> {
    select(Outcome::ALL)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn checks_fit_their_schema(core in views::checked(), outcome in outcome()) {
        let document = document("diagnostics", View::Check(&core), outcome);
        prop_assert_eq!(document["products"].as_u64(), Some(core.products as u64));
        let list = document["diagnostics"]["list"].as_array().unwrap();
        prop_assert_eq!(list.len(), core.diagnostics.list.len());
    }

    #[test]
    fn checkups_fit_their_schema(core in views::checkup(), outcome in outcome()) {
        let document = document("doctor-report", View::Doctor(&core), outcome);
        let examined = document["examined"].as_array().unwrap();
        prop_assert_eq!(examined.len(), core.examined.len());
        for (written, one) in examined.iter().zip(&core.examined) {
            prop_assert_eq!(&written["area"], one.area.name());
            prop_assert_eq!(&written["health"], one.health.name());
            prop_assert_eq!(&written["what"], &one.what);
        }
    }

    #[test]
    fn plans_are_in_their_report_whole(core in planned(), outcome in outcome()) {
        let document = document("plan-report", View::Plan(&core), outcome);
        let saved = wire::read_plan(&document["plan"].to_string()).unwrap();
        prop_assert_eq!(format!("{saved:?}"), format!("{:?}", core.plan));
        let list = document["diagnostics"]["list"].as_array().unwrap();
        prop_assert_eq!(list.len(), core.diagnostics.list.len());
    }

    #[test]
    fn preflights_fit_their_schema(core in views::preflight(), outcome in outcome()) {
        let document = document("preflight-report", View::Preflight(&core), outcome);
        prop_assert_eq!(document["products"].as_array().unwrap().len(), core.report.products.len());
    }

    #[test]
    fn runs_fit_their_schema(core in views::ran(), outcome in outcome()) {
        let document = document("run-report", View::Run(&core), outcome);
        let entries = document["entries"].as_array().unwrap();
        prop_assert_eq!(entries.len(), core.account.entries.len());
        for (wire, core) in entries.iter().zip(&core.account.entries) {
            prop_assert_eq!(wire["outcome"].as_str(), Some(core.deed.outcome().name()));
        }
    }

    #[test]
    fn statuses_fit_their_schema(core in views::status(), outcome in outcome()) {
        let document = document("status-report", View::Status(&core), outcome);
        let products = document["products"].as_array().unwrap();
        let keys = |wire: &Value| wire["product"].as_str().unwrap().to_owned();
        let expected: Vec<String> = core.rows.iter().map(|row| row.product.to_string()).collect();
        prop_assert_eq!(products.iter().map(keys).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn submissions_fit_their_schema(
        rows in prop::collection::vec(views::submission_row(), 0..4),
        outcome in outcome(),
    ) {
        let document = document("submissions-report", View::Submissions(&rows), outcome);
        prop_assert_eq!(document["submissions"].as_array().unwrap().len(), rows.len());
    }

    #[test]
    fn a_submission_fits_its_schema(core in views::submission_detail(), outcome in outcome()) {
        let document = document("submission-report", View::Submission(&core), outcome);
        prop_assert_eq!(document["id"].as_str(), Some(core.row.id.0.as_str()));
        prop_assert_eq!(document["submission"]["id"].as_str(), Some(core.submission.id.0.as_str()));
        prop_assert_eq!(document["history"].as_array().unwrap().len(), core.history.len());
    }

    #[test]
    fn pending_reviews_fit_their_schema(
        reviews in prop::collection::vec(views::pending(), 0..4),
        outcome in outcome(),
    ) {
        let document = document("pending-report", View::Pending(&reviews), outcome);
        prop_assert_eq!(document["reviews"].as_array().unwrap().len(), reviews.len());
    }

    #[test]
    fn ledgers_fit_their_schema(core in views::ledger_log(), outcome in outcome()) {
        let document = document("ledger-report", View::Ledger(&core), outcome);
        prop_assert_eq!(document["entries"].as_array().unwrap().len(), core.rows.len());
        prop_assert_eq!(document["approvals"].as_array().unwrap().len(), core.approvals.len());
    }

    #[test]
    fn audits_of_ledgers_fit_their_schema(core in views::ledger_audit(), outcome in outcome()) {
        let document = document("ledger-audit-report", View::LedgerAudit(&core), outcome);
        prop_assert_eq!(document["sound"].as_bool(), Some(core.is_sound()));
        prop_assert_eq!(document["flaws"].as_array().unwrap().len(), core.flaws.len());
    }

    #[test]
    fn recorded_changes_fit_their_schema(core in views::recorded(), outcome in outcome()) {
        let document = document("recorded-report", View::Recorded(&core), outcome);
        prop_assert_eq!(document["sentence"].as_str(), Some(core.sentence.as_str()));
    }
}

fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

fn place() -> Place {
    let position = Position { line: LineNumber(7), column: ColumnNumber(12) };
    Place { path: "products/crm.yaml".into(), position, named: true }
}

fn scope() -> Scope {
    Scope { catalog: key("acme"), target: key("intl") }
}

fn next() -> Next {
    let command = Some("gallerist submissions retry s-1".to_owned());
    Next { who: Actor::ReleaseOwner, what: "tries again".into(), command }
}

fn ran() -> Ran {
    let entry = |name: &str, deed, next| Entry {
        product: key(name),
        name: name.to_uppercase(),
        submission: Some(SubmissionId("s-1".into())),
        what: "modify: 1 operation".into(),
        deed,
        next,
    };
    let rejected = Deed::Rejected(Rejection {
        submission: SubmissionId("s-1".into()),
        application: Some(ApplicationId("app-1".into())),
        commit: Some("0123456789abcdef0123456789abcdef01234567".into()),
        reason: None,
        places: vec![place()],
    });
    let submitted = Deed::Submitted {
        application: ApplicationId("app-1".into()),
        expected_by: "2026-02-05".parse().unwrap(),
    };
    let account = Account {
        scope: scope(),
        at: "2026-01-31T08:00:00Z".parse().unwrap(),
        entries: vec![
            entry("crm", rejected, Some(next())),
            entry("erp", submitted, None),
            entry("hrm", Deed::ClosedAsMoot, None),
        ],
        in_sync: 4,
        stopped: None,
        notified: None,
    };
    Ran {
        run: "1-1".into(),
        account,
        in_sandbox: true,
        diagnostics: diagnostic::Diagnostics::default(),
        beside_saved: None,
        figures: Default::default(),
    }
}

fn status() -> Status {
    let row = StatusRow {
        product: key("crm"),
        name: "CRM".into(),
        standing: plan::Standing::UnwantedInReview,
        since: Some("2026-01-30T08:00:00Z".parse().unwrap()),
        expected_by: None,
        rejection: Some(Rejection {
            application: None,
            commit: None,
            submission: SubmissionId("s-1".into()),
            reason: Some("the logo is blurred".into()),
            places: vec![place()],
        }),
        refusal: None,
        besides: vec!["what follows is blocked by trial-status-changed".into()],
        ignored: vec![],
        outcome: Outcome::ToSubmit,
        next: next(),
    };
    Status {
        scope: scope(),
        date: "2026-01-31".parse().unwrap(),
        observed_at: "2026-01-31T08:00:00Z".parse().unwrap(),
        rows: vec![row],
        unbound: vec![("p-9".into(), "Foreign".into())],
    }
}

#[test]
fn the_account_of_a_run_reads_like_this() {
    let entry = |name: &str, deed: Value, outcome: &str| {
        json!({
            "product": name, "name": name.to_uppercase(), "submission": "s-1", "what": "modify: 1 operation",
            "deed": deed, "outcome": outcome,
        })
    };
    let place =
        json!({ "path": "products/crm.yaml", "position": { "line": 7, "column": 12 }, "named": true });
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let rejection =
        json!({ "submission": "s-1", "application": "app-1", "commit": commit, "places": [place] });
    let mut rejected = entry("crm", json!({ "rejected": rejection }), "rejected");
    rejected["next"] = json!({
        "who": "release-owner", "what": "tries again", "command": "gallerist submissions retry s-1",
    });
    let submitted = json!({ "submitted": { "application": "app-1", "expectedBy": "2026-02-05" } });
    let expected = json!({
        "document": "run-report", "format": 1, "outcome": "rejected", "exitCode": 5,
        "scope": { "catalog": "acme", "target": "intl" },
        "at": "2026-01-31T08:00:00Z",
        "entries": [rejected, entry("erp", submitted, "waiting"), entry("hrm", json!("closed-as-moot"), "done")],
        "inSync": 4,
        "counts": { "unknown": 0, "notDone": 0, "blocked": 1, "done": 2, "waiting": 0, "nothing": 4 },
        "diagnostics": { "errors": 0, "warnings": 0, "notes": 0, "list": [] },
    });
    assert_eq!(document("run-report", View::Run(&ran()), Outcome::Rejected), expected);
}

#[test]
fn a_status_reads_like_this() {
    let expected = json!({
        "document": "status-report", "format": 1, "outcome": "to-submit", "exitCode": 2,
        "scope": { "catalog": "acme", "target": "intl" },
        "date": "2026-01-31",
        "observedAt": "2026-01-31T08:00:00Z",
        "products": [{
            "product": "crm", "name": "CRM", "standing": "unwanted-in-review", "since": "2026-01-30T08:00:00Z",
            "rejection": {
                "submission": "s-1", "reason": "the logo is blurred",
                "places": [{
                    "path": "products/crm.yaml",
                    "position": { "line": 7, "column": 12 },
                    "named": true,
                }],
            },
            "besides": ["what follows is blocked by trial-status-changed"],
            "next": {
                "who": "release-owner", "what": "tries again", "command": "gallerist submissions retry s-1",
            },
        }],
        "unbound": [{ "productId": "p-9", "name": "Foreign" }],
    });
    assert_eq!(document("status-report", View::Status(&status()), Outcome::ToSubmit), expected);
}

#[test]
fn the_rule_book_tells_everything_about_every_rule() {
    let whole = rules::Selection::whole();
    let document = document("rules-report", View::Rules(&whole), Outcome::Done);
    let written = document["rules"].as_array().unwrap();
    assert_eq!(written.len(), rules::all().count());
    assert_eq!(document["outside"].as_array().unwrap().len(), rules::OUTSIDE.len());
    assert!(document["reading"][0]["link"].as_str().unwrap().starts_with("docs/rules.md#"));
    for (written, rule) in written.iter().zip(&whole.rules) {
        let doc = &rule.doc;
        let basis = match doc.basis {
            rules::Basis::Stated => "stated",
            rules::Basis::Chinese => "chinese",
            rules::Basis::Inferred => "inferred",
            rules::Basis::Own => "own",
        };
        let expected = json!({
            "id": doc.id, "numbers": doc.numbers, "basis": basis, "source": doc.source, "sites": doc.sites,
            "level": doc.level.word(), "what": doc.what, "why": doc.why, "example": doc.example,
            "instead": doc.instead, "family": rules::family(doc.id), "check": rule.check.word(),
            "link": format!("docs/rules.md#{}", doc.id),
        });
        assert_eq!(*written, expected);
    }
}

/// A schema that lets everything pass would pass every test above.
#[test]
fn schemas_of_reports_refuse_what_lacks_a_part() {
    let checked = Checked { products: 1, ..Checked::default() };
    let recorded = Recorded { sentence: "Done.".into(), path: None, next: None };
    let pending = [PendingReview {
        application: ApplicationId("app-1".into()),
        product_name: "CRM".into(),
        kind: SubmissionKind::Modify,
        since: "2026-01-31T08:00:00Z".parse().unwrap(),
    }];
    let (ran, status) = (ran(), status());
    let none = rules::Selection::default();
    let formatted = Formatted::default();
    let checkup = gallerist::report::Checkup::default();
    for (name, view) in [
        ("diagnostics", View::Check(&checked)),
        ("format-report", View::Format(&formatted)),
        ("doctor-report", View::Doctor(&checkup)),
        ("run-report", View::Run(&ran)),
        ("status-report", View::Status(&status)),
        ("submissions-report", View::Submissions(&[])),
        ("pending-report", View::Pending(&pending)),
        ("recorded-report", View::Recorded(&recorded)),
        ("rules-report", View::Rules(&none)),
    ] {
        let whole = document(name, view, Outcome::Done);
        let schemas = wire::schemas();
        let (_, schema) = schemas.iter().find(|(known, _)| *known == name).unwrap();
        let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
        for part in whole.as_object().unwrap().keys() {
            let mut lacking = whole.clone();
            lacking.as_object_mut().unwrap().remove(part);
            assert!(!validator.is_valid(&lacking), "{name} without `{part}` is accepted");
        }
        for (part, wrong) in [("document", json!("plan")), ("format", json!(2)), ("outcome", json!("fine"))] {
            let mut changed = whole.clone();
            changed[part] = wrong;
            assert!(!validator.is_valid(&changed), "{name} with another `{part}` is accepted");
        }
    }
}
