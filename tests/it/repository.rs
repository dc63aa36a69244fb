//! The files of a catalog: found in order, read within bounds, never outside the root; and what git says about them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use camino::{Utf8Path, Utf8PathBuf};
use gallerist::config::{Config, Guards, Role};
use gallerist::model::{Digest, Key};
use gallerist::repository::{
    ASSET_BYTES_MAX, Assets, DEFINITION_BYTES_MAX, FileProblem, Files, Found, Git, GitError, Listing, Opened,
    Stamp, WorkTree, write_atomically,
};
use std::collections::BTreeMap;

/// A catalog's folder with files.
struct Folder {
    _guard: tempfile::TempDir,
    root: Utf8PathBuf,
}

impl Folder {
    fn new() -> Self {
        let guard = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(guard.path().canonicalize().unwrap()).unwrap();
        let folder = Self { _guard: guard, root };
        folder.write("gallerist.yaml", "");
        folder
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    fn tree(&self) -> WorkTree {
        WorkTree::open(&self.root).unwrap()
    }

    #[cfg(unix)]
    fn link(&self, path: &str, to: impl AsRef<std::path::Path>) {
        let path = self.root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(to, path).unwrap();
    }

    fn git(&self) -> git2::Repository {
        let repository = git2::Repository::init(&self.root).unwrap();
        repository.set_head("refs/heads/main").unwrap();
        repository
    }
}

fn config() -> Config {
    Config {
        name: Key::new("acme").unwrap(),
        products: "products".into(),
        attributes: "attributes.yaml".into(),
        approvals: "approvals".into(),
        default_target: Key::new("intl").unwrap(),
        targets: BTreeMap::new(),
        guards: Guards::default(),
        rules: BTreeMap::new(),
        rule_places: BTreeMap::new(),
        notify: Vec::new(),
    }
}

/// Commits everything in the work tree to the branch that is checked out.
fn commit(repository: &git2::Repository) -> String {
    let mut index = repository.index().unwrap();
    index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
    index.write().unwrap();
    let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let who = git2::Signature::now("a", "a@acme.example").unwrap();
    let parent = repository.head().ok().map(|head| head.peel_to_commit().unwrap());
    let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
    repository.commit(Some("HEAD"), &who, &who, "change", &tree, &parents).unwrap().to_string()
}

fn names(paths: impl Iterator<Item = impl AsRef<Utf8Path>>) -> Vec<String> {
    paths.map(|path| path.as_ref().to_string()).collect()
}

#[test]
fn the_catalog_is_found_from_below_but_not_above_the_repository() {
    let folder = Folder::new();
    folder.write("products/crm/product.yaml", "");
    let tree = WorkTree::open(&folder.root.join("products/crm")).unwrap();
    assert_eq!(tree.root(), folder.root);

    folder.write("inner/.git/HEAD", "");
    let error = WorkTree::open(&folder.root.join("inner")).unwrap_err().to_string();
    assert!(error.starts_with("there is no gallerist.yaml in "), "{error}");
    let error = WorkTree::open(&folder.root.join("gone")).unwrap_err().to_string();
    assert!(error.contains("gone cannot be read"), "{error}");
}

#[test]
fn definitions_are_listed_by_role_in_order() {
    let folder = Folder::new();
    for path in [
        "attributes.yaml",
        "approvals/b.yaml",
        "approvals/a.yml",
        "approvals/deeper/no.yaml",
        "products/zeta.yaml",
        "products/crm/product.yaml",
        "products/crm/notes.yaml",
        "products/crm/logo.png",
        "products/crm/deep/product.yaml",
        "products/alpha.yml",
        "products/.hidden.yaml",
        "products/.hidden/product.yaml",
        "other.yaml",
    ] {
        folder.write(path, "");
    }
    let listing = Listing::of_catalog(&folder.tree(), &config());
    assert_eq!(listing.problems, []);
    assert_eq!(
        names(listing.of(Role::Product)),
        ["products/alpha.yml", "products/crm/product.yaml", "products/zeta.yaml"]
    );
    assert_eq!(names(listing.of(Role::Approval)), ["approvals/a.yml", "approvals/b.yaml"]);
    assert_eq!(names(listing.of(Role::Attributes)), ["attributes.yaml"]);
    assert_eq!(names(listing.of(Role::Config)), ["gallerist.yaml"]);
}

#[test]
fn what_stands_in_two_folders_is_listed_once() {
    let folder = Folder::new();
    for path in ["products/approvals/a.yaml", "products/crm.yaml", "products/kinds.yaml"] {
        folder.write(path, "");
    }
    let config = Config {
        approvals: "products/approvals".into(),
        attributes: "products/kinds.yaml".into(),
        ..config()
    };
    let listing = Listing::of_catalog(&folder.tree(), &config);
    let found: Vec<(&str, Role)> = listing.files.iter().map(|(path, role)| (path.as_str(), *role)).collect();
    assert_eq!(
        found,
        [
            ("gallerist.yaml", Role::Config),
            ("products/approvals/a.yaml", Role::Approval),
            ("products/crm.yaml", Role::Product),
            ("products/kinds.yaml", Role::Attributes),
        ]
    );
}

#[test]
fn only_the_folder_of_products_must_exist() {
    let listing = Listing::of_catalog(&Folder::new().tree(), &config());
    assert_eq!(listing.files.len(), 1);
    assert_eq!(listing.problems.len(), 1);
    let diagnostic = listing.problems[0].diagnostic();
    assert_eq!(diagnostic.primary.path, "products");
    assert_eq!((diagnostic.rule, diagnostic.help.is_empty()), ("file-missing", false));
}

#[test]
fn definitions_are_read_within_bounds() {
    let folder = Folder::new();
    let limit = usize::try_from(DEFINITION_BYTES_MAX).unwrap();
    folder.write("fits.yaml", "x".repeat(limit));
    folder.write("large.yaml", "x".repeat(limit + 1));
    folder.write("latin.yaml", b"\xe9");
    folder.write(".git/config", "token");
    let tree = folder.tree();
    assert_eq!(tree.read("fits.yaml".into()).unwrap().text().len(), limit);
    for (path, problem) in [
        ("large.yaml", FileProblem::TooLarge { max_bytes: DEFINITION_BYTES_MAX }),
        ("latin.yaml", FileProblem::NotText),
        ("gone.yaml", FileProblem::Missing),
        ("../gone.yaml", FileProblem::Outside),
        ("/etc/passwd", FileProblem::Absolute),
        (".git/config", FileProblem::Hidden),
    ] {
        let error = tree.read(path.into()).unwrap_err();
        assert_eq!((error.path.as_str(), &error.problem), (path, &problem));
    }
}

#[test]
fn assets_are_known_by_their_content() {
    let folder = Folder::new();
    let content: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
    folder.write("products/crm/logo.png", &content);
    folder.write("products/shared.png", &content);
    folder.write("products/crm/description.md", "Text");
    let tree = folder.tree();
    let assets = Assets::new(&tree);
    let file = Utf8Path::new("products/crm/product.yaml");
    let logo = assets.asset(file, "logo.png").unwrap();
    assert_eq!((logo.name.as_str(), logo.size_bytes), ("logo.png", 800_000));
    assert_eq!(logo.digest, Digest::of_bytes(&content).to_string());
    assert_eq!(assets.asset(file, "./../shared.png").unwrap(), logo);
    assert_eq!(assets.asset("products/a.yaml".into(), "crm/logo.png").unwrap().name, "logo.png");
    assert_eq!(&*assets.text(file, "description.md").unwrap().text, "Text");

    // One run sees one content, even while somebody writes.
    folder.write("products/crm/logo.png", "new");
    assert_eq!(assets.asset(file, "logo.png").unwrap(), logo);
}

#[test]
fn no_asset_path_leaves_the_catalog() {
    let folder = Folder::new();
    folder.write("products/crm/folder/a.png", "a");
    folder.write(".git/config", "token");
    folder.write("products/crm/.env", "token");
    let huge = std::fs::File::create(folder.root.join("products/crm/huge.mp4")).unwrap();
    huge.set_len(ASSET_BYTES_MAX + 1).unwrap();
    let tree = folder.tree();
    let assets = Assets::new(&tree);
    let long = "x".repeat(5000);
    for (written, problem) in [
        ("gone.png", FileProblem::Missing),
        ("folder/a.png/b", FileProblem::Missing),
        ("folder", FileProblem::Folder),
        ("..", FileProblem::Folder),
        ("../../../etc/passwd", FileProblem::Outside),
        ("../../..", FileProblem::Outside),
        ("a/../../../../b/../c", FileProblem::Outside),
        ("/etc/passwd", FileProblem::Absolute),
        ("\\\\server\\share", FileProblem::Absolute),
        ("C:logo.png", FileProblem::Absolute),
        ("", FileProblem::Odd),
        (".", FileProblem::Odd),
        ("folder/", FileProblem::Odd),
        ("folder\\a.png", FileProblem::Odd),
        ("a\0.png", FileProblem::Odd),
        ("a\n.png", FileProblem::Odd),
        (".env", FileProblem::Hidden),
        ("../../.git/config", FileProblem::Hidden),
        ("huge.mp4", FileProblem::TooLarge { max_bytes: ASSET_BYTES_MAX }),
    ] {
        let error = assets.asset("products/crm/product.yaml".into(), written).unwrap_err();
        assert_eq!(error.problem, problem, "{written:?}");
        assert!(!error.problem.help().is_empty());
    }
    assert!(assets.asset("products/a.yaml".into(), &long).is_err());
}

#[cfg(unix)]
#[test]
fn links_and_pipes_are_refused() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret"), "token").unwrap();
    let folder = Folder::new();
    folder.write("shared/a.png", "a");
    folder.write("shared/product.yaml", "a: 1");
    folder.write(".git/config", "token");
    folder.link("products/crm/inside.png", "../../shared/a.png");
    folder.link("products/crm/outside.png", outside.path().join("secret"));
    folder.link("products/crm/dangling.png", "nowhere.png");
    folder.link("products/crm/loop.png", "loop.png");
    folder.link("products/crm/up", outside.path());
    folder.link("products/crm/near", "../../shared");
    folder.link("products/crm/config", "../../.git");
    let pipe = folder.root.join("products/crm/pipe.png");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let tree = folder.tree();
    let assets = Assets::new(&tree);
    let file = Utf8Path::new("products/crm/product.yaml");
    for (written, problem) in [
        ("inside.png", FileProblem::Link),
        ("outside.png", FileProblem::Outside),
        ("dangling.png", FileProblem::Link),
        ("up/secret", FileProblem::Outside),
        ("config/config", FileProblem::Hidden),
        ("pipe.png", FileProblem::Special),
    ] {
        assert_eq!(assets.asset(file, written).unwrap_err().problem, problem, "{written}");
    }
    assert!(matches!(assets.asset(file, "loop.png").unwrap_err().problem, FileProblem::Unreadable(_)));
    assert_eq!(assets.asset(file, "near/a.png").unwrap().size_bytes, 1);

