//! Edits by the tool: only the lines they are about change, and the meaning changes exactly as asked.

use camino::Utf8Path;
use gallerist::definition::{format, order};
use gallerist::text::{TextEdit, apply_edits};
use gallerist::yaml::edit::{Data, append, remove, set};
use gallerist::yaml::{Limits, Node, Order, Tree, read, to_value};
use proptest::prelude::*;
use similar::{ChangeTag, TextDiff};

fn tree(text: &str) -> Tree {
    let reading = read(Utf8Path::new("a.yaml"), text.as_bytes(), Limits::default());
    reading.tree.unwrap_or_else(|| panic!("{:?} in\n{text}", reading.diagnostics))
}

fn word(text: &str) -> Data {
    Data::Word(text.to_owned())
}

/// The fields of a specification, without a whole product around them.
#[derive(serde::Deserialize)]
struct Fields {
    #[serde(rename = "key")]
    _key: Option<serde::de::IgnoredAny>,
    #[serde(rename = "retire")]
    _retire: Option<serde::de::IgnoredAny>,
    #[serde(rename = "name")]
    _name: Option<serde::de::IgnoredAny>,
    #[serde(rename = "prices")]
    _prices: Option<serde::de::IgnoredAny>,
}

fn applied(text: &str, edit: Option<TextEdit>) -> String {
    let edit = edit.unwrap_or_else(|| panic!("no edit of\n{text}"));
    apply_edits(text, &[edit]).unwrap()
}

/// Sets a key of the document's mapping, or of the first element of its list.
#[track_caller]
fn with(text: &str, key: &str, value: Data) -> String {
    let tree = tree(text);
    let owner = tree.root().items().next().unwrap_or(tree.root());
    applied(text, set(owner, key, &value, &Order::of::<Fields>(owner).unwrap()))
}

#[track_caller]
fn without(text: &str, key: &str) -> String {
    let tree = tree(text);
    applied(text, remove(tree.root().items().next().unwrap_or(tree.root()), key))
}

fn gone() -> Data {
    Data::map([("reason", Data::Text("gone: \"x\"".to_owned()))])
}

const GONE: &str = "retire:\n  reason: \"gone: \\\"x\\\"\"\n";

#[test]
fn a_new_key_stands_where_the_form_has_it() {
    assert_eq!(with("key: a\nname: b\n", "retire", gone()), format!("key: a\n{GONE}name: b\n"));
    // Comments behind a value and under it stay with it; those above the next key stay there.
    assert_eq!(
        with("key: a # c\n  # d\n# e\nname: b\n", "retire", gone()),
        format!("key: a # c\n  # d\n{GONE}# e\nname: b\n")
    );
    assert_eq!(with("key: a", "retire", gone()), format!("key: a\n{GONE}"));
    assert_eq!(with("key: a\r\nname: b", "retire", word("x")), "key: a\r\nretire: x\r\nname: b");
    assert_eq!(with("key: a\r\nname: b", "prices", word("x")), "key: a\r\nname: b\r\nprices: x\r\n");
    assert_eq!(with("# c\nname: b\n", "key", word("a")), "# c\nkey: a\nname: b\n");
    assert_eq!(with("key: a\nname:\nprices:\n", "retire", word("x")), "key: a\nretire: x\nname:\nprices:\n");
    assert_eq!(with("key:\n\nname: b\n", "retire", word("x")), "key:\nretire: x\n\nname: b\n");
    assert_eq!(
        with("key: |+\n  a\n\nname: b\n", "retire", word("x")),
        "key: |+\n  a\n\nretire: x\nname: b\n"
    );
}

#[test]
fn a_new_key_behind_a_dash_and_in_brackets() {
    assert_eq!(
        with("- key: a\n  name: b\n- key: c\n", "retire", gone()),
        "- key: a\n  retire:\n    reason: \"gone: \\\"x\\\"\"\n  name: b\n- key: c\n"
    );
    assert_eq!(with("-  name: b # c\n", "key", word("a")), "-  key: a\n   name: b # c\n");
    assert_eq!(
        with("- {key: a, name: b} # c\n", "retire", gone()),
        "- {key: a, retire: {reason: \"gone: \\\"x\\\"\"}, name: b} # c\n"
    );
    assert_eq!(with("{name: b}", "key", word("a")), "{key: a, name: b}");
    assert_eq!(with("{ }", "key", word("a")), "{key: a }");
    assert_eq!(
        with("{\n  key: a, # c\n  name: b\n}\n", "retire", word("x")),
        "{\n  key: a, retire: x, # c\n  name: b\n}\n"
    );
}

