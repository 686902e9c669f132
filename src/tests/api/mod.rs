//! The client API, over the wire.

mod communities;
mod ground;
mod social;
