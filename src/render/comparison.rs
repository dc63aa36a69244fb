//! What a plan is compared with, and what was planned before and is not any more.

use super::{Page, Paint, Paragraph, describe, tell};
use crate::model::Key;
use crate::plan::{Action, Plan};
use crate::report::{Baseline, Comparison, is_told};

/// Says what the plan is compared with.
pub(super) fn comparison_header(page: &mut Page, comparison: &Comparison) {
    let short = |commit: &str| commit.chars().take(12).collect::<String>();
    let line = match &comparison.baseline {
        Baseline::Revision { name, commit, head } => {
            let (commit, head) = (short(commit), short(head));
            format!("What {head} adds to {name} ({commit}); products that it does not touch are left out.")
        }
        Baseline::Saved { date, commit: Some(commit) } => {
            format!("Compared with the plan of {date}, made from commit {}.", short(commit))
        }
        Baseline::Saved { date, commit: None } => format!("Compared with the plan of {date}."),
    };
    page.wrap(0, 2, &Paragraph::default().paint(Paint::Strong, &line));
}

/// What a product's earlier plan held and this one does not.
pub(super) fn no_longer(page: &mut Page, plan: &Plan, comparison: &Comparison, key: &Key) {
    let difference = comparison.difference(plan, key);
    if !difference.gone.is_empty() {
        page.wrap(2, 4, &Paragraph::default().paint(Paint::Care, "no longer planned:"));
    }
    let steps = comparison.before.get(key).into_iter().flat_map(|before| &before.chain);
    for step in steps {
        let Action::Submit(submission) = &step.action else { continue };
        for operation in submission.operations.iter().filter(|found| difference.gone.contains(found)) {
            describe(page, 5, &tell(operation, &submission.predicted, &plan.currency));
        }
    }
    for block in &difference.lifted {
        let line = format!(" {}: {}", block.finding.rule, block.finding.message);
        page.wrap(2, 4, &Paragraph::default().paint(Paint::Good, "no longer blocked by").text(&line));
    }
}

/// Products of which nothing is planned any more, and those whose files differ and that stay as they are.
pub(super) fn comparison_footer(page: &mut Page, plan: &Plan, comparison: &Comparison) {
    for (key, before) in &comparison.before {
        let now = plan.products.iter().find(|product| product.key == *key);
        // The others tell it in their own stories.
        let has_story = now.is_some_and(is_told);
        if has_story || comparison.difference(plan, key).is_empty() {
            continue;
        }
        let line = match now {
            Some(product) => format!("{} ({key}): {}", before.name, product.standing.words()),
            None => format!("{} ({key}): there is no plan of it any more", before.name),
        };
        page.wrap(0, 2, &Paragraph::of(&line));
        no_longer(page, plan, comparison, key);
    }
    let same: Vec<&str> = comparison.without_effect.iter().map(Key::as_str).collect();
    if !same.is_empty() {
        let line = format!("Changed without effect on the marketplace: {}.", same.join(", "));
        page.wrap(0, 2, &Paragraph::default().paint(Paint::Quiet, &line));
    }
}
