//! A submission is taken back and submitted again: in the sandbox, behind a gateway and at the console it ends the same.

use super::{Play as Behind, faults};
use crate::console::{self, as_it_is, on_sale};
use crate::examples::{copy, shell};
use camino::{Utf8Path, Utf8PathBuf};
use gallerist::model::Key;
use gallerist::sandbox::{ProductRow, Store};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A place to sell at, with all who do anything there.
trait Venue {
    /// The seller runs a command that is to go well.
    fn seller(&mut self, command: &str) -> String;
    /// What was handed over reaches the marketplace, where somebody has to see to that.
    fn arrives(&mut self) {}
    /// What waits for a verdict is taken back.
    fn withdraws(&mut self) {
        let listed = self.seller("gallerist submissions list");
        let id = listed.split_whitespace().next().unwrap();
        self.seller(&format!("gallerist submissions withdraw {id}"));
    }
    fn approves(&mut self);
    fn products(&mut self) -> Vec<ProductRow>;
}

struct Embedded(Utf8PathBuf);

impl Venue for Embedded {
    fn seller(&mut self, command: &str) -> String {
        let output = shell(command, self.0.as_std_path()).unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert_eq!(output.status.code(), Some(0), "{command}: {said}");
        said
    }

    fn approves(&mut self) {
        self.seller("gallerist sandbox review --approve-all");
    }

    fn products(&mut self) -> Vec<ProductRow> {
        let mut store = Store::open(&self.0.join(".gallerist/sandbox.db")).unwrap();
        store.state().unwrap().products.values().cloned().collect()
    }
}

impl Venue for Behind {
    fn seller(&mut self, command: &str) -> String {
        let (code, said) = self.market.seller(command, &self.catalog);
        assert_eq!(code, 0, "{command}: {said}");
        said
    }

    fn withdraws(&mut self) {
        let listed = self.seller("gallerist submissions list");
        let id = listed.split_whitespace().next().unwrap();
        // Its answer is lost: the next run finds out what became of it.
        let _ = self.market.seller(&format!("gallerist submissions withdraw {id}"), &self.catalog);
        self.seller("gallerist reconcile");
    }

    fn approves(&mut self) {
        self.market.decide("review --approve-all");
    }

    fn products(&mut self) -> Vec<ProductRow> {
        self.market.products()
    }
}

impl Venue for console::Play {
    fn seller(&mut self, command: &str) -> String {
        let (code, said) = match command.strip_prefix("gallerist ") {
            Some(arguments) => self.tool(arguments),
            None => self.shell(command),
        };
        assert_eq!(code, 0, "{command}: {said}");
        said
    }

    fn arrives(&mut self) {
        self.enter_sheets();
    }

    fn withdraws(&mut self) {
        self.withdraw_all();
    }

    fn approves(&mut self) {
        self.approve_all();
    }

    fn products(&mut self) -> Vec<ProductRow> {
        console::Play::products(self)
    }
}

fn played(venue: &mut dyn Venue) -> BTreeMap<Key, String> {
    venue.seller("git init -q -b main");
    venue.seller("git add -A");
    venue.seller("git commit -qm 'Sell the licence'");
    venue.seller("gallerist reconcile");
    venue.arrives();
    venue.withdraws();
    assert!(venue.products().is_empty(), "nothing was approved");
    let status = venue.seller("gallerist status");
    assert!(status.contains("taken back"), "{status}");
    venue.seller("gallerist reconcile");
    let listed = venue.seller("gallerist submissions list");
    let id = listed.split_whitespace().next().unwrap();
    venue.seller(&format!("gallerist submissions retry {id}"));
    venue.seller("gallerist reconcile");
    venue.arrives();
    venue.approves();
    venue.seller("gallerist reconcile");
    let status = venue.seller("gallerist status");
    assert!(status.contains("in sync"), "{status}");
    on_sale(&venue.products())
}

fn example() -> PathBuf {
    crate::tree::root().join("examples/03-first-license")
}

#[test]
fn what_is_taken_back_and_submitted_again_ends_the_same_in_all_three_places() {
    let home = tempfile::tempdir().unwrap();
    let home = Utf8Path::from_path(home.path()).unwrap();
    let catalog = home.join("embedded");
    copy(&example(), catalog.as_std_path()).unwrap();
    let embedded = played(&mut Embedded(catalog));
    assert!(!embedded.is_empty());
    let behind = played(&mut Behind::new(&example(), &home.join("gateway"), &faults(3)));
    let console = played(&mut console::Play::new(&example(), &home.join("console"), as_it_is));
    assert_eq!(behind, embedded);
    assert_eq!(console, embedded);
}
