//! `gallerist init`

use crate::cli::arguments::key;
use crate::cli::error::CliError;
use crate::cli::session::Session;
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use gallerist::model::Key;
use gallerist::report::Outcome;
use gallerist::service::Recorded;
use std::io::{ErrorKind, Write};

/// The catalog's name in the template.
const PLACEHOLDER: &str = "CATALOG";

/// What keeps the sandbox and its ledger out of git.
const IGNORED: &str = "/.gallerist/";

/// Begin a catalog in this folder
///
/// Writes gallerist.yaml, a first product that can be released to the embedded sandbox at once, and a line in
/// .gitignore. Never writes over a file.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist init
  gallerist init --name acme
  gallerist init --console
  gallerist -C catalog init")]
pub(crate) struct Init {
    /// The catalog's name; left out, the folder's
    #[arg(long, value_name = "NAME", value_parser = key)]
    name: Option<Key>,
    /// Sell in the Seller Console: submissions become change sheets, and people record what became of them
    #[arg(long)]
    console: bool,
}

/// What stands in the template for the sandbox, and what for the console.
const MARKETPLACE: [&str; 2] =
    ["marketplace: {driver: sandbox, path: .gallerist/sandbox.db}", "marketplace: {driver: console}"];

/// Writes the files and says which.
pub(crate) fn run(arguments: &Init, session: &mut Session) -> Result<Outcome, CliError> {
    let root = session.request.directory.clone();
    let written = begin(&root, arguments.name.as_ref(), arguments.console)?;
    let written: Vec<String> = written.iter().map(ToString::to_string).collect();
    let recorded = Recorded {
        sentence: format!("The catalog begins here: {}.", written.join(", ")),
        path: None,
        next: Some("gallerist check".to_owned()),
    };
    session.recorded(&recorded)
}

/// Writes a catalog into a folder; the paths written, relative to it.
pub(super) fn begin(
    root: &Utf8Path,
    name: Option<&Key>,
    console: bool,
) -> Result<Vec<Utf8PathBuf>, CliError> {
    let catalog = Utf8Path::new("gallerist.yaml");
    if root.join(catalog).exists() {
        return Err(CliError::usage("there is a catalog here already: gallerist.yaml")
            .hint("`gallerist check` looks at it; choose another folder with -C to begin another one"));
    }
    let name = match name {
        Some(name) => name.clone(),
        None => folder_name(root)?,
    };
    let text = include_str!("../templates/gallerist.yaml").replace(PLACEHOLDER, name.as_str());
    let [sandbox, at_console] = MARKETPLACE;
    let text = if console { text.replace(sandbox, at_console) } else { text };
    let product = Utf8Path::new("products/acme-crm");
    let mut written = vec![catalog.to_owned()];
    write_new(root, catalog, text.as_bytes())?;
    if !root.join(product).exists() {
        let files: [(&str, &[u8]); 4] = [
            ("product.yaml", include_bytes!("../templates/product.yaml")),
            ("logo.png", include_bytes!("../templates/logo.png")),
            ("guide.pdf", include_bytes!("../templates/guide.pdf")),
            ("certificate.pdf", include_bytes!("../templates/certificate.pdf")),
        ];
        for (file, content) in files {
            let path = product.join(file);
            write_new(root, &path, content)?;
            written.push(path);
        }
    }
    if ignore(root)? {
        written.push(".gitignore".into());
    }
    Ok(written)
}

fn folder_name(root: &Utf8Path) -> Result<Key, CliError> {
    let full = root.canonicalize_utf8().unwrap_or_else(|_| root.to_owned());
    full.file_name().and_then(Key::slug).ok_or_else(|| {
        CliError::usage("the folder's name does not make a catalog's name").hint("give one with --name")
    })
}

/// Writes a file that must not exist yet, with its folders.
fn write_new(root: &Utf8Path, path: &Utf8Path, content: &[u8]) -> Result<(), CliError> {
    let full = root.join(path);
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => {
            CliError::usage(format!("{path} is there already; nothing is written over"))
        }
        _ => CliError::work(format!("cannot write {path}: {error}")),
    };
    if let Some(folder) = full.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(&full).map_err(failed)?;
    file.write_all(content).map_err(failed)
}

/// Adds our line to .gitignore, unless it is there; whether it was added.
fn ignore(root: &Utf8Path) -> Result<bool, CliError> {
    let path = root.join(".gitignore");
    let failed = |error: std::io::Error| CliError::work(format!("cannot write .gitignore: {error}"));
    let before = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(failed(error)),
    };
    if before.lines().any(|line| line.trim() == IGNORED) {
        return Ok(false);
    }
    let gap = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(&path).map_err(failed)?;
    file.write_all(format!("{gap}{IGNORED}\n").as_bytes()).map_err(failed)?;
    Ok(true)
}
