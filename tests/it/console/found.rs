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
    let said = one_line(&run.stdout);
    assert!(
        said.contains("sheets is a link")
            && said.ends_with("Next: gallerist reconcile 1 product: 1 not done."),
        "{said}"
    );
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

#[test]
fn what_is_no_longer_wanted_is_withdrawn_by_a_person() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let id = desk.hand_over(3);
    let _ = desk.at(3, &format!("submissions record {id} submitted --application A-2")).fine();
    desk.edit("3400.00", "3200.00");
    let plan = one_line(&desk.at(4, "plan").fine());
    assert!(plan.contains("withdraw application A-2 in My Applications"), "{plan}");
    assert!(plan.contains(&format!("gallerist submissions record {id} withdrawn")), "{plan}");
    let run = one_line(&desk.at(4, "reconcile").stdout);
    assert!(!run.contains("refused"), "a run leaves it to the person: {run}");
    assert!(one_line(&desk.at(4, "status").fine()).contains("unwanted in review"));
    let _ = desk.at(4, &format!("submissions record {id} withdrawn")).fine();
    assert!(desk.at(4, "status").fine().contains("in sync"));
}

#[test]
fn a_sheet_that_was_not_entered_stays_thrown_away() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let first = desk.hand_over(3);
    let _ = desk.at(3, &format!("submissions record {first} not-entered")).fine();
    let said = |arguments: &str| one_line(&desk.at(4, arguments).failed(1));
    assert!(said(&format!("submissions record {first} --interactive")).contains("it must not be entered"));
    assert!(
        said(&format!("submissions record {first} refused --reason no")).contains("recorded as not entered")
    );
    assert!(said(&format!("submissions record {first} not-entered")).contains("recorded as not entered"));
    assert!(desk.at(4, &format!("submissions sheet {first}")).stderr.contains("do not enter this sheet"));
    // Another sheet has its place now: that the first was entered all the same cannot be true of both.
    desk.edit("3400.00", "3500.00");
    let second = desk.hand_over(4);
    let late = format!("submissions record {first} submitted --application A-2");
    let refused = said(&late);
    assert!(refused.contains(&format!("{second} holds the product now")), "{refused}");
    let free = format!("gallerist submissions record {second} not-entered");
    assert!(refused.contains(&free), "{refused}");
    let _ = desk.at(4, free.trim_start_matches("gallerist ")).fine();
    let _ = desk.at(5, &late).fine();
    let plan = one_line(&desk.at(5, "plan").fine());
    assert!(plan.contains("1. modify: in review since 2026-12-05"), "{plan}");
}

#[test]
fn a_sheet_nobody_wants_any_more_is_not_walked_through() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let id = desk.hand_over(3);
    let walk = |desk: &Desk| {
        let arguments = ["submissions", "record", &id, "--interactive", "--now", "2026-12-03T10:00:00Z"];
        desk.cli.run_with_input(&arguments, "q\n")
    };
    let _ = walk(&desk).fine();
    desk.edit("3400.00", "3200.00");
    let error = one_line(&walk(&desk).failed(1));
    assert!(error.contains("asks for what is no longer wanted: it must not be entered"), "{error}");
}

#[test]
fn a_renamed_product_is_recorded_once_and_listed_under_its_new_name() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let id = desk.hand_over(3);
    let _ = desk.at(3, &format!("submissions record {id} submitted --application A-2")).fine();
    let old = desk.cli.path("products/quayside-migration");
    std::fs::rename(old, desk.cli.path("products/quayside-move")).unwrap();
    let path = "products/quayside-move/product.yaml";
    let text = desk.cli.read(path);
    let renamed =
        text.replace("key: quayside-migration\n", "key: quayside-move\nformerly: [quayside-migration]\n");
    desk.cli.write(path, &renamed);
    let listed = desk.at(3, "submissions list").fine();
    assert!(one_line(&listed).contains(&format!("{id} in review quayside-move, modify")), "{listed}");
    let former = desk.released_file();
    let _ = desk.at(4, &format!("submissions record {id} approved")).fine();
    let files: Vec<String> = std::fs::read_dir(desk.cli.path("released/intl"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(files, ["quayside-move.json"]);
    assert!(desk.at(4, "status").fine().contains("in sync"));
    // Merging a branch may bring the older file back: what is recorded under the key of today counts.
    desk.cli.write("released/intl/quayside-migration.json", &former);
    assert!(desk.at(4, "status").fine().contains("in sync"));
    // A copy under a key of its own is another product on sale with the same ID, and that cannot be.
    let copy = desk.cli.read("released/intl/quayside-move.json").replace("\"quayside-move\"", "\"other\"");
    std::fs::remove_file(desk.cli.path("released/intl/quayside-migration.json")).unwrap();
    desk.cli.write("released/intl/other.json", &copy);
    let error = one_line(&desk.at(4, "plan").failed(1));
    assert!(error.contains("are both recorded as released with product ID P-1"), "{error}");
}

#[test]
fn a_sheet_that_reads_otherwise_than_the_one_handed_over_says_so() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let id = desk.hand_over(3);
    let sheet = format!("submissions sheet {id}");
    assert!(!desk.at(3, &sheet).stderr.contains("reads otherwise"));
    desk.cli.write("gallerist.yaml", &CONFIG.replace("driver: console", "driver: console, language: zh"));
    let printed = desk.at(3, &sheet);
    assert!(
        one_line(&printed.stderr).contains("The sheet that was handed over reads otherwise"),
        "{}",
        printed.stderr
    );
    assert!(printed.stdout.starts_with("# 修改商品"), "{}", printed.stdout);
    let arguments = ["submissions", "record", &id, "--interactive", "--now", "2026-12-03T10:00:00Z"];
    let walked = desk.cli.run_with_input(&arguments, "q\n").fine();
    assert!(walked.contains("控制台拒绝") && !walked.contains("stop:"), "{walked}");
}

