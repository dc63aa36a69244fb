//! What everything that posts at a forge has in common: what a process may hold, what it reads, and who it speaks for.

use super::{ServiceError, credentials};
use crate::forge::{Address, Forge, ForgeError, GitHub, GitLab, GitLabToken, PlaceError, Provider, Tracker};
use crate::http::retry::Patience;
use crate::http::{Client, Limits, Secret, SystemClock};
use camino::Utf8Path;
use std::time::Duration;

/// The largest report that is read: tens of thousands of products.
const REPORT_BYTES_MAX: u64 = 64 << 20;

/// Variables of the vendor's own programs that hold keys to the marketplace.
const VENDOR_SECRETS: &[&str] = &[
    "GALLERIST_SECURITY_TOKEN",
    "HUAWEICLOUD_SDK_AK",
    "HUAWEICLOUD_SDK_SK",
    "HUAWEICLOUD_SDK_SECURITY_TOKEN",
];

/// Whether a variable holds a key to the marketplace or leads to one. A process that has one reads no strangers' reports and
/// speaks to nobody else.
fn is_marketplace_secret(name: &str) -> bool {
    let is_ours =
        |ours: &&str| name.strip_prefix(ours).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'));
    VENDOR_SECRETS.contains(&name) || credentials::VARIABLES.iter().any(is_ours)
}

/// Refuses to go on where the process holds a key to the marketplace.
pub(super) fn refuse_marketplace_secrets() -> Result<(), ServiceError> {
    let set = std::env::vars_os().filter(|(_, value)| !value.is_empty());
    let mut names = set.filter_map(|(name, _)| name.into_string().ok());
    match names.find(|name| is_marketplace_secret(name)) {
        None => Ok(()),
        Some(name) => Err(ServiceError::Request {
            message: format!(
                "this process holds a key to the marketplace ({name}), and comments are not its business"
            ),
            hints: vec![
                "post from another job: save the report there, hand over the file, and give that job no key"
                    .to_owned(),
            ],
        }),
    }
}

/// Refuses what is no file, or too large for a report.
pub(super) fn is_readable(path: &Utf8Path) -> Result<(), ServiceError> {
    let failed = |reason: String| ServiceError::File { action: "read", path: path.to_owned(), reason };
    let about = std::fs::metadata(path).map_err(|error| failed(error.to_string()))?;
    if !about.is_file() {
        return Err(failed("it is no file".to_owned()));
    }
    if about.len() > REPORT_BYTES_MAX {
        return Err(failed(format!("it is larger than {REPORT_BYTES_MAX} bytes")));
    }
    Ok(())
}

/// Why it is not known where to post, with what to do.
pub(super) fn place_error(error: &PlaceError) -> ServiceError {
    let hints = match error {
        PlaceError::Unknown { option, .. } => {
            vec![format!("say it with `{option}`; in CI for a pull or merge request it is known")]
        }
        PlaceError::Form { .. } | PlaceError::Address(_) | PlaceError::Event(_) => Vec::new(),
    };
    ServiceError::Request { message: error.to_string(), hints }
}

/// How a forge is spoken to.
#[derive(Clone, Copy)]
pub(super) struct Access<'a> {
    /// The file with the token; `None` looks into the environment.
    pub(super) token_file: Option<&'a Utf8Path>,
    /// How long one answer may take; `None` is the usual time.
    pub(super) time_max: Option<Duration>,
}

impl Access<'_> {
    /// A request for review.
    pub(super) fn forge(
        self,
        provider: Provider,
        api: &Address,
        repository: &str,
        number: u64,
    ) -> Result<Box<dyn Forge>, ServiceError> {
        Ok(match provider {
            Provider::GitHub => Box::new(self.github(api, repository, number)?),
            Provider::GitLab => Box::new(self.gitlab(api, repository, number)?),
        })
    }

    /// The issues of a repository.
    pub(super) fn tracker(
        self,
        provider: Provider,
        api: &Address,
        repository: &str,
    ) -> Result<Box<dyn Tracker>, ServiceError> {
        // No request for review is asked about.
        const NO_REQUEST: u64 = 0;
        Ok(match provider {
            Provider::GitHub => Box::new(self.github(api, repository, NO_REQUEST)?),
            Provider::GitLab => Box::new(self.gitlab(api, repository, NO_REQUEST)?),
        })
    }

    fn client(self) -> Result<Client, ServiceError> {
        let usual = Limits::default();
        let limits = Limits { time_max: self.time_max.unwrap_or(usual.time_max), ..usual };
        let client = Client::new(limits, Patience::default(), Box::new(SystemClock));
        Ok(client.map_err(|error| ForgeError::Http { what: "nobody can be asked".to_owned(), error })?)
    }

    fn github(self, api: &Address, repository: &str, number: u64) -> Result<GitHub, ServiceError> {
        let client = self.client()?;
        let (_, token) = self.token(&["GITHUB_TOKEN", "GH_TOKEN"])?;
        Ok(GitHub::new(client, api.clone(), repository, number, token))
    }

    fn gitlab(self, api: &Address, repository: &str, number: u64) -> Result<GitLab, ServiceError> {
        let client = self.client()?;
        let (name, token) = self.token(&["GITLAB_TOKEN", "CI_JOB_TOKEN"])?;
        let kind = if name == "CI_JOB_TOKEN" { GitLabToken::Job } else { GitLabToken::Private };
        Ok(GitLab::new(client, api.clone(), repository, number, (kind, token)))
    }

    /// The token in the file, or else in the first variable that is set, with its name.
    fn token(self, variables: &[&'static str]) -> Result<(&'static str, Secret), ServiceError> {
        if let Some(path) = self.token_file {
            return Ok(("", Secret::from_file(path).map_err(ForgeError::from)?));
        }
        let set =
            |name: &&'static str| Some((*name, std::env::var(name).ok().filter(|text| !text.is_empty())?));
        match variables.iter().find_map(set) {
            Some((name, text)) => Ok((name, Secret::new(&text, name).map_err(ForgeError::from)?)),
            None => Err(ServiceError::Request {
                message: "there is no token to post with".to_owned(),
                hints: vec![format!("set {}, or name a file with `--token-file`", variables.join(" or "))],
            }),
        }
    }
}
