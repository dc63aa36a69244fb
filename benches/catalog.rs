//! Benchmarks on generated catalogs; `benches/README.md` says what they measure.
//!
//! `cargo bench --bench catalog -- table` measures everything and writes the tables of the README;
//! `cargo bench --bench catalog -- side-by-side` compares checking and planning with reading and scanning, in turns, for all
//! sizes or for those named behind it;
//! `cargo bench --bench catalog -- instructions` counts instructions and compares them with what is written down;
//! `cargo bench --bench catalog -- scan FOLDER` does nothing but the latter, as a program of its own, and with `--nothing` less;
//! `cargo bench --bench catalog -- change` plans a change of ten products in a small and in a large catalog, in turns;
//! `cargo bench --bench catalog -- waiting` runs while everything is in review;
//! `cargo bench --bench catalog -- generate COUNT FOLDER` writes a catalog to look at. Any other words choose single
//! benchmarks by their names.

mod change;
mod generate;
mod instructions;
mod peers;
mod program;
mod scan;
mod side_by_side;
mod table;
mod waiting;
mod workload;
mod written;

use camino::Utf8Path;
use divan::Bencher;
use generate::Generated;
use std::io;
use std::path::Path;
use std::process::Command;
use workload::Workload;

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Numbers of products that are measured: ten times as much work must take about ten times as long.
const SIZES: [usize; 3] = [100, 1_000, 10_000];

/// Where catalogs are written.
const FOLDER: &str = env!("CARGO_TARGET_TMPDIR");

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["generate", count, folder] => {
            let count = count.parse().map_err(|_| io::Error::other("COUNT is a number of products"))?;
            write(&generate::catalog(count), Path::new(folder))
        }
        ["generate", ..] => Err(io::Error::other("generate needs COUNT and FOLDER")),
        ["table"] => table::print(),
        ["instructions"] => instructions::compare(),
        ["side-by-side", sizes @ ..] => side_by_side::print(sizes),
        ["change"] => change::print(),
        ["scan", folder] => scan::print(folder, scan::Scope::Definitions),
        ["scan", "--nothing", folder] => scan::print(folder, scan::Scope::Nothing),
        ["scan", "--certificates", folder] => scan::print(folder, scan::Scope::AndCertificates),
        ["scan", "--own-input", folder] => scan::print(folder, scan::Scope::ByOwnInput),
        ["waiting"] => waiting::print(),
        _ => {
            divan::main();
            Ok(())
        }
    }
}

fn write(files: &[Generated], folder: &Path) -> io::Result<()> {
    for (path, content) in files {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, content)?;
    }
    Ok(())
}

/// Makes a folder a repository of what stands in it: what is applied is committed.
fn commit(folder: &Utf8Path) -> io::Result<()> {
    for arguments in [&["init", "-q", "-b", "main"][..], &["add", "-A"], &["commit", "-qm", "all"]] {
        git(folder, arguments)?;
    }
    Ok(())
}

fn git(folder: &Utf8Path, arguments: &[&str]) -> io::Result<()> {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=B", "-c", "user.email=b@example.com"]);
    command.args(["-c", "gc.auto=0", "-c", "maintenance.auto=false"]);
    match command.args(arguments).status()?.success() {
        true => Ok(()),
        false => Err(io::Error::other(format!("git {arguments:?} failed"))),
    }
}

/// Makes the work outside what is measured, then measures.
fn measure<T>(bencher: Bencher<'_, '_>, products: usize, work: impl Fn(&Workload) -> T + Sync) {
    match Workload::new(products, &Utf8Path::new(FOLDER).join("single")) {
        Ok(load) => bencher.bench(|| work(&load)),
        Err(error) => std::panic::resume_unwind(Box::new(format!("no catalog to measure: {error}"))),
    }
}

/// The harness's own floor: a figure near this one says nothing about the tool.
#[divan::bench]
fn generate_two_hundred_products() -> usize {
    generate::catalog(200).len()
}

#[divan::bench(args = SIZES)]
fn scan_from_disk(bencher: Bencher<'_, '_>, products: usize) {
    measure(bencher, products, |load| scan::scan(&load.folder, scan::Scope::Definitions));
}

#[divan::bench(args = SIZES)]
fn check_in_memory(bencher: Bencher<'_, '_>, products: usize) {
    measure(bencher, products, Workload::check_memory);
}

#[divan::bench(args = SIZES)]
fn check_from_disk(bencher: Bencher<'_, '_>, products: usize) {
    measure(bencher, products, Workload::check_disk);
}

#[divan::bench(args = SIZES)]
fn plan_without_changes(bencher: Bencher<'_, '_>, products: usize) {
    measure(bencher, products, |load| load.plan(&load.same));
}

#[divan::bench(args = SIZES)]
fn plan_with_one_product_in_a_hundred_changed(bencher: Bencher<'_, '_>, products: usize) {
    measure(bencher, products, |load| load.plan(&load.changed));
}

#[divan::bench(args = SIZES)]
fn diff_of_all_products(bencher: Bencher<'_, '_>, products: usize) {
    measure(bencher, products, |load| load.diff(&load.changed));
}
