//! What an earlier check found out, for products whose files have not changed since.
//!
//! Only products about which nothing was found are kept, by what others compare them with; whatever is worth telling is found
//! out again. The file stands outside the catalog, and on any doubt it is as if it were not there: another program, other
//! settings, a byte too many. Nothing but `check` looks at it.

use super::check::Memory;
use super::judging::Seen;
use super::workspace::Workspace;
use crate::config::Target;
use crate::definition::{Again, Definition, Read};
use crate::model::{DeliveryMethod, Digest, Key};
use crate::repository::{FileError, Stamp, is_absent, is_folder, write_for_now};
use crate::rules::Summary;
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use std::io::Read as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// What stands before the digest of the rest.
const MAGIC: &str = "gallerist outcomes 1";

/// The file, as it is written.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// What the outcomes depend on besides the products' own files.
    basis: String,
    /// Files with what the file system said of them; nothing of those that were looked for and not there.
    files: Vec<(String, Option<Stamp>)>,
    products: Vec<Product>,
}

/// A product about which nothing was found.
#[derive(Serialize, Deserialize, Clone, PartialEq)]
struct Product {
    key: String,
    targets: Vec<String>,
    /// Its files by their places in the list of all: its definition first, then what that names.
    files: Vec<u32>,
    /// For each target that was looked at; `None` where the product is not sold there.
    seen: Vec<Option<Compared>>,
}

/// What other products compare it with; `None` where nothing is.
type Compared = Option<Summed>;

#[derive(Serialize, Deserialize, Clone, PartialEq)]
struct Summed {
    delivery: String,
    name: Option<String>,
    certificate: Option<String>,
    certificate_file: Option<String>,
    interface_url: Option<String>,
    credential: Option<String>,
}

/// The outcomes of earlier checks of a catalog that count at this moment.
pub(super) struct Outcomes {
    place: Utf8PathBuf,
    root: Utf8PathBuf,
    basis: String,
    /// When this check began.
    begun: Timestamp,
    kept: Kept,
    /// By the path of the definition.
    fresh: HashMap<Utf8PathBuf, usize>,
    recalled: AtomicUsize,
    /// What the file system said of definitions before they were read.
    before: Mutex<HashMap<Utf8PathBuf, Option<Stamp>>>,
}

impl Outcomes {
    /// What is kept of a catalog in a folder.
    pub(super) fn open(
        Memory { folder, begun }: Memory<'_>,
        workspace: &Workspace,
        only: Option<&Target>,
    ) -> Option<Self> {
        let root = workspace.tree.root().to_owned();
        let basis = basis(workspace, only)?;
        let name = Digest::of_bytes(root.as_str().as_bytes()).short();
        let place = folder.join(format!("check-{name}"));
        let kept = read(&place).and_then(|bytes| parse(&bytes)).filter(|kept| kept.basis == basis);
        let kept =
            kept.unwrap_or_else(|| Kept { basis: basis.clone(), files: Vec::new(), products: Vec::new() });
        let fresh = fresh(&root, &kept);
        Some(Self {
            place,
            root,
            basis,
            begun,
            kept,
            fresh,
            recalled: AtomicUsize::new(0),
            before: Mutex::default(),
        })
    }

    /// What is known of the definition in a file.
    pub(super) fn recall(&self, path: &Utf8Path, again: &Again) -> Option<(Definition, Vec<Option<Seen>>)> {
        let Some(place) = self.fresh.get(path) else {
            let stamp = Stamp::of(&self.root.join(path));
            self.before.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), stamp);
            return None;
        };
        let product = self.kept.products.get(*place)?;
        let key = Key::new(&product.key).ok()?;
        let targets = product.targets.iter().map(|name| Key::new(name).ok()).collect::<Option<Vec<_>>>()?;
        let named = product.files.iter().skip(1);
        let named = named.map(|file| self.path(*file).map(Utf8Path::to_owned)).collect::<Option<Vec<_>>>()?;
        let seen = product.seen.iter().map(|seen| match seen {
            None => Some(None),
            Some(None) => Some(Some(Seen::recalled(None))),
            Some(Some(summed)) => Some(Some(Seen::recalled(Some(summed.summary(&key)?)))),
        });
        let seen = seen.collect::<Option<Vec<_>>>()?;
        self.recalled.fetch_add(1, Ordering::Relaxed);
        Some((Definition::recalled(key, path.to_owned(), targets, named, again), seen))
    }

    /// How many definitions were recalled so far.
    pub(super) fn recalled(&self) -> usize {
        self.recalled.load(Ordering::Relaxed)
    }

    fn path(&self, file: u32) -> Option<&Utf8Path> {
        let (path, _) = self.kept.files.get(usize::try_from(file).ok()?)?;
        Some(Utf8Path::new(path))
    }

    /// Keeps what was found out now, unless that is known already. What cannot be written is found out again.
    pub(super) fn keep(
        self,
        workspace: &Workspace,
        only: Option<&Target>,
        read: &Read<Vec<Option<Seen>>, FileError>,
    ) {
        if basis(workspace, only).as_ref() != Some(&self.basis) {
            return;
        }
        let told: BTreeSet<&Utf8Path> =
            read.diagnostics.list.iter().map(|found| found.primary.path.as_path()).collect();
        let before = self.before.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (root, begun) = (&self.root, self.begun);
        let mut table = Table { root, begun, before, known: HashMap::new(), files: Vec::new() };
        let products = read.seen.iter().filter_map(|(key, seen)| {
            let definition = read.catalog.definition(key.as_str())?;
            let plain = !definition.follows() && !told.contains(definition.path.as_path());
            plain.then(|| table.product(definition, seen)).flatten()
        });
        let products: Vec<Product> = products.collect();
        let kept = Kept { basis: self.basis, files: table.files, products };
        if kept.files != self.kept.files || kept.products != self.kept.products {
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
}

/// The files of all products, each once.
struct Table<'a> {
    root: &'a Utf8Path,
    begun: Timestamp,
    before: HashMap<Utf8PathBuf, Option<Stamp>>,
    known: HashMap<Utf8PathBuf, Option<u32>>,
    files: Vec<(String, Option<Stamp>)>,
}

