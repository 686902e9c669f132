//! What is found, by whom, in which order; on both databases.

mod index;

use super::posts as search;
use crate::{
    base::{
        clock::Stamp,
        finding::question::Question,
        id::{AccountId, PostId},
        page::Page,
        text::handle::Acct,
        words::{Audience, JoinRule, Role, SeatStatus, Stage},
    },
    features::{
        accounts, peers,
        posts::{
            self, Edit,
            publish::{Draft, publish},
            queries::Viewer,
            receive::{self, Incoming},
            tests::world::{self, World},
        },
        reactions,
    },
    sql,
    store::{
        Tx,
        tables::{Account, Attachment, Details, Post},
    },
};

/// What `me` finds, newest first; names are those of accounts here.
async fn found(tx: &Tx, me: &Account, typed: &str) -> Vec<PostId> {
    let question = asked(tx, me.id, typed).await;
    let Some(question) = question else { return Vec::new() };
    let found = search(tx, &Viewer::Account(me.id), &question, (Page::first(40), 0)).await.unwrap();
    found.into_iter().map(|post| post.id).collect()
}

async fn asked(tx: &Tx, me: AccountId, typed: &str) -> Option<Question> {
    let question = Question::read(typed);
    let mut known: Vec<(Acct, AccountId)> = Vec::new();
    for acct in question.accts() {
        let host = acct.host.clone().unwrap_or_default();
        known.extend(accounts::queries::by_handle(tx, &acct.name, &host).await.unwrap().map(|account| (acct.clone(), account.id)));
    }
    question.settled(Some(me), |acct| known.iter().find(|(name, _)| name == acct).map(|(_, id)| *id))
}

async fn says(tx: &Tx, author: &Account, words: &str) -> Post {
    publish(tx, author, world::draft(words)).await.unwrap()
}

#[tokio::test]
async fn words_are_found_alike_on_both_databases_in_every_script() {
    let posts = [
        "Die Größe der Dichtung: 7 mm, crème fraîche",
        "Ёлка у школы, клапаны не текут",
        "水道の弁が漏れています",
        "밸브가 샌다",
        "Der Ventil-Katalog &amp; die <b>Pumpen</b> von <a href=\"https://x.test/kalender\">hier</a>",
        "don't panic, it's only a valve's seal",
        "แรงดันน้ำสูง",
    ];
    let questions: [(&str, &[usize]); 27] = [
        ("grösse", &[0]),
        ("GROSSE", &[0]),
        ("groß", &[]),
        ("creme", &[0]),
        ("елка", &[1]),
        ("ЁЛКА школы", &[1]),
        ("клапан*", &[1]),
        ("клапан", &[]),
        ("弁", &[2]),
        ("水道", &[2]),
        ("道水", &[]),
        ("漏れ 水道", &[2]),
        ("밸브", &[3]),
        ("브밸", &[]),
        ("pumpen", &[4]),
        ("ventil-katalog", &[4]),
        ("katalog-ventil", &[]),
        ("\"katalog die pumpen\"", &[4]),
        ("\"katalog pumpen\"", &[]),
        ("kalender", &[]),
        ("amp", &[]),
        ("don't", &[5]),
        ("valve -panic", &[]),
        ("7", &[0]),
        ("-valve die", &[4, 0]),
        ("-die -valve -弁 -밸브", &[6, 1]),
        ("แรงดัน", &[6]),
    ];
    for World { store, .. } in &world::worlds().await {
        let tx = store.begin().await.unwrap();
        let ada = world::person(&tx, "ada").await;
        let mut ids = Vec::new();
        for words in posts {
            ids.push(says(&tx, &ada, words).await.id);
        }
        for (typed, expected) in questions {
            let expected: Vec<PostId> = expected.iter().map(|nth| ids[*nth]).collect();
            assert_eq!(found(&tx, &ada, typed).await, expected, "{typed}");
        }
    }
}

