//! The hour for which a post is kept, in its writer's zone.

use super::form::Typed;
use crate::base::{clock::Stamp, error::Refusal};

/// How far from UTC a zone is at most, in minutes.
const ZONE_MAX: i64 = 14 * 60;
const MINUTE_MS: i64 = 60_000;

/// The hour for which it is to be kept; none for now. Refused when it is none.
pub(super) fn hour(typed: &Typed) -> Result<Option<Stamp>, Refusal> {
    if typed.at.trim().is_empty() {
        return Ok(None);
    }
    let wrong = || Refusal::invalid("scheduled_at", "is no day with a time");
    let zone = if typed.zone.is_empty() { 0 } else { typed.zone.parse().map_err(|_| wrong())? };
    // the field has minutes, or seconds too
    let at = typed.at.trim();
    let whole = if at.len() == "2027-01-31T12:00".len() { format!("{at}:00Z") } else { format!("{at}Z") };
    let at = Stamp::parse(&whole).filter(|_| (-ZONE_MAX..=ZONE_MAX).contains(&zone)).ok_or_else(wrong)?;
    Ok(Some(Stamp(at.0 + zone * MINUTE_MS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_is_that_of_the_writers_zone() {
        let at = |at: &str, zone: &str| {
            hour(&Typed { at: at.into(), zone: zone.into(), ..Typed::default() }).map(|at| at.map(|at| at.to_string()))
        };
        assert_eq!(at("", "60").unwrap(), None);
        let noon = Stamp::parse("2027-01-31T12:00:00Z").map(|at| at.to_string());
        assert_eq!(at("2027-01-31T12:00", "").unwrap(), noon);
        assert_eq!(at("2027-01-31T12:00:00", "0").unwrap(), noon);
        assert_eq!(at("2027-01-31T13:00", "-60").unwrap(), noon);
        assert_eq!(at("2027-01-31T07:00", "300").unwrap(), noon);
        for (odd, zone) in [("tomorrow", ""), ("2027-01-31T12:00", "x"), ("2027-01-31T12:00", "99999"), ("2027-13-31T12:00", "")] {
            assert_eq!(at(odd, zone).unwrap_err().field, Some("scheduled_at"), "{odd} {zone}");
        }
    }
}
