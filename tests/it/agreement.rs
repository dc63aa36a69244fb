//! Two judges of one transition: what the rule book blocks and what the sandbox refuses or objects to are the same rules.
//!
//! Random products are sold, random edits are wanted. The planner says which rules block; the raw difference goes to the
//! sandbox's door, and its reviewer reads the result. Rules only one side knows are listed with the reason, exactly.
//! `GALLERIST_TRANSITIONS` sets how many there are, `GALLERIST_SEED` where they begin.

mod generate;
mod sides;

use gallerist::diagnostic::Severity;
use gallerist::rules::{self, Check};
use gallerist::sandbox::Judge;
use gallerist::site::SiteProfile;
use generate::Transition;
use rayon::prelude::*;
use sides::{Mark, Verdicts};
use std::collections::{BTreeMap, BTreeSet};

/// Rules that the planner blocks for and the sandbox has no eye for.
const PLANNER_ONLY: &[(&str, &str)] = &[
    ("5", "leaving out is a removal in the raw difference; the sandbox judges the removal (R6)"),
    ("30", "the interfaces are probed as a whole; nothing tells one specification from another (R28)"),
    ("95", "one check stands for both: a preset name cannot be used, edited or deleted (R94)"),
    ("124", "orders are not part of the catalog"),
    ("127", "orders are not part of the catalog"),
    ("certificate-shared", "the sandbox reads one application at a time"),
    ("guide-with-foreign-address", "the words of a guide do not cross the review desk, only its digest"),
    ("guide-invites-contact", "the words of a guide do not cross the review desk, only its digest"),
];

/// Rules that the sandbox enforces and the planner never breaks, or obeys without blocking.
const SANDBOX_ONLY: &[(&str, &str)] = &[
    ("2", "the planner picks the form by what is released"),
    ("3", "the planner picks the form by what is released"),
    ("6", "the planner submits removals by the removal form only"),
    ("7", "the planner submits removals by themselves, after additions"),
];

#[test]
fn both_judges_find_the_same_rules() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let count = number("GALLERIST_TRANSITIONS").unwrap_or(20_000);
    let seed = number("GALLERIST_SEED").unwrap_or(0);
    let outcomes: Vec<(u64, Verdicts)> = (seed..seed + count)
        .into_par_iter()
        .map(|seed| (seed, sides::judge(&Transition::of(seed))))
        .collect();
    let (planner_only, sandbox_only) = (names(PLANNER_ONLY), names(SANDBOX_ONLY));
    let mut faults = Vec::new();
    let mut seen: BTreeMap<&Mark, usize> = BTreeMap::new();
    for (seed, verdicts) in &outcomes {
        for mark in verdicts.planner.intersection(&verdicts.sandbox) {
            *seen.entry(mark).or_default() += 1;
        }
        let planner =
            verdicts.planner.difference(&verdicts.sandbox).filter(|mark| !planner_only.contains(*mark));
        let sandbox =
            verdicts.sandbox.difference(&verdicts.planner).filter(|mark| !sandbox_only.contains(*mark));
        let planner: Vec<&Mark> = planner.collect();
        let sandbox: Vec<&Mark> = sandbox.collect();
        if !planner.is_empty() || !sandbox.is_empty() {
            faults.push(format!(
                "seed {seed}: only the planner {planner:?}, only the sandbox {sandbox:?}\n{}",
                verdicts.told
            ));
        }
    }
    let shown: Vec<&String> = faults.iter().take(12).collect();
    assert!(faults.is_empty(), "{} of {count} disagree:\n{shown:#?}", faults.len());
    println!("agreed on {seen:?}");
    if count >= 20_000 {
        let idle: Vec<Mark> = shared()
            .into_iter()
            .filter(|mark| !seen.contains_key(mark) && !names(UNREACHED).contains(mark))
            .collect();
        assert!(idle.is_empty(), "no transition breaks {idle:?}");
    }
}

/// Shared rules that no random transition reaches, because they are not about one product's content.
const UNREACHED: &[(&str, &str)] = &[];

fn names(list: &[(&str, &str)]) -> BTreeSet<Mark> {
    list.iter().map(|(mark, _)| (*mark).to_owned()).collect()
}

/// What the planner can block for by looking at a product.
fn planner_knows() -> BTreeSet<Mark> {
    let blocking = rules::all().filter(|rule| {
        let checked = matches!(rule.check, Check::Content(_) | Check::Transition(_) | Check::Catalog(_));
        checked && rule.doc.level == Severity::Error
    });
    blocking.flat_map(|rule| sides::marks(rule.doc.id)).collect()
}

/// What the sandbox can refuse or object to.
fn sandbox_knows() -> BTreeSet<Mark> {
    let mut known = BTreeSet::new();
    for site in SiteProfile::NAMES {
        let judge = Judge::new(SiteProfile::embedded(site).unwrap());
        known.extend(judge.rules().into_iter().map(|number| number.to_string()));
        let unnumbered = judge.objection_names().into_iter().filter(|name| rules::numbers(name).is_empty());
        known.extend(unnumbered.map(str::to_owned));
    }
    known
}

fn shared() -> BTreeSet<Mark> {
    planner_knows().intersection(&sandbox_knows()).cloned().collect()
}

#[test]
fn rules_of_one_side_only_are_listed_exactly() {
    let (planner, sandbox) = (planner_knows(), sandbox_knows());
    let listed = |list: &[(&str, &str)]| -> BTreeSet<Mark> { names(list) };
    let only: BTreeSet<Mark> = planner.difference(&sandbox).cloned().collect();
    assert_eq!(only, listed(PLANNER_ONLY), "what only the planner knows");
    let only: BTreeSet<Mark> = sandbox.difference(&planner).cloned().collect();
    assert_eq!(only, listed(SANDBOX_ONLY), "what only the sandbox knows");
    for (mark, reason) in PLANNER_ONLY.iter().chain(SANDBOX_ONLY).chain(UNREACHED) {
        assert!(reason.len() > 20, "{mark} needs a real reason");
    }
}
