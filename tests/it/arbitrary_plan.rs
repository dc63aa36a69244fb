//! Proptest strategies for histories, findings, diagnostics and plans.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use crate::arbitrary::{delivery, item, key, product, text, value};
use crate::arbitrary_state::{
    application_id, bindings, evidence, observation, operation_id, refusal, review, scope, submission,
    submission_id, timestamp,
};
use gallerist::diagnostic::{Diagnostic, Diagnostics, Finding, Route, Severity, Sources};
use gallerist::model::{Currency, Digest};
use gallerist::plan::{
    Action, Block, Change, Confirmed, Drift, DriftKind, Failing, HeldOperation, History, Ignored,
    LastRefusal, ManualKind, ManualStep, OpenSubmission, Origin, Plan, ProductPlan, RecentOperations,
    Standing, Step, StepState, VerifyItem,
};
use gallerist::report::{Baseline, Comparison, Invocation, Observed};
use gallerist::service::Planned;
use gallerist::submission::{IgnoredDrift, Pause, Revision, Scope, Submission};
use gallerist::text::{ColumnNumber, Extent, LineNumber, Position, SourceFile, Span};
use gallerist::wire::Snapshot;
use jiff::civil::Date;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Calendar days.
pub(crate) fn date() -> BoxedStrategy<Date> {
    (2020_i16..2100, 1_i8..=12, 1_i8..=28)
        .prop_map(|(year, month, day)| Date::new(year, month, day).unwrap())
        .boxed()
}

fn held_operation() -> BoxedStrategy<HeldOperation> {
    let commit = option::of("[0-9a-f]{40}");
    (option::of(application_id()), submission_id(), commit, any::<bool>(), option::of(text()), timestamp())
        .prop_map(|(application, submission, commit, taken_back, reason, at)| HeldOperation {
            application,
            submission,
            commit,
            taken_back,
            reason,
            at,
        })
        .boxed()
}

fn pause() -> BoxedStrategy<Pause> {
    (text(), text(), option::of(timestamp()))
        .prop_map(|(by, reason, until)| Pause { by, reason, until })
        .boxed()
}

fn ignored() -> BoxedStrategy<IgnoredDrift> {
    (item(), option::of(value()), text(), text(), timestamp())
        .prop_map(|(item, released, by, reason, until)| IgnoredDrift { item, released, by, reason, until })
        .boxed()
}

/// What the ledger knows about a product.
pub(crate) fn history() -> BoxedStrategy<History> {
    let open = (submission(), review(), option::of(application_id()), timestamp()).prop_map(
        |(submission, review, application, since)| OpenSubmission { submission, review, application, since },
    );
    let refused = (
        refusal(),
        btree_set(operation_id(), 0..3),
        option::of(text().prop_map(Revision)),
        timestamp(),
        any::<u32>(),
    );
    let refused = refused.prop_map(|(refusal, operations, base, at, times)| LastRefusal {
        refusal,
        operations,
        base,
        at,
        times,
    });
    let recent = (0_usize..9, 0_usize..9).prop_map(|(products_retired, specifications_removed)| {
        RecentOperations { products_retired, specifications_removed }
    });
    let origin = (submission_id(), option::of(application_id()), timestamp())
        .prop_map(|(submission, application, approved_at)| Origin { submission, application, approved_at });
    let failing = (timestamp(), text()).prop_map(|(since, what)| Failing { since, what });
    (
        option::of(open),
        btree_map(operation_id(), held_operation(), 0..2),
        option::of(refused),
        option::of(product()),
        option::of("[0-9a-f]{40}"),
        btree_set(submission_id(), 0..3),
        btree_set(key(), 0..3),
        any::<bool>(),
        (recent, btree_map(item(), origin, 0..3)),
        (vec(evidence(), 0..3), option::of(timestamp())),
        (option::of(pause()), vec(ignored(), 0..3), option::of(failing)),
    )
        .prop_map(
            |(
                open,
                held,
                refused,
                last_applied,
                commit,
                ended,
                retired_specifications,
                retired,
                (recent, origins),
                (evidence, report_only),
                (paused, ignored, failing),
            )| {
                History {
                    open,
                    held,
                    refused,
                    last_applied,
                    commit,
                    ended,
                    retired_specifications,
                    retired,
                    recent,
                    origins,
                    evidence,
                    report_only,
                    paused,
                    ignored: ignored.into_iter().map(|found| (found.item.clone(), found)).collect(),
                    failing,
                }
            },
        )
        .boxed()
}

/// Snapshots.
pub(crate) fn snapshot() -> BoxedStrategy<Snapshot> {
    (scope(), text(), observation(), bindings(), btree_map(key(), history(), 0..2))
        .prop_map(|(scope, site, observation, bindings, histories)| Snapshot {
            scope,
            site,
            observation,
            bindings,
            histories,
        })
        .boxed()
}

fn severity() -> BoxedStrategy<Severity> {
    select(vec![Severity::Error, Severity::Warning, Severity::Note]).boxed()
}

