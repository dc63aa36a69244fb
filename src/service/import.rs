//! Moving in: definitions, attribute library, configuration and bindings of what is on sale.

use super::configuration::{SANDBOX, configuration};
use super::marketplace::Marketplace;
use super::planning::Planner;
use super::snapshot::SnapshotFile;
use super::staging::{Source, Staging};
use super::workspace::{Workspace, request as refuse};
use super::{Request, ServiceError};
use crate::config::{Config, Driver, FILE_NAME};
use crate::definition::Definition;
use crate::diagnostic::{Diagnostics, Severity};
use crate::ledger::{EventKind, Records, fold};
use crate::marketplace::Observe;
use crate::model::{Key, ProductField, Value};
use crate::moving::{Around, AssetFile, Drafted, Excuse, Names, Taken, draft, library};
use crate::released::{
    ApplicationState, Bindings, Observation, ObservedProduct, ProductStatus, Recorded, resolve_one,
};
use crate::report::{Imported, ImportedProduct, LeftOut, WrittenFile};
use crate::repository::{Git, WorkTree, WorkTreeError};
use crate::rules::levels::{Ran, weigh};
use crate::rules::{Summaries, Summary, check_catalog};
use crate::site::SiteProfile;
use crate::text::SourceFile;
use crate::wire::Snapshot;
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What is imported, and from where.
#[derive(Debug, Clone, Default)]
pub struct ImportRequest {
    /// An exported released state that stands for asking the marketplace.
    pub released: Option<Utf8PathBuf>,
    /// A folder in which files of products are looked for, by their content.
    pub assets: Option<Utf8PathBuf>,
    /// The site, where no catalog is there yet.
    pub site: Option<String>,
    /// The catalog's name, where none is there yet.
    pub name: Option<Key>,
    /// Whether nothing is written.
    pub dry_run: bool,
}

/// Writes a definition of every product on sale that has none, and binds it.
///
/// # Errors
/// When the catalog, ledger, marketplace or a file cannot be read, definitions have errors, or something else stands
/// where a file would be written; then nothing was written.
pub fn import(request: &Request, import: &ImportRequest) -> Result<Imported, ServiceError> {
    let whole = |path: &Utf8Path| SnapshotFile::open(path)?.whole();
    let snapshot = import.released.as_deref().map(whole).transpose()?;
    let Opened { workspace, begun, target } = open(request, import, snapshot.as_ref())?;
    let request = Request { target, ..request.clone() };
    let planner = Planner::new(&workspace, &request)?;
    sound(&planner)?;
    let seen = see(&workspace, &planner, &request, import, snapshot)?;
    let copies = match &import.assets {
        Some(folder) => copies(&seen.observation, folder)?,
        None => BTreeMap::new(),
    };
    let today = planner.target.profile.day(seen.now);
    let around = Around { config: &workspace.config, target: planner.target, copies: &copies, today };
    let Chosen { drafted, left_out, managed } = choose(&planner, &seen, around);
    let (text, lacking) =
        library(&workspace.config, planner.definitions.catalog.library(), &written(&drafted));
    let attributes = &workspace.config.attributes;
    let has_library = std::fs::symlink_metadata(workspace.tree.root().join(attributes)).is_ok();

    let mut files: Vec<(Utf8PathBuf, Source)> = Vec::new();
    files.extend(begun.map(|text| (Utf8PathBuf::from(FILE_NAME), Source::Text(text))));
    files.extend(text.filter(|_| !has_library).map(|text| (attributes.clone(), Source::Text(text))));
    for (product, resumed) in &drafted {
        if !resumed {
            files.extend(of_product(product));
        }
    }
    let mut decisions = Vec::new();
    if has_library && !lacking.is_empty() {
        let codes: Vec<&str> = lacking.iter().map(Key::as_str).collect();
        decisions.push(format!(
            "{attributes} is there already and lacks {}; add what you want there.",
            codes.join(", ")
        ));
    }
    let report = Imported {
        scope: planner.scope.clone(),
        dry_run: import.dry_run,
        products: drafted.iter().map(|(product, resumed)| told(product, *resumed)).collect(),
        files: files.iter().map(shown).collect(),
        left_out,
        managed,
        decisions,
        next: planner.invocation().command(if import.dry_run { "import" } else { "plan" }),
    };
    if !import.dry_run && !drafted.is_empty() {
        Staging::begin(&workspace)?.install(workspace.tree.root(), &files)?;
        if let Driver::Console { released: folder, .. } = &planner.target.driver {
            // Nobody can ask the console later: what the snapshot showed is what is recorded.
            let who = super::evidence::by(&workspace, None);
            for (product, _) in &drafted {
                let shown = seen.observation.products.iter();
                let mut shown = shown.filter(|found| found.product_id == product.binding.product_id);
                let Some(observed) = shown.next() else { continue };
                let released = resolve_one(&product.key, &product.binding, observed);
                let recorded =
                    Recorded::of(&released, product.binding.clone(), seen.observation.taken_at, &who);
                super::released::save(&planner, folder, &recorded)?;
            }
        }
        let mut ledger = workspace.ledger(planner.target)?;
        for (product, _) in &drafted {
            let applied = EventKind::Applied { product: product.released.clone(), commit: None };
            ledger.append(&planner.scope, seen.now, &product.key, &applied)?;
            // Last, because what is bound counts as moved in.
            let bound = EventKind::Bound { binding: product.binding.clone() };
            ledger.append(&planner.scope, seen.now, &product.key, &bound)?;
        }
    }
    Ok(report)
}

