//! What people of a silenced host write reaches those who follow them, and nobody else, on every surface.

use super::world;
use crate::{
    base::{
        finding::question::Question,
        id::{AccountId, PostId},
        page::Page,
        words::{AccountKind, Audience, FollowState, JoinRule, NodeRole, NotificationKind, Role, Stage},
    },
    features::{
        accounts::{self, NewUser, names::Seeker},
        communities, notifications, peers,
        posts::{
            queries::Viewer,
            receive::{Incoming, receive},
            thread,
        },
        reactions,
        relationships::{self, FollowOptions},
        search,
        timelines::{
            self,
            queries::{Reach, Tags},
        },
    },
    store::{
        Tx,
        tables::{Account, Post},
    },
};

const FIRST: Page = Page { max_id: None, since_id: None, min_id: None, limit: 40 };
const LOUD: &str = "far.example";

/// Somebody who logs in here.
async fn person(tx: &Tx, name: &str) -> Account {
    let account = world::person(tx, name).await;
    let user = NewUser { email: format!("{name}@acme.test"), password_hash: String::new(), role: NodeRole::Member, approved: true };
    accounts::enrol(tx, account.id, user).await.unwrap();
    account
}

/// A public post by somebody elsewhere, shelved, its people told.
async fn hears(tx: &Tx, by: &Account, incoming: Incoming) -> Post {
    crate::sql!("UPDATE accounts SET searchable = 1 WHERE id = {}", by.id).run(tx).await.unwrap();
    let post = receive(tx, by, incoming).await.unwrap().unwrap();
    timelines::shelve(tx, post.id).await.unwrap();
    notifications::tell_of_post(tx, post.id).await.unwrap();
    post
}

/// Where `viewer` comes upon `post`, by name.
async fn surfaces(tx: &Tx, viewer: &Viewer, post: &Post) -> Vec<&'static str> {
    let tags = Tags { any: vec!["loud".into()], ..Tags::default() };
    let remote = Reach { remote: true, ..Reach::default() };
    let mut lists: Vec<(&'static str, Vec<Post>)> = vec![
        ("public", timelines::queries::public(tx, viewer, Reach::default(), FIRST).await.unwrap()),
        ("remote", timelines::queries::public(tx, viewer, remote, FIRST).await.unwrap()),
        ("tag", timelines::queries::tag(tx, viewer, &tags, Reach::default(), FIRST).await.unwrap()),
        ("search", search::posts(tx, viewer, &Question::read("shouting"), (Page::first(10), 0)).await.unwrap()),
    ];
    if let Some(me) = viewer.account() {
        lists.push(("home", timelines::queries::home(tx, me, FIRST).await.unwrap()));
    }
    let is_here = |posts: &[Post]| posts.iter().any(|one| one.id == post.id || one.boost_of_id == Some(post.id));
    let mut found: Vec<&'static str> = lists.iter().filter(|(_, posts)| is_here(posts)).map(|(name, _)| *name).collect();
    let reader = viewer.account();
    let people = accounts::names::search(tx, Seeker { reader, followed: false }, "pat", (10, 0)).await.unwrap();
    found.extend(people.iter().any(|one| one.id == post.author_id).then_some("people"));
    found.extend((!search::tags(tx, viewer, "lou", (10, 0)).await.unwrap().is_empty()).then_some("tags"));
    if let Some(me) = reader {
        let told = notifications::page(tx, me, &[], FIRST).await.unwrap();
        let is_told = told.iter().any(|one| one.post_id == post.id);
        assert_eq!(is_told, notifications::unread(tx, me, 10).await.unwrap() > 0, "what is counted is what is shown");
        found.extend(is_told.then_some("notifications"));
    }
    found
}

/// Silences the host, or lifts it.
async fn silence(tx: &Tx, on: bool) {
    if on {
        peers::silence(tx, LOUD, ("ada", "ads")).await.unwrap();
    } else {
        peers::unsilence(tx, LOUD, "ada").await.unwrap();
    }
}

struct Cast {
    ada: Account,
    eve: Account,
    post: Post,
    root: PostId,
}

