//! The marketplace of a target, whichever driver it has.

use super::ServiceError;
use super::credentials::{Credentials, credentials};
use super::planning::Planner;
use super::released::{CatalogFiles, read, under_todays_keys};
use super::workspace::{Workspace, request as refuse};
use crate::config::{Driver, Target};
use crate::drivers::{Access, ConsoleDriver, GatewayDriver, SandboxDriver};
use crate::http::retry::Patience;
use crate::http::{Client, Limits, Proxies, SystemClock};
use crate::ledger::Event;
use crate::marketplace::{Capabilities, MarketplaceError, Observe, ReviewReport, Submit, SubmitOutcome};
use crate::model::Key;
use crate::released::{Bindings, Observation};
use crate::report::sheet::Desk;
use crate::sandbox::{Judge, StoreError};
use crate::submission::{Fence, Submission, SubmissionId};
use camino::Utf8Path;
use jiff::Timestamp;
use std::time::Duration;

/// A target's marketplace.
pub(super) enum Marketplace<'a> {
    Sandbox(Box<SandboxDriver>),
    Console(Box<ConsoleDriver<'a>>),
    Gateway(Box<GatewayDriver<'a>>),
}

impl<'a> Marketplace<'a> {
    /// Opens the marketplace of a planner's target.
    pub(super) fn open(planner: &'a Planner<'_>, now: Timestamp) -> Result<Self, ServiceError> {
        let target = planner.target;
        match &target.driver {
            Driver::Sandbox { .. } => Ok(Self::Sandbox(Box::new(sandbox(planner.workspace, target, now)?))),
            Driver::Console { sheets, released, .. } => {
                let recorded = read(planner.workspace, &released.join(target.name.as_str()), target, now)?;
                let recorded = under_todays_keys(planner, recorded)?;
                let files = Box::new(CatalogFiles::new(planner.workspace, &planner.definitions.catalog));
                let folder = sheets.join(target.name.as_str());
                let driver = ConsoleDriver::new(desk(planner), folder, files, now, recorded);
                Ok(Self::Console(Box::new(driver)))
            }
            Driver::Gateway { url, certificates } => {
                let access = access(planner.workspace, target, url, certificates.as_deref())?;
                let files = Box::new(CatalogFiles::new(planner.workspace, &planner.definitions.catalog));
                Ok(Self::Gateway(Box::new(GatewayDriver::new(access, files))))
            }
        }
    }

    /// The marketplace for somebody who only looks: no file of it is begun or changed. A sandbox that was never used is
    /// an empty one.
    pub(super) fn reading(planner: &'a Planner<'_>, now: Timestamp) -> Result<Self, ServiceError> {
        let Driver::Sandbox { path } = &planner.target.driver else { return Self::open(planner, now) };
        let judge = Judge::new(planner.target.profile.clone());
        let clock = Box::new(move || now);
        let file = planner.workspace.tree.root().join(path);
        let looked = match file.try_exists() {
            Ok(false) => SandboxDriver::in_memory(judge, clock),
            // What cannot even be looked for is told by whoever opens it.
            Ok(true) | Err(_) => SandboxDriver::copy_of(&file, judge, clock),
        };
        Ok(Self::Sandbox(Box::new(looked.map_err(|error| unusable(path, &error))?)))
    }

    /// The marketplace as far as its files are at hand. They are only looked at; `None` where there are none.
    pub(super) fn at_hand(planner: &'a Planner<'_>, now: Timestamp) -> Result<Option<Self>, ServiceError> {
        let path = match &planner.target.driver {
            Driver::Sandbox { path } => path,
            Driver::Console { .. } => return Self::open(planner, now).map(Some),
            Driver::Gateway { .. } => return Ok(None),
        };
        let file = planner.workspace.tree.root().join(path);
        if !file.exists() {
            return Ok(None);
        }
        Self::reading(planner, now).map(Some)
    }

    /// Tells the driver what the ledger knows: a marketplace that keeps our keys needs the ids of those that moved, and
    /// one that nobody can ask needs the outcomes.
    /// What was recorded stands under the keys of its day, as the ledger's bindings do.
    pub(super) fn learn(&mut self, planner: &Planner<'_>, events: &[Event], bindings: Bindings) {
        match self {
            Self::Sandbox(driver) => driver.set_bindings(planner.current(bindings)),
            Self::Gateway(driver) => driver.set_bindings(planner.current(bindings)),
            Self::Console(driver) => driver.learn(events, &bindings),
        }
    }

    fn inner(&self) -> &dyn Observe {
        match self {
            Self::Sandbox(driver) => driver.as_ref(),
            Self::Console(driver) => driver.as_ref(),
            Self::Gateway(driver) => driver.as_ref(),
        }
    }

    fn inner_mut(&mut self) -> &mut (dyn Submit + 'a) {
        match self {
            Self::Sandbox(driver) => driver.as_mut(),
            Self::Console(driver) => driver.as_mut(),
            Self::Gateway(driver) => driver.as_mut(),
        }
    }
}

/// How the gateway of a target is spoken to.
fn access(
    workspace: &Workspace,
    target: &Target,
    url: &str,
    certificates: Option<&Utf8Path>,
) -> Result<Access, ServiceError> {
    // The catalog says where to, and the environment with what: only signatures go there, never the secret key.
    let Credentials { keys, from } =
        credentials(&target.name, workspace.tree.root(), &|name| std::env::var(name).ok())?;
    let certificates = match certificates {
        Some(path) => workspace.files.read_text(path).map_err(|error| ServiceError::File {
            action: "read",
            path: path.to_owned(),
            reason: error.problem.to_string(),
        })?,
        None => String::new(),
    };
    let limits = Limits { time_max: Duration::from_secs(60), bytes_max: 64 << 20 };
    // Only this machine is asked over plain HTTP, and nobody stands in between.
    let proxies = if url.starts_with("http://") { Proxies::None } else { Proxies::OfTheEnvironment };
    let client = Client::trusting(limits, Patience::default(), Box::new(SystemClock), &certificates, proxies)
        .map_err(|error| refuse(error.to_string()))?;
    let sells = (target.profile.name.clone(), target.currency.as_str().to_owned());
    Ok(Access { url: url.to_owned(), client, keys, keys_from: from, sells })
}

/// The moment by the clock that plans go by, without asking a network: that of a sandbox may have been set forward.
pub(super) fn moment(planner: &Planner<'_>, now: Timestamp) -> Timestamp {
    match &planner.target.driver {
        Driver::Sandbox { .. } => {
            Marketplace::reading(planner, now).and_then(|driver| Ok(driver.now()?)).unwrap_or(now)
        }
        Driver::Console { .. } | Driver::Gateway { .. } => now,
    }
}

/// What the sheets of a planner's target are about.
pub(super) fn desk<'a>(planner: &'a Planner<'_>) -> Desk<'a> {
    let target = planner.target;
    let language = match &target.driver {
        Driver::Console { language, .. } => *language,
        Driver::Sandbox { .. } | Driver::Gateway { .. } => crate::config::Language::English,
    };
    Desk {
        target: target.name.as_str(),
        site: &target.profile,
        account: &target.account,
        currency: &target.currency,
        language,
        invocation: planner.invocation(),
    }
}

/// The sandbox of a target; an error where its marketplace is the console.
pub(super) fn sandbox(
    workspace: &Workspace,
    target: &Target,
    now: Timestamp,
) -> Result<SandboxDriver, ServiceError> {
    let Driver::Sandbox { path } = &target.driver else {
        return Err(ServiceError::Request {
            message: format!("target `{}` is {}, not in a sandbox", target.name, target.driver.place()),
            hints: match &target.driver {
                Driver::Console { .. } => vec![
                    "what becomes of a submission there is told with `gallerist submissions record`".into(),
                ],
                Driver::Sandbox { .. } | Driver::Gateway { .. } => Vec::new(),
            },
        });
    };
    workspace.prepare_state(path)?;
    let file = workspace.tree.root().join(path);
    let judge = Judge::new(target.profile.clone());
    SandboxDriver::open(&file, judge, Box::new(move || now)).map_err(|error| unusable(path, &error))
}

fn unusable(path: &Utf8Path, error: &StoreError) -> ServiceError {
    ServiceError::Marketplace(MarketplaceError::Storage(format!("{path}: {error}")))
}

/// A target at the console; an error where it is in a sandbox.
pub(super) fn console(target: &Target) -> Result<&Utf8Path, ServiceError> {
    match &target.driver {
        Driver::Console { released, .. } => Ok(released),
        Driver::Sandbox { .. } | Driver::Gateway { .. } => Err(refuse(format!(
            "target `{}` is {}, which is asked and needs nobody to record anything",
            target.name,
            target.driver.place()
        ))),
    }
}

/// Nobody records what the marketplace can be asked.
pub(super) fn not_by_hand(target: &Target) -> ServiceError {
    let hint = "such a submission is `missing` in `gallerist status`, and is recorded as approved, rejected or withdrawn";
    ServiceError::Request {
        message: format!(
            "target `{}` is {}, which is asked: there a person only records how a review ended that it does not know \
             any more",
            target.name,
            target.driver.place()
        ),
        hints: vec![hint.to_owned()],
    }
}

impl Observe for Marketplace<'_> {
    fn capabilities(&self) -> Capabilities {
        self.inner().capabilities()
    }

    fn now(&self) -> Result<Timestamp, MarketplaceError> {
        self.inner().now()
    }

    fn observe(&self) -> Result<Observation, MarketplaceError> {
        self.inner().observe()
    }

    fn reviews(&self, submissions: &[SubmissionId]) -> Result<Vec<ReviewReport>, MarketplaceError> {
        self.inner().reviews(submissions)
    }
}

impl Submit for Marketplace<'_> {
    fn submit(&mut self, submission: &Submission, fence: Option<Fence>) -> SubmitOutcome {
        self.inner_mut().submit(submission, fence)
    }

    fn bar(&mut self, product: &Key, fence: Fence) -> Result<(), MarketplaceError> {
        self.inner_mut().bar(product, fence)
    }

    fn withdraw(&mut self, product: &Key, submission: &SubmissionId) -> Result<(), MarketplaceError> {
        self.inner_mut().withdraw(product, submission)
    }
}
