//! Proptest strategies for what crosses the review desk and what the marketplace shows.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use crate::arbitrary::{
    attribute, cell, delivery, factor, item, key, mode, package, price, product, product_fields, sku,
    specification_fields, text, value,
};
use gallerist::model::Template;
use gallerist::released::{
    ApplicationState, Bindings, Coverage, Observation, ObservedApplication, ObservedProduct, ObservedSku,
    ObservedSpecification, ObservedUpgradeRule, ProductBinding, ProductStatus, SkuBinding,
    SpecificationBinding,
};
use gallerist::submission::{
    ApplicationId, Evidence, EvidenceKind, Operation, OperationId, OperationKind, Refusal, Review, Revision,
    Scope, Submission, SubmissionId, SubmissionKind, Verdict,
};
use jiff::Timestamp;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Moments, to the nanosecond.
pub(crate) fn timestamp() -> BoxedStrategy<Timestamp> {
    (0_i64..4_102_444_800, 0_i32..1_000_000_000)
        .prop_map(|(second, nanosecond)| Timestamp::new(second, nanosecond).unwrap())
        .boxed()
}

/// Catalog and target.
pub(crate) fn scope() -> BoxedStrategy<Scope> {
    (key(), key()).prop_map(|(catalog, target)| Scope { catalog, target }).boxed()
}

/// Our submission ids.
pub(crate) fn submission_id() -> BoxedStrategy<SubmissionId> {
    "s-[0-9a-f]{24}".prop_map(SubmissionId).boxed()
}

/// Names of operations.
pub(crate) fn operation_id() -> BoxedStrategy<OperationId> {
    "o-[0-9a-f]{16}".prop_map(OperationId).boxed()
}

/// The marketplace's application ids.
pub(crate) fn application_id() -> BoxedStrategy<ApplicationId> {
    "app-[0-9]{1,4}".prop_map(ApplicationId).boxed()
}

/// The three forms.
pub(crate) fn submission_kind() -> BoxedStrategy<SubmissionKind> {
    select(vec![SubmissionKind::Release, SubmissionKind::Modify, SubmissionKind::Remove]).boxed()
}

/// Operations; kind, item and values need not fit each other.
pub(crate) fn operation() -> BoxedStrategy<Operation> {
    (select(OperationKind::ALL), item(), option::of(value()), option::of(value()), option::of(text()))
        .prop_map(|(kind, item, from, to, reason)| Operation { kind, item, from, to, reason })
        .boxed()
}

/// Submissions.
pub(crate) fn submission() -> BoxedStrategy<Submission> {
    (
        submission_id(),
        submission_kind(),
        key(),
        option::of(text()),
        option::of(text().prop_map(Revision)),
        vec(operation(), 0..3),
        any::<u32>(),
        product(),
    )
        .prop_map(|(id, kind, product, product_id, base, operations, attempt, predicted)| Submission {
            id,
            kind,
            product,
            product_id,
            base,
            operations,
            attempt,
            predicted,
        })
        .boxed()
}

/// Refusals at the door.
pub(crate) fn refusal() -> BoxedStrategy<Refusal> {
    (vec(any::<u16>(), 0..3), text(), any::<bool>())
        .prop_map(|(rules, text, technical)| Refusal { rules, text, technical })
        .boxed()
}

/// Ends of reviews.
pub(crate) fn verdict() -> BoxedStrategy<Verdict> {
    prop_oneof![
        Just(Verdict::Approved),
        option::of(text()).prop_map(|reason| Verdict::Rejected { reason }),
        Just(Verdict::Withdrawn),
        Just(Verdict::Discarded),
    ]
    .boxed()
}

/// Standings at the review desk.
pub(crate) fn review() -> BoxedStrategy<Review> {
    prop_oneof![
        Just(Review::Prepared),
        Just(Review::HandedOver),
        refusal().prop_map(Review::Refused),
        Just(Review::Pending),
        verdict().prop_map(Review::Ended),
        Just(Review::Unknown),
    ]
    .boxed()
}

/// Evidence of every kind.
pub(crate) fn evidence() -> BoxedStrategy<Evidence> {
    let kind = prop_oneof![
        operation_id().prop_map(EvidenceKind::Approval),
        text().prop_map(EvidenceKind::Confirmation),
        option::of(text()).prop_map(EvidenceKind::Preflight),
    ];
    (kind, text(), text(), timestamp(), option::of(timestamp()))
        .prop_map(|(kind, by, reason, at, expires)| Evidence { kind, by, reason, at, expires })
        .boxed()
}

