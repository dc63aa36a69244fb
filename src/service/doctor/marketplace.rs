//! Where products are sold: whether it can be asked, and what it answers.

use super::Patient;
use crate::config::{Driver, FILE_NAME};
use crate::http::sdk_hmac::SKEW_MAX;
use crate::marketplace::{MarketplaceError, Observe};
use crate::report::{Area, Examined, Health};
use crate::service::marketplace::Marketplace;
use crate::service::planning::Planner;
use camino::Utf8Path;
use jiff::SignedDuration;

const AREA: Area = Area::Marketplace;
/// How far apart clocks may be before anybody is told; signatures are taken up to three times as far.
pub(super) const APART_MAX: SignedDuration = SignedDuration::from_mins(5);

pub(super) fn look(patient: &Patient) {
    patient.with_planner(AREA, |planner| match &planner.target.driver {
        Driver::Sandbox { path } => sandbox(patient, planner, path),
        Driver::Console { sheets, released, .. } => console(patient, planner, sheets, released),
        Driver::Gateway { url, certificates } => gateway(patient, planner, url, certificates.as_deref()),
    });
}

fn sandbox(patient: &Patient, planner: &Planner<'_>, path: &Utf8Path) {
    let file = planner.workspace.tree.root().join(path);
    if std::fs::symlink_metadata(&file).is_err() {
        let what = format!("the sandbox was never used; the first run begins it ({path})");
        return patient.tell(Examined::fine(AREA, "sandbox", what));
    }
    let now = patient.request.now;
    let looked = Marketplace::reading(planner, now).and_then(|driver| Ok((driver.now()?, driver.observe()?)));
    match looked {
        Ok((at, observation)) => {
            let products = observation.products.len();
            let what = format!("the sandbox in {path} can be asked; products on sale: {products}");
            patient.tell(Examined::fine(AREA, "sandbox", what));
            if at.duration_since(now).abs() > APART_MAX {
                let what = format!("the sandbox's clock was set forward: it is {at} there");
                let why = "what you see in it lies in the future; nothing is wrong with that";
                let found = Examined::wrong(Health::Note, AREA, "sandbox-clock", what, why);
                patient.tell(found.fix(patient.command("sandbox reset")));
            }
        }
        Err(error) => {
            let why = "nothing can be planned or submitted";
            let found = Examined::wrong(Health::Error, AREA, "sandbox", error.in_short(), why);
            patient.tell(found.fix(format!("rm {path} && {}", patient.command("sandbox reset"))));
        }
    }
}

fn console(patient: &Patient, planner: &Planner<'_>, sheets: &Utf8Path, released: &Utf8Path) {
    let root = planner.workspace.tree.root();
    for (name, what, path) in
        [("console-sheets", "change sheets", sheets), ("console-released", "recorded states", released)]
    {
        let folder = root.join(path);
        match std::fs::metadata(&folder) {
            Ok(found) if found.is_dir() => {
                let found = format!("the folder of {what} is there ({path})");
                patient.tell(Examined::fine(AREA, name, found));
            }
            Ok(_) => {
                let found = format!("{path} is no folder, and {what} stand there");
                let why = "they cannot be written and read";
                let found = Examined::wrong(Health::Error, AREA, name, found, why);
                patient.tell(found.fix(format!("mv {path} {path}.old")));
            }
            Err(_) => {
                let found = format!("the folder of {what} comes with the first of them ({path})");
                patient.tell(Examined::fine(AREA, name, found));
            }
        }
    }
    let looked = Marketplace::reading(planner, patient.request.now).and_then(|driver| Ok(driver.observe()?));
    match looked {
        Ok(observation) => {
            let what =
                format!("what is recorded as released can be read; products: {}", observation.products.len());
            patient.tell(Examined::fine(AREA, "console-record", what));
        }
        Err(error) => {
            let (what, fixes) = super::told(&error);
            let why = "nothing can be planned while it is not known what is on sale";
            let found = Examined::wrong(Health::Error, AREA, "console-record", what, why);
            patient
                .tell(fixes.into_iter().fold(found, Examined::fix).fix(format!("git log -p -- {released}")));
        }
    }
}

