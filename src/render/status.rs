//! The status of a target: one row per product, most urgent first, with what was rejected and where it is written.

use super::{Page, Paint, Paragraph, Style, counted, ignored_words, standing_paint, terminal};
use crate::plan::Standing;
use crate::report::{Actor, Place, Status, StatusRow};
use jiff::civil::Date;
use unicode_width::UnicodeWidthStr;

/// The table, with the rejections and next commands under their rows. Products in sync are counted.
#[must_use]
pub fn status(status: &Status, style: Style) -> String {
    let mut page = Page::new(style);
    let observed = status.observed_at.strftime("%Y-%m-%d %H:%M UTC");
    let title = Paragraph::default()
        .paint(Paint::Strong, &format!("{} at {}", status.scope.catalog, status.scope.target))
        .paint(Paint::Quiet, &format!(", observed {observed}"));
    page.wrap(0, 2, &title);
    page.gap();
    let is_calm = |row: &&StatusRow| {
        row.standing == Standing::InSync && row.ignored.is_empty() && row.besides.is_empty()
    };
    let (calm, loud): (Vec<&StatusRow>, Vec<&StatusRow>) = status.rows.iter().partition(is_calm);
    let standings = loud.iter().map(|row| row.standing.words().width()).max().unwrap_or(0);
    let keys = loud.iter().map(|row| row.product.as_str().width()).max().unwrap_or(0);
    for row in &loud {
        table_row(&mut page, row, status.date, standings, keys.min(32));
    }
    page.gap();
    for (id, name) in &status.unbound {
        let line = format!("\"{name}\" ({id}) is on sale, but no definition is bound to it");
        page.wrap(0, 2, &Paragraph::default().paint(Paint::Care, "note: ").text(&line));
    }
    // Those with differences that are ignored have rows of their own, and are in sync all the same.
    let count = calm.len() + loud.iter().filter(|row| row.standing == Standing::InSync).count();
    let line = match (count, status.rows.len()) {
        (_, 0) => "There is no product to show.".to_owned(),
        (1, _) => "1 product is in sync.".to_owned(),
        (_, _) => format!("{count} products are in sync."),
    };
    page.wrap(0, 2, &Paragraph::default().paint(Paint::Good, &line));
    page.finish()
}

/// One line per product: `key: standing[: since date][: rejection]`.
#[must_use]
pub fn status_short(status: &Status, style: Style) -> String {
    let mut page = Page::new(style);
    for row in &status.rows {
        let mut line = Paragraph::of(&format!("{}: ", row.product))
            .paint(standing_paint(row.standing), row.standing.words());
        if let Some(since) = row.since {
            line = line.text(&format!(" since {}", since.strftime("%Y-%m-%d")));
        }
        if let Some(rejection) = &row.rejection {
            line = line.text(": ").text(rejection.reason.as_deref().unwrap_or("reason not known"));
        }
        if let Some(until) = row.ignored.iter().map(|ignored| ignored.until).min() {
            let count = counted(row.ignored.len(), "difference is ignored", "differences are ignored");
            line = line.text(&format!(": {count} until {}", until.strftime("%Y-%m-%d")));
        }
        page.line(0, &line);
    }
    page.finish()
}

fn table_row(page: &mut Page, row: &StatusRow, today: Date, standings: usize, keys: usize) {
    let pad = |text: &str, width: usize| " ".repeat(width.saturating_sub(text.width()));
    let words = row.standing.words();
    let key = row.product.as_str();
    let head = Paragraph::default()
        .paint(standing_paint(row.standing), words)
        .text(&pad(words, standings))
        .text("  ")
        .paint(Paint::Strong, key)
        .text(&pad(key, keys))
        .text("  ");
    let room = page.width().saturating_sub(head.width());
    page.line(0, &head.text(&cut(&row.name, room)));
    let indent = standings + 2;
    if let Some(timing) = timing(row, today) {
        page.wrap(indent, indent, &Paragraph::of(&timing));
    }
    if let Some(rejection) = &row.rejection {
        let reason = match &rejection.reason {
            Some(reason) => format!("\"{reason}\""),
            None => "(the reason is not known)".to_owned(),
        };
        page.wrap(indent, indent + 2, &Paragraph::of("the reviewer said: ").paint(Paint::Bad, &reason));
        write_rejection(page, indent, rejection.reason.as_deref(), &rejection.places);
    }
    if let Some(refusal) = &row.refusal {
        page.wrap(indent, indent + 2, &Paragraph::of("the marketplace said: ").paint(Paint::Bad, refusal));
    }
    for beside in &row.besides {
        page.wrap(indent, indent + 2, &Paragraph::default().paint(Paint::Care, beside));
    }
    for ignored in &row.ignored {
        let line = format!("ignored: {}: {}", ignored.drift.item.describe(), ignored_words(ignored));
        page.wrap(indent, indent + 2, &Paragraph::default().paint(Paint::Quiet, &line));
    }
    if row.next.who != Actor::Nobody {
        let next = format!("next: {} {}", row.next.who.words(), row.next.what);
        page.wrap(indent, indent + 2, &Paragraph::default().paint(Paint::Quiet, &next));
    }
    if let Some(command) = &row.next.command {
        page.line(indent + 2, &Paragraph::default().paint(Paint::Command, command));
    }
}

/// Places in files, one per line, so a terminal can open them: what a reviewer's words name before the rest.
pub(super) fn write_places(page: &mut Page, indent: usize, places: &[Place]) {
    let (named, rest): (Vec<&Place>, Vec<&Place>) = places.iter().partition(|place| place.named);
    let is_apart = !named.is_empty() && !rest.is_empty();
    for place in named {
        page.line(indent, &Paragraph::of(&format!("--> {place}")));
    }
    if is_apart {
        page.line(indent, &Paragraph::default().paint(Paint::Quiet, "also part of it:"));
    }
    for place in rest {
        page.line(indent, &Paragraph::of(&format!("--> {place}")));
    }
}

/// The places of what was rejected, and where its text names nothing of it, that it does not.
pub(super) fn write_rejection(page: &mut Page, indent: usize, reason: Option<&str>, places: &[Place]) {
    if reason.is_some() && !places.is_empty() && !places.iter().any(|place| place.named) {
        let words = "these words name nothing of what was submitted, which is all of this:";
        page.wrap(indent, indent + 2, &Paragraph::default().paint(Paint::Quiet, words));
    }
    write_places(page, indent, places);
}

fn timing(row: &StatusRow, today: Date) -> Option<String> {
    let since = row.since?.strftime("%Y-%m-%d");
    Some(match row.expected_by {
        Some(due) if due < today => format!("since {since}; the verdict was expected by {due}"),
        Some(due) => format!("since {since}; verdict expected by {due}"),
        None => format!("since {since}"),
    })
}

/// A name held to a width; the end is left out, visibly.
pub(super) fn cut(text: &str, width: usize) -> String {
    let text = terminal(text);
    if text.width() <= width {
        return text.into_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if out.width() + unicode_width::UnicodeWidthChar::width(c).unwrap_or(0) + 1 > width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}
