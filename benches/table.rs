//! All figures in one table: medians, how they grow with the number of products, and memory.

use super::workload::Workload;
use super::{FOLDER, SIZES, generate, program, write};
use camino::Utf8Path;
use std::hint::black_box;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// What is measured, and the work.
type Measured = (&'static str, fn(&Workload));

/// Work inside this process, by name.
const WORK: &[Measured] = &[
    ("read and parse the same files", |load| _ = black_box(load.read_and_parse())),
    ("check, definitions in memory", |load| _ = black_box(load.check_memory())),
    (CHECKED, |load| _ = black_box(load.check_disk())),
    ("diff of all products", |load| _ = black_box(load.diff(&load.changed))),
    ("plan, nothing changed", |load| _ = black_box(load.plan(&load.same))),
    ("plan, one in a hundred changed", |load| _ = black_box(load.plan(&load.changed))),
];

/// What is compared with reading and parsing alone.
const CHECKED: &str = "check, definitions on disk, all rules on";

/// A row of the table: a name and its median for every size.
struct Row {
    name: String,
    medians: Vec<Duration>,
}

/// Measures everything and writes the tables to stdout.
pub(crate) fn print() -> io::Result<()> {
    let mut rows: Vec<Row> =
        WORK.iter().map(|(name, _)| Row { name: (*name).to_owned(), medians: Vec::new() }).collect();
    let whole = [
        "`gallerist check`",
        "`gallerist plan`, nothing changed",
        "`gallerist plan`, one in a hundred changed",
    ];
    rows.extend(whole.iter().map(|name| Row { name: (*name).to_owned(), medians: Vec::new() }));
    let mut memory = vec![Vec::new(); whole.len()];
    let program = program::path();
    let below = Utf8Path::new(FOLDER).join("table");
    for products in SIZES {
        eprint_line(&format!("Measuring {products} products."))?;
        let load = Workload::new(products, &below)?;
        let folder = load.folder.as_std_path();
        let (same, changed) = (load.same.snapshot.as_str(), load.changed.snapshot.as_str());
        let runs: [&[&str]; 3] =
            [&["check"], &["plan", "--released", same], &["plan", "--released", changed]];
        let (inside, started) = rows.split_at_mut(WORK.len());
        for ((_, work), row) in WORK.iter().zip(inside) {
            row.medians.push(median(products, || {
                let start = Instant::now();
                work(&load);
                Ok(start.elapsed())
            })?);
        }
        for ((arguments, row), memory) in runs.iter().zip(started).zip(&mut memory) {
            row.medians.push(median(products, || program::run(&program, folder, arguments))?);
            memory.push(program::memory(&program, folder, arguments)?);
        }
    }
    let mut text = machine()?;
    text.push_str(&figures(&rows));
    text.push_str(&ratios(&rows));
    text.push_str(&memories(&whole, &memory));
    text.push_str(&two_hundred(&program)?);
    io::stdout().write_all(text.as_bytes())
}

/// What checking costs, in times of reading and parsing the same files: both are measured in turns, so that what else
/// the machine does falls on both.
pub(crate) fn ratio() -> io::Result<()> {
    const TURNS: usize = 21;
    let products = SIZES.iter().copied().max().unwrap_or_default();
    eprint_line(&format!("Measuring {products} products, {TURNS} turns."))?;
    let load = Workload::new(products, &Utf8Path::new(FOLDER).join("ratio"))?;
    let time = |work: fn(&Workload) -> usize| {
        let start = Instant::now();
        black_box(work(&load));
        start.elapsed()
    };
    let turns = (0..TURNS).map(|_| (time(Workload::read_and_parse), time(Workload::check_disk)));
    let (mut bare, mut checked): (Vec<Duration>, Vec<Duration>) = turns.unzip();
    let mut each: Vec<f64> =
        bare.iter().zip(&checked).map(|(bare, checked)| checked.as_secs_f64() / bare.as_secs_f64()).collect();
    each.sort_by(f64::total_cmp);
    bare.sort();
    checked.sort();
    let middle = |times: &[Duration]| times.get(TURNS / 2).copied().unwrap_or_default();
    let (bare, checked) = (middle(&bare), middle(&checked));
    let text = format!(
        "{}| Median of {TURNS} turns | {products} products |\n|---|--:|\n| read and parse the same files | {} |\n| {CHECKED} | {} |\n| times of reading and parsing, medians | {:.2} |\n| the same turn by turn: median, lowest, highest | {:.2}, {:.2}, {:.2} |\n",
        machine()?,
        milliseconds(bare),
        milliseconds(checked),
        checked.as_secs_f64() / bare.as_secs_f64(),
        each.get(TURNS / 2).copied().unwrap_or_default(),
        each.first().copied().unwrap_or_default(),
        each.last().copied().unwrap_or_default(),
    );
    io::stdout().write_all(text.as_bytes())
}

/// What the figures were measured with.
fn machine() -> io::Result<String> {
    let cores = std::thread::available_parallelism()?;
    let rustc = std::process::Command::new("rustc").arg("--version").output()?;
    let rustc = String::from_utf8_lossy(&rustc.stdout).trim().to_owned();
    let (version, system) = (env!("CARGO_PKG_VERSION"), std::env::consts::OS);
    let processor = std::env::consts::ARCH;
    Ok(format!("gallerist {version}, {rustc}, {cores} cores ({processor}, {system})\n\n"))
}

fn eprint_line(text: &str) -> io::Result<()> {
    writeln!(io::stderr(), "{text}")
}

/// The middle of several runs; fewer where one takes long.
fn median(products: usize, mut run: impl FnMut() -> io::Result<Duration>) -> io::Result<Duration> {
    let count = match products {
        0..=999 => 31,
        1_000..=9_999 => 11,
        _ => 5,
    };
    run()?;
    let mut times = (0..count).map(|_| run()).collect::<io::Result<Vec<_>>>()?;
    times.sort();
    Ok(times.get(count / 2).copied().unwrap_or_default())
}

fn head(title: &str) -> String {
    let sizes = SIZES.map(|size| format!(" {size} products |")).concat();
    format!("| {title} |{sizes}")
}

fn figures(rows: &[Row]) -> String {
    let mut text = head("Median time");
    text.push_str(" x10 | x10 |\n|---|--:|--:|--:|--:|--:|\n");
    for Row { name, medians } in rows {
        let times: String = medians.iter().map(|time| format!(" {} |", milliseconds(*time))).collect();
        let growth = medians.windows(2).map(|pair| match pair {
            [small, large] => format!(" {:.1} |", large.as_secs_f64() / small.as_secs_f64()),
            _ => String::new(),
        });
        text.push_str(&format!("| {name} |{times}{}\n", growth.collect::<String>()));
    }
    text
}

/// What checking costs, in times of reading and parsing the same files in the same run.
fn ratios(rows: &[Row]) -> String {
    let medians = |name: &str| {
        let row = rows.iter().find(|row| row.name == name);
        row.map_or(&[][..], |row| row.medians.as_slice())
    };
    let (bare, checked) = (WORK.first().map_or(&[][..], |(name, _)| medians(name)), medians(CHECKED));
    let cells = bare
        .iter()
        .zip(checked)
        .map(|(bare, checked)| format!(" {:.2} |", checked.as_secs_f64() / bare.as_secs_f64()));
    format!("| times of reading and parsing |{} | |\n", cells.collect::<String>())
}

fn memories(names: &[&str], rows: &[Vec<Option<u64>>]) -> String {
    let mut text = format!("\n{}\n|---|--:|--:|--:|\n", head("Peak memory"));
    for (name, row) in names.iter().zip(rows) {
        let cells = row.iter().map(|found| match found {
            Some(bytes) => format!(" {} MiB |", bytes.div_ceil(1 << 20)),
            None => " unknown |".to_owned(),
        });
        text.push_str(&format!("| {name} |{}\n", cells.collect::<String>()));
    }
    text
}

fn milliseconds(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1_000.0;
    if milliseconds < 10.0 { format!("{milliseconds:.2} ms") } else { format!("{milliseconds:.0} ms") }
}

/// Example 14 as its page says: nothing on sale, then everything.
fn two_hundred(program: &Path) -> io::Result<String> {
    const RUNS: usize = 100;
    let folder = Utf8Path::new(FOLDER).join("table/example-14");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    write(&generate::catalog(200), folder.as_std_path())?;
    let folder = folder.as_std_path();
    let time = |arguments: &[&str]| median(RUNS, || program::run(program, folder, arguments));
    let start = time(&["--version"])?;
    let check = time(&["check"])?;
    let empty = time(&["plan"])?;
    eprint_line("Selling 200 products in the sandbox.")?;
    sell(program, folder)?;
    let sold = time(&["plan"])?;
    let memory = program::memory(program, folder, &["plan"])?;
    let mut text = "\n| Example 14, 200 products | Median time |\n|---|--:|\n".to_owned();
    for (name, time) in [
        ("`gallerist --version`", start),
        ("`gallerist check`", check),
        ("`gallerist plan`, nothing on sale yet", empty),
        ("`gallerist plan`, all on sale", sold),
    ] {
        text.push_str(&format!("| {name} | {} |\n", milliseconds(time)));
    }
    let mebibytes =
        memory.map_or_else(|| "unknown".to_owned(), |bytes| format!("{} MiB", bytes.div_ceil(1 << 20)));
    text.push_str(&format!("| peak memory of the last | {mebibytes} |\n"));
    Ok(text)
}

/// Plays as many days as the marketplace's daily cap needs until everything is on sale.
fn sell(program: &Path, folder: &Path) -> io::Result<()> {
    const DAYS: usize = 40;
    for _ in 0..DAYS {
        program::run(program, folder, &["reconcile"])?;
        program::run(program, folder, &["sandbox", "review", "--approve-all"])?;
        program::run(program, folder, &["sandbox", "advance", "1d"])?;
    }
    program::run(program, folder, &["reconcile"]).map(drop)
}