    folder.link("products/linked", "../shared");
    folder.link("products/away", outside.path());
    folder.link("products/gone.yaml", "nowhere");
    std::fs::rename(&pipe, folder.root.join("products/pipe.yaml")).unwrap();
    let listing = Listing::of_catalog(&tree, &config());
    assert_eq!(
        names(listing.of(Role::Product)),
        ["products/gone.yaml", "products/linked/product.yaml", "products/pipe.yaml"]
    );
    assert_eq!(listing.problems.len(), 1);
    assert_eq!(listing.problems[0].to_string(), "products/away: the path leads out of the catalog's folder");
    assert_eq!(tree.read("products/linked/product.yaml".into()).unwrap().text(), "a: 1");
    assert_eq!(tree.read("products/gone.yaml".into()).unwrap_err().problem, FileProblem::Missing);
    assert_eq!(tree.read("products/pipe.yaml".into()).unwrap_err().problem, FileProblem::Special);
}

#[cfg(unix)]
#[test]
fn what_is_opened_is_noted_where_somebody_wants_to_know() {
    let folder = Folder::new();
    folder.write("products/a.yaml", "a: 1");
    folder.write("assets/b.txt", "b");
    folder.link("products/link.yaml", "a.yaml");
    let (tree, path) = (folder.tree(), Utf8Path::new("products/a.yaml"));
    let stamp = |path: &str| Stamp::of(&folder.root.join(path));
    assert!(tree.read_text(path).is_ok() && tree.opened().is_empty());
    tree.note_opened();
    assert!(tree.read_text(path).is_ok() && tree.read_text(path).is_ok());
    assert!(
        tree.open("assets/b.txt".into(), 9).is_ok() && tree.read_text("products/link.yaml".into()).is_ok()
    );
    let mut opened: Vec<_> = tree.opened().into_iter().collect();
    opened.sort_by(|(a, _), (b, _)| a.cmp(b));
    let names = ["assets/b.txt", "products/a.yaml", "products/link.yaml"].map(str::to_owned);
    // Of a link its place says nothing.
    let found =
        |stamp: Option<Stamp>| Found { stamp, is_straight: stamp.is_some() && cfg!(target_os = "linux") };
    let found = [stamp("assets/b.txt"), stamp("products/a.yaml"), None].map(found);
    assert_eq!(opened, names.into_iter().zip(found).collect::<Vec<_>>());
    assert_eq!(tree.changed_since(&opened.iter().cloned().collect()), Vec::<Utf8PathBuf>::new());
    // One that is another when it is opened again is neither.
    assert!(tree.read_text(path).is_ok());
    folder.write("products/a.yaml", "another: 1");
    assert!(tree.read_text(path).is_ok() && tree.read_text(path).is_ok());
    let opened = tree.opened();
    assert_eq!(opened.get("products/a.yaml").and_then(|found| found.stamp), None);
    assert_eq!(tree.changed_since(&opened), ["products/a.yaml"]);
}

