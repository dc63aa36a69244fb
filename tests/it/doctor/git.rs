//! The repository, its branches and its remotes.

use super::{begun, doctor};
use crate::cli_runner::Cli;
use crate::ledger::clones::Clones;

pub(super) fn git(cli: &Cli, arguments: &[&str]) -> String {
    Clones::git(cli.folder(), arguments)
}

/// A repository in which all is committed.
pub(super) fn commit_all(cli: &Cli) {
    git(cli, &["init", "--quiet", "--initial-branch=main"]);
    git(cli, &["config", "user.name", "Mei Lin"]);
    git(cli, &["config", "user.email", "mei@acme.example"]);
    git(cli, &["add", "."]);
    git(cli, &["commit", "--quiet", "-m", "The catalog"]);
}

/// The same with a remote that has it all.
pub(super) fn shared(cli: &Cli) {
    commit_all(cli);
    git(cli, &["init", "--quiet", "--bare", "--initial-branch=main", "../remote.git"]);
    let remote = cli.path("../remote.git").canonicalize().unwrap();
    git(cli, &["remote", "add", "origin", remote.to_str().unwrap()]);
    git(cli, &["push", "--quiet", "-u", "origin", "main"]);
}

#[test]
fn no_repository_is_good_to_know() {
    let said = doctor(&begun(), &[]).is("git-repository", "note");
    assert!(said.contains("git init"), "{said}");
}

#[test]
fn what_a_run_would_not_apply_is_told() {
    let cli = begun();
    git(&cli, &["init", "--quiet", "--initial-branch=main"]);
    assert!(doctor(&cli, &[]).is("git-merged", "warning").contains("nothing is committed yet"));
    commit_all(&cli);
    let _ = doctor(&cli, &[]).is("git-merged", "ok");
    let product = "products/acme-crm/product.yaml";
    let text = cli.read(product);
    cli.write(product, &format!("{text}# a thought\n"));
    let said = doctor(&cli, &[]).is("git-merged", "warning");
    assert!(said.contains(&format!("not committed: {product}")) && said.contains("git commit"), "{said}");
    cli.write(product, &text);
    git(&cli, &["checkout", "--quiet", "-b", "idea"]);
    git(&cli, &["commit", "--quiet", "--allow-empty", "-m", "An idea"]);
    let said = doctor(&cli, &[]).is("git-merged", "warning");
    assert!(said.contains("is not on `main`"), "{said}");
}

#[test]
fn a_shallow_clone_is_told() {
    let cli = begun();
    commit_all(&cli);
    git(&cli, &["commit", "--quiet", "--allow-empty", "-m", "Another"]);
    let from = format!("file://{}", cli.folder().display());
    git(&cli, &["clone", "--quiet", "--depth=1", &from, "../shallow"]);
    let found = doctor(&cli, &["--directory", "../shallow"]);
    assert!(found.is("git-history", "warning").contains("git fetch --unshallow"));
    let _ = doctor(&cli, &[]).is("git-history", "ok");
}

#[test]
fn a_remote_that_is_gone_matters_most_where_the_ledger_is_on_it() {
    let cli = begun();
    shared(&cli);
    let _ = doctor(&cli, &[]).is("git-remote", "ok");
    std::fs::rename(cli.path("../remote.git"), cli.path("../elsewhere.git")).unwrap();
    let said = doctor(&cli, &[]).is("git-remote", "warning");
    assert!(
        said.contains("the remote `origin` does not answer") && said.contains("git fetch origin"),
        "{said}"
    );
    let text = cli.read("gallerist.yaml");
    let file = "ledger: {store: sqlite, path: .gallerist/ledger.db}";
    assert!(text.contains(file), "{text}");
    cli.write("gallerist.yaml", &text.replace(file, "ledger: {store: git}"));
    let found = doctor(&cli, &[]);
    let _ = found.is("git-remote", "error");
    let said = found.is("ledger-opens", "error");
    assert!(said.contains("cannot be fetched"), "{said}");
    std::fs::rename(cli.path("../elsewhere.git"), cli.path("../remote.git")).unwrap();
    let found = doctor(&cli, &[]);
    let _ = found.is("git-remote", "ok");
    assert!(found.is("git-push", "ok").contains("lets this machine push"));
    assert_eq!(git(&cli, &["ls-remote", "--heads", "origin"]).lines().count(), 1, "it only asked");
    git(&cli, &["remote", "remove", "origin"]);
    assert!(doctor(&cli, &[]).is("git-remote", "warning").contains("on this machine alone"));
}

#[test]
fn credentials_in_the_address_of_a_remote_are_not_shown() {
    let cli = begun();
    commit_all(&cli);
    git(&cli, &["remote", "add", "origin", "http://ann:geheim77@127.0.0.1:9/acme.git"]);
    let said = doctor(&cli, &[]).is("git-remote", "warning");
    assert!(!said.contains("geheim77"), "{said}");
}
