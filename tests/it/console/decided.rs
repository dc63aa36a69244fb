//! What a person decides counts once, and for what it was about: drift, steps by hand, sheets in doubt.

use super::record::{CONFIG, Desk, one_line};

/// Somebody changed the price of the first specification in the console.
fn drifted() -> Desk {
    let desk = Desk::released();
    let found = desk.released_file().replace("3200.00", "3150.00");
    desk.cli.write("released/intl/quayside-migration.json", &found);
    let _ = desk.at(3, "drift --confirm quayside-migration").fine();
    assert!(desk.at(3, "status").fine().contains("drifted"));
    desk
}

#[test]
fn what_was_accepted_can_be_changed_back_later() {
    let desk = drifted();
    let _ = desk.at(3, "drift --accept quayside-migration").fine();
    assert!(desk.at(3, "status").fine().contains("in sync"));
    desk.edit("3150.00", "3200.00");
    let _ = desk.hand_over(4);
}

#[test]
fn the_definition_counts_when_somebody_says_so() {
    let desk = drifted();
    assert!(!desk.at(3, "reconcile").stdout.contains("to be entered"), "nobody decided yet");
    let plan = one_line(&desk.at(3, "plan").stdout);
    assert!(plan.contains("`--accept`") && plan.contains("`--revert`"), "{plan}");
    let said = one_line(&desk.at(3, "drift --revert quayside-migration").fine());
    assert!(said.contains("The definition of `quayside-migration` counts"), "{said}");
    let id = desk.hand_over(3);
    let sheet = desk.cli.read(&format!("sheets/intl/quayside-migration-{id}/sheet.md"));
    assert!(sheet.contains("3150.00") && sheet.contains("3200.00"), "{sheet}");
    let _ = desk.at(4, &format!("submissions record {id} approved --application A-2")).fine();
    assert!(desk.at(4, "status").fine().contains("in sync"));
    let said = one_line(&desk.at(4, "drift --revert quayside-migration").fine());
    assert!(said.contains("Nobody else changed anything"), "{said}");
}

#[test]
fn what_is_written_by_hand_is_decided_when_it_is_accepted() {
    let desk = Desk::released();
    let found = desk.released_file().replace("Two engineers move your databases to the cloud. They", "They");
    desk.cli.write("released/intl/quayside-migration.json", &found);
    let _ = desk.at(3, "drift --confirm quayside-migration").fine();
    let said = one_line(&desk.at(3, "drift --accept quayside-migration").fine());
    assert!(said.contains("To be written by hand") && said.contains("run this again"), "{said}");
    let path = "products/quayside-migration/description.md";
    let first = desk.cli.read(path);
    desk.cli.write(path, &first.replace("Two engineers move your databases to the cloud. They", "They"));
    assert!(desk.at(3, "status").fine().contains("in sync"));
    let said = one_line(&desk.at(3, "drift --accept quayside-migration").fine());
    assert!(said.contains("start from what is on sale now"), "{said}");
    let said = one_line(&desk.at(3, "drift --accept quayside-migration").fine());
    assert!(said.contains("Nobody else changed anything"), "{said}");
    desk.cli.write(path, &first);
    let _ = desk.hand_over(4);
}

/// The only step by hand of a plan.
fn step_of(desk: &Desk, day: u32) -> String {
    let plan = one_line(&desk.at(day, "plan").stdout);
    let id = plan.split("[m-").nth(1).unwrap_or_else(|| panic!("no step by hand: {plan}"));
    format!("m-{}", id.split(']').next().unwrap())
}

#[test]
fn a_confirmation_of_a_step_ends_with_the_next_about_the_same_thing() {
    let desk = Desk::released();
    let (mut before, mut seen) =
        ("    public: true\n    prices:\n      one-time: {USD: \"3200.00\"}".to_owned(), Vec::new());
    for (day, limit) in [(3, "5"), (4, "6"), (5, "5"), (6, "null")] {
        let after = format!(
            "    public: true\n    purchaseLimit: {limit}\n    prices:\n      one-time: {{USD: \"3200.00\"}}"
        );
        desk.edit(&before, &after);
        before = after;
        let step = step_of(&desk, day);
        let _ = desk.at(day, &format!("confirm quayside-migration {step} --note done --by Ann")).fine();
        assert!(desk.at(day, "status").fine().contains("in sync"), "{limit}");
        seen.push(step);
    }
    assert_eq!(seen[0], seen[2], "the same wish is the same step");
}

