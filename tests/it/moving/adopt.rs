//! `adopt`: definitions that are here, products that are on sale, and a ledger that knows nothing.

use super::story::{ask, ids, joined, lose_ledger, on_sale};
use crate::cli_runner::Cli;
use crate::model::{key, specification};
use crate::wire::assert_fits_schema;
use gallerist::model::{Item, Value};
use gallerist::sandbox::{Answer, Request};
use gallerist::submission::{Operation, OperationKind};

const PRODUCT: &str = "products/acme-crm/product.yaml";

fn edit(cli: &Cli, from: &str, to: &str) {
    let text = cli.read(PRODUCT);
    assert!(text.contains(from), "{from} is not in\n{text}");
    cli.write(PRODUCT, &text.replacen(from, to, 1));
}

/// The name of the table that a run of `adopt` shows.
fn table(stderr: &str) -> String {
    stderr.split_whitespace().find(|word| word.starts_with("t-")).expect("a table's name").to_owned()
}

fn nothing_waits(cli: &Cli) -> bool {
    cli.run(&["sandbox", "review"]).fine() == "Nothing waits for a verdict.\n"
}

#[test]
fn after_a_lost_ledger_nothing_is_submitted_until_somebody_confirms() {
    let cli = on_sale();
    edit(&cli, "\"99.00\"", "\"109.00\"");
    lose_ledger(&cli);
    let blocked = cli.run(&["plan"]);
    assert_eq!(blocked.code, 3);
    assert!(joined(&blocked.stdout).contains("gallerist adopt"), "{}", blocked.stdout);

    let shown = cli.run(&["adopt"]);
    let name = table(&shown.stderr);
    let text = joined(&shown.fine());
    assert!(text.contains("sure: the same name and delivery method (SaaS)"), "{text}");
    assert!(text.contains("starter \"Starter\" = ") && text.contains("sure: the same name"), "{text}");
    assert!(text.contains("the first plan changes: price of starter (yearly): 99.00 -> 109.00"), "{text}");
    assert!(!cli.path(".gallerist/ledger.db").exists(), "looking writes nothing");

    edit(&cli, "\"109.00\"", "\"119.00\"");
    let stale = cli.run(&["adopt", "--confirm", &name]).failed(1);
    assert!(joined(&stale).contains("what it was made from has changed"), "{stale}");
    let name = table(&cli.run(&["adopt"]).stderr);
    let adopted = cli.run(&["adopt", "--confirm", &name, "--by", "Mei"]).fine();
    assert!(joined(&adopted).starts_with("Adopted acme-crm."), "{adopted}");

    let plan = cli.run(&["plan"]);
    assert_eq!(plan.code, 3);
    let text = joined(&plan.stdout);
    assert!(text.contains("99.00 -> 119.00 USD"), "the plan shows everything: {text}");
    assert!(text.contains("blocked by adoption-unconfirmed"), "{text}");
    assert!(text.contains("gallerist confirm acme-crm adopted --reason"), "{text}");
    assert_eq!(cli.run(&["reconcile"]).code, 3);
    assert!(nothing_waits(&cli), "nothing was submitted");

    let _ = cli.run(&["confirm", "acme-crm", "adopted", "--reason", "the new price is right"]).fine();
    let _ = cli.run(&["plan"]).fine();
    let _ = cli.run(&["reconcile"]).fine();
    assert!(!nothing_waits(&cli));
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    let _ = cli.run(&["reconcile"]).fine();
    assert!(cli.run(&["status"]).fine().contains("1 product is in sync."));
    // What follows is the product's ordinary life.
    edit(&cli, "\"119.00\"", "\"129.00\"");
    let _ = cli.run(&["plan"]).fine();
}

