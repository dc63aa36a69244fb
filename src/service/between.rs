//! What a change adds: a commit beside the one from which it went off. Only what differs is read.

use super::plan::planned;
use super::planning::Planner;
use super::revision::{failed, repository, workspace};
use super::snapshot::SnapshotFile;
use super::workspace::Workspace;
use super::{Checked, Planned, Request, ServiceError};
use crate::config::{Config, Driver, FILE_NAME, Role, Target};
use crate::definition::Catalog;
use crate::diagnostic::Diagnostic;
use crate::model::Key;
use crate::plan::{DesiredProduct, Plan, ProductPlan};
use crate::report::{Baseline, Comparison};
use crate::repository::{ChangedFile, FileError, Git, GitError, Listing};
use crate::rules::Summary;
use crate::text::Span;
use aho_corasick::AhoCorasickBuilder;
use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A change that was opened.
enum Opened {
    Both(Box<Change>),
    /// There is no catalog before the change: it brings the first one.
    First(Baseline, Box<Workspace>),
}

/// The two sides of a change, each as far as it is looked at.
struct Change {
    baseline: Baseline,
    before: Workspace,
    after: Workspace,
    /// Files that differ, by their paths from the catalog's root.
    files: Vec<ChangedFile>,
    /// Names that differ and cannot be used.
    unusable: Vec<FileError>,
}

impl Change {
    fn open(request: &Request, base: &str, head: &str) -> Result<Opened, ServiceError> {
        let git = repository(request)?;
        let of = |name: &str| git.revision(name).map_err(|error| failed(&error));
        let mut after = of(head)?;
        let ((base, base_folder), (head, _)) = (Git::apart(base), Git::apart(head));
        let fork = git.merge_base(base, head).map_err(|error| failed(&error))?;
        let baseline =
            Baseline::Revision { name: base.to_owned(), commit: fork.clone(), head: after.commit() };
        // The base says by itself where its catalog is; what the change moved is looked for there last.
        let at = match base_folder {
            Some(folder) => git.revision(&format!("{fork}:{folder}")),
            None => git.revision(&fork).or_else(|_| git.revision(&format!("{fork}:{}", after.folder()))),
        };
        let mut before = match at {
            Err(GitError::NoCatalog { .. }) => {
                let after = Workspace { is_proposed: true, ..workspace(request, after)? };
                return Ok(Opened::First(baseline, Box::new(after)));
            }
            before => before.map_err(|error| failed(&error))?,
        };
        if before.folder() != after.folder() {
            return Err(super::workspace::request(format!(
                "the change moves the catalog from `{}` to `{}`: look at each commit with `--rev`",
                before.folder(),
                after.folder()
            )));
        }
        let (files, unusable) = git.changed(&mut before, &mut after).map_err(|error| failed(&error))?;
        // A bare repository keeps nothing beside its commits that could be asked.
        let is_base_asked = !git.is_bare();
        let side =
            |revision| Ok::<_, ServiceError>(Workspace { is_base_asked, ..workspace(request, revision)? });
        let (before, after) = (side(before)?, side(after)?);
        let unusable = unusable.into_iter().filter(|error| {
            [&before, &after].into_iter().any(|side: &Workspace| {
                let Config { products, approvals, .. } = &side.config;
                error.path.starts_with(products) || error.path.starts_with(approvals)
            })
        });
        let mut change = Self { baseline, unusable: unusable.collect(), before, after, files };
        change.narrow();
        Ok(Opened::Both(Box::new(change)))
    }

