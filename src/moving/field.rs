//! Single values, as a definition says them.

use crate::config::form::word::WHOLE_MAX;
use crate::model::{Asset, FieldInfo, Fields, ProductField, SalesType, Value, ValueKind};
use crate::yaml::{Draft, Limits, Line, is_sayable};
use camino::Utf8PathBuf;
use std::collections::BTreeMap;

/// A file that belongs to a product, with a copy to take it from.
#[derive(Debug, Clone)]
pub struct AssetFile {
    /// Where the copy stands.
    pub from: Utf8PathBuf,
    /// What is known of it.
    pub facts: Asset,
}

/// Files of one product beside its definition.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// Texts by file name.
    pub(super) texts: BTreeMap<String, String>,
    /// Assets by file name.
    pub(super) assets: BTreeMap<String, AssetFile>,
}

/// What a definition says of a field: its value, or why it says nothing.
pub(super) enum Statement {
    Value(Draft),
    Remark(String),
}

/// Texts longer than this get a file of their own, where a field may have one.
const INLINE_MAX: usize = 100;

/// Texts of a list with more words than this are sentences.
const WORDS_MAX: usize = 3;

/// Names that mean something to the reader where they stand.
const RESERVED: [&str; 4] = ["product.yaml", "product.yml", "description.md", "agreement.md"];

impl Beside {
    fn text(&mut self, name: &str, text: &str) -> Draft {
        let name = format!("{name}.md");
        self.texts.insert(name.clone(), text.to_owned());
        Draft::Mapping(vec![("file".into(), Draft::text(&name))])
    }

    /// Names a file after its own name where that is plain, else after its field.
    fn asset(&mut self, field: &str, found: &AssetFile) -> String {
        let own = &found.facts.name;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let usable = own.len() <= 100
            && own.chars().all(plain)
            && !own.starts_with(['.', '-'])
            && !RESERVED.contains(&own.to_ascii_lowercase().as_str());
        let ending = found.facts.kind.map_or("bin", |kind| kind.name());
        let wanted = if usable && !own.is_empty() { own.clone() } else { format!("{field}.{ending}") };
        let (stem, ending) =
            wanted.rsplit_once('.').map_or((wanted.as_str(), ""), |(stem, ending)| (stem, ending));
        let numbered = (1_u64..).map(|number| match (number, ending) {
            (1, _) => wanted.clone(),
            (_, "") => format!("{stem}-{number}"),
            (_, _) => format!("{stem}-{number}.{ending}"),
        });
        let free = |name: &String| {
            let other = |(taken, file): (&String, &AssetFile)| {
                taken.eq_ignore_ascii_case(name) && file.facts.digest != found.facts.digest
            };
            !self.assets.iter().any(other) && !self.texts.keys().any(|taken| taken.eq_ignore_ascii_case(name))
        };
        let name = numbered.into_iter().find(free).unwrap_or(wanted.clone());
        self.assets.insert(name.clone(), found.clone());
        name
    }
}

/// The lines of a product's fields, in the order of the document, for those the marketplace tells.
pub(super) fn lines(
    fields: &Fields<ProductField>,
    applies: impl Fn(&FieldInfo) -> bool,
    copies: &BTreeMap<String, AssetFile>,
    beside: &mut Beside,
) -> Vec<Line> {
    let first = [ProductField::SalesType];
    let rest = ProductField::ALL.iter().filter(|field| !first.contains(field));
    let stated = first.iter().chain(rest).filter(|field| applies(field.info())).filter_map(|field| {
        let value = fields.statement(*field)?;
        Some((field.info().path, statement(*field, value, copies, beside)))
    });
    nested(&stated.collect::<Vec<_>>(), 0)
}

/// Fields whose path begins alike stand in one block.
fn nested(fields: &[(&'static [&'static str], Statement)], depth: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut rest = fields;
    while let Some((path, statement)) = rest.first() {
        let Some(name) = path.get(depth) else { return lines };
        if path.len() == depth + 1 {
            lines.push(match statement {
                Statement::Value(draft) => Line::Entry((*name).to_owned(), draft.clone()),
                Statement::Remark(text) => Line::Remark(text.clone()),
            });
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let count = rest.iter().take_while(|(other, _)| other.get(depth) == Some(name)).count();
        let (block, others) = rest.split_at(count);
        rest = others;
        let inner = nested(block, depth + 1);
        let entries: Vec<(String, Draft)> = inner
            .iter()
            .filter_map(|line| match line {
                Line::Entry(key, value) => Some((key.clone(), value.clone())),
                Line::Remark(_) => None,
            })
            .collect();
        match entries.len() {
            // A block of nothing but remarks would say that the block is empty.
            0 => lines.extend(inner),
            count if count == inner.len() && count <= 2 && (depth > 0 || *name == "certificate") => {
                lines.push(Line::Entry((*name).to_owned(), Draft::Mapping(entries)));
            }
            _ => lines.push(Line::Entry((*name).to_owned(), Draft::Block(inner))),
        }
    }
    lines
}

/// Why a text cannot be said in a definition.
pub(super) fn unsayable(what: &str) -> String {
    format!("{what} is not managed: its released value has characters that no definition can hold.")
}

