//! Products as people might write them: any order of fields, odd indentation, comments and empty lines anywhere, every
//! style of text.

use proptest::prelude::*;
use proptest::strategy::Union;

/// One value of a document, and how it is written.
#[derive(Debug, Clone)]
enum Value {
    /// A text on one line, as it stands there.
    Inline(String),
    /// Lines behind a header such as `|-`.
    Block(String, Vec<String>),
    /// A text over several lines, between these quotes.
    Several(&'static str, Vec<String>),
    /// Keys with values.
    Mapping(Vec<Entry>),
    /// A list of values.
    List(Vec<Entry>),
}

/// A key (empty in a list) with what is around it.
#[derive(Debug, Clone)]
struct Entry {
    key: &'static str,
    value: Value,
    above: Vec<Noise>,
    /// Comment behind the first line.
    behind: Option<String>,
    below: Vec<Noise>,
    is_next_line: bool,
}

/// A line that means nothing.
#[derive(Debug, Clone)]
enum Noise {
    Blank,
    /// A comment, indented by this much more than its entry.
    Comment(usize, String),
}

fn comment() -> BoxedStrategy<String> {
    "#~ ?[a-zé:'#\\-]{0,6}".boxed()
}

fn noise() -> BoxedStrategy<Vec<Noise>> {
    let one = prop_oneof![
        Just(Noise::Blank),
        (prop_oneof![Just(0usize), 0usize..5], comment()).prop_map(|(by, text)| Noise::Comment(by, text))
    ];
    prop_oneof![4 => Just(Vec::new()), 1 => proptest::collection::vec(one, 1..4)].boxed()
}

fn text() -> BoxedStrategy<Value> {
    let words = || proptest::collection::vec("[a-zé云😀]{1,5}( [a-z]{1,4})?", 1..4);
    let header = prop_oneof![
        Just("|"),
        Just(">"),
        Just("|-"),
        Just(">-"),
        Just("|+"),
        Just(">+"),
        Just("|2"),
        Just(">1-"),
        Just("|3+"),
        Just("|  #~ h")
    ];
    let line = prop_oneof![5 => "[a-zé#:\\-]{1,6}", 1 => Just(String::new()), 1 => " {1,3}[a-z]{1,3}", 1 => "[a-z]{1,3} {1,2}"];
    prop_oneof![
        4 => prop_oneof![
            Just("plain"), Just("two words"), Just("'it''s # no comment'"), Just("\"a\\tb: c\""), Just("\"# é\""), Just("云商店"),
            Just("''"), Just("a#b"), Just("-x")
        ].prop_map(|text| Value::Inline(text.to_owned())),
        2 => (header, proptest::collection::vec(line, 1..5)).prop_map(|(header, lines)| Value::Block(header.to_owned(), lines)),
        1 => (prop_oneof![Just(""), Just("'"), Just("\"")], words()).prop_map(|(quote, lines)| Value::Several(quote, lines)),
    ]
    .boxed()
}

fn entry(key: &'static str, value: BoxedStrategy<Value>) -> BoxedStrategy<Entry> {
    (value, noise(), proptest::option::weighted(0.2, comment()), noise(), prop::bool::weighted(0.15))
        .prop_map(move |(value, above, behind, below, is_next_line)| Entry {
            key,
            value,
            above,
            behind,
            below,
            is_next_line,
        })
        .boxed()
}

/// Some of these fields, in any order.
fn fields(
    required: Vec<BoxedStrategy<Entry>>,
    optional: Vec<BoxedStrategy<Entry>>,
) -> BoxedStrategy<Vec<Entry>> {
    let count = optional.len();
    (required, optional, proptest::collection::vec(prop::bool::weighted(0.5), count))
        .prop_map(|(mut required, optional, kept)| {
            required.extend(optional.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(entry, _)| entry));
            required
        })
        .prop_shuffle()
        .boxed()
}

fn inline(texts: &'static [&'static str]) -> BoxedStrategy<Value> {
    Union::new(texts.iter().map(|text| Just(Value::Inline((*text).to_owned())))).boxed()
}

fn list(item: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    proptest::collection::vec(entry("", item), 1..4).prop_map(Value::List).boxed()
}

fn prices() -> BoxedStrategy<Value> {
    let by_currency = inline(&["{USD: 9.90}", "{EUR: '1', USD: \"2.00\"}", "{USD: [{price: 1, from: 1}]}"]);
    let block = fields(
        vec![entry("USD", inline(&["9.90", "'1'"]))],
        vec![entry("EUR", inline(&["3", "[{price: 2,\n          from: 1}]"]))],
    );
    let by_currency = prop_oneof![3 => by_currency, 1 => block.prop_map(Value::Mapping)].boxed();
    let modes = fields(
        vec![entry("yearly", by_currency.clone())],
        vec![entry("monthly", by_currency.clone()), entry("daily", by_currency)],
    );
    modes.prop_map(Value::Mapping).boxed()
}