    /// Looks at nothing but what differs, and at what speaks of it.
    fn narrow(&mut self) {
        let touches_all = |path: &Utf8Path| {
            [&self.before.config, &self.after.config]
                .iter()
                .any(|config| matches!(config.role(path), Some(Role::Config | Role::Attributes)))
        };
        if self.files.iter().any(|file| touches_all(&file.path)) {
            return;
        }
        // A link shows what stands elsewhere: which definitions a file is part of, its path does not tell.
        if self.files.iter().any(|file| !self.has_role(&file.path)) && self.has_links() {
            return;
        }
        let mut only: BTreeSet<Utf8PathBuf> =
            self.files.iter().map(|file| file.path.clone()).filter(|path| self.has_role(path)).collect();
        only.extend([&self.before.config, &self.after.config].map(|config| config.attributes.clone()));
        // Debug cases are a part of the product beside them.
        let is_cases = |path: &Utf8Path| {
            [&self.before.config, &self.after.config]
                .iter()
                .any(|config| config.role(path) == Some(Role::Cases))
        };
        let cases: Vec<Utf8PathBuf> = only.iter().filter(|path| is_cases(path)).cloned().collect();
        for path in cases {
            only.extend(["product.yaml", "product.yml"].map(|name| path.with_file_name(name)));
        }
        // A picture or text that differs is a change of the products that name it.
        let beside: Vec<&ChangedFile> = self.files.iter().filter(|file| !self.has_role(&file.path)).collect();
        let names: BTreeSet<&str> = beside.iter().filter_map(|file| file.path.file_name()).collect();
        only.extend(self.naming(&names));
        self.set(only);
    }

    /// Whether a definition, or a folder of them, is a link on either side.
    fn has_links(&self) -> bool {
        [&self.before, &self.after].into_iter().any(|side| {
            let listing = Listing::of_catalog(&*side.files, &side.config);
            let mut places: BTreeSet<&Utf8Path> = BTreeSet::from([side.config.products.as_path()]);
            places.extend(listing.files.iter().flat_map(|(path, _)| path.ancestors()));
            places.into_iter().any(|path| !path.as_str().is_empty() && side.files.is_link(path))
        })
    }

    fn has_role(&self, path: &Utf8Path) -> bool {
        self.before.config.role(path).is_some() || self.after.config.role(path).is_some()
    }

    fn set(&mut self, only: BTreeSet<Utf8PathBuf>) {
        self.before.only = Some(only.clone());
        self.after.only = Some(only);
    }

    fn add(&mut self, more: BTreeSet<Utf8PathBuf>) {
        if let Some(only) = self.after.only.clone() {
            self.set(only.into_iter().chain(more).collect());
        }
    }

    /// Products of either side that have one of these texts in them. They are searched, not parsed.
    fn naming(&self, texts: &BTreeSet<&str>) -> BTreeSet<Utf8PathBuf> {
        let search = AhoCorasickBuilder::new().ascii_case_insensitive(true).build(texts);
        let Some(search) = search.ok().filter(|_| !texts.is_empty()) else { return BTreeSet::new() };
        let mut found = BTreeSet::new();
        for side in [&self.before, &self.after] {
            let listing = Listing::of_catalog(&*side.files, &side.config);
            let products: Vec<&Utf8Path> =
                listing.of(Role::Product).filter(|path| !found.contains(*path)).collect();
            let files = &*side.files;
            // What cannot be read is looked at, so that it is told.
            // So is what writes characters by other characters.
            let is_naming = |path: &&Utf8Path| {
                files.read_text(path).map_or(true, |text| search.is_match(&text) || writes_otherwise(&text))
            };
            let naming = products.into_par_iter().filter(is_naming);
            let naming: Vec<Utf8PathBuf> = naming.map(Utf8Path::to_owned).collect();
            found.extend(naming);
        }
        found
    }

    /// Products whose recorded released state differs.
    fn recorded(&self, folder: Option<&Utf8Path>) -> BTreeSet<Key> {
        let Some(folder) = folder else { return BTreeSet::new() };
        let inside = self.files.iter().filter(|file| file.path.parent() == Some(folder));
        inside.filter_map(|file| Key::new(file.path.file_stem()?).ok()).collect()
    }

