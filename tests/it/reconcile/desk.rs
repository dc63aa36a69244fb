//! A marketplace that takes everything it is told to take: it notes what arrived, so that tests can judge it.

use gallerist::marketplace::{Capabilities, MarketplaceError, Observe, ReviewReport, Submit, SubmitOutcome};
use gallerist::model::{Key, Product, SkuKey, Template};
use gallerist::released::{
    ApplicationState, Coverage, Observation, ObservedApplication, ObservedProduct, ObservedSku,
    ObservedSpecification, ProductBinding, ProductStatus, SkuBinding, SpecificationBinding,
};
use gallerist::submission::{
    ApplicationId, Fence, OperationKind, Refusal, Review, Revision, Submission, SubmissionId, Verdict,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// A product on sale at the desk.
#[derive(Debug, Clone)]
struct OnSale {
    revision: u32,
    content: Product,
    discontinued: BTreeSet<Key>,
}

#[derive(Debug, Clone)]
struct Application {
    id: ApplicationId,
    submission: Submission,
    review: Review,
    at: Timestamp,
}

#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) now: Timestamp,
    pub(crate) knows_ids: bool,
    /// What the next submissions of a product are refused with, once each.
    pub(crate) refusals: Vec<(Key, Refusal)>,
    /// Everything that arrived and was not known, in order.
    pub(crate) arrived: Vec<Submission>,
    pub(crate) foreign: Vec<ObservedApplication>,
    /// Whether withdrawing works; else the desk answers that it cannot.
    pub(crate) withdraws: bool,
    /// Whether a report of an approval says which ids were given.
    pub(crate) tells_bindings: bool,
    /// Whether a withdrawal has an effect; else it is said to be done and is not.
    pub(crate) withdrawals_count: bool,
    /// What the next submission is answered with although it arrived.
    pub(crate) refuses_and_takes: Option<Refusal>,
    /// What an approval says of ids, in the place of the truth.
    pub(crate) tells_instead: Option<ProductBinding>,
    /// Whether nobody is let in.
    pub(crate) is_closed: bool,
    applications: Vec<Application>,
    products: BTreeMap<Key, OnSale>,
}

impl Desk {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self {
            now,
            knows_ids: true,
            refusals: Vec::new(),
            arrived: Vec::new(),
            foreign: Vec::new(),
            withdraws: true,
            tells_bindings: true,
            withdrawals_count: true,
            refuses_and_takes: None,
            tells_instead: None,
            is_closed: false,
            applications: Vec::new(),
            products: BTreeMap::new(),
        }
    }

    /// Puts a product on sale without any submission, and says how its parts are bound.
    pub(crate) fn sell(&mut self, content: Product) -> ProductBinding {
        let binding = binding(&content);
        let on_sale = OnSale { revision: 1, content, discontinued: BTreeSet::new() };
        self.products.insert(on_sale.content.key.clone(), on_sale);
        binding
    }

    /// Ends the reviews of all pending applications (of one product).
    pub(crate) fn decide(&mut self, product: Option<&Key>, verdict: &Verdict) {
        let mut approved = Vec::new();
        for application in &mut self.applications {
            let meant = product.is_none_or(|product| application.submission.product == *product);
            if application.review == Review::Pending && meant {
                application.review = Review::Ended(verdict.clone());
                approved.push(application.submission.clone());
            }
        }
        if *verdict == Verdict::Approved {
            approved.into_iter().for_each(|submission| self.take_effect(submission));
        }
    }

    fn take_effect(&mut self, submission: Submission) {
        let removed = submission
            .operations
            .iter()
            .filter(|operation| matches!(operation.kind, OperationKind::RemoveSpecification));
        let removed: BTreeSet<Key> =
            removed.filter_map(|operation| operation.item.specification().cloned()).collect();
        let product = self.products.entry(submission.product).or_insert_with(|| OnSale {
            revision: 0,
            content: submission.predicted.clone(),
            discontinued: BTreeSet::new(),
        });
        let mut content = submission.predicted;
        for key in &removed {
            content.specifications.extend(product.content.specifications.remove_entry(key));
        }
        product.content = content;
        product.discontinued.extend(removed);
        product.revision += 1;
    }

    /// Applications that are open: ours only.
    pub(crate) fn pending(&self) -> Vec<&Submission> {
        let pending = self.applications.iter().filter(|application| application.review == Review::Pending);
        pending.map(|application| &application.submission).collect()
    }

    /// Forgets all applications.
    pub(crate) fn forget(&mut self) {
        self.applications.clear();
    }

    fn let_in(&self) -> Result<(), MarketplaceError> {
        match self.is_closed {
            true => Err(MarketplaceError::Denied("the token has expired".into())),
            false => Ok(()),
        }
    }

    /// A change behind our back: it counts up the revision and nothing else.
    pub(crate) fn touch(&mut self, product: &Key) {
        self.products.get_mut(product).unwrap().revision += 1;
    }
}