/// A catalog, perhaps one that is still to be written.
struct Opened {
    workspace: Workspace,
    /// The text of a configuration that is not there yet.
    begun: Option<String>,
    target: Option<Key>,
}

fn open(
    request: &Request,
    import: &ImportRequest,
    snapshot: Option<&Snapshot>,
) -> Result<Opened, ServiceError> {
    match WorkTree::open(&request.directory) {
        Err(WorkTreeError::NoCatalog { .. }) => {}
        _ => {
            let workspace = super::workspace::open(request)?;
            if import.site.is_some() || import.name.is_some() {
                return Err(refuse(format!("{FILE_NAME} is there already and says site and name")));
            }
            let target = workspace.target(request.target.as_ref())?;
            if let Some(snapshot) = snapshot.filter(|snapshot| snapshot.scope != workspace.scope(target)) {
                let message = format!(
                    "the released state is about catalog `{}` at target `{}`, not about this one",
                    snapshot.scope.catalog, snapshot.scope.target
                );
                return Err(refuse(message));
            }
            return Ok(Opened { workspace, begun: None, target: request.target.clone() });
        }
    }
    let tree = WorkTree::at(&request.directory).map_err(|error| refuse(error.to_string()))?;
    let site = import.site.clone().or_else(|| snapshot.map(|found| found.site.clone()));
    let site = site.unwrap_or_else(|| "intl".to_owned());
    if !SiteProfile::NAMES.contains(&site.as_str()) {
        return Err(ServiceError::Request {
            message: format!("there is no site `{site}`"),
            hints: vec![format!("give one with --site: {}", SiteProfile::NAMES.join(", "))],
        });
    }
    let name = import.name.clone().or_else(|| snapshot.map(|found| found.scope.catalog.clone()));
    let name = name.or_else(|| tree.root().file_name().and_then(Key::slug)).ok_or_else(|| {
        let hints = vec!["give one with --name".to_owned()];
        ServiceError::Request {
            message: "the folder's name does not make a catalog's name".to_owned(),
            hints,
        }
    })?;
    let target = request.target.clone().or_else(|| snapshot.map(|found| found.scope.target.clone()));
    let target = target.as_ref().map_or(site.as_str(), Key::as_str).to_owned();
    // A snapshot comes from elsewhere; only a sandbox that lies here can be asked again.
    let at_console = snapshot.is_some() && std::fs::symlink_metadata(tree.root().join(SANDBOX)).is_err();
    let text = configuration(&name, &target, &site, at_console);
    let (config, found) = Config::read(Utf8Path::new(FILE_NAME), text.as_bytes());
    let config = config.ok_or_else(|| ServiceError::Catalog(Box::new(found)))?;
    let source = SourceFile::new(FILE_NAME, text.clone());
    let git = Git::discover(tree.root()).map_err(|error| refuse(error.to_string()))?;
    let workspace = Workspace { git, ..Workspace::in_tree(tree, config, source) };
    let is_there = |path: &str| std::fs::symlink_metadata(workspace.tree.root().join(path)).is_ok();
    if snapshot.is_none() && !is_there(SANDBOX) {
        return Err(ServiceError::Request {
            message: format!("there is no {FILE_NAME} here that says where to import from"),
            hints: vec![
                "`gallerist import --released FILE` imports what `gallerist export` saved".to_owned(),
                format!("or write {FILE_NAME} with a target first; `gallerist init` shows how"),
            ],
        });
    }
    Ok(Opened { workspace, begun: Some(text), target: Key::new(&target).ok() })
}

