//! Files and folders that commands write.

use super::Patient;
use crate::config::{Driver, LedgerStore};
use crate::report::{Area, Examined, Health};
use camino::{Utf8Path, Utf8PathBuf};
use std::process::{Command, Stdio};

const AREA: Area = Area::Files;

pub(super) fn look(patient: &Patient) {
    let Ok(workspace) = patient.open() else { return patient.unseen(AREA) };
    let Ok(target) = workspace.target(patient.request.target.as_ref()) else { return patient.unseen(AREA) };
    let mut places: Vec<(&str, Utf8PathBuf, Health)> = Vec::new();
    match &target.driver {
        Driver::Sandbox { path } => places.push(("the sandbox", path.clone(), Health::Error)),
        Driver::Console { sheets, released, .. } => {
            places.push(("the folder of change sheets", sheets.clone(), Health::Error));
            places.push(("the folder of recorded states", released.clone(), Health::Error));
        }
        Driver::Gateway { .. } => {}
    }
    match &target.ledger {
        LedgerStore::Sqlite { path, .. } => places.push(("the ledger", path.clone(), Health::Error)),
        LedgerStore::Git { .. } | LedgerStore::Postgres { .. } => {}
    }
    places.push(("the folder of approvals", workspace.config.approvals.clone(), Health::Note));
    for (what, path, health) in places {
        let root = workspace.tree.root();
        match refusing(root, &path) {
            None => patient.tell(Examined::fine(
                AREA,
                "files-writable",
                format!("{what} can be written ({path})"),
            )),
            Some(place) => {
                let shown = place.strip_prefix(root).ok().filter(|path| !path.as_str().is_empty());
                let shown = shown.unwrap_or(Utf8Path::new("."));
                let said = format!("{what} ({path}) cannot be written: this user may not write {shown}");
                let why = "commands that only look work; those that record or submit something fail";
                let found = Examined::wrong(health, AREA, "files-writable", said, why);
                patient.tell(found.fix(format!("chown -R \"$(id -un)\" {place}")));
            }
        }
    }
}

/// What stands in the way of writing at a path: itself, or the nearest folder that is there.
fn refusing(root: &Utf8Path, path: &Utf8Path) -> Option<Utf8PathBuf> {
    let place = root.join(path);
    let there = place.ancestors().find(|place| std::fs::symlink_metadata(place).is_ok())?;
    let is_expected = there == place || there.is_dir();
    // A file is written beside its journal.
    let folder = there.parent().filter(|_| there == place && there.is_file());
    let all = [Some(there), folder].into_iter().flatten();
    let mut refusing = all.filter(|place| !is_expected || !is_writable(place));
    refusing.next().map(Utf8Path::to_owned)
}

/// Whether this user may write there, as the system sees it; asked without writing. Where nobody can say, it is taken for so.
fn is_writable(place: &Utf8Path) -> bool {
    if !std::fs::metadata(place).is_ok_and(|found| !found.permissions().readonly()) {
        return false;
    }
    let asked = Command::new("test").arg("-w").arg(place).stdin(Stdio::null()).status();
    asked.map_or(true, |status| status.code() != Some(1))
}
