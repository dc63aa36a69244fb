//! The ledger: what its events mean, and what every store of them promises.

pub(crate) mod clones;
mod contract;
mod events;
mod fold;
mod git;
mod git_crash;
mod git_property;
mod sqlite;
mod stores;

pub(crate) use events::{
    application, hour, hourly, key, not_sent, removal, scope, submission, version, words,
};
