//! Proptest strategies for what commands report.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::arbitrary::{key, text};
use crate::arbitrary_plan::{date, diagnostics, ignored_drift};
use crate::arbitrary_state::{
    application_id, review, scope, submission, submission_id, submission_kind, timestamp,
};
use gallerist::diagnostic::Severity;
use gallerist::model::{Activity, Currency};
use gallerist::plan::Standing;
use gallerist::report::{
    Account, Actor, Area, CallKind, CallResult, CallVerdict, Checkup, Deed, Entry, Evidenced, Examined,
    FilePlace, Health, LedgerAudit, LedgerFlaw, LedgerLog, LedgerRow, Merged, Next, Notified, Outcome,
    PendingReview, Place, Preflight, PreflightCheck, PreflightStanding, PreflightedProduct, Problem,
    Rejection, StandingApproval, Status, StatusRow, SubmissionDetail, SubmissionRow,
};
use gallerist::service::{Checked, Preflighted, Ran, Recorded};
use gallerist::submission::OperationId;
use gallerist::text::{ColumnNumber, LineNumber, Position};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

fn place() -> BoxedStrategy<Place> {
    ("[a-z]{1,5}/[a-z]{1,5}\\.yaml", 1_u32.., 1_u32.., any::<bool>())
        .prop_map(|(path, line, column, named)| Place {
            path: path.into(),
            position: Position { line: LineNumber(line), column: ColumnNumber(column) },
            named,
        })
        .boxed()
}

fn rejection() -> BoxedStrategy<Rejection> {
    let commit = option::of("[0-9a-f]{40}");
    (submission_id(), option::of(application_id()), commit, option::of(text()), vec(place(), 0..3))
        .prop_map(|(submission, application, commit, reason, places)| Rejection {
            submission,
            application,
            commit,
            reason,
            places,
        })
        .boxed()
}

fn next() -> BoxedStrategy<Next> {
    let who = select(vec![Actor::Seller, Actor::ReleaseOwner, Actor::Run, Actor::Reviewer, Actor::Nobody]);
    (who, text(), option::of(text())).prop_map(|(who, what, command)| Next { who, what, command }).boxed()
}

fn deed() -> BoxedStrategy<Deed> {
    prop_oneof![
        (application_id(), date())
            .prop_map(|(application, expected_by)| Deed::Submitted { application, expected_by }),
        text().prop_map(|sheet| Deed::HandedOver { sheet: sheet.into() }),
        Just(Deed::Withdrawn),
        Just(Deed::Approved),
        vec(text(), 0..3).prop_map(Deed::ApprovedDifferently),
        rejection().prop_map(Deed::Rejected),
        Just(Deed::TakenBack),
        Just(Deed::ClosedAsMoot),
        (vec(any::<u16>(), 0..3), text(), any::<bool>()).prop_map(|(rules, text, technical)| Deed::Refused {
            rules,
            text,
            technical
        }),
        text().prop_map(Deed::NotSent),
        text().prop_map(Deed::Unknown),
        (timestamp(), date()).prop_map(|(since, expected_by)| Deed::InReview { since, expected_by }),
        text().prop_map(Deed::Waiting),
        text().prop_map(Deed::Blocked),
        text().prop_map(Deed::Drifted),
        text().prop_map(Deed::Skipped),
    ]
    .boxed()
}

pub(crate) fn checked() -> BoxedStrategy<Checked> {
    (any::<usize>(), diagnostics())
        .prop_map(|(products, diagnostics)| Checked {
            recalled: 0,
            products,
            subjects: Vec::new(),
            marks: Default::default(),
            prefix: Default::default(),
            files_read: 0,
            diagnostics,
        })
        .boxed()
}

