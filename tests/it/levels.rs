//! Levels in `gallerist.yaml`, exceptions beside what they excuse, and confirmations: what a seller can say about a rule.

use crate::cli_runner::{Cli, Ended};
use serde_json::Value;

const PRODUCT: &str = "products/acme-crm/product.yaml";

fn begun() -> Cli {
    let cli = Cli::new();
    let _ = cli.run(&["init", "--name", "acme"]).fine();
    cli
}

fn append(cli: &Cli, path: &str, text: &str) {
    let before = cli.read(path);
    cli.write(path, &format!("{before}{text}"));
}

fn edit(cli: &Cli, path: &str, from: &str, to: &str) {
    let text = cli.read(path);
    assert!(text.contains(from), "{from} is not in\n{text}");
    cli.write(path, &text.replacen(from, to, 1));
}

/// The lines of a short report about a rule.
fn told(ended: &Ended, rule: &str) -> Vec<String> {
    let about = |line: &&str| line.contains(&format!("[{rule}]"));
    ended.stdout.lines().filter(about).map(str::to_owned).collect()
}

/// A product whose name is exaggerated, which is refused outright.
fn exaggerated() -> Cli {
    let cli = begun();
    edit(&cli, PRODUCT, "name: Acme CRM", "name: The best CRM");
    let text = cli.read(PRODUCT).replace("softwareName: Acme CRM", "softwareName: The best CRM");
    cli.write(PRODUCT, &text);
    cli
}

fn excuse(cli: &Cli, rule: &str, until: &str) {
    append(
        cli,
        PRODUCT,
        &format!("exceptions:\n  - {{rule: {rule}, reason: it is a family name, until: {until}}}\n"),
    );
}

#[test]
fn an_exception_turns_a_finding_into_a_note_until_its_last_day() {
    let cli = exaggerated();
    let checked = cli.run(&["check", "--format", "short"]);
    assert_eq!(checked.code, 3);
    assert!(told(&checked, "product-name-exaggerated")[0].contains(": error["), "{}", checked.stdout);
    excuse(&cli, "product-name-exaggerated", "2026-12-31");
    let checked = cli.run(&["check", "--format", "short"]);
    let line = &told(&checked, "product-name-exaggerated")[0];
    assert!(
        line.contains(": note[") && line.contains("excused until 2026-12-31: it is a family name"),
        "{line}"
    );
    assert_eq!(checked.code, 0, "{}", checked.stdout);
    let planned = cli.run(&["plan"]);
    assert_eq!(planned.code, 0, "{}", planned.stdout);
    assert!(planned.stdout.contains("note by product-name-exaggerated"), "{}", planned.stdout);
    for (moment, code) in [("2026-12-31T15:59:59Z", 0), ("2026-12-31T16:00:00Z", 3)] {
        // The day ends where the site is, in Singapore.
        let checked = cli.run(&["check", "--format", "short", "--now", moment]);
        assert_eq!(checked.code, code, "{moment}: {}", checked.stdout);
        assert_eq!(told(&checked, "exception-expired").len(), usize::from(code == 3), "{}", checked.stdout);
    }
}

#[test]
fn exceptions_that_do_nothing_are_reported_at_their_line() {
    let cli = begun();
    for (rule, told_as) in [
        ("product-name-exaggerated", "exception-unused"),
        ("product-name-exagerated", "rule-unknown"),
        ("irreversible-operation", "rule-not-adjustable"),
    ] {
        let before = cli.read(PRODUCT);
        excuse(&cli, rule, "2026-12-31");
        let line = before.lines().count() + 2;
        let checked = cli.run(&["check", "--format", "short"]);
        let found = told(&checked, told_as);
        assert!(found.len() == 1 && found[0].contains(&format!(":{line}:")), "{rule}: {}", checked.stdout);
        cli.write(PRODUCT, &before);
    }
}

#[test]
fn an_exception_of_a_specification_excuses_nothing_else() {
    let cli = begun();
    let text = cli.read(PRODUCT);
    assert!(text.contains("name: Starter"), "{text}");
    let text = text.replace("name: Starter", "name: Specification 1");
    let within = "    exceptions: [{rule: specification-name-bare, reason: agreed, until: 2026-12-31}]\n";
    let at = text.find("    name: Specification 1").unwrap();
    cli.write(PRODUCT, &format!("{}{within}{}", &text[..at], &text[at..]));
    let checked = cli.run(&["check", "--format", "short"]);
    assert!(told(&checked, "specification-name-bare")[0].contains(": note["), "{}", checked.stdout);
    cli.write(PRODUCT, &text);
    excuse(&cli, "specification-name-bare", "2026-12-31");
    let checked = cli.run(&["check", "--format", "short"]);
    assert!(told(&checked, "specification-name-bare")[0].contains(": error["), "{}", checked.stdout);
    assert_eq!(told(&checked, "exception-unused").len(), 1, "{}", checked.stdout);
}

