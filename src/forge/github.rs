//! GitHub's REST interface, of github.com and of GitHub Enterprise Server.

use super::{
    Address, Annotation, Api, Author, CheckRun, Comment, Forge, ForgeError, Head, Issue, IssueChange, Label,
    Loudness, Status, Tracker, Verdict, escaped,
};
use crate::http::{Client, Method, Secret};
use serde::Deserialize;
use serde_json::{Value, json};

/// A pull request on GitHub.
pub struct GitHub {
    api: Api,
    repository: String,
    request: u64,
}

#[derive(Deserialize)]
struct User {
    login: String,
    #[serde(rename = "type", default)]
    kind: String,
}

#[derive(Deserialize)]
struct IssueComment {
    id: u64,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    html_url: Option<String>,
    user: Option<User>,
}

impl User {
    fn author(self) -> Author {
        if self.kind == "Bot" { Author::Program(self.login) } else { Author::Named(self.login) }
    }
}

impl From<IssueComment> for Comment {
    fn from(comment: IssueComment) -> Self {
        let IssueComment { id, body, html_url, user } = comment;
        // Comments of deleted accounts belong to nobody.
        let author = user.map_or_else(|| Author::Named(String::new()), User::author);
        Self { id, author, body: body.unwrap_or_default(), url: html_url }
    }
}

impl GitHub {
    /// The most characters of a comment, less some air: GitHub takes 65,536.
    pub const BYTES_MAX: usize = 65_000;
    /// Annotations in one request.
    const ANNOTATIONS_MAX: usize = 50;
    const DESCRIPTION_MAX: usize = 140;

    /// The pull request with this number. `repository` is `owner/name`, checked by the caller.
    #[must_use]
    pub fn new(client: Client, address: Address, repository: &str, request: u64, token: Secret) -> Self {
        let headers = vec![("accept", "application/vnd.github+json"), ("x-github-api-version", "2022-11-28")];
        let api = Api::new(client, address, headers, ("authorization", "Bearer ", token));
        Self { api, repository: repository.to_owned(), request }
    }

    fn path(&self, rest: &str) -> String {
        format!("/repos/{}{rest}", self.repository)
    }

    fn issue(&self, rest: &str) -> String {
        self.path(&format!("/issues/{}{rest}", self.request))
    }

