//! Communities on pages: found, joined and run, by whoever may, and by nobody else.

use super::public::{founds, writes};
use crate::{
    base::words::{Role, SeatStatus, Stage},
    features::{
        communities::{queries, seats},
        memberships,
    },
    tests::support::{Browser, PASSWORD, Person, Place, TestNode, on_both_databases},
};
use reqwest::StatusCode;
use serde_json::{Value, json};

pub(super) async fn enters<'a>(node: &'a TestNode, who: &str) -> Browser<'a> {
    let mut browser = Browser::new(node);
    browser.log_in(who, PASSWORD).await;
    browser
}

/// Opens a page, which must be there.
pub(super) async fn reads(browser: &mut Browser<'_>, path: &str) -> String {
    let answer = browser.open(path).await;
    assert_eq!(answer.status(), StatusCode::OK, "{path}: {}", browser.page);
    browser.page.clone()
}

/// Sends a form of the last page, which must be taken, and reads where it leads.
pub(super) async fn does(browser: &mut Browser<'_>, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = browser.submit(path, fields).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path} {fields:?}: {}", browser.page);
    let to = answer.headers()["location"].to_str().unwrap().to_owned();
    reads(browser, &to).await
}

/// Sends a form of the last page, which must be refused with the page once more.
pub(super) async fn is_refused(browser: &mut Browser<'_>, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = browser.submit(path, fields).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{path} {fields:?}: {}", browser.page);
    browser.page.clone()
}

pub(super) fn id(of: &Person) -> String {
    of.account.id.to_string()
}

pub(super) async fn gives(owner: &Person, community: &Value, whom: &Person, role: &str) {
    let community = community["id"].as_str().unwrap();
    whom.post(&format!("/api/intermoot/v1/communities/{community}/join"), json!({})).await;
    let path = format!("/api/intermoot/v1/communities/{community}/members/{}", whom.account.id);
    let answer = owner.ask(reqwest::Method::PATCH, &path).json(&json!({ "role": role })).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{}", answer.text().await.unwrap());
}

#[tokio::test]
async fn a_community_is_founded_and_found_by_pages_and_what_was_typed_stays_when_it_is_refused() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        node.person("ada").await;
        node.person("bob").await;
        let mut ada = enters(&node, "ada").await;
        let empty = reads(&mut ada, "/communities").await;
        assert!(empty.contains("Found the first one") && empty.contains("You are in no community yet"), "{empty}");
        let form = reads(&mut ada, "/communities/new").await;
        for stage in Stage::WORDS {
            assert!(form.contains(&format!("name=\"stage\" value=\"{stage}\"")), "{stage}");
        }
        assert!(form.contains("search engines too"), "what a stage exposes is spelled out");
        let sent = [
            ("name", "no good"),
            ("title", "Valve <b>quality"),
            ("purpose", "Leaks"),
            ("stage", "local"),
            ("join", "ask"),
            ("question", "Why?"),
        ];
        let again = is_refused(&mut ada, "/communities/new", &sent).await;
        assert!(again.contains("id=\"name-wrong\"") && again.contains("aria-describedby=\"name-wrong\""), "{again}");
        assert!(again.contains("Valve &#60;b&#62;quality") && again.contains(">Why?</textarea>"), "what was typed stays: {again}");
        assert!(again.contains("name=\"join\" value=\"ask\" checked"));
        let sent = [
            ("name", "valves"),
            ("title", "Valve quality"),
            ("purpose", "Leaks"),
            ("stage", "local"),
            ("join", "ask"),
            ("question", "Why?"),
        ];
        let shown = does(&mut ada, "/communities/new", &sent).await;
        assert!(
            shown.contains("Valve quality") && shown.contains("You are here as: Owner") && shown.contains("/c/valves/manage"),
            "{shown}"
        );
        let mut bob = enters(&node, "bob").await;
        let list = reads(&mut bob, "/communities").await;
        assert!(list.contains("href=\"/c/valves\"") && list.contains("By asking"), "{list}");
        assert!(reads(&mut bob, "/communities?q=LEAKS").await.contains("href=\"/c/valves\""), "found by its purpose");
        assert!(!reads(&mut bob, "/communities?q=pumps").await.contains("href=\"/c/valves\""));
        assert_eq!(bob.open("/communities?q=valves@").await.status(), StatusCode::OK, "half an address is said to be none");
        let mut stranger = Browser::new(&node);
        assert_eq!(stranger.open("/communities").await.status(), StatusCode::SEE_OTHER);
        assert_eq!(stranger.open("/c/valves").await.status(), StatusCode::NOT_FOUND, "one for this node's people is not told to strangers");
    })
    .await;
}

