//! `gallerist drift --accept --branch`: a reverse pull request, with real repositories.

use super::{console, json};
use crate::cli_runner::Cli;
use crate::ledger::clones::Clones;
use crate::moving::story::{joined, on_sale};
use gallerist::model::ProductField;

const PRODUCT: &str = "products/acme-crm/product.yaml";

/// A catalog in git with a remote, whose product has another version on sale.
fn shared() -> Cli {
    let cli = on_sale();
    let git = |arguments: &[&str]| run(&cli, arguments);
    git(&["init", "--quiet", "--initial-branch=main"]);
    git(&["config", "user.name", "Mei Lin"]);
    git(&["config", "user.email", "mei@acme.example"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "The catalog"]);
    git(&["init", "--quiet", "--bare", "--initial-branch=main", "../remote.git"]);
    git(&["remote", "add", "origin", "../remote.git"]);
    git(&["push", "--quiet", "-u", "origin", "main"]);
    console(&cli, ProductField::Version, "V9.9");
    cli
}

fn run(cli: &Cli, arguments: &[&str]) -> String {
    Clones::git(cli.folder(), arguments)
}

fn accept(cli: &Cli, more: &[&str]) -> String {
    let mut all = vec!["drift", "--accept", "acme-crm", "--branch", "reverse"];
    all.extend(more);
    joined(&cli.run(&all).fine())
}

fn refused(cli: &Cli, words: &str) {
    let before = run(cli, &["for-each-ref"]);
    let said = joined(&cli.run(&["drift", "--accept", "acme-crm", "--branch", "reverse"]).failed(1));
    assert!(said.contains(words), "{words} is not in\n{said}");
    assert_eq!(run(cli, &["for-each-ref"]), before, "no branch was moved");
}

#[test]
fn the_branch_holds_what_is_accepted_and_nothing_else_moves() {
    let cli = shared();
    cli.write("notes.txt", "not committed");
    cli.write(PRODUCT, &format!("{}# not committed either\n", cli.read(PRODUCT)));
    run(&cli, &["add", "notes.txt"]);
    let (status, ledger) =
        (run(&cli, &["status", "--porcelain"]), std::fs::read(cli.path(".gallerist/ledger.db")).unwrap());
    let said = accept(&cli, &[]);
    assert!(
        said.contains("Branch `reverse` accepts in")
            && said.contains("open a pull or merge request from `reverse` to `main`"),
        "{said}"
    );
    assert_eq!(run(&cli, &["status", "--porcelain"]), status);
    assert!(
        std::fs::read(cli.path(".gallerist/ledger.db")).unwrap() == ledger,
        "nothing is decided before the merge"
    );
    assert_eq!(run(&cli, &["diff", "--name-only", "main", "reverse"]).trim(), PRODUCT);
    let difference = run(&cli, &["diff", "--unified=0", "main", "reverse"]);
    assert!(difference.contains("V9.9") && !difference.contains("not committed"), "{difference}");
    assert_eq!(
        run(&cli, &["log", "-1", "--format=%an <%ae>", "reverse"]).trim(),
        "Mei Lin <mei@acme.example>"
    );
    assert!(run(&cli, &["log", "-1", "--format=%B", "reverse"]).contains("acme-crm: Version"));
    // Once more, nothing is new; another value follows up.
    assert!(accept(&cli, &[]).contains("says this already"));
    let first = run(&cli, &["rev-parse", "reverse"]);
    console(&cli, ProductField::Version, "V10.0");
    accept(&cli, &[]);
    assert_eq!(run(&cli, &["rev-parse", "reverse~1"]), first, "a branch is followed up, not replaced");
}