#[test]
fn a_step_that_waits_cannot_be_confirmed_yet() {
    let desk = Desk::new();
    desk.edit(
        "    public: true\n    prices:\n      one-time: {USD: \"3200.00\"}",
        "    public: true\n    purchaseLimit: 5\n    prices:\n      one-time: {USD: \"3200.00\"}",
    );
    let step = step_of(&desk, 1);
    let error = one_line(&desk.at(1, &format!("confirm quayside-migration {step} --note done")).failed(1));
    assert!(error.contains("cannot be done yet: it waits for the product's release"), "{error}");
}

#[test]
fn nothing_is_confirmed_about_a_sheet() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let id = desk.hand_over(3);
    desk.edit("3400.00", "3200.00");
    let plan = desk.at(3, "plan").stdout;
    assert!(!plan.contains("[w-"), "{plan}");
    let error = one_line(&desk.at(3, &format!("confirm quayside-migration w-{id} --note done")).failed(1));
    assert!(error.contains(&format!("submissions record {id} not-entered")), "{error}");
}

#[test]
fn what_is_in_doubt_is_not_called_in_review() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let id = desk.hand_over(3);
    desk.forget_the_hand_over();
    for command in ["status", "plan"] {
        let said = one_line(&desk.at(3, command).fine());
        assert!(said.contains("in doubt") && !said.contains("in review"), "{said}");
        assert!(said.contains(&format!("gallerist submissions record {id} not-entered")), "{said}");
    }
    desk.edit("3400.00", "3200.00");
    let plan = one_line(&desk.at(3, "plan").fine());
    assert!(plan.contains(&format!("do not enter the change sheet of {id}")), "{plan}");
    let _ = desk.at(3, &format!("submissions record {id} not-entered")).fine();
    assert!(desk.at(3, "status").fine().contains("in sync"));
}

#[test]
fn a_record_that_is_too_old_names_the_way_out() {
    let desk = Desk::released();
    desk.cli.write("gallerist.yaml", &format!("{CONFIG}guards:\n  recordedDays: 10\n"));
    desk.edit("3200.00", "3400.00");
    for command in ["plan", "status", "reconcile"] {
        let said = one_line(&desk.at(20, command).stdout);
        assert!(said.contains("gallerist drift --sheet quayside-migration"), "{command}: {said}");
    }
}

#[test]
fn a_check_of_what_was_handed_over_does_not_block_it_any_more() {
    let desk = Desk::released();
    desk.cli.write("gallerist.yaml", &format!("{CONFIG}rules: {{pictures-unchecked: error}}\n"));
    let other = crate::tree::root().join("examples/01-first-image/products/harbour-backup/logo.png");
    std::fs::copy(other, desk.cli.path("products/quayside-migration/logo.png")).unwrap();
    desk.edit("publicSales: true\n", "publicSales: true\nsalesRegions: [Singapore]\n");
    let plan = one_line(&desk.at(3, "plan").stdout);
    let check =
        plan.split("gallerist confirm quayside-migration ").nth(1).unwrap().split(" --").next().unwrap();
    let _ = desk.at(3, &format!("confirm quayside-migration {check} --reason looked --expires 2d")).fine();
    let id = desk.hand_over(3);
    let status = one_line(&desk.at(7, "status").fine());
    assert!(status.contains("handed over") && !status.contains("blocked"), "{status}");
    let _ = desk.at(7, &format!("submissions record {id} submitted --application A-2")).fine();
    let status = one_line(&desk.at(7, "status").fine());
    assert!(status.contains("in review") && status.contains("verdict expected by"), "{status}");
}

#[test]
fn a_product_that_is_left_alone_has_its_sheet_thrown_away_and_its_verdict_awaited() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let id = desk.hand_over(3);
    let _ = desk.at(3, "unmanage quayside-migration --reason \"sold by a partner\"").fine();
    let plan = one_line(&desk.at(3, "plan").fine());
    assert!(plan.contains(&format!("do not enter the change sheet of {id}")), "{plan}");
    let printed = one_line(&desk.at(3, &format!("submissions sheet {id}")).stderr);
    assert!(printed.contains("do not enter this sheet"), "{printed}");
    let _ = desk.at(3, &format!("submissions record {id} submitted --application A-2")).fine();
    let plan = one_line(&desk.at(3, "plan").fine());
    assert!(plan.contains("in review since 2026-12-03"), "it was entered all the same: {plan}");
    let _ = desk.at(4, &format!("submissions record {id} approved")).fine();
    assert!(one_line(&desk.at(4, "plan").fine()).contains("Not managed"));
}

