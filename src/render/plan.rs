//! A plan as a story: riskiest first, what happens and why, who waits for whom, and the next command.

use super::{
    Page, Paint, Paragraph, Style, Values, clip, commit_words, comparison_footer, comparison_header,
    describe, describe_values, desired_words, drift_story, ignored_words, no_longer, numbers_text, observed,
    state_words, step_words, tell,
};
use crate::diagnostic::{Finding, Severity};
use crate::model::{Currency, Item, Value};
use crate::plan::{Action, Block, Confirmed, Drift, Plan, ProductPlan, Standing, Step, VerifyItem};
use crate::report::{Actor, Comparison, Difference, Invocation, Summary, is_told, next, riskiest_first};
use crate::rules;

/// The whole plan.
#[must_use]
pub fn plan(plan: &Plan, invocation: &Invocation, style: Style) -> String {
    plan_beside(plan, None, invocation, style)
}

/// The whole plan, and what differs from an earlier one.
#[must_use]
pub fn plan_beside(
    plan: &Plan,
    compared: Option<&Comparison>,
    invocation: &Invocation,
    style: Style,
) -> String {
    let mut page = Page::new(style);
    header(&mut page, plan);
    if let Some(comparison) = compared {
        comparison_header(&mut page, comparison);
    }
    let ordered = riskiest_first(plan);
    for product in ordered.iter().filter(|product| is_told(product)) {
        page.gap();
        product_story(&mut page, (plan, product), invocation, compared);
    }
    if let Some(comparison) = compared {
        page.gap();
        comparison_footer(&mut page, plan, comparison);
    }
    page.gap();
    quiet(&mut page, &ordered);
    for (id, name) in &plan.unbound {
        let line = format!("\"{name}\" ({id}) is on sale, but no definition is bound to it");
        page.wrap(0, 2, &Paragraph::default().paint(Paint::Care, "note: ").text(&line));
    }
    page.gap();
    footer(&mut page, plan, &ordered, invocation, compared);
    page.finish()
}

/// One line per product that is not quiet: `key: standing: what is next`.
#[must_use]
pub fn plan_short(plan: &Plan, invocation: &Invocation, style: Style) -> String {
    let mut page = Page::new(style);
    for product in riskiest_first(plan) {
        if is_told(product) {
            let step = next(product, invocation);
            let line = Paragraph::of(&format!("{}: ", product.key))
                .paint(standing_paint(product.standing), product.standing.words());
            page.line(0, &line.text(&format!(": {} {}", step.who.words(), step.what)));
        }
    }
    page.finish()
}

/// One line per value that somebody else changed: `key: what: applied last A, on sale B, defined C`, with all three of
/// them, and who decided to ignore it until when.
#[must_use]
pub fn drift_short(plan: &Plan, style: Style) -> String {
    const VALUE_MAX: usize = 60;
    let shown = |value: &Option<Value>| {
        clip(&value.as_ref().map_or_else(|| "nothing".to_owned(), Value::to_string), VALUE_MAX)
    };
    let mut page = Page::new(style);
    let mut line = |product: &ProductPlan, drift: &Drift, after: &str| {
        let Drift { item, kind: _, last_applied, released, desired } = drift;
        let values = format!(
            "applied last {}, on sale {}, defined {}",
            shown(last_applied),
            shown(released),
            shown(desired)
        );
        page.line(0, &Paragraph::of(&format!("{}: {}: {values}{after}", product.key, item.route())));
    };
    for product in riskiest_first(plan) {
        product.drift.iter().for_each(|drift| line(product, drift, ""));
        for ignored in &product.ignored {
            line(product, &ignored.drift, &format!("; {}", ignored_words(ignored)));
        }
    }
    page.finish()
}

/// How a standing is painted wherever it appears.
pub(super) fn standing_paint(standing: Standing) -> Paint {
    match standing {
        Standing::UnwantedInReview
        | Standing::Rejected
        | Standing::Missing
        | Standing::Refused
        | Standing::Blocked => Paint::Bad,
        Standing::Drifted
        | Standing::TakenBack
        | Standing::InDoubt
        | Standing::ToSubmit
        | Standing::HandedOver => Paint::Care,
        Standing::InReview | Standing::Waiting => Paint::Strong,
        Standing::InSync => Paint::Good,
        Standing::Retired | Standing::Unmanaged => Paint::Quiet,
    }
}