pub(crate) fn ran() -> BoxedStrategy<Ran> {
    let entry = (key(), text(), option::of(submission_id()), text(), deed(), option::of(next())).prop_map(
        |(product, name, submission, what, deed, next)| Entry { product, name, submission, what, deed, next },
    );
    let notified = option::of(
        (any::<usize>(), any::<usize>(), vec(text(), 0..3))
            .prop_map(|(delivered, waiting, trouble)| Notified { delivered, waiting, trouble }),
    );
    (scope(), timestamp(), vec(entry, 0..6), any::<usize>(), option::of(text()), notified, diagnostics())
        .prop_map(|(scope, at, entries, in_sync, stopped, notified, diagnostics)| Ran {
            run: "1-1".into(),
            figures: Default::default(),
            beside_saved: None,
            account: Account { scope, at, entries, in_sync, stopped, notified },
            in_sandbox: true,
            diagnostics,
        })
        .boxed()
}

pub(crate) fn status() -> BoxedStrategy<Status> {
    let standing = select(vec![
        Standing::UnwantedInReview,
        Standing::Rejected,
        Standing::Missing,
        Standing::TakenBack,
        Standing::Refused,
        Standing::Blocked,
        Standing::Drifted,
        Standing::ToSubmit,
        Standing::InDoubt,
        Standing::InReview,
        Standing::Waiting,
        Standing::InSync,
        Standing::Retired,
        Standing::Unmanaged,
    ]);
    let row = (
        key(),
        text(),
        standing,
        option::of(timestamp()),
        option::of(date()),
        option::of(rejection()),
        option::of(text()),
        (vec(text(), 0..2), vec(ignored_drift(), 0..2)),
        next(),
    )
        .prop_map(
            |(product, name, standing, since, expected_by, rejection, refusal, (besides, ignored), next)| {
                let outcome = Outcome::of_standing(standing);
                StatusRow {
                    product,
                    name,
                    standing,
                    since,
                    expected_by,
                    rejection,
                    refusal,
                    besides,
                    ignored,
                    outcome,
                    next,
                }
            },
        );
    (scope(), date(), timestamp(), vec(row, 0..5), vec((text(), text()), 0..2))
        .prop_map(|(scope, date, observed_at, rows, unbound)| Status {
            scope,
            date,
            observed_at,
            rows,
            unbound,
        })
        .boxed()
}

pub(crate) fn submission_row() -> BoxedStrategy<SubmissionRow> {
    (
        submission_id(),
        key(),
        submission_kind(),
        any::<u32>(),
        review(),
        timestamp(),
        option::of(application_id()),
    )
        .prop_map(|(id, product, kind, attempt, review, since, application)| SubmissionRow {
            id,
            product,
            kind,
            attempt,
            review,
            since,
            application,
        })
        .boxed()
}

pub(crate) fn submission_detail() -> BoxedStrategy<SubmissionDetail> {
    let currency = select(vec!["USD", "EUR", "CNY"]);
    let history = vec((timestamp(), text()), 0..3);
    (submission_row(), submission(), option::of("[0-9a-f]{40}"), currency, history, vec(place(), 0..3))
        .prop_map(|(row, submission, commit, currency, history, places)| SubmissionDetail {
            commit,
            row,
            submission,
            currency: Currency::new(currency).unwrap(),
            history,
            places,
        })
        .boxed()
}

pub(crate) fn pending() -> BoxedStrategy<PendingReview> {
    (application_id(), text(), submission_kind(), timestamp())
        .prop_map(|(application, product_name, kind, since)| PendingReview {
            application,
            product_name,
            kind,
            since,
        })
        .boxed()
}

