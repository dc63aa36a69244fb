//! What earlier checks found out saves time and changes nothing: whatever happens to the files in between, a check that
//! recalls tells the same, byte for byte, as one that looks at everything.

use crate::cli_runner::Cli;
use camino::{Utf8Path, Utf8PathBuf};
use gallerist::render::{self, Style};
use gallerist::service::{self, Checked, Memory, Request};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use std::fs;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

const EXAMPLE: &str = "examples/14-two-hundred-products";
/// The products of the example that are looked at.
const PRODUCTS: usize = 5;

/// A small catalog, a folder for outcomes, and what the files were at first.
struct Shop {
    _home: TempDir,
    root: Utf8PathBuf,
    memory: Utf8PathBuf,
    products: Vec<Utf8PathBuf>,
}

impl Shop {
    fn new() -> Self {
        let home = TempDir::new().unwrap();
        let folder = Utf8PathBuf::from_path_buf(home.path().canonicalize().unwrap()).unwrap();
        let (root, memory) = (folder.join("catalog"), folder.join("memory"));
        let example = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join(EXAMPLE);
        let mut products: Vec<Utf8PathBuf> = example
            .join("products")
            .read_dir_utf8()
            .unwrap()
            .map(|entry| Utf8Path::new("products").join(entry.unwrap().file_name()))
            .collect();
        products.sort();
        products.truncate(PRODUCTS);
        let mut files: Vec<Utf8PathBuf> = products.clone();
        let certificate =
            |path: &Utf8PathBuf| format!("assets/certificates/{}.pdf", path.file_stem().unwrap());
        files.extend(products.iter().map(|path| certificate(path).into()));
        files.extend(["gallerist.yaml", "attributes.yaml"].map(Into::into));
        let shared = example.join("assets").read_dir_utf8().unwrap().map(Result::unwrap);
        let shared = shared.filter(|entry| entry.file_type().unwrap().is_file());
        files.extend(shared.map(|entry| Utf8Path::new("assets").join(entry.file_name())));
        for path in files.into_iter().filter(|path| example.join(path).exists()) {
            fs::create_dir_all(root.join(&path).parent().unwrap()).unwrap();
            fs::copy(example.join(&path), root.join(&path)).unwrap();
        }
        Self { _home: home, root, memory, products }
    }

    fn request(&self) -> Request {
        let now = "2026-11-22T09:00:00Z".parse().unwrap();
        Request { directory: self.root.clone(), target: None, now, on_throwaway_machine: false }
    }

    /// A check that recalls. It begins when what was written a moment ago has been there for long.
    fn recalling(&self) -> Checked {
        self.recalling_at(Timestamp::now() + SignedDuration::from_secs(60))
    }

    fn recalling_at(&self, begun: Timestamp) -> Checked {
        service::check_recalling(&self.request(), &[], Memory { folder: &self.memory, begun }).unwrap()
    }

    /// What a check that looks at everything tells, and one that recalls, twice.
    fn agree(&self) -> Result<(), TestCaseError> {
        let whole = service::check(&self.request(), &[], &[]).map(|checked| told(&checked));
        for turn in 0..2 {
            let memory =
                Memory { folder: &self.memory, begun: Timestamp::now() + SignedDuration::from_secs(60) };
            let recalled =
                service::check_recalling(&self.request(), &[], memory).map(|checked| told(&checked));
            let (whole, recalled) = (text(&whole), text(&recalled));
            prop_assert_eq!(whole, recalled, "at turn {}", turn);
        }
        Ok(())
    }

    fn text(&self, path: &Utf8Path) -> String {
        fs::read_to_string(self.root.join(path)).unwrap_or_default()
    }

