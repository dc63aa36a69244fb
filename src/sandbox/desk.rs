//! The review desk: approve, reject, withdraw, discard, and drafts made in the console.

use super::apply::{Before, Misfit, perform};
use super::effect::settle;
use super::judge::review::probed;
use super::reviewer::reason;
use super::step::{Work, sentences};
use super::{Answer, Application, Fact, Origin, Policy, ProductRow, Standing, State};
use crate::model::{Digest, Key, ProductField, Value};
use crate::released::{ProductBinding, ProductStatus};
use crate::submission::{ApplicationId, Operation, Refusal, SubmissionId, SubmissionKind, Verdict};
use jiff::SignedDuration;
use std::collections::BTreeMap;

/// A refusal for good.
pub(super) fn refused(rules: &[u16], text: String) -> Answer {
    Answer::Refused(Refusal { rules: rules.to_vec(), text, technical: false })
}

impl State {
    /// What waits for the reviewer, oldest first.
    pub fn pending(&self) -> impl Iterator<Item = &Application> {
        self.applications.values().filter(|application| application.standing == Standing::Pending)
    }

    /// The application that holds a product's review slot (R70), if any but `except`.
    #[must_use]
    pub fn in_flight(
        &self,
        product_id: Option<&str>,
        key: &Key,
        except: Option<&ApplicationId>,
    ) -> Option<&Application> {
        self.applications.values().find(|application| {
            application.standing.is_open()
                && Some(&application.id) != except
                && application.is_about(product_id, key)
        })
    }

    /// The product as it is and as an application, or something else instead of it, would make it on the rows as they are
    /// now, before what follows by itself; no product before a first release.
    ///
    /// # Errors
    /// When it does not fit the catalog any more; why.
    pub fn would_become(
        &self,
        application: &Application,
        instead: Option<&[Operation]>,
    ) -> Result<(Option<ProductRow>, ProductRow), Refusal> {
        let refusal = |rules: &[u16], text| Refusal { rules: rules.to_vec(), text, technical: false };
        let before = match application.kind {
            SubmissionKind::Release => None,
            SubmissionKind::Modify | SubmissionKind::Remove => {
                self.product(application.product_id.as_deref(), &application.product).cloned()
            }
        };
        if before.as_ref().is_some_and(|row| row.status == ProductStatus::Discontinued) {
            let text = format!("{} is discontinued; no operation is possible.", application.product);
            return Err(refusal(&[49], text));
        }
        let taken = self.product(None, &application.product);
        if before.is_none() && taken.is_some_and(|row| row.status != ProductStatus::Discontinued) {
            return Err(refusal(&[2], format!("{} is on sale already.", application.product)));
        }
        let blank = ProductRow::new(application.product.clone(), application.delivery);
        let operations = match instead {
            Some(operations) => operations.to_vec(),
            None => application.operations(before.as_ref()),
        };
        let after = perform(before.as_ref().unwrap_or(&blank), &operations, Before::Ignored);
        match after {
            Ok(after) => Ok((before, after)),
            Err(Misfit::Stale(text) | Misfit::Malformed(text)) => {
                Err(refusal(&[], format!("{} no longer fits the catalog. {text}", application.id)))
            }
        }
    }
}

