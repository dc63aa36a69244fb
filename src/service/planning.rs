//! Making a plan from an opened catalog: live, or from an exported snapshot.

use super::calls::Calls;
use super::marketplace::Marketplace;
use super::merged::ByGit;
use super::snapshot::SnapshotFile;
use super::workspace::{Definitions, Workspace};
use super::{Request, ServiceError};
use crate::config::{Driver, Target};
use crate::diagnostic::Finding;
use crate::ledger::{Event, EventKind, Records, fold, handed_over};
use crate::marketplace::Observe;
use crate::model::{Item, Key};
use crate::plan::{CatalogInput, Elsewhere, History, Plan, ProductPlan, plan as plan_catalog};
use crate::reconcile::{claims, mark_missing, news};
use crate::released::{Bindings, Coverage, Observation, Released, resolve};
use crate::report::{Invocation, Place};
use crate::repository::GitError;
use crate::rules::levels::finds_unused;
use crate::submission::{OperationId, Pause, Scope, SubmissionId};
use camino::Utf8PathBuf;
use jiff::Timestamp;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// A catalog at a target, ready to plan as often as needed.
pub(super) struct Planner<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) target: &'a Target,
    pub(super) scope: Scope,
    pub(super) definitions: Definitions,
    pub(super) commit: Option<String>,
    /// The checked-out commit; changes beside it make it no younger.
    pub(super) head: Option<String>,
    /// What is not committed of what would be applied.
    pub(super) changed: Vec<Utf8PathBuf>,
    pub(super) approvals: BTreeMap<Key, BTreeSet<OperationId>>,
    /// How commands are written for this target.
    invocation: Invocation,
    /// The products to plan, where not all definitions were read.
    pub(super) only: Option<BTreeSet<Key>>,
    /// Whether this run's commit is older than a commit; most products were applied with the same few.
    older: RefCell<BTreeMap<String, bool>>,
}

impl<'a> Planner<'a> {
    pub(super) fn new(workspace: &'a Workspace, request: &Request) -> Result<Self, ServiceError> {
        Self::at(workspace, workspace.target(request.target.as_ref())?, request)
    }

    /// The same with a target that says where the marketplace and the ledger are.
    pub(super) fn at(
        workspace: &'a Workspace,
        target: &'a Target,
        request: &Request,
    ) -> Result<Self, ServiceError> {
        workspace.tree.note_opened();
        let mut definitions = workspace.definitions(target);
        definitions.opened = workspace.opened();
        let by_git = workspace.git_asker()()?;
        // What changes meanwhile is not what a commit says.
        let meanwhile = match by_git.tracked {
            Some(_) => workspace.tree.changed_since(&definitions.opened),
            None => Vec::new(),
        };
        let mut planner = Self::reading(workspace, target, request, definitions, by_git)?;
        if !meanwhile.is_empty() {
            planner.commit = None;
            planner.changed.extend(meanwhile);
            planner.changed.sort();
            planner.changed.dedup();
        }
        Ok(planner)
    }

    /// A planner for definitions that were just read, while git said this.
    pub(super) fn reading(
        workspace: &'a Workspace,
        target: &'a Target,
        request: &Request,
        definitions: Definitions,
        ByGit { head, tracked }: ByGit,
    ) -> Result<Self, ServiceError> {
        let changed = tracked.map(|tracked| workspace.changes(&tracked, &definitions.opened));
        let changed = changed.transpose()?.unwrap_or_default();
        let commit = head.clone().filter(|_| changed.is_empty());
        let planner = Self::of_definitions(workspace, target, request, definitions)?;
        Ok(Self { commit, head, changed, ..planner })
    }

    /// A planner for definitions that no commit holds, as an editor has them.
    pub(super) fn of_definitions(
        workspace: &'a Workspace,
        target: &'a Target,
        request: &Request,
        definitions: Definitions,
    ) -> Result<Self, ServiceError> {
        Ok(Self {
            only: None,
            workspace,
            target,
            scope: workspace.scope(target),
            definitions,
            commit: None,
            head: None,
            changed: Vec::new(),
            invocation: Invocation {
                target: (target.name != workspace.config.default_target).then(|| target.name.clone()),
                by_hand: matches!(target.driver, Driver::Console { .. }),
                proposed: workspace.proposed(target, request.now),
            },
            approvals: workspace.approvals(target, request.now)?,
            older: RefCell::default(),
        })
    }

