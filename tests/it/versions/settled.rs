//! Products that need no second look: a plan against a snapshot in a folder says the same, byte for byte, as one against the
//! whole state, whatever became of definitions, settings, time and folder since.

use super::shop::Repository;
use crate::examples::copy;
use camino::{Utf8Path, Utf8PathBuf};
use gallerist::report::Outcome;
use gallerist::service::{self, Memory, PlanRequest, Planned, Request, View};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::Value;
use std::sync::LazyLock;
use tempfile::TempDir;

/// Two dozen products on sale, and the state saved as a file and as a folder. Never written to.
struct Saved {
    shop: Repository,
    at: Timestamp,
}

static SAVED: LazyLock<Saved> = LazyLock::new(|| {
    let shop = Repository::two_dozen();
    let folder = shop.export();
    let file = shop.cli.folder().parent().unwrap().join("released.json").display().to_string();
    let _ = shop.run(&["export", "--out", &file]).fine();
    // What is saved of a saved state is the same.
    let again = folder.replace("released/", "again/");
    let _ = shop.run(&["export", "--released", &file, "--out", &again]).fine();
    let text = |folder: &str, name: &str| std::fs::read_to_string(format!("{folder}{name}")).unwrap();
    for name in ["snapshot.json", "digests.json", "settled.json"] {
        assert_eq!(text(&folder, name), text(&again, name), "{name}");
    }
    Saved { shop, at: Timestamp::now() }
});

/// A copy of catalog and snapshots that may be changed.
struct Copied {
    _home: TempDir,
    root: Utf8PathBuf,
    now: Timestamp,
}

impl Copied {
    fn new() -> Self {
        let home = TempDir::new().unwrap();
        let root = Utf8PathBuf::from_path_buf(home.path().canonicalize().unwrap()).unwrap();
        copy(SAVED.shop.cli.folder().parent().unwrap(), root.as_std_path()).unwrap();
        Self { _home: home, root, now: SAVED.at }
    }

    fn catalog(&self) -> Utf8PathBuf {
        self.root.join(SAVED.shop.cli.folder().file_name().unwrap().to_str().unwrap())
    }

    fn plan(&self, released: &str) -> Result<Planned, String> {
        self.plan_recalling(released, false)
    }

    fn request(&self) -> Request {
        Request { directory: self.catalog(), target: None, now: self.now, on_throwaway_machine: false }
    }

    /// With what was remembered it begins when what was written a moment ago has been there for long.
    fn plan_recalling(&self, released: &str, remembers: bool) -> Result<Planned, String> {
        let folder = self.root.join("memory");
        let begun = Timestamp::now() + SignedDuration::from_secs(60);
        let memory = remembers.then_some(Memory { folder: &folder, begun });
        let asked = PlanRequest { released: Some(self.root.join(released)), ..PlanRequest::default() };
        service::plan_recalling(&self.request(), &asked, memory).map_err(|error| error.to_string())
    }

    fn text(&self, path: &Utf8Path) -> String {
        std::fs::read_to_string(self.catalog().join(path)).unwrap_or_default()
    }

    fn edit(&self, path: &Utf8Path, from: &str, to: &str) {
        let text = self.text(path);
        std::fs::write(self.catalog().join(path), text.replacen(from, to, 1)).unwrap();
    }

    fn agree(&self) -> Result<(), TestCaseError> {
        let whole = self.plan("released.json").map(|planned| told(&planned));
        let part = self.plan("released").map(|planned| told(&planned));
        prop_assert_eq!(&whole, &part);
        // The same without a word about which products need no second look, so that all of them get one; and without what is
        // on sale in short, so that it is read of each.
        let (bare, released) = (self.root.join("bare"), self.root.join("released"));
        drop(std::fs::remove_dir_all(&bare));
        copy(released.join("products").as_std_path(), bare.join("products").as_std_path()).unwrap();
        for (name, without) in [("snapshot.json", "digests.json"), ("digests.json", "settled.json")] {
            let _ = std::fs::copy(released.join(name), bare.join(name));
            let looked_at = self.plan("bare").map(|planned| told(&planned));
            prop_assert_eq!(&whole, &looked_at, "without {}", without);
        }
        for turn in 0..2 {
            let recalled = self.plan_recalling("released", true).map(|planned| told(&planned));
            prop_assert_eq!(&whole, &recalled, "with what was remembered, at turn {}", turn);
        }
        // The same of a folder that is made of the file now.
        let (file, folder) = (self.root.join("released.json"), self.root.join("remade"));
        if service::export_saved(&self.request(), &file, &folder).is_ok() {
            let remade = self.plan("remade").map(|planned| told(&planned));
            prop_assert_eq!(&whole, &remade, "made of the file now");
        }
        Ok(())
    }

