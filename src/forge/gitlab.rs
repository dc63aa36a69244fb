//! GitLab's REST interface, version 4, of gitlab.com and of servers of one's own.

use super::{
    Address, Api, Author, CheckRun, Comment, Forge, ForgeError, Head, Issue, IssueChange, Label, Status,
    Tracker, Verdict, escaped,
};
use crate::http::{Client, Method, Secret};
use serde::Deserialize;
use serde_json::json;

/// What kind of token it is: they come in different headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GitLabToken {
    /// Of a user, project or group.
    Private,
    /// Of a CI job.
    Job,
}

/// A merge request on GitLab.
pub struct GitLab {
    api: Api,
    kind: GitLabToken,
    project: String,
    request: u64,
}

#[derive(Deserialize)]
struct User {
    username: String,
}

#[derive(Deserialize)]
struct Note {
    id: u64,
    body: String,
    author: User,
    #[serde(default)]
    system: bool,
}

impl From<Note> for Comment {
    fn from(note: Note) -> Self {
        let Note { id, body, author, system: _ } = note;
        Self { id, author: Author::Named(author.username), body, url: None }
    }
}

impl GitLab {
    /// The most bytes of a note, less some air: GitLab takes 1,000,000 characters.
    pub const BYTES_MAX: usize = 990_000;
    const DESCRIPTION_MAX: usize = 255;

    /// The merge request with this number in its project, which is a path or a number and was checked by the caller.
    #[must_use]
    pub fn new(
        client: Client,
        address: Address,
        project: &str,
        request: u64,
        (kind, token): (GitLabToken, Secret),
    ) -> Self {
        let header = match kind {
            GitLabToken::Private => "private-token",
            GitLabToken::Job => "job-token",
        };
        let api = Api::new(client, address, vec![("accept", "application/json")], (header, "", token));
        Self { api, kind, project: escaped(project), request }
    }

    fn path(&self, rest: &str) -> String {
        format!("/projects/{}{rest}", self.project)
    }

    fn merge_request(&self, rest: &str) -> String {
        self.path(&format!("/merge_requests/{}{rest}", self.request))
    }
}

impl Forge for GitLab {
    fn comment_bytes_max(&self) -> usize {
        Self::BYTES_MAX
    }

    fn harmless(&self, text: &str) -> String {
        without_quick_actions(text)
    }

    fn myself(&self) -> Result<Author, ForgeError> {
        #[derive(Deserialize)]
        struct Job {
            user: User,
        }
        let what = "GitLab does not say whose token it is";
        let user = match self.kind {
            GitLabToken::Private => self.api.read::<User>(what, &self.api.request(Method::Get, "/user"))?,
            GitLabToken::Job => self.api.read::<Job>(what, &self.api.request(Method::Get, "/job"))?.user,
        };
        Ok(Author::Named(user.username))
    }

    fn head(&self) -> Result<Head, ForgeError> {
        #[derive(Deserialize)]
        struct MergeRequest {
            sha: String,
            #[serde(default)]
            labels: Vec<String>,
        }
        let what = format!("merge request {}", self.request);
        let found: MergeRequest =
            self.api.read(&what, &self.api.request(Method::Get, &self.merge_request("")))?;
        Ok(Head { commit: found.sha, labels: found.labels })
    }

    fn comments(&self) -> Result<Vec<Comment>, ForgeError> {
        let path = self.merge_request("/notes?sort=asc&order_by=created_at");
        let found: Vec<Note> = self.api.list("the comments cannot be read", &path)?;
        Ok(found.into_iter().filter(|note| !note.system).map(Into::into).collect())
    }

    fn create(&self, body: &str) -> Result<Comment, ForgeError> {
        let request =
            self.api.request(Method::Post, &self.merge_request("/notes")).json(json!({"body": body}));
        let note: Note = self.api.read("the comment cannot be written", &request)?;
        Ok(note.into())
    }

    fn update(&self, id: u64, body: &str) -> Result<Comment, ForgeError> {
        let path = self.merge_request(&format!("/notes/{id}"));
        let request = self.api.request(Method::Put, &path).json(json!({"body": body}));
        let note: Note = self.api.read("the comment cannot be changed", &request)?;
        Ok(note.into())
    }

    fn delete(&self, id: u64) -> Result<(), ForgeError> {
        let request = self.api.request(Method::Delete, &self.merge_request(&format!("/notes/{id}")));
        self.api.remove("a second comment cannot be deleted", &request)
    }

    fn set_status(&self, commit: &str, status: &Status) -> Result<(), ForgeError> {
        let Status { name, verdict, description, link } = status;
        let state = match verdict {
            Verdict::Fine => "success",
            Verdict::Blocked => "failed",
        };
        let description: String = description.chars().take(Self::DESCRIPTION_MAX).collect();
        let mut body = json!({"state": state, "name": name, "description": description});
        if let (Some(link), Some(body)) = (link, body.as_object_mut()) {
            body.insert("target_url".to_owned(), json!(link));
        }
        // The last of one name counts, so that it can be set twice.
        let path = self.path(&format!("/statuses/{commit}"));
        let request = self.api.request(Method::Post, &path).json(body).repeatable();
        match self.api.call("the commit status cannot be set", &request) {
            // It stands there already: GitLab knows no way from a state to itself.
            Err(ForgeError::Refused { status: 400, said, .. })
                if said.contains("Cannot transition status") =>
            {
                Ok(())
            }
            other => other.map(drop),
        }
    }

