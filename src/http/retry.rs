//! What is tried again, and after how long: pure, so that no test waits.

use super::{HttpError, Response};
use jiff::{SignedDuration, Timestamp};

/// How patient a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How often a request is sent at most.
    pub attempts_max: u32,
    /// The first wait where the answer names none; it doubles each time.
    pub first: SignedDuration,
    /// The wait after GitHub's secondary limit, which names none.
    pub after_secondary_limit: SignedDuration,
    /// How long one request may have taken, with all waits, for another attempt to begin.
    pub total_max: SignedDuration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts_max: 4,
            first: SignedDuration::from_millis(500),
            after_secondary_limit: SignedDuration::from_secs(60),
            total_max: SignedDuration::from_secs(150),
        }
    }
}

/// What is known after an attempt.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// Which attempt it was, from 1.
    pub number: u32,
    /// How long was waited so far: between attempts, and for answers.
    pub waited: SignedDuration,
    /// The moment.
    pub now: Timestamp,
    /// Between 0 and 1000: how much of half a wait is added, so that many runs do not come back at once.
    pub jitter_per_mille: u32,
    /// Whether doing it twice has the same effect as doing it once.
    pub is_repeatable: bool,
    /// What came back.
    pub result: Result<&'a Response, &'a HttpError>,
}

/// What to do after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Take what came back.
    Take,
    /// Wait this long, then send the same again.
    Again(SignedDuration),
}

impl Patience {
    /// Whether to take what came back or to try again.
    #[must_use]
    pub fn decide(&self, attempt: &Attempt<'_>) -> Decision {
        let wait = match attempt.result {
            Ok(response) => self.after_answer(attempt, response),
            Err(HttpError::Unreachable { .. }) => Some(self.growing(attempt)),
            Err(HttpError::NoAnswer { .. } | HttpError::Slow { .. }) if attempt.is_repeatable => {
                Some(self.growing(attempt))
            }
            Err(_) => None,
        };
        match wait {
            Some(wait) if attempt.number < self.attempts_max && attempt.waited + wait <= self.total_max => {
                Decision::Again(wait)
            }
            Some(_) | None => Decision::Take,
        }
    }

    fn after_answer(&self, attempt: &Attempt<'_>, response: &Response) -> Option<SignedDuration> {
        match response.status {
            // Refused before anything was done, so that it does not matter what was asked for.
            429 => Some(named(attempt.now, response).unwrap_or_else(|| self.growing(attempt))),
            403 if is_limit(response) => {
                Some(named(attempt.now, response).unwrap_or(self.after_secondary_limit))
            }
            408 | 425 | 500 | 502 | 503 | 504 if attempt.is_repeatable => {
                Some(named(attempt.now, response).unwrap_or_else(|| self.growing(attempt)))
            }
            _ => None,
        }
    }

    fn growing(&self, attempt: &Attempt<'_>) -> SignedDuration {
        let doubled = self.first * (1_i32 << attempt.number.saturating_sub(1).min(10));
        let jitter = i32::try_from(attempt.jitter_per_mille.min(1000)).unwrap_or(0);
        doubled + doubled * jitter / 2000
    }
}

/// Whether a 403 means "too much" and not "not you".
fn is_limit(response: &Response) -> bool {
    let said = String::from_utf8_lossy(&response.body).to_lowercase();
    response.header("retry-after").is_some()
        || response.header("x-ratelimit-remaining") == Some("0")
        || said.contains("secondary rate limit")
}

