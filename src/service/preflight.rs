//! Calling the interfaces of SaaS products as the marketplace will, and writing down what came of it.

use super::marketplace::moment;
use super::planning::Planner;
use super::workspace::request as refuse;
use super::{Request, ServiceError};
use crate::definition::case_place;
use crate::diagnostic::Severity;
use crate::http::Secret;
use crate::ledger::{EventKind, Records, fold};
use crate::model::{BillingMode, Cases, DeliveryMethod, Key, Product, ProductField};
use crate::preflight::{Address, Caller, Named, Places, Replayed, Trouble, Work, replay};
use crate::report::{
    CallKind, CallVerdict, FilePlace, Preflight, PreflightCheck, PreflightStanding, PreflightedProduct,
    Problem,
};
use crate::repository::Assets;
use crate::rules::{Content, ContentRules};
use crate::submission::{Evidence, EvidenceKind};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// The environment variable with the access key; behind `_` may stand the product it is for.
pub(super) const KEY_VARIABLE: &str = "GALLERIST_INTERFACE_KEY";

/// Who vouches for a green preflight.
const BY: &str = "gallerist preflight";

/// A preflight that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PreflightRequest {
    /// The products; all SaaS products with cases when none is named.
    pub products: Vec<Key>,
    /// Whether calls that write on the seller's system are made.
    pub may_write: bool,
    /// Whether machines of this network may be called.
    pub may_call_private: bool,
    /// Whether it is written down; `None` where calls that write are made.
    pub records: Option<bool>,
}

/// A preflight, with what other programs need to find its places.
#[derive(Debug, Clone)]
pub struct Preflighted {
    /// What was found.
    pub report: Preflight,
    /// The catalog's folder, from the root of its git repository.
    pub prefix: Utf8PathBuf,
}

/// One product that is called.
struct Subject<'a> {
    key: &'a Key,
    path: &'a Utf8Path,
    product: Product,
    cases: &'a Cases,
    address: String,
    secret: Secret,
}