#[tokio::test]
async fn one_asks_with_an_answer_withdraws_is_admitted_and_leaves() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bob) = (node.person("ada").await, node.person("bob").await);
        let body = json!({ "name": "valves", "purpose": "Leaks", "stage": "federated", "join": "ask", "question": "Which plant?" });
        let valves = ada.post("/api/intermoot/v1/communities", body).await;
        let community = valves["id"].as_str().unwrap().parse().unwrap();
        writes(&ada, json!({ "status": "Members alone", "intermoot": { "community_id": valves["id"] } })).await;
        let mut owner = enters(&node, "ada").await;
        let mut asker = enters(&node, "bob").await;
        let page = reads(&mut asker, "/c/valves").await;
        assert!(page.contains("Which plant?") && page.contains("You are not a member") && !page.contains("Members alone"), "{page}");
        let long = "x".repeat(1001);
        let page = is_refused(&mut asker, "/c/valves/seat", &[("act", "join"), ("answer", &long)]).await;
        assert!(page.contains("id=\"answer-wrong\"") && page.contains(&long), "{page}");
        let page = does(&mut asker, "/c/valves/seat", &[("act", "join"), ("answer", "Number <3>")]).await;
        assert!(page.contains("You asked on") && page.contains("Withdraw the request"), "{page}");
        let page = does(&mut asker, "/c/valves/seat", &[("act", "withdraw")]).await;
        assert!(page.contains("Ask to join"), "{page}");
        does(&mut asker, "/c/valves/seat", &[("act", "join"), ("answer", "Number <3>")]).await;
        let desk = owner.open("/c/valves/manage").await;
        assert_eq!(desk.headers()["location"], "/c/valves/manage/requests", "the desk leads to what waits");
        let requests = reads(&mut owner, "/c/valves/manage/requests").await;
        assert!(requests.contains("Number &#60;3&#62;") && requests.contains("Admit bob"), "{requests}");
        let done = does(&mut owner, "/c/valves/manage/requests", &[("act", "admit"), ("account", &id(&bob))]).await;
        assert!(done.contains("role=\"status\">Admitted.") && done.contains("Nobody waits"), "{done}");
        let page = reads(&mut asker, "/c/valves").await;
        assert!(page.contains("You are here as: Member") && page.contains("Members alone"), "{page}");
        // Sent twice, as by going back: the second changes nothing.
        let again =
            is_refused(&mut owner, "/c/valves/manage/requests", &[("act", "refuse"), ("account", &id(&bob)), ("reason", "No")]).await;
        assert!(again.contains("role=\"alert\""), "{again}");
        assert_eq!(seats::seat(&node.app.store, community, bob.account.id).await.unwrap().unwrap().status, SeatStatus::Active);
        reads(&mut asker, "/c/valves").await;
        let page = does(&mut asker, "/c/valves/seat", &[("act", "leave")]).await;
        assert!(page.contains("You left.") && !page.contains("Members alone"), "{page}");
        reads(&mut owner, "/c/valves").await;
        let page = is_refused(&mut owner, "/c/valves/seat", &[("act", "leave")]).await;
        assert!(page.contains("role=\"alert\"") && page.contains("You are here as: Owner"), "the last owner stays: {page}");
    })
    .await;
}

#[tokio::test]
async fn somebody_invited_accepts_or_declines_and_an_invitation_is_taken_back() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bob) = (node.person("ada").await, node.person("bob").await);
        let valves = ada
            .post("/api/intermoot/v1/communities", json!({ "name": "valves", "purpose": "Leaks", "stage": "local", "join": "invite" }))
            .await;
        let community = valves["id"].as_str().unwrap().parse().unwrap();
        let (mut owner, mut guest) = (enters(&node, "ada").await, enters(&node, "bob").await);
        assert!(reads(&mut guest, "/c/valves").await.contains("by invitation only"));
        let path = "/c/valves/manage/invitations";
        reads(&mut owner, path).await;
        let refused = is_refused(&mut owner, path, &[("act", "invite"), ("acct", "nobody"), ("role", "member")]).await;
        assert!(refused.contains("id=\"acct-wrong\"") && refused.contains("value=\"nobody\""), "{refused}");
        for act in ["revoke", "decline", "accept"] {
            let sent = [("act", "invite"), ("acct", "@bob"), ("role", "contributor"), ("days", "3")];
            let page = does(&mut owner, path, &sent).await;
            assert!(page.contains("Invited.") && page.contains("Contributor"), "{page}");
            assert!(reads(&mut guest, "/communities").await.contains("You are invited"));
            match act {
                "revoke" => drop(does(&mut owner, path, &[("act", act), ("account", &id(&bob))]).await),
                _ => {
                    let page = reads(&mut guest, "/c/valves").await;
                    assert!(page.contains("You are invited as: Contributor, until"), "{page}");
                    does(&mut guest, "/c/valves/seat", &[("act", act)]).await;
                }
            }
            let seat = seats::seat(&node.app.store, community, bob.account.id).await.unwrap().unwrap();
            let status = if act == "accept" { SeatStatus::Active } else { SeatStatus::Ended };
            assert_eq!(seat.status, status, "{act}");
            reads(&mut owner, path).await;
        }
        assert_eq!(seats::role(&node.app.store, community, bob.account.id).await.unwrap(), Some(Role::Contributor));
    })
    .await;
}

