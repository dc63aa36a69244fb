//! A catalog that is open in an editor: what is wrong while somebody types, and what is released, as far as that can be
//! told without a network.
//!
//! Everything is looked at again after each change, from files and unsaved texts. Only the released state is kept until
//! its files change.

use super::at_hand::{Snapshots, released_text};
use super::check::from_root;
use super::judging::Judge;
use super::planning::Planner;
use super::workspace::{Workspace, request as refuse};
use super::{Request, ServiceError, Unsaved};
use crate::config::{Config, FILE_NAME, Role, Target};
use crate::definition::{Catalog, Definition, Read};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::{Elsewhere, Plan};
use crate::released::Released;
use crate::repository::{Assets, Files as _, Git, WorkTree, WorkTreeError};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;

/// A catalog that is open in an editor.
pub struct Editor {
    request: Request,
    root: Utf8PathBuf,
    snapshots: Snapshots,
    /// The last text of `gallerist.yaml` that could be used: while the next one is being typed, this one counts.
    usable: Option<String>,
    seen: Option<Seen>,
}

/// What is wrong in a catalog now.
#[derive(Debug, Clone, Default)]
pub struct Looked {
    /// The findings, with places from the catalog's root.
    pub diagnostics: Diagnostics,
    /// Why nothing is said about what is released, where somebody would expect it.
    pub remark: Option<String>,
}

/// What was seen when the catalog was last looked at.
struct Seen {
    config: Config,
    target: Target,
    catalog: Catalog,
    released: Option<Released>,
}

/// What comparing with the released state gave.
#[derive(Default)]
struct Comparison {
    catalog: Catalog,
    released: Option<Released>,
    remark: Option<String>,
}

