//! The console driver: change sheets that an operator follows word by word, and the record of what became of them.

mod by_hand;
mod decided;
mod found;
mod moving_in;
mod operator;
mod people;
mod pricing;
mod reading;
mod record;
mod typing;

use crate::docs::markdown::Page;
use crate::examples::{copy, examples, expectation, first_id, shell};
use camino::{Utf8Path, Utf8PathBuf};
use gallerist::sandbox::{Answer, Policy, ProductRow, Request, Store};
use gallerist::site::SiteProfile;
use gallerist::submission::{ApplicationId, Verdict};
use jiff::{SignedDuration, Timestamp};
use operator::Console;
pub(crate) use operator::on_sale;
use rayon::prelude::*;

/// An example played at the console: the operator stands where the sandbox's commands stood.
pub(crate) struct Play {
    catalog: Utf8PathBuf,
    console: Console,
    pending: Vec<(String, ApplicationId)>,
    /// The sheets that were followed.
    entered: Vec<Handed>,
    now: Timestamp,
    /// Makes a sheet wrong before it is followed.
    spoil: fn(&str) -> String,
}

impl Play {
    pub(crate) fn new(example: &std::path::Path, home: &Utf8Path, spoil: fn(&str) -> String) -> Self {
        let catalog = home.join("catalog");
        copy(example, catalog.as_std_path()).unwrap();
        let config = catalog.join("gallerist.yaml");
        let text = std::fs::read_to_string(&config).unwrap();
        // The plays are about the desk: nobody calls interfaces there.
        let at_console = text.replace(
            "marketplace: {driver: sandbox, path: .gallerist/sandbox.db}",
            "marketplace: {driver: console}\n    preflight: {required: false}",
        );
        assert_ne!(text, at_console);
        std::fs::write(&config, &at_console).unwrap();
        let site = if at_console.contains("site: eu") { "eu" } else { "intl" };
        let now = "2026-11-24T09:00:00Z".parse().unwrap();
        let console = Console::new(SiteProfile::embedded(site).unwrap(), now);
        Self { catalog, console, pending: Vec::new(), entered: Vec::new(), now, spoil }
    }

    pub(crate) fn tool(&mut self, arguments: &str) -> (i32, String) {
        self.now = self.now.checked_add(SignedDuration::from_secs(60)).unwrap();
        self.console.now = self.now;
        self.shell(&format!("gallerist {arguments}"))
    }

    pub(crate) fn shell(&self, command: &str) -> (i32, String) {
        let command = command.replace("gallerist ", &format!("gallerist --now {} ", self.now));
        let output = shell(&command, self.catalog.as_std_path()).unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        (output.status.code().unwrap_or(-1), said)
    }

    /// Enters every sheet that is handed over, and records it.
    pub(crate) fn enter_sheets(&mut self) {
        let (_, listed) = self.shell("gallerist --format json submissions list");
        let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
        let rows = listed["submissions"].as_array().unwrap().iter().rev();
        let handed: Vec<(String, String)> = rows
            .filter(|row| row["review"] == "handed-over")
            .map(|row| (row["id"].as_str().unwrap().to_owned(), row["product"].as_str().unwrap().to_owned()))
            .collect();
        for (id, product) in handed {
            let folder = self.catalog.join(format!("sheets/intl/{product}-{id}"));
            let sheet = std::fs::read_to_string(folder.join("sheet.md")).unwrap();
            let sheet = (self.spoil)(&sheet);
            let outcome = self.console.enter(&sheet, &folder);
            self.entered.push((sheet.clone(), folder));
            let said = match outcome {
                Ok(application) => {
                    self.pending.push((id.clone(), application.clone()));
                    self.tool(&format!(
                        "submissions record {id} submitted --application {application} --by Op"
                    ))
                }
                Err(text) => panic!("the console refuses {id}: {text}\n{sheet}"),
            };
            assert_eq!(said.0, 0, "{}", said.1);
        }
    }

