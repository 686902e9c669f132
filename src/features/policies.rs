//! Policies: versioned documents of the node and of communities, and who accepted which (`membership.md` 3, S140).
//!
//! What is accepted is a digest: SHA-256 over title and source. A member elsewhere accepts by naming it in an ask that they
//! signed themselves; nobody's word for somebody else counts. Invariant: a version never changes once it is published.

use super::{accounts, communities::seats, peers};
use crate::{
    base::{
        clock::Stamp,
        error::{Kind, Refusal, Result},
        id::{AccountId, PolicyId},
        keys::PublicKey,
        page::Page,
        proof::{check_proof, verification_method_of},
        secret,
        sentence::said,
        text::{
            compose::{Format, compose},
            limits::SOURCE_BYTES_MAX,
            names::display_name,
        },
        words::{KeyKind, Level, Role, SeatStatus},
    },
    sql,
    store::{
        Insert, Source, Tx,
        audit::Entry,
        event::Event,
        tables::{Account, PolicyVersion},
    },
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;

/// The stored uri of the node's actor, to which node-wide policies belong.
const NODE: &str = "/actor";
/// Longest title, in characters.
const TITLE_CHARS_MAX: usize = 200;
/// Most policies that a community elsewhere may bind its members to.
const NAMED_MAX: usize = 8;

/// A policy as a group's document names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// SHA-256 of title and source, hex.
    pub digest: String,
    /// Its version: 1, 2, …
    pub version: i64,
    /// Where it can be read: a path for ours.
    pub url: String,
}

/// The digest that stands for a text: SHA-256 over the title's length in bytes, the title and the source.
pub fn digest(title: &str, source: &str) -> String {
    secret::hex(&secret::sha256(format!("{}\n{title}\n{source}", title.len()).as_bytes()))
}

/// The account of the node, whose policies bind everyone here.
pub async fn node(from: &impl Source) -> Result<Account> {
    Ok(accounts::queries::by_uri(from, NODE).await?.ok_or_else(Refusal::not_found)?)
}

/// Publishes the next version of `owner`'s policy: of a community of ours by its owners, of the node by whom the caller
/// has let through. Refused for an empty or too long text, and for one that is the current version already.
pub async fn publish(tx: &Tx, by: &Account, owner: &Account, (title, source): (&str, &str)) -> Result<PolicyVersion> {
    publish_requiring(tx, by, owner, (title, source), None).await
}

/// [`publish`], and in the same act says whether posting in the community waits for its acceptance (none: as before).
pub async fn publish_requiring(
    tx: &Tx,
    by: &Account,
    owner: &Account,
    (title, source): (&str, &str),
    required: Option<bool>,
) -> Result<PolicyVersion> {
    refuse_others(tx, by, owner).await?;
    let title = display_name(title, TITLE_CHARS_MAX);
    if title.is_empty() {
        return Err(Refusal::invalid("title", "can't be blank").into());
    }
    if source.trim().is_empty() || source.len() > SOURCE_BYTES_MAX {
        return Err(Refusal::invalid("text", said!("must have 1 to {max} bytes", max = SOURCE_BYTES_MAX)).into());
    }
    let before = current(tx, owner.id).await?;
    let digest = digest(&title, source);
    if before.as_ref().is_some_and(|before| before.digest == digest) {
        return Err(Refusal::conflict("same_policy", "This is the current version already, word for word.").into());
    }
    let version = PolicyVersion {
        id: PolicyId(tx.id()),
        owner_id: owner.id,
        version: before.map_or(1, |before| before.version + 1),
        content: compose(source, Format::Markdown, &|_| None, &|_| String::new()).html,
        title,
        source: source.to_owned(),
        digest,
        published_by: Some(by.id),
        published_at: tx.now,
    };
    insert(tx, &version).await?;
    let mut detail = json!({ "version": version.version, "digest": version.digest });
    if let Some(required) = required.filter(|_| owner.is_community()) {
        keep_required(tx, owner, required).await?;
        detail["required"] = json!(required);
    }
    tx.audit(Entry { actor: by.acct(), ..Entry::of("policy.publish", owner.uri.as_str()).with(detail) });
    tx.record(Event::ProfileEdited { account: owner.id });
    Ok(version)
}

/// Says whether posting in a community of ours waits until the member has accepted its policies. Owners only.
pub async fn require(tx: &Tx, by: &Account, community: &Account, required: bool) -> Result<()> {
    refuse_others(tx, by, community).await?;
    keep_required(tx, community, required).await?;
    tx.audit(Entry { actor: by.acct(), ..Entry::of("policy.require", community.uri.as_str()).with(json!({ "required": required })) });
    tx.record(Event::ProfileEdited { account: community.id });
    Ok(())
}

