//! A definition of a product that is on sale, drafted, read back and compared.

use super::field::{AssetFile, Beside, lines, unsayable};
use super::naming::Names;
use super::specification;
use crate::config::{Config, Target};
use crate::definition::{AssetError, Assets, Catalog, TextFile};
use crate::diagnostic::Severity;
use crate::diff;
use crate::model::{Asset, Attribute, Desired, Key, Product, ProductField, SkuKey, Specification};
use crate::released::{
    ObservedProduct, ProductBinding, ProductStatus, ReleasedProduct, SkuBinding, SpecificationBinding,
    resolve_one,
};
use crate::rules::levels::{Adjustable, Ran, part, weigh};
use crate::rules::{Content, ContentRules, find_by_id};
use crate::yaml::{Draft, Line, is_sayable, write};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What drafting needs from around the product.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// The catalog.
    pub config: &'a Config,
    /// Where the product is on sale.
    pub target: &'a Target,
    /// Files whose content is at hand, by digest.
    pub copies: &'a BTreeMap<String, AssetFile>,
    /// The day, in the site's time zone.
    pub today: Date,
}

/// A rule whose findings are excused, in the product itself or in a specification.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Excuse {
    /// The rule's name.
    pub rule: String,
    /// The specification it stands in; `None` for the product's own.
    pub specification: Option<Key>,
}

/// A product as it will stand in the catalog.
#[derive(Debug, Clone)]
pub struct Drafted {
    /// Its key.
    pub key: Key,
    /// The name buyers see.
    pub name: String,
    /// The marketplace's id.
    pub product_id: String,
    /// Its definition's path, from the catalog's root.
    pub path: Utf8PathBuf,
    /// All texts to be written, the definition among them, by path.
    pub texts: BTreeMap<Utf8PathBuf, String>,
    /// Files to be copied, by path.
    pub assets: BTreeMap<Utf8PathBuf, AssetFile>,
    /// The marketplace's ids under our keys.
    pub binding: ProductBinding,
    /// What is on sale, under our keys.
    pub released: Product,
    /// What the definition says, as it was read back.
    pub desired: Desired,
    /// What a person must decide, a sentence each.
    pub decisions: Vec<String>,
    /// Attributes of the specifications, for the library.
    pub attributes: Vec<(Key, Attribute)>,
}

/// How much of a product is said.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Whole,
    WithoutUpgradeRules,
    LeftAlone,
}

/// Drafts a product's definition; `None` of one that no definition can name.
#[must_use]
pub fn draft(
    around: Around<'_>,
    observed: &ObservedProduct,
    names: &Names,
    notes: &[String],
    excused: &BTreeSet<Excuse>,
) -> Option<Drafted> {
    let binding = bind(observed, names);
    let released = resolve_one(&names.product, &binding, observed);
    let mut drafting = Drafting {
        around,
        observed,
        on_sale: released.sold().into_owned(),
        released: &released,
        notes,
        excused: excused.clone(),
        names,
        alone: BTreeSet::new(),
    };
    drafting.alone = drafting.left_alone();
    let extents = [Extent::Whole, Extent::WithoutUpgradeRules, Extent::LeftAlone];
    let (extent, found) = extents.into_iter().find_map(|extent| Some((extent, drafting.sound(extent)?)))?;
    let (files, desired) = drafting.excuse(extent).unwrap_or(found);
    let attributes = desired.product.specifications.values().filter_map(|found| found.attributes.clone());
    Some(Drafted {
        key: names.product.clone(),
        name: desired.product.display_name().to_owned(),
        product_id: observed.product_id.clone(),
        path: files.path,
        texts: files.texts,
        assets: files.assets,
        decisions: files.remarks,
        released: drafting.on_sale,
        attributes: attributes.flatten().collect(),
        binding,
        desired,
    })
}

