//! The procedures of `docs/operations.md`, carried out as they are written, each in a catalog whose product is on sale.

use crate::docs::markdown::Page;
use crate::examples::{expectation, first_id, shell};
use std::path::Path;

/// What a section's catalog has before its first command, beside a product on sale.
fn prepare(section: &str, catalog: &Path) {
    let run = |command: &str| {
        let output = shell(command, catalog).unwrap();
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    };
    let path = catalog.join("products/acme-crm/product.yaml");
    let price = |to: &str| {
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replacen("\"99.00\"", to, 1)).unwrap();
    };
    match section {
        "A reviewer said no" => {
            price("\"109.00\"");
            run("gallerist reconcile");
        }
        "Stop everything" | "A run was killed" => price("\"109.00\""),
        _ => {}
    }
}

fn run(command: &str, catalog: &Path) -> (i32, String) {
    let output = shell(command, catalog).unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    (output.status.code().unwrap_or(-1), said)
}

/// The lines of a section's shell blocks.
fn commands(section: &str) -> Vec<String> {
    let blocks = Page::read(section).blocks.into_iter().filter(|(language, _)| language == "sh");
    blocks.flat_map(|(_, lines)| lines.into_iter().map(|(line, _)| line)).collect()
}

/// Does what lines say, and holds each to what it announces; how many there were.
fn carry_out(title: &str, lines: &[String], catalog: &Path) -> usize {
    for line in lines {
        let (command, wanted, shown) = expectation(line);
        let mut command = command.to_owned();
        for (word, list, start) in [
            ("SUBMISSION", "gallerist submissions list", "s-"),
            ("APPLICATION", "gallerist sandbox review", "KG"),
            ("TABLE", "gallerist adopt", "t-"),
        ] {
            if command.contains(word) {
                let id =
                    first_id(&run(list, catalog).1, start).unwrap_or_else(|| panic!("{title}: no {word}"));
                command = command.replace(word, &id);
            }
        }
        let (code, said) = run(&command, catalog);
        let on_one_line = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(code, wanted, "{title}: `{line}`\n{said}");
        assert!(on_one_line.contains(shown), "{title}: `{line}`\n{said}");
    }
    lines.len()
}

#[test]
fn the_walk_through_what_can_become_of_a_submission_works_as_written() {
    let page = std::fs::read_to_string(crate::tree::root().join("docs/life-cycle.md")).unwrap();
    let (_, section) = page.split_once("\n## Trying it out").unwrap();
    let home = tempfile::tempdir().unwrap();
    let catalog = home.path().join("shop");
    crate::examples::copy(&crate::tree::root().join("examples/03-first-license"), &catalog).unwrap();
    assert!(carry_out("Trying it out", &commands(section), &catalog) > 10);
}

#[test]
fn each_procedure_is_carried_out_as_written() {
    let page = std::fs::read_to_string(crate::tree::root().join("docs/operations.md")).unwrap();
    let mut carried_out = 0;
    for section in page.split("\n## ").skip(1) {
        let title = section.lines().next().unwrap();
        let lines = commands(section);
        if lines.is_empty() {
            continue;
        }
        let home = tempfile::tempdir().unwrap();
        let catalog = home.path().join("shop");
        std::fs::create_dir(&catalog).unwrap();
        for command in ["init --name acme", "reconcile", "sandbox review --approve-all", "reconcile"] {
            assert_eq!(run(&format!("gallerist {command}"), &catalog).0, 0, "{command}");
        }
        prepare(title, &catalog);
        carried_out += carry_out(title, &lines, &catalog);
    }
    assert!(carried_out > 20, "the procedures were found: {carried_out}");
}
