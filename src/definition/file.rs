//! Reading one file of a catalog.

use super::Definition;
use super::assets::{Asked, Assets};
use super::build::{Surroundings, build};
use super::cases::{beside, cases};
use super::document::ProductDocument;
use super::library::{Approval, Library, approval, unknown_target};
use crate::config::form::{check, kind};
use crate::config::{Config, Role};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::{Desired, Key};
use crate::yaml::{Limits, Node, Reading, Tree, read};
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::{Arc, OnceLock};

/// Lists of products that a product follows.
pub(super) const FOLLOWED: [&str; 2] = ["formerly", "replaces"];

/// What one file gave.
pub(super) struct FileOutcome<T = ()> {
    pub(super) path: Utf8PathBuf,
    pub(super) text: Arc<str>,
    pub(super) found: Vec<Diagnostic>,
    pub(super) definition: Option<(Definition, T)>,
    pub(super) approval: Option<Box<Approval>>,
}

impl<T> Default for FileOutcome<T> {
    fn default() -> Self {
        let (path, text) = (Utf8PathBuf::new(), Arc::default());
        Self { path, text, found: Vec::new(), definition: None, approval: None }
    }
}

impl FileOutcome {
    /// The same with what somebody saw in the definition.
    pub(super) fn seen<T>(self, see: impl Fn(&mut Definition) -> T) -> FileOutcome<T> {
        let Self { path, text, found, definition, approval } = self;
        let definition = definition.map(|(mut definition, ())| {
            let seen = see(&mut definition);
            (definition, seen)
        });
        // The texts of all files at once would be most of what a check holds.
        let text = if found.is_empty() { Arc::default() } else { text };
        FileOutcome { path, text, found, definition, approval }
    }
}

/// Reads a file for what it is for.
pub(super) fn file(
    config: &Config,
    library: &Library,
    assets: &dyn Assets,
    path: &Utf8Path,
    bytes: &[u8],
) -> FileOutcome {
    match config.role(path) {
        Some(Role::Product) => product(config, library, assets, path, bytes),
        Some(Role::Approval) => {
            let Reading { text, tree, diagnostics: mut found } = read(path, bytes, Limits::default());
            let approval = tree.and_then(|tree| approval(config, path, &tree, &mut found));
            let sound = found.iter().all(|each| each.severity != Severity::Error);
            let approval = approval.filter(|_| sound);
            FileOutcome {
                path: path.to_owned(),
                text,
                found,
                definition: None,
                approval: approval.map(Box::new),
            }
        }
        Some(Role::Cases) => {
            let Reading { text, tree, diagnostics: mut found } = read(path, bytes, Limits::default());
            if let Some(tree) = tree {
                let _ = cases(path, &tree, &mut found);
            }
            FileOutcome { path: path.to_owned(), text, found, definition: None, approval: None }
        }
        Some(Role::Config | Role::Attributes) | None => FileOutcome::default(),
    }
}

/// Reads a product.
pub(super) fn product(
    config: &Config,
    library: &Library,
    assets: &dyn Assets,
    path: &Utf8Path,
    bytes: &[u8],
) -> FileOutcome {
    let Reading { text, tree, diagnostics: mut found } = read(path, bytes, Limits::default());
    let definition = tree.and_then(|tree| definition(config, library, assets, path, tree, &mut found));
    let definition = definition.map(|definition| (definition, ()));
    FileOutcome { path: path.to_owned(), text, found, definition, approval: None }
}

/// A definition; with a broken shape it has no desired state, but its key still counts.
fn definition(
    config: &Config,
    library: &Library,
    assets: &dyn Assets,
    path: &Utf8Path,
    tree: Tree,
    found: &mut Vec<Diagnostic>,
) -> Option<Definition> {
    if let Err(error) = kind(path, &tree, &["Product"]) {
        found.push(*error);
        return None;
    }
    let shaped = check::<ProductDocument>(path, &tree, found);
    let sound = shaped && found.iter().all(|each| each.severity != Severity::Error);
    let key = Key::new(tree.root().get("key")?.text()?).ok()?;
    let mut desired: Vec<(Key, Desired)> = Vec::new();
    let mut targets = vec![config.default_target.clone()];
    let asked = Asked::of(assets);
    if sound {
        targets = self::targets(config, path, &tree, found);
        let around = Surroundings { path, tree: &tree, library, assets: &asked };
        let cases = beside(&asked, path);
        let mut problems = Vec::new();
        for target in targets.iter().filter_map(|name| config.targets.get(name)) {
            if let Some(built) = build(&around, target, &mut problems) {
                desired.push((target.name.clone(), Desired { cases: cases.clone(), ..built }));
            }
        }
        // What is wrong at several targets is said once.
        problems.sort_by(|a, b| (&a.primary, a.rule, &a.message).cmp(&(&b.primary, b.rule, &b.message)));
        problems.dedup();
        found.extend(problems);
    }
    let follows = FOLLOWED.iter().any(|list| tree.root().get(list).is_some());
    let (text, tree) = (OnceLock::from(Arc::clone(tree.text())), OnceLock::from(Arc::new(tree)));
    let (path, files) = (path.to_owned(), asked.files());
    Some(Definition { key, path, targets, text, tree, again: None, desired, follows, files })
}

/// The targets a product names, and whether what it names is there.
fn targets(config: &Config, path: &Utf8Path, tree: &Tree, found: &mut Vec<Diagnostic>) -> Vec<Key> {
    let root = tree.root();
    let Some((key, list)) = root.entry("targets") else {
        check_overrides(config, path, root, std::slice::from_ref(&config.default_target), found);
        return vec![config.default_target.clone()];
    };
    let mut targets: Vec<Key> = Vec::new();
    for node in list.items() {
        let written = node.text().unwrap_or_default();
        match config.targets.get_key_value(written) {
            Some((name, _)) if !targets.contains(name) => targets.push(name.clone()),
            Some(_) => {}
            None => found.push(unknown_target(config, path, node.span(), written)),
        }
    }
    if list.items().next().is_none() {
        let diagnostic = Diagnostic::error("target-missing", path, key.span(), "`targets` names no target");
        let help =
            "name one, or leave `targets` out for the default; to sell nowhere, use `retire` or `unmanage`";
        found.push(diagnostic.help(help));
    }
    check_overrides(config, path, root, &targets, found);
    targets
}

fn check_overrides(
    config: &Config,
    path: &Utf8Path,
    root: Node<'_>,
    targets: &[Key],
    found: &mut Vec<Diagnostic>,
) {
    for (key, _) in root.get("overrides").into_iter().flat_map(Node::entries) {
        let written = key.text().unwrap_or_default();
        if config.targets.contains_key(written) {
            if !targets.iter().any(|target| target.as_str() == written) {
                let message = format!("this override has no effect: the product is not sold at `{written}`");
                let help = format!("add `{written}` to `targets`, or remove the override");
                found.push(
                    Diagnostic::error("override-unused", path, key.span(), message).warning().help(help),
                );
            }
        } else {
            found.push(unknown_target(config, path, key.span(), written));
        }
    }
}
