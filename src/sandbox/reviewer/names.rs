//! Names of products and specifications, and the version (reference section 5, R110).

use super::words::{begins, first, places, price, quoted, seen, telephone, version};
use super::{Concern, Look};
use crate::model::{Key, ProductField, SpecificationField};
use crate::sandbox::SpecificationRow;
use crate::site::SiteProfile;

pub(super) const CONCERNS: &[Concern] = &[
    Concern::new("specification-name-borrows-platform", specification_borrows).of_rules(&[110]),
    Concern::new("specification-name-bare", specification_bare).of_rules(&[110]),
    Concern::new("specification-name-invites-contact", specification_invites).of_rules(&[110]),
    Concern::new("name-missing", unseen),
    Concern::new("product-name-unlike-certificate", unlike_certificate),
    Concern::new("product-name-exaggerated", exaggerated),
    Concern::new("product-name-borrows-platform", borrows),
    Concern::new("product-name-with-details", details),
    Concern::new("stack-edition-misnamed", stack_edition),
    Concern::new("version-not-numbered", numbered),
];

fn unseen(look: &Look<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    let name = look.after.fields.text(ProductField::Name).unwrap_or_default();
    if look.touches(ProductField::Name) && seen(name).is_empty() {
        faults.push("The product has no name that one can see; give the one buyers know".to_owned());
    }
    let unseen = |row: &SpecificationRow| {
        seen(row.fields.text(SpecificationField::Name).unwrap_or_default()).is_empty()
    };
    let held = |key: &Key| look.before.and_then(|before| before.specifications.get(key));
    let found = look.after.live().filter(|(key, row)| unseen(row) && !held(key).is_some_and(unseen));
    faults.extend(found.map(|(key, _)| {
        format!("The specification {} has no name that one can see; name what is in it", quoted(key.as_str()))
    }));
    faults
}

/// One sentence per specification name that fails.
fn each(look: &Look<'_>, fault: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let names = look.specification_names();
    names
        .into_iter()
        .filter_map(|name| Some(format!("The specification name {} {}", quoted(name), fault(name)?)))
        .collect()
}

/// A sentence about the product's name if it is touched and fails.
fn product(look: &Look<'_>, fault: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let name = look.text(ProductField::Name);
    let fault = name.and_then(|name| Some(format!("The product name {} {}", quoted(name), fault(name)?)));
    fault.into_iter().collect()
}

fn specification_borrows(look: &Look<'_>) -> Vec<String> {
    each(look, |name| {
        let found = first(&seen(name), look.site.words.platform_names.words())?;
        Some(format!("borrows the name {}; a specification is named after what is in it", quoted(found)))
    })
}

/// Words that only say that something is a specification.
const BARE: &[&str] = &["specification", "specifications", "spec", "specs", "sku", "规格"];

