//! Formatting definitions: one canonical form, nothing lost, and nothing to do the second time.

use camino::Utf8Path;
use gallerist::definition::{Formatted, format};
use gallerist::yaml::{Limits, Node, Order, Tree, read, to_value};
use proptest::prelude::*;

fn tree(text: &str) -> Tree {
    let reading = read(Utf8Path::new("a.yaml"), text.as_bytes(), Limits::default());
    reading.tree.unwrap_or_else(|| panic!("{:?} in\n{text}", reading.diagnostics))
}

/// The canonical form, which stays as it is when it is formatted again.
#[track_caller]
fn formatted(text: &str) -> String {
    let Formatted { after, diagnostics, .. } = format(Utf8Path::new("a.yaml"), text.as_bytes());
    let Some(after) = after else { panic!("{diagnostics:?}\n{text}") };
    let again = format(Utf8Path::new("a.yaml"), after.as_bytes()).after;
    assert_eq!(
        again.as_deref(),
        Some(after.as_str()),
        "formatting again changes something; at first\n{text}"
    );
    assert_eq!(
        to_value(tree(text).root()),
        to_value(tree(&after).root()),
        "another meaning:\n{text}\n{after}"
    );
    after
}

/// A product whose head is in order, with more lines.
fn product(lines: &str) -> String {
    format!("apiVersion: gallerist/v1\nkind: Product\nkey: crm\ndelivery: saas\n{lines}")
}

#[track_caller]
fn becomes(before: &str, after: &str) {
    assert_eq!(formatted(&product(before)), product(after));
}

#[test]
fn examples_and_fixtures_that_are_sound_lose_nothing() {
    let accepted = crate::schema::fixtures("accepted");
    let content = crate::schema::fixtures("content");
    let mut count = 0;
    for (path, bytes) in accepted.into_iter().chain(content) {
        let text = String::from_utf8(bytes).unwrap();
        let after = formatted(&text);
        assert_eq!(words(&text), words(&after), "{path}");
        count += 1;
    }
    assert!(count > 10);
}

/// The characters of a text, sorted: formatting moves and re-indents them.
fn words(text: &str) -> Vec<char> {
    let mut words: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    words.sort_unstable();
    words
}

#[test]
fn the_examples_and_the_template_are_canonical() {
    let mut files = crate::tree::files(&["examples"], &["yaml"]);
    files.extend(crate::tree::files(&["src/cli/templates"], &["yaml"]));
    assert!(files.len() > 200);
    for file in files {
        let text = file.text.replace("CATALOG", "catalog");
        let Formatted { after, diagnostics, .. } = format(Utf8Path::new(&file.path), text.as_bytes());
        assert_eq!(after, Some(text), "{}: {diagnostics:?}", file.path);
    }
}

#[test]
fn fields_stand_in_the_order_of_their_form_and_bring_their_comments() {
    let before = "\
# About this file.

# The key stays.
key: crm
kind: Product # always
delivery: saas

specifications:
# The small one.
- name: Starter
  # Never changes.
  key: starter
  prices:
    monthly: {USD: '9.90'}
    # Twelve for ten.
    yearly: {USD: '99.00'}
  # more to come


- {name: Team, key: team}
# No more.
name: CRM
apiVersion: gallerist/v1
# The end.
";
    let after = "\
# About this file.

apiVersion: gallerist/v1
kind: Product # always
# The key stays.
key: crm
delivery: saas
# No more.
name: CRM

specifications:
  # The small one.
  # Never changes.
  - key: starter
    name: Starter
    prices:
      # Twelve for ten.
      yearly: {USD: '99.00'}
      monthly: {USD: '9.90'}
    # more to come

  - {key: team, name: Team}
# The end.
";
    assert_eq!(formatted(before), after);
}

