//! Findings as programs and pages outside the terminal show them: in lines and columns, without the file's text.

use crate::diagnostic::{Diagnostic, Diagnostics, Finding, Fix, Location, RuleId, Severity, Sources};
use crate::model::Key;
use crate::plan::ProductPlan;
use crate::text::Extent;
use camino::Utf8PathBuf;

/// A part of a file of the catalog.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FilePlace {
    /// The file, from the catalog's folder, with `/`.
    pub path: Utf8PathBuf,
    /// Which part; `None` where the file could not be read as text, or is not there.
    pub extent: Option<Extent>,
}

/// A fix in lines and columns, all in the file of its finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedFix {
    /// What it does, as an order.
    pub title: String,
    /// What stands there afterwards, by what is replaced.
    pub edits: Vec<(Extent, String)>,
    /// Whether it says what was meant beyond doubt.
    pub is_certain: bool,
}

/// One finding at its place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedFinding {
    /// The rule that found it.
    pub rule: RuleId,
    /// How much it matters. What blocks a product is an error.
    pub severity: Severity,
    /// The product it is about, where a plan says so.
    pub product: Option<Key>,
    /// Where; `None` for what stands in no file, as a product whose definition is gone.
    pub place: Option<FilePlace>,
    /// What is wrong, one lower-case sentence without a full stop.
    pub message: String,
    /// Short text about the place itself; may be empty.
    pub label: String,
    /// Further places, with what is to be seen there.
    pub others: Vec<(FilePlace, String)>,
    /// What the marketplace does about it; may be empty.
    pub why: String,
    /// What to do instead; may be empty.
    pub help: String,
    /// A mechanical fix, where there is one.
    pub fix: Option<PlacedFix>,
}

impl PlacedFinding {
    /// All findings about definitions, in their order.
    #[must_use]
    pub fn of_diagnostics(diagnostics: &Diagnostics) -> Vec<Self> {
        diagnostics.list.iter().map(|found| Self::of_diagnostic(found, &diagnostics.sources)).collect()
    }

    fn of_diagnostic(found: &Diagnostic, sources: &Sources) -> Self {
        let Diagnostic { rule, severity, message, primary, label, labels, why, help, fix } = found;
        let place = |location: &Location| FilePlace {
            path: location.path.clone(),
            extent: sources.get(&location.path).map(|file| file.extent(location.span)),
        };
        let mend = |fix: &Fix| {
            let Fix { title, edits, is_certain } = fix;
            let file = sources.get(&primary.path)?;
            let edits = edits.iter().map(|edit| (file.extent(edit.span), edit.replacement.clone()));
            Some(PlacedFix { title: title.clone(), edits: edits.collect(), is_certain: *is_certain })
        };
        Self {
            rule,
            severity: *severity,
            product: None,
            place: Some(place(primary)),
            message: message.clone(),
            label: label.clone(),
            others: labels.iter().map(|label| (place(&label.location), label.text.clone())).collect(),
            why: why.clone(),
            help: help.clone(),
            fix: fix.as_ref().and_then(mend),
        }
    }

    /// What stops a product of a plan, and what the plan remarks about it.
    pub fn of_product(product: &ProductPlan) -> impl Iterator<Item = Self> {
        let blocks = product.blocks.iter().map(|block| (Severity::Error, &block.finding));
        let notices = product.notices.iter().map(|notice| (notice.severity, notice));
        blocks.chain(notices).map(|(severity, finding)| Self::of_finding(product, severity, finding))
    }

    fn of_finding(product: &ProductPlan, severity: Severity, finding: &Finding) -> Self {
        let Finding { rule, severity: _, route: _, extent, message, label, why, help } = finding;
        let place = |path: &Utf8PathBuf| FilePlace { path: path.clone(), extent: *extent };
        Self {
            rule,
            severity,
            product: Some(product.key.clone()),
            place: product.path.as_ref().map(place),
            message: message.clone(),
            label: label.clone(),
            others: Vec::new(),
            why: why.clone(),
            help: help.clone(),
            fix: None,
        }
    }
}
