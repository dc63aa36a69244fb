//! Keys and addresses that are secrets: whether they are there and can be used. None is ever shown.

use super::{Patient, ledger};
use crate::config::{Address, Driver, Receiver, address_problem};
use crate::http::{Secret, SigningKey};
use crate::report::{Area, Examined, Health};
use crate::service::credentials::credentials;

const AREA: Area = Area::Credentials;

pub(super) fn look(patient: &Patient) {
    let Ok(workspace) = patient.open() else { return patient.unseen(AREA) };
    let Ok(target) = workspace.target(patient.request.target.as_ref()) else { return patient.unseen(AREA) };
    if let Some(name) = ledger::variable(&target.ledger) {
        let usable = variable(name)
            .and_then(|text| Secret::new(&text, name).map(drop).map_err(|error| error.to_string()));
        patient.tell(match usable {
            Ok(()) => {
                Examined::fine(AREA, "ledger-url", format!("the variable {name} holds the ledger's address"))
            }
            Err(why) => {
                let found = "nothing is planned or submitted without the ledger";
                Examined::wrong(Health::Error, AREA, "ledger-url", why, found)
                    .fix(format!("export {name}='postgresql://USER:PASSWORD@HOST:PORT/DATABASE'"))
            }
        });
    }
    let is_gateway = matches!(target.driver, Driver::Gateway { .. });
    if is_gateway {
        let variable = |name: &str| std::env::var(name).ok();
        patient.tell(match credentials(&target.name, workspace.tree.root(), &variable) {
            Ok(found) => {
                Examined::fine(AREA, "gateway-keys", format!("the gateway's keys come from {}", found.from))
            }
            Err(error) => {
                let (what, fixes) = super::told(&error);
                let why =
                    "nothing can be planned or submitted: the gateway is asked with signed requests only";
                let found = Examined::wrong(Health::Error, AREA, "gateway-keys", what, why);
                fixes.into_iter().fold(found, Examined::fix)
            }
        });
    }
    for receiver in &workspace.config.notify {
        patient.tell(receiver_of(receiver));
    }
    let any = ledger::variable(&target.ledger).is_some() || !workspace.config.notify.is_empty();
    if !any && !is_gateway && !patient.asked.orders {
        patient.tell(Examined::fine(AREA, "credentials", "gallerist.yaml asks for no secret"));
    }
}

/// What a variable of the environment holds.
fn variable(name: &str) -> Result<String, String> {
    let text = std::env::var(name).ok().filter(|text| !text.trim().is_empty());
    text.ok_or_else(|| format!("the environment variable {name} is not set"))
}

fn receiver_of(receiver: &Receiver) -> Examined {
    const WHY: &str = "this receiver is told nothing; runs go on without it";
    let wrong =
        |what: String, fix: String| Examined::wrong(Health::Warning, AREA, "notify", what, WHY).fix(fix);
    if let Address::Variable(name) = &receiver.address {
        let problem = match variable(name) {
            Ok(url) => {
                address_problem(url.trim()).map(|why| format!("{name} holds no usable address: {why}"))
            }
            Err(why) => Some(why),
        };
        if let Some(problem) = problem {
            return wrong(problem, format!("export {name}='https://...'"));
        }
    }
    let secret = &receiver.secret;
    let key = variable(secret)
        .and_then(|text| SigningKey::new(&text, secret).map(drop).map_err(|error| error.to_string()));
    match key {
        Ok(()) => Examined::fine(AREA, "notify", format!("the variable {secret} holds a key that signs")),
        Err(why) => wrong(why, format!("export {secret}=\"$(openssl rand -base64 32)\"")),
    }
}