    fn happen(&mut self, what: u8, which: usize, seed: u32) {
        let products = SAVED.shop.products();
        let key = |which: usize| products[which % products.len()].clone();
        let (own, other) = (key(which), key(which + 1 + seed as usize % 20));
        let path = |key: &str| Utf8PathBuf::from(format!("products/{key}.yaml"));
        let file = path(&own);
        let whole = self.catalog().join(&file);
        match what {
            0 => self.edit(&file, "overview: ", &format!("overview: {seed} ")),
            1 => self.edit(&file, "overview: ", "overview: ["),
            2 => self.edit(&file, "kind: Product\n", "kind: Product\n# The same in other words.\n"),
            3 => self.edit(&file, &format!("certificates/{own}.pdf"), &format!("certificates/{other}.pdf")),
            4 => self.edit(&file, &format!("https://{own}."), &format!("https://{other}.")),
            5 => drop(std::fs::rename(&whole, self.catalog().join(format!("products/moved-{seed}.yaml")))),
            6 => drop(std::fs::copy(&whole, self.catalog().join(format!("products/copy-{seed}.yaml")))),
            7 => drop(std::fs::remove_file(&whole)),
            8 => self.edit(&file, "name: ", &format!("formerly: [{other}]\nname: ")),
            9 => self.edit(&file, "name: ", &format!("replaces: [{other}]\nname: ")),
            10 => self.edit(&file, "name: ", "retire: {reason: nobody buys it}\nname: "),
            22 => {
                let renamed =
                    format!("key: new-{own}\nformerly: [{own}]\nretire: {{reason: nobody buys it}}");
                self.edit(&file, &format!("key: {own}"), &renamed);
            }
            11 => self.edit(&file, "name: ", "unmanage: {reason: sold by hand}\nname: "),
            12 => {
                let level = ["off", "note", "warning", "error"][seed as usize % 4];
                let rules = format!("rules: {{superlative-used: {level}, description-too-short: {level}}}\n");
                self.edit(Utf8Path::new("gallerist.yaml"), "targets:", &format!("{rules}targets:"));
            }
            13 => self.edit(&file, &format!("key: {own}"), &format!("key: new-{seed}")),
            14 => self.now += SignedDuration::from_hours(i64::from(seed % 40_000)),
            15 => self.now -= SignedDuration::from_hours(i64::from(seed % 400)),
            16 => self.edit(&file, "    public: true", "    public: false"),
            17 => {
                let new = self.text(&file).replace(&own, &format!("{own}-too")).replace("Desk", "Works");
                std::fs::write(self.catalog().join(path(&format!("{own}-too"))), new).unwrap();
            }
            18 => {
                let settled = self.root.join("released/settled.json");
                let text = std::fs::read_to_string(&settled).unwrap_or_default();
                let damaged = match seed % 6 {
                    0 => text.replacen("\"index\": \"", "\"index\": \"0", 1),
                    1 => text.chars().take(seed as usize % 900).collect(),
                    4 => text.replace(&format!("products/{other}.yaml"), &format!("products/{own}.yaml")),
                    5 => text.replacen("\"path\": \"", "\"path\": \"../", 1),
                    2 => text.replacen("\"judgedBy\": \"", "\"judgedBy\": \"0", 1),
                    _ => text.replacen("\"content\": \"", "\"content\": \"0", 1),
                };
                std::fs::write(settled, damaged).unwrap();
            }
            19 if seed.is_multiple_of(2) => {
                drop(std::fs::remove_file(self.catalog().join("assets/logo.png")));
            }
            19 => {
                let certificate = self.catalog().join(format!("assets/certificates/{own}.pdf"));
                let mut bytes = std::fs::read(&certificate).unwrap_or_default();
                bytes.extend_from_slice(b"\n% again\n");
                std::fs::write(certificate, bytes).unwrap();
            }
            20 => self.edit(&file, "name: ", "onChange: replace\nname: "),
            23 => {
                let digests = self.root.join("released/digests.json");
                let text = std::fs::read_to_string(&digests).unwrap_or_default();
                let damaged = match seed % 5 {
                    0 => text.replacen("\"index\": \"", "\"index\": \"0", 1),
                    1 => text.chars().take(seed as usize % 900).collect(),
                    3 => text.replacen("\"version\": \"", "\"version\": \"0.", 1),
                    2 => text.replacen(&format!("\"{own}\""), &format!("\"{own}-gone\""), 1),
                    _ => text.replacen("\"content\": \"", "\"content\": \"0", 1),
                };
                std::fs::write(digests, damaged).unwrap();
            }
            _ => self.edit(&file, "overview: ", &format!("overview: The best of {seed} ")),
        }
    }
}

