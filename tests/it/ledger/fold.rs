//! What a sequence of events means.

use super::{application, hour, hourly, key, removal, scope, submission, version};
use gallerist::ledger::{EventKind, Record, fold};
use gallerist::model::{BillingMode, DeliveryMethod, Product, SkuKey};
use gallerist::plan::History;
use gallerist::released::{ProductBinding, SkuBinding, SpecificationBinding};
use gallerist::submission::{
    Evidence, EvidenceKind, Operation, OperationId, Refusal, Review, Submission, SubmissionKind, Verdict,
};

fn modify(to: &str) -> Submission {
    submission(SubmissionKind::Modify, vec![version(to)], 1)
}

fn prepared(submission: &Submission) -> EventKind {
    EventKind::Prepared { submission: submission.clone(), commit: Some(format!("c-{}", submission.attempt)) }
}

fn accepted(submission: &Submission) -> EventKind {
    EventKind::Accepted { submission: submission.id.clone(), application: application("a-1") }
}

fn ended(submission: &Submission, verdict: Verdict) -> EventKind {
    EventKind::Ended { submission: submission.id.clone(), verdict }
}

fn rejected(submission: &Submission, reason: Option<&str>) -> EventKind {
    ended(submission, Verdict::Rejected { reason: reason.map(str::to_owned) })
}

fn refused(submission: &Submission) -> EventKind {
    let refusal = Refusal { rules: vec![], text: "the interface does not answer".into(), technical: true };
    EventKind::Refused { submission: submission.id.clone(), refusal, intents: None }
}

fn not_sent(submission: &Submission) -> EventKind {
    EventKind::NotSent { submission: submission.id.clone(), reason: "no route to host".into(), intents: None }
}

fn unknown(submission: &Submission) -> EventKind {
    EventKind::Unknown { submission: submission.id.clone(), reason: "the connection broke".into() }
}

fn record(kinds: Vec<EventKind>) -> Record {
    let events = hourly(kinds);
    fold(&scope(), &events, hour(24)).products.remove(&key("crm")).unwrap_or_default()
}

fn history(kinds: Vec<EventKind>) -> History {
    record(kinds).history
}

fn id(operation: &Operation) -> OperationId {
    operation.id(&key("intl"), &key("crm"))
}

#[test]
fn the_open_submission_follows_the_last_word_about_it() {
    let s = modify("V2");
    let table: Vec<(&str, Vec<EventKind>, Option<Review>)> = vec![
        ("intent", vec![prepared(&s)], Some(Review::Prepared)),
        ("taken", vec![prepared(&s), accepted(&s)], Some(Review::Pending)),
        ("taken, told twice", vec![prepared(&s), accepted(&s), accepted(&s)], Some(Review::Pending)),
        ("answer lost", vec![prepared(&s), unknown(&s)], Some(Review::Unknown)),
        ("answer found", vec![prepared(&s), unknown(&s), accepted(&s)], Some(Review::Pending)),
        ("taken after all", vec![prepared(&s), not_sent(&s), accepted(&s)], Some(Review::Pending)),
        ("a late doubt does not undo", vec![prepared(&s), accepted(&s), unknown(&s)], Some(Review::Pending)),
        ("a late no does not undo", vec![prepared(&s), accepted(&s), not_sent(&s)], Some(Review::Pending)),
        ("a late doubt counts", vec![prepared(&s), not_sent(&s), unknown(&s)], Some(Review::Unknown)),
        ("not sent", vec![prepared(&s), not_sent(&s)], None),
        ("again", vec![prepared(&s), not_sent(&s), prepared(&s)], Some(Review::Prepared)),
        ("refused", vec![prepared(&s), refused(&s)], None),
        ("approved", vec![prepared(&s), accepted(&s), ended(&s, Verdict::Approved)], None),
        (
            "ended stays ended",
            vec![prepared(&s), ended(&s, Verdict::Approved), accepted(&s), prepared(&s), unknown(&s)],
            None,
        ),
        ("a verdict about nothing we know", vec![accepted(&s), ended(&s, Verdict::Approved)], None),
    ];
    for (name, kinds, expected) in table {
        let open = history(kinds).open;
        assert_eq!(open.as_ref().map(|open| open.review.clone()), expected, "{name}");
        if let Some(open) = open {
            assert_eq!(open.submission, s, "{name}");
        }
    }
}

