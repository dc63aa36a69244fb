//! Reading all definitions of a catalog in one go.

use super::again::Again;
use super::assets::{Assets, NamedFile};
use super::file::{FOLLOWED, FileOutcome, file, product};
use super::library::{Approval, Library, library};
use super::place::{locate, stated};
use crate::config::{Config, Target};
use crate::diagnostic::{Diagnostic, Diagnostics, Finding, Location, Route};
use crate::model::{Desired, Key};
use crate::text::{SourceFile, Span, lower, path_order};
use crate::yaml::{Limits, Node, Reading, Tree, read};
use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

/// A product's definition: what is desired at each of its targets, and the file it was read from.
#[derive(Debug, Clone)]
pub struct Definition {
    /// The product's key.
    pub key: Key,
    /// The file, relative to the catalog's folder.
    pub path: Utf8PathBuf,
    /// Where the product is sold.
    pub targets: Vec<Key>,
    /// This and the tree are empty once they were let go of, until a place is asked for.
    pub(super) text: OnceLock<Arc<str>>,
    pub(super) tree: OnceLock<Arc<Tree>>,
    pub(super) again: Option<Again>,
    /// By target; there are few.
    pub(super) desired: Vec<(Key, Desired)>,
    /// Whether the product says that it follows others.
    pub(super) follows: bool,
    /// Files that the product names, from the catalog's folder.
    pub(super) files: Vec<NamedFile>,
}

impl Definition {
    /// A definition that was read before and has not changed since, as far as comparing it with others needs it: nothing
    /// is desired of it. Its text is read when a place in it is asked for.
    #[must_use]
    pub fn recalled(
        key: Key,
        path: Utf8PathBuf,
        targets: Vec<Key>,
        files: Vec<NamedFile>,
        again: &Again,
    ) -> Self {
        let (text, tree, again) = (OnceLock::new(), OnceLock::new(), Some(again.clone()));
        Self { key, path, targets, text, tree, again, desired: Vec::new(), follows: false, files }
    }

    /// Files that the product names, from the catalog's folder, whether they are there or not; none where they were not noted.
    #[must_use]
    pub fn files(&self) -> &[NamedFile] {
        &self.files
    }

    /// What is desired at a target; `None` when the product is not sold there or its definition has errors.
    #[must_use]
    pub fn desired(&self, target: &str) -> Option<&Desired> {
        self.desired.iter().find(|(name, _)| name.as_str() == target).map(|(_, desired)| desired)
    }

    /// Gives away what is desired, by target, and keeps nothing of the text. Whoever asks for a place after this makes
    /// it be read once more: that is for the few products about which something is found late.
    pub fn take_desired(&mut self, again: &Again) -> Vec<(Key, Desired)> {
        (self.text, self.tree) = (OnceLock::new(), OnceLock::new());
        self.again = Some(again.clone());
        std::mem::take(&mut self.desired)
    }

    fn text(&self) -> &Arc<str> {
        self.text.get_or_init(|| {
            let text = self.again.as_ref().and_then(|again| again.text(&self.path));
            text.unwrap_or_default().into()
        })
    }

