//! A branch that is offered for review: written into the object database, without a checkout. The index, the work tree and
//! what is not committed stay as they are.

use super::program::git as run_git;
use super::{Git, GitError};
use camino::Utf8PathBuf;
use git2::build::TreeUpdateBuilder;
use git2::{BranchType, Commit, ErrorCode, FileMode, Oid, Repository, Signature, Sort, Time};
use jiff::Timestamp;

/// The line of a commit's message that says who made it. What lacks it is a person's.
const TRAILER: &str = "Gallerist-Offer: accepted";

/// What is offered.
#[derive(Debug, Clone)]
pub struct Offer<'a> {
    /// The branch's name.
    pub branch: &'a str,
    /// The branch it is offered to.
    pub to: &'a str,
    /// Whole files, by their paths from the catalog's root.
    pub files: &'a [(Utf8PathBuf, String)],
    /// What the commit says.
    pub message: &'a str,
    /// When.
    pub at: Timestamp,
    /// The remote whose copy of the branch counts, too.
    pub remote: Option<&'a str>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// The branch's tip.
    pub commit: String,
    /// Whether it has a new commit.
    pub is_new: bool,
}

/// Why nothing was offered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OfferError {
    /// No branch can be called so.
    #[error("`{0}` is no name for a branch")]
    Name(String),
    /// It is the branch that it would be offered to.
    #[error("`{0}` is the branch that the change is offered to; name another one")]
    SameBranch(String),
    /// Somebody works on it.
    #[error("branch `{branch}` has commits of somebody else ({commit}); name another branch")]
    Others {
        /// The branch.
        branch: String,
        /// One of their commits.
        commit: String,
    },
    /// It is checked out: its files would stay behind.
    #[error("branch `{0}` is checked out; name another branch, or check out something else")]
    CheckedOut(String),
    /// Two copies of the branch went different ways.
    #[error("branch `{branch}` here and at `{remote}` have gone different ways; name another branch")]
    Parted {
        /// The branch.
        branch: String,
        /// The remote.
        remote: String,
    },
    /// Nobody says who commits.
    #[error("git knows no author: set `git config user.name` and `git config user.email`")]
    NoAuthor,
    /// It moved while the commit was made.
    #[error("branch `{0}` was moved at the same time; run this again")]
    Moved(String),
    /// The remote said no.
    #[error("branch `{branch}` is made, but cannot be pushed to `{remote}`: {said}")]
    NotPushed {
        /// The branch.
        branch: String,
        /// The remote.
        remote: String,
        /// What was said.
        said: String,
    },
    /// Anything else.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl From<git2::Error> for OfferError {
    fn from(error: git2::Error) -> Self {
        Self::Git(error.into())
    }
}

