//! Carries out what the machine decides.

use super::{Account, Effect, Input, Machine, Run};
use crate::ledger::Ledger;
use crate::marketplace::Submit;
use crate::submission::Scope;
use jiff::Timestamp;

/// One run, from beginning to account.
pub fn reconcile(
    run: Run<'_>,
    ledger: &mut dyn Ledger,
    marketplace: &mut dyn Submit,
    clock: &mut dyn FnMut() -> Timestamp,
) -> Account {
    reconcile_until(run, ledger, marketplace, clock, &|| false)
}

/// The same, but once `is_over` says so nothing new is begun: no further product is taken, and what was taken is given
/// back.
pub fn reconcile_until(
    run: Run<'_>,
    ledger: &mut dyn Ledger,
    marketplace: &mut dyn Submit,
    clock: &mut dyn FnMut() -> Timestamp,
    is_over: &dyn Fn() -> bool,
) -> Account {
    let mut machine = Machine::new(run);
    let mut input = Input::Start;
    loop {
        if is_over() {
            machine.wind_down();
        }
        let Some(effect) = machine.next(clock(), input) else { break };
        input = perform(&effect, run.scope, ledger, marketplace, clock());
    }
    machine.into_account()
}

/// Carries out one effect; `now` is the run's clock.
pub fn perform(
    effect: &Effect,
    scope: &Scope,
    ledger: &mut dyn Ledger,
    marketplace: &mut dyn Submit,
    now: Timestamp,
) -> Input {
    match effect {
        Effect::Read => ledger.events(scope).map_or_else(Input::LedgerFailed, Input::Events),
        Effect::Append { product, event } => done(ledger.append(scope, now, product, event)),
        Effect::Lease { product, run, until } => done(ledger.lease(scope, product, run, now, *until)),
        Effect::Release { product, run } => done(ledger.release(scope, product, run)),
        Effect::Ask(submissions) => {
            marketplace.reviews(submissions).map_or_else(Input::MarketplaceFailed, Input::Reviews)
        }
        Effect::Observe => marketplace.observe().map_or_else(Input::MarketplaceFailed, Input::Observed),
        Effect::Bar { product, fence } => match marketplace.bar(product, *fence) {
            Ok(()) => Input::Done,
            Err(error) => Input::MarketplaceFailed(error),
        },
        Effect::Submit { submission, fence } => Input::Sent(marketplace.submit(submission, Some(*fence))),
        Effect::Withdraw { product, submission } => match marketplace.withdraw(product, submission) {
            Ok(()) => Input::Done,
            Err(error) => Input::MarketplaceFailed(error),
        },
    }
}

fn done(written: Result<(), crate::ledger::LedgerError>) -> Input {
    match written {
        Ok(()) => Input::Done,
        Err(error) => Input::LedgerFailed(error),
    }
}
