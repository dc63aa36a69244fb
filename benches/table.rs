//! All figures in one text, printed and written into the README beside this file.

use super::workload::Workload;
use super::{FOLDER, SIZES, commit, generate, peers, program, side_by_side, write};
use camino::Utf8Path;
use std::hint::black_box;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// What is measured, and the work.
type Measured = (&'static str, fn(&Workload));

/// Work inside this process, by name.
const WORK: &[Measured] = &[
    ("definitions in memory are read", |load| _ = black_box(load.check_memory())),
    ("all products are compared with what is on sale", |load| _ = black_box(load.diff(&load.changed))),
    ("a plan is made of both, nothing changed", |load| _ = black_box(load.plan(&load.same))),
    ("the same, one product in a hundred changed", |load| _ = black_box(load.plan(&load.changed))),
];

/// The figures stand between these lines of the README.
const MARKS: [&str; 2] = ["<!-- figures: scripts/bench writes them -->\n", "<!-- end of the figures -->\n"];

/// Measures everything, writes the tables to stdout and into the README.
pub(crate) fn print() -> io::Result<()> {
    let program = program::path();
    let mut text = machine()?;
    text.push_str(&side_by_side::tables(&[])?);
    text.push_str(&starts(&program)?);
    text.push_str(&inside()?);
    text.push_str(&peers::tables()?);
    io::stdout().write_all(text.as_bytes())?;
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/README.md");
    let page = std::fs::read_to_string(&readme)?;
    let parts =
        page.split_once(MARKS[0]).and_then(|(before, rest)| Some((before, rest.split_once(MARKS[1])?.1)));
    let (before, after) = parts.ok_or_else(|| io::Error::other("the README has no place for figures"))?;
    std::fs::write(&readme, format!("{before}{}\n{text}\n{}{after}", MARKS[0], MARKS[1]))
}

/// What the figures were measured with.
pub(crate) fn machine() -> io::Result<String> {
    let cores = std::thread::available_parallelism()?;
    let rustc = std::process::Command::new("rustc").arg("--version").output()?;
    let rustc = String::from_utf8_lossy(&rustc.stdout).trim().to_owned();
    let (version, system) = (env!("CARGO_PKG_VERSION"), std::env::consts::OS);
    let processor = std::env::consts::ARCH;
    Ok(format!("gallerist {version}, {rustc}, {cores} cores ({processor}, {system})\n\n"))
}

pub(crate) fn eprint_line(text: &str) -> io::Result<()> {
    writeln!(io::stderr(), "{text}")
}

pub(crate) fn milliseconds(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1_000.0;
    if milliseconds < 10.0 { format!("{milliseconds:.2} ms") } else { format!("{milliseconds:.0} ms") }
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

/// Work inside this process, and how it grows.
fn inside() -> io::Result<String> {
    let mut rows: Vec<(&str, Vec<Duration>)> = WORK.iter().map(|(name, _)| (*name, Vec::new())).collect();
    let below = Utf8Path::new(FOLDER).join("table");
    for products in SIZES {
        eprint_line(&format!("Measuring {products} products in memory."))?;
        let load = Workload::new(products, &below)?;
        for ((_, work), (_, medians)) in WORK.iter().zip(&mut rows) {
            medians.push(median(products, || {
                let start = Instant::now();
                work(&load);
                Ok(start.elapsed())
            })?);
        }
    }
    let sizes = SIZES.map(|size| format!(" {size} products |")).concat();
    let mut text = format!("\n| Median time in memory |{sizes} x10 | x10 |\n|---|--:|--:|--:|--:|--:|\n");
    for (name, medians) in rows {
        let times: String = medians.iter().map(|time| format!(" {} |", milliseconds(*time))).collect();
        let growth = medians.windows(2).map(|pair| match pair {
            [small, large] => format!(" {:.1} |", large.as_secs_f64() / small.as_secs_f64()),
            _ => String::new(),
        });
        text.push_str(&format!("| {name} |{times}{}\n", growth.collect::<String>()));
    }
    Ok(text)
}

/// How long it takes until something is there to read: small catalogs, and none at all.
fn starts(program: &Path) -> io::Result<String> {
    const RUNS: usize = 100;
    let below = Utf8Path::new(FOLDER).join("starts");
    if below.exists() {
        std::fs::remove_dir_all(&below)?;
    }
    let (ten, many) = (below.join("ten"), below.join("example-14"));
    write(&generate::catalog(10), ten.as_std_path())?;
    write(&generate::catalog(200), many.as_std_path())?;
    commit(&many)?;
    let cache = below.join("cache").into_std_path_buf();
    let start = |folder: &'static str, arguments: &[&'static str]| {
        let folder = below.join(folder);
        let arguments = arguments.to_vec();
        median(RUNS, || {
            let folder = folder.as_std_path();
            program::Start { program, folder, arguments: arguments.clone(), cache: &cache }.run()
        })
    };
    let mut rows = vec![
        ("`gallerist --version`", start("ten", &["--version"])?),
        ("`gallerist check --no-cache`, 10 products", start("ten", &["check", "--no-cache"])?),
        ("`gallerist check --no-cache`, 200 products", start("example-14", &["check", "--no-cache"])?),
        ("`gallerist plan`, 200 products, nothing on sale yet", start("example-14", &["plan"])?),
    ];
    eprint_line("Selling 200 products in the sandbox.")?;
    sell(program, many.as_std_path(), &cache)?;
    rows.push((
        "`gallerist plan`, 200 products, all on sale in the sandbox",
        start("example-14", &["plan"])?,
    ));
    let mut text = "\n| Example 14, and ten products of it | Median time |\n|---|--:|\n".to_owned();
    for (name, time) in rows {
        text.push_str(&format!("| {name} | {} |\n", milliseconds(time)));
    }
    let size = std::fs::metadata(program)?.len();
    text.push_str(&format!("| size of the program | {:.1} MB |\n", size as f64 / 1e6));
    Ok(text)
}

/// Plays as many days as the marketplace's daily cap needs until everything is on sale.
fn sell(program: &Path, folder: &Path, cache: &Path) -> io::Result<()> {
    const DAYS: usize = 40;
    let run = |arguments: &[&'static str]| {
        program::Start { program, folder, arguments: arguments.to_vec(), cache }.run().map(drop)
    };
    for _ in 0..DAYS {
        run(&["reconcile"])?;
        run(&["sandbox", "review", "--approve-all"])?;
        run(&["sandbox", "advance", "1d"])?;
    }
    run(&["reconcile"])
}
