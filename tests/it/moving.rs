//! Moving in: importing what is on sale, adopting definitions, claiming submissions.

mod import;
mod shop;
