//! A folder that is opened once, so that the way to it need not be gone anew for each of the files in it.

use super::stamp::Stamp;
use camino::{Utf8Path, Utf8PathBuf};
use std::fs::File;

/// A folder, and the system's handle of it where there is one.
#[derive(Debug, Clone)]
pub struct Folder {
    path: Utf8PathBuf,
    #[cfg(target_os = "linux")]
    handle: Option<std::sync::Arc<std::os::fd::OwnedFd>>,
}

impl Folder {
    /// The folder at a path that ends in no link, for somebody who looks at many files in it: it stays open.
    #[must_use]
    pub fn open(path: Utf8PathBuf) -> Self {
        #[cfg(target_os = "linux")]
        {
            use rustix::fs::{Mode, OFlags, open};
            let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let handle = open(path.as_std_path(), flags, Mode::empty()).ok().map(std::sync::Arc::new);
            Self { path, handle }
        }
        #[cfg(not(target_os = "linux"))]
        Self { path }
    }

    /// The same for somebody who looks at a file or two; whoever names a thousand files has a thousand of these.
    #[must_use]
    pub fn at(path: Utf8PathBuf) -> Self {
        Self {
            path,
            #[cfg(target_os = "linux")]
            handle: None,
        }
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// The stamp of a regular file in it, as [`Stamp::of`] gives it.
    #[must_use]
    pub fn stamp(&self, path: &Utf8Path) -> Option<Stamp> {
        #[cfg(target_os = "linux")]
        if let Some(handle) = &self.handle {
            use rustix::fs::{AtFlags, FileType, StatxFlags, statx};
            let facts = StatxFlags::BASIC_STATS;
            match statx(handle, path.as_std_path(), AtFlags::SYMLINK_NOFOLLOW, facts) {
                Ok(found) => {
                    let is_file = FileType::from_raw_mode(found.stx_mode.into()).is_file();
                    return if is_file { Stamp::of_facts(&found) } else { None };
                }
                // A system that does not know this question is asked in the old way.
                Err(rustix::io::Errno::NOSYS) => {}
                Err(_) => return None,
            }
        }
        Stamp::of(&self.path.join(path))
    }

    /// Opens a regular file in it where no link is on the way, and gives its stamp: one step instead of one for each name.
    /// `None` where that is not so or not known; whoever asks takes the long way then.
    #[cfg(target_os = "linux")]
    pub(super) fn open_straight(&self, path: &Utf8Path) -> Option<(File, Stamp)> {
        use rustix::fs::{FileType, Mode, OFlags, ResolveFlags, fstat, openat2};
        let is_name = |name: &str| !name.is_empty() && !name.starts_with('.');
        if !path.as_str().split('/').all(is_name) {
            return None;
        }
        // Opening a pipe must not wait for a writer; it is closed again at once.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY | OFlags::NONBLOCK;
        let (handle, links) = (self.handle.as_ref()?, ResolveFlags::NO_SYMLINKS);
        let file = openat2(handle, path.as_std_path(), flags, Mode::empty(), links).ok()?;
        let found = fstat(&file).ok().filter(|found| FileType::from_raw_mode(found.st_mode).is_file())?;
        Some((File::from(file), Stamp::of_opened(&found)?))
    }

    /// Elsewhere there is no such step.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn open_straight(&self, _: &Utf8Path) -> Option<(File, Stamp)> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_those_of_the_whole_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
        std::fs::create_dir(path.join("below")).unwrap();
        for name in ["a", "below/b"] {
            std::fs::write(path.join(name), name).unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink("a", path.join("link")).unwrap();
        let folders = [Folder::open(path.clone()), Folder::at(path.clone())];
        for name in ["a", "below/b", "below", "link", "none", "below/none", "a/none"] {
            let (name, whole) = (Utf8Path::new(name), path.join(name));
            for folder in &folders {
                assert_eq!(folder.stamp(name), Stamp::of(&whole), "{name}");
            }
        }
        assert!(Stamp::of(&path.join("below/b")).is_some() || cfg!(not(unix)));
        let none = Folder::open(path.join("nowhere"));
        assert_eq!(none.stamp(Utf8Path::new("a")), None);
        assert!(none.open_straight(Utf8Path::new("a")).is_none());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn only_regular_files_within_are_opened_in_one_step() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
        std::fs::write(path.join("outside"), "outside").unwrap();
        let root = path.join("root");
        std::fs::create_dir_all(root.join("below")).unwrap();
        for name in ["a", "below/b", ".hidden"] {
            std::fs::write(root.join(name), name).unwrap();
        }
        std::os::unix::fs::symlink("a", root.join("link")).unwrap();
        std::os::unix::fs::symlink("below", root.join("folder-link")).unwrap();
        let made = std::process::Command::new("mkfifo").arg(root.join("pipe")).status().unwrap();
        assert!(made.success());
        let opened = Folder::open(root.clone());
        for name in ["a", "below/b"] {
            let stamp = opened.open_straight(Utf8Path::new(name)).map(|(_, stamp)| stamp);
            assert_eq!(stamp, opened.stamp(Utf8Path::new(name)), "{name}");
            assert_eq!(stamp.map(|stamp| stamp.size()), Some(name.len() as u64));
        }
        let outside = path.join("outside");
        for name in
            ["link", "folder-link/b", "below", "pipe", ".hidden", "../outside", outside.as_str(), "", "none"]
        {
            assert!(opened.open_straight(Utf8Path::new(name)).is_none(), "{name}");
        }
        // Another folder in its place is not taken for it: whoever asks takes the long way.
        std::fs::rename(&root, path.join("moved")).unwrap();
        std::fs::create_dir(&root).unwrap();
        std::fs::write(root.join("new"), "new").unwrap();
        assert!(opened.open_straight(Utf8Path::new("new")).is_none());
        assert_eq!(opened.stamp(Utf8Path::new("new")), None);
    }
}
