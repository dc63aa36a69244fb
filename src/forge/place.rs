//! Where to post: what the command line says, and what CI says of itself. In the story of forks both come through
//! hands that nobody trusts, so everything is checked before it becomes part of an address.

use super::Address;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Read as _;

/// Which forge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// github.com or GitHub Enterprise Server.
    GitHub,
    /// gitlab.com or a server of one's own.
    GitLab,
}

/// What the machine says about itself: variables of CI, and the event that started the run. No secrets.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    variables: BTreeMap<&'static str, String>,
    event: Value,
}

/// What the command line says; what is `None` comes from the surroundings.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Which forge.
    pub on: Option<Provider>,
    /// `owner/name`, a project's path or its number.
    pub repository: Option<String>,
    /// The number of the pull or merge request.
    pub request: Option<String>,
    /// The commit that was planned.
    pub commit: Option<String>,
    /// The interface's address.
    pub api: Option<String>,
    /// Where the whole plan is.
    pub rest: Option<String>,
}

/// Where to post, all parts checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Which forge.
    pub provider: Provider,
    /// The interface.
    pub api: Address,
    /// `owner/name`, a project's path or its number.
    pub repository: String,
    /// The number of the pull or merge request.
    pub request: u64,
    /// The commit that was planned, as far as CI or the command line knows.
    pub commit: Option<String>,
    /// Whether CI itself vouches for the commit while the request's number came from elsewhere: then the two must belong
    /// together.
    pub must_match: bool,
    /// The CI run and its attempt.
    pub run: Option<(u64, u32)>,
    /// Where the whole plan is.
    pub rest: Option<String>,
}

/// Why it is not known where to post.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// Nobody said.
    #[error("nobody says {what}")]
    Unknown {
        /// What is missing.
        what: &'static str,
        /// How to say it.
        option: &'static str,
    },
    /// What was said has another form.
    #[error("{place} is not {what}")]
    Form {
        /// Who said it: an option or a variable.
        place: &'static str,
        /// What it should be.
        what: &'static str,
    },
    /// The address of the interface is not usable.
    #[error("{0}")]
    Address(String),
    /// The event's file cannot be read.
    #[error("the event of this run cannot be read: {0}")]
    Event(String),
}

const NAMES: &[&str] = &[
    "GITHUB_ACTIONS",
    "GITHUB_API_URL",
    "GITHUB_EVENT_PATH",
    "GITHUB_REPOSITORY",
    "GITHUB_RUN_ATTEMPT",
    "GITHUB_RUN_ID",
    "GITHUB_SERVER_URL",
    "GITLAB_CI",
    "CI_API_V4_URL",
    "CI_COMMIT_SHA",
    "CI_MERGE_REQUEST_IID",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA",
    "CI_PIPELINE_ID",
    "CI_PIPELINE_URL",
    "CI_PROJECT_ID",
];

