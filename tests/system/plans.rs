//! Plans as HTML files in a real browser: light and dark, on a phone and a desk, with hostile texts and with two hundred
//! products.

use super::sheets::chromium;
use camino::Utf8PathBuf;
use gallerist::render::plan_html;
use gallerist::service::{self, Request};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A copy of an example, and a place for pages.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new(example: &str) -> Self {
        let desk = Self(tempfile::tempdir().expect("a folder"));
        desk.copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example));
        desk
    }

    fn copy(&self, from: &Path) {
        let copied = Command::new("cp").arg("-r").arg(from.join(".")).arg(self.0.path()).status();
        assert!(copied.expect("cp runs").success());
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn run(&self, arguments: &[&str]) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gallerist"));
        command.args(["--now", "2026-11-24T09:00:00Z"]).args(arguments).current_dir(self.0.path());
        let _ = command.env("NO_COLOR", "1").env_remove("CI").output().expect("the tool runs");
    }

    fn page(&self) -> String {
        let directory = Utf8PathBuf::from_path_buf(self.0.path().to_owned()).expect("a path in UTF-8");
        let now = "2026-11-24T09:10:00Z".parse().expect("a moment");
        let request = Request { directory, target: None, now, on_throwaway_machine: false };
        plan_html(&service::plan(&request, &service::PlanRequest::default()).expect("a plan").proposal())
    }

    /// A product with a hostile name, released, and hostile changes to it.
    fn hostile() -> Self {
        let desk = Self::new("08-frozen-trial-replaced");
        for arguments in [&["reconcile"][..], &["sandbox", "review", "--approve-all"], &["reconcile"]] {
            desk.run(arguments);
        }
        desk.copy(&desk.path("steps/3-replace-the-specification"));
        let product = "products/tidewater-crm/product.yaml";
        let text = std::fs::read_to_string(desk.path(product)).expect("a product");
        let lines = text.lines().map(|line| match line.split_once(": ") {
            Some(("name", _)) => "name: \"</title><script>document.title='stolen'</script>\u{202e}<b>\"".to_owned(),
            Some(("overview", _)) => {
                "overview: '</div></details><img src=x onerror=\"document.title=1\"><style>*{display:none}</style>'"
                    .to_owned()
            }
            _ => line.to_owned(),
        });
        let text: Vec<String> = lines.collect();
        std::fs::write(desk.path(product), text.join("\n") + "\n").expect("written");
        let description = desk.path("products/tidewater-crm/description.md");
        let text = std::fs::read_to_string(&description).expect("a description");
        let long = format!("{text}\n<iframe src=\"https://evil.example\"></iframe> {}\n", "wide".repeat(400));
        std::fs::write(description, long).expect("written");
        desk
    }
}

/// What the browser made of a page, as it says itself.
struct Seen {
    overflow: i64,
    elements: i64,
    scripts: i64,
    products: i64,
    rows: i64,
    lanes: i64,
    title: String,
    background: String,
}

/// Opens the page in a frame of this width. The page runs no script of its own; the frame around it measures.
fn look(page: &str, width: usize, dark: bool) -> Seen {
    let folder = tempfile::tempdir().expect("a folder");
    let frame = folder.path().join("frame.html");
    let source = page.replace('&', "&amp;").replace('"', "&quot;");
    let script = "const f=document.querySelector('iframe');const go=()=>{const d=f.contentDocument;\
        const n=s=>d.querySelectorAll(s).length;const e=d.documentElement;\
        document.querySelector('output').textContent=[e.scrollWidth-e.clientWidth,n('*'),\
        n('script,img,iframe,object,embed,link,form'),n('details.product'),n('tbody tr'),n('svg .who'),\
        d.title,getComputedStyle(d.body).backgroundColor].join('\\t')};\
        if(f.contentDocument.querySelector('footer'))go();else f.addEventListener('load',go);";
    let text = format!(
        "<!doctype html><meta charset=\"utf-8\"><iframe width=\"{width}\" height=\"900\" srcdoc=\"{source}\"></iframe>\
         <output></output><script>{script}</script>"
    );
    std::fs::write(&frame, text).expect("written");
    let scheme = format!("--blink-settings=preferredColorScheme={}", usize::from(!dark));
    let arguments = ["--dump-dom".to_owned(), scheme, format!("file://{}", frame.display())];
    let output = chromium(folder.path(), &arguments);
    let dom = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    let console: Vec<&str> = complaints.lines().filter(|line| line.contains("CONSOLE")).collect();
    assert!(console.is_empty(), "{console:?}");
    let said = dom.rsplit_once("<output>").expect("the frame says something").1;
    let said = said.split_once("</output>").expect("the whole of it").0;
    let parts: Vec<&str> = said.split('\t').collect();
    let number = |at: usize| parts[at].parse().unwrap_or_else(|_| panic!("{said}"));
    Seen {
        overflow: number(0),
        elements: number(1),
        scripts: number(2),
        products: number(3),
        rows: number(4),
        lanes: number(5),
        title: parts[6].to_owned(),
        background: parts[7].to_owned(),
    }
}

#[test]
fn hostile_texts_stay_text_in_the_browser() {
    let page = Desk::hostile().page();
    assert!(page.contains("stolen") && page.contains("&lt;iframe"), "the texts are on the page");
    let mut backgrounds = Vec::new();
    for (width, dark) in [(360, false), (1200, false), (360, true), (1200, true)] {
        let seen = look(&page, width, dark);
        assert_eq!(seen.overflow, 0, "{width} pixels");
        assert_eq!(seen.scripts, 0, "no foreign element");
        assert_eq!(seen.title, "Plan for harbour-line at intl");
        assert_eq!((seen.products, seen.rows, seen.lanes), (1, 1, 1));
        backgrounds.push(seen.background);
    }
    assert_eq!(backgrounds[0], backgrounds[1]);
    assert_ne!(backgrounds[0], backgrounds[2], "dark is dark");
}

#[test]
fn two_hundred_products_are_one_page() {
    let desk = Desk::new("14-two-hundred-products");
    let page = desk.page();
    assert!(page.len() < 2_000_000, "{} bytes", page.len());
    for width in [360, 1200] {
        let seen = look(&page, width, false);
        assert_eq!(seen.overflow, 0, "{width} pixels");
        assert_eq!((seen.products, seen.rows, seen.lanes), (200, 200, 40));
        assert!(seen.elements < 30_000, "{} elements", seen.elements);
    }
}

#[test]
fn a_plan_prints() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("plan.html");
    std::fs::write(&file, Desk::hostile().page()).expect("written");
    let paper = folder.path().join("plan.pdf");
    let print = [
        format!("--print-to-pdf={}", paper.display()),
        "--no-pdf-header-footer".to_owned(),
        format!("file://{}", file.display()),
    ];
    let _ = chromium(folder.path(), &print);
    let pdf = std::fs::read(&paper).expect("the plan was printed");
    assert!(pdf.starts_with(b"%PDF-") && pdf.len() > 5_000);
}
