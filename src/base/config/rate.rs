//! So many in so long: `300/5m`.

use super::words::as_text;
use std::{fmt, str::FromStr, time::Duration};

/// At most `count` in each `window`, written `300/5m` (units `s`, `m`, `h`, `d`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    count: u32,
    seconds: u32,
}

impl Rate {
    /// `count` in `seconds`; both at least 1.
    pub const fn new(count: u32, seconds: u32) -> Self {
        Self { count, seconds }
    }

    /// `factor` times as many in the same time.
    pub fn times(self, factor: u32) -> Self {
        Self { count: self.count.saturating_mul(factor).max(1), ..self }
    }

    /// How many, at least 1.
    pub fn count(self) -> u32 {
        self.count
    }

    /// In how long, at least a second.
    pub fn window(self) -> Duration {
        Duration::from_secs(self.seconds.into())
    }
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            let (count, window) = text.trim().split_once('/')?;
            let unit = window.chars().last()?;
            let each = [('s', 1), ('m', 60), ('h', 3600), ('d', 86_400)].into_iter().find(|(name, _)| *name == unit)?.1;
            let many = window.strip_suffix(unit)?;
            let many: u32 = if many.is_empty() { 1 } else { many.parse().ok()? };
            let (count, seconds) = (count.parse::<u32>().ok()?, many.checked_mul(each)?);
            (count > 0 && seconds > 0).then_some(Self { count, seconds })
        };
        parse().ok_or_else(|| format!("is {text:?}; allowed: a rate such as 300/5m (count / time in s, m, h or d), both at least 1"))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.seconds {
            s if s % 86_400 == 0 => write!(f, "{}/{}d", self.count, s / 86_400),
            s if s % 3600 == 0 => write!(f, "{}/{}h", self.count, s / 3600),
            s if s % 60 == 0 => write!(f, "{}/{}m", self.count, s / 60),
            s => write!(f, "{}/{s}s", self.count),
        }
    }
}

as_text!(Rate);
