//! What an earlier run found out, for products whose files have not changed since.
//!
//! Only products about which nothing was found are kept, by what others compare them with; whatever is worth telling is found
//! out again. The file stands outside the catalog, and on any doubt it is as if it were not there: another program, other
//! settings, a byte too many. Nothing but `check` and `plan` look at it, and nothing that is handed over comes of it.

use super::texts::{Text, Texts};
use super::workspace::Workspace;
use crate::config::Target;
use crate::definition::{Again, Definition, NamedFile};
use crate::diagnostic::Diagnostics;
use crate::model::{Digest, Key};
use crate::repository::{Folder, Found, Opened, Stamp, is_absent, is_folder, write_for_now};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use rayon::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::Read as _;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What stands before the digest of the rest.
const MAGIC: &str = "gallerist outcomes 5";

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

/// A file with what the file system said of it; nothing of one that was looked for and not there.
type Stamped = (Text, Option<Stamp>);

/// What is as it was.
#[derive(Default)]
struct Fresh {
    /// Whether each file is.
    files: Vec<bool>,
    /// The products all of whose files are: the paths of their definitions, in order, and their places.
    products: Vec<(Text, usize)>,
}

/// The file, as it is written.
#[derive(Serialize, Deserialize)]
struct Kept<O> {
    /// Of how many products something could be known.
    could: usize,
    texts: Texts,
    files: Vec<Stamped>,
    products: Vec<Product<O>>,
}

impl<O> Kept<O> {
    fn path(&self, file: usize) -> Option<&Utf8Path> {
        let (path, _) = self.files.get(file)?;
        self.texts.get(*path).map(Utf8Path::new)
    }
}

/// A product about which nothing was found: its key, its targets, its files by their places in the list of all (its definition
/// first, then what that names), and what is known.
#[derive(Serialize, Deserialize, Clone)]
struct Product<O>(Text, Vec<Text>, Vec<usize>, O);

/// The outcomes of earlier runs over a catalog that count at this moment.
pub(super) struct Outcomes<O> {
    place: Utf8PathBuf,
    root: Folder,
    /// What outcomes depend on, of this catalog and beside it.
    basis: String,
    beside: String,
    /// When this run began.
    begun: Timestamp,
    kept: Kept<O>,
    fresh: Fresh,
    recalled: AtomicUsize,
}

/// Where the outcomes over a catalog are kept, and what they depend on now.
pub(super) struct MemoryFile<O> {
    file: Utf8PathBuf,
    root: Folder,
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
        let root = workspace.tree.folder().clone();
        let basis = basis(workspace, only)?;
        let target = only.map_or("", |target| target.name.as_str());
        let name = Digest::of("memory", &vec![root.path().to_string(), target.to_owned()]).short();
        let file = folder.join(format!("{}-{name}", O::COMMAND));
        Some(Self { file, root, basis, begun, outcome: PhantomData })
    }

    /// Whether a change of a file after this run began would show at its stamp.
    pub(super) fn relies_on(&self, stamp: &Stamp) -> bool {
        stamp.is_settled(self.begun)
    }

    /// What is kept there, as far as it was found out beside this: a line, or nothing.
    pub(super) fn open(self, beside: String) -> Outcomes<O> {
        let Self { file: place, root, basis, begun, outcome: _ } = self;
        let kept = read(&place).and_then(|bytes| parse(&bytes, &whole(&basis, &beside), &root));
        let (kept, fresh) = kept.unwrap_or_else(|| {
            let nothing = Kept { could: 0, texts: Texts::default(), files: Vec::new(), products: Vec::new() };
            (nothing, Fresh::default())
        });
        Outcomes { place, root, basis, beside, begun, kept, fresh, recalled: AtomicUsize::new(0) }
    }
}

impl<O: Remembered> Outcomes<O> {
    /// What is known of the definition in a file, if somebody makes something of it.
    pub(super) fn recall<T>(
        &self,
        path: &Utf8Path,
        again: &Again,
        make: impl FnOnce(&Key, &O, &Texts) -> Option<T>,
    ) -> Option<(Definition, T)> {
        let Product(key, targets, files, outcome) = self.fresh_product(path)?;
        let texts = &self.kept.texts;
        let read = |text: Text| Key::new(texts.get(text)?).ok();
        let targets = targets.iter().map(|name| read(*name)).collect::<Option<Vec<_>>>()?;
        let key = read(*key)?;
        let made = make(&key, outcome, texts)?;
        let named = files.iter().skip(1);
        let named = named.map(|file| {
            let path = self.kept.path(*file)?.to_owned();
            Some(NamedFile { path, is_text: false, digest: None })
        });
        let named = named.collect::<Option<Vec<_>>>()?;
        self.recalled.fetch_add(1, Ordering::Relaxed);
        Some((Definition::recalled(key, path.to_owned(), targets, named, again), made))
    }

