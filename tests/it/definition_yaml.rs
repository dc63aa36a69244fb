//! Reading YAML: spans are exact, hostile input is refused with a place, nothing panics.

use camino::Utf8Path;
use gallerist::yaml::{Kind, Limits, Node, Reading, Scalar, Style, read};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn reading(bytes: &[u8]) -> Reading {
    read(Utf8Path::new("a.yaml"), bytes, Limits::default())
}

/// The rules that complain, each checked to point into the text.
fn rules(bytes: &[u8]) -> Vec<&'static str> {
    let reading = reading(bytes);
    for each in &reading.diagnostics {
        let places = std::iter::once(&each.primary).chain(each.labels.iter().map(|label| &label.location));
        for place in places {
            assert!(reading.text.get(place.span.range()).is_some(), "{each:?}");
        }
    }
    reading.diagnostics.iter().map(|each| each.rule).collect()
}

fn nodes(node: Node<'_>) -> Vec<Node<'_>> {
    let mut all = vec![node];
    for (key, value) in node.entries() {
        assert_eq!((value.key().map(Node::id), key.key().map(Node::id)), (Some(key.id()), None));
        all.push(key);
        all.extend(nodes(value));
    }
    for item in node.items() {
        assert!(item.key().is_none());
        all.extend(nodes(item));
    }
    all
}

/// Slicing the file at a node's span gives what was written there.
fn check_spans(text: &str, root: Node<'_>) {
    for node in nodes(root) {
        let span = node.span();
        let written = text.get(span.range()).unwrap_or_else(|| panic!("{span:?} is no place in {text:?}"));
        match node.kind() {
            Kind::Scalar(Style::Plain) if !written.contains(['\n', '\r']) => {
                assert_eq!(node.text(), Some(written), "in {text:?}");
            }
            Kind::Scalar(Style::Plain) => {}
            Kind::Scalar(Style::SingleQuoted) => {
                assert!(
                    written.starts_with('\'') && written.ends_with('\'') && written.len() > 1,
                    "{written:?} in {text:?}"
                );
            }
            Kind::Scalar(Style::DoubleQuoted) => {
                assert!(
                    written.starts_with('"') && written.ends_with('"') && written.len() > 1,
                    "{written:?} in {text:?}"
                );
            }
            Kind::Scalar(Style::Literal) => assert!(written.starts_with('|'), "{written:?} in {text:?}"),
            Kind::Scalar(Style::Folded) => assert!(written.starts_with('>'), "{written:?} in {text:?}"),
            Kind::Mapping | Kind::Sequence => {
                let mut inside = node.entries().flat_map(|(key, value)| [key, value]).chain(node.items());
                assert!(
                    inside.all(|child| {
                        let child = child.span();
                        span.start <= child.start && child.end <= span.end
                    }),
                    "a child lies outside {written:?} in {text:?}"
                );
            }
        }
    }
}

#[test]
fn spans_are_exact() {
    let text = "\u{FEFF}# comment é\r\nname: Gerät 😀   # note\r\nempty:\r\nlist:\r\n  - 'it''s'\r\n  -\r\n  - \"a\\tb\" # c\r\n  - {a: [1, 2], b: }\r\ntext: |\r\n  one\r\n\r\n  zwei ü\r\n\r\n# end\r\nfold: >-\r\n  a\r\n  b\r\nlong: several\r\n  lines here\r\nlast: x";
    let reading = reading(text.as_bytes());
    assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
    let tree = reading.tree.unwrap();
    check_spans(text, tree.root());
    let root = tree.root();
    let slice = |node: Node<'_>| text.get(node.span().range()).unwrap();
    assert_eq!(slice(root.get("name").unwrap()), "Gerät 😀");
    assert_eq!(root.get("name").unwrap().text(), Some("Gerät 😀"));
    let (key, empty) = root.entry("empty").unwrap();
    assert_eq!((empty.span().start, empty.span().end), (key.span().end + 1, key.span().end + 1));
    assert!(empty.is_null());
    let items: Vec<_> = root.get("list").unwrap().items().collect();
    assert_eq!(
        items.iter().map(|item| slice(*item)).collect::<Vec<_>>(),
        ["'it''s'", "", "\"a\\tb\"", "{a: [1, 2], b: }"]
    );
    assert_eq!(items[0].text(), Some("it's"));
    assert_eq!(items[2].text(), Some("a\tb"));
    assert_eq!(slice(root.get("text").unwrap()), "|\r\n  one\r\n\r\n  zwei ü");
    assert_eq!(root.get("text").unwrap().text(), Some("one\n\nzwei ü\n"));
    assert_eq!(slice(root.get("long").unwrap()), "several\r\n  lines here");
    assert_eq!(root.get("long").unwrap().text(), Some("several lines here"));
    assert_eq!(slice(root), &text[text.find("name").unwrap()..]);
}

#[test]
fn quoted_texts_end_with_their_own_quote() {
    for (written, meant) in [
        ("'a'''", "a'"),
        ("'''a'", "'a"),
        ("''''", "'"),
        ("''", ""),
        (r#""a\\""#, r"a\"),
        (r#""a\"""#, "a\""),
        (r#""\\\"b""#, "\\\"b"),
        (r#""""#, ""),
        (r"'a\'", r"a\"),
        ("\"it's\"", "it's"),
    ] {
        for text in [format!("k: {written} # c\n"), format!("[{written}, b]"), format!("{{{written}: b}}")] {
            let reading = reading(text.as_bytes());
            assert!(reading.diagnostics.is_empty(), "{text}: {:?}", reading.diagnostics);
            let tree = reading.tree.unwrap();
            let is_meant = |node: &Node<'_>| node.text() == Some(meant);
            let node = nodes(tree.root()).into_iter().find(is_meant).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(text.get(node.span().range()), Some(written), "in {text}");
        }
    }
}

#[test]
fn numbers_keep_their_spelling() {
    let reading = reading(b"a: 1.10\nb: '1.10'\nc: 0123\nd: ~\ne: !\n");
    assert_eq!(reading.diagnostics.first().map(|each| each.rule), Some("yaml-tag"));
    let tree = self::reading(b"a: 1.10\nb: '1.10'\nc: 0123\nd: ~\n").tree.unwrap();
    let scalar = |key: &str| tree.root().get(key).unwrap().scalar().unwrap();
    assert_eq!(scalar("a"), Scalar::Number("1.10"));
    assert_eq!(scalar("b"), Scalar::Text("1.10"));
    assert_eq!(scalar("c"), Scalar::Text("0123"));
    assert_eq!(scalar("d"), Scalar::Null);
}

#[test]
fn hostile_input_is_refused_by_name() {
    let bomb = "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n";
    let cases: [(&[u8], &[&str]); 20] = [
        (b"", &["empty-file"]),
        (b"# only a comment\n", &["empty-file"]),
        (b"\xEF\xBB\xBF", &["empty-file"]),
        (b"a: \xFF", &["not-utf8"]),
        (b"\xFF\xFEa\0:\0", &["not-utf8"]),
        (b"a: \0", &["control-character"]),
        (b"a: \x1B[31m", &["control-character"]),
        (b"a: \"\\e[31m\"", &["control-character"]),
        (b"a: x\n\xEF\xBB\xBFb: y", &["control-character"]),
        (bomb.as_bytes(), &["yaml-alias"]),
        (b"a: *nowhere", &["yaml-syntax"]),
        (b"a: {<<: {b: c}}", &["merge-key"]),
        (b"a: !!str 5", &["yaml-tag"]),
        (b"a: !!python/object x", &["yaml-tag"]),
        (b"a: 1\n---\nb: 2\n", &["several-documents"]),
        (b"? [a]\n: b", &["key-not-text"]),
        (b"a:\n\t- b", &["yaml-syntax"]),
        (b"a: [1, 2", &["yaml-syntax"]),
        (b"a: 1\nb: {c: 1, c: 2, c: 3}\na: 2", &["duplicate-key", "duplicate-key", "duplicate-key"]),
        ("a\u{202E}b: x".as_bytes(), &["bidi-control"]),
    ];
    for (bytes, expected) in cases {
        assert_eq!(rules(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_repeated_key_shows_both_places() {
    let reading = reading(b"a: 1\nb: 2\na: 3\n");
    let found = &reading.diagnostics[0];
    assert_eq!((found.primary.span.start, found.labels[0].location.span.start), (10, 0));
}

#[test]
fn size_depth_and_count_are_bounded() {
    assert_eq!(rules(&vec![b'a'; (1 << 20) + 1]), ["file-too-large"]);
    assert_eq!(rules(&vec![b'['; 10_000]), ["nesting-too-deep"]);
    assert_eq!(rules("{a: ".repeat(10_000).as_bytes()), ["nesting-too-deep"]);
    assert_eq!(rules("- ".repeat(10_000).as_bytes()), ["nesting-too-deep"]);
    let steps: String = (0..1_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert_eq!(rules(steps.as_bytes()), ["nesting-too-deep"]);
    assert_eq!(rules("? ".repeat(10_000).as_bytes()), ["key-not-text"]);
    assert_eq!(rules(format!("[{}]", "a,".repeat(300_000)).as_bytes()), ["too-many-nodes"]);
    assert!(rules(format!("a: {}x{}", "[".repeat(60), "]".repeat(60)).as_bytes()).is_empty());
}

#[test]
fn a_tab_is_explained() {
    let reading = reading(b"a:\n\tb: c\n");
    assert!(reading.diagnostics[0].help.contains("spaces"), "{:?}", reading.diagnostics);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn keys_are_found_by_name_and_once(keys in prop::collection::vec("[a-e]{1,3}", 1..60), more in 0_usize..600) {
        let more = (0..more).map(|number| format!("key-{number}"));
        let keys: Vec<String> = more.chain(keys).collect();
        let lines: String = keys.iter().enumerate().map(|(at, key)| format!("{key}: {{in: {at}}}\n")).collect();
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, key) in keys.iter().enumerate() {
            first.entry(key).or_insert(at);
        }
        let repeated = keys.len() - first.len();
        let found = rules(lines.as_bytes());
        prop_assert_eq!(found.len(), repeated);
        prop_assert!(found.iter().all(|rule| *rule == "duplicate-key"));
        let tree = reading(lines.as_bytes()).tree.unwrap();
        for (key, at) in first {
            let value = tree.root().get(key).and_then(|value| value.get("in")).and_then(Node::whole);
            prop_assert_eq!(value, Some(i64::try_from(at).unwrap()));
        }
        prop_assert!(tree.root().get("in").is_none() && tree.root().get("f").is_none());
    }

    #[test]
    fn texts_in_quotes_mean_what_they_say(text in "[a-c'\"\\\\é: #]{0,12}") {
        let double = text.replace('\\', "\\\\").replace('"', "\\\"");
        for written in [format!("'{}'", text.replace('\'', "''")), format!("\"{double}\"")] {
            let whole = format!("k: {written}\nl: x\n");
            let tree = reading(whole.as_bytes()).tree.unwrap();
            let node = tree.root().get("k").unwrap();
            prop_assert_eq!(node.text(), Some(text.as_str()), "{}", whole);
            prop_assert_eq!(whole.get(node.span().range()), Some(written.as_str()), "{}", whole);
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        rules(&bytes);
    }

    #[test]
    fn arbitrary_yaml_has_exact_spans(text in "[-a-c:#?&*!|>'\"%@`{}\\[\\], \n\t\réü😀0-9~.]{0,60}") {
        rules(text.as_bytes());
        if let Some(tree) = reading(text.as_bytes()).tree {
            check_spans(&text, tree.root());
        }
    }

    #[test]
    fn changed_files_have_exact_spans(
        pick in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        with in "[-:#'\"\\[{,\n é|>]{0,4}",
        cut in 0_usize..5,
    ) {
        let all = crate::schema::fixtures("accepted");
        let mut text = String::from_utf8(pick.get(&all).1.clone()).unwrap();
        let mut places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
        places.push(text.len());
        let from = at.index(places.len());
        let to = (from + cut).min(places.len() - 1);
        text.replace_range(places[from]..places[to], &with);
        rules(text.as_bytes());
        if let Some(tree) = reading(text.as_bytes()).tree {
            check_spans(&text, tree.root());
        }
    }
}
