//! Pauses and freezes: nothing is handed over, verdicts are still recorded, and everybody sees why.

use crate::cli_runner::{Cli, Ended};

const PRODUCT: &str = "products/acme-crm/product.yaml";

fn begun() -> Cli {
    let cli = Cli::new();
    let _ = cli.run(&["init", "--name", "acme"]).fine();
    cli
}

/// A catalog whose product is on sale, and a price that is to change.
fn with_a_change() -> Cli {
    let cli = begun();
    let _ = cli.run(&["reconcile"]).fine();
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    let _ = cli.run(&["reconcile"]).fine();
    cli.write(PRODUCT, &cli.read(PRODUCT).replacen("\"99.00\"", "\"109.00\"", 1));
    cli
}

/// Whether a run handed something over.
fn submits(cli: &Cli, more: &[&str]) -> bool {
    let ended: Ended = cli.run(&[&["reconcile"], more].concat());
    assert_eq!(ended.code, 0, "{}\n{}", ended.stdout, ended.stderr);
    joined(&ended.stdout).contains("handed to the reviewer as")
}

fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

const WHY: &str = "the end of the pause by ann: prices are being checked";

fn pause(cli: &Cli, more: &[&str]) -> String {
    let words = ["pause", "--by", "ann", "--reason", "prices are being checked"];
    cli.run(&[&words, more].concat()).fine()
}

#[test]
fn while_everything_is_paused_nothing_is_handed_over_and_everybody_sees_why() {
    let cli = with_a_change();
    let said = pause(&cli, &[]);
    assert!(said.contains("Nothing is handed over, until somebody resumes."), "{said}");
    assert!(!submits(&cli, &[]));
    for command in [&["reconcile"][..], &["plan"], &["status"], &["plan", "--format", "markdown"]] {
        let shown = joined(&cli.run(command).fine());
        assert!(shown.contains("the end of the pause by ann"), "{command:?}: {shown}");
    }
    let plan = joined(&cli.run(&["plan"]).fine());
    assert!(plan.contains(WHY), "{plan}");
    let log = cli.run(&["ledger", "show"]).fine();
    assert!(log.contains("nothing is handed over any more") && log.contains("ann"), "{log}");
    let _ = cli.run(&["plan", "--out", "plan.json"]).fine();
    assert!(
        !joined(&cli.run(&["apply", "plan.json"]).stdout).contains("handed to the reviewer as"),
        "a saved plan waits as well"
    );
    let said = cli.run(&["resume"]).fine();
    assert!(said.contains("The pause ended."), "{said}");
    assert!(
        joined(&cli.run(&["apply", "plan.json"]).fine()).contains("handed to the reviewer as"),
        "it is the same plan"
    );
}

#[test]
fn a_verdict_is_recorded_during_a_pause() {
    let cli = begun();
    let _ = cli.run(&["reconcile"]).fine();
    let said = pause(&cli, &[]);
    assert!(said.contains("What is in review stays there"), "{said}");
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    let said = cli.run(&["reconcile"]).fine();
    assert!(said.contains("approved"), "{said}");
}

#[test]
fn a_pause_of_one_product_leaves_the_others_alone_and_ends_by_itself() {
    let cli = with_a_change();
    let said = pause(&cli, &["acme-crm", "--for", "2d"]);
    assert!(said.contains("Nothing is handed over about `acme-crm` until 2026-11-24 09:00 UTC."), "{said}");
    cli.write(
        "products/acme-erp/product.yaml",
        &cli.read(PRODUCT).replace("acme-crm", "acme-erp").replace("Acme CRM", "Acme ERP"),
    );
    let folder = cli.path("products/acme-crm");
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name() != "product.yaml" {
            // Two products do not share a certificate.
            let mut content = std::fs::read(entry.path()).unwrap();
            content.push(b'\n');
            std::fs::write(cli.path("products/acme-erp").join(entry.file_name()), content).unwrap();
        }
    }
    let said = cli.run(&["reconcile"]).fine();
    assert!(
        said.contains("handed to the reviewer as")
            && joined(&said).contains("waits for the end of its pause by ann"),
        "{said}"
    );
    assert!(!submits(&cli, &["--now", "2026-11-24T08:59:00Z"]));
    assert!(submits(&cli, &["--now", "2026-11-24T09:00:00Z"]));
}

#[test]
fn what_makes_no_sense_is_told() {
    let cli = with_a_change();
    let said = cli.run(&["pause", "acme-crn", "--reason", "x"]).failed(1);
    assert!(said.contains("there is no product `acme-crn`"), "{said}");
    let said = cli.run(&["resume"]).failed(1);
    assert!(said.contains("nobody paused everything"), "{said}");
    let said = cli.run(&["resume", "acme-crm"]).failed(1);
    assert!(said.contains("nobody paused `acme-crm`"), "{said}");
    let said = cli.run(&["pause"]).failed(1);
    assert!(said.contains("--reason"), "{said}");
    pause(&cli, &["acme-crm"]);
    let said = cli.run(&["resume"]).failed(1);
    assert!(said.contains("paused is acme-crm: name what is to go on"), "{said}");
    pause(&cli, &[]);
    let said = cli.run(&["resume"]).fine();
    assert!(said.contains("Paused still: acme-crm."), "{said}");
    assert!(!submits(&cli, &[]));
}

#[test]
fn a_shorter_pause_does_not_end_a_longer_one() {
    for product in [&[][..], &["acme-crm"]] {
        let cli = with_a_change();
        pause(&cli, product);
        let shorter = [&["pause", "--reason", "lunch", "--for", "1h"][..], product].concat();
        let said = joined(&cli.run(&shorter).failed(1));
        assert!(said.contains("it is paused longer already") && said.contains("by ann"), "{said}");
        assert!(!submits(&cli, &["--now", "2026-11-22T11:00:00Z"]));
    }
}

