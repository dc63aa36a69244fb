//! Formats on the command line: what is printed and written, and that the exit code does not depend on it.

use super::{assert_sarif, results};
use crate::cli_runner::Cli;
use serde_json::Value;

const CHECK: &[&str] = &["text", "short", "json", "markdown", "sarif", "github", "gitlab", "junit"];
const PLAN: &[&str] = &["text", "short", "json", "markdown", "html", "sarif", "github", "gitlab", "junit"];
const PRODUCT: &str = "products/acme-crm/product.yaml";

fn begun() -> Cli {
    let cli = Cli::new();
    let _ = cli.run(&["init", "--name", "acme"]).fine();
    cli
}

fn edit(cli: &Cli, path: &str, from: &str, to: &str) {
    let text = cli.read(path);
    assert!(text.contains(from), "{from} is not in\n{text}");
    cli.write(path, &text.replacen(from, to, 1));
}

/// A catalog with mistakes that people make.
fn mistaken() -> Cli {
    let cli = begun();
    edit(&cli, PRODUCT, "name: Acme CRM", "name: The best CRM");
    edit(&cli, PRODUCT, "delivery: saas", "delivery: Saas");
    let text = cli.read(PRODUCT);
    cli.write(PRODUCT, &format!("{text}colour: blue\n"));
    cli
}

