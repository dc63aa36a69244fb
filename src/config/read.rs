//! Reading `gallerist.yaml`.

use super::form::{check, kind, nearest};
use super::{Config, ConfigDocument, Driver, FILE_NAME, Guards, Level, Target};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::model::{Currency, Key};
use crate::site::{ProfileError, SiteProfile};
use crate::text::SourceFile;
use crate::yaml::{Limits, Node, Tree, excerpt, read, to_value};
use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;

impl Config {
    /// Reads the configuration; `None` when it cannot be used, and then the diagnostics say why.
    #[must_use]
    pub fn read(path: &Utf8Path, bytes: &[u8]) -> (Option<Self>, Diagnostics) {
        let reading = read(path, bytes, Limits::default());
        let mut found = reading.diagnostics;
        let config = reading.tree.as_ref().and_then(|tree| {
            if let Err(error) = kind(path, tree, &["Catalog"]) {
                found.push(*error);
                return None;
            }
            if !check::<ConfigDocument>(path, tree, &mut found) {
                return None;
            }
            Reader { path, tree, found: &mut found }.config()
        });
        let mut diagnostics = Diagnostics { list: found, ..Diagnostics::default() };
        diagnostics.sources.insert(SourceFile::new(path, reading.text));
        diagnostics.sort();
        (config.filter(|_| !diagnostics.has_errors()), diagnostics)
    }

    /// What stands for a missing `gallerist.yaml`.
    #[must_use]
    pub fn missing() -> Diagnostic {
        let message = "there is no `gallerist.yaml` here";
        Diagnostic::error("config-missing", FILE_NAME, crate::text::Span::default(), message)
            .help("`gallerist init` writes one; `--directory` names the folder it stands in")
    }
}

pub(super) struct Reader<'t> {
    path: &'t Utf8Path,
    tree: &'t Tree,
    found: &'t mut Vec<Diagnostic>,
}

impl<'t> Reader<'t> {
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    pub(super) fn error(&self, rule: &'static str, node: Node<'_>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(rule, self.path, node.span(), message)
    }

    fn config(&mut self) -> Option<Config> {
        let root = self.tree.root();
        let name = Key::new(text(root, "name")?).ok()?;
        let mut targets = BTreeMap::new();
        for (key, value) in root.get("targets")?.entries() {
            let Ok(name) = Key::new(key.text().unwrap_or_default()) else { continue };
            if let Some(target) = self.target(name.clone(), value) {
                targets.insert(name, target);
            }
        }
        let products = self.inner_path(root, "products", "products");
        let attributes = self.inner_path(root, "attributes", "attributes.yaml");
        let approvals = self.inner_path(root, "approvals", "approvals");
        self.folders_apart(root, &targets, &[("products", &products), ("approvals", &approvals)]);
        let default_target = self.default_target(root, &targets)?;
        let (mut rules, mut rule_places) = (BTreeMap::new(), BTreeMap::new());
        for (rule, word) in root.get("rules").into_iter().flat_map(Node::entries) {
            let (Some(name), Some(level)) = (rule.text(), word.text().and_then(level)) else { continue };
            rules.insert(name.to_owned(), level);
            rule_places.insert(name.to_owned(), rule.span());
        }
        Some(Config {
            name,
            products,
            attributes,
            approvals,
            default_target,
            targets,
            guards: guards(root),
            rules,
            rule_places,
            notify: self.receivers(root),
        })
    }