#[test]
fn another_value_leaves_the_comment_behind_it() {
    assert_eq!(with("key: a   # c\nname: b\n", "key", word("z")), "key: z   # c\nname: b\n");
    assert_eq!(with("name: # c\nkey: a\n", "name", word("z")), "name: z # c\nkey: a\n");
    assert_eq!(with("name: |\n  a\n  b\n\nkey: c\n", "name", Data::Null), "name: null\n\nkey: c\n");
    assert_eq!(with("prices: # c\n  a: 1\n  b: 2\n# d\n", "prices", word("z")), "prices: z # c\n# d\n");
    assert_eq!(
        with("prices: # c\n  a: 1\n# d\n", "prices", Data::List(vec![word("x"), Data::Whole(2)])),
        "prices: # c\n  - x\n  - 2\n# d\n"
    );
    assert_eq!(with("{name: , key: a}", "name", Data::Flag(true)), "{name: true , key: a}");
    assert_eq!(with("{name, key: a}", "name", word("b")), "{name: b, key: a}");
    assert_eq!(with("name: [a,\n  b] # c\n", "name", word("5")), "name: \"5\" # c\n");
}

#[test]
fn a_key_goes_with_its_lines() {
    assert_eq!(
        without("key: a\n# c\nname: b # d\n  # e\n# f\nprices: x\n", "name"),
        "key: a\n# c\n# f\nprices: x\n"
    );
    assert_eq!(without("key: a\nname:\n  x: |\n    y\n\n", "name"), "key: a\n\n");
    assert_eq!(without("key: a\r\nname: b", "name"), "key: a\r\n");
    assert_eq!(without("- key: a\n  name: b\n- c: d\n", "key"), "- name: b\n- c: d\n");
    assert_eq!(without("- key: a\n  # c\n  name: b\n", "key"), "-\n  # c\n  name: b\n");
    assert_eq!(without("- key: a # c\n", "key"), "- {} # c\n");
    assert_eq!(without("{key: a, name: b}", "key"), "{name: b}");
    assert_eq!(without("{key: a, name: b}", "name"), "{key: a}");
    assert_eq!(without("{key: a}", "key"), "{}");
    assert_eq!(without("key: |+\n  x\nname: b\n\nprices: x\n", "name"), "key: |+\n  x\nprices: x\n");
    let tree = tree("key: a\n");
    assert_eq!(remove(tree.root(), "name"), None);
}

#[test]
fn an_element_is_added_to_the_end() {
    let added = |text: &str, item: Data| {
        let tree = tree(text);
        applied(text, append(tree.root().get("list").unwrap(), &item))
    };
    let product = || Data::map([("key", word("x")), ("prices", Data::map([("yearly", Data::Null)]))]);
    assert_eq!(
        added("list:\n  - a # c\n    # d\n# e\n", word("b")),
        "list:\n  - a # c\n    # d\n  - b\n# e\n"
    );
    assert_eq!(
        added("list:\n- key: a\n\nz: 1\n", product()),
        "list:\n- key: a\n- key: x\n  prices:\n    yearly: null\n\nz: 1\n"
    );
    assert_eq!(added("list:\n- # c - d\n  a", word("b")), "list:\n- # c - d\n  a\n- b\n");
    assert_eq!(added("list: [a] # c\n", product()), "list: [a, {key: x, prices: {yearly: null}}] # c\n");
    assert_eq!(added("list: []\n", word("a")), "list: [a]\n");
    assert_eq!(added("list:\r\n  - - a\r\n", word("b")), "list:\r\n  - - a\r\n  - b\r\n");
    let empty = tree("list:\n");
    assert_eq!(append(empty.root().get("list").unwrap(), &word("a")), None);
}

