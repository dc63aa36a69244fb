//! The keys that a gateway's requests are signed with. They come from the environment alone, never from the catalog: whoever
//! changes files there says nothing about them.

use super::ServiceError;
use crate::http::SecretError;
use crate::http::sdk_hmac::KeyPair;
use crate::model::Key;
use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;
use std::ffi::OsString;
use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

const ACCESS_KEY: &str = "GALLERIST_ACCESS_KEY";
const SECRET_KEY: &str = "GALLERIST_SECRET_KEY";
const FILE: &str = "GALLERIST_CREDENTIALS_FILE";
const COMMAND: &str = "GALLERIST_CREDENTIALS_COMMAND";

/// Variables that may lead to keys; with `_TARGET` behind them they are for one target.
pub(super) const VARIABLES: [&str; 4] = [ACCESS_KEY, SECRET_KEY, FILE, COMMAND];

/// How long a command may take.
const TIME_MAX: Duration = Duration::from_secs(30);
/// How much a file or a command may say.
const BYTES_MAX: u64 = 16 << 10;

/// Keys, and where they came from, for people.
#[derive(Debug)]
pub(super) struct Credentials {
    pub(super) keys: KeyPair,
    pub(super) from: String,
}

/// Where keys come from.
#[derive(Debug, PartialEq, Eq)]
enum Source {
    Variables { access_key: (String, String), secret_key: (String, String) },
    File { variable: String, path: String },
    Command { variable: String, text: String },
}

/// What a file or a command says.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Document {
    access_key: String,
    secret_key: String,
}

