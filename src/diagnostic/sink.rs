//! Where diagnostics are gathered, ordered and counted; and the texts they point into.

use super::{Diagnostic, Severity};
use crate::text::SourceFile;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;

/// The texts of files that diagnostics point into, by the path shown to people.
#[derive(Debug, Clone, Default)]
pub struct Sources(BTreeMap<Utf8PathBuf, SourceFile>);

impl Sources {
    /// Keeps a file.
    pub fn insert(&mut self, file: SourceFile) {
        self.0.insert(file.path().clone(), file);
    }

    /// The file with this path, if it was kept.
    #[must_use]
    pub fn get(&self, path: &Utf8Path) -> Option<&SourceFile> {
        self.0.get(path)
    }
}

/// Diagnostics of one run with the texts they point into.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    /// The findings; [`Diagnostics::sort`] puts them in file order.
    pub list: Vec<Diagnostic>,
    /// Texts for underlining.
    pub sources: Sources,
}

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Takes over all of another run.
    pub fn merge(&mut self, other: Self) {
        self.list.extend(other.list);
        self.sources.0.extend(other.sources.0);
    }

    /// Shows a file under another path.
    pub fn rename(&mut self, from: &Utf8Path, to: &Utf8Path) {
        let places = self.list.iter_mut().flat_map(|found| {
            let labels = found.labels.iter_mut().map(|label| &mut label.location);
            std::iter::once(&mut found.primary).chain(labels)
        });
        for place in places.filter(|place| place.path == from) {
            to.clone_into(&mut place.path);
        }
        if let Some(file) = self.sources.0.remove(from) {
            self.sources.insert(SourceFile::new(to, file.text()));
        }
    }

    /// Puts the findings in file order, then by place, then by rule.
    pub fn sort(&mut self) {
        self.list.sort_by(|a, b| (&a.primary, a.rule, &a.message).cmp(&(&b.primary, b.rule, &b.message)));
    }

    /// How many findings have this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    /// The first error on one line, with its place and rule, and how many more there are: for logs.
    #[must_use]
    pub fn in_short(&self) -> Option<String> {
        let errors = || self.list.iter().filter(|found| found.severity == Severity::Error);
        let first = errors().next()?;
        let place = &first.primary;
        let line = self.sources.get(&place.path).map(|file| file.position(place.span.start).line.0);
        let line = line.map_or_else(String::new, |line| format!(":{line}"));
        let more = match errors().count() {
            1 => String::new(),
            several => format!(", and {} more", several - 1),
        };
        Some(format!("{}{line}: {} ({}){more}", place.path, first.message, first.rule))
    }

    /// Whether any finding is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }
}