/// Findings at any route.
pub(crate) fn finding() -> BoxedStrategy<Finding> {
    let route = (text(), any::<usize>(), text())
        .prop_map(|(key, index, element)| Route::root().key(key).index(index).item(element));
    let rule = select(gallerist::rules::names().collect::<Vec<_>>());
    let position = || {
        let position = |(line, column)| Position { line: LineNumber(line), column: ColumnNumber(column) };
        (1..99_u32, 1..99_u32).prop_map(position)
    };
    let extent = (position(), position()).prop_map(|(start, end)| Extent { start, end });
    (rule, severity(), route, option::of(extent), text(), text(), text(), text())
        .prop_map(|(rule, severity, route, extent, message, label, why, help)| Finding {
            rule,
            severity,
            route,
            extent,
            message,
            label,
            why,
            help,
        })
        .boxed()
}

/// Diagnostics in one file whose text they point into.
pub(crate) fn diagnostics() -> BoxedStrategy<Diagnostics> {
    let rule = select(gallerist::rules::names().collect::<Vec<_>>());
    let one = (any::<(u8, u8)>(), rule, severity(), text(), text(), option::of((text(), text())));
    (vec(text(), 1..6), vec(one, 0..4))
        .prop_map(|(lines, list)| {
            let source = lines.join("\n");
            let boundary = |at: u8| {
                (0..=usize::from(at).min(source.len())).rev().find(|at| source.is_char_boundary(*at)).unwrap()
            };
            let mut all = Diagnostics::default();
            for ((one, other), rule, severity, message, help, fix) in list {
                let span = Span::new(boundary(one.min(other)), boundary(one.max(other)));
                let mut diagnostic = Diagnostic::error(rule, "products/a.yaml", span, message).help(help);
                diagnostic.severity = severity;
                let there = diagnostic.primary.clone();
                diagnostic = diagnostic.also(there, "and here");
                if let Some((title, replacement)) = fix {
                    diagnostic = diagnostic.fix(title, replacement);
                }
                all.push(diagnostic);
            }
            all.sources.insert(SourceFile::new("products/a.yaml", source));
            all
        })
        .boxed()
}

fn step() -> BoxedStrategy<Step> {
    let action = prop_oneof![
        submission().prop_map(Action::Submit),
        (submission_id(), option::of(application_id()))
            .prop_map(|(submission, application)| Action::Withdraw { submission, application }),
        (text(), text(), manual_kind()).prop_map(|(id, text, kind)| Action::Manual(ManualStep {
            id,
            text,
            kind
        })),
    ];
    let state = prop_oneof![
        Just(StepState::Done),
        (timestamp(), date()).prop_map(|(since, expected_by)| StepState::InReview { since, expected_by }),
        timestamp().prop_map(|since| StepState::HandedOver { since }),
        timestamp().prop_map(|since| StepState::InDoubt { since }),
        Just(StepState::Ready),
        text().prop_map(StepState::Waiting),
        Just(StepState::Blocked),
        option::of(text()).prop_map(|reason| StepState::Held { reason }),
    ];
    (action, state, text()).prop_map(|(action, state, because)| Step { action, state, because }).boxed()
}

fn manual_kind() -> BoxedStrategy<ManualKind> {
    use ManualKind::{AskToReject, Asset, Setting, ThrowAway, Withdraw};
    select(vec![Setting, Asset, ThrowAway, Withdraw, AskToReject]).boxed()
}

fn standing() -> BoxedStrategy<Standing> {
    use Standing::{
        Blocked, Drifted, HandedOver, InDoubt, InReview, InSync, Missing, Refused, Rejected, Retired,
        TakenBack, ToSubmit, Unmanaged, UnwantedInReview, Waiting,
    };
    select(vec![
        Blocked,
        Drifted,
        HandedOver,
        InDoubt,
        InReview,
        InSync,
        Missing,
        Refused,
        Rejected,
        Retired,
        TakenBack,
        ToSubmit,
        Unmanaged,
        UnwantedInReview,
        Waiting,
    ])
    .boxed()
}

fn drift() -> BoxedStrategy<Drift> {
    let kind = select(vec![DriftKind::Drift, DriftKind::Conflict, DriftKind::ByMarketplace]);
    (item(), kind, option::of(value()), option::of(value()), option::of(value()))
        .prop_map(|(item, kind, last_applied, released, desired)| Drift {
            item,
            kind,
            last_applied,
            released,
            desired,
        })
        .boxed()
}

/// Somebody else's change that is left alone.
pub(crate) fn ignored_drift() -> BoxedStrategy<Ignored> {
    (drift(), text(), text(), timestamp())
        .prop_map(|(drift, by, reason, until)| Ignored { drift, by, reason, until })
        .boxed()
}