/// What was printed, without the version.
fn printed(cli: &Cli, arguments: &[&str]) -> String {
    cli.run(arguments).stdout.replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

fn pretty(text: &str) -> String {
    serde_json::to_string_pretty(&serde_json::from_str::<Value>(text).unwrap()).unwrap()
}

#[test]
fn mistakes_in_every_format() {
    let cli = mistaken();
    for format in ["markdown", "sarif", "github", "gitlab", "junit"] {
        let text = printed(&cli, &["check", "--format", format]);
        let text = if ["sarif", "gitlab"].contains(&format) { pretty(&text) } else { text };
        insta::assert_snapshot!(format!("check_{format}"), text);
    }
}

#[test]
fn a_blocked_plan_in_every_format() {
    let cli = begun();
    edit(&cli, PRODUCT, "name: Acme CRM", "name: The best CRM");
    for format in ["sarif", "github", "gitlab", "junit"] {
        let text = printed(&cli, &["plan", "--format", format]);
        let text = if ["sarif", "gitlab"].contains(&format) { pretty(&text) } else { text };
        insta::assert_snapshot!(format!("plan_{format}"), text);
    }
}

#[test]
fn the_exit_code_is_the_same_in_every_format() {
    let (fine, wrong, blocked) = (begun(), mistaken(), begun());
    edit(&blocked, PRODUCT, "name: Acme CRM", "name: The best CRM");
    for (cli, command, formats, code) in [
        (&fine, "check", CHECK, 0),
        (&wrong, "check", CHECK, 3),
        (&fine, "plan", PLAN, 2),
        (&wrong, "plan", PLAN, 3),
        (&blocked, "plan", PLAN, 3),
    ] {
        for format in formats {
            let ended = cli.run(&[command, "--format", format, "--exit-code", "detailed"]);
            assert_eq!(ended.code, code, "{command} {format}: {}{}", ended.stdout, ended.stderr);
            let output = format!("{format}=out");
            let ended = cli.run(&[command, "--output", &output, "--exit-code", "detailed"]);
            assert_eq!(ended.code, code, "{command} {format}: {}{}", ended.stdout, ended.stderr);
        }
    }
}

#[test]
fn a_file_holds_what_would_have_been_printed() {
    let cli = mistaken();
    for (command, formats) in [("check", CHECK), ("plan", PLAN)] {
        let plain = cli.run(&[command, "--color", "always"]).stdout;
        let outputs: Vec<String> =
            formats.iter().map(|format| format!("{format}={command}.{format}")).collect();
        let mut arguments = vec![command, "--color", "always"];
        outputs.iter().for_each(|output| arguments.extend(["--output", output]));
        assert_eq!(cli.run(&arguments).stdout, plain, "what is printed stays the same");
        for format in formats {
            let file = cli.read(&format!("{command}.{format}"));
            assert_eq!(file, cli.run(&[command, "--format", format]).stdout, "{command} {format}");
            assert!(!file.contains('\x1b') && file.ends_with('\n') | file.is_empty(), "{format}: {file}");
        }
    }
}

#[test]
fn no_colour_gets_into_a_format_for_programs() {
    let cli = mistaken();
    for format in CHECK.iter().filter(|format| !["text", "short"].contains(format)) {
        let ended = cli.run(&["check", "--format", format, "--color", "always"]);
        assert!(!ended.stdout.contains('\x1b'), "{format}: {}", ended.stdout);
    }
}

#[test]
fn a_command_refuses_what_it_cannot_write_before_it_does_anything() {
    let cli = begun();
    let before = cli.run(&["plan", "--format", "json"]).stdout;
    for (arguments, written) in [
        (&["reconcile", "--format", "markdown"][..], "text, short, json"),
        (&["status", "--format", "sarif"], "text, short, json"),
        (&["fmt", "--format", "junit"], "text, short, json"),
        (&["check", "--format", "html"], "text, short, json, markdown, sarif, github, gitlab, junit"),
        (&["check", "--output", "html=a.html"], "text, short, json, markdown, sarif, github, gitlab, junit"),
    ] {
        let told = cli.run(arguments).failed(1);
        assert!(told.contains("this command does not write "), "{told}");
        assert!(told.contains(&format!("help: it writes {written}")), "{told}");
    }
    assert_eq!(cli.run(&["plan", "--format", "json"]).stdout, before, "nothing was submitted");
    assert!(!cli.path("a.html").exists());
}

#[test]
fn outputs_that_make_no_sense_are_refused() {
    let cli = begun();
    for output in ["sarif", "sarif=", "pdf=a.pdf", "=a"] {
        let ended = cli.run(&["check", "--output", output]);
        assert_ne!(ended.code, 0, "{output}");
        assert_eq!(ended.stdout, "");
    }
    let told = cli.run(&["check", "--output", "sarif=a", "--output", "junit=a"]).failed(1);
    assert!(told.contains("two outputs go to a"), "{told}");
    let told = cli.run(&["check", "--output", "sarif=a", "--output", "junit=products/../a"]).failed(1);
    assert!(told.contains("two outputs go to products/../a"), "{told}");
    let product = cli.read("products/acme-crm/product.yaml");
    let told = cli.run(&["check", "--output", "json=products/acme-crm/product.yaml"]).failed(1);
    assert!(told.contains("may be a definition"), "{told}");
    assert_eq!(cli.read("products/acme-crm/product.yaml"), product);
    let _ = cli.run(&["plan", "--out", "plan.json"]).fine();
    let saved = cli.read("plan.json");
    for command in
        [&["plan", "--saved", "plan.json"][..], &["plan", "--out", "plan.json"], &["apply", "plan.json"]]
    {
        let told = cli.run(&[command, &["--output", "json=./plan.json"]].concat()).failed(1);
        assert!(told.contains("is read or written by this command already"), "{told}");
    }
    assert_eq!(cli.read("plan.json"), saved);
    let told = cli.run(&["check", "--output", "sarif=missing/a.sarif"]).failed(1);
    assert!(told.contains("there is no folder for missing/a.sarif"), "{told}");
}

#[test]
fn paths_are_from_the_root_of_the_repository() {
    let cli = Cli::new();
    std::fs::create_dir_all(cli.path("shops/acme")).unwrap();
    let _ = cli.run(&["init", "--name", "acme", "-C", "shops/acme"]).fine();
    let git = std::process::Command::new("git").args(["init", "-q"]).arg(cli.folder()).status();
    assert!(git.unwrap().success());
    let path = format!("shops/acme/{PRODUCT}");
    edit(&cli, &path, "name: Acme CRM", "name: The best CRM");
    let of = |command: &str, format: &str| cli.run(&[command, "--format", format, "-C", "shops/acme"]).stdout;
    for command in ["check", "plan"] {
        let log: Value = serde_json::from_str(&of(command, "sarif")).unwrap();
        assert_sarif(&log);
        assert!(!results(&log).is_empty());
        for result in results(&log) {
            let artifact = &result["locations"][0]["physicalLocation"]["artifactLocation"];
            assert_eq!(
                (&artifact["uri"], &artifact["uriBaseId"]),
                (&path.as_str().into(), &"%SRCROOT%".into())
            );
        }
        for format in ["github", "gitlab", "junit"] {
            assert!(of(command, format).contains(&path), "{command} {format}: {}", of(command, format));
        }
    }
    assert!(of("check", "markdown").contains(&path));
    assert!(!of("check", "short").contains("shops/"), "people look from the catalog's folder");
}

#[test]
fn what_is_fine_is_said_in_every_format() {
    let cli = begun();
    let of = |format: &str| cli.run(&["check", "--format", format]).fine();
    assert_eq!(of("markdown"), "**1 product is fine.**\n");
    assert_eq!(of("gitlab"), "[]\n");
    assert_eq!(of("github"), "");
    assert!(of("junit").contains("<testcase classname=\"products/acme-crm/product.yaml\" name=\"acme-crm\""));
    assert!(results(&serde_json::from_str(&of("sarif")).unwrap()).is_empty());
}

#[test]
fn settings_that_cannot_be_read_are_a_finding_for_other_programs() {
    let cli = begun();
    edit(&cli, "gallerist.yaml", "targets:", "tragets:");
    let ended = cli.run(&["check", "--format", "github", "--output", "gitlab=quality.json"]);
    assert_eq!(ended.code, 3);
    assert!(ended.stdout.starts_with("::error file=gallerist.yaml,line="), "{}", ended.stdout);
    let issues: Value = serde_json::from_str(&cli.read("quality.json")).unwrap();
    assert_eq!(issues.as_array().unwrap().len(), ended.stdout.lines().count());
}