/// The keys for a target. `root` is the catalog's folder, which they do not come from.
pub(super) fn credentials(
    target: &Key,
    root: &Utf8Path,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Credentials, ServiceError> {
    match source(target, variable)? {
        Source::Variables { access_key: (access_name, access), secret_key: (secret_name, secret) } => {
            let keys = KeyPair::new((&access, &access_name), (&secret, &secret_name))
                .map_err(|error| secret_error(&error))?;
            Ok(Credentials { keys, from: format!("{access_name} and {secret_name}") })
        }
        Source::File { variable, path } => {
            let text = read(&variable, Utf8Path::new(&path), root)?;
            Ok(Credentials { keys: keys(&text, &path)?, from: format!("the file that {variable} names") })
        }
        Source::Command { variable, text } => {
            let said = run(&variable, &text)?;
            let place = format!("what the command in {variable} prints");
            Ok(Credentials { keys: keys(&said, &place)?, from: format!("the command in {variable}") })
        }
    }
}

/// What the environment says, the words for one target before those for all.
fn source(target: &Key, variable: &dyn Fn(&str) -> Option<String>) -> Result<Source, ServiceError> {
    let own = format!("_{}", target.as_str().to_ascii_uppercase().replace('-', "_"));
    for suffix in [own.as_str(), ""] {
        let find = |name: &str| {
            let name = format!("{name}{suffix}");
            let value = variable(&name).filter(|value| !value.trim().is_empty())?;
            Some((name, value))
        };
        let (access_key, secret_key) = (find(ACCESS_KEY), find(SECRET_KEY));
        let (file, command) = (find(FILE), find(COMMAND));
        let pair = access_key.as_ref().or(secret_key.as_ref());
        let set: Vec<&str> = [pair, file.as_ref(), command.as_ref()]
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect();
        if set.len() > 1 {
            return Err(ServiceError::Request {
                message: format!(
                    "the keys to the marketplace are said in more than one way: {}",
                    set.join(", ")
                ),
                hints: vec!["leave one of them, and unset the others".to_owned()],
            });
        }
        return match (access_key, secret_key, file, command) {
            (Some(access_key), Some(secret_key), _, _) => Ok(Source::Variables { access_key, secret_key }),
            (Some((name, _)), None, _, _) => Err(half(&name, &format!("{SECRET_KEY}{suffix}"))),
            (None, Some((name, _)), _, _) => Err(half(&name, &format!("{ACCESS_KEY}{suffix}"))),
            (None, None, Some((variable, path)), _) => Ok(Source::File { variable, path }),
            (None, None, None, Some((variable, text))) => Ok(Source::Command { variable, text }),
            (None, None, None, None) => continue,
        };
    }
    Err(ServiceError::Request {
        message: format!("there are no keys to sign with for target `{target}`"),
        hints: vec![
            format!("set {ACCESS_KEY} and {SECRET_KEY}, or name a file in {FILE} or a command in {COMMAND}"),
            format!("with `{own}` behind its name a variable is for this target alone"),
        ],
    })
}

fn half(set: &str, missing: &str) -> ServiceError {
    ServiceError::Request {
        message: format!("{set} is set, and {missing} is not: a pair of keys has two"),
        hints: vec![format!("set {missing}, as a secret")],
    }
}

fn secret_error(error: &SecretError) -> ServiceError {
    let hints = vec!["an access key and its secret key are made in the account's My Credentials".to_owned()];
    ServiceError::Request { message: error.to_string(), hints }
}

/// The pair in a text: JSON, or the access key on the first line and the secret key on the second.
fn keys(text: &str, place: &str) -> Result<KeyPair, ServiceError> {
    let wrong = || {
        ServiceError::Request {
        message: format!("{place}: there is no pair of keys in it"),
        hints: vec![
            "it holds `{\"accessKey\": \"...\", \"secretKey\": \"...\"}`, or the access key on one line and the secret \
             key on the next"
                .to_owned(),
        ],
    }
    };
    let (access_key, secret_key) = if text.trim_start().starts_with('{') {
        // What serde says of a text repeats parts of it.
        let document: Document = serde_json::from_str(text).map_err(|_| wrong())?;
        (document.access_key, document.secret_key)
    } else {
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let [access_key, secret_key] = lines[..] else { return Err(wrong()) };
        (access_key.to_owned(), secret_key.to_owned())
    };
    KeyPair::new((&access_key, place), (&secret_key, place)).map_err(|error| secret_error(&error))
}

fn read(variable: &str, path: &Utf8Path, root: &Utf8Path) -> Result<String, ServiceError> {
    let failed = |reason: String| ServiceError::Request {
        message: format!("{variable}: cannot read {path}: {reason}"),
        hints: vec!["name a file with the keys, outside of the catalog".to_owned()],
    };
    let known = path.canonicalize_utf8().map_err(|error| failed(error.to_string()))?;
    let root = root.canonicalize_utf8().unwrap_or_else(|_| root.to_owned());
    // What stands in a catalog is committed sooner or later, and comes from pull requests.
    if known.starts_with(&root) {
        return Err(failed("it stands in the catalog's folder, which no keys are taken from".to_owned()));
    }
    let about = std::fs::metadata(&known).map_err(|error| failed(error.to_string()))?;
    if !about.is_file() || about.len() > BYTES_MAX {
        return Err(failed(format!("it is no file of at most {BYTES_MAX} bytes")));
    }
    if is_writable_by_others(&about) {
        return Err(failed("everybody on this machine may write it (`chmod o-w` mends that)".to_owned()));
    }
    std::fs::read_to_string(&known).map_err(|error| failed(error.to_string()))
}

/// Files that are mounted into containers are readable by everybody there, so that only writing is looked at.
#[cfg(unix)]
fn is_writable_by_others(about: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    about.permissions().mode() & 0o002 != 0
}

#[cfg(not(unix))]
fn is_writable_by_others(_about: &std::fs::Metadata) -> bool {
    false
}

/// The words of a command: a JSON list of texts, or what stands between spaces.
fn words(text: &str) -> Option<Vec<String>> {
    let words: Vec<String> = match text.trim_start().starts_with('[') {
        true => serde_json::from_str(text).ok()?,
        false => text.split_whitespace().map(str::to_owned).collect(),
    };
    words.first().is_some_and(|program| !program.is_empty()).then_some(words)
}

/// What a command prints. No shell reads it, and it runs where no catalog lies.
fn run(variable: &str, text: &str) -> Result<String, ServiceError> {
    let failed = |reason: String| {
        ServiceError::Request {
        message: format!("{variable}: {reason}"),
        hints: vec![
            "it names a program and its words, as in `/usr/local/bin/keys --account acme` or `[\"keys\", \"two \
             words\"]`; no shell reads it"
                .to_owned(),
        ],
    }
    };
    let words =
        words(text).ok_or_else(|| failed("it is neither words nor a JSON list of texts".to_owned()))?;
    let (program, arguments) =
        words.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let path = Utf8PathBuf::from(program);
    if !path.is_absolute() && path.components().count() > 1 {
        return Err(failed(format!(
            "`{program}` is found from the folder that this runs in; write the whole path"
        )));
    }
    let elsewhere = if cfg!(unix) { OsString::from("/") } else { std::env::temp_dir().into_os_string() };
    let mut command = Command::new(program);
    command.args(arguments).current_dir(elsewhere);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let mut child =
        command.spawn().map_err(|error| failed(format!("`{program}` cannot be started: {error}")))?;
    let (tell, told) = channel();
    if let Some(stdout) = child.stdout.take() {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let read = stdout.take(BYTES_MAX + 1).read_to_end(&mut bytes).map(|_| bytes);
            let _ = tell.send(read);
        });
    }
    let deadline = Instant::now() + TIME_MAX;
    let status = wait(&mut child, deadline).map_err(|error| failed(format!("`{program}`: {error}")))?;
    match status {
        None => return Err(failed(format!("`{program}` took longer than {} s", TIME_MAX.as_secs()))),
        Some(status) if !status.success() => return Err(failed(format!("`{program}` failed: {status}"))),
        Some(_) => {}
    }
    // A helper that outlives the program may hold the stream open.
    let bytes = told.recv_timeout(Duration::from_secs(2));
    let bytes = bytes.map_err(|_| failed(format!("`{program}` did not end what it prints")))?;
    let bytes = bytes.map_err(|error| failed(format!("`{program}`: {error}")))?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(failed(format!("`{program}` prints more than {BYTES_MAX} bytes")));
    }
    String::from_utf8(bytes).map_err(|_| failed(format!("what `{program}` prints is no text")))
}

