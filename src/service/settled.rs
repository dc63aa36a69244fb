//! Products that need no second look: in sync when a snapshot was made, with nothing to say of them, and with a definition
//! that is still the same, byte for byte. It is not parsed, the snapshot's file of it is not read, and nothing is compared or
//! judged once more.

use super::digests::Digests;
use super::known::{Known, Word};
use super::outcomes::{Memory, MemoryFile, Outcomes, let_go, meanwhile};
use super::planning::Planner;
use super::settling::{Look, Settling};
use super::snapshot::SnapshotFile;
use super::texts::Texts;
use super::workspace::{Definitions, Workspace};
use super::{Request, ServiceError};
use crate::config::Target;
use crate::definition::{Definition, NamedFile, Read};
use crate::diagnostic::Finding;
use crate::model::{Canonical, CanonicalWriter, DeliveryMethod, Digest, Key};
use crate::plan::{DesiredProduct, History, Plan, ProductPlan};
use crate::released::{Coverage, Released, ReleasedProduct};
use crate::repository::{Assets, Listing};
use crate::rules::{self, Summaries, Summary};
use crate::submission::Revision;
use crate::wire::{
    ComparedProduct, Document, Map, Name, SettledFile, SettledProduct, SettledProducts, Snapshot,
    SnapshotPart,
};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What a snapshot says of products that need no second look, as far as it counts now.
pub(super) struct Settled {
    commits: Vec<String>,
    files: Vec<SettledFile>,
    /// By the paths of their definitions.
    products: HashMap<String, (Key, SettledProduct)>,
}

/// A product that needs no second look: what is shown of it, and what others are compared with.
pub(super) struct Row {
    pub(super) path: Utf8PathBuf,
    pub(super) delivery: DeliveryMethod,
    /// What others are compared with.
    pub(super) summary: Option<Summary>,
    pub(super) name: String,
    pub(super) revision: Revision,
    /// The commit it was applied from last.
    pub(super) commit: Option<String>,
    /// The snapshot's word, where it was taken for it.
    pub(super) word: Option<Word>,
}

impl Row {
    /// What a plan says of it.
    pub(super) fn plan(&self, target: &Key, key: &Key) -> ProductPlan {
        let Self { path, name, revision, delivery, .. } = self;
        let (name, revision) = (name.clone(), revision.clone());
        ProductPlan::settled(target, key.clone(), name, *delivery, path.clone(), revision)
    }
}

impl Settled {
    /// What counts of a snapshot's word, where it was given about the index with this digest and judged by the same rules and settings.
    pub(super) fn of(found: SettledProducts, index: Digest, judges: Digest, now: Timestamp) -> Option<Self> {
        let SettledProducts { index: own, judged_by, commits, files, products, .. } = found;
        if own.0 != index || judged_by.0 != judges {
            return None;
        }
        let all = products.0.len();
        let by_path = products.0.into_iter().map(|(key, found)| (found.path.clone(), (key.0, found)));
        let mut products: HashMap<String, (Key, SettledProduct)> = by_path.collect();
        if products.len() < all {
            // No file defines two products.
            return None;
        }
        products.retain(|_, (_, found)| Word::of(found).counts_at(now));
        Some(Self { commits, files, products })
    }

    /// The product of a definition, where its content is known to be this.
    fn row(&self, path: &Utf8Path, content: Digest) -> Option<(&Key, Row)> {
        let (key, found) = self.products.get(path.as_str())?;
        if content != found.content.0 {
            return None;
        }
        let commit = match found.commit {
            Some(at) => Some(self.commits.get(at)?.clone()),
            None => None,
        };
        let row = Row {
            path: path.to_owned(),
            delivery: found.compared.delivery.0,
            summary: Some(found.compared.summary(key)),
            name: found.name.clone(),
            revision: found.revision.0.clone(),
            commit,
            word: Some(Word::of(found)),
        };
        Some((key, row))
    }

    /// The files that the definition named, as they are now.
    fn files(&self, path: &Utf8Path, assets: &Assets<'_>) -> Option<Vec<NamedFile>> {
        let (_, found) = self.products.get(path.as_str())?;
        let look = |file: &usize| {
            let SettledFile { path, text } = self.files.get(*file)?;
            Some(NamedFile::look(assets, Utf8Path::new(path), *text))
        };
        found.files.iter().map(look).collect()
    }
}

/// A digest of a definition with the files that it names.
fn content(text: &str, files: &[NamedFile]) -> Digest {
    struct Content<'a>(&'a str, &'a [NamedFile]);
    impl Canonical for Content<'_> {
        fn write(&self, to: &mut CanonicalWriter) {
            to.text(self.0);
            for NamedFile { path, is_text, digest } in self.1 {
                to.text(path.as_str());
                to.number(u64::from(*is_text));
                digest.write(to);
            }
        }
    }
    Digest::of("definition", &Content(text, files))
}