/// Nobody can tell which definitions are there while some cannot be read.
fn sound(planner: &Planner<'_>) -> Result<(), ServiceError> {
    let products = &planner.workspace.config.products;
    let found = &planner.definitions.diagnostics;
    let mut errors = found.list.iter().filter(|found| found.severity == Severity::Error);
    if errors.all(|found| found.primary.path == *products) {
        return Ok(());
    }
    let list = found.list.iter().filter(|found| found.severity == Severity::Error).cloned().collect();
    let found = Diagnostics { list, sources: found.sources.clone() };
    Err(ServiceError::Catalog(Box::new(found)))
}

/// What is on sale, and what is known of it.
struct Seen {
    observation: Observation,
    records: Records,
    /// Keys somebody else knew things by.
    hints: Bindings,
    now: Timestamp,
}

fn see(
    workspace: &Workspace,
    planner: &Planner<'_>,
    request: &Request,
    import: &ImportRequest,
    snapshot: Option<Snapshot>,
) -> Result<Seen, ServiceError> {
    if let Some(snapshot) = snapshot {
        let events = planner.of_today(workspace.ledger_view(planner.target)?.events(&planner.scope)?)?;
        let records = fold(&planner.scope, &events, request.now);
        let Snapshot { observation, bindings: hints, .. } = snapshot;
        return Ok(Seen { observation, records, hints, now: request.now });
    }
    if import.dry_run {
        planner.workspace.can_observe(planner.target)?;
    }
    let mut driver = Marketplace::reading(planner, request.now)?;
    let now = driver.now()?;
    let situation = planner.look(&mut driver, now)?;
    Ok(Seen {
        observation: situation.observation,
        records: situation.records,
        hints: Bindings::default(),
        now,
    })
}

/// Which products are imported: each with whether its files are there already.
struct Chosen {
    drafted: Vec<(Drafted, bool)>,
    left_out: Vec<LeftOut>,
    managed: usize,
}

/// A product that may be imported, and the definition that has its name.
struct Candidate<'a> {
    observed: &'a ObservedProduct,
    names: Names,
    namesake: Option<Key>,
    notes: Vec<String>,
}

fn choose(planner: &Planner<'_>, seen: &Seen, around: Around<'_>) -> Chosen {
    let (mut candidates, mut left_out, mut managed) = (Vec::new(), Vec::new(), 0);
    let bindings = seen.records.bindings();
    let mut taken = taken(planner, seen);
    let mut products: Vec<&ObservedProduct> = seen.observation.products.iter().collect();
    products.sort_by(|a, b| a.product_id.cmp(&b.product_id));
    products.dedup_by(|a, b| a.product_id == b.product_id);
    for observed in products.into_iter().filter(|found| found.status != ProductStatus::Discontinued) {
        let known = |bindings: &Bindings| {
            let mut all = bindings.products.iter();
            all.find(|(_, found)| found.product_id == observed.product_id)
                .map(|(key, found)| (key.clone(), found.clone()))
        };
        let bound = known(&bindings);
        if bound
            .as_ref()
            .is_some_and(|(key, _)| planner.definitions.catalog.definition(key.as_str()).is_some())
        {
            managed += 1;
            continue;
        }
        let in_review = bound.as_ref().and_then(|(key, _)| seen.records.history(key).open);
        if in_review.is_some() {
            let why = "A submission of it is in review; import it after the verdict.".to_owned();
            left_out.push(out(observed, why));
            continue;
        }
        let namesake = if bound.is_some() { None } else { namesake(planner, &bindings, observed) };
        let hint = bound.or_else(|| known(&seen.hints).filter(|(key, _)| taken.is_free(key)));
        let names = match &namesake {
            Some(key) => Names::under(key, observed),
            None => Names::of(observed, hint.as_ref().map(|(key, found)| (key, found)), &mut taken),
        };
        let notes = notes(planner, seen, observed, &names.product);
        candidates.push(Candidate { observed, names, namesake, notes });
    }
    let mut drafted = Vec::new();
    for (candidate, found) in drafts(planner, around, &candidates) {
        match (found, &candidate.namesake) {
            (None, _) => {
                let why = "No definition of it can be written that is read back as the same.".to_owned();
                left_out.push(out(candidate.observed, why));
            }
            (Some(found), None) => drafted.push((found, false)),
            (Some(found), Some(_)) if is_there(planner.workspace, &found) => drafted.push((found, true)),
            (Some(_), Some(key)) => {
                let why = of_a_namesake(planner, key, candidate.observed);
                left_out.push(out(candidate.observed, why));
            }
        }
    }
    drafted.sort_by(|(a, _), (b, _)| a.key.cmp(&b.key));
    Chosen { drafted, left_out, managed }
}

