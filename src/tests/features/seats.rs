//! A node's database with people, communities here and elsewhere, and what can happen in it.

use crate::{
    base::{
        error::{Error, Result},
        words::{AccountKind, FollowState, JoinRule, Level, NodeRole, Role, SeatStatus, Stage},
    },
    features::{
        accounts::{self, New, NewKeys, NewUser, Remote},
        communities::{self, Founding},
        memberships::{follow_or_join, join, queries},
        relationships::{self, FollowOptions},
    },
    sql,
    store::{
        Store, Tx,
        tables::{Account, Follow, Seat},
    },
    tests::support::Place,
};

/// A node's database and what can happen in it.
pub(super) struct World {
    pub store: Store,
}

fn keys() -> NewKeys {
    NewKeys { rsa_public: "rsa".into(), rsa_sealed: vec![1], ed25519_public: "ed".into(), ed25519_sealed: vec![2] }
}

impl World {
    /// An empty one.
    pub async fn new(place: &Place) -> Self {
        Self { store: place.store().await }
    }

    /// Somebody who logs in here.
    pub async fn person(&self, name: &str) -> Account {
        let tx = self.store.begin().await.unwrap();
        let new = New { username: name.into(), kind: AccountKind::Person, display_name: String::new(), locked: false, keys: keys() };
        let account = accounts::create(&tx, new).await.unwrap();
        let user = NewUser { email: format!("{name}@acme.test"), password_hash: String::new(), role: NodeRole::Member, approved: true };
        accounts::enrol(&tx, account.id, user).await.unwrap();
        tx.commit().await.unwrap();
        account
    }

    /// An account on another node.
    pub async fn elsewhere(&self, kind: AccountKind, name: &str) -> Account {
        self.at(kind, ("bolt.test", name)).await
    }

    /// An account on the node at `host`.
    pub async fn at(&self, kind: AccountKind, (host, name): (&str, &str)) -> Account {
        let uri = format!("https://{host}/{name}");
        let remote = Remote {
            url: uri.clone(),
            inbox: format!("{uri}/inbox"),
            kind: Some(kind),
            username: name.into(),
            host: host.into(),
            uri,
            ..Remote::default()
        };
        let tx = self.store.begin().await.unwrap();
        let account = accounts::keep_remote(&tx, &remote).await.unwrap();
        tx.commit().await.unwrap();
        account
    }

    /// A community elsewhere of which we know the join rule.
    pub async fn community_elsewhere(&self, name: &str, join_rule: JoinRule) -> Account {
        let account = self.elsewhere(AccountKind::Community, name).await;
        let facts = communities::RemoteFacts {
            purpose: "Valves.".into(),
            stage: Stage::Public,
            join_rule,
            question: String::new(),
            members_count: 7,
        };
        let tx = self.store.begin().await.unwrap();
        communities::keep_remote(&tx, account.id, &facts).await.unwrap();
        tx.commit().await.unwrap();
        account
    }

    pub async fn try_found(&self, founder: &Account, name: &str, stage: Stage, join_rule: JoinRule) -> Result<Account> {
        let tx = self.store.begin().await?;
        let founding = Founding {
            name: name.into(),
            title: "Valves".into(),
            purpose: "Everything about valves.".into(),
            stage,
            join_rule,
            question: String::new(),
            least_level: Level::Plain,
            keys: keys(),
        };
        let (account, _) = communities::found(&tx, founder, founding).await?;
        tx.commit().await?;
        Ok(account)
    }

    pub async fn founds(&self, founder: &Account, name: &str, join_rule: JoinRule) -> Account {
        self.try_found(founder, name, Stage::Public, join_rule).await.unwrap()
    }

    /// Runs one act; what it refuses leaves no trace.
    pub async fn act<T>(&self, what: impl AsyncFnOnce(&Tx) -> Result<T>) -> Result<T> {
        let tx = self.store.begin().await?;
        let result = what(&tx).await?;
        tx.commit().await?;
        Ok(result)
    }

    pub async fn joins(&self, who: &Account, community: &Account) -> Result<Seat> {
        self.act(async |tx| join(tx, who, community, None).await).await
    }

    pub async fn follows(&self, who: &Account, community: &Account, uri: &str) -> Result<Follow> {
        self.act(async |tx| follow_or_join(tx, who, community, FollowOptions::default(), Some(uri)).await).await
    }

    pub async fn role(&self, community: &Account, who: &Account) -> Option<Role> {
        queries::role(&self.store, community.id, who.id).await.unwrap()
    }

    pub async fn status(&self, community: &Account, who: &Account) -> Option<SeatStatus> {
        queries::seat(&self.store, community.id, who.id).await.unwrap().map(|seat| seat.status)
    }

    pub async fn follow_state(&self, who: &Account, target: &Account) -> Option<FollowState> {
        relationships::queries::find(&self.store, who.id, target.id).await.unwrap().map(|follow| follow.state)
    }

    pub async fn members_count(&self, community: &Account) -> i64 {
        communities::queries::by_id(&self.store, community.id).await.unwrap().unwrap().members_count
    }

    /// Gives a member a role without asking anybody.
    pub async fn has_role(&self, community: &Account, who: &Account, role: Role) {
        self.joins(who, community).await.unwrap();
        let tx = self.store.begin().await.unwrap();
        sql!("UPDATE seats SET role = {} WHERE community_id = {} AND account_id = {}", role, community.id, who.id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// The code of a refusal.
pub(super) fn code<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    match result {
        Err(Error::Refused(refusal)) => refusal.code,
        other => panic!("should be refused, but: {other:?}"),
    }
}
