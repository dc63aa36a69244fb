//! Recording what became of a submission that a person entered in the console.

use super::marketplace::{Marketplace, console, desk, not_by_hand};
use super::planning::Planner;
use super::released::save;
use super::submissions::{Story, pick, read};
use super::{Recorded, Request, ServiceError, evidence};
use crate::ledger::{EventKind, Ledger, fold, handed_over, intents};
use crate::model::{Digest, Key, SkuKey};
use crate::plan::OpenSubmission;
use crate::reconcile::LEASE;
use crate::released::{Bindings, ProductBinding, complete};
use crate::render;
use crate::report::sheet;
use crate::submission::{ApplicationId, Evidence, EvidenceKind, Refusal, Review, SubmissionId, Verdict};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What became of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was entered and submitted.
    Submitted,
    /// The console did not take it.
    Refused {
        /// What it said.
        text: String,
        /// Whether that passes by itself.
        technical: bool,
    },
    /// The reviewer said yes.
    Approved,
    /// The reviewer said no.
    Rejected {
        /// The reviewer's text; unknown stays unknown.
        reason: Option<String>,
    },
    /// It was taken back in the console.
    Withdrawn,
    /// Nobody entered it.
    NotEntered {
        /// Why, where somebody said so.
        reason: Option<String>,
    },
    /// Ids became known that were not known when it was approved.
    Ids,
}

/// What somebody wants to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRequest {
    /// Our id, or its beginning.
    pub id: SubmissionId,
    /// What became of it.
    pub outcome: Outcome,
    /// The marketplace's id of the application.
    pub application: Option<ApplicationId>,
    /// The product ID that the marketplace gave.
    pub product_id: Option<String>,
    /// skuCodes that the marketplace gave, by specification and SKU.
    pub sku_codes: Vec<(Key, SkuKey, String)>,
    /// Who records it; `None` takes the git user.
    pub by: Option<String>,
}

/// Records what became of a submission that a person entered in the console, or that the marketplace took and does not
/// know any more.
///
/// # Errors
/// When nobody but the marketplace can say it, the submission does not stand where this can happen, an id is missing,
/// or ledger or files cannot be written.
pub fn record(request: &Request, wanted: &RecordRequest) -> Result<Recorded, ServiceError> {
    let workspace = super::workspace::open(request)?;
    let planner = Planner::new(&workspace, request)?;
    let product = pick(read(&planner)?, &wanted.id)?.row.product;
    let folder = match console(planner.target) {
        Ok(folder) => Some(folder),
        Err(_) if is_missing(&planner, wanted, &product, request.now)? => None,
        Err(_) => return Err(not_by_hand(planner.target)),
    };
    let run = format!("record-{}-{}", request.now.as_nanosecond(), std::process::id());
    let until = request.now.checked_add(LEASE).unwrap_or(Timestamp::MAX);
    let mut ledger = workspace.ledger(planner.target)?;
    // Nobody else records or submits anything about the product meanwhile.
    ledger.lease(&planner.scope, &product, &run, request.now, until)?;
    let recorded = record_alone(&planner, ledger.as_mut(), wanted, request.now);
    let released = ledger.release(&planner.scope, &product, &run);
    let (story, sentence) = recorded?;
    released?;
    let mut path = None;
    if let Some(folder) = folder.filter(|_| matches!(wanted.outcome, Outcome::Approved | Outcome::Ids)) {
        let by = evidence::by(&workspace, wanted.by.as_deref());
        path = write_released(&planner, folder, &story.row.product, request.now, &by).map_err(|error| {
            let key = &story.row.product;
            let again = planner.invocation().command(&format!("drift --confirm {key}"));
            ServiceError::Request {
                message: format!(
                    "it is recorded and counts, but its file under {folder} is not written: {error}"
                ),
                hints: vec![format!("once the folder can be written, `{again}` writes the file")],
            }
        })?;
    }
    let next = match wanted.outcome {
        Outcome::Submitted => "status",
        _ => "plan",
    };
    Ok(Recorded { sentence, path, next: Some(planner.invocation().command(next)) })
}