/// Posts of every kind, by name.
async fn furnished(tx: &Tx) -> (Account, Account, Vec<(&'static str, PostId)>) {
    let (ada, bo) = (world::person(tx, "ada").await, world::person(tx, "bo").await);
    let valves = world::community(tx, "valves", "", Stage::Public, JoinRule::Open).await;
    for who in [&ada, &bo] {
        world::seat(tx, &valves, who, Role::Member).await;
    }
    let media =
        |kind: &str| vec![Attachment { media_type: format!("{kind}/x"), description: "a rusty flange".into(), ..Attachment::default() }];
    let pat = world::stranger(tx, "pat").await;
    sql!("UPDATE accounts SET searchable = 1 WHERE id = {}", pat.id).run(tx).await.unwrap();
    let far = |n: u8| Incoming { language: "de-AT".into(), ..world::incoming(&format!("https://far.example/n/{n}"), "pump", tx.now) };
    let image = receive::receive(tx, &pat, Incoming { attachments: media("image"), ..far(1) }).await.unwrap().unwrap();
    let sound = receive::receive(tx, &pat, Incoming { attachments: media("audio"), sensitive: true, ..far(2) }).await.unwrap().unwrap();
    let quote = Incoming { quote_uri: "https://far.example/n/1".into(), ..far(3) };
    let quote = receive::receive(tx, &pat, quote).await.unwrap().unwrap();
    let poll = Incoming { poll: Some(poll()), details: Details { is_poll: true, ..Details::default() }, ..far(4) };
    let poll = receive::receive(tx, &pat, poll).await.unwrap().unwrap();
    let plain = says(tx, &ada, "pump").await;
    let link = publish(tx, &bo, Draft { language: "en".into(), ..world::draft("pump <a href=\"https://x.test\">x</a>") }).await.unwrap();
    let inside = publish(tx, &bo, Draft { community: Some(valves.id), ..world::draft("pump") }).await.unwrap();
    let reply = publish(tx, &ada, Draft { in_reply_to: Some(link.id), ..world::draft("pump") }).await.unwrap();
    let letter = Draft { audience: Audience::Direct, mentions: vec![ada.id], ..world::draft("pump") };
    let letter = publish(tx, &bo, letter).await.unwrap();
    let all = [("image", image), ("sound", sound), ("quote", quote), ("poll", poll), ("plain", plain)];
    let all = all.into_iter().chain([("link", link), ("inside", inside), ("reply", reply), ("letter", letter)]);
    (ada, bo, all.map(|(name, post)| (name, post.id)).collect())
}

fn poll() -> crate::features::polls::Told {
    use crate::store::tables::PollOption;
    let option = |title: &str| PollOption { title: title.into(), votes: 0 };
    let options = vec![option("brass"), option("steel")];
    crate::features::polls::Told { multiple: false, options, ends_at: None, closed: false, voters_count: None }
}

#[tokio::test]
async fn operators_narrow_what_is_found() {
    for World { store, .. } in &world::worlds().await {
        let tx = store.begin().await.unwrap();
        let (ada, bo, named) = furnished(&tx).await;
        reactions::bookmark(&tx, ada.id, named[0].1).await.unwrap();
        let day = |shift: i64| Stamp(tx.now.0 + shift * 86_400_000).utc().format("%Y-%m-%d").to_string();
        let (yesterday, today, tomorrow) = (day(-2), day(0), day(2));
        let found_by = async |me: &Account, typed: &str| -> String {
            let ids = found(&tx, me, typed).await;
            let mut names: Vec<&str> = named.iter().filter(|(_, id)| ids.contains(id)).map(|(name, _)| *name).collect();
            names.sort_unstable();
            assert_eq!(names.len(), ids.len(), "{typed}");
            names.join(" ")
        };
        for (typed, expected) in [
            ("pump", "image inside letter link plain poll quote reply sound"),
            ("pump from:me", "plain reply"),
            ("from:@bo", "inside letter link"),
            ("from:pat@far.example -has:media", "poll quote"),
            ("pump -from:bo -from:pat@far.example", "plain reply"),
            ("pump from:nobody", ""),
            ("in:!valves", "inside"),
            ("in:@valves pump", "inside"),
            ("in:!nowhere pump", ""),
            ("pump -in:!valves from:bo", "letter link"),
            ("has:media", "image sound"),
            ("has:image", "image"),
            ("has:audio pump", "sound"),
            ("has:video", ""),
            ("has:poll", "poll"),
            ("has:link", "link"),
            ("has:embed", "link"),
            ("is:reply", "reply"),
            ("is:sensitive", "sound"),
            ("is:quote", "quote"),
            ("language:de", "image poll quote sound"),
            ("language:en-GB", "link"),
            ("in:library", "image letter plain reply"),
            ("in:library has:image", "image"),
            ("in:public is:reply", "reply"),
            ("in:public from:bo", "inside link"),
            ("flange", "image sound"),
            ("steel", "poll"),
            (&format!("pump after:{yesterday} before:{tomorrow}"), "image inside letter link plain poll quote reply sound"),
            (&format!("pump after:{tomorrow}"), ""),
            (&format!("before:{yesterday}"), ""),
            (&format!("during:{today} from:me"), "plain reply"),
            ("\"from:me\"", ""),
            ("pump unknown:operator", ""),
        ] {
            assert_eq!(found_by(&ada, typed).await, expected, "{typed}");
        }
        assert_eq!(found_by(&bo, "in:library").await, "inside letter link");
    }
}

#[tokio::test]
async fn s064_what_is_no_longer_said_is_not_found() {
    for World { store, .. } in &world::worlds().await {
        let tx = store.begin().await.unwrap();
        let ada = world::person(&tx, "ada").await;
        let post = says(&tx, &ada, "brass valve").await;
        let edit = Edit { source: "x".into(), content: "<p>steel valve</p>".into(), spoiler: "Rust!".into(), ..Edit::default() };
        let post = posts::edit(&tx, &ada, &post, edit).await.unwrap();
        assert_eq!((found(&tx, &ada, "brass").await, found(&tx, &ada, "rust steel").await), (vec![], vec![post.id]));
        posts::delete(&tx, &post).await.unwrap();
        assert_eq!(found(&tx, &ada, "steel").await, []);

        let pat = world::stranger(&tx, "pat").await;
        sql!("UPDATE accounts SET searchable = 1 WHERE id = {}", pat.id).run(&tx).await.unwrap();
        let uri = "https://far.example/n/1";
        let heard = receive::receive(&tx, &pat, world::incoming(uri, "brass pump", tx.now)).await.unwrap().unwrap();
        assert_eq!(found(&tx, &ada, "pump").await, [heard.id]);
        let newer = Incoming { updated: Some(Stamp(tx.now.0 - 10)), ..world::incoming(uri, "steel pump", tx.now) };
        receive::update(&tx, &heard, newer).await.unwrap();
        assert_eq!((found(&tx, &ada, "brass").await, found(&tx, &ada, "steel").await), (vec![], vec![heard.id]));
        accounts::mark_gone(&tx, pat.id).await.unwrap();
        assert_eq!(found(&tx, &ada, "steel").await, []);
        let count = sql!("SELECT COUNT(*) FROM findable").value::<i64>(&tx).await.unwrap();
        assert_eq!(count, Some(0), "nothing is left in the index either");
    }
}

#[tokio::test]
async fn s049_what_one_may_not_see_any_more_is_not_found_any_more() {
    for World { store, .. } in &world::worlds().await {
        let tx = store.begin().await.unwrap();
        let (ada, bo, eve) = (world::person(&tx, "ada").await, world::person(&tx, "bo").await, world::person(&tx, "eve").await);
        let lab = world::community(&tx, "lab", "", Stage::Local, JoinRule::Ask).await;
        for who in [&ada, &bo] {
            world::seat(&tx, &lab, who, Role::Member).await;
        }
        let secret = publish(&tx, &ada, Draft { community: Some(lab.id), ..world::draft("prototype") }).await.unwrap();
        let open = says(&tx, &ada, "prototype shown").await;
        assert_eq!(found(&tx, &bo, "prototype").await, [open.id, secret.id]);
        for typed in ["prototype", "in:!lab", "from:ada", "prototype in:library", "-shown"] {
            assert!(!found(&tx, &eve, typed).await.contains(&secret.id), "{typed}");
        }
        // the seat ends
        sql!("UPDATE seats SET status = {} WHERE account_id = {}", SeatStatus::Ended, bo.id).run(&tx).await.unwrap();
        assert_eq!(found(&tx, &bo, "prototype").await, [open.id]);
        // a public post is narrowed, its author blocks the reader, a moderator removes it
        let pat = world::stranger(&tx, "pat").await;
        sql!("UPDATE accounts SET searchable = 1 WHERE id = {}", pat.id).run(&tx).await.unwrap();
        let uri = "https://far.example/n/1";
        let heard = receive::receive(&tx, &pat, world::incoming(uri, "gasket", tx.now)).await.unwrap().unwrap();
        assert_eq!(found(&tx, &bo, "gasket").await, [heard.id]);
        let narrowed = Incoming { updated: Some(tx.now), audience: Audience::Followers, ..world::incoming(uri, "gasket", tx.now) };
        receive::update(&tx, &heard, narrowed).await.unwrap();
        assert_eq!(found(&tx, &bo, "gasket").await, []);
        // a host is blocked
        let loud = receive::receive(&tx, &pat, world::incoming("https://far.example/n/2", "flange", tx.now)).await.unwrap().unwrap();
        assert_eq!(found(&tx, &bo, "flange").await, [loud.id]);
        peers::block(&tx, "far.example", ("ada", "noise")).await.unwrap();
        assert_eq!(found(&tx, &bo, "flange").await, []);
        let people = async |tx: &Tx| accounts::names::search(tx, accounts::names::Seeker::default(), "pat", (5, 0)).await.unwrap().len();
        assert_eq!(people(&tx).await, 0);
        peers::unblock(&tx, "far.example", "ada").await.unwrap();
        assert_eq!((found(&tx, &bo, "flange").await.len(), people(&tx).await), (1, 1));
        // somebody is blocked
        world::block(&tx, &ada, &bo).await;
        assert_eq!(found(&tx, &bo, "prototype").await, []);
        assert_eq!(found(&tx, &eve, "prototype").await, [open.id]);
        // whom the reader muted, by person or host
        world::block(&tx, &eve, &ada).await;
        assert_eq!(found(&tx, &eve, "prototype").await, []);
    }
}

#[tokio::test]
async fn a_post_that_comes_into_a_community_later_is_found_there() {
    for World { store, .. } in &world::worlds().await {
        let tx = store.begin().await.unwrap();
        let ada = world::person(&tx, "ada").await;
        let pumps = world::community(&tx, "pumps", "far.example", Stage::Public, JoinRule::Open).await;
        world::seat(&tx, &pumps, &ada, Role::Member).await;
        let pat = world::stranger(&tx, "pat").await;
        // the answer comes before what it answers
        let (parent, answer) = ("https://far.example/n/1", "https://far.example/n/2");
        let answer = Incoming { in_reply_to_uri: parent.into(), ..world::incoming(answer, "seal", tx.now) };
        let answer = receive::receive(&tx, &pat, answer).await.unwrap().unwrap();
        let parent = Incoming { community: Some(pumps.id), ..world::incoming(parent, "which?", tx.now) };
        let parent = receive::receive(&tx, &pat, parent).await.unwrap().unwrap();
        assert_eq!(found(&tx, &ada, "in:!pumps@far.example").await, [parent.id]);
        assert_eq!(found(&tx, &ada, "seal").await, [], "pat was not asked");
        posts::announced(&tx, answer.id, &pumps, "https://far.example/a/1").await.unwrap();
        assert_eq!(found(&tx, &ada, "in:!pumps@far.example seal").await, [answer.id]);
    }
}

#[tokio::test]
async fn pages_meet_without_gaps_whichever_way_they_are_read() {
    for World { store, .. } in &world::worlds().await {
        let tx = store.begin().await.unwrap();
        let (ada, eve) = (world::person(&tx, "ada").await, world::person(&tx, "eve").await);
        let mut ids = Vec::new();
        for nth in 0..25 {
            let post = says(&tx, &ada, "valve").await;
            // what the reader may not see makes no page shorter
            let letter = Draft { audience: Audience::Direct, ..world::draft("valve") };
            publish(&tx, &ada, letter).await.unwrap();
            if nth % 2 == 0 {
                ids.insert(0, post.id);
            } else {
                sql!("UPDATE posts SET audience = 4 WHERE id = {}", post.id).run(&tx).await.unwrap();
            }
        }
        let (viewer, valve) = (Viewer::Account(eve.id), Question::read("valve"));
        let read = async |page: Page, offset| -> Vec<PostId> {
            search(&tx, &viewer, &valve, (page, offset)).await.unwrap().iter().map(|post| post.id).collect()
        };
        let first = Page::first(5);
        assert_eq!(read(first, 0).await, ids[..5]);
        assert_eq!(read(first, 5).await, ids[5..10]);
        assert_eq!(read(first, 12).await, ids[12..]);
        assert_eq!(read(Page { max_id: Some(ids[4].0), ..first }, 0).await, ids[5..10]);
        assert_eq!(read(Page { min_id: Some(ids[10].0), ..first }, 0).await, ids[5..10], "next to it, newest first");
        assert_eq!(read(Page { since_id: Some(ids[10].0), ..first }, 0).await, ids[..5]);
    }
}
