//! Running a community by pages: roles, bans, the queue, reports, pins, policies, and opening it wider.

use super::{
    communities::{does, enters, gives, id, is_refused, reads},
    public::{founds, writes},
};
use crate::{
    base::words::{Role, Stage},
    features::{
        communities::{queries, seats},
        memberships::lists,
        policies,
    },
    tests::support::{Browser, Person, on_both_databases},
};
use reqwest::StatusCode;
use serde_json::{Value, json};

async fn into(who: &Person, community: &Value, text: &str) -> String {
    writes(who, json!({ "status": text, "intermoot": { "community_id": community["id"] } })).await
}

fn of(community: &Value) -> crate::base::id::AccountId {
    community["id"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn s105_roles_are_given_and_nobody_acts_above_their_rank() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bob, cleo) = (node.person("ada").await, node.person("bob").await, node.person("cleo").await);
        let valves = founds(&ada, "valves", "Valve quality", "public").await;
        gives(&ada, &valves, &bob, "moderator").await;
        gives(&ada, &valves, &cleo, "member").await;
        let role = async |who: &Person| seats::role(&node.app.store, of(&valves), who.account.id).await.unwrap();
        let mut owner = enters(&node, "ada").await;
        let mut moderator = enters(&node, "bob").await;
        let path = "/c/valves/manage/people";
        let page = reads(&mut moderator, path).await;
        assert!(
            page.contains("Role and more of cleo") && !page.contains("Role and more of ada"),
            "only what may be done is offered: {page}"
        );
        assert!(!page.contains("<option value=\"owner\""), "{page}");
        for sent in [
            vec![("act", "appoint"), ("account", "ADA"), ("role", "observer")],
            vec![("act", "appoint"), ("account", "CLEO"), ("role", "owner")],
            vec![("act", "ban"), ("account", "ADA")],
            vec![("act", "put_out"), ("account", "ADA")],
            vec![("act", "warn"), ("account", "CLEO"), ("reason", &"x".repeat(1001))],
        ] {
            let (a, c) = (id(&ada), id(&cleo));
            let sent: Vec<_> = sent
                .into_iter()
                .map(|(k, v)| {
                    (
                        k,
                        match v {
                            "ADA" => a.as_str(),
                            "CLEO" => c.as_str(),
                            v => v,
                        },
                    )
                })
                .collect();
            assert!(is_refused(&mut moderator, path, &sent).await.contains("role=\"alert\""), "{sent:?}");
        }
        assert_eq!((role(&ada).await, role(&cleo).await), (Some(Role::Owner), Some(Role::Member)));
        let page = does(&mut moderator, path, &[("act", "appoint"), ("account", &id(&cleo)), ("role", "curator")]).await;
        assert!(page.contains("The role is given.") && role(&cleo).await == Some(Role::Curator), "{page}");
        reads(&mut owner, path).await;
        does(&mut owner, path, &[("act", "warn"), ("account", &id(&bob)), ("reason", "Be kind")]).await;
        does(&mut owner, path, &[("act", "ban"), ("account", &id(&bob)), ("reason", "Not <kind>"), ("days", "7")]).await;
        assert_eq!(role(&bob).await, None);
        assert_eq!(moderator.open(path).await.status(), StatusCode::NOT_FOUND, "a right that ended counts at once");
        let bans = reads(&mut owner, "/c/valves/manage/bans").await;
        assert!(bans.contains("Not &#60;kind&#62;") && bans.contains("until "), "{bans}");
        let log = reads(&mut owner, "/c/valves/manage/log").await;
        assert!(
            log.contains("Banned") && log.contains("Warned") && log.contains("Be kind") && log.contains("Gave a role: Curator"),
            "{log}"
        );
        assert_eq!(
            Browser::new(&node).open("/c/valves/log").await.status(),
            StatusCode::NOT_FOUND,
            "members alone, unless the community says so"
        );
        reads(&mut owner, "/c/valves/manage/bans").await;
        does(&mut owner, "/c/valves/manage/bans", &[("act", "unban"), ("account", &id(&bob))]).await;
        does(&mut owner, "/c/valves/manage/bans", &[("act", "bar_host"), ("host", "evil.example"), ("reason", "Spam")]).await;
        assert_eq!(lists::host_bans(&node.app.store, of(&valves)).await.unwrap().len(), 1);
        let page = does(&mut owner, "/c/valves/manage/bans", &[("act", "unbar_host"), ("host", "evil.example")]).await;
        assert!(!page.contains("value=\"evil.example\""), "{page}");
    })
    .await;
}