impl Surroundings {
    /// What this machine says.
    ///
    /// # Errors
    /// When the event's file is named, but cannot be read.
    pub fn of_this_machine() -> Result<Self, PlaceError> {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// What these variables say, and the file that one of them names.
    ///
    /// # Errors
    /// As [`Self::of_this_machine`].
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, PlaceError> {
        const BYTES_MAX: u64 = 32 << 20;
        let set = |name: &'static str| Some((name, variable(name).filter(|value| !value.is_empty())?));
        let variables: BTreeMap<_, _> = NAMES.iter().filter_map(|name| set(name)).collect();
        let event = match variables.get("GITHUB_EVENT_PATH") {
            None => Value::Null,
            Some(path) => {
                let failed = |reason: String| PlaceError::Event(format!("{path}: {reason}"));
                let file = std::fs::File::open(path).map_err(|error| failed(error.to_string()))?;
                serde_json::from_reader(file.take(BYTES_MAX)).map_err(|error| failed(error.to_string()))?
            }
        };
        Ok(Self { variables, event })
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    fn event_text(&self, pointer: &str) -> Option<String> {
        match self.event.pointer(pointer)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    fn provider(&self) -> Option<Provider> {
        match () {
            () if self.get("GITHUB_ACTIONS").is_some() => Some(Provider::GitHub),
            () if self.get("GITLAB_CI").is_some() => Some(Provider::GitLab),
            () => None,
        }
    }

    /// The run that planned: of a run that another one started, the other one.
    fn run(&self, provider: Provider) -> Option<(u64, u32)> {
        let number = |text: Option<String>| text.and_then(|text| text.parse::<u64>().ok());
        let own = |name: &str| self.get(name).map(str::to_owned);
        match provider {
            Provider::GitHub => {
                let started = number(self.event_text("/workflow_run/id"));
                let (id, attempt) = match started {
                    Some(id) => (id, self.event_text("/workflow_run/run_attempt")),
                    None => (number(own("GITHUB_RUN_ID"))?, own("GITHUB_RUN_ATTEMPT")),
                };
                Some((id, attempt.and_then(|text| text.parse().ok()).unwrap_or(1)))
            }
            Provider::GitLab => Some((number(own("CI_PIPELINE_ID"))?, 1)),
        }
    }

    fn rest(&self, provider: Provider) -> Option<String> {
        match provider {
            Provider::GitHub => {
                let (server, repository) = (self.get("GITHUB_SERVER_URL")?, self.get("GITHUB_REPOSITORY")?);
                Some(format!("{server}/{repository}/actions/runs/{}", self.get("GITHUB_RUN_ID")?))
            }
            Provider::GitLab => self.get("CI_PIPELINE_URL").map(str::to_owned),
        }
    }
}

/// Which repository, all parts checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Which forge.
    pub provider: Provider,
    /// The interface.
    pub api: Address,
    /// `owner/name`, a project's path or its number.
    pub name: String,
    /// The CI run and its attempt.
    pub run: Option<(u64, u32)>,
    /// Where everything can be read.
    pub rest: Option<String>,
}

/// What CI says of itself, where it is the one of this forge: another forge's run says nothing here.
fn around_of(provider: Provider, around: &Surroundings) -> Surroundings {
    if around.provider() == Some(provider) { around.clone() } else { Surroundings::default() }
}

impl Repository {
    /// Which repository is meant.
    ///
    /// # Errors
    /// When nobody says it, or what is said has another form.
    pub fn find(asked: &Asked, around: &Surroundings) -> Result<Self, PlaceError> {
        let unknown = |what, option| PlaceError::Unknown { what, option };
        let provider =
            asked.on.or_else(|| around.provider()).ok_or_else(|| unknown("which forge it is", "--on"))?;
        let around = &around_of(provider, around);
        let repository = match provider {
            Provider::GitHub => around.get("GITHUB_REPOSITORY"),
            Provider::GitLab => around.get("CI_PROJECT_ID"),
        };
        let api = match provider {
            Provider::GitHub => around.get("GITHUB_API_URL").unwrap_or("https://api.github.com"),
            Provider::GitLab => around.get("CI_API_V4_URL").unwrap_or("https://gitlab.com/api/v4"),
        };
        let repository = asked.repository.clone().or_else(|| repository.map(str::to_owned));
        let repository = repository.ok_or_else(|| unknown("which repository it is", "--repository"))?;
        if !is_repository(provider, &repository) {
            let what = match provider {
                Provider::GitHub => "a repository as in `owner/name`",
                Provider::GitLab => "a project as in `group/name`, or its number",
            };
            return Err(PlaceError::Form { place: "the repository", what });
        }
        let rest = match &asked.rest {
            Some(link) => Some(is_link(link).then(|| link.clone()).ok_or(PlaceError::Form {
                place: "the link to the rest",
                what: "an address that begins with https://",
            })?),
            None => around.rest(provider).filter(|link| is_link(link)),
        };
        let api = asked.api.as_deref().unwrap_or(api);
        let api = Address::new(api).map_err(PlaceError::Address)?;
        let run = around.run(provider);
        Ok(Self { provider, api, name: repository, run, rest })
    }
}

impl Place {
    /// Where to post.
    ///
    /// # Errors
    /// When nobody says it, or what is said has another form.
    pub fn find(asked: &Asked, around: &Surroundings) -> Result<Self, PlaceError> {
        let unknown = |what, option| PlaceError::Unknown { what, option };
        let Repository { provider, api, name: repository, run, rest } = Repository::find(asked, around)?;
        let around = &around_of(provider, around);
        let request = match provider {
            Provider::GitHub => around.event_text("/pull_request/number"),
            Provider::GitLab => around.get("CI_MERGE_REQUEST_IID").map(str::to_owned),
        };
        let request = asked.request.clone().or(request);
        let request =
            request.ok_or_else(|| unknown("which pull or merge request it is about", "--request"))?;
        let request = number(&request).ok_or(PlaceError::Form {
            place: "the request",
            what: "the number of a pull or merge request",
        })?;
        let (commit, must_match) = commit(provider, asked, around)?;
        Ok(Self { provider, api, repository, request, commit, must_match, run, rest })
    }
}

/// The commit that was planned, and whether CI vouches for it while somebody else names the request.
fn commit(
    provider: Provider,
    asked: &Asked,
    around: &Surroundings,
) -> Result<(Option<String>, bool), PlaceError> {
    let started = around.event_text("/workflow_run/head_sha");
    let (vouched, must_match) = match (provider, started) {
        (Provider::GitHub, Some(commit)) => (Some(commit), true),
        (Provider::GitHub, None) => (around.event_text("/pull_request/head/sha"), false),
        (Provider::GitLab, _) => {
            let commit =
                around.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA").or_else(|| around.get("CI_COMMIT_SHA"));
            (commit.map(str::to_owned), false)
        }
    };
    if must_match && asked.commit.is_some() && asked.commit != vouched {
        return Err(PlaceError::Form {
            place: "the commit",
            what: "the one that the run which started this one was about",
        });
    }
    let commit = asked.commit.clone().or(vouched);
    if commit.as_deref().is_some_and(|commit| !is_commit(commit)) {
        return Err(PlaceError::Form { place: "the commit", what: "a whole commit in hexadecimal digits" });
    }
    Ok((commit, must_match))
}

fn number(text: &str) -> Option<u64> {
    let is_plain = (1..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| is_plain && *number > 0)
}

/// Whether a text is a whole commit, in hexadecimal digits.
#[must_use]
pub fn is_commit(text: &str) -> bool {
    [40, 64].contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_repository(provider: Provider, text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let segment = |part: &str| !part.bytes().all(|byte| byte == b'.') && part.bytes().all(plain);
    let parts = text.split('/').count();
    let is_path = text.len() <= 255 && text.split('/').all(segment);
    match provider {
        Provider::GitHub => is_path && parts == 2,
        Provider::GitLab => is_path && (2..=21).contains(&parts) || number(text).is_some(),
    }
}

/// Whether a text can be a link in a comment: nothing in it ends the link or begins something else.
fn is_link(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&*+,;=%".contains(&byte);
    let without_fragment = text.split(['?', '#']).next().unwrap_or_default();
    text.len() <= 2000 && text.bytes().all(plain) && Address::new(without_fragment).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    fn asked(repository: &str, request: &str) -> Asked {
        let some = |text: &str| Some(text.to_owned());
        Asked {
            on: Some(Provider::GitHub),
            repository: some(repository),
            request: some(request),
            ..Asked::default()
        }
    }

    #[test]
    fn what_could_lead_elsewhere_is_refused() {
        let around = Surroundings::default();
        assert!(Place::find(&asked("acme/catalog", "12"), &around).is_ok());
        let repositories = [
            "acme", "a/b/c", "../x", "acme/..", "acme/c?x", "acme/c#", "acme/%2e", "/x", "a/", "a b/c", "é/c",
        ];
        for repository in repositories {
            assert!(Place::find(&asked(repository, "12"), &around).is_err(), "{repository}");
        }
        for request in ["", "0", "-1", "+1", "1/merge", "12 ", "１", "1e3", "99999999999"] {
            assert!(Place::find(&asked("acme/catalog", request), &around).is_err(), "{request}");
        }
        for commit in ["HEAD", "012345", &COMMIT.to_uppercase(), &COMMIT[1..], &format!("{COMMIT}/..")] {
            let asked = Asked { commit: Some((*commit).to_owned()), ..asked("acme/catalog", "12") };
            assert!(Place::find(&asked, &around).is_err(), "{commit}");
        }
        for rest in
            ["javascript:alert(1)", "https://x.example/a)b", "https://x.example/ b", "http://x.example"]
        {
            let asked = Asked { rest: Some((*rest).to_owned()), ..asked("acme/catalog", "12") };
            assert!(Place::find(&asked, &around).is_err(), "{rest}");
        }
    }

    #[test]
    fn a_run_that_another_run_started_vouches_for_its_commit() {
        let event = serde_json::json!({"workflow_run": {"id": 77, "run_attempt": 2, "head_sha": COMMIT}});
        let variables =
            [("GITHUB_ACTIONS", "true"), ("GITHUB_REPOSITORY", "acme/catalog"), ("GITHUB_RUN_ID", "99")];
        let variables = variables.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        let around = Surroundings { variables, event };
        let place = Place::find(&asked("acme/catalog", "12"), &around).unwrap();
        assert_eq!((place.run, place.must_match), (Some((77, 2)), true));
        assert_eq!(place.commit.as_deref(), Some(COMMIT));
        let other = Asked { commit: Some("f".repeat(40)), ..asked("acme/catalog", "12") };
        assert!(Place::find(&other, &around).is_err(), "an artifact does not say what was planned");
    }

    #[test]
    fn another_forges_run_says_nothing() {
        let variables = [("GITLAB_CI", "true"), ("CI_PIPELINE_ID", "5"), ("CI_COMMIT_SHA", COMMIT)];
        let variables = variables.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        let around = Surroundings { variables, event: Value::Null };
        let place = Place::find(&asked("acme/catalog", "12"), &around).unwrap();
        assert_eq!((place.run, place.commit), (None, None));
    }
}
