//! Commits as the input: what a commit says is the same as what its work tree says, however the repository is made, and
//! a change is what it adds to the branch it is for.

mod between;
mod pull_request;
mod repositories;
mod settled;
mod shop;
