//! A plan where a change is discussed: a comment on a pull request, a check's or a job's summary. Markdown as GitHub and
//! GitLab read it, never longer than they take.

mod fit;
mod sections;
mod story;

use crate::plan::ProductPlan;
use crate::report::{Difference, Proposal, is_told, riskiest_first};
use crate::submission::Operation;

/// How long a page may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// Most bytes: GitHub takes 65,536 characters, GitLab a million.
    pub bytes_max: usize,
    /// Where the whole is, as a sentence in Markdown; told when something was left out.
    pub rest: Option<String>,
}

/// How much is told of each product, before whole products are left out.
#[derive(Debug, Clone, Copy)]
struct Detail {
    /// Most lines of a long text's difference.
    lines: usize,
    /// Most operations, findings and values of a kind.
    items: usize,
}

const DETAILS: [Detail; 5] = [
    Detail { lines: usize::MAX, items: usize::MAX },
    Detail { lines: 60, items: 200 },
    Detail { lines: 16, items: 40 },
    Detail { lines: 5, items: 10 },
    Detail { lines: 0, items: 3 },
];

/// Longest name in characters.
const NAME_MAX: usize = 80;
/// Longest sentence in characters: what people write about a product, or a rule about them.
const SENTENCE_MAX: usize = 600;

/// A product beside what was planned for it earlier.
struct Told<'a> {
    product: &'a ProductPlan,
    difference: Option<Difference<'a>>,
}

impl Told<'_> {
    /// Whether people have not seen this before.
    fn is_new(&self) -> bool {
        self.difference.as_ref().is_none_or(|difference| !difference.is_empty())
    }

    /// Whether an operation waited already when the change was made.
    fn waited(&self, proposal: &Proposal, operation: &Operation) -> bool {
        self.difference.as_ref().is_some_and(|difference| {
            !difference.added.contains(&operation.id(&proposal.plan.scope.target, &self.product.key))
        })
    }
}

/// Products that are not quiet: those with news first, each kind riskiest first.
fn told(proposal: &Proposal) -> Vec<Told<'_>> {
    let products = riskiest_first(&proposal.plan).into_iter().map(|product| Told {
        product,
        difference: proposal
            .compared
            .as_ref()
            .map(|compared| compared.difference(&proposal.plan, &product.key)),
    });
    let has_part = |told: &Told<'_>| {
        let has_news = told.difference.as_ref().is_some_and(|difference| !difference.is_empty());
        is_told(told.product) || has_news
    };
    let (mut new, old): (Vec<_>, Vec<_>) = products.filter(has_part).partition(Told::is_new);
    new.extend(old);
    new
}

/// The whole page, or as much of it as fits.
#[must_use]
pub fn plan_markdown(proposal: &Proposal, bounds: &Bounds) -> String {
    let told = told(proposal);
    let mut page = fit::Page::default();
    for detail in DETAILS {
        page = sections::page(proposal, &told, detail);
        if page.length() <= bounds.bytes_max {
            return page.whole();
        }
    }
    page.cut(bounds)
}
