//! The node itself: policies, announcements, emoji, appearance, the audit log, plots, first steps.

use super::{browser, newest, node, noted, somebody};
use crate::{
    app::samples::Waiting,
    base::words::NodeRole,
    features::sessions,
    server::heads,
    sql,
    tests::support::{Browser, TestNode, on_both_databases},
};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

/// The smallest thing that begins as a PNG does.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\0";

/// Sends a form with a picture, as a browser does.
async fn send(node: &TestNode, browser: &Browser<'_>, path: &str, fields: &[(&str, &str)], picture: (&str, &[u8])) -> (StatusCode, String) {
    let token = browser.hidden("token");
    let mut body = Vec::new();
    for (name, value) in fields.iter().chain(&[("token", token.as_str())]) {
        body.extend(format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
    }
    let about =
        format!("--x\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n", picture.0);
    body.extend(about.into_bytes().into_iter().chain(picture.1.iter().copied()).chain(*b"\r\n--x--\r\n"));
    let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = node.ask(Method::POST, path).header(header::COOKIE, cookies.join("; "));
    let answer = request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=x").body(body).send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

#[tokio::test]
async fn a_policy_is_looked_at_before_it_is_published() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        somebody(&node, "ada", NodeRole::Admin).await;
        let mut ada = browser(&node, "ada").await;
        ada.open("/admin/policies").await;
        let before = newest(&node).await;
        let fields = [("title", "House rules"), ("text", "Be *kind*. <script>x</script>"), ("what", "preview")];
        assert_eq!(ada.submit("/admin/policies", &fields).await.status(), StatusCode::OK);
        assert!(ada.page.contains("<em>kind</em>") && !ada.page.contains("<script>x"), "{}", ada.page);
        assert_eq!(newest(&node).await, before, "only looked at");
        let fields = [("title", "House rules"), ("text", "Be *kind*."), ("what", "publish")];
        assert_eq!(ada.submit("/admin/policies", &fields).await.status(), StatusCode::SEE_OTHER);
        assert_eq!(noted(&node, before).await, [("policy.publish".to_owned(), "ada".to_owned())]);
        ada.open("/admin/policies").await;
        assert_eq!(ada.submit("/admin/policies", &fields).await.status(), StatusCode::UNPROCESSABLE_ENTITY, "the same again");
        ada.open("/admin/policies/1").await;
        assert!(ada.page.contains("Nobody has accepted this version yet."), "{}", ada.page);
        assert_eq!(ada.open("/admin/policies/2").await.status(), StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn an_announcement_is_made_changed_and_taken_back() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        somebody(&node, "ada", NodeRole::Admin).await;
        let mut ada = browser(&node, "ada").await;
        ada.open("/admin/announcements").await;
        let wrong = [("text", "Soon <b>"), ("starts_at", "2026-12-02T08:00"), ("ends_at", "2026-12-01T08:00")];
        assert_eq!(ada.submit("/admin/announcements", &wrong).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(ada.page.contains("id=\"ends_at-wrong\"") && ada.page.contains("2026-12-02T08:00"), "{}", ada.page);
        let before = newest(&node).await;
        assert_eq!(ada.submit("/admin/announcements", &wrong[..1]).await.status(), StatusCode::SEE_OTHER);
        ada.open("/admin/announcements").await;
        let id = ada.value_after("href=\"/admin/announcements/");
        let path = format!("/admin/announcements/{id}");
        ada.open(&path).await;
        assert_eq!(ada.submit(&path, &[("text", "Later")]).await.status(), StatusCode::SEE_OTHER);
        ada.open("/admin/announcements").await;
        assert!(ada.page.contains("Later") && ada.page.contains("holds now"), "{}", ada.page);
        ada.submit(&format!("{path}/delete"), &[]).await;
        ada.open("/admin/announcements").await;
        assert!(!ada.page.contains("Later"), "{}", ada.page);
        let acts = ["announcement.publish", "announcement.change", "announcement.delete"];
        assert_eq!(noted(&node, before).await, acts.map(|act| (act.to_owned(), "ada".to_owned())));
    })
    .await;
}

#[tokio::test]
async fn s085_s086_pictures_are_what_their_bytes_say() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        somebody(&node, "ada", NodeRole::Admin).await;
        let mut ada = browser(&node, "ada").await;
        ada.open("/admin/emojis").await;
        let fields = [("shortcode", ":valve:"), ("category", "works")];
        let (status, page) = send(&node, &ada, "/admin/emojis", &fields, ("image", b"<svg onload=alert(1)>")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.contains("PNG, GIF or WebP") && page.contains("value=\"valve\""), "{page}");
        let (status, _) = send(&node, &ada, "/admin/emojis", &fields, ("image", &vec![0; 400 * 1024])).await;
        assert!(status.is_client_error());
        let before = newest(&node).await;
        assert_eq!(send(&node, &ada, "/admin/emojis", &fields, ("image", PNG)).await.0, StatusCode::SEE_OTHER);
        assert_eq!(node.get("/assets/emoji/valve").send().await.unwrap().bytes().await.unwrap(), PNG);
        ada.open("/admin/emojis").await;
        assert_eq!(ada.submit("/admin/emojis/remove", &[("shortcode", "valve")]).await.status(), StatusCode::SEE_OTHER);
        ada.open("/admin/emojis").await;
        assert!(!ada.page.contains(":valve:"), "{}", ada.page);
        assert_eq!(noted(&node, before).await, ["emoji.add", "emoji.remove"].map(|act| (act.to_owned(), "ada".to_owned())));
    })
    .await;
}