#[tokio::test]
async fn what_newcomers_write_waits_at_the_desk_and_threads_are_pinned_and_removed() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bob) = (node.person("ada").await, node.person("bob").await);
        let valves = founds(&ada, "valves", "Valve quality", "public").await;
        let mut owner = enters(&node, "ada").await;
        let path = "/c/valves/manage/settings";
        reads(&mut owner, path).await;
        let settings = [("act", "change"), ("title", "Valves"), ("purpose", "Leaks & more"), ("join", "open"), ("history", "all")];
        let refused = is_refused(&mut owner, path, &[&settings[..], &[("newcomer_posts", "many")]].concat()).await;
        assert!(refused.contains("id=\"newcomer_posts-wrong\"") && refused.contains("value=\"many\""), "{refused}");
        does(&mut owner, path, &[&settings[..], &[("newcomer_posts", "2"), ("log_public", "yes")]].concat()).await;
        let facts = queries::by_id(&node.app.store, of(&valves)).await.unwrap().unwrap();
        assert_eq!((facts.newcomer_posts, facts.log_public, facts.purpose.as_str()), (2, true, "Leaks & more"));
        bob.post(&format!("/api/intermoot/v1/communities/{}/join", of(&valves)), json!({})).await;
        let (first, second) = (into(&bob, &valves, "Hello there").await, into(&bob, &valves, "Buy now").await);
        let path = "/c/valves/manage/queue";
        assert!(reads(&mut owner, path).await.contains("Hello there"));
        does(&mut owner, path, &[("act", "let_in"), ("post", &first)]).await;
        let page = does(&mut owner, path, &[("act", "refuse"), ("post", &second), ("reason", "No adverts")]).await;
        assert!(page.contains("Nothing waits"), "{page}");
        let mut stranger = Browser::new(&node);
        stranger.open("/c/valves").await;
        assert!(stranger.page.contains("Hello there") && !stranger.page.contains("Buy now"), "{}", stranger.page);
        let path = "/c/valves/manage/threads";
        assert!(reads(&mut owner, path).await.contains("Hello there"), "nobody answered it");
        let page = does(&mut owner, path, &[("act", "pin"), ("post", &first)]).await;
        assert!(page.contains("value=\"unpin\""), "{page}");
        let shown = reads(&mut owner, "/c/valves").await;
        assert!(shown.contains("id=\"pinned\""), "{shown}");
        assert_eq!(shown.matches(&format!("data-post=\"{first}\"")).count(), 1, "once on the page: {shown}");
        writes(&ada, json!({ "status": "Welcome", "in_reply_to_id": first })).await;
        assert!(!reads(&mut owner, path).await.contains("value=\"remove\""), "it is answered");
        let all = reads(&mut owner, &format!("{path}?which=all")).await;
        assert!(all.contains("Hello there"), "{all}");
        does(&mut owner, path, &[("act", "lock"), ("post", &first), ("all", "yes")]).await;
        does(&mut owner, path, &[("act", "remove"), ("post", &first), ("reason", "Off topic")]).await;
        stranger.open("/c/valves").await;
        assert!(!stranger.page.contains("Hello there"));
        stranger.open("/c/valves/log").await;
        assert!(stranger.page.contains("Removed a post"), "everybody reads the log now: {}", stranger.page);
    })
    .await;
}

#[tokio::test]
async fn reports_are_taken_in_hand_closed_and_opened_again() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bob, cleo) = (node.person("ada").await, node.person("bob").await, node.person("cleo").await);
        let valves = founds(&ada, "valves", "Valve quality", "public").await;
        gives(&ada, &valves, &bob, "member").await;
        gives(&ada, &valves, &cleo, "member").await;
        let post = into(&bob, &valves, "Unkind words").await;
        let report =
            json!({ "account_id": bob.account.id, "status_ids": [post], "comment": "Please look <here>", "category": "violation" });
        let report = cleo.post("/api/v1/reports", report).await["id"].as_str().unwrap().to_owned();
        let mut owner = enters(&node, "ada").await;
        let path = "/c/valves/manage/reports";
        let page = reads(&mut owner, path).await;
        for part in ["Please look &#60;here&#62;", "Unkind words", "Against the rules", "Reported by cleo"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(does(&mut owner, path, &[("act", "assign"), ("report", &report)]).await.contains("ada works on it"));
        does(&mut owner, path, &[("act", "remove"), ("post", &post), ("reason", "Unkind")]).await;
        let page = does(&mut owner, path, &[("act", "resolve"), ("report", &report), ("reason", "Removed it")]).await;
        assert!(page.contains("No reports here"), "{page}");
        assert!(reads(&mut owner, &format!("{path}?which=closed")).await.contains("Removed it"));
        does(&mut owner, path, &[("act", "reopen"), ("report", &report)]).await;
        // A report of this community is closed at no other's desk.
        founds(&ada, "pumps", "Pumps", "public").await;
        reads(&mut owner, "/c/pumps/manage/reports").await;
        is_refused(&mut owner, "/c/pumps/manage/reports", &[("act", "resolve"), ("report", &report)]).await;
        assert!(reads(&mut owner, path).await.contains("Please look"));
    })
    .await;
}