async fn keep_required(tx: &Tx, community: &Account, required: bool) -> Result<()> {
    sql!("UPDATE communities SET policy_required = {} WHERE account_id = {}", required, community.id).run(tx).await.map(drop)
}

async fn refuse_others(tx: &Tx, by: &Account, owner: &Account) -> Result<()> {
    if !owner.is_local() {
        return Err(Refusal::forbidden("elsewhere", "The policy of this community is published on its own node.").into());
    }
    if owner.is_community() && seats::role(tx, owner.id, by.id).await? != Some(Role::Owner) {
        return Err(Refusal::forbidden("not_an_owner", "Only an owner of the community may publish its policy.").into());
    }
    Ok(())
}

async fn insert(tx: &Tx, version: &PolicyVersion) -> Result<()> {
    Insert::into("policies")
        .set("id", version.id)
        .set("owner_id", version.owner_id)
        .set("version", version.version)
        .set("title", version.title.as_str())
        .set("source", version.source.as_str())
        .set("content", version.content.as_str())
        .set("digest", version.digest.as_str())
        .set("published_by", version.published_by)
        .set("published_at", version.published_at)
        .run(tx)
        .await?;
    Ok(())
}

/// The current version of `owner`'s own policy, if it has one. For owners here.
pub async fn current(from: &impl Source, owner: AccountId) -> Result<Option<PolicyVersion>> {
    sql!("SELECT * FROM policies WHERE owner_id = {} ORDER BY version DESC LIMIT 1", owner).one(from).await
}

/// All versions, newest first. For owners here.
pub async fn versions(from: &impl Source, owner: AccountId, page: Page) -> Result<Vec<PolicyVersion>> {
    Ok(page.newest_first(sql!("SELECT * FROM policies WHERE owner_id = {}", owner).page("id", page).all(from).await?))
}

/// One version of `owner`'s policy, by its number. For owners here.
pub async fn version(from: &impl Source, owner: AccountId, number: i64) -> Result<Option<PolicyVersion>> {
    sql!("SELECT * FROM policies WHERE owner_id = {} AND version = {}", owner, number).one(from).await
}

/// The policies that bind the members of a community, wherever it lives: its own and its node's, as they stand now.
pub async fn binding(from: &impl Source, community: &Account) -> Result<Vec<Named>> {
    if !community.is_local() {
        let kept: Option<String> = sql!("SELECT policies FROM communities WHERE account_id = {}", community.id).value(from).await?;
        return Ok(kept.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_default());
    }
    let mut named = Vec::new();
    let node = accounts::queries::by_uri(from, NODE).await?;
    for owner in std::iter::once(community.clone()).chain(node) {
        if let Some(version) = current(from, owner.id).await? {
            named.push(Named { digest: version.digest, version: version.version, url: page_of(&owner) });
        }
    }
    Ok(named)
}

/// The path of the page on which a policy of ours is read.
pub fn page_of(owner: &Account) -> String {
    if owner.is_community() { format!("{}/policy", owner.uri) } else { "/policy".to_owned() }
}