impl Work<'_> {
    pub(super) fn known(&self, id: &ApplicationId) -> Result<Application, Answer> {
        let found = self.state.applications.get(id).cloned();
        let found = found.filter(|found| found.standing != Standing::Forgotten);
        found.ok_or_else(|| refused(&[], format!("There is no application {id}.")))
    }

    pub(super) fn conclude(
        &mut self,
        by: &str,
        mut application: Application,
        standing: Standing,
        text: String,
    ) {
        application.standing = standing;
        application.changed_at = self.time;
        self.record(by, text, vec![Fact::Application(Box::new(application))]);
    }

    pub(super) fn withdraw(&mut self, submission: &SubmissionId) -> Answer {
        let Some(application) = self.state.by_submission(submission).cloned() else {
            return refused(&[65], format!("There is no pending application made by {submission}."));
        };
        if let Some(answer) = self.not_withdrawable(&application) {
            return answer;
        }
        let text = format!("{} was withdrawn.", application.id);
        self.conclude("seller", application, Standing::Withdrawn, text);
        Answer::Done
    }

    /// Why an application cannot be taken back (R64, R65, R69).
    pub(super) fn not_withdrawable(&self, application: &Application) -> Option<Answer> {
        let mut rules = Vec::new();
        let mut text = Vec::new();
        if self.judge.knows(64) && !self.judge.site().withdrawable.contains(&application.delivery) {
            rules.push(64);
            text.push(format!("Applications of {} products cannot be withdrawn.", application.delivery));
        }
        if self.judge.knows(65) && application.standing != Standing::Pending {
            rules.push(65);
            let word = application.standing.word();
            text.push(format!(
                "Only a pending application can be withdrawn, and {} is {word}.",
                application.id
            ));
        }
        if application.standing == Standing::Approved {
            rules.push(69);
        }
        (!rules.is_empty()).then(|| refused(&rules, text.join(" ")))
    }

    pub(super) fn discard(&mut self, id: &ApplicationId) -> Answer {
        let application = match self.known(id) {
            Ok(application) => application,
            Err(answer) => return answer,
        };
        match application.standing {
            Standing::Pending if self.judge.knows(66) => refused(
                &[66],
                format!("{id} is under review; only drafts and rejected applications can be deleted."),
            ),
            Standing::Approved if self.judge.knows(69) => {
                refused(&[69], format!("{id} was approved and can only be looked at."))
            }
            Standing::Discarded => refused(&[], format!("{id} is deleted already.")),
            Standing::Draft
            | Standing::Pending
            | Standing::Approved
            | Standing::Rejected(_)
            | Standing::Withdrawn
            | Standing::Forgotten => {
                let text = format!("{id} was deleted.");
                self.conclude("seller", application, Standing::Discarded, text);
                Answer::Done
            }
        }
    }

    pub(super) fn reject(&mut self, id: &ApplicationId, reason: &str) -> Answer {
        let application = match self.known(id) {
            Ok(application) => application,
            Err(answer) => return answer,
        };
        if let Some(answer) = not_pending(&application) {
            return answer;
        }
        let text = format!("{id} was rejected: {reason}");
        self.conclude("operations manager", application, Standing::Rejected(reason.to_owned()), text);
        Answer::Done
    }

    /// Makes an application real, on the rows as they are now (R1, R54, R63).
    pub(super) fn approve(&mut self, id: &ApplicationId) -> Answer {
        self.approve_with(id, None)
    }

    /// The same, with something else taking effect than was asked for.
    pub(super) fn approve_with(&mut self, id: &ApplicationId, instead: Option<&[Operation]>) -> Answer {
        let mut application = match self.known(id) {
            Ok(application) => application,
            Err(answer) => return answer,
        };
        if let Some(answer) = not_pending(&application) {
            return answer;
        }
        let (before, mut after) = match self.on_current_rows(&application, instead) {
            Ok(rows) => rows,
            Err(answer) => return answer,
        };
        let done = settle(self.judge.site(), before.as_ref(), &mut after);
        after.number(self.state.products.len() + 1);
        application.product_id = Some(after.id.clone());
        application.binding = Some(created(&application, before.as_ref(), &after));
        application.standing = Standing::Approved;
        application.changed_at = self.time;
        let how = if instead.is_some() { "approved otherwise than asked for" } else { "approved" };
        let text = sentences(format!("{id} was {how}."), done);
        let facts = vec![Fact::Product(Box::new(after)), Fact::Application(Box::new(application))];
        self.record("operations manager", text, facts);
        Answer::Done
    }

    fn on_current_rows(
        &self,
        application: &Application,
        instead: Option<&[Operation]>,
    ) -> Result<(Option<ProductRow>, ProductRow), Answer> {
        self.state.would_become(application, instead).map_err(Answer::Refused)
    }

    /// Goes through what is pending, oldest first; with `waited`, only what has waited that long.
    pub(super) fn review(&mut self, policy: Policy, waited: Option<SignedDuration>) -> Answer {
        let due: Vec<Application> = self
            .state
            .pending()
            .filter(|application| {
                waited.is_none_or(|waited| self.time.duration_since(application.submitted_at) >= waited)
            })
            .cloned()
            .collect();
        let mut decided = Vec::new();
        for application in due {
            let Some(rejection) = self.rejection(policy, &application) else { continue };
            let id = application.id;
            let rejection = rejection.or_else(|| match self.approve(&id) {
                Answer::Refused(refusal) => Some(refusal.text),
                _ => None,
            });
            let verdict = match rejection {
                None => Verdict::Approved,
                Some(reason) => {
                    self.reject(&id, &reason);
                    Verdict::Rejected { reason: Some(reason) }
                }
            };
            decided.push((id, verdict));
        }
        Answer::Decided(decided)
    }

    /// What a policy says about an application: `None` leaves it, `Some(None)` approves, else the reason to reject.
    fn rejection(&self, policy: Policy, application: &Application) -> Option<Option<String>> {
        let vague = "The description does not say what each specification contains.".to_owned();
        match policy {
            Policy::Manual => None,
            Policy::ApproveAll => Some(None),
            Policy::RejectFirst => {
                let earlier = self
                    .state
                    .applications
                    .values()
                    .any(|other| other.id < application.id && other.product == application.product);
                Some(if earlier { None } else { Some(vague) })
            }
            Policy::Scripted(seed) => {
                let digest = Digest::of("sandbox review", &(seed, application.id.0.clone())).to_string();
                let drawn = u8::from_str_radix(digest.get(..2).unwrap_or_default(), 16).unwrap_or_default();
                Some(if drawn % 3 == 0 { Some(vague) } else { None })
            }
            // A removal has no content to read.
            Policy::Automatic if application.kind == SubmissionKind::Remove => Some(None),
            Policy::Automatic => Some(match self.on_current_rows(application, None) {
                Ok((before, after)) => reason(&self.judge.objections(before.as_ref(), &after)),
                // Approving it says why it no longer fits.
                Err(_) => None,
            }),
        }
    }

    pub(super) fn save_draft(
        &mut self,
        by: &str,
        product: &Key,
        kind: SubmissionKind,
        operations: &[Operation],
    ) -> Answer {
        let row = self.state.product(None, product).filter(|row| row.status != ProductStatus::Discontinued);
        if row.is_none() != (kind == SubmissionKind::Release) {
            return refused(
                &[2],
                format!("{product} has no such form: released products are modified, others released."),
            );
        }
        let content = operations.iter().find_map(|operation| match &operation.to {
            Some(Value::Product(content)) => Some(content.as_ref()),
            _ => None,
        });
        let delivery = row.map(|row| row.delivery).or(content.map(|content| content.delivery));
        let name = row.and_then(|row| row.fields.text(ProductField::Name)).unwrap_or(product.as_str());
        let application = Application {
            id: self.next_application(),
            origin: Origin::Console { by: by.to_owned(), operations: operations.to_vec() },
            kind,
            product_id: row.map(|row| row.id.clone()),
            product: product.clone(),
            name: name.to_owned(),
            delivery: delivery.unwrap_or(crate::model::DeliveryMethod::Saas),
            standing: Standing::Draft,
            submitted_at: self.time,
            changed_at: self.time,
            binding: None,
        };
        let id = application.id.clone();
        let text = format!("Saved {id}, a draft for {product}.");
        self.record(by, text, vec![Fact::Application(Box::new(application))]);
        Answer::Accepted(id)
    }

    /// Submits a console draft. The console's form has judged it; what only shows on submission is looked at: the
    /// slot (R70) and the production interfaces (R28).
    pub(super) fn submit_draft(&mut self, id: &ApplicationId) -> Answer {
        let mut application = match self.known(id) {
            Ok(application) => application,
            Err(answer) => return answer,
        };
        let Origin::Console { by, .. } = application.origin.clone() else {
            return refused(&[], format!("{id} was not made in the console."));
        };
        if application.standing == Standing::Approved {
            return refused(&[69], format!("{id} was approved and can only be looked at."));
        }
        if application.standing != Standing::Draft {
            return refused(&[], format!("{id} is {}, not a draft.", application.standing.word()));
        }
        let other = self.state.in_flight(application.product_id.as_deref(), &application.product, Some(id));
        if let Some(other) = other.filter(|other| other.standing == Standing::Pending)
            && self.judge.site().one_in_flight
        {
            return refused(&[70], format!("{} is {} for this product.", other.id, other.standing.word()));
        }
        let probed = probed(&self.state, &application.product, application.delivery, application.kind);
        if let Some(text) = probed.filter(|_| self.judge.knows(28)) {
            return Answer::Refused(Refusal { rules: vec![28], text, technical: true });
        }
        application.submitted_at = self.time;
        let text = format!("Submitted {id}.");
        self.conclude(&by, application, Standing::Pending, text);
        Answer::Accepted(id.clone())
    }
}

