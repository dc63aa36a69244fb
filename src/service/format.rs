//! Bringing definitions into canonical form: all of a catalog, some files, or a text from an editor.

use super::check::{existing, from_root};
use super::workspace::{Workspace, request as refuse};
use super::{FormatRequest, Formatted, Request, Rewritten, ServiceError};
use crate::definition::{self, UPGRADES, upgrade};
use crate::diagnostic::Diagnostics;
use crate::repository::{FileError, Files, Listing, WorkTree, WorkTreeError, WriteError};
use crate::text::SourceFile;
use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;

/// Formats files. Each one is written whole as soon as its text is known, and only when it differs; what has no sound
/// shape is left alone, and said.
///
/// # Errors
/// When there is no catalog, a file is in none of its folders, or a file cannot be written: then others may have been.
pub fn format(request: &Request, wanted: &FormatRequest) -> Result<Formatted, ServiceError> {
    let FormatRequest { files, only_look, upgrade } = wanted;
    let (found, problems) =
        if files.is_empty() { all(request)? } else { (named(request, files)?, Vec::new()) };
    let outcomes: Vec<Result<Outcome, WriteError>> =
        found.par_iter().map(|file| one(file, *only_look, *upgrade)).collect();
    let mut formatted =
        Formatted { files: found.len() + problems.len(), only_looked: *only_look, ..Formatted::default() };
    formatted.diagnostics.list.extend(problems.iter().map(FileError::diagnostic));
    for outcome in outcomes {
        let outcome = outcome.map_err(|WriteError { path, reason }| ServiceError::File {
            action: "write",
            path,
            reason,
        })?;
        formatted.rewritten.extend(outcome.rewritten);
        formatted.diagnostics.merge(outcome.diagnostics);
    }
    formatted.rewritten.sort_by(|a, b| a.path.cmp(&b.path));
    formatted.diagnostics.sort();
    Ok(formatted)
}

/// Formats a text that stands in no file; its `kind` says what it is. `path` is what people are shown.
///
/// # Errors
/// When it does not have the shape of a definition; the findings say why.
pub fn format_text(path: &Utf8Path, text: &str, upgrade: bool) -> Result<String, ServiceError> {
    let (after, diagnostics) = canonical(path, text, upgrade);
    after.ok_or_else(|| ServiceError::Catalog(Box::new(diagnostics)))
}

/// A file that is to be formatted.
struct Candidate {
    tree: WorkTree,
    /// From the root of its tree.
    path: Utf8PathBuf,
    shown: Utf8PathBuf,
}

/// What became of a file.
#[derive(Default)]
struct Outcome {
    rewritten: Option<Rewritten>,
    diagnostics: Diagnostics,
}

/// Every definition of the catalog, and what cannot be read.
fn all(request: &Request) -> Result<(Vec<Candidate>, Vec<FileError>), ServiceError> {
    let Workspace { tree, config, .. } = Workspace::open(&request.directory)?;
    let Listing { files, problems } = Listing::of_catalog(&*tree, &config);
    let candidate = |path: Utf8PathBuf| Candidate { tree: (*tree).clone(), shown: path.clone(), path };
    Ok((files.into_iter().map(|(path, _)| candidate(path)).collect(), problems))
}

/// Files that somebody named: of the catalog, or where there is none, each by itself.
fn named(request: &Request, files: &[Utf8PathBuf]) -> Result<Vec<Candidate>, ServiceError> {
    let catalog = match WorkTree::open(&request.directory) {
        Err(WorkTreeError::NoCatalog { .. }) => None,
        other => Some(other.map_err(|error| refuse(error.to_string()))?),
    };
    let candidate = |file: &Utf8PathBuf| {
        if let Some(tree) = &catalog {
            let path = from_root(tree.root(), &request.directory, file)?;
            return Ok(Candidate { tree: tree.clone(), shown: path.clone(), path });
        }
        let absolute = existing(&request.directory, file);
        let folder = absolute.parent().unwrap_or(Utf8Path::new("/"));
        let tree = WorkTree::at(folder).map_err(|error| refuse(error.to_string()))?;
        let path = absolute.file_name().unwrap_or_default().into();
        Ok(Candidate { tree, path, shown: file.clone() })
    };
    let mut found = files.iter().map(candidate).collect::<Result<Vec<_>, ServiceError>>()?;
    found.sort_by(|a, b| a.shown.cmp(&b.shown));
    found.dedup_by(|a, b| a.shown == b.shown);
    Ok(found)
}

fn one(file: &Candidate, only_look: bool, upgrade: bool) -> Result<Outcome, WriteError> {
    let Candidate { tree, path, shown } = file;
    let before = match tree.read_text(path) {
        Ok(text) => text,
        Err(FileError { problem, .. }) => {
            let found = FileError::new(shown.clone(), problem).diagnostic();
            let diagnostics = Diagnostics { list: vec![found], ..Diagnostics::default() };
            return Ok(Outcome { diagnostics, ..Outcome::default() });
        }
    };
    let (after, diagnostics) = canonical(shown, &before, upgrade);
    let Some(after) = after.filter(|after| *after != before) else {
        return Ok(Outcome { diagnostics, ..Outcome::default() });
    };
    if !only_look {
        tree.write(path, after.as_bytes())?;
    }
    Ok(Outcome { rewritten: Some(Rewritten { path: shown.clone(), before, after }), diagnostics })
}

/// The canonical text, or why there is none.
fn canonical(path: &Utf8Path, text: &str, is_raised: bool) -> (Option<String>, Diagnostics) {
    let raised = if is_raised { upgrade(text, UPGRADES) } else { None };
    let text = raised.as_deref().unwrap_or(text);
    let definition::Formatted { before, after, diagnostics } = definition::format(path, text.as_bytes());
    let mut found = Diagnostics::default();
    if !diagnostics.is_empty() {
        found.sources.insert(SourceFile::new(path, before));
        found.list = diagnostics;
    }
    (after, found)
}
