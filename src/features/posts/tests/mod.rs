//! What must hold of posts, on every database.

mod beside;
mod consent;
mod disorder;
mod places;
mod seats;
mod shelves;
mod silenced;
mod streamed;
mod twin;
mod whole;
pub(crate) mod world;
mod writing;