/// Bindings of one product.
pub(crate) fn product_binding() -> BoxedStrategy<ProductBinding> {
    let sku_binding = (text(), btree_map(mode(), text(), 0..3))
        .prop_map(|(sku_code, offerings)| SkuBinding { sku_code, offerings });
    let specification = btree_map(sku(), sku_binding, 0..3).prop_map(|skus| SpecificationBinding { skus });
    (text(), btree_map(key(), specification, 0..3))
        .prop_map(|(product_id, specifications)| ProductBinding { product_id, specifications })
        .boxed()
}

/// Bindings of a catalog.
pub(crate) fn bindings() -> BoxedStrategy<Bindings> {
    btree_map(key(), product_binding(), 0..3).prop_map(|products| Bindings { products }).boxed()
}

fn observed_sku() -> BoxedStrategy<ObservedSku> {
    (text(), sku(), any::<bool>(), btree_map(mode(), text(), 0..3))
        .prop_map(|(sku_code, sku, discontinued, offerings)| ObservedSku {
            sku_code,
            sku,
            discontinued,
            offerings,
        })
        .boxed()
}

fn observed_specification() -> BoxedStrategy<ObservedSpecification> {
    (
        any::<bool>(),
        specification_fields(),
        option::of(select(Template::ALL)),
        option::of(btree_set(mode(), 0..3)),
        option::of(btree_map(key(), attribute(), 0..3)),
        option::of(btree_map(cell(), price(), 0..4)),
        option::of(btree_map(key(), factor(), 0..2)),
        option::of(btree_map(key(), package(), 0..2)),
        vec(observed_sku(), 0..3),
    )
        .prop_map(|(discontinued, fields, template, modes, attributes, prices, factors, packages, skus)| {
            ObservedSpecification {
                discontinued,
                fields,
                template,
                modes,
                attributes,
                prices,
                factors,
                packages,
                skus,
            }
        })
        .boxed()
}

fn observed_upgrade_rule() -> BoxedStrategy<ObservedUpgradeRule> {
    (text(), text(), option::of(any::<u64>()))
        .prop_map(|(from_sku_code, to_sku_code, expansion)| ObservedUpgradeRule {
            from_sku_code,
            to_sku_code,
            expansion,
        })
        .boxed()
}

/// Products as the marketplace shows them.
pub(crate) fn observed_product() -> BoxedStrategy<ObservedProduct> {
    let status = select(vec![ProductStatus::OnSale, ProductStatus::Frozen, ProductStatus::Discontinued]);
    (
        text(),
        status,
        text().prop_map(Revision),
        (option::of(text()), option::of(timestamp())),
        delivery(),
        product_fields(),
        vec(observed_specification(), 0..3),
        option::of(vec(observed_upgrade_rule(), 0..3)),
    )
        .prop_map(
            |(
                product_id,
                status,
                revision,
                (url, recorded_at),
                delivery,
                fields,
                specifications,
                upgrade_rules,
            )| {
                ObservedProduct {
                    product_id,
                    status,
                    revision,
                    url,
                    recorded_at,
                    delivery,
                    fields,
                    specifications,
                    upgrade_rules,
                }
            },
        )
        .boxed()
}

/// Applications as the console lists them.
pub(crate) fn observed_application() -> BoxedStrategy<ObservedApplication> {
    let state = prop_oneof![
        Just(ApplicationState::Draft),
        Just(ApplicationState::Pending),
        Just(ApplicationState::Approved),
        option::of(text()).prop_map(ApplicationState::Rejected),
        Just(ApplicationState::Withdrawn),
    ];
    (
        application_id(),
        option::of(submission_id()),
        option::of(text()),
        text(),
        submission_kind(),
        state,
        timestamp(),
    )
        .prop_map(|(application, submission, product_id, product_name, kind, state, submitted_at)| {
            ObservedApplication {
                application,
                submission,
                product_id,
                product_name,
                kind,
                state,
                submitted_at,
            }
        })
        .boxed()
}

/// Observations.
pub(crate) fn observation() -> BoxedStrategy<Observation> {
    let coverage = prop_oneof![Just(Coverage::Whole), btree_set(text(), 0..3).prop_map(Coverage::Products)];
    (timestamp(), coverage, vec(observed_product(), 0..3), vec(observed_application(), 0..3))
        .prop_map(|(taken_at, coverage, products, applications)| Observation {
            taken_at,
            coverage,
            products,
            applications,
        })
        .boxed()
}
