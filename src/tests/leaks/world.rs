//! One node with things that not everybody may see, and everybody who might want to.

use crate::{
    base::{
        clock::Stamp,
        id::{AccountId, PostId},
        words::{AccountKind, Audience, JoinRule, KeyKind, Level, NodeRole, SeatStatus, Stage},
    },
    features::{
        accounts,
        communities::{self, seats},
        memberships,
        posts::{self, publish},
        reactions, relationships, sessions,
    },
    federation::{Federation, bootstrap},
    server::{routes, worker},
    sql,
    store::{
        Insert, Tx,
        tables::{Account, Post, Seat},
    },
    tests::support::{Person, Place, TestNode},
};
use axum::Router;

/// Who may read what is in the private community: its members, and the node of one.
const MEMBERS: &[&str] = &["alice", "amy", "ada", "zelda", "boltco"];

/// Something that carries a word which only some may read.
pub struct Secret {
    pub what: &'static str,
    /// What gives it away; never part of what is asked.
    pub words: Vec<String>,
    pub readers: &'static [&'static str],
    pub author: &'static str,
    /// Counts only where the path holds one of these; everywhere if there are none.
    pub only: &'static [&'static str],
}

/// Somebody who asks.
pub struct Viewer {
    pub name: &'static str,
    pub token: Option<String>,
    pub session: Option<String>,
    /// Signs as this account of this other node.
    pub signer: Option<(Federation, AccountId)>,
}

/// Ids and names that may stand in a path.
#[derive(Default)]
pub struct Fills {
    pub posts: Vec<String>,
    pub accounts: Vec<String>,
    pub communities: Vec<String>,
    pub names: Vec<String>,
    pub tags: Vec<String>,
    pub others: Vec<String>,
}

pub struct World {
    pub node: TestNode,
    pub router: Router,
    pub secrets: Vec<Secret>,
    pub viewers: Vec<Viewer>,
    pub fills: Fills,
    /// Posts that bob may not see, and one that never was.
    pub hidden: Vec<PostId>,
    pub private: AccountId,
    _peers: Vec<TestNode>,
}

/// Those who act while the world is made.
struct Cast {
    ada: Person,
    alice: Person,
    amy: Person,
    zelda: Person,
    ex: Person,
    bob: Person,
    carl: Person,
    fay: Person,
    admin: Person,
}

impl World {
    pub async fn new(place: &Place) -> Self {
        let node = place
            .node_with("acme", |config| {
                config.limits.enabled = false;
                config.mail.sink = Some(config.data.dir.join("mails"));
            })
            .await;
        bootstrap(&node.app).await.unwrap();
        let federation = Federation::start(node.app.clone()).unwrap();
        let router = routes::all(&federation);
        let cast = Cast::new(&node).await;
        let private = cast.community(&node, "private", Stage::Federated).await;
        let partners = cast.community(&node, "partners", Stage::Partners).await;
        let peers = [place.node("boltco").await, place.node("cobalt").await, place.node("dalt").await];
        let hosts = hosts(&node, &peers, &private).await;
        let (secrets, hidden) = cast.write(&node, &private, &partners).await;
        worker::round(&federation, true).await.unwrap();
        cast.put_out(&node, &private).await;
        worker::round(&federation, true).await.unwrap();
        let viewers = cast.viewers(&node, hosts).await;
        let fills = Fills::read(&node, &secrets, (&private, &partners)).await;
        Self { node, router, secrets, viewers, fills, hidden, private: private.id, _peers: peers.into() }
    }
}

impl Cast {
    async fn new(node: &TestNode) -> Self {
        let admin = node.person("admin_adele").await;
        let tx = node.app.begin().await.unwrap();
        accounts::set_role(&tx, admin.account.id, NodeRole::Admin).await.unwrap();
        tx.commit().await.unwrap();
        Self {
            ada: node.person("ada").await,
            alice: node.person("alice").await,
            amy: node.person("amy").await,
            zelda: node.person("zeldahidden").await,
            ex: node.person("exmember").await,
            bob: node.person("bob").await,
            carl: node.person("carl").await,
            fay: node.person("fay").await,
            admin,
        }
    }