/// All that a plan tells, in the form for programs and as data.
fn told(planned: &Planned) -> String {
    let json = service::json(View::Plan(planned), Outcome::Done, 0).unwrap();
    format!("{json}\n{:?}\n{}", planned.plan, planned.files_read)
}

#[test]
fn files_of_products_that_need_no_second_look_are_not_read() {
    let copied = Copied::new();
    let products = copied.root.join("released/products");
    let quiet = copied.plan("released.json").unwrap().plan.products;
    let quiet: Vec<_> = quiet.into_iter().filter(gallerist::plan::ProductPlan::is_settled).collect();
    assert!(quiet.len() > 12, "{}", quiet.len());
    for product in &quiet {
        std::fs::write(products.join(format!("{}.json", product.key)), "{}").unwrap();
    }
    let planned = copied.plan("released").unwrap();
    assert_eq!(planned.plan.products.len(), 24);
    assert_eq!(planned.plan.products.iter().filter(|found| found.is_settled()).count(), quiet.len());
    // What is on sale in short says enough of products that were never looked at, or are judged otherwise since.
    std::fs::remove_file(copied.root.join("released/settled.json")).unwrap();
    let config = Utf8Path::new("gallerist.yaml");
    copied.edit(config, "targets:", "rules: {superlative-used: note}\ntargets:");
    let planned = copied.plan("released").unwrap();
    assert_eq!(planned.plan.products.iter().filter(|found| found.is_settled()).count(), quiet.len());
    let file = Utf8PathBuf::from("products/bakery-desk.yaml");
    copied.edit(&file, "overview: ", "overview: Now ");
    let refused = copied.plan("released").unwrap_err();
    assert!(refused.contains("bakery-desk.json"), "{refused}");
}

/// A file is the same by its bytes, and rules look at its name and size as well.
#[test]
fn a_file_that_is_on_sale_under_another_name_is_looked_at() {
    let copied = Copied::new();
    std::fs::remove_file(copied.root.join("released/settled.json")).unwrap();
    let products = copied.root.join("released/products");
    std::fs::write(products.join("bakery-desk.json"), "{}").unwrap();
    assert!(copied.plan("released").is_ok());
    let file = Utf8PathBuf::from("products/bakery-desk.yaml");
    let (own, other) = ("assets/certificates/bakery-desk.pdf", "assets/certificates/other.pdf");
    std::fs::rename(copied.catalog().join(own), copied.catalog().join(other)).unwrap();
    copied.edit(&file, "certificates/bakery-desk.pdf", "certificates/other.pdf");
    let refused = copied.plan("released").unwrap_err();
    assert!(refused.contains("bakery-desk.json"), "{refused}");
}

/// Changes the JSON of a file in the exported folder.
fn rewrite(copied: &Copied, name: &str, change: impl FnOnce(&mut Value)) {
    let file = copied.root.join("released").join(name);
    let mut json: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    change(&mut json);
    std::fs::write(&file, serde_json::to_string_pretty(&json).unwrap()).unwrap();
}

