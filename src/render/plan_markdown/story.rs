//! One product, folded: its chain in order, what differs, what is remarked, what is to be confirmed.

use super::super::{
    Shown, Values, clip, desired_words, difference_lines, drift_story, effect, html, ignored_words, markdown,
    markdown_code, markdown_fence, markdown_html, state_words, step_words, tell, values, verify_text,
};
use super::{Detail, NAME_MAX, SENTENCE_MAX, Told};
use crate::diagnostic::Finding;
use crate::plan::{Action, Drift, DriftKind, ProductPlan, Step, VerifyItem};
use crate::report::{Actor, Proposal, next};
use crate::rules;
use crate::submission::{Operation, Submission};
use std::fmt::Write as _;

/// Longest value in characters that stands in a sentence.
const VALUE_MAX: usize = 160;
/// Longest line of a difference in characters.
const LINE_MAX: usize = 400;

/// The product's part, to be unfolded.
pub(super) fn story(proposal: &Proposal, told: &Told<'_>, detail: Detail) -> String {
    let product = told.product;
    let mut out = format!(
        "<details>\n<summary><b>{}</b> (<code>{}</code>) {}</summary>\n\n",
        markdown_html(&clip(&product.name, NAME_MAX)),
        html(product.key.as_str()),
        markdown_html(&effect(product)),
    );
    if let Some(path) = &product.path {
        let _ = writeln!(out, "{}\n", markdown_code(&clip(path.as_str(), NAME_MAX * 2)));
    }
    listed(&mut out, detail, &product.chain, |out, number, step| {
        self::step(out, proposal, told, detail, (number, step));
    });
    if !product.drift.is_empty() {
        out.push_str("Drift:\n\n");
        listed(&mut out, detail, &product.drift, |out, _, drift| {
            drifted(out, proposal, product, drift, detail);
        });
    }
    if !product.ignored.is_empty() {
        out.push_str("Ignored drift:\n\n");
        listed(&mut out, detail, &product.ignored, |out, _, ignored| {
            drifted(out, proposal, product, &ignored.drift, detail);
            let _ = writeln!(out, "  - {}", markdown(&clip(&ignored_words(ignored), SENTENCE_MAX)));
        });
    }
    if !product.notices.is_empty() {
        out.push_str("Remarks:\n\n");
        listed(&mut out, detail, &product.notices, |out, _, notice| {
            let text = finding_text(product, notice, "  ");
            let _ = write!(out, "- **{}** {text}", notice.severity.word());
        });
    }
    confirm(&mut out, proposal, product, detail);
    let step = next(product, &proposal.invocation);
    if step.who != Actor::Nobody {
        let command =
            step.command.map_or_else(String::new, |command| format!(": {}", markdown_code(&command)));
        let _ = writeln!(out, "Next: **{}** {}{command}\n", step.who.words(), markdown(&step.what));
    }
    out.push_str("</details>\n\n");
    out
}

/// The first items, and how many there are besides.
fn listed<T>(out: &mut String, detail: Detail, items: &[T], mut write: impl FnMut(&mut String, usize, &T)) {
    for (at, item) in items.iter().take(detail.items).enumerate() {
        write(out, at + 1, item);
    }
    if items.len() > detail.items {
        let _ = writeln!(out, "\n… and {} more.", items.len() - detail.items);
    }
    if !items.is_empty() {
        out.push('\n');
    }
}

/// What is wrong, where, why, and what to do instead; ends with a line end. Further lines are indented.
pub(super) fn finding_text(product: &ProductPlan, finding: &Finding, indent: &str) -> String {
    let Finding { rule, severity: _, route, extent, message, label, why, help } = finding;
    let mut out = format!("{}: {}", markdown_code(rule), markdown(&clip(message, SENTENCE_MAX)));
    if let Some(path) = &product.path {
        let path = clip(path.as_str(), NAME_MAX * 2);
        let place = match extent {
            Some(extent) => format!("{path}:{}", extent.start),
            None => path,
        };
        let _ = write!(out, " ({})", markdown_code(&place));
    }
    out.push('\n');
    let route = clip(&route.to_string(), NAME_MAX * 2);
    let label = markdown(&clip(label, NAME_MAX * 2));
    let route = if route.is_empty() { route } else { markdown_code(&route) };
    let place = [route, label].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(": ");
    if !place.is_empty() {
        let _ = writeln!(out, "{indent}- at {place}");
    }
    for (name, text) in [("why", why), ("instead", help), ("see", &rules::link(rule))] {
        if !text.is_empty() {
            let _ = writeln!(out, "{indent}- {name}: {}", markdown(&clip(text, SENTENCE_MAX)));
        }
    }
    out
}

