//! Change sheets of each kind, in both languages, in a real browser: shown without anything from outside, every step with
//! its box, and printed on paper.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A catalog at the console, in a temporary folder.
struct Shop {
    folder: tempfile::TempDir,
}

impl Shop {
    fn new(example: &str, language: &str) -> Self {
        let shop = Self { folder: tempfile::tempdir().expect("a folder") };
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example);
        let copied = Command::new("cp").arg("-r").arg(from.join(".")).arg(shop.folder.path()).status();
        assert!(copied.expect("cp runs").success());
        let config = shop.path("gallerist.yaml");
        let text = std::fs::read_to_string(&config).expect("a catalog");
        let console =
            format!("{{driver: console, language: {language}}}\n    preflight: {{required: false}}");
        let text = text.replace("{driver: sandbox, path: .gallerist/sandbox.db}", &console);
        std::fs::write(&config, text).expect("written");
        shop
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gallerist"));
        command.args(arguments).current_dir(self.folder.path()).env("NO_COLOR", "1").env_remove("CI");
        command.output().expect("the tool runs")
    }

    /// Hands over what is to be done and records its approval; the sheet.
    fn sheet(&self) -> PathBuf {
        let _ = self.run(&["reconcile"]);
        let listed = String::from_utf8(self.run(&["submissions", "list"]).stdout).expect("text");
        let id = listed.split_whitespace().next().expect("a submission").to_owned();
        let approved = self.run(&[
            "submissions",
            "record",
            &id,
            "approved",
            "--application",
            &id,
            "--product-id",
            "P-1",
        ]);
        assert!(approved.status.success(), "{}", String::from_utf8_lossy(&approved.stderr));
        let sheets = std::fs::read_dir(self.path("sheets/intl")).expect("sheets");
        let folder = sheets.map(|entry| entry.expect("an entry").path());
        let mut folder = folder.filter(|path| path.display().to_string().ends_with(&id));
        folder.next().expect("the sheet's folder").join("sheet.html")
    }

    fn approve_everything(&self) {
        for _ in 0..4 {
            let plan = String::from_utf8(self.run(&["plan"]).stdout).expect("text");
            let words = plan.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
            let operations: Vec<&str> =
                words.filter(|word| word.starts_with("o-") && word.len() == 18).collect();
            for operation in operations {
                let _ = self.run(&["approve", operation, "--reason", "agreed"]);
            }
        }
    }
}

pub(crate) fn chromium(folder: &Path, arguments: &[String]) -> Output {
    let program = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|name| {
        Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success())
    });
    let program = program.expect("Chromium is needed; scripts/prepare installs it");
    Command::new(program)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--enable-logging=stderr", "--virtual-time-budget=2000"])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .args(arguments)
        .output()
        .expect("Chromium runs")
}

/// Opens a sheet, looks at what the browser made of it, and prints it.
fn look(sheet: &Path) {
    let folder = tempfile::tempdir().expect("a folder");
    let text = std::fs::read_to_string(sheet).expect("the sheet");
    let url = format!("file://{}", sheet.display());
    let shown = chromium(folder.path(), &["--dump-dom".to_owned(), url.clone()]);
    let dom = String::from_utf8_lossy(&shown.stdout).into_owned();
    let complaints = String::from_utf8_lossy(&shown.stderr).into_owned();
    let console: Vec<&str> = complaints.lines().filter(|line| line.contains("CONSOLE")).collect();
    assert!(console.is_empty(), "{}: {console:?}", sheet.display());
    assert!(!text.contains("src=") && !text.contains("href="), "{} needs something else", sheet.display());
    let boxes = |text: &str| text.matches("type=\"checkbox\"").count();
    assert!(boxes(&dom) > 3, "{}\n{dom}", sheet.display());
    assert_eq!(boxes(&dom), boxes(&text));
    assert_eq!(dom.matches("<pre>").count(), text.matches("<pre>").count());
    let paper = folder.path().join("sheet.pdf");
    let print = [format!("--print-to-pdf={}", paper.display()), "--no-pdf-header-footer".to_owned(), url];
    let _ = chromium(folder.path(), &print);
    let pdf = std::fs::read(&paper).expect("the sheet was printed");
    assert!(pdf.starts_with(b"%PDF-") && pdf.len() > 5_000, "{}", sheet.display());
}

#[test]
fn a_sheet_of_each_kind_opens_and_prints_in_both_languages() {
    for language in ["en", "zh"] {
        let license = Shop::new("03-first-license", language);
        look(&license.sheet());
        let trial = Shop::new("08-frozen-trial-replaced", language);
        let release = trial.sheet();
        let steps = trial.path("steps/3-replace-the-specification/.");
        let copied = Command::new("cp").arg("-r").arg(steps).arg(trial.folder.path()).status();
        assert!(copied.expect("cp runs").success());
        trial.approve_everything();
        let (modify, remove) = (trial.sheet(), trial.sheet());
        let checklist = trial.path("checklist.html");
        let made = trial.run(&["drift", "--sheet", "--out", "checklist.html"]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        for sheet in [release, modify, remove, checklist] {
            look(&sheet);
        }
    }
}

#[test]
fn hostile_texts_do_nothing_in_the_browser() {
    let shop = Shop::new("07-price-change", "en");
    let path = shop.path("products/quayside-migration/product.yaml");
    let text = std::fs::read_to_string(&path).expect("a product");
    let name = "overview: '</pre><script>document.title=\"stolen\"</script><img src=x onerror=alert(1)>'\n";
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("overview:")).collect();
    std::fs::write(&path, format!("{}\n{name}", lines.join("\n"))).expect("written");
    let sheet = shop.sheet();
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("file://{}", sheet.display());
    let dom = String::from_utf8_lossy(&chromium(folder.path(), &["--dump-dom".to_owned(), url]).stdout)
        .into_owned();
    assert!(dom.contains("<title>Release: Quayside Migration Service</title>"), "{dom}");
    assert!(!dom.contains("<img") && dom.contains("&lt;img"), "the text stays text");
}
