//! What others need for the like: Terraform for the same products, octoDNS for as many records. Only where they are installed.

use super::FOLDER;
use super::workload::product;
use camino::{Utf8Path, Utf8PathBuf};
use std::io;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Products that Terraform plans.
const PRODUCTS: usize = 100;
/// Records that octoDNS plans, one line each.
const RECORDS: usize = 10_000;
const TURNS: usize = 3;

/// Each product and each specification is a resource, read from the same files.
const TERRAFORM: &str = r#"locals {
  products = { for file in fileset("${path.module}/products", "*.yaml") : trimsuffix(file, ".yaml") => yamldecode(file("${path.module}/products/${file}")) }
  specifications = merge([for key, product in local.products : {
    for specification in product.specifications : "${key}/${specification.key}" => specification
  }]...)
}
resource "terraform_data" "product" {
  for_each = local.products
  input    = { for name, value in each.value : name => value if name != "specifications" }
}
resource "terraform_data" "specification" {
  for_each = local.specifications
  input    = each.value
}
"#;

const OCTODNS: &str = "providers:
  config: {class: octodns.provider.yaml.YamlProvider, directory: ./desired}
  target: {class: octodns.provider.yaml.YamlProvider, directory: ./released}
zones:
  example.com.: {sources: [config], targets: [target]}
";

/// The table of those that are installed.
pub(crate) fn tables() -> io::Result<String> {
    let mut text = "\n| Others, nothing changed | Median time |\n|---|--:|\n".to_owned();
    for (name, what, measured) in [
        ("Terraform", format!("{PRODUCTS} products with 8 specifications each"), terraform as fn() -> _),
        ("octoDNS", format!("{RECORDS} records"), octodns),
    ] {
        let time = match measured()? {
            Some((version, time)) => format!("{version}: {:.2} s", time.as_secs_f64()),
            None => "not installed".to_owned(),
        };
        text.push_str(&format!("| {name}, {what} | {time} |\n"));
    }
    Ok(text)
}

type Measured = io::Result<Option<(String, Duration)>>;

fn folder(name: &str) -> io::Result<Utf8PathBuf> {
    let folder = Utf8Path::new(FOLDER).join("peers").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Runs a program; `None` when there is none of this name.
fn run(folder: &Utf8Path, program: &str, arguments: &[&str]) -> io::Result<Option<String>> {
    let output = Command::new(program).args(arguments).current_dir(folder).stdin(Stdio::null()).output();
    match output {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
        Ok(output) if output.status.success() => {
            Ok(Some(String::from_utf8_lossy(&output.stdout).into_owned()))
        }
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            Err(io::Error::other(format!("`{program} {}`: {said}", arguments.join(" "))))
        }
    }
}

fn median(mut turn: impl FnMut() -> io::Result<()>) -> io::Result<Duration> {
    let mut times = Vec::new();
    for _ in 0..TURNS {
        let start = Instant::now();
        turn()?;
        times.push(start.elapsed());
    }
    times.sort();
    Ok(times.get(TURNS / 2).copied().unwrap_or_default())
}

fn terraform() -> Measured {
    let folder = folder("terraform")?;
    let Some(version) = run(&folder, "terraform", &["version"])? else { return Ok(None) };
    let version = version.lines().next().unwrap_or_default().to_owned();
    std::fs::write(folder.join("main.tf"), TERRAFORM)?;
    std::fs::create_dir_all(folder.join("products"))?;
    for index in 0..PRODUCTS {
        std::fs::write(folder.join(format!("products/p-{index:05}.yaml")), product(index))?;
    }
    run(&folder, "terraform", &["init", "-no-color"])?;
    run(&folder, "terraform", &["apply", "-auto-approve", "-no-color"])?;
    // Anything to change would end with 2.
    let plan = || run(&folder, "terraform", &["plan", "-detailed-exitcode", "-no-color"]).map(drop);
    Ok(Some((version, median(plan)?)))
}

fn octodns() -> Measured {
    let folder = folder("octodns")?;
    let Some(version) = run(&folder, "octodns-sync", &["--version"])? else { return Ok(None) };
    let mut zone = "---\n".to_owned();
    for index in 0..RECORDS {
        let (high, low) = (index / 256, index % 256);
        zone.push_str(&format!("r{index:05}: {{type: A, value: 10.0.{high}.{low}}}\n"));
    }
    for side in ["desired", "released"] {
        std::fs::create_dir_all(folder.join(side))?;
        std::fs::write(folder.join(side).join("example.com.yaml"), &zone)?;
    }
    std::fs::write(folder.join("config.yaml"), OCTODNS)?;
    let plan = || run(&folder, "octodns-sync", &["--config-file", "config.yaml"]).map(drop);
    Ok(Some((version.trim().to_owned(), median(plan)?)))
}
