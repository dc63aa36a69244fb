//! What a plan says and in which order, product by product.

use crate::model::{
    Catalog, blocking, desired, key, kinds, now, product, released, renamed, replaces, retire, retirement,
    specification, submissions, with_trial,
};
use gallerist::model::{DeliveryMethod, Product, ProductField, SpecificationField, Value};
use gallerist::plan::{Action, DriftKind, HeldOperation, History, OpenSubmission, Standing, StepState};
use gallerist::released::{ApplicationState, ObservedApplication, ProductStatus};
use gallerist::submission::{ApplicationId, OperationKind, Review, Submission, SubmissionId, SubmissionKind};
use std::collections::{BTreeMap, BTreeSet};

fn crm() -> Product {
    product(
        "crm",
        DeliveryMethod::Saas,
        vec![specification("starter", &[("yearly", "99"), ("monthly", "9.90")])],
    )
}

fn service() -> Product {
    let specifications = vec![specification("day", &[("one-time", "800")])];
    product("setup", DeliveryMethod::ProfessionalService, specifications)
}

#[test]
fn equal_states_plan_nothing() {
    let plan = Catalog::of(desired(crm()), Some(released(&crm()))).only();
    assert_eq!((plan.standing, plan.chain.len(), plan.changes.len()), (Standing::InSync, 0, 0));
}

#[test]
fn a_field_left_out_is_not_managed_and_an_unknown_one_yields_no_change() {
    let mut wanted = crm();
    wanted.fields.remove(ProductField::Version);
    let mut shown = crm();
    shown.fields.remove(ProductField::PublicSales);
    let plan = Catalog::of(desired(wanted), Some(released(&shown))).only();
    assert_eq!(plan.standing, Standing::InSync);
}

#[test]
fn a_first_release_is_one_submission() {
    let plan = Catalog::of(desired(crm()), None).only();
    assert_eq!(kinds(&plan), [SubmissionKind::Release]);
    assert_eq!((plan.standing, &plan.chain[0].state), (Standing::ToSubmit, &StepState::Ready));
}

#[test]
fn a_replacement_goes_first_and_the_old_one_only_after_its_approval() {
    let old = with_trial(specification("starter", &[("yearly", "99")]), Some(7));
    let new = with_trial(specification("starter-2", &[("yearly", "99")]), Some(14));
    let before = product("crm", DeliveryMethod::Saas, vec![old.clone()]);
    let after = product("crm", DeliveryMethod::Saas, vec![old.clone(), new.clone()]);
    let wanted = retire(replaces(desired(after.clone()), "starter-2", "starter"), "starter");
    let plan = Catalog::of(wanted.clone(), Some(released(&before))).approved().only();
    assert_eq!(kinds(&plan), [SubmissionKind::Modify, SubmissionKind::Remove]);
    assert_eq!(plan.chain[0].state, StepState::Ready);
    assert!(matches!(&plan.chain[1].state, StepState::Waiting(_)));
    // Once the new one is on sale, the removal precedes later edits.
    let edited = gallerist::model::Desired { product: renamed(after.clone(), "Acme CRM 2"), ..wanted };
    let plan = Catalog::of(edited, Some(released(&after))).approved().only();
    assert_eq!(kinds(&plan), [SubmissionKind::Remove, SubmissionKind::Modify]);
}

#[test]
fn an_unapproved_removal_blocks_itself_and_not_the_addition_before_it() {
    let after = product(
        "crm",
        DeliveryMethod::Saas,
        vec![
            specification("starter", &[("yearly", "99"), ("monthly", "9.90")]),
            specification("pro", &[("yearly", "199")]),
        ],
    );
    let plan = Catalog::of(retire(desired(after), "starter"), Some(released(&crm()))).only();
    assert_eq!(plan.chain[0].state, StepState::Ready);
    assert_eq!(plan.chain[1].state, StepState::Blocked);
    assert_eq!(blocking(&plan), ["irreversible-operation"]);
}