    fn write(&self, path: impl AsRef<Utf8Path>, text: &str) {
        let path = self.root.join(path.as_ref());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The file of the catalog that outcomes are kept in.
    fn kept(&self) -> Utf8PathBuf {
        let mut files = self.memory.read_dir_utf8().unwrap().map(|entry| entry.unwrap().into_path());
        let file = files.next().unwrap();
        assert_eq!(files.next(), None, "one file a catalog, and no drafts");
        file
    }

    /// One thing that happens to the files.
    fn happen(&self, what: u8, which: usize, seed: u32) {
        let path = &self.products[which % PRODUCTS];
        let other = &self.products[(which + 1) % PRODUCTS];
        let text = self.text(path);
        let whole = self.root.join(path);
        match what {
            0 => self.write(path, &text.replacen("overview: ", &format!("overview: {seed} "), 1)),
            1 => self.write(path, &text.replacen("overview: ", "overview: [", 1)),
            2 => self.write(path, &text.replacen("\nversion: ", "\nversion: newest \nwritten: ", 1)),
            3 => {
                // The same length and the same time as before.
                let Ok(before) = fs::metadata(&whole).and_then(|found| found.modified()) else { return };
                self.write(path, &text.replacen("publicSales: true", "publicSales: truE", 1));
                let file = fs::File::options().write(true).open(&whole).unwrap();
                file.set_modified(before).unwrap();
            }
            4 => drop(fs::rename(&whole, self.root.join(format!("products/moved-{seed}.yaml")))),
            5 => {
                let (there, spare) = (self.root.join(other), self.root.join("spare"));
                if fs::rename(&whole, &spare).is_ok() {
                    let _ = fs::rename(&there, &whole);
                    let _ = fs::rename(&spare, &there);
                }
            }
            6 => self.write(format!("products/copy-{}.yaml", seed % 3), &text),
            7 => drop(fs::remove_file(self.root.join("assets/logo.png"))),
            8 => drop(fs::copy(
                Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join(EXAMPLE).join("assets/logo.png"),
                self.root.join("assets/logo.png"),
            )),
            9 => self.write("assets/agreement.md", &format!("# Agreement {}\n", seed % 10)),
            10 => {
                let config = Utf8Path::new("gallerist.yaml");
                let level = ["off", "note", "warning", "error"][seed as usize % 4];
                let text = self.text(config);
                let text = text.split("rules:").next().unwrap_or_default();
                self.write(
                    config,
                    &format!("{text}rules: {{superlative-used: {level}, description-too-short: {level}}}\n"),
                );
            }
            11 if seed.is_multiple_of(2) => drop(fs::remove_file(self.root.join("attributes.yaml"))),
            11 => {
                let empty = "apiVersion: gallerist/v1\nkind: Attributes\nattributes: []\n";
                self.write("attributes.yaml", empty);
            }
            12 => {
                let (assets, elsewhere) = (self.root.join("assets"), self.root.join("elsewhere"));
                if fs::rename(&assets, &elsewhere).is_ok() {
                    std::os::unix::fs::symlink(&elsewhere, &assets).unwrap();
                }
            }
            13 => {
                if let Some(Ok(entry)) = self.memory.read_dir_utf8().ok().and_then(|mut found| found.next()) {
                    let mut bytes = fs::read(entry.path()).unwrap();
                    let at = seed as usize % bytes.len().max(1);
                    match seed % 3 {
                        0 => bytes.truncate(at),
                        1 => bytes[at] ^= 1,
                        _ => bytes.extend(b"x"),
                    }
                    fs::write(entry.path(), bytes).unwrap();
                }
            }
            14 => {
                let key = self.text(other).lines().find(|line| line.starts_with("key: ")).map(str::to_owned);
                let own = text.lines().find(|line| line.starts_with("key: ")).map(str::to_owned);
                if let (Some(own), Some(key)) = (own, key) {
                    self.write(path, &text.replacen(&own, &key, 1));
                }
            }
            15 => drop(fs::remove_file(&whole)),
            16 => {
                let file = fs::File::options().write(true).open(&whole);
                let when = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::from(seed));
                let _ = file.and_then(|file| file.set_modified(when));
            }
            _ => self.write(path, &text.replacen("name: ", "formerly: [long-ago]\nname: ", 1)),
        }
    }
}

fn told(checked: &Checked) -> String {
    let Checked { products, files_read, recalled: _, subjects, marks, prefix, diagnostics } = checked;
    let found = render::diagnostics(diagnostics, Style::PLAIN);
    format!("{products} {files_read} {subjects:?} {marks:?} {prefix}\n{found}")
}

fn text<E: std::fmt::Display>(told: &Result<String, E>) -> String {
    told.as_ref().map_or_else(ToString::to_string, Clone::clone)
}