/// The wait that an answer names, in seconds or as a moment.
fn named(now: Timestamp, response: &Response) -> Option<SignedDuration> {
    let until = |moment: Timestamp| moment.duration_since(now).max(SignedDuration::ZERO);
    if let Some(text) = response.header("retry-after") {
        let seconds =
            text.trim().parse::<u32>().ok().map(|seconds| SignedDuration::from_secs(seconds.into()));
        let moment = || jiff::fmt::rfc2822::parse(text).ok().map(|moment| until(moment.timestamp()));
        return seconds.or_else(moment);
    }
    if response.header("x-ratelimit-remaining").or_else(|| response.header("ratelimit-remaining"))? != "0" {
        return None;
    }
    let reset = response.header("x-ratelimit-reset").or_else(|| response.header("ratelimit-reset"))?;
    Timestamp::from_second(reset.trim().parse().ok()?).ok().map(until)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Response { status, headers: headers.collect(), body: body.as_bytes().to_vec() }
    }

    fn after(result: Result<&Response, &HttpError>, is_repeatable: bool) -> Decision {
        let waited = SignedDuration::ZERO;
        let attempt = Attempt { number: 1, waited, now: NOW, jitter_per_mille: 0, is_repeatable, result };
        Patience::default().decide(&attempt)
    }

    fn again(seconds: i64) -> Decision {
        Decision::Again(SignedDuration::from_secs(seconds))
    }

    #[test]
    fn a_limit_says_that_nothing_was_done() {
        for repeatable in [false, true] {
            let told = answer(429, &[("retry-after", "7")], "");
            assert_eq!(after(Ok(&told), repeatable), again(7));
            let date = answer(429, &[("retry-after", "Thu, 01 Jan 1970 00:00:09 GMT")], "");
            assert_eq!(after(Ok(&date), repeatable), again(9));
            let spent =
                answer(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "30")], "API rate limit");
            assert_eq!(after(Ok(&spent), repeatable), again(30));
            let secondary = answer(403, &[], "You have exceeded a secondary rate limit.");
            assert_eq!(after(Ok(&secondary), repeatable), again(60));
        }
    }

    #[test]
    fn a_refusal_is_taken_as_it_is() {
        for status in [200, 201, 301, 400, 401, 404, 409, 422, 501] {
            assert_eq!(after(Ok(&answer(status, &[], "")), true), Decision::Take, "{status}");
        }
        let forbidden = answer(403, &[("x-ratelimit-remaining", "4999")], "Resource not accessible");
        assert_eq!(after(Ok(&forbidden), true), Decision::Take);
    }

    #[test]
    fn what_may_have_been_done_is_not_done_twice() {
        let (host, reason) = ("h".to_owned(), "cut".to_owned());
        let cut = HttpError::NoAnswer { host: host.clone(), reason: reason.clone() };
        let first = Decision::Again(Patience::default().first);
        for result in [Ok(&answer(500, &[], "")), Ok(&answer(503, &[], "")), Err(&cut)] {
            assert_eq!(after(result, false), Decision::Take, "{result:?}");
            assert_eq!(after(result, true), first, "{result:?}");
        }
        let unreachable = HttpError::Unreachable { host, reason };
        assert_eq!(after(Err(&unreachable), false), first);
    }

    #[test]
    fn attempts_and_waits_are_bounded() {
        let patience = Patience::default();
        let (mut waited, mut number) = (SignedDuration::ZERO, 1);
        let failing = answer(500, &[], "");
        loop {
            let attempt = Attempt {
                number,
                waited,
                now: NOW,
                jitter_per_mille: 1000,
                is_repeatable: true,
                result: Ok(&failing),
            };
            let Decision::Again(wait) = patience.decide(&attempt) else { break };
            assert!(wait.is_positive());
            (waited, number) = (waited + wait, number + 1);
        }
        assert_eq!(number, patience.attempts_max);
        assert!(waited <= patience.total_max, "{waited}");
        let long = answer(429, &[("retry-after", "3600")], "");
        assert_eq!(after(Ok(&long), true), Decision::Take, "nobody waits an hour in CI");
    }

    #[test]
    fn nonsense_in_headers_is_no_wait() {
        for text in ["-5", "soon", "99999999999999999999", ""] {
            let odd = answer(429, &[("retry-after", text)], "");
            assert_eq!(after(Ok(&odd), true), Decision::Again(Patience::default().first), "{text}");
        }
        let past = answer(429, &[("retry-after", "Wed, 31 Dec 1969 23:00:00 GMT")], "");
        assert_eq!(after(Ok(&past), true), again(0));
    }
}