    /// A community so wide with its members; whoever may found one of any stage.
    async fn community(&self, node: &TestNode, name: &str, stage: Stage) -> Account {
        let keys = node.app.new_keys().await.unwrap();
        let tx = node.app.begin().await.unwrap();
        let founding = communities::Founding {
            name: name.into(),
            title: format!("The {name} one"),
            purpose: "For the few".into(),
            stage: Stage::Local,
            join_rule: JoinRule::Open,
            question: String::new(),
            least_level: Level::Intermoot,
            keys,
        };
        let (community, _) = communities::found(&tx, &self.ada.account, founding).await.unwrap();
        sql!("UPDATE communities SET join_rule = {} WHERE account_id = {}", JoinRule::Open, community.id).run(&tx).await.unwrap();
        let inside: &[&Person] = if name == "private" { &[&self.alice, &self.amy, &self.zelda, &self.ex] } else { &[&self.alice] };
        for person in inside {
            memberships::join(&tx, &person.account, &community, None).await.unwrap();
        }
        let widen = "UPDATE communities SET stage = {}, join_rule = {}, partners_at = 1, federated_at = {} WHERE account_id = {}";
        let federated_at = (stage == Stage::Federated).then_some(Stamp(1));
        sql!(widen, stage, JoinRule::Ask, federated_at, community.id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        community
    }

    async fn write(&self, node: &TestNode, private: &Account, partners: &Account) -> (Vec<Secret>, Vec<PostId>) {
        let (mut secrets, mut hidden) = (Vec::new(), Vec::new());
        let tx = node.app.begin().await.unwrap();
        let mut keep = |what, author, readers, post: &Post| {
            secrets.push(Secret { what, words: words(what), readers, author, only: &[] });
            hidden.push(post.id);
        };
        let within = |community: &Account| (Audience::Members, Some(community.id));
        let told = [self.bob.account.id, self.ex.account.id, self.amy.account.id];
        let top = post(&tx, &self.alice, "post", within(private), (None, &told)).await;
        keep("post", "alice", MEMBERS, &top);
        keep("reply", "amy", MEMBERS, &post(&tx, &self.amy, "reply", within(private), (Some(top.id), &[])).await);
        let removed = post(&tx, &self.amy, "removed", within(private), (None, &[])).await;
        posts::remove(&tx, &self.ada.account, &removed, "off topic").await.unwrap();
        keep("removed", "amy", &["amy", "ada"], &removed);
        let queued = post(&tx, &self.amy, "queued", within(private), (None, &[])).await;
        sql!("UPDATE posts SET queued_at = {} WHERE id = {}", tx.now, queued.id).run(&tx).await.unwrap();
        keep("queued", "amy", &["amy", "ada"], &queued);
        keep("partners", "alice", &["alice", "ada"], &post(&tx, &self.alice, "partners", within(partners), (None, &[])).await);
        let direct = post(&tx, &self.alice, "direct", (Audience::Direct, None), (None, &[self.carl.account.id])).await;
        keep("direct", "alice", &["alice", "carl"], &direct);
        relationships::follow(&tx, &self.fay.account, &self.alice.account, relationships::FollowOptions::default(), None).await.unwrap();
        keep("followers", "alice", &["alice", "fay"], &post(&tx, &self.alice, "followers", (Audience::Followers, None), (None, &[])).await);
        // What shows traces: somebody's favourite and bookmark, while they may see it, and a report.
        for person in [&self.ex, &self.zelda, &self.amy] {
            reactions::like(&tx, &person.account, &top, None).await.unwrap();
            reactions::bookmark(&tx, person.account.id, top.id).await.unwrap();
        }
        report(&tx, private, &self.amy, &top).await;
        tx.commit().await.unwrap();
        secrets.push(Secret { what: "report", words: words("report"), readers: &["ada", "amy"], author: "amy", only: &[] });
        let only = &["communities", "/c/", "statuses/", "/p/"];
        secrets.push(Secret { what: "member", words: vec!["zeldahidden".into()], readers: MEMBERS, author: "zelda", only });
        (secrets, hidden)
    }

    /// What the member who is put out still has on every shelf is there before.
    async fn put_out(&self, node: &TestNode, private: &Account) {
        let tx = node.app.begin().await.unwrap();
        memberships::remove(&tx, &self.ada.account, &self.ex.account, private, "left the project").await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn viewers(&self, node: &TestNode, hosts: Vec<Viewer>) -> Vec<Viewer> {
        let revoked = Person::known(node, "alice").await.token;
        let (tx, clear) = (node.app.begin().await.unwrap(), revoked.clone());
        let token = sessions::token(&node.app.store, &clear).await.unwrap().unwrap();
        sessions::revoke_id(&tx, token.id).await.unwrap();
        let app = sessions::NewApp { name: "few".into(), website: String::new(), redirect_uris: vec![], scopes: "read:accounts".into() };
        let (app, _) = sessions::register_app(&tx, app).await.unwrap();
        let (_, few) = sessions::issue_token(&tx, app.id, Some(self.alice.account.id), "read:accounts").await.unwrap();
        let scopes = "read write follow push admin:read admin:write";
        let (_, admin) = sessions::issue_token(&tx, app.id, Some(self.admin.account.id), scopes).await.unwrap();
        let (alices, _) = sessions::begin_session(&tx, self.alice.account.id).await.unwrap();
        let (bobs, _) = sessions::begin_session(&tx, self.bob.account.id).await.unwrap();
        tx.commit().await.unwrap();
        let by_token = |name, token: &str| Viewer { name, token: Some(token.to_owned()), session: None, signer: None };
        let by_session = |name, session| Viewer { name, token: None, session: Some(session), signer: None };
        let mut viewers = vec![
            Viewer { name: "anonymous", token: None, session: None, signer: None },
            by_token("bob", &self.bob.token),
            by_token("alice", &self.alice.token),
            by_token("amy", &self.amy.token),
            by_token("ada", &self.ada.token),
            by_token("carl", &self.carl.token),
            by_token("fay", &self.fay.token),
            by_token("ex", &self.ex.token),
            by_token("admin", &admin),
            by_token("alice's app for accounts", &few),
            by_token("alice's revoked app", &revoked),
            by_session("alice's browser", alices),
            by_session("bob's browser", bobs),
        ];
        viewers.extend(hosts);
        viewers
    }
}

/// What gives a secret away: a word of its text, and a tag.
fn words(what: &str) -> Vec<String> {
    vec![format!("canary{what}7f3a"), format!("leaktag{what}9c1e")]
}

type Answering<'a> = (Option<PostId>, &'a [AccountId]);

async fn post(tx: &Tx, by: &Person, what: &str, (audience, community): (Audience, Option<AccountId>), (to, told): Answering<'_>) -> Post {
    let [word, tag]: [String; 2] = words(what).try_into().unwrap();
    let draft = publish::Draft {
        widest: crate::base::config::Widest::Public,
        title: if community.is_some() && to.is_none() { format!("About {word}") } else { String::new() },
        source: format!("Read {word} #{tag}"),
        content: format!("<p>Read {word}</p>"),
        spoiler: format!("Careful, {word}"),
        sensitive: true,
        language: "en".into(),
        audience,
        in_reply_to: to,
        community,
        mentions: told.to_vec(),
        tags: vec![tag],
        app_id: None,
    };
    publish::publish(tx, &by.account, draft).await.unwrap()
}

async fn report(tx: &Tx, community: &Account, by: &Person, about: &Post) {
    let id = tx.id();
    Insert::into("reports")
        .set("id", id)
        .set("uri", format!("/activities/{id}"))
        .set("reporter_id", by.account.id)
        .set("target_id", about.author_id)
        .set("community_id", community.id)
        .set("posts", format!("[\"{}\"]", about.id))
        .set("comment", words("report").join(" "))
        .set("created_at", tx.now)
        .run(tx)
        .await
        .unwrap();
}

/// Three other nodes: with a usable seat, under a suspended agreement, and without a seat. Each knows how to sign.
async fn hosts(node: &TestNode, peers: &[TestNode; 3], private: &Account) -> Vec<Viewer> {
    let mut viewers = Vec::new();
    for (peer, name) in peers.iter().zip(["boltco", "cobalt", "dalt"]) {
        let person = peer.person("worker").await;
        let known = introduce(node, peer, &person.account).await;
        let tx = node.app.begin().await.unwrap();
        let agreement_host = if name == "cobalt" { known.host.clone() } else { String::new() };
        if name == "cobalt" {
            suspended(&tx, &known).await;
        }
        if name != "dalt" {
            let seat = seats::fresh(&tx, private.id, known.id, SeatStatus::Active);
            seats::keep(&tx, Seat { agreement_host, ..seat }, true).await.unwrap();
        }
        tx.commit().await.unwrap();
        let signer = Some((Federation::start(peer.app.clone()).unwrap(), person.account.id));
        viewers.push(Viewer { name, token: None, session: None, signer });
    }
    viewers
}

/// An agreement that would do, were it not suspended: roster and lease are in order.
async fn suspended(tx: &Tx, person: &Account) {
    let later = Stamp(tx.now.0 + 3_600_000);
    Insert::into("agreements")
        .set("id", tx.id())
        .set("uri", "/agreements/1")
        .set("host", person.host.as_str())
        .set("partner_id", person.id)
        .set("state", 2_i16)
        .set("suspended_there", true)
        .set("created_at", tx.now)
        .set("updated_at", tx.now)
        .run(tx)
        .await
        .unwrap();
    let roster = Insert::into("rosters").set("host", person.host.as_str()).set("sequence", 1_i64).set("issued_at", tx.now);
    roster.set("valid_until", later).set("fetched_at", tx.now).set("tried_at", tx.now).run(tx).await.unwrap();
    Insert::into("vouched").set("host", person.host.as_str()).set("uri", person.uri.as_str()).run(tx).await.unwrap();
}

/// Makes a person of `peer` known here, key and all, as if their document had been read.
async fn introduce(node: &TestNode, peer: &TestNode, person: &Account) -> Account {
    let key = accounts::queries::key_of(&peer.app.store, person.id, KeyKind::Rsa).await.unwrap().unwrap();
    let absolute = |uri: &str| peer.app.origin.absolute(uri);
    let remote = accounts::Remote {
        uri: absolute(&person.uri),
        kind: Some(AccountKind::Person),
        username: person.username.clone(),
        host: peer.app.origin.authority().to_owned(),
        inbox: absolute("/inbox"),
        keys: vec![(absolute(&key.uri), KeyKind::Rsa, key.public_key)],
        ..accounts::Remote::default()
    };
    let tx = node.app.begin().await.unwrap();
    let known = accounts::keep_remote(&tx, &remote).await.unwrap();
    tx.commit().await.unwrap();
    known
}

impl Fills {
    async fn read(node: &TestNode, secrets: &[Secret], (private, partners): (&Account, &Account)) -> Self {
        let store = &node.app.store;
        let ids = async |table: &str| -> Vec<String> {
            let found: Vec<i64> = sql!(format!("SELECT id FROM {table} ORDER BY id LIMIT 40")).column(store).await.unwrap();
            found.iter().map(i64::to_string).collect()
        };
        let mut others = Vec::new();
        for table in ["notifications", "reports", "mod_log", "invitations", "policies", "agreements", "off_boardings"] {
            others.extend(ids(table).await);
        }
        let logged: Vec<String> = sql!("SELECT uri FROM log ORDER BY position LIMIT 40").column(store).await.unwrap();
        others.extend(logged.iter().filter_map(|uri| uri.strip_prefix("/activities/")).map(str::to_owned));
        let names: Vec<String> = sql!("SELECT username FROM accounts WHERE host = '' AND kind IN (0, 1)").column(store).await.unwrap();
        Self {
            posts: ids("posts").await,
            accounts: ids("accounts").await,
            communities: vec![private.id.to_string(), partners.id.to_string()],
            names,
            tags: secrets.iter().filter_map(|secret| secret.words.get(1).cloned()).collect(),
            others,
        }
    }
}
