//! The door itself: the right form, the review slot, the interface probe.

use super::{Case, Check};
use crate::model::{DeliveryMethod, Key};
use crate::released::ProductStatus;
use crate::sandbox::{Health, Standing, State};
use crate::submission::SubmissionKind;

pub(super) const CHECKS: &[Check] = &[
    Check::entry(2, "another form than the product's state calls for", wrong_form),
    Check::entry(3, "a modification of what is only an application", only_applied_for),
    Check::entry(0, "an application without content", empty_form).unnumbered(),
    Check::entry(49, "an operation on a discontinued product", discontinued),
    Check::entry(51, "a discontinued product released again as itself", revived),
    Check::entry(68, "an older failed application", superseded),
    Check::entry(69, "an approved application submitted again", approved_again),
    Check::entry(70, "a second application in flight", in_flight),
    Check::entry(28, "an abnormal production interface", probe).passing(),
];

fn wrong_form(case: &Case<'_>) -> Vec<String> {
    let product = &case.submission.product;
    match (case.submission.kind, case.before) {
        (SubmissionKind::Release, Some(_)) => {
            vec![format!("{product} is on sale already; released products are modified from My Products.")]
        }
        (SubmissionKind::Modify | SubmissionKind::Remove, None) => {
            vec![format!(
                "{product} was never released; there is nothing to {}.",
                case.submission.kind.name()
            )]
        }
        (SubmissionKind::Release, None) | (SubmissionKind::Modify | SubmissionKind::Remove, Some(_)) => {
            Vec::new()
        }
    }
}

/// Drafts and failed releases are changed where applications are; there is no product to modify yet.
fn only_applied_for(case: &Case<'_>) -> Vec<String> {
    let product = &case.submission.product;
    if case.submission.kind == SubmissionKind::Release || case.before.is_some() {
        return Vec::new();
    }
    let editable = case.state.applications.values().find(|application| match application.standing {
        Standing::Draft | Standing::Rejected(_) | Standing::Withdrawn => application.is_about(None, product),
        Standing::Pending | Standing::Approved | Standing::Discarded | Standing::Forgotten => false,
    });
    editable
        .map(|application| {
            format!("{product} is only an application yet; change {} in My Applications.", application.id)
        })
        .into_iter()
        .collect()
}

fn empty_form(case: &Case<'_>) -> Vec<String> {
    if case.operations.is_empty() {
        vec!["The application holds nothing to do.".to_owned()]
    } else {
        Vec::new()
    }
}

fn discontinued(case: &Case<'_>) -> Vec<String> {
    let gone = case.before.is_some_and(|row| row.status == ProductStatus::Discontinued);
    if !gone {
        return Vec::new();
    }
    let product = &case.submission.product;
    vec![format!(
        "{product} is discontinued; no operation is possible. To sell it again, release it as a new product."
    )]
}

/// A release that names an earlier product would bring it back; a new product has no past.
fn revived(case: &Case<'_>) -> Vec<String> {
    let own = case.submission;
    let named = own.product_id.is_some() || own.base.is_some();
    let held = case.state.product(own.product_id.as_deref(), &own.product);
    let gone = held.is_some_and(|row| row.status == ProductStatus::Discontinued);
    if own.kind == SubmissionKind::Release && named && gone {
        return vec![format!(
            "{} is discontinued; to sell it again, release it as a new product.",
            own.product
        )];
    }
    Vec::new()
}

/// Only the last failed application of a product can be taken up again.
fn superseded(case: &Case<'_>) -> Vec<String> {
    let own = case.submission;
    let newer =
        case.state.applications.values().filter_map(|application| application.submission()).any(|other| {
            other.product == own.product
                && other.kind == own.kind
                && other.base == own.base
                && other.operations == own.operations
                && other.attempt > own.attempt
        });
    if newer {
        vec![
            "A later attempt of this application exists; only the last one can be submitted again."
                .to_owned(),
        ]
    } else {
        Vec::new()
    }
}

/// Once approved, an application is history: the product has moved on from the revision it was made for.
fn approved_again(case: &Case<'_>) -> Vec<String> {
    let own = case.submission;
    let approved = case.state.applications.values().find(|application| {
        application.standing == Standing::Approved
            && application.submission().is_some_and(|other| {
                other.product == own.product
                    && other.kind == own.kind
                    && other.base == own.base
                    && other.operations == own.operations
            })
    });
    // After the product is off the catalog the same content may be released as a new one (R51).
    approved
        .filter(|_| case.before.is_some())
        .map(|application| format!("{} was approved and can only be looked at.", application.id))
        .into_iter()
        .collect()
}

fn in_flight(case: &Case<'_>) -> Vec<String> {
    if !case.site.one_in_flight {
        return Vec::new();
    }
    let id = case.before.map(|row| row.id.as_str());
    match case.state.in_flight(id, &case.submission.product, None) {
        Some(other) => vec![format!("{} for this product is {}.", other.id, other.standing.word())],
        None => Vec::new(),
    }
}

fn probe(case: &Case<'_>) -> Vec<String> {
    probed(case.state, &case.after.key, case.after.delivery, case.submission.kind).into_iter().collect()
}

/// What the replay of the saved cases finds: a SaaS product is probed when it is submitted, by whichever form;
/// removals are not probed.
pub(in crate::sandbox) fn probed(
    state: &State,
    product: &Key,
    delivery: DeliveryMethod,
    kind: SubmissionKind,
) -> Option<String> {
    if delivery != DeliveryMethod::Saas || kind == SubmissionKind::Remove {
        return None;
    }
    match state.health(product) {
        Health::Healthy => None,
        Health::Failing => {
            Some("The production interfaces answered abnormally. Repair them, then submit again.".to_owned())
        }
        Health::Timeout => Some(
            "The production interfaces did not answer in time. Repair them, then submit again.".to_owned(),
        ),
    }
}
