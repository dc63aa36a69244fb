//! What is recorded as released: change sheets and checklists of it, and how it is kept.

use super::marketplace::{Marketplace, console, desk};
use super::planning::{Planner, live};
use super::released::save;
use super::submissions::{pick, stories};
use super::workspace::request as refuse;
use super::{AdoptRequest, Recorded, Request, ServiceError, evidence};
use crate::ledger::EventKind;
use crate::model::{Digest, Key};
use crate::plan::Standing;
use crate::released::{ProductBinding, complete};
use crate::render;
use crate::report::sheet::{self, Sheet};
use crate::submission::{Review, SubmissionId};

/// Writes down as released what a definition says, for a product that was on sale before Gallerist came; gives back what
/// is to be adopted, with an id for each specification.
///
/// # Errors
/// When the target is not at the console, there is no sound definition, or the product is recorded already.
pub(super) fn released_as_defined(
    request: &Request,
    asked: &AdoptRequest,
) -> Result<AdoptRequest, ServiceError> {
    let workspace = super::workspace::open(request)?;
    let planner = Planner::new(&workspace, request)?;
    let folder = console(planner.target)?;
    let (Some(key), Some(product_id)) = (&asked.product, &asked.product_id) else {
        return Err(refuse("name the product and its ID: only a person knows which one it is".to_owned()));
    };
    let Some(wanted) = planner.definitions.desired.get(key) else {
        return Err(ServiceError::Request {
            message: format!("there is no sound definition of `{key}` at this target"),
            hints: vec!["`gallerist check` tells what is wrong".to_owned()],
        });
    };
    let mut marketplace = Marketplace::open(&planner, request.now)?;
    let situation = planner.look(&mut marketplace, request.now)?;
    let Marketplace::Console(driver) = &marketplace else {
        return Err(refuse("this target is not at the console".to_owned()));
    };
    let bindings = situation.records.bindings();
    if let Some((other, bound)) =
        bindings.products.iter().find(|(other, found)| *other == key || found.product_id == *product_id)
    {
        return Err(ServiceError::Request {
            message: format!("`{other}` is bound to product ID {} already", bound.product_id),
            hints: vec![
                "what belongs to another target, like a sandbox, needs a target of its own".to_owned(),
            ],
        });
    }
    let known = driver.recorded();
    if let Some((other, _)) =
        known.iter().find(|(other, found)| *other == key || found.binding.product_id == *product_id)
    {
        return Err(ServiceError::Request {
            message: format!("what is on sale of `{other}` is recorded already"),
            hints: vec![
                "leave `--as-defined` out: what was recorded counts more than a definition".to_owned(),
            ],
        });
    }
    let mut product = wanted.desired.wanted().into_owned();
    let mut binding = ProductBinding { product_id: product_id.clone(), ..ProductBinding::default() };
    for (specification, code) in &asked.specifications {
        match code {
            None => {
                product.specifications.remove(specification);
            }
            Some(code) => {
                let skus = product.specifications.get(specification).map(|found| found.skus());
                let first = skus.and_then(|skus| skus.into_iter().next().cloned()).unwrap_or_default();
                let bound = binding.specifications.entry(specification.clone()).or_default();
                bound.skus.entry(first).or_default().sku_code.clone_from(code);
            }
        }
    }
    let binding = complete(&binding, &product);
    let codes = binding.specifications.iter().filter_map(|(specification, bound)| {
        Some((specification.clone(), Some(bound.skus.values().next()?.sku_code.clone())))
    });
    let absent = asked.specifications.iter().filter(|(_, code)| code.is_none()).cloned();
    let specifications = codes.chain(absent).collect();
    let recorded = crate::released::Recorded {
        product,
        status: crate::released::ProductStatus::OnSale,
        binding,
        discontinued: Default::default(),
        discontinued_skus: Default::default(),
        url: None,
        at: request.now,
        by: evidence::by(&workspace, asked.by.as_deref()),
        includes: Default::default(),
    };
    save(&planner, folder, &recorded)?;
    Ok(AdoptRequest { specifications, ..asked.clone() })
}

/// The change sheet of a submission once more.
#[derive(Debug, Clone)]
pub struct Reprint {
    /// The sheet.
    pub sheet: Sheet,
    /// Why nobody may enter it, as the rest of a sentence about it; `None` while it waits for that.
    pub void: Option<String>,
    /// Whether it reads otherwise than the sheet that was handed over.
    pub reads_otherwise: bool,
}

