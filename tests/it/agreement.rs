//! Two judges of one transition: what the rule book blocks and what the sandbox refuses or objects to are the same rules.
//!
//! Random products are sold, random edits are wanted. The planner says which rules block; the raw difference goes to the
//! sandbox's door, and its reviewer reads the result. Rules only one side knows are listed with the reason, exactly.
//! `GALLERIST_TRANSITIONS` sets how many there are, `GALLERIST_SEED` where they begin.

mod generate;
mod sides;
mod twist;

use gallerist::diagnostic::Severity;
use gallerist::rules::{self, Check, Rule};
use gallerist::sandbox::Judge;
use gallerist::site::SiteProfile;
use generate::Transition;
use rayon::prelude::*;
use sides::{Mark, Verdicts};
use std::collections::{BTreeMap, BTreeSet};

/// What is on sale before the transition with this number, for others who need a product that nobody thought of: the
/// product, its state, and what is off the catalog of it.
pub(crate) fn on_sale(
    number: u64,
) -> Option<(gallerist::model::Product, gallerist::released::ProductStatus, BTreeSet<gallerist::model::Key>)>
{
    let Transition { before, status, discontinued, .. } = Transition::of(number);
    Some((before?, status, discontinued))
}

/// Rules that the planner blocks for and the sandbox has no number or name for.
const PLANNER_ONLY: &[(&str, &str)] = &[
    ("billing-mode-not-offered", "the form has no such field; the sandbox refuses it without a number"),
    ("specification-without-price", "the form needs one; the sandbox refuses it without a number"),
    ("product-without-specification", "the form needs one; the sandbox refuses it without a number"),
    ("released-factor-removed", "the form offers no way; the sandbox refuses it without a number"),
    ("hidden-specification-exposed", "a caution: the marketplace shows everything and says nothing (R35)"),
    ("certificate-shared", "the sandbox reads one application at a time"),
    ("guide-with-foreign-address", "the words of a guide do not cross the review desk, only its digest"),
    ("guide-invites-contact", "the words of a guide do not cross the review desk, only its digest"),
];

/// Rules that the sandbox enforces and no rule with a check stands for.
const SANDBOX_ONLY: &[(&str, &str)] = &[
    ("2", "the planner picks the form by what is released"),
    ("3", "the planner picks the form by what is released"),
    ("7", "the planner submits removals by themselves, after additions"),
];

/// What the raw difference breaks besides, because it takes away what is merely missing from a definition.
const FOLLOWS: &[(&str, &str)] = &[
    ("7", "released-specification-vanished"),
    ("7", "released-sku-vanished"),
    ("6", "released-sku-vanished"),
    // What stays on sale keeps its billing modes; taken away, they go with it.
    ("18", "released-sku-vanished"),
    ("19", "released-sku-vanished"),
    ("47", "released-specification-vanished"),
    ("52", "released-specification-vanished"),
    ("52", "released-sku-vanished"),
    ("50", "upgrade-between-other-skus"),
    ("91", "last-sku-retired"),
    ("91", "specification-without-price"),
    ("98", "specification-without-price"),
    ("123", "interface-address-not-single"),
];

/// Another template rebuilds a specification, and each side tells the pieces apart in its own way.
const REBUILDS: &str = "pricing-template-changed";

/// Another delivery method is another product: other fields and other files count, old ones among them.
const ANOTHER_PRODUCT: (&str, &str) = ("delivery-method-changed", "10");

/// A rule of ours that another one of ours brings with it, where the sandbox sees one thing only.
const BROUGHT_BY: &[(&str, &str)] = &[("upgrade-between-other-skus", "billing-mode-removed")];

/// Nothing more is said about what is off the catalog; the sandbox goes on judging the rows.
const ENDS_IT: &str = "discontinued-product-changed";

/// The same for the page of coverage.
pub(crate) fn planner_only() -> &'static [(&'static str, &'static str)] {
    PLANNER_ONLY
}

#[test]
fn both_judges_find_the_same_rules() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let count = number("GALLERIST_TRANSITIONS").unwrap_or(20_000);
    let seed = number("GALLERIST_SEED").unwrap_or(0);
    // Millions of verdicts are not kept: only what was agreed on, and who disagreed.
    let (seen, faults) = (seed..seed + count)
        .into_par_iter()
        .map(|seed| {
            let verdicts = sides::judge(&Transition::of(seed));
            let fault = disagreement(&verdicts).map(|why| format!("seed {seed}: {why}\n{}", verdicts.told));
            let agreed = verdicts.planner.into_keys().map(|rule| (rule.to_owned(), 1)).collect();
            (agreed, fault.into_iter().collect())
        })
        .reduce(Default::default, |left, right| {
            let (mut seen, mut faults): (BTreeMap<String, usize>, Vec<String>) = left;
            for (rule, count) in right.0 {
                *seen.entry(rule).or_default() += count;
            }
            faults.extend(right.1.into_iter().take(SHOWN_MAX));
            (seen, faults)
        });
    let shown: Vec<&String> = faults.iter().take(SHOWN_MAX).collect();
    assert!(faults.is_empty(), "at least {} of {count} disagree:\n{shown:#?}", faults.len());
    println!("{count} transitions from seed {seed}; blocked by {seen:?}");
    if count >= 20_000 {
        let listed = names(UNREACHED);
        let idle =
            blocking().map(|rule| rule.doc.id).filter(|id| !seen.contains_key(*id) && !listed.contains(*id));
        assert_eq!(idle.collect::<Vec<&str>>(), Vec::<&str>::new(), "no transition breaks these");
        let reached: Vec<&String> = listed.iter().filter(|id| seen.contains_key(*id)).collect();
        assert!(reached.is_empty(), "{reached:?} are reached after all");
    }
}

