//! The order of the calls: every case twice, what should be refused, and what is left out and why.

use super::answer::{Answer, Expected, Judged, judge};
use super::call::{Call, Values, Way, build};
use super::redact::Redactor;
use crate::diagnostic::Severity;
use crate::http::Secret;
use crate::model::{Activity, Case, CaseField, Cases, Key};
use crate::report::{CallKind, CallResult, CallVerdict, PreflightCheck as Check, Problem};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How long is waited for an answer at most.
pub(super) const TIME_MAX: Duration = Duration::from_secs(20);

/// How many calls may go unanswered before the others are left out.
const UNANSWERED_MAX: usize = 2;

/// Why there is no answer. Texts hold no address with a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It took too long.
    Slow,
    /// The certificate or the version of TLS is not right.
    Tls(String),
    /// Nothing can be sent there, or nothing came back.
    Unreachable(String),
    /// The answer is larger than anything that is read.
    Large,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// How long it took.
    pub took: Duration,
    /// The answer.
    pub answer: Result<Answer, Trouble>,
}

/// Clock, chance and network.
pub trait World {
    /// The moment.
    fn now(&self) -> Timestamp;
    /// A text of 32 letters and digits that was never given before.
    fn nonce(&mut self) -> String;
    /// Makes one call.
    fn call(&mut self, call: &Call) -> Heard;
}

/// What is replayed.
#[derive(Debug)]
pub struct Work<'a> {
    /// The address, without a query.
    pub address: &'a str,
    /// The cases.
    pub cases: &'a Cases,
    /// The specifications to be released, each with its billing modes.
    pub specifications: &'a [(Key, BTreeSet<crate::model::BillingMode>)],
    /// The access key.
    pub key: &'a Secret,
    /// Whether calls that write on the seller's system are made.
    pub may_write: bool,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Replayed {
    /// What is wrong with all calls alike.
    pub problems: Vec<Problem>,
    /// The calls, in their order.
    pub calls: Vec<CallResult>,
}

/// Replays all cases, once for each set of specifications that share them.
#[must_use]
pub fn replay(work: &Work<'_>, world: &mut dyn World) -> Replayed {
    let mut redactor = Redactor::default();
    redactor.hide(work.key.expose());
    let mut run = Run { work, world, redactor, replayed: Replayed::default(), unanswered: 0, stopped: None };
    for (specifications, cases) in work.rounds() {
        let mut made: BTreeMap<Key, String> = BTreeMap::new();
        for case in &cases {
            run.case(case, &specifications, &mut made);
        }
    }
    run.refusals();
    // What a later answer gave away may stand in an earlier text.
    let Run { redactor, mut replayed, .. } = run;
    let texts =
        replayed.problems.iter_mut().chain(replayed.calls.iter_mut().flat_map(|call| &mut call.problems));
    texts.for_each(|problem| problem.message = redactor.clean(&problem.message));
    replayed
}

