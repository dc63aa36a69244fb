//! Tests of what a user can see; they need only Rust and git.
#![allow(unreachable_pub, reason = "test modules share builders across files of one binary")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "the seed of random tests is shown when they fail")]
#![allow(clippy::needless_pass_by_value, clippy::redundant_clone, reason = "a test says what it means first")]

mod agreement;
mod arbitrary;
mod arbitrary_plan;
mod arbitrary_state;
mod arbitrary_yaml;
mod cli;
mod cli_runner;
pub(crate) mod comment;
mod console;
mod coverage;
mod crash;
mod daemon;
mod definition;
mod definition_config;
mod definition_yaml;
mod docs;
mod edit;
mod examples;
mod exhaustive;
mod fix_command;
mod fmt_command;
mod format;
mod formats;
mod invariants;
mod ledger;
mod ledger_commands;
mod ledger_people;
mod levels;
mod lsp;
mod market;
mod model;
mod moving;
mod plan;
mod plan_fixture;
mod plan_holds;
mod plan_pages;
mod reconcile;
mod render;
mod render_review;
mod repository;
mod rule_docs;
mod rulebook;
mod safety;
mod sandbox_account;
mod sandbox_desk;
mod sandbox_effects;
mod sandbox_faults;
mod sandbox_judge;
mod sandbox_property;
mod sandbox_reviewer;
mod sandbox_store;
mod sandbox_structure;
mod scenario;
mod schema;
mod seller;
mod story;
mod targets;
mod tidy;
mod tree;
mod versions;
mod wire;
mod wire_report;
mod wire_schema;
