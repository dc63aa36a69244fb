//! A preflight: what each call came to, what is wrong, what the marketplace would say, and what mends it.

use super::{Page, Paint, Paragraph, Style, counted, markdown, markdown_code};
use crate::diagnostic::Severity;
use crate::report::{
    CallKind, CallResult, CallVerdict, Preflight, PreflightStanding, PreflightedProduct, Problem,
};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Everything, product by product.
#[must_use]
pub fn preflight(report: &Preflight, style: Style) -> String {
    let mut page = Page::new(style);
    for product in &report.products {
        page.gap();
        let head = Paragraph::default()
            .paint(standing_paint(product.standing), product.standing.name())
            .text("  ")
            .paint(Paint::Strong, product.product.as_str())
            .paint(Paint::Quiet, &format!("  {}", product.address));
        page.wrap(0, 2, &head);
        for problem in &product.problems {
            write_problem(&mut page, 2, problem);
        }
        for call in &product.calls {
            write_call(&mut page, call);
        }
        page.wrap(2, 4, &Paragraph::default().paint(Paint::Quiet, &counts(product)));
        for (why, count) in left_out(product) {
            let line = format!("{}: {why}", counted(count, "call was not made", "calls were not made"));
            page.wrap(2, 4, &Paragraph::default().paint(Paint::Care, &line));
        }
        if let Some(recorded) = &product.recorded {
            page.wrap(2, 4, &Paragraph::of(recorded));
        }
    }
    page.gap();
    if let Some(line) = without_cases(report) {
        page.wrap(0, 2, &Paragraph::default().paint(Paint::Care, "note: ").text(&line));
    }
    if report.products.is_empty() {
        page.wrap(0, 2, &Paragraph::of("There is no SaaS product with a `cases.yaml` to look at."));
    }
    page.finish()
}

/// One line for each call and each problem of a whole product: `key/case call: verdict: what`.
#[must_use]
pub fn preflight_short(report: &Preflight, style: Style) -> String {
    let mut page = Page::new(style);
    for PreflightedProduct { product, standing, problems, calls, .. } in &report.products {
        let head = Paragraph::of(&format!("{product}: ")).paint(standing_paint(*standing), standing.name());
        page.line(0, &head);
        for problem in problems {
            page.line(
                0,
                &Paragraph::of(&format!("{product}: {}: {}", problem.check.name(), problem.message)),
            );
        }
        for call in calls {
            let head = Paragraph::of(&format!("{product}/{}: ", call.title()))
                .paint(verdict_paint(call.verdict), call.verdict.words());
            let latency = call.latency_ms.map_or_else(String::new, |took| format!(" in {took} ms"));
            let what: Vec<&str> = call.problems.iter().map(|problem| problem.message.as_str()).collect();
            let what = if what.is_empty() { String::new() } else { format!(": {}", what.join("; ")) };
            page.line(0, &head.text(&format!("{latency}{what}")));
        }
    }
    page.finish()
}

/// The same as a page for summaries of jobs.
#[must_use]
pub fn preflight_markdown(report: &Preflight) -> String {
    let mut out = String::new();
    for product in &report.products {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(
            out,
            "### {}: {}\n\n{} \u{2014} {}\n",
            markdown(&product.name),
            product.standing.name(),
            markdown_code(&product.address),
            markdown(&counts(product))
        );
        let problems = product.problems.iter().map(|problem| ("all calls".to_owned(), problem));
        let of_calls = product
            .calls
            .iter()
            .flat_map(|call| call.problems.iter().map(move |problem| (call.title(), problem)));
        let rows: Vec<(String, &Problem)> = problems.chain(of_calls).collect();
        if !rows.is_empty() {
            out.push_str(
                "| call | what is wrong | KooGallery | how to mend it |\n| --- | --- | --- | --- |\n",
            );
        }
        for (call, Problem { severity, message, marketplace, help, check: _ }) in rows {
            let word = severity_word(*severity);
            let cells = [
                markdown(&call),
                markdown(&format!("{word}: {message}")),
                markdown(marketplace),
                markdown(help),
            ];
            let _ = writeln!(
                out,
                "| {} |",
                cells.map(|cell| cell.replace('|', "\\|").replace('\n', " ")).join(" | ")
            );
        }
        for (why, count) in left_out(product) {
            let line = format!("{}: {why}", counted(count, "call was not made", "calls were not made"));
            let _ = writeln!(out, "\n{}", markdown(&line));
        }
        if let Some(recorded) = &product.recorded {
            let _ = writeln!(out, "\n{}", markdown(recorded));
        }
        out.push('\n');
    }
    if let Some(line) = without_cases(report) {
        let _ = writeln!(out, "{}", markdown(&line));
    }
    if report.products.is_empty() {
        out.push_str("There is no SaaS product with a `cases.yaml` to look at.\n");
    }
    out
}

