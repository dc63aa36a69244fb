//! The parts of the page, from the verdict to the footer.

use super::super::{
    Shown, clip, commit_words, counted, effect, markdown, markdown_code, observed, released_states,
    risk_words, tell, verdict,
};
use super::fit::{Page, Section};
use super::story::{finding_text, short, story};
use super::{Detail, NAME_MAX, SENTENCE_MAX, Told};
use crate::diagnostic::Severity;
use crate::plan::{Action, Block, ProductPlan, Standing, StepState};
use crate::report::{
    Actor, Baseline, Comparison, FilePlace, PlacedFinding, Proposal, Summary, is_told, next,
};
use crate::submission::Submission;
use std::fmt::Write as _;

/// Everything that is to be said.
pub(super) fn page(proposal: &Proposal, told: &[Told<'_>], detail: Detail) -> Page {
    let (new, old): (Vec<&Told<'_>>, Vec<&Told<'_>>) = told.iter().partition(|told| told.is_new());
    let heading = match &proposal.compared {
        None => "### What happens\n\n",
        Some(Comparison { baseline: Baseline::Revision { .. }, .. }) => "### What this change adds\n\n",
        Some(Comparison { baseline: Baseline::Saved { .. }, .. }) => "### What is new since then\n\n",
    };
    let before = match &proposal.compared {
        Some(Comparison { baseline: Baseline::Saved { .. }, .. }) => "### Planned then already\n\n",
        _ => "### Already waiting before this change\n\n",
    };
    Page {
        head: head(proposal),
        sections: vec![
            irreversible(proposal, told),
            blocked(proposal, told),
            table(proposal, &new, heading, 5),
            gone(proposal),
            table(proposal, &old, before, 7),
            details(proposal, told, detail),
            findings(proposal),
            acting(proposal, told),
        ],
        foot: foot(proposal),
    }
}

/// A product as it is called everywhere on the page.
fn called(product: &ProductPlan) -> String {
    format!("**{}** ({})", markdown(&clip(&product.name, NAME_MAX)), markdown_code(product.key.as_str()))
}

fn head(proposal: &Proposal) -> String {
    let mut out = format!("## {}\n\n", markdown(&verdict(proposal).words));
    if let Some(compared) = &proposal.compared {
        let _ = writeln!(out, "{}\n", comparison(proposal, compared));
    }
    out
}

fn comparison(proposal: &Proposal, compared: &Comparison) -> String {
    let short = |commit: &str| markdown_code(&commit.chars().take(12).collect::<String>());
    let since = match &compared.baseline {
        Baseline::Revision { name, commit, .. } => {
            let name = markdown_code(&clip(name, NAME_MAX));
            format!("Compared with {name} at {}, this change", short(commit))
        }
        Baseline::Saved { date, commit: Some(commit) } => {
            format!("Since the plan of {date}, of commit {}, was saved, this plan", short(commit))
        }
        Baseline::Saved { date, commit: None } => format!("Since the plan of {date} was saved, this plan"),
    };
    let differences = keys(proposal, compared).map(|key| compared.difference(&proposal.plan, key));
    let (mut added, mut gone, mut stopped, mut lifted, mut products) = (0, 0, 0, 0, 0);
    for difference in differences {
        added += difference.added.len();
        gone += difference.gone.len();
        stopped += difference.blocks.len();
        lifted += difference.lifted.len();
        products += usize::from(!difference.is_empty());
    }
    let is_broken = proposal.findings.iter().any(|found| found.severity == Severity::Error);
    let mut out = match products {
        0 if is_broken => {
            format!("{since} cannot be told whole: definitions have errors, and their products no plan.")
        }
        0 => format!("{since} changes nothing: the plan is the same."),
        _ => {
            let parts = [
                (added, "adds", "operation", "operations"),
                (gone, "takes back", "operation", "operations"),
                (stopped, "is stopped by", "new finding", "new findings"),
                (lifted, "settles", "finding that stopped it", "findings that stopped it"),
            ];
            let parts = parts.iter().filter(|(count, ..)| *count > 0);
            let parts =
                parts.map(|(count, verb, one, many)| format!("{verb} {}", counted(*count, one, many)));
            let parts = parts.collect::<Vec<_>>().join(", ");
            format!("{since} {parts}, in {}.", counted(products, "product", "products"))
        }
    };
    if !compared.without_effect.is_empty() {
        let keys = compared.without_effect.iter().map(|key| markdown_code(key.as_str()));
        let _ =
            write!(out, " Changed in files, without effect: {}.", some(keys, compared.without_effect.len()));
    }
    out
}

/// The first few, and how many there are besides.
fn some(names: impl Iterator<Item = String>, count: usize) -> String {
    const SHOWN_MAX: usize = 8;
    let mut shown = names.take(SHOWN_MAX).collect::<Vec<_>>().join(", ");
    if count > SHOWN_MAX {
        let _ = write!(shown, " and {} more", count - SHOWN_MAX);
    }
    shown
}

/// Products of either plan.
fn keys<'a>(proposal: &'a Proposal, compared: &'a Comparison) -> impl Iterator<Item = &'a crate::model::Key> {
    let now = proposal.plan.products.iter().map(|product| &product.key);
    let is_over =
        |key: &&crate::model::Key| !proposal.plan.products.iter().any(|product| product.key == **key);
    now.chain(compared.before.keys().filter(is_over).collect::<Vec<_>>())
}

/// Submissions that are still to be made or decided.
fn open(product: &ProductPlan) -> impl Iterator<Item = &Submission> {
    let steps = product.chain.iter().filter(|step| step.state != StepState::Done);
    steps.filter_map(|step| match &step.action {
        Action::Submit(submission) => Some(submission),
        Action::Withdraw { .. } | Action::Manual(_) => None,
    })
}

fn irreversible(proposal: &Proposal, told: &[Told<'_>]) -> Section {
    let mut items = Vec::new();
    for told in told {
        let product = told.product;
        for submission in open(product) {
            for operation in submission.operations.iter().filter(|found| found.kind.is_irreversible()) {
                let words = tell(operation, &submission.predicted, &proposal.plan.currency);
                let id = operation.id(&proposal.plan.scope.target, &product.key);
                let sentence = markdown(&clip(&words.sentence, NAME_MAX * 2));
                let mut item = format!("> - {}: {sentence}", called(product));
                if let Some(reason) = words.reason {
                    let _ = write!(item, ", because “{}”", markdown(&clip(reason, NAME_MAX * 2)));
                }
                if product.approved.contains(&id) {
                    item.push_str(" (approved)");
                }
                if told.waited(proposal, operation) {
                    item.push_str(" (planned before)");
                }
                item.push('\n');
                items.push(item);
            }
        }
    }
    Section {
        heading: "> [!CAUTION]\n> **This can never be undone.**\n>\n".to_owned(),
        items,
        end: "\n",
        noun: ("irreversible operation", "irreversible operations"),
        rank: 0,
    }
}

fn blocked(proposal: &Proposal, told: &[Told<'_>]) -> Section {
    let mut items = Vec::new();
    for told in told {
        let news = told.difference.as_ref().map(|difference| &difference.blocks);
        for block in &told.product.blocks {
            let is_old = news.is_some_and(|news| !news.contains(&block));
            items.push(block_item(proposal, told.product, block, is_old));
        }
    }
    Section {
        heading: "### Stopped\n\n".to_owned(),
        items,
        end: "\n",
        noun: ("finding that stops a product", "findings that stop products"),
        rank: 1,
    }
}

fn block_item(proposal: &Proposal, product: &ProductPlan, block: &Block, is_old: bool) -> String {
    let before = if is_old { " (as before)" } else { "" };
    let mut out = format!("- {}{before}: {}", called(product), finding_text(product, &block.finding, "  "));
    let Some(operation) = &block.approval else { return out };
    if proposal.invocation.proposed.contains(operation) {
        out.push_str("  - an approval is written; it counts once it is committed and merged\n");
    } else {
        let command = proposal.invocation.command(&format!("approve {operation} --reason \"...\""));
        let _ =
            writeln!(out, "  - if it is meant, somebody approves exactly this: {}", markdown_code(&command));
    }
    out
}

fn table(proposal: &Proposal, told: &[&Told<'_>], heading: &str, rank: u8) -> Section {
    let items = told.iter().map(|told| {
        let product = told.product;
        let next = next(product, &proposal.invocation);
        let who = if next.who == Actor::Nobody { "nobody" } else { next.who.words() };
        format!("| {} | {} | {} | {who} |\n", called(product), happens(told), risk_words(product))
    });
    Section {
        heading: format!(
            "{heading}| Product | What happens | Risk | Who acts next |\n| --- | --- | --- | --- |\n"
        ),
        items: items.collect(),
        end: "\n",
        noun: ("row of the table", "rows of the table"),
        rank,
    }
}

fn happens(told: &Told<'_>) -> String {
    let mut out = markdown(&effect(told.product));
    let Some(difference) = &told.difference else { return out };
    let parts = [
        (difference.added.len(), "new operation", "new operations"),
        (difference.gone.len(), "no longer planned", "no longer planned"),
        (difference.blocks.len(), "new stop", "new stops"),
        (difference.lifted.len(), "settled", "settled"),
    ];
    let parts = parts.iter().filter(|(count, ..)| *count > 0);
    let parts: Vec<String> = parts.map(|(count, one, many)| counted(*count, one, many)).collect();
    if !parts.is_empty() {
        let _ = write!(out, "; **{}**", parts.join(", "));
    }
    out
}

/// What was planned before and is not any more.
fn gone(proposal: &Proposal) -> Section {
    let mut items = Vec::new();
    if let Some(compared) = &proposal.compared {
        for key in keys(proposal, compared) {
            let Some(before) = compared.before.get(key) else { continue };
            let difference = compared.difference(&proposal.plan, key);
            for submission in open(before) {
                for operation in submission.operations.iter().filter(|found| difference.gone.contains(found))
                {
                    let words = tell(operation, &submission.predicted, &proposal.plan.currency);
                    let sentence = markdown(&clip(&words.sentence, NAME_MAX * 2));
                    let values = match &words.shown {
                        Shown::Short { from, to, .. } => format!(": {}", short(from.as_deref(), to)),
                        _ => String::new(),
                    };
                    items.push(format!("- {}: {sentence}{values}\n", called(before)));
                }
            }
            for block in &difference.lifted {
                let message = markdown(&clip(&block.finding.message, SENTENCE_MAX));
                items.push(format!("- {}: no longer stopped, “{message}”\n", called(before)));
            }
        }
    }
    Section {
        heading: "### No longer planned\n\n".to_owned(),
        items,
        end: "\n",
        noun: ("thing no longer planned", "things no longer planned"),
        rank: 4,
    }
}

fn details(proposal: &Proposal, told: &[Told<'_>], detail: Detail) -> Section {
    Section {
        heading: "### Product by product\n\n".to_owned(),
        items: told.iter().map(|told| story(proposal, told, detail)).collect(),
        end: "",
        noun: ("product's details", "products' details"),
        rank: 8,
    }
}

fn findings(proposal: &Proposal) -> Section {
    let mut found: Vec<&PlacedFinding> = proposal.findings.iter().collect();
    found.sort_by_key(|found| found.severity);
    let items = found.into_iter().map(|found| {
        let PlacedFinding { rule, severity, place, message, help, .. } = found;
        let mut item = format!(
            "- **{}** {}: {}",
            severity.word(),
            markdown_code(rule),
            markdown(&clip(message, SENTENCE_MAX))
        );
        if let Some(place) = place {
            let _ = write!(item, " ({})", markdown_code(&place_text(place)));
        }
        item.push('\n');
        if !help.is_empty() {
            let _ = writeln!(item, "  - instead: {}", markdown(&clip(help, SENTENCE_MAX)));
        }
        item
    });
    let errors = proposal.findings.iter().filter(|found| found.severity == Severity::Error).count();
    let note = match errors {
        0 => "",
        _ => "Products whose definitions have errors are missing from this plan.\n\n",
    };
    Section {
        heading: format!("### In the definitions\n\n{note}"),
        items: items.collect(),
        end: "\n",
        noun: ("finding in the definitions", "findings in the definitions"),
        rank: 2,
    }
}

fn place_text(place: &FilePlace) -> String {
    let path = clip(place.path.as_str(), NAME_MAX * 2);
    place.extent.as_ref().map_or_else(|| path.clone(), |extent| format!("{path}:{}", extent.start))
}

/// Who acts, what they do, with the first command of those that do the same.
fn acting(proposal: &Proposal, told: &[Told<'_>]) -> Section {
    let mut groups: Vec<(crate::report::Next, Vec<&ProductPlan>)> = Vec::new();
    for told in told {
        let next = next(told.product, &proposal.invocation);
        if next.who == Actor::Nobody {
            continue;
        }
        match groups.iter_mut().find(|(other, _)| (other.who, &other.what) == (next.who, &next.what)) {
            Some((_, products)) => products.push(told.product),
            None => groups.push((next, vec![told.product])),
        }
    }
    let items = groups.into_iter().map(|(next, products)| {
        let keys = products.iter().map(|product| markdown_code(product.key.as_str()));
        let command =
            next.command.map_or_else(String::new, |command| format!(": {}", markdown_code(&command)));
        let keys = some(keys, products.len());
        format!("- **{}** {}{command} ({keys})\n", next.who.words(), markdown(&next.what))
    });
    Section {
        heading: "### Who acts next\n\n".to_owned(),
        items: items.collect(),
        end: "\n",
        noun: ("line about who acts next", "lines about who acts next"),
        rank: 3,
    }
}

fn foot(proposal: &Proposal) -> String {
    let plan = &proposal.plan;
    let mut out = String::new();
    let summary = Summary::of(plan);
    let quiet = plan.products.iter().filter(|product| !is_told(product));
    let in_sync = quiet.clone().filter(|product| product.standing == Standing::InSync).count();
    if in_sync > 0 {
        let _ = writeln!(out, "{} in sync.\n", counted(in_sync, "product is", "products are"));
    }
    for (standing, words) in [(Standing::Retired, "Off the catalog"), (Standing::Unmanaged, "Not managed")] {
        let of = quiet.clone().filter(|product| product.standing == standing);
        let count = of.clone().count();
        if count > 0 {
            let names = some(of.map(|product| markdown_code(product.key.as_str())), count);
            let _ = writeln!(out, "{words}: {names}.\n");
        }
    }
    if !plan.unbound.is_empty() {
        let names = plan
            .unbound
            .iter()
            .map(|(id, name)| format!("“{}” ({})", markdown(&clip(name, 40)), markdown_code(&clip(id, 40))));
        let names = some(names, plan.unbound.len());
        let _ = writeln!(out, "On sale, but no definition is bound to it: {names}.\n");
    }
    if plan.products.is_empty() {
        out.push_str("There is no product to plan at this target.\n\n");
    }
    let commit = markdown(&commit_words(plan.commit.as_deref()));
    let states = match plan.products.is_empty() {
        true => String::new(),
        false => format!(" Products: {}.", released_states(&summary)),
    };
    let _ = writeln!(
        out,
        "<sub>Plan for {} at {}, {commit}, {}. {}{states}</sub>",
        markdown(plan.scope.catalog.as_str()),
        markdown(plan.scope.target.as_str()),
        plan.date,
        observed(plan)
    );
    out
}
