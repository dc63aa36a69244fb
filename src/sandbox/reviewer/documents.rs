//! Documents: the copyright certificate, request templates (reference section 5).

use super::words::quoted;
use super::{Concern, Look, files};
use crate::model::{Asset, DeliveryMethod, FileKind, ProductField};
use crate::site::DocumentLimits;
use std::collections::BTreeSet;

pub(super) const CONCERNS: &[Concern] = &[
    Concern::new("certificate-missing", no_certificate),
    Concern::new("certificate-unsuitable", certificate),
    Concern::new("request-template-unsuitable", request_templates),
];

/// Products that are software of the seller's.
const SOFTWARE: &[DeliveryMethod] = &[DeliveryMethod::Image, DeliveryMethod::Saas, DeliveryMethod::License];

fn no_certificate(look: &Look<'_>) -> Vec<String> {
    let field = ProductField::Certificate;
    let missing = look.touches(field) && files(look.after, field).is_empty();
    if !missing || !SOFTWARE.contains(&look.after.delivery) {
        return Vec::new();
    }
    vec!["There is no software copyright certificate; attach the one of this software".to_owned()]
}

fn certificate(look: &Look<'_>) -> Vec<String> {
    let called = |_: &Asset| "The software copyright certificate".to_owned();
    each(look, ProductField::Certificate, called, &look.site.certificate)
}

fn request_templates(look: &Look<'_>) -> Vec<String> {
    if look.after.delivery != DeliveryMethod::ProfessionalService {
        return Vec::new();
    }
    let called = |file: &Asset| format!("The request template {}", quoted(&file.name));
    each(look, ProductField::RequestTemplates, called, &look.site.request_template)
}

/// What is wrong with the new documents of a field.
fn each(
    look: &Look<'_>,
    field: ProductField,
    called: impl Fn(&Asset) -> String,
    limits: &DocumentLimits,
) -> Vec<String> {
    let files = look.files(field).into_iter();
    files.flat_map(|file| file_faults(&called(file), file, &limits.formats, limits.bytes_max)).collect()
}

/// What is wrong with a file's kind and size.
pub(super) fn file_faults(
    called: &str,
    file: &Asset,
    formats: &BTreeSet<FileKind>,
    bytes_max: u64,
) -> Vec<String> {
    let mut faults = Vec::new();
    if !is_of(file, formats) {
        let kind = match file.kind {
            None | Some(FileKind::Other) => "of no known kind".to_owned(),
            Some(kind) => format!("a {} file", upper(kind)),
        };
        faults.push(format!("{called} is {kind}; wanted is {}", either(formats)));
    }
    let bytes = file.size_bytes;
    if bytes > bytes_max {
        faults.push(format!("{called} has {bytes} bytes; {bytes_max} ({}) is the most", round(bytes_max)));
    }
    faults
}

/// Whether a file is of one of these kinds. Of a file nobody looked into (an old record) only its name is known.
fn is_of(file: &Asset, formats: &BTreeSet<FileKind>) -> bool {
    let ending = || file.name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let named = |ending: String| {
        let ending = if ending == "jpeg" { "jpg" } else { ending.as_str() };
        formats.iter().any(|kind| kind.name() == ending)
    };
    match file.kind {
        Some(kind) => formats.contains(&kind),
        None => file.pixels.is_none() && ending().is_some_and(named),
    }
}

fn upper(kind: FileKind) -> String {
    kind.name().to_uppercase()
}

/// `PNG`, `JPG or PNG`, `JPG, PNG or GIF`.
fn either(formats: &BTreeSet<FileKind>) -> String {
    let names: Vec<String> = formats.iter().map(|kind| upper(*kind)).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => "no file".to_owned(),
    }
}

/// A limit as people say it.
fn round(bytes: u64) -> String {
    const MEGABYTE: u64 = 1 << 20;
    if bytes.is_multiple_of(MEGABYTE) {
        format!("{} MB", bytes / MEGABYTE)
    } else {
        format!("{} KB", bytes / 1024)
    }
}