#[test]
fn leaving_a_specification_out_never_removes_it() {
    let two = vec![specification("starter", &[("yearly", "99")]), specification("pro", &[("yearly", "199")])];
    let before = product("crm", DeliveryMethod::Saas, two);
    let after = product("crm", DeliveryMethod::Saas, vec![specification("pro", &[("yearly", "199")])]);
    let plan = Catalog::of(desired(after), Some(released(&before))).only();
    assert_eq!(blocking(&plan), ["released-specification-vanished"]);
    assert!(submissions(&plan).is_empty());
}

#[test]
fn leaving_a_product_out_never_removes_it() {
    let catalog = Catalog { released: vec![released(&crm())], ..Catalog::default() };
    assert_eq!(blocking(&catalog.only()), ["managed-product-vanished"]);
}

#[test]
fn the_last_specification_goes_only_with_the_product() {
    let plan = Catalog::of(retire(desired(crm()), "starter"), Some(released(&crm()))).approved().only();
    assert_eq!(blocking(&plan), ["last-specification-retired"]);
    let mut whole = desired(crm());
    whole.retire = Some(retirement("end of life"));
    let plan = Catalog::of(whole, Some(released(&crm()))).approved().only();
    assert_eq!(kinds(&plan), [SubmissionKind::Remove]);
    assert_eq!(submissions(&plan)[0].operations[0].kind, OperationKind::RetireProduct);
}

#[test]
fn a_large_price_change_needs_an_approval_that_dies_with_the_price() {
    let price = |yearly: &str| {
        product(
            "crm",
            DeliveryMethod::Saas,
            vec![specification("starter", &[("yearly", yearly), ("monthly", "9.90")])],
        )
    };
    let small = Catalog::of(desired(price("120")), Some(released(&crm()))).only();
    assert!(small.blocks.is_empty());
    let large = Catalog::of(desired(price("9.90")), Some(released(&crm())));
    assert_eq!(blocking(&large.only()), ["price-change-unusual"]);
    let mut approved = large.approved();
    assert!(approved.only().blocks.is_empty());
    approved.desired = vec![desired(price("8.90"))];
    assert_eq!(blocking(&approved.only()), ["price-change-unusual"]);
    assert_eq!(
        blocking(&Catalog::of(desired(price("0")), Some(released(&crm()))).only()),
        ["price-change-unusual"]
    );
}

#[test]
fn somebody_elses_change_is_drift_and_is_not_planned() {
    let shown = renamed(crm(), "Changed in the console");
    let history = History { last_applied: Some(crm()), ..History::default() };
    let mut catalog = Catalog::of(desired(crm()), Some(released(&shown)));
    catalog.histories.insert(key("crm"), history.clone());
    let plan = catalog.only();
    assert_eq!((plan.standing, plan.drift[0].kind), (Standing::Drifted, DriftKind::Drift));
    assert!(submissions(&plan).is_empty());
    catalog.desired = vec![desired(renamed(crm(), "Wanted"))];
    assert_eq!(catalog.only().drift[0].kind, DriftKind::Conflict);
    // The same value on both sides is in sync, whoever set it.
    catalog.desired = vec![desired(shown)];
    assert_eq!(catalog.only().standing, Standing::InSync);
}

fn in_review(operations: Vec<gallerist::submission::Operation>, predicted: Product) -> History {
    let submission = Submission {
        id: SubmissionId("s-1".into()),
        kind: SubmissionKind::Modify,
        product: predicted.key.clone(),
        product_id: None,
        base: None,
        operations,
        attempt: 1,
        predicted,
    };
    let open = OpenSubmission {
        submission,
        review: Review::Pending,
        application: Some(ApplicationId("A1".into())),
        since: now(),
    };
    History { open: Some(open), ..History::default() }
}

