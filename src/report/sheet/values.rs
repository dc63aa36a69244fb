//! Single values as steps: what to enter, choose, upload or clear.

use super::words::{pick, say};
use super::{Block, Desk, Label, Part, SheetFile, Step, form, words};
use crate::model::{Asset, Entry, Value};

pub(super) fn label(label: Label) -> Part {
    Part::Label(label)
}

pub(super) fn value(text: impl Into<String>) -> Part {
    Part::Value(text.into())
}

pub(super) fn file(asset: &Asset) -> SheetFile {
    let Asset { name, digest, size_bytes, .. } = asset;
    SheetFile { name: name.clone(), stored: None, digest: digest.clone(), size_bytes: *size_bytes }
}

/// A step that is a sentence only.
pub(super) fn step(desk: &Desk<'_>, english: &str, chinese: &str, parts: Vec<Part>) -> Step {
    Step { sentence: say(desk.language, english, chinese, parts), ..Step::default() }
}

pub(super) fn now(desk: &Desk<'_>, text: String) -> Block {
    Block { caption: pick(desk.language, "Now", "现值").to_owned(), text, copied: false }
}

pub(super) fn new(desk: &Desk<'_>, text: String) -> Block {
    Block { caption: pick(desk.language, "New", "新值").to_owned(), text, copied: true }
}

/// What to do with one field.
pub(super) fn field(desk: &Desk<'_>, name: Label, from: Option<&Value>, to: Option<&Value>) -> Step {
    let Some(to) = to else { return clear(desk, name, from) };
    match to {
        Value::Flag(flag) => {
            let word = |flag: bool| match flag {
                true => words::yes(),
                false => words::no(),
            };
            choose(desk, name, from.and_then(Value::as_flag).map(word), word(*flag))
        }
        Value::Asset(asset) => upload(desk, name, from, std::slice::from_ref(asset)),
        Value::Assets(assets) => upload(desk, name, from, assets),
        _ => {
            let mut step = step(desk, "Enter {}.", "填写{}。", vec![label(name)]);
            step.blocks.extend(from.map(|from| now(desk, text(from))));
            match to {
                Value::Entries(entries) => step.blocks.extend(numbered(desk, entries)),
                other => step.blocks.push(new(desk, text(other))),
            }
            step
        }
    }
}

/// Titled texts, numbered.
fn numbered(desk: &Desk<'_>, entries: &[Entry]) -> Vec<Block> {
    let numbered = |(number, entry): (usize, &Entry)| {
        let blocks = form::to_enter(desk, form::entry(entry)).into_iter();
        blocks.map(move |block| Block { caption: format!("{} ({number})", block.caption), ..block })
    };
    (1..).zip(entries).flat_map(numbered).collect()
}

fn entry(entry: &Entry) -> String {
    format!("{}\n{}", entry.title, entry.text)
}

/// A choice among what the console offers.
pub(super) fn choose(desk: &Desk<'_>, name: Label, from: Option<Label>, to: Label) -> Step {
    match from {
        Some(from) => step(
            desk,
            "Change {} from {} to {}.",
            "将{}由{}改为{}。",
            vec![label(name), label(from), label(to)],
        ),
        None => step(desk, "For {} choose {}.", "{}选择{}。", vec![label(name), label(to)]),
    }
}

fn clear(desk: &Desk<'_>, name: Label, from: Option<&Value>) -> Step {
    let mut step = step(desk, "Clear {}: leave it empty.", "清空{}，留空。", vec![label(name)]);
    step.blocks.extend(from.map(|from| now(desk, text(from))));
    step
}

fn upload(desk: &Desk<'_>, name: Label, from: Option<&Value>, assets: &[Asset]) -> Step {
    let mut step = step(
        desk,
        "Upload to {}, in place of all that is there.",
        "上传至{}，替换原有全部文件。",
        vec![label(name)],
    );
    step.blocks.extend(from.map(|from| now(desk, text(from))));
    step.files = assets.iter().map(file).collect();
    step
}

/// A value as it stands in the console: a list has a line for each of its texts.
pub(super) fn text(value: &Value) -> String {
    let names =
        |assets: &[Asset]| assets.iter().map(|asset| asset.name.as_str()).collect::<Vec<_>>().join("\n");
    match value {
        Value::Text(text) => text.clone(),
        Value::Texts(texts) => texts.join("\n"),
        Value::Entries(entries) => entries.iter().map(entry).collect::<Vec<_>>().join("\n\n"),
        Value::Asset(asset) => asset.name.clone(),
        Value::Assets(assets) => names(assets),
        Value::Integer(number) => number.to_string(),
        other => other.to_string(),
    }
}