    fn fresh_product(&self, path: &Utf8Path) -> Option<&Product<O>> {
        let is_of = |(own, _): &(Text, usize)| self.kept.texts.get(*own).cmp(&Some(path.as_str()));
        let (_, at) = self.fresh.products.get(self.fresh.products.binary_search_by(is_of).ok()?)?;
        self.kept.products.get(*at)
    }

    /// Of how many products something could be known.
    pub(super) fn could(&self) -> usize {
        self.kept.could
    }

    /// Whether more than a few of the products of which something could be known have changed, or what is known does not
    /// count.
    pub(super) fn lacks_some(&self, counts: impl Fn(&O) -> bool) -> bool {
        let fresh = self.fresh.products.iter().filter_map(|(_, at)| self.kept.products.get(*at));
        let known = fresh.filter(|Product(.., outcome)| counts(outcome)).count();
        self.could() == 0 || self.could().saturating_sub(known) * FEW > self.could()
    }

    /// The files that are as they were, which nobody opens for that.
    pub(super) fn unchanged(&self) -> Opened {
        let files = self.kept.files.iter().zip(&self.fresh.files).filter(|(_, is_as_it_was)| **is_as_it_was);
        let unchanged = files.filter_map(|((path, stamp), _)| {
            let path = self.kept.texts.get(*path)?;
            // Links on the way to them were looked for when this was read.
            Some((path.to_owned(), Found { stamp: Some((*stamp)?), is_straight: true }))
        });
        unchanged.collect()
    }

    /// How many definitions were recalled so far.
    pub(super) fn recalled(&self) -> usize {
        self.recalled.load(Ordering::Relaxed)
    }

    /// Keeps what was found out now about some of all definitions, unless that is known already: of so many it could be. What
    /// cannot be written is found out again. `opened` are the files that were.
    pub(super) fn keep<'d>(
        self,
        workspace: &Workspace,
        only: Option<&Target>,
        (all, could): (usize, usize),
        found: impl Iterator<Item = (&'d Definition, impl FnOnce(&mut Texts) -> O)>,
        diagnostics: &Diagnostics,
        opened: &Opened,
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
        let found: Vec<(&Definition, _)> = found.collect();
        let new = found.len().saturating_sub(self.recalled());
        if !is_worth_it(new) || basis(workspace, only).as_ref() != Some(&self.basis) {
            return;
        }
        let mut table = Table::of(&self, opened);
        let products: Vec<Product<O>> = found
            .into_iter()
            .filter_map(|(definition, outcome)| table.product(definition, outcome))
            .collect();
        let kept = Kept { could, texts: table.texts, files: table.files, products };
        let folder = self.place.parent().unwrap_or(Utf8Path::new("."));
        // What somebody put there that is no file of ours stays as it is.
        if !is_absent(&self.place) && Stamp::of(&self.place).is_none() {
            return;
        }
        // A cache that cannot be kept costs time, and nothing else.
        let _ = std::fs::create_dir_all(folder)
            .map_err(|error| error.to_string())
            .and_then(|()| print(&whole(&self.basis, &self.beside), &kept))
            .and_then(|bytes| write_for_now(&self.place, &bytes).map_err(|error| error.to_string()));
    }
}

/// Whether the program ends after this run.
static ENDS_SOON: AtomicBool = AtomicBool::new(false);

/// Says that the program ends after this run: what it holds then is not taken apart piece by piece, which takes longer than
/// anything else in the end, because the system takes back everything at once.
pub fn ends_soon() {
    ENDS_SOON.store(true, Ordering::Relaxed);
}

/// Lets go of something large, for which nobody has to wait.
pub(super) fn let_go(large: impl Send + 'static) {
    match ENDS_SOON.load(Ordering::Relaxed) {
        true => std::mem::forget(large),
        false => rayon::spawn(move || drop(large)),
    }
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
    opened: &'a Opened,
    known: HashMap<Utf8PathBuf, Option<usize>>,
    texts: Texts,
    files: Vec<Stamped>,
}

impl<'a, O: Remembered> Table<'a, O> {
    fn of(outcomes: &'a Outcomes<O>, opened: &'a Opened) -> Self {
        Self { outcomes, opened, known: HashMap::new(), texts: Texts::default(), files: Vec::new() }
    }

    fn product(
        &mut self,
        definition: &Definition,
        outcome: impl FnOnce(&mut Texts) -> O,
    ) -> Option<Product<O>> {
        // What was recalled has been looked at already.
        let known = self.outcomes.fresh_product(&definition.path);
        let paths = std::iter::once(&definition.path).chain(definition.files().iter().map(|file| &file.path));
        let files = match known {
            Some(Product(_, _, files, _)) => files.iter().map(|file| self.known_file(*file)).collect(),
            None => paths.map(|path| self.file(path)).collect::<Option<Vec<_>>>(),
        };
        let files = files?;
        let targets = definition.targets.iter().map(|name| self.texts.add(name.as_str())).collect();
        let (key, outcome) = (self.texts.add(definition.key.as_str()), outcome(&mut self.texts));
        Some(Product(key, targets, files, outcome))
    }

