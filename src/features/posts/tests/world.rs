//! A small world for the tests of posts: people, communities and what holds between them, written
//! straight into the tables, on SQLite and, with `INTERMOOT_TEST_POSTGRES` set, on PostgreSQL.

use crate::{
    base::{
        clock::{Clock, Stamp},
        id::AccountId,
        words::{AccountKind, Audience, JoinRule, Role, SeatStatus, Stage},
    },
    features::posts::{publish::Draft, receive::Incoming},
    store::{
        Insert, Store, Tx,
        tables::{Account, Details},
    },
    tests::support::schema::{self, Lent},
};

/// A database of its own, gone with this value.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    url: String,
    _dir: tempfile::TempDir,
    _database: Option<Lent>,
}

impl World {
    /// The same database, opened again as after a restart.
    pub(crate) async fn reopened(&self) -> Store {
        Store::open(&self.url, self.clock.clone()).await.unwrap()
    }
}

/// One world for each database there is.
pub(crate) async fn worlds() -> Vec<World> {
    let mut all = vec![sqlite().await];
    match std::env::var("INTERMOOT_TEST_POSTGRES") {
        Ok(url) => all.push(postgres(&url).await),
        Err(_) => eprintln!("INTERMOOT_TEST_POSTGRES is not set: on SQLite only"),
    }
    all
}

pub(crate) async fn sqlite() -> World {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("test.sqlite");
    schema::put(&file).await;
    open(format!("sqlite:{}", file.display()), dir, None).await
}

async fn postgres(server: &str) -> World {
    let lent = Lent::by(server).await;
    open(lent.url.clone(), tempfile::tempdir().unwrap(), Some(lent)).await
}

async fn open(url: String, dir: tempfile::TempDir, database: Option<Lent>) -> World {
    let clock = Clock::default();
    World { store: Store::open(&url, clock.clone()).await.unwrap(), clock, url, _dir: dir, _database: database }
}

/// Somebody called `name` on `host` ('' for here).
pub(crate) async fn account(tx: &Tx, name: &str, host: &str, kind: AccountKind) -> Account {
    let path = format!("/{}/{name}", if kind == AccountKind::Community { "c" } else { "u" });
    let uri = if host.is_empty() { path } else { format!("https://{host}{path}") };
    let id = AccountId(tx.id());
    Insert::into("accounts")
        .set("id", id)
        .set("kind", kind)
        .set("username", name)
        .set("username_key", name)
        .set("host", host)
        .set("uri", uri.clone())
        .set("url", uri)
        .set("created_at", tx.now)
        .run(tx)
        .await
        .unwrap();
    find(tx, id).await
}

pub(crate) async fn find(from: &impl crate::store::Source, id: AccountId) -> Account {
    crate::sql!("SELECT * FROM accounts WHERE id = {}", id).one(from).await.unwrap().unwrap()
}

pub(crate) async fn person(tx: &Tx, name: &str) -> Account {
    account(tx, name, "", AccountKind::Person).await
}

pub(crate) async fn stranger(tx: &Tx, name: &str) -> Account {
    account(tx, name, "far.example", AccountKind::Person).await
}

pub(crate) async fn community(tx: &Tx, name: &str, host: &str, stage: Stage, rule: JoinRule) -> Account {
    let community = account(tx, name, host, AccountKind::Community).await;
    Insert::into("communities")
        .set("account_id", community.id)
        .set("purpose", "Valves")
        .set("stage", stage)
        .set("join_rule", rule)
        .set("created_at", tx.now)
        .run(tx)
        .await
        .unwrap();
    community
}

pub(crate) async fn seat(tx: &Tx, community: &Account, account: &Account, role: Role) {
    Insert::into("seats")
        .set("id", tx.id())
        .set("community_id", community.id)
        .set("account_id", account.id)
        .set("status", SeatStatus::Active)
        .set("role", role)
        .set("rev", 1i64)
        .set("created_at", tx.now)
        .set("updated_at", tx.now)
        .run(tx)
        .await
        .unwrap();
}

pub(crate) async fn follow(tx: &Tx, follower: &Account, target: &Account) {
    Insert::into("follows")
        .set("id", tx.id())
        .set("follower_id", follower.id)
        .set("target_id", target.id)
        .set("state", 1i16)
        .set("uri", format!("/f/{}", tx.id()))
        .set("created_at", tx.now)
        .on_conflict("ON CONFLICT DO NOTHING")
        .run(tx)
        .await
        .unwrap();
}

pub(crate) async fn block(tx: &Tx, by: &Account, target: &Account) {
    Insert::into("blocks")
        .set("id", tx.id())
        .set("account_id", by.id)
        .set("target_id", target.id)
        .set("created_at", tx.now)
        .on_conflict("ON CONFLICT DO NOTHING")
        .run(tx)
        .await
        .unwrap();
}

/// A draft with these words for everyone.
pub(crate) fn draft(words: &str) -> Draft {
    Draft {
        title: String::new(),
        source: words.to_owned(),
        content: format!("<p>{words}</p>"),
        spoiler: String::new(),
        sensitive: false,
        language: String::new(),
        audience: Audience::Public,
        in_reply_to: None,
        community: None,
        mentions: Vec::new(),
        tags: Vec::new(),
        app_id: None,
        widest: crate::base::config::Widest::Public,
        media: vec![],
        beside: crate::features::posts::publish::Beside::default(),
    }
}

/// A public post from elsewhere, written a minute ago.
pub(crate) fn incoming(uri: &str, words: &str, now: Stamp) -> Incoming {
    Incoming {
        uri: uri.to_owned(),
        url: String::new(),
        community: None,
        through: None,
        in_reply_to_uri: String::new(),
        audience: Audience::Public,
        title: String::new(),
        content: format!("<p>{words}</p>"),
        spoiler: String::new(),
        sensitive: false,
        language: String::new(),
        attachments: Vec::new(),
        mentions: Vec::new(),
        tags: Vec::new(),
        details: Details::default(),
        quote_uri: String::new(),
        quote_stamp: String::new(),
        poll: None,
        published: Stamp(now.0 - 60_000),
        updated: None,
        context_uri: String::new(),
    }
}
