//! The sandbox's review desk: applications, effects on approval, and what the marketplace does by itself.

use super::sandbox_account::*;
use gallerist::model::{BillingMode, ProductField};
use gallerist::sandbox::{Answer, Health, Judge, Policy, Request, Standing};
use gallerist::site::SiteProfile;
use gallerist::submission::{
    ApplicationId, Operation, Review, Submission, SubmissionId, SubmissionKind, Verdict,
};

fn account() -> Account {
    Account::new(Judge::new(site()))
}

fn rename(name: &str) -> Vec<Operation> {
    vec![field(ProductField::Name, text(name))]
}

fn draft(account: &mut Account, product: &str) -> ApplicationId {
    let request = Request::SaveForeignDraft {
        by: "Mei".into(),
        product: key(product),
        kind: SubmissionKind::Modify,
        operations: Vec::new(),
    };
    match account.ask(&request) {
        Answer::Accepted(id) => id,
        other => panic!("{other:?}"),
    }
}

/// An application in each state, the submission that made it, and what each request answers: `done`, or the rules.
#[test]
fn every_request_in_every_state() {
    type Make = fn(&mut Account) -> (ApplicationId, Option<Submission>);
    fn pending(account: &mut Account) -> (ApplicationId, Option<Submission>) {
        account.seed(license());
        let submission = account.modify("key", rename("New"));
        (account.accepted(submission.clone()), Some(submission))
    }
    fn after(
        account: &mut Account,
        request: fn(&ApplicationId, &SubmissionId) -> Request,
    ) -> (ApplicationId, Option<Submission>) {
        let (id, submission) = pending(account);
        let request = request(&id, &submission.as_ref().unwrap().id);
        assert_eq!(account.ask(&request), Answer::Done);
        (id, submission)
    }
    fn reject(id: &ApplicationId, _: &SubmissionId) -> Request {
        Request::Reject { application: id.clone(), reason: "no".into() }
    }
    let states: &[(&str, Make, [&str; 5])] = &[
        // approve, reject, withdraw, discard, submit the console's draft
        ("pending", pending, ["done", "done", "done", "[66]", "[]"]),
        (
            "approved",
            |account| after(account, |id, _| Request::Approve(id.clone())),
            ["[69]", "[69]", "[65, 69]", "[69]", "[]"],
        ),
        ("rejected", |account| after(account, reject), ["[]", "[]", "[65]", "done", "[]"]),
        (
            "withdrawn",
            |account| after(account, |_, id| Request::Withdraw(id.clone())),
            ["[]", "[]", "[65]", "done", "[]"],
        ),
        (
            "discarded",
            |account| {
                let (id, submission) = after(account, reject);
                assert_eq!(account.ask(&Request::Discard(id.clone())), Answer::Done);
                (id, submission)
            },
            ["[]", "[]", "[65]", "[]", "[]"],
        ),
        (
            "draft",
            |account| {
                account.seed(license());
                (draft(account, "key"), None)
            },
            ["[]", "[]", "[65]", "done", "done"],
        ),
    ];
    for (state, make, expected) in states {
        let mut seen = Vec::new();
        for request in 0..5 {
            let mut account = account();
            let (id, submission) = make(&mut account);
            let ours = submission.map_or_else(|| SubmissionId("s-none".into()), |submission| submission.id);
            let before = account.state.clone();
            let request = match request {
                0 => Request::Approve(id),
                1 => Request::Reject { application: id, reason: "no".into() },
                2 => Request::Withdraw(ours),
                3 => Request::Discard(id),
                _ => Request::SubmitForeign(id),
            };
            seen.push(match account.ask(&request) {
                Answer::Done | Answer::Accepted(_) => "done".to_owned(),
                Answer::Refused(refusal) => {
                    assert_eq!(account.state, before, "{state} {request:?}");
                    format!("{:?}", refusal.rules)
                }
                other => panic!("{other:?}"),
            });
        }
        assert_eq!(seen, expected, "{state}");
    }
}