    fn decide(&mut self, request: &Request) {
        match self.console.ask(request) {
            Answer::Done | Answer::Decided(_) => {}
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn approve_all(&mut self) {
        self.decide(&Request::Review(Policy::ApproveAll));
        for (id, application) in std::mem::take(&mut self.pending) {
            let row = self.console.product_of(&application);
            let codes = row.binding().specifications;
            let codes = codes.iter().flat_map(|(key, bound)| {
                bound.skus.iter().map(move |(sku, found)| match sku.values().is_empty() {
                    true => format!(" --sku-code {key}={}", found.sku_code),
                    false => format!(
                        " --sku-code '{key}/{}={}'",
                        sku.to_string().replace(", ", ","),
                        found.sku_code
                    ),
                })
            });
            let codes: String = codes.collect();
            let command = format!("submissions record {id} approved --product-id {}{codes} --by Op", row.id);
            let (code, said) = self.tool(&command);
            assert_eq!(code, 0, "{command}\n{said}");
        }
    }

    /// Takes back what waits, in the console, and records it.
    pub(crate) fn withdraw_all(&mut self) {
        for (id, application) in std::mem::take(&mut self.pending) {
            self.decide(&Request::WithdrawByHand { by: "operator".into(), application });
            let (code, said) = self.tool(&format!("submissions record {id} withdrawn --by Op"));
            assert_eq!(code, 0, "{said}");
        }
    }

    /// What is on sale in the console.
    pub(crate) fn products(&mut self) -> Vec<ProductRow> {
        self.console.products()
    }

    fn reject(&mut self, reason: &str) {
        for (id, application) in std::mem::take(&mut self.pending) {
            self.decide(&Request::Reject { application, reason: reason.to_owned() });
            let (code, said) =
                self.tool(&format!("submissions record {id} rejected --reason \"{reason}\" --by Op"));
            assert_eq!(code, 0, "{said}");
        }
    }

    /// Plays one line of the example's page.
    fn line(&mut self, line: &str) -> Result<(), String> {
        let (command, wanted, shown) = expectation(line);
        match command {
            "gallerist sandbox review" => self.enter_sheets(),
            "gallerist sandbox review --approve-all" => {
                self.enter_sheets();
                self.approve_all();
            }
            _ if command.starts_with("gallerist sandbox review --reject") => {
                let reason = command.split('"').nth(1).unwrap();
                self.reject(reason);
            }
            "gallerist sandbox advance 1d" => {
                self.now = self.now.checked_add(SignedDuration::from_hours(24)).unwrap();
            }
            _ => {
                let mut command = command.to_owned();
                for (word, prefix) in [("OPERATION", "o-"), ("STEP", "m-")] {
                    if command.contains(word) {
                        let plan = self.shell("gallerist plan").1;
                        command = command.replace(word, &first_id(&plan, prefix).ok_or(plan)?);
                    }
                }
                self.now = self.now.checked_add(SignedDuration::from_secs(60)).unwrap();
                let (code, said) = self.shell(&command);
                // What waits at the reviewer in the sandbox may wait on a person's desk here.
                let is_waiting = shown == "in review" && said.contains("handed over");
                if code != wanted || !(said.contains(shown) || is_waiting) {
                    return Err(format!("`{line}` exits with {code}:\n{said}"));
                }
            }
        }
        Ok(())
    }

    fn all(&mut self, example: &std::path::Path) -> Result<(), String> {
        let page = std::fs::read_to_string(example.join("README.md")).unwrap();
        let page = Page::read(&page);
        for (line, _) in
            page.blocks.iter().filter(|(language, _)| language == "sh").flat_map(|(_, lines)| lines)
        {
            self.line(line).map_err(|error| format!("{}: {error}", example.display()))?;
        }
        Ok(())
    }
}

/// What is on sale in the sandbox after the example was played there.
pub(crate) fn in_sandbox(example: &std::path::Path, home: &Utf8Path) -> Vec<ProductRow> {
    let catalog = home.join("sandbox");
    crate::examples::play(example, catalog.as_std_path()).unwrap();
    let mut store = Store::open(&catalog.join(".gallerist/sandbox.db")).unwrap();
    store.state().unwrap().products.values().cloned().collect()
}

pub(crate) fn as_it_is(sheet: &str) -> String {
    sheet.to_owned()
}

#[test]
fn every_example_ends_the_same_at_the_console_as_in_the_sandbox() {
    let failures: Vec<String> = examples().par_iter().flat_map(|example| differences(example)).collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// Plays an example on both sides; what differs in the end.
fn differences(example: &std::path::Path) -> Vec<String> {
    let home = tempfile::tempdir().unwrap();
    let home = Utf8Path::from_path(home.path()).unwrap();
    let mut play = Play::new(example, home, as_it_is);
    if let Err(failure) = play.all(example) {
        return vec![failure];
    }
    let (console, sandbox) = (on_sale(&play.console.products()), on_sale(&in_sandbox(example, home)));
    let keys: std::collections::BTreeSet<_> = console.keys().chain(sandbox.keys()).collect();
    let differs = keys.into_iter().filter(|key| console.get(*key) != sandbox.get(*key)).map(|key| {
        let text = |side: &std::collections::BTreeMap<_, String>| side.get(key).cloned().unwrap_or_default();
        format!("{}: {key}\n{}", example.display(), similar_lines(&text(&sandbox), &text(&console)))
    });
    differs.collect()
}

fn similar_lines(wanted: &str, have: &str) -> String {
    let difference = similar::TextDiff::from_lines(wanted, have);
    difference.unified_diff().context_radius(2).to_string()
}

/// The same catalog with a sheet made wrong: the operator or the end state must notice.
fn notices(example: &str, spoil: fn(&str) -> String) -> bool {
    let example = crate::tree::root().join("examples").join(example);
    let example = example.as_path();
    let spoiled = std::panic::catch_unwind(|| {
        let home = tempfile::tempdir().unwrap();
        let home = Utf8Path::from_path(home.path()).unwrap();
        let mut play = Play::new(example, home, spoil);
        play.all(example).unwrap();
        let wanted = on_sale(&in_sandbox(example, home));
        assert_eq!(on_sale(&play.console.products()), wanted);
    });
    spoiled.is_err()
}

/// Takes the n-th step out of a sheet and numbers the rest through.
fn without_step(sheet: &str, left_out: usize) -> String {
    let (mut out, mut number, mut skip) = (String::new(), 0, false);
    for line in sheet.lines() {
        if line.starts_with("- [ ] **") {
            number += 1;
            skip = number == left_out;
            let shown = if number > left_out { number - 1 } else { number };
            if !skip {
                let (_, rest) = line.split_once(".** ").unwrap();
                out.push_str(&format!("- [ ] **{shown}.** {rest}\n"));
            }
            continue;
        }
        if line.starts_with("## ") {
            skip = false;
        }
        if !skip {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// A sheet as it was handed over, and the folder it stands in.
type Handed = (String, Utf8PathBuf);

/// The sheets that an example hands over, in order.
fn handed_over(example: &str, home: &Utf8Path) -> Vec<Handed> {
    let example = crate::tree::root().join("examples").join(example);
    let mut play = Play::new(&example, home, as_it_is);
    play.all(&example).unwrap();
    play.entered
}

/// What is on sale after these sheets were entered and approved one after the other in an empty account.
fn entered(sheets: &[Handed]) -> Result<Vec<ProductRow>, String> {
    let mut console =
        Console::new(SiteProfile::embedded("intl").unwrap(), "2026-11-24T09:00:00Z".parse().unwrap());
    for (sheet, folder) in sheets {
        console.enter(sheet, folder)?;
        let Answer::Decided(decided) = console.ask(&Request::Review(Policy::ApproveAll)) else { panic!() };
        assert_eq!(decided[0].1, Verdict::Approved);
    }
    Ok(console.products())
}

/// Steps that change nothing on the marketplace: what the form shows anyway, reading it once more, noting the id, and
/// the way to a page that the next step names as well.
fn is_harmless(step: &reading::Step) -> bool {
    let is_default = step.sentence == "For {} choose {}."
        && (["Public Sales", "Specification Visibility", "Removal Type"].contains(&step.label(0))
            || step.label(1) == "Simple");
    is_default
        || step.sentence.starts_with("Read the form")
        || step.sentence.starts_with("Find the application")
        || step.sentence == "Open the {}, then {}."
}

#[test]
fn a_sheet_without_one_of_its_steps_is_noticed() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let mut complaints = Vec::new();
    // A release with attributes, SKUs and tiers; a modification that adds and changes; a removal.
    for (example, tried) in [
        ("03-first-license", 0),
        ("08-frozen-trial-replaced", 1),
        ("08-frozen-trial-replaced", 2),
        ("07-price-change", 1),
    ] {
        let home = tempfile::tempdir().unwrap();
        let mut sheets = handed_over(example, Utf8Path::from_path(home.path()).unwrap());
        sheets.truncate(tried + 1);
        let whole = on_sale(&entered(&sheets).unwrap());
        let (sheet, folder) = sheets.pop().unwrap();
        for step in reading::steps(&sheet) {
            let mut shorter = sheets.clone();
            shorter.push((without_step(&sheet, step.number), folder.clone()));
            let outcome = std::panic::catch_unwind(|| entered(&shorter).map(|rows| on_sale(&rows)));
            let is_noticed = !matches!(&outcome, Ok(Ok(end)) if *end == whole);
            if is_noticed == is_harmless(&step) {
                complaints.push(format!("{example}, sheet {tried}: {step:#?} noticed: {is_noticed}"));
            }
        }
    }
    std::panic::set_hook(hook);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn a_sheet_with_a_wrong_value_is_noticed() {
    assert!(!notices("07-price-change", as_it_is));
    fn modified(sheet: &str, from: &str, to: &str) -> String {
        if sheet.starts_with("# Modify") { sheet.replace(from, to) } else { sheet.to_owned() }
    }
    assert!(notices("07-price-change", |sheet| modified(sheet, "3400.00", "3500.00")));
    assert!(
        notices("07-price-change", |sheet| modified(sheet, "3200.00", "3300.00")),
        "the value before is compared"
    );
}

#[test]
fn the_sellers_guide_runs_as_it_is_written() {
    let home = tempfile::tempdir().unwrap();
    let catalog = Utf8Path::from_path(home.path()).unwrap().join("shop");
    std::fs::create_dir(&catalog).unwrap();
    let run = |command: &str| {
        let output = shell(command, catalog.as_std_path()).unwrap();
        (
            output.status.code().unwrap_or(-1),
            String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(),
        )
    };
    let page = std::fs::read_to_string(crate::tree::root().join("docs/console.md")).unwrap();
    let page = Page::read(&page);
    let mut run_lines = 0;
    for (line, _) in page.blocks.iter().filter(|(language, _)| language == "sh").flat_map(|(_, lines)| lines)
    {
        let (command, wanted, shown) = expectation(line);
        let mut command = command.to_owned();
        if command.contains("SUBMISSION") {
            let id = first_id(&run("gallerist submissions list").1, "s-").unwrap();
            command = command.replace("SUBMISSION", &id);
        }
        if command.contains(" CHECK ") {
            let (_, plan) = run("gallerist plan");
            let (_, asked) = plan.split_once("confirm acme-crm v-").expect("the plan says what to confirm");
            let id = asked.split_whitespace().next().unwrap();
            command = command.replace("CHECK", &format!("v-{id}"));
        }
        if command.contains(" STEP ") {
            // The catalog of the guide has no such step: give it one.
            let path = catalog.join("products/acme-crm/product.yaml");
            let text = std::fs::read_to_string(&path).unwrap();
            std::fs::write(&path, format!("{text}salesRegions: [Asia Pacific]\n")).unwrap();
            let step = first_id(&run("gallerist plan").1, "m-").expect("a step by hand");
            command = command.replace("PRODUCT", "acme-crm").replace("STEP", &step);
        }
        let (code, said) = run(&command);
        let said_on_one_line = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(code, wanted, "`{line}`\n{said}");
        assert!(said_on_one_line.contains(shown), "`{line}`\n{said}");
        run_lines += 1;
    }
    assert!(run_lines > 15, "the guide's commands were found");
}