#[test]
fn ids_that_a_person_gives_are_bound_at_once_and_only_when_they_can_be() {
    let cli = on_sale();
    let ids = ids(&cli);
    lose_ledger(&cli);
    let (starter, team) = (format!("starter={}", ids.skus[0]), format!("team={}", ids.skus[1]));
    let adopt = |arguments: &[&str]| cli.run(&[&["adopt", "acme-crm"], arguments].concat());
    for (arguments, said) in [
        (vec!["--product-id", "00301-0--0"], "the marketplace shows no product 00301-0--0"),
        (vec!["--product-id", &ids.product, "--specification", "starter=SKU-0"], "has no skuCode SKU-0"),
        (
            vec!["--product-id", &ids.product, "--specification", "stater=new"],
            "has no specification `stater`",
        ),
        (vec!["--specification", &starter], "give --product-id too"),
        (
            vec![
                "--product-id",
                &ids.product,
                "--specification",
                &starter,
                "--specification",
                &format!("team={}", ids.skus[0]),
            ],
            "belongs to `starter` already",
        ),
    ] {
        let refused = adopt(&arguments).failed(1);
        assert!(joined(&refused).contains(said), "{arguments:?}: {refused}");
    }
    assert!(
        cli.run(&["adopt", "acme-cmr", "--product-id", &ids.product])
            .failed(1)
            .contains("no product `acme-cmr`")
    );

    // Specifications without an id are matched, and what is matched is confirmed.
    let shown = adopt(&["--product-id", &ids.product, "--specification", &starter]);
    assert!(shown.stderr.contains("--confirm t-"), "{}", shown.stderr);
    assert!(joined(&shown.fine()).contains("given: the id was given"));
    let adopted =
        adopt(&["--product-id", &ids.product, "--specification", &starter, "--specification", &team]);
    assert!(adopted.fine().starts_with("Adopted acme-crm."));
    assert!(
        cli.run(&["plan"]).fine().contains("1 product is in sync."),
        "nothing differs, nothing is blocked"
    );

    let again = adopt(&["--product-id", &ids.product]).failed(1);
    assert!(joined(&again).contains(&format!("is bound to product {} already", ids.product)), "{again}");
    let text = cli.read(PRODUCT).replace("key: acme-crm", "key: acme-desk").replace("Acme CRM", "Acme Desk");
    cli.write("products/acme-desk/product.yaml", &text);
    for file in ["logo.png", "guide.pdf", "certificate.pdf"] {
        std::fs::copy(
            cli.path(&format!("products/acme-crm/{file}")),
            cli.path(&format!("products/acme-desk/{file}")),
        )
        .unwrap();
    }
    let other = cli.run(&["adopt", "acme-desk", "--product-id", &ids.product]).failed(1);
    assert!(joined(&other).contains("is bound to `acme-crm` already"), "{other}");
}

#[test]
fn what_is_off_the_catalog_is_not_adopted() {
    let cli = on_sale();
    let ids = ids(&cli);
    let retire = cli.run(&["retire", "acme-crm", "--reason", "end of sale"]);
    let _ = retire.fine();
    let plan = cli.run(&["plan"]);
    let operation = plan.stdout.split_whitespace().find(|word| word.starts_with("o-")).unwrap().to_owned();
    let _ = cli.run(&["approve", operation.trim_end_matches(')'), "--reason", "agreed"]).fine();
    let _ = cli.run(&["reconcile"]);
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    let _ = cli.run(&["reconcile"]);
    lose_ledger(&cli);
    let text = cli.read(PRODUCT);
    let start = text.find("retire:").unwrap();
    let end = start + text[start..].find("\n  reason").unwrap();
    let end = end + 1 + text[end + 1..].find('\n').unwrap() + 1;
    cli.write(PRODUCT, &format!("{}{}", &text[..start], &text[end..]));
    let refused = cli.run(&["adopt", "acme-crm", "--product-id", &ids.product]).failed(1);
    assert!(joined(&refused).contains("is off the catalog for ever"), "{refused}");
    assert!(joined(&cli.run(&["adopt"]).fine()).contains("unmatched: nothing like it is on sale"));
}

#[test]
fn nothing_ambiguous_is_guessed() {
    let cli = on_sale();
    let ids = ids(&cli);
    lose_ledger(&cli);
    // Both specifications have other names and one price: each could be either.
    for (from, to) in [("name: Starter\n", "name: One\n"), ("name: Team\n", "name: Two\n")] {
        edit(&cli, from, to);
    }
    edit(&cli, "\"99.00\"", "\"150.00\"");
    edit(&cli, "\"249.00\"", "\"150.00\"");
    let shown = cli.run(&["adopt"]);
    assert!(!shown.stderr.contains("--confirm"), "there is nothing to confirm: {}", shown.stderr);
    let text = joined(&shown.fine());
    assert!(text.contains("ambiguous: it could be any that is left over"), "{text}");
    assert!(ids.skus.iter().all(|code| text.contains(code.as_str())), "{text}");
    let json = cli.run(&["adopt", "--format", "json"]).fine();
    let name = json.split('"').find(|word| word.starts_with("t-")).unwrap().to_owned();
    let refused = cli.run(&["adopt", "--confirm", &name]).failed(1);
    assert!(joined(&refused).contains("nothing in this table is clear"), "{refused}");
    assert!(!cli.path(".gallerist/ledger.db").exists());

    // One id is enough here: only one is left for the other, and still a person looks at it.
    let starter = format!("starter={}", ids.skus[0]);
    let arguments = ["adopt", "acme-crm", "--product-id", &ids.product, "--specification", &starter];
    assert!(joined(&cli.run(&arguments).fine()).contains("team \"Two\" = nothing ambiguous"));
    let team = format!("team={}", ids.skus[1]);
    let _ = cli.run(&[&arguments[..], &["--specification", &team]].concat()).fine();
    let plan = joined(&cli.run(&["plan"]).stdout);
    assert!(plan.contains("\"Starter\" -> \"One\"") && plan.contains("\"Team\" -> \"Two\""), "{plan}");
}

