//! The account of a run: what was done, what not, what is unknown, who is waited for.

use super::{Page, Paint, Paragraph, Style, write_rejection};
use crate::report::{Account, Actor, Deed, Entry, Part};

/// The heading of a part.
fn heading(part: Part) -> (&'static str, Paint) {
    match part {
        Part::Unknown => ("Not known whether done", Paint::Bad),
        Part::NotDone => ("Not done", Paint::Bad),
        Part::Blocked => ("Blocked until a person acts", Paint::Bad),
        Part::Done => ("Done", Paint::Good),
        Part::Waiting => ("Waiting", Paint::Strong),
        Part::Nothing => ("Nothing to do", Paint::Good),
    }
}

/// `4 products: 1 not done, 2 done, 1 waiting.`
fn counts(account: &Account) -> String {
    let count = |part| (account.count(part), part);
    let parts: Vec<(usize, Part)> =
        Part::ALL.into_iter().map(count).filter(|(count, _)| *count > 0).collect();
    let all: usize = parts.iter().map(|(count, _)| count).sum();
    let products = if all == 1 { "1 product".to_owned() } else { format!("{all} products") };
    let told: Vec<String> = parts.iter().map(|(count, part)| format!("{count} {}", part.words())).collect();
    if told.is_empty() { format!("{products}.") } else { format!("{products}: {}.", told.join(", ")) }
}

/// The whole account.
#[must_use]
pub fn account(account: &Account, style: Style) -> String {
    let mut page = Page::new(style);
    let at = account.at.strftime("%Y-%m-%d %H:%M UTC");
    let title = Paragraph::default()
        .paint(Paint::Strong, &format!("Run for {} at {}", account.scope.catalog, account.scope.target))
        .paint(Paint::Quiet, &format!(", {at}"));
    page.wrap(0, 2, &title);
    for part in Part::ALL {
        let entries: Vec<&Entry> = account.entries.iter().filter(|entry| entry.deed.part() == part).collect();
        if !entries.is_empty() {
            page.gap();
            let (heading, paint) = heading(part);
            page.wrap(0, 2, &Paragraph::default().paint(paint, &format!("{heading} ({})", entries.len())));
            for item in entries {
                entry(&mut page, item);
            }
        }
    }
    page.gap();
    if let Some(stopped) = &account.stopped {
        page.wrap(0, 2, &Paragraph::default().paint(Paint::Bad, "The run stopped early: ").text(stopped));
    }
    let command = account.entries.iter().find_map(|entry| entry.next.as_ref()?.command.as_ref());
    if let Some(command) = command {
        page.line(0, &Paragraph::default().paint(Paint::Strong, "Next: ").paint(Paint::Command, command));
    }
    page.wrap(0, 2, &Paragraph::of(&counts(account)));
    page.finish()
}

/// One line per product: `key: what became of it`.
#[must_use]
pub fn account_short(account: &Account, style: Style) -> String {
    let mut page = Page::new(style);
    for entry in &account.entries {
        let (words, paint) = deed_words(&entry.deed);
        page.line(0, &Paragraph::of(&format!("{}: ", entry.product)).paint(paint, &words));
    }
    if let Some(stopped) = &account.stopped {
        page.line(0, &Paragraph::default().paint(Paint::Bad, "stopped: ").text(stopped));
    }
    page.line(0, &Paragraph::of(&counts(account)));
    page.finish()
}

fn entry(page: &mut Page, entry: &Entry) {
    let Entry { product, name, submission, what, deed, next } = entry;
    let (words, paint) = deed_words(deed);
    let mut head = Paragraph::default().paint(Paint::Strong, name).text(&format!(" ({product})"));
    if !what.is_empty() {
        head = head.text(&format!(", {what}"));
    }
    page.wrap(2, 4, &head.text(": ").paint(paint, &words));
    match deed {
        Deed::Rejected(found) => write_rejection(page, 4, found.reason.as_deref(), &found.places),
        Deed::ApprovedDifferently(differences) => {
            for difference in differences {
                page.wrap(4, 6, &Paragraph::of(&format!("- {difference}")));
            }
        }
        Deed::Submitted { .. }
        | Deed::HandedOver { .. }
        | Deed::Withdrawn
        | Deed::Approved
        | Deed::ClosedAsMoot
        | Deed::TakenBack
        | Deed::Refused { .. }
        | Deed::NotSent(_)
        | Deed::Unknown(_)
        | Deed::InReview { .. }
        | Deed::Waiting(_)
        | Deed::Blocked(_)
        | Deed::Drifted(_)
        | Deed::Skipped(_) => {}
    }
    if let (Some(id), Deed::Unknown(_) | Deed::Rejected(_) | Deed::Refused { .. }) = (submission, deed) {
        page.wrap(4, 6, &Paragraph::default().paint(Paint::Quiet, &format!("submission {id}")));
    }
    if let Some(next) = next.as_ref().filter(|next| next.who != Actor::Nobody) {
        let line = format!("next: {} {}", next.who.words(), next.what);
        page.wrap(4, 6, &Paragraph::default().paint(Paint::Quiet, &line));
    }
}

fn deed_words(deed: &Deed) -> (String, Paint) {
    match deed {
        Deed::Submitted { application, expected_by } => (
            format!("handed to the reviewer as {application}, verdict expected by {expected_by}"),
            Paint::Good,
        ),
        Deed::HandedOver { sheet } => (format!("to be entered in the console, from {sheet}"), Paint::Care),
        Deed::Withdrawn => ("taken back from the reviewer".to_owned(), Paint::Good),
        Deed::Approved => ("approved, and done on the marketplace".to_owned(), Paint::Good),
        Deed::ApprovedDifferently(_) => {
            ("approved, but the marketplace shows something else than expected".to_owned(), Paint::Care)
        }
        Deed::Rejected(found) => match &found.reason {
            Some(reason) => (format!("rejected: \"{reason}\""), Paint::Bad),
            None => ("rejected, the reason is not known".to_owned(), Paint::Bad),
        },
        Deed::TakenBack => {
            ("somebody took it back; the same is not submitted again by itself".to_owned(), Paint::Care)
        }
        Deed::ClosedAsMoot => ("the rejection no longer matters; closed".to_owned(), Paint::Quiet),
        Deed::Refused { rules, text, technical } => {
            let rules: Vec<String> = rules.iter().map(|rule| format!("R{rule}")).collect();
            let rules = if rules.is_empty() { String::new() } else { format!(" ({})", rules.join(", ")) };
            let again = if *technical { "; it will be tried again" } else { "" };
            (format!("refused at the door{rules}: \"{text}\"{again}"), Paint::Bad)
        }
        Deed::NotSent(reason) => (format!("not sent: {reason}"), Paint::Bad),
        Deed::Unknown(reason) => (format!("not known whether it was done: {reason}"), Paint::Bad),
        Deed::InReview { since, expected_by } => (
            format!("in review since {}, verdict expected by {expected_by}", since.strftime("%Y-%m-%d")),
            Paint::Strong,
        ),
        Deed::Waiting(what) => (format!("waits for {what}"), Paint::Strong),
        Deed::Blocked(why) => (format!("blocked: {why}"), Paint::Bad),
        Deed::Drifted(what) => (format!("changed by somebody else: {what}"), Paint::Care),
        Deed::Skipped(why) => (format!("left alone: {why}"), Paint::Care),
    }
}