fn gateway(patient: &Patient, planner: &Planner<'_>, url: &str, certificates: Option<&Utf8Path>) {
    if url.starts_with("https://") {
        patient.tell(Examined::fine(AREA, "gateway-address", format!("{url} is asked over TLS")));
    } else {
        let what = format!("{url} is asked without encryption");
        let why = "that is for a gateway on this machine only, to try things out";
        let found = Examined::wrong(Health::Note, AREA, "gateway-address", what, why);
        patient.tell(found.fix(format!("{FILE_NAME}: write `url: https://...`")));
    }
    if let Some(path) = certificates {
        let file = planner.workspace.tree.root().join(path);
        match std::fs::read_to_string(&file) {
            Ok(text) if text.contains("-----BEGIN CERTIFICATE-----") => {
                let what = format!("{path} holds those who may vouch for it");
                patient.tell(Examined::fine(AREA, "gateway-certificates", what));
            }
            Ok(_) => uncertified(patient, path, "there is no certificate in it"),
            Err(error) => uncertified(patient, path, &error.to_string()),
        }
    }
    let asked =
        Marketplace::reading(planner, patient.request.now).and_then(|driver| Ok((driver.now()?, driver)));
    match asked {
        Ok((at, driver)) => {
            let capabilities = driver.capabilities();
            let what = format!(
                "{url} answers a signed request; submissions in one question: {}, fences: {}",
                capabilities.ids_per_question,
                if capabilities.checks_fences { "checked" } else { "not checked" }
            );
            patient.tell(Examined::fine(AREA, "gateway", what));
            let ahead = at.duration_since(jiff::Timestamp::now());
            // A signature was taken, so that the clocks of the two machines agree.
            if ahead > SKEW_MAX {
                let what = format!("the clock behind {url} was set forward: it is {at} there");
                let why = "what is seen there lies in the future; signatures are taken, so nothing is wrong with that";
                patient.tell(Examined::wrong(Health::Note, Area::Clock, "gateway-clock", what, why));
            } else {
                skew(patient, "gateway-clock", url, ahead);
            }
        }
        Err(error) => {
            let (what, fixes) = super::told(&error);
            let why = "nothing can be planned or submitted";
            let found = Examined::wrong(Health::Error, AREA, "gateway", what, why);
            let found = fixes.into_iter().fold(found, Examined::fix);
            patient.tell(found.fix(match &error {
                super::ServiceError::Marketplace(MarketplaceError::Denied(_)) => {
                    "give the environment the right keys, and see that the clock is right".to_owned()
                }
                _ => format!("curl --verbose {url}"),
            }));
        }
    }
}

fn uncertified(patient: &Patient, path: &Utf8Path, reason: &str) {
    let what = format!("the certificates in {path} cannot be used: {reason}");
    let why = "the gateway cannot be trusted, so it is not asked";
    let found = Examined::wrong(Health::Error, AREA, "gateway-certificates", what, why);
    patient.tell(found.fix(format!("openssl x509 -in {path} -noout -subject")));
}

/// What a clock elsewhere means for this one.
pub(super) fn skew(patient: &Patient, name: &'static str, whose: &str, ahead: SignedDuration) {
    let apart = ahead.abs();
    let which = if ahead.is_negative() { "ahead of" } else { "behind" };
    if apart <= APART_MAX {
        let what = format!("this machine's clock and that of {whose} agree");
        return patient.tell(Examined::fine(Area::Clock, name, what));
    }
    let what = format!("this machine's clock is {} min {which} that of {whose}", apart.as_mins());
    let why = "signatures that are more than 15 minutes off are refused, and reviews seem late or early";
    let found = Examined::wrong(Health::Error, Area::Clock, name, what, why);
    patient.tell(found.fix("timedatectl set-ntp true"));
}
