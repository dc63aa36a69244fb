//! Where outcomes of checks and plans are kept between runs.

use super::session::is_ci;
use camino::Utf8PathBuf;

/// The folder that `GALLERIST_CACHE` names, else one where the system wants such files. A machine of CI keeps nothing that
/// nobody asked for.
pub(crate) fn folder() -> Option<Utf8PathBuf> {
    let folder = |name: &str| {
        let value = std::env::var(name).ok().map(Utf8PathBuf::from);
        value.filter(|folder| folder.is_absolute())
    };
    if std::env::var_os("GALLERIST_CACHE").is_some() {
        return folder("GALLERIST_CACHE");
    }
    if is_ci() {
        return None;
    }
    let home = || folder("HOME").map(|home| home.join(".cache"));
    let system = folder("XDG_CACHE_HOME").or_else(|| folder("LOCALAPPDATA")).or_else(home);
    system.map(|system| system.join("gallerist"))
}
