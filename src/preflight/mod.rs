//! What the marketplace will ask of a SaaS product's interfaces, asked before it does (R28, R116 to R123, R125).
//!
//! What is called, how it is signed and what the answers are worth is pure: clock and nonces come from a [`World`]. Only
//! [`Caller`] reaches a network.

mod address;
mod answer;
mod call;
mod caller;
mod redact;
mod replay;
mod signature;
mod texts;

pub use address::{Address, AddressProblem, Named, is_public};
pub use answer::{Answer, Expected, judge};
pub use call::{Call, Values, Way, build};
pub use caller::{Caller, Places};
pub use redact::Redactor;
pub use replay::{Heard, Replayed, Trouble, Work, World, replay};
pub use signature::{auth_token, body_sign, query_signature, x_sign};