/// Keeps what a community elsewhere says of its policies: `(named, whether posting waits for them)`.
pub async fn keep_elsewhere(tx: &Tx, community: AccountId, named: &[Named], required: bool) -> Result<()> {
    let kept: Vec<&Named> = named.iter().filter(|named| is_digest(&named.digest)).take(NAMED_MAX).collect();
    let json = serde_json::to_string(&kept).map_err(anyhow::Error::from)?;
    sql!(
        "UPDATE communities SET policies = {}, policy_required = {} WHERE account_id = {} AND EXISTS \
         (SELECT 1 FROM accounts a WHERE a.id = communities.account_id AND a.host <> '')",
        json,
        required,
        community
    )
    .run(tx)
    .await?;
    Ok(())
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Somebody accepts the policy with this digest as a member of `community`. `proof` is their own signed ask, '' for one of
/// ours. Counts once. True when it counts from now on; false, and nothing is kept, when the digest is none of the
/// community's, or when a member elsewhere did not sign that they accept it (S140).
pub async fn accept(tx: &Tx, account: &Account, community: &Account, (digest, proof): (&str, &str)) -> Result<bool> {
    let Some(_) = binding(tx, community).await?.into_iter().find(|named| named.digest == digest) else { return Ok(false) };
    if !account.is_local() && !says_so(tx, account, digest, proof).await? {
        return Ok(false);
    }
    keep(tx, (account, community), digest, if account.is_local() { "" } else { proof }).await?;
    if !community.is_local() && account.is_local() {
        tell_elsewhere(tx, account, community).await?;
    }
    Ok(true)
}

/// Somebody of a server that knows nothing of policies follows a community of ours: that accepts what binds its members now,
/// as its page and its document name it (`membership.md` 3). `follow` is the Follow's id, kept in the place of a signed ask.
/// No effect for people of our own nodes, who say what they accept (S140).
pub async fn accept_by_following(tx: &Tx, account: &Account, community: &Account, follow: &str) -> Result<()> {
    let level = peers::find(tx, &account.host).await?.map_or(Level::Plain, |peer| peer.level);
    if account.is_local() || !community.is_local() || level >= Level::Intermoot {
        return Ok(());
    }
    for named in binding(tx, community).await? {
        keep(tx, (account, community), &named.digest, follow).await?;
    }
    Ok(())
}

async fn keep(tx: &Tx, (account, community): (&Account, &Account), digest: &str, proof: &str) -> Result<()> {
    let row = Insert::into("acceptances").set("account_id", account.id).set("digest", digest).set("owner_id", community.id);
    row.set("accepted_at", tx.now).set("proof", proof).on_conflict("ON CONFLICT DO NOTHING").run(tx).await?;
    Ok(())
}

/// Whether `proof` is an ask by `account`, signed with their own key, that names `digest` among its `policies`.
async fn says_so(tx: &Tx, account: &Account, digest: &str, proof: &str) -> Result<bool> {
    let Ok(ask) = serde_json::from_str::<Value>(proof) else { return Ok(false) };
    let is_it = |value: &Value| value.as_str().is_some_and(|said| said.eq_ignore_ascii_case(digest));
    let names = |value: &Value| match value {
        Value::Array(items) => items.iter().any(is_it),
        other => is_it(other),
    };
    if ask.get("actor").and_then(Value::as_str) != Some(account.uri.as_str()) || !ask.get("policies").is_some_and(names) {
        return Ok(false);
    }
    let Some(method) = verification_method_of(&ask) else { return Ok(false) };
    let keys = accounts::queries::keys_of(tx, account.id).await?;
    let key = keys.iter().find(|key| key.kind == KeyKind::Ed25519 && key.uri == method);
    let key = key.and_then(|key| PublicKey::from_multibase(&key.public_key).ok());
    Ok(key.is_some_and(|key| check_proof(&ask, &key).is_ok()))
}

/// One of ours who has a seat elsewhere, or asked for one, asks anew: the ask carries what they accepted.
async fn tell_elsewhere(tx: &Tx, account: &Account, community: &Account) -> Result<()> {
    let Some(seat) = seats::seat(tx, community.id, account.id).await? else { return Ok(()) };
    if !matches!(seat.status, SeatStatus::Active | SeatStatus::Requested) {
        return Ok(());
    }
    let asked_at: Stamp = tx.now.max(seat.asked_at.plus(Duration::from_millis(1)));
    sql!("UPDATE seats SET asked_at = {} WHERE id = {}", asked_at, seat.id).run(tx).await?;
    let again = u32::try_from(seat.attempts).unwrap_or(u32::MAX);
    tx.record(Event::SeatAsked { community: community.id, account: account.id, again });
    Ok(())
}

/// The digests that `account` accepted as a member of `community`, of those that bind now: what an ask of ours cites.
pub async fn accepted(from: &impl Source, account: AccountId, community: &Account) -> Result<Vec<String>> {
    let said: Vec<String> =
        sql!("SELECT digest FROM acceptances WHERE account_id = {} AND owner_id = {}", account, community.id).column(from).await?;
    let binding = binding(from, community).await?;
    Ok(binding.into_iter().map(|named| named.digest).filter(|digest| said.contains(digest)).collect())
}

/// Whether `account` accepted everything that binds the members of `community` now.
pub async fn has_accepted(from: &impl Source, account: AccountId, community: &Account) -> Result<bool> {
    Ok(accepted(from, account, community).await?.len() == binding(from, community).await?.len())
}

/// Refuses who posts in a community that wants its policies accepted first, and has not done so.
pub async fn refuse_unaccepted(from: &impl Source, account: AccountId, community: AccountId) -> Result<()> {
    let required: Option<bool> = sql!("SELECT policy_required FROM communities WHERE account_id = {}", community).value(from).await?;
    if required != Some(true) {
        return Ok(());
    }
    let Some(community) = accounts::queries::by_id(from, community).await? else { return Ok(()) };
    if has_accepted(from, account, &community).await? {
        return Ok(());
    }
    let sentence = "This community wants its policy accepted before you post: read it on the community's page, accept it, and post again.";
    Err(Refusal { kind: Kind::Invalid, ..Refusal::forbidden("policy_not_accepted", sentence) }.into())
}
