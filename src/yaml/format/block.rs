//! Mappings and lists over several lines: each entry becomes a chunk that owns its comments, and chunks are put in order.

use super::super::{Kind, Node, Order, Style};
use super::gap::{Body, Gap, Line, gap, indent, lines, take_deeper, without_blank_start};
use super::leaf::{Leaf, Place, leaf};

/// Goes through the text once, from value to value.
pub(super) struct Writer<'t> {
    text: &'t str,
    order: &'t Order,
    /// Where each value begins, in order, to find the end of what stands before it.
    starts: Vec<usize>,
    /// Lines behind the last value that nothing has taken yet.
    pending: Vec<Line<'t>>,
}

/// An entry at its new place.
struct Chunk<'t> {
    /// Comments and empty lines above it.
    above: Vec<Line<'t>>,
    /// Its lines; the first one without indentation.
    body: Body,
    rank: usize,
}

/// A mapping or list at its new place.
struct Written<'t> {
    /// Comments above the first entry.
    above: Vec<Line<'t>>,
    /// Its lines; the first one without indentation.
    body: Body,
}

impl<'t> Writer<'t> {
    pub(super) fn new(text: &'t str, order: &'t Order, root: Node<'t>) -> Self {
        let mut starts = Vec::new();
        leaves(root, &mut starts);
        starts.sort_unstable();
        Self { text, order, starts, pending: Vec::new() }
    }

    /// The whole document.
    pub(super) fn document(mut self, root: Node<'t>) -> String {
        let first = self.starts.first().copied().unwrap_or(self.text.len());
        let begin = if self.text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        let before = self.text.get(begin..first).unwrap_or("");
        let mut head = lines(before, false);
        let own = head_length(&head);
        let above = head.split_off(own);
        let mut out = Body::default();
        out.write(without_blank_start(&head), 0);
        let same_line = before.rsplit('\n').next().unwrap_or("").trim_end();
        let (above, body) = if root.is_flow() {
            let place = Place { before: 0, now: 0, first: (0, 0) };
            let value = leaf(self.text, self.order, root, place);
            let begun = if same_line.is_empty() { String::new() } else { format!("{same_line} ") };
            (above, self.line(begun, &value))
        } else {
            self.pending = above;
            let begin = if root.is_sequence() { root.span().range().start } else { first };
            let Written { above, body } = self.collection(root, begin, 0, 0);
            (above, body)
        };
        out.write(&above, 0);
        out.append(0, &body);
        let foot = std::mem::take(&mut self.pending);
        let kept = foot.iter().rposition(|line| *line != Line::Blank).map_or(0, |last| last + 1);
        out.write(foot.get(..kept).unwrap_or(&[]), 0);
        out.text
    }