    /// Plans against what is released and recorded.
    pub(super) fn plan(&self, released: &Released, records: &Records, now: Timestamp) -> Plan {
        let histories = records.products.iter().map(|(key, record)| (key.clone(), record.history.clone()));
        let bound = records.bindings().products.into_keys().collect();
        let paused = records.paused.as_ref().filter(|pause| pause.is_valid_at(now));
        let halt = paused.map(Pause::end).or_else(|| self.frozen(now));
        self.plan_with(released, &histories.collect(), &bound, Elsewhere::default(), halt.as_deref(), now)
    }

    /// What handing over anything waits for while a freeze of the target holds.
    pub(super) fn frozen(&self, now: Timestamp) -> Option<String> {
        let local = now.to_zoned(self.target.profile.time_zone.clone()).datetime();
        let ending = self.target.freezes.iter().filter_map(|freeze| Some((freeze.ends(local)?, freeze)));
        // Of several the last one to end is what is waited for.
        let (end, freeze) = ending.max_by_key(|(end, _)| *end)?;
        let zone = self.target.profile.time_zone.iana_name().unwrap_or("the site's time");
        Some(format!(
            "the end of the freeze on {} ({zone}): {}",
            end.strftime("%Y-%m-%d %H:%M"),
            freeze.reason
        ))
    }

    /// A plan that says nothing, for when nothing could be read.
    pub(super) fn plan_of_nothing(&self, now: Timestamp) -> Plan {
        let nothing = Released {
            taken_at: now,
            coverage: Coverage::Products(BTreeSet::new()),
            products: BTreeMap::new(),
            unbound: Vec::new(),
            applications: Vec::new(),
        };
        self.plan(&nothing, &Records::default(), now)
    }

    pub(super) fn plan_with(
        &self,
        released: &Released,
        histories: &BTreeMap<Key, History>,
        bound: &BTreeSet<Key>,
        elsewhere: Elsewhere,
        halt: Option<&str>,
        now: Timestamp,
    ) -> Plan {
        let applied = histories.iter().filter_map(|(key, history)| Some((key, history.commit.as_deref()?)));
        let older = applied.filter(|(_, applied)| self.is_older(applied)).map(|(key, _)| key.clone());
        let mut plan = plan_catalog(&CatalogInput {
            scope: &self.scope,
            site: &self.target.profile,
            guards: &self.workspace.config.guards,
            levels: &self.workspace.config.rules,
            now,
            commit: self.commit.clone(),
            desired: &self.definitions.desired,
            released,
            histories,
            approvals: &self.approvals,
            bound,
            older_commit: &older.collect(),
            by_hand: self.invocation.by_hand,
            halt,
            preflight: self.target.preflight,
            only: self.only.as_ref(),
            elsewhere,
        });
        plan.currency = self.target.currency.clone();
        plan.products.retain(|found| !self.is_silent(found));
        for product in &mut plan.products {
            self.place(product);
            // Another target may need the exception; `check` looks at all of them.
            if self.is_sold_elsewhere(&product.key) {
                product.notices.retain(|notice| !finds_unused(notice.rule));
            }
        }
        plan
    }

    /// Whether this run's commit is older than the one applied last. What cannot be told counts as older.
    pub(super) fn is_older(&self, applied: &str) -> bool {
        let (Some(git), Some(commit)) = (&self.workspace.git, self.head.as_deref()) else { return false };
        if let Some(known) = self.older.borrow().get(applied) {
            return *known;
        }
        let is_older = match git.is_ancestor(commit, applied) {
            Ok(is_ancestor) => is_ancestor && commit != applied,
            // Rewritten history: the applied commit is gone, so this one does not lead to it.
            Err(GitError::UnknownCommit { shallow: false, .. }) => false,
            Err(_) => true,
        };
        self.older.borrow_mut().insert(applied.to_owned(), is_older);
        is_older
    }

    /// A product whose definition cannot be read is not planned at all: its definition did not vanish, and what is
    /// in review is not unwanted. Nor is one retired that an unreadable definition may be about to replace.
    fn is_silent(&self, product: &ProductPlan) -> bool {
        let desired = self.definitions.desired.get(&product.key);
        let may_be_named = desired.is_none_or(|found| found.desired.retire.is_some());
        self.definitions.broken.contains(&product.key) || (may_be_named && self.definitions.nameless)
    }

    fn is_sold_elsewhere(&self, key: &Key) -> bool {
        let Some(definition) = self.definitions.catalog.definition(key.as_str()) else { return false };
        let mut others = self.workspace.config.targets.keys().filter(|name| **name != self.target.name);
        others.any(|name| definition.desired(name.as_str()).is_some())
    }

