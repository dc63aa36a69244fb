//! Laying out text: paragraphs of painted words, wrapped at the width, escaped on entry.

use super::{Style, terminal};
use anstyle::{AnsiColor, Effects};
use std::borrow::Cow;
use unicode_width::UnicodeWidthStr;

/// What a piece of text is, which decides how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paint {
    /// Running text.
    #[default]
    Plain,
    /// A name or heading.
    Strong,
    /// Something that can be passed over.
    Quiet,
    /// Wrong, lost or dangerous.
    Bad,
    /// Worth a look.
    Care,
    /// Good, or added.
    Good,
    /// A command to copy.
    Command,
}

impl Paint {
    fn style(self) -> anstyle::Style {
        let plain = anstyle::Style::new();
        match self {
            Self::Plain => plain,
            Self::Strong => plain.effects(Effects::BOLD),
            Self::Quiet => plain.effects(Effects::DIMMED),
            Self::Bad => plain.effects(Effects::BOLD).fg_color(Some(AnsiColor::Red.into())),
            Self::Care => plain.fg_color(Some(AnsiColor::Yellow.into())),
            Self::Good => plain.fg_color(Some(AnsiColor::Green.into())),
            Self::Command => plain.fg_color(Some(AnsiColor::Cyan.into())),
        }
    }
}

/// Text in several paints. Everything that enters is escaped, so nothing in it acts on a terminal.
#[derive(Debug, Clone, Default)]
pub struct Paragraph(Vec<(Paint, String)>);

impl Paragraph {
    /// Running text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self::default().text(text)
    }

    /// Adds running text.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.paint(Paint::Plain, text)
    }

    /// Adds text in a paint.
    #[must_use]
    pub fn paint(mut self, paint: Paint, text: &str) -> Self {
        self.0.push((paint, terminal(text).into_owned()));
        self
    }

    /// Columns it takes on one line.
    #[must_use]
    pub fn width(&self) -> usize {
        self.0.iter().map(|(_, text)| text.width()).sum()
    }

    /// The text cut into words; a word may change its paint within.
    fn words(&self) -> Vec<Vec<(Paint, &str)>> {
        let mut words: Vec<Vec<(Paint, &str)>> = vec![Vec::new()];
        for (paint, text) in &self.0 {
            for (position, part) in text.split(' ').enumerate() {
                if position > 0 {
                    words.push(Vec::new());
                }
                if let Some(word) = words.last_mut().filter(|_| !part.is_empty()) {
                    word.push((*paint, part));
                }
            }
        }
        words.retain(|word| !word.is_empty());
        words
    }
}

/// Lines written so far.
#[derive(Debug)]
pub struct Page {
    style: Style,
    out: String,
}

impl Page {
    /// An empty page.
    #[must_use]
    pub fn new(style: Style) -> Self {
        Self { style, out: String::new() }
    }

    /// Columns of a line.
    #[must_use]
    pub fn width(&self) -> usize {
        self.style.width
    }

    /// What was written.
    #[must_use]
    pub fn finish(self) -> String {
        if !self.out.contains("::") && !self.out.contains("##[") {
            return self.out;
        }
        let lines = self.out.split_inclusive('\n').map(without_command);
        lines.collect()
    }

    /// An empty line, unless there is one already or nothing was written yet.
    pub fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// A wrapped paragraph: the first line begins at column `indent`, the others at `hang`.
    pub fn wrap(&mut self, indent: usize, hang: usize, paragraph: &Paragraph) {
        self.spaces(indent);
        self.fill(indent, hang, paragraph);
    }

    /// A label at column `indent`, and a paragraph beside it whose lines all begin at `hang`.
    pub fn labelled(&mut self, indent: usize, label: &Paragraph, hang: usize, paragraph: &Paragraph) {
        self.spaces(indent);
        for (paint, text) in &label.0 {
            self.painted(*paint, text);
        }
        let column = (indent + label.width() + 1).max(hang);
        self.spaces(column - indent - label.width());
        self.fill(column, hang, paragraph);
    }

    fn fill(&mut self, start: usize, hang: usize, paragraph: &Paragraph) {
        let limit = self.style.width;
        let (mut column, mut line_is_empty) = (start, true);
        for word in paragraph.words() {
            let width: usize = word.iter().map(|(_, part)| part.width()).sum();
            if !line_is_empty && column + 1 + width > limit {
                self.out.push('\n');
                self.spaces(hang);
                (column, line_is_empty) = (hang, true);
            }
            if !line_is_empty {
                self.out.push(' ');
                column += 1;
            }
            for (paint, part) in word {
                self.painted(paint, part);
            }
            column += width;
            line_is_empty = false;
        }
        self.out.push('\n');
    }

    /// A line as it is, not wrapped: table rows and commands, whose spaces matter.
    pub fn line(&mut self, indent: usize, paragraph: &Paragraph) {
        self.spaces(indent);
        let last = paragraph.0.len().saturating_sub(1);
        for (position, (paint, text)) in paragraph.0.iter().enumerate() {
            self.painted(*paint, if position == last { text.trim_end() } else { text });
        }
        self.out.push('\n');
    }

    /// Takes over what another renderer made of escaped text.
    pub(super) fn verbatim(&mut self, rendered: &str) {
        for line in rendered.lines() {
            self.out.push_str(line.trim_end());
            self.out.push('\n');
        }
    }

    fn spaces(&mut self, count: usize) {
        self.out.extend(std::iter::repeat_n(' ', count));
    }

    fn painted(&mut self, paint: Paint, text: &str) {
        if self.style.color && paint != Paint::Plain {
            let style = paint.style();
            self.out.push_str(&format!("{style}{text}{style:#}"));
        } else {
            self.out.push_str(text);
        }
    }
}

/// A line in which GitHub's runner, which reads all that jobs print, finds no command.
fn without_command(line: &str) -> Cow<'_, str> {
    let text = line.trim_start();
    let line = match text.strip_prefix("::") {
        Some(rest) => {
            Cow::Owned(format!("{}\\u{{3a}}:{rest}", line.get(..line.len() - text.len()).unwrap_or_default()))
        }
        None => Cow::Borrowed(line),
    };
    if line.contains("##[") { Cow::Owned(line.replace("##[", "##\\u{5b}")) } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(width: usize, paragraph: &Paragraph) -> String {
        let mut page = Page::new(Style { color: false, width });
        page.wrap(2, 4, paragraph);
        page.finish()
    }

    #[test]
    fn long_text_wraps_and_long_words_do_not_break() {
        let text = Paragraph::of("one two three incomprehensibilities four");
        assert_eq!(wrapped(12, &text), "  one two\n    three\n    incomprehensibilities\n    four\n");
    }

    #[test]
    fn no_line_is_a_command_of_a_runner() {
        let text = Paragraph::of("::stop-commands::x ##[error] a::b");
        assert_eq!(wrapped(80, &text), "  \\u{3a}:stop-commands::x ##\\u{5b}error] a::b\n");
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(wrapped(8, &Paragraph::of("云商 店店")), "  云商\n    店店\n");
    }

    #[test]
    fn colour_leaves_the_text_alone() {
        let paragraph = Paragraph::of("a ").paint(Paint::Bad, "b c").text("d");
        let mut page = Page::new(Style { color: true, width: 80 });
        page.wrap(0, 0, &paragraph);
        let colored = page.finish();
        assert!(colored.contains('\u{1b}'));
        assert_eq!(anstream::adapter::strip_str(&colored).to_string(), "a b cd\n");
    }
}
