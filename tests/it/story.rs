//! What a stranger reads on the screen in the first minutes, and after the usual mistakes.

use crate::cli_runner::Cli;
use std::process::Command;
use unicode_width::UnicodeWidthStr;

pub(crate) const PRODUCT: &str = "products/acme-crm/product.yaml";

pub(crate) fn begun() -> Cli {
    let cli = Cli::new();
    let _ = cli.run(&["init", "--name", "acme"]).fine();
    cli
}

/// A catalog whose product is on sale.
pub(crate) fn on_sale() -> Cli {
    let cli = begun();
    let _ = cli.run(&["reconcile"]).fine();
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    let _ = cli.run(&["reconcile"]).fine();
    cli
}

pub(crate) fn edit(cli: &Cli, from: &str, to: &str) {
    let text = cli.read(PRODUCT);
    assert!(text.contains(from), "{from} is not in\n{text}");
    cli.write(PRODUCT, &text.replacen(from, to, 1));
}

pub(crate) fn git(cli: &Cli, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(cli.folder()).args(["-c", "user.name=Owner", "-c", "user.email=owner@acme.example"]);
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The text with its lines joined: where they break does not matter.
pub(crate) fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn prices_have_two_decimals() {
    let cli = on_sale();
    edit(&cli, "\"99.00\"", "\"119\"");
    let plan = cli.run(&["plan"]).fine();
    assert!(joined(&plan).contains("99.00 -> 119.00 USD (+20.2 %)"), "{plan}");
}

#[test]
fn a_rejection_says_who_acts_next() {
    let cli = begun();
    let submitted = cli.run(&["reconcile"]);
    assert!(submitted.stderr.contains("gallerist sandbox review"), "{}", submitted.stderr);
    let id = cli.run(&["sandbox", "review", "--format", "short"]).fine();
    let id = id.split_whitespace().next().unwrap();
    let _ = cli.run(&["sandbox", "review", "--reject", id, "--reason", "wrong logo"]).fine();
    let account = cli.run(&["reconcile"]).fine();
    assert!(account.contains("next: the seller changes the definition"), "{account}");
    assert!(account.contains("Next: gallerist submissions retry s-"), "{account}");
}

#[test]
fn a_stale_plan_says_what_differs_and_how_to_go_on() {
    let cli = on_sale();
    edit(&cli, "\"99.00\"", "\"109.00\"");
    let _ = cli.run(&["plan", "--out", "plan.json"]).fine();
    edit(&cli, "\"109.00\"", "\"110.00\"");
    let ended = cli.run(&["apply", "plan.json"]);
    assert_eq!(ended.code, 3, "{}", ended.stdout);
    let said = joined(&ended.stdout);
    assert!(said.contains("it says price of starter (yearly): 99.00 -> 109.00; now it would be"), "{said}");
    assert!(said.contains("99.00 -> 110.00"), "{said}");
    assert!(said.contains("Next: gallerist plan --saved plan.json"), "{said}");
}

#[test]
fn an_approval_that_is_not_merged_is_proposed_and_not_asked_for_again() {
    let cli = begun();
    git(&cli, &["init", "--quiet", "--initial-branch", "main"]);
    git(&cli, &["add", "--all"]);
    git(&cli, &["commit", "--quiet", "--message", "begin"]);
    let _ = cli.run(&["reconcile"]).fine();
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    let _ = cli.run(&["reconcile"]).fine();
    edit(&cli, "\"99.00\"", "\"199.00\"");
    let plan = cli.run(&["plan"]).stdout;
    let id = plan.split_whitespace().find(|word| word.starts_with("o-")).unwrap();
    let _ = cli.run(&["approve", id, "--reason", "agreed"]).fine();
    let plan = cli.run(&["plan"]);
    assert_eq!(plan.code, 3, "an approval counts once it is merged");
    assert!(plan.stdout.contains("proposed: an approval is written"), "{}", plan.stdout);
    assert!(!plan.stdout.contains(&format!("gallerist approve {id}")), "{}", plan.stdout);
    assert!(joined(&plan.stdout).ends_with("Next: the release owner commits the approval and merges it"));
    git(&cli, &["add", "--all"]);
    git(&cli, &["commit", "--quiet", "--message", "agreed"]);
    let plan = cli.run(&["plan"]).fine();
    assert!(plan.contains("Next: gallerist reconcile"), "{plan}");
}

#[test]
fn status_does_not_hide_definitions_with_errors() {
    let cli = on_sale();
    edit(&cli, "overview:", "overveiw:");
    let ended = cli.run(&["status"]);
    assert_eq!(ended.code, 3, "{}", ended.stdout);
    assert!(!ended.stdout.contains("no products yet"), "{}", ended.stdout);
    assert!(ended.stderr.contains("Definitions have errors"), "{}", ended.stderr);
    assert!(ended.stderr.contains("gallerist check"), "{}", ended.stderr);
    std::fs::remove_dir_all(cli.path("products")).unwrap();
    let ended = cli.run(&["check"]);
    assert!(ended.stdout.contains("there is no folder `products`"), "{}", ended.stdout);
}

#[test]
fn a_blocked_product_is_looked_at_again_with_plan() {
    let cli = on_sale();
    edit(&cli, "serviceSupervision: false", "serviceSupervision: true");
    let plan = cli.run(&["plan"]);
    assert_eq!(plan.code, 3);
    assert!(plan.stdout.ends_with("Next: gallerist plan\n"), "{}", plan.stdout);
}

#[test]
fn errors_have_no_full_stop_and_say_what_there_is() {
    let cli = on_sale();
    let decided = cli.run(&["sandbox", "review", "--approve", "KG0000000001"]).failed(1);
    assert!(decided.starts_with("error: KG0000000001 was approved and can only be looked at\n"), "{decided}");
    let unknown = cli.run(&["status", "acme-cmr"]).failed(1);
    assert!(unknown.contains("help: there are acme-crm\n"), "{unknown}");
    let list = cli.run(&["submissions", "list", "--format", "short"]).fine();
    let id = list.split_whitespace().find(|word| word.starts_with("s-")).unwrap().trim_end_matches(':');
    let over = cli.run(&["submissions", "withdraw", id]).failed(1);
    assert!(over.contains("is not under review any more"), "{over}");
    let saved = cli.run(&["apply", "gallerist.yaml"]).failed(1);
    assert!(saved.contains("gallerist plan --out"), "{saved}");
}

#[test]
fn after_a_lost_ledger_the_next_command_does_not_sell_the_product_twice() {
    let cli = on_sale();
    std::fs::remove_file(cli.path(".gallerist/ledger.db")).unwrap();
    let plan = cli.run(&["plan"]);
    assert_eq!(plan.code, 3);
    assert!(plan.stdout.contains("blocked by ledger-incomplete"), "{}", plan.stdout);
    assert!(
        joined(&plan.stdout).contains("the release owner binds it to what is on sale"),
        "{}",
        plan.stdout
    );
    assert!(plan.stdout.ends_with("Next: gallerist adopt\n"), "{}", plan.stdout);
    cli.write(".gallerist/ledger.db", "no database at all");
    let damaged = cli.run(&["status"]).failed(1);
    assert!(
        joined(&damaged).contains("ledger.db: the file is not a ledger; restore a copy of it"),
        "{damaged}"
    );
}

#[test]
fn what_is_suggested_about_another_target_names_it() {
    let cli = begun();
    let second = "\n  other:\n    site: intl\n    marketplace: {driver: sandbox, path: .gallerist/other.db}\n    ledger: {store: sqlite, path: .gallerist/other-ledger.db}\nguards:";
    let text = cli.read("gallerist.yaml").replacen("\nguards:", second, 1);
    cli.write("gallerist.yaml", &text.replacen("targets:", "defaultTarget: intl\ntargets:", 1));
    edit(&cli, "delivery: saas", "targets: [intl, other]\ndelivery: saas");
    let ran = cli.run(&["reconcile", "--target", "other"]);
    assert!(ran.stderr.contains("`gallerist sandbox review --target other`"), "{}", ran.stderr);
    let desk = cli.run(&["sandbox", "review", "--target", "other"]);
    assert!(desk.stderr.contains("--approve KG0000000001 --target other\n"), "{}", desk.stderr);
    let retired = cli.run(&["retire", "acme-crm", "team", "--reason", "unused", "--target", "other"]);
    assert!(retired.stderr.contains("gallerist plan --target other\n"), "{}", retired.stderr);
}

#[test]
fn a_specification_with_a_new_key_can_still_be_changed() {
    let cli = on_sale();
    let keys = [("key: starter\n", "key: basic\n    formerly: [starter]\n", "99.00", "109.00")];
    let again = [("key: basic\n    formerly: [", "key: first\n    formerly: [basic, ", "109.00", "119.00")];
    for (from, to, price, next) in keys.into_iter().chain(again) {
        edit(&cli, from, to);
        edit(&cli, price, next);
        let account = cli.run(&["reconcile"]).fine();
        assert!(account.contains("handed to the reviewer"), "{account}");
        let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
        let _ = cli.run(&["reconcile"]).fine();
        let plan = cli.run(&["plan"]).fine();
        assert!(plan.contains("1 product is in sync."), "{plan}");
    }
}

/// A run killed after it wrote down what it is about to send, and before it sent it.
#[test]
fn nobody_says_that_a_reviewer_has_what_perhaps_never_arrived() {
    let cli = begun();
    let _ = cli.run(&["reconcile"]).fine();
    std::fs::remove_file(cli.path(".gallerist/sandbox.db")).unwrap();
    let ledger = rusqlite::Connection::open(cli.path(".gallerist/ledger.db")).unwrap();
    let forget = "DROP TRIGGER entry_is_never_deleted; DELETE FROM entry WHERE event LIKE '%accepted%';";
    ledger.execute_batch(forget).unwrap();
    drop(ledger);
    let status = cli.run(&["status"]).fine();
    assert!(!status.contains("verdict expected"), "{status}");
    assert!(
        joined(&status).contains("next: the next run asks the marketplace whether it arrived"),
        "{status}"
    );
    let _ = cli.run(&["reconcile"]).fine();
    assert!(cli.run(&["status"]).fine().contains("verdict expected"));
    assert_eq!(cli.run(&["sandbox", "review", "--format", "short"]).fine().lines().count(), 1);
}

/// A run killed in the middle of a transaction leaves a journal that only a writer can undo.
#[test]
fn a_run_killed_while_writing_does_not_stop_those_who_only_look() {
    let cli = begun();
    let _ = cli.run(&["plan"]).fine();
    let mut killed = Command::new("sh");
    killed.current_dir(cli.folder()).args(["-c", "ulimit -f 8; exec \"$0\" reconcile"]);
    let ended = killed.arg(env!("CARGO_BIN_EXE_gallerist")).output().unwrap();
    assert!(!ended.status.success(), "the limit did not stop it");
    assert!(cli.path(".gallerist/ledger.db-journal").is_file(), "it was not stopped in a transaction");
    let status = cli.run(&["status"]).fine();
    assert!(status.contains("acme-crm"), "{status}");
}

#[test]
fn examples_of_the_help_fit_on_the_screen() {
    let commands = ["approve", "confirm", "completions", "retire", "sandbox", "plan", "submissions", "man"];
    for command in commands {
        let help = Cli::new().run(&[command, "--help"]).fine();
        let (_, examples) = help.split_once("Examples:\n").unwrap();
        for line in examples.lines().filter(|line| !line.is_empty()) {
            assert!(line.starts_with("  gallerist "), "{command} breaks an example: {line}");
            assert!(line.width() <= 80, "{line}");
        }
    }
    for wrong in [
        &["approve", "o-1234", "--reason", "x"][..],
        &["submissions", "show", "s-1"],
        &["sandbox", "advance", "1x"],
    ] {
        let stderr = Cli::new().run(wrong).failed(1);
        assert!(stderr.lines().all(|line| line.width() <= 80), "{stderr}");
    }
}

#[test]
fn a_product_that_the_marketplace_froze_is_told_although_nothing_is_to_be_done() {
    let cli = on_sale();
    let product = gallerist::model::Key::new("acme-crm").unwrap();
    let _ = crate::moving::story::ask(&cli, &gallerist::sandbox::Request::Freeze { product, frozen: true });
    for command in ["plan", "status"] {
        let said = joined(&cli.run(&[command]).fine());
        assert!(said.contains("the marketplace froze and hid this product"), "{command}: {said}");
    }
}
