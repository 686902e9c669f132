//! Rows made by hand, for tests that need no database.

use crate::{
    base::{
        clock::Stamp,
        id::{AccountId, PostId},
        words::{AccountKind, Audience},
    },
    store::tables::{Account, Post},
};

/// A person; `host` is empty for one of ours.
pub fn account(id: i64, name: &str, host: &str) -> Account {
    let base = if host.is_empty() { String::new() } else { format!("https://{host}") };
    let other = |name: &str| if host.is_empty() { String::new() } else { format!("{base}{name}") };
    Account {
        id: AccountId(id),
        kind: AccountKind::Person,
        username: name.into(),
        host: host.into(),
        uri: format!("{base}/u/{name}"),
        url: format!("{base}/@{name}"),
        inbox: other("/inbox"),
        delivery_inbox: None,
        outbox: String::new(),
        followers_uri: other(&format!("/u/{name}/followers")),
        featured_uri: String::new(),
        moderators_uri: String::new(),
        display_name: name.into(),
        note: String::new(),
        note_source: String::new(),
        fields: "[]".into(),
        avatar_url: String::new(),
        header_url: String::new(),
        locked: false,
        bot: false,
        discoverable: true,
        followers_count: 0,
        following_count: 0,
        posts_count: 0,
        last_post_at: None,
        created_at: Stamp(0),
        refreshed_at: Stamp(0),
        suspended_at: None,
        gone_at: None,
        affiliation: String::new(),
        guest: String::new(),
        emojis: "[]".into(),
        silenced_at: None,
        sensitized_at: None,
        showing: String::new(),
    }
}

/// A post of ours by account 1 that names accounts 3 and 1.
pub fn post(id: i64, audience: Audience) -> Post {
    Post {
        id: PostId(id),
        uri: format!("/p/{id}"),
        url: format!("/@ada/{id}"),
        author_id: AccountId(1),
        community_id: None,
        in_reply_to_id: None,
        in_reply_to_uri: String::new(),
        in_reply_to_account_id: None,
        root_id: Some(PostId(id)),
        boost_of_id: None,
        audience,
        title: "Title".into(),
        content: "<p>hello</p>".into(),
        source: "hello".into(),
        spoiler: String::new(),
        sensitive: false,
        language: "en".into(),
        attachments: "[]".into(),
        mentions: "[]".into(),
        tags: "[\"Valves\"]".into(),
        app_id: None,
        pending: false,
        created_at: Stamp(1_700_000_000_000),
        edited_at: None,
        deleted_at: None,
        removed_at: None,
        removed_reason: String::new(),
        replies_count: 0,
        boosts_count: 0,
        favourites_count: 0,
        shared_at: None,
        locked_at: None,
        queued_at: None,
        context_uri: String::new(),
        details: String::new(),
        quote_uri: String::new(),
        reactions_count: 0,
        quotes_count: 0,
    }
}
