//! What the account shows to a reader.

use super::{Application, ProductRow, Report, SpecificationRow, Standing, State};
use crate::released::{
    ApplicationState, Coverage, Observation, ObservedApplication, ObservedProduct, ObservedSku,
    ObservedSpecification, ObservedUpgradeRule,
};
use crate::submission::{Review, SubmissionId, Verdict};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// Decided applications older than this are no longer listed.
const LISTED: SignedDuration = SignedDuration::from_hours(30 * 24);

impl State {
    /// The released state and the applications, when the caller's clock shows `now`.
    #[must_use]
    pub fn observe(&self, now: Timestamp) -> Observation {
        let taken_at = self.time(now);
        let mut applications: Vec<ObservedApplication> = Vec::new();
        for application in self.applications.values() {
            let state = match &application.standing {
                Standing::Draft => ApplicationState::Draft,
                Standing::Pending => ApplicationState::Pending,
                Standing::Approved => ApplicationState::Approved,
                Standing::Rejected(reason) => ApplicationState::Rejected(Some(reason.clone())),
                Standing::Withdrawn => ApplicationState::Withdrawn,
                Standing::Discarded | Standing::Forgotten => continue,
            };
            if !state.is_open() && taken_at.duration_since(application.submitted_at) > LISTED {
                continue;
            }
            applications.push(ObservedApplication {
                application: application.id.clone(),
                submission: application.submission().map(|submission| submission.id.clone()),
                product_id: application.product_id.clone(),
                product_name: application.name.clone(),
                kind: application.kind,
                state,
                submitted_at: application.submitted_at,
            });
        }
        let products = self.products.values().map(observe_product).collect();
        Observation { taken_at, coverage: Coverage::Whole, products, applications }
    }

    /// Where submissions of ours stand; ids never seen are missing.
    #[must_use]
    pub fn reviews(&self, submissions: &[SubmissionId]) -> Vec<Report> {
        // The first application made by a submission counts, as in `by_submission`.
        let made = self.applications.values().rev().filter(|found| found.standing != Standing::Forgotten);
        let made = made.filter_map(|application| Some((&application.submission()?.id, application)));
        let made: BTreeMap<&SubmissionId, &Application> = made.collect();
        let report = |id: &SubmissionId| {
            let application = made.get(id)?;
            let review = match &application.standing {
                Standing::Forgotten => return None,
                // A draft has no submission id of ours; this arm only keeps the match whole.
                Standing::Draft | Standing::Pending => Review::Pending,
                Standing::Approved => Review::Ended(Verdict::Approved),
                Standing::Rejected(reason) => {
                    Review::Ended(Verdict::Rejected { reason: Some(reason.clone()) })
                }
                Standing::Withdrawn => Review::Ended(Verdict::Withdrawn),
                Standing::Discarded => Review::Ended(Verdict::Discarded),
            };
            Some(Report {
                submission: id.clone(),
                application: application.id.clone(),
                review,
                at: application.changed_at,
                binding: application.binding.clone(),
            })
        };
        submissions.iter().filter_map(report).collect()
    }
}

fn observe_product(row: &ProductRow) -> ObservedProduct {
    let content = row.content();
    let code = |specification: &SpecificationRow, sku| -> Option<String> {
        specification.skus.get(sku).map(|sku| sku.code.clone())
    };
    let rules = row.upgrade_rules.iter().filter_map(|rule| {
        let specification = row.specifications.get(&rule.specification)?;
        Some(ObservedUpgradeRule {
            from_sku_code: code(specification, &rule.from)?,
            to_sku_code: code(specification, &rule.to)?,
            expansion: rule.expansion,
        })
    });
    ObservedProduct {
        product_id: row.id.clone(),
        status: row.status,
        revision: row.shown_revision(),
        url: Some(format!("https://marketplace.sandbox.example/contents/{}", row.id)),
        recorded_at: None,
        delivery: row.delivery,
        fields: content.fields,
        specifications: row.specifications.iter().map(|(key, row)| observe_specification(key, row)).collect(),
        upgrade_rules: Some(rules.collect()),
    }
}

fn observe_specification(key: &crate::model::Key, row: &SpecificationRow) -> ObservedSpecification {
    let content = row.content(key);
    let skus = row.skus.iter().map(|(sku, held)| ObservedSku {
        sku_code: held.code.clone(),
        sku: sku.clone(),
        discontinued: held.discontinued,
        offerings: held.offerings.clone(),
    });
    ObservedSpecification {
        discontinued: row.discontinued,
        fields: content.fields,
        template: content.template,
        modes: content.modes,
        attributes: content.attributes,
        prices: content.prices,
        factors: content.factors,
        packages: content.packages,
        skus: skus.collect(),
    }
}
