//! Every example is run as its page says, command by command, and generated ones are what the generator writes.

#[path = "../../benches/generate.rs"]
mod generate;

use crate::docs::markdown::Page;
use crate::tree::{files, root};
use gallerist::config::ConfigDocument;
use gallerist::definition::document::{AttributesDocument, ProductDocument};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Example catalogs, by name.
pub(crate) fn examples() -> Vec<PathBuf> {
    folders().into_iter().filter(|folder| folder.join("gallerist.yaml").is_file()).collect()
}

/// Folders with examples, whatever they are about.
fn folders() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("examples")).expect("the examples stand in their folder");
    let mut folders: Vec<PathBuf> =
        entries.map(|entry| entry.expect("a readable entry").path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

#[test]
fn each_example_runs_as_its_page_says() {
    let mut failures = Vec::new();
    for example in examples() {
        if let Err(failure) = run(&example) {
            failures.push(failure);
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn each_example_is_listed() {
    let list = std::fs::read_to_string(root().join("examples/README.md")).expect("the list of examples");
    for example in folders() {
        let name = example.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        assert!(
            list.contains(&format!("[{name}]({name}/README.md)")),
            "{name} is not listed in examples/README.md"
        );
    }
}

#[test]
fn the_large_example_is_what_the_generator_writes() {
    let folder = "examples/14-two-hundred-products";
    let products = files(&["examples/14-two-hundred-products/products"], &["yaml"]).len();
    let generated = generate::catalog(products);
    for (path, content) in &generated {
        let have = std::fs::read(root().join(folder).join(path)).unwrap_or_default();
        assert!(
            have == *content,
            "{path} is not fresh: cargo bench --bench catalog -- generate {products} {folder}"
        );
    }
    let written = generated.iter().filter(|(path, _)| path.starts_with("products/")).count();
    assert_eq!(written, products, "a product of {folder} is not the generator's");
}

/// Files of later steps too, which only their own command of the page would read.
#[test]
fn each_file_of_an_example_fits_its_form() {
    let mut misfits = Vec::new();
    for file in files(&["examples"], &["yaml"]) {
        let misfit = match file.path.rsplit('/').next() {
            Some("gallerist.yaml") => serde_yaml::from_str::<ConfigDocument>(&file.text).err(),
            Some("attributes.yaml") => serde_yaml::from_str::<AttributesDocument>(&file.text).err(),
            _ => serde_yaml::from_str::<ProductDocument>(&file.text).err(),
        };
        misfits.extend(misfit.map(|problem| format!("{}: {problem}", file.path)));
    }
    assert!(misfits.is_empty(), "\n{}", misfits.join("\n"));
}

/// Runs the shell lines of an example's page in a copy of it.
fn run(example: &Path) -> Result<(), String> {
    let home = tempfile::tempdir().map_err(|error| error.to_string())?;
    play(example, &home.path().join("catalog"))
}

/// Copies an example to a folder and runs the shell lines of its page there.
pub(crate) fn play(example: &Path, catalog: &Path) -> Result<(), String> {
    let page = std::fs::read_to_string(example.join("README.md"))
        .map_err(|error| format!("{example:?}: {error}"))?;
    copy(example, catalog).map_err(|error| format!("{example:?}: {error}"))?;
    let page = Page::read(&page);
    for (line, number) in
        page.blocks.iter().filter(|(language, _)| language == "sh").flat_map(|(_, lines)| lines)
    {
        let (command, wanted, shown) = expectation(line);
        let command = filled_in(command, catalog)?;
        let output = shell(&command, catalog)?;
        let code = output.status.code();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        let place =
            format!("{}, line {number}: `{command}`", example.file_name().unwrap_or_default().display());
        if code != Some(wanted) {
            return Err(format!(
                "{place} exits with {code:?}, not {wanted}:
{said}"
            ));
        }
        if !said.contains(shown) {
            return Err(format!(
                "{place} does not show \"{shown}\":
{said}"
            ));
        }
    }
    Ok(())
}

/// A line's command, and what its comment announces: the exit code, and a text that is shown.
pub(crate) fn expectation(line: &str) -> (&str, i32, &str) {
    if let Some((command, code)) = line.split_once(" # exits with ") {
        (command, code.trim().parse().unwrap_or(i32::MIN), "")
    } else if let Some((command, shown)) = line.split_once(" # shows ") {
        (command, 0, shown.trim())
    } else {
        (line, 0, "")
    }
}

/// Puts what the tool shows in the place of the words that stand for it.
fn filled_in(command: &str, catalog: &Path) -> Result<String, String> {
    let mut command = command.to_owned();
    for (word, source, prefix) in [
        ("APPLICATION", "gallerist sandbox review", "KG"),
        ("OPERATION", "gallerist plan", "o-"),
        ("STEP", "gallerist plan", "m-"),
    ] {
        if command.contains(word) {
            let shown = String::from_utf8_lossy(&shell(source, catalog)?.stdout).into_owned();
            let id =
                first_id(&shown, prefix).ok_or(format!("`{source}` shows no id `{prefix}...`:\n{shown}"))?;
            command = command.replace(word, &id);
        }
    }
    Ok(command)
}

/// The first word that begins with `prefix` and holds a digit.
pub(crate) fn first_id(text: &str, prefix: &str) -> Option<String> {
    let words = text.split(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '-'));
    words
        .filter(|word| word.starts_with(prefix))
        .find(|word| word.contains(|sign: char| sign.is_ascii_digit()))
        .map(str::to_owned)
}

pub(crate) fn shell(command: &str, folder: &Path) -> Result<Output, String> {
    let tool = Path::new(env!("CARGO_BIN_EXE_gallerist"));
    let tool_folder = tool.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    let path = std::env::var("PATH").unwrap_or_default();
    Command::new("bash")
        .args(["-c", command])
        .current_dir(folder)
        .env_clear()
        .env("PATH", format!("{tool_folder}:{path}"))
        .env("HOME", folder)
        .env("NO_COLOR", "1")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "Seller")))
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "seller@acme.example")))
        .output()
        .map_err(|error| format!("`{command}`: {error}"))
}

pub(crate) fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[test]
fn expectations_and_ids_are_read() {
    assert_eq!(expectation("gallerist plan # exits with 3"), ("gallerist plan", 3, ""));
    assert_eq!(expectation("gallerist status # shows in sync"), ("gallerist status", 0, "in sync"));
    assert_eq!(expectation("gallerist plan"), ("gallerist plan", 0, ""));
    assert_eq!(first_id("waiting: KG0000000012 (acme)", "KG").as_deref(), Some("KG0000000012"));
    assert_eq!(first_id("no-op o-", "o-"), None);
}