#[test]
fn edits_of_the_tool_know_the_attribute_library() {
    let desk = Desk::of("06-first-hardware");
    let path = "products/saltmarsh-sensor/product.yaml";
    let text = desk.cli.read(path);
    let from = "{name: Radio, values: {lora: LoRa, cellular: Cellular}}";
    assert!(text.contains(from), "{text}");
    desk.cli.write(path, &text.replace(from, "{}"));
    let id = desk.hand_over(1);
    let _ =
        desk.at(1, &format!("submissions record {id} approved --application A-1 --product-id P-1")).fine();
    let file = "released/intl/saltmarsh-sensor.json";
    desk.cli.write(file, &desk.cli.read(file).replace("129.00", "125.00"));
    let _ = desk.at(2, "drift --confirm saltmarsh-sensor").fine();
    // One unknown name among several: nothing is written at all.
    let before = desk.cli.read(path);
    let _ = desk.at(2, "drift --accept saltmarsh-sensor no-such").failed(1);
    assert_eq!(desk.cli.read(path), before);
    let said = one_line(&desk.at(2, "drift --accept saltmarsh-sensor").fine());
    assert!(said.contains("Accepted for `saltmarsh-sensor`"), "{said}");
    assert_eq!(desk.cli.read(path), before.replace("129.00", "125.00"));
    let before = desk.cli.read(path);
    let _ = desk.at(2, "unmanage saltmarsh-sensor --reason \"sold by a partner\"").fine();
    assert!(desk.cli.read(path).contains("unmanage:"));
    desk.cli.write(path, &before);
    let _ = desk.at(2, "retire saltmarsh-sensor --reason \"no more sensors\"").fine();
    assert!(desk.cli.read(path).contains("retire:"));
}

#[test]
fn a_retired_sku_is_remembered_when_its_specification_is_renamed() {
    for code in ["", " --sku-code sensor/cable=long,radio=lora=c-9"] {
        let desk = Desk::of("06-first-hardware");
        let path = "products/saltmarsh-sensor/product.yaml";
        let approved = |id: &str, day: u32, rest: &str| {
            let _ = desk
                .at(day, &format!("submissions record {id} approved --application A-{day}{rest} --by Ann"))
                .fine();
            assert!(desk.at(day, "status").fine().contains("in sync"));
        };
        approved(&desk.hand_over(1), 1, &format!(" --product-id P-1{code}"));
        let whole = desk.cli.read(path);
        let sku =
            "      - values: {radio: lora, cable: long}\n        prices: {quantity: {USD: \"149.00\"}}\n";
        assert!(whole.contains(sku), "{whole}");
        let retired = sku.trim_end().to_owned() + "\n        retire: {reason: nobody buys it}\n";
        desk.cli.write(path, &whole.replace(sku, &retired));
        let plan = one_line(&desk.at(2, "plan").stdout);
        let operation = plan.split("gallerist approve ").nth(1).unwrap().split(' ').next().unwrap();
        let _ = desk.at(2, &format!("approve {operation} --reason \"nobody buys it\" --by Bob")).fine();
        approved(&desk.hand_over(2), 2, "");
        // The tombstone stays; the specification gets another key, and a price changes with it.
        let text = desk.cli.read(path);
        let renamed = text.replace("key: sensor\n", "key: probe\n    formerly: [sensor]\n");
        desk.cli.write(path, &renamed.replace("169.00", "170.00"));
        approved(&desk.hand_over(3), 3, "");
        let text = desk.cli.read(path);
        desk.cli.write(path, &text.replace("\n        retire: {reason: nobody buys it}", ""));
        let plan = one_line(&desk.at(4, "plan").stdout);
        assert!(plan.contains("is off the catalog and cannot come back"), "{code}: {plan}");
    }
}

