//! A page of Markdown as the documentation tests see it.

use std::collections::BTreeSet;

/// What a page names, each with its line number, from 1.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// Lines outside code blocks, with code spans left out.
    pub(crate) prose: Vec<(String, usize)>,
    /// Texts between backticks outside code blocks.
    pub(crate) code_spans: Vec<(String, usize)>,
    /// Targets of links and pictures.
    pub(crate) links: Vec<(String, usize)>,
    /// Headings as a link names them.
    pub(crate) anchors: BTreeSet<String>,
    /// Code blocks: language, lines.
    pub(crate) blocks: Vec<(String, Vec<(String, usize)>)>,
}

impl Page {
    /// Reads a page.
    pub(crate) fn read(text: &str) -> Self {
        let mut page = Self::default();
        let mut fence: Option<String> = None;
        for (index, line) in text.lines().enumerate() {
            let number = index + 1;
            let trimmed = line.trim_start();
            if let Some(open) = &fence {
                if trimmed.starts_with(open.as_str()) {
                    fence = None;
                } else if let Some((_, lines)) = page.blocks.last_mut() {
                    lines.push((line.to_owned(), number));
                }
            } else if trimmed.starts_with("```") {
                let language = trimmed.trim_start_matches('`');
                fence = Some("`".repeat(trimmed.len() - language.len()));
                page.blocks.push((language.trim().to_owned(), Vec::new()));
            } else {
                page.line(line, number);
            }
        }
        page
    }

    fn line(&mut self, line: &str, number: usize) {
        if let Some(heading) = line.strip_prefix('#') {
            self.anchors.insert(anchor(heading.trim_start_matches('#')));
        }
        let parts: Vec<&str> = line.split('`').collect();
        let mut prose = String::new();
        for (index, part) in parts.iter().enumerate() {
            if index % 2 == 1 && index + 1 < parts.len() {
                self.code_spans.push(((*part).to_owned(), number));
                prose.push('·');
            } else {
                prose.push_str(part);
            }
        }
        for rest in prose.split("](").skip(1) {
            let target = rest.split([')', ' ']).next().unwrap_or_default();
            self.links.push((target.to_owned(), number));
        }
        self.prose.push((prose, number));
    }

    /// Commands of one program: lines of shell blocks (after an optional `$`), and code spans.
    pub(crate) fn commands(&self, program: &str) -> Vec<(String, usize)> {
        let starts = format!("{program} ");
        let shell = |language: &str| ["", "sh", "bash", "console", "shell"].contains(&language);
        let in_blocks =
            self.blocks.iter().filter(|(language, _)| shell(language)).flat_map(|(_, lines)| lines);
        let in_spans = self.code_spans.iter();
        let mut out = Vec::new();
        for (text, line) in in_blocks.chain(in_spans) {
            let text = text.trim().trim_start_matches("$ ");
            // `... && gallerist x`, `... | gallerist x`: each part is looked at.
            let parts = text.split(['|', ';']).flat_map(|part| part.split("&&"));
            let found = parts.map(str::trim).filter(|part| part.starts_with(&starts));
            out.extend(found.map(|part| (part.to_owned(), *line)));
        }
        out
    }
}

/// Whether a word stands for something the reader fills in.
pub(crate) fn is_placeholder(word: &str) -> bool {
    word.contains(['<', '>', '*', '{', '…'])
}

/// A heading as a link names it: lower case, words joined by hyphens, signs left out.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept.chars().filter(|sign| sign.is_alphanumeric() || [' ', '-', '_'].contains(sign));
    kept.map(|sign| if sign == ' ' { '-' } else { sign }).collect()
}

#[test]
fn a_page_is_read() {
    let page = Page::read(
        "## Read `a plan`\nSee [x](y.md#z) and `src/lib.rs`.\n```sh\n$ tool a && tool b\nother\n```\n`tool c`\n",
    );
    assert!(page.anchors.contains("read-a-plan"));
    assert_eq!(page.links, [("y.md#z".to_owned(), 2)]);
    let commands: Vec<(String, usize)> = page.commands("tool");
    assert_eq!(commands, [("tool a".to_owned(), 4), ("tool b".to_owned(), 4), ("tool c".to_owned(), 7)]);
}
