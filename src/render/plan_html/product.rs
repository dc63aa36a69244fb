//! One product's part of the page.

use super::super::{
    Shown, Sign, Values, desired_words, doing, drift_story, html_prose, ignored_words, numbers_text,
    sentences, standing_paint, state_words, step_words, tell, values, verify_text,
};
use super::difference::difference;
use super::{anchor, class, facts, shown};
use crate::diagnostic::{Finding, Severity};
use crate::plan::{Action, Block, Drift, Ignored, ProductPlan, Step, VerifyItem};
use crate::report::{Actor, Proposal, Risk, next};
use crate::rules;
use crate::submission::{OperationId, Submission};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Operations nobody has seen yet; `None` when nothing is compared.
type Added = Option<BTreeSet<OperationId>>;

/// Writes the product's part, unfolded where something is at stake.
pub(super) fn product(out: &mut String, proposal: &Proposal, product: &ProductPlan) {
    let is_risky = Risk::of(product) <= Risk::Irreversible || !product.blocks.is_empty();
    let compared = proposal.compared.as_ref();
    let added: Added = compared.map(|compared| compared.difference(&proposal.plan, &product.key).added);
    let _ = write!(
        out,
        "<details class=\"product\" id=\"{}\"{}>\n<summary><span class=\"name\"><bdi>{}</bdi></span> \
         <span class=\"tag {}\">{}</span> <span class=\"quiet small\">{}</span></summary>\n<p class=\"small quiet\">{}, {}",
        anchor(product),
        if is_risky { " open" } else { "" },
        shown(&product.name),
        class(standing_paint(product.standing)),
        product.standing.words(),
        shown(&doing(product)),
        shown(product.key.as_str()),
        shown(&product.delivery.to_string())
    );
    match &product.path {
        Some(path) => {
            let _ = writeln!(out, ", <code>{}</code></p>", shown(path.as_str()));
        }
        None => out.push_str("</p>\n"),
    }
    for block in &product.blocks {
        stopped(out, proposal, product, block);
    }
    if !product.chain.is_empty() {
        out.push_str("<h3>Steps</h3>\n<ol class=\"chain\">\n");
        product.chain.iter().for_each(|step| self::step(out, proposal, product, step, &added));
        out.push_str("</ol>\n");
    }
    if !product.drift.is_empty() {
        out.push_str("<h3>Drift</h3>\n<ul class=\"operations\">\n");
        product.drift.iter().for_each(|drift| drifted(out, proposal, product, drift, None));
        out.push_str("</ul>\n");
    }
    if !product.ignored.is_empty() {
        out.push_str("<h3>Ignored drift</h3>\n<ul class=\"operations\">\n");
        for ignored in &product.ignored {
            drifted(out, proposal, product, &ignored.drift, Some(ignored));
        }
        out.push_str("</ul>\n");
    }
    if !product.notices.is_empty() {
        out.push_str("<h3>Remarks</h3>\n");
    }
    for notice in &product.notices {
        let (note, paint) = match notice.severity {
            Severity::Error => ("stop", "bad"),
            Severity::Warning => ("note care", "care"),
            Severity::Note => ("note", "strong"),
        };
        let _ = write!(
            out,
            "<div class=\"{note}\"><span class=\"tag {paint}\">{}</span> ",
            notice.severity.word()
        );
        finding(out, product, notice);
        out.push_str("</div>\n");
    }
    confirm(out, proposal, product);
    let next = next(product, &proposal.invocation);
    if next.who != Actor::Nobody {
        let _ =
            write!(out, "<div class=\"next\"><b>Next:</b> {} {}", next.who.words(), html_prose(&next.what));
        if let Some(command) = next.command {
            let _ = write!(out, "<pre>{}</pre>", shown(&command));
        }
        out.push_str("</div>\n");
    }
    out.push_str("</details>\n");
}

fn finding(out: &mut String, product: &ProductPlan, finding: &Finding) {
    let Finding { rule, severity: _, route, extent, message, label, why, help } = finding;
    let _ = write!(out, "{} <code>{}</code>", html_prose(message), shown(rule));
    let path = product.path.as_ref().map_or_else(String::new, ToString::to_string);
    let place = match extent {
        Some(extent) => format!("{path}:{}", extent.start),
        None => path,
    };
    let numbers = numbers_text(rules::numbers(rule));
    let route = route.to_string();
    facts(
        out,
        &[
            ("place", &place),
            ("field", &route),
            ("now", label),
            ("why", why),
            ("instead", help),
            ("reference", &numbers),
        ],
    );
}

fn stopped(out: &mut String, proposal: &Proposal, product: &ProductPlan, block: &Block) {
    out.push_str("<div class=\"stop\"><span class=\"tag bad\">stopped</span> ");
    finding(out, product, &block.finding);
    if let Some(operation) = &block.approval {
        if proposal.invocation.proposed.contains(operation) {
            out.push_str("<p>An approval is written; it counts once it is committed and merged.</p>");
        } else {
            let command = proposal.invocation.command(&format!("approve {operation} --reason \"...\""));
            let _ = write!(
                out,
                "<p>If it is meant, somebody approves exactly this:</p><pre>{}</pre>",
                shown(&command)
            );
        }
    }
    out.push_str("</div>\n");
}