#[test]
fn what_is_in_review_and_reverted_in_git_is_unwanted() {
    for (before, withdrawable) in [(service(), true), (crm(), false)] {
        let after = renamed(before.clone(), "A new name");
        let changes = gallerist::diff::changes(&before, &after);
        let history = in_review(gallerist::diff::operations(&changes), after.clone());
        let mut catalog = Catalog::of(desired(before.clone()), Some(released(&before)));
        catalog.histories.insert(before.key.clone(), history);
        let plan = catalog.only();
        assert_eq!(plan.standing, Standing::UnwantedInReview);
        let withdraws = plan.chain.iter().any(|step| matches!(step.action, Action::Withdraw { .. }));
        assert_eq!(withdraws, withdrawable, "{}", before.key);
        // Where it cannot be withdrawn a correcting modification follows.
        let last = submissions(&plan).last().copied().unwrap();
        assert_eq!(last.operations[0].to, Some(Value::Text(before.display_name().into())));
        // Still wanted: nothing but the wait.
        catalog.desired = vec![desired(after)];
        let plan = catalog.only();
        assert_eq!((plan.standing, plan.chain.len()), (Standing::InReview, 1));
        let StepState::InReview { expected_by, .. } = &plan.chain[0].state else { panic!("in review") };
        assert_eq!(expected_by.to_string(), "2026-11-26");
    }
}

#[test]
fn a_further_change_waits_for_the_verdict_or_replaces_where_possible() {
    let after = renamed(service(), "A new name");
    let changes = gallerist::diff::changes(&service(), &after);
    let history = in_review(gallerist::diff::operations(&changes), after);
    let mut catalog = Catalog::of(desired(renamed(service(), "A newer name")), Some(released(&service())));
    catalog.histories.insert(key("setup"), history);
    let plan = catalog.only();
    assert_eq!(plan.standing, Standing::InReview);
    assert!(matches!(plan.chain.last().unwrap().state, StepState::Waiting(_)));
    catalog.desired[0].on_change = gallerist::model::OnChange::Replace;
    assert!(catalog.only().chain.iter().any(|step| matches!(step.action, Action::Withdraw { .. })));
}

#[test]
fn rejected_operations_are_held_until_one_of_them_changes() {
    let after = renamed(crm(), "CRM of the wide world");
    let changes = gallerist::diff::changes(&crm(), &after);
    let ids =
        gallerist::diff::operations(&changes).into_iter().map(|found| found.id(&key("intl"), &key("crm")));
    let held = |id| {
        let held = HeldOperation {
            application: None,
            submission: SubmissionId("s-1".into()),
            commit: None,
            taken_back: false,
            reason: Some("say whose".into()),
            at: now(),
        };
        (id, held)
    };
    let history = History { held: ids.map(held).collect::<BTreeMap<_, _>>(), ..History::default() };
    let mut catalog = Catalog::of(desired(after.clone()), Some(released(&crm())));
    catalog.histories.insert(key("crm"), history);
    let plan = catalog.only();
    assert_eq!(plan.standing, Standing::Rejected);
    assert_eq!(plan.chain[0].state, StepState::Held { reason: Some("say whose".into()) });
    // An addition of something else goes on without the held part.
    let mut more = after;
    more.fields.set(ProductField::Version, Some(Value::Text("V1.1".into())));
    catalog.desired = vec![desired(more)];
    let plan = catalog.only();
    assert_eq!(submissions(&plan)[1].operations.len(), 1);
    assert_eq!(plan.chain[1].state, StepState::Ready);
    catalog.desired = vec![desired(renamed(crm(), "A good CRM"))];
    assert_eq!(catalog.only().standing, Standing::ToSubmit);
    catalog.desired = vec![desired(crm())];
    assert_eq!(catalog.only().standing, Standing::InSync);
}

#[test]
fn another_attempt_has_another_id() {
    let first = submissions(&Catalog::of(desired(crm()), None).only())[0].id.clone();
    let mut catalog = Catalog::of(desired(crm()), None);
    let history = History { ended: [first.clone()].into(), ..History::default() };
    catalog.histories.insert(key("crm"), history);
    let plan = catalog.only();
    let second = submissions(&plan)[0];
    assert_eq!(second.attempt, 2);
    assert_ne!(second.id, first);
}