fn statement(
    field: ProductField,
    value: Option<&Value>,
    copies: &BTreeMap<String, AssetFile>,
    beside: &mut Beside,
) -> Statement {
    let info = field.info();
    let name = info.path.last().copied().unwrap_or_default();
    let shown = info.name();
    match (field, value) {
        (ProductField::SalesType, Some(Value::Text(word)))
            if ![SalesType::Common.name(), SalesType::JointOperations.name()].contains(&word.as_str()) =>
        {
            Statement::Remark(format!("{shown} is not managed: the sales type \"{word}\" is not known here."))
        }
        (ProductField::Description | ProductField::Agreement, Some(Value::Text(text))) => {
            let readable = text.len() <= Limits::default().bytes_max;
            let file = readable && !text.contains('\r') && !text.starts_with('\u{FEFF}');
            let long = text.contains('\n') || text.chars().count() > INLINE_MAX || !is_sayable(text);
            match (file, long) {
                (true, true) => Statement::Value(beside.text(name, text)),
                _ => plain(&shown, info, Some(&Value::Text(text.clone()))),
            }
        }
        (_, Some(Value::Asset(asset))) => match copies.get(&asset.digest) {
            Some(found) => Statement::Value(Draft::text(&beside.asset(name, found))),
            None => Statement::Remark(missing(&shown, std::slice::from_ref(asset))),
        },
        (_, Some(Value::Assets(assets))) => {
            let found: Option<Vec<&AssetFile>> =
                assets.iter().map(|asset| copies.get(&asset.digest)).collect();
            match found {
                Some(found) => {
                    let names = found.into_iter().map(|found| Draft::text(&beside.asset(name, found)));
                    Statement::Value(Draft::Items(names.collect()))
                }
                None => Statement::Remark(missing(&shown, assets)),
            }
        }
        (_, value) => plain(&shown, info, value),
    }
}

/// What a person must put there.
fn missing(field: &str, assets: &[Asset]) -> String {
    let files: Vec<String> = assets
        .iter()
        .map(|asset| {
            let Asset { name, digest, size_bytes, .. } = asset;
            format!("\"{name}\" ({size_bytes} bytes, BLAKE3 digest {digest})")
        })
        .collect();
    let (which, there) = match files.len() {
        1 => ("the file", "it"),
        _ => ("the files", "them"),
    };
    format!(
        "{field} is not managed until somebody puts {which} that is on sale beside this one and names {there} \
         here: {}.",
        files.join(", ")
    )
}

/// A value that needs nothing beside it.
pub(super) fn plain(shown: &str, info: &FieldInfo, value: Option<&Value>) -> Statement {
    let Some(value) = value else {
        let list = matches!(info.kind, ValueKind::Texts | ValueKind::Entries | ValueKind::Assets);
        return Statement::Value(Draft::plain(if list { "[]" } else { "null" }));
    };
    let draft = match value {
        Value::Text(text) if text.len() > Limits::default().bytes_max / 4 => {
            let text =
                format!("{shown} is not managed: its released text is longer than a definition can hold.");
            return Statement::Remark(text);
        }
        Value::Text(text) => is_sayable(text).then(|| Draft::text(text)),
        Value::Flag(flag) => Some(Draft::plain(flag)),
        Value::Integer(number) if !(0..=WHOLE_MAX).contains(number) => {
            let text = format!("{shown} is not managed: {number} is no number that a definition can hold.");
            return Statement::Remark(text);
        }
        Value::Integer(number) => Some(Draft::plain(number)),
        Value::Texts(texts) => {
            let sayable = texts.iter().all(|text| is_sayable(text));
            let drafts = texts.iter().map(|text| Draft::text(text)).collect();
            // Words stand on one line, sentences on lines of their own.
            let words = texts.iter().all(|text| text.split(' ').count() <= WORDS_MAX);
            sayable.then_some(if words { Draft::Items(drafts) } else { Draft::List(drafts) })
        }
        Value::Entries(entries) => {
            let said = |text: &str| is_sayable(text) && !text.trim().is_empty();
            let sayable = entries.iter().all(|entry| said(&entry.title) && said(&entry.text));
            let block = |entry: &crate::model::Entry| {
                Draft::Block(vec![
                    Line::entry("title", Draft::text(&entry.title)),
                    Line::entry("text", Draft::text(&entry.text)),
                ])
            };
            sayable.then(|| Draft::List(entries.iter().map(block).collect()))
        }
        Value::Asset(_)
        | Value::Assets(_)
        | Value::Delivery(_)
        | Value::Template(_)
        | Value::Price(_)
        | Value::Prices(_)
        | Value::Attribute(_)
        | Value::Quantity(_)
        | Value::Factor(_)
        | Value::Package(_)
        | Value::UpgradeRule(_)
        | Value::Specification(_)
        | Value::Product(_) => None,
    };
    draft.map_or_else(|| Statement::Remark(unsayable(shown)), Statement::Value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FileKind;

    fn named(beside: &mut Beside, name: &str, digest: &str) -> String {
        let facts = Asset {
            name: name.to_owned(),
            digest: digest.to_owned(),
            size_bytes: 1,
            kind: Some(FileKind::Png),
            pixels: None,
            text: None,
        };
        beside.asset("logo", &AssetFile { from: "elsewhere".into(), facts })
    }

    #[test]
    fn files_keep_their_names_where_those_are_plain() {
        assert_eq!(named(&mut Beside::default(), "Logo_2.png", "a"), "Logo_2.png");
        for odd in [
            "../../logo.png",
            ".hidden",
            "a b.png",
            "-x.png",
            "",
            "product.yaml",
            "PRODUCT.YML",
            "description.md",
        ] {
            assert_eq!(named(&mut Beside::default(), odd, "a"), "logo.png", "{odd}");
        }
    }

    #[test]
    fn different_files_of_one_name_stand_side_by_side() {
        let mut beside = Beside::default();
        assert_eq!(named(&mut beside, "logo.png", "a"), "logo.png");
        assert_eq!(named(&mut beside, "logo.png", "a"), "logo.png", "the same file");
        assert_eq!(named(&mut beside, "LOGO.png", "b"), "LOGO-2.png");
        assert_eq!(named(&mut beside, "logo", "c"), "logo");
    }
}
