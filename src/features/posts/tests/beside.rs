//! What stands beside the words: polls, reactions by emoji, pins, moves; on every database.

use super::world;
use crate::{
    base::{
        error::Kind,
        words::{Audience, JoinRule, Role, Stage},
    },
    features::{
        polls,
        posts::{
            self, pins,
            publish::publish,
            queries::{self, Viewer},
            receive,
        },
        reactions::{
            self,
            emoji::{self, DISLIKE, Reaction},
        },
        relationships,
    },
    sql,
    store::{
        Tx,
        tables::{Details, PollOption, Post},
    },
};

fn told(votes: [i64; 2]) -> polls::Told {
    let option = |title: &str, votes| PollOption { title: title.into(), votes };
    polls::Told {
        multiple: false,
        options: vec![option("apple", votes[0]), option("pear", votes[1])],
        ends_at: None,
        closed: false,
        voters_count: Some(votes[0] + votes[1]),
    }
}

fn fire() -> Reaction {
    Reaction { emoji: "🔥".into(), image: String::new() }
}

async fn asked(tx: &Tx, uri: &str) -> Post {
    let pat = world::stranger(tx, "pat").await;
    let mut incoming = world::incoming(uri, "which?", tx.now);
    incoming.details = Details { is_poll: true, ..Details::default() };
    receive::receive(tx, &pat, incoming).await.unwrap().unwrap()
}

async fn again(tx: &Tx, post: &Post) -> Post {
    queries::by_id(tx, post.id).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_vote_counts_once_and_the_polls_own_figures_win() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, post) = (world::person(&tx, "ada").await, asked(&tx, "https://far.example/q/1").await);
        polls::keep(&tx, post.id, &told([3, 0])).await.unwrap();
        for wrong in [vec![], vec![2], vec![-1], vec![0, 1]] {
            let refused = polls::vote(&tx, &ada, &post, &wrong).await.unwrap_err();
            assert_eq!(refused.refusal().unwrap().kind, Kind::Invalid, "{wrong:?}");
        }
        polls::vote(&tx, &ada, &post, &[1]).await.unwrap();
        let poll = polls::by_post(&tx, post.id).await.unwrap().unwrap();
        assert_eq!((poll.options()[1].votes, poll.voters_count), (1, Some(4)));
        assert_eq!(polls::vote(&tx, &ada, &post, &[0]).await.unwrap_err().refusal().unwrap().code, "poll_voted");
        polls::keep(&tx, post.id, &told([5, 2])).await.unwrap();
        assert_eq!(polls::by_post(&tx, post.id).await.unwrap().unwrap().options()[1].votes, 2);
        assert_eq!(polls::mine(&tx, ada.id, &[post.id]).await.unwrap()[0].choice, 1);
        let other = polls::Told { options: vec![PollOption { title: "plum".into(), votes: 0 }], ..told([0, 0]) };
        polls::keep(&tx, post.id, &other).await.unwrap();
        assert!(polls::mine(&tx, ada.id, &[post.id]).await.unwrap().is_empty(), "another poll");
        polls::keep(&tx, post.id, &polls::Told { closed: true, ..told([5, 2]) }).await.unwrap();
        assert_eq!(polls::vote(&tx, &ada, &post, &[0]).await.unwrap_err().refusal().unwrap().code, "poll_over");
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn an_emoji_stands_once_for_each_person_and_goes_by_its_uri() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, pat, pia) = (world::person(&tx, "ada").await, world::stranger(&tx, "pat").await, world::stranger(&tx, "pia").await);
        let post = publish(&tx, &ada, world::draft("hot")).await.unwrap();
        for (by, uri) in [(&pat, "https://far.example/1"), (&pat, "https://far.example/2"), (&pia, "https://far.example/3")] {
            emoji::react(&tx, by, &post, (&fire(), uri)).await.unwrap();
        }
        assert_eq!(again(&tx, &post).await.reactions_count, 2);
        let tallies = emoji::tallies(&tx, &[post.id], Some(pia.id)).await.unwrap();
        assert_eq!((tallies.len(), tallies[0].count, tallies[0].mine, tallies[0].emoji.as_str()), (1, 2, 1, "🔥"));
        assert!(emoji::is_glad(&tx, pat.id, post.id).await.unwrap());
        assert!(reactions::undo(&tx, &pat, "https://far.example/1").await.unwrap());
        assert!(!reactions::undo(&tx, &pat, "https://far.example/3").await.unwrap(), "nobody else's");
        emoji::react(&tx, &pat, &post, (&fire(), "https://far.example/1")).await.unwrap();
        assert_eq!(again(&tx, &post).await.reactions_count, 1, "what was taken back stays away");
        posts::delete(&tx, &again(&tx, &post).await).await.unwrap();
        assert!(emoji::tallies(&tx, &[post.id], None).await.unwrap().is_empty());
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn s073_one_person_puts_few_emoji_to_a_post() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, pat) = (world::person(&tx, "ada").await, world::stranger(&tx, "pat").await);
        let post = publish(&tx, &ada, world::draft("hot")).await.unwrap();
        for n in 0..30u32 {
            let reaction = Reaction { emoji: char::from_u32(0x1f400 + n).unwrap().to_string(), image: String::new() };
            emoji::react(&tx, &pat, &post, (&reaction, &format!("https://far.example/{n}"))).await.unwrap();
        }
        assert_eq!(again(&tx, &post).await.reactions_count, 10);
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_vote_against_ends_a_like_and_a_like_ends_it() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, pat) = (world::person(&tx, "ada").await, world::stranger(&tx, "pat").await);
        let post = publish(&tx, &ada, world::draft("x")).await.unwrap();
        let down = Reaction { emoji: DISLIKE.into(), image: String::new() };
        reactions::like(&tx, &pat, &post, Some("https://far.example/l/1")).await.unwrap();
        emoji::react(&tx, &pat, &again(&tx, &post).await, (&down, "https://far.example/d/1")).await.unwrap();
        let now = again(&tx, &post).await;
        assert_eq!((now.favourites_count, now.reactions_count), (0, 1));
        assert!(!emoji::is_glad(&tx, pat.id, post.id).await.unwrap(), "its author is not told of it as of a favourite");
        reactions::like(&tx, &pat, &now, Some("https://far.example/l/2")).await.unwrap();
        let now = again(&tx, &post).await;
        assert_eq!((now.favourites_count, now.reactions_count), (1, 0));
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn only_what_is_ones_own_and_open_is_pinned_and_little_of_it() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, pat) = (world::person(&tx, "ada").await, world::stranger(&tx, "pat").await);
        let post = publish(&tx, &ada, world::draft("first")).await.unwrap();
        pins::set(&tx, &ada, &post, true).await.unwrap();
        pins::set(&tx, &ada, &post, true).await.unwrap();
        assert_eq!(pins::of(&tx, &Viewer::Stranger, ada.id).await.unwrap().len(), 1);
        assert!(pins::set(&tx, &pat, &post, true).await.is_err(), "another's");
        let letter = publish(&tx, &ada, publish_draft(Audience::Followers)).await.unwrap();
        assert!(pins::set(&tx, &ada, &letter, true).await.is_err(), "not for everybody");
        for n in 0..4 {
            let more = publish(&tx, &ada, world::draft(&format!("{n}"))).await.unwrap();
            pins::set(&tx, &ada, &more, true).await.unwrap();
        }
        let sixth = publish(&tx, &ada, world::draft("sixth")).await.unwrap();
        assert!(pins::set(&tx, &ada, &sixth, true).await.is_err());
        pins::set(&tx, &ada, &post, false).await.unwrap();
        assert_eq!(pins::of(&tx, &Viewer::Stranger, ada.id).await.unwrap().len(), 4);
        tx.commit().await.unwrap();
    }
}