#[test]
fn a_second_run_that_is_killed_is_in_doubt_as_the_first_would_be() {
    for became in ["not-entered", "submitted --application A-2"] {
        let desk = Desk::released();
        desk.edit("3200.00", "3400.00");
        let id = desk.hand_over(3);
        let _ = desk
            .at(3, &format!("submissions record {id} refused --technical --reason \"does not load\""))
            .fine();
        assert_eq!(desk.hand_over(4), id);
        desk.forget_the_hand_over();
        assert!(one_line(&desk.at(4, "status").fine()).contains("in doubt"));
        let _ = desk.at(4, &format!("submissions record {id} {became}")).fine();
    }
}

#[test]
fn what_was_never_submitted_is_not_withdrawn() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let id = desk.hand_over(3);
    let withdraw = format!("submissions withdraw {id}");
    let error = one_line(&desk.at(3, &withdraw).failed(1));
    assert!(error.contains(&format!("gallerist submissions record {id} not-entered")), "{error}");
    let _ = desk.at(3, &format!("submissions record {id} submitted --application A-2")).fine();
    let error = one_line(&desk.at(3, &withdraw).failed(1));
    assert!(error.contains(&format!("gallerist submissions record {id} withdrawn")), "{error}");
}

#[test]
fn a_claim_at_the_console_says_what_to_do_instead() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let _ = desk.hand_over(3);
    let error = one_line(&desk.at(3, "claim A-77 quayside-migration").failed(1));
    assert!(
        error.contains("nobody can ask the console") && error.contains("gallerist drift --sheet"),
        "{error}"
    );
}

#[test]
fn a_reason_that_is_read_later_is_recorded_later() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let id = desk.hand_over(3);
    let _ = desk.at(4, &format!("submissions record {id} rejected --application A-2")).fine();
    assert!(one_line(&desk.at(4, "status").fine()).contains("reason is not known"));
    let reason = format!("submissions record {id} rejected --reason \"explain the price\"");
    let _ = desk.at(5, &reason).fine();
    for command in ["status".to_owned(), format!("submissions show {id}")] {
        assert!(one_line(&desk.at(5, &command).fine()).contains("explain the price"), "{command}");
    }
    assert!(one_line(&desk.at(5, &reason).failed(1)).contains("it is rejected already"));
}

#[test]
fn a_record_in_a_merge_conflict_says_how_to_end_it() {
    let desk = Desk::released();
    let file = desk.released_file();
    let conflict = file.replacen("  \"recordedAt\"", "<<<<<<< ours\n  \"recordedAt\"", 1);
    desk.cli.write("released/intl/quayside-migration.json", &conflict);
    let error = one_line(&desk.at(3, "plan").failed(1));
    assert!(
        error.contains("it holds a merge conflict") && error.contains("take either side whole"),
        "{error}"
    );
}

