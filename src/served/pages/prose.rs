//! Long texts of products: headings, lists, paragraphs and words in bold, as sellers write them. Nothing else is markup:
//! addresses are no links, and tags are text.

/// A block of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    Heading(Vec<Run>),
    Paragraph(Vec<Run>),
    List(Vec<Vec<Run>>),
    Numbered(Vec<Vec<Run>>),
}

/// A run of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) is_strong: bool,
    pub(super) text: String,
}

/// A text in blocks.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    // Whether the next line of text goes on with the last block.
    let mut goes_on = false;
    for line in text.lines() {
        let bare = line.trim();
        if bare.is_empty() {
            goes_on = false;
            continue;
        }
        if let Some(title) = heading(bare) {
            out.push(Block::Heading(runs(title)));
            goes_on = false;
        } else if let Some(item) = bullet(bare) {
            match out.last_mut() {
                Some(Block::List(items)) => items.push(runs(item)),
                _ => out.push(Block::List(vec![runs(item)])),
            }
            goes_on = true;
        } else if let Some(item) = numbered(bare) {
            match out.last_mut() {
                Some(Block::Numbered(items)) => items.push(runs(item)),
                _ => out.push(Block::Numbered(vec![runs(item)])),
            }
            goes_on = true;
        } else {
            let last = out.last_mut().filter(|_| goes_on);
            let to = match last {
                Some(Block::Paragraph(runs)) => Some(runs),
                Some(Block::List(items) | Block::Numbered(items)) => items.last_mut(),
                Some(Block::Heading(_)) | None => None,
            };
            match to {
                Some(held) => {
                    held.push(Run { is_strong: false, text: " ".to_owned() });
                    held.extend(runs(bare));
                }
                None => out.push(Block::Paragraph(runs(bare))),
            }
            goes_on = true;
        }
    }
    out
}

fn heading(line: &str) -> Option<&str> {
    let title = line.trim_start_matches('#');
    (title.len() < line.len() && title.starts_with(' ')).then(|| title.trim())
}

fn bullet(line: &str) -> Option<&str> {
    ["- ", "* ", "• "].iter().find_map(|sign| line.strip_prefix(sign)).map(str::trim)
}

fn numbered(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = line.len() - rest.len();
    (1..=3)
        .contains(&digits)
        .then(|| rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") ")))?
        .map(str::trim)
}

fn runs(line: &str) -> Vec<Run> {
    let parts: Vec<&str> = line.split("**").collect();
    // A pair that is not closed is no markup.
    if parts.len() % 2 == 0 {
        return vec![Run { is_strong: false, text: line.to_owned() }];
    }
    let runs = parts.into_iter().enumerate();
    runs.filter(|(_, text)| !text.is_empty())
        .map(|(at, text)| Run { is_strong: at % 2 == 1, text: text.to_owned() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Run {
        Run { is_strong: false, text: text.to_owned() }
    }

    #[test]
    fn a_text_falls_into_blocks() {
        let text =
            "# Title\nOne line\nand its second.\n\n- first\n  goes on\n- **bold** rest\n\n1. one\n2) two\n";
        let bold = vec![Run { is_strong: true, text: "bold".to_owned() }, plain(" rest")];
        assert_eq!(
            blocks(text),
            [
                Block::Heading(vec![plain("Title")]),
                Block::Paragraph(vec![plain("One line"), plain(" "), plain("and its second.")]),
                Block::List(vec![vec![plain("first"), plain(" "), plain("goes on")], bold]),
                Block::Numbered(vec![vec![plain("one")], vec![plain("two")]]),
            ]
        );
    }

    #[test]
    fn nothing_else_is_markup() {
        for text in ["<b>x</b>", "[a](https://b.example)", "#hash", "2026. x y", "a ** b", "*x*", "1.5 times"]
        {
            assert_eq!(blocks(text), [Block::Paragraph(vec![plain(text)])], "{text}");
        }
        assert_eq!(blocks(" \n\n"), []);
    }
}