#[test]
fn git_tells_who_descends_from_whom() {
    let folder = Folder::new();
    let repository = folder.git();
    let first = commit(&repository);
    folder.write("second.yaml", "");
    let second = commit(&repository);
    repository.set_head_detached(git2::Oid::from_str(&first).unwrap()).unwrap();
    folder.write("other.yaml", "");
    let other = commit(&repository);
    let git = Git::discover(&folder.root).unwrap().unwrap();
    assert_eq!(git.head().unwrap(), Some(other.clone()));
    for (ancestor, of, expected) in
        [(&first, &second, true), (&first, &first, true), (&second, &first, false), (&second, &other, false)]
    {
        assert_eq!(git.is_ancestor(ancestor, of).unwrap(), expected, "{ancestor} {of}");
    }
    let gone = "0123456789012345678901234567890123456789";
    for unknown in [gone, "HEAD", ""] {
        let error = git.is_ancestor(unknown, &first).unwrap_err();
        assert_eq!(error, GitError::UnknownCommit { commit: unknown.into(), shallow: false });
    }
}

#[test]
fn a_history_that_was_not_fetched_decides_nothing() {
    let folder = Folder::new();
    let repository = folder.git();
    let first = commit(&repository);
    folder.write("second.yaml", "");
    let second = commit(&repository);
    let clone = tempfile::tempdir().unwrap();
    let path = clone.path().canonicalize().unwrap().join("clone");
    let url = format!("file://{}", folder.root);
    let mut program = std::process::Command::new("git");
    program.args(["clone", "--quiet", "--depth=1", &url]).arg(&path);
    assert!(program.status().unwrap().success());
    let git = Git::discover(Utf8Path::from_path(&path).unwrap()).unwrap().unwrap();
    assert!(git.is_ancestor(&second, &second).unwrap());
    let error = git.is_ancestor(&first, &second).unwrap_err();
    assert_eq!(error, GitError::UnknownCommit { commit: first, shallow: true });
    assert!(error.to_string().contains("fetch-depth: 0"), "{error}");
}

