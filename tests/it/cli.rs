//! The command line as people and scripts meet it.

use crate::cli_runner::Cli;
use std::io::Read;
use unicode_width::UnicodeWidthStr;

const COMMANDS: &[&str] = &[
    "init",
    "check",
    "fmt",
    "plan",
    "apply",
    "reconcile",
    "status",
    "export",
    "import",
    "adopt",
    "claim",
    "comment",
    "approve",
    "confirm",
    "retire",
    "unmanage",
    "submissions",
    "ledger",
    "explain",
    "rules",
    "sandbox",
    "schema",
    "completions",
    "man",
    "demo",
];

#[test]
fn alone_it_prints_help() {
    let help = Cli::new().run(&[]).fine();
    for command in COMMANDS {
        assert!(
            help.lines().any(|line| line.trim_start().starts_with(command)),
            "{command} is missing:\n{help}"
        );
    }
    assert!(help.contains("Exit codes:"));
}

#[test]
fn every_command_has_help_with_an_example() {
    for command in COMMANDS {
        let help = Cli::new().run(&[command, "--help"]).fine();
        assert!(help.contains("Examples:"), "{command}:\n{help}");
        assert!(help.contains(&format!("gallerist {command}")), "{command}:\n{help}");
        let wide = help.lines().find(|line| line.width() > 80);
        assert_eq!(wide, None, "{command}");
    }
}

#[test]
fn usage_errors_exit_with_1() {
    let cases: &[&[&str]] = &[
        &["no-such-command"],
        &["plan", "--no-such-option"],
        &["plan", "--format", "xml"],
        &["apply"],
        &["sandbox"],
        &["check", "--quiet", "--verbose"],
        &["approve", "o-0123456789abcdef"],
        &["approve", "everything", "--reason", "why not"],
        &["approve", "o-0123456789abcdef", "--reason", "  "],
        &["approve", "o-0123456789abcdef", "--reason", "agreed", "--expires", "-1d"],
        &["status", "Not A Key"],
        &["sandbox", "review", "--reject", "a-1"],
        &["sandbox", "advance", "soon"],
        &["explain", "no-such-rule"],
        &["-C", "no-such-folder", "check"],
    ];
    for case in cases {
        let stderr = Cli::new().run(case).failed(1);
        assert!(!stderr.is_empty(), "{case:?} says nothing");
    }
}

#[test]
fn a_version_can_be_asked_for() {
    assert_eq!(Cli::new().run(&["--version"]).fine(), format!("gallerist {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn init_begins_a_catalog_and_never_writes_over_one() {
    let cli = Cli::new();
    cli.write(".gitignore", "/target");
    let ended = cli.run(&["init", "--name", "acme"]);
    assert!(ended.stderr.contains("gallerist check"), "no next step: {}", ended.stderr);
    let said = ended.fine();
    for path in ["gallerist.yaml", "products/acme-crm/product.yaml", "products/acme-crm/logo.png"] {
        assert!(cli.path(path).is_file(), "{path} is missing");
        assert!(said.replace("\n  ", " ").contains(path), "{path} is not named: {said}");
    }
    assert!(cli.read("gallerist.yaml").contains("\nname: acme\n"));
    assert_eq!(cli.read(".gitignore"), "/target\n/.gallerist/\n");
    let before = cli.read("gallerist.yaml");
    let stderr = cli.run(&["init", "--name", "other"]).failed(1);
    assert!(stderr.contains("there is a catalog here already"), "{stderr}");
    assert_eq!(cli.read("gallerist.yaml"), before);
}

#[test]
fn init_keeps_a_product_that_is_there() {
    let cli = Cli::new();
    cli.write("products/acme-crm/product.yaml", "mine");
    cli.write(".gitignore", "/.gallerist/\n");
    let said = cli.run(&["init"]).fine();
    assert_eq!(cli.read("products/acme-crm/product.yaml"), "mine");
    assert_eq!(cli.read(".gitignore"), "/.gallerist/\n");
    assert!(cli.read("gallerist.yaml").contains("\nname: catalog\n"), "named after the folder");
    assert_eq!(said, "The catalog begins here: gallerist.yaml.\n");
}

#[test]
fn the_first_products_logo_has_the_size_the_site_wants() {
    let cli = Cli::new();
    let _ = cli.run(&["init"]).fine();
    let logo = std::fs::read(cli.path("products/acme-crm/logo.png")).unwrap();
    assert_eq!(&logo[1..4], b"PNG");
    assert_eq!(logo[16..24], [0, 0, 0, 120, 0, 0, 0, 120]);
}

#[test]
fn a_rule_is_explained_by_name_and_by_number() {
    let by_name = Cli::new().run(&["explain", "service-supervision-changed"]).fine();
    assert!(by_name.starts_with("service-supervision-changed\n"));
    assert!(by_name.contains("R25") && by_name.contains("Why") && by_name.contains("Instead"), "{by_name}");
    assert!(Cli::new().run(&["explain", "R25"]).fine().contains("service-supervision-changed"));
    let stderr = Cli::new().run(&["explain", "service-supervision-change"]).failed(1);
    assert!(stderr.contains("did you mean `service-supervision-changed`?"), "{stderr}");
}

#[test]
fn all_rules_are_listed() {
    let names = Cli::new().run(&["rules", "--format", "short"]).fine();
    let table = Cli::new().run(&["rules"]).fine();
    assert_eq!(names.lines().count(), gallerist::rules::all().count());
    for name in names.lines() {
        assert!(table.contains(name), "{name} is not in the table");
    }
}

#[test]
fn completions_and_manual_know_every_command() {
    let manual = Cli::new().run(&["man"]).fine();
    for shell in ["bash", "zsh", "fish"] {
        let script = Cli::new().run(&["completions", shell]).fine();
        for command in COMMANDS {
            assert!(script.contains(command), "{shell} does not know {command}");
            assert!(manual.contains(command), "the manual does not know {command}");
        }
    }
    let cli = Cli::new();
    let _ = cli.run(&["man", "--out", "."]).fine();
    assert!(cli.path("gallerist.1").is_file() && cli.path("gallerist-plan.1").is_file());
}

#[test]
fn a_pipe_gets_no_colour_unless_it_is_asked_for() {
    let explain = ["explain", "R25"];
    let piped = Cli::new().without_no_color().run(&explain).fine();
    assert!(!piped.contains('\u{1b}'), "{piped}");
    let asked = Cli::new().run(&[&explain[..], &["--color", "always"]].concat()).fine();
    assert!(asked.contains('\u{1b}'), "--color always beats NO_COLOR");
    assert_eq!(anstream::adapter::strip_str(&asked).to_string(), piped);
}

#[test]
fn hostile_arguments_are_inert_in_errors() {
    let stderr = Cli::new().run(&["explain", "\u{1b}[31mred\u{202e}"]).failed(1);
    assert!(stderr.contains("\\u{1b}[31mred\\u{202e}"), "{stderr}");
    let stderr = Cli::new().run(&["-C", "\u{1b}[31mred", "check"]).failed(1);
    assert!(!stderr.contains('\u{1b}'), "{stderr}");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = Cli::new().command(&["rules"]).spawn().unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
}

#[test]
fn remarks_stay_away_from_results() {
    let ended = Cli::new().run(&["init", "--quiet"]);
    assert_eq!(ended.stderr, "");
    let _ = ended.fine();
    let ended = Cli::new().run(&["rules", "--verbose", "--format", "short"]);
    assert!(ended.stderr.contains("2026-11-22"), "{}", ended.stderr);
    assert!(!ended.fine().contains("Folder"));
}
