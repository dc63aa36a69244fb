//! Instructions instead of seconds: they are the same on a machine that does other things besides. Each part of the hot path
//! is counted by callgrind and compared with what is written down, and so is the size of the program; more than a twentieth more
//! is an error.

use super::written::Written;
use super::{FOLDER, generate, program, write};
use camino::Utf8Path;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

const PRODUCTS: usize = 1_000;

/// Where the counts are written down, a line each: the count, and what it is of.
const WRITTEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions.txt");

/// Of a hundred, so much more is let pass.
const PASSED: u64 = 5;

/// So many more pass in any case: what the system's loader does before the program begins differs between systems.
const LOADING: u64 = 1_000_000;

/// Counts, and compares with what is written down, or writes it down anew where `GALLERIST_BLESS` is set.
pub(crate) fn compare() -> io::Result<()> {
    let counted = count()?;
    if std::env::var_os("GALLERIST_BLESS").is_some() {
        let lines = counted.iter().map(|(name, count)| format!("{count} {name}\n"));
        return std::fs::write(WRITTEN, lines.collect::<String>());
    }
    let text = std::fs::read_to_string(WRITTEN)?;
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    let known: BTreeMap<&str, u64> =
        lines.filter_map(|(count, name)| Some((name, count.parse().ok()?))).collect();
    let mut worse = Vec::new();
    let mut out = "| Counted | now | written down | ratio |\n|---|--:|--:|--:|\n".to_owned();
    for (name, now) in &counted {
        let before = known.get(name.as_str()).copied();
        let before = before.ok_or_else(|| io::Error::other(format!("{name} was never counted")))?;
        let ratio = *now as f64 / before as f64;
        out.push_str(&format!("| {name} | {now} | {before} | {ratio:.3} |\n"));
        if *now > before + (before * PASSED / 100).max(LOADING) {
            worse.push(name.as_str());
        }
    }
    io::stdout().write_all(out.as_bytes())?;
    if worse.is_empty() {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "more than {PASSED} % more: {}; where that is meant, `GALLERIST_BLESS=1 scripts/bench instructions` writes \
         the new counts down",
        worse.join(", ")
    )))
}

fn count() -> io::Result<BTreeMap<String, u64>> {
    let below = Utf8Path::new(FOLDER).join("instructions");
    if below.exists() {
        std::fs::remove_dir_all(&below)?;
    }
    let written = Written::new(PRODUCTS, &below)?;
    let bare = written.bare(&below.join("bare"))?;
    let Written { folder, released } = written;
    let ten = below.join("ten");
    write(&generate::catalog(10), ten.as_std_path())?;
    let cache = below.join("cache");
    // Longer than a tick of the clock of any file system: what changed just before a run is not remembered.
    std::thread::sleep(Duration::from_millis(3_200));
    let plan = ["plan", "--released", released.as_str()];
    let of_everything = vec!["plan", "--no-cache", "--released", bare.as_str()];
    let runs: [(String, &Utf8Path, Vec<&str>); 7] = [
        ("--version".to_owned(), &ten, vec!["--version"]),
        ("check of 10 products".to_owned(), &ten, vec!["check", "--no-cache"]),
        (format!("check of {PRODUCTS} products"), &folder, vec!["check", "--no-cache"]),
        (format!("check of {PRODUCTS} products, nothing changed"), &folder, vec!["check"]),
        (format!("plan of {PRODUCTS} products"), &folder, [&plan[..], &["--no-cache"]].concat()),
        (format!("plan of {PRODUCTS} products, nothing changed"), &folder, plan.to_vec()),
        (format!("plan of {PRODUCTS} products, nothing known"), &folder, of_everything),
    ];
    let size = std::fs::metadata(program::path())?.len();
    let mut counted = BTreeMap::from([("bytes of the program".to_owned(), size)]);
    for (name, folder, arguments) in runs {
        super::table::eprint_line(&format!("Counting instructions: {name}."))?;
        // What is remembered is written down by the first of two.
        for _ in 0..2 {
            counted.insert(name.clone(), instructions(folder, &arguments, &cache)?);
        }
    }
    Ok(counted)
}

/// What callgrind counts of one run on one thread.
fn instructions(folder: &Utf8Path, arguments: &[&str], cache: &Utf8Path) -> io::Result<u64> {
    let out = Utf8Path::new(FOLDER).join("instructions/callgrind.out");
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "-q"]).arg(format!("--callgrind-out-file={out}"));
    command.arg(program::path()).args(arguments).current_dir(folder);
    // Whatever else is set costs the loader instructions.
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("RAYON_NUM_THREADS", "1").env("GALLERIST_CACHE", cache);
    let ended = command.stdin(Stdio::null()).stdout(Stdio::null()).output();
    let ended = ended
        .map_err(|error| io::Error::other(format!("valgrind, which counts, cannot be started: {error}")))?;
    if !ended.status.success() {
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        return Err(io::Error::other(format!("`gallerist {}`: {said}", arguments.join(" "))));
    }
    let text = std::fs::read_to_string(&out)?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals: ")?.trim().parse().ok());
    total.ok_or_else(|| io::Error::other("callgrind told no total"))
}
