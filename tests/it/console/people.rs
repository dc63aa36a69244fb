//! Two people at the console, each with a clone: runs, records, approvals and edits in any order end with one record and
//! one released state, or somebody is told why not. Nothing that was recorded is lost.

use crate::cli_runner::{Cli, Ended};
use crate::ledger::clones::Clones;
use crate::ledger_commands::{Shop, edit};
use proptest::prelude::*;
use std::path::Path;

/// What one of the two does next.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Hands over what is next.
    Reconcile,
    /// Pulls, changes the price, pushes; a large change needs an approval.
    Change { large: bool },
    /// Approves what waits for it, and merges that.
    Approve,
    /// Records the newest submission as this.
    Record(&'static str),
    /// Commits and pushes what the tool wrote under `released/`.
    Share,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Reconcile),
        2 => any::<bool>().prop_map(|large| Step::Change { large }),
        1 => Just(Step::Approve),
        3 => Just(Step::Record("submitted")),
        3 => Just(Step::Record("approved")),
        1 => Just(Step::Record("rejected")),
        1 => Just(Step::Record("not-entered")),
        1 => Just(Step::Share),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn two_people_at_the_console_end_with_one_record(steps in prop::collection::vec((0_usize..2, step()), 8..14)) {
        play(&steps);
    }
}

struct People {
    shop: Shop,
    folders: [String; 2],
    price: u32,
    /// Records that the tool took.
    recorded: usize,
}

impl People {
    fn run(&self, who: usize, arguments: &[&str]) -> Ended {
        self.shop.cli.run(&[&["-C", &self.folders[who]], arguments].concat())
    }

    fn git(&self, who: usize, arguments: &[&str]) -> bool {
        std::process::Command::new("git")
            .args(["-C", &self.folders[who], "-c", "user.name=Who", "-c", "user.email=who@acme.example"])
            .args(arguments)
            .output()
            .unwrap()
            .status
            .success()
    }

    /// Takes over what the other one pushed. What only the tool wrote here is made again from the ledger.
    fn pull(&self, who: usize) {
        assert!(self.git(who, &["fetch", "-q", "origin", "main"]));
        assert!(self.git(who, &["reset", "-q", "--hard", "origin/main"]));
    }

    fn push(&self, who: usize, message: &str) {
        assert!(self.git(who, &["add", "-A"]));
        if self.git(who, &["commit", "-qm", message]) {
            assert!(self.git(who, &["push", "-q", "origin", "HEAD:main"]));
        }
    }

    fn newest(&self, who: usize) -> Option<String> {
        let listed = self.run(who, &["submissions", "list"]).fine();
        listed.split_whitespace().next().filter(|word| word.starts_with("s-")).map(str::to_owned)
    }

    fn act(&mut self, who: usize, step: Step) {
        match step {
            Step::Reconcile => {
                let ended = self.run(who, &["reconcile"]);
                assert!(ended.code == 0 || !ended.stdout.is_empty() || !ended.stderr.is_empty());
            }
            Step::Change { large } => {
                self.pull(who);
                let to = if large { self.price * 2 } else { self.price + 1 };
                let product = Path::new(&self.folders[who]).join("products/acme-crm/product.yaml");
                edit(&product, &format!("\"{}.00\"", self.price), &format!("\"{to}.00\""));
                self.price = to;
                self.push(who, "another price");
            }
            Step::Approve => {
                self.pull(who);
                let plan = self.run(who, &["plan"]).stdout;
                let mut words = plan.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
                let operation = words.find(|word| word.starts_with("o-") && word.len() == 18);
                if let Some(operation) = operation {
                    let reason = ["approve", operation, "--reason", "agreed", "--by", "Ann"];
                    let _ = self.run(who, &reason).fine();
                    let plan = self.run(who, &["plan"]).stdout;
                    assert!(
                        plan.contains("proposed"),
                        "an approval that is not merged is only proposed:\n{plan}"
                    );
                    self.push(who, "an approval");
                }
            }
            Step::Record(what) => {
                let Some(id) = self.newest(who) else { return };
                let application = format!("A-{}", &id[2..8]);
                let mut arguments = vec!["submissions", "record", &id, what, "--by", "Ann"];
                if what != "not-entered" {
                    arguments.extend(["--application", &application]);
                }
                if what == "approved" {
                    arguments.extend(["--product-id", "P-1"]);
                }
                let ended = self.run(who, &arguments);
                self.recorded += usize::from(ended.code == 0);
                assert!(
                    ended.code == 0
                        || ended.stderr.contains(&id[..10])
                        || ended.stderr.contains("another run"),
                    "{}",
                    ended.stderr
                );
            }
            Step::Share => {
                let kept = self.git(who, &["stash", "-q", "-u"]);
                self.pull(who);
                if kept && !self.git(who, &["stash", "pop", "-q"]) {
                    // Both wrote the file: git says so, and the ledger knows better than either.
                    assert!(self.git(who, &["checkout", "-q", "-f", "origin/main", "--", "."]));
                    let _ = self.git(who, &["stash", "drop", "-q"]);
                    assert!(self.git(who, &["reset", "-q", "--hard", "origin/main"]));
                }
                self.push(who, "what is released");
            }
        }
    }
}

fn play(steps: &[(usize, Step)]) {
    let shop = Shop::on_a_branch(Cli::new());
    edit(
        &shop.cli.path("gallerist.yaml"),
        "{driver: sandbox, path: ../sandbox.db}",
        "{driver: console}\n    preflight: {required: false}",
    );
    std::fs::write(shop.cli.path(".gitignore"), "/.gallerist/\n/sheets/\n").unwrap();
    shop.git(&["add", "-A"]);
    shop.git(&["commit", "-qm", "at the console"]);
    shop.git(&["push", "-q", "origin", "HEAD:main"]);
    let folders = [".".to_owned(), shop.clone("ben")];
    let folders = folders.map(|folder| shop.cli.folder().join(folder).to_str().unwrap().to_owned());
    let mut people = People { shop, folders, price: 99, recorded: 0 };
    for (who, step) in steps {
        people.act(*who, *step);
    }
    // Whatever is open is carried through, by both in turns.
    for who in [0, 1, 0, 1] {
        people.pull(who);
        for _ in 0..2 {
            people.act(who, Step::Approve);
        }
        let _ = people.newest(who).map(|id| people.run(who, &["submissions", "retry", &id]));
        for step in [Step::Reconcile, Step::Record("submitted"), Step::Record("approved")] {
            people.act(who, step);
        }
        people.act(who, Step::Share);
    }
    let record = [0, 1].map(|who| people.run(who, &["ledger", "show", "--format", "short"]).fine());
    assert_eq!(record[0], record[1]);
    let taken = record[0].lines().filter(|line| line.contains("is confirmed, by Ann")).count();
    assert_eq!(taken, people.recorded, "{}", record[0]);
    for who in [0, 1] {
        people.pull(who);
        let _ = people.run(who, &["ledger", "verify"]).fine();
        let plan = people.run(who, &["plan"]);
        assert!(plan.stdout.contains("in sync"), "{}{}", plan.stdout, plan.stderr);
    }
    let exported = [0, 1].map(|who| people.run(who, &["export"]).fine());
    assert_eq!(exported[0], exported[1], "both know the same to be on sale");
    assert!(exported[0].contains(&format!("{}.00", people.price)));
    let _ = Clones::git(&people.folders[0], &["status"]);
}
