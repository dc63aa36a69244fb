//! One request, one answer.

use super::application::translate;
use super::apply::{Before, Misfit, perform};
use super::desk::refused;
use super::effect::settle;
use super::{
    Answer, Application, Case, Event, Fact, Judge, Origin, ProductRow, Request, Seeded, Standing, State,
};
use crate::model::{Key, ProductField};
use crate::released::{Bindings, ProductStatus};
use crate::submission::{ApplicationId, Fence, Refusal, Submission, SubmissionId, SubmissionKind};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The work on one request: the state so far and what happened.
pub(super) struct Work<'a> {
    pub(super) judge: &'a Judge,
    pub(super) state: State,
    pub(super) time: Timestamp,
    pub(super) events: Vec<Event>,
}

impl Judge {
    /// Answers a request. Pure: the same state, request and time give the same answer and events.
    #[must_use]
    pub fn step(&self, state: State, request: &Request, now: Timestamp) -> (State, Answer, Vec<Event>) {
        let time = state.time(now);
        let mut work = Work { judge: self, state, time, events: Vec::new() };
        let answer = work.answer(request, now);
        (work.state, answer, work.events)
    }
}

impl Work<'_> {
    fn answer(&mut self, request: &Request, now: Timestamp) -> Answer {
        match request {
            Request::Observe => Answer::Observation(Box::new(self.state.observe(now))),
            Request::Reviews(ids) => Answer::Reviews(self.state.reviews(ids)),
            Request::Submit { submission, references, fence } => self.submit(submission, references, *fence),
            Request::Bar { product, fence } => self.bar(product, *fence),
            Request::Withdraw(id) => self.withdraw(id),
            Request::Discard(id) => self.discard(id),
            Request::WithdrawByHand { by, application } => self.withdraw_by_hand(by, application),
            Request::Forget(id) => self.forget(id),
            Request::ApproveAs { application, operations } => self.approve_as(application, operations),
            Request::Approve(id) => self.approve(id),
            Request::Reject { application, reason } => self.reject(application, reason),
            Request::Review(policy) => self.review(*policy, None),
            Request::SaveForeignDraft { by, product, kind, operations } => {
                self.save_draft(by, product, *kind, operations)
            }
            Request::SubmitForeign(id) => self.submit_draft(id),
            Request::ConsoleEdit { by, product, operations } => self.console_edit(by, product, operations),
            Request::SetInterfaceHealth { product, health } => {
                let text = format!("The interfaces of {product} are {} from now on.", health.name());
                self.record("seller", text, vec![Fact::Health(product.clone(), *health)]);
                Answer::Done
            }
            Request::Freeze { product, frozen } => self.freeze(product, *frozen),
            Request::AdvanceClock { seconds, policy } => {
                let ahead = self.state.clock_ahead_seconds.saturating_add(i64::from(*seconds));
                let text = format!("The clock was moved forward by {seconds} seconds.");
                self.record("operator", text, vec![Fact::ClockAhead { seconds: ahead }]);
                self.time = self.state.time(now);
                let days = i64::from(self.judge.site().review_working_days);
                self.review(*policy, Some(jiff::SignedDuration::from_hours(days * 24)))
            }
            Request::Seed(seeds) => self.seed(seeds),
            Request::Reset => {
                self.record("operator", "Emptied the account.".to_owned(), vec![Fact::Reset]);
                Answer::Done
            }
        }
    }

    /// Notes what happened, with its effect on the state.
    pub(super) fn record(&mut self, by: &str, text: String, facts: Vec<Fact>) {
        let event = Event { at: self.time, by: by.to_owned(), text, facts };
        self.state.apply(&event);
        self.events.push(event);
    }

    /// The id of the next application.
    pub(super) fn next_application(&self) -> ApplicationId {
        ApplicationId(format!("KG{:010}", self.state.applications.len() + 1))
    }

    fn submit(
        &mut self,
        submission: &Submission,
        references: &BTreeMap<Key, String>,
        fence: Option<Fence>,
    ) -> Answer {
        if let Some(known) = self.state.by_submission(&submission.id) {
            if known.is_made_by(submission) {
                return Answer::Accepted(known.id.clone());
            }
            return refused(&[], format!("The submission id {} was used for something else.", submission.id));
        }
        if fence.is_some_and(|fence| self.is_late(&submission.product, fence)) {
            return Answer::Late;
        }
        match self.examine(submission, references) {
            Ok((row, name)) => self.accept(submission, references, row.as_ref(), name, fence),
            Err(refusal) => {
                let text =
                    format!("{} {} was refused: {}", submission.kind.name(), submission.id, refusal.text);
                self.record("seller", text, Vec::new());
                Answer::Refused(refusal)
            }
        }
    }

    fn is_late(&self, product: &Key, fence: Fence) -> bool {
        self.state.fences.get(product).is_some_and(|latest| fence < *latest)
    }

    fn bar(&mut self, product: &Key, fence: Fence) -> Answer {
        match self.state.fences.get(product) {
            Some(latest) if fence < *latest => Answer::Late,
            Some(latest) if fence == *latest => Answer::Done,
            Some(_) | None => {
                let text = format!("{product} is held until {}.", fence.0.strftime("%Y-%m-%d %H:%M UTC"));
                self.record("seller", text, vec![Fact::Fence(product.clone(), fence)]);
                Answer::Done
            }
        }
    }

    /// Judges a submission at the door; gives the product it is about and the product's name.
    fn examine(
        &self,
        submission: &Submission,
        references: &BTreeMap<Key, String>,
    ) -> Result<(Option<ProductRow>, String), Refusal> {
        let known = self.state.product(submission.product_id.as_deref(), &submission.product);
        let released = match submission.kind {
            // A product off the catalog may be sold again only as a new one (R51).
            SubmissionKind::Release => known.filter(|row| row.status != ProductStatus::Discontinued),
            SubmissionKind::Modify | SubmissionKind::Remove => known,
        };
        let blank = ProductRow::new(submission.product.clone(), submission.predicted.delivery);
        let before = released.unwrap_or(&blank);
        let operations = translate(&submission.operations, references, released);
        let mut case = Case {
            site: self.judge.site(),
            state: &self.state,
            submission,
            operations: &operations,
            before: released,
            after: before,
        };
        let entered = perform(before, &operations, Before::Compared).and_then(|after| {
            let current = released.map(ProductRow::shown_revision);
            if submission.kind == SubmissionKind::Release || submission.base == current {
                return Ok(after);
            }
            let shown = current.map_or_else(|| "none".to_owned(), |revision| revision.0);
            Err(Misfit::Stale(format!("The product has changed since; its revision is now {shown}.")))
        });
        match &entered {
            Ok(after) => {
                case.after = after;
                self.judge.judge(&case)?;
                let name = after.fields.text(ProductField::Name).unwrap_or(after.key.as_str());
                Ok((released.cloned(), name.to_owned()))
            }
            Err(Misfit::Stale(text) | Misfit::Malformed(text)) => {
                self.judge.judge_entry(&case)?;
                Err(Refusal { rules: Vec::new(), text: text.clone(), technical: false })
            }
        }
    }

    fn accept(
        &mut self,
        submission: &Submission,
        references: &BTreeMap<Key, String>,
        row: Option<&ProductRow>,
        name: String,
        fence: Option<Fence>,
    ) -> Answer {
        let delivery = row.map_or(submission.predicted.delivery, |row| row.delivery);
        let application = Application {
            id: self.next_application(),
            origin: Origin::Submitted {
                submission: Box::new(submission.clone()),
                references: references.clone(),
            },
            kind: submission.kind,
            product_id: row.map(|row| row.id.clone()),
            product: submission.product.clone(),
            name,
            delivery: released_delivery(submission).unwrap_or(delivery),
            standing: Standing::Pending,
            submitted_at: self.time,
            changed_at: self.time,
            binding: None,
        };
        let id = application.id.clone();
        let text = format!("{} of \"{}\" was submitted as {id}.", submission.kind.name(), application.name);
        let mut facts = vec![Fact::Application(Box::new(application))];
        facts.extend(fence.map(|fence| Fact::Fence(submission.product.clone(), fence)));
        self.record("seller", text, facts);
        let joint = row.is_some_and(ProductRow::is_joint);
        let waits = self.judge.site().removal_needs_approval || joint;
        if submission.kind == SubmissionKind::Remove && !waits {
            // Where removals are not reviewed they take effect at once (R54, R55).
            return match self.approve(&id) {
                Answer::Refused(refusal) => Answer::Refused(refusal),
                _ => Answer::Accepted(id),
            };
        }
        Answer::Accepted(id)
    }

    fn console_edit(
        &mut self,
        by: &str,
        product: &Key,
        operations: &[crate::submission::Operation],
    ) -> Answer {
        let Some(before) = self.state.product(None, product).cloned() else {
            return refused(&[], format!("There is no product {product}."));
        };
        if before.status == ProductStatus::Discontinued {
            return refused(&[49], format!("{product} is discontinued; no operation is possible."));
        }
        match perform(&before, operations, Before::Ignored) {
            Err(Misfit::Stale(text) | Misfit::Malformed(text)) => refused(&[], text),
            Ok(mut after) => {
                let done = settle(self.judge.site(), Some(&before), &mut after);
                after.number(0);
                let text = sentences(format!("Changed {product} in the console."), done);
                self.record(by, text, vec![Fact::Product(Box::new(after))]);
                Answer::Done
            }
        }
    }

    fn freeze(&mut self, product: &Key, frozen: bool) -> Answer {
        let Some(mut row) = self.state.product(None, product).cloned() else {
            return refused(&[], format!("There is no product {product}."));
        };
        if row.status == ProductStatus::Discontinued {
            return refused(&[49], format!("{product} is discontinued; no operation is possible."));
        }
        row.status = if frozen { ProductStatus::Frozen } else { ProductStatus::OnSale };
        let verb = if frozen { "Froze" } else { "Lifted the freeze of" };
        self.record("operator", format!("{verb} {product}."), vec![Fact::Product(Box::new(row))]);
        Answer::Done
    }

    fn seed(&mut self, seeds: &[Seeded]) -> Answer {
        let on_sale =
            |key| self.state.product(None, key).filter(|row| row.status != ProductStatus::Discontinued);
        if let Some(seed) = seeds.iter().find(|seed| on_sale(&seed.product.key).is_some()) {
            return refused(&[], format!("There is a product {} already.", seed.product.key));
        }
        let mut bindings = Bindings::default();
        for Seeded { product, discontinued, status } in seeds {
            let mut row = ProductRow::new(product.key.clone(), product.delivery);
            row.fill(product);
            row.revision = 1;
            row.status = *status;
            row.number(self.state.products.len() + 1);
            for (key, specification) in &mut row.specifications {
                if discontinued.contains(key) || *status == ProductStatus::Discontinued {
                    specification.discontinued = true;
                    specification.skus.values_mut().for_each(|sku| sku.discontinued = true);
                }
            }
            bindings.products.insert(product.key.clone(), row.binding());
            let text = format!("{} is in the catalog as {}.", product.display_name(), row.id);
            self.record("operator", text, vec![Fact::Product(Box::new(row))]);
        }
        Answer::Seeded(bindings)
    }
}

