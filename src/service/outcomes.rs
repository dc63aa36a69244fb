//! What an earlier run found out, for products whose files have not changed since.
//!
//! Only products about which nothing was found are kept, by what others compare them with; whatever is worth telling is found
//! out again. The file stands outside the catalog, and on any doubt it is as if it were not there: another program, other
//! settings, a byte too many. Nothing but `check` and `plan` look at it, and nothing that is handed over comes of it.

use super::workspace::Workspace;
use crate::config::Target;
use crate::definition::{Again, Definition, NamedFile};
use crate::diagnostic::Diagnostics;
use crate::model::{Digest, Key};
use crate::repository::{Stamp, is_absent, is_folder, write_for_now};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use rayon::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::Read as _;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// What stands before the digest of the rest.
const MAGIC: &str = "gallerist outcomes 3";

/// One product in so many may be read again each time before everything is written down anew.
const FEW: usize = 64;

/// Where outcomes of earlier runs are kept.
#[derive(Debug, Clone, Copy)]
pub struct Memory<'a> {
    /// A folder outside the catalog.
    pub folder: &'a Utf8Path,
    /// The moment, by the clock that files are stamped with: what changed just before it is not relied on.
    pub begun: Timestamp,
}

/// What is kept of a product about which nothing was found.
pub(super) trait Remembered: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// The command that finds it out, for the file's name.
    const COMMAND: &'static str;
}

/// The file, as it is written.
#[derive(Serialize, Deserialize)]
struct Kept<O> {
    /// What the outcomes depend on besides the products' own files.
    basis: String,
    /// Files with what the file system said of them; nothing of those that were looked for and not there.
    files: Vec<(String, Option<Stamp>)>,
    products: Vec<Product<O>>,
}

/// A product about which nothing was found.
#[derive(Serialize, Deserialize, Clone)]
struct Product<O> {
    key: String,
    targets: Vec<String>,
    /// Its files by their places in the list of all: its definition first, then what that names.
    files: Vec<usize>,
    outcome: O,
}

/// The outcomes of earlier runs over a catalog that count at this moment.
pub(super) struct Outcomes<O> {
    place: Utf8PathBuf,
    root: Utf8PathBuf,
    basis: String,
    /// When this run began.
    begun: Timestamp,
    kept: Kept<O>,
    /// By the path of the definition.
    fresh: HashMap<String, usize>,
    recalled: AtomicUsize,
    /// What the file system said of definitions before they were read.
    before: Mutex<HashMap<Utf8PathBuf, Option<Stamp>>>,
}

/// Where the outcomes over a catalog are kept, and what they depend on now.
pub(super) struct MemoryFile<O> {
    file: Utf8PathBuf,
    root: Utf8PathBuf,
    basis: String,
    begun: Timestamp,
    outcome: PhantomData<fn() -> O>,
}

impl<O: Remembered> MemoryFile<O> {
    /// In a folder.
    pub(super) fn in_folder(
        Memory { folder, begun }: Memory<'_>,
        workspace: &Workspace,
        only: Option<&Target>,
    ) -> Option<Self> {
        let root = workspace.tree.root().to_owned();
        let basis = basis(workspace, only)?;
        let target = only.map_or("", |target| target.name.as_str());
        let name = Digest::of("memory", &vec![root.to_string(), target.to_owned()]).short();
        let file = folder.join(format!("{}-{name}", O::COMMAND));
        Some(Self { file, root, basis, begun, outcome: PhantomData })
    }

    /// What is kept there.
    pub(super) fn open(self) -> Outcomes<O> {
        let Self { file: place, root, basis, begun, outcome: _ } = self;
        let kept = read(&place).and_then(|bytes| parse(&bytes)).filter(|kept| kept.basis == basis);
        let kept =
            kept.unwrap_or_else(|| Kept { basis: basis.clone(), files: Vec::new(), products: Vec::new() });
        let fresh = fresh(&root, &kept);
        let (recalled, before) = (AtomicUsize::new(0), Mutex::default());
        Outcomes { place, root, basis, begun, kept, fresh, recalled, before }
    }
}