impl Workspace {
    /// What the definitions say at a target, with no more than a row of each product that needs no second look, because
    /// the snapshot says so or because that turns out; and the snapshot's files that were read for it.
    fn definitions_settling(
        &self,
        listing: Listing,
        target: &Target,
        settled: Option<&Settled>,
        settling: &Settling<'_>,
        outcomes: Option<Outcomes<Known>>,
        now: Timestamp,
    ) -> (Definitions, BTreeMap<Key, SnapshotPart>) {
        self.tree.note_opened();
        let again = self.again(Vec::new());
        let source = &*self.files;
        let assets = Assets::new(source);
        // Only what is remembered has to do with the files that products name.
        let assets = if outcomes.is_some() { assets } else { assets.unnoted() };
        let recall = |path: &Utf8Path| {
            let known = |key: &Key, known: &Known, texts: &Texts| known.row(key, path, texts, now);
            let remembered = outcomes.as_ref().and_then(|outcomes| outcomes.recall(path, &again, known));
            if let Some((definition, row)) = remembered {
                return Some((definition, Look::Settled(Box::new(row))));
            }
            let settled = settled?;
            let files = settled.files(path, &assets)?;
            let (key, row) = settled.row(path, content(&source.read_text(path).ok()?, &files))?;
            let targets = vec![target.name.clone()];
            let definition = Definition::recalled(key.clone(), path.to_owned(), targets, files, &again);
            Some((definition, Look::Settled(Box::new(row))))
        };
        let look = |definition: &mut Definition| settling.look(definition, &again);
        let Read { catalog, seen, diagnostics, .. } = self.read_seeing(listing, &[], &assets, recall, look);
        let_go(assets.into_known());
        let (mut rows, mut read) = (Vec::with_capacity(seen.len()), BTreeMap::new());
        for (Definition { key, .. }, look) in catalog.definitions().iter().zip(seen) {
            match look {
                Look::Settled(row) => rows.push((key.clone(), *row)),
                Look::Unsettled(Some(product)) => drop(read.insert(key.clone(), *product)),
                Look::Unsettled(None) => {}
            }
        }
        // At once, which takes less time than one by one.
        let rows: BTreeMap<Key, Row> = rows.into_iter().collect();
        let opened = self.opened();
        let mut looked_at = outcomes.as_ref().map(Outcomes::unchanged).unwrap_or_default();
        if let Some(outcomes) = outcomes {
            let found = rows.iter().filter_map(|(key, row): (&Key, &Row)| {
                Some((catalog.definition(key.as_str())?, Known::of(row)?))
            });
            let could = settled.map_or(outcomes.could(), |settled| settled.products.len());
            let all = catalog.definitions().len();
            outcomes.keep(self, Some(target), (all, could), found, &diagnostics, &opened);
        }
        looked_at.extend(opened);
        (Definitions { opened: looked_at, ..self.sorted_out(target, catalog, diagnostics, rows) }, read)
    }
}

/// What is known of the products in a snapshot's folder without a look at each: the less the more is remembered.
#[derive(Default)]
struct Told {
    /// Those that it has files of.
    keys: Option<BTreeSet<Key>>,
    outcomes: Option<Outcomes<Known>>,
    settled: Option<Settled>,
    digests: Option<Digests>,
}

impl Told {
    fn of(snapshot: &SnapshotFile, file: Option<MemoryFile<Known>>, judges: Digest, now: Timestamp) -> Self {
        let (keys, told) = rayon::join(|| snapshot.keys(), || Self::of_products(snapshot, file, judges, now));
        Self { keys: keys.ok(), ..told }
    }

    fn of_products(
        snapshot: &SnapshotFile,
        file: Option<MemoryFile<Known>>,
        judges: Digest,
        now: Timestamp,
    ) -> Self {
        let mut told = Self::default();
        let Some(index) = snapshot.index() else { return told };
        let Ok(digest) = index.digest() else { return told };
        // What is remembered was found out by this snapshot's word, and counts beside this very word alone.
        let stamp = snapshot.settled_stamp();
        let file = file.zip(stamp).filter(|(file, stamp)| file.relies_on(stamp));
        told.outcomes = file.map(|(file, stamp)| file.open(format!("{digest} {stamp:?}")));
        let counts = |found: &Known| found.word.counts_at(now);
        if told.outcomes.as_ref().is_some_and(|outcomes| !outcomes.lacks_some(counts)) {
            return told;
        }
        told.settled = snapshot.settled().and_then(|found| Settled::of(found, digest, judges, now));
        let known = told.settled.as_ref().map_or(0, |settled| settled.products.len());
        // The files of a few are read sooner than what is said of all.
        if known < index.products.div_ceil(2) {
            told.digests = snapshot.digests();
        }
        // Nothing could be remembered.
        told.outcomes = told.outcomes.filter(|_| told.settled.is_some());
        told
    }
}

