//! Every black-box test, in one binary: real nodes, scripted peers, loopback only.
//!
//! Needs a built `intermoot` (see `binary`). `INTERMOOT_SEED` repeats a seeded run, `INTERMOOT_PATIENCE` stretches the
//! deadlines, `INTERMOOT_KEEP` keeps the data of a failed scenario, `INTERMOOT_KILLS` asks for more kills,
//! `INTERMOOT_RELIABILITY=full` for the sizes that the design of the tests of reliability states.
#![allow(missing_docs, reason = "test names are sentences")]

#[path = "all/acquaintance.rs"]
mod acquaintance;
#[path = "all/agreements.rs"]
mod agreements;
#[path = "all/browsers.rs"]
mod browsers;
#[path = "all/clients.rs"]
mod clients;
#[path = "all/companies.rs"]
mod companies;
#[path = "all/contract.rs"]
mod contract;
#[path = "all/delivery.rs"]
mod delivery;
#[path = "all/disorder.rs"]
mod disorder;
#[path = "all/fedify/mod.rs"]
mod fedify;
#[path = "all/floods.rs"]
mod floods;
#[path = "all/forged_follows.rs"]
mod forged_follows;
#[path = "all/forged_objects.rs"]
mod forged_objects;
#[path = "all/forged_senders.rs"]
mod forged_senders;
#[path = "all/full_disk.rs"]
mod full_disk;
#[path = "all/kill.rs"]
mod kill;
#[path = "all/lifecycle.rs"]
mod lifecycle;
#[path = "all/media.rs"]
mod media;
#[path = "all/moderators.rs"]
mod moderators;
#[path = "all/partners/mod.rs"]
mod partners;
#[path = "all/passing_on.rs"]
mod passing_on;
#[path = "all/plain_peers.rs"]
mod plain_peers;
#[path = "all/reliability/mod.rs"]
mod reliability;
#[path = "all/restore.rs"]
mod restore;
#[path = "all/restore_partners.rs"]
mod restore_partners;
#[path = "all/secure.rs"]
mod secure;
#[path = "all/story.rs"]
mod story;
#[path = "all/toot.rs"]
mod toot;
#[path = "all/toot_arranging.rs"]
mod toot_arranging;