    /// Looks up line and column of every finding.
    fn place(&self, product: &mut ProductPlan) {
        let Some(definition) = self.definitions.catalog.definition(product.key.as_str()) else { return };
        let source = definition.source();
        let place = |finding: &mut Finding| {
            let location = definition.locate(&finding.route, self.target);
            finding.extent = Some(source.extent(location.span));
        };
        product.blocks.iter_mut().map(|block| &mut block.finding).chain(&mut product.notices).for_each(place);
    }

    /// Where a definition says an item, and in it some words of ours that are quoted.
    pub(super) fn locate(&self, product: &Key, item: &Item, excerpt: Option<&str>) -> Option<Place> {
        let definition = self.definitions.catalog.definition(product.as_str())?;
        let (route, target) = (item.route(), self.target);
        let location = match excerpt {
            Some(words) => definition.locate_words(&route, words, target),
            None => definition.locate(&route, target),
        };
        let position = definition.source().position(location.span.start);
        Some(Place { path: location.path, position, named: false })
    }

    /// Gives events the keys that products have now (`formerly`).
    /// A key with a product of its own takes over nothing: two products never become one.
    pub(super) fn rename(&self, events: &mut [Event]) {
        let mut ids: BTreeMap<Key, String> = BTreeMap::new();
        for event in events.iter() {
            if let EventKind::Bound { binding } = &event.kind {
                ids.insert(event.product.clone(), binding.product_id.clone());
            }
        }
        let same = |former: &Key, key: &Key| match (ids.get(former), ids.get(key)) {
            (Some(former), Some(own)) => former == own,
            (Some(_), None) | (None, Some(_)) | (None, None) => true,
        };
        for event in events {
            if let Some(key) = self.definitions.renamed.get(&event.product)
                && same(&event.product, key)
            {
                event.product = key.clone();
            }
        }
    }

    /// What the ledger holds, under the keys of today.
    ///
    /// # Errors
    /// When it is about another marketplace than the target is at now: what was sold in a sandbox is not on sale at the
    /// console, and a sheet is nothing a sandbox knows of.
    pub(super) fn of_today(&self, mut events: Vec<Event>) -> Result<Vec<Event>, ServiceError> {
        self.rename(&mut events);
        let handed_over = handed_over(&events);
        let at_console = matches!(self.target.driver, Driver::Console { .. });
        let foreign = events.iter().find(|event| match &event.kind {
            EventKind::HandedOver { .. } => !at_console,
            EventKind::Accepted { submission, .. } => at_console && !handed_over.contains(submission),
            _ => false,
        });
        let Some(foreign) = foreign else { return Ok(events) };
        // A sandbox and a gateway take submissions alike: where a ledger is about one and the target at the other, products
        // are bound that are not on sale there.
        let (was, is) = match self.target.driver {
            Driver::Console { .. } => ("a sandbox or a gateway", "the Seller Console"),
            Driver::Sandbox { .. } => ("the Seller Console", "a sandbox"),
            Driver::Gateway { .. } => ("the Seller Console", "a gateway"),
        };
        let name = &self.target.name;
        Err(ServiceError::Request {
            message: format!(
                "target `{name}` is at {is} now, and its ledger is about {was}: `{}` was submitted there",
                foreign.product
            ),
            hints: vec![
                format!(
                    "give {is} a target of its own beside `{name}`, with another name; each has its own entries"
                ),
                format!(
                    "or begin another ledger: under `ledger` of `{name}` name another `path` or `branch`"
                ),
            ],
        })
    }

    /// Pairs of keys that a specification of a product had and has (`formerly`).
    pub(super) fn moved_specifications(&self, product: &Key) -> Vec<(Key, Key)> {
        let wanted = self.definitions.desired.get(product).map(|found| &found.desired.specifications);
        let moved = wanted.into_iter().flatten().flat_map(|(now, intent)| {
            intent.formerly.iter().map(move |former| (former.clone(), now.clone()))
        });
        moved.collect()
    }

    /// Bindings under the keys that specifications have now (`formerly`), as submissions name them.
    pub(super) fn current(&self, mut bindings: Bindings) -> Bindings {
        for (key, wanted) in &self.definitions.desired {
            let Some(binding) = bindings.products.get_mut(key) else { continue };
            for (now, intent) in &wanted.desired.specifications {
                for former in &intent.formerly {
                    if let Some(found) = binding.specifications.remove(former) {
                        binding.specifications.entry(now.clone()).or_insert(found);
                    }
                }
            }
        }
        bindings
    }

