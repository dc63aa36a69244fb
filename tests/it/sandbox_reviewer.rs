//! What the sandbox's reviewer objects to: each concern with what is rejected, what is approved, and what a judge
//! approves that does not know it.

mod cases;

use super::cli_runner::Cli;
use super::sandbox_account::*;
use camino::Utf8PathBuf;
use cases::{CASES, Case, Edit, call, file, good, picture, put, put_all, service, set};
use gallerist::drivers::SandboxDriver;
use gallerist::marketplace::Observe;
use gallerist::model::{DeliveryMethod, FileKind, Product, ProductField as Field, SpecificationField, Value};
use gallerist::released::{ApplicationState, ProductStatus};
use gallerist::sandbox::{Answer, Judge, Policy, ProductRow, Request, Seeded, Standing};
use gallerist::site::SiteProfile;
use gallerist::submission::{Operation, Review, SubmissionKind, Verdict};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

fn judge(site: &str) -> Judge {
    Judge::new(SiteProfile::embedded(site).unwrap())
}

fn edited(edit: Edit) -> Product {
    let mut product = good();
    edit(&mut product);
    product
}

/// The reason of the rejection, if the reviewer rejects what is pending.
fn reviewed(account: &mut Account) -> Option<String> {
    match account.ask(&Request::Review(Policy::Automatic)) {
        Answer::Decided(decided) => match decided.as_slice() {
            [(_, Verdict::Approved)] => None,
            [(_, Verdict::Rejected { reason })] => reason.clone(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn released(judge: Judge, product: Product) -> Option<String> {
    let mut account = Account::new(judge);
    let release = account.release(product);
    account.accepted(release);
    reviewed(&mut account)
}

/// Operations from one content to another: fields and names of specifications.
fn edits(from: &Product, to: &Product) -> Vec<Operation> {
    let differs = |found: &&Field| from.fields.value(**found) != to.fields.value(**found);
    let fields = Field::ALL.iter().filter(differs);
    let mut edits: Vec<Operation> =
        fields.map(|found| field(*found, to.fields.value(*found).cloned())).collect();
    for (key, specification) in &to.specifications {
        let of_name =
            |product: &Product| product.specifications[key].fields.value(SpecificationField::Name).cloned();
        if of_name(from) != of_name(to) {
            let name = specification.fields.value(SpecificationField::Name).cloned();
            edits.push(specification_field(key.as_str(), SpecificationField::Name, name));
        }
    }
    edits
}

#[test]
fn every_concern_has_a_case() {
    let tried: BTreeSet<&str> = CASES.iter().map(|case| case.name).collect();
    assert_eq!(tried, judge("intl").objection_names());
}

#[test]
fn a_release_is_rejected_by_name_and_number() {
    for Case { name, rules, site, wrong, .. } in CASES {
        let numbers: String = rules.iter().map(|rule| format!("R{rule}, ")).collect();
        for (position, edit) in wrong.iter().enumerate() {
            let reason = released(judge(site), edited(*edit)).unwrap_or_default();
            assert!(reason.contains(&format!(" ({numbers}{name}).")), "{name} {position}: {reason}");
            assert_eq!(reason.matches(").").count(), 1, "{name} {position}: {reason}");
        }
    }
}

#[test]
fn a_release_without_fault_is_approved() {
    for site in SiteProfile::NAMES {
        assert_eq!(released(judge(site), good()), None, "{site}");
    }
    for Case { name, site, right, .. } in CASES {
        for (position, edit) in right.iter().enumerate() {
            assert_eq!(released(judge(site), edited(*edit)), None, "{name} {position}");
        }
    }
}

#[test]
fn a_judge_that_does_not_know_a_concern_approves() {
    for Case { name, rules, site, wrong, .. } in CASES {
        assert!(rules.iter().all(|rule| judge(site).rules().contains(rule)));
        let unnamed = judge(site).without_named(name);
        assert!(!unnamed.objection_names().contains(name));
        let unnumbered = rules.iter().map(|rule| judge(site).without(*rule));
        for (position, edit) in wrong.iter().enumerate() {
            for judge in unnumbered.clone().chain([unnamed.clone()]) {
                assert_eq!(released(judge, edited(*edit)), None, "{name} {position}");
            }
        }
    }
}

#[test]
fn concerns_of_the_chinese_site_are_not_judged_elsewhere() {
    for Case { name, wrong, .. } in CASES.iter().filter(|case| case.site == "cn") {
        for edit in *wrong {
            assert_eq!(released(judge("intl"), edited(*edit)), None, "{name}");
        }
    }
}

#[test]
fn a_modification_is_judged_by_what_it_touches() {
    for Case { name, site, wrong, .. } in CASES {
        for (position, edit) in wrong.iter().enumerate() {
            let wrong = edited(*edit);
            let untouched = |product: &Product| {
                let mut account = Account::new(judge(site));
                account.seed(product.clone());
                let tags = field(Field::Tags, Some(Value::Texts(vec!["crm".into()])));
                let first = account.row("crm").specifications.keys().next().unwrap().to_string();
                let mode = *account.row("crm").specifications.values().next().unwrap().modes.first().unwrap();
                let cheaper = price(&first, cell(&[], mode), "5");
                let modify = account.modify("crm", vec![tags, cheaper]);
                account.accepted(modify);
                reviewed(&mut account)
            };
            assert_eq!(untouched(&wrong), None, "{name} {position}");
            let mut base = good();
            if wrong.delivery == DeliveryMethod::ProfessionalService {
                service(&mut base, Vec::new());
            }
            let mut account = Account::new(judge(site));
            account.seed(base.clone());
            let modify = account.modify("crm", edits(&base, &wrong));
            account.accepted(modify);
            let reason = reviewed(&mut account).unwrap_or_default();
            assert!(reason.contains(&format!("{name}).")), "{name} {position}: {reason}");
        }
    }
}

#[test]
fn what_a_list_held_before_is_not_new() {
    let mut product = good();
    let old = picture(FileKind::Png, 10, 10);
    put_all(&mut product, Field::DescriptionPictures, vec![old.clone()]);
    product.fields.set(Field::Highlights, Some(Value::Texts(vec!["顶级".into()])));
    let mut account = Account::new(judge("cn"));
    account.seed(product);
    let pictures = Value::Assets(vec![picture(FileKind::Png, 900, 800), old]);
    let highlights = Value::Texts(vec!["Fast".into(), "顶级".into()]);
    let modify = account.modify(
        "crm",
        vec![field(Field::DescriptionPictures, Some(pictures)), field(Field::Highlights, Some(highlights))],
    );
    account.accepted(modify);
    assert_eq!(reviewed(&mut account), None);
}

#[test]
fn what_is_off_the_catalog_is_not_read() {
    let mut product = good();
    call(&mut product, "Spec 1");
    let mut account = Account::new(judge("intl"));
    let discontinued = BTreeSet::from([key("starter")]);
    account.seed_as(Seeded { product, discontinued, status: ProductStatus::OnSale });
    let after = account.row("crm").clone();
    assert_eq!(account.judge.objections(None, &after), Vec::new());
    assert_eq!(after.specifications.len(), 2);
    let removal = account.removal("crm", vec![retire()]);
    account.accepted(removal);
    assert_eq!(reviewed(&mut account), None);
}

#[test]
fn all_objections_are_told_and_come_back_on_the_usual_way() {
    let mut account = Account::new(judge("intl"));
    let mut product = good();
    put(&mut product, Field::Logo, picture(FileKind::Png, 64, 64));
    call(&mut product, "Specification 1");
    let release = account.release(product);
    let submission = release.id.clone();
    let id = account.accepted(release);
    let expected = "The specification name \"Specification 1\" does not tell what buyers get; name what sets the \
        specification apart (R110, specification-name-bare). The logo is 64 x 64 pixels, not 120 x 120 (logo-unsuitable).";
    assert_eq!(reviewed(&mut account).as_deref(), Some(expected));
    assert_eq!(account.state.applications[&id].standing, Standing::Rejected(expected.to_owned()));
    let Answer::Reviews(reports) = account.ask(&Request::Reviews(vec![submission])) else { panic!() };
    let verdict = Verdict::Rejected { reason: Some(expected.to_owned()) };
    assert_eq!(reports.first().map(|report| &report.review), Some(&Review::Ended(verdict)));
}

#[test]
fn each_application_is_decided_by_itself() {
    let mut account = Account::new(judge("intl"));
    let mut bad = good();
    bad.key = key("bad");
    for found in [Field::Logo, Field::Credential] {
        bad.fields.set(found, None);
    }
    set(&mut bad, Field::Version, "beta");
    for product in [good(), bad] {
        let release = account.release(product);
        account.accepted(release);
    }
    let Answer::Decided(decided) = account.ask(&Request::Review(Policy::Automatic)) else { panic!() };
    let approved: Vec<bool> = decided.iter().map(|(_, verdict)| *verdict == Verdict::Approved).collect();
    assert_eq!(approved, [true, false]);
    assert_eq!(account.state.pending().count(), 0);
}

#[test]
fn hostile_texts_are_read_quickly() {
    let long = ["x", "huawei cloud ", "[ "];
    let seeds = [
        "x",
        "best ",
        "huawei cloud ",
        "1 ",
        "((",
        "[ ",
        "\u{202e}",
        " ",
        "-",
        "1.",
        "$1",
        "。",
        "云😀",
        "_\u{200b}",
    ];
    let fields = [Field::Name, Field::CertificateName, Field::Version, Field::Overview, Field::Agreement];
    for seed in seeds {
        // What is looked at most closely is a megabyte, the others less to be done soon.
        let size = if long.contains(&seed) { 1 << 20 } else { 1 << 18 };
        let hostile = seed.repeat(size / seed.len());
        let mut product = good();
        fields.iter().for_each(|field| set(&mut product, *field, &hostile));
        call(&mut product, &hostile);
        put(&mut product, Field::Logo, file(&hostile, None, None, 1));
        let mut row = ProductRow::new(product.key.clone(), product.delivery);
        row.fill(&product);
        let begun = Instant::now();
        let objections = judge("cn").objections(None, &row);
        assert!(begun.elapsed() < Duration::from_secs(20), "{seed:?} took {:?}", begun.elapsed());
        assert!(objections.iter().all(|found| found.text.len() < 1000), "{seed:?}");
        assert!(objections.iter().any(|found| found.name == "version-not-numbered"), "{seed:?}");
    }
}

#[test]
fn the_command_tells_what_was_decided_and_why() {
    const PRODUCT: &str = "products/acme-crm/product.yaml";
    let joined = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cli = Cli::new();
    let _ = cli.run(&["init", "--name", "acme"]).fine();
    let mut product = cli.read(PRODUCT);
    if !product.contains("certificate:") {
        let certificate = "certificate: {file: guide.pdf, softwareName: Acme CRM}\nuserGuide:";
        product = product.replacen("userGuide:", certificate, 1);
    }
    cli.write(PRODUCT, &product);
    assert_eq!(cli.run(&["sandbox", "review", "--auto"]).fine(), "Nothing waits for a verdict.\n");
    let _ = cli.run(&["reconcile"]).fine();
    assert_eq!(cli.run(&["sandbox", "review", "--auto"]).fine(), "Approved KG0000000001.\n");
    let _ = cli.run(&["reconcile"]).fine();
    // Nobody checks what a colleague writes into the console's form.
    let file = Utf8PathBuf::try_from(cli.path(".gallerist/sandbox.db")).unwrap();
    let desk = SandboxDriver::open(&file, judge("intl"), Box::new(crate::model::now)).unwrap();
    let (by, product) = ("Mei".to_owned(), key("acme-crm"));
    let operations = vec![field(Field::Name, text("Acme\nSales $5"))];
    let draft = Request::SaveForeignDraft { by, product, kind: SubmissionKind::Modify, operations };
    let Answer::Accepted(id) = desk.ask(&draft).unwrap() else { panic!() };
    assert_eq!(desk.ask(&Request::SubmitForeign(id.clone())).unwrap(), Answer::Accepted(id.clone()));
    let decided = joined(&cli.run(&["sandbox", "review", "--auto"]).fine());
    let told = "The product name \"Acme Sales $5\" is not the software's name on the copyright certificate, \
        \"Acme CRM\"; both must be the same (product-name-unlike-certificate). The product name \"Acme Sales $5\" \
        holds the price \"5\"; a name only says what the product is (product-name-with-details).";
    assert_eq!(decided, format!("Rejected {id}: {told}"));
    let seen = desk.observe().unwrap().applications;
    let state = seen.iter().find(|found| found.application == id).map(|found| &found.state);
    assert_eq!(state, Some(&ApplicationState::Rejected(Some(told.to_owned()))));
    let _ = cli.run(&["sandbox", "review", "--auto", "--approve-all"]).failed(1);
}
