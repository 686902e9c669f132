//! What moderators, curators and administrators keep, and whom we work with: each thing carries a word of its own.

use super::world::{Cast, Secret, words};
use crate::{
    base::{
        clock::Stamp,
        words::{AccountKind, AgreementState, ModAct, Role, SeatStatus},
    },
    features::{accounts, communities::seats},
    store::{
        Insert, Tx,
        audit::Entry,
        tables::{Account, Post, Seat},
    },
};
use serde_json::json;

/// Who may read the log of the private community: whoever holds a usable seat in it.
const LOG: &[&str] = &["alice", "amy", "ada", "zelda", "boltco"];

/// The host of a partner whom nobody but our own people need know.
pub fn partner() -> String {
    format!("{}.example", words("partner")[0])
}

/// Keeps one of everything; what is secret about it.
pub async fn keep(tx: &Tx, cast: &Cast, (private, post): (&Account, &Post)) -> Vec<Secret> {
    report(tx, cast, (private, post)).await;
    invitation(tx, cast, private).await;
    warning(tx, cast, private).await;
    let seat = seats::fresh(tx, private.id, cast.carl.account.id, SeatStatus::Requested);
    let answer = words("answer").join(" ");
    seats::keep(tx, Seat { answer, asked_at: tx.now, ..seat }, false).await.unwrap();
    let detail = json!({ "note": words("audited")[0] });
    tx.audit(Entry { actor: "ada".into(), act: "canary.note", object: words("audited")[1].clone(), detail, ..Entry::default() });
    leaving(tx, cast).await;
    agreement(tx).await;
    let secret = |what, readers, author| Secret { what, words: words(what), readers, author, only: &[], is_ours: false };
    vec![
        secret("report", &["ada", "amy"], "amy"),
        secret("invited", &["ada"], "ada"),
        secret("reason", LOG, "ada"),
        secret("answer", &["ada", "carl"], "carl"),
        secret("audited", &["admin"], "ada"),
        secret("leaving", &["admin"], "admin"),
        Secret { is_ours: true, ..secret("partner", &["admin"], "admin") },
    ]
}

async fn report(tx: &Tx, cast: &Cast, (community, about): (&Account, &Post)) {
    let id = tx.id();
    Insert::into("reports")
        .set("id", id)
        .set("uri", format!("/activities/{id}"))
        .set("reporter_id", cast.amy.account.id)
        .set("target_id", about.author_id)
        .set("community_id", community.id)
        .set("posts", format!("[\"{}\"]", about.id))
        .set("comment", words("report").join(" "))
        .set("created_at", tx.now)
        .run(tx)
        .await
        .unwrap();
}

async fn invitation(tx: &Tx, cast: &Cast, community: &Account) {
    let email = format!("{}@home.example", words("invited")[0]);
    Insert::into("invitations")
        .set("id", tx.id())
        .set("community_id", community.id)
        .set("inviter_id", cast.ada.account.id)
        .set("email", email.as_str())
        .set("email_key", email.as_str())
        .set("token_hash", "nobody has it")
        .set("role", Role::Member)
        .set("created_at", tx.now)
        .set("expires_at", Stamp(tx.now.0 + 86_400_000))
        .run(tx)
        .await
        .unwrap();
}

async fn warning(tx: &Tx, cast: &Cast, community: &Account) {
    Insert::into("mod_log")
        .set("id", tx.id())
        .set("community_id", community.id)
        .set("moderator_id", cast.ada.account.id)
        .set("act", ModAct::Warn)
        .set("account_id", cast.zelda.account.id)
        .set("reason", words("reason").join(" "))
        .set("created_at", tx.now)
        .run(tx)
        .await
        .unwrap();
}

async fn leaving(tx: &Tx, cast: &Cast) {
    Insert::into("off_boardings")
        .set("id", tx.id())
        .set("account_id", cast.zelda.account.id)
        .set("by_id", cast.admin.account.id)
        .set("reason", words("leaving").join(" "))
        .set("sequence", 1_i64)
        .set("created_at", tx.now)
        .run(tx)
        .await
        .unwrap();
}

/// An agreement with a node, one of whose people is known here.
async fn agreement(tx: &Tx) {
    let host = partner();
    let mut known = Vec::new();
    for (name, kind) in [("org", AccountKind::Organisation), ("pia", AccountKind::Person)] {
        let uri = format!("https://{host}/{name}");
        let remote = accounts::Remote { uri, kind: Some(kind), username: name.into(), host: host.clone(), ..accounts::Remote::default() };
        known.push(accounts::keep_remote(tx, &remote).await.unwrap());
    }
    Insert::into("agreements")
        .set("id", tx.id())
        .set("uri", "/agreements/2")
        .set("host", host)
        .set("partner_id", known[0].id)
        .set("state", AgreementState::InForce)
        .set("created_at", tx.now)
        .set("updated_at", tx.now)
        .run(tx)
        .await
        .unwrap();
}