/// Somebody changed what is on sale, and it was exported anew: what was remembered beside the word before is nothing to go by.
#[test]
fn what_was_remembered_counts_beside_the_same_word_alone() {
    let copied = Copied::new();
    let quiet = |planned: &Planned| {
        let product = planned.plan.products.iter().find(|found| found.key.as_str() == "bakery-desk");
        product.unwrap().is_settled()
    };
    for _ in 0..2 {
        assert!(quiet(&copied.plan_recalling("released", true).unwrap()));
    }
    rewrite(&copied, "products/bakery-desk.json", |product| {
        product["observed"]["fields"]["overview"] = "Something else".into();
    });
    // The file of the product alone does not tell: the folder is written by `export`, which takes its word back as well.
    assert!(quiet(&copied.plan_recalling("released", true).unwrap()));
    for name in ["settled.json", "digests.json"] {
        rewrite(&copied, name, |word| {
            word["products"].as_object_mut().unwrap().remove("bakery-desk").unwrap();
        });
    }
    for _ in 0..2 {
        assert!(!quiet(&copied.plan_recalling("released", true).unwrap()));
        assert!(!quiet(&copied.plan("released").unwrap()));
    }
}

/// Another version of the program may read the same file otherwise: what it said in short is nothing to go by.
#[test]
fn digests_of_another_version_do_not_count() {
    let copied = Copied::new();
    std::fs::remove_file(copied.root.join("released/settled.json")).unwrap();
    let planned = copied.plan("released").unwrap();
    let quiet = planned.plan.products.iter().find(|found| found.is_settled()).unwrap().key.clone();
    let file = format!("{quiet}.json");
    std::fs::write(copied.root.join("released/products").join(&file), "{}").unwrap();
    assert!(copied.plan("released").is_ok());
    rewrite(&copied, "digests.json", |digests| digests["version"] = "0.0.1".into());
    let refused = copied.plan("released").unwrap_err();
    assert!(refused.contains(&file), "{refused}");
}

/// What was recorded of a product runs out, and what was remembered of it with that.
#[test]
fn what_was_remembered_counts_as_long_as_the_word() {
    let mut copied = Copied::new();
    let until = copied.now + SignedDuration::from_hours(1);
    rewrite(&copied, "settled.json", |word| {
        let products = word["products"].as_object_mut().unwrap();
        products.values_mut().for_each(|product| product["until"] = until.to_string().into());
    });
    std::fs::remove_file(copied.root.join("released/digests.json")).unwrap();
    for _ in 0..2 {
        copied.plan_recalling("released", true).unwrap();
    }
    std::fs::write(copied.root.join("released/products/bakery-desk.json"), "{}").unwrap();
    assert!(copied.plan_recalling("released", true).is_ok());
    copied.now += SignedDuration::from_hours(2);
    let refused = copied.plan_recalling("released", true).unwrap_err();
    assert!(refused.contains("bakery-desk.json"), "{refused}");
}

/// A checkout touches files without changing a byte: they are recalled by what stands in them, and remembered anew.
#[test]
fn what_was_touched_is_remembered_again() {
    let copied = Copied::new();
    let memory = || {
        let mut files = copied.root.join("memory").read_dir_utf8().unwrap();
        std::fs::read(files.next().unwrap().unwrap().path()).unwrap()
    };
    let planned = copied.plan_recalling("released", true).unwrap();
    let before = memory();
    for product in planned.plan.products.iter().filter(|found| found.is_settled()).take(8) {
        let key = &product.key;
        copied.edit(&Utf8PathBuf::from(format!("products/{key}.yaml")), "kind: Product", "kind: Product");
        std::fs::write(copied.root.join(format!("released/products/{key}.json")), "{}").unwrap();
    }
    copied.plan_recalling("released", true).unwrap();
    let after = memory();
    assert_ne!(before, after);
    copied.plan_recalling("released", true).unwrap();
    assert_eq!(after, memory());
}