fn product_plan() -> BoxedStrategy<ProductPlan> {
    let change = (item(), option::of(value()), option::of(value())).prop_map(|(item, from, to)| Change {
        item,
        from,
        to,
    });
    let block =
        (finding(), option::of(operation_id())).prop_map(|(finding, approval)| Block { finding, approval });
    let confirmed = (text(), timestamp(), option::of(timestamp())).prop_map(|(by, at, expires)| Confirmed {
        by,
        at,
        expires,
    });
    let rule = select(gallerist::rules::all().map(|rule| rule.doc.id).collect::<Vec<_>>());
    let days = (option::of(any::<u32>()), option::of(any::<u32>()));
    let flags = (any::<bool>(), any::<bool>());
    let verify = (text(), text(), rule, flags, days, option::of(confirmed)).prop_map(
        |(id, text, rule, (holds, by_preflight), (fresh_days, before), confirmed)| VerifyItem {
            id,
            text,
            rule,
            holds,
            fresh_days,
            before,
            by_preflight,
            confirmed,
        },
    );
    let identity = (key(), text(), delivery(), option::of("[a-z]{1,5}/[a-z]{1,5}\\.yaml"), standing());
    let content = (
        option::of(text().prop_map(Revision)),
        vec(change, 0..3),
        vec(step(), 0..3),
        vec(block, 0..2),
        vec(finding(), 0..2),
        (vec(drift(), 0..2), vec(ignored_drift(), 0..2)),
        vec(verify, 0..2),
        vec(operation_id(), 0..2),
    );
    (identity, content)
        .prop_map(|((key, name, delivery, path, standing), content)| {
            let (base, changes, chain, blocks, notices, (drift, ignored), verify, approved) = content;
            let digest = Digest::of_bytes(name.as_bytes());
            ProductPlan {
                key,
                name,
                delivery,
                path: path.map(Into::into),
                standing,
                base,
                changes,
                chain,
                blocks,
                notices,
                drift,
                ignored,
                verify,
                approved,
                digest,
            }
        })
        .boxed()
}

/// Earlier plans of some products, whose submissions have the ids of their content.
fn comparison(scope: Scope) -> BoxedStrategy<Comparison> {
    let commit = || "[0-9a-f]{40}";
    let baseline = prop_oneof![
        (text(), commit(), commit()).prop_map(|(name, commit, head)| Baseline::Revision {
            name,
            commit,
            head
        }),
        (date(), option::of(commit())).prop_map(|(date, commit)| Baseline::Saved { date, commit }),
    ];
    (baseline, vec(product_plan(), 0..3), btree_set(key(), 0..3))
        .prop_map(move |(baseline, mut products, without_effect)| {
            identify(&scope, &mut products);
            let before = products.into_iter().map(|product| (product.key.clone(), product)).collect();
            Comparison { baseline, before, without_effect }
        })
        .boxed()
}

fn invocation() -> BoxedStrategy<Invocation> {
    (option::of(key()), any::<bool>(), btree_set(operation_id(), 0..3))
        .prop_map(|(target, by_hand, proposed)| Invocation { target, by_hand, proposed })
        .boxed()
}

/// Plans with what was found on the way, perhaps in files that could not be read, and what they are compared with.
pub(crate) fn planned() -> BoxedStrategy<Planned> {
    let with_comparison = |plan: Plan| {
        let compared = option::of(comparison(plan.scope.clone()));
        let observed = option::of((btree_set(key(), 0..3), any::<bool>()));
        (Just(plan), diagnostics(), prop::bool::weighted(0.8), compared, invocation(), observed)
    };
    plan()
        .prop_flat_map(with_comparison)
        .prop_map(|(plan, mut diagnostics, is_readable, compared, invocation, observed)| {
            let observed = observed.map(|(products, all)| Observed { products, all });
            if !is_readable {
                diagnostics.sources = Sources::default();
            }
            Planned {
                plan,
                diagnostics,
                invocation,
                compared,
                observed,
                files_read: 0,
                prefix: Default::default(),
            }
        })
        .boxed()
}

fn identify(scope: &Scope, products: &mut [ProductPlan]) {
    for step in products.iter_mut().flat_map(|product| &mut product.chain) {
        let Action::Submit(it) = &mut step.action else { continue };
        it.id = Submission::identify(scope, &it.product, it.base.as_ref(), &it.operations, it.attempt);
    }
}

/// Plans whose submissions have the ids of their content.
pub(crate) fn plan() -> BoxedStrategy<Plan> {
    (
        scope(),
        text(),
        select(vec!["USD", "EUR", "CNY"]),
        date(),
        option::of("[0-9a-f]{40}"),
        (timestamp(), option::of(timestamp())),
        vec(product_plan(), 0..3),
        vec((text(), text()), 0..2),
    )
        .prop_map(
            |(scope, site, currency, date, commit, (observed_at, recorded_at), mut products, unbound)| {
                identify(&scope, &mut products);
                let currency = Currency::new(currency).unwrap();
                Plan { scope, site, currency, date, commit, observed_at, recorded_at, products, unbound }
            },
        )
        .boxed()
}