    /// Says what the change sets otherwise than the base: it is judged by its own limits already, and what reaches the
    /// marketplace counts once it is merged.
    fn settings(&self) -> Option<Diagnostic> {
        let (before, after) = (&self.before.config, &self.after.config);
        let mut other = Vec::new();
        let mut note = |is_same: bool, what: String| {
            if !is_same {
                other.push(what);
            }
        };
        note(before.guards == after.guards, "the guards".to_owned());
        note(before.rules == after.rules, "levels of rules".to_owned());
        note(before.notify == after.notify, "who is told of what happens".to_owned());
        note(before.default_target == after.default_target, "the default target".to_owned());
        let names: BTreeSet<&Key> = before.targets.keys().chain(after.targets.keys()).collect();
        for name in names {
            match (before.targets.get(name), after.targets.get(name)) {
                (Some(old), Some(new)) => {
                    note(old.driver == new.driver, format!("the marketplace of `{name}`"));
                    note(old.ledger == new.ledger, format!("the ledger of `{name}`"));
                    note(old.branch == new.branch, format!("the branch of `{name}`"));
                    note(old.account == new.account, format!("the account of `{name}`"));
                    note(old.preflight == new.preflight, format!("preflights of `{name}`"));
                    note(old.profile == new.profile, format!("the site of `{name}`"));
                }
                (old, _) => {
                    note(false, format!("{} target `{name}`", if old.is_some() { "no" } else { "a new" }));
                }
            }
        }
        let what = other.join(", ");
        let message = format!("this change sets otherwise: {what}");
        let found = Diagnostic::error("settings-changed", FILE_NAME, Span::default(), message).warning();
        let help = "look at the change of gallerist.yaml before anything else: limits count for this plan already, and how \
                    the marketplace is reached counts once it is merged";
        (!other.is_empty()).then(|| found.help(help))
    }

    /// How many definitions were read on both sides.
    fn files_read(&self) -> usize {
        self.before.files_read() + self.after.files_read()
    }
}

/// Plans both sides, and gives the plan after the change of all it touches, beside the one before.
pub(super) fn plan(
    request: &Request,
    base: &str,
    head: &str,
    snapshot: Option<SnapshotFile>,
) -> Result<Planned, ServiceError> {
    let mut change = match Change::open(request, base, head)? {
        Opened::Both(change) => change,
        Opened::First(baseline, after) => {
            let planner = Planner::new(&after, request)?;
            let plan = planner.plan_now(request, snapshot)?;
            let before = Comparison { baseline, before: BTreeMap::new(), without_effect: BTreeSet::new() };
            return Ok(Planned { compared: Some(before), ..planned(&planner, plan) });
        }
    };
    let targets = targets(&change, request)?;
    let speaking = {
        let sides = Sides::of(&change, &targets, request)?;
        let speaking = match &change.after.only {
            None => BTreeSet::new(),
            Some(only) => {
                let related = sides.related();
                &change.naming(&related.iter().map(String::as_str).collect()) - only
            }
        };
        if speaking.is_empty() {
            return sides.plan(request, snapshot);
        }
        speaking
    };
    // Rare: a product comes, goes or is followed, and others speak of it.
    change.add(speaking);
    Sides::of(&change, &targets, request)?.plan(request, snapshot)
}

/// The target before and after a change. How the marketplace is reached and what was merged is said by the one before:
/// nothing that is only proposed decides where anything is asked.
fn targets(change: &Change, request: &Request) -> Result<(Target, Target), ServiceError> {
    let name = request.target.as_ref().unwrap_or(&change.before.config.default_target);
    let before = change.before.target(Some(name))?.clone();
    let after = change.after.target(Some(name))?;
    let Target { driver, ledger, branch, .. } = before.clone();
    let after = Target { driver, ledger, branch, ..after.clone() };
    let names = (&change.before.config.name, &change.after.config.name);
    if names.0 != names.1 {
        return Err(super::workspace::request(format!(
            "the change gives the catalog another name, `{}` instead of `{}`: it would know nothing of what is on sale",
            names.1, names.0
        )));
    }
    Ok((before, after))
}

/// Both sides of a change, ready to plan.
struct Sides<'a> {
    change: &'a Change,
    before: Planner<'a>,
    after: Planner<'a>,
    touched: BTreeSet<Key>,
}

