//! What people see of runs and submissions.

use crate::plan_fixture::{at, cell, crm, key, operation, product, scope, submission};
use gallerist::model::{
    Amount, BillingMode, Currency, Item, Price, ProductField, SpecificationField, Tier, Value,
};
use gallerist::plan::Action;
use gallerist::render::{self, Style};
use gallerist::report::{
    Account, Actor, Deed, Entry, ExitCodes, Next, Outcome, PendingReview, Place, Rejection, SubmissionDetail,
    SubmissionRow,
};
use gallerist::submission::{
    ApplicationId, OperationKind, Refusal, Review, SubmissionId, SubmissionKind, Verdict,
};
use gallerist::text::SourceFile;
use jiff::civil::date;

const HOSTILE: &str = "\x1b[31mred\u{202e}\r\n::error::x | `x`";

fn entry(name: &str, what: &str, deed: Deed) -> Entry {
    Entry {
        product: key(&name.to_lowercase().replace(' ', "-")),
        name: name.to_owned(),
        submission: Some(SubmissionId("s-0123456789abcdef01234567".to_owned())),
        what: what.to_owned(),
        deed,
        next: None,
    }
}

fn place() -> Place {
    let file = SourceFile::new("products/acme-mail.yaml", "key: acme-mail\nname: Acme Mail\n");
    Place { path: file.path().clone(), position: file.position(15), named: true }
}

fn rejected(reason: Option<&str>, places: Vec<Place>) -> Deed {
    Deed::Rejected(Rejection {
        submission: SubmissionId("s-0123456789abcdef01234567".to_owned()),
        application: None,
        commit: None,
        reason: reason.map(str::to_owned),
        places,
    })
}

/// One entry for every kind of deed.
fn deeds(text: &str) -> Account {
    let since = at("2026-11-20T03:00:00Z");
    let application = || ApplicationId("a-17".to_owned());
    let refused = |technical| Deed::Refused { rules: vec![25, 28], text: text.to_owned(), technical };
    let mut entries = vec![
        entry(
            "Acme CRM",
            "modify: 4 operations",
            Deed::Submitted { application: application(), expected_by: date(2026, 11, 25) },
        ),
        entry("Acme Chat", "", Deed::Withdrawn),
        entry("Acme Docs", "release", Deed::Approved),
        entry("Acme Wiki", "modify: 1 operation", Deed::ApprovedDifferently(vec![text.to_owned()])),
        entry("Acme Mail", "modify: 1 operation", rejected(Some(text), vec![place()])),
        entry("Acme Talk", "modify: 1 operation", rejected(None, vec![])),
        entry("Acme Note", "", Deed::ClosedAsMoot),
        entry("Acme Memo", "modify: 1 operation", Deed::TakenBack),
        entry("Acme Desk", "modify: 2 operations", refused(true)),
        entry("Acme Fax", "modify: 2 operations", refused(false)),
        entry("Acme Shop", "remove", Deed::NotSent(text.to_owned())),
        entry("Acme Scan", "modify: 1 operation", Deed::Unknown(text.to_owned())),
        entry("Acme Plan", "modify: 1 operation", Deed::InReview { since, expected_by: date(2026, 11, 25) }),
        entry("Acme Team", "", Deed::Waiting(text.to_owned())),
        entry("Acme Work", "", Deed::Blocked(text.to_owned())),
        entry("Acme Time", "", Deed::Drifted(text.to_owned())),
        entry("Acme Bank", "", Deed::Skipped(text.to_owned())),
    ];
    entries[4].next = Some(Next {
        who: Actor::Seller,
        what: "changes the definition".to_owned(),
        command: Some("gallerist status acme-mail".to_owned()),
    });
    Account {
        scope: scope(),
        at: at("2026-11-22T09:00:00Z"),
        entries,
        in_sync: 7,
        stopped: None,
        notified: None,
    }
}

#[test]
fn an_account_tells_what_is_not_known_first() {
    insta::assert_snapshot!(render::account(&deeds("the reason"), Style::PLAIN));
}

#[test]
fn an_account_names_every_product_whatever_became_of_it() {
    let account = deeds("the reason");
    let (text, short) =
        (render::account(&account, Style::PLAIN), render::account_short(&account, Style::PLAIN));
    for entry in &account.entries {
        assert!(text.contains(&entry.name), "{} is missing", entry.name);
    }
    assert_eq!(short.lines().count(), account.entries.len() + 1, "a line each, and the counts");
    for page in [text, short] {
        let last = page.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(last.ends_with("4 waiting, 7 with nothing to do."), "{page}");
    }
}

#[test]
fn the_worst_deed_decides_the_outcome() {
    let mut account = deeds("the reason");
    assert_eq!(account.outcome(), Outcome::Failed, "a lost answer is a failure until it is known");
    account.entries.retain(|entry| !matches!(entry.deed, Deed::NotSent(_) | Deed::Unknown(_)));
    assert_eq!(account.outcome(), Outcome::Blocked);
    account.entries.retain(|entry| !matches!(entry.deed.outcome(), Outcome::Blocked));
    assert_eq!(account.outcome().exit_code(ExitCodes::Detailed), 5);
    account.entries.retain(|entry| entry.deed.outcome() == Outcome::Waiting);
    assert_eq!(account.outcome(), Outcome::Waiting);
    account.entries.clear();
    assert_eq!(account.outcome(), Outcome::Done);
    account.stopped = Some("the marketplace cannot be reached".to_owned());
    assert_eq!(account.outcome(), Outcome::Failed);
    assert!(render::account(&account, Style::PLAIN).contains("The run stopped early: the marketplace"));
}

