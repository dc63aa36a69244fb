//! `gallerist fmt` as people, editors and pipelines meet it.

use crate::cli_runner::Cli;

const MESSY: &str = "\
kind: Product
apiVersion: gallerist/v1
# The key.
key: crm
delivery: saas


specifications:
- name: Small   # one
  key: small
";

const TIDY: &str = "\
apiVersion: gallerist/v1
kind: Product
# The key.
key: crm
delivery: saas

specifications:
  - key: small
    name: Small   # one
";

fn catalog() -> Cli {
    let cli = Cli::new();
    cli.write(
        "gallerist.yaml",
        "apiVersion: gallerist/v1\nkind: Catalog\nname: c\ntargets:\n  intl: {site: intl}\n",
    );
    cli.write("products/a.yaml", MESSY);
    cli.write("products/b/product.yaml", &TIDY.replace("crm", "desk"));
    cli
}

#[test]
fn files_that_differ_are_written_and_the_next_run_has_nothing_to_do() {
    let cli = catalog();
    let before = std::fs::metadata(cli.path("products/b/product.yaml")).unwrap().modified().unwrap();
    assert_eq!(cli.run(&["fmt"]).fine(), "products/a.yaml\n\n1 of 3 files formatted.\n");
    assert_eq!(cli.read("products/a.yaml"), TIDY);
    let after = std::fs::metadata(cli.path("products/b/product.yaml")).unwrap().modified().unwrap();
    assert_eq!(before, after, "a file that is in form is not written");
    assert_eq!(cli.run(&["fmt"]).fine(), "3 files looked at: nothing to do.\n");
    assert_eq!(cli.run(&["fmt", "--check", "--upgrade"]).fine(), "3 files looked at: nothing to do.\n");
}

#[test]
fn a_check_changes_nothing_and_shows_what_would_change() {
    let cli = catalog();
    let ended = cli.run(&["fmt", "--check"]);
    assert_eq!(ended.code, 3);
    let shown = "\
products/a.yaml
@@ line 1 @@
+apiVersion: gallerist/v1
 kind: Product
-apiVersion: gallerist/v1
 # The key.
 key: crm
 delivery: saas

-
 specifications:
-- name: Small   # one
-  key: small
+  - key: small
+    name: Small   # one

1 of 3 files would be formatted.
";
    assert_eq!(ended.stdout, shown);
    assert_eq!(ended.stderr, "Next: gallerist fmt\n");
    assert_eq!(cli.read("products/a.yaml"), MESSY);
    let short = cli.run(&["fmt", "--check", "--format", "short"]);
    assert_eq!((short.code, short.stdout.as_str()), (3, "products/a.yaml\n"));
    let json = cli.run(&["fmt", "--check", "--format", "json"]);
    assert_eq!(json.code, 3);
    crate::wire::assert_fits_schema("format-report", &json.stdout);
    let report: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(report["rewritten"], serde_json::json!(["products/a.yaml"]));
    assert_eq!(report["onlyLooked"], true);
}

#[test]
fn line_ends_that_would_change_are_seen() {
    let cli = catalog();
    cli.write("products/a.yaml", &TIDY.replacen("key: crm\n", "key: crm\r\n", 1));
    let shown = cli.run(&["fmt", "--check"]).stdout;
    assert!(shown.contains("-key: crm\\r\n+key: crm\n"), "{shown}");
}

#[test]
fn an_editor_pipes_a_text_through() {
    let cli = Cli::new();
    assert_eq!(cli.run_with_input(&["fmt", "-"], MESSY).fine(), TIDY);
    assert_eq!(cli.run_with_input(&["fmt", "-"], TIDY).fine(), TIDY);
    let check = cli.run_with_input(&["fmt", "--check", "-"], MESSY);
    assert_eq!(check.code, 3);
    assert!(check.stdout.starts_with("<stdin>\n@@ line 1 @@\n"), "{}", check.stdout);
    let broken = cli.run_with_input(&["fmt", "-"], "kind: [").failed(3);
    assert!(
        broken.contains("yaml-syntax") && broken.contains("error: the text on stdin is left alone"),
        "{broken}"
    );
    cli.run_with_input(&["fmt", "-", "a.yaml"], "").failed(1);
    cli.run_with_input(&["fmt", "-", "--format", "json"], MESSY).failed(1);
}

#[test]
fn files_with_mistakes_are_left_alone_and_the_others_are_not() {
    let cli = catalog();
    let broken = MESSY.replace("delivery", "delivry");
    cli.write("products/c.yaml", &broken);
    let newer = "apiVersion: gallerist/v2\nkind: Product\nkey: new\n";
    cli.write("products/d.yaml", newer);
    let ended = cli.run(&["fmt", "--upgrade"]);
    assert_eq!(ended.code, 3);
    for said in [
        "error[unknown-field]",
        "products/c.yaml:5:1",
        "error[api-version-unknown]",
        "products/d.yaml:1:13",
        "what has errors is left alone",
    ] {
        assert!(ended.stdout.contains(said), "{}", ended.stdout);
    }
    assert_eq!((cli.read("products/a.yaml").as_str(), cli.read("products/c.yaml")), (TIDY, broken));
    assert_eq!(cli.read("products/d.yaml"), newer);
}