#[test]
fn texts_keep_their_style_at_another_indentation() {
    becomes(
        "description: |-\n      one\n        more\n\n      two\nagreement: >+\n three\n four\n\n\nname: x\n",
        "name: x\ndescription: |-\n  one\n    more\n\n  two\nagreement: >+\n  three\n  four\n\n\n",
    );
    becomes("overview: |2\n   one\n  two\n", "overview: |2\n   one\n  two\n");
    becomes(
        "seo:\n    description: |3-\n        one\n       two\n    title: 'a\n       b'\n",
        "seo:\n  title: 'a\n    b'\n  description: |3-\n      one\n     two\n",
    );
    becomes("overview: one\n     two\n\n     three # c\n", "overview: one\n  two\n\n  three # c\n");
    becomes("overview:\n     one\n     two\n", "overview:\n  one\n  two\n");
    becomes("overview: | # kept\n  a\nname: >-\n\n  b\n", "name: >-\n\n  b\noverview: | # kept\n  a\n");
    becomes(
        "overview: \"one \\\n     two\\n\\\n     \\ three\"\n",
        "overview: \"one \\\n  two\\n\\\n  \\ three\"\n",
    );
}

#[test]
fn brackets_stay_brackets() {
    becomes("tags: [ a,b , 'c' ]\n", "tags: [a, b, 'c']\n");
    becomes("support: {email: a, group: b, }\n", "support: {group: b, email: a}\n");
    becomes("support: { }\ntags: [ ]\n", "support: {}\ntags: []\n");
    becomes("support: {email: , group: }\n", "support: {group: , email: }\n");
    becomes("tags: [\n    a,\n    b, # c\n    ]\n", "tags: [\n    a,\n    b, # c\n    ]\n");
    becomes(
        "support: {\n  email: {},\n  group: b,\n}\n".replace("{},", "a,").as_str(),
        "support: {\n  group: b,\n  email: a,\n}\n",
    );
    becomes(
        "support: {\n  email: a, # mine\n  group: b\n  }\n",
        "support: {\n  email: a, # mine\n  group: b\n  }\n",
    );
    becomes(
        "specifications:\n- key: a\n  whitelist: [a,\n    b]\n",
        "specifications:\n  - key: a\n    whitelist: [a,\n      b]\n",
    );
    becomes("tags: [a,\n  b]\n", "tags: [a,\n  b]\n");
    assert_eq!(
        formatted("{kind: Product, apiVersion: gallerist/v1, delivery: saas, key: a} # c"),
        "{apiVersion: gallerist/v1, kind: Product, key: a, delivery: saas} # c\n"
    );
}

#[test]
fn keys_that_a_user_chose_keep_their_order() {
    becomes(
        "overrides:\n  z: {name: b}\n  a: {name: c}\nname: x\n",
        "name: x\noverrides:\n  z: {name: b}\n  a: {name: c}\n",
    );
    becomes(
        "specifications: [{prices: {monthly: {USD: 1, EUR: 2}}, key: a}]\n",
        "specifications: [{key: a, prices: {monthly: {USD: 1, EUR: 2}}}]\n",
    );
    let catalog = "apiVersion: gallerist/v1\nkind: Catalog\nname: c\ndefaultTarget: z\ntargets:\n  z:\n    site: {set: {trialDays: [7, 30]}, extends: eu}\n  a: {site: intl}\n";
    assert_eq!(
        formatted(catalog),
        catalog
            .replace("{set: {trialDays: [7, 30]}, extends: eu}", "{extends: eu, set: {trialDays: [7, 30]}}")
    );
}

#[test]
fn empty_lines_and_spaces_are_tidied() {
    becomes("\n\n\nname:    x   \n   \nversion: 'V1'\t# c\n\n\n", "\nname: x\n\nversion: 'V1'\t# c\n");
    becomes(
        "seo:\n\n\n  title: a\n\n\n\n  keywords:\n  -   a\n  -\n    b\n",
        "seo:\n  title: a\n\n  keywords:\n    - a\n    - b\n",
    );
    becomes("name: x", "name: x\n");
    assert_eq!(
        formatted("\n\n\n# c\n\n\nkind: Product\napiVersion: gallerist/v1\nkey: a\ndelivery: saas"),
        "# c\n\napiVersion: gallerist/v1\nkind: Product\nkey: a\ndelivery: saas\n"
    );
}

