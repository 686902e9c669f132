//! What becomes of what was written: drafts, posts to come, edits, posts written anew; and what is offered while typing.

use super::{
    public::founds,
    writing::{browser, location, posted, writes},
};
use crate::{
    server::due,
    sql,
    tests::support::{PASSWORD, done, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const HOUR: i64 = 3_600_000;

#[tokio::test]
async fn a_draft_is_kept_changed_published_and_nobody_elses() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let mut browser = browser(&node, &ada).await;
        browser.open("/drafts").await;
        assert!(browser.page.contains("You have no drafts") && browser.page.contains("href=\"/write\""));
        let fields = [("text", "half a tho"), ("title", "Frost"), ("goes", "private"), ("option", "a"), ("option", "b"), ("act", "draft")];
        let answer = writes(&mut browser, "/write", &fields).await;
        let kept = location(&answer);
        let id = kept.strip_prefix("/drafts#d").expect("it leads to the drafts").to_owned();
        browser.open("/drafts").await;
        assert!(browser.page.contains("half a tho") && browser.page.contains("Frost"), "{}", browser.page);
        let path = format!("/write?draft={id}");
        browser.open(&path).await;
        for part in ["half a tho</textarea>", "value=\"Frost\"", "value=\"private\" checked", "value=\"b\""] {
            assert!(browser.page.contains(part), "{part}: {}", browser.page);
        }
        // s048: to everybody else it is like none
        let mut other = self::browser(&node, &eve).await;
        for path in [&path, "/write?draft=17"] {
            assert_eq!(other.open(path).await.status(), StatusCode::NOT_FOUND);
        }
        other.open("/drafts").await;
        other.submit(&format!("/drafts/{id}/delete"), &[]).await;
        let again = writes(&mut browser, &path, &[("text", "half a thought"), ("goes", "private"), ("draft", &id), ("act", "draft")]).await;
        assert_eq!(location(&again), kept);
        let sent = writes(&mut browser, &path, &[("text", "a thought"), ("goes", "private"), ("draft", &id)]).await;
        assert_eq!(posted(&ada, &sent).await["visibility"], "private");
        assert_eq!(browser.open(&path).await.status(), StatusCode::NOT_FOUND);
        for nth in 0..50 {
            let text = format!("draft {nth}");
            assert_eq!(writes(&mut browser, "/write", &[("text", &text), ("act", "draft")]).await.status(), StatusCode::SEE_OTHER);
        }
        let beyond = writes(&mut browser, "/write", &[("text", "one too many"), ("goes", "public"), ("act", "draft")]).await;
        assert_eq!(beyond.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(browser.page.contains("You have 50 drafts") && browser.page.contains("one too many</textarea>"), "{}", browser.page);
        let tx = node.app.begin().await.unwrap();
        crate::features::accounts::delete(&tx, &ada.account).await.unwrap();
        tx.commit().await.unwrap();
        let left: Option<i64> =
            sql!("SELECT COUNT(*) FROM drafts WHERE account_id = {}", ada.account.id).value(&node.app.store).await.unwrap();
        assert_eq!(left, Some(0), "drafts go with their account");
    })
    .await;
}

#[tokio::test]
async fn a_post_to_come_is_listed_cancelled_into_a_draft_or_published_at_its_hour() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let lab = founds(&ada, "lab", "Valve quality", "local").await;
        let goes = format!("c{}", lab["id"].as_str().unwrap());
        let mut browser = browser(&node, &ada).await;
        // the form's field has the writer's own time: two hours ahead of UTC here
        let local = crate::base::clock::Stamp(node.app.store.now().0 + 3 * HOUR).to_string();
        let fields = [("text", "*later*"), ("goes", goes.as_str()), ("at", &local[..16]), ("zone", "-120"), ("title", "Frost")];
        for _ in 0..2 {
            let answer = writes(&mut browser, "/write", &fields).await;
            assert!(location(&answer).starts_with("/drafts#s"), "{}", browser.page);
        }
        let waiting = ada.get("/api/v1/scheduled_statuses").await;
        assert_eq!((waiting.as_array().unwrap().len(), &waiting[0]["params"]["text"]), (2, &json!("*later*")));
        browser.open("/drafts").await;
        assert!(browser.page.contains("Posts to come") && browser.page.contains("*later*"));
        let cancel = format!("/drafts/{}/cancel", waiting[0]["id"].as_str().unwrap());
        assert_eq!(browser.submit(&cancel, &[]).await.status(), StatusCode::SEE_OTHER);
        browser.open("/drafts").await;
        let draft = browser.value_after("href=\"/write?draft=");
        browser.open(&format!("/write?draft={draft}")).await;
        assert!(
            browser.page.contains("*later*</textarea>") && browser.page.contains(&format!("value=\"{goes}\" checked")),
            "{}",
            browser.page
        );
        node.app.store.clock.advance(HOUR + 60_000);
        due::once(&node.app).await.unwrap();
        let posts = ada.get(&format!("/api/v1/accounts/{}/statuses", ada.account.id)).await;
        assert_eq!(
            (posts.as_array().unwrap().len(), &posts[0]["content"]),
            (1, &json!("<p><strong>Frost</strong></p><p><em>later</em></p>"))
        );
        assert_eq!((&posts[0]["intermoot"]["community"]["id"], &posts[0]["intermoot"]["title"]), (&lab["id"], &json!("Frost")));
    })
    .await;
}

