//! First floor: who may see and do what. Pure: no database, no clock, no network.
//!
//! Callers gather the facts into small structs; this floor only decides. Imports nothing but `base`.

pub mod administration;
pub mod agreement;
pub mod filter;
pub mod invitation;
pub mod ladder;
pub mod leaving;
pub mod membership;
pub mod modlog;
pub mod quoting;
pub mod redirect;
pub mod scope;
pub mod visibility;
pub mod watch;
