//! The key by which this node proves itself to push services: made once, sealed like other keys, kept in memory.

use super::App;
use crate::{
    base::{error::Result, push::Vapid},
    store::{
        Source,
        facts::{fact, keep_fact},
    },
};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::sync::Arc;

/// The name of the fact that holds it, sealed; also what it is sealed for.
const NAME: &str = "vapid";

/// The key, once it was read.
#[derive(Default)]
pub struct Push(tokio::sync::OnceCell<Arc<Vapid>>);

impl App {
    /// The key; made where there is none yet.
    pub async fn vapid(&self) -> Result<Arc<Vapid>> {
        self.push.0.get_or_try_init(|| self.read_vapid()).await.cloned()
    }

    async fn read_vapid(&self) -> Result<Arc<Vapid>> {
        if let Some(known) = self.open_vapid(&self.store).await? {
            return Ok(known);
        }
        let tx = self.begin().await?;
        // another process may have been quicker
        if let Some(known) = self.open_vapid(&tx).await? {
            return Ok(known);
        }
        let fresh = Vapid::generate()?;
        keep_fact(&tx, NAME, &STANDARD.encode(self.secret.seal(NAME, &fresh)?)).await?;
        tx.commit().await?;
        Ok(Arc::new(Vapid::from_pkcs8(&fresh)?))
    }

    async fn open_vapid(&self, from: &impl Source) -> Result<Option<Arc<Vapid>>> {
        let Some(sealed) = fact(from, NAME).await? else { return Ok(None) };
        let sealed = STANDARD.decode(sealed).map_err(anyhow::Error::from)?;
        Ok(Some(Arc::new(Vapid::from_pkcs8(&self.secret.open(NAME, &sealed)?)?)))
    }
}