#[test]
fn texts_are_written_so_that_they_are_read_back() {
    for text in [
        "",
        "a\nb\n",
        "a\n\nb",
        " a\nb",
        "a \nb",
        "a\n\n",
        "\n",
        "- a\n# b: c\n",
        "é\u{2028}x\ny",
        "null",
        "#",
        "a\tb\n\tc",
    ] {
        let after = with("key: a\nname: b\n", "retire", Data::Text(text.to_owned()));
        assert_eq!(tree(&after).root().get("retire").unwrap().text(), Some(text), "{after}");
    }
    assert_eq!(with("key: a\n", "retire", Data::Text("a\nb\n".into())), "key: a\nretire: |\n  a\n  b\n");
    // A comment below would become a part of a text over several lines.
    let text = "list:\n  key:\n    - a\n    # c\n";
    let list = tree(text);
    let edit = set(list.root().get("list").unwrap(), "key", &Data::Text("a\nb".into()), &Order::default());
    assert_eq!(applied(text, edit), "list:\n  key: \"a\\nb\"\n    # c\n");
    for text in ["null", "5", "true", "a b", "", "-", "1.0", "o'b", "é", "V1.0", "a/b_c-d.e"] {
        let after = with("key: a\n", "retire", word(text));
        assert_eq!(
            tree(&after).root().get("retire").unwrap().scalar(),
            Some(gallerist::yaml::Scalar::Text(text))
        );
    }
}

/// Lines that are not there any more. The last one may get a line end.
fn gone_lines(before: &str, after: &str) -> Vec<String> {
    let ended = |text: &str| match (text.ends_with('\n'), text.contains("\r\n")) {
        (true, _) => text.to_owned(),
        (false, true) => format!("{text}\r\n"),
        (false, false) => format!("{text}\n"),
    };
    let (before, after) = (ended(before), ended(after));
    let difference = TextDiff::from_lines(&before, &after);
    let gone = difference.iter_all_changes().filter(|change| change.tag() == ChangeTag::Delete);
    gone.map(|change| change.value().to_owned()).collect()
}

