//! What of a catalog is in no commit: whatever happens to files and index, the tool says what git says, and looks into no more
//! files than it has to.

use camino::{Utf8Path, Utf8PathBuf};
use gallerist::repository::{Files, Git, WorkTree};
use proptest::prelude::*;
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// The files of the catalog, which is a folder of the repository, and one beside it.
const FILES: [&str; 5] = [
    "shop/gallerist.yaml",
    "shop/products/a.yaml",
    "shop/products/b.yaml",
    "shop/assets/a name.txt",
    "beside.txt",
];

/// Of one length, so that no file's size tells that it changed.
const CONTENTS: [&str; 3] = ["one\n", "two\n", "six\n"];

struct Shop {
    _home: TempDir,
    top: Utf8PathBuf,
}

impl Shop {
    fn new() -> Self {
        let home = TempDir::new().unwrap();
        let top = Utf8PathBuf::from_path_buf(home.path().canonicalize().unwrap()).unwrap();
        let shop = Self { _home: home, top };
        shop.git(&["init", "-q", "-b", "main"]);
        for file in FILES {
            shop.write(file, CONTENTS[0]);
        }
        shop.git(&["add", "-A"]);
        shop.git(&["commit", "-qm", "first"]);
        shop
    }

    fn path(&self, file: &str) -> Utf8PathBuf {
        self.top.join(file)
    }

    fn write(&self, file: &str, content: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Runs git; what it refuses to do is not done.
    fn git(&self, arguments: &[&str]) -> Vec<u8> {
        self.command(arguments).output().unwrap().stdout
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let who = ["-c", "user.name=a", "-c", "user.email=a@acme.example", "-c", "core.quotePath=false"];
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.top).args(who).args(arguments);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
        command
    }

    fn tracked(&self) -> (Git, WorkTree) {
        let tree = WorkTree::open(&self.path("shop")).unwrap();
        (Git::discover(tree.root()).unwrap().unwrap(), tree)
    }

    /// What the tool says of files that git knows.
    fn differing(&self) -> Vec<String> {
        self.uncommitted(&[])
    }

    /// What it says once these files of the catalog were read.
    fn uncommitted(&self, files: &[&str]) -> Vec<String> {
        let (git, tree) = self.tracked();
        tree.note_opened();
        for file in files {
            let _ = tree.read_text(Utf8Path::new(file));
        }
        let head = git.head().unwrap();
        let tracked = git.tracked(head.as_deref()).unwrap();
        let found = tracked.uncommitted(&tree.opened(), tree.root(), |path| tree.folder().stamp(path));
        found.unwrap().into_iter().map(|path| format!("shop/{path}")).collect()
    }

    /// What git says of files that it knows when it reads each of them: from an index of the same content, in which it noted
    /// nothing of any file. By its notes it would miss what changed within the second in which it looked.
    fn status(&self) -> Vec<String> {
        let index = self.top.join(".git/index-of-test");
        let _ = fs::remove_file(&index);
        let mut entries = self.command(&["update-index", "-z", "--index-info"]);
        entries.env("GIT_INDEX_FILE", &index).stdin(Stdio::piped());
        let mut entries = entries.spawn().unwrap();
        entries.stdin.take().unwrap().write_all(&self.git(&["ls-files", "-s", "-z"])).unwrap();
        assert!(entries.wait().unwrap().success());
        let options = ["--porcelain=v1", "-z", "--no-renames", "--untracked-files=no", "--", "shop"];
        let mut status = self.command(&[&["--no-optional-locks", "status"][..], &options].concat());
        let said = String::from_utf8(status.env("GIT_INDEX_FILE", &index).output().unwrap().stdout).unwrap();
        let mut paths: Vec<String> =
            said.split_terminator('\0').map(|line| line.get(3..).unwrap().to_owned()).collect();
        paths.sort_by(|a, b| Utf8Path::new(a).cmp(Utf8Path::new(b)));
        paths
    }

