//! The driver for a person at the Seller Console: it writes change sheets, and shows what people recorded.
//!
//! Nothing here reaches the marketplace. A submission becomes a sheet and is *handed over*; what became of it comes
//! back through `gallerist submissions record`. What is on sale is what the files say, plus the approvals recorded since.

use crate::ledger::{Event, EventKind, handed_over};
use crate::marketplace::{
    Capabilities, Files, MarketplaceError, Observe, ReviewReport, Sheet, Submit, SubmitOutcome,
};
use crate::model::{Digest, Key};
use crate::plan::predict;
use crate::released::{ApplicationState, Bindings, Coverage, Observation, ObservedApplication, Recorded};
use crate::render::{sheet_html, sheet_markdown};
use crate::report::sheet::{self, Desk};
use crate::site::SiteProfile;
use crate::submission::{ApplicationId, Fence, Submission, SubmissionId, SubmissionKind, Verdict};
use camino::Utf8PathBuf;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The Seller Console with a person in front of it.
pub struct ConsoleDriver<'a> {
    /// What sheets are about.
    pub desk: Desk<'a>,
    /// The folder of change sheets, from the catalog's root.
    pub folder: Utf8PathBuf,
    /// Where sheets are written.
    pub files: Box<dyn Files + 'a>,
    /// The moment of the run.
    pub now: Timestamp,
    recorded: BTreeMap<Key, Recorded>,
    applications: Vec<ObservedApplication>,
}

impl<'a> ConsoleDriver<'a> {
    /// A console that shows what was recorded: in files, and as outcomes in the ledger since.
    #[must_use]
    pub fn new(
        desk: Desk<'a>,
        folder: Utf8PathBuf,
        files: Box<dyn Files + 'a>,
        now: Timestamp,
        recorded: BTreeMap<Key, Recorded>,
    ) -> Self {
        Self { desk, folder, files, now, recorded, applications: Vec::new() }
    }

    /// Takes in the ledger: ids, approvals that the files do not include yet, and applications.
    pub fn learn(&mut self, events: &[Event], bindings: &Bindings) {
        self.recorded = outcomes(self.desk.site, std::mem::take(&mut self.recorded), events, bindings);
        self.applications = applications(events);
    }

    /// What was recorded, with the outcomes that were learned.
    #[must_use]
    pub fn recorded(&self) -> &BTreeMap<Key, Recorded> {
        &self.recorded
    }

    fn hand_over(&mut self, submission: &Submission) -> Result<Sheet, String> {
        let sheet = sheet::sheet(submission, &self.desk);
        let folder = self.folder.join(format!("{}-{}", submission.product, submission.id));
        for file in sheet.files() {
            let gone = || format!("the definition names no file with the content of {} any more", file.name);
            let content = self.files.content(&submission.product, &file.digest).ok_or_else(gone)?;
            self.files.write(&folder.join("files").join(file.stored_name()), &content)?;
        }
        let text = sheet_markdown(&sheet);
        self.files.write(&folder.join("sheet.html"), sheet_html(&sheet).as_bytes())?;
        let path = folder.join("sheet.md");
        self.files.write(&path, text.as_bytes())?;
        Ok(Sheet { digest: Digest::of_bytes(text.as_bytes()).to_string(), path })
    }
}

/// The recorded products with the approvals of the ledger that they do not include yet, in the ledger's order. Only what a
/// person had on a sheet counts: a target that was in a sandbox before sold nothing in the console by that.
#[must_use]
pub fn outcomes(
    site: &SiteProfile,
    mut recorded: BTreeMap<Key, Recorded>,
    events: &[Event],
    bindings: &Bindings,
) -> BTreeMap<Key, Recorded> {
    for (key, known) in &mut recorded {
        if let Some(binding) = bindings.products.get(key) {
            known.learn(binding);
        }
    }
    let prepared = submissions(events);
    let handed_over = handed_over(events);
    for event in events {
        let EventKind::Ended { submission, verdict: Verdict::Approved } = &event.kind else { continue };
        let sheet = prepared.get(submission).filter(|submission| handed_over.contains(&submission.id));
        let Some(submission) = sheet else { continue };
        match recorded.get_mut(&event.product) {
            Some(known) => known.approve(submission, |before| match submission.kind {
                SubmissionKind::Release => submission.predicted.clone(),
                SubmissionKind::Modify | SubmissionKind::Remove => {
                    predict(site, before, &submission.operations)
                }
            }),
            None => {
                let Some(binding) = bindings.products.get(&event.product) else { continue };
                let known = Recorded::released(submission, binding.clone(), event.at, "");
                recorded.insert(event.product.clone(), known);
            }
        }
    }
    // What was written down in its day has the key of its day.
    for (key, known) in &mut recorded {
        known.product.key.clone_from(key);
    }
    recorded
}

