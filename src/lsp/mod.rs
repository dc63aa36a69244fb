//! The language server: what `check` and `plan` find while somebody types, with fixes, explanations and ways to go.
//!
//! One thread reads, one works. Messages that wait are taken in before anything is looked at again, so that only the
//! newest text is.

mod code_actions;
mod definition;
mod diagnostics;
mod documents;
mod hover;
mod place;
mod position;
mod server;
mod session;
mod transport;
mod uri;

pub use position::{Encoding, Lines};
pub use server::{Ending, LspError, serve};
pub use session::{Clock, Options};
pub use uri::{path_of, uri_of};
