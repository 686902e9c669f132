//! For whom people work, as their own node says (`membership.md` 5).
//!
//! True because organisation and person share an origin, or because the organisation proved the person's host to be its own;
//! anything else is shown as unconfirmed. Kept as JSON in `accounts.affiliation`.
//! Invariant: nothing that a person writes of themselves looks like the badge (S41).

use crate::{
    base::{
        error::{Refusal, Result},
        host,
        text::names,
    },
    features::accounts,
    sql,
    store::{
        Insert, Source, Tx,
        audit::Entry,
        event::Event,
        tables::{Account, Field},
    },
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;

/// The stored uri of this node's organisation.
pub const OURS: &str = "/org";
/// The name of the profile field that tells other servers.
pub const FIELD: &str = "Organisation";
/// Longest title, unit or name, in characters.
const CHARS_MAX: usize = 100;
/// How long a host counts as proven without having been asked again.
const PROOF_LASTS: Duration = Duration::from_secs(7 * 86_400);
/// When a proven host is asked again.
pub const PROOF_CHECKED_AFTER: Duration = Duration::from_secs(86_400);

/// Somebody's affiliation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affiliation {
    /// The organisation's stored uri.
    pub organisation: String,
    /// Its name, as it was when last read.
    pub name: String,
    /// The person's title; may be empty.
    #[serde(default)]
    pub title: String,
    /// Their unit; may be empty.
    #[serde(default)]
    pub unit: String,
    /// Whether it was confirmed: same origin, or a host that the organisation proved.
    pub is_confirmed: bool,
}

/// What a person's document claims, cleaned; nothing is confirmed yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// The organisation's stored uri.
    pub organisation: String,
    /// The name that the document gives it.
    pub name: String,
    /// Title.
    pub title: String,
    /// Unit.
    pub unit: String,
}

/// The affiliation of `account`, if it has one.
pub fn of(account: &Account) -> Option<Affiliation> {
    if account.affiliation.is_empty() {
        return None;
    }
    serde_json::from_str(&account.affiliation).ok()
}

/// Says that one of our people works for this node's organisation, or changes what it says of them. Title and unit are
/// cleaned and cut to 100 characters. Refused for a guest, and for somebody who left. `by` is a handle or `command line`.
/// Records `ProfileEdited` where something changed; one audit entry.
pub async fn grant(tx: &Tx, account: &Account, (title, unit): (&str, &str), by: &str) -> Result<Affiliation> {
    let before = of(account);
    let affiliation = give(tx, account, (title, unit)).await?;
    if before.as_ref() == Some(&affiliation) {
        return Ok(affiliation);
    }
    let act = if before.is_some() { "affiliation.change" } else { "affiliation.grant" };
    let detail = json!({"title": affiliation.title, "unit": affiliation.unit});
    tx.audit(Entry { actor: by.to_owned(), act, object: account.acct(), detail, ..Entry::default() });
    Ok(affiliation)
}

/// The same as part of a wider act, such as making the account, whose entry in the audit log stands for both.
pub async fn give(tx: &Tx, account: &Account, (title, unit): (&str, &str)) -> Result<Affiliation> {
    let user = accounts::queries::user(tx, account.id).await?.ok_or_else(Refusal::not_found)?;
    if user.is_guest {
        return Err(
            Refusal::conflict("guest", "A guest works for nobody here: end the guest's account or make them a member first.").into()
        );
    }
    if user.off_boarded_at.is_some() {
        return Err(Refusal::conflict("off_boarded", "This person has left; restore the account first.").into());
    }
    let organisation = accounts::queries::by_uri(tx, OURS).await?;
    let affiliation = Affiliation {
        organisation: OURS.to_owned(),
        name: organisation.map(|organisation| organisation.display_name).unwrap_or_default(),
        title: names::display_name(title, CHARS_MAX),
        unit: names::display_name(unit, CHARS_MAX),
        is_confirmed: true,
    };
    if of(account).as_ref() != Some(&affiliation) {
        write(tx, account, Some(&affiliation)).await?;
        tx.record(Event::ProfileEdited { account: account.id });
    }
    Ok(affiliation)
}

/// Takes it back: the badge goes, seats held through the organisation are no longer vouched for. One audit entry if there was one.
/// Refused by rank as saying that somebody left, since it ends as much; `by` none is the command line.
pub async fn withdraw(tx: &Tx, account: &Account, by: Option<&Account>) -> Result<()> {
    accounts::may_off_board(tx, by, account.id).await?;
    if take(tx, account).await? {
        let actor = by.map_or_else(|| "command line".to_owned(), Account::acct);
        tx.audit(Entry { actor, act: "affiliation.withdraw", object: account.acct(), ..Entry::default() });
    }
    Ok(())
}

/// The same as part of a wider act, such as off-boarding, whose entry stands for both. Whether there was one.
pub async fn take(tx: &Tx, account: &Account) -> Result<bool> {
    if of(account).is_none() {
        return Ok(false);
    }
    write(tx, account, None).await?;
    tx.record(Event::ProfileEdited { account: account.id });
    Ok(true)
}

