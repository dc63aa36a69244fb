//! Reading a definition's text once more, for the few that something is found out about late.

use camino::Utf8Path;
use std::fmt;
use std::sync::Arc;

/// Finds a text by its path; `None` when it is not there any more.
type Find = dyn Fn(&Utf8Path) -> Option<String> + Send + Sync;

/// Reads the text of a definition once more.
#[derive(Clone)]
pub struct Again(Arc<Find>);

impl Again {
    /// By what a text is found.
    pub fn new(find: impl Fn(&Utf8Path) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(find))
    }

    pub(super) fn text(&self, path: &Utf8Path) -> Option<String> {
        (self.0)(path)
    }
}

impl fmt::Debug for Again {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Again")
    }
}
