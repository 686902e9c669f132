//! The client API, over the wire.

mod communities;
mod elsewhere;
mod ground;
mod social;
