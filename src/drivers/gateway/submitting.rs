//! Handing submissions over, with the files they bring.

use super::failure::Failure;
use super::{GatewayDriver, application_id, shorten};
use crate::http::Method;
use crate::marketplace::SubmitOutcome;
use crate::model::Digest;
use crate::submission::{ApplicationId, Fence, Refusal, Submission};
use crate::wire::gateway::{Problem, ProblemKind, SubmissionOffer, SubmissionTaken};
use crate::wire::{Map, Name};
use std::collections::BTreeSet;

/// How many files are uploaded at once.
const AT_ONCE: usize = 4;

impl GatewayDriver<'_> {
    /// Offers a submission; where files are missing there, they are uploaded, and it is offered once more.
    pub(super) fn hand_over(&self, submission: &Submission, fence: Option<Fence>) -> SubmitOutcome {
        let references = crate::drivers::references(&self.bindings, submission);
        let offer = SubmissionOffer {
            submission: submission.into(),
            references: Map::of(&references, Clone::clone),
            fence: fence.map(|fence| Name(fence.0)),
        };
        let missing = match self.offer(submission, &offer) {
            Err(Failure::Problem(ProblemKind::AssetsMissing, problem)) => problem.missing_assets,
            ended => return self.outcome(ended),
        };
        if let Err(why) = self.upload_all(submission, &offer, &missing) {
            return SubmitOutcome::NotSent(why);
        }
        self.outcome(self.offer(submission, &offer))
    }

    fn offer(&self, submission: &Submission, offer: &SubmissionOffer) -> Result<ApplicationId, Failure> {
        let path = format!("/submissions/{}", submission.id);
        let mut request = self.access.request_with(Method::Put, &path, offer)?;
        // What may have arrived is asked for by its id, and not sent again.
        request.is_repeatable = false;
        let response = self.access.call(&request)?;
        let SubmissionTaken { application } = self.access.form(&response)?;
        application_id(response.status, application.0)
    }

    fn outcome(&self, ended: Result<ApplicationId, Failure>) -> SubmitOutcome {
        let failure = match ended {
            Ok(application) => return SubmitOutcome::Accepted(application),
            Err(failure) => failure,
        };
        match failure {
            Failure::Problem(ProblemKind::Refused | ProblemKind::SubmissionIdTaken, problem) => {
                let Problem { refusal, rules, detail, .. } = *problem;
                let said = Refusal { rules, text: detail, technical: false };
                let mut refusal = refusal.map_or(said, Refusal::from);
                shorten(&mut refusal.text);
                refusal.rules.sort_unstable();
                refusal.rules.dedup();
                SubmitOutcome::Refused(refusal)
            }
            Failure::Problem(ProblemKind::FenceLate, _) => {
                SubmitOutcome::NotSent(crate::drivers::LATE.to_owned())
            }
            failure if failure.may_have_arrived() => SubmitOutcome::Unknown(failure.told(&self.access)),
            failure => SubmitOutcome::NotSent(failure.told(&self.access)),
        }
    }

    /// Uploads exactly what is missing, as long as the submission brings it.
    fn upload_all(
        &self,
        submission: &Submission,
        offer: &SubmissionOffer,
        missing: &[String],
    ) -> Result<(), String> {
        let bytes_max =
            self.told().map_err(|failure| failure.told(&self.access))?.capabilities.asset_bytes_max;
        let offered = serde_json::to_string(offer).map_err(|error| error.to_string())?;
        let missing: BTreeSet<&str> = missing.iter().map(String::as_str).collect();
        // What is asked for and was not offered is none of its business, whether or not we have it.
        let is_ours =
            |digest: &&str| Digest::from_hex(digest).is_some() && offered.contains(&format!("\"{digest}\""));
        if missing.is_empty() || !missing.iter().all(is_ours) {
            return Err(format!("{} asks for files that the submission does not bring", self.access.url));
        }
        let missing: Vec<&str> = missing.into_iter().collect();
        for some in missing.chunks(AT_ONCE) {
            let files = some.iter().map(|digest| Ok((*digest, self.content(submission, digest, bytes_max)?)));
            let files: Vec<(&str, Vec<u8>)> = files.collect::<Result<_, String>>()?;
            self.upload(files)?;
        }
        Ok(())
    }

    fn content(&self, submission: &Submission, digest: &str, bytes_max: u64) -> Result<Vec<u8>, String> {
        let content = self.files.content(&submission.product, digest);
        let content = content
            .ok_or_else(|| format!("the definition names no file with the digest {digest} any more"))?;
        if content.len() as u64 > bytes_max {
            return Err(format!(
                "a file of {} bytes is larger than what {} takes: {bytes_max} bytes",
                content.len(),
                self.access.url
            ));
        }
        Ok(content)
    }

    /// Uploads a few files at once.
    fn upload(&self, files: Vec<(&str, Vec<u8>)>) -> Result<(), String> {
        let access = &self.access;
        let put = |(digest, content): (&str, Vec<u8>)| {
            let request = access.request(Method::Put, &format!("/assets/{digest}"));
            access.call(&request.bytes("application/octet-stream", content)).map(|_| ())
        };
        let ended: Vec<Result<(), String>> = std::thread::scope(|scope| {
            let threads: Vec<_> = files.into_iter().map(|file| scope.spawn(move || put(file))).collect();
            let joined = threads.into_iter().map(|thread| match thread.join() {
                Ok(ended) => ended.map_err(|failure| format!("a file: {}", failure.told(access))),
                Err(_) => Err("a file could not be uploaded: a mistake of this program".to_owned()),
            });
            joined.collect()
        });
        ended.into_iter().collect()
    }
}
