//! Selling behind a gateway: a real process on a socket, signed requests, and whatever goes wrong on the way.

pub(crate) mod market;
mod outcomes;
mod people;
mod scripted;
mod withdrawn;

use crate::docs::markdown::Page;
use crate::examples::{examples, expectation, first_id};
use camino::{Utf8Path, Utf8PathBuf};
use market::{Market, applications, behind};
use rayon::prelude::*;
use serde_json::{Value, json};
use std::path::Path;

/// Every kind of fault, now and then, at every address.
fn faults(seed: u64) -> Value {
    json!({ "seed": seed, "faults": [
        // The answer to the first withdrawal is lost, and to what follows the first submission, which lacks its files.
        { "at": "POST /v1/submissions/*/withdrawal", "fault": "close-after", "times": 1 },
        { "at": "PUT /v1/submissions/*", "fault": "close-after", "after": 1, "times": 1 },
        { "at": "PUT /v1/submissions/*", "fault": "close-after", "percent": 12 },
        { "at": "PUT /v1/submissions/*", "fault": "close-before", "percent": 8 },
        { "at": "PUT /v1/submissions/*", "fault": "truncate", "percent": 8 },
        { "at": "PUT /v1/submissions/*", "fault": { "status": { "status": 429, "retryAfter": 0 } }, "percent": 10 },
        { "at": "PUT /v1/submissions/*", "fault": { "status": { "status": 500 } }, "percent": 8 },
        { "at": "PUT /v1/submissions/*", "fault": { "status": { "status": 503, "retryAfter": 0 } }, "percent": 8 },
        { "at": "PUT /v1/assets/*", "fault": "close-after", "percent": 8 },
        { "at": "PUT /v1/assets/*", "fault": { "status": { "status": 503, "retryAfter": 0 } }, "percent": 8 },
        { "at": "GET /v1/observation", "fault": "truncate", "percent": 6 },
        { "at": "GET /v1/observation", "fault": { "status": { "status": 503, "retryAfter": 0 } }, "percent": 6 },
        { "at": "POST /v1/reviews", "fault": "close-before", "percent": 8 },
        { "at": "PUT /v1/fences/*", "fault": "close-after", "percent": 6 },
        { "at": "GET /v1/capabilities", "fault": { "status": { "status": 429, "retryAfter": 0 } }, "percent": 6 },
    ] })
}

/// An example played behind a gateway.
struct Play {
    catalog: Utf8PathBuf,
    market: Market,
}

impl Play {
    fn new(example: &Path, home: &Utf8Path, faults: &Value) -> Self {
        let config = std::fs::read_to_string(example.join("gallerist.yaml")).unwrap();
        let site = if config.contains("site: eu") { "eu" } else { "intl" };
        let market = Market::serve(home, site, faults, &[]);
        let catalog = behind(example, &home.join("catalog"), &market.url);
        Self { catalog, market }
    }

    fn line(&self, line: &str) -> Result<(), String> {
        let (command, wanted, shown) = expectation(line);
        let mut command = command.to_owned();
        for (word, prefix) in [("APPLICATION", "KG"), ("OPERATION", "o-"), ("STEP", "m-")] {
            if command.contains(word) {
                let shown = match word {
                    "APPLICATION" => self.market.decide("review"),
                    _ => self.market.seller("gallerist plan", &self.catalog).1,
                };
                let id = first_id(&shown, prefix).ok_or_else(|| format!("no id `{prefix}...`:\n{shown}"))?;
                command = command.replace(word, &id);
            }
        }
        if let Some(what) = command.strip_prefix("gallerist sandbox ") {
            self.market.decide(what);
            return Ok(());
        }
        let (code, said) = self.market.seller(&command, &self.catalog);
        match code == wanted && said.contains(shown) {
            true => Ok(()),
            false => Err(format!("`{line}` exits with {code}:\n{said}")),
        }
    }

    fn all(&self, example: &Path) -> Result<(), String> {
        let page = std::fs::read_to_string(example.join("README.md")).unwrap();
        let page = Page::read(&page);
        let lines = page.blocks.iter().filter(|(language, _)| language == "sh").flat_map(|(_, lines)| lines);
        for (line, _) in lines {
            self.line(line).map_err(|error| format!("{}: {error}", example.display()))?;
        }
        Ok(())
    }
}

/// First releases of every delivery method, a changed price, a replacement that adds before it removes, an edit that is
/// forbidden, a rejection that is fixed, a retirement: on sale in the end is the same as in the embedded sandbox, and
/// [`crate::console`] plays the same at the console.
#[test]
fn every_example_ends_the_same_behind_a_gateway_as_in_the_sandbox() {
    let played: Vec<_> = examples().par_iter().map(|example| differences(example)).collect();
    let failures: Vec<&str> = played.iter().flat_map(|(failures, _)| failures).map(String::as_str).collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    let lost: usize = played.iter().map(|(_, lost)| lost).sum();
    assert!(lost >= played.len() / 2, "answers were lost on the way, and that was told: {lost}");
}

/// What is not as it should be in the end, and how many answers were lost on the way.
fn differences(example: &Path) -> (Vec<String>, usize) {
    let home = tempfile::tempdir().unwrap();
    let home = Utf8Path::from_path(home.path()).unwrap();
    // From its name, not its path: the same faults wherever the repository lies.
    let name = example.file_name().unwrap().as_encoded_bytes();
    let seed = name.iter().map(|byte| u64::from(*byte)).sum();
    let play = Play::new(example, home, &faults(seed));
    if let Err(failure) = play.all(example) {
        return (vec![failure], 0);
    }
    let behind = crate::console::on_sale(&play.market.products());
    let sandbox = crate::console::on_sale(&crate::console::in_sandbox(example, home));
    let (sent, once) =
        (play.market.applications(), applications(&home.join("sandbox/.gallerist/sandbox.db")));
    let mut differences = Vec::new();
    if sent != once {
        differences.push(format!("{}: {sent} applications in place of {once}", example.display()));
    }
    if behind != sandbox {
        differences.push(format!("{}: {behind:#?}\n{sandbox:#?}", example.display()));
    }
    (differences, play.market.lost())
}