fn binding(content: &Product) -> ProductBinding {
    let one = |key: &Key| {
        let sku = SkuBinding { sku_code: format!("sku-{}-{key}", content.key), offerings: BTreeMap::new() };
        (key.clone(), SpecificationBinding { skus: [(SkuKey::simple(), sku)].into() })
    };
    let specifications = content.specifications.keys().map(one).collect();
    ProductBinding { product_id: format!("p-{}", content.key), specifications }
}

impl OnSale {
    fn observed(&self) -> ObservedProduct {
        let specifications = self.content.specifications.values().map(|specification| {
            let discontinued = self.discontinued.contains(&specification.key);
            ObservedSpecification {
                discontinued,
                fields: specification.fields.clone(),
                template: Some(Template::Simple),
                modes: None,
                attributes: None,
                prices: None,
                factors: None,
                packages: None,
                skus: vec![ObservedSku {
                    sku_code: format!("sku-{}-{}", self.content.key, specification.key),
                    sku: SkuKey::simple(),
                    discontinued,
                    offerings: BTreeMap::new(),
                }],
            }
        });
        ObservedProduct {
            product_id: format!("p-{}", self.content.key),
            status: ProductStatus::OnSale,
            revision: Revision(self.revision.to_string()),
            url: None,
            recorded_at: None,
            delivery: self.content.delivery,
            fields: self.content.fields.clone(),
            specifications: specifications.collect(),
            upgrade_rules: None,
        }
    }
}

impl Application {
    fn observed(&self, knows_ids: bool) -> ObservedApplication {
        let state = match &self.review {
            Review::Ended(Verdict::Approved) => ApplicationState::Approved,
            Review::Ended(Verdict::Rejected { reason }) => ApplicationState::Rejected(reason.clone()),
            Review::Ended(Verdict::Withdrawn | Verdict::Discarded) => ApplicationState::Withdrawn,
            _ => ApplicationState::Pending,
        };
        ObservedApplication {
            application: self.id.clone(),
            submission: knows_ids.then(|| self.submission.id.clone()),
            product_id: self.submission.product_id.clone(),
            product_name: self.submission.predicted.display_name().to_owned(),
            kind: self.submission.kind,
            state,
            submitted_at: self.at,
        }
    }
}

impl Observe for Desk {
    fn capabilities(&self) -> Capabilities {
        Capabilities { knows_submission_ids: self.knows_ids, checks_fences: false, ids_per_question: 2 }
    }

    fn now(&self) -> Result<Timestamp, MarketplaceError> {
        Ok(self.now)
    }

    fn observe(&self) -> Result<Observation, MarketplaceError> {
        self.let_in()?;
        let ours = self.applications.iter().map(|application| application.observed(self.knows_ids));
        Ok(Observation {
            taken_at: self.now,
            coverage: Coverage::Whole,
            products: self.products.values().map(OnSale::observed).collect(),
            applications: ours.chain(self.foreign.iter().cloned()).collect(),
        })
    }

    fn reviews(&self, submissions: &[SubmissionId]) -> Result<Vec<ReviewReport>, MarketplaceError> {
        self.let_in()?;
        let known = self
            .applications
            .iter()
            .filter(|application| self.knows_ids && submissions.contains(&application.submission.id));
        let report = |application: &Application| ReviewReport {
            submission: application.submission.id.clone(),
            application: application.id.clone(),
            review: application.review.clone(),
            at: application.at,
            binding: (self.tells_bindings && application.review == Review::Ended(Verdict::Approved))
                .then(|| binding(&application.submission.predicted))
                .map(|truth| self.tells_instead.clone().unwrap_or(truth)),
        };
        Ok(known.map(report).collect())
    }
}

impl Submit for Desk {
    fn submit(&mut self, submission: &Submission, _: Option<Fence>) -> SubmitOutcome {
        let known = self.applications.iter().find(|known| known.submission.id == submission.id);
        if let Some(known) = known.filter(|_| self.knows_ids) {
            return SubmitOutcome::Accepted(known.id.clone());
        }
        if let Some(index) = self.refusals.iter().position(|(product, _)| *product == submission.product) {
            return SubmitOutcome::Refused(self.refusals.remove(index).1);
        }
        let id = ApplicationId(format!("a-{}", self.arrived.len() + 1));
        self.arrived.push(submission.clone());
        self.applications.push(Application {
            id: id.clone(),
            submission: submission.clone(),
            review: Review::Pending,
            at: self.now,
        });
        if let Some(refusal) = self.refuses_and_takes.take() {
            return SubmitOutcome::Refused(refusal);
        }
        SubmitOutcome::Accepted(id)
    }

    fn bar(&mut self, _: &Key, _: Fence) -> Result<(), MarketplaceError> {
        Ok(())
    }

    fn withdraw(&mut self, product: &Key, _: &SubmissionId) -> Result<(), MarketplaceError> {
        if !self.withdraws {
            return Err(MarketplaceError::Refused("applications of this kind cannot be withdrawn".into()));
        }
        if self.withdrawals_count {
            self.decide(Some(product), &Verdict::Withdrawn);
        }
        Ok(())
    }
}
