//! Accepting what somebody else changed on a branch of its own, for a reverse pull request. Nothing is recorded: once it is
//! merged, the definition says what is on sale, and there is no drift any more.

use super::accept::{Chosen, DriftChoice, left_to_a_person, names, rewritten};
use super::planning::Planner;
use super::revision;
use super::workspace::{no_product, request as refuse};
use super::{Recorded, Request, ServiceError};
use crate::repository::{Git, Offer};

/// Where accepted values go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferRequest {
    /// Which drift.
    pub choice: DriftChoice,
    /// The branch to write.
    pub branch: String,
    /// The remote to push it to.
    pub push: Option<String>,
}

/// Writes the released values of what drifted into the definitions, on a branch of its own, as a commit on top of the
/// target's branch.
///
/// # Errors
/// When there is no git, a product or item is unknown, the branch is somebody's, or it cannot be written or pushed. What
/// was written before a push failed stays.
pub fn offer(request: &Request, asked: &OfferRequest) -> Result<Recorded, ServiceError> {
    let here = super::workspace::open(request)?;
    let to = here.target(request.target.as_ref())?.branch.clone();
    let Some(git) = &here.git else {
        return Err(refuse("the catalog is in no git repository, so there are no branches".to_owned()));
    };
    let tip = git.tip(&to).map_err(|error| revision::failed(&error))?.commit();
    let workspace = revision::open(request, &tip)?;
    let planner = Planner::new(&workspace, request)?;
    if !workspace.asks_as_here(planner.target) {
        return Err(refuse(format!(
            "gallerist.yaml of `{to}` reaches the marketplace or the ledger otherwise than the one here, and nothing \
             is asked where only a commit says"
        )));
    }
    let (_, plan, _) = planner.ask(request)?;
    let (mut files, mut accepted, mut sentences, mut keys) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for Chosen { product, decided, .. } in asked.choice.of(&plan)? {
        let key = &product.key;
        let definition = planner.definitions.catalog.definition(key.as_str());
        let definition = definition.ok_or_else(|| no_product(&plan, key))?;
        if decided.is_empty() {
            sentences.push(format!("Nobody else changed anything of `{key}`."));
            continue;
        }
        let (text, taken, left) = rewritten(&planner, definition, &decided);
        if !taken.is_empty() {
            accepted.push(format!("- {key}: {}", names(taken)));
            files.push((definition.path.clone(), text));
            keys.push(key.to_string());
        }
        if !left.is_empty() {
            sentences.push(left_to_a_person(&planner, definition, key, left));
        }
    }
    if files.is_empty() {
        return Ok(Recorded { sentence: sentences.join("\n"), path: None, next: None });
    }
    let message = format!("Accept what was changed on the marketplace\n\n{}", accepted.join("\n"));
    let branch = asked.branch.strip_prefix("refs/heads/").unwrap_or(&asked.branch);
    let remote = asked.push.as_deref();
    let offer = Offer {
        branch,
        to: &to,
        files: &files,
        message: &message,
        at: request.now,
        remote: Some(remote.unwrap_or("origin")),
    };
    let failed = |error: crate::repository::OfferError| refuse(error.to_string());
    let offered = git.offer(&offer).map_err(failed)?;
    let commit = offered.commit.get(..12).unwrap_or(&offered.commit);
    sentences.insert(
        0,
        match offered.is_new {
            true => {
                format!("Branch `{branch}` accepts in {commit}, on top of `{to}`:\n{}", accepted.join("\n"))
            }
            false => format!("Branch `{branch}` says this already, in {commit}."),
        },
    );
    sentences.push(pushed(git, branch, remote)?);
    let accept = planner.invocation().command(&format!("drift --accept {}", keys.join(" ")));
    sentences.push(format!(
        "Then open a pull or merge request from `{branch}` to `{to}`. Once it is merged the drift is gone by itself; \
         `{accept}` then records that later changes start from there."
    ));
    Ok(Recorded { sentence: sentences.join("\n"), path: None, next: None })
}

fn pushed(git: &Git, branch: &str, remote: Option<&str>) -> Result<String, ServiceError> {
    let Some(remote) = remote else { return Ok(format!("Push it: `git push origin {branch}`.")) };
    git.push_offer(branch, remote).map_err(|error| refuse(error.to_string()))?;
    Ok(format!("It is pushed to `{remote}`."))
}