#[test]
fn comments_stay_with_what_they_are_about() {
    becomes(
        "name: x\nsalesType: # why\n  # because\n  common\nsupport: # who\n  # how\n  group: a\n\n  # mail\n  email: b\n  # hotline: c\nlogo: a.png\n",
        "salesType: # why\n  # because\n  common\nname: x\nlogo: a.png\nsupport: # who\n  # how\n  group: a\n\n  # mail\n  email: b\n  # hotline: c\n",
    );
    // An empty value, and comments that are indented more than what follows.
    becomes("logo:\n    # none yet\nname: x\n", "name: x\nlogo:\n  # none yet\n");
    // Behind a block text a comment must not look like a part of it.
    becomes("overview: |\n     a\n   # about a\nname: x\n", "name: x\noverview: |\n  a\n# about a\n");
    becomes(
        "highlights:\n  -  # first\n    a # one\n  # second\n  - b\n  # third\n# foot\n",
        "highlights:\n  # first\n  - a # one\n  # second\n  - b\n  # third\n# foot\n",
    );
    assert_eq!(
        formatted(
            "%YAML 1.2\n---   # start\n# c\nkind: Product\napiVersion: gallerist/v1\nkey: a\ndelivery: saas\n...\n# end\n"
        ),
        "%YAML 1.2\n---   # start\n# c\napiVersion: gallerist/v1\nkind: Product\nkey: a\ndelivery: saas\n...\n# end\n"
    );
}

#[test]
fn line_ends_become_those_of_the_first_line() {
    let text = "\u{FEFF}# c\r\nkind: Product\r\nkey: a\r\nname: 'a\r\n  b'\r\n\r\noverview: |\r\n   a\r\n   b\r\ndelivery: saas\napiVersion: gallerist/v1\r";
    assert_eq!(
        formatted(text),
        "\u{FEFF}# c\r\napiVersion: gallerist/v1\r\nkind: Product\r\nkey: a\r\ndelivery: saas\r\nname: 'a\r\n  b'\r\n\r\noverview: |\r\n  a\r\n  b\r\n"
    );
}

#[test]
fn what_has_no_shape_is_left_alone() {
    let rules = |text: &str| -> Vec<&'static str> {
        let Formatted { after, diagnostics, .. } = format(Utf8Path::new("a.yaml"), text.as_bytes());
        assert_eq!(after, None, "{text}");
        diagnostics.iter().map(|found| found.rule).collect()
    };
    assert_eq!(rules("a: [1"), ["yaml-syntax"]);
    assert_eq!(rules(&product("nmae: x\n")), ["unknown-field"]);
    assert_eq!(rules(&product("name: x\nname: y\n")), ["duplicate-key"]);
    assert_eq!(rules("apiVersion: gallerist/v9\nkind: Product\n"), ["api-version-unknown"]);
    assert_eq!(rules("apiVersion: gallerist/v1\nkind: Service\n"), ["kind-unknown"]);
    assert_eq!(rules(""), ["empty-file"]);
    let catalog = "apiVersion: gallerist/v1\nkind: Catalog\nname: c\ntargets: {a: {site: intl}}\nrules:\n";
    assert_eq!(rules(&format!("{catalog}  ? \"a\n    b\"\n  : off\n")), ["format-unsafe"]);
    // Keys behind a question mark are no such case.
    assert_eq!(formatted(&format!("{catalog}  ? a # c\n  : off\n")), format!("{catalog}  a: # c\n    off\n"));
}

/// All comments of a text made by [`documents`], which begin with `#~`.
fn comments(text: &str) -> Vec<String> {
    let mut found: Vec<String> = text
        .split(['\n', '\r'])
        .filter_map(|line| Some(line[line.find("#~")?..].trim_end().to_owned()))
        .collect();
    found.sort();
    found
}

