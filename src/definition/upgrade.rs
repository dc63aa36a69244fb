//! Raising a document to the version of its form that this program writes.

use crate::config::form::word::API_VERSION;
use crate::text::apply_edits;
use crate::yaml::{Limits, Order, Tree, edit, read};
use camino::Utf8Path;

/// How documents of one version become documents of the next. The version itself is rewritten by [`upgrade`].
#[derive(Debug, Clone, Copy)]
pub struct Upgrade {
    /// The version that is left behind.
    pub from: &'static str,
    /// The version that is reached.
    pub to: &'static str,
    /// The text with everything that is written differently; `None` when it cannot be done without a person.
    pub rewrite: fn(&Tree) -> Option<String>,
}

/// Every step there is, oldest first. The first version of the forms is still the only one, so there is none.
pub const UPGRADES: &[Upgrade] = &[];

/// The text raised step by step to [`API_VERSION`]; `None` when it is there already, or no step leads there: then
/// reading it says that its version is not known.
#[must_use]
pub fn upgrade(text: &str, steps: &[Upgrade]) -> Option<String> {
    let mut raised: Option<String> = None;
    // Each step leads to another version, so there are no more rounds than steps.
    for _ in steps {
        let tree = tree(raised.as_deref().unwrap_or(text))?;
        let version = tree.root().get("apiVersion")?.text()?.to_owned();
        if version == API_VERSION {
            break;
        }
        let step = steps.iter().find(|step| step.from == version)?;
        raised = Some(with_version(&(step.rewrite)(&tree)?, step.to)?);
    }
    raised
}

fn tree(text: &str) -> Option<Tree> {
    read(Utf8Path::new(""), text.as_bytes(), Limits::default()).tree
}

fn with_version(text: &str, version: &str) -> Option<String> {
    let tree = tree(text)?;
    let version = edit::Data::Word(version.to_owned());
    let edit = edit::set(tree.root(), "apiVersion", &version, &Order::default())?;
    apply_edits(text, &[edit])
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: &[Upgrade] = &[
        Upgrade {
            from: "test/a",
            to: "test/b",
            rewrite: |tree| Some(tree.text().replace("title:", "label:")),
        },
        Upgrade {
            from: "test/b",
            to: API_VERSION,
            rewrite: |tree| Some(tree.text().replace("label:", "name:")),
        },
        Upgrade { from: "test/x", to: "test/a", rewrite: |_| None },
    ];

    #[test]
    fn a_document_goes_through_every_step_to_the_version_of_today() {
        let raised = upgrade("# c\napiVersion: test/a # v\ntitle: x\n", STEPS);
        assert_eq!(raised.as_deref(), Some("# c\napiVersion: gallerist/v1 # v\nname: x\n"));
        let raised = upgrade("apiVersion: test/b\nlabel: x\n", STEPS);
        assert_eq!(raised.as_deref(), Some("apiVersion: gallerist/v1\nname: x\n"));
    }

    #[test]
    fn what_is_of_today_or_unknown_is_left_alone() {
        for text in
            ["apiVersion: gallerist/v1\n", "apiVersion: gallerist/v9\n", "apiVersion: test/x\n", "a: [", ""]
        {
            assert_eq!(upgrade(text, STEPS), None, "{text}");
            assert_eq!(upgrade(text, UPGRADES), None, "{text}");
        }
    }
}
