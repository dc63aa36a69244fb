//! Which findings are shown where not all of them can be: the most severe.

use crate::diagnostic::Severity;
use crate::report::{Outside, PlacedFinding};
use crate::text::Extent;

/// Findings of each severity that are not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Left {
    errors: usize,
    warnings: usize,
    notes: usize,
}

impl Left {
    /// All findings of a list.
    pub(super) fn all(findings: &[PlacedFinding]) -> Self {
        let mut left = Self::default();
        findings.iter().for_each(|finding| left.add(finding.severity));
        left
    }

    /// One more.
    pub(super) fn add(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Note => self.notes += 1,
        }
    }

    /// How many.
    pub(super) fn count(self) -> usize {
        let Self { errors, warnings, notes } = self;
        errors + warnings + notes
    }

    /// In words: `2 errors, 1 warning`.
    pub(super) fn words(self) -> String {
        let Self { errors, warnings, notes } = self;
        let counted = [(errors, "error"), (warnings, "warning"), (notes, "note")];
        let words = counted.into_iter().filter(|(count, _)| *count > 0);
        let words = words.map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }));
        words.collect::<Vec<_>>().join(", ")
    }
}

/// Something with a severity.
pub(super) trait Severe {
    /// How much it matters.
    fn severity(&self) -> Severity;
}

impl Severe for &PlacedFinding {
    fn severity(&self) -> Severity {
        self.severity
    }
}

/// Findings, the most severe first, else in their order.
pub(super) fn ordered(findings: &[PlacedFinding]) -> Vec<&PlacedFinding> {
    let mut ordered: Vec<&PlacedFinding> = findings.iter().collect();
    ordered.sort_by_key(|finding| finding.severity);
    ordered
}

/// Those of a list that fit into bounds, in their order, and what is left out. The most severe have the first choice.
pub(super) fn within<T: Severe>(
    all: Vec<T>,
    bytes: impl Fn(&T) -> usize,
    count_max: usize,
    bytes_max: usize,
) -> (Vec<T>, Left) {
    let mut by_severity: Vec<(usize, &T)> = all.iter().enumerate().collect();
    by_severity.sort_by_key(|(_, one)| one.severity());
    let (mut fits, mut count, mut total) = (vec![false; all.len()], 0, 0);
    let mut left = Left::default();
    for (index, one) in by_severity {
        let size = bytes(one);
        if count < count_max && total + size <= bytes_max {
            (count, total) = (count + 1, total + size);
            if let Some(fits) = fits.get_mut(index) {
                *fits = true;
            }
        } else {
            left.add(one.severity());
        }
    }
    let kept = all.into_iter().zip(fits).filter_map(|(one, fits)| fits.then_some(one));
    (kept.collect(), left)
}

/// What is wrong, why, and what to do instead: one line each, those that say something.
pub(super) fn in_lines(finding: &PlacedFinding) -> Vec<String> {
    let PlacedFinding { message, why, help, .. } = finding;
    let named = [("", message), ("why: ", why), ("instead: ", help)];
    let said = named.into_iter().filter(|(_, text)| !text.is_empty());
    said.map(|(name, text)| format!("{name}{text}")).collect()
}

/// A file, or a part of one, as people write it: `products/a.yaml:3:5`. Empty for what stands in no file.
pub(super) fn written_place(finding: &PlacedFinding, outside: &Outside) -> String {
    let Some(place) = &finding.place else { return String::new() };
    let path = outside.path(&place.path);
    place.extent.map_or_else(|| path.clone(), |extent| format!("{path}:{}", extent.start))
}

/// The first and the last line of a part of a file. A part that ends with a line end, ends in the line before.
pub(super) fn lines(extent: Extent) -> (u32, u32) {
    let Extent { start, end } = extent;
    let (first, last) = (start.line.0, end.line.0);
    let is_before = last > first && end.column.0 <= 1;
    (first, if is_before { last - 1 } else { last.max(first) })
}
