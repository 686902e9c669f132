//! One node with things that not everybody may see, and everybody who might want to.

use super::{
    hosts::{HOSTS, hosts},
    office,
};
use crate::{
    base::{
        clock::Stamp,
        id::{AccountId, PostId},
        words::{Audience, JoinRule, Level, NodeRole, Stage, reading::RepliesPolicy},
    },
    features::{
        accounts, communities, lists, memberships,
        posts::{self, publish},
        reactions, relationships, sessions,
    },
    federation::{Federation, bootstrap},
    server::{routes, worker},
    sql,
    store::{
        Tx,
        tables::{Account, Guest, Post},
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
    /// Nobody else of this node need be kept from it: it is a secret towards strangers, guests and other nodes.
    pub is_ours: bool,
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
    /// The one of them that the guest may see.
    pub for_guest: PostId,
    pub private: AccountId,
    _peers: Vec<TestNode>,
}

/// Those who act while the world is made.
pub struct Cast {
    pub(super) ada: Person,
    alice: Person,
    pub(super) amy: Person,
    pub(super) zelda: Person,
    ex: Person,
    bob: Person,
    pub(super) carl: Person,
    fay: Person,
    /// A guest, in the community for partners alone.
    gus: Person,
    /// A member who is one of too many that left at once.
    paula: Person,
    pub(super) admin: Person,
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
        let mut peers = Vec::new();
        for name in HOSTS {
            peers.push(place.node(name).await);
        }
        let hosts = hosts(&node, &peers, &private).await;
        let (secrets, hidden) = cast.write(&node, &private, &partners).await;
        worker::round(&federation, true).await.unwrap();
        cast.put_out(&node, &private).await;
        worker::round(&federation, true).await.unwrap();
        let viewers = cast.viewers(&node, hosts).await;
        let fills = Fills::read(&node, &secrets, (&private, &partners)).await;
        let at = secrets.iter().position(|secret| secret.what == "partners").unwrap();
        let for_guest = hidden[at];
        Self { node, router, secrets, viewers, fills, hidden, for_guest, private: private.id, _peers: peers }
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
            gus: node.person("gus").await,
            paula: node.person("paula").await,
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
        let inside: &[&Person] =
            if name == "private" { &[&self.alice, &self.amy, &self.zelda, &self.ex, &self.paula] } else { &[&self.alice, &self.gus] };
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
            secrets.push(Secret { what, words: words(what), readers, author, only: &[], is_ours: false });
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
        keep("partners", "alice", &["alice", "ada", "gus"], &post(&tx, &self.alice, "partners", within(partners), (None, &[])).await);
        let direct = post(&tx, &self.alice, "direct", (Audience::Direct, None), (None, &[self.carl.account.id])).await;
        keep("direct", "alice", &["alice", "carl"], &direct);
        relationships::follow(&tx, &self.fay.account, &self.alice.account, relationships::FollowOptions::default(), None).await.unwrap();
        keep("followers", "alice", &["alice", "fay"], &post(&tx, &self.alice, "followers", (Audience::Followers, None), (None, &[])).await);
        // Lists of their own, of whom they follow: what stands in one is there before its owner is put out.
        for (owner, whom) in [(&self.fay, self.alice.account.id), (&self.amy, private.id), (&self.ex, private.id)] {
            let wanted = lists::Wanted { title: "Kept".into(), replies: RepliesPolicy::Followed, exclusive: false };
            let list = lists::create(&tx, owner.account.id, wanted).await.unwrap();
            lists::add(&tx, owner.account.id, list.id, &[whom]).await.unwrap();
        }
        // What shows traces: somebody's favourite and bookmark, while they may see it, and a report.
        for person in [&self.ex, &self.zelda, &self.amy] {
            reactions::like(&tx, &person.account, &top, None).await.unwrap();
            reactions::bookmark(&tx, person.account.id, top.id).await.unwrap();
        }
        secrets.extend(office::keep(&tx, self, (private, &top)).await);
        tx.commit().await.unwrap();
        let only = &["communities", "/c/", "statuses/", "/p/"];
        secrets.push(Secret { what: "member", words: vec!["zeldahidden".into()], readers: MEMBERS, author: "zelda", only, is_ours: false });
        (secrets, hidden)
    }

    /// What the member who is put out still has on every shelf is there before.
    async fn put_out(&self, node: &TestNode, private: &Account) {
        let tx = node.app.begin().await.unwrap();
        memberships::remove(&tx, &self.ada.account, &self.ex.account, private, "left the project").await.unwrap();
        sql!("UPDATE seats SET paused_at = {} WHERE account_id = {}", tx.now, self.paula.account.id).run(&tx).await.unwrap();
        let until = Stamp(tx.now.0 + 86_400_000);
        let guest = "UPDATE users SET is_guest = {}, sponsor_id = {}, guest_until = {} WHERE account_id = {}";
        sql!(guest, true, self.ada.account.id, until, self.gus.account.id).run(&tx).await.unwrap();
        let guest = serde_json::to_string(&Guest { sponsor: "/u/ada".into(), handle: "ada".into(), until }).unwrap();
        sql!("UPDATE accounts SET guest = {} WHERE id = {}", guest, self.gus.account.id).run(&tx).await.unwrap();
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
        let (adas, _) = sessions::begin_session(&tx, self.ada.account.id).await.unwrap();
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
            by_token("paula", &self.paula.token),
            by_token("gus", &self.gus.token),
            by_token("admin", &admin),
            by_token("alice's app for accounts", &few),
            by_token("alice's revoked app", &revoked),
            by_session("alice's browser", alices),
            by_session("bob's browser", bobs),
            by_session("ada's browser", adas),
        ];
        viewers.extend(hosts);
        viewers
    }
}

/// What gives a secret away: a word of its text, and a tag.
pub fn words(what: &str) -> Vec<String> {
    vec![format!("canary{what}7f3a"), format!("leaktag{what}9c1e")]
}

type Answering<'a> = (Option<PostId>, &'a [AccountId]);

async fn post(tx: &Tx, by: &Person, what: &str, (audience, community): (Audience, Option<AccountId>), (to, told): Answering<'_>) -> Post {
    let [word, tag]: [String; 2] = words(what).try_into().unwrap();
    let draft = publish::Draft {
        title: if community.is_some() && to.is_none() { format!("About {word}") } else { String::new() },
        content: format!("<p>Read {word}</p>"),
        spoiler: format!("Careful, {word}"),
        sensitive: true,
        language: "en".into(),
        audience,
        in_reply_to: to,
        community,
        mentions: told.to_vec(),
        tags: vec![tag.clone()],
        ..posts::tests::world::draft(&format!("Read {word} #{tag}"))
    };
    publish::publish(tx, &by.account, draft).await.unwrap()
}

impl Fills {
    async fn read(node: &TestNode, secrets: &[Secret], (private, partners): (&Account, &Account)) -> Self {
        let store = &node.app.store;
        let ids = async |table: &str| -> Vec<String> {
            let found: Vec<i64> = sql!(format!("SELECT id FROM {table} ORDER BY id LIMIT 40")).column(store).await.unwrap();
            found.iter().map(i64::to_string).collect()
        };
        let mut others = Vec::new();
        for table in
            ["notifications", "reports", "mod_log", "invitations", "policies", "agreements", "off_boardings", "lists", "conversations"]
        {
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