impl<O: Remembered> Outcomes<O> {
    /// What is known of the definition in a file, if somebody makes something of it.
    pub(super) fn recall<T>(
        &self,
        path: &Utf8Path,
        again: &Again,
        make: impl FnOnce(&Key, &O) -> Option<T>,
    ) -> Option<(Definition, T)> {
        let Some(product) = self.fresh_product(path) else {
            let stamp = Stamp::of(&self.root.join(path));
            self.before.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), stamp);
            return None;
        };
        let key = Key::new(&product.key).ok()?;
        let made = make(&key, &product.outcome)?;
        let targets = product.targets.iter().map(|name| Key::new(name).ok()).collect::<Option<Vec<_>>>()?;
        let named = product.files.iter().skip(1);
        let named = named.map(|file| {
            let path = self.path(*file)?.to_owned();
            Some(NamedFile { path, is_text: false, digest: None })
        });
        let named = named.collect::<Option<Vec<_>>>()?;
        self.recalled.fetch_add(1, Ordering::Relaxed);
        Some((Definition::recalled(key, path.to_owned(), targets, named, again), made))
    }

    fn fresh_product(&self, path: &Utf8Path) -> Option<&Product<O>> {
        self.kept.products.get(*self.fresh.get(path.as_str())?)
    }

    /// How many definitions were recalled so far.
    pub(super) fn recalled(&self) -> usize {
        self.recalled.load(Ordering::Relaxed)
    }

    fn path(&self, file: usize) -> Option<&Utf8Path> {
        let (path, _) = self.kept.files.get(file)?;
        Some(Utf8Path::new(path))
    }

    /// Keeps what was found out now about some of all definitions, unless that is known already. What cannot be written
    /// is found out again.
    pub(super) fn keep<'d>(
        self,
        workspace: &Workspace,
        only: Option<&Target>,
        all: usize,
        found: impl Iterator<Item = (&'d Definition, O)>,
        diagnostics: &Diagnostics,
    ) {
        // Reading a few once more costs less than writing all of it down.
        let is_worth_it = |new: usize| new > 0 && new * FEW >= self.kept.products.len();
        if !is_worth_it(all.saturating_sub(self.recalled())) {
            return let_go(self);
        }
        let told: BTreeSet<&Utf8Path> =
            diagnostics.list.iter().map(|found| found.primary.path.as_path()).collect();
        let found = found.filter(|(definition, _)| {
            !definition.follows() && (told.is_empty() || !told.contains(definition.path.as_path()))
        });
        let found: Vec<(&Definition, O)> = found.collect();
        let new = found.len().saturating_sub(self.recalled());
        if !is_worth_it(new) || basis(workspace, only).as_ref() != Some(&self.basis) {
            return;
        }
        let mut table = Table::of(&self);
        let products: Vec<Product<O>> = found
            .into_iter()
            .filter_map(|(definition, outcome)| table.product(definition, outcome))
            .collect();
        let kept = Kept { basis: self.basis.clone(), files: table.files, products };
        let folder = self.place.parent().unwrap_or(Utf8Path::new("."));
        // What somebody put there that is no file of ours stays as it is.
        if !is_absent(&self.place) && Stamp::of(&self.place).is_none() {
            return;
        }
        // A cache that cannot be kept costs time, and nothing else.
        let _ = std::fs::create_dir_all(folder)
            .map_err(|error| error.to_string())
            .and_then(|()| print(&kept))
            .and_then(|bytes| write_for_now(&self.place, &bytes).map_err(|error| error.to_string()));
    }
}

/// Lets go of something large, for which nobody has to wait.
pub(super) fn let_go(large: impl Send + 'static) {
    rayon::spawn(move || drop(large));
}

/// Does something on a thread of its own meanwhile, unless there is none to be had.
pub(super) fn meanwhile<T, S: Send>(
    there: impl FnOnce() -> S + Send,
    here: impl FnOnce() -> T,
) -> (T, Option<S>) {
    std::thread::scope(|scope| {
        let begun = std::thread::Builder::new().spawn_scoped(scope, there);
        let done = here();
        let ended = begun.ok().map(std::thread::ScopedJoinHandle::join);
        (done, ended.map(|ended| ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic))))
    })
}

/// The files of all products, each once.
struct Table<'a, O> {
    outcomes: &'a Outcomes<O>,
    before: HashMap<Utf8PathBuf, Option<Stamp>>,
    known: HashMap<String, Option<usize>>,
    files: Vec<(String, Option<Stamp>)>,
}

impl<'a, O: Remembered> Table<'a, O> {
    fn of(outcomes: &'a Outcomes<O>) -> Self {
        let before = std::mem::take(&mut *outcomes.before.lock().unwrap_or_else(PoisonError::into_inner));
        Self { outcomes, before, known: HashMap::new(), files: Vec::new() }
    }

    fn product(&mut self, definition: &Definition, outcome: O) -> Option<Product<O>> {
        // What was recalled has been looked at already.
        let known = self.outcomes.fresh_product(&definition.path);
        let paths = std::iter::once(&definition.path).chain(definition.files().iter().map(|file| &file.path));
        let files = match known {
            Some(product) => product.files.iter().map(|file| self.known_file(*file)).collect(),
            None => paths.map(|path| self.file(path)).collect::<Option<Vec<_>>>(),
        };
        let targets = definition.targets.iter().map(ToString::to_string).collect();
        Some(Product { key: definition.key.to_string(), targets, files: files?, outcome })
    }

