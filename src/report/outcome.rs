//! How a command ended, in one word, and the exit code that says so. This is the only place that knows the codes.

use crate::diagnostic::Diagnostics;
use crate::plan::{Plan, ProductPlan, Standing};

/// How a command ended, most severe first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The work could not be done, or the command line makes no sense.
    Failed,
    /// Definitions are invalid, or a rule or guard stops a product.
    Blocked,
    /// A reviewer rejected a submission and nothing changed since.
    Rejected,
    /// The released state was changed by somebody else.
    Drifted,
    /// There are changes to submit.
    ToSubmit,
    /// Submissions wait for review, or for a person.
    Waiting,
    /// Done, or nothing to do.
    Done,
}

/// How much the exit code tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExitCodes {
    /// 0, 1 and 3 only: what a script that stops on failure needs.
    #[default]
    Simple,
    /// Also 2, 4, 5 and 6, for scripts that act on them.
    Detailed,
}

impl Outcome {
    /// All of them, most severe first.
    pub const ALL: &'static [Self] = &[
        Self::Failed,
        Self::Blocked,
        Self::Rejected,
        Self::Drifted,
        Self::ToSubmit,
        Self::Waiting,
        Self::Done,
    ];

    /// The process exit code.
    #[must_use]
    pub fn exit_code(self, codes: ExitCodes) -> u8 {
        let detailed = match self {
            Self::Failed => 1,
            Self::Blocked => 3,
            Self::Rejected => 5,
            Self::Drifted => 6,
            Self::ToSubmit => 2,
            Self::Waiting => 4,
            Self::Done => 0,
        };
        match (codes, self) {
            (ExitCodes::Detailed, _) | (ExitCodes::Simple, Self::Failed | Self::Blocked) => detailed,
            (
                ExitCodes::Simple,
                Self::Rejected | Self::Drifted | Self::ToSubmit | Self::Waiting | Self::Done,
            ) => 0,
        }
    }

    /// The word used for it in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Blocked => "blocked",
            Self::Rejected => "rejected",
            Self::Drifted => "drifted",
            Self::ToSubmit => "to-submit",
            Self::Waiting => "waiting",
            Self::Done => "done",
        }
    }

    /// The most severe of several; done when there are none.
    pub fn worst(outcomes: impl IntoIterator<Item = Self>) -> Self {
        outcomes.into_iter().min().unwrap_or(Self::Done)
    }

    /// What a product's standing means for the command that found it.
    #[must_use]
    pub fn of_standing(standing: Standing) -> Self {
        match standing {
            Standing::Missing | Standing::Refused | Standing::Blocked => Self::Blocked,
            Standing::Rejected => Self::Rejected,
            Standing::Drifted => Self::Drifted,
            Standing::UnwantedInReview | Standing::ToSubmit => Self::ToSubmit,
            Standing::TakenBack
            | Standing::InDoubt
            | Standing::HandedOver
            | Standing::InReview
            | Standing::Waiting => Self::Waiting,
            Standing::InSync | Standing::Retired | Standing::Unmanaged => Self::Done,
        }
    }

    /// What a plan means. A product may be blocked and drifted at once; both count.
    #[must_use]
    pub fn of_plan(plan: &Plan) -> Self {
        Self::worst(plan.products.iter().map(Self::of_product))
    }

    /// What one product's part of a plan means.
    #[must_use]
    pub fn of_product(product: &ProductPlan) -> Self {
        let blocked = (!product.blocks.is_empty()).then_some(Self::Blocked);
        let drifted = (!product.drift.is_empty()).then_some(Self::Drifted);
        let standing = match product.standing {
            // What is held for good is a block; a disturbance passes, and the next run tries again.
            Standing::Refused if product.blocks.is_empty() => Self::Waiting,
            standing => Self::of_standing(standing),
        };
        Self::worst([Some(standing), blocked, drifted].into_iter().flatten())
    }

    /// What findings mean: errors make definitions invalid, the rest does not matter here.
    #[must_use]
    pub fn of_diagnostics(diagnostics: &Diagnostics) -> Self {
        if diagnostics.has_errors() { Self::Blocked } else { Self::Done }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_as_documented() {
        let table = [
            (Outcome::Failed, 1, 1),
            (Outcome::Blocked, 3, 3),
            (Outcome::Rejected, 0, 5),
            (Outcome::Drifted, 0, 6),
            (Outcome::ToSubmit, 0, 2),
            (Outcome::Waiting, 0, 4),
            (Outcome::Done, 0, 0),
        ];
        assert_eq!(table.map(|row| row.0).as_slice(), Outcome::ALL);
        for (outcome, simple, detailed) in table {
            assert_eq!(outcome.exit_code(ExitCodes::Simple), simple, "{outcome:?}");
            assert_eq!(outcome.exit_code(ExitCodes::Detailed), detailed, "{outcome:?}");
        }
    }

    #[test]
    fn the_most_severe_outcome_wins() {
        for (position, severe) in Outcome::ALL.iter().enumerate() {
            for lesser in Outcome::ALL.iter().skip(position) {
                assert_eq!(Outcome::worst([*lesser, *severe]), *severe);
            }
        }
        assert_eq!(Outcome::worst([]), Outcome::Done);
    }
}