    /// Reads ledger and marketplace, with verdicts that are not in the ledger yet.
    pub(super) fn look(
        &self,
        driver: &mut Marketplace<'_>,
        now: Timestamp,
    ) -> Result<Situation, ServiceError> {
        self.look_counted(driver, now, &Calls::default())
    }

    /// The same, with what is asked counted.
    pub(super) fn look_counted(
        &self,
        driver: &mut Marketplace<'_>,
        now: Timestamp,
        calls: &Calls,
    ) -> Result<Situation, ServiceError> {
        let ledger = self.workspace.ledger_view(self.target)?;
        let mut events = self.of_today(calls.kept("read", ledger.events(&self.scope))?)?;
        let records = fold(&self.scope, &events, now);
        let open: Vec<SubmissionId> = records
            .products
            .values()
            .filter_map(|record| Some(record.history.open.as_ref()?.submission.id.clone()))
            .collect();
        let reports =
            if open.is_empty() { Vec::new() } else { calls.asked("reviews", driver.reviews(&open))? };
        let told = news(&records, &reports);
        let is_known = told.is_empty();
        for (product, kind) in told {
            let sequence = events.last().map_or(0, |event| event.sequence) + 1;
            events.push(Event { sequence, at: now, product, kind });
        }
        let mut records = if is_known { records } else { fold(&self.scope, &events, now) };
        driver.learn(self, &events, records.bindings());
        let observation = calls.asked("observe", driver.observe())?;
        let told = claims(&records, &observation);
        if !told.is_empty() {
            for (product, kind) in told {
                let sequence = events.last().map_or(0, |event| event.sequence) + 1;
                events.push(Event { sequence, at: now, product, kind });
            }
            records = fold(&self.scope, &events, now);
        }
        mark_missing(&mut records, &reports, driver.capabilities());
        let released = resolve(&observation, &records.bindings());
        Ok(Situation { events, records, released, observation })
    }

    /// The plan against what was exported, or else what the marketplace and the ledger say now.
    pub(super) fn plan_now(
        &self,
        request: &Request,
        snapshot: Option<SnapshotFile>,
    ) -> Result<Plan, ServiceError> {
        if let Some(snapshot) = snapshot {
            return snapshot.plan(self, request.now);
        }
        if self.workspace.revision.is_some() && !self.workspace.asks_as_here(self.target) {
            return Err(ServiceError::Request {
                message: format!(
                    "the commit reaches the marketplace of `{}` or its ledger otherwise than gallerist.yaml here, and \
                     nothing is asked where only a commit says",
                    self.target.name
                ),
                hints: vec!["plan it against what `gallerist export` saved: `--released PATH`".to_owned()],
            });
        }
        self.ask(request).map(|(_, plan, _)| plan)
    }

    /// What the marketplace and the ledger say now, and the plan against it.
    pub(super) fn ask(&self, request: &Request) -> Result<(Situation, Plan, Timestamp), ServiceError> {
        let mut driver = Marketplace::reading(self, request.now)?;
        let now = driver.now()?;
        let situation = self.look(&mut driver, now)?;
        let plan = self.plan(&situation.released, &situation.records, now);
        Ok((situation, plan, now))
    }

    pub(super) fn invocation(&self) -> &Invocation {
        &self.invocation
    }

    /// The keys that a product had (`formerly`).
    pub(super) fn former_keys(&self, key: &Key) -> impl Iterator<Item = &Key> {
        self.definitions.renamed.iter().filter(move |(_, now)| *now == key).map(|(former, _)| former)
    }

    /// The key that a product has now (`formerly`).
    pub(super) fn key_now(&self, key: Key) -> Key {
        self.definitions.renamed.get(&key).cloned().unwrap_or(key)
    }
}

/// What is recorded and shown at one moment.
pub(super) struct Situation {
    /// The ledger's events under today's keys, and what the next run will record.
    pub(super) events: Vec<Event>,
    pub(super) records: Records,
    pub(super) released: Released,
    pub(super) observation: Observation,
}

impl Situation {
    pub(super) fn histories(&self) -> BTreeMap<Key, History> {
        self.records.products.iter().map(|(key, record)| (key.clone(), record.history.clone())).collect()
    }
}

/// The plan now, with everything it was made from.
pub(super) fn live<T>(
    request: &Request,
    then: impl FnOnce(&Planner<'_>, &Situation, Plan, Timestamp) -> Result<T, ServiceError>,
) -> Result<T, ServiceError> {
    let workspace = super::workspace::open(request)?;
    let planner = Planner::new(&workspace, request)?;
    let (situation, plan, now) = planner.ask(request)?;
    then(&planner, &situation, plan, now)
}