/// Whether the marketplace took a submission and does not know it any more, so that only a person can say how its review
/// ended.
fn is_missing(
    planner: &Planner<'_>,
    wanted: &RecordRequest,
    product: &Key,
    now: Timestamp,
) -> Result<bool, ServiceError> {
    let is_verdict =
        matches!(wanted.outcome, Outcome::Approved | Outcome::Rejected { .. } | Outcome::Withdrawn);
    if !is_verdict {
        return Ok(false);
    }
    let mut marketplace = Marketplace::reading(planner, now)?;
    let open = planner.look(&mut marketplace, now)?.records.history(product).open;
    Ok(open.is_some_and(|open| open.is_missing() && open.submission.id.0.starts_with(&wanted.id.0)))
}

fn record_alone(
    planner: &Planner<'_>,
    ledger: &mut dyn Ledger,
    wanted: &RecordRequest,
    now: Timestamp,
) -> Result<(Story, String), ServiceError> {
    let events = planner.of_today(ledger.events(&planner.scope)?)?;
    let story = pick(super::submissions::stories(&events), &wanted.id)?;
    let records = fold(&planner.scope, &events, now);
    let (bindings, history) = (records.bindings(), records.history(&story.row.product));
    let handed_over = handed_over(&events).contains(&story.row.id);
    let intents = Some(intents(&events, &story.row.id));
    let others = events.iter().filter_map(|event| match &event.kind {
        EventKind::Accepted { submission, application } if *submission != story.row.id => {
            Some((submission.clone(), application.clone()))
        }
        _ => None,
    });
    let others = others.collect();
    let open = history.open.as_ref();
    let judgement =
        Judgement { planner, story: &story, wanted, bindings: &bindings, open, handed_over, intents, others };
    let kinds = judgement.events()?;
    let word = word(&wanted.outcome);
    let evidence = Evidence {
        kind: EvidenceKind::Confirmation(format!("{}-{word}", story.row.id)),
        by: evidence::by(planner.workspace, wanted.by.as_deref()),
        reason: "recorded what became of the submission".to_owned(),
        at: now,
        expires: None,
    };
    let vouched = EventKind::Vouched { evidence };
    for kind in std::iter::once(&vouched).chain(&kinds) {
        ledger.append(&planner.scope, now, &story.row.product, kind)?;
    }
    let sentence =
        format!("Recorded for `{}`: {} {}.", story.row.product, story.row.id, told(&wanted.outcome));
    Ok((story, sentence))
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Submitted => "submitted",
        Outcome::Refused { .. } => "refused",
        Outcome::Approved => "approved",
        Outcome::Rejected { .. } => "rejected",
        Outcome::Withdrawn => "withdrawn",
        Outcome::NotEntered { .. } => "not-entered",
        Outcome::Ids => "ids",
    }
}

fn told(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Submitted => {
            "was submitted; the verdict comes by mail, SMS or message, and is recorded then".to_owned()
        }
        Outcome::Refused { technical: true, .. } => {
            "was refused for a technical reason; it will be tried again".to_owned()
        }
        Outcome::Refused { .. } => "was refused; it stays back until something changes".to_owned(),
        Outcome::Approved => "was approved".to_owned(),
        Outcome::Rejected { .. } => "was rejected; it stays back until something changes".to_owned(),
        Outcome::Withdrawn => "was withdrawn; it stays back until something changes".to_owned(),
        Outcome::NotEntered { .. } => "was not entered; throw its change sheet away".to_owned(),
        Outcome::Ids => "has more ids now".to_owned(),
    }
}

/// Whether an outcome fits, and what to write down.
struct Judgement<'a> {
    planner: &'a Planner<'a>,
    story: &'a Story,
    wanted: &'a RecordRequest,
    bindings: &'a Bindings,
    /// The submission that holds the product.
    open: Option<&'a OpenSubmission>,
    /// Whether the ledger says that a person got its sheet.
    handed_over: bool,
    /// How many intents to send it the ledger knows of.
    intents: Option<u32>,
    /// The applications of other submissions.
    others: Vec<(SubmissionId, ApplicationId)>,
}