/// Keeps what an account elsewhere claims: confirmed when organisation and person share an origin, or the organisation
/// proved the person's host. No claim, no badge. Writes only what changed. The account as it is then.
pub async fn keep_claim(tx: &Tx, account: Account, claim: Option<&Claim>) -> Result<Account> {
    let kept = match claim.filter(|_| !account.is_local()) {
        None => None,
        Some(claim) => Some(Affiliation {
            is_confirmed: is_same_origin(&claim.organisation, &account.uri) || has_proved(tx, &claim.organisation, &account.uri).await?,
            organisation: claim.organisation.clone(),
            name: names::display_name(&claim.name, CHARS_MAX),
            title: names::display_name(&claim.title, CHARS_MAX),
            unit: names::display_name(&claim.unit, CHARS_MAX),
        }),
    };
    if account.is_local() || of(&account) == kept {
        return Ok(account);
    }
    let affiliation = write(tx, &account, kept.as_ref()).await?;
    Ok(Account { affiliation, ..account })
}

/// Writes an affiliation; as it is stored.
async fn write(tx: &Tx, account: &Account, affiliation: Option<&Affiliation>) -> Result<String> {
    let text = affiliation.map(serde_json::to_string).transpose().map_err(anyhow::Error::from)?.unwrap_or_default();
    sql!("UPDATE accounts SET affiliation = {} WHERE id = {}", text.as_str(), account.id).run(tx).await?;
    Ok(text)
}

fn is_same_origin(one: &str, other: &str) -> bool {
    matches!((host::parse(one), host::parse(other)), (Some(one), Some(other)) if host::same_origin(&one, &other))
}

/// Whether the organisation with this stored uri proved the host of `person` (a URL) to be its own, at most a week ago.
async fn has_proved(from: &impl Source, organisation: &str, person: &str) -> Result<bool> {
    let Some(host) = host::parse(person).as_ref().and_then(host::authority) else { return Ok(false) };
    Ok(hosts_of(from, organisation).await?.contains(&host))
}

/// The further hosts that an organisation proved at most a week ago.
pub async fn hosts_of(from: &impl Source, organisation: &str) -> Result<Vec<String>> {
    let since = from.now().minus(PROOF_LASTS);
    sql!("SELECT host FROM organisation_hosts WHERE organisation = {} AND proven_at > {} ORDER BY host", organisation, since)
        .column(from)
        .await
}

/// Whether this pair must be asked again: not proven, or longer than a day ago.
pub async fn is_proof_due(from: &impl Source, organisation: &str, host: &str) -> Result<bool> {
    let asked = "SELECT host FROM organisation_hosts WHERE organisation = {} AND host = {} AND proven_at > {}";
    let found: Option<String> = sql!(asked, organisation, host, from.now().minus(PROOF_CHECKED_AFTER)).value(from).await?;
    Ok(found.is_none())
}

/// Notes whether `host` said just now that it belongs to the organisation; what people there claim follows at once.
pub async fn note_proof(tx: &Tx, (organisation, host): (&str, &str), is_proven: bool) -> Result<()> {
    if is_proven {
        let row = Insert::into("organisation_hosts").set("organisation", organisation).set("host", host).set("proven_at", tx.now);
        row.on_conflict("ON CONFLICT (host) DO UPDATE SET organisation = excluded.organisation, proven_at = excluded.proven_at")
            .run(tx)
            .await?;
    } else {
        sql!("DELETE FROM organisation_hosts WHERE organisation = {} AND host = {}", organisation, host).run(tx).await?;
    }
    let people: Vec<Account> = sql!("SELECT * FROM accounts WHERE host = {} AND affiliation <> ''", host).all(tx).await?;
    for account in people {
        let Some(affiliation) = of(&account).filter(|affiliation| affiliation.organisation == organisation) else { continue };
        let is_confirmed = is_proven || is_same_origin(organisation, &account.uri);
        if is_confirmed != affiliation.is_confirmed {
            write(tx, &account, Some(&Affiliation { is_confirmed, ..affiliation })).await?;
        }
    }
    Ok(())
}

/// The host by which an affiliation is told apart from one of the same name; `ours` is this node's.
pub fn host_of(affiliation: &Affiliation, ours: &str) -> String {
    host::parse(&affiliation.organisation).as_ref().and_then(host::authority).unwrap_or_else(|| ours.to_owned())
}

/// The badge in one line: `Acme Works · acme.example`; of an unconfirmed one only whose it would be, and that it is so.
pub fn line(affiliation: &Affiliation, ours: &str) -> String {
    let host = host_of(affiliation, ours);
    match affiliation.is_confirmed {
        true if affiliation.name == host || affiliation.name.is_empty() => host,
        true => format!("{} · {host}", affiliation.name),
        false => format!("says {host}, unconfirmed"),
    }
}

/// The profile fields of somebody as they may be shown beside a badge: check marks are taken out, and one that is named like
/// the badge says that it is the person's own words.
pub fn told(fields: Vec<Field>) -> Vec<Field> {
    let told = |field: Field| Field {
        name: if is_like_badge(&field.name) { format!("{} (own words)", field.name.trim()) } else { field.name },
        value: names::without_check_marks(&field.value),
        ..field
    };
    fields.into_iter().map(told).collect()
}

fn is_like_badge(name: &str) -> bool {
    let bare: String = names::skeleton(name).chars().filter(char::is_ascii_alphanumeric).collect();
    let words = ["organisation", "organization", "affiliation", "employer", "verified"];
    words.iter().any(|word| bare.contains(&names::skeleton(word)))
}
