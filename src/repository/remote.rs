//! What a repository's remotes answer. They are only asked.

use super::Git;
use super::program::git;
use git2::Repository;

impl Git {
    /// Whether older commits were left out when it was cloned.
    #[must_use]
    pub fn is_shallow(&self) -> bool {
        self.repository.is_shallow()
    }

    /// Whether there is a remote with this name.
    #[must_use]
    pub fn has_remote(&self, name: &str) -> bool {
        self.repository.find_remote(name).is_ok()
    }

    /// Asks a remote for its branches.
    ///
    /// # Errors
    /// What git said, as a line without credentials.
    pub fn ask_remote(&self, name: &str) -> Result<(), String> {
        self.run(&["ls-remote", "--heads", "--", name])
    }

    /// Asks a remote whether it would take a branch; it is not sent. `false` where there is no commit to ask with.
    ///
    /// # Errors
    /// What git said, as a line without credentials.
    pub fn may_push(&self, name: &str, branch: &str) -> Result<bool, String> {
        let Ok(Some(head)) = self.head() else { return Ok(false) };
        // Forced, because it is not the branch's next commit; nothing is sent, so nothing is lost.
        let refspec = format!("+{head}:refs/heads/{branch}");
        let arguments =
            ["push", "--dry-run", "--porcelain", "--no-verify", "--no-signed", "--no-follow-tags"];
        self.run(&[&arguments[..], &["--recurse-submodules=no", "--", name, &refspec]].concat())
            .map(|()| true)
    }

    fn run(&self, arguments: &[&str]) -> Result<(), String> {
        let said = git(self.repository.path(), arguments, is_plain(&self.repository))?;
        if said.is_fine() { Ok(()) } else { Err(said.line()) }
    }
}

/// Whether ssh is called as git calls it by itself.
fn is_plain(repository: &Repository) -> bool {
    let config = repository.config().and_then(|mut config| config.snapshot());
    config.is_ok_and(|config| config.get_string("core.sshCommand").is_err())
}
