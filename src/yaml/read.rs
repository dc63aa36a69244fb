//! Bytes to tree, within limits, with every complaint at its place.

use super::characters::{is_control, is_printable};
use super::input::{TextInput, next_event};
use super::inspect::inspect;
use super::offset::Offsets;
use super::scalar::Meaning;
use super::tree::{Content, KeyMark, Keys, Kind, NodeId, Raw, Style, Tree};
use crate::diagnostic::Diagnostic;
use crate::text::Span;
use camino::Utf8Path;
use saphyr_parser::{Event, Parser, ScalarStyle};
use std::sync::Arc;

/// How much of a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of a file.
    pub bytes_max: usize,
    /// Most levels of mappings and lists inside each other.
    pub depth_max: usize,
    /// Most keys, values, mappings and lists together.
    pub nodes_max: usize,
}

impl Default for Limits {
    /// 1 MiB, 64 levels, 200,000 nodes.
    fn default() -> Self {
        Self { bytes_max: 1 << 20, depth_max: 64, nodes_max: 200_000 }
    }
}

/// About as many bytes of a file make a key or a value.
const BYTES_PER_NODE: usize = 16;

/// Most nodes of a mapping that are looked through for a key whose mark it has already.
const LOOKED_THROUGH_MAX: usize = 1_000;

/// What reading gave.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The file's text, as far as it is UTF-8, for underlining.
    pub text: Arc<str>,
    /// The tree; `None` when the text has no readable structure (the diagnostics say why).
    pub tree: Option<Tree>,
    /// What is wrong: one error for broken syntax, or all repeated keys and warnings.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads one file under the path people know it by.
#[must_use]
pub fn read(path: &Utf8Path, bytes: &[u8], limits: Limits) -> Reading {
    if bytes.len() > limits.bytes_max {
        let message = format!("this file has {} bytes; at most {} are read", bytes.len(), limits.bytes_max);
        let help = "keep long texts in files of their own: `description: {file: description.md}`";
        let diagnostic = Diagnostic::error("file-too-large", path, Span::new(0, 0), message).help(help);
        return Reading { text: "".into(), tree: None, diagnostics: vec![diagnostic] };
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let sound = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let text: Arc<str> = String::from_utf8_lossy(sound).into();
            let at = Span::new(text.len(), text.len());
            let diagnostic = Diagnostic::error("not-utf8", path, at, "this file is not UTF-8 from here on")
                .help("save it as UTF-8");
            return Reading { text, tree: None, diagnostics: vec![diagnostic] };
        }
    };
    let mut builder = Builder::new(path, text, limits);
    let outcome = builder.check_characters().and_then(|()| builder.run());
    let Builder { mut tree, mut diagnostics, mut suspects, offsets, .. } = builder;
    let text = Arc::clone(&tree.text);
    if let Err(error) = outcome {
        return Reading { text, tree: None, diagnostics: vec![*error] };
    }
    if tree.nodes.capacity() / 2 > tree.nodes.len() {
        tree.nodes.shrink_to_fit();
    }
    suspects.sort_unstable();
    suspects.dedup();
    let is_plain = offsets.are_single_bytes() && tree.own.iter().all(|text| text.is_ascii());
    match is_plain {
        true => inspect(path, &tree, suspects.iter().copied(), &mut diagnostics),
        false => inspect(path, &tree, 0..tree.nodes.len(), &mut diagnostics),
    }
    tree.repeated = diagnostics.iter().any(|each| each.rule == "duplicate-key");
    Reading { text, tree: Some(tree), diagnostics }
}

type Step = Result<(), Box<Diagnostic>>;

struct Builder<'t> {
    path: &'t Utf8Path,
    text: &'t str,
    limits: Limits,
    /// Bytes of a byte order mark, which the parser does not see.
    skipped: usize,
    /// Whether what follows is nothing but printable ASCII.
    is_printable: bool,
    offsets: Offsets<'t>,
    /// As far as it was read.
    tree: Tree,
    /// Open mappings and lists.
    open: Vec<Open>,
    /// End of the last thing that was written out.
    last_end: usize,
    documents: usize,
    /// Mappings that may have a key twice.
    suspects: Vec<usize>,
    diagnostics: Vec<Diagnostic>,
}

/// A mapping or list that did not end yet.
struct Open {
    node: usize,
    is_mapping: bool,
    /// Whether a key comes next.
    at_key: bool,
    /// Which keys a mapping may have so far.
    keys: Keys,
}