    fn happen(&self, event: &Event) {
        let (file, content) = match event {
            Event::Write(at, content) => (FILES[*at], CONTENTS[*content]),
            Event::SetBack(at, content) => (FILES[*at], CONTENTS[*content]),
            Event::Executable(at)
            | Event::Remove(at)
            | Event::Link(at)
            | Event::Folder(at)
            | Event::Add(at)
            | Event::Forget(at) => (FILES[*at], ""),
            Event::AddAll | Event::Commit | Event::Refresh | Event::CheckOut => ("", ""),
        };
        let path = self.path(file);
        match event {
            Event::Write(..) | Event::SetBack(..) | Event::Link(_) | Event::Folder(_) | Event::Remove(_) => {
                let _ = fs::remove_file(&path).or_else(|_| fs::remove_dir_all(&path));
            }
            _ => {}
        }
        match event {
            Event::Write(..) => self.write(file, content),
            Event::SetBack(..) => {
                // Some systems' clocks tick that slowly, and git misses what happens within a tick.
                std::thread::sleep(Duration::from_millis(12));
                self.write(file, content);
                let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
                fs::File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
            }
            Event::Remove(_) => {}
            Event::Folder(_) => self.write(&format!("{file}/within"), CONTENTS[0]),
            #[cfg(unix)]
            Event::Link(_) => {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::os::unix::fs::symlink("nowhere", &path).unwrap();
            }
            #[cfg(unix)]
            Event::Executable(_) => {
                use std::os::unix::fs::PermissionsExt;
                if fs::symlink_metadata(&path).is_ok_and(|found| found.is_file()) {
                    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
                }
            }
            #[cfg(not(unix))]
            Event::Link(_) | Event::Executable(_) => {}
            Event::Add(_) => drop(self.git(&["add", "--", file])),
            Event::Forget(_) => drop(self.git(&["rm", "-q", "-r", "--cached", "--", file])),
            Event::AddAll => drop(self.git(&["add", "-A"])),
            Event::Commit => drop(self.git(&["commit", "-qm", "more"])),
            Event::Refresh => drop(self.git(&["status"])),
            Event::CheckOut => drop(self.git(&["checkout", "-q", "-f", "HEAD", "--", "."])),
        }
    }
}

/// What happens to a catalog.
#[derive(Debug, Clone)]
enum Event {
    Write(usize, usize),
    /// Written, and said to have been written long ago.
    SetBack(usize, usize),
    Executable(usize),
    Remove(usize),
    Link(usize),
    Folder(usize),
    Add(usize),
    /// Git is told that it does not know the file.
    Forget(usize),
    AddAll,
    Commit,
    /// Git looks at everything, and notes what it sees.
    Refresh,
    CheckOut,
}

fn event() -> impl Strategy<Value = Event> {
    // The catalog itself stays one.
    let file = || 1..FILES.len();
    prop_oneof![
        4 => (file(), 0..CONTENTS.len()).prop_map(|(file, content)| Event::Write(file, content)),
        2 => (file(), 0..CONTENTS.len()).prop_map(|(file, content)| Event::SetBack(file, content)),
        1 => file().prop_map(Event::Executable),
        1 => file().prop_map(Event::Remove),
        1 => file().prop_map(Event::Link),
        1 => file().prop_map(Event::Folder),
        2 => file().prop_map(Event::Add),
        1 => file().prop_map(Event::Forget),
        1 => Just(Event::AddAll),
        2 => Just(Event::Commit),
        2 => Just(Event::Refresh),
        1 => Just(Event::CheckOut),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]
    #[test]
    fn the_tool_says_what_git_says_differs(events in proptest::collection::vec(event(), 1..14)) {
        let shop = Shop::new();
        for (at, event) in events.iter().enumerate() {
            shop.happen(event);
            prop_assert_eq!(shop.differing(), shop.status(), "after {:?}", events.get(..=at));
        }
    }
}

#[test]
fn git_tells_commit_and_cleanness_of_the_catalogs_folder() {
    let shop = Shop::new();
    let head = String::from_utf8(shop.git(&["rev-parse", "HEAD"])).unwrap();
    assert_eq!(shop.tracked().0.head().unwrap().as_deref(), Some(head.trim()));
    shop.write("elsewhere.yaml", "");
    shop.write("beside.txt", CONTENTS[1]);
    shop.write("shop/.gallerist/sandbox.db", "");
    assert_eq!(shop.differing(), [""; 0]);
    fs::remove_file(shop.path(FILES[1])).unwrap();
    assert_eq!(shop.differing(), [FILES[1]]);
    shop.write(FILES[1], CONTENTS[1]);
    assert_eq!(shop.differing(), [FILES[1]]);
    // Git notes that it looked away, and the tool does not.
    shop.git(&["checkout", "-q", "."]);
    assert_eq!(shop.differing(), [""; 0]);
    shop.git(&["update-index", "--assume-unchanged", FILES[1]]);
    assert_eq!(shop.differing(), [FILES[1]]);
}