#[test]
fn of_files_with_one_name_the_sheet_says_which_is_which() {
    let desk = Desk::new();
    let product = desk.cli.path("products/quayside-migration");
    std::fs::create_dir(product.join("more")).unwrap();
    let first = std::fs::read(product.join("request.xlsx")).unwrap();
    let second: Vec<u8> = first.iter().copied().chain(*b"more").collect();
    std::fs::write(product.join("more/Request.xlsx"), &second).unwrap();
    desk.edit("requestTemplates: [request.xlsx]", "requestTemplates: [request.xlsx, more/Request.xlsx]");
    let id = desk.hand_over(1);
    let folder = format!("sheets/intl/quayside-migration-{id}");
    let (markdown, page) =
        (desk.cli.read(&format!("{folder}/sheet.md")), desk.cli.read(&format!("{folder}/sheet.html")));
    for (name, bytes) in [("request.xlsx", first), ("Request.xlsx", second)] {
        let digest = blake3::hash(&bytes).to_hex();
        let stored = format!("files/{}-{name}", &digest[..8]);
        assert!(markdown.contains(&format!("`{name}`, beside this sheet as `{stored}`, ")), "{markdown}");
        assert!(page.contains(&stored), "{stored}");
        assert_eq!(std::fs::read(desk.cli.path(&format!("{folder}/{stored}"))).unwrap(), bytes);
    }
}

#[test]
fn what_a_person_answers_is_looked_at_like_what_is_on_the_command_line() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let id = desk.hand_over(3);
    let walk = |input: &str| {
        let arguments = ["submissions", "record", &id, "--interactive", "--now", "2026-12-03T10:00:00Z"];
        desk.cli.run_with_input(&arguments, input)
    };
    let said = walk("r\n...\n\n").fine();
    assert!(said.contains("say why, in a few words"), "{said}");
    let steps =
        desk.cli.read(&format!("sheets/intl/quayside-migration-{id}/sheet.md")).matches("- [ ] ").count();
    let said = walk(&format!("{}A 77\nA-77\n", "\n".repeat(steps))).fine();
    assert!(said.contains("an id has no spaces"), "{said}");
    assert!(desk.at(3, &format!("submissions show {id}")).fine().contains("taken for review as A-77"));
    for command in [format!("submissions sheet {id}"), "drift --sheet".to_owned()] {
        let error = one_line(&desk.at(3, &format!("{command} --format json")).failed(1));
        assert!(error.contains("is for people and has no JSON form"), "{error}");
    }
}

#[test]
fn an_approval_keeps_what_was_written_down_besides() {
    let desk = Desk::released();
    let found = desk.released_file().replace("11800.00", "12000.00");
    desk.cli.write("released/intl/quayside-migration.json", &found);
    let _ = desk.at(3, "drift --confirm quayside-migration").fine();
    desk.edit("3200.00", "3400.00");
    let id = desk.hand_over(3);
    let _ = desk.at(4, &format!("submissions record {id} approved --application A-2")).fine();
    let file = desk.released_file();
    assert!(file.contains("3400.00") && file.contains("12000.00"), "{file}");
    let drift = one_line(&desk.at(4, "drift").fine());
    assert!(drift.contains("11800.00 -> 12000.00"), "nobody decided about it yet: {drift}");
}

#[test]
fn a_late_approval_takes_nothing_back_that_was_approved_since() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let first = desk.hand_over(3);
    let _ = desk.at(3, &format!("submissions record {first} not-entered")).fine();
    desk.edit("3400.00", "3200.00");
    desk.edit("11800.00", "11900.00");
    let _ = carry(&desk, 4, "A-3");
    let _ = desk.at(5, &format!("submissions record {first} submitted --application A-2")).fine();
    let _ = desk.at(5, &format!("submissions record {first} approved")).fine();
    let file = desk.released_file();
    assert!(file.contains("3400.00") && file.contains("11900.00"), "{file}");
}

#[test]
fn a_field_that_is_first_written_after_the_release_is_a_change() {
    let desk = Desk::released();
    desk.edit("publicSales: true\n", "publicSales: true\ntags: [Kunpeng]\n");
    let plan = one_line(&desk.at(3, "plan").stdout);
    assert!(plan.contains("Product Tag") && plan.contains("tag-certificate-unchecked"), "{plan}");
    desk.edit("tags: [Kunpeng]", "tags: [databases]");
    let id = desk.hand_over(3);
    let sheet = desk.cli.read(&format!("sheets/intl/quayside-migration-{id}/sheet.md"));
    assert!(sheet.contains("Product Tag") && sheet.contains("databases"), "{sheet}");
    let _ = desk.at(3, &format!("submissions record {id} approved --application A-2")).fine();
    assert!(desk.at(3, "status").fine().contains("in sync"));
}
