//! Three nodes in one process, with a wire between them that loses, doubles, delays and reorders (R24, R35).
//!
//! Nothing of the nodes is replaced: what one tells is read from its log, the receiver keeps it in its inbox and processes it,
//! and what it must fetch it fetches over HTTP. Only the way between the two is ours ([`wire`]). A run is repeated by its seed:
//! `INTERMOOT_SEED=7 cargo test --lib r35_`; how many there are is said by `INTERMOOT_SEEDS`.

mod acts;
mod checks;
mod forget;
mod ground;
mod model;
mod seeds;
mod split;
mod wire;
mod world;
