//! Runs about several targets at the same time, in every order of looking and acting, and lists that are too long.

use crate::plan_fixture::key;
use gallerist::forge::{Author, Issue, Listed, Roll, RollStep, Sighting, Subject, next_roll};
use gallerist::submission::Scope;
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeSet;

const BYTES_MAX: usize = 65_000;

fn sighting(target: &str, at: i64, drifted: &[&str], observed: &[&str]) -> Sighting {
    let listed =
        |name: &&str| (key(name), Listed { id: None, text: format!("- {name} since {at}\n  - more") });
    Sighting {
        scope: Scope { catalog: key("acme"), target: key(target) },
        at: Timestamp::from_second(at).unwrap(),
        listed: drifted.iter().map(listed).collect(),
        observed: observed.iter().map(|name| key(name)).collect(),
        all: false,
    }
}

fn us() -> Author {
    Author::SomeProgram
}

#[derive(Default)]
struct Forge {
    issues: Vec<Issue>,
    next: u64,
}

impl Forge {
    fn act(&mut self, step: RollStep) {
        match step {
            RollStep::Create { body } => {
                self.next += 1;
                let author = Author::Program("ci[bot]".to_owned());
                self.issues.push(Issue { number: self.next, author, body, is_open: true, url: None });
            }
            RollStep::Update { number, body, open } => {
                let issue = self.issues.iter_mut().find(|issue| issue.number == number);
                if let Some(issue) = issue {
                    (issue.body, issue.is_open) = (body, open);
                }
            }
            // Without its label it is not listed any more.
            RollStep::Retire { number, .. } => self.issues.retain(|issue| issue.number != number),
            RollStep::Leave(_) | RollStep::Outdated(_) | RollStep::Nothing => {}
        }
    }
}

fn step(forge: &Forge, seen: &Sighting) -> RollStep {
    next_roll(&forge.issues, &us(), Subject::Drift, seen, BYTES_MAX)
}

fn is_last(step: &RollStep) -> bool {
    matches!(step, RollStep::Leave(_) | RollStep::Outdated(_) | RollStep::Nothing)
}

/// Lets a run act alone until it is through.
fn alone(forge: &mut Forge, seen: &Sighting) {
    for _ in 0..12 {
        let next = step(forge, seen);
        if is_last(&next) {
            return;
        }
        forge.act(next);
    }
    panic!("a run alone comes to an end");
}

proptest! {
    /// Whatever runs do at once: there is one issue, and once each has run alone it lists what each saw last.
    #[test]
    fn runs_at_once_leave_one_issue(schedule in vec(0..4_usize, 0..60)) {
        let runs = [
            sighting("intl", 100, &["a", "b"], &["a", "b"]),
            sighting("intl", 200, &["b"], &["a", "b"]),
            sighting("china", 150, &["c"], &["c"]),
            sighting("eu", 150, &[], &["d"]),
        ];
        let mut forge = Forge::default();
        let mut pending: [Option<RollStep>; 4] = Default::default();
        let mut is_done = [false; 4];
        let rest = (0..4).flat_map(|run| std::iter::repeat_n(run, 40));
        for run in schedule.into_iter().chain(rest) {
            if is_done[run] {
                continue;
            }
            match pending[run].take() {
                Some(step) => forge.act(step),
                None => match step(&forge, &runs[run]) {
                    next if is_last(&next) => is_done[run] = true,
                    next => pending[run] = Some(next),
                },
            }
        }
        prop_assert!(is_done.iter().all(|done| *done), "every run comes to an end");
        prop_assert_eq!(forge.issues.len(), 1);
        runs.iter().for_each(|seen| alone(&mut forge, seen));
        let body = &forge.issues[0].body;
        prop_assert!(body.contains("- b since 200") && body.contains("- c since 150"), "{}", body);
        prop_assert!(!body.contains("- a since") && !body.contains("since 100"), "{}", body);
    }

    /// People's words outside of our part are kept to the byte, whatever they are.
    #[test]
    fn words_of_people_are_kept(before in "[ -~\\r\\n]{0,60}", after in "[ -~\\r\\n]{0,60}") {
        let ours = Roll::default().with(&sighting("intl", 1, &["a"], &[])).unwrap();
        let body = format!("{before}\n{}{after}", ours.body(Subject::Drift, BYTES_MAX));
        let again = Roll::read(&body, Subject::Drift).with(&sighting("intl", 2, &["b"], &["a", "b"])).unwrap();
        let now = again.body(Subject::Drift, BYTES_MAX);
        let start = format!("{before}\n<!-- gallerist issue=drift -->\n");
        prop_assert!(now.starts_with(&start));
        prop_assert!(now.ends_with(&after));
        prop_assert!(now.contains("- b since 2") && !now.contains("- a since"));
    }
}

#[test]
fn a_list_that_is_too_long_is_cut_and_counted_and_never_closes_too_early() {
    let names: Vec<String> = (0..4000).map(|number| format!("product-{number:04}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut all = sighting("intl", 100, &names, &names);
    all.all = true;
    let mut forge = Forge::default();
    alone(&mut forge, &all);
    let body = forge.issues[0].body.clone();
    assert!(body.len() <= BYTES_MAX && body.chars().count() < 65_536);
    let listed = body.matches("<!-- gallerist product=").count();
    assert!(listed > 500 && body.contains(&format!("and {} more", 4000 - listed)), "{listed}");
    // Somebody looked at all that is listed, and at nothing else.
    let shown: BTreeSet<&str> = names.iter().take(listed).copied().collect();
    alone(&mut forge, &sighting("intl", 200, &[], &shown.into_iter().collect::<Vec<_>>()));
    assert!(forge.issues[0].is_open, "nobody looked at those that had no room");
    let mut clean = sighting("intl", 300, &[], &names);
    clean.all = true;
    alone(&mut forge, &clean);
    assert!(!forge.issues[0].is_open);
}
