//! What the marketplace would say to what is wrong, and how sellers mend it.

use crate::diagnostic::Severity;
use crate::model::Activity;
use crate::report::{PreflightCheck, Problem};

/// A problem, with the marketplace's word on it.
pub(super) fn problem(
    check: PreflightCheck,
    severity: Severity,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Problem {
    let marketplace = match severity {
        Severity::Error => marketplace(check).to_owned(),
        _ => milder(check).to_owned(),
    };
    Problem { check, severity, message: message.into(), marketplace, help: help.into() }
}

/// What becomes of an error.
fn marketplace(check: PreflightCheck) -> &'static str {
    match check {
        PreflightCheck::Address => {
            "KooGallery calls an https address with a public domain name, a valid certificate and TLS 1.2 or later; it says that \
             the interface address cannot be reached, and the submission does not go through"
        }
        PreflightCheck::Status => {
            "KooGallery takes every status but 200 for an abnormal answer: debugging fails, and the submission does not go \
             through"
        }
        PreflightCheck::ContentType => {
            "KooGallery reads answers of the type application/json only: it says that the response format is wrong, and the \
             submission does not go through"
        }
        PreflightCheck::Time => {
            "KooGallery waits 20 seconds at most, and 5 by its newest pages: it says that the call timed out, and the submission \
             does not go through"
        }
        PreflightCheck::Result => {
            "KooGallery shows the result code as an abnormal answer, and the submission does not go through; for a buyer the \
             order would fail and be tried again every hour"
        }
        PreflightCheck::Instance => {
            "KooGallery says that a mandatory parameter is missing in the response, and the submission does not go through"
        }
        PreflightCheck::Repetition => {
            "KooGallery repeats calls whenever an answer is late: a buyer would get two instances for one order, and the saved \
             case fails when it is replayed"
        }
        PreflightCheck::Signature | PreflightCheck::UnknownInstance => milder(check),
        PreflightCheck::BodySign => {
            "KooGallery checks the signature of an answer that has one, and says that the response cannot be verified"
        }
        PreflightCheck::Length => {
            "KooGallery says that a parameter in the response is too long, and the submission does not go through"
        }
        PreflightCheck::Matrix => {
            "KooGallery says which debugging cases are missing, and the submission does not go through"
        }
    }
}

/// What becomes of a warning.
fn milder(check: PreflightCheck) -> &'static str {
    match check {
        PreflightCheck::Signature => {
            "KooGallery does not try this; anybody who knows the address could make, freeze and release instances"
        }
        PreflightCheck::UnknownInstance => {
            "KooGallery does not try this; what went wrong with an instance is then not told apart from success"
        }
        PreflightCheck::Time => {
            "KooGallery's newest pages allow 5 seconds; the longest that any page allows is 20"
        }
        PreflightCheck::BodySign => {
            "KooGallery's pages contradict each other: the European ones want every answer signed"
        }
        _ => "KooGallery takes it today",
    }
}

/// What a result code means.
pub(super) fn code_words(code: &str, activity: Activity) -> &'static str {
    let is_new = activity == Activity::NewInstance;
    match code {
        "000000" => "success",
        "000001" => "authentication failed",
        "000002" => "invalid parameters",
        "000003" => "the instance does not exist",
        "000004" => "being processed",
        "000005" => "another internal error",
        "000100" if is_new => "no resource",
        "000101" if is_new => "mobile number missing or duplicate",
        "000102" if is_new => "e-mail missing or duplicate",
        "000103" if is_new => "already purchased",
        "000104" if is_new => "internal error",
        "000105" if is_new => "already subscribed to the benefit",
        "000106" if is_new => "sold out",
        "000107" if is_new => "the e-mail domain exists already",
        _ => "no code of the interfaces",
    }
}

/// What to do about a result code.
pub(super) fn code_help(code: &str) -> &'static str {
    match code {
        "000001" => {
            "check that both sides use the same access key, that the service compares signatures over the raw body and in either \
             case, and that the variant under `signature` in cases.yaml is the one it checks"
        }
        "000002" => "look in the service's log for the parameter it does not take, and compare it with the case",
        "000003" => "keep instances made with testFlag until they are released, and look them up by the id that was answered",
        "000004" => "where instances are made later, write `accepts: [\"000000\", \"000004\"]` at the case",
        _ => "look in the service's log; a call with testFlag 1 should do everything but charge",
    }
}
