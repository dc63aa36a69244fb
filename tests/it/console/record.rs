//! Recording what became of a submission: what fits, what is refused, what the next run makes of it.

use crate::cli_runner::{Cli, Ended};
use gallerist::ledger::{EventKind, Ledger, LedgerView};
use gallerist::model::Key;
use gallerist::stores::SqliteLedger;
use gallerist::submission::Scope;

/// A catalog with one product at the console, in git.
pub(super) struct Desk {
    pub(super) cli: Cli,
}

pub(super) const CONFIG: &str = "\
apiVersion: gallerist/v1
kind: Catalog
name: acme
targets:
  intl:
    site: intl
    account: acme-main
    marketplace: {driver: console}
    preflight: {required: false}
";

impl Desk {
    pub(super) fn new() -> Self {
        Self::of("07-price-change")
    }

    /// The catalog of an example, at the console.
    pub(super) fn of(example: &str) -> Self {
        let desk = Self { cli: Cli::new() };
        let example = crate::tree::root().join("examples").join(example);
        crate::examples::copy(&example, &desk.cli.folder()).unwrap();
        desk.cli.write("gallerist.yaml", CONFIG);
        desk
    }

    pub(super) fn at(&self, day: u32, arguments: &str) -> Ended {
        let now = format!("2026-12-{day:02}T09:00:00Z");
        let mut words: Vec<String> = Vec::new();
        for (position, part) in arguments.split('"').enumerate() {
            match position % 2 {
                0 => words.extend(part.split_whitespace().map(str::to_owned)),
                _ => words.push(part.to_owned()),
            }
        }
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        words.extend(["--now", &now]);
        self.cli.run(&words)
    }

    /// Hands over what is to be done; the submission's id.
    pub(super) fn hand_over(&self, day: u32) -> String {
        let said = self.at(day, "reconcile").fine();
        assert!(one_line(&said).contains("to be entered in the console"), "{said}");
        self.newest(day)
    }

    pub(super) fn newest(&self, day: u32) -> String {
        let listed = self.at(day, "submissions list").fine();
        listed.split_whitespace().next().unwrap().to_owned()
    }

    /// Released, with everything recorded.
    pub(super) fn released() -> Self {
        let desk = Self::new();
        let id = desk.hand_over(1);
        let _ = desk.at(1, &format!("submissions record {id} submitted --application A-1 --by Ann")).fine();
        let _ = desk.at(2, &format!("submissions record {id} approved --product-id P-1 --by Ann")).fine();
        assert!(desk.at(2, "status").fine().contains("in sync"));
        desk
    }

    pub(super) fn edit(&self, from: &str, to: &str) {
        let path = "products/quayside-migration/product.yaml";
        let text = self.cli.read(path);
        assert!(text.contains(from), "{text}");
        self.cli.write(path, &text.replace(from, to));
    }

    /// The ledger as if the last run had been killed before it could say that its sheet was handed over.
    pub(super) fn forget_the_hand_over(&self) {
        let path = camino::Utf8PathBuf::from_path_buf(self.cli.path(".gallerist/ledger.db")).unwrap();
        let scope = Scope { catalog: Key::new("acme").unwrap(), target: Key::new("intl").unwrap() };
        let events = SqliteLedger::open(&path).unwrap().events(&scope).unwrap();
        std::fs::remove_file(&path).unwrap();
        let mut ledger = SqliteLedger::open(&path).unwrap();
        for event in &events[..events.len() - 1] {
            ledger.append(&scope, event.at, &event.product, &event.kind).unwrap();
        }
        assert!(matches!(events.last().unwrap().kind, EventKind::HandedOver { .. }));
    }

    pub(super) fn released_file(&self) -> String {
        self.cli.read("released/intl/quayside-migration.json")
    }
}