fn step(
    out: &mut String,
    proposal: &Proposal,
    told: &Told<'_>,
    detail: Detail,
    (number, step): (usize, &Step),
) {
    let (state, _) = state_words(step, told.product.standing, proposal.plan.date);
    let state = markdown(&clip(&state, SENTENCE_MAX));
    let _ = writeln!(out, "{number}. **{}**: {state}", markdown(&step_words(step)));
    let indent = " ".repeat(number.to_string().len() + 2);
    if !step.because.is_empty() {
        let _ = writeln!(out, "{indent}- because {}", markdown(&clip(&step.because, SENTENCE_MAX)));
    }
    match &step.action {
        Action::Submit(submission) => operations(out, proposal, told, submission, (detail, &indent)),
        Action::Withdraw { submission, application } => {
            let application = application
                .as_ref()
                .map_or_else(String::new, |id| format!(" ({})", markdown_code(&clip(&id.0, NAME_MAX))));
            let _ = writeln!(
                out,
                "{indent}- submission {}{application}",
                markdown_code(&clip(&submission.0, NAME_MAX))
            );
        }
        Action::Manual(manual) => {
            let text = markdown(&clip(&manual.text, SENTENCE_MAX));
            let id = match manual.kind.takes_back() && proposal.invocation.by_hand {
                true => String::new(),
                false => format!(" {}", markdown_code(&clip(&manual.id, NAME_MAX))),
            };
            let _ = writeln!(out, "{indent}- {text}{id}");
        }
    }
}

/// The operations of a submission: what is new before what waited already.
fn operations(
    out: &mut String,
    proposal: &Proposal,
    told: &Told<'_>,
    submission: &Submission,
    (detail, indent): (Detail, &str),
) {
    let (old, new): (Vec<&Operation>, Vec<&Operation>) =
        submission.operations.iter().partition(|operation| told.waited(proposal, operation));
    let all: Vec<(&Operation, bool)> = new
        .into_iter()
        .map(|found| (found, false))
        .chain(old.into_iter().map(|found| (found, true)))
        .collect();
    for (operation, waited) in all.iter().take(detail.items) {
        let words = tell(operation, &submission.predicted, &proposal.plan.currency);
        let sentence = markdown(&clip(&words.sentence, NAME_MAX * 2));
        let _ = write!(out, "{indent}- `{}` {sentence}", words.sign.mark());
        if words.is_irreversible {
            out.push_str(" **(cannot be undone)**");
        }
        let id = operation.id(&proposal.plan.scope.target, &told.product.key);
        if told.product.approved.contains(&id) {
            out.push_str(" (approved)");
        }
        if *waited {
            out.push_str(" (planned before)");
        }
        shown(out, &words.shown, detail, &format!("{indent}  "));
        if let Some(reason) = words.reason {
            let _ = writeln!(out, "{indent}  - reason: “{}”", markdown(&clip(reason, SENTENCE_MAX)));
        }
    }
    if all.len() > detail.items {
        let _ = writeln!(out, "{indent}- … and {} more operations", all.len() - detail.items);
    }
}

/// A short value before, where there was one, and after.
pub(super) fn short(from: Option<&str>, to: &str) -> String {
    let code = |value: &str| markdown_code(&clip(value, VALUE_MAX));
    from.map_or_else(|| code(to), |from| format!("{} → {}", code(from), code(to)))
}

