//! The guarded client against real servers on loopback.
//!
//! 127.0.0.2 stands for the public Internet and is the only address that the policy allows; 127.0.0.1 stands for what is
//! internal: a trap listens there and must never see a connection. So every test runs with the checks switched on.

mod addresses;
mod limits;
mod posts;
mod rebinding;
mod redirects;
mod servers;
mod tls;
