//! What comes in on stdin.

use super::error::CliError;
use std::io::Read;

/// Largest text read from stdin.
const STDIN_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// The whole text.
pub(crate) fn read_stdin() -> Result<String, CliError> {
    let mut bytes = Vec::new();
    let mut stdin = std::io::stdin().take(STDIN_BYTES_MAX + 1);
    stdin.read_to_end(&mut bytes).map_err(|error| CliError::work(format!("cannot read stdin: {error}")))?;
    if bytes.len() as u64 > STDIN_BYTES_MAX {
        return Err(CliError::usage("the text on stdin is larger than 16 MiB"));
    }
    String::from_utf8(bytes).map_err(|_| CliError::usage("the text on stdin is not UTF-8"))
}