    /// Whether some target the product is sold at has no desired state because the definition has errors.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.targets.iter().any(|target| self.desired(target.as_str()).is_none())
    }

    /// Keys that the product says it had, or takes the place of (`formerly`, `replaces`), as far as they can be read
    /// even when the definition has errors.
    pub fn followed(&self) -> impl Iterator<Item = Key> {
        let nodes = FOLLOWED.iter().filter(|_| self.follows).flat_map(|list| self.named(list));
        nodes.filter_map(|node| Key::new(node.text()?).ok())
    }

    /// Whether the product says that it follows others.
    #[must_use]
    pub fn follows(&self) -> bool {
        self.follows
    }

    /// What stands in one of the lists of products that this one follows.
    pub(super) fn named(&self, list: &str) -> impl Iterator<Item = Node<'_>> {
        self.tree().root().get(list).into_iter().flat_map(Node::items)
    }

    /// Where a route leads at a target: an override wins over the product's own value, and where nothing stands the
    /// deepest part of the route that does is shown.
    #[must_use]
    pub fn locate(&self, route: &Route, target: &Target) -> Location {
        let span = locate(self.tree(), route, target.name.as_str(), target.currency.as_str());
        Location { path: self.path.clone(), span }
    }

    /// Where some words stand in the text that a route means at a target, in either case; where they do not stand so in
    /// the file, the place of the text.
    #[must_use]
    pub fn locate_words(&self, route: &Route, words: &str, target: &Target) -> Location {
        let whole = self.locate(route, target);
        let value = self.stated(route, target).and_then(|(owner, key)| owner.get(&key));
        let span = value.map_or(whole.span, Node::span);
        let written = lower(self.text().get(span.range()).unwrap_or_default());
        let small = lower(words);
        match written.find(&small).filter(|_| !small.is_empty()) {
            Some(at) => {
                let start = span.range().start + at;
                Location { path: whole.path, span: Span::new(start, start + small.len()) }
            }
            None => whole,
        }
    }

    /// The mapping that says what a route means at a target, and the key it says it under; `None` where nothing does.
    #[must_use]
    pub fn stated(&self, route: &Route, target: &Target) -> Option<(Node<'_>, String)> {
        stated(self.tree(), route, target.name.as_str(), target.currency.as_str())
    }

    /// The file's text, for underlining.
    #[must_use]
    pub fn source(&self) -> SourceFile {
        SourceFile::new(self.path.clone(), Arc::clone(self.text()))
    }

    /// The tree the definition was read from.
    #[must_use]
    pub fn tree(&self) -> &Arc<Tree> {
        self.tree.get_or_init(|| {
            let reading = read(&self.path, self.text().as_bytes(), Limits::default());
            Arc::new(reading.tree.unwrap_or_default())
        })
    }

    /// Gives a finding its place and adds it, with the file's text.
    pub fn report(&self, finding: Finding, target: &Target, diagnostics: &mut Diagnostics) {
        let location = self.locate(&finding.route, target);
        diagnostics.push(Diagnostic::from_finding(finding, location));
        if diagnostics.sources.get(&self.path).is_none() {
            diagnostics.sources.insert(self.source());
        }
    }
}

/// So many files a thread takes at once.
const AT_ONCE: usize = 16;

/// All definitions of a catalog.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// In the order of their keys, each of which stands there once.
    definitions: Vec<Definition>,
    library: Library,
    approvals: Vec<Approval>,
}

/// A catalog that was read, with what somebody saw while it was.
#[derive(Debug)]
pub struct Read<T, E> {
    /// The definitions.
    pub catalog: Catalog,
    /// What was seen of each product, in the order of the definitions.
    pub seen: Vec<T>,
    /// All problems of all files that could be loaded.
    pub diagnostics: Diagnostics,
    /// Why others could not.
    pub unusable: Vec<E>,
}

impl Catalog {
    /// Reads every definition among the files (path relative to the catalog's folder, with `/`; content). Files that
    /// stand where no definition stands are passed over ([`Config::role`]). All problems of all files are in the
    /// diagnostics, in file order, with the texts of the files they are about.
    #[must_use]
    pub fn read<B: AsRef<[u8]> + Send + Sync>(
        config: &Config,
        files: impl IntoIterator<Item = (Utf8PathBuf, B)>,
        assets: &dyn Assets,
    ) -> (Self, Diagnostics) {
        let load = |_: &Utf8Path, content| Ok::<B, Infallible>(content);
        let Read { catalog, diagnostics, .. } =
            Self::read_seeing(config, files, load, assets, |_| None, |_| ());
        (catalog, diagnostics)
    }