impl Editor {
    /// The catalog that a folder belongs to; `None` where it belongs to none. `released` is an exported released state
    /// that counts instead of what is at hand in the catalog.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn open(request: Request, released: Option<Utf8PathBuf>) -> Result<Option<Self>, ServiceError> {
        let tree = match WorkTree::open(&request.directory) {
            Err(WorkTreeError::NoCatalog { .. }) => return Ok(None),
            other => other.map_err(|error| refuse(error.to_string()))?,
        };
        let root = tree.root().to_owned();
        Ok(Some(Self { request, root, snapshots: Snapshots::new(released), usable: None, seen: None }))
    }

    /// The catalog's folder: absolute, links followed.
    #[must_use]
    pub fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// Takes another exported released state.
    pub fn set_released(&mut self, released: Option<Utf8PathBuf>) {
        self.snapshots = Snapshots::new(released);
    }

    /// What is wrong in the whole catalog, with these texts in place of files; and in the products among them, what
    /// their released state forbids.
    ///
    /// # Errors
    /// When the catalog cannot be read at all.
    pub fn look(&mut self, now: Timestamp, unsaved: &[Unsaved]) -> Result<Looked, ServiceError> {
        let tree = WorkTree::open(&self.root).map_err(|error| refuse(error.to_string()))?;
        let inside = |Unsaved { path, text }: &Unsaved| {
            Some((from_root(tree.root(), tree.root(), path).ok()?, text.clone()))
        };
        let mut texts: Vec<(Utf8PathBuf, String)> = unsaved.iter().filter_map(inside).collect();
        let (workspace, wrong) = match self.workspace(&tree, &texts)? {
            (Some(workspace), wrong) => (workspace, wrong),
            (None, wrong) => return Ok(Looked { diagnostics: wrong, remark: None }),
        };
        let request = Request { now, ..self.request.clone() };
        texts.retain(|(path, _)| workspace.config.role(path).is_some_and(|role| role != Role::Config));
        let only = request.target.as_ref().map(|name| workspace.target(Some(name))).transpose()?;
        let judge = Judge::new(&workspace.config, only, now);
        let look = |definition: &mut Definition| judge.look_and_keep(definition);
        let assets = Assets::new(&*workspace.files);
        let read = workspace.read_seeing(workspace.listing(), &texts, &assets, |_| None, look);
        let Read { catalog, seen, mut diagnostics, .. } = read;
        let target = workspace.target(request.target.as_ref())?;
        let is_edited = texts.iter().any(|(path, _)| workspace.config.role(path) == Some(Role::Product));
        let compares = is_edited && self.snapshots.may_be_at_hand(&self.root, target);
        let of_reading = compares.then(|| diagnostics.clone());
        judge.tell(&catalog, &seen, &mut diagnostics);
        let Comparison { catalog, released, remark } = match of_reading {
            Some(of_reading) => {
                let definitions = workspace.definitions_of(target, catalog, of_reading);
                match Planner::of_definitions(&workspace, target, &request, definitions) {
                    Ok(planner) => self.compare(planner, now, &texts, &mut diagnostics),
                    // What checking found is right all the same.
                    Err(error) => Comparison { remark: Some(error.to_string()), ..Comparison::default() },
                }
            }
            None => Comparison { catalog, ..Comparison::default() },
        };
        // What is wrong in a text that counts no more would be shown at places of the new one.
        if !wrong.list.is_empty() {
            diagnostics.list.retain(|found| found.primary.path != FILE_NAME);
            diagnostics.merge(wrong);
        }
        diagnostics.sort();
        let target = target.clone();
        self.seen = Some(Seen { config: workspace.config, target, catalog, released });
        Ok(Looked { diagnostics, remark })
    }

    /// Adds what the released state forbids, where one is at hand.
    fn compare(
        &mut self,
        planner: Planner<'_>,
        now: Timestamp,
        texts: &[(Utf8PathBuf, String)],
        diagnostics: &mut Diagnostics,
    ) -> Comparison {
        let (mut released, mut remark) = (None, None);
        match self.snapshots.at_hand(&planner, now) {
            Ok(Some(snapshot)) => {
                let (now_released, plan) = planner.plan_from(snapshot, |_, _| Elsewhere::default(), now);
                forbidden(&planner, &plan, &now_released, texts, diagnostics);
                released = Some(now_released);
            }
            Ok(None) => {}
            Err(error) => remark = Some(error.to_string()),
        }
        Comparison { catalog: planner.definitions.catalog, released, remark }
    }

    /// The catalog by the text of `gallerist.yaml` that counts, and what is wrong in the text of now.
    fn workspace(
        &mut self,
        tree: &WorkTree,
        texts: &[(Utf8PathBuf, String)],
    ) -> Result<(Option<Workspace>, Diagnostics), ServiceError> {
        let path = Utf8Path::new(FILE_NAME);
        let unsaved = texts.iter().find(|(own, _)| own == path).map(|(_, text)| text.clone());
        let text = unsaved.map_or_else(|| tree.read_text(path), Ok);
        let text = text.map_err(|error| ServiceError::File {
            action: "read",
            path: error.path.clone(),
            reason: error.problem.to_string(),
        })?;
        let (workspace, mut wrong) = match Workspace::with_config(tree, &text) {
            // The levels in a text that can be used are judged with the definitions.
            (Some(workspace), _) => {
                self.usable = Some(text);
                (Some(workspace), Diagnostics::default())
            }
            (None, wrong) => {
                let usable = self.usable.as_ref().and_then(|text| Workspace::with_config(tree, text).0);
                (usable, wrong)
            }
        };
        wrong.sort();
        let git = Git::discover(tree.root()).ok().flatten();
        Ok((workspace.map(|workspace| Workspace { git, ..workspace }), wrong))
    }

    /// The definitions as they were last seen; `None` before the first look.
    #[must_use]
    pub fn catalog(&self) -> Option<&Catalog> {
        self.seen.as_ref().map(|seen| &seen.catalog)
    }

    /// The file of the attribute library, from the root.
    #[must_use]
    pub fn attributes(&self) -> Option<&Utf8Path> {
        self.seen.as_ref().map(|seen| seen.config.attributes.as_path())
    }

    /// What a file of the catalog is for, by where it stands.
    #[must_use]
    pub fn role(&self, path: &Utf8Path) -> Option<Role> {
        self.seen.as_ref()?.config.role(path)
    }

    /// The definition in a file.
    #[must_use]
    pub fn definition(&self, path: &Utf8Path) -> Option<&Definition> {
        self.catalog()?.definitions().iter().find(|definition| definition.path == path)
    }

    /// The released value of what stands at a byte of a product's file, as people write it; `None` where nothing is
    /// known of it.
    #[must_use]
    pub fn released_value(&self, path: &Utf8Path, offset: u32) -> Option<String> {
        let Seen { target, released, .. } = self.seen.as_ref()?;
        let definition = self.definition(path)?;
        let released = released.as_ref()?.products.get(&definition.key)?;
        released_text(definition, &released.product, target, offset)
    }
}

/// Adds what the plan says about products that are being edited and are on sale, once each.
fn forbidden(
    planner: &Planner<'_>,
    plan: &Plan,
    released: &Released,
    texts: &[(Utf8PathBuf, String)],
    diagnostics: &mut Diagnostics,
) {
    let is_edited = |path: &Utf8Path| texts.iter().any(|(own, _)| own == path);
    for product in plan.products.iter().filter(|product| released.products.contains_key(&product.key)) {
        let definition = planner.definitions.catalog.definition(product.key.as_str());
        let Some(definition) = definition.filter(|definition| is_edited(&definition.path)) else { continue };
        let blocks = product.blocks.iter().map(|block| &block.finding);
        for finding in blocks.chain(&product.notices) {
            let location = definition.locate(&finding.route, planner.target);
            let is_told = |found: &Diagnostic| found.rule == finding.rule && found.primary == location;
            if diagnostics.list.iter().any(is_told) {
                continue;
            }
            diagnostics.push(Diagnostic::from_finding(finding.clone(), location));
            if diagnostics.sources.get(&definition.path).is_none() {
                diagnostics.sources.insert(definition.source());
            }
        }
    }
}