fn header(page: &mut Page, plan: &Plan) {
    let Plan { scope, site, currency, date, commit, .. } = plan;
    let commit = commit_words(commit.as_deref());
    let title = Paragraph::default()
        .paint(Paint::Strong, &format!("Plan for {} at {}", scope.catalog, scope.target))
        .text(&format!(": site {site}, {currency}, {date}, {commit}"));
    page.wrap(0, 2, &title);
    page.wrap(0, 2, &Paragraph::default().paint(Paint::Quiet, &observed(plan)));
}

fn product_story(
    page: &mut Page,
    (plan, product): (&Plan, &ProductPlan),
    invocation: &Invocation,
    compared: Option<&Comparison>,
) {
    let heading = Paragraph::default()
        .paint(Paint::Strong, &product.name)
        .text(&format!(" ({}, {}): ", product.key, product.delivery))
        .paint(standing_paint(product.standing), product.standing.words());
    page.wrap(0, 2, &heading);
    if let Some(path) = &product.path {
        page.wrap(2, 4, &Paragraph::default().paint(Paint::Quiet, path.as_str()));
    }
    for block in &product.blocks {
        blocked(page, product, block, invocation);
    }
    let difference = compared.map(|comparison| comparison.difference(plan, &product.key));
    for (position, step) in product.chain.iter().enumerate() {
        chain_step(page, (plan, product), invocation, difference.as_ref(), (position + 1, step));
    }
    if let Some(comparison) = compared {
        no_longer(page, plan, comparison, &product.key);
    }
    for drift in &product.drift {
        drifted(page, product, ("drift: ", Paint::Care), drift, &plan.currency);
    }
    for ignored in &product.ignored {
        drifted(page, product, ("ignored: ", Paint::Quiet), &ignored.drift, &plan.currency);
        page.wrap(4, 6, &Paragraph::of(&ignored_words(ignored)));
    }
    for finding in &product.notices {
        notice(page, product, finding);
    }
    to_confirm(page, product, invocation);
    let step = next(product, invocation);
    if step.who != Actor::Nobody {
        page.wrap(
            2,
            4,
            &Paragraph::default()
                .paint(Paint::Strong, "next: ")
                .text(step.who.words())
                .text(" ")
                .text(&step.what),
        );
    }
}

/// What only a person can check, and what somebody did.
fn to_confirm(page: &mut Page, product: &ProductPlan, invocation: &Invocation) {
    let (done, open): (Vec<_>, Vec<_>) = product.verify.iter().partition(|item| item.confirmed.is_some());
    let rule = |item: &VerifyItem| match numbers_text(rules::numbers(item.rule)) {
        numbers if numbers.is_empty() => item.rule.to_owned(),
        numbers => numbers,
    };
    for item in done {
        let Some(Confirmed { by, at, expires }) = &item.confirmed else { continue };
        let until =
            expires.map_or_else(String::new, |until| format!(", until {}", until.strftime("%Y-%m-%d")));
        let who = format!(" (confirmed by {by} on {}{until})", at.strftime("%Y-%m-%d"));
        let line = Paragraph::default().paint(Paint::Good, "confirmed: ").text(&item.text);
        page.wrap(2, 4, &line.paint(Paint::Quiet, &who));
    }
    if open.is_empty() {
        return;
    }
    page.wrap(2, 4, &Paragraph::default().paint(Paint::Care, "confirm before submitting:"));
    let submits = |step: &&Step| matches!(step.action, Action::Submit(_));
    let several = product.chain.iter().filter(submits).count() > 1;
    for item in &open {
        let before =
            item.before.filter(|_| several).map_or_else(String::new, |step| format!("before step {step}: "));
        let proof = match item.by_preflight {
            true => format!("; {} proves it", invocation.command(&format!("preflight {}", product.key))),
            false => String::new(),
        };
        let text = format!("{before}{} ({}{proof})", item.text, rule(item));
        page.labelled(4, &Paragraph::default().paint(Paint::Quiet, &item.id), 15, &Paragraph::of(&text));
    }
    let ids = match open.as_slice() {
        [only] => only.id.as_str(),
        _ => "ID...",
    };
    let command = format!("confirm {} {ids} --reason \"...\"", product.key);
    page.line(4, &Paragraph::default().paint(Paint::Command, &invocation.command(&command)));
}