fn specification() -> BoxedStrategy<Value> {
    let block = fields(
        vec![entry("key", inline(&["starter", "'team'"]))],
        vec![
            entry("name", text()),
            entry("trialDays", inline(&["14", "null", "~", ""])),
            entry(
                "whitelist",
                prop_oneof![list(text()), inline(&["[a, b]", "[ a,b ]", "[]", "[a, #~ c\n          b]"])]
                    .boxed(),
            ),
            entry(
                "retire",
                fields(vec![entry("reason", inline(&["gone"]))], vec![entry("proof", inline(&["a.pdf"]))])
                    .prop_map(Value::Mapping)
                    .boxed(),
            ),
            entry("prices", prices()),
        ],
    );
    let flow =
        inline(&["{name: a, key: b}", "{ key: b,trialDays: }", "{prices: {monthly: {USD: 1}}, key: b}"]);
    prop_oneof![4 => block.prop_map(Value::Mapping), 1 => flow].boxed()
}

/// Texts of product definitions.
pub(crate) fn documents() -> BoxedStrategy<String> {
    let seo = fields(
        vec![],
        vec![entry("description", text()), entry("title", text()), entry("keywords", list(text()))],
    );
    let seo = seo.prop_filter_map("a mapping has entries", |entries| {
        (!entries.is_empty()).then_some(Value::Mapping(entries))
    });
    let product = fields(
        vec![
            entry("kind", inline(&["Product"])),
            entry("apiVersion", inline(&["gallerist/v1", "\"gallerist/v1\""])),
            entry("key", inline(&["crm"])),
            entry("delivery", inline(&["saas", "'image'"])),
        ],
        vec![
            entry("name", text()),
            entry("overview", text()),
            entry("logo", inline(&["", "a.png"])),
            entry("highlights", list(text())),
            entry("seo", seo.boxed()),
            entry("publicSales", inline(&["true", "false"])),
            entry("specifications", list(specification())),
        ],
    );
    let ends = prop_oneof![3 => Just("\n"), 1 => Just("\r\n")];
    (product, 0usize..3, 1usize..5, prop::bool::ANY, ends, prop::bool::weighted(0.8))
        .prop_filter_map("it is YAML that is read", |(entries, column, step, is_compact, ends, is_ended)| {
            let mut writer = Writer { out: String::new(), step, is_compact };
            writer.mapping(&entries, column);
            let text = if is_ended { writer.out } else { writer.out.trim_end().to_owned() };
            let text = text.replace('\n', ends);
            let read =
                gallerist::yaml::read("a.yaml".into(), text.as_bytes(), gallerist::yaml::Limits::default());
            let mut found = read.diagnostics;
            let tree = read.tree?;
            gallerist::definition::order("a.yaml".into(), &tree, &mut found)?;
            found.is_empty().then_some(text)
        })
        .boxed()
}

struct Writer {
    out: String,
    /// Columns of one level.
    step: usize,
    /// Whether lists stand at the column of their key.
    is_compact: bool,
}

impl Writer {
    fn noise(&mut self, noise: &[Noise], column: usize) {
        for line in noise {
            match line {
                Noise::Blank => self.out.push('\n'),
                Noise::Comment(by, text) => {
                    self.out.push_str(&format!("{}{text}\n", " ".repeat(column + by)));
                }
            }
        }
    }

    fn mapping(&mut self, entries: &[Entry], column: usize) {
        for entry in entries {
            // The first entry may stand behind a dash, where nothing else does.
            let begins_line = self.out.is_empty() || self.out.ends_with('\n');
            if begins_line {
                self.noise(&entry.above, column);
                self.out.push_str(&" ".repeat(column));
            }
            self.out.push_str(entry.key);
            self.out.push(':');
            self.value(entry, column, column + self.step);
            self.noise(&entry.below, column);
        }
    }

    fn list(&mut self, entries: &[Entry], column: usize) {
        for entry in entries {
            self.noise(&entry.above, column);
            self.out.push_str(&" ".repeat(column));
            self.out.push('-');
            if let Value::Mapping(fields) = &entry.value {
                self.out.push(' ');
                self.mapping(fields, column + 2);
            } else {
                self.value(entry, column, column + self.step.max(2));
            }
            self.noise(&entry.below, column);
        }
    }

    fn value(&mut self, entry: &Entry, column: usize, inner: usize) {
        let behind = entry.behind.as_ref().map(|text| format!("  {text}")).unwrap_or_default();
        let gap =
            if entry.is_next_line { format!("{behind}\n{}", " ".repeat(inner)) } else { " ".to_owned() };
        let ended = if entry.is_next_line { String::new() } else { behind.clone() };
        match &entry.value {
            Value::Inline(text) if text.is_empty() => self.out.push_str(&format!("{behind}\n")),
            Value::Inline(text) => self.out.push_str(&format!("{gap}{text}{ended}\n")),
            Value::Several(quote, lines) => {
                let lines = lines.join(&format!("\n{}", " ".repeat(inner)));
                self.out.push_str(&format!("{gap}{quote}{lines}{quote}{ended}\n"));
            }
            Value::Block(header, lines) => {
                let digit = header.chars().find_map(|c| c.to_digit(10)).map(|digit| column + digit as usize);
                self.out.push_str(&format!(" {header}\n"));
                for line in lines {
                    let indentation = if line.is_empty() { 0 } else { digit.unwrap_or(inner) };
                    self.out.push_str(&format!("{}{line}\n", " ".repeat(indentation)));
                }
            }
            Value::Mapping(entries) => {
                self.out.push_str(&format!("{behind}\n"));
                self.mapping(entries, inner);
            }
            Value::List(entries) => {
                self.out.push_str(&format!("{behind}\n"));
                self.list(entries, if self.is_compact { column } else { inner });
            }
        }
    }
}
