//! The plan of a whole catalog: products one by one, then what only the catalog sees.

use super::chain::Context;
use super::guards::finding;
use super::product::{self, ProductInput};
use super::{Action, Block, History, Plan, Standing};
use crate::config::{Guards, PreflightGate};
use crate::diagnostic::Finding;
use crate::model::{DeliveryMethod, Desired, Item, Key, Product};
use crate::released::{Coverage, ObservedApplication, ProductStatus, Released};
use crate::rules::levels::Levels;
use crate::rules::{self, Account, ProductRules, Summaries, Summary};
use crate::site::SiteProfile;
use crate::submission::{EvidenceKind, OperationId, OperationKind, Scope};
use camino::Utf8PathBuf;
use jiff::Timestamp;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A definition's desired state and the file it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredProduct {
    /// What is wanted.
    pub desired: Desired,
    /// The definition's file, as shown to people.
    pub path: Option<Utf8PathBuf>,
}

/// What is known of products that are not looked at, as far as limits over the whole catalog ask for it.
#[derive(Debug, Clone, Default)]
pub struct Elsewhere {
    /// How many are on sale.
    pub products_on_sale: usize,
    /// How many of their specifications are on sale.
    pub specifications_on_sale: usize,
    /// How many were retired within the last seven days, or are about to be.
    pub products_retired: usize,
    /// How many of their specifications were removed within the last seven days, or are about to be.
    pub specifications_removed: usize,
    /// Whether hardware is among what is on sale.
    pub sells_hardware: bool,
    /// Whether the ledger knows an id of any of them.
    pub is_bound: bool,
    /// What rules that compare products found, where somebody compared all of them already.
    pub compared: Option<BTreeMap<Key, Vec<Finding>>>,
}

/// Everything a plan is made from.
pub struct CatalogInput<'a> {
    /// Catalog and target.
    pub scope: &'a Scope,
    /// What the site allows.
    pub site: &'a SiteProfile,
    /// Limits of the catalog.
    pub guards: &'a Guards,
    /// How much each rule matters in the catalog.
    pub levels: &'a Levels,
    /// The moment of planning, by the run's clock.
    pub now: Timestamp,
    /// The commit of the definitions, where they are in git and clean.
    pub commit: Option<String>,
    /// Definitions by key.
    pub desired: &'a BTreeMap<Key, DesiredProduct>,
    /// What the marketplace shows.
    pub released: &'a Released,
    /// What the ledger knows, by key; already folded under today's keys.
    pub histories: &'a BTreeMap<Key, History>,
    /// Approvals from files of the target's branch, by product.
    pub approvals: &'a BTreeMap<Key, BTreeSet<OperationId>>,
    /// Products bound to a marketplace id in the ledger.
    pub bound: &'a BTreeSet<Key>,
    /// Products whose last applied commit is newer than this run's.
    pub older_commit: &'a BTreeSet<Key>,
    /// Whether people do at the marketplace what elsewhere a run does: nothing is withdrawn without them.
    pub by_hand: bool,
    /// What handing over anything waits for, as words that follow "waits for": the end of a pause or freeze.
    pub halt: Option<&'a str>,
    /// Whether SaaS products wait for proof that their interfaces answer, and how old it may be.
    pub preflight: PreflightGate,
    /// Products to plan, where not all definitions were read; the others have not vanished.
    pub only: Option<&'a BTreeSet<Key>>,
    /// What is known of products that `released` and `histories` leave out.
    pub elsewhere: Elsewhere,
}

impl CatalogInput<'_> {
    fn is_planned(&self, key: &Key) -> bool {
        self.only.is_none_or(|only| only.contains(key))
    }
}

/// Plans a catalog.
#[must_use]
pub fn plan(input: &CatalogInput<'_>) -> Plan {
    plan_by(input, &ProductRules::on(&input.site.name, input.levels))
}

