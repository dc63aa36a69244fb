//! What holds a step back, and what it lets pass.

use crate::model::{
    Catalog, blocking, desired, key, kinds, now, product, released, renamed, replaces, retire, retirement,
    specification, submissions,
};
use gallerist::model::{DeliveryMethod, ProductField, Value};
use gallerist::plan::{HeldOperation, History, Standing, StepState};
use gallerist::render::{self, Style};
use gallerist::report::{self, Actor, Invocation, Outcome};
use gallerist::submission::{SubmissionId, SubmissionKind};

#[test]
fn edits_do_not_wait_for_somebody_to_approve_a_removal() {
    let two = vec![specification("starter", &[("yearly", "99")]), specification("pro", &[("yearly", "199")])];
    let before = product("crm", DeliveryMethod::Saas, two);
    let wanted = retire(desired(renamed(before.clone(), "Acme CRM 2")), "starter");
    let catalog = Catalog::of(wanted, Some(released(&before)));
    let plan = catalog.only();
    assert_eq!(kinds(&plan), [SubmissionKind::Modify, SubmissionKind::Remove]);
    assert_eq!((&plan.chain[0].state, &plan.chain[1].state), (&StepState::Ready, &StepState::Blocked));
    assert_eq!(kinds(&catalog.approved().only()), [SubmissionKind::Remove, SubmissionKind::Modify]);
}

#[test]
fn a_check_stands_before_the_submission_it_is_about_and_holds_nothing_earlier() {
    let two = vec![specification("starter", &[("yearly", "99")]), specification("pro", &[("yearly", "199")])];
    let mut before = product("crm", DeliveryMethod::Saas, two);
    before.fields.set(ProductField::Tags, Some(Value::Texts(Vec::new())));
    let mut after = renamed(before.clone(), "Acme CRM 2");
    after.fields.set(ProductField::Tags, Some(Value::Texts(vec!["Kunpeng".into()])));
    let catalog = Catalog::of(retire(desired(after), "starter"), Some(released(&before))).approved();
    let plan = catalog.only();
    assert_eq!(kinds(&plan), [SubmissionKind::Remove, SubmissionKind::Modify]);
    let item = plan.verify.iter().find(|item| item.rule == "tag-certificate-unchecked").unwrap();
    assert_eq!((item.holds, item.before), (true, Some(2)), "{item:#?}");
    assert_eq!(blocking(&plan), ["tag-certificate-unchecked"]);
    let blocked = |index: usize| plan.chain[index].state == StepState::Blocked;
    assert_eq!(plan.chain[0].state, StepState::Ready, "the removal has nothing to do with the tag");
    assert!(blocked(1));
    // The next run does something all the same; a pull request still fails because of what is blocked.
    assert_eq!(plan.standing, Standing::ToSubmit);
    let next = report::next(&plan, &Invocation::default());
    assert_eq!((next.who, next.command.as_deref()), (Actor::Run, Some("gallerist reconcile")));
    assert_eq!(Outcome::of_plan(&catalog.plan()), Outcome::Blocked);
    let whole = catalog.plan();
    let shown = render::plan(&whole, &Invocation::default(), Style::PLAIN);
    let words = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("before step 2: the certificate of the tag"), "{shown}");
}

#[test]
fn a_removal_waits_for_a_replacement_that_was_rejected() {
    let old = specification("starter", &[("yearly", "99")]);
    let both = vec![
        old.clone(),
        specification("pro", &[("yearly", "99")]),
        specification("starter-2", &[("yearly", "99")]),
    ];
    let before = product("crm", DeliveryMethod::Saas, vec![old, specification("pro", &[("yearly", "99")])]);
    let wanted = retire(
        replaces(desired(product("crm", DeliveryMethod::Saas, both)), "starter-2", "starter"),
        "starter",
    );
    let mut catalog = Catalog::of(wanted, Some(released(&before))).approved();
    let addition = submissions(&catalog.only())[0].operations[0].clone();
    let held = HeldOperation {
        application: None,
        submission: SubmissionId("s-1".into()),
        commit: None,
        taken_back: false,
        reason: None,
        at: now(),
    };
    let history =
        History { held: [(addition.id(&key("intl"), &key("crm")), held)].into(), ..History::default() };
    catalog.histories.insert(key("crm"), history);
    let plan = catalog.only();
    assert!(plan.chain.iter().all(|step| step.state != StepState::Ready), "{:#?}", plan.chain);
}

#[test]
fn a_retirement_without_a_reason_is_blocked_where_it_is_asked_for() {
    let two = vec![specification("starter", &[("yearly", "99")]), specification("pro", &[("yearly", "199")])];
    let both = product("crm", DeliveryMethod::Saas, two);
    let retired = |reason: &str| {
        let mut wanted = retire(desired(both.clone()), "pro");
        wanted.specifications.get_mut("pro").unwrap().retire = Some(retirement(reason));
        Catalog::of(wanted, Some(released(&both))).approved().only()
    };
    let plan = retired(" ");
    assert_eq!(blocking(&plan), ["retirement-without-reason"]);
    assert_eq!(plan.blocks[0].finding.route.to_string(), "specifications[pro].retire.reason");
    assert!(blocking(&retired("nobody bought it")).is_empty());
}
