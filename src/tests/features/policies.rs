//! Policies: published in versions, accepted by whoever is bound, and by nobody for somebody else.

use super::seats::World;
use crate::{
    base::{
        error::{Error, Result},
        keys::KeyPair,
        proof::add_proof,
        words::{AccountKind, JoinRule, Level, Role},
    },
    features::{
        accounts, peers, policies,
        posts::{
            publish::{Draft, publish},
            tests::world::draft,
        },
    },
    sql,
    store::tables::Account,
    tests::support::on_both_databases,
};
use serde_json::{Value, json};

fn code<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    match result {
        Err(Error::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    }
}

async fn has_policy(world: &World, by: &Account, community: &Account, text: &str) -> String {
    world.act(async |tx| policies::publish(tx, by, community, ("Rules", text)).await).await.unwrap().digest
}

async fn post(world: &World, who: &Account, community: &Account) -> Result<()> {
    let draft = Draft { community: Some(community.id), ..draft("x") };
    world.act(async |tx| publish(tx, who, draft).await).await.map(drop)
}

#[tokio::test]
async fn a_policy_has_versions_and_only_owners_publish_it() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        world.node_actor().await;
        let community = world.founds(&ada, "valves", JoinRule::Open).await;
        world.has_role(&community, &eve, Role::Moderator).await;
        assert_eq!(code(world.act(async |tx| policies::publish(tx, &eve, &community, ("T", "x")).await).await), "not_an_owner");
        let first = has_policy(&world, &ada, &community, "Be *kind*.").await;
        assert_eq!(code(world.act(async |tx| policies::publish(tx, &ada, &community, ("Rules", "Be *kind*.")).await).await), "same_policy");
        let second = has_policy(&world, &ada, &community, "Be **very** kind. <script>x</script>").await;
        assert_ne!(first, second);
        let current = policies::current(&world.store, community.id).await.unwrap().unwrap();
        assert_eq!((current.version, current.digest.as_str()), (2, second.as_str()));
        assert!(current.content.contains("<strong>very</strong>") && !current.content.contains("<script"));
        assert_eq!(policies::digest("Rules", "Be *kind*."), first);
        assert_ne!(policies::digest("ab", "c"), policies::digest("a", "bc"));
    })
    .await;
}

#[tokio::test]
async fn posting_waits_for_the_current_version_where_the_community_says_so() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        world.node_actor().await;
        let community = world.founds(&ada, "valves", JoinRule::Open).await;
        world.joins(&eve, &community).await.unwrap();
        let digest = has_policy(&world, &ada, &community, "Be kind.").await;
        post(&world, &eve, &community).await.unwrap();
        world.act(async |tx| policies::require(tx, &ada, &community, true).await).await.unwrap();
        assert_eq!(code(post(&world, &eve, &community).await), "policy_not_accepted");
        let accept = async |digest: &str| world.act(async |tx| policies::accept(tx, &eve, &community, (digest, "")).await).await.unwrap();
        assert!(!accept(&"0".repeat(64)).await, "a digest that is none of theirs");
        assert!(accept(&digest).await && accept(&digest).await);
        post(&world, &eve, &community).await.unwrap();
        // a new version waits anew, and the old one is accepted no more
        let newer = has_policy(&world, &ada, &community, "Be kinder.").await;
        assert_eq!(code(post(&world, &eve, &community).await), "policy_not_accepted");
        assert!(!accept(&digest).await);
        assert!(accept(&newer).await);
        post(&world, &eve, &community).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn s140_an_acceptance_that_somebody_elsewhere_did_not_sign_is_nothing() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        world.node_actor().await;
        let community = world.founds(&ada, "valves", JoinRule::Open).await;
        let digest = has_policy(&world, &ada, &community, "Be kind.").await;
        let (bob, mallory) = (world.elsewhere(AccountKind::Person, "bob").await, world.elsewhere(AccountKind::Person, "mallory").await);
        let (bobs, others) = (KeyPair::generate_ed25519().unwrap(), KeyPair::generate_ed25519().unwrap());
        world.has_key(&bob, &bobs).await;
        world.has_key(&mallory, &others).await;
        let ask = |actor: &Account, key: &KeyPair, method: &Account, policies: Value| {
            let mut ask = json!({ "type": "Join", "actor": actor.uri, "object": "https://acme.test/c/valves", "policies": policies });
            add_proof(&mut ask, key, &format!("{}#ed25519-key", method.uri), world.store.now().utc()).unwrap();
            ask
        };
        let good = ask(&bob, &bobs, &bob, json!([digest]));
        let mut altered = ask(&bob, &bobs, &bob, json!([]));
        altered["policies"] = json!([digest]);
        let mut bare = good.clone();
        bare.as_object_mut().unwrap().remove("proof");
        for (why, proof) in [
            ("no ask at all", Value::Null),
            ("an ask without a proof", bare),
            ("the digest was put in after signing", altered),
            ("signed by somebody else", ask(&bob, &others, &bob, json!([digest]))),
            ("signed by somebody else under their own name", ask(&bob, &others, &mallory, json!([digest]))),
            ("somebody else's ask", ask(&mallory, &others, &mallory, json!([digest]))),
            ("an ask that names another digest", ask(&bob, &bobs, &bob, json!(["0".repeat(64)]))),
        ] {
            let counted = world.act(async |tx| policies::accept(tx, &bob, &community, (&digest, &proof.to_string())).await).await.unwrap();
            assert!(!counted, "{why}");
        }
        let rows: Option<i64> = sql!("SELECT COUNT(*) FROM acceptances").value(&world.store).await.unwrap();
        assert_eq!(rows, Some(0));
        assert!(world.act(async |tx| policies::accept(tx, &bob, &community, (&digest, &good.to_string())).await).await.unwrap());
        assert!(policies::has_accepted(&world.store, bob.id, &community).await.unwrap());
        let kept: Option<String> = sql!("SELECT proof FROM acceptances WHERE account_id = {}", bob.id).value(&world.store).await.unwrap();
        assert_eq!(kept, Some(good.to_string()));
    })
    .await;
}