/// Plans a part of a catalog, by the rules that are on at its site.
#[must_use]
pub fn plan_by(input: &CatalogInput<'_>, rules: &ProductRules) -> Plan {
    let context = Context {
        scope: input.scope,
        site: input.site,
        guards: input.guards,
        levels: input.levels,
        rules,
        now: input.now,
        today: input.site.day(input.now),
        observed_at: input.released.taken_at,
        by_hand: input.by_hand,
        halt: input.halt,
        preflight: input.preflight,
    };
    let keys: BTreeSet<&Key> =
        input.desired.keys().chain(input.released.products.keys()).chain(input.histories.keys()).collect();
    // A partial observation speaks of what it shows, and of nothing else: not that something is missing or new.
    let keys = keys.into_iter().filter(|key| {
        let seen = input.released.coverage == Coverage::Whole || input.released.products.contains_key(*key);
        seen && input.is_planned(key)
    });
    let no_history = History::default();
    let across = Across::of(input);
    let keys: Vec<&Key> = keys.collect();
    let products = keys.par_iter().map(|key| {
        let history = input.histories.get(*key).unwrap_or(&no_history);
        let mut approvals = input.approvals.get(*key).cloned().unwrap_or_default();
        approvals.extend(history.evidence.iter().filter(|found| found.is_valid_at(input.now)).filter_map(
            |found| match &found.kind {
                EvidenceKind::Approval(operation) => Some(operation.clone()),
                EvidenceKind::Confirmation(_) | EvidenceKind::Preflight(_) => None,
            },
        ));
        let product = ProductInput {
            key,
            desired: input.desired.get(*key),
            released: input.released.products.get(*key),
            history,
            applications: across.applications(input, key),
            approvals,
            waits_for: across.waits_for(input, key),
            catalog_blocks: across.blocks(input, key),
            compared: across.compared.get(*key).map_or(&[], Vec::as_slice),
            account: across.account(key),
        };
        product::plan(context, &product)
    });
    let mut plan = Plan {
        scope: input.scope.clone(),
        site: input.site.name.clone(),
        currency: input.site.currency.clone(),
        date: context.today,
        commit: input.commit.clone(),
        observed_at: input.released.taken_at,
        recorded_at: input.released.products.values().filter_map(|product| product.recorded_at).min(),
        products: products.collect(),
        unbound: input.released.unbound.clone(),
    };
    // Products that were never more than an idea in the ledger or a tombstone leave no trace in a plan.
    plan.products.retain(|found| {
        found.standing != Standing::Retired
            || input.desired.contains_key(&found.key)
            || !found.chain.is_empty()
    });
    guard_retirements(input, &mut plan);
    plan
}

/// What one product must know of all others, looked up once: asking every product about every other would take a
/// hundred times as long for ten times as many.
struct Across<'a> {
    /// Products by a product they replace.
    replacing: BTreeMap<&'a Key, Vec<(&'a Key, &'a DesiredProduct)>>,
    /// What rules that compare products found, by product.
    compared: BTreeMap<Key, Vec<Finding>>,
    /// The first product that would be released, where the account sells nothing yet.
    first_product: Option<&'a Key>,
    /// The first hardware that would be released, where the account sells none yet.
    first_hardware: Option<&'a Key>,
    /// The first product on sale that no key of ours is bound to, by its name.
    unbound: BTreeMap<&'a str, &'a (String, String)>,
    /// Products on sale without a definition.
    vanished: Vec<&'a Key>,
    /// Open applications by what they are about.
    applications: BTreeMap<About<'a>, Vec<&'a ObservedApplication>>,
}

