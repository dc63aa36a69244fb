//! What a change of ten products costs in a small and in a large catalog: planning it against an exported state, less what
//! git needs to say which files differ.

use super::workload::Workload;
use super::{FOLDER, commit, git};
use camino::{Utf8Path, Utf8PathBuf};
use gallerist::service::{self, PlanRequest, Request, Version};
use gallerist::wire::{self, SnapshotParts, Totals};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::io::{self, Write};
use std::time::{Duration, Instant};

const SIZES: [usize; 2] = [100, 10_000];
const CHANGED: usize = 10;
const TURNS: usize = 41;

/// A catalog in git, with a branch that changes ten products, and what is on sale as a folder.
struct Repository {
    products: usize,
    catalog: Utf8PathBuf,
    released: Utf8PathBuf,
}

impl Repository {
    fn new(products: usize) -> io::Result<Self> {
        let below = Utf8Path::new(FOLDER).join("change");
        let load = Workload::new(products, &below)?;
        let repository = Self {
            products,
            catalog: load.folder.clone(),
            released: below.join(format!("released-{products}")),
        };
        commit(&repository.catalog)?;
        repository.git(&["checkout", "-qb", "change"])?;
        for index in 0..CHANGED {
            let path = repository.catalog.join(format!("products/p-{:05}.yaml", index * products / CHANGED));
            let text = std::fs::read_to_string(&path)?;
            let changed = text.replacen("overview: ", "overview: Now ", 1);
            if changed == text {
                return Err(io::Error::other("nothing to change in a generated product"));
            }
            std::fs::write(&path, changed)?;
        }
        repository.git(&["commit", "-qam", "ten"])?;
        repository.git(&["gc", "-q"])?;
        repository.export(&load)?;
        Ok(repository)
    }

    fn git(&self, arguments: &[&str]) -> io::Result<()> {
        git(&self.catalog, arguments)
    }

    /// Writes what is on sale as a folder.
    fn export(&self, load: &Workload) -> io::Result<()> {
        let text = std::fs::read_to_string(&load.same.snapshot)?;
        let snapshot: wire::ReleasedSnapshot = wire::from_json_str(&text).map_err(io::Error::other)?;
        let snapshot = snapshot.into();
        let totals = Totals { products_on_sale: self.products, bound: self.products, ..Totals::default() };
        let SnapshotParts { index, products } = SnapshotParts::of(&snapshot, totals, &BTreeMap::new());
        if self.released.exists() {
            std::fs::remove_dir_all(&self.released)?;
        }
        std::fs::create_dir_all(self.released.join("products"))?;
        let json = |text: Result<String, wire::WireError>| text.map_err(io::Error::other);
        std::fs::write(self.released.join("snapshot.json"), json(wire::to_json_string(&index))?)?;
        for (key, product) in products {
            let file = self.released.join(format!("products/{key}.json"));
            std::fs::write(file, json(wire::to_json_string(&product))?)?;
        }
        Ok(())
    }

    /// Plans the change; gives how many products it is about.
    fn plan(&self) -> io::Result<usize> {
        let request = Request {
            directory: self.catalog.clone(),
            target: None,
            now: Timestamp::UNIX_EPOCH,
            on_throwaway_machine: false,
        };
        let version = Version::Between { base: "main".to_owned(), head: "HEAD".to_owned() };
        let asked = PlanRequest { version, released: Some(self.released.clone()), saved: None };
        let planned = service::plan(&request, &asked).map_err(io::Error::other)?;
        Ok(planned.plan.products.len())
    }

    /// Which files differ, as git says; gives how many.
    fn bare(&self) -> io::Result<usize> {
        let differ = || {
            let repository = git2::Repository::open(&self.catalog)?;
            let tree = |name: &str| repository.revparse_single(name)?.peel_to_tree();
            let diff = repository.diff_tree_to_tree(Some(&tree("main")?), Some(&tree("HEAD")?), None)?;
            Ok(diff.deltas().count())
        };
        differ().map_err(|error: git2::Error| io::Error::other(error.message().to_owned()))
    }
}

/// Measures both sizes in turns, so that what else the machine does falls on both.
pub(crate) fn print() -> io::Result<()> {
    let repositories = SIZES.iter().map(|size| Repository::new(*size)).collect::<io::Result<Vec<_>>>()?;
    let mut planned = vec![Vec::new(); SIZES.len()];
    let mut bare = vec![Vec::new(); SIZES.len()];
    for _ in 0..TURNS {
        for (position, repository) in repositories.iter().enumerate() {
            let time = |work: &dyn Fn() -> io::Result<usize>, into: &mut Vec<Vec<Duration>>| {
                let start = Instant::now();
                if black_box(work()?) != CHANGED {
                    return Err(io::Error::other("the change is not about ten products"));
                }
                if let Some(times) = into.get_mut(position) {
                    times.push(start.elapsed());
                }
                Ok(())
            };
            time(&|| repository.bare(), &mut bare)?;
            time(&|| repository.plan(), &mut planned)?;
        }
    }
    let middle = |times: &mut Vec<Duration>| {
        times.sort();
        times.get(times.len() / 2).copied().unwrap_or_default().as_secs_f64() * 1_000.0
    };
    let mut out = format!("| Median of {TURNS} turns, {CHANGED} products changed |");
    let mut columns = String::new();
    for size in SIZES {
        out.push_str(&format!(" of {size} |"));
        columns.push_str("--:|");
    }
    let (planned, bare): (Vec<f64>, Vec<f64>) =
        (planned.iter_mut().map(middle).collect(), bare.iter_mut().map(middle).collect());
    let cells = |values: &[f64]| values.iter().map(|value| format!(" {value:.2} ms |")).collect::<String>();
    let rest: Vec<f64> = planned.iter().zip(&bare).map(|(planned, bare)| planned - bare).collect();
    out.push_str(&format!("\n|---|{columns}\n| plan of the change |{}\n", cells(&planned)));
    out.push_str(&format!(
        "| which files differ, as git says |{}\n| the rest |{}\n",
        cells(&bare),
        cells(&rest)
    ));
    let ratio = rest.last().zip(rest.first()).map_or(0.0, |(large, small)| large / small);
    out.push_str(&format!("\nThe rest costs {ratio:.2} times as much in the large catalog.\n"));
    io::stdout().write_all(out.as_bytes())
}