#[tokio::test]
async fn s048_s054_who_does_not_run_a_community_finds_nothing_there_and_changes_nothing() {
    let node = Place::sqlite().node("acme").await;
    let (ada, bob, cleo) = (node.person("ada").await, node.person("bob").await, node.person("cleo").await);
    let valves = founds(&ada, "valves", "Valve quality", "public").await;
    gives(&ada, &valves, &bob, "contributor").await;
    gives(&ada, &valves, &cleo, "curator").await;
    let sides =
        ["", "/requests", "/invitations", "/people", "/reports", "/queue", "/threads", "/bans", "/log", "/settings", "/policy", "/stage"];
    let (mut member, mut curator) = (enters(&node, "bob").await, enters(&node, "cleo").await);
    for side in sides {
        let status = member.open(&format!("/c/valves/manage{side}")).await.status();
        let found = member.page.clone();
        let nothing = member.open(&format!("/c/nowhere/manage{side}")).await.status();
        assert_eq!((status, nothing), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND), "{side}");
        assert_eq!(found, member.page, "the same answer as where nothing is: {side}");
    }
    for side in ["/requests", "/people", "/reports", "/queue", "/bans", "/settings", "/policy", "/stage"] {
        assert_eq!(curator.open(&format!("/c/valves/manage{side}")).await.status(), StatusCode::NOT_FOUND, "{side}");
    }
    for side in ["/invitations", "/threads", "/log"] {
        assert_eq!(curator.open(&format!("/c/valves/manage{side}")).await.status(), StatusCode::OK, "{side}");
    }
    let community = valves["id"].as_str().unwrap().parse().unwrap();
    let before =
        memberships::lists::members(&node.app.store, community, &memberships::lists::Wanted::default(), crate::base::page::Page::first(9))
            .await;
    member.open("/c/valves").await;
    for (side, act) in
        [("people", "ban"), ("people", "appoint"), ("bans", "bar"), ("settings", "change"), ("stage", "widen"), ("threads", "pin")]
    {
        let sent = [("act", act), ("account", &id(&ada)), ("role", "owner"), ("acct", "ada"), ("stage", "public"), ("confirm", "yes")];
        let token = member.hidden("token");
        let sent: Vec<(&str, &str)> = [("token", token.as_str())].into_iter().chain(sent).collect();
        let page = member.page.clone();
        let answer = member.send_raw(&format!("/c/valves/manage/{side}"), &sent).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{side} {act}");
        member.page = page;
    }
    let after =
        memberships::lists::members(&node.app.store, community, &memberships::lists::Wanted::default(), crate::base::page::Page::first(9))
            .await;
    assert_eq!(before.unwrap(), after.unwrap());
    let mut stranger = Browser::new(&node);
    assert_eq!(stranger.open("/c/valves/manage/stage").await.headers()["location"], "/login?next=%2Fc%2Fvalves%2Fmanage%2Fstage");
}

#[tokio::test]
async fn s090_forms_of_a_community_need_their_token() {
    let node = Place::sqlite().node("acme").await;
    let (ada, bob) = (node.person("ada").await, node.person("bob").await);
    let valves = founds(&ada, "valves", "Valve quality", "public").await;
    let mut owner = enters(&node, "ada").await;
    let mut member = enters(&node, "bob").await;
    for (path, fields) in [
        ("/c/valves/seat", vec![("act", "join")]),
        ("/communities/new", vec![("name", "pumps"), ("purpose", "x"), ("stage", "local"), ("join", "open")]),
        ("/c/valves/manage/settings", vec![("act", "close"), ("confirm", "yes")]),
        ("/c/valves/manage/bans", vec![("act", "bar"), ("acct", "bob")]),
    ] {
        let browser = if path == "/c/valves/seat" { &mut member } else { &mut owner };
        assert_eq!(browser.send_raw(path, &fields).await.status(), StatusCode::FORBIDDEN, "{path}");
        let guessed: Vec<_> = fields.iter().copied().chain([("token", "guess")]).collect();
        assert_eq!(browser.send_raw(path, &guessed).await.status(), StatusCode::FORBIDDEN, "{path}");
    }
    let community = valves["id"].as_str().unwrap().parse().unwrap();
    assert!(seats::seat(&node.app.store, community, bob.account.id).await.unwrap().is_none());
    assert!(queries::by_id(&node.app.store, community).await.unwrap().unwrap().closed_at.is_none());
}