impl Git {
    /// Puts files onto a branch of their own, on top of the branch they are offered to. A branch that is there is followed
    /// up, never replaced, and only when every commit of it was made here.
    ///
    /// # Errors
    /// When the branch is somebody's, is checked out, or cannot be written.
    pub fn offer(&self, offer: &Offer<'_>) -> Result<Offered, OfferError> {
        let Offer { branch, to, files, message, at, .. } = offer;
        let name = (*branch).to_owned();
        if !git2::Branch::name_is_valid(branch).unwrap_or(false) {
            return Err(OfferError::Name(name));
        }
        if branch == to {
            return Err(OfferError::SameBranch(name));
        }
        let base = self.tip(to)?.commit;
        let own = self.own_branch(branch)?;
        let before = self.before(offer, own.as_ref())?;
        if let Some(tip) = &before {
            self.is_ours(branch, tip, &base)?;
        }
        let mut update = TreeUpdateBuilder::new();
        let base_tree = base.tree()?;
        for (path, text) in *files {
            let path = self.folder.join(path);
            let mode = base_tree.get_path(path.as_std_path()).map(|entry| entry.filemode());
            let is_executable = mode.is_ok_and(|mode| mode == i32::from(FileMode::BlobExecutable));
            let mode = if is_executable { FileMode::BlobExecutable } else { FileMode::Blob };
            update.upsert(path.as_str(), self.repository.blob(text.as_bytes())?, mode);
        }
        let tree = self.repository.find_tree(update.create_updated(&self.repository, &base_tree)?)?;
        let follows = |tip: &Commit<'_>| -> Result<bool, git2::Error> {
            Ok(tip.id() == base.id() || self.repository.graph_descendant_of(tip.id(), base.id())?)
        };
        let is_same = match &before {
            Some(tip) => tip.tree_id() == tree.id() && follows(tip)?,
            None => false,
        };
        let reference = format!("refs/heads/{branch}");
        let commit = match &before {
            Some(tip) if is_same => tip.id(),
            _ => {
                let mut parents: Vec<&Commit<'_>> = before.iter().collect();
                match &before {
                    Some(tip) if follows(tip)? => {}
                    _ => parents.push(&base),
                }
                let author = self.author(*at)?;
                let message = format!("{message}\n\n{TRAILER}\n");
                self.repository.commit(None, &author, &author, &message, &tree, &parents)?
            }
        };
        let log = "gallerist: accepted what is on sale";
        let moved = match own {
            Some(own) if own == commit => Ok(()),
            Some(own) => self.repository.reference_matching(&reference, commit, true, own, log).map(drop),
            None => self.repository.reference(&reference, commit, false, log).map(drop),
        };
        moved.map_err(|error| match error.code() {
            ErrorCode::Exists | ErrorCode::Modified | ErrorCode::Locked => OfferError::Moved(name),
            _ => error.into(),
        })?;
        Ok(Offered { commit: commit.to_string(), is_new: !is_same })
    }

    /// Pushes an offered branch, with the git program, which knows keys and tokens. What is there is never replaced.
    ///
    /// # Errors
    /// When the remote does not take it.
    pub fn push_offer(&self, branch: &str, remote: &str) -> Result<(), OfferError> {
        let refused = |said: String| OfferError::NotPushed {
            branch: branch.to_owned(),
            remote: remote.to_owned(),
            said,
        };
        if self.repository.find_remote(remote).is_err() {
            return Err(refused("there is no such remote".to_owned()));
        }
        let refspec = format!("refs/heads/{branch}:refs/heads/{branch}");
        let arguments = ["push", "--no-verify", "--no-signed", "--no-progress", "--", remote, &refspec];
        let asks_nobody = self.repository.config()?.get_string("core.sshCommand").is_err();
        let said = run_git(self.repository.path(), &arguments, asks_nobody).map_err(&refused)?;
        if said.is_fine() { Ok(()) } else { Err(refused(said.line())) }
    }

    /// The branch's tip here; refused where it is checked out.
    fn own_branch(&self, branch: &str) -> Result<Option<Oid>, OfferError> {
        let found = match self.repository.find_branch(branch, BranchType::Local) {
            Ok(found) => found,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if self.is_checked_out(&format!("refs/heads/{branch}"))? {
            return Err(OfferError::CheckedOut(branch.to_owned()));
        }
        Ok(Some(found.get().peel_to_commit()?.id()))
    }

    /// Whether any work tree of the repository has a branch checked out.
    fn is_checked_out(&self, reference: &str) -> Result<bool, OfferError> {
        let has = |repository: &Repository| {
            let head = repository.find_reference("HEAD");
            head.is_ok_and(|head| head.symbolic_target().is_ok_and(|target| target == Some(reference)))
        };
        if has(&self.repository) || Repository::open(self.repository.commondir()).is_ok_and(|main| has(&main))
        {
            return Ok(true);
        }
        let names = self.repository.worktrees()?;
        let others = names.iter().filter_map(|name| {
            let other = self.repository.find_worktree(name.ok().flatten()?).ok()?;
            Repository::open_from_worktree(&other).ok()
        });
        Ok(others.into_iter().any(|other| has(&other)))
    }

    /// What the branch holds already, here or as the remote had it when last fetched: the one of both that is further.
    fn before(&self, offer: &Offer<'_>, own: Option<&Oid>) -> Result<Option<Commit<'_>>, OfferError> {
        let there = offer.remote.map(|remote| format!("refs/remotes/{remote}/{}", offer.branch));
        let there = match there.map(|name| self.repository.find_reference(&name)) {
            None => None,
            Some(Ok(found)) => Some(found.peel_to_commit()?.id()),
            Some(Err(error)) if error.code() == ErrorCode::NotFound => None,
            Some(Err(error)) => return Err(error.into()),
        };
        let tip = match (own.copied(), there) {
            (Some(own), Some(there)) if own != there => {
                if self.repository.graph_descendant_of(own, there)? {
                    Some(own)
                } else if self.repository.graph_descendant_of(there, own)? {
                    Some(there)
                } else {
                    return Err(OfferError::Parted {
                        branch: offer.branch.to_owned(),
                        remote: offer.remote.unwrap_or_default().to_owned(),
                    });
                }
            }
            (own, there) => own.or(there),
        };
        Ok(tip.map(|tip| self.repository.find_commit(tip)).transpose()?)
    }

    /// Refuses a branch with a commit that a person made, beside those of the branch it is offered to.
    fn is_ours(&self, branch: &str, tip: &Commit<'_>, base: &Commit<'_>) -> Result<(), OfferError> {
        let mut walk = self.repository.revwalk()?;
        walk.set_sorting(Sort::TOPOLOGICAL)?;
        walk.push(tip.id())?;
        walk.hide(base.id())?;
        let mut is_empty = true;
        for commit in walk {
            is_empty = false;
            let commit = self.repository.find_commit(commit?)?;
            let message = String::from_utf8_lossy(commit.message_bytes());
            if !message.lines().any(|line| line.trim_end() == TRAILER) {
                return Err(others(branch, &commit));
            }
        }
        // A branch without a commit of its own is somebody's, too, unless what we made was merged.
        let message = String::from_utf8_lossy(tip.message_bytes());
        match is_empty && !message.lines().any(|line| line.trim_end() == TRAILER) {
            true => Err(others(branch, tip)),
            false => Ok(()),
        }
    }

    fn author(&self, at: Timestamp) -> Result<Signature<'static>, OfferError> {
        let config = self.repository.config()?;
        let text = |name: &str| config.get_string(name).ok().filter(|text| !text.trim().is_empty());
        let (Some(name), Some(email)) = (text("user.name"), text("user.email")) else {
            return Err(OfferError::NoAuthor);
        };
        Signature::new(&name, &email, &Time::new(at.as_second(), 0)).map_err(|_| OfferError::NoAuthor)
    }
}

fn others(branch: &str, commit: &Commit<'_>) -> OfferError {
    let commit = commit.id().to_string();
    OfferError::Others { branch: branch.to_owned(), commit: commit.get(..12).unwrap_or_default().to_owned() }
}