fn publish_draft(audience: Audience) -> posts::publish::Draft {
    posts::publish::Draft { audience, ..world::draft("letter") }
}

#[tokio::test]
async fn a_community_features_by_its_curators() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, pat, pia) = (world::person(&tx, "ada").await, world::stranger(&tx, "pat").await, world::stranger(&tx, "pia").await);
        let valves = world::community(&tx, "valves", "", Stage::Public, JoinRule::Open).await;
        for (who, role) in [(&ada, Role::Member), (&pat, Role::Curator), (&pia, Role::Member)] {
            world::seat(&tx, &valves, who, role).await;
        }
        let draft = posts::publish::Draft { community: Some(valves.id), ..world::draft("news") };
        let post = publish(&tx, &ada, draft).await.unwrap();
        assert!(pins::feature(&tx, &pia, (&valves, &post), true).await.is_err());
        pins::feature(&tx, &pat, (&valves, &post), true).await.unwrap();
        assert_eq!(pins::of(&tx, &Viewer::Stranger, valves.id).await.unwrap().len(), 1);
        let outside = publish(&tx, &ada, world::draft("outside")).await.unwrap();
        assert!(pins::feature(&tx, &pat, (&valves, &outside), true).await.is_err());
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn followers_go_along_and_blocks_too() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, bea, cyd) = (world::person(&tx, "ada").await, world::person(&tx, "bea").await, world::person(&tx, "cyd").await);
        let (former, new) = (world::stranger(&tx, "pat").await, world::stranger(&tx, "pat2").await);
        world::follow(&tx, &ada, &former).await;
        world::follow(&tx, &bea, &former).await;
        world::block(&tx, &cyd, &former).await;
        world::block(&tx, &bea, &new).await;
        for _ in 0..2 {
            relationships::moved(&tx, &former, &new).await.unwrap();
        }
        let follows = async |who: &crate::store::tables::Account, whom: &crate::store::tables::Account| {
            relationships::queries::find(&tx, who.id, whom.id).await.unwrap().is_some()
        };
        assert!(follows(&ada, &new).await && !follows(&ada, &former).await);
        assert!(!follows(&bea, &new).await && !follows(&bea, &former).await, "who blocks the new one just ends it");
        assert!(relationships::queries::is_blocked_either_way(&tx, cyd.id, new.id).await.unwrap());
        let rows: Option<i64> = sql!("SELECT COUNT(*) FROM follows").value(&tx).await.unwrap();
        assert_eq!(rows, Some(1));
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn s052_what_is_quoted_is_shown_only_to_who_may_see_it() {
    for world in world::worlds().await {
        let tx = world.store.begin().await.unwrap();
        let (ada, bea) = (world::person(&tx, "ada").await, world::person(&tx, "bea").await);
        let pat = world::stranger(&tx, "pat").await;
        let (open, closed) = ("https://far.example/p/1", "https://far.example/p/2");
        receive::receive(&tx, &pat, world::incoming(open, "open", tx.now)).await.unwrap();
        let mut letter = world::incoming(closed, "letter", tx.now);
        letter.audience = Audience::Followers;
        receive::receive(&tx, &pat, letter).await.unwrap();
        world::follow(&tx, &ada, &pat).await;
        let uris = [open.to_owned(), closed.to_owned()];
        let seen = async |viewer: Viewer| queries::seen_by_uris(&tx, &viewer, &uris).await.unwrap().len();
        assert_eq!((seen(Viewer::Account(ada.id)).await, seen(Viewer::Account(bea.id)).await, seen(Viewer::Stranger).await), (2, 1, 1));
        tx.commit().await.unwrap();
    }
}
