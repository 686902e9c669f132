//! Intermoot from outside: real node processes and scripted peers, over the wire.
//!
//! Nothing here uses the server's own code. Signatures, digests and documents are made and checked by this crate's
//! own hand, so that a mistake of the server cannot hide behind the same mistake in its test.
//! Settings reach a node through its environment only; everything stays on loopback.
#![forbid(unsafe_code)]

pub mod api;
pub mod binary;
pub mod clock;
pub mod community;
pub mod database;
pub mod dice;
pub mod ear;
pub mod eventually;
pub mod fault;
pub mod fedify;
pub mod keys;
pub mod node;
pub mod partners;
pub mod peer;
pub mod ports;
pub mod postgres;
pub mod process;
pub mod scale;
pub mod shapes;
pub mod sign;
pub mod verify;
pub mod wire;
pub mod world;

pub use api::Api;
pub use eventually::{eventually, quickly};
pub use fault::{Fault, FaultProxy};
pub use fedify::Fedify;
pub use node::{Node, NodeOptions};
pub use peer::{Answer, Farm, Peer, PeerActor, Software};
pub use world::{World, scenario};
