//! Followers compared with other servers (FEP-8fcf): each delivery to somebody's followers carries a digest of those on the
//! server that gets it; who finds another one asks for the list and puts itself right.
//!
//! Of people alone: communities compare seats (`drift.rs`). The header is a hint and no more: what counts is the list, fetched
//! from the actor's own server, and only about our own people. A node that is recovering neither tells nor heeds it
//! (`membership.md` 7).

use super::{
    Federation,
    fetch::{self, Failure},
    objects::{Fields, fields::wrong},
};
use crate::{
    base::{
        error::Result,
        host,
        id::AccountId,
        secret::{self, sha256},
    },
    features::{
        accounts, recovery,
        relationships::{self, queries},
    },
    net::{
        Budget,
        header::{HeaderMap, HeaderName, HeaderValue},
    },
    store::tables::Account,
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use url::Url;

/// The header.
pub const HEADER: HeaderName = HeaderName::from_static("collection-synchronization");
/// The last part of the address of the list.
const PART: &str = "followers_synchronization";
/// Most followers elsewhere of whom digests are made; of more none is told.
const FOLLOWERS_MAX: i64 = 50_000;
/// Most of our people in a list that is taken from elsewhere.
const LISTED_MAX: usize = 10_000;
/// Most follows of ours that are taken back at a time because nobody here knows of them.
const DISOWNED_MAX: usize = 100;
/// Time for one comparison.
const TIME: Duration = Duration::from_secs(30);

/// The digest of a set of followers: SHA-256 of each id, all combined by XOR.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Digest([u8; 32]);

impl Digest {
    fn of<'a>(ids: impl IntoIterator<Item = &'a str>) -> Self {
        let mut digest = Self::default();
        ids.into_iter().for_each(|id| digest.add(id));
        digest
    }

    fn add(&mut self, id: &str) {
        self.0.iter_mut().zip(sha256(id.as_bytes())).for_each(|(byte, other)| *byte ^= other);
    }

    fn hex(self) -> String {
        secret::hex(&self.0)
    }
}

/// The digests of somebody's followers elsewhere, by the origin of their ids; none where no comparison is to be made.
pub type Digests = Option<Arc<BTreeMap<String, String>>>;

/// Scheme and authority of an id: what FEP-8fcf takes for one server.
fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The header for a delivery of `body` by `actor`, whose key is `key_id`, to `inbox`: where that is somebody of ours who
/// addresses their followers.
pub async fn header(federation: &Federation, (actor, key_id): (AccountId, &str), body: &[u8], inbox: &Url) -> Result<Option<HeaderValue>> {
    let id = key_id.split('#').next().unwrap_or_default();
    let followers = format!("{id}/followers");
    if !federation.app.origin.stored(id).starts_with("/u/") || !is_for(body, &followers) {
        return Ok(None);
    }
    let known = federation.followings.try_get_with(actor, digests(federation, actor)).await;
    let Some(digests) = known.map_err(|error| anyhow::anyhow!("{error}"))? else { return Ok(None) };
    let nobody = Digest::default().hex();
    let digest = digests.get(&origin(inbox)).unwrap_or(&nobody);
    let text = format!(r#"collectionId="{followers}", url="{id}/{PART}", digest="{digest}""#);
    Ok(HeaderValue::try_from(text).ok())
}

/// Whether an activity names the collection, as our own outbox writes it.
fn is_for(body: &[u8], followers: &str) -> bool {
    let quoted = format!("\"{followers}\"");
    std::str::from_utf8(body).is_ok_and(|body| body.contains(&quoted))
}

async fn digests(federation: &Federation, actor: AccountId) -> Result<Digests> {
    let store = &federation.app.store;
    let followers = queries::followers_elsewhere(store, actor, FOLLOWERS_MAX + 1).await?;
    if followers.len() as i64 > FOLLOWERS_MAX || recovery::reason(store).await?.is_some() {
        return Ok(None);
    }
    let mut found: BTreeMap<String, Digest> = BTreeMap::new();
    for id in &followers {
        if let Some(url) = host::parse(id) {
            found.entry(origin(&url)).or_default().add(id);
        }
    }
    Ok(Some(Arc::new(found.into_iter().map(|(origin, digest)| (origin, digest.hex())).collect())))
}

/// Which followers of an account of ours are on the server of `actor`, by id; none for nobody while this node is recovering.
pub async fn of_server(federation: &Federation, account: AccountId, actor: &str) -> Result<Option<Vec<String>>> {
    let store = &federation.app.store;
    let Some(theirs) = host::parse(actor).map(|url| origin(&url)) else { return Ok(None) };
    if recovery::reason(store).await?.is_some() {
        return Ok(None);
    }
    let mut ids = queries::followers_elsewhere(store, account, FOLLOWERS_MAX).await?;
    ids.retain(|id| host::parse(id).is_some_and(|url| origin(&url) == theirs));
    Ok(Some(ids))
}

/// What the header of a delivery says.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    collection: String,
    url: Url,
    digest: String,
}

