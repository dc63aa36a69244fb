//! Real git repositories: a bare remote and clones of it.

use camino::Utf8PathBuf;
use gallerist::stores::GitLedger;
use std::path::PathBuf;
use std::process::Command;

/// The branch of all ledgers here.
pub(crate) const BRANCH: &str = "gallerist/ledger";

/// A folder with a bare repository, and clones of it.
pub(crate) struct Clones {
    folder: tempfile::TempDir,
}

impl Clones {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        git2::Repository::init_bare(folder.path().join("remote.git")).unwrap();
        Self { folder }
    }

    /// The bare repository's folder.
    pub(crate) fn remote(&self) -> PathBuf {
        self.folder.path().join("remote.git")
    }

    /// A repository that has the bare one as its `origin`, or the one that was made under this name before.
    pub(crate) fn clone(&self, name: &str) -> Utf8PathBuf {
        let path = self.alone(name);
        let repository = git2::Repository::open(&path).unwrap();
        if repository.find_remote("origin").is_err() {
            repository.remote("origin", self.remote().to_str().unwrap()).unwrap();
        }
        path
    }

    /// A repository without a remote.
    pub(crate) fn alone(&self, name: &str) -> Utf8PathBuf {
        let path = self.folder.path().join(name);
        if !path.exists() {
            git2::Repository::init(&path).unwrap();
        }
        Utf8PathBuf::from_path_buf(path.canonicalize().unwrap()).unwrap()
    }

    /// The ledger of a repository, opened as by a new process.
    pub(crate) fn ledger(path: &Utf8PathBuf) -> GitLedger {
        GitLedger::open(path, BRANCH, Some("origin"), super::hour(0)).unwrap()
    }

    /// What git says in a folder.
    #[track_caller]
    pub(crate) fn git(folder: impl AsRef<std::path::Path>, arguments: &[&str]) -> String {
        let who = ["-c", "user.name=Ann", "-c", "user.email=ann@acme.example", "-c", "commit.gpgSign=false"];
        let output = Command::new("git").arg("-C").arg(folder.as_ref()).args(who).args(arguments).output();
        let output = output.unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
        assert!(output.status.success(), "git {arguments:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    /// Changes a file on the ledger's branch of a repository, by a commit of its own.
    pub(crate) fn edit(repository: impl AsRef<std::path::Path>, file: &str, from: &str, to: &str) {
        let repository = git2::Repository::open(repository).unwrap();
        let branch = format!("refs/heads/{BRANCH}");
        let tip = repository.find_reference(&branch).unwrap().peel_to_commit().unwrap();
        let tree = tip.tree().unwrap();
        let entry = tree.get_path(std::path::Path::new(file)).unwrap();
        let text = String::from_utf8(repository.find_blob(entry.id()).unwrap().content().to_vec()).unwrap();
        assert!(text.contains(from), "{from} is not in {text}");
        let blob = repository.blob(text.replacen(from, to, 1).as_bytes()).unwrap();
        let mut update = git2::build::TreeUpdateBuilder::new();
        update.upsert(file, blob, git2::FileMode::Blob);
        let tree = repository.find_tree(update.create_updated(&repository, &tree).unwrap()).unwrap();
        let who = git2::Signature::now("Eve", "eve@acme.example").unwrap();
        repository.commit(Some(&branch), &who, &who, "by hand", &tree, &[&tip]).unwrap();
    }

    /// Puts a hook into the bare repository.
    pub(crate) fn hook(&self, name: &str, script: &str) {
        let path = self.remote().join("hooks").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
}