impl<'t> Builder<'t> {
    fn new(path: &'t Utf8Path, text: &'t str, limits: Limits) -> Self {
        let skipped = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        let seen = text.get(skipped..).unwrap_or("");
        let is_printable = is_printable(seen);
        Self {
            path,
            text,
            limits,
            skipped,
            is_printable,
            offsets: if is_printable { Offsets::of_single_bytes(seen) } else { Offsets::new(seen) },
            tree: Tree {
                text: text.into(),
                nodes: Vec::with_capacity(text.len() / BYTES_PER_NODE),
                ..Tree::default()
            },
            open: Vec::new(),
            last_end: skipped,
            documents: 0,
            suspects: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    fn error(&self, rule: &'static str, span: Span, message: impl Into<String>) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(rule, self.path, span, message))
    }

    /// Refuses control characters before the parser gives them a meaning.
    fn check_characters(&self) -> Step {
        if self.is_printable {
            return Ok(());
        }
        let text = self.text.get(self.skipped..).unwrap_or("");
        let Some((at, c)) = text.char_indices().find(|(_, c)| is_control(*c)) else { return Ok(()) };
        let start = self.skipped + at;
        Err(self.control(Span::new(start, start + c.len_utf8()), c))
    }

    fn control(&self, span: Span, c: char) -> Box<Diagnostic> {
        let message = format!("control character U+{:04X} in the text", u32::from(c));
        let help = "remove it; an editor does not show it";
        Box::new(Diagnostic::error("control-character", self.path, span, message).help(help))
    }

    fn run(&mut self) -> Step {
        let input = TextInput::new(self.text.get(self.skipped..).unwrap_or(""));
        let mut parser = Parser::new(input);
        loop {
            // An event is large, and looked at where the parser laid it.
            match &next_event(&mut parser) {
                Some(Ok((event, span))) => {
                    let start = self.skipped + self.offsets.byte(span.start.index());
                    let end = self.skipped + self.offsets.byte(span.end.index());
                    self.event(event, start, end.max(start))?;
                }
                Some(Err(error)) => {
                    let at = self.skipped + self.offsets.byte(error.marker().index());
                    if error.info().contains("recursion limit") {
                        return Err(self.too_deep(Span::new(at, at)));
                    }
                    return Err(self.syntax(at, error.info()));
                }
                None => break,
            }
        }
        if self.tree.nodes.is_empty() {
            let help = "a document begins with `apiVersion: gallerist/v1` and `kind:`";
            return Err(Box::new(self.error("empty-file", Span::new(0, 0), "this file is empty").help(help)));
        }
        Ok(())
    }

    fn syntax(&self, at: usize, info: &str) -> Box<Diagnostic> {
        let at = at.min(self.text.len());
        let next = self.text.get(at..).and_then(|rest| rest.chars().next());
        let width = next.filter(|c| !matches!(c, '\n' | '\r')).map_or(0, char::len_utf8);
        let line_start =
            self.text.get(..at).map_or(0, |before| before.rfind('\n').map_or(0, |found| found + 1));
        let tab =
            self.text.get(line_start..).is_some_and(|line| line.trim_start_matches(' ').starts_with('\t'));
        let diagnostic =
            self.error("yaml-syntax", Span::new(at, at + width), format!("this is not valid YAML: {info}"));
        if tab {
            return Box::new(diagnostic.help("indent with spaces; YAML does not allow tabs there"));
        }
        diagnostic
    }

    fn event(&mut self, event: &Event<'_>, start: usize, end: usize) -> Step {
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(explicit) => self.document(*explicit, start, end),
            Event::Alias(_) => Err(self.anchor(start, end)),
            Event::Scalar(value, style, anchor, tag) => {
                self.refuse(start, end, *anchor, tag.is_some())?;
                self.scalar(value, *style, start, end)
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse(start, end, *anchor, tag.is_some())?;
                self.begin(Kind::Sequence, start, end)
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse(start, end, *anchor, tag.is_some())?;
                self.begin(Kind::Mapping, start, end)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.finish();
                Ok(())
            }
        }
    }

    fn document(&mut self, explicit: bool, start: usize, end: usize) -> Step {
        self.documents += 1;
        if self.documents > 1 {
            let help = "keep one document per file";
            let message = "a second document begins here";
            return Err(Box::new(self.error("several-documents", Span::new(start, end), message).help(help)));
        }
        // A document that begins without `---` is reported at its first token, which is still to come.
        if explicit {
            self.last_end = self.last_end.max(end);
        }
        Ok(())
    }

    fn anchor(&self, start: usize, end: usize) -> Box<Diagnostic> {
        let message = "anchors (`&name`) and aliases (`*name`) are not read";
        let help = "write the value out; what looks like an anchor or alias but is text needs quotes";
        Box::new(self.error("yaml-alias", Span::new(start, end), message).help(help))
    }

    #[inline]
    fn refuse(&self, start: usize, end: usize, anchor: usize, tagged: bool) -> Step {
        if anchor > 0 || tagged { Err(self.refused(start, end, anchor)) } else { Ok(()) }
    }

    fn refused(&self, start: usize, end: usize, anchor: usize) -> Box<Diagnostic> {
        if anchor > 0 {
            return self.anchor(start, end);
        }
        let message = "tags such as `!!str` are not read";
        let help = "leave the tag out; put a text in quotes";
        Box::new(self.error("yaml-tag", Span::new(start, end), message).help(help))
    }

    /// Whether the next node is a key of the innermost mapping.
    fn at_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.at_key)
    }

    #[inline]
    fn push(
        &mut self,
        kind: Kind,
        meaning: Option<Meaning>,
        mark: KeyMark,
        span: Span,
        content: Content,
    ) -> Step {
        let place = self.tree.nodes.len();
        if place >= self.limits.nodes_max {
            return Err(self.too_many_nodes(span));
        }
        let mut has_key = false;
        if let Some(open) = self.open.last_mut() {
            has_key = open.is_mapping && !open.at_key;
            open.at_key = has_key;
        }
        let end = u32::try_from(place + 1).unwrap_or(u32::MAX);
        self.tree.nodes.push(Raw { kind, meaning, mark, has_key, span, content, end });
        Ok(())
    }

    fn too_many_nodes(&self, span: Span) -> Box<Diagnostic> {
        let message = format!("this file has more than {} keys and values", self.limits.nodes_max);
        self.error("too-many-nodes", span, message)
    }

    /// Notes a key in the mapping it belongs to.
    fn remember_key(&mut self, key: &str) -> KeyMark {
        let mark = KeyMark::of(key);
        let Some(Open { node, keys, .. }) = self.open.last_mut() else { return mark };
        let (mapping, may_stand_twice) = (*node, keys.may_hold(mark));
        *keys = keys.with(mark);
        if may_stand_twice && self.suspects.last() != Some(&mapping) && self.may_have(mapping, key, mark) {
            self.suspects.push(mapping);
        }
        mark
    }

    /// Whether a mapping that did not end yet may have a key already. To look through a long one for each of its keys
    /// would take too long.
    fn may_have(&self, mapping: usize, key: &str, mark: KeyMark) -> bool {
        let end = self.tree.nodes.len();
        let place = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        let node = self.tree.node(NodeId::at(place(mapping)));
        end - mapping > LOOKED_THROUGH_MAX || node.find(place(end), key, mark).is_some()
    }

    fn own(&mut self, text: &str) -> Content {
        self.tree.own.push(text.into());
        Content::Own(u32::try_from(self.tree.own.len() - 1).unwrap_or(u32::MAX))
    }

    fn too_deep(&self, span: Span) -> Box<Diagnostic> {
        let message = format!("mappings and lists are nested more than {} deep here", self.limits.depth_max);
        Box::new(Diagnostic::error("nesting-too-deep", self.path, span, message))
    }

    fn begin(&mut self, kind: Kind, start: usize, end: usize) -> Step {
        let span = Span::new(start, end);
        if self.at_key() {
            let message = "a key must be a text, not a mapping or a list";
            return Err(self.error("key-not-text", span, message));
        }
        if self.open.len() >= self.limits.depth_max {
            return Err(self.too_deep(span));
        }
        let (node, is_mapping) = (self.tree.nodes.len(), kind == Kind::Mapping);
        self.push(kind, None, KeyMark::NONE, span, Content::Keys(Keys::default()))?;
        self.open.push(Open { node, is_mapping, at_key: is_mapping, keys: Keys::default() });
        self.last_end = self.last_end.max(end);
        Ok(())
    }

    /// Closes the innermost node. A flow collection ends with its bracket, a block with its last child, because the
    /// parser reports the end of a block only where the next thing begins.
    fn finish(&mut self) {
        let Some(Open { node: open, keys, .. }) = self.open.pop() else { return };
        let count = u32::try_from(self.tree.nodes.len()).unwrap_or(u32::MAX);
        let first = self.tree.nodes.get(open).map_or(0, |raw| raw.span.range().start);
        if self.text.get(first..).is_some_and(|rest| rest.starts_with(['{', '['])) {
            let (at, bracket) = self.next_mark(&[',']);
            if matches!(bracket, Some('}' | ']')) {
                self.last_end = at + 1;
            }
        }
        let last_end = self.last_end;
        if let Some(raw) = self.tree.nodes.get_mut(open) {
            raw.end = count;
            raw.span = Span::new(first, last_end);
            raw.content = Content::Keys(keys);
        }
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, start: usize, end: usize) -> Step {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        if let Some((whole, inner)) = self.as_written(value, style, start, end) {
            return self.push_scalar(value, style, whole, Content::Slice(inner));
        }
        let written = self.text.get(start..end).unwrap_or("");
        if style == Style::Plain && (value.is_empty() || value == "~" && written.trim_end() != "~") {
            let at = self.empty_place();
            self.last_end = at;
            return self.push_scalar("", style, Span::new(at, at), Content::Slice(Span::new(at, at)));
        }
        let start = self.block_start(style).unwrap_or(start);
        let written = self.text.get(start..end).unwrap_or("");
        // The parser ends a quoted scalar behind the comment that follows it, and a block behind its last line.
        let length = match style {
            Style::SingleQuoted | Style::DoubleQuoted => quoted_length(written),
            Style::Plain | Style::Literal | Style::Folded => written.trim_ascii_end().len(),
        };
        let end = start + length;
        if self.at_key() && style == Style::Plain && value == "<<" {
            let message = "merge keys (`<<`) are not read";
            return Err(self.error("merge-key", Span::new(start, end), message));
        }
        let quotes = match style {
            Style::SingleQuoted | Style::DoubleQuoted => 1,
            Style::Plain | Style::Literal | Style::Folded => 0,
        };
        let inner = Span::new(start + quotes, end.saturating_sub(quotes).max(start + quotes));
        let same = self.text.get(inner.range()) == Some(value);
        // Only an escape makes a character that is not in the text.
        let may_be_escaped = style == Style::DoubleQuoted && !same;
        if may_be_escaped && let Some(c) = value.chars().find(|c| is_control(*c)) {
            return Err(self.control(Span::new(start, end), c));
        }
        let content = if same { Content::Slice(inner) } else { self.own(value) };
        self.push_scalar(value, style, Span::new(start, end), content)
    }

    /// The bytes of a scalar, and those of its value within, where the file has the value as it is: not folded, without an
    /// escape, and without a word that means something else.
    fn as_written(&self, value: &str, style: Style, start: usize, end: usize) -> Option<(Span, Span)> {
        let quote = match style {
            Style::Plain if value.is_empty() || matches!(value, "~" | "<<") => return None,
            Style::Plain => None,
            // A quote within is written twice, and looks like the one that closes.
            Style::SingleQuoted if value.contains('\'') => return None,
            Style::SingleQuoted => Some(b'\''),
            Style::DoubleQuoted => Some(b'"'),
            Style::Literal | Style::Folded => return None,
        };
        // A quote behind a backslash is passed over: it would stand earlier in the value than in the file.
        let width = usize::from(quote.is_some());
        let (from, to) = (start + width, start + width + value.len());
        let text = self.text.as_bytes();
        let is_same = text.get(from..to) == Some(value.as_bytes());
        let is_closed = quote.is_none() || text.get(to).copied() == quote;
        let whole = Span::new(start, to + width);
        (is_same && is_closed && to + width <= end).then(|| (whole, Span::new(from, to)))
    }

    fn push_scalar(&mut self, value: &str, style: Style, span: Span, content: Content) -> Step {
        self.last_end = self.last_end.max(span.range().end);
        let mark = if self.at_key() { self.remember_key(value) } else { KeyMark::NONE };
        let meaning = Meaning::of(value, style == Style::Plain);
        self.push(Kind::Scalar(style), Some(meaning), mark, span, content)
    }

    /// Where a block scalar begins: the parser reports where its content does.
    fn block_start(&self, style: Style) -> Option<usize> {
        let header = match style {
            Style::Literal => '|',
            Style::Folded => '>',
            Style::Plain | Style::SingleQuoted | Style::DoubleQuoted => return None,
        };
        let (at, found) = self.next_mark(&[':', '-', '?']);
        (found == Some(header)).then_some(at)
    }

    /// Where a value that was left out would stand: behind the `:` or `-` before it.
    fn empty_place(&self) -> usize {
        match self.next_mark(&[]) {
            (at, Some(':' | '-')) if !self.text.get(at..).is_some_and(|rest| rest.starts_with("---")) => {
                at + 1
            }
            _ => self.last_end,
        }
    }

    /// The next character that is not white space, a comment or one of `passed`, with its place.
    fn next_mark(&self, passed: &[char]) -> (usize, Option<char>) {
        let mut at = self.last_end;
        loop {
            let rest = self.text.get(at..).unwrap_or("");
            let Some(c) = rest.chars().next() else { return (at, None) };
            if c == '#' {
                at += rest.find(['\n', '\r']).unwrap_or(rest.len());
            } else if c.is_whitespace() || passed.contains(&c) {
                at += c.len_utf8();
            } else {
                return (at, Some(c));
            }
        }
    }
}

/// Bytes of a quoted scalar, from quote to quote.
fn quoted_length(written: &str) -> usize {
    let quote = written.chars().next().unwrap_or_default();
    let mut rest = written.char_indices().skip(1).peekable();
    while let Some((at, c)) = rest.next() {
        let doubled = quote == '\'' && c == quote && rest.peek().is_some_and(|(_, next)| *next == quote);
        if c == quote && !doubled {
            return at + 1;
        }
        if doubled || quote == '"' && c == '\\' {
            rest.next();
        }
    }
    written.len()
}