#[test]
fn since_is_the_first_time_it_stood_there() {
    let s = modify("V2");
    let open = history(vec![prepared(&s), accepted(&s), accepted(&s)]).open.unwrap();
    assert_eq!((open.since, open.application), (hour(1), Some(application("a-1"))));
}

#[test]
fn an_approval_is_what_was_applied_last() {
    let s = modify("V2");
    let sent = history(vec![prepared(&s), accepted(&s)]);
    assert_eq!((sent.last_applied, sent.commit.as_deref()), (None, Some("c-1")));
    let done = history(vec![prepared(&s), accepted(&s), ended(&s, Verdict::Approved)]);
    assert_eq!(done.last_applied, Some(s.predicted.clone()));
    assert!(done.ended.is_empty() && done.held.is_empty());
    let never_sent = history(vec![prepared(&s), not_sent(&s)]);
    assert_eq!((never_sent.last_applied, never_sent.commit), (None, None));
    let adopted = Product::new(key("crm"), DeliveryMethod::Saas);
    let applied = EventKind::Applied { product: adopted.clone(), commit: Some("c-9".into()) };
    let history = history(vec![prepared(&s), accepted(&s), ended(&s, Verdict::Approved), applied]);
    assert_eq!((history.last_applied, history.commit.as_deref()), (Some(adopted), Some("c-9")));
}

#[test]
fn a_rejection_holds_its_operations_until_something_gives() {
    let s = submission(SubmissionKind::Modify, vec![version("V2"), removal("old")], 1);
    let rejection = vec![prepared(&s), accepted(&s), rejected(&s, Some("blurred logo"))];
    let with = |more: EventKind| [rejection.clone(), vec![more]].concat();

    let held = history(rejection.clone()).held;
    assert_eq!(held.keys().cloned().collect::<Vec<_>>(), {
        let mut both = vec![id(&version("V2")), id(&removal("old"))];
        both.sort();
        both
    });
    let first = &held[&id(&version("V2"))];
    assert_eq!(first.reason.as_deref(), Some("blurred logo"));
    assert_eq!(
        (&first.application, &first.submission, first.at),
        (&Some(application("a-1")), &s.id, hour(2))
    );
    assert_eq!(history(rejection.clone()).ended, [s.id.clone()].into());

    let retried = with(EventKind::Retried { operations: vec![id(&version("V2"))], by: "ann".into() });
    assert_eq!(history(retried.clone()).held.len(), 1, "the other one is still held");
    assert_eq!(history([retried, vec![rejected(&s, None)]].concat()).held.len(), 1, "told twice");
    let moot = with(EventKind::ClosedAsMoot { submission: s.id.clone() });
    assert!(history(moot.clone()).held.is_empty());
    assert_eq!(history(moot).ended, [s.id].into(), "the attempt stays counted");

    let other = modify("V3");
    let superseded =
        [rejection, vec![prepared(&other), accepted(&other), ended(&other, Verdict::Approved)]].concat();
    let left: Vec<OperationId> = history(superseded).held.into_keys().collect();
    assert_eq!(left, vec![id(&removal("old"))], "the version was decided by the later approval");
}

#[test]
fn a_reason_that_is_read_later_is_kept() {
    let s = modify("V2");
    let unread = vec![prepared(&s), accepted(&s), rejected(&s, None)];
    assert_eq!(history(unread.clone()).held[&id(&version("V2"))].reason, None);
    let read = history([unread, vec![rejected(&s, Some("logo")), rejected(&s, Some("other"))]].concat());
    assert_eq!(read.held[&id(&version("V2"))].reason.as_deref(), Some("logo"));
}

#[test]
fn what_was_taken_back_is_held_until_something_else_is_asked_for() {
    let (s, other) = (modify("V2"), modify("V3"));
    for verdict in [Verdict::Withdrawn, Verdict::Discarded] {
        let told = vec![prepared(&s), accepted(&s), ended(&s, verdict)];
        let taken_back = history(told.clone());
        assert!(taken_back.held.values().all(|held| held.taken_back) && taken_back.held.len() == 1);
        assert!(taken_back.last_applied.is_none());
        assert_eq!(taken_back.ended, [s.id.clone()].into());
        assert!(history([told, vec![prepared(&other)]].concat()).held.is_empty());
    }
}

