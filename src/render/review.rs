//! The list of submissions, and one of them in full.

use super::{Page, Paint, Paragraph, Style, describe, tell, write_rejection};
use crate::report::{PendingReview, SubmissionDetail, SubmissionRow};
use crate::submission::{Refusal, Review, Verdict};

/// The list, in the given order.
#[must_use]
pub fn submissions(rows: &[SubmissionRow], style: Style) -> String {
    let mut page = Page::new(style);
    if rows.is_empty() {
        page.wrap(0, 2, &Paragraph::of("There are no submissions yet."));
    }
    for row in rows {
        let SubmissionRow { id, product, kind, attempt, review, since, application } = row;
        let head = Paragraph::default().paint(Paint::Strong, &id.0).text("  ");
        page.line(0, &head.paint(review_paint(review), review.word()));
        let since = since.strftime("%Y-%m-%d %H:%M UTC");
        let attempt = if *attempt > 1 { format!(", attempt {attempt}") } else { String::new() };
        let application = application.as_ref().map_or_else(String::new, |id| format!(", {id}"));
        let line = format!("{product}, {}{attempt}, since {since}{application}", kind.name());
        page.wrap(4, 4, &Paragraph::of(&line));
    }
    page.finish()
}

/// One submission: what it asks for, where it stands, what happened.
#[must_use]
pub fn submission(detail: &SubmissionDetail, style: Style) -> String {
    let mut page = Page::new(style);
    let SubmissionDetail { row, submission, commit: _, currency, history, places: written } = detail;
    let head = Paragraph::default().paint(Paint::Strong, &row.id.0).text(": ");
    page.wrap(0, 2, &head.paint(review_paint(&row.review), row.review.word()));
    let line = format!("{} \"{}\" ({})", row.kind.name(), submission.predicted.display_name(), row.product);
    page.wrap(2, 4, &Paragraph::of(&line));
    if let Some(text) = verdict_text(&row.review) {
        page.wrap(2, 4, &Paragraph::default().paint(Paint::Bad, &text));
        let reason = match &row.review {
            Review::Ended(Verdict::Rejected { reason }) => reason.as_deref(),
            _ => None,
        };
        write_rejection(&mut page, 2, reason, written);
    }
    page.gap();
    for item in &submission.operations {
        describe(&mut page, 2, &tell(item, &submission.predicted, currency));
    }
    page.gap();
    for (at, what) in history {
        page.wrap(2, 4, &Paragraph::of(&format!("{} {what}", at.strftime("%Y-%m-%d %H:%M UTC"))));
    }
    page.finish()
}

/// What waits at the sandbox's review desk.
#[must_use]
pub fn review_desk(pending: &[PendingReview], style: Style) -> String {
    let mut page = Page::new(style);
    if pending.is_empty() {
        page.wrap(0, 2, &Paragraph::of("Nothing waits for a verdict."));
    }
    for PendingReview { application, product_name, kind, since } in pending {
        let head = Paragraph::default().paint(Paint::Strong, &application.0);
        let line =
            format!("  {} \"{product_name}\", since {}", kind.name(), since.strftime("%Y-%m-%d %H:%M UTC"));
        page.wrap(0, 4, &head.text(&line));
    }
    page.finish()
}

fn review_paint(review: &Review) -> Paint {
    match review {
        Review::Prepared | Review::HandedOver | Review::Pending => Paint::Strong,
        Review::Refused(_) | Review::Unknown | Review::Ended(Verdict::Rejected { .. }) => Paint::Bad,
        Review::Ended(Verdict::Approved) => Paint::Good,
        Review::Ended(Verdict::Withdrawn | Verdict::Discarded) => Paint::Quiet,
    }
}

fn verdict_text(review: &Review) -> Option<String> {
    match review {
        Review::Refused(Refusal { rules, text, technical: _ }) => {
            let rules: String = rules.iter().map(|rule| format!(" (R{rule})")).collect();
            Some(format!("the marketplace said: \"{text}\"{rules}"))
        }
        Review::Ended(Verdict::Rejected { reason: Some(reason) }) => {
            Some(format!("the reviewer said: \"{reason}\""))
        }
        Review::Ended(Verdict::Rejected { reason: None }) => Some("the reason is not known".to_owned()),
        Review::Prepared
        | Review::HandedOver
        | Review::Pending
        | Review::Unknown
        | Review::Ended(Verdict::Approved | Verdict::Withdrawn | Verdict::Discarded) => None,
    }
}
