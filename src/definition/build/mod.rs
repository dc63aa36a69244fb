//! From a product's document to what is desired at one target.

mod custom;
pub(super) use custom::{sku_text, sku_values};
mod field;
mod metered;
mod price;
mod specification;
mod upgrade;

use super::assets::{AssetError, Assets, inside};
use super::layered::Layered;
use super::library::Library;
use crate::config::Target;
use crate::config::form::{nearest, place};
use crate::diagnostic::{Diagnostic, Location, RuleId};
use crate::model::{
    DeliveryMethod, Desired, Exception, Key, OnChange, Product, ProductField, Retirement,
    SpecificationIntent, Unmanage,
};
use crate::yaml::{Node, REPORTED_MAX, Tree, excerpt};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What building needs from around the document.
pub(super) struct Surroundings<'a> {
    pub(super) path: &'a Utf8Path,
    pub(super) tree: &'a Tree,
    pub(super) library: &'a Library,
    pub(super) assets: &'a dyn Assets,
}

/// Builds the desired state at a target. The tree has a product's shape; `None` when something is wrong, and then
/// `found` says what.
pub(super) fn build(
    around: &Surroundings<'_>,
    target: &Target,
    found: &mut Vec<Diagnostic>,
) -> Option<Desired> {
    let root = around.tree.root();
    let document = Layered::document(root, target.name.as_str());
    let mut builder = Builder {
        around,
        target,
        delivery: DeliveryMethod::from_name(root.get("delivery")?.text()?)?,
        folder: around.path.parent().unwrap_or(Utf8Path::new("")),
        retired: document.get("retire").is_some(),
        specification_exceptions: Vec::new(),
        found: Vec::new(),
    };
    let desired = builder.desired(document);
    let errors = builder.found.iter().any(|each| each.severity == crate::diagnostic::Severity::Error);
    found.append(&mut builder.found);
    desired.filter(|_| !errors)
}

/// A product's fields by their paths. Fields of one block follow each other, so its mapping is looked for once.
struct Parents<'t> {
    document: Layered<'t>,
    last: (&'static str, Option<Layered<'t>>),
}

impl<'t> Parents<'t> {
    fn path(&mut self, path: &'static [&'static str]) -> Option<Layered<'t>> {
        let (first, rest) = path.split_first()?;
        if self.last.0 != *first {
            self.last = (first, self.document.get(first));
        }
        self.last.1?.path(rest)
    }
}

struct Builder<'a, 't> {
    around: &'a Surroundings<'t>,
    target: &'a Target,
    delivery: DeliveryMethod,
    /// The folder of the product's file, which paths are relative to.
    folder: &'a Utf8Path,
    /// The whole product goes, so its price tables need not be complete.
    retired: bool,
    /// Exceptions that stand in specifications.
    specification_exceptions: Vec<Exception>,
    found: Vec<Diagnostic>,
}

