//! Everything side by side in one run: reading and scanning the definitions alone, checking and planning them, with and
//! without what an earlier run remembers. Whole programs, in turns, so that what else the machine does falls on all.

use super::written::Written;
use super::{FOLDER, program};
use camino::{Utf8Path, Utf8PathBuf};
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

/// Numbers of products, each with how often everything is measured.
const SIZES: [(usize, usize); 4] = [(100, 41), (1_000, 21), (10_000, 11), (100_000, 3)];

/// Longer than a tick of the clock of any file system: what changed just before a run is not relied on.
const SETTLING: Duration = Duration::from_millis(3_200);

/// What is measured, in this order.
const ROWS: [&str; 11] = [
    "scan: read the definitions and parse them, nothing else",
    "scan and read the certificates",
    "scan with the tool's input for the parser",
    "`check`",
    "`check`, nothing changed since the last",
    "`check`, one product changed",
    "`plan --released FOLDER`",
    "`plan`, nothing changed since the last",
    "`plan`, one product changed",
    "`plan --released FOLDER` without `settled.json`",
    "look: list the files and ask the system about each, nothing else",
];
/// A check without a memory.
const CHECK: usize = 3;
/// A plan of what was exported.
const PLAN: usize = 6;
/// A plan that looks at everything.
const EVERYTHING: usize = 9;
/// The floor of a run that remembers everything.
const LOOK: usize = 10;
/// A plan that needs to look at nothing.
const NOTHING_CHANGED: usize = 7;
/// The floors, which a program of their own measures.
const FLOORS: [usize; 4] = [0, 1, 2, LOOK];
/// Rows of work with nothing to remember; the two rows behind each have something.
const COLD: [usize; 2] = [CHECK, PLAN];
const WARM: [usize; 2] = [4, 7];
const ONE_CHANGED: [usize; 2] = [5, 8];

/// One size: middle times and largest memories, by row.
struct Column {
    products: usize,
    times: Vec<Duration>,
    memories: Vec<Option<u64>>,
}

/// A catalog, and the programs that are started in it.
struct Shop {
    written: Written,
    /// What is on sale without `settled.json`.
    bare: Utf8PathBuf,
    cache: PathBuf,
    gallerist: PathBuf,
    floor: PathBuf,
}

impl Shop {
    fn new(products: usize) -> io::Result<Self> {
        let below = Utf8Path::new(FOLDER).join("side-by-side");
        let cache = below.join("cache").into_std_path_buf();
        if cache.exists() {
            std::fs::remove_dir_all(&cache)?;
        }
        let written = Written::new(products, &below)?;
        let bare = written.bare(&below.join("bare"))?;
        let (gallerist, floor) = (program::path(), std::env::current_exe()?);
        let shop = Self { written, bare, cache, gallerist, floor };
        let summary = format!("{products} in sync.");
        let told = shop.start(PLAN).told()?;
        if !told.contains(&summary) {
            return Err(io::Error::other(format!("not everything is in sync: {told}")));
        }
        std::thread::sleep(SETTLING);
        Ok(shop)
    }

    fn start(&self, row: usize) -> program::Start<'_> {
        let (catalog, released) = (self.written.folder.as_str(), self.written.released.as_str());
        let arguments = match row {
            0 => vec!["scan", catalog],
            1 => vec!["scan", "--certificates", catalog],
            2 => vec!["scan", "--own-input", catalog],
            LOOK => vec!["scan", "--nothing", catalog],
            CHECK => vec!["check", "--no-cache"],
            4 | 5 => vec!["check"],
            PLAN => vec!["plan", "--no-cache", "--released", released],
            EVERYTHING => vec!["plan", "--no-cache", "--released", self.bare.as_str()],
            _ => vec!["plan", "--released", released],
        };
        let program = if FLOORS.contains(&row) { &self.floor } else { &self.gallerist };
        let folder = self.written.folder.as_std_path();
        program::Start { program, folder, arguments, cache: &self.cache }
    }

    /// Writes one product with as many bytes as before, and with others.
    fn change(&self, turn: usize) -> io::Result<()> {
        let path = self.written.folder.join("products/p-00042.yaml");
        let text = std::fs::read_to_string(&path)?;
        let from = text.find("weekdays from ").map(|at| at + "weekdays from ".len());
        let from = from.ok_or_else(|| io::Error::other("nothing to change in a generated product"))?;
        let hours = ["five", "half", "noon"];
        let hour = hours.get(turn % hours.len()).copied().unwrap_or_default();
        let changed = [text.get(..from).unwrap_or_default(), hour, text.get(from + 4..).unwrap_or_default()];
        std::fs::write(&path, changed.concat())
    }

    fn measure(&self, products: usize, turns: usize) -> io::Result<Column> {
        let mut times = vec![Vec::new(); ROWS.len()];
        let mut memories = vec![None; ROWS.len()];
        let run = |row: usize, times: &mut Vec<Vec<Duration>>| {
            let time = self.start(row).run()?;
            times.get_mut(row).into_iter().for_each(|times| times.push(time));
            Ok::<(), io::Error>(())
        };
        // What is remembered is written down first, and the first run of all reads files from the disk.
        let unchanged = || FLOORS.into_iter().chain(COLD).chain([EVERYTHING]).chain(WARM);
        for row in unchanged() {
            self.start(row).run()?;
        }
        for _ in 0..turns {
            for row in unchanged() {
                run(row, &mut times)?;
            }
        }
        for turn in 0..turns {
            for row in ONE_CHANGED {
                self.change(turn)?;
                run(row, &mut times)?;
            }
        }
        for (row, memory) in memories.iter_mut().enumerate() {
            *memory = self.start(row).memory()?;
        }
        let times = times.into_iter().map(|mut times| {
            times.sort();
            times.get(times.len() / 2).copied().unwrap_or_default()
        });
        Ok(Column { products, times: times.collect(), memories })
    }
}