/// Values behind a sentence that stands there without its line end.
fn shown(out: &mut String, shown: &Shown<'_>, detail: Detail, indent: &str) {
    match shown {
        Shown::Nothing => out.push('\n'),
        Shown::Short { from, to, remark } => {
            let remark = markdown(remark.trim_start());
            let remark = if remark.is_empty() { remark } else { format!(" {remark}") };
            let _ = writeln!(out, ": {}{remark}", short(from.as_deref(), to));
        }
        Shown::Added(text) => difference(out, &difference_lines::<&str>(&[], &lines(text)), detail, indent),
        Shown::Texts(from, to) => {
            difference(out, &difference_lines(&lines(from), &lines(to)), detail, indent);
        }
        Shown::Lists(from, to) => difference(out, &difference_lines(from, to), detail, indent),
        Shown::Specification(facts) => {
            out.push('\n');
            offer(out, facts, indent);
        }
        Shown::Product(name, specifications) => {
            let _ = writeln!(out, " “{}”", markdown(&clip(name, NAME_MAX)));
            for (heading, facts) in specifications.iter().take(detail.items) {
                let _ = writeln!(out, "{indent}- `+` {}", markdown(&clip(heading, NAME_MAX * 2)));
                offer(out, facts, &format!("{indent}  "));
            }
            if specifications.len() > detail.items {
                let _ = writeln!(out, "{indent}- … and {} more", specifications.len() - detail.items);
            }
        }
    }
}

fn lines(text: &str) -> Vec<&str> {
    super::super::sentences(text)
}

fn offer(out: &mut String, facts: &[String], indent: &str) {
    if !facts.is_empty() {
        let _ = writeln!(out, "{indent}- {}", markdown(&clip(&facts.join("; "), SENTENCE_MAX)));
    }
}

/// A difference in a fence of its own that no line of it can close.
fn difference(out: &mut String, lines: &[String], detail: Detail, indent: &str) {
    out.push('\n');
    let shown: Vec<String> = lines.iter().take(detail.lines).map(|line| clip(line, LINE_MAX)).collect();
    if !shown.is_empty() {
        let fence = markdown_fence(&shown.join("\n"));
        let _ = writeln!(out, "\n{indent}{fence}diff");
        for line in &shown {
            let _ = writeln!(out, "{indent}{line}");
        }
        let _ = writeln!(out, "{indent}{fence}\n");
    }
    if lines.len() > shown.len() {
        let _ = writeln!(out, "{indent}- … {} more lines of this text", lines.len() - shown.len());
    }
}

fn drifted(out: &mut String, proposal: &Proposal, product: &ProductPlan, drift: &Drift, detail: Detail) {
    let Drift { item: _, kind: _, last_applied, released, desired: _ } = drift;
    let _ = write!(out, "- {}", markdown(&clip(&drift_story(drift), NAME_MAX * 2)));
    let both = Values { from: last_applied.as_ref(), to: released.as_ref() };
    shown(out, &values(&proposal.plan.currency, both), detail, "  ");
    let path = product.path.as_ref().map_or("the definition", |path| path.as_str());
    let path = markdown_code(&clip(path, NAME_MAX * 2));
    let words = match (&drift.desired, drift.kind) {
        (Some(value), DriftKind::Conflict | DriftKind::ByMarketplace) => {
            format!("says {}", markdown_code(&clip(&value.to_string(), VALUE_MAX)))
        }
        _ => markdown(&desired_words(drift)),
    };
    let _ = writeln!(out, "  - {path} {words}");
}

/// What only a person can check, with the command that records it.
fn confirm(out: &mut String, proposal: &Proposal, product: &ProductPlan, detail: Detail) {
    if product.verify.is_empty() {
        return;
    }
    out.push_str("What only a person can check:\n\n");
    let mut open: Vec<&VerifyItem> = product.verify.iter().collect();
    open.sort_by_key(|item| item.confirmed.is_some());
    listed(out, detail, &open, |out, _, item| {
        let text = markdown(&clip(&verify_text(product, item), SENTENCE_MAX));
        match item.confirmed {
            Some(_) => {
                let _ = writeln!(out, "- {text}");
            }
            None => {
                let command = format!("confirm {} {} --reason \"...\"", product.key, item.id);
                let command = clip(&proposal.invocation.command(&command), SENTENCE_MAX);
                let _ = writeln!(out, "- {text}: {}", markdown_code(&command));
            }
        }
    });
}