    /// A file that was as it had been when this run began.
    fn known_file(&mut self, file: usize) -> Option<usize> {
        let kept = &self.outcomes.kept;
        let ((_, stamp), path) = (kept.files.get(file)?, kept.path(file)?);
        if let Some(known) = self.known.get(path) {
            return *known;
        }
        self.files.push((self.texts.add(path.as_str()), *stamp));
        self.known.insert(path.to_owned(), Some(self.files.len() - 1));
        Some(self.files.len() - 1)
    }

    /// A file that a change after the beginning of this run would show at.
    fn file(&mut self, path: &Utf8Path) -> Option<usize> {
        if let Some(known) = self.known.get(path) {
            return *known;
        }
        let root = &self.outcomes.root;
        let is_settled = |stamp: &Option<Stamp>| {
            // What is not there may have been there a moment ago: its folder tells.
            let telling = stamp.or_else(|| Stamp::of_folder(root.path().join(path).parent()?));
            telling.is_some_and(|telling| telling.is_settled(self.outcomes.begun))
        };
        // What was read is what stood there when it was opened: a change since then shows the next time.
        let seen =
            self.opened.get(path.as_str()).map_or_else(|| seen(root, path), |found| found.stamp.map(Some));
        let place = seen.filter(is_settled).map(|stamp| {
            self.files.push((self.texts.add(path.as_str()), stamp));
            self.files.len() - 1
        });
        self.known.insert(path.to_owned(), place);
        place
    }
}

/// What stands at a path: a file, or nothing; `None` where it is something that cannot be relied on.
fn seen(root: &Folder, path: &Utf8Path) -> Option<Option<Stamp>> {
    root.stamp(path).map(Some).or_else(|| is_absent(&root.path().join(path)).then_some(None))
}

/// Whether each of these files is as it was.
fn unchanged(root: &Folder, texts: &Texts, files: &[Stamped]) -> Vec<bool> {
    let is_unchanged = |(path, stamp): &Stamped| {
        texts.get(*path).is_some_and(|path| seen(root, Utf8Path::new(path)) == Some(*stamp))
    };
    files.par_iter().map(is_unchanged).collect()
}

/// Whether these files stand behind folders that are no links.
fn is_behind_folders(root: &Utf8Path, texts: &Texts, files: &[Stamped]) -> bool {
    let paths = files.iter().filter_map(|(path, _)| texts.get(*path));
    let folders: HashSet<&str> =
        paths.filter_map(|path| path.rsplit_once('/')).map(|(folder, _)| folder).collect();
    let mut folders = folders.into_iter().flat_map(|folder| Utf8Path::new(folder).ancestors());
    folders.all(|folder| folder.as_str().is_empty() || is_folder(&root.join(folder)))
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

/// What outcomes depend on, in one.
fn whole(basis: &str, beside: &str) -> String {
    format!("{basis} {beside}")
}

/// A line with the digest of the rest and what that depends on, then that: in bytes, because numbers are most of it.
fn print(basis: &str, kept: &Kept<impl Serialize>) -> Result<Vec<u8>, String> {
    let body = postcard::to_stdvec(kept).map_err(|error| error.to_string())?;
    let head = format!("{MAGIC} {} {basis}\n", Digest::of_bytes(&body));
    Ok([head.as_bytes(), &body].concat())
}

/// What was printed, where it depends on this, with the products that are as they were.
fn parse<O: Remembered>(bytes: &[u8], basis: &str, root: &Folder) -> Option<(Kept<O>, Fresh)> {
    let (head, body) = bytes.split_at_checked(memchr::memchr(b'\n', bytes)?)?;
    let (head, body) = (std::str::from_utf8(head).ok()?, body.get(1..)?);
    let digest = head.strip_prefix(MAGIC)?.trim_start().strip_suffix(basis)?.trim_end();
    let is_whole = || Digest::of_bytes(body).to_string() == digest;
    let (is_whole, kept) = rayon::join(is_whole, || postcard::from_bytes::<Kept<O>>(body).ok());
    let Kept { could, texts, files, products } = kept.filter(|_| is_whole)?;
    if !is_behind_folders(root.path(), &texts, &files) {
        return None;
    }
    let as_they_were = unchanged(root, &texts, &files);
    let is_unchanged = |file: &usize| as_they_were.get(*file).is_some_and(|same| *same);
    let fresh = products.iter().enumerate().filter_map(|(at, Product(_, _, own, _))| {
        let (definition, _) = files.get(*own.first()?)?;
        own.iter().all(is_unchanged).then_some((*definition, at))
    });
    let mut fresh: Vec<(Text, usize)> = fresh.collect();
    fresh.sort_by(|(a, _), (b, _)| texts.get(*a).cmp(&texts.get(*b)));
    let fresh = Fresh { files: as_they_were, products: fresh };
    Some((Kept { could, texts, files, products }, fresh))
}