#[test]
fn a_foreign_draft_blocks_and_our_own_id_does_not() {
    let mut application = ObservedApplication {
        application: ApplicationId("A7".into()),
        submission: None,
        product_id: None,
        product_name: "Acme crm".into(),
        kind: SubmissionKind::Release,
        state: ApplicationState::Draft,
        submitted_at: now(),
    };
    let mut catalog = Catalog::of(desired(crm()), None);
    catalog.applications = vec![application.clone()];
    assert_eq!(blocking(&catalog.only()), ["foreign-application-open"]);
    application.submission = Some(submissions(&Catalog::of(desired(crm()), None).only())[0].id.clone());
    catalog.applications = vec![application];
    assert!(catalog.only().blocks.is_empty());
}

#[test]
fn a_lost_ledger_does_not_release_a_second_product() {
    let mut catalog = Catalog::of(desired(crm()), None);
    catalog.unbound = vec![("OFFI-1".into(), "Something else".into())];
    assert_eq!(blocking(&catalog.only()), ["ledger-incomplete"]);
    assert!(catalog.approved().only().blocks.is_empty());
}

#[test]
fn showing_a_hidden_product_hides_its_hidden_specification_again() {
    let hidden = |public: bool| {
        let mut partner = specification("partner", &[("yearly", "50")]);
        partner.fields.set(SpecificationField::Public, Some(Value::Flag(false)));
        let mut found = product(
            "crm",
            DeliveryMethod::Saas,
            vec![specification("starter", &[("yearly", "99")]), partner],
        );
        found.fields.set(ProductField::PublicSales, Some(Value::Flag(public)));
        found
    };
    let catalog = Catalog::of(desired(hidden(true)), Some(released(&hidden(false))));
    assert!(blocking(&catalog.only()).contains(&"hidden-specification-exposed"));
    let plan = catalog.approved().only();
    assert_eq!(kinds(&plan), [SubmissionKind::Modify, SubmissionKind::Modify]);
    assert_eq!(submissions(&plan)[1].operations[0].kind, OperationKind::HideSpecification);
}

#[test]
fn a_discontinued_product_stays_as_a_tombstone() {
    let mut gone = released(&crm());
    gone.status = ProductStatus::Discontinued;
    let mut tombstone = desired(Product::new(key("crm"), DeliveryMethod::Saas));
    tombstone.retire = Some(retirement("end of life"));
    let plan = Catalog::of(tombstone, Some(gone.clone())).only();
    assert_eq!((plan.standing, plan.chain.len()), (Standing::Retired, 0));
    let plan = Catalog::of(desired(renamed(crm(), "Again")), Some(gone)).only();
    assert!(blocking(&plan).contains(&"discontinued-product-changed"));
}

#[test]
fn a_retired_product_waits_for_its_replacement_product() {
    let mut old = desired(crm());
    old.retire = Some(retirement("replaced"));
    let mut new =
        desired(product("crm-2", DeliveryMethod::Saas, vec![specification("starter", &[("yearly", "99")])]));
    new.replaces = vec![key("crm")];
    let catalog =
        Catalog { desired: vec![old, new.clone()], released: vec![released(&crm())], ..Catalog::default() };
    let mut catalog = catalog.approved();
    let state = |catalog: &Catalog| catalog.plan().products[0].chain[0].state.clone();
    assert!(matches!(state(&catalog), StepState::Waiting(_)));
    catalog.released.push(released(&new.product));
    assert_eq!(state(&catalog), StepState::Ready);
}

#[test]
fn a_shared_credential_is_refused_on_both_products() {
    let with_credential = |name: &str| {
        let mut found =
            product(name, DeliveryMethod::Saas, vec![specification("starter", &[("yearly", "99")])]);
        found.fields.set(ProductField::Credential, Some(Value::Text("cred-1".into())));
        desired(found)
    };
    let catalog = Catalog { desired: vec![with_credential("a"), with_credential("b")], ..Catalog::default() };
    for plan in catalog.plan().products {
        assert_eq!(blocking(&plan), ["credential-shared"]);
    }
}