/// What a person does about a definition that has the name of a product it is not bound to.
fn of_a_namesake(planner: &Planner<'_>, key: &Key, observed: &ObservedProduct) -> String {
    let command = planner.invocation().command(&format!("adopt {key} --product-id {}", observed.product_id));
    let target = &planner.target.name;
    match planner.definitions.desired.contains_key(key) {
        true => format!("The definition `{key}` has its name; `{command}` would bind it."),
        false => format!(
            "The definition `{key}` has its name and is not sold at `{target}`: add that to its `targets`, then \
             `{command}` binds it."
        ),
    }
}

fn out(observed: &ObservedProduct, why: String) -> LeftOut {
    let name = observed.fields.text(ProductField::Name).unwrap_or("(name unknown)").to_owned();
    LeftOut { product_id: observed.product_id.clone(), name, why }
}

/// Keys that a new product cannot have: those of definitions and of the ledger, and names of files.
fn taken(planner: &Planner<'_>, seen: &Seen) -> Taken {
    let mut taken = Taken::default();
    let stem = |definition: &Definition| {
        let path = &definition.path;
        let named =
            if path.file_stem() == Some("product") { path.parent()?.file_name() } else { path.file_stem() };
        Key::slug(named?)
    };
    for definition in planner.definitions.catalog.definitions() {
        taken.extend([definition.key.clone()]);
        taken.extend(definition.followed());
        taken.extend(stem(definition));
    }
    taken.extend(seen.records.products.keys().cloned());
    taken
}

/// A definition with the product's name that nothing is bound to.
fn namesake(planner: &Planner<'_>, bindings: &Bindings, observed: &ObservedProduct) -> Option<Key> {
    let name = observed.fields.text(ProductField::Name)?;
    let has = |definition: &&Definition| {
        let mut desired = definition.targets.iter().filter_map(|target| definition.desired(target.as_str()));
        !bindings.products.contains_key(&definition.key)
            && desired.any(|desired| desired.product.fields.text(ProductField::Name) == Some(name))
    };
    planner
        .definitions
        .catalog
        .definitions()
        .iter()
        .find(|found| has(found))
        .map(|definition| definition.key.clone())
}

/// What people should know of a product besides its content.
fn notes(planner: &Planner<'_>, seen: &Seen, observed: &ObservedProduct, key: &Key) -> Vec<String> {
    let open = seen.observation.applications.iter().filter(|found| {
        found.state.is_open() && found.product_id.as_deref() == Some(observed.product_id.as_str())
    });
    open.map(|found| {
        let (id, day) = (&found.application, found.submitted_at.strftime("%Y-%m-%d"));
        if found.state == ApplicationState::Draft {
            return format!("Application {id} of it is a draft since {day}: it is submitted or deleted in the console first.");
        }
        let claim = planner.invocation().command(&format!("claim {id} {key}"));
        format!(
            "Application {id} of it is in review since {day}; nothing is submitted before it ends. `{claim}` follows its \
             verdict."
        )
    })
    .collect()
}

