//! What of a catalog is in no commit: whatever happens to files and index, the tool says what git says, and looks into no more
//! files than it has to.

use camino::{Utf8Path, Utf8PathBuf};
use gallerist::repository::{Git, WorkTree};
use proptest::prelude::*;
use rayon::prelude::*;
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

    /// What the tool says.
    fn differing(&self) -> Vec<String> {
        let (git, tree) = self.tracked();
        let differing = git.tracked().unwrap().differing(|path| tree.folder().stamp(path)).unwrap();
        differing.into_iter().map(|path| format!("shop/{path}")).collect()
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

    /// Those of the files that git does not know, as the tool says.
    fn lacking(&self, files: &[&str]) -> Vec<String> {
        let (git, tree) = self.tracked();
        let files: Vec<&Utf8Path> = files.iter().map(|file| Utf8Path::new(*file)).collect();
        let lacking = git.tracked().unwrap().lacking(files.into_par_iter(), tree.root());
        lacking.into_iter().map(Utf8Path::to_string).collect()
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
    assert_eq!((shop.differing(), shop.lacking(&files)), (Vec::new(), files.map(str::to_owned).to_vec()));
    shop.git(&["add", "-A"]);
    let staged = files.map(|file| format!("shop/{file}"));
    assert_eq!((shop.differing(), shop.lacking(&files)), (staged.to_vec(), Vec::new()));
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
}

#[cfg(unix)]
#[test]
fn files_behind_a_link_to_a_folder_are_known_by_their_own_paths() {
    let shop = Shop::new();
    std::os::unix::fs::symlink("../assets", shop.path("shop/products/linked")).unwrap();
    shop.write("shop/assets/new.txt", "");
    let files =
        ["products/linked/a name.txt", "products/linked/new.txt", "products/none.txt", "assets/new.txt"];
    assert_eq!(shop.lacking(&files), ["products/linked/new.txt", "assets/new.txt"]);
    shop.git(&["add", "shop/assets/new.txt"]);
    assert_eq!(shop.lacking(&files), [""; 0]);
    // A link that git does not know is not what it leads to.
    std::os::unix::fs::symlink("a.yaml", shop.path("shop/products/c.yaml")).unwrap();
    assert_eq!(shop.lacking(&["products/c.yaml"]), ["products/c.yaml"]);
}

#[test]
fn where_letters_are_alike_in_either_case_so_are_names() {
    let shop = Shop::new();
    let other = "products/A.yaml";
    shop.git(&["config", "core.ignorecase", "false"]);
    shop.write("shop/products/A.yaml", CONTENTS[0]);
    let tells_apart = fs::read_dir(shop.path("shop/products")).unwrap().count() == 3;
    assert_eq!(shop.lacking(&[other]), if tells_apart { vec![other] } else { Vec::new() });
    shop.git(&["config", "core.ignorecase", "true"]);
    assert_eq!(shop.lacking(&[other]), [""; 0]);
}