#[test]
fn what_is_not_decided_stays_drift_although_a_specification_was_renamed() {
    let desk = Desk::of("02-first-saas");
    let id = desk.hand_over(1);
    let _ =
        desk.at(1, &format!("submissions record {id} approved --application A-1 --product-id P-1")).fine();
    let (file, path) = ("released/intl/tidewater-crm.json", "products/tidewater-crm/product.yaml");
    // Somebody changed a text that stands in a file of its own, which a person has to write, and a price.
    let text = desk.cli.read(file);
    assert!(text.contains("Tidewater CRM keeps contacts"), "{text}");
    let text = text.replacen("Tidewater CRM keeps contacts", "Tidewater CRM keeps people", 1);
    let text = text.replace("\"flat\": \"", "\"flat\":\"");
    let price = text.split("\"flat\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    desk.cli.write(file, &text.replacen(&price, "95.00", 1));
    let _ = desk.at(2, "drift --confirm tidewater-crm").fine();
    let product = desk.cli.read(path);
    assert!(product.contains("key: starter\n"), "{product}");
    desk.cli.write(path, &product.replace("key: starter\n", "key: basic\n    formerly: [starter]\n"));
    let said = one_line(&desk.at(2, "drift --accept tidewater-crm").fine());
    assert!(said.contains("Accepted") && said.contains("To be written by hand"), "{said}");
    let drift = one_line(&desk.at(2, "drift").fine());
    assert!(drift.contains("description") && drift.contains("drifted"), "{drift}");
}

#[test]
fn a_specification_may_be_renamed_again_and_again() {
    let desk = Desk::released();
    let mut price = 3200;
    let mut rename = |from: &str, to: &str, day: u32| {
        desk.edit(from, to);
        desk.edit(&format!("{price}.00"), &format!("{}.00", price + 1));
        price += 1;
        let id = desk.hand_over(day);
        let _ = desk.at(day, &format!("submissions record {id} approved --application A-{day}")).fine();
        assert!(desk.at(day, "status").fine().contains("in sync"), "{to}");
    };
    rename("key: one-database\n", "key: single-db\n    formerly: [one-database]\n", 3);
    rename(
        "key: single-db\n    formerly: [one-database]\n",
        "key: solo-db\n    formerly: [one-database, single-db]\n",
        4,
    );
}

#[test]
fn a_sandbox_does_not_forget_what_a_console_knows() {
    let desk = Desk::released();
    let ledger = std::fs::read(desk.cli.path(".gallerist/ledger.db")).unwrap();
    desk.cli.write("gallerist.yaml", &CONFIG.replace("    marketplace: {driver: console}\n", ""));
    let error = one_line(&desk.at(3, "sandbox reset").failed(1));
    assert!(error.contains("its ledger is about the Seller Console"), "{error}");
    assert_eq!(std::fs::read(desk.cli.path(".gallerist/ledger.db")).unwrap(), ledger);
}

#[test]
fn an_asset_that_was_changed_and_is_wanted_back_is_changed_back() {
    let desk = Desk::of("01-first-image");
    let id = desk.hand_over(1);
    let _ =
        desk.at(1, &format!("submissions record {id} approved --application A-1 --product-id P-1")).fine();
    let path = "products/harbour-backup/product.yaml";
    let first = desk.cli.read(path);
    let other = first.replace("  asset: img-harbour-backup\n", "  asset: img-harbour-backup-33\n");
    assert_ne!(first, other);
    let confirmed = |day: u32, product: &str| {
        desk.cli.write(path, product);
        let step = step_of(&desk, day);
        let _ = desk.at(day, &format!("confirm harbour-backup {step} --note approved --by Ann")).fine();
        assert!(desk.at(day, "status").fine().contains("in sync"));
    };
    confirmed(2, &other);
    // A change of something else is approved: that says nothing about the asset.
    desk.cli.write(path, &other.replace("V3.2", "V3.3"));
    let id = desk.hand_over(3);
    let _ = desk.at(3, &format!("submissions record {id} approved --application A-2")).fine();
    assert!(desk.at(3, "status").fine().contains("in sync"));
    confirmed(4, &first.replace("V3.2", "V3.3"));
}

#[test]
fn a_status_tells_what_stands_in_the_way_of_what_follows() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let id = desk.hand_over(3);
    let _ = desk.at(3, &format!("submissions record {id} submitted --application A-2")).fine();
    let found = desk.released_file().replace("11800.00", "12000.00");
    desk.cli.write("released/intl/quayside-migration.json", &found);
    let _ = desk.at(3, "drift --confirm quayside-migration").fine();
    for command in ["status", "plan"] {
        let said = desk.at(3, &format!("{command} --exit-code detailed"));
        assert_eq!(said.code, 6, "{command}: {}", said.stdout);
        assert!(one_line(&said.stdout).contains("in review"), "{}", said.stdout);
    }
    let status = one_line(&desk.at(3, "status").fine());
    assert!(status.contains("somebody else changed price of whole-system"), "{status}");
}

#[test]
fn what_is_tried_again_by_itself_is_waited_for() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let id = desk.hand_over(3);
    let refuse = |technical: &str| {
        let _ = desk
            .at(3, &format!("submissions record {id} refused{technical} --reason \"does not load\""))
            .fine();
        ["plan", "status"].map(|command| desk.at(3, &format!("{command} --exit-code detailed")).code)
    };
    assert_eq!(refuse(" --technical"), [4, 4]);
    assert_eq!(desk.hand_over(4), id);
    assert_eq!(refuse(""), [3, 3], "what is refused for good is held");
}

#[test]
fn what_was_withdrawn_in_the_console_is_not_handed_over_again_until_somebody_says_so() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let id = desk.hand_over(3);
    let recorded = desk.at(4, &format!("submissions record {id} withdrawn --application A-2")).fine();
    assert!(
        one_line(&recorded).contains("was withdrawn; it stays back until something changes"),
        "{recorded}"
    );
    for day in [4, 5] {
        let said = one_line(&desk.at(day, "reconcile").fine());
        assert!(said.contains("somebody took it back; the same is not submitted again by itself"), "{said}");
        assert!(said.contains(&format!("Next: gallerist submissions retry {id}")), "{said}");
        assert!(said.ends_with("1 product: 1 waiting."), "{said}");
    }
    assert!(desk.at(5, "status").fine().contains("taken back"));
    let _ = desk.at(5, &format!("submissions retry {id}")).fine();
    assert_ne!(desk.hand_over(5), id, "it is the next attempt");
}