/// Measures all sizes, or those that are named, and gives the tables.
pub(crate) fn tables(only: &[&str]) -> io::Result<String> {
    let mut columns = Vec::new();
    let is_wanted = |products: usize| only.is_empty() || only.contains(&products.to_string().as_str());
    for (products, turns) in SIZES.into_iter().filter(|(products, _)| is_wanted(*products)) {
        super::table::eprint_line(&format!("Measuring {products} products, {turns} turns."))?;
        let shop = Shop::new(products)?;
        columns.push(shop.measure(products, turns)?);
        for folder in [&shop.written.folder, &shop.written.released] {
            std::fs::remove_dir_all(folder)?;
        }
    }
    let mut text = times(&columns);
    text.push_str(&ratios(&columns));
    text.push_str(&memory(&columns));
    Ok(text)
}

/// The same on its own.
pub(crate) fn print(only: &[&str]) -> io::Result<()> {
    let text = super::table::machine()? + &tables(only)?;
    io::stdout().write_all(text.as_bytes())
}

fn head(title: &str, columns: &[Column]) -> String {
    let names: String = columns.iter().map(|column| format!(" {} products |", column.products)).collect();
    format!("| {title} |{names}\n|---|{}\n", "--:|".repeat(columns.len()))
}

fn times(columns: &[Column]) -> String {
    let mut text = head("Median time", columns);
    for (row, name) in ROWS.iter().enumerate() {
        let cells = columns.iter().map(|column| match time(column, row) {
            Duration::ZERO => " – |".to_owned(),
            time => format!(" {} |", super::table::milliseconds(time)),
        });
        text.push_str(&format!("| {name} |{}\n", cells.collect::<String>()));
    }
    text
}

fn time(column: &Column, row: usize) -> Duration {
    column.times.get(row).copied().unwrap_or_default()
}

fn ratios(columns: &[Column]) -> String {
    let mut text = format!("\n{}", head("Ratio of medians", columns));
    let mut line = |name: String, over: usize, under: usize| {
        let cells = columns.iter().map(|column| {
            let ratio = time(column, over).as_secs_f64() / time(column, under).as_secs_f64();
            if ratio.is_normal() { format!(" {ratio:.2} |") } else { " – |".to_owned() }
        });
        text.push_str(&format!("| {name} |{}\n", cells.collect::<String>()));
    };
    for row in COLD {
        let name = ROWS.get(row).copied().unwrap_or_default();
        line(format!("{name} to the scan"), row, 0);
        line(format!("{name} to the scan with certificates"), row, 1);
        line(format!("{name} to the scan with the tool's input"), row, 2);
        line(format!("{name} to itself, nothing changed"), row + 1, row);
        line(format!("{name} to itself, one product changed"), row + 2, row);
        line(format!("{name}, nothing changed, to the scan"), row + 1, 0);
        line(format!("{name}, one product changed, to the scan"), row + 2, 0);
    }
    line("`plan --released FOLDER` without `settled.json` to the scan".to_owned(), EVERYTHING, 0);
    line(
        "`plan`, nothing changed, to the one without `settled.json`".to_owned(),
        NOTHING_CHANGED,
        EVERYTHING,
    );
    line("look to `plan --released FOLDER`".to_owned(), LOOK, PLAN);
    line("look to `check`".to_owned(), LOOK, CHECK);
    let mut growth = |row: usize| {
        let each: Vec<f64> =
            columns.iter().map(|column| time(column, row).as_secs_f64() / column.products as f64).collect();
        let cells = each.iter().map(|each| format!(" {:.0} µs |", each * 1e6)).collect::<String>();
        let name = ROWS.get(row).copied().unwrap_or_default();
        text.push_str(&format!("| {name}, for each product |{cells}\n"));
    };
    COLD.into_iter().chain([EVERYTHING]).for_each(&mut growth);
    text
}

fn memory(columns: &[Column]) -> String {
    let mut text = format!("\n{}", head("Peak memory", columns));
    for (row, name) in ROWS.iter().enumerate() {
        let cells = columns.iter().map(|column| match column.memories.get(row).copied().flatten() {
            Some(bytes) => format!(" {} MiB |", bytes.div_ceil(1 << 20)),
            None => " – |".to_owned(),
        });
        text.push_str(&format!("| {name} |{}\n", cells.collect::<String>()));
    }
    text
}