#[test]
fn the_same_submission_is_the_same_application_whatever_its_state() {
    let ends: &[fn(&ApplicationId, &SubmissionId) -> Option<Request>] = &[
        |_, _| None,
        |id, _| Some(Request::Approve(id.clone())),
        |id, _| Some(Request::Reject { application: id.clone(), reason: "no".into() }),
        |_, submission| Some(Request::Withdraw(submission.clone())),
    ];
    for end in ends {
        let mut account = account();
        account.seed(license());
        let submission = account.modify("key", rename("New"));
        let id = account.accepted(submission.clone());
        if let Some(request) = end(&id, &submission.id) {
            assert_eq!(account.ask(&request), Answer::Done);
        }
        let before = account.state.clone();
        assert_eq!(account.submit(submission.clone()), Answer::Accepted(id));
        assert_eq!(account.state, before);
        let mut other = submission;
        other.operations = rename("Other");
        let refusal = account.refusal(other);
        assert!(refusal.rules.is_empty() && !refusal.technical, "{refusal:?}");
        assert!(refusal.text.contains("used for something else"), "{}", refusal.text);
    }
}

#[test]
fn an_application_from_an_older_state_is_stale() {
    let mut account = account();
    account.seed(crm());
    let submission = account.modify("crm", rename("Mine"));
    let edit = Request::ConsoleEdit { by: "Mei".into(), product: key("crm"), operations: rename("Hers") };
    assert_eq!(account.ask(&edit), Answer::Done);
    let refusal = account.refusal(submission.clone());
    assert!(
        refusal.rules.is_empty() && !refusal.technical && refusal.text.contains("older state"),
        "{refusal:?}"
    );
    let mut newer = submission;
    newer.base = Some(account.row("crm").shown_revision());
    newer.id.0.push('2');
    let refusal = account.refusal(newer.clone());
    assert!(refusal.rules.is_empty() && refusal.text.contains("Hers"), "{refusal:?}");
    newer.operations[0].from = text("Hers");
    account.accepted(newer);
}

#[test]
fn a_base_revision_alone_makes_stale() {
    let mut account = account();
    account.seed(crm());
    let submission = account.modify("crm", rename("Mine"));
    let operations = vec![price("starter", cell(&[], BillingMode::Yearly), "1")];
    account.ask(&Request::ConsoleEdit { by: "Mei".into(), product: key("crm"), operations });
    let refusal = account.refusal(submission);
    assert!(refusal.rules.is_empty() && refusal.text.contains("r2"), "{refusal:?}");
}

#[test]
fn approval_applies_to_the_rows_as_they_are() {
    let mut account = account();
    account.seed(crm());
    let submission = account.modify("crm", rename("Mine"));
    let id = account.accepted(submission);
    let operations = vec![price("starter", cell(&[], BillingMode::Yearly), "1")];
    account.ask(&Request::ConsoleEdit { by: "Mei".into(), product: key("crm"), operations });
    account.ask(&Request::Approve(id));
    let row = account.row("crm");
    assert_eq!(row.fields.text(ProductField::Name), Some("Mine"));
    assert_eq!(row.specifications["starter"].prices[&cell(&[], BillingMode::Yearly)], flat("1"));
}

#[test]
fn what_no_longer_fits_can_only_be_rejected() {
    let mut account = account();
    account.seed(crm());
    let submission = account.modify("crm", rename("Mine"));
    let id = account.accepted(submission);
    account.ask(&Request::ConsoleEdit { by: "Mei".into(), product: key("crm"), operations: vec![retire()] });
    assert!(
        matches!(account.ask(&Request::Approve(id.clone())), Answer::Refused(refusal) if refusal.rules == [49])
    );
    let decided = account.ask(&Request::Review(Policy::ApproveAll));
    assert!(
        matches!(&decided, Answer::Decided(all) if matches!(&all[..], [(held, Verdict::Rejected { .. })] if *held == id))
    );
}

