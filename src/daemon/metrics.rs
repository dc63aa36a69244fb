//! Numbers for Prometheus, in the text form of OpenMetrics.
//!
//! Products are counted and never named: the values of labels come from short lists.

use crate::config::Occasion;
use crate::report::Outcome;
use crate::service::{Call, Calls, Cause, Figures, Party};
use crate::submission::Scope;
use jiff::{SignedDuration, Timestamp};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, PoisonError};

/// The media type of [`Metrics::text`].
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

const LAST_SUCCESS: &str = "gallerist_last_success_timestamp_seconds";

type Labels = Vec<(&'static str, &'static str)>;
type Seconds = Gauge<f64, AtomicU64>;

/// How one run went, as far as it is counted.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// In one word; `panicked` is one more.
    pub outcome: &'static str,
    /// What kept it from its work.
    pub cause: Option<Cause>,
    /// How long it took.
    pub took: SignedDuration,
    /// When it ended.
    pub ended: Timestamp,
    /// What it asked of whom.
    pub calls: &'a Calls,
    /// What it left behind; `None` when nobody could look.
    pub figures: Option<&'a Figures>,
    /// How many messages to others wait.
    pub notices_waiting: Option<usize>,
}

/// What is counted over all runs of a process.
pub struct Metrics {
    registry: Registry,
    submissions: Family<Labels, Gauge>,
    products: Family<Labels, Gauge>,
    waiting: Family<Labels, Gauge>,
    problems: BTreeMap<&'static str, Gauge>,
    oldest_review: Seconds,
    notices_waiting: Gauge,
    runs: Family<Labels, Counter>,
    failures: Family<Labels, Counter>,
    duration: Histogram,
    marketplace_calls: Family<Labels, Counter>,
    ledger_calls: Family<Labels, Counter>,
    notices: Family<Labels, Counter>,
    last_run: Seconds,
    last_success: Seconds,
    next_run: Seconds,
    review_since: Mutex<Option<Timestamp>>,
}

/// Numbers of products that somebody may have to look after, with what each means.
const PROBLEMS: &[(&str, &str)] = &[
    ("rejected", "Products with operations that a reviewer rejected and nobody changed since"),
    ("drifted", "Products whose released state somebody else changed"),
    ("blocked", "Products that a rule, a guard or the door of the marketplace stops"),
    ("failing", "Products on sale whose interfaces do not answer as the marketplace expects"),
    ("unknown", "Products with a submission of which nobody knows whether it arrived"),
    ("invalid", "Products whose definitions have errors, and that are left alone"),
    ("unbound", "Products on sale that no definition is bound to"),
];