impl Told {
    /// Reads the header, if it was signed with the rest of the request.
    fn read(headers: &HeaderMap) -> Option<Self> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let covered = text("signature-input").or_else(|| text("signature"))?;
        covered.contains(HEADER.as_str()).then_some(())?;
        let mut values = headers.get_all(HEADER).iter();
        let value = values.next().filter(|_| values.next().is_none())?.to_str().ok()?;
        let parts: BTreeMap<&str, &str> = value
            .split(',')
            .filter_map(|part| part.split_once('='))
            .map(|(name, value)| (name.trim(), value.trim().trim_matches('"')))
            .collect();
        let collection = (*parts.get("collectionId")?).to_owned();
        Some(Self { collection, url: host::parse(parts.get("url")?)?, digest: parts.get("digest")?.to_ascii_lowercase() })
    }

    /// Whether it is the actor's own collection, and the list on the actor's own server.
    fn is_of(&self, actor: &Account) -> bool {
        let is_at_home = host::parse(&actor.uri).is_some_and(|id| host::same_origin(&id, &self.url));
        !actor.is_community() && !actor.is_local() && is_at_home && self.collection == actor.followers_uri
    }
}

/// Looks at the headers of a delivery by `actor`, which signed it: compares whom of ours it takes for its followers, in the
/// background, at most once a minute for each.
pub fn notice(federation: &Federation, actor: &str, headers: &HeaderMap) {
    if !headers.contains_key(HEADER) || federation.compared.contains_key(actor) {
        return;
    }
    let Some(told) = Told::read(headers) else { return };
    let Ok(permit) = Arc::clone(&federation.errands).try_acquire_owned() else { return };
    let (federation, actor) = (federation.clone(), actor.to_owned());
    tokio::spawn(async move {
        let _permit = permit;
        if let Err(failure) = compare(&federation, &actor, &told).await {
            tracing::debug!(%failure, actor, "followers could not be compared");
        }
    });
}

async fn compare(federation: &Federation, actor: &str, told: &Told) -> Result<(), Failure> {
    let store = &federation.app.store;
    let Some(actor) = accounts::queries::by_uri(store, actor).await?.filter(|actor| told.is_of(actor)) else { return Ok(()) };
    if recovery::reason(store).await?.is_some() {
        return Ok(());
    }
    let ours = queries::local_followers(store, actor.id).await?;
    let ours = accounts::queries::by_ids(store, &ours).await?;
    let ids: Vec<String> = ours.iter().map(|account| federation.app.origin.absolute(&account.uri)).collect();
    if Digest::of(ids.iter().map(String::as_str)).hex() == told.digest {
        return Ok(());
    }
    federation.compared.insert(actor.uri.clone(), ());
    let document = fetch::document(federation, &told.url, &Budget::new(4, TIME)).await?;
    let listed = read(federation, &document)?;
    metrics::counter!("intermoot_followers_compared_total").increment(1);
    Ok(settle(federation, &actor, &ours, listed).await?)
}