/// The product is sold at a second target, whose site has stricter words.
fn sold_twice(cli: &Cli) {
    let target = "  china:\n    site: cn\n    marketplace: {driver: sandbox, path: .gallerist/china.db}\n    \
                  ledger: {store: sqlite, path: .gallerist/china-ledger.db}\n";
    let text = format!("defaultTarget: intl\ntargets:\n{target}");
    edit(cli, "gallerist.yaml", "targets:\n", &text);
    let product = cli.read(PRODUCT).replace("{USD:", "{CNY: \"700.00\", USD:");
    cli.write(PRODUCT, &product.replace("delivery: saas\n", "delivery: saas\ntargets: [intl, china]\n"));
}

#[test]
fn an_exception_that_one_of_two_targets_needs_is_not_unused() {
    let cli = begun();
    sold_twice(&cli);
    edit(&cli, PRODUCT, "overview:", "overview: 国家级CRM。 #");
    let checked = cli.run(&["check", "--format", "short"]);
    assert_eq!(told(&checked, "superlative-used").len(), 1, "{}{}", checked.stdout, checked.stderr);
    assert!(told(&checked, "superlative-used")[0].contains("(at target `china`)"), "{}", checked.stdout);
    let one = cli.run(&["check", "--format", "short", "--target", "intl"]);
    assert!(told(&one, "superlative-used").is_empty(), "{}", one.stdout);
    let nowhere = cli.run(&["check", "--target", "nowhere"]);
    assert!(
        nowhere.code != 0 && nowhere.stderr.contains("there is no target `nowhere`"),
        "{}",
        nowhere.stderr
    );
    excuse(&cli, "superlative-used", "2026-12-31");
    let checked = cli.run(&["check", "--format", "short"]);
    assert!(told(&checked, "superlative-used")[0].contains(": note["), "{}", checked.stdout);
    assert!(told(&checked, "exception-unused").is_empty(), "{}", checked.stdout);
    let planned = cli.run(&["plan", "--target", "intl"]).stdout;
    assert!(!planned.contains("exception-unused"), "{planned}");
    edit(&cli, PRODUCT, "overview: 国家级CRM。 #", "overview:");
    let checked = cli.run(&["check", "--format", "short"]);
    assert_eq!(told(&checked, "exception-unused").len(), 1, "{}", checked.stdout);
}

#[test]
fn an_exception_that_only_a_first_release_needs_is_not_unused() {
    let cli = begun();
    edit(&cli, PRODUCT, "certificate: {file: certificate.pdf, softwareName: Acme CRM}\n", "");
    excuse(&cli, "certificate-missing", "2026-12-31");
    let checked = cli.run(&["check", "--format", "short"]);
    assert!(told(&checked, "exception-unused").is_empty(), "{}", checked.stdout);
}

#[test]
fn what_only_a_person_can_check_is_excused_like_everything_else() {
    let cli = begun();
    append(&cli, "gallerist.yaml", "rules: {interface-not-answering: error}\n");
    let day = "2026-11-22T09:00:00Z";
    let id = verify(&plan_of(&cli, day), "interface-not-answering").unwrap()["id"].clone();
    let status = cli.run(&["status", "acme-crm"]).stdout;
    let words = status.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(&format!("confirm acme-crm {}", id.as_str().unwrap())), "{status}");
    excuse(&cli, "interface-not-answering", "2026-12-31");
    assert!(told(&cli.run(&["check", "--format", "short"]), "exception-unused").is_empty());
    assert_eq!(verify(&plan_of(&cli, day), "interface-not-answering"), None);
    let planned = cli.run(&["plan"]).stdout;
    let words = planned.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("excused until 2026-12-31"), "{planned}");
    assert!(!planned.contains("blocked by"), "{planned}");
}

#[test]
fn the_day_of_an_exception_is_a_day_and_nothing_more() {
    let cli = exaggerated();
    excuse(&cli, "product-name-exaggerated", "2026-12-31T23:59:59+08:00");
    let checked = cli.run(&["check", "--format", "short"]);
    assert_eq!(told(&checked, "day-form").len(), 1, "{}", checked.stdout);
}