#[tokio::test]
async fn an_edit_changes_what_was_changed_and_keeps_votes_and_how_it_is_marked_up() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bea) = (node.person("ada").await, node.person("bea").await);
        let mut browser = browser(&node, &ada).await;
        let poll = [("text", "*Which?*"), ("goes", "public"), ("option", "red"), ("option", "blue"), ("lasts", "3600")];
        let answer = writes(&mut browser, "/write", &poll).await;
        let post = posted(&ada, &answer).await;
        let path = location(&answer);
        bea.post(&format!("/api/v1/polls/{}/votes", post["poll"]["id"].as_str().unwrap()), json!({ "choices": [1] })).await;
        let edit = format!("{path}/edit");
        browser.open(&edit).await;
        for part in ["*Which?*</textarea>", "value=\"red\"", "Everybody can read it", "If the answers change"] {
            assert!(browser.page.contains(part), "{part}: {}", browser.page);
        }
        assert!(!browser.page.contains("name=\"goes\"") && !browser.page.contains("name=\"at\""));
        let same = [("text", "*Which one?*"), ("option", "red"), ("option", "blue"), ("lasts", ""), ("language", "en"), ("act", "publish")];
        assert_eq!(location(&browser.submit(&edit, &same).await), path, "{}", browser.page);
        let edited = ada.get(&format!("/api/v1/statuses/{}", post["id"].as_str().unwrap())).await;
        assert_eq!((&edited["content"], &edited["poll"]["votes_count"]), (&json!("<p><em>Which one?</em></p>"), &json!(1)));
        assert_eq!(edited["poll"]["expires_at"], post["poll"]["expires_at"]);
        browser.open(&edit).await;
        assert_eq!(
            browser.submit(&edit, &[("text", ""), ("title", "kept"), ("act", "publish")]).await.status(),
            StatusCode::UNPROCESSABLE_ENTITY
        );
        assert!(browser.page.contains("value=\"kept\"") && browser.page.contains("compose-text-wrong"), "{}", browser.page);
        // a post of an app stays plain text
        let plain = done(ada.ask(Method::POST, "/api/v1/statuses").json(&json!({ "status": "2 * 3 * 4" }))).await;
        let edit = format!("/p/{}/edit", plain["id"].as_str().unwrap());
        browser.open(&edit).await;
        assert!(browser.page.contains("as plain text"));
        browser.submit(&edit, &[("text", "*2* * 3"), ("act", "publish")]).await;
        let plain = ada.get(&format!("/api/v1/statuses/{}", plain["id"].as_str().unwrap())).await;
        assert_eq!(plain["content"], "<p>*2* * 3</p>");
        // s048: a post of somebody else is like none
        let mut other = self::browser(&node, &bea).await;
        let nothing = (other.open("/p/17/edit").await.status(), other.page.clone());
        assert_eq!((other.open(&edit).await.status(), other.page.replace(&edit, "/p/17/edit")), nothing);
        other.open("/write").await;
        for path in [edit.clone(), edit.replace("edit", "rewrite")] {
            assert_eq!(other.submit(&path, &[("text", "mine now"), ("act", "publish")]).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_post_is_deleted_and_written_anew_where_it_was() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let lab = founds(&ada, "lab", "Valve quality", "local").await;
        let goes = format!("c{}", lab["id"].as_str().unwrap());
        let mut browser = browser(&node, &ada).await;
        let first = writes(&mut browser, "/write", &[("text", "a typpo"), ("title", "Frost"), ("goes", &goes)]).await;
        let path = location(&first);
        browser.open(&format!("{path}/edit")).await;
        assert!(browser.page.contains(&format!("action=\"{path}/rewrite\"")));
        let answer = browser.submit(&format!("{path}/rewrite"), &[]).await;
        let to = location(&answer);
        assert!(to.starts_with("/write?draft="), "{to}");
        let gone = ada.ask(Method::GET, &format!("/api/v1/statuses/{}", &path[3..])).send().await.unwrap();
        assert_eq!(gone.status(), StatusCode::NOT_FOUND);
        browser.open(&to).await;
        assert!(
            browser.page.contains("a typpo</textarea>") && browser.page.contains(&format!("value=\"{goes}\" checked")),
            "{}",
            browser.page
        );
        browser.open("/write").await;
        assert_eq!(browser.submit(&format!("{path}/rewrite"), &[]).await.status(), StatusCode::NOT_FOUND);
        // an answer whose thread is gone goes to nobody by itself
        let thread = writes(&mut browser, "/write", &[("text", "thread"), ("goes", &goes)]).await;
        let id = location(&thread)[3..].to_owned();
        let kept = writes(&mut browser, "/write", &[("text", "an answer"), ("answer", &id), ("goes", "thread"), ("act", "draft")]).await;
        let draft = location(&kept).replace("/drafts#d", "/write?draft=");
        done(ada.ask(Method::DELETE, &format!("/api/v1/statuses/{id}"))).await;
        assert_eq!(browser.open(&draft).await.status(), StatusCode::OK);
        assert!(browser.page.contains("value=\"direct\" checked") && browser.page.contains("is not there any more"), "{}", browser.page);
    })
    .await;
}

