//! Two people with a clone each, a marketplace, and servers that die: whatever they do in whatever order, both end with
//! the same record, nothing is submitted twice, and who was refused was told.

use crate::cli_runner::{Cli, Ended};
use crate::ledger::clones::Clones;
use crate::ledger_commands::{Shop, edit, executable};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;

/// What one of the two does next.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Takes the next step of every product.
    Reconcile,
    /// Pulls, changes the price, pushes.
    Change,
    /// Confirms what a person has to check.
    Confirm,
    /// Decides what waits at the desk.
    Review,
    /// The server ends before it takes the next push.
    KillBefore,
    /// The server ends after it took the next push.
    KillAfter,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Reconcile),
        2 => Just(Step::Change),
        1 => Just(Step::Confirm),
        2 => Just(Step::Review),
        1 => Just(Step::KillBefore),
        1 => Just(Step::KillAfter),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn two_people_end_with_one_record(steps in prop::collection::vec((0_usize..2, step()), 8..16)) {
        play(&steps);
    }
}

struct People {
    shop: Shop,
    folders: [String; 2],
    price: u32,
    confirmed: usize,
}

impl People {
    fn run(&self, who: usize, arguments: &[&str]) -> Ended {
        self.shop.cli.run(&[&["-C", &self.folders[who]], arguments].concat())
    }

    fn pull(&self, who: usize) {
        Clones::git(&self.folders[who], &["pull", "-q", "--ff-only", "origin", "main"]);
    }

    fn act(&mut self, who: usize, step: Step) {
        match step {
            Step::Reconcile => {
                let ended = self.run(who, &["reconcile"]);
                let said = format!("{}{}", ended.stdout, ended.stderr);
                assert!(ended.code == 0 || !said.is_empty(), "what did not go well is told");
            }
            Step::Change => {
                self.pull(who);
                let (from, to) = (self.price, self.price + 1);
                let product = Path::new(&self.folders[who]).join("products/acme-crm/product.yaml");
                edit(&product, &format!("\"{from}.00\""), &format!("\"{to}.00\""));
                self.price = to;
                Clones::git(&self.folders[who], &["commit", "-qam", "another price"]);
                // The definitions are no business of the servers that die.
                let faults = ["before", "after"].map(|name| self.shop.remote().join(name));
                let set = faults.each_ref().map(|fault| std::fs::remove_file(fault).is_ok());
                Clones::git(&self.folders[who], &["push", "-q", "origin", "HEAD:main"]);
                for (fault, was_set) in faults.iter().zip(set) {
                    if was_set {
                        std::fs::write(fault, "").unwrap();
                    }
                }
            }
            Step::Confirm => {
                let plan = self.run(who, &["plan"]).stdout;
                let Some(at) = plan.find("v-") else { return };
                let id = &plan[at..at + 10];
                let ended = self.run(who, &["confirm", "acme-crm", id, "--by", "Ann", "--reason", "looked"]);
                self.confirmed += usize::from(ended.code == 0);
            }
            Step::Review => {
                let _ = self.run(who, &["sandbox", "review", "--approve-all"]).fine();
            }
            Step::KillBefore => std::fs::write(self.shop.remote().join("before"), "").unwrap(),
            Step::KillAfter => std::fs::write(self.shop.remote().join("after"), "").unwrap(),
        }
    }
}

fn play(steps: &[(usize, Step)]) {
    let shop = Shop::on_a_branch(Cli::new());
    let hooks = [
        ("pre-receive", "[ -e before ] && rm before && kill -9 $PPID"),
        ("reference-transaction", "[ \"$1\" = committed ] && [ -e after ] && rm after && kill -9 $PPID"),
    ];
    for (name, script) in hooks {
        let hook = shop.remote().join("hooks").join(name);
        std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
        std::fs::write(&hook, format!("#!/bin/sh\n{script}\nexit 0\n")).unwrap();
        executable(&hook);
    }
    let folders = [".".to_owned(), shop.clone("ben")];
    let folders = folders.map(|folder| shop.cli.folder().join(folder).to_str().unwrap().to_owned());
    let mut people = People { shop, folders, price: 99, confirmed: 0 };
    for (who, step) in steps {
        people.act(*who, *step);
    }
    for who in [0, 1, 0, 1, 0] {
        people.pull(who);
        people.act(who, Step::Reconcile);
        people.act(who, Step::Review);
    }
    let record = [0, 1].map(|who| people.run(who, &["ledger", "show", "--format", "short"]).fine());
    assert_eq!(record[0], record[1]);
    for who in [0, 1] {
        people.pull(who);
        let plan = people.run(who, &["plan"]);
        assert!(plan.stdout.contains("in sync"), "{}{}", plan.stdout, plan.stderr);
        let _ = people.run(who, &["ledger", "verify"]).fine();
    }
    let accepted: Vec<&str> = record[0].lines().filter(|line| line.contains(" accepted: ")).collect();
    let taken = |line: &&str| line.rsplit(' ').next().map(str::to_owned);
    let applications: BTreeSet<_> = accepted.iter().filter_map(taken).collect();
    let submissions: BTreeSet<_> = accepted.iter().filter_map(|line| line.split(' ').nth(4)).collect();
    assert_eq!((applications.len(), submissions.len()), (accepted.len(), accepted.len()), "{}", record[0]);
    assert_eq!(record[0].matches(" is confirmed, by Ann").count(), people.confirmed, "{}", record[0]);
}
