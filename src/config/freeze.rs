//! Times in which nothing is handed over.

use super::read::{Reader, text};
use crate::model::Key;
use crate::yaml::{Node, excerpt};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time, Weekday};

/// A time in which nothing is handed over, with its reason. Verdicts are still recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    /// When, in the site's time zone.
    pub window: FreezeWindow,
    /// Why.
    pub reason: String,
}

/// When a freeze holds, in the site's time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FreezeWindow {
    /// From one moment up to another, without it.
    Span {
        /// The first moment.
        from: DateTime,
        /// The first moment after it.
        until: DateTime,
    },
    /// On these days of every week; never all of them.
    Weekdays(Vec<Weekday>),
}

impl Freeze {
    /// When a freeze that holds at a moment ends; `None` when it does not hold then. Both in the site's time zone.
    #[must_use]
    pub fn ends(&self, now: DateTime) -> Option<DateTime> {
        match &self.window {
            FreezeWindow::Span { from, until } => (*from <= now && now < *until).then_some(*until),
            FreezeWindow::Weekdays(days) => {
                let is_frozen = |date: Date| days.contains(&date.weekday());
                let mut date = is_frozen(now.date()).then_some(now.date())?;
                // A week has a day that is not frozen; the calendar may end before it.
                for _ in 0..7 {
                    if !is_frozen(date) {
                        break;
                    }
                    date = date.checked_add(1.day()).ok()?;
                }
                Some(date.to_datetime(Time::midnight()))
            }
        }
    }
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// The words for days of the week.
pub(super) fn weekday_words() -> Vec<&'static str> {
    WEEKDAYS.iter().map(|(word, _)| *word).collect()
}

impl<'t> Reader<'t> {
    /// The freezes of a target.
    pub(super) fn freezes(&mut self, target: &Key, list: Option<Node<'t>>) -> Vec<Freeze> {
        let items = list.into_iter().flat_map(Node::items);
        items.filter_map(|node| self.freeze(target, node)).collect()
    }

    fn freeze(&mut self, target: &Key, node: Node<'t>) -> Option<Freeze> {
        let reason = text(node, "reason")?.to_owned();
        let days: Vec<Node<'t>> = node.get("weekdays").into_iter().flat_map(Node::items).collect();
        let (from, until) = (node.get("from"), node.get("until"));
        let window = match (from, until, days.as_slice()) {
            (Some(from), Some(until), []) => {
                let (first, last) = (self.moment(from, Time::midnight())?, self.moment(until, END_OF_DAY)?);
                let after = if last.time() == END_OF_DAY { midnight_after(last) } else { last };
                if after <= first {
                    let help = "`until` is the last day, or the moment at which it ends";
                    let message = "this freeze ends before it begins";
                    let diagnostic = self.error("freeze-invalid", until, message).help(help);
                    self.report(diagnostic);
                    return None;
                }
                FreezeWindow::Span { from: first, until: after }
            }
            (None, None, [_, ..]) => {
                let known = |day: &Node<'t>| {
                    let word = day.text()?;
                    WEEKDAYS.iter().find(|(name, _)| *name == word).map(|(_, day)| *day)
                };
                let mut found: Vec<Weekday> = days.iter().filter_map(known).collect();
                found.sort_by_key(|day| day.to_monday_zero_offset());
                found.dedup();
                if found.len() == WEEKDAYS.len() {
                    let message = format!("with this nothing is ever handed over at `{target}`");
                    let help = "leave a day free; `gallerist pause` stops everything until somebody resumes";
                    let diagnostic = self.error("freeze-invalid", node, message).help(help);
                    self.report(diagnostic);
                    return None;
                }
                FreezeWindow::Weekdays(found)
            }
            _ => {
                let message = "a freeze has `from` and `until`, or `weekdays`";
                let help = "write `{from: 2026-12-20, until: 2027-01-03, reason: ...}` or `{weekdays: [friday], reason: ...}`";
                let diagnostic = self.error("freeze-invalid", node, message).help(help);
                self.report(diagnostic);
                return None;
            }
        };
        Some(Freeze { window, reason })
    }

    /// A day, or a moment of a day.
    fn moment(&mut self, node: Node<'t>, time: Time) -> Option<DateTime> {
        let written = node.text().unwrap_or_default();
        let day =
            || written.parse::<Date>().ok().filter(|_| written.len() == 10).map(|day| day.to_datetime(time));
        let moment = || written.parse::<DateTime>().ok().filter(|_| is_local(written));
        let found = day().or_else(moment);
        if found.is_none() {
            let message = format!("`{}` is no day and no moment", excerpt(written));
            let help =
                "write a day as in 2026-12-20, or a moment in the site's time zone as in 2026-12-20T18:00";
            let diagnostic = self.error("freeze-invalid", node, message).help(help);
            self.report(diagnostic);
        }
        found
    }
}

/// Whether a text is a moment without an offset or a zone: those of the site are meant.
fn is_local(written: &str) -> bool {
    let time = written.split_once('T').map(|(_, time)| time);
    time.is_some_and(|time| time.chars().all(|c| c.is_ascii_digit() || c == ':' || c == '.'))
}

/// Stands for the end of a day that was named without a time.
const END_OF_DAY: Time = Time::constant(23, 59, 59, 999_999_999);

/// The last moment there is where the calendar ends: whoever writes that year means for ever.
fn midnight_after(moment: DateTime) -> DateTime {
    let next = moment.date().checked_add(1.day());
    next.map_or(DateTime::MAX, |day| day.to_datetime(Time::midnight()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime {
        text.parse().unwrap()
    }

    fn ends(window: FreezeWindow, now: &str) -> Option<String> {
        Freeze { window, reason: "fair".into() }.ends(at(now)).map(|end| end.to_string())
    }

    #[test]
    fn a_span_holds_from_its_first_moment_up_to_its_end() {
        let span = || FreezeWindow::Span { from: at("2026-12-20T00:00"), until: at("2027-01-04T00:00") };
        assert_eq!(ends(span(), "2026-12-19T23:59:59"), None);
        assert_eq!(ends(span(), "2026-12-20T00:00").as_deref(), Some("2027-01-04T00:00:00"));
        assert_eq!(ends(span(), "2027-01-03T23:59:59").as_deref(), Some("2027-01-04T00:00:00"));
        assert_eq!(ends(span(), "2027-01-04T00:00"), None);
    }

    #[test]
    fn days_of_the_week_end_on_the_first_day_that_is_free() {
        let days = || FreezeWindow::Weekdays(vec![Weekday::Friday, Weekday::Saturday, Weekday::Sunday]);
        // 2026-11-26 is a Thursday.
        assert_eq!(ends(days(), "2026-11-26T12:00"), None);
        for frozen in ["2026-11-27T00:00", "2026-11-28T12:00", "2026-11-29T23:59"] {
            assert_eq!(ends(days(), frozen).as_deref(), Some("2026-11-30T00:00:00"), "{frozen}");
        }
    }
}
