//! A history that breaks something, made as short as can be, so that people can read it.

use super::history::{History, Trouble};
use super::teeth::Sabotage;
use super::{tell, tell_aloud};
use std::process::Command;

/// The shortest history found that still breaks something.
pub(super) fn shrink(history: &History, sabotage: Option<Sabotage>) -> History {
    let breaks = |shorter: &History| !tell(shorter, sabotage).breaches.is_empty();
    let mut best = history.clone();
    for trouble in Trouble::ALL {
        let calmer = best.without(trouble);
        if calmer != best && breaks(&calmer) {
            best = calmer;
        }
    }
    let mut size = best.happenings.len();
    while size > 0 {
        let mut at = 0;
        while at < best.happenings.len() {
            let mut shorter = best.clone();
            let end = (at + size).min(shorter.happenings.len());
            shorter.happenings.drain(at..end);
            if breaks(&shorter) {
                best = shorter;
            } else {
                at += size;
            }
        }
        // Once more at the smallest size, until nothing more can go.
        size /= 2;
    }
    while best.first.len() > 1 {
        let mut fewer = best.clone();
        fewer.first.pop();
        if !breaks(&fewer) {
            break;
        }
        best = fewer;
    }
    best
}

/// What somebody needs to know of a history that breaks something.
pub(super) fn report(history: &History, sabotage: Option<Sabotage>) -> String {
    let short = shrink(history, sabotage);
    let told = tell_aloud(&short, sabotage, true);
    let seed = history.seed;
    format!(
        "history {seed} of commit {} breaks what must hold:\n  {}\nTo tell it again: GALLERIST_SEED={seed}\n\
         Made short, with {:?}, {} products, on sale before: {}, fences: {}, clocks {:?}, {} a day:\n{}\n",
        commit(),
        told.breaches.join("\n  "),
        short.troubles(),
        short.first.len(),
        short.on_sale,
        short.fenced,
        short.clocks,
        short.a_day,
        told.lines.join("\n"),
    )
}

fn commit() -> String {
    let mut git = Command::new("git");
    git.args(["describe", "--always", "--dirty"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let named = git.output().ok().filter(|output| output.status.success());
    named.map_or_else(|| "unknown".into(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
