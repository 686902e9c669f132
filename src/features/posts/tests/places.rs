//! Where posts fall: communities here and elsewhere (decisions.md 5).

use super::world;
use crate::{
    base::{
        error::Kind,
        page::Page,
        words::{Audience, JoinRule, Role, Stage},
    },
    features::{
        posts::{
            self,
            publish::{Draft, publish},
            queries::{self, Viewer},
            receive,
        },
        timelines,
    },
    store::{Tx, tables::Account},
};

async fn here(tx: &Tx, stage: Stage, rule: JoinRule) -> (Account, Account, Account) {
    let (ada, bo) = (world::person(tx, "ada").await, world::person(tx, "bo").await);
    let group = world::community(tx, "valves", "", stage, rule).await;
    world::seat(tx, &group, &ada, Role::Owner).await;
    (group, ada, bo)
}

fn into(group: &Account, audience: Audience) -> Draft {
    Draft { community: Some(group.id), audience, ..world::draft("about valves") }
}

async fn refused(tx: &Tx, by: &Account, draft: Draft) -> (Kind, &'static str) {
    let refusal = publish(tx, by, draft).await.unwrap_err().refusal().unwrap().clone();
    (refusal.kind, refusal.code)
}

#[tokio::test]
async fn a_post_into_our_community_is_in_and_boosted_once() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (group, ada, bo) = here(&tx, Stage::Public, JoinRule::Open).await;
        let post = publish(&tx, &ada, into(&group, Audience::Public)).await.unwrap();
        assert_eq!((post.community_id, post.pending, post.audience), (Some(group.id), false, Audience::Public));
        posts::publish::admit(&tx, &post, &group).await.unwrap();
        let boost = queries::boost_by(&tx, group.id, post.id).await.unwrap().unwrap();
        assert_eq!(boost.uri, format!("/activities/{}", boost.id));
        let entries = timelines::queries::profile(&tx, &Viewer::Stranger, group.id, Default::default(), Page::first(20)).await.unwrap();
        assert_eq!(entries.iter().map(|entry| entry.id).collect::<Vec<_>>(), [boost.id]);
        let row = queries::by_id(&tx, post.id).await.unwrap().unwrap();
        assert_eq!((row.boosts_count, row.pending), (0, false), "community boosts do not count");

        let mut answer = world::draft("indeed");
        answer.in_reply_to = Some(post.id);
        let answer = publish(&tx, &bo, answer).await.unwrap();
        assert_eq!(answer.community_id, Some(group.id), "a guest may answer behind an open door");
        assert!(queries::boost_by(&tx, group.id, answer.id).await.unwrap().is_none());
        let list = |replies| timelines::queries::community(&tx, &Viewer::Stranger, group.id, replies, Page::first(20));
        assert_eq!((list(false).await.unwrap().len(), list(true).await.unwrap().len()), (1, 2));
    }
}

#[tokio::test]
async fn who_may_not_post_there_is_told_so_and_nothing_is_posted() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (group, ada, bo) = here(&tx, Stage::Public, JoinRule::Ask).await;
        assert_eq!(refused(&tx, &bo, into(&group, Audience::Public)).await, (Kind::Invalid, "not_a_member"));
        assert_eq!(refused(&tx, &ada, into(&group, Audience::Followers)).await, (Kind::Invalid, "public_community"));
        let post = publish(&tx, &ada, into(&group, Audience::Public)).await.unwrap();
        let answer = Draft { in_reply_to: Some(post.id), ..world::draft("and I?") };
        assert_eq!(refused(&tx, &bo, answer.clone()).await, (Kind::Invalid, "not_a_member"));
        let direct = publish(&tx, &bo, Draft { audience: Audience::Direct, ..answer }).await.unwrap();
        assert_eq!(direct.community_id, None, "direct is outside the community");
        let elsewhere = world::community(&tx, "other", "", Stage::Public, JoinRule::Open).await;
        let misplaced = Draft { in_reply_to: Some(post.id), ..into(&elsewhere, Audience::Public) };
        assert_eq!(refused(&tx, &ada, misplaced).await, (Kind::Invalid, "reply_elsewhere"));
    }
}