    fn publish_check(&self, _commit: &str, _check: &CheckRun) -> Result<(), ForgeError> {
        Err(ForgeError::Unsupported("GitLab has no checks: use --status".to_owned()))
    }

    fn relabel(&self, add: Option<&Label<'_>>, remove: &[String]) -> Result<(), ForgeError> {
        if let Some(Label { name, color, description }) = add {
            let what = "the label cannot be created";
            let body = json!({"name": name, "color": format!("#{color}"), "description": description});
            let create = self.api.request(Method::Post, &self.path("/labels")).json(body).repeatable();
            match self.api.call(what, &create) {
                Ok(_) | Err(ForgeError::Refused { status: 409, .. }) => {}
                // Whoever may not create labels with a colour may still set them.
                Err(ForgeError::Refused { status: 403, .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let added = add.map_or("", |label| label.name);
        let body = json!({"add_labels": added, "remove_labels": remove.join(",")});
        let request = self.api.request(Method::Put, &self.merge_request("")).json(body);
        self.api.call("the labels cannot be changed", &request).map(drop)
    }
}

#[derive(Deserialize)]
struct ListedIssue {
    iid: u64,
    #[serde(default)]
    description: Option<String>,
    state: String,
    #[serde(default)]
    web_url: Option<String>,
    author: User,
}

impl From<ListedIssue> for Issue {
    fn from(issue: ListedIssue) -> Self {
        let ListedIssue { iid, description, state, web_url, author } = issue;
        let author = Author::Named(author.username);
        let body = description.unwrap_or_default();
        Self { number: iid, author, body, is_open: state == "opened", url: web_url }
    }
}

impl Tracker for GitLab {
    fn issue_bytes_max(&self) -> usize {
        Self::BYTES_MAX
    }

    fn harmless(&self, text: &str) -> String {
        without_quick_actions(text)
    }

    fn myself(&self) -> Result<Author, ForgeError> {
        Forge::myself(self)
    }

    fn issues(&self, label: &str) -> Result<Vec<Issue>, ForgeError> {
        let label = escaped(label);
        let path = self.path(&format!("/issues?scope=all&labels={label}&order_by=created_at&sort=asc"));
        let found: Vec<ListedIssue> = self.api.list("the issues cannot be read", &path)?;
        Ok(found.into_iter().map(Into::into).collect())
    }

    fn open_issue(&self, title: &str, body: &str, label: &str) -> Result<Issue, ForgeError> {
        let body = json!({"title": title, "description": body, "labels": label});
        let request = self.api.request(Method::Post, &self.path("/issues")).json(body);
        let issue: ListedIssue = self.api.read("the issue cannot be opened", &request)?;
        Ok(issue.into())
    }

    fn change_issue(&self, number: u64, change: &IssueChange) -> Result<Issue, ForgeError> {
        let IssueChange { body, open, unlabel } = change;
        let mut fields = serde_json::Map::new();
        fields.extend(body.as_ref().map(|body| ("description".to_owned(), json!(body))));
        let event = open.map(|open| if open { "reopen" } else { "close" });
        fields.extend(event.map(|event| ("state_event".to_owned(), json!(event))));
        fields.extend(unlabel.map(|label| ("remove_labels".to_owned(), json!(label))));
        let path = self.path(&format!("/issues/{number}"));
        let request = self.api.request(Method::Put, &path).json(serde_json::Value::Object(fields));
        let issue: ListedIssue = self.api.read("the issue cannot be changed", &request)?;
        Ok(issue.into())
    }

    fn request_of(&self, commit: &str) -> Result<Option<u64>, ForgeError> {
        #[derive(Deserialize)]
        struct MergeRequest {
            iid: u64,
            state: String,
        }
        let path = self.path(&format!("/repository/commits/{commit}/merge_requests"));
        match self.api.list::<MergeRequest>("the merge requests of a commit cannot be read", &path) {
            Ok(found) => {
                let first = found.iter().min_by_key(|found| (found.state != "merged", found.iid));
                Ok(first.map(|found| found.iid))
            }
            // The commit is not there.
            Err(ForgeError::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A line that begins with `/` is a quick action: it would merge, close or assign in our name.
fn without_quick_actions(text: &str) -> String {
    let line = |line: &str| if line.starts_with('/') { format!(" {line}") } else { line.to_owned() };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_an_order() {
        assert_eq!(without_quick_actions("/merge\n a /close\n\n/close"), " /merge\n a /close\n\n /close");
    }
}