/// Drafts every product, and once more those of which rules that compare products find something.
fn drafts<'c, 'o>(
    planner: &Planner<'_>,
    around: Around<'_>,
    candidates: &'c [Candidate<'o>],
) -> Vec<(&'c Candidate<'o>, Option<Drafted>)> {
    let none = BTreeSet::new();
    let one = |candidate: &'c Candidate<'o>, excused: &BTreeSet<Excuse>| {
        let Candidate { observed, names, namesake: _, notes } = candidate;
        (candidate, draft(around, observed, names, notes, excused))
    };
    let first: Vec<_> = candidates.par_iter().map(|candidate| one(candidate, &none)).collect();
    let mut summaries: BTreeMap<Key, Summary> = planner
        .definitions
        .desired
        .iter()
        .filter_map(|(key, found)| Some((key.clone(), Summary::of(&found.desired)?)))
        .collect();
    let drafted = first.iter().filter_map(|(_, found)| found.as_ref());
    summaries.extend(drafted.filter_map(|found| Some((found.key.clone(), Summary::of(&found.desired)?))));
    let levels = &around.config.rules;
    let products = summaries.values().collect();
    let compared = check_catalog(&Summaries { site: &around.target.profile, products }, levels);
    let again = first.into_par_iter().map(|(candidate, found)| {
        let findings = compared.get(&candidate.names.product).cloned().unwrap_or_default();
        let findings = weigh(findings, &[], levels, around.today, Ran::All).into_iter();
        let errors = findings.filter(|finding| finding.severity == Severity::Error);
        let excused: BTreeSet<Excuse> =
            errors.map(|finding| Excuse { rule: finding.rule.to_owned(), specification: None }).collect();
        if excused.is_empty() { (candidate, found) } else { one(candidate, &excused) }
    });
    again.collect()
}

/// Whether all files of a product stand where they would be written, as they would be written.
fn is_there(workspace: &Workspace, product: &Drafted) -> bool {
    of_product(product).iter().all(|(path, source)| source.is_at(&workspace.tree.root().join(path)))
}

/// The files of a product, its definition last.
fn of_product(product: &Drafted) -> Vec<(Utf8PathBuf, Source)> {
    let assets = product.assets.iter().map(|(path, file)| {
        let source = Source::Copy { from: file.from.clone(), digest: file.facts.digest.clone() };
        (path.clone(), source)
    });
    let text = |path: &Utf8PathBuf, text: &String| (path.clone(), Source::Text(text.clone()));
    let beside = product.texts.iter().filter(|(path, _)| **path != product.path);
    let own = product.texts.get_key_value(&product.path);
    assets.chain(beside.chain(own).map(|(path, own)| text(path, own))).collect()
}

fn written(drafted: &[(Drafted, bool)]) -> Vec<Drafted> {
    drafted.iter().map(|(product, _)| product.clone()).collect()
}

fn told(product: &Drafted, resumed: bool) -> ImportedProduct {
    ImportedProduct {
        key: product.key.clone(),
        name: product.name.clone(),
        product_id: product.product_id.clone(),
        path: product.path.clone(),
        resumed,
        decisions: product.decisions.clone(),
    }
}

fn shown((path, source): &(Utf8PathBuf, Source)) -> WrittenFile {
    let definition = match source {
        Source::Text(text) if matches!(path.extension(), Some("yaml")) => Some(text.clone()),
        Source::Text(_) | Source::Copy { .. } => None,
    };
    WrittenFile { path: path.clone(), definition }
}

/// Files in a folder whose content some product has, by digest.
fn copies(observation: &Observation, folder: &Utf8Path) -> Result<BTreeMap<String, AssetFile>, ServiceError> {
    let mut wanted: BTreeMap<&str, &str> = BTreeMap::new();
    for (_, value) in observation.products.iter().flat_map(|product| product.fields.iter()) {
        let assets = match value {
            Some(Value::Asset(asset)) => std::slice::from_ref(asset),
            Some(Value::Assets(assets)) => assets.as_slice(),
            _ => &[],
        };
        for asset in assets {
            wanted.entry(&asset.digest).or_insert(&asset.name);
        }
    }
    let mut found = BTreeMap::new();
    for (from, mut facts) in super::staging::files_below(folder)? {
        let Some(name) = wanted.get(facts.digest.as_str()) else { continue };
        facts.name = (*name).to_owned();
        found.entry(facts.digest.clone()).or_insert(AssetFile { from, facts });
    }
    Ok(found)
}
