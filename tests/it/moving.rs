//! Moving in: importing what is on sale, adopting definitions, claiming submissions.

mod adopt;
mod claim;
mod import;
mod shop;
pub(crate) mod story;
mod targets;
mod unmanage;
mod writing;
