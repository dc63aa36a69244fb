//! A catalog of any size on disk, in a git repository of its own, with what is on sale of it as a folder: exported in pieces, so
//! that it need not fit into memory.

use super::generate::Generated;
use super::workload::{self, NOW, broken, own, shared};
use camino::{Utf8Path, Utf8PathBuf};
use gallerist::config::{Config, FILE_NAME};
use gallerist::definition::{Catalog, MemoryAssets};
use gallerist::service::{self, Request};
use gallerist::submission::Scope;
use gallerist::wire::{self, SettledProducts, SnapshotDigests, SnapshotIndex, Totals};
use std::io;
use std::ops::Range;

/// So many products are exported at once.
const PIECE: usize = 1_000;

/// What the marketplace shows equals what the definitions say.
pub(crate) struct Written {
    pub(crate) folder: Utf8PathBuf,
    pub(crate) released: Utf8PathBuf,
}

impl Written {
    /// Writes both below a folder; what stood there is removed.
    pub(crate) fn new(products: usize, below: &Utf8Path) -> io::Result<Self> {
        let folder = below.join(format!("catalog-{products}"));
        let released = below.join(format!("released-{products}"));
        let shared = shared();
        emptied(&released)?;
        emptied(&folder)?;
        super::write(&shared, folder.as_std_path())?;
        for place in [released.join("products"), folder.join("products"), folder.join("assets/certificates")]
        {
            std::fs::create_dir_all(place)?;
        }
        let written = Self { folder, released };
        let mut whole: Option<Told> = None;
        for first in (0..products).step_by(PIECE) {
            let piece = Piece::export(first..(first + PIECE).min(products), &shared, below)?;
            piece.move_into(&written)?;
            whole = Some(match whole {
                None => piece.told,
                Some(whole) => whole.and(piece.told),
            });
        }
        let Told { index, mut digests, mut settled } = whole.ok_or_else(broken)?;
        digests.index = wire::Name(index.digest().map_err(io::Error::other)?);
        settled.index = digests.index;
        // As catalogs are kept, so that plans ask git about it.
        super::commit(&written.folder)?;
        let texts = [
            ("snapshot.json", wire::to_json_string(&index)),
            ("digests.json", wire::to_json_string(&digests)),
            ("settled.json", wire::to_json_string(&settled)),
        ];
        for (name, text) in texts {
            std::fs::write(written.released.join(name), json(text)?)?;
        }
        Ok(written)
    }

    /// A folder with the same state and no word about definitions: nothing is known of any of them.
    pub(crate) fn bare(&self, folder: &Utf8Path) -> io::Result<Utf8PathBuf> {
        emptied(folder)?;
        std::fs::create_dir(folder)?;
        for name in ["snapshot.json", "digests.json"] {
            std::fs::copy(self.released.join(name), folder.join(name))?;
        }
        std::os::unix::fs::symlink(
            self.released.canonicalize_utf8()?.join("products"),
            folder.join("products"),
        )?;
        folder.canonicalize_utf8()
    }
}

/// What the program saves of the state of all products beside the files of each.
struct Told {
    index: SnapshotIndex,
    digests: SnapshotDigests,
    settled: SettledProducts,
}

impl Told {
    /// What both parts say about all of their products.
    fn and(mut self, other: Self) -> Self {
        let Totals { products_on_sale, specifications_on_sale, bound, .. } = other.index.totals;
        self.index.products += other.index.products;
        self.index.totals.products_on_sale += products_on_sale;
        self.index.totals.specifications_on_sale += specifications_on_sale;
        self.index.totals.bound += bound;
        self.digests.products.0.extend(other.digests.products.0);
        let before = self.settled.files.len();
        self.settled.files.extend(other.settled.files);
        self.settled.products.0.extend(other.settled.products.0.into_iter().map(|(key, mut product)| {
            product.files.iter_mut().for_each(|file| *file += before);
            (key, product)
        }));
        self
    }
}

/// A catalog of a part of the products, and what the program saves of its state.
struct Piece {
    folder: Utf8PathBuf,
    released: Utf8PathBuf,
    told: Told,
}

impl Piece {
    fn export(piece: Range<usize>, shared: &[Generated], below: &Utf8Path) -> io::Result<Self> {
        let (folder, released) = (below.join("piece"), below.join("piece-released"));
        emptied(&folder)?;
        emptied(&released)?;
        let files: Vec<Generated> = shared.iter().cloned().chain(piece.clone().flat_map(own)).collect();
        super::write(&files, folder.as_std_path())?;
        let file = released.with_extension("json");
        std::fs::write(
            &file,
            json(wire::to_json_string(&wire::ReleasedSnapshot::from(&sold(piece, &files)?)))?,
        )?;
        let request =
            Request { directory: folder.clone(), target: None, now: NOW, on_throwaway_machine: false };
        service::export_saved(&request, &file, &released).map_err(io::Error::other)?;
        let text = |name: &str| std::fs::read_to_string(released.join(name));
        let index = wire::from_json_str(&text("snapshot.json")?).map_err(io::Error::other)?;
        let digests = wire::from_json_str(&text("digests.json")?).map_err(io::Error::other)?;
        let settled = wire::from_json_str(&text("settled.json")?).map_err(io::Error::other)?;
        Ok(Self { folder, released, told: Told { index, digests, settled } })
    }

    fn move_into(&self, written: &Written) -> io::Result<()> {
        let all = |from: Utf8PathBuf, to: Utf8PathBuf| {
            for entry in from.read_dir_utf8()? {
                let entry = entry?;
                std::fs::rename(entry.path(), to.join(entry.file_name()))?;
            }
            Ok::<(), io::Error>(())
        };
        all(self.folder.join("products"), written.folder.join("products"))?;
        all(self.folder.join("assets/certificates"), written.folder.join("assets/certificates"))?;
        all(self.released.join("products"), written.released.join("products"))
    }
}

/// What is on sale of some products, as their definitions say.
fn sold(piece: Range<usize>, files: &[Generated]) -> io::Result<wire::Snapshot> {
    let all = || files.iter().map(|(path, content)| (Utf8PathBuf::from(path), content.clone()));
    let config = files.iter().find(|(path, _)| path == FILE_NAME);
    let config = config.and_then(|(path, content)| Config::read(Utf8Path::new(path), content).0);
    let config = config.ok_or_else(broken)?;
    let (catalog, found) = Catalog::read(&config, all(), &MemoryAssets(all().collect()));
    let desired = catalog.desired(config.default_target.as_str());
    if !found.list.is_empty() || desired.len() != piece.len() {
        return Err(broken());
    }
    let scope = Scope { catalog: config.name.clone(), target: config.default_target.clone() };
    Ok(workload::sold(&scope, piece.zip(desired.values().map(|desired| &desired.product))))
}

fn emptied(folder: &Utf8Path) -> io::Result<()> {
    if folder.exists() { std::fs::remove_dir_all(folder) } else { Ok(()) }
}

fn json(text: Result<String, wire::WireError>) -> io::Result<String> {
    text.map_err(io::Error::other)
}