fn step(out: &mut String, proposal: &Proposal, product: &ProductPlan, step: &Step, added: &Added) {
    let (state, paint) = state_words(step, product.standing, proposal.plan.date);
    let _ = write!(
        out,
        "<li><b>{}</b> <span class=\"{}\">{}</span>",
        shown(&step_words(step)),
        match class(paint) {
            "bad" => "lost",
            _ => "quiet",
        },
        shown(&state)
    );
    if !step.because.is_empty() {
        let _ = write!(out, "<p class=\"small quiet\">{}</p>", html_prose(&step.because));
    }
    match &step.action {
        Action::Submit(submission) => operations(out, proposal, product, submission, added),
        Action::Withdraw { submission, application } => {
            let application = application.as_ref().map_or_else(String::new, |id| format!(" ({id})"));
            let _ = write!(
                out,
                "<p>submission <code>{}</code></p>",
                shown(&format!("{submission}{application}"))
            );
        }
        Action::Manual(manual) => {
            let _ = write!(out, "<p>{} <code>{}</code></p>", html_prose(&manual.text), shown(&manual.id));
        }
    }
    out.push_str("</li>\n");
}

fn operations(
    out: &mut String,
    proposal: &Proposal,
    product: &ProductPlan,
    submission: &Submission,
    added: &Added,
) {
    out.push_str("\n<ul class=\"operations\">\n");
    for operation in &submission.operations {
        let words = tell(operation, &submission.predicted, &proposal.plan.currency);
        let sign = match words.sign {
            Sign::Add => "add",
            Sign::Change => "change",
            Sign::Remove => "remove",
        };
        let _ = write!(
            out,
            "<li><span class=\"sign {sign}\">{}</span>{}",
            words.sign.mark(),
            shown(&words.sentence)
        );
        if words.is_irreversible {
            out.push_str(" <span class=\"lost\">cannot be undone</span>");
        }
        let id = operation.id(&proposal.plan.scope.target, &product.key);
        if product.approved.contains(&id) {
            out.push_str(" <span class=\"tag good\">approved</span>");
        }
        match added.as_ref().map(|added| added.contains(&id)) {
            Some(true) => out.push_str(" <span class=\"tag strong\">new</span>"),
            Some(false) => out.push_str(" <span class=\"tag quiet\">planned before</span>"),
            None => {}
        }
        values_of(out, &words.shown);
        if let Some(reason) = words.reason {
            let _ = write!(out, "<p class=\"small\">Reason: {}</p>", shown(reason));
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ul>\n");
}

fn values_of(out: &mut String, values: &Shown<'_>) {
    match values {
        Shown::Nothing => {}
        Shown::Short { from, to, remark } => {
            out.push_str(": ");
            if let Some(from) = from {
                let _ = write!(out, "<span class=\"was\">{}</span> → ", shown(from));
            }
            let _ = write!(out, "<span class=\"is\">{}</span>{}", shown(to), shown(remark));
        }
        Shown::Added(text) => difference::<&str>(out, &[], &sentences(text)),
        Shown::Texts(from, to) => difference(out, &sentences(from), &sentences(to)),
        Shown::Lists(from, to) => difference(out, from, to),
        Shown::Specification(offer) => self::offer(out, offer),
        Shown::Product(name, specifications) => {
            let _ = write!(out, " “{}”<ul>", shown(name));
            for (heading, offer) in specifications {
                let _ = write!(out, "<li>{}", shown(heading));
                self::offer(out, offer);
                out.push_str("</li>");
            }
            out.push_str("</ul>");
        }
    }
}

fn offer(out: &mut String, facts: &[String]) {
    if !facts.is_empty() {
        let _ = write!(out, "<p class=\"small quiet\">{}</p>", shown(&facts.join("; ")));
    }
}

fn drifted(
    out: &mut String,
    proposal: &Proposal,
    product: &ProductPlan,
    drift: &Drift,
    ignored: Option<&Ignored>,
) {
    let Drift { item: _, kind: _, last_applied, released, desired: _ } = drift;
    let _ = write!(out, "<li><span class=\"sign change\">≠</span>{}", shown(&drift_story(drift)));
    let both = Values { from: last_applied.as_ref(), to: released.as_ref() };
    values_of(out, &values(&proposal.plan.currency, both));
    let path = product.path.as_ref().map_or("the definition", |path| path.as_str());
    let desired = shown(&desired_words(drift));
    let _ = write!(out, "<p class=\"small\"><code>{}</code> {desired}</p>", shown(path));
    if let Some(ignored) = ignored {
        let _ = write!(out, "<p class=\"small\">{}</p>", shown(&ignored_words(ignored)));
    }
    out.push_str("</li>\n");
}

/// What only a person can check, with the command that records it.
fn confirm(out: &mut String, proposal: &Proposal, product: &ProductPlan) {
    if product.verify.is_empty() {
        return;
    }
    out.push_str("<h3>What only a person can check</h3>\n<ul>\n");
    let mut items: Vec<&VerifyItem> = product.verify.iter().collect();
    items.sort_by_key(|item| item.confirmed.is_some());
    for item in items {
        let _ = write!(out, "<li>{}", html_prose(&verify_text(product, item)));
        if item.confirmed.is_none() {
            let command = format!("confirm {} {} --reason \"...\"", product.key, item.id);
            let _ = write!(out, "<pre>{}</pre>", shown(&proposal.invocation.command(&command)));
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ul>\n");
}