impl<'a> Sides<'a> {
    fn of(
        change: &'a Change,
        targets: &'a (Target, Target),
        request: &Request,
    ) -> Result<Self, ServiceError> {
        let mut before = Planner::at(&change.before, &targets.0, request)?;
        let mut after = Planner::at(&change.after, &targets.1, request)?;
        // What was merged stands where the base says.
        after.approvals.clone_from(&before.approvals);
        let touched = touched(change, &before, &after);
        if change.after.only.is_some() {
            let keys: BTreeSet<Key> =
                [&before, &after].into_iter().flat_map(keys).chain(touched.clone()).collect();
            before.only = Some(keys.clone());
            after.only = Some(keys);
        }
        Ok(Self { change, before, after, touched })
    }

    /// What other definitions may speak of because of what differs: keys that come, go or are followed, and what no two
    /// products should have. What is retired waits for what replaces it, whether or not that differs; and where only an
    /// approval or a record differs, the definition is somewhere else.
    fn related(&self) -> BTreeSet<String> {
        let (before, after) = (&self.before, &self.after);
        let mut related: BTreeSet<String> =
            (&speaks(before) ^ &speaks(after)).into_iter().map(|(_, word)| word).collect();
        for side in [before, after] {
            let ends = side.definitions.desired.iter().filter(|(_, found)| found.desired.retire.is_some());
            related.extend(ends.map(|(key, _)| key.to_string()));
        }
        let is_read = |key: &&Key| {
            [before, after].iter().any(|side| side.definitions.catalog.definition(key.as_str()).is_some())
        };
        related.extend(self.touched.iter().filter(|key| !is_read(key)).map(Key::to_string));
        related
    }

    fn plan(&self, request: &Request, snapshot: Option<SnapshotFile>) -> Result<Planned, ServiceError> {
        let earlier = self.before.plan_now(request, snapshot.clone())?;
        let later = self.after.plan_now(request, snapshot)?;
        let mut planned = planned(&self.after, later);
        planned.diagnostics.list.extend(self.change.unusable.iter().map(FileError::diagnostic));
        planned.diagnostics.list.extend(self.change.settings());
        planned.diagnostics.sort();
        planned.files_read = self.change.files_read();
        compare(&mut planned, earlier, self.change.baseline.clone(), &self.touched);
        Ok(planned)
    }
}

/// Keeps what the change touches, and puts the earlier plan beside it.
fn compare(planned: &mut Planned, earlier: Plan, baseline: Baseline, touched: &BTreeSet<Key>) {
    let before: BTreeMap<Key, ProductPlan> =
        earlier.products.into_iter().map(|product| (product.key.clone(), product)).collect();
    let mut comparison = Comparison { baseline, before, without_effect: BTreeSet::new() };
    let now: BTreeSet<&Key> = planned.plan.products.iter().map(|product| &product.key).collect();
    let all: BTreeSet<Key> = now.into_iter().chain(comparison.before.keys()).cloned().collect();
    let differs: BTreeSet<Key> =
        all.iter().filter(|key| !comparison.difference(&planned.plan, key).is_empty()).cloned().collect();
    planned.plan.products.retain(|product| touched.contains(&product.key) || differs.contains(&product.key));
    comparison.before.retain(|key, _| touched.contains(key) || differs.contains(key));
    let products = &planned.plan.products;
    let planned_now = |key: &&Key| products.binary_search_by(|product| product.key.cmp(*key)).is_ok();
    comparison.without_effect =
        touched.iter().filter(|key| !differs.contains(*key)).filter(planned_now).cloned().collect();
    planned.compared = Some(comparison);
}

