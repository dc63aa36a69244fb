//! Leaving out what does not fit: whole items, the least important first, with a count.

use super::super::counted;
use super::Bounds;

/// A part of the page: a heading, items that stand or fall as wholes, and what closes it.
#[derive(Debug, Default)]
pub(super) struct Section {
    pub(super) heading: String,
    pub(super) items: Vec<String>,
    pub(super) end: &'static str,
    /// What an item is, and several.
    pub(super) noun: (&'static str, &'static str),
    /// The lowest is kept longest.
    pub(super) rank: u8,
}

impl Section {
    fn length(&self, items: usize) -> usize {
        match items {
            0 => 0,
            _ => self.heading.len() + self.end.len() + self.lengths(items),
        }
    }

    fn lengths(&self, items: usize) -> usize {
        self.items.iter().take(items).map(String::len).sum()
    }

    fn write(&self, out: &mut String, items: usize) {
        if items > 0 {
            out.push_str(&self.heading);
            self.items.iter().take(items).for_each(|item| out.push_str(item));
            out.push_str(self.end);
        }
    }
}

/// What is always there, and sections between.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) head: String,
    pub(super) sections: Vec<Section>,
    pub(super) foot: String,
}

impl Page {
    pub(super) fn length(&self) -> usize {
        let sections = self.sections.iter().map(|section| section.length(section.items.len()));
        self.head.len() + self.foot.len() + sections.sum::<usize>()
    }

    pub(super) fn whole(&self) -> String {
        let all: Vec<usize> = self.sections.iter().map(|section| section.items.len()).collect();
        self.with(&all, "")
    }

    fn with(&self, kept: &[usize], left_out: &str) -> String {
        let mut out = self.head.clone();
        for (section, items) in self.sections.iter().zip(kept) {
            section.write(&mut out, *items);
        }
        out.push_str(left_out);
        out.push_str(&self.foot);
        out
    }

    /// As much as fits. Every count shrinks what is left to tell, so the longest remark is the one about everything.
    pub(super) fn cut(&self, bounds: &Bounds) -> String {
        let mut kept = vec![0; self.sections.len()];
        let reserved = self.left_out(&kept, bounds.rest.as_deref()).len();
        let Some(mut free) = bounds.bytes_max.checked_sub(self.head.len() + self.foot.len() + reserved)
        else {
            return self.bare(bounds);
        };
        let mut order: Vec<usize> = (0..self.sections.len()).collect();
        order.sort_by_key(|at| self.sections.get(*at).map(|section| section.rank));
        for at in order {
            let (Some(section), Some(kept)) = (self.sections.get(at), kept.get_mut(at)) else { continue };
            let fits = (0..=section.items.len()).rev().find(|items| section.length(*items) <= free);
            *kept = fits.unwrap_or_default();
            free -= section.length(*kept);
        }
        self.with(&kept, &self.left_out(&kept, bounds.rest.as_deref()))
    }

    /// What is told when there is room for next to nothing.
    fn bare(&self, bounds: &Bounds) -> String {
        let nothing = vec![0; self.sections.len()];
        let heading = self.head.split_inclusive('\n').next().unwrap_or_default();
        let all = self.left_out(&nothing, bounds.rest.as_deref());
        let unlinked = self.left_out(&nothing, None);
        let candidates = [format!("{heading}\n{all}"), format!("{heading}\n{unlinked}"), heading.to_owned()];
        candidates.into_iter().find(|page| page.len() <= bounds.bytes_max).unwrap_or_default()
    }

    fn left_out(&self, kept: &[usize], rest: Option<&str>) -> String {
        let missing = self.sections.iter().zip(kept).filter_map(|(section, kept)| {
            let missing = section.items.len() - kept;
            (missing > 0).then(|| counted(missing, section.noun.0, section.noun.1))
        });
        let missing: Vec<String> = missing.collect();
        let rest = rest.map_or_else(String::new, |rest| format!(" {rest}"));
        format!("**Left out, because the page would be too long:** {}.{rest}\n\n", missing.join(", "))
    }
}