#[tokio::test]
async fn people_whom_one_follows_are_offered_before_others() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let (_bert, bea) = (node.person("bert").await, node.person("bea_long").await);
        founds(&eve, "benches", "Benches", "local").await;
        ada.post("/api/v1/statuses", json!({ "status": "#frost" })).await;
        ada.post(&format!("/api/v1/accounts/{}/follow", bea.account.id), json!({})).await;
        let mut browser = crate::tests::support::Browser::new(&node);
        browser.log_in("ada", PASSWORD).await;
        let mut offered = async |typed: &str| -> Vec<String> {
            assert_eq!(browser.open(&format!("/write/complete?q={typed}")).await.status(), StatusCode::OK);
            let found: Value = serde_json::from_str(&browser.page).unwrap();
            found.as_array().unwrap().iter().map(|one| one["insert"].as_str().unwrap().to_owned()).collect()
        };
        let people = offered("@be").await;
        assert_eq!(people.first().map(String::as_str), Some("@bea_long"));
        assert!(
            people.contains(&"@bert".to_owned()) && people.contains(&"@benches".to_owned()),
            "people of the node know of it: {people:?}"
        );
        assert_eq!(offered("%23fro").await, ["#frost"]);
        for nothing in ["", "@", "%23", "be", ":zz", "@%25", "@_"] {
            assert_eq!(offered(nothing).await, Vec::<String>::new(), "{nothing}");
        }
        assert_eq!(offered(&format!("@{}", "b".repeat(500))).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn a_form_that_comes_too_late_is_given_back_with_all_that_was_typed() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let mut browser = browser(&node, &ada).await;
        let typed = [
            ("title", "Frost"),
            ("text", "Tonight"),
            ("goes", "private"),
            ("spoiler", "Cold"),
            ("option", "yes"),
            ("option", "no"),
            ("lasts", "86400"),
        ];
        browser.open("/write").await;
        let (token, once) = (browser.hidden("token"), browser.hidden("once"));
        let mut all = vec![("token", token.as_str()), ("once", once.as_str()), ("act", "publish")];
        all.extend(typed);
        browser.open("/home").await;
        browser.submit("/logout", &[]).await;
        assert_eq!(browser.send_raw("/write", &all).await.status(), StatusCode::FORBIDDEN);
        for part in [
            "You are logged out",
            "\nTonight</textarea>",
            "name=\"title\" value=\"Frost\"",
            "name=\"option\" value=\"no\"",
            "href=\"/login\"",
        ] {
            assert!(browser.page.contains(part), "{part}: {}", browser.page);
        }
        assert_eq!(browser.hidden("once"), once);
        browser.log_in("ada", PASSWORD).await;
        // as the page before sends it
        assert_eq!(browser.send_raw("/write/preview", &all).await.status(), StatusCode::FORBIDDEN);
        for part in
            ["send it once more", "\nTonight</textarea>", "value=\"Frost\"", "value=\"Cold\"", "value=\"private\" checked", "value=\"no\""]
        {
            assert!(browser.page.contains(part), "{part}: {}", browser.page);
        }
        assert_eq!(ada.get(&format!("/api/v1/accounts/{}/statuses", ada.account.id)).await, json!([]));
        let mut all = vec![("once", once.as_str()), ("act", "publish")];
        all.extend(typed);
        let post = posted(&ada, &browser.submit("/write", &all).await).await;
        assert_eq!((&post["spoiler_text"], &post["visibility"]), (&json!("Cold"), &json!("private")));
        // the script is told so, and another site's form is not even read
        let late = [("token", "old"), ("only", "words"), ("text", "x")];
        assert_eq!(browser.send_raw("/write/preview", &late).await.status(), StatusCode::FORBIDDEN);
        assert!(!browser.page.contains("</textarea>"), "{}", browser.page);
    })
    .await;
}