#[test]
fn only_some_delivery_methods_can_withdraw() {
    for (product, name, rules) in [(license(), "key", None), (crm(), "crm", Some([64]))] {
        let mut account = account();
        account.seed(product);
        let submission = account.modify(name, rename("New"));
        account.accepted(submission.clone());
        match (account.ask(&Request::Withdraw(submission.id)), rules) {
            (Answer::Done, None) => {}
            (Answer::Refused(refusal), Some(rules)) => assert_eq!(refusal.rules, rules),
            (other, _) => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn one_in_flight_is_a_matter_of_the_site() {
    let site = SiteProfile::extended("intl", "{ oneInFlight: false }", "{}").unwrap();
    let mut account = Account::new(Judge::new(site));
    account.seed(crm());
    for name in ["A", "B"] {
        let submission = account.modify("crm", rename(name));
        account.accepted(submission);
    }
    account.ask(&Request::Review(Policy::ApproveAll));
    assert_eq!(account.row("crm").fields.text(ProductField::Name), Some("B"));
}

#[test]
fn a_draft_of_somebody_becomes_an_application_of_somebody() {
    let mut account = account();
    account.seed(crm());
    let id = draft(&mut account, "crm");
    let observed = account.state.observe(start());
    assert_eq!(observed.applications[0].submission, None);
    assert_eq!(account.ask(&Request::SubmitForeign(id.clone())), Answer::Accepted(id.clone()));
    let second = draft(&mut account, "crm");
    assert!(
        matches!(account.ask(&Request::SubmitForeign(second)), Answer::Refused(refusal) if refusal.rules == [70])
    );
    assert_eq!(account.ask(&Request::Approve(id)), Answer::Done);
}

#[test]
fn the_probe_passes_when_the_interfaces_are_repaired() {
    let mut account = account();
    account.seed(crm());
    for health in [Health::Failing, Health::Timeout] {
        account.ask(&Request::SetInterfaceHealth { product: key("crm"), health });
        let submission = account.modify("crm", rename("New"));
        let refusal = account.refusal(submission);
        assert!(refusal.technical && refusal.rules == [28], "{refusal:?}");
        let forbidden = account.modify("crm", vec![field(ProductField::Credential, text("other"))]);
        let refusal = account.refusal(forbidden);
        assert!(
            !refusal.technical && refusal.rules == [28, 37],
            "a rule does not pass by itself: {refusal:?}"
        );
    }
    account.ask(&Request::SetInterfaceHealth { product: key("crm"), health: Health::Healthy });
    let submission = account.modify("crm", rename("New"));
    account.accepted(submission);
}

/// How many of twelve releases a policy approves and rejects.
fn decided(policy: Policy) -> (usize, usize) {
    let mut account = account();
    for number in 0..12 {
        let mut product = license();
        product.key = key(&format!("key-{number}"));
        let submission = account.release(product);
        account.accepted(submission);
    }
    account.ask(&Request::Review(policy));
    let standings = || account.state.applications.values().map(|application| &application.standing);
    (
        standings().filter(|standing| **standing == Standing::Approved).count(),
        standings().filter(|standing| matches!(standing, Standing::Rejected(_))).count(),
    )
}

#[test]
fn the_desk_follows_its_policy() {
    assert_eq!(decided(Policy::Manual), (0, 0));
    assert_eq!(decided(Policy::ApproveAll), (12, 0));
    assert_eq!(decided(Policy::RejectFirst), (0, 12));
    let (approved, rejected) = decided(Policy::Scripted(7));
    assert!(approved > 0 && rejected > 0 && approved + rejected == 12, "{approved} {rejected}");
    assert_eq!(decided(Policy::Scripted(7)), (approved, rejected));
}

#[test]
fn the_first_rejected_application_can_be_mended() {
    let mut account = account();
    account.seed(license());
    let first = account.modify("key", rename("New"));
    account.accepted(first.clone());
    account.ask(&Request::Review(Policy::RejectFirst));
    let mut second = first;
    second.attempt = 2;
    second.id.0.push('2');
    account.accepted(second.clone());
    account.ask(&Request::Review(Policy::RejectFirst));
    assert_eq!(account.state.reviews(&[second.id])[0].review, Review::Ended(Verdict::Approved));
}

#[test]
fn advancing_the_clock_reviews_what_has_waited_long_enough() {
    let mut account = account();
    account.seed(license());
    let submission = account.modify("key", rename("New"));
    account.accepted(submission.clone());
    let day: u32 = 24 * 3600;
    let advance = |days| Request::AdvanceClock { seconds: days * day, policy: Policy::ApproveAll };
    assert_eq!(account.ask(&advance(2)), Answer::Decided(Vec::new()));
    assert!(matches!(account.ask(&advance(1)), Answer::Decided(all) if all.len() == 1));
    let waited = account.state.time(start()).duration_since(start());
    assert_eq!(waited.as_hours(), 72);
    assert_eq!(account.state.reviews(&[submission.id])[0].at.duration_since(start()).as_hours(), 72);
}

#[test]
fn the_history_says_who_did_what() {
    let mut account = account();
    account.seed(license());
    let submission = account.modify("key", rename("New"));
    let id = account.approved(submission);
    let told: Vec<String> =
        account.events.iter().map(|event| format!("{}: {}", event.by, event.text)).collect();
    assert_eq!(
        told,
        [
            "operator: Product key is in the catalog as 00301-660001-0--0.".to_owned(),
            format!("seller: modify of \"New\" was submitted as {id}."),
            format!("operations manager: {id} was approved."),
        ]
    );
}
