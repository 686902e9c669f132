//! The client API, over the wire.

mod ground;