/// The words without the line ends that the width of a terminal puts between them.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_does_not_fit_is_refused_with_what_is_missing() {
    let desk = Desk::new();
    let id = desk.hand_over(1);
    let said = |arguments: &str| desk.at(1, &format!("submissions record {id} {arguments}")).failed(1);
    assert!(said("submitted").contains("add `--application ID`"));
    assert!(said("approved --product-id P-1").contains("nobody recorded that it was submitted"));
    assert!(said("refused").contains("add `--reason TEXT`"));
    assert!(said("withdrawn").contains("nobody recorded that it was submitted"));
    assert!(said("ids --sku-code starter=1").contains("not approved"));
    let _ = desk.at(1, &format!("submissions record {id} submitted --application A-1")).fine();
    let _ = desk.at(1, &format!("submissions record {id} submitted --application A-1")).fine();
    assert!(said("submitted --application A-2").contains("recorded as application A-1 already"));
    assert!(said("not-entered").contains("it was recorded as submitted"));
    assert!(said("approved").contains("add `--product-id ID`"));
    assert!(
        said("approved --product-id P-1 --application A-9").contains("recorded as application A-1, not A-9")
    );
    assert!(
        said("approved --product-id P-1 --sku-code no-such=1").contains("it has no specification `no-such`")
    );
    let _ = desk.at(1, &format!("submissions record {id} approved --product-id P-1")).fine();
    assert!(said("rejected").contains("it is approved already"));
    assert!(desk.at(1, "status").fine().contains("in sync"));
}

#[test]
fn a_sheet_on_somebodys_desk_holds_the_product_until_it_was_not_entered() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let id = desk.hand_over(3);
    // Another price now: the sheet is out, so nothing new is handed over, and nobody is sent to enter the old one.
    desk.edit("3400.00", "3500.00");
    let said = desk.at(4, "reconcile").fine();
    assert!(one_line(&said).contains("do not enter the change sheet"), "{said}");
    assert_eq!(desk.newest(4), id);
    // Back to what is on sale: the sheet must not be entered any more.
    desk.edit("3500.00", "3200.00");
    let plan = desk.at(4, "plan").fine();
    assert!(
        one_line(&plan).contains("unwanted in review")
            && one_line(&plan).contains("do not enter the change sheet"),
        "{plan}"
    );
    assert!(one_line(&plan).contains(&format!("gallerist submissions record {id} not-entered")), "{plan}");
    let _ = desk.at(4, &format!("submissions record {id} not-entered")).fine();
    assert!(desk.at(4, "status").fine().contains("in sync"));
    // Wanted again: the same submission is handed over again, under its own id.
    desk.edit("3200.00", "3400.00");
    assert_eq!(desk.hand_over(5), id);
}

#[test]
fn refusals_and_verdicts_lead_to_what_the_sandbox_leads_to() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let id = desk.hand_over(3);
    let _ = desk
        .at(3, &format!("submissions record {id} refused --technical --reason \"the page does not load\""))
        .fine();
    assert!(one_line(&desk.at(3, "plan").stdout).contains("another try from"), "a disturbance passes");
    assert_eq!(desk.hand_over(4), id);
    let _ =
        desk.at(4, &format!("submissions record {id} refused --reason \"price has too many digits\"")).fine();
    let plan = desk.at(4, "plan");
    assert_eq!(plan.code, 3, "{}", plan.stdout);
    assert!(one_line(&plan.stdout).contains("price has too many digits"), "{}", plan.stdout);
    let _ = desk.at(4, &format!("submissions retry {id}")).fine();
    assert_eq!(desk.hand_over(5), id);
    let _ = desk.at(5, &format!("submissions record {id} submitted --application A-2")).fine();
    let status = desk.at(5, "status").fine();
    assert!(
        one_line(&status).contains("by mail, SMS or message (R62)")
            && one_line(&status).contains("verdict expected by"),
        "{status}"
    );
    let overdue = desk.at(15, "plan").fine();
    assert!(one_line(&overdue).contains("the verdict was expected by"), "{overdue}");
    let _ =
        desk.at(15, &format!("submissions record {id} rejected --reason \"explain the new price\"")).fine();
    let status = desk.at(15, "status").fine();
    assert!(
        one_line(&status).contains("rejected") && one_line(&status).contains("explain the new price"),
        "{status}"
    );
    assert!(desk.released_file().contains("3200.00"), "a rejection changes nothing on sale");
}

