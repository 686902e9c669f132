//! CredentialAccount: one's own account, with what only its owner sees and edits.
//!
//! Source: docs.joinmastodon.org/entities/Account#CredentialAccount, /entities/Role.

use super::account::{self, Shown};
use crate::{
    app::App,
    base::{
        error::{Refusal, Result},
        id::AccountId,
        words::{Audience, NodeRole},
    },
    features::{accounts, relationships},
    store::{
        Source,
        tables::{Account, Field, User},
    },
};
use serde::Serialize;

/// The Mastodon API's CredentialAccount.
#[derive(Clone, Debug, Serialize)]
pub struct Own {
    #[serde(flatten)]
    shown: Shown,
    source: Typed,
    role: Role,
}

/// The profile as it was typed, and how one posts unless one chooses.
#[derive(Clone, Debug, Serialize)]
struct Typed {
    privacy: &'static str,
    sensitive: bool,
    language: Option<String>,
    note: String,
    fields: Vec<Field>,
    follow_requests_count: i64,
    hide_collections: bool,
    discoverable: bool,
    indexable: bool,
    #[serde(rename = "attribution_domains")]
    attribution_hosts: Vec<String>,
    quote_policy: &'static str,
}

/// Somebody's standing on this node, and which of Mastodon's permissions that is.
#[derive(Clone, Debug, Serialize)]
pub struct Role {
    id: &'static str,
    name: &'static str,
    permissions: &'static str,
    color: &'static str,
    highlighted: bool,
}

/// The account of `id` as its owner sees it, read afresh, so that their own changes show: three statements.
pub async fn own(app: &App, from: &impl Source, id: AccountId) -> Result<Own> {
    let of = accounts::queries::by_id(from, id).await?.ok_or_else(Refusal::not_found)?;
    let user = accounts::queries::user(from, id).await?.ok_or_else(Refusal::not_found)?;
    let requests = relationships::queries::count_requests(from, id).await?;
    Ok(Own { shown: account::account(app, &of, None), source: typed(of, &user, requests), role: role(user.role) })
}

fn typed(of: Account, user: &User, follow_requests_count: i64) -> Typed {
    let showing = of.showing();
    Typed {
        privacy: privacy(user.posting_audience),
        sensitive: user.posting_sensitive,
        language: (!user.posting_language.is_empty()).then(|| user.posting_language.clone()),
        attribution_hosts: showing.attribution_hosts,
        fields: account::fields(&of),
        note: of.note_source,
        follow_requests_count,
        hide_collections: showing.hides_circles,
        discoverable: of.discoverable,
        indexable: of.discoverable,
        quote_policy: "public",
    }
}

/// An audience in the words of Mastodon's visibility; none is shown wider than it is.
pub fn privacy(audience: Audience) -> &'static str {
    match audience {
        Audience::Public => "public",
        Audience::Unlisted => "unlisted",
        Audience::Followers | Audience::Members => "private",
        Audience::Direct => "direct",
    }
}

/// A standing as apps know it. Permissions are bits (docs.joinmastodon.org/entities/Role): moderators see figures (8), handle
/// reports (16), trends (256) and accounts (1024); administrators hosts (32), who may sign up (128) and deletions (524288) too.
pub fn role(standing: NodeRole) -> Role {
    // Mastodon's id of the role that everyone has is -99.
    let (id, name, permissions) = match standing {
        NodeRole::Member => ("-99", "", "0"),
        NodeRole::Moderator => ("1", "Moderator", "1304"),
        NodeRole::Admin => ("2", "Admin", "525752"),
        NodeRole::Owner => ("3", "Owner", "525752"),
    };
    Role { id, name, permissions, color: "", highlighted: standing > NodeRole::Member }
}

/// The standing whose id apps know.
pub fn role_of(id: &str) -> Option<NodeRole> {
    NodeRole::ALL.iter().copied().find(|standing| role(*standing).id == id)
}