fn same(a: Node<'_>, b: Node<'_>) -> bool {
    to_value(a) == to_value(b)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_document_says_the_same_and_keeps_its_comments(text in crate::arbitrary_yaml::documents()) {
        let before = tree(&text);
        let Formatted { after, diagnostics, .. } = format(Utf8Path::new("a.yaml"), text.as_bytes());
        prop_assert!(after.is_some(), "left alone: {:?}\n{}", diagnostics, text);
        let after = after.unwrap();
        prop_assert!(same(before.root(), tree(&after).root()), "{text}\n became\n{after}");
        prop_assert_eq!(comments(&text), comments(&after), "{} became {}", text, after);
        let again = format(Utf8Path::new("a.yaml"), after.as_bytes()).after;
        prop_assert_eq!(again.as_ref(), Some(&after), "not the same the second time:\n{}\n became\n{}\n became\n{}", text, after, again.clone().unwrap_or_default());
        prop_assert!(!after.contains("\n\n\n") || text.contains(['|', '>']), "{after}");
    }

    /// Whatever bytes come in, either they are left alone or they are formatted, and never with a panic.
    #[test]
    fn hostile_text_is_formatted_or_left_alone(pieces in proptest::collection::vec(prop_oneof![
        Just("key: a\n"), Just("apiVersion: gallerist/v1\n"), Just("kind: Product\n"), Just("delivery: saas\n"), Just("# c\n"),
        Just("name: "), Just("|\n"), Just(" x\n"), Just("\t"), Just("\r"), Just("{"), Just("}"), Just("[a, "), Just("]\n"),
        Just("specifications:\n"), Just("- "), Just("key: b"), Just("? "), Just(": "), Just("'"), Just("\""), Just("\u{85}"),
        Just("é"), Just("---\n"), Just("  "), Just("\n"), Just(" #x"), Just(","), Just("tags: [a]\n"), Just("name: x\n"),
    ], 0..14)) {
        let text = format!("apiVersion: gallerist/v1\nkind: Product\n{}", pieces.concat());
        let Formatted { after, diagnostics, .. } = format(Utf8Path::new("a.yaml"), text.as_bytes());
        if let Some(after) = after {
            prop_assert!(same(tree(&text).root(), tree(&after).root()));
            prop_assert_eq!(format(Utf8Path::new("a.yaml"), after.as_bytes()).after, Some(after));
        } else {
            prop_assert!(!diagnostics.is_empty());
        }
    }

    /// Any YAML, whatever it says: the layout alone is idempotent and loses nothing.
    #[test]
    fn any_yaml_is_laid_out_or_left_alone(pieces in proptest::collection::vec(prop_oneof![
        Just("key: a\n"), Just("? "), Just("name: "), Just("list:\n"), Just("- "), Just("  - "), Just("# c\n"), Just("  # d\n"), Just("\n"),
        Just("\r"), Just("\t"), Just("{"), Just("}"), Just("[a, "), Just("]"), Just(": "), Just("|+\n"), Just(">2\n"), Just(" x\n"), Just("   y\n"),
        Just("'"), Just("\""), Just("\u{85}"), Just("\u{FEFF}"), Just("é: "), Just("---\n"), Just("...\n"), Just("a: 1"), Just(", "), Just("- - "), Just("b:\n  "), Just(" # e"),
    ], 0..12)) {
        let text = pieces.concat();
        let reading = read(Utf8Path::new("a.yaml"), text.as_bytes(), Limits::default());
        let Some(before) = reading.tree.filter(|_| reading.diagnostics.is_empty()) else { return Ok(()) };
        let Some(after) = gallerist::yaml::format(&before, &Order::default()) else { return Ok(()) };
        prop_assert!(same(before.root(), tree(&after).root()), "{text}\n became\n{after}");
        // What has keys without a name is left alone the second time at the latest.
        if let Some(again) = gallerist::yaml::format(&tree(&after), &Order::default()) {
            prop_assert_eq!(&again, &after, "{:?} became {:?} became {:?}", text, after, again);
        }
    }
}
