//! Agreements, told to the other side by our organisation. What was said is kept signed: here it is only sent.

use super::{
    House,
    letter::{Letter, Route},
    targets,
};
use crate::{
    base::{
        error::Result,
        id::AgreementId,
        words::{AgreementState, Shape},
    },
    features::{
        accounts,
        agreements::{ORGANISATION, rows},
    },
    federation::objects::agreement::Naming,
    store::tables::{Account, Agreement},
};
use anyhow::Context;
use serde_json::{Value, json};

/// Who speaks, and to whom.
struct Between {
    us: Account,
    them: Account,
    agreement: Agreement,
}

async fn between(house: House<'_>, id: AgreementId) -> Result<Option<Between>> {
    let Some(agreement) = rows::by_id(house.tx, id).await? else { return Ok(None) };
    let us = accounts::queries::by_uri(house.tx, ORGANISATION).await?.context("this node has no organisation yet")?;
    Ok(targets::account(house, agreement.partner_id).await?.map(|them| Between { us, them, agreement }))
}

impl Between {
    async fn tell(&self, house: House<'_>, kind: &'static str, object: Value, signature: &str) -> Result<()> {
        let mut letter = Letter::new(&self.us, kind, object).to(vec![house.absolute(&self.them.uri)], Vec::new());
        if !signature.is_empty() {
            letter.extra.insert("signature".into(), json!(signature));
        }
        let targets = self.them.delivery_inbox.into_iter().collect();
        let route = Route { key: self.agreement.id.0, shape: Shape::Any, targets };
        letter.write(house).await?.send(house, &self.us, route).await
    }
}

fn written(text: &str) -> Result<Value> {
    Ok(serde_json::from_str(text).map_err(anyhow::Error::from)?)
}

/// A version that we offer, if it still waits.
pub async fn offered(house: House<'_>, id: AgreementId, number: i64) -> Result<()> {
    let (Some(between), Some(version)) = (between(house, id).await?, rows::version(house.tx, id, number).await?) else { return Ok(()) };
    if version.state != AgreementState::Proposed {
        return Ok(());
    }
    between.tell(house, "Offer", written(&version.document)?, &version.our_signature).await
}

/// Our answer to a version that they offered.
pub async fn answered(house: House<'_>, id: AgreementId, number: i64) -> Result<()> {
    let (Some(between), Some(version)) = (between(house, id).await?, rows::version(house.tx, id, number).await?) else { return Ok(()) };
    let naming = Naming::into_json(&house.federation.app.origin, &between.agreement, &version);
    match version.state {
        _ if !version.our_signature.is_empty() => between.tell(house, "Accept", naming, &version.our_signature).await,
        AgreementState::Rejected => between.tell(house, "Reject", naming, "").await,
        _ => Ok(()),
    }
}

/// What we did alone: a narrower version, or (0) what we said last.
pub async fn changed(house: House<'_>, id: AgreementId, number: i64) -> Result<()> {
    let Some(between) = between(house, id).await? else { return Ok(()) };
    if number > 0 {
        let Some(version) = rows::version(house.tx, id, number).await? else { return Ok(()) };
        return between.tell(house, "Update", written(&version.document)?, &version.our_signature).await;
    }
    match rows::notice(house.tx, id, true).await? {
        Some(notice) => between.tell(house, "Update", written(&notice.document)?, &notice.signature).await,
        None => Ok(()),
    }
}
