//! Writing one word with a reason into a definition (`retire`, `unmanage`): only the lines it needs.

use super::workspace::{Workspace, open, request as refuse};
use super::{Recorded, Request, ServiceError};
use crate::definition::{self, Catalog, Definition};
use crate::model::{Desired, Key};
use crate::report::Invocation;
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
    /// The product.
    pub(super) product: &'a Key,
    /// The specification; `None` is the product.
    pub(super) specification: Option<&'a Key>,
}

impl Mark<'_> {
    /// Writes the mark, unless the text then says anything but what was meant. `against` says what speaks against it,
    /// of the part of the definition that is marked and its name; `expect` makes of what a definition wants now what
    /// it shall want.
    ///
    /// # Errors
    /// When there is no such product or specification, something speaks against it, or the file cannot be written.
    pub(super) fn write(
        &self,
        request: &Request,
        against: &dyn Fn(Node<'_>, &str) -> Option<String>,
        expect: &dyn Fn(&mut Desired),
        sentence: &dyn Fn(&str) -> String,
    ) -> Result<Recorded, ServiceError> {
        let workspace = open(request)?;
        let target = workspace.target(request.target.as_ref())?;
        let (catalog, diagnostics) = workspace.read(&[]);
        let Some(definition) = catalog.definition(self.product.as_str()) else {
            return Err(ServiceError::Request {
                message: format!("there is no definition of `{}`", self.product),
                hints: vec![format!("definitions stand in {}", workspace.config.products)],
            });
        };
        if definition.is_broken() {
            return Err(ServiceError::Catalog(Box::new(diagnostics)));
        }
        let (owner, what) = (self.owner(definition)?, self.what());
        if let Some(message) = against(owner, &what) {
            return Err(refuse(message));
        }
        let edited = self.edited(definition, owner);
        let Some(text) = edited.filter(|text| says(&workspace, &catalog, definition, text, expect)) else {
            return Err(ServiceError::Request {
                message: format!("{} is written in a way that cannot be edited safely", definition.path),
                hints: vec![format!(
                    "write `{}: {{reason: ...}}` beside the key of {what} by hand",
                    self.word
                )],
            });
        };
        super::write(&workspace.tree.root().join(&definition.path), text.as_bytes())?;
        let target = (target.name != workspace.config.default_target).then(|| target.name.clone());
        let next = Invocation { target, ..Invocation::default() }.command("plan");
        Ok(Recorded { sentence: sentence(&what), path: Some(definition.path.clone()), next: Some(next) })
    }

    /// The part of a definition that is marked.
    fn owner<'t>(&self, definition: &'t Definition) -> Result<Node<'t>, ServiceError> {
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
    fn what(&self) -> String {
        let product = self.product;
        self.specification.map_or_else(|| format!("`{product}`"), |key| format!("`{key}` of `{product}`"))
    }

    fn edited(&self, definition: &Definition, owner: Node<'_>) -> Option<String> {
        let order = definition::order(&definition.path, definition.tree(), &mut Vec::new())?;
        let reason = Data::map([("reason", Data::Text(self.reason.to_owned()))]);
        let edit = edit::set(owner, self.word, &reason, &order)?;
        apply_edits(definition.source().text(), &[edit])
    }
}

/// Whether the edited text says exactly what was meant, and nothing else changed its mind.
fn says(
    workspace: &Workspace,
    catalog: &Catalog,
    before: &Definition,
    text: &str,
    expect: &dyn Fn(&mut Desired),
) -> bool {
    let assets = Assets::new(&*workspace.files);
    let (after, _) = catalog.read_one(&workspace.config, &before.path, text.as_bytes(), &assets);
    let Some(after) = after.filter(|after| after.key == before.key) else { return false };
    before.targets.iter().all(|target| {
        let (Some(old), Some(new)) = (before.desired(target.as_str()), after.desired(target.as_str())) else {
            return false;
        };
        let mut expected = old.clone();
        expect(&mut expected);
        expected == *new
    })
}
