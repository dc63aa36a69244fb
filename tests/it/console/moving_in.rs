//! A seller who sells already comes to the console: what is on sale is written down, and nothing is submitted by the way.

use super::record::{CONFIG, Desk, one_line};

#[test]
fn what_is_on_sale_already_is_taken_from_the_definition() {
    let desk = Desk::new();
    // Without the ids the plan would release it: the console cannot be asked whether it is on sale.
    assert!(desk.at(1, "plan").fine().contains("release for the first time"));
    let adopted = desk.at(1, "adopt quayside-migration --product-id P-9 --as-defined --by Ann").fine();
    assert!(one_line(&adopted).contains("P-9"), "{adopted}");
    assert!(desk.released_file().contains("\"productId\": \"P-9\""), "{}", desk.released_file());
    assert!(desk.at(1, "status").fine().contains("in sync"), "nothing differs");
    // The first plan is only shown until somebody says that it is right.
    desk.edit("3200.00", "3400.00");
    let plan = desk.at(2, "plan");
    assert_eq!(plan.code, 3, "{}", plan.stdout);
    assert!(plan.stdout.contains("adoption-unconfirmed"), "{}", plan.stdout);
    let _ = desk.at(2, "reconcile");
    assert!(!desk.cli.path("sheets").exists());
    let _ = desk
        .at(2, "confirm quayside-migration adopted --reason \"compared with the console\" --by Ann")
        .fine();
    let id = desk.hand_over(2);
    let sheet = desk.cli.read(&format!("sheets/intl/quayside-migration-{id}/sheet.md"));
    assert!(sheet.contains("with product ID `P-9` choose **Modify**"), "{sheet}");
    // What was recorded counts more than the definition.
    let again = desk.at(2, "adopt quayside-migration --product-id P-9 --as-defined").failed(1);
    assert!(one_line(&again).contains("is bound to product ID P-9 already"), "{again}");
}

#[test]
fn a_specification_that_is_new_and_ids_that_are_known_are_told() {
    let desk = Desk::new();
    let arguments = "adopt quayside-migration --product-id P-9 --as-defined --specification one-database=c-1 \
                     --specification whole-system=new";
    let _ = desk.at(1, arguments).fine();
    let file = desk.released_file();
    assert!(file.contains("\"skuCode\": \"c-1\"") && !file.contains("whole-system"), "{file}");
    let plan = desk.at(1, "plan");
    assert!(
        one_line(&plan.stdout).contains("+ specification \"Whole System\"")
            || plan.stdout.contains("whole-system"),
        "{}",
        plan.stdout
    );
    let sandbox = Desk::new();
    sandbox.cli.write("gallerist.yaml", &CONFIG.replace("driver: console", "driver: sandbox"));
    let error = sandbox.at(1, "adopt quayside-migration --product-id P-9 --as-defined").failed(1);
    assert!(one_line(&error).contains("is in a sandbox"), "{error}");
}

#[test]
fn a_snapshot_is_imported_to_the_console_and_lost_ledgers_are_adopted_from_the_files() {
    let seller = Desk::released();
    let snapshot = seller.at(3, "export").fine();
    let desk = Desk::new();
    std::fs::remove_dir_all(desk.cli.path("products")).unwrap();
    desk.cli.write("snapshot.json", &snapshot);
    let imported = desk.at(4, "import --released snapshot.json").fine();
    assert!(imported.contains("quayside-migration"), "{imported}");
    assert!(
        desk.released_file().contains("\"recordedAt\": \"2026-12-03T09:00:00Z\""),
        "{}",
        desk.released_file()
    );
    let plan = desk.at(4, "plan").fine();
    assert!(plan.contains("Nothing to do.") && plan.contains("the oldest part yesterday"), "{plan}");
    // The ledger is lost; the files remain.
    std::fs::remove_file(desk.cli.path(".gallerist/ledger.db")).unwrap();
    let plan = desk.at(4, "plan");
    assert_eq!(plan.code, 3);
    assert!(plan.stdout.contains("ledger-incomplete"), "{}", plan.stdout);
    let table = desk.at(4, "adopt").fine();
    let name = table
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .find(|word| word.starts_with("t-"))
        .map(str::to_owned);
    let name = name.unwrap_or_else(|| {
        let said = desk.at(4, "adopt").stderr;
        said.split_whitespace().find(|word| word.starts_with("t-")).unwrap().to_owned()
    });
    let _ = desk.at(4, &format!("adopt --confirm {name}")).fine();
    assert!(desk.at(4, "status").fine().contains("in sync"));
}