/// A first sentence and those that follow from it.
pub(super) fn sentences(first: String, rest: Vec<String>) -> String {
    std::iter::once(first).chain(rest).collect::<Vec<_>>().join(" ")
}

/// The delivery method a release asks for.
fn released_delivery(submission: &Submission) -> Option<crate::model::DeliveryMethod> {
    submission.operations.iter().find_map(|operation| match &operation.to {
        Some(crate::model::Value::Product(product)) => Some(product.delivery),
        _ => None,
    })
}

impl Application {
    /// Whether it was made by a submission that asks for the same under the same id.
    #[must_use]
    pub fn is_made_by(&self, submission: &Submission) -> bool {
        self.submission().is_some_and(|own| same(own, submission))
    }
}

/// Whether two submissions ask for the same. The prediction is the sender's own note and does not count.
fn same(left: &Submission, right: &Submission) -> bool {
    let Submission { id, kind, product, product_id, base, operations, attempt, predicted: _ } = left;
    *id == right.id
        && *kind == right.kind
        && *product == right.product
        && *product_id == right.product_id
        && *base == right.base
        && *operations == right.operations
        && *attempt == right.attempt
}

impl State {
    /// The application made by a submission of ours.
    #[must_use]
    pub fn by_submission(&self, id: &SubmissionId) -> Option<&Application> {
        let mut known = self.applications.values().filter(|found| found.standing != Standing::Forgotten);
        known.find(|application| application.submission().is_some_and(|submission| submission.id == *id))
    }
}