/// Most disagreements that are shown.
const SHOWN_MAX: usize = 12;

/// Where the two sides differ, in words.
fn disagreement(verdicts: &Verdicts) -> Option<String> {
    let Verdicts { planner, sandbox, refused, old: _, told: _ } = verdicts;
    let (planner_only, sandbox_only) = (names(PLANNER_ONLY), names(SANDBOX_ONLY));
    if planner.contains_key(ENDS_IT) && !sandbox.contains("49") {
        return Some("the sandbox takes what is off the catalog".to_owned());
    }
    if planner.contains_key(REBUILDS) {
        return (!refused).then(|| "the sandbox takes another pricing template".to_owned());
    }
    if planner.contains_key(ANOTHER_PRODUCT.0) {
        let taken = !sandbox.contains(ANOTHER_PRODUCT.1);
        return taken.then(|| "the sandbox takes another delivery method".to_owned());
    }
    let blocked = planner.iter().filter(|(rule, marks)| {
        let brought = BROUGHT_BY.iter().any(|(what, by)| what == *rule && planner.contains_key(by));
        // What was wrong before and is touched blocks; the door lets it pass when it is no worse.
        let old = verdicts.old.contains(*rule);
        // What is missing from the definition stays on sale, so the planner still reads it.
        let vanished = planner.contains_key("released-specification-vanished") && is_content(rule);
        let excused = brought || old || vanished || planner.contains_key(ENDS_IT);
        !planner_only.contains(**rule) && !excused && !marks.iter().any(|mark| sandbox.contains(mark))
    });
    let blocked: Vec<&&str> = blocked.map(|(rule, _)| rule).collect();
    let refused = sandbox.iter().filter(|mark| {
        let follows = FOLLOWS.iter().any(|(what, rule)| what == mark && planner.contains_key(rule));
        !planner.contains_key(ENDS_IT)
            && !sandbox_only.contains(*mark)
            && !follows
            && !planner.values().flatten().any(|other| other == *mark)
    });
    let refused: Vec<&Mark> = refused.collect();
    let differs = !blocked.is_empty() || !refused.is_empty();
    differs.then(|| format!("only the planner {blocked:?}, only the sandbox {refused:?}"))
}

/// Shared rules that no random transition reaches, because they are not about one product's content.
const UNREACHED: &[(&str, &str)] = &[
    ("guide-with-foreign-address", "guides are no texts here, because their words never reach the sandbox"),
    ("guide-invites-contact", "guides are no texts here, because their words never reach the sandbox"),
    ("hidden-specification-exposed", "everything that can be approved is, and then it only warns"),
];

fn names(list: &[(&str, &str)]) -> BTreeSet<Mark> {
    list.iter().map(|(mark, _)| (*mark).to_owned()).collect()
}

fn is_content(rule: &str) -> bool {
    rules::find_by_id(rule).is_some_and(|rule| matches!(rule.check, Check::Content(_)))
}

/// The rules that block by looking at products.
fn blocking() -> impl Iterator<Item = &'static Rule> {
    rules::all().filter(|rule| {
        let checked = matches!(rule.check, Check::Content(_) | Check::Transition(_) | Check::Catalog(_));
        checked && rule.doc.level == Severity::Error
    })
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

#[test]
fn rules_of_one_side_only_are_listed_exactly() {
    let sandbox = sandbox_knows();
    let unknown = blocking().map(|rule| rule.doc.id);
    let unknown = unknown.filter(|id| !sides::marks(id).iter().any(|mark| sandbox.contains(mark)));
    assert_eq!(unknown.map(str::to_owned).collect::<BTreeSet<_>>(), names(PLANNER_ONLY));
    // The rules of the desk, of order and of what a person checks have no check that blocks; pages prove them.
    let ours: BTreeSet<Mark> = blocking().flat_map(|rule| sides::marks(rule.doc.id)).collect();
    let elsewhere: BTreeSet<Mark> = rules::all()
        .filter(|rule| !matches!(rule.check, Check::Content(_) | Check::Transition(_) | Check::Catalog(_)))
        .flat_map(|rule| sides::marks(rule.doc.id))
        .collect();
    let unknown: BTreeSet<Mark> = sandbox.difference(&ours).cloned().collect();
    let unowned: Vec<&Mark> = unknown.difference(&elsewhere).collect();
    assert!(unowned.is_empty(), "the sandbox enforces {unowned:?}, and no rule of the book stands for them");
    assert!(names(SANDBOX_ONLY).is_subset(&unknown), "{SANDBOX_ONLY:?} against {unknown:?}");
    for (mark, reason) in PLANNER_ONLY.iter().chain(SANDBOX_ONLY).chain(UNREACHED) {
        assert!(reason.len() > 20, "{mark} needs a real reason");
    }
}
