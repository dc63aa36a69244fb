//! The git program: run without prompts, hooks or work in the background, and never for longer than it may take.
//!
//! What it prints comes from servers: it is data, bounded, with credentials taken out of addresses.

use crate::render::escape::terminal;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How long one talk with a remote may take.
const PATIENCE: Duration = Duration::from_secs(90);
/// How much of what git prints is read.
const OUTPUT_BYTES_MAX: u64 = 64 * 1024;
/// How much of it is told.
const TOLD_MAX: usize = 400;

/// Settings that would make git do more than it was asked for.
const SETTINGS: &[&str] = &[
    "core.hooksPath=/dev/null",
    "gc.auto=0",
    "maintenance.auto=false",
    "push.followTags=false",
    "push.gpgSign=false",
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=60",
];

/// Variables that would lead git to another repository, as when a hook started us.
const MISLEADING: &[&str] = &[
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// How a call ended.
pub(crate) struct Said {
    /// The exit code; `None` when it was killed or took too long.
    pub(crate) code: Option<i32>,
    /// Everything printed on either stream, as it came.
    pub(crate) text: String,
    /// What was printed on stdout.
    pub(crate) stdout: String,
}

impl Said {
    pub(crate) fn is_fine(&self) -> bool {
        self.code == Some(0)
    }

    /// The printed text as one short and harmless line.
    pub(crate) fn line(&self) -> String {
        one_line(&self.text)
    }
}

/// Runs git on a repository. `asks_nobody` keeps ssh from asking; not where the user chose how ssh is called.
pub(crate) fn git(folder: &Path, arguments: &[&str], asks_nobody: bool) -> Result<Said, String> {
    let mut command = Command::new("git");
    command.arg("--git-dir").arg(folder);
    command.args(SETTINGS.iter().flat_map(|setting| ["-c", setting])).args(arguments);
    for name in MISLEADING {
        command.env_remove(name);
    }
    command.env("GIT_TERMINAL_PROMPT", "0").env("GCM_INTERACTIVE", "never").env("LC_ALL", "C");
    if asks_nobody && std::env::var_os("GIT_SSH_COMMAND").is_none() && std::env::var_os("GIT_SSH").is_none() {
        command.env("GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=20");
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "the program `git` is not installed".to_owned(),
        _ => format!("the program `git` cannot be started: {error}"),
    })?;
    let (stdout, stderr) = (listen(child.stdout.take()), listen(child.stderr.take()));
    let status = wait(&mut child).map_err(|error| format!("the program `git` was lost: {error}"))?;
    let (stdout, stderr) = (heard(&stdout), heard(&stderr));
    let mut text = format!("{stderr}\n{stdout}");
    if status.is_none() {
        text = format!("no answer within {} seconds; {text}", PATIENCE.as_secs());
    }
    Ok(Said { code: status.and_then(|status| status.code()), text, stdout })
}

/// Waits as long as patience lasts; then the program is ended.
fn wait(child: &mut Child) -> std::io::Result<Option<ExitStatus>> {
    let begun = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if begun.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// Reads a stream to its end in the background, so that nobody waits for anybody.
fn listen(stream: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (tell, told) = channel();
    if let Some(mut stream) = stream {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            // What cannot be read is not told; how it ended is known from the exit code.
            let _ = stream.by_ref().take(OUTPUT_BYTES_MAX).read_to_end(&mut bytes);
            let _ = tell.send(bytes);
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        });
    }
    told
}

/// What was heard. A helper that outlives git may hold the stream open; nobody waits for it.
fn heard(told: &Receiver<Vec<u8>>) -> String {
    let bytes = told.recv_timeout(Duration::from_secs(2)).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn one_line(text: &str) -> String {
    let lines = text.lines().map(|line| line.trim().trim_start_matches("remote:").trim());
    let dull = |line: &&str| {
        !line.is_empty() && !line.starts_with("hint:") && !line.starts_with("To ") && *line != "Done"
    };
    let lines: Vec<&str> = lines.filter(dull).collect();
    let line = terminal(&without_credentials(&lines.join("; "))).into_owned();
    match line.char_indices().nth(TOLD_MAX) {
        Some((end, _)) => format!("{}...", line.get(..end).unwrap_or_default()),
        None if line.is_empty() => "git said nothing".to_owned(),
        None => line,
    }
}

/// Takes `user:password@` out of every address.
fn without_credentials(text: &str) -> String {
    let mut parts = text.split("://");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| c == '/' || c.is_whitespace() || c == '\'' || c == '"');
        let (authority, rest) = part.split_at(end.unwrap_or(part.len()));
        let host = authority.rfind('@').map_or(authority.to_owned(), |at| {
            format!("***@{}", authority.get(at + 1..).unwrap_or_default())
        });
        out.push_str("://");
        out.push_str(&host);
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_says_is_told_without_credentials_and_harmless() {
        let line = one_line("fatal: unable to access 'https://me:t0ken@git.acme.example/a.git/': 403");
        assert_eq!(line, "fatal: unable to access 'https://***@git.acme.example/a.git/': 403");
        assert_eq!(one_line("remote: \u{1b}[31mno\nhint: try harder\n"), "\\u{1b}[31mno");
        assert_eq!(one_line(&"x".repeat(1000)).len(), TOLD_MAX + 3);
        assert_eq!(one_line("\n"), "git said nothing");
    }
}