#[test]
fn a_catalog_need_not_be_in_git() {
    let home = TempDir::new().unwrap();
    let top = Utf8PathBuf::from_path_buf(home.path().canonicalize().unwrap()).unwrap();
    fs::write(top.join("gallerist.yaml"), "").unwrap();
    assert!(Git::discover(WorkTree::open(&top).unwrap().root()).unwrap().is_none());
    git2::Repository::init_bare(top.join("bare.git")).unwrap();
    assert!(Git::discover(&top.join("bare.git")).unwrap().is_none());
}

#[test]
fn before_the_first_commit_everything_is_in_none() {
    let home = TempDir::new().unwrap();
    let top = Utf8PathBuf::from_path_buf(home.path().canonicalize().unwrap()).unwrap();
    let shop = Shop { _home: home, top };
    shop.git(&["init", "-q", "-b", "main"]);
    shop.write("shop/gallerist.yaml", "");
    shop.write("shop/products/a.yaml", "");
    assert_eq!(shop.tracked().0.head().unwrap(), None);
    let files = ["gallerist.yaml", "products/a.yaml"];
    let whole = files.map(|file| format!("shop/{file}"));
    assert_eq!((shop.differing(), shop.uncommitted(&files)), (Vec::new(), whole.to_vec()));
    shop.git(&["add", "-A"]);
    assert_eq!((shop.differing(), shop.uncommitted(&files)), (whole.to_vec(), whole.to_vec()));
}

#[test]
fn many_changed_files_are_told_as_few_are() {
    let shop = Shop::new();
    let files: Vec<String> = (0..1_200).map(|at| format!("shop/products/{at:04}.yaml")).collect();
    for file in &files {
        shop.write(file, CONTENTS[0]);
    }
    shop.git(&["add", "-A"]);
    shop.git(&["commit", "-qm", "many"]);
    for file in files.iter().step_by(2) {
        shop.write(file, CONTENTS[1]);
    }
    let changed: Vec<String> = files.iter().step_by(2).cloned().collect();
    assert_eq!(shop.differing(), changed);
}

/// A name that is no text cannot be asked about by its name.
#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_text_hides_no_change() {
    use std::os::unix::ffi::OsStrExt;
    let shop = Shop::new();
    let odd = shop.path("shop/products").into_std_path_buf().join(std::ffi::OsStr::from_bytes(b"\xFF.yaml"));
    fs::write(&odd, CONTENTS[0]).unwrap();
    shop.git(&["add", "-A"]);
    shop.git(&["commit", "-qm", "odd"]);
    assert_eq!(shop.differing(), [""; 0]);
    shop.write(FILES[1], CONTENTS[1]);
    fs::write(&odd, CONTENTS[1]).unwrap();
    assert_eq!(shop.differing(), [FILES[1], "shop/products/\u{FFFD}.yaml"]);
    // Nor does it pass for another's.
    shop.git(&["commit", "-qam", "changed"]);
    shop.write("shop/products/\u{FFFD}.yaml", CONTENTS[0]);
    assert_eq!(shop.uncommitted(&["products/\u{FFFD}.yaml"]), ["shop/products/\u{FFFD}.yaml"]);
}

#[cfg(unix)]
fn link(to: &str, at: &Utf8Path) {
    std::os::unix::fs::symlink(to, at).unwrap();
}

#[cfg(unix)]
#[test]
fn links_that_led_to_a_file_are_committed_with_it_or_not_at_all() {
    let shop = Shop::new();
    link("../assets", &shop.path("shop/products/linked"));
    link("a.yaml", &shop.path("shop/products/c.yaml"));
    let (behind, file) = ("products/linked/a name.txt", "products/c.yaml");
    assert_eq!(shop.uncommitted(&[behind, file]), ["shop/products/c.yaml", "shop/products/linked"]);
    assert_eq!(shop.uncommitted(&["products/a.yaml"]), [""; 0]);
    shop.git(&["add", "-A"]);
    shop.git(&["commit", "-qm", "links"]);
    assert_eq!(shop.uncommitted(&[behind, file]), [""; 0]);
    // What they lead to counts as well, and every link in between.
    shop.write("shop/assets/new.txt", "");
    assert_eq!(shop.uncommitted(&["products/linked/new.txt"]), ["shop/assets/new.txt"]);
    for (at, to) in [("d.yaml", "e.yaml"), ("e.yaml", "f.txt")] {
        link(to, &shop.path("shop/products").join(at));
    }
    shop.write("shop/products/f.txt", "");
    shop.git(&["add", "shop/products/d.yaml", "shop/assets/new.txt"]);
    shop.git(&["commit", "-qm", "the first of two links"]);
    let lacking = ["shop/products/e.yaml", "shop/products/f.txt"];
    assert_eq!(shop.uncommitted(&["products/d.yaml"]), lacking);
    // Also where git is told to ignore it.
    shop.write("shop/.gitignore", "e.yaml\nf.txt\n");
    shop.git(&["add", "shop/.gitignore"]);
    shop.git(&["commit", "-qm", "ignored"]);
    assert_eq!(shop.uncommitted(&["products/d.yaml"]), lacking);
}