#[tokio::test]
async fn s058_in_a_local_community_everything_is_for_members() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (group, ada, bo) = here(&tx, Stage::Local, JoinRule::Ask).await;
        for audience in [Audience::Public, Audience::Unlisted, Audience::Followers] {
            let post = publish(&tx, &ada, into(&group, audience)).await.unwrap();
            assert_eq!(post.audience, Audience::Members);
            assert!(queries::seen(&tx, &Viewer::Account(bo.id), post.id).await.unwrap().is_none());
        }
        world::seat(&tx, &group, &bo, Role::Member).await;
        let seen = timelines::queries::community(&tx, &Viewer::Account(bo.id), group.id, false, Page::first(20)).await.unwrap();
        assert_eq!(seen.len(), 3);
    }
}

#[tokio::test]
async fn a_post_into_a_community_elsewhere_waits_for_its_announcement() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let ada = world::person(&tx, "ada").await;
        let group = world::community(&tx, "valves", "far.example", Stage::Public, JoinRule::Open).await;
        let other = world::community(&tx, "pumps", "far.example", Stage::Public, JoinRule::Open).await;
        let post = publish(&tx, &ada, into(&group, Audience::Public)).await.unwrap();
        assert!(post.pending);
        assert!(posts::publish::admit(&tx, &post, &group).await.is_err(), "only its own node lets in");
        let list = || timelines::queries::community(&tx, &Viewer::Stranger, group.id, false, Page::first(20));
        assert!(list().await.unwrap().is_empty());
        assert!(posts::announced(&tx, post.id, &other, "https://far.example/a/0").await.is_err(), "another group");
        for _ in 0..2 {
            posts::announced(&tx, post.id, &group, "https://far.example/a/1").await.unwrap();
        }
        assert_eq!(list().await.unwrap().len(), 1);
        assert_eq!(queries::boost_by(&tx, group.id, post.id).await.unwrap().unwrap().uri, "https://far.example/a/1");
    }
}

#[tokio::test]
async fn s035_a_group_that_boosts_what_was_not_written_to_it_has_no_say_over_it() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, pat) = (world::person(&tx, "ada").await, world::stranger(&tx, "pat").await);
        let group = world::community(&tx, "eve", "far.example", Stage::Public, JoinRule::Open).await;
        let ours = publish(&tx, &ada, world::draft("to everyone")).await.unwrap();
        let incoming = world::incoming("https://far.example/p/1", "to everyone", tx.now);
        let theirs = receive::receive(&tx, &pat, incoming).await.unwrap().unwrap();
        for (nth, post) in [ours, theirs].into_iter().enumerate() {
            posts::announced(&tx, post.id, &group, &format!("https://far.example/a/{nth}")).await.unwrap();
            let post = queries::by_id(&tx, post.id).await.unwrap().unwrap();
            assert_eq!((post.community_id, post.pending), (None, false));
            assert!(queries::boost_by(&tx, group.id, post.id).await.unwrap().is_some(), "it is boosted");
        }
    }
}

#[tokio::test]
async fn a_text_with_a_zero_in_it_breaks_no_statement() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let pat = world::stranger(&tx, "pat").await;
        assert!(queries::by_uri(&tx, "https://far.example/\0").await.unwrap().is_none());
        let incoming = receive::Incoming { title: "a\0b".into(), ..world::incoming("https://far.example/p/1", "words", tx.now) };
        let kept = receive::receive(&tx, &pat, incoming).await.unwrap().unwrap();
        assert_eq!(queries::by_id(&tx, kept.id).await.unwrap().unwrap().title, "a\u{fffd}b");
    }
}

#[tokio::test]
async fn what_comes_from_elsewhere_enters_our_community_only_by_right_and_in_public() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (group, _, _) = here(&tx, Stage::Public, JoinRule::Ask).await;
        let (member, guest) = (world::stranger(&tx, "member").await, world::stranger(&tx, "guest").await);
        world::seat(&tx, &group, &member, Role::Member).await;
        let arriving = |nth: u8, audience| receive::Incoming {
            community: Some(group.id),
            audience,
            ..world::incoming(&format!("https://far.example/p/{nth}"), "words", tx.now)
        };
        let arrive = async |by: &Account, incoming| receive::receive(&tx, by, incoming).await.unwrap().unwrap();
        let by_member = arrive(&member, arriving(1, Audience::Public)).await;
        assert_eq!((by_member.community_id, by_member.pending), (Some(group.id), false));
        assert!(queries::boost_by(&tx, group.id, by_member.id).await.unwrap().is_some());
        assert_eq!(arrive(&member, arriving(2, Audience::Followers)).await.community_id, None);
        assert_eq!(arrive(&guest, arriving(3, Audience::Public)).await.community_id, None);
        let answer = receive::Incoming { in_reply_to_uri: by_member.uri.clone(), ..arriving(4, Audience::Public) };
        assert_eq!(arrive(&guest, answer).await.community_id, None, "the door is not open");
    }
}