#[test]
fn ids_that_are_found_later_are_recorded_without_disturbing_anything() {
    let desk = Desk::released();
    assert!(desk.released_file().contains("\"skuCode\": \"("), "{}", desk.released_file());
    let id = desk.newest(2);
    let export = |desk: &Desk| desk.at(3, "export").fine();
    let revision =
        |text: &str| text.split("\"revision\": \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let before = revision(&export(&desk));
    let specification = desk.released_file();
    let key = specification
        .split("\"specifications\": {\n      \"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let _ = desk.at(3, &format!("submissions record {id} ids --sku-code {key}=77aa")).fine();
    assert!(desk.released_file().contains("\"skuCode\": \"77aa\""), "{}", desk.released_file());
    assert_eq!(revision(&export(&desk)), before, "an id is no content");
    assert!(desk.at(3, "status").fine().contains("in sync"));
}

#[test]
fn what_is_recorded_ages_and_is_compared_with_the_console_again() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let plan = desk.at(20, "plan").fine();
    assert!(
        one_line(&plan).contains("Released state as people recorded it, the oldest part 18 days ago"),
        "{plan}"
    );
    let config = format!("{CONFIG}guards:\n  recordedDays: 10\n");
    desk.cli.write("gallerist.yaml", &config);
    let plan = desk.at(20, "plan");
    assert_eq!(plan.code, 3);
    assert!(one_line(&plan.stdout).contains("18 days old, and at most 10 count"), "{}", plan.stdout);
    assert!(one_line(&plan.stdout).contains("record-too-old"), "{}", plan.stdout);
    let _ = desk.at(20, "reconcile");
    assert!(!desk.at(20, "submissions list").fine().contains("handed over"));
    let sheet = desk.at(20, "drift --sheet").fine();
    assert!(sheet.contains("# Compare: ") && sheet.contains("Change nothing in the console"), "{sheet}");
    assert!(sheet.contains("3200.00"), "{sheet}");
    assert!(sheet.contains("gallerist drift --confirm quayside-migration"), "{sheet}");
    let _ = desk.at(20, "drift --confirm quayside-migration --by Bob").fine();
    assert!(desk.released_file().contains("\"recordedBy\": \"Bob\""));
    let plan = desk.at(20, "plan").fine();
    assert!(one_line(&plan).contains("the oldest part today"), "{plan}");
    let _ = desk.hand_over(20);
}

#[test]
fn what_an_operator_finds_in_the_console_is_drift() {
    let desk = Desk::released();
    assert!(desk.at(3, "drift").fine().contains("Nobody else changed anything."));
    let changed = desk.released_file().replace("3200.00", "3150.00");
    desk.cli.write("released/intl/quayside-migration.json", &changed);
    let _ = desk.at(3, "drift --confirm quayside-migration").fine();
    let drift = desk.at(3, "drift").fine();
    assert!(one_line(&drift).contains("3150.00") && one_line(&drift).contains("drifted"), "{drift}");
    desk.cli.write(
        "released/intl/quayside-migration.json",
        "{\"document\": \"released-product\", \"format\": 1}",
    );
    let error = desk.at(3, "plan").failed(1);
    assert!(
        one_line(&error).contains("released/intl/quayside-migration.json")
            && one_line(&error).contains("restore the file"),
        "{error}"
    );
}

#[test]
fn the_released_files_and_the_ledger_are_each_enough() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let id = desk.hand_over(3);
    let _ = desk.at(3, &format!("submissions record {id} submitted --application A-2")).fine();
    let before = desk.released_file();
    let _ = desk.at(4, &format!("submissions record {id} approved")).fine();
    let after = desk.at(4, "export").fine();
    // Somebody whose clone has the file from before: the ledger says what was approved since.
    desk.cli.write("released/intl/quayside-migration.json", &before);
    assert_eq!(desk.at(4, "export").fine(), after);
    std::fs::remove_dir_all(desk.cli.path("released")).unwrap();
    assert_eq!(desk.at(4, "export").fine().matches("3400.00").count(), after.matches("3400.00").count());
    assert!(desk.at(4, "status").fine().contains("in sync"));
}