impl<'t> Builder<'_, 't> {
    /// An error at a value, or at its key when the value is long.
    fn error(&self, rule: RuleId, at: Node<'t>, message: impl Into<String>) -> Diagnostic {
        let span = place(self.around.tree, at, at.key());
        Diagnostic::error(rule, self.around.path, span, message)
    }

    /// An error at a key.
    fn error_at_key(&self, rule: RuleId, at: Node<'t>, message: impl Into<String>) -> Diagnostic {
        let span = at.key().map_or_else(|| place(self.around.tree, at, None), Node::span);
        Diagnostic::error(rule, self.around.path, span, message)
    }

    fn location(&self, node: Node<'t>) -> Location {
        Location { path: self.around.path.to_owned(), span: place(self.around.tree, node, None) }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        if self.found.len() < REPORTED_MAX {
            self.found.push(diagnostic);
        }
    }

    /// Adds what was probably meant, with its fix.
    fn suggest<'c>(
        diagnostic: Diagnostic,
        written: &str,
        known: impl IntoIterator<Item = &'c str> + Clone,
    ) -> Diagnostic {
        match nearest(written, known.clone()) {
            Some(near) => {
                diagnostic.help(format!("did you mean `{near}`?")).fix(format!("write `{near}`"), near)
            }
            None => {
                let names: Vec<&str> = known.into_iter().collect();
                if names.is_empty() {
                    return diagnostic;
                }
                diagnostic.help(format!("there are {}", names.join(", ")))
            }
        }
    }

    fn desired(&mut self, document: Layered<'t>) -> Option<Desired> {
        let root = self.around.tree.root();
        let key = Key::new(root.get("key")?.text()?).ok()?;
        self.check_delivery(document);
        let mut product = Product::new(key.clone(), self.delivery);
        product.fields.reserve(ProductField::ALL.len() / 2);
        let mut fields = Parents { document, last: ("", None) };
        for field in ProductField::ALL {
            self.product_field(&mut fields, *field, &mut product.fields);
        }
        let mut intents = BTreeMap::new();
        if let Some(specifications) = document.get("specifications") {
            self.specifications(specifications, &mut product, &mut intents);
        }
        if let Some(rules) = document.get("upgradeRules") {
            product.upgrade_rules = Some(self.upgrade_rules(rules, &product));
        }
        let mut exceptions = self.exceptions(document, None);
        exceptions.append(&mut self.specification_exceptions);
        let SpecificationIntent { retire, unmanage, formerly, replaces, retire_skus: _, from_library: _ } =
            self.intent(document, &key);
        let replace = document.get("onChange").and_then(Layered::text) == Some("replace");
        let on_change = if replace { OnChange::Replace } else { OnChange::Wait };
        Some(Desired {
            product,
            retire,
            unmanage,
            formerly,
            replaces,
            specifications: intents,
            exceptions,
            on_change,
            cases: None,
        })
    }

    /// What a product or specification says beyond content.
    fn intent(&mut self, owner: Layered<'t>, key: &Key) -> SpecificationIntent {
        let retire = self.retirement(owner);
        let unmanage = owner
            .get("unmanage")
            .and_then(|unmanage| Some(Unmanage { reason: normal(unmanage.get("reason")?.text()?) }));
        if retire.is_some()
            && unmanage.is_some()
            && let Some(at) = owner.get("unmanage").map(Layered::node)
        {
            let message = "`retire` and `unmanage` cannot both be asked for";
            let help = "`retire` takes it off the catalog; `unmanage` leaves it on sale and looks away";
            self.report(self.error_at_key("retire-and-unmanage", at, message).help(help));
        }
        let formerly = self.keys(owner, "formerly", key);
        let replaces = self.keys(owner, "replaces", key);
        SpecificationIntent { retire, unmanage, formerly, replaces, ..SpecificationIntent::default() }
    }

    /// Findings that a product or specification excuses.
    fn exceptions(&mut self, owner: Layered<'t>, specification: Option<&Key>) -> Vec<Exception> {
        let nodes = owner.get("exceptions").into_iter().flat_map(Layered::whole);
        let mut found = Vec::new();
        for (position, node) in nodes.enumerate() {
            let text = |name: &str| node.get(name).and_then(Node::text);
            let (Some(rule), Some(reason), Some(until)) = (text("rule"), text("reason"), node.get("until"))
            else {
                continue;
            };
            let written = until.text().unwrap_or_default();
            // The reader of dates also takes a time and a zone, and then the day would not be what is written.
            let day = written.parse::<Date>().ok().filter(|day| day.to_string() == written);
            let Some(until) = day else {
                let message = format!("`{}` is not a day", excerpt(written));
                self.report(self.error("day-form", until, message).help("write it as in 2026-12-31"));
                continue;
            };
            let (rule, reason) = (rule.to_owned(), normal(reason));
            found.push(Exception { rule, specification: specification.cloned(), position, reason, until });
        }
        found
    }

    /// What `retire` says of a product, specification or SKU.
    fn retirement(&mut self, owner: Layered<'t>) -> Option<Retirement> {
        let retire = owner.get("retire")?;
        let reason = normal(retire.get("reason")?.text()?);
        let proof = retire.get("proof").map(Layered::node).filter(|at| !at.is_null());
        Some(Retirement { reason, proof: proof.and_then(|at| self.asset(at)) })
    }

    fn keys(&mut self, owner: Layered<'t>, name: &str, own: &Key) -> Vec<Key> {
        let nodes = owner.get(name).into_iter().flat_map(Layered::whole);
        let (mut keys, mut seen) = (Vec::new(), BTreeSet::new());
        for node in nodes {
            let Ok(key) = Key::new(node.text().unwrap_or_default()) else { continue };
            if key == *own {
                let message = format!("`{key}` names itself in `{name}`");
                self.report(self.error("names-itself", node, message).help("leave it out of the list"));
            } else if seen.insert(key.clone()) {
                keys.push(key);
            }
        }
        keys
    }

    /// The block of fields must be the delivery method's, and the site must have the method.
    fn check_delivery(&mut self, document: Layered<'t>) {
        let method = self.delivery;
        let sites = &self.target.profile.delivery_methods;
        if let (false, Some(at)) = (sites.contains(&method), document.get("delivery").map(Layered::node)) {
            let names: Vec<&str> = sites.iter().map(|method| method.name()).collect();
            let message = format!("site `{}` has no delivery method {method}", self.target.profile.name);
            let help = format!("there are {}; or leave target `{}` out", names.join(", "), self.target.name);
            self.report(self.error("delivery-not-at-site", at, message).help(help));
        }
        for block in DeliveryMethod::ALL {
            let name = block_name(*block);
            let Some(layered) = document.get(name).filter(|_| *block != method) else { continue };
            for at in layered.layers().filter(|at| at.entries().next().is_some()) {
                let message =
                    format!("`{name}` belongs to delivery `{}`, not `{}`", block.name(), method.name());
                let help = format!("remove it, or write `delivery: {}`", block.name());
                self.report(self.error_at_key("delivery-block-mismatch", at, message).help(help));
            }
        }
    }

    fn asset_path(&mut self, at: Node<'t>) -> Option<Utf8PathBuf> {
        let path = inside(self.folder, at.text()?);
        if path.is_none() {
            self.asset_error(at, &AssetError::Outside);
        }
        path
    }

    fn asset_error(&mut self, at: Node<'t>, error: &AssetError) {
        let written = at.text().unwrap_or_default();
        let help = match error {
            AssetError::Missing => {
                "paths are relative to the product's file; check the spelling and add the file"
            }
            AssetError::Outside => "keep the file in the catalog's folder and use `/` between names",
            AssetError::Link => "put the file itself there",
            AssetError::NotAFile => "name a file",
            AssetError::TooLarge { .. } => "make the file smaller",
            AssetError::NotText => "save it as UTF-8 text",
            AssetError::LfsPointer => {
                "fetch it with `git lfs pull` (in a workflow: `lfs: true` at the checkout)"
            }
            AssetError::Unreadable(_) => "check the file and its permissions",
        };
        self.report(
            self.error(error.rule(), at, format!("`{}` cannot be used: {error}", excerpt(written)))
                .help(help),
        );
    }

    fn asset(&mut self, at: Node<'t>) -> Option<crate::model::Asset> {
        let path = self.asset_path(at)?;
        match self.around.assets.asset(&path) {
            Ok(asset) => Some(asset),
            Err(error) => {
                self.asset_error(at, &error);
                None
            }
        }
    }

    fn file_text(&mut self, at: Node<'t>) -> Option<String> {
        let path = self.asset_path(at)?;
        match self.around.assets.read_text(&path) {
            Ok(file) => Some(normal(file.text.strip_prefix('\u{FEFF}').unwrap_or(&file.text))),
            Err(error) => {
                self.asset_error(at, &error);
                None
            }
        }
    }
}

/// The key of a delivery method's block of fields.
fn block_name(method: DeliveryMethod) -> &'static str {
    match method {
        DeliveryMethod::Image => "image",
        DeliveryMethod::Saas => "saas",
        DeliveryMethod::License => "license",
        DeliveryMethod::ProfessionalService => "professionalService",
        DeliveryMethod::ConsultingService => "consultingService",
        DeliveryMethod::Hardware => "hardware",
    }
}

/// Text with `\n` line ends.
fn normal(text: &str) -> String {
    if memchr::memchr(b'\r', text.as_bytes()).is_some() {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text.to_owned()
    }
}
