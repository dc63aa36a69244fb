//! Applying the fixes that findings carry, again and again until there is nothing more to fix.
//!
//! What a fix leads to is looked at before it is written. A fix that would leave its file no better, or another file
//! worse, is not made.

use super::check::{from_root, look, wanted};
use super::workspace::{Workspace, request as refuse};
use super::{AppliedFix, Checked, Fixed, Request, ServiceError};
use crate::config::FILE_NAME;
use crate::definition;
use crate::definition::rules::SHAPE_RULES;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::repository::{Files, WorkTree, WorkTreeError};
use crate::text::{SourceFile, TextEdit, apply_edits};
use crate::yaml::{Limits, Reading, read};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};

/// Most rounds: a fix may bring to light what another one mends, but not for ever.
const ROUNDS_MAX: usize = 20;

/// Fixes all of a catalog, or some files of it, and checks it again. Fixes that are guesses are applied only when they
/// are wanted.
///
/// # Errors
/// When there is no catalog, or a file cannot be written: then others may have been.
pub fn fix(request: &Request, files: &[Utf8PathBuf], guesses: bool) -> Result<Fixed, ServiceError> {
    let tree = WorkTree::open(&request.directory).map_err(|error| match error {
        WorkTreeError::NoCatalog { .. } => ServiceError::Request {
            message: error.to_string(),
            hints: vec!["files outside a catalog can be checked, but not fixed".to_owned()],
        },
        WorkTreeError::Folder { .. } => refuse(error.to_string()),
    })?;
    let named = files.iter().map(|file| from_root(tree.root(), &request.directory, file));
    let named = named.collect::<Result<BTreeSet<_>, _>>()?;
    let mut mending = Mending { tree: &tree, guesses, refused: BTreeSet::new(), applied: Vec::new() };
    // The catalog's own settings come first: without them nothing else can be looked at.
    if named.is_empty() || named.contains(Utf8Path::new(FILE_NAME)) {
        mending.mend(&|path| path == FILE_NAME, &|texts| {
            let saved = || tree.read_text(Utf8Path::new(FILE_NAME)).unwrap_or_default();
            let text = texts.first().map_or_else(saved, |(_, text)| text.clone());
            Workspace::with_config(&tree, &text).1
        })?;
    }
    let workspace = match Workspace::open(&request.directory) {
        // What was written must be told, also when it was not enough.
        Err(ServiceError::Catalog(found)) if !mending.applied.is_empty() => {
            let checked = Checked { diagnostics: *found, ..Checked::default() };
            return Ok(Fixed { applied: mending.applied, checked });
        }
        other => other?,
    };
    let only = request.target.as_ref().map(|name| workspace.target(Some(name))).transpose()?;
    let wanted = wanted(&workspace, request, files)?;
    let is_wanted = |path: &Utf8Path| path != FILE_NAME && (wanted.is_empty() || wanted.contains(path));
    mending.mend(&is_wanted, &|texts| look(&workspace, only, request, texts, None).diagnostics)?;
    let mut applied = mending.applied;
    applied.sort();
    Ok(Fixed { applied, checked: super::check(request, files, &[])? })
}

/// What checking finds with these texts in place of files.
type Look<'a> = &'a dyn Fn(&[(Utf8PathBuf, String)]) -> Diagnostics;

/// A file with fixes that do not touch each other.
struct Proposal {
    path: Utf8PathBuf,
    before: String,
    fixes: Vec<(AppliedFix, Vec<TextEdit>)>,
}

impl Proposal {
    /// The text with all fixes; `None` when they do not go together.
    fn after(&self) -> Option<(Utf8PathBuf, String)> {
        let edits: Vec<TextEdit> = self.fixes.iter().flat_map(|(_, edits)| edits.clone()).collect();
        Some((self.path.clone(), apply_edits(&self.before, &edits)?))
    }
}

struct Mending<'a> {
    tree: &'a WorkTree,
    guesses: bool,
    /// Fixes that would have made nothing better.
    refused: BTreeSet<AppliedFix>,
    applied: Vec<AppliedFix>,
}

