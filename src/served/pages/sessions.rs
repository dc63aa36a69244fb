//! Who is logged in, and what they are told on the next page.

use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long a login lasts.
const LIFE: SignedDuration = SignedDuration::from_hours(12);
/// Most logins at a time; the one that ends first makes room.
const SESSIONS_MAX: usize = 256;

/// Told once, on the page after something was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Notice {
    /// Whether it was done.
    pub(super) done: bool,
    /// What is told.
    pub(super) text: String,
}

struct Session {
    csrf: String,
    ends: Timestamp,
    notice: Option<Notice>,
}

/// Somebody who is logged in.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    place: [u8; 32],
    /// What each form of theirs carries, which no other site can know.
    pub(super) csrf: String,
}

/// All logins, by the digest of what the cookie holds: comparing digests tells nothing of it by the time it takes.
#[derive(Default)]
pub(super) struct Sessions(Mutex<BTreeMap<[u8; 32], Session>>);

impl Sessions {
    fn held(&self) -> MutexGuard<'_, BTreeMap<[u8; 32], Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new login; what its cookie holds. `None` when the machine gives no random numbers.
    pub(super) fn open(&self, now: Timestamp) -> Option<String> {
        let (id, csrf) = (random()?, random()?);
        let mut sessions = self.held();
        sessions.retain(|_, session| session.ends > now);
        while sessions.len() >= SESSIONS_MAX {
            let first = sessions.iter().min_by_key(|(_, session)| session.ends).map(|(place, _)| *place);
            first.and_then(|place| sessions.remove(&place));
        }
        let ends = now.checked_add(LIFE).ok()?;
        sessions.insert(place(&id), Session { csrf, ends, notice: None });
        Some(id)
    }

    /// Whose cookie this is.
    pub(super) fn visitor(&self, id: &str, now: Timestamp) -> Option<Visitor> {
        let place = place(id);
        let sessions = self.held();
        let session = sessions.get(&place).filter(|session| session.ends > now)?;
        Some(Visitor { place, csrf: session.csrf.clone() })
    }

    /// Ends a login.
    pub(super) fn close(&self, visitor: &Visitor) {
        self.held().remove(&visitor.place);
    }

    /// Leaves something to be told.
    pub(super) fn tell(&self, visitor: &Visitor, notice: Notice) {
        if let Some(session) = self.held().get_mut(&visitor.place) {
            session.notice = Some(notice);
        }
    }

    /// Takes what is to be told.
    pub(super) fn told(&self, visitor: &Visitor) -> Option<Notice> {
        self.held().get_mut(&visitor.place).and_then(|session| session.notice.take())
    }
}

fn place(id: &str) -> [u8; 32] {
    *blake3::hash(id.as_bytes()).as_bytes()
}

/// Whether two secrets are the same, in a time that tells nothing of them.
pub(super) fn is_same(left: &str, right: &str) -> bool {
    blake3::hash(left.as_bytes()) == blake3::hash(right.as_bytes())
}

fn random() -> Option<String> {
    let mut bytes = [0; 32];
    rustls::crypto::ring::default_provider().secure_random.fill(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH.checked_add(SignedDuration::from_hours(hours)).unwrap()
    }

    #[test]
    fn logins_end_and_are_bounded() {
        let sessions = Sessions::default();
        let first = sessions.open(at(0)).unwrap();
        assert!(sessions.visitor(&first, at(11)).is_some());
        assert!(sessions.visitor(&first, at(12)).is_none());
        let second = sessions.open(at(1)).unwrap();
        for _ in 0..SESSIONS_MAX - 1 {
            sessions.open(at(2)).unwrap();
        }
        assert!(sessions.visitor(&first, at(3)).is_none(), "the one that ends first made room");
        assert!(sessions.visitor(&second, at(3)).is_some());
        assert_eq!(sessions.held().len(), SESSIONS_MAX);
    }

    #[test]
    fn a_notice_is_told_once_to_whom_it_is_for() {
        let sessions = Sessions::default();
        let [one, other] =
            [at(0), at(0)].map(|now| sessions.visitor(&sessions.open(now).unwrap(), now).unwrap());
        assert_ne!(one.csrf, other.csrf);
        sessions.tell(&one, Notice { done: true, text: "Approved.".to_owned() });
        assert_eq!(sessions.told(&other), None);
        assert_eq!(sessions.told(&one).unwrap().text, "Approved.");
        assert_eq!(sessions.told(&one), None);
    }
}