/// The marketplace's ids of a product under our keys.
pub(super) fn bind(observed: &ObservedProduct, names: &Names) -> ProductBinding {
    let mut specifications: BTreeMap<Key, SpecificationBinding> = BTreeMap::new();
    for (key, specification) in names.specifications.iter().zip(&observed.specifications) {
        let skus = specification.skus.iter().map(|sku| {
            let ids = SkuBinding { sku_code: sku.sku_code.clone(), offerings: sku.offerings.clone() };
            (sku.sku.clone(), ids)
        });
        specifications.entry(key.clone()).or_default().skus.extend(skus);
    }
    specifications.retain(|_, binding| !binding.skus.is_empty());
    ProductBinding { product_id: observed.product_id.clone(), specifications }
}

/// The files of a definition.
struct Files {
    path: Utf8PathBuf,
    texts: BTreeMap<Utf8PathBuf, String>,
    assets: BTreeMap<Utf8PathBuf, AssetFile>,
    remarks: Vec<String>,
}

impl Assets for Files {
    fn asset(&self, path: &Utf8Path) -> Result<Asset, AssetError> {
        self.assets.get(path).map(|found| found.facts.clone()).ok_or(AssetError::Missing)
    }

    fn read_text(&self, path: &Utf8Path) -> Result<TextFile, AssetError> {
        self.texts.get(path).map(|text| TextFile::of(text.as_str())).ok_or(AssetError::Missing)
    }
}

struct Drafting<'a> {
    around: Around<'a>,
    observed: &'a ObservedProduct,
    released: &'a ReleasedProduct,
    on_sale: Product,
    notes: &'a [String],
    excused: BTreeSet<Excuse>,
    names: &'a Names,
    /// Specifications that no definition can say.
    alone: BTreeSet<Key>,
}