/// The change sheet of a submission once more, with whether it may still be entered.
///
/// # Errors
/// When the target is not at the console, the submission is not known, or ledger or files cannot be read.
pub fn change_sheet(request: &Request, id: &SubmissionId) -> Result<Reprint, ServiceError> {
    live(request, |planner, situation, plan, _| {
        console(planner.target)?;
        let story = pick(stories(&situation.events), id)?;
        let sheet = sheet::sheet(&story.submission, &desk(planner));
        let handed_over = situation.events.iter().rev().find_map(|event| match &event.kind {
            EventKind::HandedOver { submission, sheet } if *submission == story.row.id => Some(sheet),
            _ => None,
        });
        let digest = Digest::of_bytes(render::sheet_markdown(&sheet).as_bytes()).to_string();
        let reads_otherwise = handed_over.is_some_and(|known| *known != digest);
        let unwanted = plan.products.iter().any(|product| {
            product.key == story.row.product && product.standing == Standing::UnwantedInReview
        });
        let open = situation.records.history(&story.row.product).open;
        let open = open.filter(|open| open.submission.id == story.row.id);
        let void = match open.map(|open| open.review) {
            Some(Review::Pending) => Some("was submitted already".to_owned()),
            Some(_) if unwanted => Some("asks for what is no longer wanted".to_owned()),
            Some(_) => None,
            None if story.row.review.is_open() => Some("was recorded as not entered".to_owned()),
            None => Some(format!("is {} already", story.row.review.word())),
        };
        Ok(Reprint { sheet, void, reads_otherwise })
    })
}

/// A checklist of what is recorded as released for each of these products; of all when none is named.
///
/// # Errors
/// When the target is not at the console, or a product is not recorded as released.
pub fn checklists(request: &Request, products: &[Key]) -> Result<Vec<(Key, Sheet)>, ServiceError> {
    let workspace = super::workspace::open(request)?;
    let planner = Planner::new(&workspace, request)?;
    console(planner.target)?;
    let mut marketplace = Marketplace::open(&planner, request.now)?;
    let situation = planner.look(&mut marketplace, request.now)?;
    let released = &situation.released.products;
    if let Some(unknown) = products.iter().find(|key| !released.contains_key(*key)) {
        return Err(unrecorded(unknown, released.keys()));
    }
    let wanted = released.iter().filter(|(key, _)| products.is_empty() || products.contains(key));
    let desk = desk(&planner);
    Ok(wanted.map(|(key, product)| (key.clone(), sheet::checklist(product, &desk))).collect())
}

fn unrecorded<'a>(unknown: &Key, known: impl Iterator<Item = &'a Key>) -> ServiceError {
    let known: Vec<&str> = known.map(Key::as_str).collect();
    let hint = match known.is_empty() {
        true => "nothing is recorded as released at this target yet".to_owned(),
        false => format!("recorded are {}", known.join(", ")),
    };
    ServiceError::Request {
        message: format!("nothing is recorded as released of `{unknown}`"),
        hints: vec![hint],
    }
}

/// Records that somebody compared what is recorded with the console; all products when none is named.
///
/// # Errors
/// When the target is not at the console, a product is not recorded as released, or a file cannot be written.
pub fn confirm_recorded(
    request: &Request,
    products: &[Key],
    by: Option<&str>,
) -> Result<Recorded, ServiceError> {
    let workspace = super::workspace::open(request)?;
    let planner = Planner::new(&workspace, request)?;
    let folder = console(planner.target)?;
    let mut marketplace = Marketplace::open(&planner, request.now)?;
    planner.look(&mut marketplace, request.now)?;
    let Marketplace::Console(driver) = &marketplace else {
        return Err(refuse("this target is not at the console".to_owned()));
    };
    let known = driver.recorded();
    if let Some(unknown) = products.iter().find(|key| !known.contains_key(*key)) {
        return Err(unrecorded(unknown, known.keys()));
    }
    let by = evidence::by(&workspace, by);
    let mut count = 0;
    for (_, recorded) in known.iter().filter(|(key, _)| products.is_empty() || products.contains(key)) {
        let looked = crate::released::Recorded { at: request.now, by: by.clone(), ..recorded.clone() };
        save(&planner, folder, &looked)?;
        count += 1;
    }
    let what = if count == 1 { "1 product".to_owned() } else { format!("{count} products") };
    let were = if count == 1 { "was" } else { "were" };
    let sentence = format!(
        "Recorded that {what} {were} compared with the console. Commit the files, so that others see it."
    );
    let path = Some(folder.join(planner.target.name.as_str()));
    Ok(Recorded { sentence, path, next: Some(planner.invocation().command("plan")) })
}
