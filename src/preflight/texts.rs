//! What result codes mean, and how sellers mend them.

use crate::model::Activity;

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
        "000002" => {
            "look in the service's log for the parameter it does not take, and compare it with the case"
        }
        "000003" => {
            "keep instances made with testFlag until they are released, and look them up by the id that was answered"
        }
        "000004" => "where instances are made later, write `accepts: [\"000000\", \"000004\"]` at the case",
        _ => "look in the service's log; a call with testFlag 1 should do everything but charge",
    }
}