fn submissions(events: &[Event]) -> BTreeMap<&SubmissionId, &Submission> {
    let prepared = events.iter().filter_map(|event| match &event.kind {
        EventKind::Prepared { submission, .. } => Some((&submission.id, submission)),
        _ => None,
    });
    prepared.collect()
}

/// Our submissions as applications: what a person holds counts for the daily limit as what was submitted does.
fn applications(events: &[Event]) -> Vec<ObservedApplication> {
    let submissions = submissions(events);
    let mut found: BTreeMap<&SubmissionId, ObservedApplication> = BTreeMap::new();
    for event in events {
        match &event.kind {
            EventKind::HandedOver { submission: id, .. } | EventKind::Accepted { submission: id, .. } => {
                let Some(submission) = submissions.get(id) else { continue };
                let application = match &event.kind {
                    EventKind::Accepted { application, .. } => application.clone(),
                    _ => ApplicationId(format!("sheet {id}")),
                };
                let known = ObservedApplication {
                    application,
                    submission: Some(id.clone()),
                    product_id: submission.product_id.clone(),
                    product_name: submission.predicted.display_name().to_owned(),
                    kind: submission.kind,
                    state: ApplicationState::Pending,
                    submitted_at: event.at,
                };
                // What ended stays ended.
                let open = found.get(id).is_none_or(|known: &ObservedApplication| known.state.is_open());
                if open {
                    found.insert(id, known);
                }
            }
            EventKind::NotSent { submission, .. } | EventKind::Refused { submission, .. } => {
                found.remove(submission);
            }
            EventKind::Ended { submission, verdict } => {
                if let Some(known) = found.get_mut(submission) {
                    known.state = match verdict {
                        Verdict::Approved => ApplicationState::Approved,
                        Verdict::Rejected { reason } => ApplicationState::Rejected(reason.clone()),
                        Verdict::Withdrawn | Verdict::Discarded => ApplicationState::Withdrawn,
                    };
                }
            }
            _ => {}
        }
    }
    let mut found: Vec<ObservedApplication> = found.into_values().collect();
    found.sort_by(|a, b| (a.submitted_at, &a.application).cmp(&(b.submitted_at, &b.application)));
    found
}

impl Observe for ConsoleDriver<'_> {
    fn capabilities(&self) -> Capabilities {
        // Nobody can ask the console for our id: what was lost on the way is unknown until a person answers.
        Capabilities { knows_submission_ids: false, checks_fences: false, ids_per_question: usize::MAX }
    }

    fn now(&self) -> Result<Timestamp, MarketplaceError> {
        Ok(self.now)
    }

    fn observe(&self) -> Result<Observation, MarketplaceError> {
        let mut products: Vec<_> = self.recorded.values().map(Recorded::observed).collect();
        products.sort_by(|a, b| a.product_id.cmp(&b.product_id));
        Ok(Observation {
            taken_at: self.now,
            coverage: Coverage::Whole,
            products,
            applications: self.applications.clone(),
        })
    }

    fn reviews(&self, _submissions: &[SubmissionId]) -> Result<Vec<ReviewReport>, MarketplaceError> {
        // Verdicts are in the ledger already: a person recorded them there.
        Ok(Vec::new())
    }
}

impl Submit for ConsoleDriver<'_> {
    fn submit(&mut self, submission: &Submission, _fence: Option<Fence>) -> SubmitOutcome {
        match self.hand_over(submission) {
            Ok(sheet) => SubmitOutcome::HandedOver(sheet),
            Err(reason) => SubmitOutcome::NotSent(format!("the change sheet cannot be written: {reason}")),
        }
    }

    fn bar(&mut self, _product: &Key, _fence: Fence) -> Result<(), MarketplaceError> {
        Ok(())
    }

    fn withdraw(&mut self, _product: &Key, submission: &SubmissionId) -> Result<(), MarketplaceError> {
        let record = self.desk.invocation.command(&format!("submissions record {submission} withdrawn"));
        Err(MarketplaceError::Refused(format!("withdraw it in the console, then record it: `{record}`")))
    }
}