fn without_cases(report: &Preflight) -> Option<String> {
    let names: Vec<&str> = report.without_cases.iter().map(crate::model::Key::as_str).collect();
    let line =
        format!("no `cases.yaml` stands beside {}; nothing is known of their interfaces", names.join(", "));
    (!names.is_empty()).then_some(line)
}

fn counts(product: &PreflightedProduct) -> String {
    let [green, warned, red, not_run] = product.counts();
    let parts = [(green, "green"), (warned, "warned"), (red, "red"), (not_run, "not run")];
    let parts =
        parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { "nothing was called".to_owned() } else { format!("calls: {}", parts.join(", ")) }
}

/// Why calls were not made, with how many.
fn left_out(product: &PreflightedProduct) -> BTreeMap<&str, usize> {
    let mut left_out = BTreeMap::new();
    for why in product.calls.iter().filter_map(|call| call.not_run.as_deref()) {
        *left_out.entry(why).or_default() += 1;
    }
    left_out
}

fn write_call(page: &mut Page, call: &CallResult) {
    if call.verdict == CallVerdict::NotRun {
        return;
    }
    let mut line = Paragraph::default()
        .paint(verdict_paint(call.verdict), &format!("{:<7}", call.verdict.words()))
        .paint(Paint::Strong, call.case.as_str());
    if call.kind != CallKind::First {
        line = line.text(&format!(" {}", call.kind.words()));
    }
    let mut about = format!("  {}", call.activity.name());
    if let Some(took) = call.latency_ms {
        about += &format!(", {took} ms");
    }
    if let Some(code) = &call.result_code {
        about += &format!(", {code}");
    }
    page.line(2, &line.paint(Paint::Quiet, &about));
    for problem in &call.problems {
        write_problem(page, 4, problem);
    }
    if let (Some(place), false) = (&call.place, call.problems.is_empty()) {
        let at = place.extent.map_or_else(String::new, |extent| format!(":{}", extent.start));
        page.line(6, &Paragraph::of(&format!("--> {}{at}", place.path)));
    }
}

fn write_problem(page: &mut Page, indent: usize, problem: &Problem) {
    let Problem { check: _, severity, message, marketplace, help } = problem;
    let paint = match severity {
        Severity::Error => Paint::Bad,
        Severity::Warning | Severity::Note => Paint::Care,
    };
    let head = Paragraph::default().paint(paint, severity_word(*severity)).text(&format!(": {message}"));
    page.wrap(indent, indent + 2, &head);
    page.wrap(indent + 2, indent + 4, &Paragraph::default().paint(Paint::Quiet, marketplace));
    page.wrap(indent + 2, indent + 4, &Paragraph::of(&format!("help: {help}")));
}

fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn standing_paint(standing: PreflightStanding) -> Paint {
    match standing {
        PreflightStanding::Red => Paint::Bad,
        PreflightStanding::Unproved => Paint::Care,
        PreflightStanding::Green => Paint::Good,
    }
}

fn verdict_paint(verdict: CallVerdict) -> Paint {
    match verdict {
        CallVerdict::Red => Paint::Bad,
        CallVerdict::Warned => Paint::Care,
        CallVerdict::NotRun => Paint::Quiet,
        CallVerdict::Green => Paint::Good,
    }
}