#[test]
fn approvals_come_from_the_branch_and_not_from_what_is_checked_out() {
    let folder = Folder::new();
    let repository = folder.git();
    folder.write("catalog/approvals/a.yaml", "merged");
    folder.write("catalog/approvals/deeper/b.yaml", "");
    folder.write("catalog/approvals/note.txt", "");
    folder.write("catalog/approvals/large.yaml", "x".repeat(2 << 20));
    folder.write("catalog/gallerist.yaml", "");
    let merged = commit(&repository);
    let head = repository.head().unwrap().peel_to_commit().unwrap();
    repository.branch("proposal", &head, false).unwrap();
    repository.set_head("refs/heads/proposal").unwrap();
    folder.write("catalog/approvals/a.yaml", "proposed");
    folder.write("catalog/approvals/c.yaml", "proposed");
    commit(&repository);

    let git = Git::discover(&folder.root.join("catalog")).unwrap().unwrap();
    let tip = git.tip("main").unwrap();
    assert_eq!((tip.commit(), tip.reference()), (merged, "refs/heads/main"));
    let approvals = tip.read_folder("approvals".into()).unwrap();
    let (good, bad): (Vec<_>, Vec<_>) = approvals.into_iter().partition(Result::is_ok);
    assert_eq!((good.len(), bad.len()), (1, 1));
    let file = good.into_iter().next().unwrap().unwrap();
    assert_eq!((file.path().as_str(), file.text()), ("approvals/a.yaml", "merged"));
    let error = bad.into_iter().next().unwrap().unwrap_err();
    assert_eq!((error.path.as_str(), error.problem.rule()), ("approvals/large.yaml", "file-too-large"));
    assert!(tip.read("approvals/c.yaml".into()).unwrap().is_none());
    assert!(tip.read("../elsewhere.yaml".into()).unwrap().is_none());
    assert_eq!(tip.read("approvals/a.yaml".into()).unwrap().unwrap().unwrap().text(), "merged");
    assert_eq!(tip.read_folder("nowhere".into()).unwrap().len(), 0);
    for unknown in ["nobody", "", "../main", "main^{tree}"] {
        assert_eq!(git.tip(unknown).unwrap_err(), GitError::UnknownBranch { branch: unknown.into() });
    }
}

