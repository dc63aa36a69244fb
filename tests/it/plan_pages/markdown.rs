//! Pages to read.

use super::{GITHUB, bounds, compared, only, proposal};
use crate::examples::copy;
use crate::plan_fixture::{crm, every_standing, key, plan};
use crate::tree::root;
use gallerist::plan::{Action, StepState};
use gallerist::render::plan_markdown;
use gallerist::report::{Baseline, Proposal};
use gallerist::service::{self, Request};
use jiff::{SignedDuration, Timestamp};

fn page(proposal: &Proposal) -> String {
    plan_markdown(proposal, &bounds(GITHUB))
}

/// A copy of an example whose products are on sale already.
struct Desk {
    home: tempfile::TempDir,
    now: Timestamp,
}

impl Desk {
    fn new(example: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        copy(&root().join("examples").join(example), &home.path().join("catalog")).unwrap();
        Self { home, now: "2026-11-24T09:00:00Z".parse().unwrap() }
    }

    fn catalog(&self) -> std::path::PathBuf {
        self.home.path().join("catalog")
    }

    fn tool(&mut self, arguments: &str) -> String {
        self.now = self.now.checked_add(SignedDuration::from_secs(60)).unwrap();
        let command = format!("gallerist --now {} {arguments}", self.now);
        let output = crate::examples::shell(&command, &self.catalog()).unwrap();
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    }

    fn release(&mut self) {
        self.tool("reconcile");
        self.tool("sandbox review --approve-all");
        self.tool("reconcile");
    }

    /// Puts the files of a later step of the example in place.
    fn step(&self, step: &str) {
        let catalog = self.catalog();
        let copied = std::process::Command::new("cp")
            .arg("-r")
            .arg(catalog.join("steps").join(step).join("."))
            .arg(&catalog)
            .status();
        assert!(copied.unwrap().success());
    }

    fn replace(&self, file: &str, from: &str, to: &str) {
        let path = self.catalog().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} does not hold {from}");
        std::fs::write(path, text.replace(from, to)).unwrap();
    }

    fn proposal(&self) -> Proposal {
        let folder = camino::Utf8PathBuf::from_path_buf(self.catalog()).unwrap();
        let request = Request { directory: folder, target: None, now: self.now, on_throwaway_machine: false };
        service::plan(&request, &service::PlanRequest::default()).unwrap().proposal()
    }
}

#[test]
fn a_price_change_is_one_line_of_a_modification() {
    let mut desk = Desk::new("07-price-change");
    desk.release();
    desk.step("2-new-price");
    let page = page(&desk.proposal());
    assert!(page.starts_with("## Merging this submits 1 modification; nothing irreversible\n"), "{page}");
    insta::assert_snapshot!(page);
}

#[test]
fn a_removal_without_its_approval_says_how_to_give_it() {
    let mut desk = Desk::new("11-retirement");
    desk.release();
    desk.step("3-retire-a-specification");
    let page = page(&desk.proposal());
    assert!(page.contains("1 specification leaves the catalog for ever"), "{page}");
    assert!(page.contains("gallerist approve o-"), "{page}");
    insta::assert_snapshot!(page);
}

#[test]
fn a_forbidden_edit_is_shown_with_its_place_and_the_way_out() {
    let mut desk = Desk::new("10-forbidden-supervision-edit");
    desk.release();
    desk.step("2-switch-supervision-on");
    let page = page(&desk.proposal());
    assert!(page.starts_with("## Blocked: 1 product"), "{page}");
    assert!(page.contains("`products/tidewater-crm/product.yaml:36:23`"), "{page}");
    insta::assert_snapshot!(page);
}

#[test]
fn nothing_to_do_is_said_in_the_heading() {
    let mut desk = Desk::new("07-price-change");
    desk.release();
    let page = page(&desk.proposal());
    assert!(page.starts_with("## Nothing to submit\n"), "{page}");
    assert!(!page.contains("<details>") && !page.contains("###"), "{page}");
    insta::assert_snapshot!(page);
}

#[test]
fn a_rejection_shows_what_the_reviewer_wrote() {
    let mut desk = Desk::new("12-rejected-review-and-fix");
    desk.tool("reconcile");
    let id = crate::examples::first_id(&desk.tool("sandbox review"), "KG").unwrap();
    desk.tool(&format!("sandbox review --reject {id} --reason \"The overview names @nobody\""));
    desk.tool("reconcile");
    let page = page(&desk.proposal());
    assert!(page.starts_with("## Rejected: 1 product"), "{page}");
    assert!(page.contains("The overview names `@nobody`"), "{page}");
    insta::assert_snapshot!(page);
}

#[test]
fn at_the_console_people_act() {
    let mut desk = Desk::new("07-price-change");
    desk.replace("gallerist.yaml", "{driver: sandbox, path: .gallerist/sandbox.db}", "{driver: console}");
    let before = page(&desk.proposal());
    assert!(before.starts_with("## Merging this puts on change sheets 1 first release"), "{before}");
    desk.tool("reconcile");
    let page = page(&desk.proposal());
    assert!(page.contains("enters the change sheet in the console"), "{page}");
    insta::assert_snapshot!(page);
}

#[test]
fn drift_is_shown_with_all_three_values() {
    let page = page(&proposal(only("acme-wiki")));
    for value in ["A wiki", "The best wiki", "A wiki for teams"] {
        assert!(page.contains(value), "{page}");
    }
    insta::assert_snapshot!(page);
}

/// An earlier plan that had one operation of today's and one that is not planned any more.
fn earlier() -> gallerist::plan::ProductPlan {
    let mut before = crm();
    let Action::Submit(submission) = &mut before.chain[0].action else { panic!("a submission") };
    submission.operations.truncate(2);
    submission.operations[1].to = Some(gallerist::model::Value::Price(crate::plan_fixture::price("109.00")));
    before.chain[0].state = StepState::Ready;
    before
}

#[test]
fn what_a_change_adds_is_told_apart_from_what_waits_already() {
    let desk = only("acme-desk").products.remove(0);
    let mut products = vec![crm(), desk.clone()];
    products.sort_by(|a, b| a.key.cmp(&b.key));
    let mut proposal = compared(proposal(plan(products)), vec![earlier(), desk]);
    proposal.compared.as_mut().unwrap().without_effect.insert(key("acme-map"));
    let page = page(&proposal);
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("no {text} in\n{page}"));
    assert!(at("What this change adds") < at("No longer planned"));
    assert!(at("No longer planned") < at("Already waiting before this change"));
    let story = &page[at("<details>")..];
    let within = |text: &str| story.find(text).unwrap_or_else(|| panic!("no {text} in\n{story}"));
    assert!(within("change the yearly price") < within("(planned before)"), "new operations come first");
    insta::assert_snapshot!(page);
}

#[test]
fn the_same_plan_is_called_the_same() {
    let plan = every_standing();
    let mut proposal = compared(proposal(plan.clone()), plan.products);
    let page_now = page(&proposal);
    assert!(page_now.contains("this change changes nothing: the plan is the same"), "{page_now}");
    assert!(!page_now.contains("What this change adds"), "{page_now}");
    let baseline = Baseline::Saved { date: jiff::civil::date(2026, 11, 20), commit: None };
    proposal.compared.as_mut().unwrap().baseline = baseline;
    let page = page(&proposal);
    assert!(page.contains("Since the plan of 2026-11-20 was saved, this plan changes nothing"), "{page}");
}

#[test]
fn every_standing_has_its_place() {
    insta::assert_snapshot!(page(&proposal(every_standing())));
}
