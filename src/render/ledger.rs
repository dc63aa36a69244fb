//! The ledger: its entries with who vouched for what, and what a careful look found.

use super::{Page, Paint, Paragraph, Style};
use crate::report::{Evidenced, LedgerAudit, LedgerLog, LedgerRow, Merged, StandingApproval};
use jiff::Timestamp;

fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// `by ann: "agreed", until 2026-12-31 00:00 UTC`.
fn vouched(evidence: &Evidenced) -> String {
    let Evidenced { by, reason, until } = evidence;
    let why = if reason.is_empty() { String::new() } else { format!(": \"{reason}\"") };
    let until = until.map_or_else(String::new, |until| format!(", until {}", moment(until)));
    format!("by {by}{why}{until}")
}

/// All entries and approvals, for reading.
#[must_use]
pub fn ledger(log: &LedgerLog, style: Style) -> String {
    let LedgerLog { scope, place, rows, approvals } = log;
    let mut page = Page::new(style);
    let title = format!("Ledger of {} at {}", scope.catalog, scope.target);
    let title = Paragraph::default().paint(Paint::Strong, &title).paint(Paint::Quiet, &format!(", {place}"));
    page.wrap(0, 2, &title);
    page.gap();
    if rows.is_empty() {
        page.wrap(0, 2, &Paragraph::of("There are no such entries."));
    }
    for LedgerRow { sequence, at, product, event: _, what, evidence } in rows {
        let head = Paragraph::default().paint(Paint::Quiet, &format!("{sequence:>6}  {}  ", moment(*at)));
        page.line(0, &head.paint(Paint::Strong, product.as_str()));
        page.wrap(8, 10, &Paragraph::of(what));
        if let Some(evidence) = evidence {
            page.wrap(8, 10, &Paragraph::of(&vouched(evidence)));
        }
    }
    if !approvals.is_empty() {
        page.gap();
        page.wrap(0, 2, &Paragraph::default().paint(Paint::Strong, "Approvals that stand as files"));
    }
    for StandingApproval { path, product, operation, evidence, counts, merged } in approvals {
        let head = Paragraph::of("  ").paint(Paint::Strong, product.as_str()).text(&format!("  {operation}"));
        page.line(0, &if *counts { head } else { head.paint(Paint::Care, "  no longer counts") });
        page.wrap(8, 10, &Paragraph::of(&vouched(evidence)));
        let from = match merged {
            Some(Merged { commit, author, at }) => {
                let short: String = commit.chars().take(10).collect();
                format!("{path}, brought by {author} in {short} on {}", at.strftime("%Y-%m-%d"))
            }
            None => path.to_string(),
        };
        page.wrap(8, 10, &Paragraph::default().paint(Paint::Quiet, &from));
    }
    page.finish()
}

/// One line for each entry and each approval.
#[must_use]
pub fn ledger_short(log: &LedgerLog, style: Style) -> String {
    let mut page = Page::new(style);
    for LedgerRow { sequence, at, product, event, what, evidence } in &log.rows {
        let vouched =
            evidence.as_ref().map_or_else(String::new, |evidence| format!(", {}", vouched(evidence)));
        page.line(0, &Paragraph::of(&format!("{sequence} {at} {product} {event}: {what}{vouched}")));
    }
    for approval in &log.approvals {
        let StandingApproval { path, product, operation, evidence, counts, merged: _ } = approval;
        let counts = if *counts { "" } else { " (no longer counts)" };
        let line = format!("{path}: {product} {operation}{counts}, {}", vouched(evidence));
        page.line(0, &Paragraph::of(&line));
    }
    page.finish()
}

/// What a careful look found.
#[must_use]
pub fn ledger_audit(audit: &LedgerAudit, style: Style) -> String {
    let LedgerAudit { scope, place, entries, flaws } = audit;
    let mut page = Page::new(style);
    for flaw in flaws {
        let (paint, word) = if flaw.is_fatal { (Paint::Bad, "wrong") } else { (Paint::Care, "odd") };
        let line = Paragraph::default().paint(paint, &format!("{word}: ")).text(&format!("{}: ", flaw.place));
        page.wrap(0, 2, &line.text(&flaw.what));
    }
    let whose = format!("The ledger of {} at {}, {place}", scope.catalog, scope.target);
    let told = match entries {
        Some(entries) if audit.is_sound() => {
            Paragraph::of(&format!("{whose}, is as it was written. Entries: {entries}."))
        }
        Some(_) | None => {
            Paragraph::default().paint(Paint::Bad, &format!("{whose}, is not as it was written."))
        }
    };
    page.wrap(0, 2, &told);
    page.finish()
}