#[test]
fn a_run_that_was_killed_while_handing_over_is_unknown_until_a_person_answers() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let id = desk.hand_over(3);
    desk.forget_the_hand_over();
    let run = desk.at(3, "reconcile");
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(one_line(&run.stdout).contains("Not known whether done"), "{}", run.stdout);
    assert_eq!(desk.newest(3), id, "nothing is handed over twice");
    let _ = desk.at(3, &format!("submissions record {id} not-entered")).fine();
    assert_eq!(desk.hand_over(4), id);
}

#[test]
fn a_sheet_can_be_printed_again_anywhere() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let id = desk.hand_over(3);
    let folder = format!("sheets/intl/quayside-migration-{id}");
    let sheet = desk.cli.read(&format!("{folder}/sheet.md"));
    assert_eq!(desk.at(9, &format!("submissions sheet {id}")).fine(), sheet);
    let html = desk.at(9, &format!("submissions sheet {id} --html")).fine();
    assert_eq!(html, desk.cli.read(&format!("{folder}/sheet.html")));
    let digest = blake3::hash(sheet.as_bytes()).to_hex().to_string();
    let shown = desk.at(9, &format!("submissions show {id}")).fine();
    assert!(one_line(&shown).contains(&format!("handed over on sheet {}", &digest[..12])), "{shown}");
    desk.cli.write("gallerist.yaml", &CONFIG.replace("{driver: console}", "{driver: console, language: zh}"));
    let chinese = desk.at(9, &format!("submissions sheet {id}")).fine();
    assert!(chinese.starts_with("# 修改商品：") || chinese.starts_with("# 修改商品:"), "{chinese}");
    assert!(chinese.contains("**价格** (Price)") && chinese.contains("提交"), "{chinese}");
}

#[test]
fn a_person_is_led_through_the_sheet_and_the_recording() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let id = desk.hand_over(3);
    let walk = |input: &str| {
        desk.cli.run_with_input(
            &["submissions", "record", &id, "--interactive", "--now", "2026-12-03T10:00:00Z"],
            input,
        )
    };
    let stopped = walk("\n\nq\n").fine();
    assert!(one_line(&stopped).contains("1. Open the Seller Console"), "{stopped}");
    assert!(desk.at(3, "status").fine().contains("handed over"), "nothing was recorded");
    let ended = walk("");
    assert_eq!(ended.code, 0);
    assert!(ended.stderr.contains("Nothing was recorded"), "{}", ended.stderr);
    let steps =
        desk.cli.read(&format!("sheets/intl/quayside-migration-{id}/sheet.md")).matches("- [ ] ").count();
    let done = walk(&format!("{}A-77\n", "\n".repeat(steps))).fine();
    assert!(one_line(&done).contains("was submitted"), "{done}");
    assert!(desk.at(3, &format!("submissions show {id}")).fine().contains("taken for review as A-77"));
}

#[test]
fn the_console_refuses_while_a_person_goes_through_the_sheet() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let id = desk.hand_over(3);
    let arguments = ["submissions", "record", &id, "--interactive", "--now", "2026-12-03T10:00:00Z"];
    let refused = desk.cli.run_with_input(&arguments, "\nr\nThe price is not allowed\nn\n").fine();
    assert!(one_line(&refused).contains("was refused"), "{refused}");
    assert!(desk.at(3, "plan").stdout.contains("The price is not allowed"));
}

#[test]
fn the_sandboxs_commands_say_that_this_is_the_console() {
    let desk = Desk::new();
    for command in ["sandbox review", "sandbox advance 1d", "sandbox reset"] {
        let error = desk.at(1, command).failed(1);
        assert!(one_line(&error).contains("at the Seller Console"), "{error}");
    }
    let sandbox = Cli::new();
    let _ = sandbox.run(&["init"]);
    let error = sandbox.run(&["drift", "--sheet"]).failed(1);
    assert!(one_line(&error).contains("is in a sandbox"), "{error}");
}