#[test]
fn a_file_of_no_known_kind_does_not_pass_by_its_name() {
    let cli = begun();
    for bytes in [&b""[..], &[0xFF, 0x00, 0x12, 0x99]] {
        std::fs::write(cli.path("products/acme-crm/logo.png"), bytes).unwrap();
        let checked = cli.run(&["check", "--format", "short"]);
        assert_eq!(told(&checked, "logo-unsuitable").len(), 1, "{}", checked.stdout);
    }
}

#[test]
fn levels_raise_and_lower_what_is_not_refused_outright() {
    let cli = begun();
    edit(&cli, PRODUCT, "overview:", "overview: Write to anna@acme-people.example any time. #");
    let level_of = |cli: &Cli| {
        let checked = cli.run(&["check", "--format", "short"]);
        told(&checked, "personal-data-shown")
            .first()
            .map(|line| line.split("[personal").next().unwrap().to_owned())
    };
    assert!(level_of(&cli).unwrap().ends_with("warning"));
    for (level, ending) in [("error", Some("error")), ("note", Some("note")), ("off", None)] {
        let config = cli.read("gallerist.yaml");
        append(&cli, "gallerist.yaml", &format!("rules: {{personal-data-shown: {level}}}\n"));
        let found = level_of(&cli);
        assert_eq!(found.as_deref().map(|head| head.rsplit(' ').next().unwrap()), ending);
        cli.write("gallerist.yaml", &config);
    }
}

#[test]
fn what_is_refused_outright_is_not_lowered_and_wrong_names_are_shown_at_their_line() {
    let cli = exaggerated();
    append(
        &cli,
        "gallerist.yaml",
        "rules:\n  product-name-exaggerated: off\n  irreversible-operation: note\n  logo-unsuitabel: off\n",
    );
    let lines = cli.read("gallerist.yaml").lines().count();
    let checked = cli.run(&["check", "--format", "short"]);
    assert_eq!(checked.code, 3);
    assert!(told(&checked, "product-name-exaggerated")[0].contains(": error["), "{}", checked.stdout);
    let refused = told(&checked, "rule-not-adjustable");
    assert!(refused[0].starts_with(&format!("gallerist.yaml:{}:3:", lines - 2)), "{refused:?}");
    assert!(refused[1].starts_with(&format!("gallerist.yaml:{}:3:", lines - 1)), "{refused:?}");
    let unknown = told(&checked, "rule-unknown");
    assert!(unknown[0].starts_with(&format!("gallerist.yaml:{lines}:3:")), "{unknown:?}");
    let whole = cli.run(&["check"]).stdout;
    assert!(whole.contains("write `logo-unsuitable`") || whole.contains("logo-unsuitable: off"), "{whole}");
}

#[test]
fn a_rule_of_another_site_is_switched_on_by_its_level() {
    let cli = begun();
    edit(&cli, PRODUCT, "overview:", "overview: The ultimate CRM. #");
    let checked = cli.run(&["check", "--format", "short"]);
    assert!(told(&checked, "superlative-used").is_empty(), "{}", checked.stdout);
    append(&cli, "gallerist.yaml", "rules: {superlative-used: warning}\n");
    let checked = cli.run(&["check", "--format", "short"]);
    assert!(told(&checked, "superlative-used")[0].contains(": warning["), "{}", checked.stdout);
}

fn plan_of(cli: &Cli, now: &str) -> Value {
    let planned = cli.run(&["plan", "--format", "json", "--now", now]);
    serde_json::from_str(&planned.stdout).unwrap()
}

/// The checks of the only product, by rule.
fn verify(plan: &Value, rule: &str) -> Option<Value> {
    let products = plan["plan"]["products"].as_array().or(plan["products"].as_array()).unwrap();
    let items = products[0]["verify"].as_array().unwrap();
    items.iter().find(|item| item["rule"] == rule).cloned()
}