#[cfg(unix)]
#[test]
fn a_folder_that_a_link_took_the_place_of_is_missing() {
    let shop = Shop::new();
    fs::rename(shop.path("shop/products"), shop.path("shop/elsewhere")).unwrap();
    link("elsewhere", &shop.path("shop/products"));
    let told = shop.uncommitted(&["products/a.yaml"]);
    for path in ["shop/products/a.yaml", "shop/products/b.yaml", "shop/elsewhere/a.yaml"] {
        assert!(told.contains(&path.to_owned()), "{told:?}");
    }
}

#[test]
fn names_that_git_takes_for_alike_are_told_apart_where_the_disk_does() {
    let shop = Shop::new();
    shop.git(&["config", "core.ignorecase", "true"]);
    shop.write("shop/products/A.yaml", CONTENTS[1]);
    // Where the disk tells no letters apart, this was written into the file that git knows.
    assert_ne!(shop.uncommitted(&["products/A.yaml"]), [""; 0]);
    // There two names lead to one file, as these do.
    let shop = Shop::new();
    if fs::hard_link(shop.path(FILES[1]), shop.path("shop/products/A.yaml")).is_ok() {
        shop.git(&["add", FILES[1]]);
        assert_eq!(shop.uncommitted(&["products/A.yaml"]), ["shop/products/A.yaml"]);
        shop.git(&["config", "core.ignorecase", "true"]);
        assert_eq!(shop.uncommitted(&["products/A.yaml"]), [""; 0]);
    }
}

/// Git's two ways to tell what it ignores do not agree about it: one of them says nothing of the file, the other that it is
/// not ignored.
#[test]
fn a_file_of_which_git_says_nothing_is_not_committed() {
    let shop = Shop::new();
    shop.write(".git/info/exclude", "many/\n!many/a.yaml\n");
    shop.write("shop/products/many/a.yaml", CONTENTS[0]);
    assert_eq!(shop.uncommitted(&["products/many/a.yaml"]), ["shop/products/many/a.yaml"]);
}

#[test]
fn files_of_a_submodule_are_in_its_commit() {
    let (shop, other) = (Shop::new(), Shop::new());
    let allowed = ["-c", "protocol.file.allow=always"];
    let added = [&allowed[..], &["submodule", "--quiet", "add", other.top.as_str(), "shop/products/sub"]];
    shop.git(&added.concat());
    shop.git(&["commit", "-qm", "a submodule"]);
    let file = "products/sub/shop/products/a.yaml";
    assert!(shop.path("shop").join(file).exists());
    assert_eq!(shop.uncommitted(&[file]), [""; 0]);
    shop.write(&format!("shop/{file}"), CONTENTS[1]);
    assert_eq!(shop.uncommitted(&[file]), ["shop/products/sub"]);
}

#[test]
fn a_repository_within_is_not_committed() {
    let shop = Shop::new();
    shop.write("shop/products/within/a.yaml", CONTENTS[0]);
    shop.git(&["init", "-q", "shop/products/within"]);
    let told = shop.uncommitted(&["products/within/a.yaml"]);
    assert!(told.iter().any(|path| path.starts_with("shop/products/within")), "{told:?}");
    // Nobody opens a folder.
    fs::create_dir(shop.path("shop/products/folder.yaml")).unwrap();
    assert_eq!(shop.uncommitted(&["products/folder.yaml", "products/a.yaml"]), [""; 0]);
}

#[test]
fn many_files_that_git_is_told_to_ignore_are_told_as_few_are() {
    let shop = Shop::new();
    shop.write(".git/info/exclude", "many\n");
    let files: Vec<String> = (0..600).map(|at| format!("products/many/{at:04}.yaml")).collect();
    for file in &files {
        shop.write(&format!("shop/{file}"), CONTENTS[0]);
    }
    shop.write("shop/products/many/that nobody reads.txt", CONTENTS[0]);
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    for some in [&files[..3], &files[..]] {
        let expected: Vec<String> = some.iter().map(|file| format!("shop/{file}")).collect();
        assert!(shop.uncommitted(some) == expected, "{} files", some.len());
    }
}