#[tokio::test]
async fn a_removed_post_is_seen_by_its_author_alone_and_only_moderators_remove() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (group, ada, bo) = here(&tx, Stage::Public, JoinRule::Open).await;
        world::seat(&tx, &group, &bo, Role::Member).await;
        let (by_bo, by_ada) = (
            publish(&tx, &bo, into(&group, Audience::Public)).await.unwrap(),
            publish(&tx, &ada, into(&group, Audience::Public)).await.unwrap(),
        );
        assert!(posts::remove(&tx, &bo, &by_ada, "no").await.is_err());
        posts::remove(&tx, &ada, &by_bo, "off topic").await.unwrap();
        let seen = queries::seen(&tx, &Viewer::Account(bo.id), by_bo.id).await.unwrap().unwrap();
        assert_eq!(seen.removed_reason, "off topic");
        for viewer in [Viewer::Account(ada.id), Viewer::Stranger] {
            assert!(queries::seen(&tx, &viewer, by_bo.id).await.unwrap().is_none());
            let entries = timelines::queries::profile(&tx, &viewer, group.id, Default::default(), Page::first(20)).await.unwrap();
            assert_eq!(entries.len(), 1, "only the boost of the other post is left");
        }
    }
}

#[tokio::test]
async fn s058_an_answer_is_never_for_more_than_what_it_answers() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (group, ada, bo) = here(&tx, Stage::Federated, JoinRule::Ask).await;
        let (far, eve) = (world::stranger(&tx, "far").await, world::person(&tx, "eve").await);
        for member in [&bo, &far] {
            world::seat(&tx, &group, member, Role::Member).await;
        }
        let root = publish(&tx, &ada, into(&group, Audience::Members)).await.unwrap();
        let unseen = async |post: &crate::store::tables::Post| {
            for viewer in [Viewer::Stranger, Viewer::Account(eve.id), Viewer::Host("other.example".into())] {
                assert!(queries::seen(&tx, &viewer, post.id).await.unwrap().is_none(), "{viewer:?}");
            }
        };
        for audience in [Audience::Public, Audience::Unlisted, Audience::Followers, Audience::Members] {
            let answer = Draft { in_reply_to: Some(root.id), audience, ..world::draft("wider?") };
            let answer = publish(&tx, &bo, answer).await.unwrap();
            assert_eq!((answer.audience, answer.community_id), (Audience::Members, Some(group.id)), "{audience:?}");
            unseen(&answer).await;
        }
        for (nth, audience) in [Audience::Public, Audience::Unlisted, Audience::Followers].into_iter().enumerate() {
            let answer = receive::Incoming {
                in_reply_to_uri: root.uri.clone(),
                audience,
                ..world::incoming(&format!("https://far.example/answer/{nth}"), "wider?", tx.now)
            };
            let answer = receive::receive(&tx, &far, answer).await.unwrap().unwrap();
            assert_eq!((answer.audience, answer.community_id), (Audience::Members, Some(group.id)), "{audience:?}");
            unseen(&answer).await;
        }
        // the community is gone from the thread: what hung on it is still for few
        let gone = publish(&tx, &bo, into(&group, Audience::Members)).await.unwrap();
        posts::remove(&tx, &ada, &gone, "off topic").await.unwrap();
        let beside = publish(&tx, &bo, Draft { in_reply_to: Some(gone.id), ..world::draft("beside it") }).await;
        assert_eq!(beside.unwrap_err().refusal().unwrap().code, "removed", "its author may see it and not answer it");
        let removed: i64 =
            crate::sql!("SELECT COUNT(*) FROM posts WHERE removed_at IS NOT NULL AND audience < 3").value(&tx).await.unwrap().unwrap();
        assert_eq!(removed, 0);
    }
}
