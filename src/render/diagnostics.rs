//! Findings as a compiler shows them: the line underlined, the rule named, the way out.

use super::{Page, Paint, Paragraph, Style, cut, excerpt, terminal};
use crate::diagnostic::{Diagnostic, Diagnostics, Fix, Location, Severity, Sources};
use crate::rules;
use crate::text::{SourceFile, apply_edits};
use annotate_snippets::{AnnotationKind, Group, Level, Message, Origin, Renderer, Snippet};
use camino::Utf8Path;
use similar::{ChangeTag, TextDiff};
use std::ops::Range;
use unicode_width::UnicodeWidthStr;

/// All findings with their source, and a last line that counts them; empty when there are none.
#[must_use]
pub fn diagnostics(diagnostics: &Diagnostics, style: Style) -> String {
    let mut page = Page::new(style);
    for diagnostic in &diagnostics.list {
        finding(&mut page, diagnostic, &diagnostics.sources, style);
        page.gap();
    }
    if !diagnostics.list.is_empty() {
        page.wrap(0, 0, &counts(diagnostics));
    }
    page.finish()
}

/// All findings, one line each: `file:line:column: error[rule]: message`.
#[must_use]
pub fn diagnostics_short(diagnostics: &Diagnostics, style: Style) -> String {
    let mut page = Page::new(style);
    for diagnostic in &diagnostics.list {
        let place = place(&diagnostic.primary, &diagnostics.sources);
        let line = Paragraph::default().text(&place).text(": ");
        page.line(
            0,
            &line.paint(paint(diagnostic.severity), &head(diagnostic)).text(": ").text(&diagnostic.message),
        );
    }
    page.finish()
}

fn counts(diagnostics: &Diagnostics) -> Paragraph {
    let severities = [Severity::Error, Severity::Warning, Severity::Note];
    let counted = severities.map(|severity| (severity, diagnostics.count(severity)));
    let mut paragraph = Paragraph::default();
    for (position, (severity, count)) in counted.iter().filter(|(_, count)| *count > 0).enumerate() {
        let comma = if position > 0 { ", " } else { "" };
        let plural = if *count == 1 { "" } else { "s" };
        paragraph =
            paragraph.text(comma).paint(paint(*severity), &format!("{count} {}{plural}", severity.word()));
    }
    paragraph
}

fn paint(severity: Severity) -> Paint {
    match severity {
        Severity::Error => Paint::Bad,
        Severity::Warning => Paint::Care,
        Severity::Note => Paint::Strong,
    }
}

fn head(diagnostic: &Diagnostic) -> String {
    format!("{}[{}]", diagnostic.severity.word(), diagnostic.rule)
}

fn place(location: &Location, sources: &Sources) -> String {
    match sources.get(&location.path) {
        Some(file) => format!("{}:{}", location.path, file.position(location.span.start)),
        None => location.path.to_string(),
    }
}

fn finding(page: &mut Page, diagnostic: &Diagnostic, sources: &Sources, style: Style) {
    let head = head(diagnostic);
    let title = Paragraph::default()
        .paint(paint(diagnostic.severity), &head)
        .paint(Paint::Strong, &format!(": {}", diagnostic.message));
    page.wrap(0, 2, &title);
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut excerpts = excerpts(diagnostic, sources);
    let numbers = excerpts.iter().map(Excerpt::last_line).max().unwrap_or(1);
    let gutter = numbers.to_string().len() + 3;
    let mut notes: Vec<Message<'_>> = Vec::new();
    for mark in excerpts.iter_mut().flat_map(Excerpt::take_long_labels(gutter, style.width)) {
        notes.push(note("note", &mark, gutter, style.width));
    }
    let see = rules::link(diagnostic.rule);
    for (name, text) in [("why", &diagnostic.why), ("help", &diagnostic.help), ("see", &see)] {
        if !text.is_empty() {
            notes.push(note(name, text, gutter, style.width));
        }
    }
    let mut group = Group::with_level(level);
    for (position, excerpt) in excerpts.iter().enumerate() {
        if position == 0 {
            let arrow = Paragraph::default().paint(Paint::Strong, "--> ").text(&excerpt.place());
            page.line(gutter - 3, &arrow);
        }
        group = excerpt.draw(group, position == 0);
    }
    let group = group.elements(notes);
    if !group.is_empty() {
        let renderer = if style.color { Renderer::styled().hyperlink(false) } else { Renderer::plain() };
        page.verbatim(&renderer.term_width(style.width).render(&[group]));
    }
    if let Some(repair) = &diagnostic.fix {
        fix(page, repair, sources.get(&diagnostic.primary.path), gutter);
    }
}

