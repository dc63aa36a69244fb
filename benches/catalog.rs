//! Benchmarks on generated catalogs; `benches/README.md` says what they measure.
//!
//! `cargo bench --bench catalog -- table` measures everything and prints the table of the README;
//! `cargo bench --bench catalog -- ratio` compares checking with reading and parsing, in turns;
//! `cargo bench --bench catalog -- change` plans a change of ten products in a small and in a large catalog, in turns;
//! `cargo bench --bench catalog -- waiting` runs while everything is in review;
//! `cargo bench --bench catalog -- generate COUNT FOLDER` writes a catalog to look at. Any other words choose single
//! benchmarks by their names.

mod change;
mod generate;
mod program;
mod table;
mod waiting;
mod workload;

use camino::Utf8Path;
use divan::Bencher;
use generate::Generated;
use std::io;
use std::path::Path;
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
        ["ratio"] => table::ratio(),
        ["change"] => change::print(),
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
fn read_and_parse(bencher: Bencher<'_, '_>, products: usize) {
    measure(bencher, products, Workload::read_and_parse);
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