#[tokio::test]
async fn an_ask_for_a_seat_elsewhere_can_cite_what_was_accepted() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let eve = world.person("eve").await;
        let there = world.community_elsewhere("pumps", JoinRule::Ask).await;
        let named = |digest: String| policies::Named { digest, version: 1, url: "https://bolt.test/c/pumps/policy".into() };
        let digest = policies::digest("Rules", "x");
        let said = [named(digest.clone()), named("no digest".into())];
        world.act(async |tx| policies::keep_elsewhere(tx, there.id, &said, true).await).await.unwrap();
        assert_eq!(policies::binding(&world.store, &there).await.unwrap(), said[..1]);
        assert!(policies::accepted(&world.store, eve.id, &there).await.unwrap().is_empty());
        assert!(world.act(async |tx| policies::accept(tx, &eve, &there, (&digest, "")).await).await.unwrap());
        assert_eq!(policies::accepted(&world.store, eve.id, &there).await.unwrap(), [digest]);
    })
    .await;
}

impl World {
    /// The node's own actor.
    pub async fn node_actor(&self) {
        let keys = accounts::NewKeys { rsa_public: "r".into(), rsa_sealed: vec![1], ed25519_public: "e".into(), ed25519_sealed: vec![2] };
        let new = accounts::New { username: "acme.test".into(), kind: AccountKind::Node, display_name: String::new(), locked: false, keys };
        self.act(async |tx| accounts::create(tx, new).await).await.unwrap();
    }

    async fn has_key(&self, account: &Account, key: &KeyPair) {
        let public = key.public().unwrap().to_multibase();
        let uri = format!("{}#ed25519-key", account.uri);
        self.act(async |tx| {
            crate::store::Insert::into("keys")
                .set("uri", uri)
                .set("account_id", account.id)
                .set("kind", crate::base::words::KeyKind::Ed25519)
                .set("public_key", public)
                .set("fetched_at", tx.now)
                .run(tx)
                .await
        })
        .await
        .unwrap();
    }
}

#[tokio::test]
async fn s140_following_accepts_for_people_of_servers_without_policies_and_for_nobody_else() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, ben) = (world.person("ada").await, world.person("ben").await);
        world.node_actor().await;
        let community = world.founds(&ada, "valves", JoinRule::Open).await;
        let (pat, bo) =
            (world.at(AccountKind::Person, ("plain.test", "pat")).await, world.at(AccountKind::Person, ("bolt.test", "bo")).await);
        let software = peers::Software { name: "intermoot".into(), version: "1".into(), level: Level::Intermoot };
        world.act(async |tx| peers::note_software(tx, "bolt.test", Some(software)).await).await.unwrap();
        let first = has_policy(&world, &ada, &community, "Be *kind*.").await;
        for who in [&pat, &bo, &ben] {
            world.act(async |tx| policies::accept_by_following(tx, who, &community, "https://x.test/f/1").await).await.unwrap();
        }
        let accepted = async |who: &Account| policies::accepted(&world.store, who.id, &community).await.unwrap();
        assert_eq!(accepted(&pat).await, [first]);
        assert!(accepted(&bo).await.is_empty() && accepted(&ben).await.is_empty());
        has_policy(&world, &ada, &community, "Be *very* kind.").await;
        assert!(!policies::has_accepted(&world.store, pat.id, &community).await.unwrap(), "a new version is not accepted by an old ask");
    })
    .await;
}