fn blocked(page: &mut Page, product: &ProductPlan, block: &Block, invocation: &Invocation) {
    finding(page, product, &block.finding, ("blocked by", Paint::Bad));
    if let Some(operation) = &block.approval {
        if invocation.proposed.contains(operation) {
            let line = "proposed: an approval is written; it counts once it is committed and merged";
            page.wrap(4, 6, &Paragraph::default().paint(Paint::Care, line));
            return;
        }
        page.wrap(4, 6, &Paragraph::of("if it is meant, somebody approves exactly this:"));
        let command = invocation.command(&format!("approve {operation} --reason \"...\""));
        page.line(6, &Paragraph::default().paint(Paint::Command, &command));
    }
}

/// A warning or note that comes with the plan.
fn notice(page: &mut Page, product: &ProductPlan, notice: &Finding) {
    let head = match notice.severity {
        Severity::Error => ("error by", Paint::Bad),
        Severity::Warning => ("warning by", Paint::Care),
        Severity::Note => ("note by", Paint::Strong),
    };
    finding(page, product, notice, head);
}

fn finding(page: &mut Page, product: &ProductPlan, finding: &Finding, head: (&str, Paint)) {
    let Finding { rule, severity: _, route, extent, message, label, why, help } = finding;
    let head = Paragraph::default().paint(head.1, head.0).text(&format!(" {rule}: {message}"));
    page.wrap(2, 4, &head);
    let route = route.to_string();
    if !route.is_empty() || !label.is_empty() {
        let place = |path| match extent {
            Some(extent) => format!("{path}:{}: ", extent.start),
            None => format!("{path}: "),
        };
        let path = product.path.as_ref().map_or_else(String::new, place);
        let separator = if route.is_empty() || label.is_empty() { "" } else { ": " };
        page.wrap(
            4,
            6,
            &Paragraph::default().paint(Paint::Quiet, &format!("{path}{route}{separator}{label}")),
        );
    }
    let see = rules::link(rule);
    for (name, text) in [("why: ", why), ("instead: ", help), ("see: ", &see)] {
        if !text.is_empty() {
            page.wrap(4, 6, &Paragraph::default().paint(Paint::Strong, name).text(text));
        }
    }
}

fn chain_step(
    page: &mut Page,
    (plan, product): (&Plan, &ProductPlan),
    invocation: &Invocation,
    difference: Option<&Difference<'_>>,
    (number, step): (usize, &Step),
) {
    let what = step_words(step);
    let (state, paint) = state_words(step, product.standing, plan.date);
    let line = Paragraph::of(&format!("{number}. {what}: ")).paint(paint, &state);
    page.wrap(2, 5, &line);
    if !step.because.is_empty() {
        page.wrap(5, 5, &Paragraph::default().paint(Paint::Quiet, &step.because));
    }
    match &step.action {
        Action::Submit(submission) => {
            for item in &submission.operations {
                describe(page, 5, &tell(item, &submission.predicted, &plan.currency));
                let id = item.id(&plan.scope.target, &product.key);
                if product.approved.contains(&id) {
                    page.wrap(7, 7, &Paragraph::default().paint(Paint::Good, "approved"));
                }
                if difference.is_some_and(|difference| !difference.added.contains(&id)) {
                    page.wrap(7, 7, &Paragraph::default().paint(Paint::Quiet, "planned before, too"));
                }
            }
        }
        Action::Withdraw { submission, application } => {
            let application = application.as_ref().map_or_else(String::new, |id| format!(" ({id})"));
            page.wrap(5, 7, &Paragraph::of(&format!("submission {submission}{application}")));
        }
        // What becomes of a submission is recorded; there is nothing to confirm.
        Action::Manual(manual) if manual.kind.takes_back() && invocation.by_hand => {
            page.wrap(5, 7, &Paragraph::of(&manual.text));
        }
        Action::Manual(manual) => {
            let id = format!(" [{}]", manual.id);
            page.wrap(5, 7, &Paragraph::of(&manual.text).paint(Paint::Quiet, &id));
        }
    }
}

