//! The account of a run: what was done, what not, what is unknown, who is waited for.

use super::{Page, Paint, Paragraph, Style, write_places};
use crate::report::{Account, Actor, Deed, Entry, Notified};

/// The part of the account an entry belongs to, in the order they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Unknown,
    NotDone,
    Done,
    Waiting,
}

impl Part {
    const ALL: [Self; 4] = [Self::Unknown, Self::NotDone, Self::Done, Self::Waiting];

    fn of(deed: &Deed) -> Self {
        match deed {
            Deed::Unknown(_) => Self::Unknown,
            Deed::Rejected { .. }
            | Deed::Refused { .. }
            | Deed::NotSent(_)
            | Deed::Blocked(_)
            | Deed::Drifted(_)
            | Deed::Skipped(_) => Self::NotDone,
            Deed::Submitted { .. }
            | Deed::HandedOver { .. }
            | Deed::Withdrawn
            | Deed::Approved
            | Deed::ApprovedDifferently(_)
            | Deed::ClosedAsMoot => Self::Done,
            Deed::InReview { .. } | Deed::Waiting(_) => Self::Waiting,
        }
    }

    fn heading(self) -> (&'static str, Paint) {
        match self {
            Self::Unknown => ("Not known whether done", Paint::Bad),
            Self::NotDone => ("Not done", Paint::Bad),
            Self::Done => ("Done", Paint::Good),
            Self::Waiting => ("Waiting", Paint::Strong),
        }
    }
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
        let entries: Vec<&Entry> =
            account.entries.iter().filter(|entry| Part::of(&entry.deed) == part).collect();
        if !entries.is_empty() {
            page.gap();
            let (heading, paint) = part.heading();
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
    if account.in_sync > 0 || account.entries.is_empty() {
        let count = account.in_sync;
        let line =
            if count == 1 { "1 product needed".to_owned() } else { format!("{count} products needed") };
        page.wrap(0, 2, &Paragraph::default().paint(Paint::Good, &format!("{line} nothing.")));
    }
    if let Some(Notified { delivered, waiting, trouble }) = &account.notified {
        if *delivered > 0 {
            let word = if *delivered == 1 { "message" } else { "messages" };
            page.wrap(0, 2, &Paragraph::of(&format!("Told those who want to know: {delivered} {word}.")));
        }
        if *waiting > 0 {
            page.wrap(0, 2, &Paragraph::default().paint(Paint::Care, &format!("Not told yet: {waiting}.")));
        }
        for trouble in trouble {
            page.wrap(2, 4, &Paragraph::of(trouble));
        }
    }
    let command = account.entries.iter().find_map(|entry| entry.next.as_ref()?.command.as_ref());
    if let Some(command) = command {
        page.line(0, &Paragraph::default().paint(Paint::Strong, "Next: ").paint(Paint::Command, command));
    }
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
    for trouble in account.notified.iter().flat_map(|notified| &notified.trouble) {
        page.line(0, &Paragraph::default().paint(Paint::Care, "not told: ").text(trouble));
    }
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
        Deed::Rejected { places: rejected, .. } => write_places(page, 4, rejected),
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
        | Deed::Refused { .. }
        | Deed::NotSent(_)
        | Deed::Unknown(_)
        | Deed::InReview { .. }
        | Deed::Waiting(_)
        | Deed::Blocked(_)
        | Deed::Drifted(_)
        | Deed::Skipped(_) => {}
    }
    if let (Some(id), Deed::Unknown(_) | Deed::Rejected { .. } | Deed::Refused { .. }) = (submission, deed) {
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
        Deed::Rejected { reason: Some(reason), .. } => (format!("rejected: \"{reason}\""), Paint::Bad),
        Deed::Rejected { reason: None, .. } => ("rejected, the reason is not known".to_owned(), Paint::Bad),
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