#[test]
fn what_was_taken_back_stays_so_while_something_else_of_the_product_goes_on() {
    let back = submission(SubmissionKind::Remove, vec![removal("old")], 1);
    let told = vec![prepared(&back), accepted(&back), ended(&back, Verdict::Withdrawn)];
    let edit = modify("V2");
    let others = [
        vec![prepared(&edit)],
        vec![prepared(&edit), not_sent(&edit)],
        vec![prepared(&edit), accepted(&edit), ended(&edit, Verdict::Approved)],
    ];
    for others in others {
        let held = history([told.clone(), others.clone()].concat()).held;
        assert!(held.contains_key(&id(&removal("old"))), "{others:?}");
    }
    let again = submission(SubmissionKind::Remove, vec![removal("old")], 2);
    assert!(history([told, vec![prepared(&again)]].concat()).held.is_empty(), "this takes its place");
}

#[test]
fn a_sheet_that_somebody_has_holds_the_product_whatever_another_run_said() {
    let s = modify("V2");
    let handed_over = EventKind::HandedOver { submission: s.id.clone(), sheet: "d-1".into() };
    let open = history(vec![prepared(&s), not_sent(&s), handed_over]).open;
    assert_eq!(open.map(|open| open.review), Some(Review::HandedOver));
}

#[test]
fn refusals_in_a_row_are_counted() {
    let (s, other) = (modify("V2"), modify("V3"));
    let times = |kinds: Vec<EventKind>| history(kinds).refused.map(|last| last.times);
    let twice = vec![prepared(&s), refused(&s), prepared(&s), refused(&s)];
    assert_eq!(times(twice.clone()), Some(2));
    assert_eq!(times(vec![prepared(&s), refused(&s), refused(&s)]), Some(1), "told twice");
    assert_eq!(times([twice.clone(), vec![prepared(&s), unknown(&s)]].concat()), Some(2));
    assert_eq!(times([twice.clone(), vec![prepared(&s), accepted(&s)]].concat()), None, "it got in");
    assert_eq!(times([twice.clone(), vec![prepared(&other), refused(&other)]].concat()), Some(1), "another");
    let retry = EventKind::Retried { operations: vec![id(&version("V2"))], by: "ann".into() };
    assert_eq!(times([twice, vec![retry]].concat()), None);
    let last = history(vec![prepared(&s), refused(&s)]).refused.unwrap();
    assert_eq!((last.operations, last.at), ([id(&version("V2"))].into(), hour(1)));
    assert!(
        history(vec![prepared(&s), refused(&s)]).ended.is_empty(),
        "no review began: no attempt was used"
    );
}

#[test]
fn removals_of_the_last_seven_days_are_counted_and_retired_keys_kept() {
    let s = submission(SubmissionKind::Remove, vec![removal("old"), removal("older")], 1);
    let kinds = vec![prepared(&s), accepted(&s), ended(&s, Verdict::Approved)];
    let at = |now| fold(&scope(), &hourly(kinds.clone()), now).history(&key("crm"));
    let soon = at(hour(7 * 24));
    assert_eq!((soon.recent.specifications_removed, soon.recent.products_retired), (2, 0));
    let later = at(hour(7 * 24 + 1));
    assert_eq!(later.recent.specifications_removed, 0, "it was submitted in hour 1");
    assert_eq!(later.retired_specifications, [key("old"), key("older")].into());
    let in_vain = history(vec![prepared(&s), accepted(&s), rejected(&s, None)]);
    assert_eq!((in_vain.recent.specifications_removed, in_vain.retired_specifications.len()), (0, 0));
    assert_eq!(history(vec![prepared(&s), unknown(&s)]).recent.specifications_removed, 2, "it may be there");
}