#[test]
fn a_confirmation_has_a_date_and_ends_and_dies_with_what_it_was_about() {
    let cli = begun();
    let day = "2026-11-22T09:00:00Z";
    let item = verify(&plan_of(&cli, day), "interface-not-answering").unwrap();
    assert!(item.get("confirmed").is_none(), "{item}");
    let id = item["id"].as_str().unwrap();
    let confirmed = cli
        .run(&["confirm", "acme-crm", id, "--reason", "all green", "--by", "Anna", "--expires", "30d"])
        .fine();
    // A week is what such a confirmation lasts, whatever is asked for.
    assert!(confirmed.contains("It counts until 2026-11-29 09:00 UTC."), "{confirmed}");
    let item = verify(&plan_of(&cli, day), "interface-not-answering").unwrap();
    assert_eq!(item["confirmed"]["by"], "Anna");
    assert!(item["confirmed"]["at"].as_str().unwrap().starts_with("2026-11-22T09:00:00"), "{item}");
    let shown = cli.run(&["plan"]).stdout;
    assert!(shown.contains("confirmed: ") && shown.contains("confirmed by Anna on 2026-11-22"), "{shown}");
    let later = verify(&plan_of(&cli, "2026-11-29T09:00:01Z"), "interface-not-answering").unwrap();
    assert!(later.get("confirmed").is_none(), "{later}");
    edit(&cli, PRODUCT, "url: \"https://", "url: \"https://new.");
    let moved = verify(&plan_of(&cli, day), "interface-not-answering").unwrap();
    assert!(moved.get("confirmed").is_none() && moved["id"] != id, "{moved}");
}

#[test]
fn a_check_that_is_raised_to_an_error_holds_the_submission_back() {
    let cli = begun();
    append(&cli, "gallerist.yaml", "rules: {interface-not-answering: error}\n");
    let planned = cli.run(&["plan"]);
    assert_eq!(planned.code, 3, "{}", planned.stdout);
    assert!(
        planned.stdout.contains("blocked by interface-not-answering: nobody confirmed yet"),
        "{}",
        planned.stdout
    );
    let _ = cli.run(&["reconcile"]);
    assert!(!cli.run(&["sandbox", "review"]).stdout.contains("KG"), "something was submitted");
    let id = verify(&plan_of(&cli, "2026-11-22T09:00:00Z"), "interface-not-answering").unwrap();
    let _ = cli.run(&["confirm", "acme-crm", id["id"].as_str().unwrap(), "--reason", "green"]).fine();
    let _ = cli.run(&["reconcile"]).fine();
    assert!(cli.run(&["sandbox", "review"]).stdout.contains("KG"), "nothing was submitted");
}

#[test]
fn a_finding_on_a_changed_value_shows_where_the_released_one_came_from() {
    let cli = begun();
    let _ = cli.run(&["reconcile"]).fine();
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    let _ = cli.run(&["reconcile"]).fine();
    edit(&cli, PRODUCT, "serviceSupervision: false", "serviceSupervision: true");
    let text = cli.read(PRODUCT);
    let line = text.lines().position(|line| line.contains("serviceSupervision: true")).unwrap() + 1;
    let planned = cli.run(&["plan"]);
    assert_eq!(planned.code, 3);
    let words: Vec<&str> = planned.stdout.split_whitespace().collect();
    let words = words.join(" ");
    assert!(words.contains(&format!("{PRODUCT}:{line}:")), "{}", planned.stdout);
    assert!(words.contains("released: no, approved 2026-11-22 with KG0000000001"), "{}", planned.stdout);
}

/// What is compared between products is found when their definitions were let go of; the places are still right.
#[test]
fn products_that_are_compared_are_shown_at_their_lines_and_can_be_excused() {
    let cli = begun();
    let copy = cli.read(PRODUCT).replace("key: acme-crm", "key: acme-desk");
    let copy = copy.replace("name: Acme CRM", "name: Acme CRM Enterprise");
    cli.write("products/acme-desk/product.yaml", &copy);
    for file in std::fs::read_dir(cli.path("products/acme-crm")).unwrap().map(Result::unwrap) {
        if file.file_name() != "product.yaml" {
            std::fs::copy(file.path(), cli.path("products/acme-desk").join(file.file_name())).unwrap();
        }
    }
    let checked = cli.run(&["check", "--format", "short"]);
    let alike = told(&checked, "editions-as-products");
    let line = |path: &str| {
        let text = cli.read(path);
        1 + text.lines().position(|line| line.starts_with("name:")).expect("a product has a name")
    };
    assert_eq!(alike.len(), 2, "{}", checked.stdout);
    for (path, told) in [PRODUCT, "products/acme-desk/product.yaml"].into_iter().zip(&alike) {
        assert!(told.starts_with(&format!("{path}:{}:7: ", line(path))), "{told}");
    }
    excuse(&cli, "editions-as-products", "2026-12-31");
    let checked = cli.run(&["check", "--format", "short"]);
    let alike = told(&checked, "editions-as-products");
    assert!(alike[0].contains(": note[") && alike[0].contains("excused until 2026-12-31"), "{alike:?}");
    assert!(!alike[1].contains("excused"), "{alike:?}");
    assert!(told(&checked, "exception-unused").is_empty(), "{}", checked.stdout);
}