/// Our people in the list, as their ids are stored. A list in pages is not taken: a part of it would end what stands in the rest.
fn read(federation: &Federation, document: &Value) -> Result<BTreeSet<String>, Failure> {
    let fields = Fields::expect(document, "the list of followers")?;
    let items = ["orderedItems", "items"].iter().find_map(|name| fields.value(name));
    let items = match items {
        Some(Value::Array(items)) => items.as_slice(),
        Some(one @ Value::String(_)) => std::slice::from_ref(one),
        _ => return Err(wrong("the list of followers has no items").into()),
    };
    if items.len() > LISTED_MAX || fields.value("next").is_some() {
        return Err(wrong("the list of followers is not whole").into());
    }
    let origin = &federation.app.origin;
    Ok(items.iter().filter_map(Value::as_str).filter(|id| origin.is_ours(id)).map(|id| origin.stored(id).to_owned()).collect())
}

/// Ends here what has ended there, takes as accepted what was, and takes back what nobody here knows of. Whoever began to
/// follow while the list was on its way is left alone.
async fn settle(federation: &Federation, actor: &Account, ours: &[Account], listed: BTreeSet<String>) -> Result<()> {
    let tx = federation.app.begin().await?;
    for follower in ours.iter().filter(|follower| !listed.contains(&follower.uri)) {
        relationships::reject(&tx, follower.id, actor.id).await?;
    }
    let listed: Vec<String> = listed.into_iter().filter(|uri| ours.iter().all(|follower| follower.uri != *uri)).collect();
    let mut disowned = 0;
    for follower in accounts::queries::by_uris(&tx, &listed).await?.iter().filter(|account| account.is_local() && account.is_active()) {
        if queries::find(&tx, follower.id, actor.id).await?.is_some() {
            relationships::accept(&tx, follower.id, actor.id).await?;
        } else if disowned < DISOWNED_MAX {
            relationships::disown(&tx, follower.id, actor.id);
            disowned += 1;
        }
    }
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fep_8fcf_the_digest_is_that_of_the_example() {
        let ids = ["https://testing.example.org/users/1", "https://testing.example.org/users/2"];
        assert_eq!(Digest::of(ids).hex(), "c33f48cd341ef046a206b8a72ec97af65079f9a3a9b90eef79c5920dce45c61f");
        assert_eq!(Digest::of([]).hex(), "0".repeat(64));
    }

    #[test]
    fn fep_8fcf_a_header_that_was_not_signed_or_is_not_whole_says_nothing() {
        let headers = |signed: &str, values: &[&str]| {
            let mut headers = HeaderMap::from_iter([("signature".parse().unwrap(), signed.parse().unwrap())]);
            for value in values {
                headers.append(HEADER, value.parse().unwrap());
            }
            headers
        };
        let whole = r#"collectionId="https://p.test/u/1/followers", url="https://p.test/u/1/fs", digest="AB""#;
        let signed = r#"keyId="k",headers="(request-target) host date digest collection-synchronization",signature="x""#;
        let told = Told::read(&headers(signed, &[whole])).unwrap();
        assert_eq!(
            (told.collection.as_str(), told.url.as_str(), told.digest.as_str()),
            ("https://p.test/u/1/followers", "https://p.test/u/1/fs", "ab")
        );
        assert_eq!(Told::read(&headers(r#"keyId="k",headers="host date""#, &[whole])), None);
        assert_eq!(Told::read(&headers(signed, &[whole, whole])), None);
        for spoiled in ["", "collectionId", r#"collectionId="x", digest="ab""#, r#"collectionId="x", url="javascript:x", digest="ab""#] {
            assert_eq!(Told::read(&headers(signed, &[spoiled])), None, "{spoiled}");
        }
    }
}