impl Drafting<'_> {
    /// Specifications that are not the same when they are read back, each tried by itself.
    fn left_alone(&self) -> BTreeSet<Key> {
        let tried = self.on_sale.specifications.iter().filter(|(key, specification)| {
            let mut document = self.head();
            document
                .push(Line::entry("specifications", Draft::List(vec![self.specification(specification)])));
            let files = self.files(&document, Beside::default());
            let mut only = Product::new(self.on_sale.key.clone(), self.on_sale.delivery);
            only.specifications.insert((*key).clone(), (*specification).clone());
            self.read(&files).is_none_or(|desired| !diff::changes(&only, &desired.wanted()).is_empty())
        });
        tried.map(|(key, _)| key.clone()).collect()
    }

    /// The definition with this extent, when reading it gives what is on sale.
    fn sound(&self, extent: Extent) -> Option<(Files, Desired)> {
        let mut beside = Beside::default();
        let document = self.document(extent, &mut beside);
        let files = self.files(&document, beside);
        let desired = self.read(&files)?;
        let same = extent == Extent::LeftAlone || diff::changes(&self.on_sale, &desired.wanted()).is_empty();
        same.then_some((files, desired))
    }

    /// The same with what content rules say about it excused: the marketplace took it once.
    fn excuse(&mut self, extent: Extent) -> Option<(Files, Desired)> {
        let Target { profile, .. } = self.around.target;
        let levels = &self.around.config.rules;
        let (_, desired) = self.sound(extent)?;
        if desired.unmanage.is_none() {
            let product = desired.wanted();
            let content = Content { site: profile, product: &product, whole: false, cases: None };
            let found = ContentRules::on(&profile.name, levels).check(&content);
            let found = weigh(found, &[], levels, self.around.today, Ran::All).into_iter();
            let errors = found.filter(|finding| finding.severity == Severity::Error);
            self.excused.extend(errors.filter_map(|finding| {
                let specification = part(&finding.route).and_then(|key| Key::new(key).ok());
                excusable(finding.rule).then(|| Excuse { rule: finding.rule.to_owned(), specification })
            }));
        }
        self.sound(extent)
    }

    fn read(&self, files: &Files) -> Option<Desired> {
        let Around { config, target, .. } = self.around;
        let text = files.texts.get(&files.path)?;
        let (catalog, found) = Catalog::read(config, [(files.path.clone(), text.as_bytes())], files);
        let sound = found.list.iter().all(|found| found.severity != Severity::Error);
        let definition = catalog.definition(self.on_sale.key.as_str()).filter(|_| sound)?;
        definition.desired(target.name.as_str()).cloned()
    }

    /// Where the files stand: a product alone in its file, or in a folder with what belongs to it.
    fn files(&self, document: &[Line], beside: Beside) -> Files {
        let key = self.on_sale.key.as_str();
        let products = &self.around.config.products;
        let Beside { texts, assets } = beside;
        let folder = products.join(key);
        let path = match texts.is_empty() && assets.is_empty() {
            true => products.join(format!("{key}.yaml")),
            false => folder.join("product.yaml"),
        };
        let mut remarks = Vec::new();
        gather(document, &mut remarks);
        let mut texts: BTreeMap<Utf8PathBuf, String> =
            texts.into_iter().map(|(name, text)| (folder.join(name), text)).collect();
        texts.insert(path.clone(), self.headed(document));
        let assets = assets.into_iter().map(|(name, file)| (folder.join(name), file)).collect();
        Files { path, texts, assets, remarks }
    }

    /// The document under a few lines that say where it came from.
    fn headed(&self, document: &[Line]) -> String {
        let ObservedProduct { product_id, .. } = self.observed;
        let mut lines = vec![
            Line::Remark(format!(
                "Product {product_id} as it was on sale at target {} when this file was written.",
                self.around.target.name
            )),
            Line::Remark(
                "Keys were made from names. Change one only before the first commit, with `formerly: [OLD-KEY]` beside \
                 the new one; after that keys stay."
                    .to_owned(),
            ),
        ];
        lines.extend(document.iter().cloned());
        write(&lines)
    }

    fn head(&self) -> Vec<Line> {
        let Around { config, target, .. } = self.around;
        let mut lines = vec![
            Line::entry("apiVersion", Draft::text(crate::config::form::word::API_VERSION)),
            Line::entry("kind", Draft::text("Product")),
            Line::entry("key", Draft::text(self.on_sale.key.as_str())),
            Line::entry("delivery", Draft::text(self.on_sale.delivery.name())),
        ];
        if target.name != config.default_target {
            let targets = vec![Draft::text(target.name.as_str())];
            lines.push(Line::entry("targets", Draft::Items(targets)));
        }
        lines
    }

    fn document(&self, extent: Extent, beside: &mut Beside) -> Vec<Line> {
        let mut document = self.notes();
        document.extend(self.head());
        if extent == Extent::LeftAlone {
            let reason = vec![("reason".to_owned(), Draft::text(specification::LEFT_ALONE))];
            document.push(Line::entry("unmanage", Draft::Mapping(reason)));
            let name = self.on_sale.fields.text(ProductField::Name).filter(|name| is_sayable(name));
            document.extend(name.map(|name| Line::entry("name", Draft::text(name))));
            document.push(Line::Remark(
                "The whole product is not managed: it cannot be written as it is.".into(),
            ));
            return document;
        }
        document.extend(self.exceptions(None).map(|list| Line::entry("exceptions", list)));
        let delivery = self.on_sale.delivery;
        let applies = |info: &crate::model::FieldInfo| info.applies_to(delivery);
        document.extend(lines(&self.on_sale.fields, applies, self.around.copies, beside));
        let specifications = self.specifications();
        if !specifications.is_empty() {
            document.push(Line::entry("specifications", Draft::List(specifications)));
        }
        document.extend(self.upgrade_rules(extent));
        document
    }

    /// What a person should know before anything else.
    fn notes(&self) -> Vec<Line> {
        let mut notes: Vec<String> = self.notes.to_vec();
        if self.observed.status == ProductStatus::Frozen {
            notes.push("The operator has frozen trading of this product.".to_owned());
        }
        let delivery = self.on_sale.delivery;
        let unknown: Vec<String> = ProductField::ALL
            .iter()
            .filter(|field| field.info().applies_to(delivery) && !self.on_sale.fields.states(**field))
            .map(|field| field.info().name())
            .collect();
        if !unknown.is_empty() {
            let names = unknown.join(", ");
            notes.push(format!(
                "The marketplace does not tell these fields, so they are not managed: {names}."
            ));
        }
        let Around { config, target, .. } = self.around;
        let others: BTreeSet<&str> = config.targets.values().map(|other| other.currency.as_str()).collect();
        let others: Vec<&str> =
            others.into_iter().filter(|other| *other != target.currency.as_str()).collect();
        if !others.is_empty() && !self.on_sale.specifications.is_empty() {
            notes.push(format!(
                "Prices are known in {} only; where it is also to be sold for {}, add them.",
                target.currency,
                others.join(", ")
            ));
        }
        let nameless = self.observed.specifications.iter().filter(|found| found.skus.is_empty()).count();
        if nameless > 0 {
            notes.push(format!(
                "{nameless} of its specifications have no skuCode, so nothing can be bound to them: they are left out."
            ));
        }
        notes.into_iter().map(Line::Remark).collect()
    }

    fn specifications(&self) -> Vec<Draft> {
        // In the order the marketplace shows them.
        let mut seen = BTreeSet::new();
        let bound = |key: &&Key| {
            self.released.product.specifications.contains_key(*key) && seen.insert((*key).clone())
        };
        let all = self.names.specifications.iter().filter(bound);
        let drafts = all.map(|key| match self.on_sale.specifications.get(key) {
            None => specification::tombstone(key),
            Some(_) if self.alone.contains(key) => specification::unmanaged(key),
            Some(found) => self.specification(found),
        });
        drafts.collect()
    }

    fn specification(&self, found: &Specification) -> Draft {
        let gone: BTreeSet<&SkuKey> = self
            .released
            .discontinued_skus
            .iter()
            .filter(|(key, _)| *key == found.key)
            .map(|(_, sku)| sku)
            .collect();
        let Around { target, .. } = self.around;
        let exceptions = self.exceptions(Some(&found.key));
        specification::whole(found, self.on_sale.delivery, &gone, &target.currency, exceptions)
    }

    fn exceptions(&self, specification: Option<&Key>) -> Option<Draft> {
        let until = format!("{}-12-31", self.around.today.year() + 1);
        let here = self.excused.iter().filter(|excuse| excuse.specification.as_ref() == specification);
        let list: Vec<Draft> = here
            .map(|excuse| {
                Draft::Mapping(vec![
                    ("rule".into(), Draft::text(&excuse.rule)),
                    ("reason".into(), Draft::text("On sale already when this catalog moved in")),
                    ("until".into(), Draft::plain(&until)),
                ])
            })
            .collect();
        (!list.is_empty()).then_some(Draft::List(list))
    }

    fn upgrade_rules(&self, extent: Extent) -> Option<Line> {
        let rules = self.on_sale.upgrade_rules.as_ref()?;
        let alone = rules.iter().any(|rule| self.alone.contains(&rule.specification));
        if extent == Extent::WithoutUpgradeRules || alone {
            let what = unsayable("upgradeRules").replace("characters that", "rules that");
            return Some(Line::Remark(what));
        }
        Some(Line::entry("upgradeRules", specification::upgrades(rules)))
    }
}