#[test]
fn the_files_of_a_sheet_lie_beside_it() {
    let desk = Desk::released();
    let logo = desk.cli.path("products/quayside-migration/logo.png");
    let other = crate::tree::root().join("examples/01-first-image/products/harbour-backup/logo.png");
    std::fs::copy(other, &logo).unwrap();
    let id = desk.hand_over(3);
    let sheet = desk.cli.read(&format!("sheets/intl/quayside-migration-{id}/sheet.md"));
    assert!(sheet.contains("Upload to **Logo** (商品Logo)"), "{sheet}");
    let copied =
        std::fs::read(desk.cli.path(&format!("sheets/intl/quayside-migration-{id}/files/logo.png"))).unwrap();
    assert_eq!(copied, std::fs::read(&logo).unwrap(), "the operator finds the file beside the sheet");
}

#[test]
fn in_ci_a_ledger_that_is_thrown_away_is_refused() {
    let mut desk = Desk::new();
    desk.cli = desk.cli.with("CI", "true");
    let refused = desk.at(1, "reconcile").failed(1);
    assert!(one_line(&refused).contains("would be lost with this machine"), "{refused}");
    assert!(refused.contains("store: git"), "{refused}");
    assert!(!desk.cli.path("sheets").exists(), "nothing was handed over");
    desk.cli.write("gallerist.yaml", &format!("{CONFIG}    ledger: {{store: sqlite, persistent: true}}\n"));
    let _ = desk.hand_over(1);
    let mut other = Desk::new();
    other.cli = other.cli.with("CI", "false");
    let _ = other.hand_over(1);
}

#[test]
fn what_somebody_else_changed_is_accepted_on_its_line() {
    let desk = Desk::released();
    let path = "products/quayside-migration/product.yaml";
    let before = desk
        .cli
        .read(path)
        .replace("      one-time: {USD: \"3200.00\"}", "      one-time: {USD: \"3200.00\"} # agreed in May");
    desk.cli.write(path, &before);
    let changed = desk
        .released_file()
        .replace("3200.00", "3150.50")
        .replace("\"sharingRule\": \"standard\"", "\"sharingRule\": \"special\"");
    desk.cli.write("released/intl/quayside-migration.json", &changed);
    let _ = desk.at(3, "drift --confirm quayside-migration").fine();
    let said = desk.at(3, "drift --accept quayside-migration").fine();
    assert!(one_line(&said).contains("Accepted for `quayside-migration`: "), "{said}");
    let expected = before
        .replace("\"3200.00\"} # agreed", "\"3150.50\"} # agreed")
        .replace("sharingRule: standard", "sharingRule: \"special\"");
    let after = desk.cli.read(path);
    let changed: Vec<(&str, &str)> = before.lines().zip(after.lines()).filter(|(a, b)| a != b).collect();
    assert_eq!(changed.len(), 2, "{changed:#?}");
    assert!(after == expected || after == expected.replace("\"special\"", "special"), "{changed:#?}");
    assert!(desk.at(3, "drift").fine().contains("Nobody else changed anything."));
    assert!(
        one_line(&desk.at(3, "drift --accept quayside-migration").fine())
            .contains("Nobody else changed anything of")
    );
}

#[test]
fn a_saved_plan_is_handed_over_as_it_was_saved() {
    let desk = Desk::released();
    desk.edit("3200.00", "3400.00");
    let _ = desk.at(3, "plan --out plan.json").fine();
    let applied = desk.at(3, "apply plan.json").fine();
    assert!(one_line(&applied).contains("to be entered in the console"), "{applied}");
    desk.edit("3400.00", "3500.00");
    let id = desk.newest(3);
    let _ = desk.at(3, &format!("submissions record {id} not-entered")).fine();
    let stale = desk.at(3, "apply plan.json");
    assert!(one_line(&stale.stdout).contains("the saved plan no longer fits"), "{}", stale.stdout);
}

#[test]
fn reasons_that_could_not_be_read_again_are_refused() {
    let desk = Desk::released();
    let id = desk.newest(2);
    let refused = desk.cli.run(&["submissions", "record", &id, "rejected", "--reason", "bell \u{7}"]);
    assert!(refused.failed(1).contains("leave out control characters"));
}