/// What an application is about: a product by its id, or one that is not on sale yet by its name.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum About<'a> {
    Product(&'a str),
    Name(&'a str),
}

impl<'a> Across<'a> {
    fn of(input: &CatalogInput<'a>) -> Self {
        let compare = || {
            let products = input.desired.values().filter_map(|found| Summary::of(&found.desired));
            let products: Vec<Summary> = products.collect();
            let products = products.iter().collect();
            rules::check_catalog(&Summaries { site: input.site, products }, input.levels)
        };
        let mut across = Self {
            replacing: BTreeMap::new(),
            compared: input.elsewhere.compared.clone().unwrap_or_else(compare),
            first_product: None,
            first_hardware: None,
            unbound: BTreeMap::new(),
            vanished: Vec::new(),
            applications: BTreeMap::new(),
        };
        let on_sale =
            input.released.products.iter().filter(|(_, found)| found.status != ProductStatus::Discontinued);
        let vanished = |key: &&Key| !input.desired.contains_key(*key) && input.is_planned(key);
        across.vanished.extend(on_sale.map(|(key, _)| key).filter(vanished));
        for (key, found) in input.desired {
            for replaced in &found.desired.replaces {
                let replacing = across.replacing.entry(replaced).or_default();
                if replacing.last().is_none_or(|(last, _)| *last != key) {
                    replacing.push((key, found));
                }
            }
        }
        for found in &input.released.unbound {
            across.unbound.entry(&found.1).or_insert(found);
        }
        for application in input.released.applications.iter().filter(|found| found.state.is_open()) {
            let about = application
                .product_id
                .as_deref()
                .map_or(About::Name(&application.product_name), About::Product);
            across.applications.entry(about).or_default().push(application);
        }
        let hardware = |product: &Product| product.delivery == DeliveryMethod::Hardware;
        let released = input.released.products.values();
        let sells_hardware =
            input.elsewhere.sells_hardware || released.into_iter().any(|found| hardware(&found.product));
        let sells = !input.released.products.is_empty()
            || !input.released.unbound.is_empty()
            || input.elsewhere.products_on_sale > 0;
        let mut new = input.desired.iter().filter(|(key, found)| {
            let Desired { retire, unmanage, .. } = &found.desired;
            retire.is_none() && unmanage.is_none() && !input.released.products.contains_key(*key)
        });
        across.first_hardware = new
            .clone()
            .find(|(_, found)| hardware(&found.desired.product) && !sells_hardware)
            .map(|(key, _)| key);
        across.first_product = new.next().map(|(key, _)| key).filter(|_| !sells);
        across
    }

    /// What is known of the account, as far as it matters for this product.
    fn account(&self, key: &Key) -> Account {
        Account {
            first_product: self.first_product == Some(key),
            first_hardware: self.first_hardware == Some(key),
        }
    }

    /// Products that replace this one and are not on sale yet.
    fn waits_for(&self, input: &CatalogInput<'_>, key: &Key) -> Vec<String> {
        let waiting = self.replacing.get(key).into_iter().flatten().filter(|(other, _)| {
            let released = input.released.products.get(*other);
            released
                .is_none_or(|found| found.status != ProductStatus::OnSale || found.on_sale().next().is_none())
        });
        waiting.map(|(other, found)| format!("{} ({other})", found.desired.product.display_name())).collect()
    }

    /// Open applications about this product, ours and foreign.
    fn applications(&self, input: &CatalogInput<'a>, key: &Key) -> &[&'a ObservedApplication] {
        let released = input.released.products.get(key);
        let desired = input.desired.get(key);
        let about = match (released, desired) {
            (Some(released), _) => About::Product(&released.product_id),
            (None, Some(desired)) => About::Name(desired.desired.product.display_name()),
            (None, None) => return &[],
        };
        self.applications.get(&about).map_or(&[], Vec::as_slice)
    }

    /// Problems of one product that only the catalog sees; `true` marks those an approval of the release lifts.
    fn blocks(&self, input: &CatalogInput<'_>, key: &Key) -> Vec<(Finding, bool)> {
        let mut found = Vec::new();
        let mut add = |rule: &str, item: Item, message: String, label: &str, lifted: bool| {
            found.extend(finding(rule, &item, message, label.to_owned()).map(|finding| (finding, lifted)));
        };
        if input.older_commit.contains(key) {
            let message = "this commit is older than the one last applied to the product".to_owned();
            add("older-commit", Item::Product, message, "", false);
        }
        let Some(DesiredProduct { desired, path: _ }) = input.desired.get(key) else { return found };
        let released = input.released.products.contains_key(key);
        if input.bound.contains(key) && !released {
            let message =
                format!("`{key}` is bound to a product that the marketplace does not show any more");
            add("bound-product-missing", Item::Product, message, "", false);
        }
        let was_released = input.histories.get(key).is_some_and(|history| history.last_applied.is_some());
        if !released && !input.bound.contains(key) && was_released {
            let message = format!("`{key}` was released, and the ledger does not know as which product");
            add("ledger-incomplete", Item::Product, message, "would be released a second time", false);
        } else if !released && !input.bound.contains(key) {
            let namesake = self.unbound.get(desired.product.display_name()).copied();
            // While nothing is bound, products on sale may well be these definitions': the ledger was lost or new.
            let nothing_bound = input.bound.is_empty() && !input.elsewhere.is_bound;
            let unknown = nothing_bound.then(|| input.released.unbound.first()).flatten();
            if let Some((id, other)) = namesake.or(unknown) {
                let message =
                    format!("the ledger does not know product {id} (\"{other}\"), which is on sale");
                add("ledger-incomplete", Item::Product, message, "would be released as a new product", true);
            }
            for old in &self.vanished {
                let message = format!("`{old}` is on sale and has no sound definition while `{key}` is new");
                add(
                    "renamed-without-formerly",
                    Item::Product,
                    message,
                    "would be released as a new product",
                    true,
                );
            }
        }
        found
    }
}

/// The guard over how much is retired: exceeding either limit blocks; products and specifications are counted apart.
fn guard_retirements(input: &CatalogInput<'_>, plan: &mut Plan) {
    let recent = input.histories.values().map(|history| history.recent);
    let Elsewhere { products_retired, specifications_removed, .. } = &input.elsewhere;
    let recently = (*products_retired, *specifications_removed);
    let (mut products, mut specifications) = recent.fold(recently, |(products, specifications), recent| {
        (products + recent.products_retired, specifications + recent.specifications_removed)
    });
    let removals = |plan: &super::ProductPlan| -> Vec<(OperationId, Item, OperationKind)> {
        let submissions = plan.chain.iter().filter_map(|step| match (&step.action, &step.state) {
            (Action::Submit(_), state) if state.is_away() => None,
            (Action::Submit(submission), _) => Some(submission),
            (Action::Withdraw { .. } | Action::Manual(_), _) => None,
        });
        let operations = submissions.flat_map(|submission| &submission.operations);
        let removals = operations.filter(|operation| operation.kind.is_irreversible());
        removals
            .map(|found| (found.id(&input.scope.target, &plan.key), found.item.clone(), found.kind))
            .collect()
    };
    for found in &plan.products {
        for (_, _, kind) in removals(found) {
            if kind == OperationKind::RetireProduct { products += 1 } else { specifications += 1 }
        }
    }
    let on_sale =
        input.released.products.values().filter(|found| found.status != ProductStatus::Discontinued);
    let others = (input.elsewhere.products_on_sale, input.elsewhere.specifications_on_sale);
    let (products_on_sale, specifications_on_sale) = on_sale
        .fold(others, |(products, specifications), found| {
            (products + 1, specifications + found.on_sale().count())
        });
    let Guards { retired_percent, retired_count, .. } = *input.guards;
    let exceeds = |count: usize, of: usize| {
        count > 1 && (count > retired_count as usize || count * 100 > of * retired_percent as usize)
    };
    let over = [
        (true, exceeds(products, products_on_sale), products, products_on_sale, "products"),
        (
            false,
            exceeds(specifications, specifications_on_sale),
            specifications,
            specifications_on_sale,
            "specifications",
        ),
    ];
    for found in &mut plan.products {
        for (id, item, kind) in removals(found) {
            let limit = over
                .iter()
                .find(|(product, over, ..)| *over && *product == (kind == OperationKind::RetireProduct));
            let Some((_, _, count, of, what)) = limit.filter(|_| !found.approved.contains(&id)) else {
                continue;
            };
            let message = format!("{count} of {of} {what} on sale are retired within seven days");
            let label = format!("guard: {retired_percent} % or {retired_count}");
            if let Some(finding) = finding("too-much-retired", &item, message, label) {
                found.blocks.push(Block { finding, approval: Some(id) });
            }
        }
    }
}
