//! Whether the tool understands a command line, judged by its own help.

use super::markdown::is_placeholder;
use std::collections::BTreeMap;
use std::process::Command;

/// The tool's help pages, read when first needed.
#[derive(Debug, Default)]
pub(crate) struct Manual {
    pages: BTreeMap<Vec<String>, Option<Help>>,
}

/// What one help page tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Help {
    subcommands: Vec<String>,
    /// Options, long and short, and whether each takes a value.
    options: BTreeMap<String, bool>,
    takes_arguments: bool,
}

impl Manual {
    /// Checks a command line's subcommands, options and whether it may have arguments.
    ///
    /// # Errors
    /// What is not understood, as a sentence.
    pub(crate) fn understand(&mut self, command: &str) -> Result<(), String> {
        let words = split(command);
        let mut path = Vec::new();
        let mut help = self.page(&path)?;
        let mut words = words.into_iter().skip(1).peekable();
        while let Some(word) = words.next() {
            if word.starts_with('#') || word.starts_with('>') {
                break;
            } else if let Some(option) = word.strip_prefix('-').filter(|rest| !rest.is_empty()) {
                let name = word.split('=').next().unwrap_or(&word);
                let takes_value = help.options.get(name).ok_or(format!("no option `{name}`"))?;
                if *takes_value && !option.contains('=') && words.next().is_none() {
                    return Err(format!("`{name}` needs a value"));
                }
            } else if help.subcommands.contains(&word) {
                path.push(word);
                help = self.page(&path)?;
            } else if !help.takes_arguments && !is_placeholder(&word) {
                return Err(format!("`{word}` is neither a command nor an argument here"));
            }
        }
        Ok(())
    }

    fn page(&mut self, path: &[String]) -> Result<Help, String> {
        let read = || {
            let output = Command::new(env!("CARGO_BIN_EXE_gallerist"))
                .args(path)
                .arg("--help")
                .env_clear()
                .env("NO_COLOR", "1")
                .output()
                .ok()?;
            let text = String::from_utf8(output.stdout).ok()?;
            (output.status.success() && !text.is_empty()).then(|| Help::read(&text))
        };
        let page = self.pages.entry(path.to_vec()).or_insert_with(read);
        page.clone().ok_or_else(|| format!("`gallerist {} --help` does not answer", path.join(" ")))
    }
}

impl Help {
    fn read(text: &str) -> Self {
        let mut help = Self::default();
        let mut in_commands = false;
        for line in text.lines() {
            if let Some(usage) = line.trim_start().strip_prefix("Usage:") {
                let argument = |word: &&str| {
                    word.starts_with(['<', '[']) && !["[OPTIONS]", "[COMMAND]", "<COMMAND>"].contains(word)
                };
                help.takes_arguments = usage.split_whitespace().any(|word| argument(&word));
            } else if !line.starts_with(' ') && line.ends_with(':') {
                in_commands = line == "Commands:";
            } else if in_commands && line.starts_with("  ") && !line.starts_with("   ") {
                help.subcommands.extend(line.split_whitespace().next().map(str::to_owned));
            } else if let Some(alias) = line.trim_start().strip_prefix("[alias: ") {
                // Other names of options take a value as the options above do.
                help.options.insert(alias.trim_end_matches(']').to_owned(), true);
            } else if line.trim_start().starts_with('-') {
                help.read_options(line);
            }
        }
        help
    }

    /// `  -d, --directory <DIRECTORY>  Where ...`: the words up to the description.
    fn read_options(&mut self, line: &str) {
        let head = line.trim_start();
        let head = head.split("  ").next().unwrap_or(head);
        let takes_value = head.contains('<');
        for word in head.split([' ', ',', '=', '[']).filter(|word| word.starts_with('-')) {
            self.options.insert(word.to_owned(), takes_value);
        }
    }
}

/// Splits a command line at spaces outside quotes.
fn split(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for sign in command.chars() {
        match (quote, sign) {
            (None, '"' | '\'') => quote = Some(sign),
            (Some(open), sign) if open == sign => quote = None,
            (None, ' ') => words.push(String::new()),
            (_, sign) => {
                if let Some(last) = words.last_mut() {
                    last.push(sign);
                }
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod checks {
    use super::*;

    const TOP: &str = "Usage: tool [OPTIONS] <COMMAND>\n\nCommands:\n  check  Checks\n  sandbox  Plays\n\nOptions:\n  -q, --quiet  Less\n      --format <FORMAT>  How\n";
    const CHECK: &str = "Usage: tool check [OPTIONS] [PATHS]...\n\nOptions:\n      --strict\n          More\n      --format <FORMAT>\n";
    const SANDBOX: &str = "Usage: tool sandbox <COMMAND>\n\nCommands:\n  reset  Begins again\n";

    fn manual() -> Manual {
        let page = |path: &[&str], text: &str| {
            (path.iter().map(|word| (*word).to_owned()).collect(), Some(Help::read(text)))
        };
        let reset = page(&["sandbox", "reset"], "Usage: tool sandbox reset\n");
        Manual { pages: [page(&[], TOP), page(&["check"], CHECK), page(&["sandbox"], SANDBOX), reset].into() }
    }

    #[test]
    fn known_command_lines_pass() {
        for command in [
            "tool check a.yaml --strict",
            "tool --format json check",
            "tool sandbox reset",
            "tool -q check # why",
        ] {
            assert_eq!(manual().understand(command), Ok(()), "{command}");
        }
    }

    #[test]
    fn unknown_command_lines_are_found() {
        let bad = [
            "tool chek",
            "tool check --stric",
            "tool sandbox again",
            "tool sandbox reset now",
            "tool check --format",
        ];
        for command in bad {
            assert!(manual().understand(command).is_err(), "{command}");
        }
    }

    #[test]
    fn quotes_hold_words_together() {
        assert_eq!(split("a --reason \"too long\" 'b c'"), ["a", "--reason", "too long", "b c"]);
    }
}
