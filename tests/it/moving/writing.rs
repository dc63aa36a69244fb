//! What `import` writes, where, and what it leaves alone.

use super::shop::{Kind, Shop, product};
use super::story::{ask, ids, joined, lose_ledger, on_sale};
use crate::cli_runner::Cli;
use crate::model::{self, key, specification};
use gallerist::model::{DeliveryMethod, ProductField, SpecificationField, Value};
use gallerist::released::ProductStatus;
use gallerist::sandbox::{Answer, Request, Seeded};
use gallerist::service::ImportRequest;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Every file of the catalog that could be committed.
fn files(cli: &Cli) -> BTreeMap<String, Vec<u8>> {
    fn visit(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().unwrap().to_str().unwrap().starts_with(".gallerist") {
                continue;
            }
            if path.is_dir() {
                visit(root, &path, found);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                found.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    visit(&cli.folder(), &cli.folder(), &mut found);
    found
}

fn wipe(cli: &Cli) {
    let _ = std::fs::remove_dir_all(cli.path("products"));
    for file in ["attributes.yaml", ".gallerist/ledger.db", ".gallerist/ledger.db-journal"] {
        let _ = std::fs::remove_file(cli.path(file));
    }
}

/// The definitions of the examples were written by hand; what is imported says the same in the same words.
#[test]
fn what_the_examples_released_comes_back_as_it_was_written() {
    for example in [
        "01-first-image",
        "02-first-saas",
        "03-first-license",
        "04-first-professional-service",
        "05-first-consulting-service",
        "06-first-hardware",
    ] {
        let cli = Cli::new();
        let source = crate::tree::root().join("examples").join(example);
        copy(&source, &cli.folder());
        for command in [vec!["reconcile"], vec!["sandbox", "review", "--approve-all"], vec!["reconcile"]] {
            let _ = cli.run(&command).fine();
        }
        let originals: Vec<String> = files(&cli)
            .into_iter()
            .filter(|(path, _)| path.ends_with("product.yaml") && path.starts_with("products"))
            .map(|(_, bytes)| String::from_utf8(bytes).unwrap())
            .collect();
        wipe(&cli);
        let _ = cli.run(&["import", "--assets", source.to_str().unwrap()]).fine();
        let _ = cli.run(&["check"]).fine();
        let plan = cli.run(&["plan"]).fine();
        assert!(plan.contains("in sync."), "{example}: {plan}");
        let written = files(&cli);
        let written = written.iter().find(|(path, _)| path.ends_with("product.yaml")).unwrap();
        let written = String::from_utf8(written.1.clone()).unwrap();
        let mut lines = written.lines();
        // Keys are made from names, and what a release form does not ask for was not released.
        let own = |line: &&str| {
            !line.is_empty()
                && !["key:", "  - key:", "  inventory:", "  free:"]
                    .iter()
                    .any(|start| line.starts_with(start))
        };
        let (head, rest) = originals[0].split_once("\nspecifications:").unwrap_or((&originals[0], ""));
        for line in head.lines().filter(own) {
            assert!(
                lines.any(|other| other == line),
                "{example}: `{line}` is not in its place in\n{written}"
            );
        }
        // Values have no order of their own, and prices stand one a line.
        for line in
            rest.lines().filter(own).filter(|line| !line.contains("values: {") && !line.contains("prices: {"))
        {
            assert!(written.lines().any(|other| other == line), "{example}: `{line}` is not in\n{written}");
        }
        assert!(!written.contains("unmanage"), "{written}");
    }
}

#[test]
fn an_import_that_was_cut_short_is_finished_by_the_next_one() {
    let cli = on_sale();
    std::fs::create_dir(cli.path("../files")).unwrap();
    copy(&cli.path("products/acme-crm"), &cli.path("../files"));
    wipe(&cli);
    let _ = cli.run(&["import", "--assets", "../files"]).fine();
    let whole = files(&cli);
    // Killed before the ledger was written, and before some of the files were there.
    lose_ledger(&cli);
    std::fs::remove_file(cli.path("products/acme-crm/logo.png")).unwrap();
    std::fs::remove_file(cli.path("products/acme-crm/product.yaml")).unwrap();
    let _ = cli.run(&["import", "--assets", "../files"]).fine();
    assert_eq!(files(&cli), whole);
    lose_ledger(&cli);
    let again = cli.run(&["import", "--assets", "../files"]).fine();
    assert!(joined(&again).contains("was there already: products/acme-crm/product.yaml"), "{again}");
    assert_eq!(files(&cli), whole);
    assert!(cli.run(&["plan"]).fine().contains("1 product is in sync."));
    let nothing = cli.run(&["import"]).fine();
    assert_eq!(nothing, "Nothing to import: the product on sale has a definition.\n");
}

#[test]
fn an_import_that_is_killed_at_any_moment_can_be_repeated() {
    let cli = on_sale();
    std::fs::create_dir(cli.path("../files")).unwrap();
    copy(&cli.path("products/acme-crm"), &cli.path("../files"));
    let import = ["import", "--assets", "../files"];
    wipe(&cli);
    let _ = cli.run(&import).fine();
    let whole = files(&cli);
    let mut cut = 0;
    for step in 0..16 {
        wipe(&cli);
        let mut child = cli.command(&import).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(step * 4));
        child.kill().unwrap();
        let _ = child.wait().unwrap();
        cut += usize::from(files(&cli) != whole);
        let _ = cli.run(&import).fine();
        assert_eq!(files(&cli), whole, "killed after {} ms", step * 4);
        assert!(cli.run(&["plan"]).fine().contains("1 product is in sync."));
        // What was being written is cleared away.
        assert!(!cli.path(".gallerist/import").exists());
    }
    assert!(cut > 0, "some were cut short");
}

#[test]
fn nothing_is_written_over_and_all_is_written_or_nothing() {
    let cli = on_sale();
    std::fs::create_dir(cli.path("../files")).unwrap();
    copy(&cli.path("products/acme-crm"), &cli.path("../files"));
    wipe(&cli);
    cli.write("products/acme-crm/logo.png", "somebody's picture");
    let before = files(&cli);
    let refused = cli.run(&["import", "--assets", "../files"]).failed(1);
    assert!(
        refused.contains("products/acme-crm/logo.png is there already; nothing is written over"),
        "{refused}"
    );
    assert_eq!(files(&cli), before);
    assert!(!cli.path(".gallerist/ledger.db").exists());
    let dry = cli.run(&["import", "--dry-run"]).fine();
    assert!(dry.contains("\n  key: acme-crm\n") && dry.contains("Would import 1 product"), "{dry}");
    assert_eq!(files(&cli), before);
    assert!(!cli.path(".gallerist/ledger.db").exists());
}

#[test]
fn a_folder_that_leads_elsewhere_is_not_written_to() {
    let cli = on_sale();
    wipe(&cli);
    std::fs::create_dir(cli.path("../elsewhere")).unwrap();
    std::fs::create_dir(cli.path("products")).unwrap();
    std::os::unix::fs::symlink(cli.path("../elsewhere"), cli.path("products/acme-crm")).unwrap();
    assert_ne!(cli.run(&["import"]).code, 0);
    assert_eq!(std::fs::read_dir(cli.path("../elsewhere")).unwrap().count(), 0);
}

#[test]
fn a_file_that_is_not_at_hand_is_named_with_its_digest() {
    let cli = on_sale();
    let logo = std::fs::read(cli.path("products/acme-crm/logo.png")).unwrap();
    let digest = gallerist::model::Digest::of_bytes(&logo).to_string();
    wipe(&cli);
    let _ = cli.run(&["import"]).fine();
    let text = cli.read("products/acme-crm/product.yaml");
    let said = text.lines().filter_map(|line| line.strip_prefix("# ")).collect::<Vec<_>>().join(" ");
    assert!(said.contains(&format!("\"logo.png\" ({} bytes, BLAKE3 digest {digest})", logo.len())), "{text}");
    assert!(!text.contains("\nlogo:"), "{text}");
    // The person does what the comment says: the plan stays empty.
    std::fs::write(cli.path("products/acme-crm/logo.png"), logo).unwrap();
    cli.write(
        "products/acme-crm/product.yaml",
        &text.replace("\nversion: V1.0\n", "\nversion: V1.0\nlogo: logo.png\n"),
    );
    assert!(cli.run(&["plan"]).fine().contains("1 product is in sync."));
}

#[test]
fn beside_an_existing_catalog_only_what_is_unknown_is_added() {
    let cli = on_sale();
    let new = model::product("desk", DeliveryMethod::License, vec![specification("a", &[("yearly", "10")])]);
    ask(&cli, &Request::Seed(vec![Seeded::on_sale(new)]));
    let before = files(&cli);
    let told = cli.run(&["import"]).fine();
    assert!(told.contains("acme-desk") && told.contains("Imported 1 product in 1 file"), "{told}");
    let after = files(&cli);
    assert!(before.iter().all(|(path, bytes)| after.get(path) == Some(bytes)), "nothing else changed");
    assert_eq!(after.len(), before.len() + 1);
    assert!(cli.run(&["plan"]).fine().contains("2 products are in sync."));
    // A definition that has the name and is bound to nothing is a person's to bind.
    let id = ids(&cli).product;
    lose_ledger(&cli);
    std::fs::remove_file(cli.path("products/acme-desk.yaml")).unwrap();
    let told = joined(&cli.run(&["import"]).fine());
    assert!(told.contains(&format!("`gallerist adopt acme-crm --product-id {id}` would bind it")), "{told}");
    assert!(told.contains("Imported 1 product in 1 file"), "{told}");
}

#[test]
fn a_definition_that_went_missing_comes_back_under_its_key() {
    let cli = on_sale();
    let text = cli.read("products/acme-crm/product.yaml");
    cli.write(
        "products/acme-crm/product.yaml",
        &text.replace("key: acme-crm", "key: crm\nformerly: [acme-crm]"),
    );
    let _ = cli.run(&["plan"]).fine();
    cli.write("products/acme-crm/product.yaml", &text);
    std::fs::remove_dir_all(cli.path("products")).unwrap();
    let _ = cli.run(&["import"]).fine();
    let text = cli.read("products/acme-crm/product.yaml");
    assert!(text.contains("\nkey: acme-crm\n") && text.contains("\n  - key: starter\n"), "{text}");
    assert!(cli.run(&["plan"]).fine().contains("1 product is in sync."));
}

#[test]
fn broken_definitions_are_put_right_first() {
    let cli = on_sale();
    cli.write("products/broken.yaml", "apiVersion: gallerist/v1\nkind: Product\nkey: [\n");
    let refused = cli.run(&["import"]);
    assert_eq!(refused.code, 3, "{}", refused.stderr);
    assert!((refused.stdout + &refused.stderr).contains("products/broken.yaml"));
}

#[test]
fn a_catalog_begins_with_an_import() {
    let there = on_sale();
    let snapshot = there.run(&["export"]).fine();
    let cli = Cli::new();
    let nothing = cli.run(&["import"]).failed(1);
    assert!(joined(&nothing).contains("`gallerist import --released FILE`"), "{nothing}");
    assert_eq!(std::fs::read_dir(cli.folder()).unwrap().count(), 0, "nothing was begun");
    cli.write("../released.json", &snapshot);
    let unknown = cli.run(&["import", "--released", "../released.json", "--site", "moon"]).failed(1);
    assert!(unknown.contains("there is no site `moon`"), "{unknown}");
    let _ = cli.run(&["import", "--released", "../released.json", "--name", "new-home"]).fine();
    assert!(cli.read("gallerist.yaml").contains("\nname: new-home\n"));
    let _ = cli.run(&["check"]).fine();
    let refused = cli.run(&["import", "--name", "other"]).failed(1);
    assert!(refused.contains("gallerist.yaml is there already"), "{refused}");
    let other = cli.run(&["import", "--released", "../released.json"]).failed(1);
    assert!(
        joined(&other).contains("is about catalog `acme` at target `intl`, not about this one"),
        "{other}"
    );
}

#[test]
fn a_key_can_be_renamed_after_an_import() {
    let cli = on_sale();
    wipe(&cli);
    let _ = cli.run(&["import"]).fine();
    let text = cli.read("products/acme-crm/product.yaml");
    let renamed = text.replace("\nkey: acme-crm\n", "\nkey: crm\nformerly: [acme-crm]\n").replace(
        "  - key: starter\n    name: Starter\n",
        "  - key: small\n    name: Starter\n    formerly: [starter]\n",
    );
    assert_ne!(text, renamed);
    cli.write("products/acme-crm/product.yaml", &renamed);
    assert!(cli.run(&["plan"]).fine().contains("1 product is in sync."));
    cli.write("products/acme-crm/product.yaml", &renamed.replace("\"99.00\"", "\"109.00\""));
    for command in [vec!["reconcile"], vec!["sandbox", "review", "--approve-all"], vec!["reconcile"]] {
        let _ = cli.run(&command).fine();
    }
    assert!(cli.run(&["plan"]).fine().contains("1 product is in sync."));
}

#[test]
fn what_is_off_the_catalog_keeps_its_key_and_names_nobody_can_spell_become_ids() {
    let shop = Shop::at(&[("home", "intl")]);
    let named = |name: &str, text: &str| {
        let mut found = specification(name, &[("yearly", "10")]);
        found.fields.set(SpecificationField::Name, Some(Value::Text(text.into())));
        found
    };
    let mut crm = model::product(
        "crm",
        DeliveryMethod::License,
        vec![named("a", "Standard"), named("b", "Standard"), named("c", "企业版")],
    );
    crm.fields.set(ProductField::Name, Some(Value::Text("云商店客户管理".into())));
    let mut gone = model::product("gone", DeliveryMethod::License, vec![named("a", "Standard")]);
    gone.fields.set(ProductField::Name, Some(Value::Text("Gone".into())));
    let seeds = vec![
        Seeded { product: crm, discontinued: BTreeSet::from([key("a")]), status: ProductStatus::Frozen },
        Seeded {
            product: gone,
            discontinued: BTreeSet::from([key("a")]),
            status: ProductStatus::Discontinued,
        },
    ];
    shop.sell("home", "intl", seeds);
    let imported = shop.import("home", &ImportRequest::default());
    let [only] = imported.products.as_slice() else { panic!("{:?}", imported.products) };
    assert_eq!(only.key.as_str(), "00301-660001-0-0");
    let text = shop.read(only.path.as_str());
    assert!(text.contains("  - key: standard\n    retire: {reason: Off the catalog before"), "{text}");
    assert!(text.contains("  - key: standard-2\n    name: Standard\n"), "{text}");
    assert!(text.contains("The operator has frozen trading"), "{text}");
    shop.is_settled("home");
}

/// The property test would pass if everything were left alone; it is not.
#[test]
fn few_things_cannot_be_said_in_a_definition() {
    let shop = Shop::at(&[("home", "intl")]);
    let kind = |number| Kind { number, texts: Vec::new(), hidden: false, upgrades: true };
    let seeds: Vec<Seeded> =
        (0..60).filter_map(|number| product(&kind(number), &format!("p-{number}"))).collect();
    shop.sell("home", "intl", seeds);
    let imported = shop.import("home", &ImportRequest::default());
    assert!(imported.products.len() > 30);
    let texts: Vec<String> = imported.products.iter().map(|found| shop.read(found.path.as_str())).collect();
    let alone: Vec<&String> = texts.iter().filter(|text| text.contains("unmanage:")).collect();
    assert!(alone.len() * 5 < texts.len(), "{} of {}: {:#?}", alone.len(), texts.len(), alone.first());
    shop.is_settled("home");
}

#[test]
fn an_import_tells_programs_and_names_what_is_in_review() {
    let cli = on_sale();
    let draft = Request::SaveForeignDraft {
        by: "Mei".into(),
        product: key("acme-crm"),
        kind: gallerist::submission::SubmissionKind::Modify,
        operations: Vec::new(),
    };
    let Answer::Accepted(draft) = ask(&cli, &draft) else { panic!("no draft") };
    wipe(&cli);
    let dry = cli.run(&["import", "--dry-run", "--format", "json"]).fine();
    crate::wire::assert_fits_schema("import-report", &dry);
    let report: serde_json::Value = serde_json::from_str(&dry).unwrap();
    assert_eq!((&report["dryRun"], &report["products"][0]["key"]), (&true.into(), &"acme-crm".into()));
    let short = cli.run(&["import", "--format", "short"]).fine();
    assert!(
        short.starts_with("acme-crm: ") && short.ends_with(" products/acme-crm/product.yaml\n"),
        "{short}"
    );
    let said = |cli: &Cli| joined(&cli.read("products/acme-crm/product.yaml").replace("# ", ""));
    let text = said(&cli);
    assert!(
        text.contains("is a draft since 2026-11-22: it is submitted or deleted in the console first"),
        "{text}"
    );
    let blocked = cli.run(&["plan"]);
    assert!(blocked.stdout.contains("foreign-application-open"), "{}", blocked.stdout);
    wipe(&cli);
    let _ = ask(&cli, &Request::SubmitForeign(draft.clone()));
    let _ = cli.run(&["import"]).fine();
    assert!(
        said(&cli).contains(&format!("`gallerist claim {draft} acme-crm` follows its verdict")),
        "{}",
        said(&cli)
    );
}

#[test]
fn hostile_names_do_not_act_on_a_terminal_and_what_is_too_long_is_left_alone() {
    let cli = on_sale();
    let mut hostile =
        model::product("x", DeliveryMethod::License, vec![specification("a", &[("yearly", "10")])]);
    hostile.fields.set(ProductField::Name, Some(Value::Text("\u{1b}[31mred\u{202e}".into())));
    let mut long =
        model::product("y", DeliveryMethod::License, vec![specification("a", &[("yearly", "10")])]);
    long.fields.set(ProductField::Name, Some(Value::Text("Long".into())));
    long.fields.set(ProductField::Description, Some(Value::Text("word ".repeat(300_000))));
    let mut longer = long.clone();
    longer.key = key("z");
    longer.fields.set(ProductField::Name, Some(Value::Text("Longer".into())));
    longer.fields.set(ProductField::Overview, Some(Value::Text("word ".repeat(300_000))));
    ask(&cli, &Request::Seed([hostile, long, longer].map(Seeded::on_sale).to_vec()));
    for arguments in [&["import", "--dry-run"][..], &["import"], &["import", "--format", "short"]] {
        let ended = cli.run(arguments);
        assert!(!ended.stdout.contains(['\u{1b}', '\u{202e}']), "{}", ended.stdout);
        let _ = ended.fine();
    }
    assert!(cli.read("products/long.yaml").contains("# description is not managed"));
    assert!(cli.read("products/longer.yaml").contains("# overview is not managed"));
    let plan = cli.run(&["plan"]).fine();
    assert!(plan.contains("4 products are in sync."), "{plan}");
}

/// A marketplace that shows less: as a sheet somebody filled in from the console.
#[test]
fn what_the_marketplace_does_not_tell_is_not_managed_and_said_so() {
    let cli = on_sale();
    let mut snapshot: serde_json::Value = serde_json::from_str(&cli.run(&["export"]).fine()).unwrap();
    let product = &mut snapshot["observation"]["products"][0];
    for field in ["category", "overview", "support.hotline"] {
        product["fields"].as_object_mut().unwrap().remove(field);
    }
    product.as_object_mut().unwrap().remove("upgradeRules");
    let specifications = product["specifications"].as_array_mut().unwrap();
    for group in ["prices", "modes"] {
        specifications[0].as_object_mut().unwrap().remove(group);
    }
    for group in ["template", "prices", "modes", "attributes", "factors", "packages"] {
        specifications[1].as_object_mut().unwrap().remove(group);
    }
    cli.write("../released.json", &snapshot.to_string());
    wipe(&cli);
    let told = joined(&cli.run(&["import", "--released", "../released.json"]).fine());
    let unknown = "does not tell these fields, so they are not managed: category, overview, support.hotline.";
    assert!(told.contains(unknown), "{told}");
    let text = cli.read("products/acme-crm/product.yaml");
    assert_eq!(text.matches("# The marketplace does not tell the prices").count(), 2, "{text}");
    assert!(!text.contains("\ncategory:") && !text.contains("upgradeRules"), "{text}");
    let _ = cli.run(&["check"]).fine();
    assert!(cli.run(&["plan"]).fine().contains("1 product is in sync."));
    // The ledger has the bindings by now; a plan against what was told is as empty.
    let bound: serde_json::Value = serde_json::from_str(&cli.run(&["export"]).fine()).unwrap();
    for part in ["bindings", "histories"] {
        snapshot[part] = bound[part].clone();
    }
    cli.write("../released.json", &snapshot.to_string());
    let plan = cli.run(&["plan", "--released", "../released.json"]).fine();
    assert!(plan.contains("1 product is in sync."), "{plan}");
}
