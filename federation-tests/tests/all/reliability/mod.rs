//! Reliability by number, as real processes show it: outages, storms, odd answers, ends, changes while it runs, wrong clocks.
//!
//! The sizes are those of every run; `INTERMOOT_RELIABILITY=full` (`scripts/reliability`) takes those of the design.

mod answers;
mod changes;
mod clocks;
mod crowd;
mod ending;
mod outages;
mod partner;
mod storms;
mod streams;