fn mappings(node: Node<'_>) -> Vec<Node<'_>> {
    let own = node.is_mapping().then_some(node);
    let inner = node.entries().map(|(_, value)| value).chain(node.items());
    own.into_iter().chain(inner.flat_map(mappings)).collect()
}

fn data() -> BoxedStrategy<Data> {
    prop_oneof![
        Just(word("w")),
        Just(Data::Null),
        "[a-z# :\n]{0,8}".prop_map(Data::Text),
        Just(Data::List(vec![word("a"), Data::map([("x", word("y"))])])),
        Just(Data::map([("reason", Data::Text("r".to_owned())), ("list", Data::List(vec![word("b")]))])),
    ]
    .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// A key that is set and taken away again leaves the document as it was; on the way only new lines appear in blocks.
    #[test]
    fn what_is_set_can_be_taken_back(text in crate::arbitrary_yaml::documents(), which in any::<prop::sample::Index>(), value in data()) {
        let before = tree(&text);
        let order = order("a.yaml".into(), &before, &mut Vec::new()).unwrap();
        let found = mappings(before.root());
        let owner = found[which.index(found.len())];
        let Some(fields) = order.fields(owner.id()) else { return Ok(()) };
        let Some(key) = fields.iter().rev().find(|field| owner.get(field).is_none()) else { return Ok(()) };
        let edit = set(owner, key, &value, &order);
        prop_assert!(edit.is_some(), "no edit for {} of {:?} in\n{}", key, to_value(owner), text);
        let after = applied(&text, edit);
        let gone = gone_lines(&text, &after);
        prop_assert!(gone.len() <= 1, "{text}\n became\n{after}");
        // Only a new first key behind a dash shares its line with another.
        let is_behind_dash = gone.iter().all(|line| line.trim_start().starts_with('-'));
        prop_assert!(owner.is_flow() || is_behind_dash, "{text}\n became\n{after}");
        let edited = tree(&after);
        let place = mappings(edited.root())[which.index(found.len())];
        let back = remove(place, key);
        prop_assert!(back.is_some(), "cannot take {} back from\n{}", key, after);
        prop_assert_eq!(to_value(tree(&applied(&after, back)).root()), to_value(before.root()));
    }

    /// Another value, or none, for any key: what stands before the key and from the next one on is untouched.
    #[test]
    fn only_the_lines_of_the_entry_change(text in crate::arbitrary_yaml::documents(), which in any::<(prop::sample::Index, prop::sample::Index)>(), value in data()) {
        let before = tree(&text);
        let order = order("a.yaml".into(), &before, &mut Vec::new()).unwrap();
        let found: Vec<_> = mappings(before.root()).into_iter().filter(|node| node.entries().next().is_some()).collect();
        let owner = found[which.0.index(found.len())];
        let entries: Vec<_> = owner.entries().collect();
        let at = which.1.index(entries.len());
        let (key, next) = (entries[at].0, entries.get(at + 1).map(|(key, _)| key.span().range().start));
        let name = key.text().unwrap();
        for edit in [set(owner, name, &value, &order), remove(owner, name)] {
            prop_assert!(edit.is_some(), "no edit of {} in\n{}", name, text);
            let after = applied(&text, edit);
            let ahead = text[..key.span().range().start].trim_end();
            prop_assert!(after.starts_with(ahead.trim_end_matches(',')), "{text}\n became\n{after}");
            if let Some(next) = next {
                prop_assert!(after.ends_with(&text[next..]), "{text}\n became\n{after}");
            }
        }
    }

    /// What was canonical is canonical after an edit.
    #[test]
    fn a_canonical_document_stays_canonical(text in crate::arbitrary_yaml::documents(), which in any::<prop::sample::Index>()) {
        let text = format("a.yaml".into(), text.as_bytes()).after.unwrap();
        let before = tree(&text);
        let order = order("a.yaml".into(), &before, &mut Vec::new()).unwrap();
        let found: Vec<_> = mappings(before.root()).into_iter().filter(|node| order.fields(node.id()).is_some_and(|fields| fields.contains(&"retire")) && node.get("retire").is_none()).collect();
        let owner = *which.get(&found);
        let edit = set(owner, "retire", &gone(), &order);
        prop_assert!(edit.is_some(), "{text}");
        let after = applied(&text, edit);
        let canonical = format("a.yaml".into(), after.as_bytes()).after;
        prop_assert_eq!(canonical, Some(after));
    }

    /// However strangely something is written, an edit does what was asked or is not made; nothing panics.
    #[test]
    fn hostile_text_is_edited_or_left_alone(pieces in proptest::collection::vec(prop_oneof![
        Just("key: a\n"), Just("? "), Just("name: "), Just("list:\n"), Just("- "), Just("  - "), Just("# c\n"), Just(" # c\n"), Just("\n"),
        Just("\r"), Just("\t"), Just("{"), Just("}"), Just("[a, "), Just("]"), Just(": "), Just("|+\n"), Just(">2\n"), Just(" x\n"), Just("   y\n"),
        Just("'"), Just("\""), Just("\u{85}"), Just("\u{FEFF}"), Just("é: "), Just("---\n"), Just("...\n"), Just("a: 1"), Just(", "), Just("- - "),
    ], 0..12), value in data()) {
        let text = pieces.concat();
        let reading = read(Utf8Path::new("a.yaml"), text.as_bytes(), Limits::default());
        let Some(before) = reading.tree.filter(|_| reading.diagnostics.is_empty()) else { return Ok(()) };
        for owner in mappings(before.root()) {
            let keys: Vec<&str> = owner.entries().filter_map(|(key, _)| key.text()).chain(["new"]).collect();
            for key in keys {
                if let Some(edit) = set(owner, key, &value, &Order::default()) {
                    let after = tree(&applied(&text, Some(edit)));
                    prop_assert!(mappings(after.root()).iter().any(|node| node.get(key).is_some()));
                }
                if let Some(edit) = remove(owner, key) {
                    tree(&applied(&text, Some(edit)));
                }
            }
            for list in owner.entries().map(|(_, value)| value).filter(|value| value.is_sequence()) {
                if let Some(edit) = append(list, &value) {
                    tree(&applied(&text, Some(edit)));
                }
            }
        }
    }

    /// An element is added to any list of any document, and nothing else changes.
    #[test]
    fn any_list_takes_one_more(text in crate::arbitrary_yaml::documents(), value in data()) {
        let before = tree(&text);
        for list in ["highlights", "specifications"].iter().filter_map(|key| before.root().get(key)) {
            let edit = append(list, &value);
            prop_assert!(edit.is_some(), "{:?} in {}", value, text);
            let after = applied(&text, edit);
            if !list.is_flow() {
                prop_assert_eq!(gone_lines(&text, &after), Vec::<String>::new(), "{} became {}", text, after);
            }
        }
    }
}