#[test]
fn a_product_with_another_name_is_likely_when_its_interface_is_the_same() {
    let cli = on_sale();
    lose_ledger(&cli);
    edit(&cli, "\nname: Acme CRM\n", "\nname: Acme Customers\n");
    let shown = joined(&cli.run(&["adopt"]).fine());
    assert!(shown.contains("likely: another name (\"Acme CRM\"), but the same"), "{shown}");
    assert!(shown.contains("Production System API URL"), "{shown}");
}

#[test]
fn no_exception_in_a_definition_lifts_the_confirmation() {
    let cli = on_sale();
    lose_ledger(&cli);
    edit(&cli, "\"99.00\"", "\"109.00\"");
    let exception =
        "delivery: saas\nexceptions:\n  - {rule: adoption-unconfirmed, reason: let me, until: 2027-12-31}\n";
    edit(&cli, "delivery: saas\n", exception);
    let name = table(&cli.run(&["adopt"]).stderr);
    let _ = cli.run(&["adopt", "--confirm", &name]).fine();
    let plan = cli.run(&["plan"]);
    assert_eq!(plan.code, 3);
    assert!(plan.stdout.contains("adoption-unconfirmed"), "{}", plan.stdout);
    let _ = cli.run(&["reconcile"]);
    assert!(nothing_waits(&cli));
}

#[test]
fn a_key_is_renamed_after_an_adoption_as_ever() {
    let cli = on_sale();
    lose_ledger(&cli);
    let name = table(&cli.run(&["adopt"]).stderr);
    let _ = cli.run(&["adopt", "--confirm", &name]).fine();
    edit(&cli, "key: acme-crm\n", "key: acme-customers\nformerly: [acme-crm]\n");
    edit(&cli, "  - key: starter\n", "  - key: small\n    formerly: [starter]\n");
    assert!(cli.run(&["plan"]).fine().contains("1 product is in sync."));
    edit(&cli, "\"99.00\"", "\"109.00\"");
    let _ = cli.run(&["confirm", "acme-customers", "adopted", "--reason", "seen"]).fine();
    let _ = cli.run(&["reconcile"]).fine();
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    let _ = cli.run(&["reconcile"]).fine();
    assert!(cli.run(&["status"]).fine().contains("1 product is in sync."));
}

#[test]
fn a_specification_that_somebody_else_added_is_adopted_too() {
    let cli = on_sale();
    let nothing = cli.run(&["adopt", "acme-crm"]).failed(1);
    assert!(joined(&nothing).contains("is bound to product"), "{nothing}");
    let mut added = specification("partner", &[("yearly", "500")]);
    added.fields.set(gallerist::model::SpecificationField::Name, Some(Value::Text("Partner".into())));
    let operation = Operation {
        kind: OperationKind::AddSpecification,
        item: Item::Specification(key("partner")),
        from: None,
        to: Some(Value::Specification(Box::new(added))),
        reason: None,
    };
    let edit =
        Request::ConsoleEdit { by: "Mei".into(), product: key("acme-crm"), operations: vec![operation] };
    assert_eq!(ask(&cli, &edit), Answer::Done);
    let text = cli.read(PRODUCT);
    let ours = "  - key: partners\n    name: Partner\n    prices:\n      yearly: {USD: \"500.00\"}\n";
    cli.write(PRODUCT, &format!("{text}{ours}"));
    let shown = cli.run(&["adopt", "acme-crm"]);
    let name = table(&shown.stderr);
    let text = joined(&shown.fine());
    assert!(text.contains("partners \"Partner\" = ") && text.contains("sure: the same name"), "{text}");
    let _ = cli.run(&["adopt", "acme-crm", "--confirm", &name]).fine();
    assert!(cli.run(&["plan"]).fine().contains("1 product is in sync."), "nothing is added twice");
}

#[test]
fn the_table_is_there_for_programs() {
    let cli = on_sale();
    lose_ledger(&cli);
    assert_fits_schema("adoption-report", &cli.run(&["adopt", "--format", "json"]).fine());
    let short = cli.run(&["adopt", "--format", "short"]).fine();
    assert!(short.starts_with("acme-crm: ") && short.ends_with(" sure\n"), "{short}");
}

#[test]
fn what_is_to_be_retired_is_adopted_and_then_retired() {
    let cli = on_sale();
    let _ = cli.run(&["retire", "acme-crm", "team", "--reason", "end of sale"]).fine();
    lose_ledger(&cli);
    let name = table(&cli.run(&["adopt"]).stderr);
    let _ = cli.run(&["adopt", "--confirm", &name]).fine();
    let plan = cli.run(&["plan"]);
    assert!(
        plan.stdout.contains("adoption-unconfirmed") && plan.stdout.contains("irreversible"),
        "{}",
        plan.stdout
    );
}