    /// A file that was as it had been when this run began.
    fn known_file(&mut self, file: usize) -> Option<usize> {
        let (path, stamp) = self.outcomes.kept.files.get(file)?;
        if let Some(known) = self.known.get(path) {
            return *known;
        }
        self.files.push((path.clone(), *stamp));
        self.known.insert(path.clone(), Some(self.files.len() - 1));
        Some(self.files.len() - 1)
    }

    /// A file that a change after the beginning of this run would show at.
    fn file(&mut self, path: &Utf8Path) -> Option<usize> {
        if let Some(known) = self.known.get(path.as_str()) {
            return *known;
        }
        let whole = self.outcomes.root.join(path);
        let is_settled = |stamp: &Option<Stamp>| {
            // What is not there may have been there a moment ago: its folder tells.
            let telling = stamp.or_else(|| Stamp::of_folder(whole.parent()?));
            telling.is_some_and(|telling| telling.is_settled(self.outcomes.begun))
        };
        // What was read is what stands there: a clock that lags behind ours could hide a change.
        let is_as_read = |stamp: &Option<Stamp>| self.before.get(path).is_none_or(|before| before == stamp);
        let place = seen(&whole).filter(is_settled).filter(is_as_read).map(|stamp| {
            self.files.push((path.as_str().to_owned(), stamp));
            self.files.len() - 1
        });
        self.known.insert(path.as_str().to_owned(), place);
        place
    }
}

/// What stands at a path: a file, or nothing; `None` where it is something that cannot be relied on.
fn seen(path: &Utf8Path) -> Option<Option<Stamp>> {
    Stamp::of(path).map(Some).or_else(|| is_absent(path).then_some(None))
}

/// The products all of whose files are as they were, behind folders that are no links.
fn fresh<O: Sync>(root: &Utf8Path, kept: &Kept<O>) -> HashMap<String, usize> {
    let unchanged: Vec<bool> =
        kept.files.par_iter().map(|(path, stamp)| seen(&root.join(path)) == Some(*stamp)).collect();
    let folders: HashSet<&str> =
        kept.files.iter().filter_map(|(path, _)| path.rsplit_once('/')).map(|(folder, _)| folder).collect();
    let mut folders = folders.into_iter().flat_map(|folder| Utf8Path::new(folder).ancestors());
    if !folders.all(|folder| folder.as_str().is_empty() || is_folder(&root.join(folder))) {
        return HashMap::new();
    }
    let is_unchanged = |file: &usize| unchanged.get(*file).is_some_and(|same| *same);
    let products = kept.products.iter().enumerate();
    let fresh = products.filter(|(_, product)| product.files.iter().all(is_unchanged));
    let by_path = fresh.filter_map(|(at, product)| {
        let (path, _) = kept.files.get(*product.files.first()?)?;
        Some((path.clone(), at))
    });
    by_path.collect()
}

/// What outcomes depend on besides the products' own files: this very program, the settings, the attribute library, and
/// the targets that are looked at.
fn basis(workspace: &Workspace, only: Option<&Target>) -> Option<String> {
    let program = Utf8PathBuf::from_path_buf(std::env::current_exe().ok()?).ok()?;
    let program = (program.as_str().to_owned(), Stamp::of(&program.canonicalize_utf8().ok()?)?);
    let library = workspace.files.read_text(&workspace.config.attributes).ok();
    let only = only.map(|target| target.name.as_str());
    let settings = (workspace.tree.root().as_str(), workspace.source.text(), library, only);
    let text = serde_json::to_string(&(program, settings)).ok()?;
    Some(Digest::of_bytes(text.as_bytes()).to_string())
}

/// The content of a regular file that is no link, and not larger than any catalog needs.
fn read(place: &Utf8Path) -> Option<Vec<u8>> {
    const BYTES_MAX: u64 = 256 << 20;
    Stamp::of(place)?;
    let file = std::fs::File::open(place).ok()?;
    let mut bytes = Vec::new();
    file.take(BYTES_MAX + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= BYTES_MAX).then_some(bytes)
}

fn print(kept: &Kept<impl Serialize>) -> Result<Vec<u8>, String> {
    let body = serde_json::to_vec(kept).map_err(|error| error.to_string())?;
    let head = format!("{MAGIC} {}\n", Digest::of_bytes(&body));
    Ok([head.into_bytes(), body].concat())
}

fn parse<O: DeserializeOwned>(bytes: &[u8]) -> Option<Kept<O>> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (head, body) = (bytes.get(..end)?, bytes.get(end + 1..)?);
    let digest = std::str::from_utf8(head).ok()?.strip_prefix(MAGIC)?.trim();
    (Digest::of_bytes(body).to_string() == digest).then(|| serde_json::from_slice(body).ok()).flatten()
}