#[test]
fn retiring_much_at_once_is_blocked() {
    let names = ["a", "b", "c", "d", "e"];
    let products: Vec<_> = names
        .map(|name| product(name, DeliveryMethod::Saas, vec![specification("starter", &[("yearly", "99")])]))
        .into();
    let released = products.iter().map(released).collect();
    let desired = products.into_iter().map(desired).collect();
    let mut catalog = Catalog { released, desired, ..Catalog::default() };
    for desired in catalog.desired.iter_mut().take(2) {
        desired.retire = Some(retirement("end of life"));
    }
    let plan = catalog.plan();
    assert!(blocking(&plan.products[0]).contains(&"too-much-retired"));
    assert!(plan.products[2].blocks.is_empty());
}

#[test]
fn a_key_changed_without_formerly_does_not_release_a_second_product() {
    let mut renamed =
        product("crm-2", DeliveryMethod::Saas, vec![specification("starter", &[("yearly", "99")])]);
    renamed.fields.set(ProductField::Name, Some(Value::Text("Acme CRM".into())));
    let catalog =
        Catalog { desired: vec![desired(renamed)], released: vec![released(&crm())], ..Catalog::default() };
    let plan = catalog.plan();
    let found = plan.products.iter().find(|found| found.key == key("crm-2")).unwrap();
    assert_eq!(blocking(found), ["renamed-without-formerly"]);
    assert!(found.chain.iter().all(|step| step.state == StepState::Blocked));
}

#[test]
fn a_review_that_takes_longer_is_called_late() {
    let catalog = Catalog::of(desired(renamed(crm(), "Acme CRM Two")), Some(released(&crm())));
    let submitted = submissions(&catalog.only())[0].clone();
    let open = OpenSubmission {
        submission: submitted,
        review: Review::Pending,
        application: None,
        since: "2026-11-16T02:00:00Z".parse().unwrap(),
    };
    let history = History { open: Some(open), ..History::default() };
    let waiting = Catalog { histories: BTreeMap::from([(key("crm"), history)]), ..catalog };
    let late = |moment: &str| {
        let plan = waiting.plan_at(moment.parse().unwrap());
        plan.products[0].notices.iter().any(|notice| notice.rule == "review-overdue")
    };
    // Three working days after a Monday morning in Singapore are over on Thursday.
    assert!(!late("2026-11-19T15:00:00Z"));
    assert!(late("2026-11-19T17:00:00Z"));
}

#[test]
fn who_is_told_of_a_verdict_is_said() {
    let catalog = Catalog::of(desired(renamed(crm(), "Acme CRM Two")), Some(released(&crm())));
    let submitted = submissions(&catalog.only())[0].clone();
    let open =
        OpenSubmission { submission: submitted, review: Review::Pending, application: None, since: now() };
    let history = History { open: Some(open), ..History::default() };
    let plan = Catalog { histories: BTreeMap::from([(key("crm"), history)]), ..catalog }.only();
    let next = gallerist::report::next(&plan, &gallerist::report::Invocation::default());
    assert!(next.what.contains("tells the account's contacts by mail"), "{}", next.what);
}

#[test]
fn a_bound_product_that_is_not_shown_any_more_is_not_released_again() {
    let catalog = Catalog { bound: BTreeSet::from([key("crm")]), ..Catalog::of(desired(crm()), None) };
    let plan = catalog.only();
    assert_eq!(blocking(&plan), ["bound-product-missing"]);
    assert!(plan.chain.iter().all(|step| step.state == StepState::Blocked));
}

#[test]
fn a_modification_never_takes_a_specification_away() {
    let two = product(
        "crm",
        DeliveryMethod::Saas,
        vec![specification("starter", &[("yearly", "99")]), specification("team", &[("yearly", "199")])],
    );
    let wanted = retire(desired(renamed(two.clone(), "Acme CRM Two")), "team");
    let plan = Catalog::of(wanted, Some(released(&two))).approved().only();
    for submission in submissions(&plan) {
        let removes = submission.operations.iter().any(|operation| operation.kind.is_irreversible());
        assert_eq!(removes, submission.kind == SubmissionKind::Remove);
    }
    assert_eq!(kinds(&plan), [SubmissionKind::Remove, SubmissionKind::Modify]);
}
