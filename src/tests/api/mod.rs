//! The client API, over the wire.

mod accounts;
mod beside;
mod communities;
mod elsewhere;
mod gone;
mod ground;
mod hostile;
mod instance;
mod media;
mod moderation;
mod oauth;
mod peers;
mod profile;
mod rights;
mod scopes;
pub(super) mod shapes;
mod sign_up;
pub(super) mod social;
mod statements;
mod statuses;
mod widest;
mod writing;