/// Calls the interfaces of products as the marketplace will. `variable` is the environment.
///
/// # Errors
/// When a product is unknown or has no cases, no key is there, or the ledger cannot be used.
pub fn preflight(
    request: &Request,
    wanted: &PreflightRequest,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Preflighted, ServiceError> {
    let workspace = super::workspace::open(request)?;
    let planner = Planner::new(&workspace, request)?;
    sound(&planner, &wanted.products)?;
    let (subjects, without_cases) = subjects(&planner, &wanted.products, variable)?;
    let now = moment(&planner, request.now);
    // What only this network reaches proves nothing to a marketplace, unless somebody says so.
    let proves = wanted.may_write && !(wanted.may_call_private && planner.target.preflight.required);
    let records_it = wanted.records.unwrap_or(proves) && !subjects.is_empty();
    // Before anybody is called: what cannot be written down should be known first.
    let mut ledger = records_it.then(|| workspace.ledger(planner.target)).transpose()?;
    let records = match &ledger {
        Some(ledger) => {
            let events = planner.of_today(ledger.events(&planner.scope)?)?;
            fold(&planner.scope, &events, now)
        }
        None => Records::default(),
    };
    let mut products = Vec::new();
    for subject in &subjects {
        let mut product = called(&planner, subject, wanted);
        if let Some(ledger) = &mut ledger {
            let events = events(&planner, subject, &product, &records, now);
            for event in &events {
                ledger.append(&planner.scope, now, subject.key, event)?;
            }
            product.recorded = recorded(&planner, &product, &events);
        }
        products.push(product);
    }
    let report = Preflight { at: request.now, wrote: wanted.may_write, products, without_cases };
    Ok(Preflighted { report, prefix: workspace.prefix() })
}

/// Refuses definitions with errors, as far as they may be about what is called: who is not called proves nothing.
fn sound(planner: &Planner<'_>, wanted: &[Key]) -> Result<(), ServiceError> {
    let definitions = &planner.definitions;
    let folder =
        |key: &Key| definitions.catalog.definition(key.as_str())?.path.parent().map(Utf8Path::to_owned);
    let folders: Option<Vec<Utf8PathBuf>> = wanted.iter().map(folder).collect();
    let concerns = |path: &Utf8Path| match &folders {
        Some(folders) if !folders.is_empty() => {
            path.parent().is_some_and(|parent| folders.iter().any(|own| own == parent))
        }
        _ => true,
    };
    let mut errors = definitions.diagnostics.clone();
    errors.list.retain(|found| found.severity == Severity::Error && concerns(&found.primary.path));
    if errors.list.is_empty() { Ok(()) } else { Err(ServiceError::Catalog(Box::new(errors))) }
}

/// What is to be called, and SaaS products of which no case is written down.
fn subjects<'a>(
    planner: &'a Planner<'_>,
    wanted: &[Key],
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<(Vec<Subject<'a>>, Vec<Key>), ServiceError> {
    let definitions = &planner.definitions;
    for key in wanted {
        if !definitions.desired.contains_key(key) {
            let hints = vec!["`gallerist status` shows those that there are".to_owned()];
            return Err(ServiceError::Request { message: format!("there is no product `{key}`"), hints });
        }
    }
    let (mut subjects, mut without_cases) = (Vec::new(), Vec::new());
    for (key, found) in &definitions.desired {
        let (is_named, desired) = (wanted.contains(key), &found.desired);
        if !wanted.is_empty() && !is_named {
            continue;
        }
        let is_sold = desired.retire.is_none() && desired.unmanage.is_none();
        if desired.product.delivery != DeliveryMethod::Saas || !is_sold {
            if is_named {
                return Err(refuse(format!(
                    "`{key}` is no SaaS product that is to be sold: nobody calls its interfaces"
                )));
            }
            continue;
        }
        let (Some(cases), Some(path)) = (&desired.cases, &found.path) else {
            if is_named {
                return Err(without(key, found.path.as_deref()));
            }
            without_cases.push(key.clone());
            continue;
        };
        let product = desired.wanted().into_owned();
        let Some(address) = product.fields.text(ProductField::InterfaceUrl).map(str::to_owned) else {
            let message = format!("the definition of `{key}` says no interface address");
            let hints = vec!["write it under `saas`: `interface: {url: \"https://...\"}`".to_owned()];
            return Err(ServiceError::Request { message, hints });
        };
        let secret = secret(key, variable)?;
        subjects.push(Subject { key, path, product, cases, address, secret });
    }
    Ok((subjects, without_cases))
}

fn without(key: &Key, path: Option<&Utf8Path>) -> ServiceError {
    let is_alone = path.is_some_and(|path| path.file_stem() != Some("product"));
    let hint = match path.filter(|_| is_alone) {
        Some(path) => format!(
            "move {path} to {}/{key}/product.yaml, and put `cases.yaml` beside it",
            path.parent().unwrap_or(Utf8Path::new(""))
        ),
        None => {
            "put `cases.yaml` beside its product.yaml: docs/preflight.md has one to begin with".to_owned()
        }
    };
    let message = format!("there are no usable debug cases of `{key}`");
    ServiceError::Request {
        message,
        hints: vec![hint, "`gallerist check` tells what is wrong with one".to_owned()],
    }
}

/// The variable with the access key of one product alone.
pub(super) fn own_variable(product: &Key) -> String {
    format!("{KEY_VARIABLE}_{}", product.as_str().to_uppercase().replace('-', "_"))
}

/// The access key: the product's own, or the one of all.
fn secret(key: &Key, variable: &dyn Fn(&str) -> Option<String>) -> Result<Secret, ServiceError> {
    let own = own_variable(key);
    let found = [own.as_str(), KEY_VARIABLE]
        .into_iter()
        .find_map(|name| Some((name, variable(name).filter(|value| !value.is_empty())?)));
    let Some((name, value)) = found else {
        return Err(ServiceError::Request {
            message: format!("there is no access key for the interfaces of `{key}`"),
            hints: vec![format!(
                "set {own}, or {KEY_VARIABLE} for all products, to the key that the Seller Console shows (Application \
                 Access); never write it into a file of the catalog"
            )],
        });
    };
    Secret::new(&value, name).map_err(|error| refuse(error.to_string()))
}

/// Calls one product's interfaces.
fn called(planner: &Planner<'_>, subject: &Subject<'_>, wanted: &PreflightRequest) -> PreflightedProduct {
    let Subject { key, product, cases, address, secret, .. } = subject;
    let mut problems = matrix(planner, subject);
    let (named, places) = match wanted.may_call_private {
        true => (Named::Any, Places::Any),
        false => (Named::Public, Places::Public),
    };
    let replayed = match Address::read(address, named) {
        Err(error) => {
            let help = "write https://, a public domain name and a path, as the marketplace calls it";
            problems.push(Problem::of(PreflightCheck::Address, Severity::Error, error.to_string(), help));
            Replayed::default()
        }
        Ok(found) => match Caller::new(&found, places) {
            Err(Trouble::Unreachable(reason) | Trouble::Tls(reason)) => {
                let help = "look whether the name is known to everybody, and leads to a public address";
                problems.push(Problem::of(PreflightCheck::Address, Severity::Error, reason, help));
                Replayed::default()
            }
            Err(Trouble::Slow | Trouble::Large) => Replayed::default(),
            Ok(mut caller) => {
                let specifications: Vec<(Key, BTreeSet<BillingMode>)> = product
                    .specifications
                    .iter()
                    .map(|(key, found)| (key.clone(), found.modes.clone().unwrap_or_default()))
                    .collect();
                let work = Work {
                    address: &found.url,
                    cases,
                    specifications: &specifications,
                    key: secret,
                    may_write: wanted.may_write,
                };
                replay(&work, &mut caller)
            }
        },
    };
    let place = |position: Option<usize>| {
        let assets = Assets::new(&*planner.workspace.files);
        let (source, span) = case_place(&assets, subject.path, position)?;
        Some(FilePlace { path: source.path().clone(), extent: Some(source.extent(span)) })
    };
    let mut calls = replayed.calls;
    for call in &mut calls {
        let case = cases.cases.iter().find(|case| case.name == call.case);
        call.place = place(case.map(|case| case.position));
    }
    problems.extend(replayed.problems);
    let is_red = problems.iter().any(|problem| problem.severity == Severity::Error)
        || calls.iter().any(|call| call.verdict == CallVerdict::Red);
    let all_ran = calls.iter().any(|call| call.kind == CallKind::First)
        && calls.iter().all(|call| call.verdict != CallVerdict::NotRun);
    PreflightedProduct {
        product: (*key).clone(),
        name: product.display_name().to_owned(),
        address: address.clone(),
        standing: match (is_red, all_ran) {
            (true, _) => PreflightStanding::Red,
            (false, true) => PreflightStanding::Green,
            (false, false) => PreflightStanding::Unproved,
        },
        place: place(None),
        problems,
        calls,
        recorded: None,
    }
}

/// Cases that there should be, as the rule says.
fn matrix(planner: &Planner<'_>, subject: &Subject<'_>) -> Vec<Problem> {
    let site = &planner.target.profile;
    let content = Content { site, product: &subject.product, whole: false, cases: Some(subject.cases) };
    let rules = ContentRules::on(&site.name, &planner.workspace.config.rules);
    let missing =
        rules.check(&content).into_iter().filter(|finding| finding.rule == "debugging-case-missing");
    let problem = |finding: crate::diagnostic::Finding| {
        Problem::of(PreflightCheck::Matrix, Severity::Error, finding.message, finding.help)
    };
    missing.map(problem).collect()
}

/// What is worth an entry: proof that is fresh, and what is otherwise than the last time.
fn events(
    planner: &Planner<'_>,
    subject: &Subject<'_>,
    product: &PreflightedProduct,
    records: &Records,
    now: Timestamp,
) -> Vec<EventKind> {
    let history = records.history(subject.key);
    let was_red = history.failing.is_some();
    // What nobody merged says nothing about what is on sale.
    let is_applied = super::merged::merged(planner).is_ok();
    match product.standing {
        PreflightStanding::Red if !was_red && is_applied => {
            vec![EventKind::Preflighted { failing: Some(product.first_problem().unwrap_or_default()) }]
        }
        PreflightStanding::Red | PreflightStanding::Unproved => Vec::new(),
        PreflightStanding::Green => {
            let mut events = Vec::new();
            if was_red && is_applied {
                events.push(EventKind::Preflighted { failing: None });
            }
            let about = subject.cases.subject(&subject.product, &subject.address);
            let kind = EvidenceKind::Preflight(Some(about));
            // Proof that counts for a good while yet is not written down again.
            let half = planner.target.preflight.age_max / 2;
            let is_fresh = |known: &&Evidence| known.kind == kind && now.duration_since(known.at) < half;
            if was_red || !history.evidence.iter().any(|known| is_fresh(&known)) {
                let [green, warned, _, _] = product.counts();
                let reason = format!(
                    "{} calls of {} were answered as they should be",
                    green + warned,
                    product.address
                );
                let evidence = Evidence { kind, by: BY.to_owned(), reason, at: now, expires: None };
                events.push(EventKind::Vouched { evidence });
            }
            events
        }
    }
}

fn recorded(planner: &Planner<'_>, product: &PreflightedProduct, events: &[EventKind]) -> Option<String> {
    let hours = planner.target.preflight.age_max.as_hours();
    let proof =
        format!("it counts for {hours} hours, for this address, these specifications and these cases");
    let wrote = |wanted: fn(&EventKind) -> bool| events.iter().any(wanted);
    Some(match product.standing {
        PreflightStanding::Red if events.is_empty() => "Recorded as failing already.".to_owned(),
        PreflightStanding::Red => "Recorded: the interfaces fail from now on.".to_owned(),
        PreflightStanding::Unproved => "Nothing was recorded: not every call was made.".to_owned(),
        PreflightStanding::Green if wrote(|event| matches!(event, EventKind::Preflighted { .. })) => {
            format!("Recorded: the interfaces answer again; {proof}.")
        }
        PreflightStanding::Green if events.is_empty() => {
            "Recorded a short while ago, which still counts.".to_owned()
        }
        PreflightStanding::Green => format!("Recorded: {proof}."),
    })
}