#[test]
fn what_only_this_machine_has_of_a_shared_branch_does_not_count() {
    let folder = Folder::new();
    let repository = folder.git();
    let shared = commit(&repository);
    let oid = git2::Oid::from_str(&shared).unwrap();
    repository.reference("refs/remotes/origin/main", oid, true, "fetched").unwrap();
    folder.write("approvals/mine.yaml", "");
    commit(&repository);
    let git = Git::discover(&folder.root).unwrap().unwrap();
    let tip = git.tip("main").unwrap();
    assert_eq!((tip.commit(), tip.reference()), (shared, "refs/remotes/origin/main"));
    assert!(tip.read("approvals/mine.yaml".into()).unwrap().is_none());
}

#[cfg(unix)]
#[test]
fn a_link_in_a_commit_is_not_a_file() {
    let folder = Folder::new();
    let repository = folder.git();
    folder.link("approvals/a.yaml", "/etc/passwd");
    commit(&repository);
    let git = Git::discover(&folder.root).unwrap().unwrap();
    let files = git.tip("main").unwrap().read_folder("approvals".into()).unwrap();
    assert_eq!(files[0].as_ref().unwrap_err().problem, FileProblem::Link);
}

#[test]
fn a_linked_work_tree_is_a_work_tree() {
    let folder = Folder::new();
    let repository = folder.git();
    let first = commit(&repository);
    let side = tempfile::tempdir().unwrap();
    let path = side.path().canonicalize().unwrap().join("side");
    repository.worktree("side", &path, None).unwrap();
    let tree = WorkTree::open(Utf8Path::from_path(&path).unwrap()).unwrap();
    let git = Git::discover(tree.root()).unwrap().unwrap();
    let git_head = git.head().unwrap();
    assert_eq!(git_head, Some(first));
    assert!(git.tip("main").is_ok());
    let tracked = git.tracked(git_head.as_deref()).unwrap();
    let found = tracked.uncommitted(&Opened::new(), tree.root(), |path| tree.folder().stamp(path));
    assert_eq!(found.unwrap(), Vec::<Utf8PathBuf>::new());
}

#[cfg(unix)]
#[test]
fn a_repository_of_somebody_else_is_not_trusted() {
    let folder = Folder::new();
    folder.git();
    // Only root can give a folder away; elsewhere there is nothing to see.
    for path in [folder.root.clone(), folder.root.join(".git")] {
        if std::os::unix::fs::chown(&path, Some(54321), Some(54321)).is_err() {
            return;
        }
    }
    let error = Git::discover(&folder.root).unwrap_err();
    assert_eq!(error, GitError::Owner { folder: folder.root.clone() });
    assert!(error.to_string().contains("safe.directory"), "{error}");
}

#[test]
fn a_file_is_written_whole() {
    let folder = Folder::new();
    let path = folder.root.join("plan.json");
    write_atomically(&path, b"one").unwrap();
    write_atomically(&path, b"two").unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"two");
    assert_eq!(std::fs::read_dir(&folder.root).unwrap().count(), 2);
    for (place, reason) in [
        (folder.root.join("gone/plan.json"), "cannot be written: "),
        (folder.root.clone(), "this is not a regular file"),
    ] {
        let error = write_atomically(&place, b"x").unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn writing_keeps_permissions_and_links() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    folder.write("shared/a.yaml", "old");
    let real = folder.root.join("shared/a.yaml");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    folder.link("a.yaml", "shared/a.yaml");
    write_atomically(&folder.root.join("a.yaml"), b"new").unwrap();
    assert_eq!(std::fs::read(&real).unwrap(), b"new");
    assert_eq!(std::fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(std::fs::symlink_metadata(folder.root.join("a.yaml")).unwrap().is_symlink());
}
