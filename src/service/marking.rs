//! Writing one word with a reason into a definition (`retire`, `unmanage`): only the lines it needs.

use super::ServiceError;
use super::workspace::Workspace;
use crate::definition::{self, Catalog, Definition};
use crate::model::{Desired, Key};
use crate::repository::Assets;
use crate::text::apply_edits;
use crate::yaml::Node;
use crate::yaml::edit::{self, Data};

/// What is written, and where.
pub(super) struct Mark<'a> {
    /// The key that is written.
    pub(super) word: &'a str,
    /// Why.
    pub(super) reason: &'a str,
    /// The specification; `None` is the product.
    pub(super) specification: Option<&'a Key>,
}

impl<'a> Mark<'a> {
    /// The part of a definition that is marked.
    pub(super) fn owner<'t>(&self, definition: &'t Definition) -> Result<Node<'t>, ServiceError> {
        let root = definition.tree().root();
        let Some(key) = self.specification else { return Ok(root) };
        let specifications = || root.get("specifications").into_iter().flat_map(Node::items);
        let named = |item: &Node<'_>| item.get("key").and_then(Node::text) == Some(key.as_str());
        specifications().find(named).ok_or_else(|| {
            let known: Vec<&str> = specifications().filter_map(|item| item.get("key")?.text()).collect();
            ServiceError::Request {
                message: format!("`{}` has no specification `{key}`", definition.key),
                hints: vec![format!("it has {}", known.join(", "))],
            }
        })
    }

    /// What is marked, for sentences.
    pub(super) fn what(&self, product: &Key) -> String {
        self.specification.map_or_else(|| format!("`{product}`"), |key| format!("`{key}` of `{product}`"))
    }

    /// Writes the mark, unless the text then says anything but what was meant: `expect` makes of what a definition
    /// wants now what it shall want.
    pub(super) fn write(
        &self,
        workspace: &Workspace,
        definition: &Definition,
        expect: &dyn Fn(&mut Desired),
    ) -> Result<(), ServiceError> {
        let owner = self.owner(definition)?;
        let source = definition.source();
        let reason = Data::Text(self.reason.to_owned());
        let order = definition::order(&definition.path, definition.tree(), &mut Vec::new());
        let edit =
            order.and_then(|order| edit::set(owner, self.word, &Data::map([("reason", reason)]), &order));
        let edited = edit.and_then(|edit| apply_edits(source.text(), &[edit]));
        let Some(text) = edited.filter(|text| says(workspace, definition, text, expect)) else {
            let (word, what) = (self.word, self.what(&definition.key));
            return Err(ServiceError::Request {
                message: format!("{} is written in a way that cannot be edited safely", definition.path),
                hints: vec![format!("write `{word}: {{reason: ...}}` beside the key of {what} by hand")],
            });
        };
        super::write(&workspace.tree.root().join(&definition.path), text.as_bytes())
    }
}

/// Whether the edited text says exactly what was meant, and nothing else changed its mind.
fn says(workspace: &Workspace, before: &Definition, text: &str, expect: &dyn Fn(&mut Desired)) -> bool {
    let assets = Assets::new(&workspace.tree);
    let files = [(before.path.clone(), text.as_bytes().to_vec())];
    let (catalog, _) = Catalog::read(&workspace.config, files, &assets);
    let Some(after) = catalog.definition(before.key.as_str()) else { return false };
    before.targets.iter().all(|target| {
        let (Some(old), Some(new)) = (before.desired(target.as_str()), after.desired(target.as_str())) else {
            return false;
        };
        let mut expected = old.clone();
        expect(&mut expected);
        expected == *new
    })
}