fn note<'a>(name: &'static str, text: &str, gutter: usize, width: usize) -> Message<'a> {
    let room = width.saturating_sub(gutter + name.len() + 2).max(20);
    let mut page = Page::new(Style { color: false, width: room });
    page.wrap(0, 0, &Paragraph::of(text));
    Level::NOTE.with_name(name).message(page.finish().trim_end().to_owned())
}

/// A part of one file with what is underlined in it.
struct Excerpt {
    path: String,
    line: usize,
    column: usize,
    /// Number of the first line of `text`; `None` when the file's text is not at hand.
    first_line: Option<usize>,
    text: String,
    marks: Vec<(AnnotationKind, Range<usize>, String)>,
}

impl Excerpt {
    fn last_line(&self) -> usize {
        self.first_line.unwrap_or(1) + self.text.lines().count().saturating_sub(1)
    }

    /// Labels that would not fit beside the source, to be shown below it instead.
    fn take_long_labels(gutter: usize, width: usize) -> impl Fn(&mut Self) -> Vec<String> {
        move |excerpt| {
            let text = &excerpt.text;
            let mut long = Vec::new();
            for (_, range, label) in &mut excerpt.marks {
                let line_start =
                    text.get(..range.start).and_then(|head| head.rfind('\n')).map_or(0, |at| at + 1);
                let before = text.get(line_start..range.end).unwrap_or("").replace('\t', "    ").width();
                if gutter + before + 2 + label.width() > width && !label.is_empty() {
                    long.push(std::mem::take(label));
                }
            }
            long
        }
    }

    /// The excerpt's place as it is printed.
    fn place(&self) -> String {
        match self.first_line {
            Some(_) => format!("{}:{}:{}", self.path, self.line, self.column),
            None => self.path.clone(),
        }
    }

    /// Adds the excerpt. The first one's place is printed by us: the library would count columns in escaped text.
    fn draw<'a>(&'a self, group: Group<'a>, is_first: bool) -> Group<'a> {
        let Some(first_line) = self.first_line else {
            return if is_first { group } else { group.element(Origin::path(self.path.as_str())) };
        };
        let marks = self.marks.iter().map(|(kind, range, label)| {
            let label = (!label.is_empty()).then_some(label.as_str());
            kind.span(range.clone()).label(label)
        });
        let snippet = Snippet::source(self.text.as_str()).line_start(first_line).annotations(marks);
        group.element(snippet.path((!is_first).then_some(self.path.as_str())))
    }
}

/// One excerpt per file, the primary place's first.
fn excerpts(diagnostic: &Diagnostic, sources: &Sources) -> Vec<Excerpt> {
    let primary = (AnnotationKind::Primary, &diagnostic.primary, &diagnostic.label);
    let others =
        diagnostic.labels.iter().map(|label| (AnnotationKind::Context, &label.location, &label.text));
    let marks: Vec<Mark<'_>> = std::iter::once(primary).chain(others).collect();
    let mut paths = Vec::new();
    for (_, location, _) in &marks {
        if !paths.contains(&&location.path) {
            paths.push(&location.path);
        }
    }
    let in_file = |path: &Utf8Path| -> Vec<Mark<'_>> {
        marks.iter().filter(|(_, location, _)| location.path == path).copied().collect()
    };
    paths.into_iter().map(|path| underlined(path, sources.get(path), &in_file(path))).collect()
}

/// What is underlined: how, where, with which label.
type Mark<'a> = (AnnotationKind, &'a Location, &'a String);

