//! Reading a change sheet as an operator does: its steps, what each names, and the texts below it.

/// A piece of a step's sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    /// `**Name** (名称)`: the English name of something in the console.
    Label(String),
    /// `` `value` ``.
    Value(String),
}

/// A file to upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    pub(super) name: String,
    /// Where it lies, from the sheet's folder.
    pub(super) stored: String,
    pub(super) digest: String,
}

/// One step of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Step {
    pub(super) number: usize,
    /// The sentence with `{}` for each word.
    pub(super) sentence: String,
    pub(super) words: Vec<Word>,
    pub(super) now: Option<String>,
    pub(super) new: Vec<String>,
    /// New values of fields inside the step: the field's English name, with a code or number, and the text.
    pub(super) fields: Vec<(String, String)>,
    pub(super) files: Vec<File>,
    /// The specification's key, where the section is about one.
    pub(super) specification: Option<String>,
}

impl Step {
    pub(super) fn label(&self, position: usize) -> &str {
        match self.words.get(position) {
            Some(Word::Label(label)) => label,
            other => panic!("step {} names no label at {position}: {other:?}", self.number),
        }
    }

    pub(super) fn value(&self, position: usize) -> &str {
        match self.words.get(position) {
            Some(Word::Value(value)) => value,
            other => panic!("step {} names no value at {position}: {other:?}", self.number),
        }
    }

    /// The new value of a field inside the step; `None` when the step names no such field.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, text)| text.as_str())
    }

    pub(super) fn needed(&self, name: &str) -> &str {
        self.field(name).unwrap_or_else(|| panic!("step {} gives no {name}", self.number))
    }

    /// The new values of fields with this name, by their codes.
    pub(super) fn coded(&self, name: &str) -> Vec<(&str, &str)> {
        let code =
            |field: &'_ str| field.strip_prefix(name).and_then(|code| code.strip_prefix(' ')).is_some();
        let fields = self.fields.iter().filter(|(field, _)| code(field));
        fields.map(|(field, text)| (&field[name.len() + 1..], text.as_str())).collect()
    }

    pub(super) fn wanted(&self) -> &str {
        self.new
            .first()
            .map(String::as_str)
            .unwrap_or_else(|| panic!("step {} gives no new value", self.number))
    }
}

/// The steps of a sheet in Markdown.
pub(super) fn steps(sheet: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut specification = None;
    let mut caption = String::new();
    let mut lines = sheet.lines();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            let (sentence, words) = read(heading);
            specification = match (sentence.as_str(), words.as_slice()) {
                ("{} {} (key {})", [Word::Label(label), _, Word::Value(key)]) if label == "Specification" => {
                    Some(key.clone())
                }
                _ => None,
            };
        } else if let Some(step) = line.strip_prefix("- [ ] **") {
            let (number, sentence) = step.split_once(".** ").expect("a numbered step");
            let number = number.parse().expect("a number");
            let (sentence, words) = read(sentence);
            assert_eq!(number, steps.len() + 1, "steps are numbered through");
            steps.push(Step {
                number,
                sentence,
                words,
                specification: specification.clone(),
                ..Step::default()
            });
        } else if let Some(file) = line.strip_prefix("  - `") {
            let (name, rest) = file.split_once('`').expect("a file's name");
            let (_, digest) = rest.split_once("BLAKE3 ").expect("a digest");
            let stored =
                rest.split_once("beside this sheet as `").map(|(_, rest)| rest.split_once('`').unwrap().0);
            let stored = stored.map_or_else(|| format!("files/{name}"), str::to_owned);
            let file = File { name: name.to_owned(), stored, digest: digest.trim().to_owned() };
            steps.last_mut().expect("a step").files.push(file);
        } else if line.starts_with("  ") && line.trim_end().ends_with(':') && !line.contains('*') {
            caption = line.trim().trim_end_matches(':').to_owned();
        } else if let Some(fence) = line.strip_prefix("  ").filter(|text| text.starts_with("```")) {
            let end = format!("  {}", fence.trim_end_matches("text"));
            let mut text: Vec<&str> = Vec::new();
            for line in lines.by_ref() {
                if line == end {
                    break;
                }
                text.push(line.strip_prefix("  ").unwrap_or(line));
            }
            let step = steps.last_mut().expect("a step");
            match caption.as_str() {
                "Now" => step.now = Some(text.join("\n")),
                "New" => step.new.push(text.join("\n")),
                new if new.starts_with("New: ") => {
                    step.fields.push((english(&new["New: ".len()..]), text.join("\n")));
                }
                other => panic!("an unknown caption: {other}"),
            }
        }
    }
    steps
}

/// `Choice (选项) pro` without the name in the other language: `Choice pro`.
fn english(caption: &str) -> String {
    let caption = plain(caption);
    match caption.split_once(" (").and_then(|(name, rest)| Some((name, rest.split_once(')')?))) {
        Some((name, (other, code))) if !other.is_ascii() => format!("{name}{code}"),
        _ => caption,
    }
}

/// A sentence with `{}` in the place of labels and values, and those.
fn read(text: &str) -> (String, Vec<Word>) {
    let (mut sentence, mut words) = (String::new(), Vec::new());
    let mut rest = text;
    loop {
        let label = rest.find("**");
        let value = rest.find('`');
        match (label, value) {
            (Some(at), value) if value.is_none_or(|value| at < value) => {
                sentence.push_str(&rest[..at]);
                let inner = &rest[at + 2..];
                let end = inner.find("**").expect("a label ends");
                words.push(Word::Label(plain(&inner[..end])));
                rest = &inner[end + 2..];
                // The Chinese name in brackets belongs to the label.
                if let Some(other) = rest.strip_prefix(" (")
                    && let Some((name, after)) = other.split_once(')')
                    && !name.is_ascii()
                {
                    // A name may have brackets of its own, which are written with a backslash.
                    rest = if name.ends_with('\\') {
                        after.split_once(')').expect("a bracket").1
                    } else {
                        after
                    };
                }
                sentence.push_str("{}");
            }
            (_, Some(at)) => {
                sentence.push_str(&rest[..at]);
                let ticks = rest[at..].chars().take_while(|c| *c == '`').count();
                let inner = &rest[at + ticks..];
                let fence = "`".repeat(ticks);
                let end = inner.find(&fence).expect("a value ends");
                let inside = &inner[..end];
                let inside = if ticks > 1 { inside.trim() } else { inside };
                words.push(Word::Value(inside.to_owned()));
                sentence.push_str("{}");
                rest = &inner[end + ticks..];
            }
            _ => {
                sentence.push_str(rest);
                return (plain(&sentence), words);
            }
        }
    }
}

fn plain(text: &str) -> String {
    text.replace('\\', "")
        .replace("&amp;", "&")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#64;", "@")
}
