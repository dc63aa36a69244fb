//! `claim`: somebody else's application is followed to its end.

use super::story::{ask, ids, joined, on_sale};
use crate::cli_runner::Cli;
use crate::model::{key, product, specification};
use gallerist::model::{DeliveryMethod, Item, ProductField, Value};
use gallerist::sandbox::{Answer, Request};
use gallerist::submission::{ApplicationId, Operation, OperationKind, SubmissionKind};

const PRODUCT: &str = "products/acme-crm/product.yaml";

/// A colleague saves a new version in the console, and submits it; the application's id.
fn colleague(cli: &Cli, version: &str, submits: bool) -> String {
    let operation = Operation {
        kind: OperationKind::ChangeField,
        item: Item::Field(ProductField::Version),
        from: None,
        to: Some(Value::Text(version.into())),
        reason: None,
    };
    let draft = Request::SaveForeignDraft {
        by: "Mei".into(),
        product: key("acme-crm"),
        kind: SubmissionKind::Modify,
        operations: vec![operation],
    };
    let Answer::Accepted(ApplicationId(id)) = ask(cli, &draft) else { panic!("no draft") };
    if submits {
        let answer = ask(cli, &Request::SubmitForeign(ApplicationId(id.clone())));
        assert!(!matches!(answer, Answer::Refused(_)), "{answer:?}");
    }
    id
}

fn edit(cli: &Cli, from: &str, to: &str) {
    let text = cli.read(PRODUCT);
    assert!(text.contains(from), "{from} is not in\n{text}");
    cli.write(PRODUCT, &text.replacen(from, to, 1));
}

#[test]
fn a_claimed_application_holds_the_slot_until_its_verdict() {
    let cli = on_sale();
    let id = colleague(&cli, "V2.0", true);
    let blocked = cli.run(&["plan"]);
    assert_eq!(blocked.code, 3);
    assert!(blocked.stdout.contains("foreign-application-open"), "{}", blocked.stdout);
    let _ = cli.run(&["claim", &id, "acme-crm", "--by", "Mei"]).fine();
    let plan = cli.run(&["plan"]).fine();
    assert!(
        plan.contains("in review since") && plan.contains("claimed: what it asks for is not known here"),
        "{plan}"
    );
    let list = cli.run(&["submissions", "list"]).fine();
    assert!(list.contains(&id), "{list}");
    let own = list.split_whitespace().find(|word| word.starts_with("s-")).unwrap().to_owned();
    let _ = cli.run(&["submissions", "show", own.trim_end_matches(':')]).fine();

    // What the definition wants meanwhile waits.
    edit(&cli, "\"99.00\"", "\"109.00\"");
    let _ = cli.run(&["reconcile"]);
    let waiting = cli.run(&["sandbox", "review", "--format", "short"]).fine();
    assert_eq!(waiting.lines().count(), 1, "{waiting}");

    let _ = cli.run(&["sandbox", "review", "--approve", &id]).fine();
    let account = cli.run(&["reconcile"]);
    assert!(account.stdout.contains("approved"), "{}", account.stdout);
    let plan = cli.run(&["plan"]);
    assert_eq!(plan.code, 3);
    let text = joined(&plan.stdout);
    assert!(text.contains("blocked by adoption-unconfirmed"), "{text}");
    assert!(
        text.contains("\"V2.0\" -> \"V1.0\""),
        "what was approved is no drift: the definition would undo it: {text}"
    );
    assert_eq!(cli.run(&["sandbox", "review"]).fine(), "Nothing waits for a verdict.\n");

    edit(&cli, "version: V1.0\n", "version: V2.0\n");
    let _ = cli.run(&["confirm", "acme-crm", "adopted", "--reason", "the price goes up"]).fine();
    let _ = cli.run(&["reconcile"]).fine();
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    let _ = cli.run(&["reconcile"]).fine();
    assert!(cli.run(&["status"]).fine().contains("1 product is in sync."));
}

#[test]
fn a_rejected_claim_frees_the_slot_and_another_can_follow() {
    let cli = on_sale();
    for version in ["V2.0", "V3.0"] {
        let id = colleague(&cli, version, true);
        let _ = cli.run(&["claim", &id, "acme-crm"]).fine();
        let _ = cli.run(&["sandbox", "review", "--reject", &id, "--reason", "no such version"]).fine();
        let list = cli.run(&["submissions", "list", "--format", "json"]).fine();
        assert_eq!(list.matches("\"no such version\"").count(), usize::from(version == "V3.0") + 1, "{list}");
        let account = cli.run(&["reconcile"]);
        assert!(account.stdout.contains("no such version"), "{}", account.stdout);
        assert!(joined(&cli.run(&["plan"]).fine()).contains("1 product is in sync."));
    }
    let list = cli.run(&["submissions", "list", "--format", "json"]).fine();
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    assert_eq!(list["submissions"].as_array().unwrap().len(), 3);
}

