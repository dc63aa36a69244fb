//! What an answer is worth: what the marketplace looks at, and what it does not but somebody else might.

use super::redact::Redactor;
use super::signature::body_sign;
use super::texts::{code_help, code_words};
use crate::diagnostic::Severity;
use crate::http::Secret;
use crate::model::{Activity, Case, Cases, SignatureForm};
use crate::report::{CallKind, PreflightCheck as Check, Problem};
use serde_json::{Map, Value};
use std::time::Duration;

/// After this long the marketplace's newest pages give up.
const SLOW: Duration = Duration::from_secs(5);

/// An answer as it came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The type of the content.
    pub content_type: Option<String>,
    /// The signature of the answer.
    pub body_sign: Option<String>,
    /// Where it says that it is, for an answer that leads elsewhere.
    pub location: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// What is known of a call when its answer is judged.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// All cases of the product.
    pub cases: &'a Cases,
    /// The case.
    pub case: &'a Case,
    /// Which call of it.
    pub kind: CallKind,
    /// The access key.
    pub key: &'a Secret,
    /// The instance that was asked about.
    pub asked: Option<&'a str>,
    /// The instance that the first call of the case made.
    pub made: Option<&'a str>,
    /// How long the answer took.
    pub took: Duration,
}

/// What was read from an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judged {
    /// What is wrong or weak.
    pub problems: Vec<Problem>,
    /// The result code.
    pub code: Option<String>,
    /// The instance that it made.
    pub instance: Option<String>,
}

/// Judges an answer. What it holds that is nobody's business is hidden from now on.
#[must_use]
pub fn judge(answer: &Answer, expected: &Expected<'_>, redactor: &mut Redactor) -> Judged {
    let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
    if let Some(body) = &body {
        redactor.hide_in(body);
    }
    let mut bench = Bench { expected, redactor, judged: Judged::default() };
    bench.transport(answer);
    if answer.status == 200 || matches!(body, Some(Value::Object(_))) {
        bench.signature_of(answer);
        match body.as_ref() {
            Some(Value::Object(fields)) => bench.fields(fields),
            Some(_) => bench.error(Check::Result, "the answer is JSON, but no object", OBJECT),
            None => bench.error(Check::Result, "the answer is not JSON in UTF-8", OBJECT),
        }
    }
    bench.judged
}

const OBJECT: &str = "answer with one JSON object: {\"resultCode\": \"000000\", \"resultMsg\": \"success\"}";

struct Bench<'a> {
    expected: &'a Expected<'a>,
    redactor: &'a Redactor,
    judged: Judged,
}