fn not_pending(application: &Application) -> Option<Answer> {
    let id = &application.id;
    match application.standing {
        Standing::Pending => None,
        Standing::Approved => Some(refused(&[69], format!("{id} was approved and can only be looked at."))),
        Standing::Draft
        | Standing::Rejected(_)
        | Standing::Withdrawn
        | Standing::Discarded
        | Standing::Forgotten => {
            Some(refused(&[], format!("{id} is {} and not under review.", application.standing.word())))
        }
    }
}

/// Ids of every specification with anything new, whole, by the sender's keys.
fn created(application: &Application, before: Option<&ProductRow>, after: &ProductRow) -> ProductBinding {
    let mut binding = after.binding();
    let known = before.map(ProductRow::binding).unwrap_or_default();
    binding.specifications.retain(|key, specification| known.specifications.get(key) != Some(specification));
    let Origin::Submitted { references, .. } = &application.origin else { return binding };
    let specifications = std::mem::take(&mut binding.specifications);
    let renamed = specifications.into_iter().map(|(key, specification)| {
        let of = |code: &String| specification.skus.values().any(|sku| sku.sku_code == *code);
        let sent = references.iter().find(|(_, code)| of(code)).map(|(sent, _)| sent.clone());
        (sent.unwrap_or(key), specification)
    });
    binding.specifications = renamed.collect::<BTreeMap<_, _>>();
    binding
}
