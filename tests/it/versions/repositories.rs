//! However a repository is made, its commits say what they say.

use super::shop::{Repository, git};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

const PRODUCT: &str = "products/quayside-migration/product.yaml";

fn shop() -> Repository {
    Repository::of("07-price-change")
}

/// What checking a commit says, in any repository that has it.
fn checked(repository: &Repository, folder: &Path, revision: &str) -> String {
    let folder = folder.to_str().unwrap();
    let ended = repository.run(&["-C", folder, "check", "--rev", revision, "--format", "json"]);
    assert!([0, 3].contains(&ended.code), "{}", ended.stderr);
    ended.stdout
}

/// A commit with mistakes in it, so that there is something to compare.
fn with_mistakes() -> Repository {
    let repository = shop();
    repository.edit(PRODUCT, "salesType: common", "salesTyp: common");
    repository.edit(PRODUCT, "\"3200.00\"", "3200");
    repository.commit("mistakes");
    repository
}

#[test]
fn a_commit_says_the_same_in_every_kind_of_repository() {
    let repository = with_mistakes();
    let expected = repository.run(&["check", "--format", "json"]).stdout;
    assert!(expected.contains("products/quayside-migration/product.yaml"), "{expected}");
    let home = repository.cli.folder();
    let beside = |name: &str| home.parent().unwrap().join(name);
    let path = |folder: &PathBuf| folder.to_str().unwrap().to_owned();
    assert_eq!(checked(&repository, &home, "HEAD"), expected);
    // Whatever the work tree says beside it.
    repository.cli.write(PRODUCT, "nothing");
    assert_eq!(checked(&repository, &home, "main"), expected);
    assert_ne!(repository.run(&["check", "--format", "json"]).stdout, expected);

    let bare = beside("bare.git");
    repository.git(&["clone", "-q", "--bare", ".", &path(&bare)]);
    assert_eq!(checked(&repository, &bare, "main"), expected);
    assert_eq!(
        std::fs::read_dir(&bare)
            .unwrap()
            .filter(|entry| { entry.as_ref().unwrap().file_name() == ".gallerist" })
            .count(),
        0
    );

    let shallow = beside("shallow");
    git(&home, &["clone", "-q", "--depth", "1", &format!("file://{}", path(&bare)), &path(&shallow)]);
    assert_eq!(checked(&repository, &shallow, "HEAD"), expected);

    let linked = beside("linked");
    repository.git(&["worktree", "add", "-q", "--detach", &path(&linked), "HEAD"]);
    assert_eq!(checked(&repository, &linked, "HEAD"), expected);

    let windows = beside("windows");
    git(&home, &["clone", "-q", "-c", "core.autocrlf=true", ".", &path(&windows)]);
    assert!(std::fs::read_to_string(windows.join(PRODUCT)).unwrap().contains("\r\n"));
    assert_eq!(checked(&repository, &windows, "HEAD"), expected);

    let parent = beside("parent");
    git(&home, &["init", "-q", "-b", "main", &path(&parent)]);
    git(&parent, &["submodule", "--quiet", "add", &path(&bare), "catalogs/shop"]);
    assert_eq!(checked(&repository, &parent.join("catalogs/shop"), "HEAD"), expected);
}

