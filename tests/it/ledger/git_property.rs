//! Two clones and what goes wrong between them: in any order, nothing is lost, nothing comes twice, and what failed
//! says so.

use super::clones::Clones;
use super::{hour, key, not_sent, scope, words};
use gallerist::ledger::{Ledger, LedgerError, LedgerView};
use gallerist::stores::GitLedger;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What one of the two does next.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Appends an entry.
    Append,
    /// Takes the product for two hours.
    Lease,
    /// Gives the product back.
    Release,
    /// Ends its process and starts a new one.
    Restart,
    /// The server is ended before it took the next push.
    KillBefore,
    /// The server is ended after it took the next push, before it says so.
    KillAfter,
    /// An hour passes.
    Wait,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => Just(Step::Append),
        3 => Just(Step::Lease),
        2 => Just(Step::Release),
        2 => Just(Step::Restart),
        1 => Just(Step::KillBefore),
        1 => Just(Step::KillAfter),
        1 => Just(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn two_clones_read_the_same_and_lose_nothing(steps in prop::collection::vec((0_usize..2, step()), 6..18)) {
        play(&steps);
    }
}

fn play(steps: &[(usize, Step)]) {
    let clones = Clones::new();
    clones.hook("pre-receive", "[ -e before ] && rm before && kill -9 $PPID\nexit 0");
    clones.hook(
        "reference-transaction",
        "[ \"$1\" = committed ] && [ -e after ] && rm after && kill -9 $PPID\nexit 0",
    );
    let names = ["ann", "ben"];
    let paths = names.map(|name| clones.clone(name));
    let mut ledgers: [GitLedger; 2] = [Clones::ledger(&paths[0]), Clones::ledger(&paths[1])];
    // What was promised, by whom, in the order of promises; and who holds the product until when.
    let mut promised: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut holder: Option<(usize, i64)> = None;
    let mut now = 0;
    for (number, (who, step)) in steps.iter().enumerate() {
        let ledger = &mut ledgers[*who];
        match step {
            Step::Append => {
                let word = format!("{} {number}", names[*who]);
                ledger.append(&scope(), hour(now), &key("crm"), &not_sent(&word)).unwrap();
                promised.entry(*who).or_default().push(word);
            }
            Step::Lease => {
                let taken = ledger.lease(&scope(), &key("crm"), names[*who], hour(now), hour(now + 2));
                let free = holder.is_none_or(|(by, until)| by == *who || until <= now);
                match taken {
                    Ok(()) => {
                        assert!(free, "two hold one product");
                        holder = Some((*who, now + 2));
                    }
                    Err(LedgerError::Leased { .. }) => assert!(!free, "nobody holds it"),
                    Err(other) => panic!("{other}"),
                }
            }
            Step::Release => {
                ledger.release(&scope(), &key("crm"), names[*who]).unwrap();
                holder = holder.filter(|(by, _)| by != who);
            }
            Step::Restart => *ledger = Clones::ledger(&paths[*who]),
            Step::KillBefore => std::fs::write(clones.remote().join("before"), "").unwrap(),
            Step::KillAfter => std::fs::write(clones.remote().join("after"), "").unwrap(),
            Step::Wait => now += 1,
        }
    }
    let read = paths.map(|path| Clones::ledger(&path).events(&scope()).unwrap());
    assert_eq!(read[0], read[1]);
    let said = words(&read[0]);
    let once: BTreeSet<&&str> = said.iter().collect();
    assert_eq!(once.len(), said.len(), "something stands there twice: {said:?}");
    for (who, name) in names.iter().enumerate() {
        let own: Vec<&str> = said.iter().copied().filter(|word| word.starts_with(name)).collect();
        assert_eq!(own, promised.remove(&who).unwrap_or_default(), "{name}");
    }
    assert_eq!(Clones::ledger(&clones.clone("fresh")).verify(&scope()).unwrap(), vec![]);
}