/// Ada follows pat of the loud host, eve does not; both follow bo, who boosted what pat answered to bo, mentioning both.
async fn cast(tx: &Tx) -> Cast {
    let (ada, eve, bo) = (person(tx, "ada").await, person(tx, "eve").await, world::person(tx, "bo").await);
    let pat = world::stranger(tx, "pat").await;
    peers::known(tx, LOUD).await.unwrap();
    for (who, whom) in [(&ada, &pat), (&ada, &bo), (&eve, &bo)] {
        world::follow(tx, who, whom).await;
    }
    let root = crate::features::posts::publish::publish(tx, &bo, world::draft("root")).await.unwrap();
    let said = Incoming {
        mentions: vec![ada.id, eve.id],
        tags: vec!["loud".into()],
        ..world::incoming("https://far.example/n/1", "shouting loud", tx.now)
    };
    let post = hears(tx, &pat, said).await;
    let boost = reactions::boost(tx, &bo, &post, None).await.unwrap();
    timelines::shelve(tx, boost.id).await.unwrap();
    let answer = Incoming { in_reply_to_uri: root.uri.clone(), ..world::incoming("https://far.example/n/2", "shouting back", tx.now) };
    hears(tx, &pat, answer).await;
    Cast { ada, eve, post, root: root.id }
}

#[tokio::test]
async fn a_silenced_hosts_post_is_absent_for_strangers_and_present_for_followers_on_every_surface() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let Cast { ada, eve, post, .. } = cast(&tx).await;
        let see = async |who: &Viewer| surfaces(&tx, who, &post).await;
        let (follower, stranger) = (Viewer::Account(ada.id), Viewer::Account(eve.id));
        let all = ["public", "remote", "tag", "search", "home", "people", "tags", "notifications"];
        let public = ["public", "remote", "tag", "search", "people", "tags"];
        assert_eq!((see(&follower).await, see(&stranger).await), (all.to_vec(), all.to_vec()));
        assert_eq!(see(&Viewer::Stranger).await, public);
        silence(&tx, true).await;
        assert_eq!(see(&follower).await, all, "a follower reads as before");
        assert!(see(&stranger).await.is_empty() && see(&Viewer::Stranger).await.is_empty());
        silence(&tx, false).await;
        assert_eq!((see(&follower).await, see(&stranger).await), (all.to_vec(), all.to_vec()), "nothing was lost");
        tx.commit().await.unwrap();
        let acts: Vec<String> =
            crate::sql!("SELECT act FROM audit WHERE act LIKE 'host.%' ORDER BY id").column(&world.store).await.unwrap();
        assert_eq!(acts, ["host.silence", "host.unsilence"]);
    }
}

#[tokio::test]
async fn an_answer_from_a_silenced_host_stands_in_a_thread_for_followers_alone() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let Cast { ada, eve, root, .. } = cast(&tx).await;
        let below = async |who: AccountId| thread::context(&tx, &Viewer::Account(who), root).await.unwrap().1.len();
        silence(&tx, true).await;
        assert_eq!((below(ada.id).await, below(eve.id).await), (1, 0));
        let to_host = thread::context(&tx, &Viewer::Host("other.example".into()), root).await.unwrap().1;
        assert_eq!(to_host.len(), 1, "other nodes judge for themselves");
    }
}

#[tokio::test]
async fn a_silence_covers_hosts_below_and_those_heard_of_later_and_ends_with_its_own_decision() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        peers::known(&tx, "www.loud.example").await.unwrap();
        for host in ["loud.example", "www.loud.example"] {
            peers::silence(&tx, host, ("ada", "")).await.unwrap();
        }
        peers::known(&tx, "late.loud.example:8443").await.unwrap();
        for host in ["LOUD.example.", "late.loud.example:8443", "never.loud.example"] {
            assert!(peers::is_silenced(&tx, host).await.unwrap(), "{host}");
        }
        assert!(!peers::is_silenced(&tx, "notloud.example").await.unwrap() && !peers::is_silenced(&tx, "").await.unwrap());
        peers::unsilence(&tx, "loud.example", "ada").await.unwrap();
        assert!(!peers::is_silenced(&tx, "late.loud.example:8443").await.unwrap());
        assert!(peers::is_silenced(&tx, "www.loud.example").await.unwrap(), "a silence of its own stays");
    }
}