#[test]
fn once_it_is_merged_the_drift_is_gone_by_itself() {
    let cli = shared();
    accept(&cli, &["--push"]);
    assert_eq!(
        run(&cli, &["ls-remote", "origin", "reverse"]).split_whitespace().next().unwrap(),
        run(&cli, &["rev-parse", "reverse"]).trim()
    );
    assert_eq!(cli.run(&["drift", "--exit-code=detailed"]).code, 6);
    run(&cli, &["merge", "--quiet", "--no-ff", "-m", "Merge", "reverse"]);
    assert_eq!(cli.run(&["drift", "--exit-code=detailed"]).code, 0);
    assert!(joined(&cli.run(&["plan"]).fine()).contains("1 product is in sync."));
    // What changes from then on is ours.
    let said = cli.run(&["drift", "--accept", "acme-crm"]).fine();
    assert!(said.contains("Changes of `acme-crm` start from what is on sale now."), "{said}");
    cli.write(PRODUCT, &cli.read(PRODUCT).replace("V9.9", "V10.0"));
    let plan = json(&cli, &["plan", "--format", "json"]);
    assert_eq!(plan["plan"]["products"][0]["changes"][0]["item"]["field"], "version");
    // The branch was merged: it may be used once more.
    run(&cli, &["checkout", "--quiet", "--", "."]);
    console(&cli, ProductField::Version, "V11.0");
    run(&cli, &["push", "--quiet", "origin", "main"]);
    accept(&cli, &[]);
}

#[test]
fn branches_of_people_are_left_alone() {
    let cli = shared();
    accept(&cli, &[]);
    run(&cli, &["checkout", "--quiet", "reverse"]);
    refused(&cli, "is checked out");
    cli.write("mine.txt", "a thought");
    run(&cli, &["add", "."]);
    run(&cli, &["commit", "--quiet", "-m", "A thought of mine"]);
    run(&cli, &["checkout", "--quiet", "main"]);
    refused(&cli, "has commits of somebody else");
    run(&cli, &["branch", "-D", "reverse"]);
    run(&cli, &["branch", "reverse", "main"]);
    refused(&cli, "has commits of somebody else");
    run(&cli, &["branch", "-D", "reverse"]);
    // A worktree elsewhere counts, too.
    accept(&cli, &[]);
    run(&cli, &["worktree", "add", "--quiet", "../elsewhere", "reverse"]);
    refused(&cli, "is checked out");
    let said = joined(&cli.run(&["drift", "--accept", "acme-crm", "--branch", "main"]).failed(1));
    assert!(said.contains("is the branch that the change is offered to"), "{said}");
    let said = joined(&cli.run(&["drift", "--accept", "acme-crm", "--branch", "a..b"]).failed(1));
    assert!(said.contains("is no name for a branch"), "{said}");
}

#[test]
fn what_others_pushed_is_not_lost() {
    let cli = shared();
    accept(&cli, &["--push=origin"]);
    // A colleague adds to the branch at the remote; here nobody fetched it.
    run(&cli, &["clone", "--quiet", "../remote.git", "../colleague"]);
    let colleague = cli.folder().parent().unwrap().join("colleague");
    Clones::git(&colleague, &["checkout", "--quiet", "reverse"]);
    std::fs::write(colleague.join("review.txt"), "please wait").unwrap();
    Clones::git(&colleague, &["add", "."]);
    Clones::git(
        &colleague,
        &["-c", "user.name=Bo", "-c", "user.email=bo@acme.example", "commit", "--quiet", "-m", "Wait"],
    );
    Clones::git(&colleague, &["push", "--quiet", "origin", "reverse"]);
    let theirs = run(&cli, &["ls-remote", "origin", "reverse"]);
    console(&cli, ProductField::Version, "V10.0");
    let said =
        joined(&cli.run(&["drift", "--accept", "acme-crm", "--branch", "reverse", "--push"]).failed(1));
    assert!(said.contains("cannot be pushed to `origin`"), "{said}");
    assert_eq!(run(&cli, &["ls-remote", "origin", "reverse"]), theirs, "nothing is forced");
    run(&cli, &["fetch", "--quiet", "origin"]);
    run(&cli, &["branch", "-D", "reverse"]);
    refused(&cli, "has commits of somebody else");
}

#[test]
fn a_branch_may_be_named_in_full() {
    let cli = shared();
    let said = joined(&cli.run(&["drift", "--accept", "acme-crm", "--branch", "refs/heads/reverse"]).fine());
    assert!(said.contains("Branch `reverse` accepts in"), "{said}");
    let branches = run(&cli, &["for-each-ref", "--format=%(refname)", "refs/heads"]);
    assert_eq!(branches.split_whitespace().collect::<Vec<_>>(), ["refs/heads/main", "refs/heads/reverse"]);
}