#[test]
fn only_an_open_application_of_somebody_else_can_be_claimed() {
    let cli = on_sale();
    let refused = |id: &str, said: &str| {
        let stderr = cli.run(&["claim", id, "acme-crm"]).failed(1);
        assert!(joined(&stderr).contains(said), "{stderr}");
    };
    refused("KG0000000001", "is followed already");
    refused("KG9999999999", "the marketplace lists no application KG9999999999");
    let draft = colleague(&cli, "V2.0", false);
    refused(&draft, "is a draft: nobody reviews it");
    ask(&cli, &Request::SubmitForeign(ApplicationId(draft.clone())));
    let stderr = cli.run(&["claim", &draft, "acme-cmr"]).failed(1);
    assert!(stderr.contains("there is no product `acme-cmr`"), "{stderr}");
    let _ = cli.run(&["claim", &draft, "acme-crm"]).fine();
    refused(&draft, "is followed already");
    let list = cli.run(&["submissions", "list", "--format", "short"]).fine();
    let own =
        list.split_whitespace().find(|word| word.starts_with("s-")).unwrap().trim_end_matches(':').to_owned();
    let stderr = cli.run(&["submissions", "withdraw", &own]).failed(1);
    assert!(joined(&stderr).contains("was claimed"), "{stderr}");
    let _ = cli.run(&["sandbox", "review", "--approve", &draft]).fine();
    refused(&draft, "is followed already");
    let other = colleague(&cli, "V3.0", true);
    let _ = cli.run(&["sandbox", "review", "--approve", &other]).fine();
    refused(&other, "was approved: there is no verdict to wait for");
}

#[test]
fn a_claim_is_about_the_product_it_names() {
    let cli = on_sale();
    let id = colleague(&cli, "V2.0", true);
    let text = cli.read(PRODUCT).replace("key: acme-crm", "key: acme-desk").replace("Acme CRM", "Acme Desk");
    cli.write("products/acme-desk/product.yaml", &text);
    for file in ["logo.png", "guide.pdf", "certificate.pdf"] {
        let path = |product: &str| cli.path(&format!("products/{product}/{file}"));
        std::fs::copy(path("acme-crm"), path("acme-desk")).unwrap();
    }
    let stderr = cli.run(&["claim", &id, "acme-desk"]).failed(1);
    assert!(joined(&stderr).contains("not about `acme-desk`"), "{stderr}");
}

#[test]
fn a_first_release_is_claimed_by_its_name_and_adopted_after_its_verdict() {
    let cli = on_sale();
    let whole = product(
        "acme-desk",
        DeliveryMethod::ProfessionalService,
        vec![specification("a", &[("yearly", "10")])],
    );
    let operation = Operation {
        kind: OperationKind::ReleaseProduct,
        item: Item::Product,
        from: None,
        to: Some(Value::Product(Box::new(whole))),
        reason: None,
    };
    let draft = Request::SaveForeignDraft {
        by: "Mei".into(),
        product: key("acme-desk"),
        kind: SubmissionKind::Release,
        operations: vec![operation],
    };
    let Answer::Accepted(id) = ask(&cli, &draft) else { panic!("no draft") };
    let _ = ask(&cli, &Request::SubmitForeign(id.clone()));
    // The console calls the application like the product in it.
    let text = "apiVersion: gallerist/v1\nkind: Product\nkey: desk\ndelivery: professional-service\nname: acme-desk\n\
                version: V1.0\nsupport: {hotline: \"+65 6550 0100\", email: help@acme.example}\n\
                specifications:\n  - {key: small, name: Edition a, prices: {yearly: {USD: \"10\"}}}\n";
    cli.write("products/desk.yaml", text);
    let _ = cli.run(&["claim", &id.0, "desk"]).fine();
    let status = cli.run(&["status"]);
    assert!(status.stdout.contains("in review  desk"), "{}", status.stdout);
    let _ = cli.run(&["reconcile"]);
    assert_eq!(
        cli.run(&["sandbox", "review", "--format", "json"]).fine().matches("\"application\"").count(),
        1
    );
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    let _ = cli.run(&["reconcile"]);
    // It is on sale under an id that only the marketplace knows, so it is not released a second time.
    let plan = cli.run(&["plan"]);
    assert_eq!(plan.code, 3);
    assert!(plan.stdout.contains("ledger-incomplete"), "{}", plan.stdout);
    let snapshot = cli.run(&["export"]).fine();
    let snapshot: serde_json::Value = serde_json::from_str(&snapshot).unwrap();
    let products = snapshot["observation"]["products"].as_array().unwrap();
    let own = ids(&cli).product;
    let new = products.iter().filter_map(|found| found["productId"].as_str()).find(|id| *id != own).unwrap();
    let shown = cli.run(&["adopt", "desk", "--product-id", new]);
    let table = shown.stderr.split_whitespace().find(|word| word.starts_with("t-")).unwrap().to_owned();
    let _ = cli.run(&["adopt", "desk", "--product-id", new, "--confirm", &table]).fine();
    let plan = joined(&cli.run(&["plan"]).stdout);
    assert!(plan.contains("blocked by adoption-unconfirmed"), "{plan}");
}