impl Bench<'_> {
    fn add(&mut self, check: Check, severity: Severity, message: impl AsRef<str>, help: &str) {
        let message = self.redactor.clean(message.as_ref());
        self.judged.problems.push(Problem::of(check, severity, message, help));
    }

    fn error(&mut self, check: Check, message: impl AsRef<str>, help: &str) {
        self.add(check, Severity::Error, message, help);
    }

    fn transport(&mut self, answer: &Answer) {
        let Answer { status, content_type, location, .. } = answer;
        match (status, location) {
            (200, _) => {}
            (300..400, Some(location)) => self.error(
                Check::Status,
                // Where it leads is told without what stands behind the name.
                format!("it answers with status {status} and leads to {}", place(location)),
                "answer at the address itself: redirects are not followed",
            ),
            _ => self.error(
                Check::Status,
                format!("it answers with status {status}"),
                "answer with status 200 whenever the call was understood, and say in `resultCode` what became of it",
            ),
        }
        let kind = content_type.as_deref().unwrap_or("");
        let mut parts = kind.split(';').map(|part| part.trim().to_ascii_lowercase());
        let is_json = parts.next().is_some_and(|kind| kind == "application/json");
        let is_utf8 = parts.all(|part| match part.strip_prefix("charset=") {
            Some(charset) => charset.trim_matches('"') == "utf-8",
            None => true,
        });
        if *status == 200 && !(is_json && is_utf8) {
            let kind = if kind.is_empty() { "missing".to_owned() } else { format!("`{kind}`") };
            self.error(
                Check::ContentType,
                format!("the type of the answer is {kind}"),
                "answer with `Content-Type: application/json`, in UTF-8",
            );
        }
        let took = self.expected.took;
        if took > SLOW {
            self.add(
                Check::Time,
                Severity::Warning,
                format!("the answer took {:.1} s", took.as_secs_f64()),
                "answer `newInstance` with 000004 and make the instance afterwards; answer everything else at once",
            );
        }
    }

    fn signature_of(&mut self, answer: &Answer) {
        let help = "sign the whole body: `Body-Sign: sign_type=\"HMAC-SHA256\", signature=\"<base64 of HMAC-SHA256 with the \
                    access key>\"`";
        let Some(given) = answer.body_sign.as_deref() else {
            let is_first = self.expected.cases.signature.form == SignatureForm::V1;
            let severity = if is_first { Severity::Error } else { Severity::Warning };
            return self.add(Check::BodySign, severity, "the answer is not signed (`Body-Sign`)", help);
        };
        let right = body_sign(self.expected.key.expose(), &answer.body);
        let without_space = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        if without_space(given) != without_space(&right) {
            self.error(Check::BodySign, "the answer's signature (`Body-Sign`) is wrong", help);
        }
    }

    fn fields(&mut self, fields: &Map<String, Value>) {
        let Some(code) = fields.get("resultCode").and_then(Value::as_str).map(str::to_owned) else {
            return self.error(Check::Result, "the answer has no `resultCode`, or it is no text", OBJECT);
        };
        self.judged.code = Some(self.redactor.clean(&code));
        let said = match fields.get("resultMsg").and_then(Value::as_str) {
            None | Some("") => {
                self.error(Check::Result, "the answer has no `resultMsg`", OBJECT);
                ""
            }
            Some(said) => said,
        };
        self.length("resultMsg", said, 255);
        self.length("resultCode", &code, 6);
        match self.expected.kind {
            CallKind::First | CallKind::Again => self.result(&code, said, fields),
            CallKind::WrongSignature => self.refusal(&code, "000001", Check::Signature, "a wrong signature"),
            CallKind::StaleTimestamp => {
                self.refusal(&code, "000001", Check::Signature, "a timestamp of an hour ago");
            }
            CallKind::UnknownInstance => {
                self.refusal(&code, "000003", Check::UnknownInstance, "an instance that does not exist");
            }
        }
    }

    /// What should have been refused.
    fn refusal(&mut self, code: &str, wanted: &str, check: Check, what: &str) {
        if code == wanted {
            return;
        }
        let words = code_words(code, self.expected.case.activity);
        let help = match check {
            Check::UnknownInstance => {
                "look the instance up before anything is done, and answer 000003 where there is none"
            }
            _ => {
                "compute the signature over the raw body, compare it in constant time, take timestamps of the last minute only, \
                 and answer 000001 to everything else"
            }
        };
        self.add(
            check,
            Severity::Warning,
            format!("{what} is answered with {code} ({words}) instead of {wanted}"),
            help,
        );
    }

    fn result(&mut self, code: &str, said: &str, fields: &Map<String, Value>) {
        let Expected { cases, case, kind, .. } = self.expected;
        let is_released_already =
            case.activity == Activity::ReleaseInstance && *kind == CallKind::Again && code == "000003";
        if !cases.accepts(case, code) && !is_released_already {
            let words = code_words(code, case.activity);
            let said = if said.is_empty() { String::new() } else { format!(": {said}") };
            return self.error(Check::Result, format!("it answers {code} ({words}){said}"), code_help(code));
        }
        match case.activity {
            Activity::NewInstance => self.new_instance(code, fields),
            Activity::QueryInstance => self.info(fields),
            _ => {}
        }
    }

    fn new_instance(&mut self, code: &str, fields: &Map<String, Value>) {
        let instance = fields.get("instanceId").and_then(Value::as_str).filter(|id| !id.is_empty());
        if let Some(Value::Object(info)) = fields.get("appInfo") {
            self.app_info(info);
        }
        let Some(instance) = instance else {
            if code == "000000" {
                self.error(
                    Check::Instance,
                    "the answer has no `instanceId`",
                    "answer with the id of the instance; the `businessId` of the first call will do",
                );
            }
            return;
        };
        self.length("instanceId", instance, 64);
        self.judged.instance = Some(instance.to_owned());
        if let Some(made) = self.expected.made.filter(|made| *made != instance) {
            let message = format!("the same order made another instance: first `{made}`, then `{instance}`");
            self.error(
                Check::Repetition,
                message,
                "look orders up by orderId and orderLineId (metered: by orderId and productId), and answer with the instance \
                 there is",
            );
        }
    }

    fn info(&mut self, fields: &Map<String, Value>) {
        let Some(Value::Array(list)) = fields.get("info") else {
            return self.error(
                Check::Instance,
                "the answer has no list `info`",
                "answer with `info`, one entry for each instance that was asked about",
            );
        };
        let help = "answer with `instanceId` and `appInfo` (`frontEndUrl`) of each instance";
        let mut found = Vec::new();
        for entry in list {
            match entry.get("instanceId").and_then(Value::as_str) {
                Some(id) if !id.is_empty() => found.push(id),
                _ => self.error(Check::Instance, "an entry of `info` has no `instanceId`", help),
            }
            match entry.get("appInfo") {
                Some(Value::Object(info)) => self.app_info(info),
                _ => self.error(Check::Instance, "an entry of `info` has no `appInfo`", help),
            }
            if let Some(usage) = entry.get("usageInfo").filter(|usage| !usage.is_null()) {
                for name in ["usageValue", "statisticalTime"] {
                    if usage.get(name).is_none_or(Value::is_null) {
                        let message = format!("`usageInfo` has no `{name}`");
                        self.error(Check::Instance, message, "answer with both, or leave `usageInfo` out");
                    }
                }
            }
        }
        for asked in self.expected.asked.into_iter().flat_map(|asked| asked.split(',')) {
            if !found.contains(&asked) {
                let message = format!("`info` says nothing of the instance `{asked}`");
                self.error(Check::Instance, message, help);
            }
        }
    }

    fn app_info(&mut self, info: &Map<String, Value>) {
        let text = |name: &str| info.get(name).and_then(Value::as_str).unwrap_or_default();
        if text("frontEndUrl").is_empty() {
            self.error(
                Check::Instance,
                "`appInfo` has no `frontEndUrl`",
                "answer with the address where the buyer uses the instance",
            );
        }
        for (name, limit) in [("frontEndUrl", 512), ("adminUrl", 512), ("userName", 128), ("password", 128)] {
            self.length(name, text(name), limit);
        }
    }

    fn length(&mut self, name: &str, text: &str, limit: usize) {
        let length = text.chars().count();
        if length > limit {
            let message = format!("`{name}` has {length} characters, and {limit} are taken");
            self.error(Check::Length, message, "make it shorter");
        }
    }
}

/// The name of a place that an answer leads to.
fn place(location: &str) -> String {
    match reqwest::Url::parse(location) {
        Ok(url) => url.host_str().unwrap_or("nowhere").to_owned(),
        Err(_) => "another path".to_owned(),
    }
}
