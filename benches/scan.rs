//! The floor that everything is compared with: the definitions of a catalog are read, and the parser says what stands in
//! them. Nothing of it is looked at.

use camino::Utf8Path;
use gallerist::config::{Config, FILE_NAME, Role};
use gallerist::repository::{Listing, WorkTree};
use gallerist::yaml::TextInput;
use rayon::prelude::*;
use saphyr_parser::{Input, Parser, StrInput};
use std::io::{self, Write};

/// What is read, and how.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Nothing: the system is asked about definitions and certificates, as somebody who remembers them must.
    Nothing,
    /// Definitions.
    Definitions,
    /// And the certificates that they name, one each.
    AndCertificates,
    /// Definitions, given to the parser as the tool gives them to it.
    ByOwnInput,
}

/// Reads and scans every definition of a catalog, and gives how many events there were; of files that are not read, how many
/// there are.
pub(crate) fn scan(folder: &Utf8Path, scope: Scope) -> io::Result<usize> {
    let tree = WorkTree::open(folder).map_err(io::Error::other)?;
    let config = std::fs::read(folder.join(FILE_NAME))?;
    let (config, _) = Config::read(Utf8Path::new(FILE_NAME), &config);
    let config = config.ok_or_else(|| io::Error::other("the settings are not sound"))?;
    let listing = Listing::of_catalog(&tree, &config);
    let definitions: Vec<&Utf8Path> = listing.of(Role::Product).collect();
    // In as small parts as the tool takes them, so that no thread waits for another in the end.
    let events = definitions.into_par_iter().with_max_len(16).map(|path| {
        if scope == Scope::Nothing {
            let certificate = format!("assets/certificates/{}.pdf", path.file_stem().unwrap_or_default());
            let files = [path, Utf8Path::new(&certificate)].map(|path| tree.folder().stamp(path));
            return Ok(files.iter().flatten().count());
        }
        let text = std::fs::read_to_string(folder.join(path))?;
        if let (Scope::AndCertificates, Some(key)) = (scope, path.file_stem()) {
            std::fs::read(folder.join(format!("assets/certificates/{key}.pdf")))?;
        }
        match scope {
            Scope::ByOwnInput => events(TextInput::new(&text)),
            Scope::Nothing | Scope::Definitions | Scope::AndCertificates => events(StrInput::new(&text)),
        }
    });
    events.sum()
}

#[inline(never)]
fn events(input: impl Input) -> io::Result<usize> {
    let mut parser = Parser::new(input);
    let mut events = 0;
    loop {
        // Looked at where the parser laid it, as the tool does.
        match &parser.next_event() {
            None => return Ok(events),
            Some(Ok(_)) => events += 1,
            Some(Err(error)) => return Err(io::Error::other(error.to_string())),
        }
    }
}

/// The same as a program of its own.
pub(crate) fn print(folder: &str, scope: Scope) -> io::Result<()> {
    let what = if scope == Scope::Nothing { "files" } else { "events" };
    writeln!(io::stdout(), "{} {what}", scan(Utf8Path::new(folder), scope)?)
}
