//! The `gallerist` command.

fn main() {}
