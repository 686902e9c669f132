//! The client API, over the wire.

mod communities;
mod elsewhere;
mod ground;
mod statuses;
mod writing;
mod oauth;
mod scopes;
mod social;
mod accounts;
mod instance;
mod profile;
mod shapes;
mod sign_up;