    fn default_target(&mut self, root: Node<'t>, targets: &BTreeMap<Key, Target>) -> Option<Key> {
        let declared = root.get("targets")?;
        let names: Vec<&str> = declared.entries().filter_map(|(key, _)| key.text()).collect();
        let Some(node) = root.get("defaultTarget").filter(|node| !node.is_null()) else {
            if let [only] = names.as_slice() {
                return targets.get_key_value(*only).map(|(key, _)| key.clone());
            }
            let key = root.entry("targets").map_or(root, |(key, _)| key);
            let diagnostic = if names.is_empty() {
                self.error("target-missing", key, "no target is named")
                    .help("name one: `targets: {intl: {site: intl}}`")
            } else {
                self.error("default-target-missing", key, "there are several targets and none is the default")
                    .help(format!("add `defaultTarget:` with one of {}", names.join(", ")))
            };
            self.report(diagnostic);
            return None;
        };
        let name = node.text().unwrap_or_default();
        if !names.contains(&name) {
            let diagnostic = self
                .error("target-unknown", node, format!("there is no target `{}`", excerpt(name)))
                .help(format!("there are {}", names.join(", ")));
            let diagnostic = match nearest(name, names) {
                Some(near) => diagnostic.fix(format!("write `{near}`"), near),
                None => diagnostic,
            };
            self.report(diagnostic);
        }
        targets.get_key_value(name).map(|(key, _)| key.clone())
    }

    fn target(&mut self, name: Key, node: Node<'t>) -> Option<Target> {
        let profile = self.profile(node.get("site")?)?;
        let currency =
            text(node, "currency").and_then(Currency::new).unwrap_or_else(|| profile.currency.clone());
        let branch = text(node, "branch").unwrap_or("main").to_owned();
        let ledger = self.ledger(node.get("ledger"), &branch);
        let freezes = self.freezes(&name, node.get("freeze"));
        let driver = self.driver(node.get("marketplace").filter(|node| !node.is_null()))?;
        let preflight = self.preflight(node.get("preflight"), &driver);
        Some(Target {
            name,
            profile,
            account: text(node, "account").unwrap_or_default().to_owned(),
            currency,
            driver,
            ledger,
            branch,
            freezes,
            preflight,
        })
    }

    /// What the tool writes at the console stands where nothing else does, so that neither takes the other for its own.
    fn folders_apart(
        &mut self,
        root: Node<'t>,
        targets: &BTreeMap<Key, Target>,
        others: &[(&str, &Utf8PathBuf)],
    ) {
        for (name, target) in targets {
            let Driver::Console { sheets, released, .. } = &target.driver else { continue };
            let Some(node) = root.get("targets").and_then(|node| node.get(name.as_str())?.get("marketplace"))
            else {
                continue;
            };
            let mut taken = others.to_vec();
            for (setting, path) in [("sheets", sheets), ("released", released)] {
                let meets =
                    |(_, other): &&(&str, &Utf8PathBuf)| path.starts_with(other) || other.starts_with(path);
                if let Some((other, _)) = taken.iter().find(meets) {
                    let message =
                        format!("`{setting}` and `{other}` name one folder, or one inside the other");
                    let help = "name two folders that stand beside each other";
                    let place = node.get(setting).unwrap_or(node);
                    let diagnostic = self.error("folders-overlap", place, message).help(help);
                    self.report(diagnostic);
                }
                taken.push((setting, path));
            }
        }
    }

    fn profile(&mut self, site: Node<'t>) -> Option<SiteProfile> {
        let base = site.get("extends").unwrap_or(site);
        let name = base.text().unwrap_or_default();
        let embedded = match SiteProfile::embedded(name) {
            Ok(embedded) => embedded,
            Err(error) => {
                let names = SiteProfile::NAMES;
                let diagnostic = self.error("site-unknown", base, excerpt(&error.to_string()));
                let diagnostic = match nearest(name, names.iter().copied()) {
                    Some(near) => diagnostic.spelling(name, near),
                    None => diagnostic,
                };
                self.report(diagnostic);
                return None;
            }
        };
        let before = self.found.len();
        self.settings(name, site.get("set"), SiteProfile::SETTINGS, |name, setting| {
            SiteProfile::extended(name, setting, "{}").err()
        });
        self.settings(name, site.get("add"), SiteProfile::LISTS, |name, setting| {
            SiteProfile::extended(name, "{}", setting).err()
        });
        if self.found.len() > before {
            return None;
        }
        let whole =
            |key: &str| site.get(key).map_or_else(|| "{}".to_owned(), |node| to_value(node).to_string());
        if site.is_mapping() {
            SiteProfile::extended(name, &whole("set"), &whole("add")).ok()
        } else {
            Some(embedded)
        }
    }

