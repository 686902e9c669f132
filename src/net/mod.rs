//! The network floor: how we speak to other machines, and how we know who speaks to us.

pub mod signature;