/// Waits until then; a program that is not done is ended.
fn wait(child: &mut Child, deadline: Instant) -> std::io::Result<Option<ExitStatus>> {
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() > deadline {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const PAIR: [(&str, &str); 2] = [(ACCESS_KEY, "AAAAAAAAAAAA"), (SECRET_KEY, "SSSSSSSSSSSS")];

    fn found(variables: &[(&str, &str)]) -> Result<Credentials, String> {
        let known: BTreeMap<&str, &str> = variables.iter().copied().collect();
        let variable = |name: &str| known.get(name).map(|value| (*value).to_owned());
        let target = Key::new("eu-live").unwrap();
        credentials(&target, Utf8Path::new("/nowhere/catalog"), &variable).map_err(|error| match error {
            ServiceError::Request { message, hints } => format!("{message}\n{}", hints.join("\n")),
            other => other.to_string(),
        })
    }

    fn pair(access: &str, secret: &str) -> KeyPair {
        KeyPair::new((access, "A"), (secret, "S")).unwrap()
    }

    #[test]
    fn words_for_one_target_come_before_those_for_all() {
        let all = found(&PAIR).unwrap();
        assert_eq!(all.keys, pair("AAAAAAAAAAAA", "SSSSSSSSSSSS"));
        assert_eq!(all.from, "GALLERIST_ACCESS_KEY and GALLERIST_SECRET_KEY");
        let own = [
            PAIR[0],
            PAIR[1],
            ("GALLERIST_ACCESS_KEY_EU_LIVE", "EEEEEEEEEEEE"),
            ("GALLERIST_SECRET_KEY_EU_LIVE", "FFFFFFFFFFFF"),
        ];
        assert_eq!(found(&own).unwrap().keys, pair("EEEEEEEEEEEE", "FFFFFFFFFFFF"));
    }

    #[test]
    fn what_is_missing_or_said_twice_is_named() {
        let none = found(&[]).unwrap_err();
        assert!(
            none.contains("GALLERIST_ACCESS_KEY and GALLERIST_SECRET_KEY") && none.contains("`_EU_LIVE`"),
            "{none}"
        );
        let half = found(&PAIR[..1]).unwrap_err();
        assert!(half.starts_with("GALLERIST_ACCESS_KEY is set, and GALLERIST_SECRET_KEY is not"), "{half}");
        // Half a pair for one target is not filled up with the other half for all.
        let mixed = found(&[PAIR[0], PAIR[1], ("GALLERIST_SECRET_KEY_EU_LIVE", "FFFFFFFFFFFF")]).unwrap_err();
        assert!(mixed.contains("GALLERIST_ACCESS_KEY_EU_LIVE is not"), "{mixed}");
        let twice = found(&[PAIR[0], PAIR[1], (COMMAND, "keys")]).unwrap_err();
        assert!(
            twice.contains("more than one way: GALLERIST_ACCESS_KEY, GALLERIST_CREDENTIALS_COMMAND"),
            "{twice}"
        );
        assert!(found(&[(FILE, "/keys"), (COMMAND, "keys")]).is_err());
    }

    #[test]
    fn errors_never_repeat_a_key() {
        for text in [
            r#"{"accessKey": "AAAAAAAAAAAA", "secretKey": 12345678}"#,
            r#"{"accessKey": "AAAAAAAAAAAA", "secretKey": "two words"}"#,
            "AAAAAAAAAAAA",
            "AAAAAAAAAAAA\nSSSSSSSSSSSS\nmore",
        ] {
            let said = format!("{:?}", keys(text, "P").unwrap_err());
            assert!(
                !said.contains("AAAA") && !said.contains("1234") && !said.contains("two words"),
                "{said}"
            );
        }
        assert_eq!(keys("AAAAAAAAAAAA\nSSSSSSSSSSSS\n", "P").unwrap(), pair("AAAAAAAAAAAA", "SSSSSSSSSSSS"));
    }

    #[test]
    fn a_command_is_run_without_a_shell_and_elsewhere() {
        let printed = |text: &str| found(&[(COMMAND, text)]);
        let json = r#"["printf", "{\"accessKey\": \"AAAAAAAAAAAA\", \"secretKey\": \"SSSSSSSSSSSS\"}"]"#;
        assert_eq!(printed(json).unwrap().keys, pair("AAAAAAAAAAAA", "SSSSSSSSSSSS"));
        assert!(printed("./keys").unwrap_err().contains("write the whole path"));
        assert!(printed("bin/keys").unwrap_err().contains("write the whole path"));
        assert!(printed("false").unwrap_err().contains("`false` failed"));
        assert!(printed("[]").unwrap_err().contains("neither words nor a JSON list"));
        assert!(printed("no-such-program-anywhere").unwrap_err().contains("cannot be started"));
        assert!(printed("echo AAAAAAAAAAAA;echo SSSSSSSSSSSS").unwrap_err().contains("no pair of keys"));
        assert!(printed("head -c 20000 /dev/zero").unwrap_err().contains("more than"));
    }
}
