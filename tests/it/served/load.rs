//! Many sellers with many programs at once, on a line that loses answers: every submission that was handed over is in its
//! seller's account once, and in no other.

use super::accounts::Process;
use super::bench::{Client, exchange, handing_over, release};
use crate::cli_runner::Cli;
use gallerist::submission::Submission;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

const SELLERS: usize = 6;
const PROGRAMS: usize = 4;
const PRODUCTS: usize = 5;

const FAULTS: &str = r#"{
  "seed": 11,
  "faults": [
    {"at": "PUT /v1/submissions/*", "fault": "close-before", "percent": 10},
    {"at": "PUT /v1/submissions/*", "fault": "close-after", "percent": 15},
    {"at": "PUT /v1/submissions/*", "fault": "truncate", "percent": 10},
    {"at": "PUT /v1/submissions/*", "fault": {"status": {"status": 503}}, "percent": 10}
  ]
}"#;

/// Hands a submission over until there is an answer; the application's id.
fn insist(client: &Client, submission: &Submission) -> String {
    const ATTEMPTS: usize = 100;
    for _ in 0..ATTEMPTS {
        let bytes = client.signed(&handing_over(submission, None)).bytes();
        match exchange(client.address, &bytes) {
            Ok(answer) if answer.status == 200 || answer.status == 201 => {
                return answer.json()["application"].as_str().unwrap().to_owned();
            }
            Ok(answer) => assert_eq!(answer.status, 503, "{}", answer.text()),
            Err(_) => {}
        }
    }
    panic!("nobody took {}", submission.id);
}

#[test]
fn nothing_is_lost_and_nothing_leaks() {
    let cli = Cli::new();
    cli.write("faults.json", FAULTS);
    let names: Vec<String> = (0..SELLERS).map(|number| format!("seller-{number}")).collect();
    let mut arguments = vec!["--data", "market", "--faults", "faults.json"];
    arguments.extend(names.iter().flat_map(|name| ["--seller", name.as_str()]));
    let process = Process::start(&cli, &arguments);
    // The same products at every seller: the ids of the submissions are the same, too.
    let submissions: Vec<Submission> =
        (0..PRODUCTS).map(|number| release(&format!("product-{number}"))).collect();
    let told: Mutex<BTreeMap<(&str, String), BTreeSet<String>>> = Mutex::default();
    std::thread::scope(|threads| {
        for name in &names {
            for program in 0..PROGRAMS {
                let (client, submissions, told) = (process.client(name), &submissions, &told);
                threads.spawn(move || {
                    for place in 0..submissions.len() {
                        // Each begins elsewhere, so that all hand over the same at about the same time, or not.
                        let submission = &submissions[(place + program) % submissions.len()];
                        let application = insist(&client, submission);
                        let about = (name.as_str(), submission.id.0.clone());
                        told.lock().unwrap().entry(about).or_default().insert(application);
                        let (_, seen) = client.observe();
                        assert!(seen.len() <= submissions.len());
                    }
                });
            }
        }
    });
    let told = told.into_inner().unwrap();
    assert_eq!(told.len(), SELLERS * PRODUCTS);
    for name in &names {
        let client = process.client(name);
        let (products, applications) = client.observe();
        assert!(products.is_empty());
        let found: BTreeMap<String, String> = applications
            .iter()
            .map(|found| {
                let text = |name: &str| found[name].as_str().unwrap().to_owned();
                (text("submission"), text("application"))
            })
            .collect();
        assert_eq!((found.len(), applications.len()), (PRODUCTS, PRODUCTS), "each once, and nobody else's");
        for submission in &submissions {
            let ids = &told[&(name.as_str(), submission.id.0.clone())];
            assert_eq!(
                ids.iter().collect::<Vec<_>>(),
                [&found[&submission.id.0]],
                "all were told the same id"
            );
        }
    }
}