impl Mending<'_> {
    fn mend(&mut self, is_wanted: &dyn Fn(&Utf8Path) -> bool, look: Look<'_>) -> Result<(), ServiceError> {
        for _ in 0..ROUNDS_MAX {
            let before = look(&[]);
            let proposals = self.proposals(&before, is_wanted);
            let texts: Vec<_> = proposals.iter().filter_map(Proposal::after).collect();
            if texts.is_empty() {
                return Ok(());
            }
            let accepted = if is_better(&before, &look(&texts), &proposals, &texts) {
                proposals
            } else {
                self.one_by_one(&before, proposals, look)
            };
            for proposal in accepted {
                self.write(proposal)?;
            }
        }
        Ok(())
    }

    /// Of each file the first fix that helps by itself; those before it are not tried again.
    fn one_by_one(
        &mut self,
        before: &Diagnostics,
        proposals: Vec<Proposal>,
        look: Look<'_>,
    ) -> Vec<Proposal> {
        let mut accepted = Vec::new();
        for Proposal { path, before: text, fixes } in proposals {
            for (fix, edits) in fixes {
                let single =
                    Proposal { path: path.clone(), before: text.clone(), fixes: vec![(fix.clone(), edits)] };
                let texts: Vec<_> = single.after().into_iter().collect();
                let single = [single];
                if is_better(before, &look(&texts), &single, &texts) {
                    accepted.extend(single);
                    break;
                }
                self.refused.insert(fix);
            }
        }
        // Each one helps alone; two files could still be at odds, so only one of them goes in this round.
        accepted.truncate(1);
        accepted
    }

    fn proposals(&self, found: &Diagnostics, is_wanted: &dyn Fn(&Utf8Path) -> bool) -> Vec<Proposal> {
        let mut files: BTreeMap<&Utf8Path, Vec<&Diagnostic>> = BTreeMap::new();
        for diagnostic in found.list.iter().filter(|found| is_wanted(&found.primary.path)) {
            files.entry(&diagnostic.primary.path).or_default().push(diagnostic);
        }
        let proposal = |(path, list): (&Utf8Path, Vec<&Diagnostic>)| {
            let source = found.sources.get(path)?;
            let fixes = self.chosen(source, &list);
            let proposal = Proposal { path: path.to_owned(), before: source.text().to_owned(), fixes };
            (!proposal.fixes.is_empty()).then_some(proposal)
        };
        files.into_iter().filter_map(proposal).collect()
    }

    /// Fixes of one file that touch different places, from its beginning on.
    fn chosen(&self, source: &SourceFile, list: &[&Diagnostic]) -> Vec<(AppliedFix, Vec<TextEdit>)> {
        let mut chosen = Vec::new();
        let mut taken: Vec<std::ops::Range<u32>> = Vec::new();
        for found in list {
            let Some(fix) = found.fix.as_ref().filter(|fix| fix.is_certain || self.guesses) else { continue };
            let applied = AppliedFix {
                path: source.path().clone(),
                position: source.position(found.primary.span.start),
                rule: found.rule,
                title: fix.title.clone(),
            };
            let touches = |edit: &TextEdit| {
                taken.iter().any(|range| edit.span.start <= range.end && range.start <= edit.span.end)
            };
            if self.refused.contains(&applied) || fix.edits.iter().any(touches) {
                continue;
            }
            taken.extend(fix.edits.iter().map(|edit| edit.span.start..edit.span.end));
            chosen.push((applied, fix.edits.clone()));
        }
        chosen
    }

    fn write(&mut self, proposal: Proposal) -> Result<(), ServiceError> {
        let Some((path, after)) = proposal.after() else { return Ok(()) };
        let failed = |action, reason| ServiceError::File { action, path: path.clone(), reason };
        let now = self.tree.read_text(&path).map_err(|error| failed("read", error.problem.to_string()))?;
        if now != proposal.before {
            return Err(failed("write", "somebody changed it meanwhile".to_owned()));
        }
        self.tree.write(&path, after.as_bytes()).map_err(|error| failed("write", error.reason))?;
        self.applied.extend(proposal.fixes.into_iter().map(|(fix, _)| fix));
        Ok(())
    }
}

/// Whether every file with fixes is better after them, and no other file worse.
fn is_better(
    before: &Diagnostics,
    after: &Diagnostics,
    proposals: &[Proposal],
    texts: &[(Utf8PathBuf, String)],
) -> bool {
    let is_other = |found: &&Diagnostic| texts.iter().all(|(path, _)| *path != found.primary.path);
    let errors_elsewhere = |found: &Diagnostics| {
        found.list.iter().filter(is_other).filter(|found| found.severity == Severity::Error).count()
    };
    let better = |proposal: &Proposal| {
        let after_text = texts.iter().find(|(path, _)| *path == proposal.path).map(|(_, text)| text);
        let was = Condition::of(&proposal.path, &proposal.before, before);
        after_text.is_some_and(|text| Condition::of(&proposal.path, text, after).is_better_than(&was))
    };
    errors_elsewhere(after) <= errors_elsewhere(before) && proposals.iter().all(better)
}

/// How good a file is.
struct Condition {
    stage: Stage,
    /// Errors that another file is part of: no progress makes up for one of these.
    clashes: usize,
    /// Errors of reading. What rules find is looked for only once it can be read, so it says nothing about getting worse.
    unreadable: usize,
    errors: usize,
    findings: usize,
}

/// How far a file can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    /// Not at all.
    Broken,
    /// Keys stand in it twice.
    Doubled,
    /// Nobody knows what it is.
    Unknown,
    /// It does not have the shape of its kind.
    Misshapen,
    /// Whole.
    Sound,
}

impl Stage {
    fn of(path: &Utf8Path, text: &str) -> Self {
        let Reading { tree, diagnostics, .. } = read(path, text.as_bytes(), Limits::default());
        let is_sound = diagnostics.iter().all(|found| found.severity != Severity::Error);
        match tree {
            None => Self::Broken,
            Some(_) if !is_sound => Self::Doubled,
            Some(tree) if definition::kind_of(path, &tree).is_err() => Self::Unknown,
            Some(tree) if definition::order(path, &tree, &mut Vec::new()).is_none() => Self::Misshapen,
            Some(_) => Self::Sound,
        }
    }
}

impl Condition {
    fn of(path: &Utf8Path, text: &str, found: &Diagnostics) -> Self {
        let own = || found.list.iter().filter(|found| found.primary.path == path);
        let errors = || own().filter(|found| found.severity == Severity::Error);
        let is_shape = |found: &&Diagnostic| SHAPE_RULES.iter().any(|rule| rule.id == found.rule);
        let is_clash =
            |found: &&Diagnostic| found.labels.iter().any(|label| label.location.path != found.primary.path);
        Self {
            stage: Stage::of(path, text),
            clashes: errors().filter(is_clash).count(),
            unreadable: errors().filter(is_shape).count(),
            errors: errors().count(),
            findings: own().count(),
        }
    }

    fn is_better_than(&self, before: &Self) -> bool {
        let fewer = self.unreadable == before.unreadable
            && self.errors <= before.errors
            && self.findings < before.findings;
        let further = self.stage > before.stage
            || self.stage == before.stage && (self.unreadable < before.unreadable || fewer);
        further && self.clashes <= before.clashes
    }
}