/// Six retirements are more than the guard lets pass, and one is not.
#[test]
fn what_is_retired_no_more_does_not_count_for_the_guard() {
    let copied = Copied::new();
    let keys: Vec<String> = SAVED.shop.products().into_iter().take(6).collect();
    let file = |key: &String| Utf8PathBuf::from(format!("products/{key}.yaml"));
    let retire = "retire: {reason: nobody buys it}\nname: ";
    keys.iter().for_each(|key| copied.edit(&file(key), "name: ", retire));
    let (saved, folder) = (copied.root.join("released.json"), copied.root.join("retiring"));
    service::export_saved(&copied.request(), &saved, &folder).unwrap();
    keys.iter().skip(1).for_each(|key| copied.edit(&file(key), retire, "name: "));
    let index = std::fs::read_to_string(folder.join("snapshot.json")).unwrap();
    assert!(keys.iter().all(|key| index.contains(key)), "{index}");
    let whole = copied.plan("released.json").unwrap();
    let part = copied.plan("retiring").unwrap();
    assert_eq!(told(&whole), told(&part));
    let blocks = part.plan.products.iter().flat_map(|product| &product.blocks);
    assert!(blocks.clone().count() > 0);
    assert!(blocks.clone().all(|block| block.finding.rule != "too-much-retired"));
}

#[test]
fn a_pipe_in_its_place_is_not_waited_for() {
    let copied = Copied::new();
    let settled = copied.root.join("released/settled.json");
    std::fs::remove_file(&settled).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&settled).status().unwrap().success());
    copied.agree().unwrap();
}

#[test]
fn a_product_that_is_settled_has_a_file() {
    let copied = Copied::new();
    let products = copied.root.join("released/products");
    std::fs::rename(products.join("bakery-desk.json"), products.join("somebody-else.json")).unwrap();
    let refused = copied.plan("released").unwrap_err();
    assert!(refused.contains("names `bakery-desk`"), "{refused}");
}

#[test]
fn an_export_that_changed_nothing_on_sale_changes_nothing_but_its_moment() {
    let copied = Copied::new();
    let folder = copied.root.join("released");
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let before = (text("settled.json"), text("digests.json"), text("snapshot.json"));
    let later = Request { now: copied.now + SignedDuration::from_hours(1), ..copied.request() };
    service::export_folder(&later, &folder).unwrap();
    let moment = |text: &str| text.lines().filter(|line| !line.contains("\"takenAt\":")).collect::<String>();
    assert_eq!((text("settled.json"), text("digests.json")), (before.0, before.1));
    assert_eq!(moment(&text("snapshot.json")), moment(&before.2));
}

#[test]
fn an_export_that_ended_midway_leaves_nothing_that_vouches_for_products() {
    let copied = Copied::new();
    let products = copied.root.join("released/products");
    std::fs::write(products.join("airport-desk.json"), "{}").unwrap();
    let last = products.join("campus-toolkit.json");
    std::fs::remove_file(&last).unwrap();
    std::fs::create_dir(&last).unwrap();
    let folder = copied.root.join("released");
    assert!(service::export_folder(&copied.request(), &folder).is_err());
    let vouching = ["digests.json", "settled.json"].map(|name| folder.join(name));
    assert!(vouching.iter().all(|file| !file.exists()));
    std::fs::remove_dir(&last).unwrap();
    service::export_folder(&copied.request(), &folder).unwrap();
    assert!(vouching.iter().all(|file| file.exists()));
}

#[test]
fn an_older_commit_is_noticed_at_every_product() {
    let copied = Copied::new();
    super::shop::git(copied.catalog().as_std_path(), &["checkout", "-q", "HEAD~1"]);
    let planned = copied.plan("released").unwrap();
    let older = |rule: &str| rule == "older-commit";
    let blocked = planned
        .plan
        .products
        .iter()
        .filter(|found| found.blocks.iter().any(|block| older(block.finding.rule)));
    assert_eq!(blocked.count(), 24);
    copied.agree().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_against_a_folder_is_the_plan_against_all(
        happenings in prop::collection::vec((0_u8..25, 0_usize..24, any::<u32>()), 1..5)
    ) {
        let mut copied = Copied::new();
        copied.agree()?;
        for (what, which, seed) in happenings {
            // Longer than a tick of the file system's clock.
            std::thread::sleep(std::time::Duration::from_millis(12));
            copied.happen(what, which, seed);
            copied.agree()?;
        }
    }
}