impl<'a> Planner<'a> {
    /// A planner of a whole catalog, for planning against a snapshot: products that need no second look are not kept.
    pub(super) fn against(
        workspace: &'a Workspace,
        request: &Request,
        snapshot: &mut SnapshotFile,
        memory: Option<Memory<'_>>,
    ) -> Result<Self, ServiceError> {
        let target = workspace.target(request.target.as_ref())?;
        snapshot.is_about(&workspace.scope(target))?;
        let Some(settling) = Settling::beside(snapshot, workspace, target, request.now) else {
            return Self::at(workspace, target, request);
        };
        let file = memory.and_then(|memory| MemoryFile::in_folder(memory, workspace, Some(target)));
        let judges = judges(workspace, target);
        let told = || Told::of(snapshot, file, judges, request.now);
        // Git is asked while definitions are read. An edit in just this moment may be in a plan that names the commit before it;
        // nothing is handed over by what such a plan says of commits.
        let reading = || {
            let (listing, told) = meanwhile(told, || workspace.listing());
            let Told { keys, outcomes, settled, digests } = told.unwrap_or_default();
            let settling = settling.knowing(digests);
            let now = request.now;
            let (definitions, read) =
                workspace.definitions_settling(listing, target, settled.as_ref(), &settling, outcomes, now);
            let_go(settled);
            (keys, definitions, read)
        };
        let ((keys, definitions, read), by_git) = meanwhile(workspace.git_asker(), reading);
        snapshot.keep(keys, read);
        let by_git = by_git.unwrap_or_else(|| workspace.git_asker()())?;
        let mut planner = Self::reading(workspace, target, request, definitions, by_git)?;
        planner.definitions.compared = planner.compare();
        let again = planner.to_look_at_again();
        planner.read_again(&again);
        Ok(planner)
    }

    /// What rules that compare products find, settled ones included.
    fn compare(&self) -> BTreeMap<Key, Vec<Finding>> {
        let Definitions { desired, settled, .. } = &self.definitions;
        let unsettled: Vec<Summary> =
            desired.values().filter_map(|found| Summary::of(&found.desired)).collect();
        let settled = settled.values().filter_map(|row| row.summary.as_ref());
        let mut products: Vec<&Summary> = unsettled.iter().chain(settled).collect();
        products.sort_by(|a, b| a.key.cmp(&b.key));
        let site = &self.target.profile;
        rules::check_catalog(&Summaries { site, products }, &self.workspace.config.rules)
    }

    /// Settled products that need a second look after all, because of other products or of this commit.
    fn to_look_at_again(&self) -> Vec<Key> {
        let Definitions { settled, compared, renamed, broken, .. } = &self.definitions;
        let is_named =
            |key: &Key| compared.contains_key(key) || renamed.contains_key(key) || broken.contains(key);
        let again = settled.iter().filter(|(key, row)| {
            is_named(key) || row.commit.as_deref().is_some_and(|commit| self.is_older(commit))
        });
        again.map(|(key, _)| key.clone()).collect()
    }

    /// Reads definitions of settled products once more, for a second look.
    fn read_again(&mut self, keys: &[Key]) {
        let (config, files) = (&self.workspace.config, &*self.workspace.files);
        let (target, assets) = (self.target.name.as_str(), Assets::new(files));
        let Definitions { catalog, diagnostics, desired, broken, settled, .. } = &mut self.definitions;
        let paths: Vec<(&Key, Utf8PathBuf)> =
            keys.iter().filter_map(|key| Some((key, settled.remove(key)?.path))).collect();
        let known = &*catalog;
        let read = paths.into_par_iter().map(|(key, path)| {
            let text = files.read_text(&path).unwrap_or_default();
            let (definition, found) = known.read_one(config, &path, text.as_bytes(), &assets);
            (key, path, definition.filter(|found| found.key == *key && !found.is_broken()), found)
        });
        for (key, path, definition, found) in read.collect::<Vec<_>>() {
            let wanted = definition.as_ref().and_then(|found| found.desired(target)).cloned();
            match (wanted, definition) {
                (Some(wanted), Some(definition)) => {
                    catalog.replace(definition);
                    desired.insert(key.clone(), DesiredProduct { desired: wanted, path: Some(path) });
                }
                // It was sound a moment ago: somebody is writing it.
                _ => {
                    diagnostics.merge(found);
                    broken.insert(key.clone());
                }
            }
        }
    }
}

