//! Streaming over real sockets, through the listener of a real node: what is told to whom, and when that ends.

mod ear;
mod ends;
mod events;
mod floods;
mod gaps;
mod lists;
mod private;
mod stage;
mod wire;
