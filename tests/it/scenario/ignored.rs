//! Somebody else's change that somebody decided to leave as it is.

use super::{Seller, named, offering, priced};
use crate::arbitrary;
use crate::model::{Catalog, key, now, released};
use gallerist::diff::{Change, apply, changes, operations, value_at};
use gallerist::ledger::EventKind;
use gallerist::model::{DeliveryMethod, Desired, Item, Product, ProductField, Value};
use gallerist::plan::{Action, DriftKind, History, ProductPlan, Standing};
use gallerist::submission::OperationKind::{ChangeField, ShowProduct};
use gallerist::submission::{IgnoredDrift, Operation};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::subsequence;

fn desk() -> Desired {
    offering("desk", DeliveryMethod::License, &["basic"])
}

fn text(value: &str) -> Value {
    Value::Text(value.into())
}

fn name() -> Item {
    Item::Field(ProductField::Name)
}

fn ignored(item: Item, released: Option<Value>, until: Timestamp) -> IgnoredDrift {
    IgnoredDrift { item, released, by: "Mei".into(), reason: "the sale of the week".into(), until }
}

/// A product whose name somebody else changed, and that is ignored for ten days.
fn left_alone() -> Seller {
    let mut seller = Seller::selling([desk()]);
    seller.console_edit("desk", ChangeField, name(), text("By hand"));
    let until = seller.now() + SignedDuration::from_hours(240);
    let drift = vec![ignored(name(), Some(text("By hand")), until)];
    seller.record("desk", &EventKind::Ignored { drift });
    seller
}

fn sold_name(seller: &Seller) -> Option<Value> {
    let released = seller.released();
    value_at(&released.products[&key("desk")].product, &name()).flatten()
}

#[test]
fn what_is_ignored_is_told_and_does_not_count() {
    let seller = left_alone();
    let plan = seller.status("desk");
    assert_eq!((plan.standing, plan.drift.len(), plan.chain.len()), (Standing::InSync, 0, 0));
    let [found] = plan.ignored.as_slice() else { panic!("{:?}", plan.ignored) };
    assert_eq!((found.by.as_str(), found.reason.as_str()), ("Mei", "the sale of the week"));
    assert_eq!(found.drift.kind, DriftKind::Drift);
    assert_eq!(found.drift.last_applied, Some(text("Acme desk")));
    assert_eq!(found.drift.released, Some(text("By hand")));
    assert_eq!(found.drift.desired, Some(text("Acme desk")));
}

#[test]
fn an_approval_of_another_change_neither_reverts_it_nor_makes_it_ours() {
    let mut seller = left_alone();
    seller.edit(priced(desk(), "110"));
    seller.run();
    seller.approve();
    assert_eq!(sold_name(&seller), Some(text("By hand")));
    let plan = seller.status("desk");
    assert_eq!((plan.standing, plan.ignored.len(), plan.chain.len()), (Standing::InSync, 1, 0));
    seller.pass(SignedDuration::from_hours(241));
    let plan = seller.status("desk");
    assert_eq!((plan.standing, plan.drift.len(), plan.ignored.len()), (Standing::Drifted, 1, 0));
    assert_eq!(plan.drift[0].kind, DriftKind::Drift, "it is still what was applied that is wanted");
}

#[test]
fn it_is_drift_again_when_it_is_changed_once_more() {
    let seller = left_alone();
    seller.console_edit("desk", ChangeField, name(), text("By another hand"));
    let plan = seller.status("desk");
    assert_eq!((plan.standing, plan.drift.len(), plan.ignored.len()), (Standing::Drifted, 1, 0));
}

#[test]
fn an_entry_that_ends_at_once_takes_an_earlier_one_back() {
    let mut seller = left_alone();
    let drift = vec![ignored(name(), Some(text("By hand")), seller.now())];
    seller.record("desk", &EventKind::Ignored { drift });
    assert_eq!(seller.standing("desk"), Standing::Drifted);
}

#[test]
fn another_wish_for_what_is_ignored_stays_ignored_and_told() {
    let mut seller = left_alone();
    seller.edit(named(desk(), "Desk two"));
    seller.run();
    let plan = seller.status("desk");
    assert_eq!((plan.drift.len(), plan.ignored.len(), plan.chain.len()), (0, 1, 0));
    assert_eq!(plan.ignored[0].drift.kind, DriftKind::Conflict);
    assert_eq!(sold_name(&seller), Some(text("By hand")));
}

#[test]
fn a_claimed_application_does_not_make_it_ours() {
    let seller = left_alone();
    let records = seller.records();
    let on_sale = seller.released().products[&key("desk")].product.clone();
    let applied = gallerist::plan::without_ignored(&on_sale, &records.history(&key("desk")));
    assert_eq!(value_at(&applied, &name()), Some(Some(text("Acme desk"))));
}

/// Makes the keys inside of two products the same, one after the other, so that they differ inside of their parts.
fn aligned(like: &Product, mut product: Product) -> Product {
    product.key = like.key.clone();
    let pairs = like.specifications.values().zip(std::mem::take(&mut product.specifications).into_values());
    let specifications = pairs.map(|(like, mut specification)| {
        specification.key = like.key.clone();
        if let (Some(likes), Some(attributes)) = (&like.attributes, &mut specification.attributes) {
            let moved = likes.keys().cloned().zip(std::mem::take(attributes).into_values());
            *attributes = moved.collect();
        }
        (like.key.clone(), specification)
    });
    product.specifications = specifications.collect();
    product
}