impl<'a> Work<'a> {
    /// The cases of each specification; those with the same ones stand together.
    fn rounds(&self) -> Vec<(Vec<Key>, Vec<&'a Case>)> {
        if self.specifications.is_empty() {
            // What is sold is said elsewhere: everything is called.
            return vec![(Vec::new(), self.cases.cases.iter().collect())];
        }
        let mut rounds: Vec<(Vec<Key>, Vec<&'a Case>)> = Vec::new();
        for (key, modes) in self.specifications {
            let is_for = |case: &&Case| {
                let is_offered = case.mode.is_none_or(|mode| modes.is_empty() || modes.contains(&mode));
                is_offered && case.is_for(key, case.mode)
            };
            let cases: Vec<&Case> = self.cases.cases.iter().filter(is_for).collect();
            match rounds.iter_mut().find(|(_, known)| *known == cases) {
                Some((keys, _)) => keys.push(key.clone()),
                None => rounds.push((vec![key.clone()], cases)),
            }
        }
        rounds
    }
}

struct Run<'a, 'w> {
    work: &'a Work<'a>,
    world: &'w mut dyn World,
    redactor: Redactor,
    replayed: Replayed,
    unanswered: usize,
    /// Why nothing more is called.
    stopped: Option<String>,
}

impl Run<'_, '_> {
    fn case(&mut self, case: &Case, specifications: &[Key], made: &mut BTreeMap<Key, String>) {
        let result = |kind| CallResult {
            specifications: specifications.to_vec(),
            case: case.name.clone(),
            place: None,
            activity: case.activity,
            kind,
            verdict: CallVerdict::NotRun,
            latency_ms: None,
            status: None,
            result_code: None,
            not_run: None,
            problems: Vec::new(),
        };
        let own = case.field(CaseField::InstanceId).map(str::to_owned);
        let asked = own.or_else(|| made.get(case.instance_of.as_ref()?).cloned());
        let left_out = if !self.work.may_write && !case.activity.only_reads() {
            Some("it writes on the seller's system: `--allow-production-calls`".to_owned())
        } else if case.activity.is_about_an_instance() && asked.is_none() {
            let maker = case.instance_of.as_ref().map_or_else(String::new, |maker| format!("`{maker}` of "));
            Some(format!("{maker}this run made no instance that it could be about"))
        } else {
            None
        };
        let mut first_made: Option<String> = None;
        for kind in [CallKind::First, CallKind::Again] {
            let mut result = result(kind);
            if let Some(why) = left_out.clone().or_else(|| self.stopped.clone()) {
                result.not_run = Some(why);
                self.replayed.calls.push(result);
                continue;
            }
            let judged = self.call(case, kind, asked.as_deref(), first_made.as_deref(), &mut result);
            if case.activity == Activity::NewInstance {
                let instance = judged.instance.clone();
                if let Some(instance) = &instance {
                    made.entry(case.name.clone()).or_insert_with(|| instance.clone());
                }
                first_made = first_made.or(instance);
            }
            self.replayed.calls.push(result);
        }
    }

    /// What a careful service refuses. All of it only asks, so that nothing is changed where it is not refused.
    fn refusals(&mut self) {
        let query = self.work.cases.cases.iter().find(|case| case.activity == Activity::QueryInstance);
        let Some(query) = query else { return };
        let keys: Vec<Key> = self.work.specifications.iter().map(|(key, _)| key.clone()).collect();
        for kind in [CallKind::WrongSignature, CallKind::StaleTimestamp, CallKind::UnknownInstance] {
            let mut result = CallResult {
                specifications: keys.clone(),
                case: query.name.clone(),
                place: None,
                activity: query.activity,
                kind,
                verdict: CallVerdict::NotRun,
                latency_ms: None,
                status: None,
                result_code: None,
                not_run: self.stopped.clone(),
                problems: Vec::new(),
            };
            if result.not_run.is_none() {
                let unknown = format!("unknown-{}", self.world.nonce());
                let fields = vec![(CaseField::InstanceId, unknown.clone())];
                let case = Case { fields, ..query.clone() };
                let _ = self.call(&case, kind, Some(&unknown), None, &mut result);
            }
            self.replayed.calls.push(result);
        }
    }