#[tokio::test]
async fn the_node_presents_itself_as_administrators_say() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        somebody(&node, "ada", NodeRole::Admin).await;
        let mut ada = browser(&node, "ada").await;
        ada.open("/admin/appearance").await;
        let before = newest(&node).await;
        let fields = [("name", "Acme & friends"), ("description", "Valves, mostly."), ("accent", "red")];
        let (status, page) = send(&node, &ada, "/admin/appearance", &fields, ("logo", b"")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.contains("must be a colour") && page.contains("Acme &#38; friends"), "{page}");
        let fields = [("name", "Acme & friends"), ("description", "Valves, mostly."), ("accent", "#FFEE00")];
        assert_eq!(send(&node, &ada, "/admin/appearance", &fields, ("logo", PNG)).await.0, StatusCode::SEE_OTHER);
        assert_eq!(noted(&node, before).await, [("node.appearance".to_owned(), "ada".to_owned())]);
        let mut stranger = Browser::new(&node);
        stranger.open("/").await;
        assert!(stranger.page.contains("Acme &#38; friends"), "{}", stranger.page);
        let style = stranger.value_after("rel=\"stylesheet\" href=\"");
        let answer = node.get(&style).send().await.unwrap();
        assert!(answer.headers()["cache-control"].to_str().unwrap().contains("immutable"));
        assert!(answer.text().await.unwrap().contains("--accent: #"), "{style}");
        assert_eq!(node.get(&style.replace("ffee00", "ffee0x")).send().await.unwrap().status(), StatusCode::NOT_FOUND);
        let logo = stranger.value_after("class=\"logo\" src=\"");
        let answer = node.get(&logo).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "image/png");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        assert_eq!(answer.bytes().await.unwrap(), PNG);
        let instance: Value = node.get("/api/v2/instance").send().await.unwrap().json().await.unwrap();
        assert_eq!((&instance["title"], &instance["description"]), (&json!("Acme & friends"), &json!("Valves, mostly.")));
        assert!(instance["icon"][0]["src"].as_str().unwrap().ends_with(&logo));
        ada.open("/admin/appearance").await;
        let fields = [("name", ""), ("description", ""), ("accent", ""), ("no_logo", "yes")];
        assert_eq!(send(&node, &ada, "/admin/appearance", &fields, ("logo", b"")).await.0, StatusCode::SEE_OTHER);
        assert_eq!(node.get(&logo).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn s125_the_chain_is_checked_at_the_touch_of_a_button_and_a_changed_entry_is_named() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        somebody(&node, "ada", NodeRole::Admin).await;
        somebody(&node, "bo", NodeRole::Moderator).await;
        heads::note(&node.app.store, &node.app.config.data.dir).await.unwrap();
        let mut ada = browser(&node, "ada").await;
        ada.open("/admin/audit?act=account.role").await;
        assert!(ada.page.contains("account.role") && !ada.page.contains("account.create"), "{}", ada.page);
        ada.submit("/admin/audit/verify", &[]).await;
        assert!(ada.page.contains("entries are as they were written; 1 heads"), "{}", ada.page);
        let last = newest(&node).await;
        let tx = node.app.begin().await.unwrap();
        sql!("UPDATE audit SET object = 'eve' WHERE id = {}", last - 1).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        ada.submit("/admin/audit/verify", &[]).await;
        assert!(ada.page.contains(&format!("Entry {} of the audit log was changed", last - 1)), "{}", ada.page);
    })
    .await;
}

