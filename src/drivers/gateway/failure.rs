//! Why a gateway did not do what it was asked, and what that means for us.

use super::Access;
use crate::http::{HttpError, Response};
use crate::marketplace::MarketplaceError;
use crate::render::escape::terminal;
use crate::wire::gateway::{Problem, ProblemKind};
use jiff::{SignedDuration, Timestamp, Unit};

/// How much of what a gateway says is told.
const TOLD_MAX: usize = 400;

/// Why there is no answer to work with.
pub(super) enum Failure {
    /// Nothing came back.
    Http(HttpError),
    /// The gateway says why not.
    Problem(ProblemKind, Box<Problem>),
    /// The answer is none of the protocol.
    Strange {
        /// Its status.
        status: u16,
        /// What it said.
        said: String,
    },
    /// It was not even asked.
    Own(String),
    /// The account is at another site.
    Elsewhere(String),
}

impl Failure {
    /// What an answer that is no success says.
    pub(super) fn of(access: &Access, response: &Response) -> Self {
        let text = access.text(response);
        let problem = serde_json::from_str::<Problem>(&text).ok();
        let problem = problem.filter(|problem| problem.status == response.status);
        let known = problem.and_then(|problem| Some((ProblemKind::from_type(&problem.r#type)?, problem)));
        match known.filter(|(kind, _)| kind.parts().2 == response.status) {
            Some((kind, mut problem)) => {
                problem.detail = shown(&problem.detail);
                Self::Problem(kind, Box::new(problem))
            }
            None => Self::strange(response.status, &text),
        }
    }

    pub(super) fn strange(status: u16, said: &str) -> Self {
        Self::Strange { status, said: shown(said) }
    }

    /// Whether what was asked for may have been done all the same.
    pub(super) fn may_have_arrived(&self) -> bool {
        match self {
            Self::Http(error) => error.may_have_arrived(),
            // Every attempt is signed anew, so that somebody on the way sent ours twice: one of the two was taken.
            Self::Problem(kind, _) => matches!(kind, ProblemKind::Failed | ProblemKind::Replayed),
            // Whoever stands before the gateway refuses before it passes on; beyond that nobody knows.
            Self::Strange { status, .. } => !(400..500).contains(status) || *status == 408,
            Self::Own(_) | Self::Elsewhere(_) => false,
        }
    }

    /// What it means for whoever asked.
    pub(super) fn into_error(self, access: &Access) -> MarketplaceError {
        let text = self.told(access);
        match self {
            Self::Http(HttpError::Large { .. } | HttpError::Redirected { .. }) => {
                MarketplaceError::Unintelligible(text)
            }
            Self::Http(_) | Self::Own(_) => MarketplaceError::Unreachable(text),
            Self::Elsewhere(_) => MarketplaceError::Refused(text),
            Self::Problem(kind, _) => match kind {
                ProblemKind::Unsigned
                | ProblemKind::SignatureWrong
                | ProblemKind::ClockSkewed
                | ProblemKind::Replayed => MarketplaceError::Denied(text),
                ProblemKind::Throttled => MarketplaceError::Throttled(text),
                ProblemKind::Unavailable | ProblemKind::Failed | ProblemKind::ObservationChanged => {
                    MarketplaceError::Unreachable(text)
                }
                ProblemKind::FenceLate
                | ProblemKind::NotWithdrawable
                | ProblemKind::SubmissionIdTaken
                | ProblemKind::Refused => MarketplaceError::Refused(text),
                ProblemKind::Malformed
                | ProblemKind::NotFound
                | ProblemKind::MethodNotAllowed
                | ProblemKind::AssetsMissing
                | ProblemKind::AssetMismatch
                | ProblemKind::TooLarge
                | ProblemKind::MediaType => MarketplaceError::Unintelligible(text),
            },
            Self::Strange { status: 401 | 403 | 407, .. } => MarketplaceError::Denied(text),
            Self::Strange { status: 429, .. } => MarketplaceError::Throttled(text),
            Self::Strange { status: 408 | 500..=599, .. } => MarketplaceError::Unreachable(text),
            Self::Strange { .. } => MarketplaceError::Unintelligible(text),
        }
    }

    /// What happened, in words that say what to do.
    pub(super) fn told(&self, access: &Access) -> String {
        match self {
            Self::Http(error) => terminal(&error.to_string()).into_owned(),
            Self::Own(reason) | Self::Elsewhere(reason) => reason.clone(),
            Self::Problem(kind, problem) => told_problem(*kind, problem, access),
            Self::Strange { status, said } => {
                let about = match status {
                    200..=299 => "what it answered is none of the protocol",
                    404 => "there is no gateway at this address",
                    407 => "a proxy on the way wants a password",
                    429 => "it was asked too often",
                    401 | 403 => "somebody before it does not let us pass",
                    500..=599 => "it failed",
                    _ => "it gave an answer that is none of the protocol",
                };
                let said = if said.is_empty() { "nothing" } else { said };
                format!("{}: {about} (HTTP {status}, and it says: {said})", access.url)
            }
        }
    }
}

fn told_problem(kind: ProblemKind, problem: &Problem, access: &Access) -> String {
    let detail = &problem.detail;
    match kind {
        ProblemKind::SignatureWrong => format!(
            "{} does not know the access key, or the secret key belongs to another one: look at {}",
            access.url, access.keys_from
        ),
        ProblemKind::Unsigned => format!(
            "{} saw no signature it can read ({detail}); a proxy on the way may have changed the headers",
            access.url
        ),
        ProblemKind::ClockSkewed => skewed(problem, access),
        ProblemKind::Replayed => format!(
            "{} was asked the same twice by somebody on the way ({detail}); run this again",
            access.url
        ),
        ProblemKind::Throttled => format!("{}: {detail}; wait, or run less often", access.url),
        ProblemKind::ObservationChanged => {
            format!("{}: what is on sale changes faster than it can be read; run this again", access.url)
        }
        ProblemKind::NotFound => {
            format!("{}: {detail}; look at `url` in gallerist.yaml, which ends before `/v1`", access.url)
        }
        ProblemKind::FenceLate
        | ProblemKind::NotWithdrawable
        | ProblemKind::SubmissionIdTaken
        | ProblemKind::Refused => detail.clone(),
        ProblemKind::Malformed
        | ProblemKind::MethodNotAllowed
        | ProblemKind::AssetsMissing
        | ProblemKind::AssetMismatch
        | ProblemKind::TooLarge
        | ProblemKind::MediaType
        | ProblemKind::Unavailable
        | ProblemKind::Failed => format!("{}: {} ({detail})", access.url, kind.parts().1),
    }
}

/// By how much the clocks differ, and which is which.
fn skewed(problem: &Problem, access: &Access) -> String {
    let Some(theirs) = problem.now else {
        return format!("{}: its clock and this machine's are too far apart; look at both", access.url);
    };
    differing(access.client.now(), theirs.0, &access.url)
}

fn differing(ours: Timestamp, theirs: Timestamp, url: &str) -> String {
    let by = ours.duration_since(theirs);
    let side = if by.is_negative() { "behind" } else { "ahead of" };
    let rounded = by.abs().round(Unit::Second).unwrap_or(SignedDuration::ZERO);
    let clock = |moment: Timestamp| moment.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    format!(
        "this machine's clock is {rounded:#} {side} the one of {url}: it is {} here and {} there; at most 15 minutes \
         are let pass, so set the clock that is wrong",
        clock(ours),
        clock(theirs)
    )
}

/// A short and harmless line of what somebody else said.
pub(super) fn shown(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = text.chars().take(TOLD_MAX).collect();
    let more = if short.len() < text.len() { "..." } else { "" };
    format!("{}{more}", terminal(&short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_told_apart() {
        let theirs: Timestamp = "2026-11-01T12:00:00Z".parse().unwrap();
        let told = |ours: &str| differing(ours.parse().unwrap(), theirs, "https://g.example.com");
        let ahead = told("2026-11-01T12:20:00.25Z");
        assert!(
            ahead.starts_with("this machine's clock is 20m ahead of the one of https://g.example.com"),
            "{ahead}"
        );
        let behind = told("2026-11-01T10:59:30Z");
        assert!(behind.contains("is 1h 0m 30s behind") || behind.contains("1h 30s behind"), "{behind}");
        assert!(
            behind.contains("2026-11-01 10:59:30 UTC here and 2026-11-01 12:00:00 UTC there"),
            "{behind}"
        );
    }

    #[test]
    fn what_others_say_is_short_and_harmless() {
        assert_eq!(shown("a\u{1b}[31m\nb\u{202e}"), "a\\u{1b}[31m b\\u{202e}");
        assert_eq!(shown(&"x".repeat(10_000)).len(), TOLD_MAX + 3);
    }
}