#[test]
fn a_freeze_without_an_end_holds() {
    let cli = with_a_change();
    freeze(&cli, "[{from: 2026-11-20, until: 9999-12-31, reason: for ever}]");
    assert!(!submits(&cli, &[]));
}

#[test]
fn a_pause_is_possible_while_a_definition_is_broken() {
    let cli = with_a_change();
    let text = cli.read(PRODUCT);
    cli.write(PRODUCT, "apiVersion: [");
    pause(&cli, &[]);
    cli.write(PRODUCT, &text);
    assert!(!submits(&cli, &[]));
}

/// The configuration with a freeze.
fn freeze(cli: &Cli, list: &str) {
    let config = cli.read("gallerist.yaml");
    let before = config.find("    site:").unwrap();
    let (head, tail) = config.split_at(before);
    cli.write("gallerist.yaml", &format!("{head}    freeze: {list}\n{tail}"));
}

#[test]
fn a_freeze_holds_in_the_sites_time_zone_up_to_its_last_day() {
    let cli = with_a_change();
    freeze(&cli, "[{from: 2026-11-22, until: 2026-11-25, reason: the fair}]");
    let shown = joined(&cli.run(&["reconcile"]).fine());
    assert!(
        shown.contains("waits for the end of the freeze on 2026-11-26 00:00 (Asia/Singapore): the fair"),
        "{shown}"
    );
    assert!(!submits(&cli, &["--now", "2026-11-25T15:59:59Z"]));
    assert!(submits(&cli, &["--now", "2026-11-25T16:00:00Z"]));
}

#[test]
fn days_of_the_week_may_be_frozen() {
    let cli = with_a_change();
    freeze(&cli, "[{weekdays: [saturday, sunday], reason: nobody is there}]");
    // The 22nd is a Sunday.
    assert!(!submits(&cli, &[]));
    assert!(submits(&cli, &["--now", "2026-11-22T16:00:00Z"]), "it is Monday at the site");
}

#[test]
fn a_freeze_that_makes_no_sense_is_shown_at_its_place() {
    for (list, message) in [
        ("[{from: 2026-11-22, reason: x}]", "a freeze has `from` and `until`, or `weekdays`"),
        ("[{reason: x}]", "a freeze has `from` and `until`, or `weekdays`"),
        ("[{from: 2026-11-22, until: 2026-11-21, reason: x}]", "this freeze ends before it begins"),
        (
            "[{from: 2026-11-22T10:00, until: 2026-11-22T10:00, reason: x}]",
            "this freeze ends before it begins",
        ),
        (
            "[{from: '2026-11-22T18:00+01:00', until: 2026-11-23, reason: x}]",
            "`2026-11-22T18:00+01:00` is no day and no moment",
        ),
        (
            "[{from: '2026-11-22T18:00[Europe/Berlin]', until: 2026-11-23, reason: x}]",
            "is no day and no moment",
        ),
        ("[{from: tomorrow, until: 2026-11-23, reason: x}]", "`tomorrow` is no day and no moment"),
        ("[{from: 2026-11-22, until: 2026-13-01, reason: x}]", "`2026-13-01` is no day and no moment"),
        (
            "[{weekdays: [monday, tuesday, wednesday, thursday, friday, saturday, sunday], reason: x}]",
            "with this nothing is ever handed over",
        ),
    ] {
        let cli = begun();
        freeze(&cli, list);
        let said = cli.run(&["check"]);
        assert_eq!(said.code, 3, "{list}: {}", said.stdout);
        let shown = joined(&format!("{}{}", said.stdout, said.stderr));
        assert!(shown.contains(message) && shown.contains("freeze-invalid"), "{list}: {shown}");
        assert!(shown.contains("gallerist.yaml:"), "{list}: {shown}");
    }
    let cli = begun();
    freeze(&cli, "[{weekdays: [someday], reason: x}]");
    let said = cli.run(&["check"]);
    assert!(said.code == 3 && joined(&said.stderr).contains("saturday"), "{}", said.stdout);
}

#[test]
fn whoever_can_resume_is_told_how() {
    let cli = with_a_change();
    pause(&cli, &[]);
    for command in ["status", "reconcile", "plan"] {
        let said = cli.run(&[command]).fine();
        assert!(said.contains("gallerist resume\n"), "{command}: {said}");
        assert!(!said.contains("gallerist reconcile\n"), "{command}: {said}");
    }
    let _ = cli.run(&["resume"]).fine();
    pause(&cli, &["acme-crm"]);
    let said = cli.run(&["status"]).fine();
    assert!(said.contains("gallerist resume acme-crm\n"), "{said}");
    let _ = cli.run(&["resume", "acme-crm"]).fine();
    assert!(!cli.run(&["status"]).fine().contains("gallerist resume"));
}

#[test]
fn nobody_without_a_name_that_can_be_read_pauses() {
    let cli = with_a_change();
    for by in ["", "  ", "ann\nadded by bob", "ann\u{1b}[2J", "ann\u{9b}1m"] {
        let said = cli.run(&["pause", "--reason", "x", "--by", by]).failed(1);
        assert!(said.contains("--by"), "{said}");
        let said = cli.run(&["resume", "--by", by]).failed(1);
        assert!(said.contains("--by"), "{said}");
    }
    for reason in ["", " ", "x\u{1b}[2J"] {
        let said = cli.run(&["pause", "--reason", reason]).failed(1);
        assert!(said.contains("--reason"), "{said}");
    }
    assert!(submits(&cli, &[]), "nothing is paused");
}
