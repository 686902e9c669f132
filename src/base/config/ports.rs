//! Ports and ranges of ports.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::ops::RangeInclusive;

/// Ports, written as numbers and ranges: `[8443, "4001-4003"]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ports(Vec<RangeInclusive<u16>>);

impl Ports {
    /// Whether `port` is among them.
    pub fn contains(&self, port: u16) -> bool {
        self.0.iter().any(|range| range.contains(&port))
    }

    /// Every single port, in the order written; at most 65,535 for each range.
    pub fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        self.0.iter().cloned().flatten()
    }
}

impl FromIterator<u16> for Ports {
    fn from_iter<I: IntoIterator<Item = u16>>(ports: I) -> Self {
        Self(ports.into_iter().map(|port| port..=port).collect())
    }
}

impl Serialize for Ports {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(|range| match range.start() == range.end() {
            true => range.start().to_string(),
            false => format!("{}-{}", range.start(), range.end()),
        }))
    }
}

impl<'de> Deserialize<'de> for Ports {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let listed = Vec::<serde_json::Value>::deserialize(from)?;
        let wrong = |value| {
            D::Error::custom(format!(
                "is not a list of ports: {value}; allowed: whole numbers from 1 to 65535 and ranges such as \"4001-4003\""
            ))
        };
        listed.iter().map(|value| range(value).ok_or_else(|| wrong(value))).collect::<Result<_, _>>().map(Self)
    }
}

fn range(value: &serde_json::Value) -> Option<RangeInclusive<u16>> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let (first, last) = text.split_once('-').unwrap_or((&text, &text));
    let (first, last): (u16, u16) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (first > 0 && first <= last).then_some(first..=last)
}