    /// Creates a label of the repository, unless there is one of this name, whatever its colour.
    fn create_label(&self, label: &Label<'_>) -> Result<(), ForgeError> {
        let Label { name, color, description } = label;
        let what = format!("the label `{name}` cannot be created");
        let known = self.api.request(Method::Get, &self.path(&format!("/labels/{}", escaped(name))));
        match self.api.call(&what, &known) {
            Ok(_) => return Ok(()),
            Err(ForgeError::Missing { .. }) => {}
            Err(error) => return Err(error),
        }
        let body = json!({"name": name, "color": color, "description": description});
        // A second one of the same name is refused, so that it can be asked for twice.
        let create = self.api.request(Method::Post, &self.path("/labels")).json(body).repeatable();
        match self.api.call(&what, &create) {
            Ok(_) | Err(ForgeError::Refused { status: 422, .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Forge for GitHub {
    fn comment_bytes_max(&self) -> usize {
        Self::BYTES_MAX
    }

    fn myself(&self) -> Result<Author, ForgeError> {
        let request = self.api.request(Method::Get, "/user");
        match self.api.read::<User>("GitHub does not say whose token it is", &request) {
            Ok(user) => Ok(user.author()),
            // Tokens of apps and of workflow runs belong to no user.
            Err(ForgeError::Refused { status: 403, .. } | ForgeError::Missing { .. }) => {
                Ok(Author::SomeProgram)
            }
            Err(error) => Err(error),
        }
    }

    fn head(&self) -> Result<Head, ForgeError> {
        #[derive(Deserialize)]
        struct Pull {
            head: Commit,
            #[serde(default)]
            labels: Vec<Named>,
        }
        #[derive(Deserialize)]
        struct Commit {
            sha: String,
        }
        let what = format!("pull request {} of {}", self.request, self.repository);
        let request = self.api.request(Method::Get, &self.path(&format!("/pulls/{}", self.request)));
        let pull: Pull = self.api.read(&what, &request)?;
        let labels = pull.labels.into_iter().map(|label| label.name).collect();
        Ok(Head { commit: pull.head.sha, labels })
    }

    fn comments(&self) -> Result<Vec<Comment>, ForgeError> {
        let found: Vec<IssueComment> =
            self.api.list("the comments cannot be read", &self.issue("/comments"))?;
        Ok(found.into_iter().map(Into::into).collect())
    }

    fn create(&self, body: &str) -> Result<Comment, ForgeError> {
        let request = self.api.request(Method::Post, &self.issue("/comments")).json(json!({"body": body}));
        let comment: IssueComment = self.api.read("the comment cannot be written", &request)?;
        Ok(comment.into())
    }

    fn update(&self, id: u64, body: &str) -> Result<Comment, ForgeError> {
        let path = self.path(&format!("/issues/comments/{id}"));
        let request = self.api.request(Method::Patch, &path).json(json!({"body": body}));
        let comment: IssueComment = self.api.read("the comment cannot be changed", &request)?;
        Ok(comment.into())
    }

    fn delete(&self, id: u64) -> Result<(), ForgeError> {
        let request = self.api.request(Method::Delete, &self.path(&format!("/issues/comments/{id}")));
        self.api.remove("a second comment cannot be deleted", &request)
    }

    fn set_status(&self, commit: &str, status: &Status) -> Result<(), ForgeError> {
        let Status { name, verdict, description, link } = status;
        let state = match verdict {
            Verdict::Fine => "success",
            Verdict::Blocked => "failure",
        };
        let description: String = description.chars().take(Self::DESCRIPTION_MAX).collect();
        let body = json!({"state": state, "context": name, "description": description, "target_url": link});
        // The last of one name counts, so that it can be set twice.
        let path = self.path(&format!("/statuses/{commit}"));
        let request = self.api.request(Method::Post, &path).json(body).repeatable();
        self.api.call("the commit status cannot be set", &request).map(drop)
    }

    fn publish_check(&self, commit: &str, check: &CheckRun) -> Result<(), ForgeError> {
        #[derive(Deserialize)]
        struct Runs {
            check_runs: Vec<Run>,
        }
        #[derive(Deserialize)]
        struct Run {
            id: u64,
            #[serde(default)]
            external_id: Option<String>,
        }
        let what = "the check cannot be published";
        let CheckRun { status, summary, annotations, content_id } = check;
        let name = escaped(&status.name);
        let path = self.path(&format!("/commits/{commit}/check-runs?check_name={name}&filter=latest"));
        let known: Runs = self.api.read(what, &self.api.request(Method::Get, &path))?;
        if known.check_runs.iter().any(|run| run.external_id.as_ref() == Some(content_id)) {
            return Ok(());
        }
        let output = |part: &[Annotation]| {
            let annotations: Vec<Value> = part.iter().map(annotation).collect();
            json!({"title": status.description, "summary": summary, "annotations": annotations})
        };
        let mut parts = annotations.chunks(Self::ANNOTATIONS_MAX);
        // Said with the last part: a check that lacks some is not the one that is wanted.
        let named_at = |rest: usize| if rest == 0 { json!(content_id) } else { Value::Null };
        let first = parts.next().unwrap_or_default();
        let conclusion = match status.verdict {
            Verdict::Fine => "success",
            Verdict::Blocked => "action_required",
        };
        let body = json!({
            "name": status.name, "head_sha": commit, "status": "completed", "conclusion": conclusion,
            "external_id": named_at(parts.len()), "details_url": status.link, "output": output(first),
        });
        let request = self.api.request(Method::Post, &self.path("/check-runs")).json(body);
        let run: Run = self.api.read(what, &request)?;
        while let Some(part) = parts.next() {
            let path = self.path(&format!("/check-runs/{}", run.id));
            let body = json!({"external_id": named_at(parts.len()), "output": output(part)});
            let mut request = self.api.request(Method::Patch, &path).json(body);
            // Annotations are added to those that are there.
            request.is_repeatable = false;
            self.api.call(what, &request)?;
        }
        Ok(())
    }

    fn relabel(&self, add: Option<&Label<'_>>, remove: &[String]) -> Result<(), ForgeError> {
        if let Some(label) = add {
            self.create_label(label)?;
            let body = json!({"labels": [label.name]});
            let request = self.api.request(Method::Post, &self.issue("/labels")).json(body).repeatable();
            self.api.call("the label cannot be set", &request)?;
        }
        for name in remove {
            let path = self.issue(&format!("/labels/{}", escaped(name)));
            match self.api.call("the label cannot be taken off", &self.api.request(Method::Delete, &path)) {
                Ok(_) | Err(ForgeError::Missing { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

fn annotation(annotation: &Annotation) -> Value {
    let Annotation { path, first_line, last_line, loudness, title, message } = annotation;
    let level = match loudness {
        Loudness::Failure => "failure",
        Loudness::Warning => "warning",
        Loudness::Notice => "notice",
    };
    json!({
        "path": path, "start_line": first_line, "end_line": last_line, "annotation_level": level, "title": title,
        "message": message,
    })
}

#[derive(Deserialize)]
struct ListedIssue {
    number: u64,
    #[serde(default)]
    body: Option<String>,
    state: String,
    #[serde(default)]
    html_url: Option<String>,
    user: Option<User>,
    /// Pull requests are listed with the issues.
    #[serde(default)]
    pull_request: Option<Value>,
}

impl From<ListedIssue> for Issue {
    fn from(issue: ListedIssue) -> Self {
        let ListedIssue { number, body, state, html_url, user, pull_request: _ } = issue;
        let author = user.map_or_else(|| Author::Named(String::new()), User::author);
        Self { number, author, body: body.unwrap_or_default(), is_open: state == "open", url: html_url }
    }
}

impl Tracker for GitHub {
    fn issue_bytes_max(&self) -> usize {
        Self::BYTES_MAX
    }

    fn myself(&self) -> Result<Author, ForgeError> {
        Forge::myself(self)
    }

    fn issues(&self, label: &str) -> Result<Vec<Issue>, ForgeError> {
        let label = escaped(label);
        let path = self.path(&format!("/issues?state=all&labels={label}&sort=created&direction=asc"));
        let found: Vec<ListedIssue> = self.api.list("the issues cannot be read", &path)?;
        Ok(found.into_iter().filter(|issue| issue.pull_request.is_none()).map(Into::into).collect())
    }

    fn open_issue(&self, title: &str, body: &str, label: &str) -> Result<Issue, ForgeError> {
        let body = json!({"title": title, "body": body, "labels": [label]});
        let request = self.api.request(Method::Post, &self.path("/issues")).json(body);
        let issue: ListedIssue = self.api.read("the issue cannot be opened", &request)?;
        Ok(issue.into())
    }

    fn change_issue(&self, number: u64, change: &IssueChange) -> Result<Issue, ForgeError> {
        let IssueChange { body, open, unlabel } = change;
        if let Some(label) = unlabel {
            let path = self.path(&format!("/issues/{number}/labels/{}", escaped(label)));
            self.api.remove("the label cannot be taken off", &self.api.request(Method::Delete, &path))?;
        }
        let mut fields = serde_json::Map::new();
        fields.extend(body.as_ref().map(|body| ("body".to_owned(), json!(body))));
        let state = open.map(|open| if open { "open" } else { "closed" });
        fields.extend(state.map(|state| ("state".to_owned(), json!(state))));
        let path = self.path(&format!("/issues/{number}"));
        let request = self.api.request(Method::Patch, &path).json(Value::Object(fields));
        let issue: ListedIssue = self.api.read("the issue cannot be changed", &request)?;
        Ok(issue.into())
    }

    fn request_of(&self, commit: &str) -> Result<Option<u64>, ForgeError> {
        #[derive(Deserialize)]
        struct Pull {
            number: u64,
            #[serde(default)]
            merged_at: Option<String>,
        }
        let path = self.path(&format!("/commits/{commit}/pulls"));
        match self.api.list::<Pull>("the pull requests of a commit cannot be read", &path) {
            Ok(pulls) => {
                let first = pulls.iter().min_by_key(|pull| (pull.merged_at.is_none(), pull.number));
                Ok(first.map(|pull| pull.number))
            }
            // The commit is not there.
            Err(ForgeError::Missing { .. } | ForgeError::Refused { status: 422, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