#[tokio::test]
async fn the_day_is_drawn_and_stands_in_tables_too() {
    let node = node(&crate::tests::support::Place::sqlite()).await;
    somebody(&node, "ada", NodeRole::Admin).await;
    let mut ada = browser(&node, "ada").await;
    ada.open("/admin/health").await;
    assert!(ada.page.contains("The first minute is not over yet"), "{}", ada.page);
    for minute in 0..3 {
        node.app.samples.delivery(true);
        node.app.samples.close(node.app.store.now(), Waiting { inbox: minute, peers: vec![("bolt.example".into(), 40 + minute)] });
    }
    ada.open("/admin/health").await;
    assert_eq!((ada.page.matches("<svg class=\"plot\"").count(), ada.page.matches("<details>").count()), (5, 5), "{}", ada.page);
    assert!(ada.page.contains(">bolt.example<") && ada.page.contains("<td class=\"number\">42</td>"), "{}", ada.page);
    assert!(!ada.page.contains(" style="), "no inline style");
}

#[tokio::test]
async fn the_owner_s_first_log_in_leads_through_the_first_steps() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        let olga = somebody(&node, "olga", NodeRole::Owner).await;
        let tx = node.app.begin().await.unwrap();
        let secret = sessions::make_login_link(&tx, olga.account.id).await.unwrap();
        tx.commit().await.unwrap();
        let (mut browser, path) = (Browser::new(&node), format!("/login/link/{secret}"));
        browser.open(&path).await;
        assert_eq!(browser.submit(&path, &[]).await.headers()["location"], "/admin/start");
        browser.open("/admin/start").await;
        assert_eq!(browser.page.matches("<li id=\"").count(), 7, "{}", browser.page);
        assert!(browser.page.contains("aria-current=\"step\""), "{}", browser.page);
        let (open, before) = (browser.page.matches(">Skip<").count(), newest(&node).await);
        browser.submit("/admin/start/skip", &[("step", "partner")]).await;
        browser.open("/admin/start").await;
        assert_eq!(
            (browser.page.matches(">Skip<").count(), browser.page.matches(">Take up again<").count()),
            (open - 1, 1),
            "{}",
            browser.page
        );
        browser.submit("/admin/start/skip", &[("step", "partner")]).await;
        assert_eq!(noted(&node, before).await, ["start.skip", "start.take_up"].map(|act| (act.to_owned(), "olga".to_owned())));
        browser.open("/admin/start").await;
        assert_eq!(browser.submit("/admin/start/skip", &[("step", "nonsense")]).await.status(), StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn what_was_given_up_is_told_and_tried_again() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        somebody(&node, "ada", NodeRole::Admin).await;
        let tx = node.app.begin().await.unwrap();
        sql!("INSERT INTO events (id, body, attempts, failed_at, error) VALUES ({}, '', 5, {}, 'no <b>such</b> thing')", tx.id(), tx.now)
            .run(&tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut ada = browser(&node, "ada").await;
        ada.open("/admin").await;
        assert!(ada.page.contains("One thing that happened could not be followed up"), "{}", ada.page);
        ada.open("/admin/jobs").await;
        assert!(ada.page.contains("no &#60;b&#62;such&#60;/b&#62; thing"), "{}", ada.page);
        let before = newest(&node).await;
        ada.submit("/admin/jobs/retry", &[]).await;
        ada.open("/admin/jobs?done=1").await;
        assert!(!ada.page.contains("such"), "{}", ada.page);
        assert_eq!(noted(&node, before).await, [("node.retry".to_owned(), "ada".to_owned())]);
    })
    .await;
}