    /// The same for somebody who looks at each definition as soon as it is read, on the thread that read it, and may
    /// let go of what is not needed any more ([`Definition::take_desired`]). A file is loaded when its turn comes, unless
    /// somebody can recall what it says.
    #[must_use]
    pub fn read_seeing<S: Send, B: AsRef<[u8]>, E: Send, T: Send>(
        config: &Config,
        files: impl IntoIterator<Item = (Utf8PathBuf, S)>,
        load: impl Fn(&Utf8Path, S) -> Result<B, E> + Sync,
        assets: &dyn Assets,
        recall: impl Fn(&Utf8Path) -> Option<(Definition, T)> + Sync,
        see: impl Fn(&mut Definition) -> T + Sync,
    ) -> Read<T, E> {
        let mut files: Vec<(Utf8PathBuf, S)> = files.into_iter().collect();
        files.sort_by(|(a, _), (b, _)| path_order(a, b));
        let (mut diagnostics, mut unusable) = (Diagnostics::default(), Vec::new());
        let mut library = Library::new();
        if let Some(at) = files.iter().position(|(path, _)| *path == config.attributes) {
            let (path, source) = files.remove(at);
            match load(&path, source) {
                Ok(content) => {
                    library = Self::read_library(config, &path, content.as_ref(), &mut diagnostics);
                }
                Err(error) => unusable.push(error),
            }
        }
        let outcomes: Vec<Result<FileOutcome<T>, E>> = files
            .into_par_iter()
            // What one thread holds back for itself the others wait for in the end.
            .with_max_len(AT_ONCE)
            .map(|(path, source)| {
                if let Some(recalled) = recall(&path) {
                    return Ok(FileOutcome { path, definition: Some(recalled), ..FileOutcome::default() });
                }
                let content = load(&path, source)?;
                Ok(file(config, &library, assets, &path, content.as_ref()).seen(&see))
            })
            .collect();
        let mut catalog = Self { library, ..Self::default() };
        let read = outcomes.into_iter().filter_map(|outcome| {
            let FileOutcome { path, text, found, definition, approval } = match outcome {
                Ok(outcome) => outcome,
                Err(error) => {
                    unusable.push(error);
                    return None;
                }
            };
            if !found.is_empty() {
                diagnostics.list.extend(found);
                diagnostics.sources.insert(SourceFile::new(path, text));
            }
            catalog.approvals.extend(approval.map(|approval| *approval));
            definition
        });
        let mut read: Vec<(Definition, T)> = read.collect();
        // Of several with one key the first file's counts.
        read.sort_by(|(a, _), (b, _)| a.key.cmp(&b.key));
        let mut seen_of = Vec::with_capacity(read.len());
        let mut repeated: Vec<Definition> = Vec::new();
        catalog.definitions.reserve_exact(read.len());
        for (product, seen) in read {
            if catalog.definitions.last().is_some_and(|last| last.key == product.key) {
                repeated.push(product);
                continue;
            }
            catalog.definitions.push(product);
            seen_of.push(seen);
        }
        repeated.sort_by(|a, b| a.path.cmp(&b.path));
        super::across::check(&catalog, &repeated, &mut diagnostics);
        diagnostics.sort();
        Read { catalog, seen: seen_of, diagnostics, unusable }
    }

    fn read_library(
        config: &Config,
        path: &Utf8Path,
        bytes: &[u8],
        diagnostics: &mut Diagnostics,
    ) -> Library {
        let Reading { text, tree, diagnostics: mut found } = read(path, bytes, Limits::default());
        let read = tree.map(|tree| library(config, path, &tree, &mut found)).unwrap_or_default();
        if !found.is_empty() {
            diagnostics.list.extend(found);
            diagnostics.sources.insert(SourceFile::new(path, text));
        }
        read
    }

    /// Reads one product's text, as an editor, a pipe or an edit of ours gives it, beside the catalog that was read. No
    /// other file is read or looked at.
    #[must_use]
    pub fn read_one(
        &self,
        config: &Config,
        path: &Utf8Path,
        bytes: &[u8],
        assets: &dyn Assets,
    ) -> (Option<Definition>, Diagnostics) {
        let FileOutcome { text, found, definition, .. } = product(config, &self.library, assets, path, bytes);
        let mut diagnostics = Diagnostics { list: found, ..Diagnostics::default() };
        diagnostics.sources.insert(SourceFile::new(path, text));
        diagnostics.sort();
        (definition.map(|(definition, ())| definition), diagnostics)
    }

    /// Puts a definition in the place of the one with its key.
    pub fn replace(&mut self, definition: Definition) {
        match self.place(definition.key.as_str()) {
            Ok(at) => {
                if let Some(known) = self.definitions.get_mut(at) {
                    *known = definition;
                }
            }
            Err(at) => self.definitions.insert(at, definition),
        }
    }

    /// The definitions in key order. When two files have one key, the first file's is kept (and both are reported).
    pub fn definitions(&self) -> &[Definition] {
        &self.definitions
    }

    /// The definition of a product.
    #[must_use]
    pub fn definition(&self, key: &str) -> Option<&Definition> {
        self.definitions.get(self.place(key).ok()?)
    }

    /// Where the definition of a product stands, or would.
    fn place(&self, key: &str) -> Result<usize, usize> {
        self.definitions.binary_search_by(|definition| definition.key.as_str().cmp(key))
    }

    /// What is desired at a target, by product.
    #[must_use]
    pub fn desired(&self, target: &str) -> BTreeMap<&Key, &Desired> {
        let all = self.definitions.iter();
        all.filter_map(|definition| Some((&definition.key, definition.desired(target)?))).collect()
    }

    /// The attribute library.
    #[must_use]
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// The approvals, in file order.
    #[must_use]
    pub fn approvals(&self) -> &[Approval] {
        &self.approvals
    }
}
