//! What trying the console path found: each would have gone wrong once.

use super::record::{CONFIG, Desk, one_line};

/// Carries the newest change through to its approval.
fn carry(desk: &Desk, day: u32, application: &str) -> String {
    let id = desk.hand_over(day);
    let _ = desk.at(day, &format!("submissions record {id} submitted --application {application}")).fine();
    let _ = desk.at(day, &format!("submissions record {id} approved")).fine();
    assert!(desk.at(day, "status").fine().contains("in sync"));
    id
}

#[test]
fn the_same_change_a_second_time_is_another_submission() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let first = carry(&desk, 3, "A-2");
    desk.edit("3400.00", "3200.00");
    let _ = carry(&desk, 4, "A-3");
    desk.edit("3200.00", "3400.00");
    let again = carry(&desk, 5, "A-4");
    assert_ne!(first, again);
}

#[test]
fn a_specification_that_is_renamed_while_its_sheet_is_out_keeps_its_codes() {
    for given in ["whole-system", "estate"] {
        let desk = Desk::new();
        let id = desk.hand_over(1);
        let _ = desk.at(1, &format!("submissions record {id} submitted --application A-1")).fine();
        desk.edit("key: whole-system\n", "key: estate\n    formerly: [whole-system]\n");
        let _ = desk
            .at(1, &format!("submissions record {id} approved --product-id P-1 --sku-code {given}=c-2"))
            .fine();
        assert!(desk.at(1, "status").fine().contains("in sync"), "{given}");
        assert!(desk.released_file().contains("c-2"), "{given}: {}", desk.released_file());
        let _ = desk.at(2, &format!("submissions record {id} ids --sku-code {given}=c-3")).fine();
        assert!(desk.at(2, "status").fine().contains("in sync"), "{given}");
        assert!(desk.released_file().contains("c-3"), "{given}: {}", desk.released_file());
        desk.edit("11800.00", "12000.00");
        let _ = carry(&desk, 3, "A-2");
        assert!(desk.released_file().contains("12000.00") && desk.released_file().contains("c-3"));
    }
}

#[test]
fn what_ended_is_not_entered_again() {
    let desk = Desk::released();
    let id = desk.newest(2);
    let error = desk.at(3, &format!("submissions record {id} --interactive")).failed(1);
    assert!(error.contains("it must not be entered"), "{error}");
    let printed = desk.at(3, &format!("submissions sheet {id}"));
    assert!(printed.stderr.contains("do not enter this sheet"), "{}", printed.stderr);
}

#[test]
fn ids_are_plain_and_a_wrong_one_can_be_put_right() {
    let desk = Desk::new();
    let id = desk.hand_over(1);
    for wrong in ["\" \"", "\"\"", "\"a b\"", "(team)"] {
        assert_eq!(desk.at(1, &format!("submissions record {id} submitted --application {wrong}")).code, 1);
    }
    let plan = desk.at(1, "status").fine();
    assert!(plan.contains("--interactive"), "{plan}");
    let _ = desk.at(1, &format!("submissions record {id} submitted --application A-1")).fine();
    let status = one_line(&desk.at(1, "status").fine());
    assert!(status.contains("approved --product-id <ID>"), "{status}");
    let same = desk.at(
        1,
        &format!("submissions record {id} approved --product-id P-1 --sku-code one-database=c --sku-code whole-system=c"),
    );
    assert!(one_line(&same.failed(1)).contains("skuCode c is given to"));
    let _ = desk.at(1, &format!("submissions record {id} approved --product-id P-WRONG")).fine();
    assert!(
        one_line(&desk.at(1, &format!("submissions record {id} ids")).failed(1)).contains("no id was given")
    );
    let _ = desk.at(1, &format!("submissions record {id} ids --product-id P-1")).fine();
    desk.edit("3200.00", "3400.00");
    let next = desk.hand_over(2);
    let sheet = desk.cli.read(&format!("sheets/intl/quayside-migration-{next}/sheet.md"));
    assert!(sheet.contains("`P-1`") && !sheet.contains("P-WRONG"), "{sheet}");
}

#[test]
fn an_adoption_without_changes_can_be_confirmed() {
    let desk = Desk::new();
    let _ = desk.at(1, "adopt quayside-migration --product-id P-9 --as-defined --by Ann").fine();
    let _ = desk.at(1, "confirm quayside-migration adopted --reason compared --by Ann").fine();
    desk.edit("3200.00", "3400.00");
    let _ = desk.hand_over(2);
}

#[test]
fn a_snapshot_makes_a_catalog_at_the_console() {
    let seller = Desk::released();
    let snapshot = seller.at(3, "export").fine();
    let desk = Desk::new();
    std::fs::remove_dir_all(desk.cli.path("products")).unwrap();
    std::fs::remove_file(desk.cli.path("gallerist.yaml")).unwrap();
    desk.cli.write("snapshot.json", &snapshot);
    let _ = desk.at(4, "import --released snapshot.json --site intl --name acme").fine();
    assert!(desk.cli.read("gallerist.yaml").contains("driver: console"));
    assert!(desk.at(4, "plan").fine().contains("Nothing to do."));
    assert!(desk.cli.run(&["fmt", "--check"]).code == 0, "what is imported is in canonical form");
    let bound = desk.at(4, "adopt quayside-migration --product-id P-1 --as-defined").failed(1);
    assert!(one_line(&bound).contains("is bound to product ID P-1 already"), "{bound}");
}

#[test]
fn a_record_that_cannot_be_written_still_counts_and_says_so() {
    let desk = Desk::new();
    let id = desk.hand_over(1);
    desk.cli.write("released", "a file where a folder should be");
    let _ = desk.at(1, &format!("submissions record {id} submitted --application A-1")).fine();
    let error = desk.at(1, &format!("submissions record {id} approved --product-id P-1")).failed(1);
    assert!(one_line(&error).contains("it is recorded and counts"), "{error}");
    std::fs::remove_file(desk.cli.path("released")).unwrap();
    let _ = desk.at(1, "drift --confirm quayside-migration").fine();
    assert!(desk.released_file().contains("P-1"));
    assert!(desk.at(1, "status").fine().contains("in sync"));
}

#[cfg(unix)]
#[test]
fn sheets_and_records_are_not_written_through_links() {
    let desk = Desk::new();
    let outside = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(outside.path(), desk.cli.path("sheets")).unwrap();
    let run = desk.at(1, "reconcile");
    assert!(one_line(&run.stdout).contains("sheets is a link"), "{}", run.stdout);
    assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[test]
fn a_record_from_the_future_is_refused() {
    let desk = Desk::released();
    let path = "released/intl/quayside-migration.json";
    let future = desk.released_file().replace("\"recordedAt\": \"2026-12-02", "\"recordedAt\": \"2046-12-02");
    desk.cli.write(path, &future);
    assert!(desk.at(3, "plan").failed(1).contains("lies in the future"));
}

#[test]
fn a_checklist_says_public_and_hidden_as_the_sheet_does() {
    let desk = Desk::released();
    let sheet = desk.at(3, "drift --sheet").fine();
    assert!(sheet.contains("**Specification Visibility** (规格隐藏) is **Public** (公开)."), "{sheet}");
    desk.cli.write("gallerist.yaml", &CONFIG.replace("driver: console", "driver: console, language: zh"));
    assert!(
        desk.at(3, "drift --sheet")
            .fine()
            .contains("**规格隐藏** (Specification Visibility)为**公开** (Public)")
    );
}
