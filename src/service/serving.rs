//! The sandbox of a target as an account that is served.

use super::released::every_text;
use super::workspace::{Workspace, open, request as refuse};
use super::{Request, ServiceError};
use crate::config::Driver;
use crate::repository::Assets;
use crate::served::{Elsewhere, KEYS_FILE, Seller, account};
use camino::Utf8PathBuf;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long the files of the catalog are taken to be those that they were.
const FRESH: Duration = Duration::from_secs(10);

/// The account of a target's own sandbox, called like the catalog, and where its key pair stands.
///
/// # Errors
/// When the target's marketplace is no sandbox, or it cannot be used.
pub fn sandbox_account(request: &Request) -> Result<(Seller, Utf8PathBuf), ServiceError> {
    let workspace = open(request)?;
    let target = workspace.target(request.target.as_ref())?;
    let Driver::Sandbox { path } = &target.driver else {
        return Err(ServiceError::Request {
            message: format!("target `{}` is {}, not in a sandbox", target.name, target.driver.place()),
            hints: vec![
                "`gallerist sandbox serve --data FOLDER --seller NAME` serves a sandbox beside it".to_owned(),
            ],
        });
    };
    let keys = Utf8PathBuf::from(".gallerist").join(KEYS_FILE);
    workspace.prepare_state(path)?;
    workspace.prepare_state(&keys)?;
    let root = workspace.tree.root();
    let keys = root.join(keys);
    let seller = account(&workspace.config.name, &target.profile, &root.join(path), &keys, files(request));
    Ok((seller.map_err(|error| refuse(error.to_string()))?, keys))
}

/// The files that definitions name, by the digest of their content.
fn files(request: &Request) -> Elsewhere {
    let request = request.clone();
    let known: Mutex<Option<(Instant, BTreeMap<String, Place>)>> = Mutex::new(None);
    Box::new(move |digest| {
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        // What stands there now is compared with the digest by whoever asks, so only what is not known is looked for anew.
        let is_fresh = known
            .as_ref()
            .is_some_and(|(since, places)| places.contains_key(digest) || since.elapsed() < FRESH);
        let workspace = open(&request).ok()?;
        if !is_fresh {
            *known = Some((Instant::now(), places(&workspace)));
        }
        let Place { definition, written } = known.as_ref()?.1.get(digest)?;
        Assets::new(&*workspace.files).bytes(definition, written).ok()
    })
}

/// Where a file is named: in which definition, and how.
struct Place {
    definition: Utf8PathBuf,
    written: String,
}

fn places(workspace: &Workspace) -> BTreeMap<String, Place> {
    let assets = Assets::new(&*workspace.files);
    let (catalog, _) = workspace.read(&[]);
    let mut places = BTreeMap::new();
    for definition in catalog.definitions() {
        every_text(definition.tree().root(), &mut |written| {
            if let Ok(asset) = assets.asset(&definition.path, written) {
                let place = Place { definition: definition.path.clone(), written: written.to_owned() };
                places.insert(asset.digest, place);
            }
        });
    }
    places
}