    /// The gap behind a place.
    fn gap_after(&self, end: usize) -> Gap<'t> {
        // A value that was left out begins where it ends; the next one is behind it.
        let next = self.starts.get(self.starts.partition_point(|start| *start <= end));
        let next = next.copied().unwrap_or(self.text.len());
        gap(self.text.get(end..next).unwrap_or(""), next == self.text.len())
    }

    /// Ends a line with a value, and with the comment behind it.
    fn line(&mut self, begun: String, value: &Leaf) -> Body {
        let gap = self.gap_after(value.end);
        self.pending = gap.lines;
        Body { text: begun + &value.text + gap.trailing + "\n", keeps: value.keeps }
    }

    fn column(&self, at: usize) -> usize {
        let start = self.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |found| found + 1);
        self.text.get(start..at).unwrap_or("").trim_start_matches('\u{FEFF}').chars().count()
    }

    /// Where a mapping or list begins that is the value of a key which ends at a place: at its first key or dash.
    fn begin(&self, node: Node<'t>, key_end: usize) -> usize {
        let first = node.entries().next().map_or(node, |(key, _)| key).span().range().start;
        if node.kind() != Kind::Sequence {
            return first;
        }
        // A list at the column of its key is reported at its first element.
        let mut at = key_end;
        for line in self.text.get(key_end..).unwrap_or("").split_inclusive('\n') {
            let indicators = line.split('#').next().unwrap_or("");
            if let Some(dash) = indicators.find('-') {
                return at + dash;
            }
            at += line.len();
        }
        first
    }

    /// A mapping or list that begins at a place and whose entries are to begin at a column; `around` is the column of
    /// what holds it, before.
    fn collection(&mut self, node: Node<'t>, begin: usize, column: usize, around: usize) -> Written<'t> {
        let before = self.column(begin);
        let mut chunks = Vec::new();
        if node.kind() == Kind::Sequence {
            for item in node.items() {
                let mut above = std::mem::take(&mut self.pending);
                let mut body = self.item(item, before, column, &mut above);
                self.tail(&mut body, item, before, column);
                chunks.push(Chunk { above, body, rank: 0 });
            }
        } else {
            for (key, value) in node.entries() {
                let above = std::mem::take(&mut self.pending);
                let mut body = self.entry(key, value, before, column);
                self.tail(&mut body, value, before, column);
                let rank = self.order.rank(node.id(), key.text().unwrap_or_default());
                chunks.push(Chunk { above, body, rank });
            }
        }
        chunks.sort_by_key(|chunk| chunk.rank);
        let mut written = Written { above: Vec::new(), body: Body::default() };
        for (position, Chunk { above, body, .. }) in chunks.into_iter().enumerate() {
            if position == 0 {
                written = Written { above: without_blank_start(&above).to_vec(), body };
                continue;
            }
            written.body.write(&above, column);
            written.body.append(column, &body);
        }
        let foot = take_deeper(&mut self.pending, around);
        written.body.write(&foot, column);
        written
    }

    /// Comments behind an entry that are indented more than it: they go where it goes.
    fn tail(&mut self, body: &mut Body, value: Node<'t>, before: usize, column: usize) {
        let tail = take_deeper(&mut self.pending, before);
        // Behind a block text a comment must not look like a part of it.
        let is_block = matches!(value.kind(), Kind::Scalar(Style::Literal | Style::Folded));
        body.write(&tail, if is_block { column } else { column + 2 });
    }

    fn is_collection(&self, node: Node<'t>) -> bool {
        (node.is_mapping() || node.is_sequence()) && !node.is_flow()
    }

    /// An element of a list; comments that would stand behind its dash go above it.
    fn item(&mut self, item: Node<'t>, before: usize, now: usize, above: &mut Vec<Line<'t>>) -> Body {
        if self.is_collection(item) {
            let first = item.entries().next().map_or(item, |(key, _)| key);
            let inner = self.collection(item, first.span().range().start, now + 2, before);
            above.extend(inner.above);
            return Body { text: format!("- {}", inner.body.text), keeps: inner.body.keeps };
        }
        let first = (self.first_column(item, before), now);
        let value = leaf(self.text, self.order, item, Place { before, now, first });
        self.line(if value.text.is_empty() { "-" } else { "- " }.to_owned(), &value)
    }

    /// The column that brackets over several lines hang from.
    fn first_column(&self, node: Node<'t>, otherwise: usize) -> usize {
        let start = node.span().range().start;
        let line = self.text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |found| found + 1);
        let alone = self.text.get(line..start).is_some_and(|before| before.trim().is_empty());
        if alone { self.column(start) } else { otherwise }
    }

    /// A key with its value.
    fn entry(&mut self, key: Node<'t>, value: Node<'t>, before: usize, now: usize) -> Body {
        let start = value.span().range().start;
        let is_empty = value.span().range().is_empty();
        let Gap { trailing, lines, is_broken } =
            if is_empty { Gap::default() } else { self.gap_after(key.span().range().end) };
        let name = self.text.get(key.span().range()).unwrap_or("");
        let mut out = Body { text: format!("{name}:{trailing}"), keeps: false };
        if self.is_collection(value) {
            out.text.push('\n');
            self.pending = lines;
            let begin = self.begin(value, key.span().range().end);
            let inner = self.collection(value, begin, now + 2, before);
            out.write(&inner.above, now + 2);
            out.append(now + 2, &inner.body);
            return out;
        }
        let first = if is_broken { (self.column(start), now + 2) } else { (before, now) };
        let value = leaf(self.text, self.order, value, Place { before, now, first });
        if is_broken {
            out.text.push('\n');
            out.write(without_blank_start(&lines), now + 2);
            indent(&mut out.text, now + 2);
        } else if !value.text.is_empty() {
            out.text.push(' ');
        }
        self.line(out.text, &value)
    }
}

/// How many of the first lines are the file's own: all up to the last empty line or mark, and all when there is none.
fn head_length(lines: &[Line<'_>]) -> usize {
    let lead = lines.iter().position(|line| *line != Line::Blank).unwrap_or(lines.len());
    let last = lines.iter().rposition(|line| *line == Line::Blank).filter(|last| *last >= lead);
    last.map_or(lines.len(), |last| last + 1)
}

/// Where every value and key begins that is written out or left empty.
fn leaves(node: Node<'_>, starts: &mut Vec<usize>) {
    if matches!(node.kind(), Kind::Scalar(_)) || node.is_flow() {
        starts.push(node.span().range().start);
    }
    if node.is_flow() {
        return;
    }
    for (key, value) in node.entries() {
        starts.push(key.span().range().start);
        leaves(value, starts);
    }
    for item in node.items() {
        leaves(item, starts);
    }
}
