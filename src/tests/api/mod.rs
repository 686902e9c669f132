//! The client API, over the wire.

mod accounts;
mod communities;
mod elsewhere;
mod ground;
mod instance;
mod moderation;
mod oauth;
mod profile;
mod rights;
mod scopes;
mod shapes;
mod sign_up;
mod social;
mod statuses;
mod writing;