#[tokio::test]
async fn a_community_is_opened_wider_only_once_what_that_exposes_was_confirmed() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let valves = founds(&ada, "valves", "Valve quality", "local").await;
        let (chosen, kept) = (into(&ada, &valves, "For everybody later").await, into(&ada, &valves, "Between us").await);
        let mut owner = enters(&node, "ada").await;
        let path = "/c/valves/manage/stage";
        let page = reads(&mut owner, path).await;
        assert!(
            page.contains("2 posts so far stay") && page.contains("For everybody later") && page.contains("never made narrower"),
            "{page}"
        );
        assert!(!page.contains("value=\"local\""), "it is that already: {page}");
        let page = is_refused(&mut owner, path, &[("act", "widen"), ("stage", "public"), ("posts", &chosen)]).await;
        assert!(page.contains("id=\"confirm-wrong\"") && page.contains(&format!("value=\"{chosen}\" checked")), "{page}");
        let stage = async || queries::by_id(&node.app.store, of(&valves)).await.unwrap().unwrap().stage;
        assert_eq!(stage().await, Stage::Local);
        does(&mut owner, path, &[("act", "widen"), ("stage", "public"), ("posts", &chosen), ("confirm", "yes")]).await;
        assert_eq!(stage().await, Stage::Public);
        let mut stranger = Browser::new(&node);
        stranger.open("/c/valves").await;
        assert!(stranger.page.contains("For everybody later") && !stranger.page.contains("Between us"), "{kept}: {}", stranger.page);
        reads(&mut owner, path).await;
        let sent = [("act", "narrow"), ("stage", "local"), ("name", "valves"), ("confirm", "yes")];
        assert!(is_refused(&mut owner, path, &sent).await.contains("id=\"name-wrong\""), "the name is taken");
        let page = does(&mut owner, path, &[("act", "narrow"), ("stage", "local"), ("name", "inner"), ("confirm", "yes")]).await;
        assert!(page.contains("inner") && page.contains("This is the successor"), "{page}");
        assert!(reads(&mut owner, "/c/valves").await.contains("href=\"/c/inner\""), "the closed one says where it goes on");
    })
    .await;
}

#[tokio::test]
async fn members_see_who_is_in_it_and_accept_its_policy_and_others_do_not() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bob, cleo) = (node.person("ada").await, node.person("bob").await, node.person("cleo").await);
        let valves = founds(&ada, "valves", "Valve quality", "public").await;
        gives(&ada, &valves, &bob, "member").await;
        let (mut owner, mut member, mut other) = (enters(&node, "ada").await, enters(&node, "bob").await, enters(&node, "cleo").await);
        let page = reads(&mut member, "/c/valves/members").await;
        assert!(page.contains("this node") && page.contains(">bob</a>") && page.contains("Owner"), "{page}");
        let some = reads(&mut member, "/c/valves/members?q=AD&role=owner").await;
        assert!(some.contains(">ada</a>") && !some.contains(">bob</a>"), "{some}");
        assert!(reads(&mut member, "/c/valves/members?host=nowhere.example").await.contains("Nobody was found"));
        assert_eq!(other.open("/c/valves/members").await.status(), StatusCode::FORBIDDEN);
        assert_eq!(Browser::new(&node).open("/c/valves/members").await.headers()["location"], "/c/valves");
        let path = "/c/valves/manage/policy";
        reads(&mut owner, path).await;
        is_refused(&mut owner, path, &[("act", "publish"), ("title", ""), ("text", "Be *kind*")]).await;
        let sent = [("act", "publish"), ("title", "Manners"), ("text", "Be *kind*"), ("required", "yes")];
        assert!(does(&mut owner, path, &sent).await.contains("<em>kind</em>"));
        let page = reads(&mut member, "/c/valves").await;
        assert!(page.contains("I accept it") && page.contains("Before you write here"), "{page}");
        let digest = member.hidden("digest");
        let refused = is_refused(&mut member, "/c/valves/seat", &[("act", "policy"), ("digest", "0")]).await;
        assert!(refused.contains("newer version"), "{refused}");
        assert!(does(&mut member, "/c/valves/seat", &[("act", "policy"), ("digest", &digest)]).await.contains("You accepted it."));
        let community = crate::features::accounts::queries::by_id(&node.app.store, of(&valves)).await.unwrap().unwrap();
        assert!(policies::has_accepted(&node.app.store, bob.account.id, &community).await.unwrap());
        assert!(!policies::has_accepted(&node.app.store, cleo.account.id, &community).await.unwrap());
    })
    .await;
}