    fn call(
        &mut self,
        case: &Case,
        kind: CallKind,
        asked: Option<&str>,
        made: Option<&str>,
        result: &mut CallResult,
    ) -> Judged {
        let Work { address, cases, key, .. } = self.work;
        let (nonce, business_id) = (self.world.nonce(), self.world.nonce());
        let values = Values {
            key,
            signature: cases.signature,
            now: self.world.now(),
            nonce: &nonce,
            business_id: &business_id,
            instance: asked,
        };
        let way = match kind {
            CallKind::First | CallKind::Again | CallKind::UnknownInstance => Way::Right,
            CallKind::WrongSignature => Way::WrongSignature,
            CallKind::StaleTimestamp => Way::Stale,
        };
        let call = build(address, case, way, &values);
        self.redactor.hide(&call.signature);
        let Heard { took, answer } = self.world.call(&call);
        result.latency_ms = Some(u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
        let judged = match answer {
            Ok(answer) => {
                self.unanswered = 0;
                result.status = Some(answer.status);
                let expected = Expected { cases, case, kind, key, asked, made, took };
                judge(&answer, &expected, &mut self.redactor)
            }
            Err(trouble) => Judged { problems: vec![self.trouble(&trouble)], ..Judged::default() },
        };
        result.result_code.clone_from(&judged.code);
        result.problems.clone_from(&judged.problems);
        let worst = judged.problems.iter().map(|problem| problem.severity).max();
        result.verdict = match worst {
            Some(Severity::Error) => CallVerdict::Red,
            Some(Severity::Warning | Severity::Note) => CallVerdict::Warned,
            None => CallVerdict::Green,
        };
        judged
    }

    fn trouble(&mut self, trouble: &Trouble) -> Problem {
        self.unanswered += 1;
        let (check, message, help) = match trouble {
            Trouble::Slow => (
                Check::Time,
                format!("there was no answer within {} s", TIME_MAX.as_secs()),
                "answer `newInstance` with 000004 and make the instance afterwards; answer everything else at once",
            ),
            Trouble::Tls(reason) => (
                Check::Address,
                format!("no secure connection can be made: {reason}"),
                "serve a certificate of a public authority for this name, with its whole chain, and TLS 1.2 or later",
            ),
            Trouble::Unreachable(reason) => (
                Check::Address,
                format!("the address cannot be reached: {reason}"),
                "look whether the service runs, and whether it lets in callers from anywhere: those of the marketplace have no \
                 fixed addresses",
            ),
            Trouble::Large => {
                (Check::Result, "the answer is far too large".to_owned(), "answer with one small JSON object")
            }
        };
        let is_hopeless = matches!(trouble, Trouble::Tls(_) | Trouble::Unreachable(_));
        if is_hopeless || self.unanswered >= UNANSWERED_MAX {
            self.stopped = Some("the calls before it were not answered".to_owned());
        }
        Problem::of(check, Severity::Error, self.redactor.clean(&message), help)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BillingMode;
    use crate::preflight::body_sign;
    use serde_json::{Value, json};

    const KEY: &str = "demo-access-key-0001";

    /// A service that is right, or does not answer at all.
    struct Fake {
        answers: bool,
        nonces: u32,
        calls: Vec<Value>,
    }

    impl World for Fake {
        fn now(&self) -> Timestamp {
            Timestamp::from_second(1_700_000_000).unwrap()
        }

        fn nonce(&mut self) -> String {
            self.nonces += 1;
            format!("{:032}", self.nonces)
        }

        fn call(&mut self, call: &Call) -> Heard {
            let took = Duration::from_millis(7);
            let asked: Value = serde_json::from_str(call.body.as_deref().unwrap()).unwrap();
            self.calls.push(asked.clone());
            if !self.answers {
                return Heard { took, answer: Err(Trouble::Unreachable("nobody listens".to_owned())) };
            }
            let id = asked["instanceId"].as_str().unwrap_or_default();
            let answer = match asked["activity"].as_str().unwrap() {
                "newInstance" => {
                    json!({"resultCode": "000000", "resultMsg": "ok", "instanceId": asked["orderId"]})
                }
                _ if id.starts_with("unknown-") => json!({"resultCode": "000003", "resultMsg": "none"}),
                "queryInstance" => json!({"resultCode": "000000", "resultMsg": "ok", "info": [
                    {"instanceId": id, "appInfo": {"frontEndUrl": "https://app.example/"}}]}),
                _ => json!({"resultCode": "000000", "resultMsg": "ok"}),
            };
            let body = answer.to_string().into_bytes();
            let answer = Answer {
                status: 200,
                content_type: Some("application/json".to_owned()),
                body_sign: Some(body_sign(KEY, &body)),
                location: None,
                body,
            };
            Heard { took, answer: Ok(answer) }
        }
    }

    fn case(position: usize, name: &str, activity: Activity, specification: Option<&str>) -> Case {
        let order =
            [(CaseField::OrderId, format!("order-of-{name}")), (CaseField::OrderLineId, "1".to_owned())];
        Case {
            name: Key::new(name).unwrap(),
            activity,
            fields: if activity == Activity::NewInstance { order.into() } else { Vec::new() },
            instance_of: (activity != Activity::NewInstance).then(|| Key::new("create").unwrap()),
            specification: specification.map(|key| Key::new(key).unwrap()),
            mode: None,
            accepts: BTreeSet::new(),
            position,
        }
    }

    fn replayed(cases: Vec<Case>, may_write: bool, answers: bool) -> (Replayed, Vec<Value>) {
        let cases = Cases { cases, ..Cases::default() };
        let modes: BTreeSet<BillingMode> = [BillingMode::Yearly].into();
        let specifications = ["basic", "plus", "team"].map(|key| (Key::new(key).unwrap(), modes.clone()));
        let key = Secret::new(KEY, "test").unwrap();
        let work = Work {
            address: "https://crm.acme.example/",
            cases: &cases,
            specifications: &specifications,
            key: &key,
            may_write,
        };
        let mut world = Fake { answers, nonces: 0, calls: Vec::new() };
        (replay(&work, &mut world), world.calls)
    }

    fn some() -> Vec<Case> {
        vec![
            case(0, "create", Activity::NewInstance, None),
            case(1, "query", Activity::QueryInstance, None),
            case(2, "freeze-team", Activity::UpdateInstanceStatus, Some("team")),
        ]
    }

    #[test]
    fn specifications_with_the_same_cases_are_called_once_together() {
        let (found, calls) = replayed(some(), true, true);
        let about: Vec<String> = found
            .calls
            .iter()
            .filter(|call| call.kind == CallKind::First)
            .map(|call| {
                let keys: Vec<&str> = call.specifications.iter().map(Key::as_str).collect();
                format!("{} for {}", call.case, keys.join(", "))
            })
            .collect();
        assert_eq!(
            about,
            [
                "create for basic, plus",
                "query for basic, plus",
                "create for team",
                "query for team",
                "freeze-team for team",
            ]
        );
        assert_eq!(calls[2]["instanceId"], "order-of-create", "the answer names the instance");
        assert_ne!(calls[0]["businessId"], calls[1]["businessId"], "each call has one of its own");
        assert!(calls.iter().all(|call| call["testFlag"] == "1"));
        let problems: Vec<&Problem> = found.calls.iter().flat_map(|call| &call.problems).collect();
        // This service looks at no signature.
        assert!(problems.iter().all(|problem| problem.check == Check::Signature), "{problems:#?}");
        assert_eq!(problems.len(), 2);
    }

    #[test]
    fn without_leave_nothing_is_called_that_writes() {
        let (found, calls) = replayed(some(), false, true);
        assert_eq!(calls.len(), 3, "what should be refused only asks");
        assert!(calls.iter().all(|call| call["activity"] == "queryInstance"));
        let not_run = found.calls.iter().filter(|call| call.verdict == CallVerdict::NotRun);
        assert!(not_run.count() > 5);
    }

    #[test]
    fn who_does_not_answer_is_not_asked_again_and_again() {
        let (found, calls) = replayed(some(), true, false);
        assert_eq!(calls.len(), 1);
        let [first, rest @ ..] = found.calls.as_slice() else { panic!("there are calls") };
        assert_eq!(first.problems[0].check, Check::Address);
        assert!(rest.iter().all(|call| call.not_run.is_some()));
    }
}
