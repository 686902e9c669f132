//! The client API, over the wire.

mod accounts;
mod beside;
mod communities;
mod elsewhere;
mod gone;
mod ground;
mod hostile;
mod instance;
mod moderation;
mod notified;
mod oauth;
mod peers;
mod polls;
mod profile;
mod push;
mod quotes;
mod rights;
mod scheduled;
mod scopes;
mod shapes;
mod sign_up;
mod social;
mod statements;
mod statuses;
mod widest;
mod writing;