#[test]
fn only_named_files_are_formatted_also_outside_a_catalog() {
    let cli = catalog();
    cli.write("products/c.yaml", &MESSY.replace("crm", "c"));
    cli.run(&["fmt", "products/c.yaml"]).fine();
    assert_eq!(
        (cli.read("products/a.yaml").as_str(), cli.read("products/c.yaml")),
        (MESSY, TIDY.replace("crm", "c"))
    );
    assert!(cli.run(&["fmt", "products/none.yaml"]).stdout.contains("error[file-missing]"));
    let alone = Cli::new();
    alone.write("x/any.yaml", MESSY);
    alone.run(&["fmt", "x/any.yaml"]).fine();
    assert_eq!(alone.read("x/any.yaml"), TIDY);
    alone.run(&["fmt"]).failed(1);
}

/// Where few files may be open at once, no file that is named is held open while others are looked at.
#[cfg(unix)]
#[test]
fn more_files_are_named_outside_a_catalog_than_may_be_open() {
    const FILES: usize = 200;
    let cli = Cli::new();
    for number in 0..FILES {
        cli.write(format!("{number}/any.yaml"), &MESSY.replace("crm", &format!("p{number}")));
    }
    for command in ["check", "fmt"] {
        let line = format!("ulimit -n 64; exec \"$0\" {command} */any.yaml");
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &line, env!("CARGO_BIN_EXE_gallerist")]).current_dir(cli.folder());
        let ended = shell.output().unwrap();
        let said = String::from_utf8_lossy(&ended.stdout) + String::from_utf8_lossy(&ended.stderr);
        assert!(!said.contains("open files"), "{command}: {said}");
        assert!(said.contains("200 products are fine") || command == "fmt", "{command}: {said}");
    }
    for number in 0..FILES {
        assert_eq!(cli.read(&format!("{number}/any.yaml")), TIDY.replace("crm", &format!("p{number}")));
    }
}

#[cfg(unix)]
#[test]
fn links_that_lead_out_of_the_catalog_are_not_followed() {
    let cli = catalog();
    let outside = cli.folder().parent().unwrap().join("outside.yaml");
    std::fs::write(&outside, MESSY).unwrap();
    std::os::unix::fs::symlink(&outside, cli.path("products/c.yaml")).unwrap();
    std::os::unix::fs::symlink("a.yaml", cli.path("products/d.yaml")).unwrap();
    let ended = cli.run(&["fmt"]);
    assert_eq!(ended.code, 3);
    assert!(ended.stdout.contains("error[file-outside-catalog]"), "{}", ended.stdout);
    assert_eq!(std::fs::read_to_string(outside).unwrap(), MESSY);
    assert_eq!(cli.read("products/a.yaml"), TIDY);
    assert!(std::fs::symlink_metadata(cli.path("products/d.yaml")).unwrap().is_symlink());
}

#[test]
fn retiring_changes_only_the_lines_it_must_and_leaves_the_file_in_form() {
    let cli = catalog();
    cli.write("products/a.yaml", TIDY);
    cli.run(&["retire", "crm", "small", "--reason", "nobody bought it"]).fine();
    let expected =
        TIDY.replace("  - key: small\n", "  - key: small\n    retire:\n      reason: \"nobody bought it\"\n");
    assert_eq!(cli.read("products/a.yaml"), expected);
    cli.run(&["retire", "crm", "--reason", "the end"]).fine();
    let expected = expected.replace("delivery: saas\n", "delivery: saas\nretire:\n  reason: \"the end\"\n");
    assert_eq!(cli.read("products/a.yaml"), expected);
    cli.run(&["fmt", "--check"]).fine();
}

/// Files of later steps stand in no folder of definitions, so they are named.
#[test]
fn every_example_is_in_form() {
    let root = crate::tree::root();
    for example in std::fs::read_dir(root.join("examples")).unwrap() {
        let folder = example.unwrap().path();
        if !folder.join("gallerist.yaml").is_file() {
            continue;
        }
        let folder = folder.to_str().unwrap();
        let cli = Cli::new();
        let said = cli.run(&["-C", folder, "fmt", "--check"]).fine();
        assert!(said.ends_with("looked at: nothing to do.\n"), "{folder}: {said}");
        let here = std::path::Path::new(folder).strip_prefix(root).unwrap().to_str().unwrap();
        let later = crate::tree::files(&[&format!("{here}/steps")], &["yaml"]);
        if !later.is_empty() {
            let later: Vec<String> =
                later.iter().map(|file| root.join(&file.path).to_str().unwrap().to_owned()).collect();
            let named = later.iter().map(String::as_str);
            let _ = cli
                .run(&["-C", folder, "fmt", "--check"].into_iter().chain(named).collect::<Vec<_>>())
                .fine();
        }
    }
}