    /// Tries the settings of a site one by one, so that each one that does not fit is named.
    fn settings(
        &mut self,
        site: &str,
        settings: Option<Node<'t>>,
        known: &[&'static str],
        attempt: impl Fn(&str, &str) -> Option<ProfileError>,
    ) {
        for (key, value) in settings.into_iter().flat_map(Node::entries) {
            let written = key.text().unwrap_or_default();
            if !known.contains(&written) {
                let message = format!("there is no site setting `{}` here", excerpt(written));
                let diagnostic = self.error("site-setting-invalid", key, message);
                let diagnostic = match nearest(written, known.iter().copied()) {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")).spelling(written, near),
                    None => diagnostic.help(format!("there are {}", known.join(", "))),
                };
                self.report(diagnostic);
                continue;
            }
            let setting = serde_json::json!({ written: to_value(value) });
            if let Some(ProfileError::Form(reason)) = attempt(site, &setting.to_string()) {
                let reason = reason.split(" at line ").next().unwrap_or(&reason);
                let diagnostic = self
                    .error(
                        "site-setting-invalid",
                        key,
                        format!("this site setting does not fit: {}", excerpt(reason)),
                    )
                    .help("settings have the names and forms of the site profile");
                self.report(diagnostic);
            }
        }
    }

    /// A path that stays inside the catalog.
    pub(super) fn inner_path(&mut self, root: Node<'t>, key: &str, default: &str) -> Utf8PathBuf {
        let Some(node) = root.get(key).filter(|node| !node.is_null()) else { return default.into() };
        let written = Utf8Path::new(node.text().unwrap_or(default));
        let mut path = Utf8PathBuf::new();
        for component in written.components() {
            match component {
                Utf8Component::Normal(name) if !name.contains('\\') => path.push(name),
                Utf8Component::CurDir => {}
                Utf8Component::Normal(_)
                | Utf8Component::ParentDir
                | Utf8Component::RootDir
                | Utf8Component::Prefix(_) => {
                    let message = "this path leaves the catalog's folder";
                    let help = "name a folder inside it, with `/` between names";
                    let diagnostic = self.error("path-outside", node, message).help(help);
                    self.report(diagnostic);
                    return default.into();
                }
            }
        }
        path
    }
}

fn guards(root: Node<'_>) -> Guards {
    let defaults = Guards::default();
    let Some(node) = root.get("guards") else { return defaults };
    let number = |key: &str, default: u32| {
        node.get(key).and_then(Node::whole).and_then(|number| u32::try_from(number).ok()).unwrap_or(default)
    };
    Guards {
        price_change_percent: number("priceChangePercent", defaults.price_change_percent),
        retired_percent: number("retiredPercent", defaults.retired_percent),
        retired_count: number("retiredCount", defaults.retired_count),
        recorded_days: number("recordedDays", defaults.recorded_days),
    }
}

fn level(word: &str) -> Option<Level> {
    match word {
        "off" => Some(Level::Off),
        "note" => Some(Level::Note),
        "warning" => Some(Level::Warning),
        "error" => Some(Level::Error),
        _ => None,
    }
}

impl From<Level> for Option<Severity> {
    fn from(level: Level) -> Self {
        match level {
            Level::Off => None,
            Level::Note => Some(Severity::Note),
            Level::Warning => Some(Severity::Warning),
            Level::Error => Some(Severity::Error),
        }
    }
}

pub(super) fn text<'t>(node: Node<'t>, key: &str) -> Option<&'t str> {
    node.get(key).filter(|value| !value.is_null()).and_then(Node::text)
}