impl Metrics {
    /// Nothing counted yet, about a catalog at a target.
    #[must_use]
    pub fn new(scope: &Scope) -> Self {
        let labels = [("catalog", scope.catalog.to_string()), ("target", scope.target.to_string())];
        let labels = labels.into_iter().map(|(name, value)| (Cow::Borrowed(name), Cow::Owned(value)));
        let mut registry = Registry::with_prefix_and_labels("gallerist", labels);
        let build = Family::<Labels, Gauge>::default();
        registry.register("build_info", "Always 1; the version is a label", build.clone());
        build.get_or_create(&vec![("version", env!("CARGO_PKG_VERSION"))]).set(1);
        let mut family = |name: &str, help: &str| {
            let family = Family::<Labels, Gauge>::default();
            registry.register(name, help, family.clone());
            family
        };
        let submissions = family("submissions", "Submissions in the ledger, by where they stand");
        let products = family("products", "Products of the plan, by their standing");
        let waiting = family("waiting_products", "Products that wait, by whom they wait for");
        let mut problems = BTreeMap::new();
        for (name, help) in PROBLEMS {
            let gauge = Gauge::default();
            registry.register(format!("{name}_products"), *help, gauge.clone());
            problems.insert(*name, gauge);
        }
        let mut seconds = |name: &str, help: &str| {
            let gauge = Seconds::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let oldest_review =
            seconds("oldest_review_age_seconds", "How long the oldest submission is in review");
        let last_run = seconds("last_run_timestamp_seconds", "When the last run ended");
        let last_success =
            seconds("last_success_timestamp_seconds", "When the last run ended that could do its work");
        let next_run = seconds("next_run_timestamp_seconds", "When the next run begins; 0 when none will");
        let notices_waiting = Gauge::default();
        let help = "Messages that receivers could not be told yet";
        registry.register("notifications_waiting", help, notices_waiting.clone());
        let mut counters = |name: &str, help: &str| {
            let family = Family::<Labels, Counter>::default();
            registry.register(name, help, family.clone());
            family
        };
        let runs = counters("runs", "Runs, by how they ended");
        let failures =
            counters("run_failures", "Runs that could not do their work, by what kept them from it");
        let marketplace_calls =
            counters("marketplace_calls", "What was asked of the marketplace, and how that ended");
        let ledger_calls = counters("ledger_calls", "What was asked of the ledger, and how that ended");
        let notices = counters("notifications", "Messages to receivers, and whether they arrived");
        let duration = Histogram::new([0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0]);
        registry.register("run_duration_seconds", "How long runs took", duration.clone());
        let metrics = Self {
            registry,
            submissions,
            products,
            waiting,
            problems,
            oldest_review,
            notices_waiting,
            runs,
            failures,
            duration,
            marketplace_calls,
            ledger_calls,
            notices,
            last_run,
            last_success,
            next_run,
            review_since: Mutex::default(),
        };
        metrics.begin();
        metrics
    }

    /// What is counted later is there from the beginning, or its first step from nothing to one would go unseen.
    fn begin(&self) {
        for outcome in Outcome::ALL.iter().map(|outcome| outcome.name()).chain(["panicked"]) {
            drop(self.runs.get_or_create(&vec![("outcome", outcome)]));
        }
        for cause in Cause::ALL {
            drop(self.failures.get_or_create(&vec![("cause", cause.name())]));
        }
        for kind in Occasion::ALL.iter().map(|occasion| occasion.name()) {
            for outcome in ["ok", "failed"] {
                drop(self.notices.get_or_create(&vec![("kind", kind), ("outcome", outcome)]));
            }
        }
    }

    /// Counts a run.
    pub fn record(&self, report: &Report<'_>) {
        self.runs.get_or_create(&vec![("outcome", report.outcome)]).inc();
        if let Some(cause) = report.cause {
            self.failures.get_or_create(&vec![("cause", cause.name())]).inc();
        }
        self.duration.observe(report.took.as_secs_f64());
        self.last_run.set(seconds(report.ended));
        if report.cause.is_none() {
            self.last_success.set(seconds(report.ended));
        }
        for (Call { of, kind, outcome }, count) in report.calls.numbers() {
            let (family, name) = match of {
                Party::Marketplace => (&self.marketplace_calls, "call"),
                Party::Ledger => (&self.ledger_calls, "call"),
                Party::Receivers => (&self.notices, "kind"),
            };
            family.get_or_create(&vec![(name, kind), ("outcome", outcome)]).inc_by(count);
        }
        if let Some(waiting) = report.notices_waiting {
            self.notices_waiting.set(i64::try_from(waiting).unwrap_or(i64::MAX));
        }
        if let Some(figures) = report.figures {
            self.show(figures);
        }
    }

    /// What the last run that could look saw. Numbers of what is not there any more go down to nothing.
    fn show(&self, figures: &Figures) {
        let set = |family: &Family<Labels, Gauge>, name, value, counts: &BTreeMap<&'static str, u64>| {
            family.get_or_create(&vec![(name, value)]).set(whole(counts.get(value).copied().unwrap_or(0)));
        };
        for state in Figures::SUBMISSIONS {
            set(&self.submissions, "state", *state, &figures.submissions);
        }
        for standing in Figures::STANDINGS {
            set(&self.products, "state", Figures::standing_word(*standing), &figures.products);
        }
        for whom in Figures::WAITING {
            set(&self.waiting, "whom", *whom, &figures.waiting);
        }
        let Figures { rejected, drifted, blocked, failing, unknown, invalid, unbound, oldest_review, .. } =
            figures;
        let counts = [
            ("rejected", rejected),
            ("drifted", drifted),
            ("blocked", blocked),
            ("failing", failing),
            ("unknown", unknown),
            ("invalid", invalid),
            ("unbound", unbound),
        ];
        for (name, count) in counts {
            if let Some(gauge) = self.problems.get(name) {
                gauge.set(whole(*count));
            }
        }
        *self.review_since.lock().unwrap_or_else(PoisonError::into_inner) = *oldest_review;
    }

    /// Says when the next run begins; `None` when there will be none.
    pub fn next_run(&self, begins: Option<Timestamp>) {
        self.next_run.set(begins.map_or(0.0, seconds));
    }

    /// Takes over when the last run could do its work, from what an earlier process wrote.
    pub fn remember(&self, earlier: &str) {
        let line = earlier.lines().find(|line| line.starts_with(LAST_SUCCESS));
        let value = line.and_then(|line| line.rsplit(' ').next()?.parse::<f64>().ok());
        if let Some(value) = value.filter(|value| value.is_finite() && *value >= 0.0) {
            self.last_success.set(value);
        }
    }

    /// All numbers at a moment; reviews grow older between runs.
    #[must_use]
    pub fn text(&self, now: Timestamp) -> String {
        let since = *self.review_since.lock().unwrap_or_else(PoisonError::into_inner);
        let age = since.map_or(SignedDuration::ZERO, |since| now.duration_since(since));
        self.oldest_review.set(age.max(SignedDuration::ZERO).as_secs_f64());
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics")
    }
}

fn seconds(moment: Timestamp) -> f64 {
    moment.as_duration().as_secs_f64()
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