/// The products of a plan just made that need no second look, for the index that is saved with them.
pub(super) fn settled(
    planner: &Planner<'_>,
    snapshot: &Snapshot,
    released: &Released,
    plan: &Plan,
    (index, judges_before): (Digest, Digest),
    now: Timestamp,
) -> SettledProducts {
    let Definitions { catalog, desired, diagnostics, .. } = &planner.definitions;
    let told: HashSet<&Utf8Path> =
        diagnostics.list.iter().map(|found| found.primary.path.as_path()).collect();
    let candidate = |product: &ProductPlan| {
        let key = &product.key;
        let definition = catalog.definition(key.as_str()).filter(|found| !told.contains(&*found.path))?;
        let desired = &desired.get(key)?.desired;
        let history = snapshot.histories.get(key).filter(|history| lasts(history))?;
        let ReleasedProduct { revision, recorded_at: None, .. } = released.products.get(key)? else {
            return None;
        };
        if !product.is_settled() || !desired.is_content_alone() {
            return None;
        }
        let expiries = || history.evidence.iter().filter_map(|evidence| evidence.expires);
        let found = SettledProduct {
            path: definition.path.to_string(),
            files: Vec::new(),
            content: Name(content(definition.source().text(), definition.files())),
            name: product.name.clone(),
            compared: ComparedProduct::of(&Summary::of(desired)?),
            revision: Name(revision.clone()),
            commit: None,
            since: expiries().filter(|expiry| *expiry <= now).max().map(Name),
            until: expiries().filter(|expiry| now < *expiry).min().map(Name),
        };
        Some((definition, history.commit.as_ref(), found))
    };
    // What was not looked at may say more, and so may what was read while it changed.
    let judged_by = judges(planner.workspace, planner.target);
    let is_whole = released.coverage == Coverage::Whole && planner.only.is_none();
    let products = plan.products.iter().filter(|_| is_whole && judged_by == judges_before);
    let found: Vec<_> = products.filter_map(candidate).collect();
    let commits: BTreeSet<&String> = found.iter().filter_map(|(_, commit, _)| *commit).collect();
    let commits: Vec<&String> = commits.into_iter().collect();
    let file = |named: &NamedFile| SettledFile { path: named.path.to_string(), text: named.is_text };
    let files: BTreeSet<SettledFile> =
        found.iter().flat_map(|(definition, ..)| definition.files().iter().map(file)).collect();
    let files: Vec<SettledFile> = files.into_iter().collect();
    let products = found.into_iter().map(|(definition, commit, product)| {
        let commit = commit.and_then(|commit| commits.binary_search(&commit).ok());
        let named = definition.files().iter().filter_map(|named| files.binary_search(&file(named)).ok());
        (Name(definition.key.clone()), SettledProduct { commit, files: named.collect(), ..product })
    });
    SettledProducts {
        document: SettledProducts::NAME.into(),
        format: SettledProducts::FORMAT,
        index: Name(index),
        judged_by: Name(judged_by),
        products: Map(products.collect()),
        commits: commits.into_iter().cloned().collect(),
        files,
    }
}

/// Whether nothing that is recorded of a product has a clock of its own.
///
/// Folders that this version exported vouch for products by this: whoever adds a field says here whether a plan without a change
/// could speak of it.
pub(super) fn lasts(history: &History) -> bool {
    let History {
        open,
        held,
        refused,
        last_applied: _,
        commit: _,
        ended: _,
        retired_specifications: _,
        retired: _,
        recent: _,
        origins: _,
        evidence: _,
        report_only: _,
        paused: _,
        ignored,
        failing,
    } = history;
    open.is_none() && held.is_empty() && refused.is_none() && ignored.is_empty() && failing.is_none()
}

/// What decides how products are read and judged: the rules of this version, the site, the settings and the attribute
/// library.
pub(super) fn judges(workspace: &Workspace, target: &Target) -> Digest {
    let library = workspace.files.read_text(&workspace.config.attributes).unwrap_or_default();
    let mut parts = vec![env!("CARGO_PKG_VERSION").to_owned(), workspace.source.text().to_owned(), library];
    // With all limits and lists of words that come with the program.
    parts.push(format!("{:?}", target.profile));
    for rule in rules::all() {
        parts.push(format!("{} {:?}", rule.doc.id, rule.doc.level));
        parts.extend([rule.doc.what, rule.doc.why, rule.doc.instead].map(str::to_owned));
    }
    Digest::of("judged-by", &parts)
}