/// Products whose files differ, or what they say with the same files.
fn touched(change: &Change, before: &Planner<'_>, after: &Planner<'_>) -> BTreeSet<Key> {
    let paths: BTreeSet<&Utf8Path> = change.files.iter().map(|file| file.path.as_path()).collect();
    let folder = match &before.target.driver {
        Driver::Console { released, .. } => Some(released.join(before.target.name.as_str())),
        Driver::Sandbox { .. } | Driver::Gateway { .. } => None,
    };
    let mut touched = change.recorded(folder.as_deref());
    for side in [before, after] {
        let definitions = side.definitions.catalog.definitions().iter();
        touched.extend(
            definitions.filter(|found| paths.contains(found.path.as_path())).map(|found| found.key.clone()),
        );
        let approvals = side.definitions.catalog.approvals().iter();
        let of_change = approvals.filter(|found| paths.contains(found.path.as_path()));
        touched.extend(of_change.map(|found| found.product.clone()));
    }
    let (old, new) = (&before.definitions.desired, &after.definitions.desired);
    let all: BTreeSet<&Key> = old.keys().chain(new.keys()).collect();
    let said =
        |side: &BTreeMap<Key, DesiredProduct>, key: &Key| side.get(key).map(|found| found.desired.clone());
    touched.extend(all.into_iter().filter(|key| said(old, key) != said(new, key)).cloned());
    touched
}

fn keys<'a>(planner: &'a Planner<'_>) -> impl Iterator<Item = Key> + 'a {
    let definitions = planner.definitions.catalog.definitions().iter().map(|found| found.key.clone());
    let followed = planner.definitions.broken.iter().cloned();
    let renamed = planner.definitions.renamed.keys().cloned();
    definitions.chain(followed).chain(renamed)
}

/// What the definitions that were read have to do with others, by product.
fn speaks(planner: &Planner<'_>) -> BTreeSet<(Key, String)> {
    let mut words = definition_words(&planner.definitions.catalog);
    for (key, found) in &planner.definitions.desired {
        let summary = Summary::of(&found.desired);
        let marks = summary.iter().flat_map(Summary::marks).map(|mark| (key.clone(), mark.to_owned()));
        words.extend(marks);
    }
    words
}

/// Whether a text may hold a word without its letters: in quotes, `\x67` is a letter and `\'\'` is one quote.
fn writes_otherwise(text: &str) -> bool {
    text.contains('\\') || text.contains("''")
}

/// Keys of definitions and of what they follow; also of those with errors.
pub(super) fn definition_words(catalog: &Catalog) -> BTreeSet<(Key, String)> {
    let words = catalog.definitions().iter().flat_map(|found| {
        let own = std::iter::once(found.key.clone()).chain(found.followed());
        own.map(|word| (found.key.clone(), word.to_string()))
    });
    words.collect()
}

/// What a change makes wrong: findings in what differs that were not there before.
pub(super) fn check(
    request: &Request,
    base: &str,
    head: &str,
    look: impl Fn(&Workspace) -> Result<Checked, ServiceError>,
) -> Result<Checked, ServiceError> {
    let mut change = match Change::open(request, base, head)? {
        Opened::Both(change) => change,
        Opened::First(_, after) => return look(&after),
    };
    let (mut before, mut after) = (look(&change.before)?, look(&change.after)?);
    if let Some(only) = change.after.only.clone() {
        // Another product may have the same key, certificate, domain or credential.
        let differ = &before.marks ^ &after.marks;
        let marks = differ.iter().map(|(_, mark)| mark.as_str()).collect();
        let speaking = &change.naming(&marks) - &only;
        if !speaking.is_empty() {
            change.add(speaking);
            (before, after) = (look(&change.before)?, look(&change.after)?);
        }
    }
    // Lines move; what is said about which file does not.
    let told = |found: &Diagnostic| (found.primary.path.clone(), found.rule, found.message.clone());
    let mut known: BTreeMap<_, usize> = BTreeMap::new();
    for found in &before.diagnostics.list {
        *known.entry(told(found)).or_default() += 1;
    }
    let is_new = |found: &Diagnostic| match known.get_mut(&told(found)) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        Some(_) | None => true,
    };
    after.diagnostics.list.retain(is_new);
    after.diagnostics.list.extend(change.unusable.iter().map(FileError::diagnostic));
    after.diagnostics.sort();
    after.files_read = change.files_read();
    Ok(after)
}