/// Whether a finding of this rule can be excused beside what it is about.
#[must_use]
pub(super) fn excusable(rule: &str) -> bool {
    find_by_id(rule).is_some_and(|rule| rule.adjustable() != Adjustable::Never)
}

/// All comments of a document.
fn gather(lines: &[Line], remarks: &mut Vec<String>) {
    for line in lines {
        match line {
            Line::Remark(text) => remarks.push(text.clone()),
            Line::Entry(_, value) => gather_in(value, remarks),
        }
    }
}

fn gather_in(value: &Draft, remarks: &mut Vec<String>) {
    match value {
        Draft::Block(lines) => {
            gather(lines, remarks);
            let entry = |name: &str| {
                lines.iter().find_map(|line| match line {
                    Line::Entry(key, Draft::Text(text)) if key == name => Some(text.as_str()),
                    _ => None,
                })
            };
            let is_alone = lines.iter().any(|line| matches!(line, Line::Entry(key, _) if key == "unmanage"));
            if let Some(key) = entry("key").filter(|_| is_alone) {
                remarks.push(format!("Specification `{key}` is not managed: it cannot be written as it is."));
            }
        }
        Draft::List(elements) => elements.iter().for_each(|element| gather_in(element, remarks)),
        Draft::Text(_) | Draft::Quoted(_) | Draft::Plain(_) | Draft::Mapping(_) | Draft::Items(_) => {}
    }
}