impl Judgement<'_> {
    fn events(&self) -> Result<Vec<EventKind>, ServiceError> {
        let submission = self.story.row.id.clone();
        let mut events = Vec::new();
        // A run that was killed while handing over left a sheet that nobody wrote down; a person had it all the same.
        if self.is_by_hand()
            && !self.handed_over
            && !matches!(self.wanted.outcome, Outcome::NotEntered { .. } | Outcome::Ids)
        {
            let text = render::sheet_markdown(&sheet::sheet(&self.story.submission, &desk(self.planner)));
            let sheet = Digest::of_bytes(text.as_bytes()).to_string();
            events.push(EventKind::HandedOver { submission: submission.clone(), sheet });
        }
        match &self.wanted.outcome {
            Outcome::Submitted => {
                self.must_not_have_ended()?;
                self.application_is_free()?;
                let application = self.wanted.application.clone().ok_or_else(|| {
                    self.refuse(
                        "the application's ID is needed",
                        &["My Applications in the console shows it: add `--application ID`"],
                    )
                })?;
                match &self.story.row.application {
                    Some(known) if *known == application => {}
                    Some(known) => {
                        let message = format!("it was recorded as application {known} already");
                        return Err(self.refuse(&message, &["one submission is entered once"]));
                    }
                    None => events.push(EventKind::Accepted { submission, application }),
                }
            }
            Outcome::Refused { text, technical } => {
                self.must_be_with_a_person()?;
                let refusal = Refusal { rules: Vec::new(), text: text.clone(), technical: *technical };
                events.push(EventKind::Refused { submission, refusal, intents: self.intents });
            }
            Outcome::NotEntered { reason } => {
                self.must_be_with_a_person()?;
                let reason = reason.clone().unwrap_or_else(|| "nobody entered it".to_owned());
                events.push(EventKind::NotSent { submission, reason, intents: self.intents });
            }
            Outcome::Approved => {
                events.extend(self.arrival()?);
                let binding = self.binding(true)?;
                events.push(EventKind::Bound { binding });
                events.push(EventKind::Ended { submission, verdict: Verdict::Approved });
            }
            // A reason is often read later than the verdict.
            Outcome::Rejected { reason: Some(reason) }
                if self.story.row.review == Review::Ended(Verdict::Rejected { reason: None }) =>
            {
                let verdict = Verdict::Rejected { reason: Some(reason.clone()) };
                events.push(EventKind::Ended { submission, verdict });
            }
            Outcome::Rejected { reason } => {
                events.extend(self.arrival()?);
                let verdict = Verdict::Rejected { reason: reason.clone() };
                events.push(EventKind::Ended { submission, verdict });
            }
            Outcome::Withdrawn => {
                events.extend(self.arrival()?);
                events.push(EventKind::Ended { submission, verdict: Verdict::Withdrawn });
            }
            Outcome::Ids => {
                if self.story.row.review != Review::Ended(Verdict::Approved) {
                    return Err(self.refuse("it is not approved, so it has no ids yet", &[]));
                }
                if self.wanted.sku_codes.is_empty() && self.wanted.product_id.is_none() {
                    let hints =
                        ["add `--sku-code starter=CODE`, or `--product-id ID` to put a wrong one right"];
                    return Err(self.refuse("no id was given", &hints));
                }
                events.push(EventKind::Bound { binding: self.binding(false)? });
            }
        }
        Ok(events)
    }

    /// The ids after this approval: those that are known, those given now, and stand-ins for the rest.
    fn binding(&self, first: bool) -> Result<ProductBinding, ServiceError> {
        let known = self.bindings.products.get(&self.story.row.product);
        let mut binding = known.cloned().unwrap_or_default();
        let predicted = &self.story.submission.predicted;
        let moved = self.planner.moved_specifications(&self.story.row.product);
        // A specification that has another key now keeps its codes.
        for (former, now) in &moved {
            if predicted.specifications.contains_key(now)
                && let Some(codes) = binding.specifications.get(former).cloned()
            {
                binding.specifications.entry(now.clone()).or_insert(codes);
            }
        }
        if let Some(id) = &self.wanted.product_id {
            if first && known.is_some_and(|known| known.product_id != *id) {
                let message = format!("the product has ID {} already", binding.product_id);
                let hints = [
                    "leave `--product-id` out; a wrong one is put right with `ids --product-id ID` afterwards",
                ];
                return Err(self.refuse(&message, &hints));
            }
            binding.product_id.clone_from(id);
        }
        if binding.product_id.is_empty() && first {
            return Err(self.refuse(
                "the product's ID is needed",
                &["My Products in the console shows it: add `--product-id ID`"],
            ));
        }
        let taken =
            self.bindings.products.iter().find(|(key, other)| {
                **key != self.story.row.product && other.product_id == binding.product_id
            });
        if let Some((other, _)) = taken {
            let message = format!("product ID {} belongs to `{other}` already", binding.product_id);
            return Err(self.refuse(&message, &["look it up again in My Products"]));
        }
        for (key, sku, code) in &self.wanted.sku_codes {
            // Whoever records names things by the keys of today; the submission has those of its day.
            let of_its_day = moved.iter().find(|(former, now)| {
                now == key
                    && !predicted.specifications.contains_key(now)
                    && predicted.specifications.contains_key(former)
            });
            let key = of_its_day.map_or(key, |(former, _)| former);
            let specification = predicted.specifications.get(key);
            let bound = binding.specifications.get(key).is_some_and(|bound| bound.skus.contains_key(sku));
            let states =
                specification.is_some_and(|found| found.skus().contains(sku) || sku.values().is_empty());
            if !bound && !states {
                let names: Vec<&str> = predicted.specifications.keys().map(Key::as_str).collect();
                let message = match specification {
                    None => format!("it has no specification `{key}`"),
                    Some(_) => format!("specification `{key}` has no SKU `{sku}`"),
                };
                return Err(self.refuse(&message, &[&format!("it has {}", names.join(", "))]));
            }
            let bound = binding.specifications.entry(key.clone()).or_default();
            bound.skus.entry(sku.clone()).or_default().sku_code.clone_from(code);
            if let Some((_, now)) = moved.iter().find(|(former, _)| former == key)
                && let Some(later) = binding.specifications.get_mut(now)
            {
                later.skus.entry(sku.clone()).or_default().sku_code.clone_from(code);
            }
        }
        self.codes_differ(&binding)?;
        // Elsewhere than at the console the codes that are not told can be seen, so nothing stands in for them.
        Ok(if self.is_by_hand() { complete(&binding, predicted) } else { binding })
    }

    /// Whether people do at the marketplace what elsewhere a run does.
    fn is_by_hand(&self) -> bool {
        self.planner.invocation().by_hand
    }

    /// Two things on sale never have one skuCode; a key that moved has that of its former one.
    fn codes_differ(&self, binding: &ProductBinding) -> Result<(), ServiceError> {
        let moved = self.planner.moved_specifications(&self.story.row.product);
        let now = |key: &Key| {
            let now = moved.iter().find(|(former, _)| former == key).map(|(_, now)| now);
            now.unwrap_or(key).clone()
        };
        let mut seen: BTreeMap<&str, (&Key, &SkuKey)> = BTreeMap::new();
        for (key, bound) in &binding.specifications {
            for (sku, found) in &bound.skus {
                if let Some((other, of)) = seen.insert(&found.sku_code, (key, sku))
                    && (now(other) != now(key) || of != sku)
                {
                    let message = format!("skuCode {} is given to `{other}` and to `{key}`", found.sku_code);
                    return Err(self.refuse(&message, &["look them up again: each has its own"]));
                }
            }
        }
        Ok(())
    }

    /// A verdict needs a submission that arrived; where only the verdict is told, so is the arrival.
    fn arrival(&self) -> Result<Option<EventKind>, ServiceError> {
        self.must_not_have_ended()?;
        self.application_is_free()?;
        let submission = self.story.row.id.clone();
        match (&self.story.row.application, &self.wanted.application) {
            (None, None) => Err(self.refuse(
                "nobody recorded that it was submitted",
                &["add `--application ID`, as My Applications in the console shows it"],
            )),
            (Some(known), Some(told)) if known != told => {
                Err(self.refuse(&format!("it was recorded as application {known}, not {told}"), &[]))
            }
            (Some(_), _) => Ok(None),
            (None, Some(told)) => Ok(Some(EventKind::Accepted { submission, application: told.clone() })),
        }
    }

    /// One application is about one submission.
    fn application_is_free(&self) -> Result<(), ServiceError> {
        let Some(told) = &self.wanted.application else { return Ok(()) };
        match self.others.iter().find(|(_, application)| application == told) {
            Some((other, _)) => {
                let message = format!("application {told} is that of {other} already");
                Err(self.refuse(&message, &["look it up again in My Applications"]))
            }
            None => Ok(()),
        }
    }

    /// Whether it holds the product.
    fn is_open(&self) -> bool {
        self.open.is_some_and(|open| open.submission.id == self.story.row.id)
    }

    fn must_not_have_ended(&self) -> Result<(), ServiceError> {
        match (&self.story.row.review, self.open) {
            (Review::Refused(_) | Review::Ended(_), _) => Err(self.not_open()),
            // It was not entered; another one took its place since.
            (_, Some(open)) if !self.is_open() => {
                let other = &open.submission.id;
                let command = |what: &str| {
                    self.planner.invocation().command(&format!("submissions record {other} {what}"))
                };
                let hint = match open.review {
                    Review::Pending => format!(
                        "if it was entered all the same, the verdict on {other} comes first: `{}`, or rejected, or withdrawn",
                        command("approved")
                    ),
                    _ => format!("if it was entered all the same, `{}` comes first", command("not-entered")),
                };
                Err(self.refuse(&format!("it was not entered, and {other} holds the product now"), &[&hint]))
            }
            _ => Ok(()),
        }
    }

    fn must_be_with_a_person(&self) -> Result<(), ServiceError> {
        match &self.story.row.review {
            Review::Refused(_) | Review::Ended(_) => Err(self.not_open()),
            Review::Pending => Err(self.refuse(
                "it was recorded as submitted",
                &["record its verdict: approved, rejected or withdrawn"],
            )),
            Review::Prepared | Review::HandedOver | Review::Unknown if self.is_open() => Ok(()),
            Review::Prepared | Review::HandedOver | Review::Unknown => {
                Err(self.refuse("it was recorded as not entered", &[]))
            }
        }
    }

    fn not_open(&self) -> ServiceError {
        let message = format!("it is {} already", self.story.row.review.word());
        let show = self.planner.invocation().command(&format!("submissions show {}", self.story.row.id));
        self.refuse(&message, &[&format!("`{show}` tells what was recorded")])
    }

    fn refuse(&self, message: &str, hints: &[&str]) -> ServiceError {
        ServiceError::Request {
            message: format!("{}: {message}", self.story.row.id),
            hints: hints.iter().map(|hint| (*hint).to_owned()).collect(),
        }
    }
}

/// Writes down what is on sale now; the ledger has it already, so a run that ends before this loses nothing.
fn write_released(
    planner: &Planner<'_>,
    folder: &camino::Utf8Path,
    product: &Key,
    now: Timestamp,
    by: &str,
) -> Result<Option<camino::Utf8PathBuf>, ServiceError> {
    let mut marketplace = Marketplace::open(planner, now)?;
    planner.look(&mut marketplace, now)?;
    let Marketplace::Console(driver) = &marketplace else { return Ok(None) };
    let Some(known) = driver.recorded().get(product) else { return Ok(None) };
    let mut known = known.clone();
    known.by = by.to_owned();
    save(planner, folder, &known).map(Some)
}