fn row(review: Review) -> SubmissionRow {
    SubmissionRow {
        id: SubmissionId("s-0123456789abcdef01234567".to_owned()),
        product: key("acme-crm"),
        kind: SubmissionKind::Modify,
        attempt: 2,
        review,
        since: at("2026-11-20T03:00:00Z"),
        application: Some(ApplicationId("a-17".to_owned())),
    }
}

fn detail(reason: &str) -> SubmissionDetail {
    let crm = crm();
    let Action::Submit(submission) = &crm.chain[0].action else { panic!("a submission") };
    SubmissionDetail {
        commit: None,
        row: row(Review::Ended(Verdict::Rejected { reason: Some(reason.to_owned()) })),
        submission: submission.clone(),
        currency: Currency::new("USD").unwrap(),
        history: vec![(at("2026-11-20T03:00:00Z"), format!("rejected: {reason}"))],
        places: vec![place()],
    }
}

#[test]
fn submissions_are_listed_and_shown() {
    let refusal = Refusal { rules: vec![25], text: "no".to_owned(), technical: false };
    let rows = [row(Review::Pending), row(Review::Refused(refusal)), row(Review::Unknown)];
    insta::assert_snapshot!(render::submissions(&rows, Style::PLAIN));
    insta::assert_snapshot!(render::submission(&detail("the name is taken"), Style::PLAIN));
    assert_eq!(render::submissions(&[], Style::PLAIN), "There are no submissions yet.\n");
}

#[test]
fn hostile_texts_are_inert_in_accounts_and_submissions() {
    let mut account = deeds(HOSTILE);
    account.stopped = Some(HOSTILE.to_owned());
    for entry in &mut account.entries {
        (entry.name, entry.what) = (HOSTILE.to_owned(), HOSTILE.to_owned());
    }
    let pending = PendingReview {
        application: ApplicationId(HOSTILE.to_owned()),
        product_name: HOSTILE.to_owned(),
        kind: SubmissionKind::Release,
        since: at("2026-11-20T03:00:00Z"),
    };
    for page in [
        render::account(&account, Style::PLAIN),
        render::account_short(&account, Style::PLAIN),
        render::submission(&detail(HOSTILE), Style::PLAIN),
        render::review_desk(&[pending], Style::PLAIN),
    ] {
        assert!(!page.contains(['\u{1b}', '\u{202e}', '\r']), "{page}");
        assert!(page.contains("\\u{1b}[31mred\\u{202e}\\r\\n::error::x"), "{page}");
    }
}

/// How one operation reads, with the head of its submission taken off.
fn reads(kind: OperationKind, item: Item, from: Option<Value>, to: Option<Value>) -> String {
    let mut detail = detail("no");
    detail.history.clear();
    detail.submission = submission(
        &product("acme-crm", "Acme CRM"),
        SubmissionKind::Modify,
        vec![operation(kind, item, from, to)],
    );
    let page = render::submission(&detail, Style::PLAIN);
    page.split_once("\n\n").unwrap().1.trim_end().to_owned()
}

#[test]
fn prices_tell_currency_and_percent() {
    let flat = |amount| Some(Value::Price(Price::Flat(Amount::parse(amount).unwrap())));
    let item = || Item::Price(key("team"), cell(BillingMode::Yearly));
    let change = |from, to| {
        reads(OperationKind::ChangePrice, item(), from, to).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(change(flat("9.99"), flat("12.5")).ends_with("9.99 -> 12.50 USD (+25.1 %)"));
    assert!(change(flat("100"), flat("70")).ends_with("100.00 -> 70.00 USD (-30 %)"));
    assert!(change(flat("0"), flat("5")).ends_with("0.00 -> 5.00 USD (free before)"));
    let tiers =
        [(1, "10"), (11, "8")].map(|(from, amount)| Tier { from, price: Amount::parse(amount).unwrap() });
    let tiered = Some(Value::Price(Price::Tiered(tiers.to_vec())));
    assert!(change(flat("10"), tiered).ends_with("10.00 -> 10.00 from 1, 8.00 from 11 USD"));
}

#[test]
fn long_texts_show_what_changed_and_count_the_rest() {
    let lines = |word: &str| (0..20).map(|line| format!("Line {line} says {word}.\n")).collect::<String>();
    let text = |text: String| Some(Value::Text(text));
    let item = Item::Field(ProductField::Description);
    let shown = reads(OperationKind::ChangeField, item.clone(), text(lines("yes")), text(lines("no")));
    assert!(shown.contains("... 32 more changed lines"), "{shown}");
    assert!(shown.lines().count() < 12, "{shown}");
    let one = lines("yes").replace("Line 7 says yes", "Line 7 says maybe");
    let shown = reads(OperationKind::ChangeField, item, text(lines("yes")), text(one));
    assert!(shown.contains("- Line 7 says yes.") && shown.contains("+ Line 7 says maybe."), "{shown}");
    assert!(shown.contains("(19 lines unchanged)") && !shown.contains("Line 8"), "{shown}");
}

#[test]
fn what_cannot_be_undone_says_so() {
    for kind in OperationKind::ALL.iter().copied() {
        let item = Item::SpecificationField(key("team"), SpecificationField::Name);
        let shown = reads(kind, item, None, None);
        assert_eq!(shown.contains("cannot be undone"), kind.is_irreversible(), "{shown}");
    }
}
