//! Pauses and freezes: what could be handed over now waits for their end.

use super::chain::Context;
use super::{Action, History, Step, StepState};

/// Lets steps that a run would take wait, while the product or everything is halted. What people do goes on.
pub(super) fn halt(context: Context<'_>, history: &History, chain: &mut [Step]) {
    let paused = history.paused.as_ref().filter(|pause| pause.is_valid_at(context.now));
    let Some(what) =
        paused.map(crate::submission::Pause::end_of_one).or_else(|| context.halt.map(str::to_owned))
    else {
        return;
    };
    for step in chain.iter_mut().filter(|step| step.state == StepState::Ready) {
        match step.action {
            Action::Submit(_) | Action::Withdraw { .. } => step.state = StepState::Waiting(what.clone()),
            Action::Manual(_) => {}
        }
    }
}
