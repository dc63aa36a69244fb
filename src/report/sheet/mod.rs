//! Change sheets: what a person enters in the Seller Console, step by step, and checklists of what was recorded.
//!
//! A sheet is made from a submission alone, so that the same submission gives the same sheet on any machine. What it
//! says is decided here; how it looks is the renderers' matter.

mod build;
mod checklist;
mod form;
mod removal;
mod specification;
mod values;
mod words;

pub use build::sheet;
pub use checklist::checklist;
pub use words::Label;

use crate::config::Language;
use std::collections::{BTreeMap, BTreeSet};

/// What a change sheet is about, besides the submission.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// The target's name, the site's name and the account as people call it.
    pub target: &'a str,
    /// The site profile: which fields are frozen.
    pub site: &'a crate::site::SiteProfile,
    /// The seller's account as people call it; may be empty.
    pub account: &'a str,
    /// The currency of all prices.
    pub currency: &'a crate::model::Currency,
    /// The language of everything but names.
    pub language: Language,
    /// How commands are written for this target.
    pub invocation: &'a super::Invocation,
}

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Words.
    Text(String),
    /// The name of something in the console.
    Label(Label),
    /// A value of the seller's, on one line.
    Value(String),
    /// A command to copy.
    Command(String),
}

/// A sentence.
pub type Sentence = Vec<Part>;

/// A text that stands apart, exactly as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is: the value now, or the new one.
    pub caption: String,
    /// The text.
    pub text: String,
    /// Whether it is there to be copied.
    pub copied: bool,
}

/// A file to upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetFile {
    /// File name.
    pub name: String,
    /// The name of its copy beside the sheet, where that is another one.
    pub stored: Option<String>,
    /// BLAKE3 digest of its content, hexadecimal.
    pub digest: String,
    /// Size.
    pub size_bytes: u64,
}

/// One thing to do, with a box to tick.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Step {
    /// What to do.
    pub sentence: Sentence,
    /// Texts that belong to it.
    pub blocks: Vec<Block>,
    /// Files that belong to it.
    pub files: Vec<SheetFile>,
}

/// Steps on one page or part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Where they are done.
    pub heading: Sentence,
    /// In order.
    pub steps: Vec<Step>,
}

/// Things to know, without a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// About what.
    pub heading: String,
    /// Sentences.
    pub items: Vec<Sentence>,
}

/// A change sheet or checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Language of everything but names.
    pub language: Language,
    /// What it is, short.
    pub title: String,
    /// Facts: name and value.
    pub facts: Vec<(String, String)>,
    /// What to know before beginning.
    pub before: Vec<Note>,
    /// What to do, in order; the steps are numbered through.
    pub sections: Vec<Section>,
    /// What to know afterwards, and when something goes wrong.
    pub after: Vec<Note>,
}

impl SheetFile {
    /// The name of its copy beside the sheet.
    #[must_use]
    pub fn stored_name(&self) -> &str {
        self.stored.as_deref().unwrap_or(&self.name)
    }
}

impl Sheet {
    /// Tells files apart that would lie in one place: when two have the same name, which is one name on some machines
    /// whatever its case, all copies are called by their digests, too.
    pub(super) fn with_stored_names(mut self) -> Self {
        let mut digests: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for file in self.files() {
            digests.entry(file.name.to_lowercase()).or_default().insert(&file.digest);
        }
        if digests.values().all(|digests| digests.len() == 1) {
            return self;
        }
        let steps = self.sections.iter_mut().flat_map(|section| &mut section.steps);
        for file in steps.flat_map(|step| &mut step.files) {
            let digest = file.digest.get(..8).unwrap_or_default();
            file.stored = Some(format!("{digest}-{}", file.name));
        }
        self
    }

    /// All files to upload, each once, in the order of the steps.
    #[must_use]
    pub fn files(&self) -> Vec<&SheetFile> {
        let mut files: Vec<&SheetFile> = Vec::new();
        for file in self.sections.iter().flat_map(|section| &section.steps).flat_map(|step| &step.files) {
            if !files.contains(&file) {
                files.push(file);
            }
        }
        files
    }
}