#[test]
fn what_has_not_changed_is_recalled_and_what_has_is_looked_at() {
    let shop = Shop::new();
    assert_eq!(shop.recalling().recalled, 0);
    assert_eq!(shop.recalling().recalled, PRODUCTS);
    shop.happen(0, 1, 7);
    assert_eq!(shop.recalling().recalled, PRODUCTS - 1);
    shop.happen(2, 1, 0);
    let told = shop.recalling();
    assert!(!told.diagnostics.list.is_empty());
    assert_eq!(told.recalled, PRODUCTS - 1);
    assert_eq!(
        shop.recalling().recalled,
        PRODUCTS - 1,
        "what there is something to tell about is looked at each time"
    );
}

#[test]
fn what_changed_a_moment_ago_is_not_relied_on() {
    let shop = Shop::new();
    shop.recalling_at(Timestamp::now());
    assert_eq!(shop.recalling_at(Timestamp::now()).recalled, 0);
}

#[test]
fn other_settings_another_target_and_another_catalog_recall_nothing() {
    let shop = Shop::new();
    shop.recalling();
    shop.happen(10, 0, 3);
    assert_eq!(shop.recalling().recalled, 0);
    assert_eq!(shop.recalling().recalled, PRODUCTS);
    let kept = fs::read(shop.kept()).unwrap();
    let other = Shop::new();
    other.recalling();
    fs::write(other.kept(), kept).unwrap();
    assert_eq!(other.recalling().recalled, 0);
}

#[test]
fn the_command_keeps_outcomes_where_caches_stand_and_says_how_many_it_recalled() {
    let shop = Shop::new();
    let cli = Cli::new();
    let run = |arguments: &[&str]| cli.run(&[&["check", "-C", shop.root.as_str()], arguments].concat());
    let first = run(&[]);
    assert_eq!((first.code, first.stdout.as_str()), (0, "5 products are fine.\n"), "{}", first.stderr);
    std::thread::sleep(Duration::from_millis(3_200));
    assert_eq!(run(&[]).code, 0);
    let again = run(&["--verbose"]);
    assert!(again.stderr.contains("5 of them have not changed"), "{}", again.stderr);
    assert_eq!(again.stdout, first.stdout);
    let without = run(&["--verbose", "--no-cache"]);
    assert!(without.stderr.contains("; 0 of them"), "{}", without.stderr);
    let left: Vec<_> =
        shop.root.read_dir_utf8().unwrap().map(|entry| entry.unwrap().file_name().to_owned()).collect();
    assert!(!left.iter().any(|name| name.starts_with('.')), "nothing is written into the catalog: {left:?}");
}

#[test]
fn a_folder_that_cannot_be_used_costs_nothing_but_time() {
    let shop = Shop::new();
    fs::write(&shop.memory, "a file, and no folder").unwrap();
    assert_eq!(shop.recalling().recalled, 0);
    assert_eq!(told(&shop.recalling()), told(&service::check(&shop.request(), &[], &[]).unwrap()));
}

#[test]
fn nothing_but_a_file_of_ours_is_read_or_written() {
    let shop = Shop::new();
    shop.recalling();
    let place = shop.kept();
    let precious = shop.memory.join("precious");
    for what in ["link", "pipe"] {
        fs::remove_file(&place).unwrap();
        fs::write(&precious, "precious").unwrap();
        match what {
            "link" => std::os::unix::fs::symlink(&precious, &place).unwrap(),
            _ => assert!(std::process::Command::new("mkfifo").arg(&place).status().unwrap().success()),
        }
        assert_eq!(shop.recalling().recalled, 0, "{what}");
        assert_eq!(fs::read_to_string(&precious).unwrap(), "precious", "{what}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_to_the_files_the_same_is_told(
        happenings in prop::collection::vec((0_u8..18, 0_usize..PRODUCTS, any::<u32>()), 1..7)
    ) {
        let shop = Shop::new();
        shop.agree()?;
        for (what, which, seed) in happenings {
            // Longer than a tick of the file system's clock.
            std::thread::sleep(Duration::from_millis(12));
            shop.happen(what, which, seed);
            shop.agree()?;
        }
    }
}
