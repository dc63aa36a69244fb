//! The `gallerist` command.

mod cli;

/// A check or plan holds millions of small things at once, on several threads, and lets them go again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}