fn underlined(path: &Utf8Path, file: Option<&SourceFile>, marks: &[Mark<'_>]) -> Excerpt {
    let path = terminal(path.as_str()).into_owned();
    let Some(file) = file else {
        return Excerpt { path, line: 1, column: 1, first_line: None, text: String::new(), marks: vec![] };
    };
    let ranges: Vec<Range<usize>> =
        marks.iter().map(|mark| first_line_of(file, mark.1.span.range())).collect();
    let (lines, first_line) = whole_lines(file, &ranges);
    let inside: Vec<Range<usize>> =
        ranges.iter().map(|range| range.start - lines.start..range.end - lines.start).collect();
    let (text, moved) = excerpt(file.text().get(lines).unwrap_or(""), &inside);
    let start = ranges.first().map_or(0, |range| u32::try_from(range.start).unwrap_or(u32::MAX));
    let position = file.position(start);
    let labels = marks.iter().map(|mark| terminal(mark.2).into_owned());
    let moved = marks.iter().map(|mark| mark.0).zip(moved).zip(labels);
    Excerpt {
        path,
        line: position.line.0 as usize,
        column: position.column.0 as usize,
        first_line: Some(first_line),
        text,
        marks: moved.map(|((kind, range), label)| (kind, range, label)).collect(),
    }
}

/// The part of a range on its first line, held to character boundaries inside the file.
fn first_line_of(file: &SourceFile, range: Range<usize>) -> Range<usize> {
    let text = file.text();
    let start = text.floor_char_boundary(range.start.min(text.len()));
    let end = text.floor_char_boundary(range.end.clamp(start, text.len()));
    let line = text.get(start..end).unwrap_or("");
    let line = line.split('\n').next().unwrap_or("");
    start..start + line.trim_end().len()
}

/// The whole lines around some ranges, and the number of the first.
fn whole_lines(file: &SourceFile, ranges: &[Range<usize>]) -> (Range<usize>, usize) {
    let text = file.text();
    let start = ranges.iter().map(|range| range.start).min().unwrap_or(0);
    let end = ranges.iter().map(|range| range.end).max().unwrap_or(0);
    let line_start = text.get(..start).and_then(|head| head.rfind('\n')).map_or(0, |at| at + 1);
    let line_end = text.get(end..).and_then(|tail| tail.find('\n')).map_or(text.len(), |at| end + at);
    let number = file.position(u32::try_from(line_start).unwrap_or(u32::MAX)).line.0 as usize;
    (line_start..line_end, number)
}

/// Most lines of a fix that are shown.
const FIX_LINES_MAX: usize = 12;

/// The fix, as the lines it takes away and those it writes.
fn fix(page: &mut Page, fix: &Fix, file: Option<&SourceFile>, gutter: usize) {
    let title =
        Paragraph::default().paint(Paint::Command, "try").paint(Paint::Strong, &format!(": {}", fix.title));
    page.wrap(0, 2, &title);
    let Some((file, fixed)) = file.and_then(|file| Some((file, apply_edits(file.text(), &fix.edits)?)))
    else {
        return;
    };
    let ranges: Vec<Range<usize>> = fix.edits.iter().map(|edit| edit.span.range()).collect();
    let (lines, first_line) = whole_lines(file, &ranges);
    let after = file.text().len() - lines.end;
    let before = file.text().get(lines.clone()).unwrap_or("");
    let fixed = fixed.get(lines.start..fixed.len() - after).unwrap_or("");
    let difference = TextDiff::from_lines(before, fixed);
    let changes = difference.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal);
    for (position, change) in changes.enumerate() {
        if position == FIX_LINES_MAX {
            page.line(gutter - 1, &Paragraph::default().paint(Paint::Quiet, "..."));
            break;
        }
        let (mark, paint, line) = match change.tag() {
            ChangeTag::Insert => ("+", Paint::Good, change.new_index()),
            ChangeTag::Delete | ChangeTag::Equal => ("-", Paint::Bad, change.old_index()),
        };
        let number = (first_line + line.unwrap_or(0)).to_string();
        let text = change.value().trim_end().replace('\t', "    ");
        let text = cut(&text, page.width().saturating_sub(gutter + 1));
        let line = Paragraph::default().paint(Paint::Quiet, &number).text(" ").paint(paint, mark).text(" ");
        page.line((gutter - 3).saturating_sub(number.len()), &line.paint(paint, &text));
    }
}