/// A product after some of the changes that lead to another one.
fn moved(from: &Product, some: &[Change]) -> Product {
    let mut product = from.clone();
    operations(some).iter().for_each(|operation| apply(&mut product, operation));
    product
}

fn submitted(plan: &ProductPlan) -> Vec<&Operation> {
    let operations = plan.chain.iter().flat_map(|step| match &step.action {
        Action::Submit(submission) => submission.operations.as_slice(),
        Action::Withdraw { .. } | Action::Manual(_) => &[],
    });
    let mut operations: Vec<&Operation> = operations.collect();
    operations.sort_by(|a, b| (a.kind, &a.item).cmp(&(b.kind, &b.item)));
    operations
}

/// Last applied, released and desired of one product.
fn three_states() -> BoxedStrategy<(Product, Product, Product)> {
    (arbitrary::product(), arbitrary::product(), arbitrary::product())
        .prop_flat_map(|(applied, a, b)| {
            let (a, b) = (aligned(&applied, a), aligned(&applied, b));
            let (to_a, to_b) = (changes(&applied, &a), changes(&applied, &b));
            let some = |all: Vec<Change>| {
                let count = all.len();
                subsequence(all, 0..=count)
            };
            (Just(applied), some(to_a), some(to_b))
        })
        .prop_map(|(applied, others, ours)| {
            let (released, desired) = (moved(&applied, &others), moved(&applied, &ours));
            (applied, released, desired)
        })
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_is_planned_about_what_is_ignored_and_all_else_as_before(
        (applied, on_sale, wanted) in three_states(),
        decisions in proptest::collection::vec(0..5_u8, 60),
    ) {
        let mut catalog = Catalog::of(Desired::of(wanted), Some(released(&on_sale)));
        catalog.released[0].product = on_sale.clone();
        let history = History { last_applied: Some(applied), ..History::default() };
        catalog.histories.insert(on_sale.key.clone(), history.clone());
        let before = catalog.only();
        let all = before.changes.iter().map(|change| (&change.item, &change.from));
        let all = all.chain(before.drift.iter().map(|drift| (&drift.item, &drift.released)));
        let soon = now() + SignedDuration::from_hours(1);
        let (mut effective, mut entries) = (Vec::new(), Vec::new());
        for ((item, from), decision) in all.zip(&decisions) {
            match decision {
                0 | 1 => {
                    effective.push(item.clone());
                    entries.push(ignored(item.clone(), from.clone(), soon));
                }
                // Another value, and one whose time is over.
                2 => entries.push(ignored(item.clone(), Some(text("something else")), soon)),
                3 => entries.push(ignored(item.clone(), from.clone(), now())),
                _ => {}
            }
        }
        let ignored = entries.into_iter().map(|entry| (entry.item.clone(), entry)).collect();
        catalog.histories.insert(on_sale.key.clone(), History { ignored, ..history });
        let after = catalog.only();
        let is_left = |item: &Item| effective.contains(item);

        for step in &after.chain {
            if let Action::Submit(submission) = &step.action {
                prop_assert!(submission.operations.iter().all(|operation| !is_left(&operation.item)));
                for item in effective.iter().filter(|item| matches!(item, Item::Field(_) | Item::SpecificationField(_, _))) {
                    // Either as it is, or as it was applied last: never as the definition wants it.
                    let applied = &catalog.histories[&on_sale.key].last_applied;
                    let was = [value_at(&on_sale, item), applied.as_ref().and_then(|applied| value_at(applied, item))];
                    prop_assert!(was.contains(&value_at(&submission.predicted, item)), "{item:?}");
                }
            }
        }
        let told: Vec<&Item> = after.ignored.iter().map(|found| &found.drift.item).collect();
        prop_assert_eq!(told.len(), effective.len());
        prop_assert!(told.into_iter().all(is_left));
        prop_assert!(after.changes.iter().all(|change| !is_left(&change.item)));
        let rest = |plan: &ProductPlan| {
            let changes: Vec<Change> = plan.changes.iter().filter(|found| !is_left(&found.item)).cloned().collect();
            let drift: Vec<_> = plan.drift.iter().filter(|found| !is_left(&found.item)).cloned().collect();
            (changes, drift)
        };
        prop_assert_eq!(rest(&before), rest(&after));
        prop_assert!(after.drift.iter().all(|drift| !is_left(&drift.item)));
        // Showing the product hides specifications once more (R35); ignored, it does not.
        let shows = submitted(&before).iter().any(|operation| operation.kind == ShowProduct);
        if !shows {
            let wanted: Vec<&Operation> =
                submitted(&before).into_iter().filter(|operation| !is_left(&operation.item)).collect();
            prop_assert_eq!(wanted, submitted(&after));
        }
        let by_hand = |plan: &ProductPlan| -> Vec<String> {
            let ids = plan.chain.iter().filter_map(|step| match &step.action {
                Action::Manual(manual) => Some(manual.id.clone()),
                Action::Submit(_) | Action::Withdraw { .. } => None,
            });
            ids.collect()
        };
        prop_assert!(by_hand(&after).iter().all(|id| by_hand(&before).contains(id)));
    }
}