impl Table<'_> {
    fn product(&mut self, definition: &Definition, seen: &[Option<Seen>]) -> Option<Product> {
        let seen = seen.iter().map(|seen| match seen {
            None => Some(None),
            Some(seen) => Some(Some(seen.unremarkable()?.map(Summed::of))),
        });
        let seen = seen.collect::<Option<Vec<_>>>()?;
        let paths = std::iter::once(&definition.path).chain(definition.files());
        let files = paths.map(|path| self.file(path)).collect::<Option<Vec<_>>>()?;
        let targets = definition.targets.iter().map(ToString::to_string).collect();
        Some(Product { key: definition.key.to_string(), targets, files, seen })
    }

    /// A file that a change after the beginning of this check would show at.
    fn file(&mut self, path: &Utf8Path) -> Option<u32> {
        if let Some(known) = self.known.get(path) {
            return *known;
        }
        let whole = self.root.join(path);
        let is_settled = |stamp: &Option<Stamp>| {
            // What is not there may have been there a moment ago: its folder tells.
            let telling = stamp.or_else(|| Stamp::of_folder(whole.parent()?));
            telling.is_some_and(|telling| telling.is_settled(self.begun))
        };
        // What was read is what stands there: a clock that lags behind ours could hide a change.
        let is_as_read = |stamp: &Option<Stamp>| self.before.get(path).is_none_or(|before| before == stamp);
        let place = seen(&whole).filter(is_settled).filter(is_as_read).and_then(|stamp| {
            let place = u32::try_from(self.files.len()).ok()?;
            self.files.push((path.as_str().to_owned(), stamp));
            Some(place)
        });
        self.known.insert(path.to_owned(), place);
        place
    }
}

/// What stands at a path: a file, or nothing; `None` where it is something that cannot be relied on.
fn seen(path: &Utf8Path) -> Option<Option<Stamp>> {
    Stamp::of(path).map(Some).or_else(|| is_absent(path).then_some(None))
}

/// The products all of whose files are as they were, behind folders that are no links.
fn fresh(root: &Utf8Path, kept: &Kept) -> HashMap<Utf8PathBuf, usize> {
    let unchanged: Vec<bool> =
        kept.files.par_iter().map(|(path, stamp)| seen(&root.join(path)) == Some(*stamp)).collect();
    let folders = kept.files.iter().flat_map(|(path, _)| Utf8Path::new(path).ancestors().skip(1));
    let folders: BTreeSet<&Utf8Path> = folders.filter(|folder| !folder.as_str().is_empty()).collect();
    if !folders.iter().all(|folder| is_folder(&root.join(folder))) {
        return HashMap::new();
    }
    let is_unchanged = |file: &u32| {
        usize::try_from(*file).ok().and_then(|file| unchanged.get(file)).is_some_and(|same| *same)
    };
    let products = kept.products.iter().enumerate();
    let fresh = products.filter(|(_, product)| product.files.iter().all(is_unchanged));
    let by_path = fresh.filter_map(|(at, product)| {
        let (path, _) = kept.files.get(usize::try_from(*product.files.first()?).ok()?)?;
        Some((Utf8PathBuf::from(path), at))
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

fn print(kept: &Kept) -> Result<Vec<u8>, String> {
    let body = serde_json::to_vec(kept).map_err(|error| error.to_string())?;
    let head = format!("{MAGIC} {}\n", Digest::of_bytes(&body));
    Ok([head.into_bytes(), body].concat())
}

fn parse(bytes: &[u8]) -> Option<Kept> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (head, body) = (bytes.get(..end)?, bytes.get(end + 1..)?);
    let digest = std::str::from_utf8(head).ok()?.strip_prefix(MAGIC)?.trim();
    (Digest::of_bytes(body).to_string() == digest).then(|| serde_json::from_slice(body).ok()).flatten()
}

impl Summed {
    fn of(summary: &Summary) -> Self {
        let Summary { key: _, delivery, name, certificate, certificate_file, interface_url, credential } =
            summary;
        Self {
            delivery: delivery.name().to_owned(),
            name: name.clone(),
            certificate: certificate.clone(),
            certificate_file: certificate_file.clone(),
            interface_url: interface_url.clone(),
            credential: credential.clone(),
        }
    }

    fn summary(&self, key: &Key) -> Option<Summary> {
        let Self { delivery, name, certificate, certificate_file, interface_url, credential } = self.clone();
        let delivery = DeliveryMethod::from_name(&delivery)?;
        let key = key.clone();
        Some(Summary { key, delivery, name, certificate, certificate_file, interface_url, credential })
    }
}