#[test]
fn bindings_and_evidence_add_up() {
    let bound = |specification: &str, mode: BillingMode| {
        let sku =
            SkuBinding { sku_code: format!("sku-{specification}"), offerings: [(mode, "o".into())].into() };
        let skus = SpecificationBinding { skus: [(SkuKey::simple(), sku)].into() };
        let specifications = [(key(specification), skus)].into();
        EventKind::Bound { binding: ProductBinding { product_id: "p-1".into(), specifications } }
    };
    let evidence = Evidence {
        kind: EvidenceKind::Preflight(Some("of".into())),
        by: "probe".into(),
        reason: "answered".into(),
        at: hour(0),
        expires: None,
    };
    let vouched = EventKind::Vouched { evidence: evidence.clone() };
    let record = record(vec![
        bound("a", BillingMode::Yearly),
        bound("b", BillingMode::Yearly),
        bound("a", BillingMode::Monthly),
        vouched.clone(),
        vouched,
    ]);
    let binding = record.binding.unwrap();
    assert_eq!(binding.specifications.len(), 2);
    assert_eq!(binding.specifications[&key("a")].skus[&SkuKey::simple()].offerings.len(), 2);
    assert_eq!(record.history.evidence, vec![evidence]);
}

#[test]
fn products_do_not_mix() {
    let s = modify("V2");
    let mut events = hourly(vec![prepared(&s), accepted(&s)]);
    events[1].product = key("erp");
    let records = fold(&scope(), &events, hour(24));
    assert_eq!(records.history(&key("crm")).open.map(|open| open.review), Some(Review::Prepared));
    assert_eq!(records.history(&key("erp")), History::default());
}

fn claimed(attempt: u32) -> (Submission, EventKind) {
    let submission = submission(SubmissionKind::Modify, Vec::new(), attempt);
    let claim = EventKind::Claimed {
        submission: submission.clone(),
        application: application("a-7"),
        since: hour(-30),
        by: "ann".into(),
    };
    (submission, claim)
}

#[test]
fn a_claimed_application_is_in_review_until_its_verdict_and_says_nothing_of_its_content() {
    let (s, claim) = claimed(1);
    let pending = history(vec![claim.clone()]);
    let open = pending.open.unwrap();
    assert_eq!((open.review, open.application), (Review::Pending, Some(application("a-7"))));
    assert_eq!(open.since, hour(-30), "it was in review before anybody here knew");
    assert_eq!(pending.report_only, Some(hour(0)));
    assert_eq!(history(vec![claim.clone(), claim.clone()]).report_only, Some(hour(0)), "told twice");

    let mut after = Product::new(key("crm"), DeliveryMethod::Saas);
    after.upgrade_rules = Some(Default::default());
    let applied = EventKind::Applied { product: after.clone(), commit: None };
    let approved = history(vec![claim.clone(), applied, ended(&s, Verdict::Approved)]);
    assert_eq!(
        (approved.open, approved.last_applied),
        (None, Some(after)),
        "what is on sale, not a prediction"
    );
    let rejected = history(vec![claim.clone(), rejected(&s, Some("no"))]);
    assert!(rejected.open.is_none() && rejected.held.is_empty());
    let (_, again) = claimed(2);
    assert!(history(vec![claim, ended(&s, Verdict::Withdrawn), again]).open.is_some());
}

#[test]
fn an_adoption_is_report_only_from_then_on() {
    let adopted = EventKind::Adopted { by: "ann".into() };
    assert_eq!(history(vec![adopted.clone()]).report_only, Some(hour(0)));
    assert_eq!(history(vec![adopted.clone(), adopted]).report_only, Some(hour(1)), "adopted anew");
    assert_eq!(history(Vec::new()).report_only, None);
}

#[test]
fn what_was_meant_later_is_not_given_up() {
    let s = modify("V2");
    let late = |intents| EventKind::NotSent { submission: s.id.clone(), reason: "it slept".into(), intents };
    let twice = |last| history(vec![prepared(&s), late(Some(1)), prepared(&s), last]).open;
    assert!(twice(late(Some(1))).is_some_and(|open| open.review == Review::Prepared));
    assert!(twice(late(Some(2))).is_none());
    assert!(twice(late(None)).is_none(), "entries of older versions are about all");
}

#[test]
fn interfaces_fail_from_the_first_red_preflight_to_the_next_green_one() {
    let red = |what: &str| EventKind::Preflighted { failing: Some(what.into()) };
    let failing = |events: Vec<EventKind>| record(events).history.failing;
    assert_eq!(failing(vec![]), None);
    let both = failing(vec![red("create"), red("query")]).unwrap();
    assert_eq!((both.since, both.what.as_str()), (hour(0), "query"));
    assert_eq!(failing(vec![red("create"), EventKind::Preflighted { failing: None }]), None);
}