/// Numerals that tell nothing either.
const NUMERALS: &[char] = &['一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];

fn specification_bare(look: &Look<'_>) -> Vec<String> {
    each(look, |name| {
        let name = seen(name);
        let rest = BARE.iter().filter_map(|word| name.strip_prefix(word)).min_by_key(|rest| rest.len())?;
        let parted = rest.trim_start_matches([' ', '-', '_', '#', '.', ':', '№']);
        let is_number =
            |text: &str| text.chars().all(|found| found.is_ascii_digit() || NUMERALS.contains(&found));
        let is_letter = parted != rest
            && parted.len() == 1
            && parted.starts_with(|found: char| found.is_ascii_alphabetic());
        (is_number(parted) || is_letter)
            .then(|| "does not tell what buyers get; name what sets the specification apart".to_owned())
    })
}

fn specification_invites(look: &Look<'_>) -> Vec<String> {
    each(look, |name| {
        let name = seen(name);
        if let Some(number) = telephone(&name) {
            return Some(format!("holds the telephone number {}; leave it out", quoted(number)));
        }
        let found = first(&name, look.site.words.invitations.words())?;
        Some(format!("says {}; buyers must not have to ask, so leave it out", quoted(found)))
    })
}

/// A product's edition for Huawei Cloud Stack ends like this, by the language of its name.
const STACK_ENDINGS: &[&str] = &[" (HCS Version)", "（HCS版）"];

/// How one software that is sold in several kinds is told apart (F-NAME): no part of the software's own name.
const KIND_ENDINGS: &[&str] = &["SaaS版", "独立部署"];

fn unlike_certificate(look: &Look<'_>) -> Vec<String> {
    let (name, certificate) = (ProductField::Name, ProductField::CertificateName);
    if !look.touches(name) && !look.touches(certificate) {
        return Vec::new();
    }
    let (Some(name), Some(software)) = (look.after.fields.text(name), look.after.fields.text(certificate))
    else {
        return Vec::new();
    };
    let core = |text: &str| {
        let text = text.trim();
        let endings = STACK_ENDINGS.iter().chain(KIND_ENDINGS);
        let cut = endings.into_iter().find_map(|ending| text.strip_suffix(ending.trim_start()));
        seen(cut.unwrap_or(text)).replace(' ', "")
    };
    if core(name) == core(software) {
        return Vec::new();
    }
    vec![format!(
        "The product name {} is not the software's name on the copyright certificate, {}; both must be the same",
        quoted(name),
        quoted(software)
    )]
}

fn exaggerated(look: &Look<'_>) -> Vec<String> {
    product(look, |name| {
        let found = first(&seen(name), look.site.words.superlatives.words())?;
        Some(format!("exaggerates with {}; say what the product is", quoted(found)))
    })
}

/// What follows each of the platform's names in a seen name, with the name.
fn after_platform<'n, 'w>(site: &'w SiteProfile, name: &'n str) -> Vec<(&'w str, &'n str)> {
    let words = site.words.platform_names.words().iter();
    let rests = words.flat_map(|word| {
        let ends = places(name, word).into_iter().filter_map(|(_, end)| name.get(end..));
        ends.map(move |rest| (word.as_str(), rest))
    });
    rests.collect()
}

/// Whether a platform's name goes on as the name of the platform for private data centres.
fn goes_on_as_stack(rest: &str) -> bool {
    begins(rest.strip_prefix(' ').unwrap_or(rest), "stack")
}

fn borrows(look: &Look<'_>) -> Vec<String> {
    product(look, |name| {
        let name = seen(name);
        let (found, _) =
            after_platform(look.site, &name).into_iter().find(|(_, rest)| !goes_on_as_stack(rest))?;
        Some(format!("borrows the name {}; leave the platform's name out", quoted(found)))
    })
}

fn details(look: &Look<'_>) -> Vec<String> {
    product(look, |name| {
        let name = seen(name);
        let found = price(&name)
            .map(|found| ("price", found))
            .or_else(|| telephone(&name).map(|found| ("telephone number", found)))
            .or_else(|| version(&name).map(|found| ("version", found)));
        found.map(|(what, found)| {
            format!("holds the {what} {}; a name only says what the product is", quoted(found))
        })
    })
}

fn stack_edition(look: &Look<'_>) -> Vec<String> {
    product(look, |name| {
        let plain = seen(name);
        let speaks = !places(&plain, "hcs").is_empty()
            || after_platform(look.site, &plain).into_iter().any(|(_, rest)| goes_on_as_stack(rest));
        let ends = STACK_ENDINGS.iter().any(|ending| name.trim_end().ends_with(ending));
        (speaks && !ends).then(|| {
            "speaks of Huawei Cloud Stack; an edition for it is named \"... (HCS Version)\" or \"...（HCS版）\"".to_owned()
        })
    })
}

fn numbered(look: &Look<'_>) -> Vec<String> {
    let version = look.text(ProductField::Version);
    let wrong = version.filter(|version| !is_numbered(version));
    wrong
        .map(|version| format!("The version {} is not numbered like \"V1.0\"", quoted(version)))
        .into_iter()
        .collect()
}

/// `V1`, `V2.0`, `V10.0.3`: no leading zero, nothing else.
fn is_numbered(version: &str) -> bool {
    let Some(numbers) = version.strip_prefix('V').filter(|rest| !rest.starts_with('0')) else { return false };
    numbers.split('.').all(|part| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit()))
}
