//! Benchmarks on generated catalogs; `benches/README.md` says what they measure.
//!
//! `cargo bench --bench catalog -- generate COUNT FOLDER` writes such a catalog instead of measuring.

mod generate;

use std::io;
use std::path::Path;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["generate", count, folder] => write(count, Path::new(folder)),
        ["generate", ..] => Err(io::Error::other("generate needs COUNT and FOLDER")),
        _ => {
            divan::main();
            Ok(())
        }
    }
}

fn write(count: &str, folder: &Path) -> io::Result<()> {
    let count = count.parse().map_err(|_| io::Error::other("COUNT is a number of products"))?;
    for (path, content) in generate::catalog(count) {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, content)?;
    }
    Ok(())
}

/// The harness's own floor: a figure near this one says nothing about the tool.
#[divan::bench]
fn generate_two_hundred_products() -> usize {
    generate::catalog(200).len()
}
