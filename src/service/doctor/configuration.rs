//! `gallerist.yaml`, the definitions, and what editors were told of them.

use super::Patient;
use crate::diagnostic::Severity;
use crate::report::{Area, Examined, Health};
use crate::service::ServiceError;

const AREA: Area = Area::Configuration;
/// Where editors are told to look for schemas.
const SCHEMAS: &str = "schemas";

pub(super) fn look(patient: &Patient) {
    let workspace = match patient.open() {
        Ok(workspace) => workspace,
        Err(error) => {
            let (what, fixes) = super::told(&error);
            let why = "no command works without it";
            let found = Examined::wrong(Health::Error, AREA, "configuration", what, why);
            let command = match error {
                ServiceError::Request { .. } => "gallerist init",
                _ => "gallerist check",
            };
            return patient.tell(fixes.into_iter().fold(found.fix(command), Examined::fix));
        }
    };
    match workspace.target(patient.request.target.as_ref()) {
        Ok(target) => {
            let (site, place) = (&target.profile.name, target.driver.place());
            let what = format!("gallerist.yaml is in order: `{}` is site `{site}`, {place}", target.name);
            patient.tell(Examined::fine(AREA, "configuration", what));
        }
        Err(error) => {
            let (what, fixes) = super::told(&error);
            let found =
                Examined::wrong(Health::Error, AREA, "configuration", what, "there is nothing to look at");
            patient.tell(fixes.into_iter().fold(found, Examined::fix));
        }
    }
    definitions(patient);
    for (name, text) in super::super::schemas() {
        let path = workspace.tree.root().join(SCHEMAS).join(format!("{name}.schema.json"));
        let Ok(there) = std::fs::read_to_string(&path) else { continue };
        let path = format!("{SCHEMAS}/{name}.schema.json");
        if there == text {
            patient.tell(Examined::fine(AREA, "editor-schema", format!("{path} is of this version")));
        } else {
            let what = format!("{path} is of another version of gallerist");
            let why = "editors underline what is right, and complete what is not known";
            let found = Examined::wrong(Health::Note, AREA, "editor-schema", what, why);
            patient.tell(found.fix(format!("gallerist schema {name} > {path}")));
        }
    }
}

fn definitions(patient: &Patient) {
    let checked = match super::super::check(&patient.request, &[], &[]) {
        Ok(checked) => checked,
        Err(error) => {
            let (what, fixes) = super::told(&error);
            let found = Examined::wrong(Health::Error, AREA, "definitions", what, "nothing can be planned");
            return patient.tell(fixes.into_iter().fold(found.fix("gallerist check"), Examined::fix));
        }
    };
    let found = &checked.diagnostics;
    let count = |severity| found.list.iter().filter(|found| found.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    if errors > 0 {
        let first = found.in_short().unwrap_or_default();
        let what = format!("errors in definitions: {errors}; the first: {first}");
        let why = "products with errors are left alone until they are mended";
        let examined = Examined::wrong(Health::Error, AREA, "definitions", what, why);
        return patient.tell(examined.fix(patient.command("check")));
    }
    let products = checked.products;
    let what = match warnings {
        0 => format!("definitions are in order; products: {products}"),
        _ => format!("definitions can be applied; products: {products}, warnings: {warnings}"),
    };
    patient.tell(Examined::fine(AREA, "definitions", what));
}
