//! The client API, over the wire.

mod accounts;
mod ground;
mod instance;
mod profile;
mod shapes;
mod sign_up;