#[test]
fn a_catalog_below_the_top_of_a_repository_is_found() {
    let repository = with_mistakes();
    let expected = repository.run(&["check", "--format", "json"]).stdout;
    let above = repository.cli.folder().parent().unwrap().join("above");
    let inner = above.join("shops/harbour");
    std::fs::create_dir_all(&inner).unwrap();
    crate::examples::copy(&repository.cli.folder(), &inner).unwrap();
    let _ = std::fs::remove_dir_all(inner.join(".git"));
    git(&above, &["init", "-q", "-b", "main"]);
    git(&above, &["add", "-A"]);
    git(&above, &["commit", "-qm", "begin"]);
    assert_eq!(checked(&repository, &inner, "HEAD"), expected);
    assert_eq!(checked(&repository, &inner.join("products"), "HEAD"), expected);
    assert_eq!(checked(&repository, &above, "HEAD:shops/harbour"), expected);
    let arguments =
        ["-C", above.to_str().unwrap(), "check", "--rev", "HEAD:shops/harbour", "--format", "github"];
    let annotated = repository.run(&arguments).stdout;
    assert!(annotated.contains("file=shops/harbour/products/quayside-migration/product.yaml"), "{annotated}");
    let bare = above.with_extension("git");
    git(&above, &["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    assert_eq!(checked(&repository, &bare, "main:shops/harbour"), expected);
    let missed = repository.run(&["-C", bare.to_str().unwrap(), "check", "--rev", "main"]).failed(1);
    assert!(missed.contains("no gallerist.yaml in its top folder"), "{missed}");
    assert!(missed.contains("`main:FOLDER`"), "{missed}");
}

#[test]
fn a_sparse_checkout_makes_nothing_vanish() {
    let repository = Repository::on_sale("07-price-change");
    repository.git(&["sparse-checkout", "set", "--no-cone", "/*", "!/products/*"]);
    let checked = repository.run(&["check"]);
    assert_eq!(checked.code, 3);
    assert!(checked.stdout.contains("files-not-checked-out"), "{}", checked.stdout);
    let planned = repository.run(&["plan"]);
    assert_eq!(planned.code, 3);
    assert!(!planned.stdout.contains("vanished"), "{}", planned.stdout);
    assert!(planned.stdout.contains("files-not-checked-out"), "{}", planned.stdout);
    let whole = repository.run(&["plan", "--rev", "HEAD"]).fine();
    assert!(whole.contains("in sync"), "{whole}");
    assert!(whole.contains("1 product is in sync"), "{whole}");
}

#[test]
fn a_shallow_clone_says_what_it_lacks() {
    let repository = shop();
    repository.git(&["checkout", "-q", "-b", "change"]);
    repository.edit(PRODUCT, "\"3200.00\"", "\"3300.00\"");
    repository.commit("change");
    let shallow = repository.cli.folder().parent().unwrap().join("shallow");
    let from = format!("file://{}", repository.cli.folder().display());
    git(
        &repository.cli.folder(),
        &["clone", "-q", "--depth", "1", "-b", "change", &from, shallow.to_str().unwrap()],
    );
    let missing = repository.run(&["-C", shallow.to_str().unwrap(), "plan", "--base", "main"]).failed(1);
    assert!(missing.contains("git knows no commit `main` here"), "{missing}");
    assert!(missing.contains("--unshallow"), "{missing}");
    git(&shallow, &["fetch", "-q", "--depth", "1", "origin", "main"]);
    let cut = repository.run(&["-C", shallow.to_str().unwrap(), "plan", "--base", "FETCH_HEAD"]).failed(1);
    assert!(cut.contains("only part of its history"), "{cut}");
    assert!(cut.contains("--unshallow"), "{cut}");
}

#[test]
fn links_lead_to_files_of_the_catalog_only() {
    let repository = shop();
    let folder = repository.cli.folder();
    let link = |target: &str, at: &str| std::os::unix::fs::symlink(target, folder.join(at)).unwrap();
    let text = repository.cli.read(PRODUCT);
    let second = text.replace("quayside-migration", "second").replace("Quayside Migration", "Second");
    repository
        .cli
        .write("shared/second.yaml", &second.replace("file: ", "file: ../products/quayside-migration/"));
    std::fs::create_dir(folder.join("products/second")).unwrap();
    for name in ["logo.png", "guide.pdf", "agreement.md", "description.md", "request.xlsx"] {
        std::fs::copy(
            folder.join("products/quayside-migration").join(name),
            folder.join("products/second").join(name),
        )
        .unwrap();
    }
    repository.cli.write("products/second/product.yaml", &second);
    link("../shared/second.yaml", "products/third.yaml");
    link("../../outside.yaml", "products/fourth.yaml");
    link("/etc/passwd", "products/fifth.yaml");
    link("sixth.yaml", "products/sixth.yaml");
    link("../.git/config", "products/seventh.yaml");
    std::fs::write(folder.parent().unwrap().join("outside.yaml"), "key: outside\n").unwrap();
    repository.commit("links");
    let said = repository.run(&["check", "--rev", "HEAD", "--format", "short"]).stdout;
    for (file, rule) in [
        ("products/fourth.yaml", "file-outside-catalog"),
        ("products/fifth.yaml", "file-outside-catalog"),
        ("products/sixth.yaml", "file-is-link"),
        ("products/seventh.yaml", "file-hidden"),
    ] {
        assert!(
            said.lines().any(|line| line.contains(file) && line.contains(rule)),
            "{file}, {rule}:\n{said}"
        );
    }
    assert!(!said.contains("root:"), "{said}");
    // The link to a file of the catalog is read: two products have one key now.
    assert!(said.contains("product-key-repeated"), "{said}");
}

#[test]
fn files_of_git_lfs_are_read_where_they_were_fetched_and_else_asked_for() {
    let repository = shop();
    let folder = repository.cli.folder();
    let logo = "products/quayside-migration/logo.png";
    let content = std::fs::read(repository.cli.path(logo)).unwrap();
    let expected = repository.json(&["plan"])["plan"]["products"][0]["digest"].clone();
    let digest = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393";
    let pointer =
        format!("version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {}\n", content.len());
    repository.cli.write(logo, &pointer);
    repository.commit("leave the picture to LFS");
    for version in [&["check"][..], &["check", "--rev", "HEAD"]] {
        let said = repository.run(version).stdout;
        assert!(said.contains("asset-is-lfs-pointer"), "{said}");
        assert!(said.contains("git lfs pull"), "{said}");
    }
    let store = folder.join(".git/lfs/objects/4d/7a");
    std::fs::create_dir_all(&store).unwrap();
    std::fs::write(store.join(digest), &content).unwrap();
    assert_eq!(repository.run(&["check", "--rev", "HEAD"]).code, 0);
    assert_eq!(repository.json(&["plan", "--rev", "HEAD"])["plan"]["products"][0]["digest"], expected);
}

#[test]
fn odd_names_are_told_and_stop_nothing_else() {
    let repository = with_mistakes();
    let folder = repository.cli.folder();
    let products = folder.join("products");
    let odd = products.join(std::ffi::OsStr::from_bytes(b"br\xf8ken.yaml"));
    std::fs::write(odd, "key: odd\n").unwrap();
    for name in
        ["with space.yaml", "new\nline.yaml", "-rf.yaml", "\"quoted\".yaml", "ünï.yaml", "\u{202e}.yaml"]
    {
        std::fs::write(products.join(name), "kind: Product\n").unwrap();
    }
    repository.commit("odd names");
    let tree = repository.run(&["check", "--format", "json"]).stdout;
    assert_eq!(repository.run(&["check", "--rev", "HEAD", "--format", "json"]).stdout, tree);
    assert!(tree.contains("file-path-odd"), "{tree}");
    let change = repository.run(&["check", "--base", "HEAD~1", "--format", "short"]).stdout;
    assert!(change.contains("file-path-odd"), "{change}");
    assert!(change.contains("with space.yaml"), "{change}");
    // What was wrong before is not said of the change.
    assert!(!change.contains("quayside-migration"), "{change}");
}

#[test]
fn a_submodule_in_a_commit_is_said_to_be_one() {
    let repository = shop();
    let home = repository.cli.folder();
    let other = home.parent().unwrap().join("other.git");
    repository.git(&["clone", "-q", "--bare", ".", other.to_str().unwrap()]);
    repository.git(&["submodule", "--quiet", "add", other.to_str().unwrap(), "products/theirs"]);
    repository.commit("a submodule");
    let said = repository.run(&["check", "--rev", "HEAD", "--format", "short"]).stdout;
    assert!(said.contains("this is a submodule: its files are in another git repository"), "{said}");
}

#[test]
fn names_that_git_does_not_know_are_refused() {
    let repository = shop();
    for name in ["nowhere", "--upload-pack=touch /tmp/x", "", "HEAD:nowhere", "main^{tree}", "main..main"] {
        let ended = repository.run(&["check", &format!("--rev={name}")]);
        assert_eq!(ended.code, 1, "{name}: {}{}", ended.stdout, ended.stderr);
        assert!(ended.stderr.starts_with("error: "), "{name}: {}", ended.stderr);
    }
    let outside = crate::cli_runner::Cli::new();
    let _ = outside.run(&["init", "--name", "acme"]).fine();
    let none = outside.run(&["check", "--rev", "HEAD"]).failed(1);
    assert!(none.contains("git"), "{none}");
}
