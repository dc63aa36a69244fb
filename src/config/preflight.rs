//! Whether SaaS products wait for proof that their interfaces answer.

use super::Driver;
use super::read::{Reader, text};
use crate::yaml::{Node, excerpt};
use jiff::{SignedDuration, Span, SpanRelativeTo};

/// How long a green preflight counts where nothing is said: until the same hour of the next day.
const AGE_MAX: SignedDuration = SignedDuration::from_hours(24);

/// What a target asks of SaaS products before they are submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreflightGate {
    /// Whether a submission is held until a preflight is green or somebody confirmed that the interfaces answer.
    pub required: bool,
    /// How long a green preflight counts.
    pub age_max: SignedDuration,
}

impl Default for PreflightGate {
    /// As in the sandbox, which calls nobody: it only says so.
    fn default() -> Self {
        Self { required: false, age_max: AGE_MAX }
    }
}

impl<'t> Reader<'t> {
    /// What a target says about preflights. Where the marketplace calls the interfaces, they are called before.
    pub(super) fn preflight(&mut self, block: Option<Node<'t>>, driver: &Driver) -> PreflightGate {
        let is_real = match driver {
            Driver::Sandbox { .. } => false,
            Driver::Console { .. } => true,
            // Only this machine is asked without encryption: what is served there is a sandbox.
            Driver::Gateway { url, .. } => url.starts_with("https://"),
        };
        let required = block.and_then(|block| block.get("required")?.flag()).unwrap_or(is_real);
        let written = block.and_then(|block| Some((block.get("maxAge")?, text(block, "maxAge")?)));
        let age_max = written.and_then(|(node, written)| {
            let age = age(written);
            if age.is_none() {
                let message = format!("`{}` is no time for which a preflight counts", excerpt(written));
                let diagnostic = self.error("preflight-age-invalid", node, message);
                self.report(diagnostic.help("write hours or days, as in 12h or 2d; at most 30d"));
            }
            age
        });
        PreflightGate { required, age_max: age_max.unwrap_or(AGE_MAX) }
    }
}

fn age(written: &str) -> Option<SignedDuration> {
    let span: Span = written.parse().ok()?;
    let age = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    (age.is_positive() && age <= SignedDuration::from_hours(30 * 24)).then_some(age)
}