fn drifted(
    page: &mut Page,
    product: &ProductPlan,
    (word, paint): (&str, Paint),
    drift: &Drift,
    currency: &Currency,
) {
    let Drift { item, kind: _, last_applied, released, desired: _ } = drift;
    let story = drift_story(drift);
    let line = Paragraph::default().paint(paint, word).text(&story);
    let shown = Values { from: last_applied.as_ref(), to: released.as_ref() };
    describe_values(page, 2, line, currency, shown);
    let path = product.path.as_ref().map_or("the definition", |path| path.as_str());
    let place = format!(" [{}]", item.route());
    let line = Paragraph::of(&format!("{path} {}", desired_words(drift))).paint(Paint::Quiet, &place);
    page.wrap(4, 6, &line);
    if matches!(item, Item::Product) {
        page.wrap(4, 6, &Paragraph::of("the product's state changed as a whole"));
    }
}

/// Products that need no story: those in sync are counted, the others named.
fn quiet(page: &mut Page, ordered: &[&ProductPlan]) {
    let of =
        |standing| ordered.iter().filter(move |product| !is_told(product) && product.standing == standing);
    let in_sync = of(Standing::InSync).count();
    if in_sync > 0 {
        let line = if in_sync == 1 { "1 product is".to_owned() } else { format!("{in_sync} products are") };
        page.wrap(0, 2, &Paragraph::default().paint(Paint::Good, &format!("{line} in sync.")));
    }
    for (standing, words) in [(Standing::Retired, "Off the catalog"), (Standing::Unmanaged, "Not managed")] {
        let names: Vec<String> =
            of(standing).map(|product| format!("{} ({})", product.name, product.key)).collect();
        if !names.is_empty() {
            page.wrap(
                0,
                2,
                &Paragraph::default().paint(Paint::Quiet, &format!("{words}: {}.", names.join(", "))),
            );
        }
    }
}

fn footer(
    page: &mut Page,
    plan: &Plan,
    ordered: &[&ProductPlan],
    invocation: &Invocation,
    compared: Option<&Comparison>,
) {
    let summary = Summary::of(plan);
    if plan.products.is_empty() && compared.is_some() {
        page.wrap(0, 2, &Paragraph::of("There is no plan of a product that this change touches."));
        return;
    }
    if plan.products.is_empty() {
        page.wrap(0, 2, &Paragraph::of("There is no product to plan at this target: products are sold at the default target, or where their `targets` say."));
        return;
    }
    let mut line = Paragraph::default().paint(Paint::Strong, "Summary: ");
    for (position, (standing, count)) in summary.standings.iter().enumerate() {
        let comma = if position > 0 { ", " } else { "" };
        line = line.text(comma).paint(standing_paint(*standing), &format!("{count} {}", standing.words()));
    }
    if !summary.irreversible.is_empty() {
        let count = summary.irreversible.len();
        let operations = if count == 1 { "operation" } else { "operations" };
        line = line.text("; ").paint(Paint::Bad, &format!("{count} {operations} that cannot be undone"));
    }
    page.wrap(0, 2, &line.text("."));
    let command = if summary.ready > 0 {
        Some(invocation.command("reconcile"))
    } else {
        ordered.iter().find_map(|product| next(product, invocation).command)
    };
    let next_line = Paragraph::default().paint(Paint::Strong, "Next: ");
    let mut acting = ordered.iter().map(|product| next(product, invocation));
    match (command, acting.find(|next| next.who != Actor::Nobody)) {
        (Some(command), _) => page.line(0, &next_line.paint(Paint::Command, &command)),
        (None, Some(next)) => {
            page.wrap(0, 2, &next_line.text(&format!("{} {}", next.who.words(), next.what)));
        }
        (None, None) => page.wrap(0, 2, &Paragraph::of("Nothing to do.")),
    }
}
