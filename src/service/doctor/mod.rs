//! Looking after everything around a catalog: what works, what does not, why it matters, and its fix. Nothing is written
//! and nothing is begun; one thing that fails or hangs keeps nobody from looking at the others.

mod configuration;
mod credentials;
mod files;
mod git;
mod interfaces;
mod ledger;
mod marketplace;
mod orders;

use super::planning::Planner;
use super::workspace::Workspace;
use super::{Request, ServiceError};
use crate::report::{Area, Checkup, Examined, Health, Invocation};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long everything may take. Areas are looked at side by side, and what was seen by then is told.
const TIME_MAX: Duration = Duration::from_secs(60);

/// What a look at everything is to do besides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DoctorRequest {
    /// Whether Huawei Cloud is asked for the orders that exist for trying out, with the seller's own keys.
    pub orders: bool,
    /// Where they are asked for instead of at the site's own host.
    pub host: Option<String>,
}

/// What one look needs.
struct Patient {
    request: Request,
    asked: DoctorRequest,
    tell: mpsc::Sender<Said>,
}

/// What a look says.
enum Said {
    Examined(Examined),
    /// It ended by itself.
    End(Area),
}

impl Patient {
    fn tell(&self, examined: Examined) {
        // Whoever does not listen any more has waited long enough.
        drop(self.tell.send(Said::Examined(examined)));
    }

    /// The catalog; where it cannot be opened another look tells why.
    fn open(&self) -> Result<Workspace, ServiceError> {
        super::workspace::open(&self.request)
    }

    /// The same with the target. Says itself that nothing can be seen where that is so.
    fn with_planner(&self, area: Area, look: impl FnOnce(&Planner<'_>)) {
        let Ok(workspace) = self.open() else { return self.unseen(area) };
        match Planner::new(&workspace, &self.request) {
            Ok(planner) => look(&planner),
            Err(_) => self.unseen(area),
        }
    }

    fn unseen(&self, area: Area) {
        let what = "not looked at: gallerist.yaml has to be in order first, and the repository that it is in";
        self.tell(Examined::wrong(Health::Note, area, area.name(), what, ""));
    }

    /// A command about the target.
    fn command(&self, arguments: &str) -> String {
        Invocation { target: self.request.target.clone(), ..Invocation::default() }.command(arguments)
    }
}

/// A look at one area.
type Look = fn(&Patient);

const LOOKS: &[(Area, Look)] = &[
    (Area::Git, git::look),
    (Area::Configuration, configuration::look),
    (Area::Files, files::look),
    (Area::Ledger, ledger::look),
    (Area::Marketplace, marketplace::look),
    (Area::Credentials, credentials::look),
    (Area::Clock, orders::look),
    (Area::Interfaces, interfaces::look),
];

/// Looks at everything.
#[must_use]
pub fn doctor(request: &Request, asked: &DoctorRequest) -> Checkup {
    let (tell, told) = mpsc::channel();
    let mut pending = Vec::new();
    for (area, look) in LOOKS {
        let patient = Patient { request: request.clone(), asked: asked.clone(), tell: tell.clone() };
        let work = move || {
            look(&patient);
            drop(patient.tell.send(Said::End(*area)));
        };
        // What cannot be started is told below, as what never ended.
        drop(std::thread::Builder::new().name(area.name().to_owned()).spawn(work));
        pending.push(*area);
    }
    drop(tell);
    let until = Instant::now() + TIME_MAX;
    let mut examined = Vec::new();
    let late = loop {
        match told.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(Said::Examined(found)) => examined.push(found),
            Ok(Said::End(area)) => pending.retain(|open| *open != area),
            Err(mpsc::RecvTimeoutError::Timeout) => break true,
            Err(mpsc::RecvTimeoutError::Disconnected) => break false,
        }
    };
    for area in pending {
        let (what, why) = match late {
            true => {
                (format!("no answer within {} s", TIME_MAX.as_secs()), "whatever else asks it waits, too")
            }
            false => ("the look broke off: a mistake in Gallerist".to_owned(), "report it, please"),
        };
        examined.push(Examined::wrong(Health::Error, area, area.name(), what, why));
    }
    // Within an area things stay in the order in which they were looked at.
    examined.sort_by_key(|found: &Examined| found.area);
    let scope = super::scope(request).ok();
    Checkup { scope, examined }
}

/// What an error means in one line, and what to do about it.
fn told(error: &ServiceError) -> (String, Vec<String>) {
    let fixes = match error {
        ServiceError::Request { hints, .. } => hints.clone(),
        ServiceError::Ledger(error) => error.remedy().map(str::to_owned).into_iter().collect(),
        ServiceError::Catalog(_)
        | ServiceError::Marketplace(_)
        | ServiceError::Forge(_)
        | ServiceError::File { .. } => Vec::new(),
    };
    (error.in_short(), fixes)
}