#[tokio::test]
async fn a_follow_by_somebody_silenced_waits_for_a_yes_and_tells_nobody() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, pat) = (person(&tx, "ada").await, world::stranger(&tx, "pat").await);
        let (kim, valves) = (world::stranger(&tx, "kim").await, world::community(&tx, "valves", "", Stage::Public, JoinRule::Open).await);
        peers::silence(&tx, LOUD, ("ada", "")).await.unwrap();
        let follow = async |by: &Account, whom: &Account, uri: &str| {
            relationships::follow(&tx, by, whom, FollowOptions::default(), Some(uri)).await.unwrap().state
        };
        assert_eq!(follow(&pat, &ada, "https://far.example/f/1").await, FollowState::Requested);
        assert_eq!(follow(&kim, &valves, "https://far.example/f/2").await, FollowState::Accepted, "a community's door is its own");
        notifications::tell(&tx, ada.id, NotificationKind::FollowRequest, pat.id, None).await.unwrap();
        assert!(notifications::page(&tx, ada.id, &[], FIRST).await.unwrap().is_empty());
        relationships::accept(&tx, pat.id, ada.id).await.unwrap();
        let accepted = relationships::queries::find(&tx, pat.id, ada.id).await.unwrap().unwrap();
        assert_eq!(accepted.state, FollowState::Accepted);
    }
}

#[tokio::test]
async fn communities_keep_their_silenced_members_and_moderators_are_told_of_them() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, pat) = (person(&tx, "ada").await, world::stranger(&tx, "pat").await);
        let valves = world::community(&tx, "valves", "", Stage::Federated, JoinRule::Open).await;
        for (who, role) in [(&ada, Role::Owner), (&pat, Role::Contributor)] {
            world::seat(&tx, &valves, who, role).await;
        }
        peers::silence(&tx, LOUD, ("ada", "")).await.unwrap();
        let said = Incoming {
            community: Some(valves.id),
            audience: Audience::Members,
            mentions: vec![ada.id],
            ..world::incoming("https://far.example/n/3", "shouting inside", tx.now)
        };
        let post = hears(&tx, &pat, said).await;
        let viewer = Viewer::Account(ada.id);
        let read = timelines::queries::community(&tx, &viewer, valves.id, true, FIRST).await.unwrap();
        let found = search::posts(&tx, &viewer, &Question::read("inside"), (Page::first(10), 0)).await.unwrap();
        assert_eq!((read.len(), found.len()), (1, 1));
        notifications::tell(&tx, ada.id, NotificationKind::SeatRequested, pat.id, None).await.unwrap();
        let told = notifications::page(&tx, ada.id, &[], FIRST).await.unwrap();
        let kinds: Vec<NotificationKind> = told.iter().map(|one| one.kind).collect();
        assert_eq!(kinds, [NotificationKind::SeatRequested, NotificationKind::Mention]);
        assert_eq!(told[1].post_id, post.id);
    }
}

#[tokio::test]
async fn communities_of_a_silenced_host_are_listed_to_those_who_follow_them() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, eve) = (person(&tx, "ada").await, person(&tx, "eve").await);
        let pumps = world::community(&tx, "pumps", LOUD, Stage::Public, JoinRule::Open).await;
        world::follow(&tx, &ada, &pumps).await;
        let listed = async |who: Option<AccountId>| communities::queries::elsewhere(&tx, who, FIRST).await.unwrap().len();
        assert_eq!((listed(Some(ada.id)).await, listed(Some(eve.id)).await, listed(None).await), (1, 1, 1));
        peers::silence(&tx, LOUD, ("ada", "")).await.unwrap();
        assert_eq!((listed(Some(ada.id)).await, listed(Some(eve.id)).await, listed(None).await), (1, 0, 0));
        let people = accounts::names::search(&tx, Seeker { reader: Some(eve.id), followed: false }, "pumps", (5, 0)).await.unwrap();
        assert!(people.is_empty() && pumps.kind == AccountKind::Community);
    }
}

#[tokio::test]
async fn business_with_a_silenced_host_is_told_nevertheless() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, pat) = (person(&tx, "ada").await, world::stranger(&tx, "pat").await);
        peers::silence(&tx, LOUD, ("ada", "")).await.unwrap();
        let business = NotificationKind::ALL.iter().copied().filter(|kind| kind.is_business());
        for (at, kind) in business.clone().enumerate() {
            let about = PostId(i64::try_from(at).unwrap() + 1);
            notifications::tell(&tx, ada.id, kind, pat.id, Some(about)).await.unwrap();
            let told = notifications::page(&tx, ada.id, &[kind], FIRST).await.unwrap();
            assert_eq!(told.len(), 1, "nothing is heard of {kind:?}");
        }
        assert!(business.clone().count() > 8 && business.clone().any(|kind| kind == NotificationKind::AgreementHeld));
        assert_eq!(notifications::unread(&tx, ada.id, 40).await.unwrap(), i64::try_from(business.count()).unwrap());
    }
}
