//! Settings of a site that allow nothing at all are mistakes.

use super::ProfileError;
use jiff::tz::TimeZone;

/// The smallest and the largest of what is allowed.
pub(super) fn range<N: PartialOrd + std::fmt::Display>(
    key: &str,
    [least, most]: [N; 2],
) -> Result<[N; 2], ProfileError> {
    if least <= most {
        return Ok([least, most]);
    }
    Err(ProfileError::Form(format!("`{key}` allows nothing: {least} is more than {most}")))
}

/// A time zone that days can be counted in.
pub(super) fn zone(name: &str) -> Result<TimeZone, ProfileError> {
    TimeZone::get(name).map_err(|_| {
        ProfileError::Form(format!(
            "`timeZone`: there is no time zone `{name}`; write it as in `Asia/Singapore`"
        ))
    })
}

/// Without a submission a day nothing would ever be done.
pub(super) fn some_at_least(submissions: u32) -> Result<u32, ProfileError> {
    if submissions > 0 {
        return Ok(submissions);
    }
    Err(ProfileError::Form("`submissionsPerDayMax` is at least 1".to_owned()))
}