pub(crate) fn preflight() -> BoxedStrategy<Preflighted> {
    let problem = || {
        let severity = select([Severity::Error, Severity::Warning, Severity::Note].as_slice());
        (select(PreflightCheck::ALL), severity, text(), text(), text()).prop_map(
            |(check, severity, message, marketplace, help)| Problem {
                check,
                severity,
                message,
                marketplace,
                help,
            },
        )
    };
    let call = (
        (vec(key(), 0..3), key(), select(Activity::ALL), select(CallKind::ALL), select(CallVerdict::ALL)),
        (option::of(any::<u64>()), option::of(any::<u16>()), option::of(text()), option::of(text())),
        vec(problem(), 0..3),
    )
        .prop_map(|((specifications, case, activity, kind, verdict), numbers, problems)| {
            let (latency_ms, status, result_code, not_run) = numbers;
            let place = Some(FilePlace { path: "products/a/cases.yaml".into(), extent: None });
            CallResult {
                specifications,
                case,
                place,
                activity,
                kind,
                verdict,
                latency_ms,
                status,
                result_code,
                not_run,
                problems,
            }
        });
    let product = (
        (key(), text(), text(), select(PreflightStanding::ALL)),
        vec(problem(), 0..2),
        vec(call, 0..4),
        option::of(text()),
    )
        .prop_map(|((product, name, address, standing), problems, calls, recorded)| PreflightedProduct {
            product,
            name,
            address,
            standing,
            place: None,
            problems,
            calls,
            recorded,
        });
    (timestamp(), any::<bool>(), vec(product, 0..3), vec(key(), 0..2))
        .prop_map(|(at, wrote, products, without_cases)| Preflighted {
            report: Preflight { at, wrote, products, without_cases },
            prefix: "".into(),
        })
        .boxed()
}

pub(crate) fn recorded() -> BoxedStrategy<Recorded> {
    (text(), option::of("[a-z]{1,5}\\.yaml"), option::of(text()))
        .prop_map(|(sentence, path, next)| Recorded { sentence, path: path.map(Into::into), next })
        .boxed()
}

fn evidenced() -> BoxedStrategy<Evidenced> {
    (text(), text(), option::of(timestamp()))
        .prop_map(|(by, reason, until)| Evidenced { by, reason, until })
        .boxed()
}

pub(crate) fn ledger_log() -> BoxedStrategy<LedgerLog> {
    let row = (any::<u64>(), timestamp(), key(), text(), option::of(evidenced())).prop_map(
        |(sequence, at, product, what, evidence)| LedgerRow {
            sequence,
            at,
            product,
            event: "prepared",
            what,
            evidence,
        },
    );
    let merged = (text(), text(), timestamp()).prop_map(|(commit, author, at)| Merged { commit, author, at });
    let approval =
        ("[a-z]{1,5}\\.yaml", key(), "o-[0-9a-f]{16}", evidenced(), any::<bool>(), option::of(merged))
            .prop_map(|(path, product, operation, evidence, counts, merged)| StandingApproval {
                path: path.into(),
                product,
                operation: OperationId(operation),
                evidence,
                counts,
                merged,
            });
    (scope(), text(), vec(row, 0..4), vec(approval, 0..3))
        .prop_map(|(scope, place, rows, approvals)| LedgerLog { scope, place, rows, approvals })
        .boxed()
}

pub(crate) fn ledger_audit() -> BoxedStrategy<LedgerAudit> {
    let flaw = (text(), text(), any::<bool>()).prop_map(|(place, what, is_fatal)| LedgerFlaw {
        place,
        what,
        is_fatal,
    });
    (scope(), text(), option::of(0_usize..9), vec(flaw, 0..4))
        .prop_map(|(scope, place, entries, flaws)| LedgerAudit { scope, place, entries, flaws })
        .boxed()
}

pub(super) fn checkup() -> BoxedStrategy<Checkup> {
    let areas = vec![
        Area::Git,
        Area::Configuration,
        Area::Files,
        Area::Ledger,
        Area::Marketplace,
        Area::Credentials,
        Area::Clock,
        Area::Interfaces,
    ];
    let health = select(vec![Health::Fine, Health::Note, Health::Warning, Health::Error]);
    let why = select(vec!["", "nothing works without it"]);
    let one = (select(areas), health, text(), why, vec(text(), 0..3)).prop_map(
        |(area, health, what, why, fixes)| Examined { area, name: "ledger-opens", health, what, why, fixes },
    );
    (option::of(scope()), vec(one, 0..4)).prop_map(|(scope, examined)| Checkup { scope, examined }).boxed()
}
