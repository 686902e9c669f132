//! Which routes and commands change rights, and what each leaves in the audit log (S126).

use super::social::{founds, id};
use crate::{
    api,
    features::{accounts, audit, recovery},
    server::control::{Act, NewcomerAct, PeerAct, perform},
    tests::support::{TestNode, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Every mutating route of our own API and of Mastodon's for administrators: its entry in the audit log, or why it has none.
const ROUTES: &[(&str, &str)] = &[
    ("POST /api/intermoot/v1/communities", "community.create"),
    ("PATCH /api/intermoot/v1/communities/{id}", "community.change"),
    ("PUT /api/intermoot/v1/communities/{id}", "community.change"),
    ("POST /api/intermoot/v1/communities/{id}/close", "community.close"),
    ("POST /api/intermoot/v1/communities/{id}/stage", "community.widen"),
    ("POST /api/intermoot/v1/communities/{id}/narrow", "community.narrow"),
    ("POST /api/intermoot/v1/communities/{id}/aliases", "community.aliases"),
    ("POST /api/intermoot/v1/communities/{id}/move", "community.move"),
    ("POST /api/intermoot/v1/communities/{id}/join", "seat.admit; none for a request, which changes nobody's rights"),
    ("POST /api/intermoot/v1/communities/{id}/leave", "seat.end"),
    ("POST /api/intermoot/v1/communities/{id}/requests/{account_id}/accept", "seat.admit"),
    ("POST /api/intermoot/v1/communities/{id}/requests/{account_id}/refuse", "seat.refuse"),
    ("PATCH /api/intermoot/v1/communities/{id}/members/{account_id}", "seat.role"),
    ("DELETE /api/intermoot/v1/communities/{id}/members/{account_id}", "seat.end"),
    ("POST /api/intermoot/v1/communities/{id}/members/{account_id}/warn", "member.warn"),
    ("POST /api/intermoot/v1/communities/{id}/members/{account_id}/ban", "member.ban"),
    ("DELETE /api/intermoot/v1/communities/{id}/members/{account_id}/ban", "member.unban"),
    ("POST /api/intermoot/v1/communities/{id}/members/{account_id}/sponsor", "guest.sponsor"),
    ("POST /api/intermoot/v1/communities/{id}/organisations/{host}/ban", "host_ban.set"),
    ("DELETE /api/intermoot/v1/communities/{id}/organisations/{host}/ban", "host_ban.lift"),
    ("POST /api/intermoot/v1/communities/{id}/invitations", "seat.invite, or invitation.create for one by mail"),
    ("POST /api/intermoot/v1/communities/{id}/invitations/accept", "seat.admit"),
    ("POST /api/intermoot/v1/communities/{id}/invitations/decline", "seat.end"),
    ("DELETE /api/intermoot/v1/communities/{id}/invitations/{account_id}", "seat.revoke"),
    ("DELETE /api/intermoot/v1/communities/{id}/invitations/mailed/{invitation_id}", "invitation.revoke"),
    ("POST /api/intermoot/v1/communities/{id}/invitations/mailed/{invitation_id}/resend", "invitation.resend"),
    ("DELETE /api/intermoot/v1/communities/{id}/posts/{post_id}", "post.remove"),
    ("POST /api/intermoot/v1/communities/{id}/posts/{post_id}/restore", "post.restore"),
    ("POST /api/intermoot/v1/communities/{id}/posts/{post_id}/lock", "thread.lock"),
    ("POST /api/intermoot/v1/communities/{id}/posts/{post_id}/unlock", "thread.unlock"),
    ("POST /api/intermoot/v1/communities/{id}/queue/{post_id}/approve", "post.approve"),
    ("POST /api/intermoot/v1/communities/{id}/queue/{post_id}/refuse", "post.refuse"),
    ("POST /api/intermoot/v1/communities/{id}/reports/{report_id}/resolve", "report.resolve"),
    ("POST /api/intermoot/v1/policies", "policy.publish"),
    ("POST /api/intermoot/v1/communities/{id}/policies", "policy.publish, or policy.require where nothing is published"),
    ("POST /api/intermoot/v1/communities/{id}/policies/accept", "none: the acceptance itself is the record, with its proof"),
    ("PUT /api/intermoot/v1/organisation/people/{id}/affiliation", "affiliation.grant or affiliation.change"),
    ("DELETE /api/intermoot/v1/organisation/people/{id}/affiliation", "affiliation.withdraw"),
    ("POST /api/intermoot/v1/organisation/people/{id}/off-board", "account.off_board"),
    ("POST /api/intermoot/v1/organisation/people/{id}/restore", "account.restore"),
    ("POST /api/intermoot/v1/organisation/off-boardings/{id}/confirm", "account.off_board_confirm"),
    ("POST /api/intermoot/v1/organisation/off-boardings/{id}/undo", "account.off_board_undo"),
    ("POST /api/intermoot/v1/organisation/reviews/{id}/keep", "seat.review_keep"),
    ("POST /api/intermoot/v1/organisation/reviews/{id}/end", "seat.review_end"),
    ("POST /api/intermoot/v1/admin/reports/{id}/resolve", "report.resolve"),
    ("POST /api/intermoot/v1/admin/announcements", "announcement.publish"),
    ("PUT /api/intermoot/v1/admin/announcements/{id}", "announcement.change"),
    ("DELETE /api/intermoot/v1/admin/announcements/{id}", "announcement.delete"),
    ("POST /api/intermoot/v1/admin/hosts", "host.block"),
    ("DELETE /api/intermoot/v1/admin/hosts/{host}", "host.unblock"),
    ("POST /api/intermoot/v1/admin/hosts/list", "host.import"),
    ("DELETE /api/intermoot/v1/admin/peers/{host}", "peer.forget"),
    ("POST /api/intermoot/v1/admin/peers/{host}/retry", "peer.retry"),
    ("POST /api/intermoot/v1/admin/peers/{host}/silence", "host.silence"),
    ("DELETE /api/intermoot/v1/admin/peers/{host}/silence", "host.unsilence"),
    ("PUT /api/intermoot/v1/admin/federation", "federation.mode"),
    ("POST /api/intermoot/v1/admin/recovery/agreements/{host}", "agreement.confirm"),
    ("DELETE /api/intermoot/v1/sessions", "session.end_others"),
    ("DELETE /api/intermoot/v1/sessions/{id}", "session.end, or token.revoke for an app"),
    ("POST /api/intermoot/v1/partners", "agreement.propose"),
    ("POST /api/intermoot/v1/partners/{id}/approve", "agreement.approve"),
    ("POST /api/intermoot/v1/partners/{id}/reject", "agreement.reject"),
    ("POST /api/intermoot/v1/partners/{id}/withdraw", "agreement.withdraw"),
    ("POST /api/intermoot/v1/partners/{id}/suspend", "agreement.suspend"),
    ("POST /api/intermoot/v1/partners/{id}/resume", "agreement.resume"),
    ("POST /api/intermoot/v1/partners/{id}/renew", "agreement.renew, or agreement.narrow for less"),
    ("POST /api/intermoot/v1/partners/{id}/end", "agreement.end"),
    ("POST /api/intermoot/v1/partners/{id}/quarantine", "partner.quarantine"),
    ("POST /api/intermoot/v1/partners/{id}/release", "partner.release"),
    ("POST /api/intermoot/v1/partners/{id}/confirm", "agreement.confirm"),
    ("POST /api/v1/admin/accounts/{id}/action", "account.warn, account.sensitive, account.disable, account.silence or account.suspend"),
    ("POST /api/v1/admin/accounts/{id}/approve", "account.approve"),
    ("POST /api/v1/admin/accounts/{id}/reject", "account.reject"),
    ("POST /api/v1/admin/accounts/{id}/enable", "account.enable"),
    ("POST /api/v1/admin/accounts/{id}/unsilence", "account.unsilence"),
    ("POST /api/v1/admin/accounts/{id}/unsensitive", "account.unsensitive"),
    ("POST /api/v1/admin/accounts/{id}/unsuspend", "account.restore"),
    ("DELETE /api/v1/admin/accounts/{id}", "account.delete"),
    ("PUT /api/v1/admin/reports/{id}", "report.change"),
    ("POST /api/v1/admin/reports/{id}/assign_to_self", "report.assign"),
    ("POST /api/v1/admin/reports/{id}/unassign", "report.unassign"),
    ("POST /api/v1/admin/reports/{id}/resolve", "report.resolve"),
    ("POST /api/v1/admin/reports/{id}/reopen", "report.reopen"),
    ("POST /api/v1/admin/domain_blocks", "host.block, host.silence, or host.terms for neither"),
    ("PUT /api/v1/admin/domain_blocks/{id}", "host.change"),
    ("DELETE /api/v1/admin/domain_blocks/{id}", "host.unblock"),
    ("POST /api/v1/admin/domain_allows", "none: it is refused"),
    ("DELETE /api/v1/admin/domain_allows/{id}", "none: it is refused"),
    ("POST /api/v1/admin/email_domain_blocks", "email_host.block"),
    ("DELETE /api/v1/admin/email_domain_blocks/{id}", "email_host.unblock"),
    ("POST /api/v1/admin/canonical_email_blocks", "email.block"),
    ("POST /api/v1/admin/canonical_email_blocks/test", "none: it only reads"),
    ("DELETE /api/v1/admin/canonical_email_blocks/{id}", "email.unblock"),
    ("POST /api/v1/admin/ip_blocks", "network.block"),
    ("PUT /api/v1/admin/ip_blocks/{id}", "network.change"),
    ("DELETE /api/v1/admin/ip_blocks/{id}", "network.unblock"),
    ("PUT /api/v1/admin/tags/{id}", "trend.approve or trend.reject"),
    ("POST /api/v1/admin/trends/tags/{id}/approve", "trend.approve"),
    ("POST /api/v1/admin/trends/tags/{id}/reject", "trend.reject"),
    ("POST /api/v1/admin/trends/statuses/{id}/approve", "trend.approve"),
    ("POST /api/v1/admin/trends/statuses/{id}/reject", "trend.reject"),
    ("POST /api/v1/admin/measures", "none: it only reads"),
    ("POST /api/v1/admin/dimensions", "none: it only reads"),
    ("POST /api/v1/admin/retention", "none: it only reads"),
];

#[test]
fn s126_every_route_that_changes_something_says_what_it_leaves_in_the_audit_log() {
    let said: BTreeMap<&str, &str> = ROUTES.iter().copied().collect();
    let routes = api::routes();
    let changing = routes.table().iter().filter(|route| {
        route.method != Method::GET && ["/api/intermoot/v1/", "/api/v1/admin/"].iter().any(|begin| route.path.starts_with(begin))
    });
    let names: Vec<String> = changing.map(|route| format!("{} {}", route.method, route.path)).collect();
    let silent: Vec<&String> = names.iter().filter(|name| !said.contains_key(name.as_str())).collect();
    assert!(silent.is_empty(), "say in ROUTES what these leave in the audit log, or why nothing: {silent:#?}");
    let gone: Vec<&&str> = said.keys().filter(|name| !names.iter().any(|known| known == **name)).collect();
    assert!(gone.is_empty(), "these routes are no more: {gone:#?}");
}

/// The entry that a command leaves; none for one that changes nothing here. A new command makes the compiler ask.
fn left_by(act: &Act) -> Option<&'static str> {
    match act {
        Act::AccountCreate { .. } => Some("account.create"),
        Act::AccountSuspend { .. } => Some("account.suspend"),
        Act::AccountRestore { .. } => Some("account.restore"),
        Act::AccountSetPassword { .. } => Some("account.password"),
        Act::AccountSetRole { .. } => Some("account.role"),
        Act::AccountDelete { .. } => Some("account.delete"),
        Act::LoginLink { .. } => Some("account.login_link"),
        Act::TokenCreate { .. } => Some("token.create"),
        Act::Newcomer { step } => left_by_newcomer(step),
        Act::CommunityCreate { .. } => Some("community.create"),
        Act::AccountOffBoard { .. } => Some("account.off_board"),
        Act::AccountAffiliation { granted: Some(_), .. } => Some("affiliation.grant"),
        Act::AccountAffiliation { granted: None, .. } => Some("affiliation.withdraw"),
        Act::PartnerPropose { .. } => Some("agreement.propose"),
        Act::Partner { .. } => Some("agreement.step"),
        Act::PartnerRotateKey => Some("organisation.key"),
        Act::HostBlock { .. } => Some("host.block"),
        Act::HostUnblock { .. } => Some("host.unblock"),
        Act::Peer { step } => left_by_step(step),
        Act::FederationMode { mode } => mode.as_ref().map(|_| "federation.mode"),
        Act::RecoverConfirm => Some("node.confirm"),
        Act::RecoverAgreement { .. } => Some("agreement.confirm"),
        // these only read
        Act::AccountList | Act::AccountShow { .. } | Act::CommunityList | Act::CommunityShow { .. } | Act::RecoverStatus => None,
        Act::OffBoardings | Act::PartnerList | Act::PartnerShow { .. } | Act::HostList | Act::EmojiList => None,
        Act::EmojiAdd { .. } => Some("emoji.add"),
        Act::EmojiRemove { .. } => Some("emoji.remove"),
        // a copy gives nobody a right on this node
        Act::Backup { .. } => None,
    }
}

fn left_by_newcomer(step: &NewcomerAct) -> Option<&'static str> {
    match step {
        NewcomerAct::Approve { .. } => Some("account.approve"),
        NewcomerAct::Reject { .. } => Some("account.reject"),
        NewcomerAct::Confirm { .. } => Some("account.confirm"),
        NewcomerAct::Invite { .. } => Some("invite.create"),
        NewcomerAct::SecondFactorOff { .. } => Some("account.second_factor_off"),
        NewcomerAct::Pending => None,
    }
}

fn left_by_step(step: &PeerAct) -> Option<&'static str> {
    match step {
        PeerAct::Silence { .. } => Some("host.silence"),
        PeerAct::Unsilence { .. } => Some("host.unsilence"),
        PeerAct::Import { dry_run: false, .. } => Some("host.import"),
        PeerAct::Forget { .. } => Some("peer.forget"),
        PeerAct::Import { dry_run: true, .. } | PeerAct::List { .. } | PeerAct::Show { .. } | PeerAct::Export => None,
        PeerAct::Retry { .. } => Some("peer.retry"),
    }
}

#[tokio::test]
async fn s126_every_command_leaves_exactly_its_entry() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let tx = node.app.begin().await.unwrap();
        recovery::enter(&tx, "a test").await.unwrap();
        tx.commit().await.unwrap();
        let name = || "bo".to_owned();
        let founding = Act::CommunityCreate {
            name: "valves".into(),
            title: "Valves".into(),
            purpose: "Valves.".into(),
            stage: "public".into(),
            join: "open".into(),
            owner: name(),
        };
        let acts = [
            Act::RecoverStatus,
            Act::RecoverConfirm,
            Act::AccountCreate { name: name(), email: "bo@acme.example".into(), role: "member".into(), password: None },
            Act::AccountList,
            Act::Newcomer { step: NewcomerAct::Pending },
            Act::AccountShow { name: name() },
            Act::AccountSetRole { name: name(), role: "moderator".into() },
            Act::AccountSetPassword { name: name(), password: "a good long password".into() },
            Act::LoginLink { name: name() },
            Act::TokenCreate { name: name(), scopes: "read".into() },
            founding,
            Act::CommunityList,
            Act::CommunityShow { name: "valves".into() },
            Act::AccountSuspend { name: name() },
            Act::AccountRestore { name: name() },
            Act::AccountAffiliation { name: name(), granted: None },
            Act::AccountAffiliation { name: name(), granted: Some(("Fitter".into(), "Assembly".into())) },
            Act::HostBlock { host: "bolt.example".into(), reason: "spam".into() },
            Act::HostList,
            Act::HostUnblock { host: "bolt.example".into() },
            Act::Peer { step: PeerAct::Silence { host: "bolt.example".into(), reason: "loud".into() } },
            Act::Peer { step: PeerAct::Unsilence { host: "bolt.example".into() } },
            Act::Peer { step: PeerAct::Import { list: "a.example\n".into(), dry_run: true, force: false } },
            Act::Peer { step: PeerAct::Import { list: "a.example\n".into(), dry_run: false, force: false } },
            Act::Peer { step: PeerAct::Export },
            Act::Peer { step: PeerAct::List { state: "active".into(), limit: 5, before: None } },
            Act::Peer { step: PeerAct::Show { host: "bolt.example".into() } },
            Act::Peer { step: PeerAct::Retry { host: "bolt.example".into() } },
            Act::Peer { step: PeerAct::Forget { host: "bolt.example".into() } },
            Act::EmojiAdd { shortcode: "valve".into(), category: String::new(), image: "iVBORw0KGgoAAAAA".into() },
            Act::EmojiList,
            Act::EmojiRemove { shortcode: "valve".into() },
            Act::FederationMode { mode: Some("partners".into()) },
            Act::FederationMode { mode: None },
            Act::FederationMode { mode: Some("default".into()) },
            Act::AccountOffBoard { name: name(), reason: "left".into() },
            Act::OffBoardings,
            Act::PartnerList,
            Act::AccountDelete { name: name() },
        ];
        for act in acts {
            let (before, wanted) = (newest(&node).await.0, left_by(&act));
            perform(&node.app, act.clone()).await.unwrap();
            let rows = audit::after(&node.app.store, before).await.unwrap();
            let found: Vec<&str> = rows.iter().map(|row| row.act.as_str()).collect();
            assert_eq!(found, wanted.into_iter().collect::<Vec<_>>(), "{act:?}");
            assert!(rows.iter().all(|row| row.actor == "command line" && row.via == "command line"), "{rows:?}");
        }
    })
    .await;
}

async fn newest(node: &TestNode) -> (i64, String) {
    let row = audit::page(&node.app.store, crate::base::page::Page::first(1)).await.unwrap().pop();
    row.map_or((0, String::new()), |row| (row.id, format!("{} {} {}", row.act, row.actor, row.object)))
}

#[tokio::test]
async fn s126_a_refused_attempt_leaves_one_entry_without_content() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let community = founds(&ada, "valves", json!({})).await;
        let before = newest(&node).await.0;
        let path = format!("/api/intermoot/v1/communities/{}/close", id(&community));
        for (path, wanted) in [(path.as_str(), "eve"), ("/api/intermoot/v1/policies", "eve")] {
            let answer = eve.ask(Method::POST, path).json(&json!({ "title": "secret words", "text": "x" })).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::FORBIDDEN);
            assert_eq!(newest(&node).await.1, format!("refused {wanted} POST {path}"));
        }
        assert_eq!(newest(&node).await.0, before + 2);
        let rows = audit::after(&node.app.store, before).await.unwrap();
        assert!(rows.iter().all(|row| row.via.starts_with("api 127.0.0.1") && !format!("{row:?}").contains("secret words")), "{rows:?}");
        // what is only read, and what is not there, leaves none
        eve.ask(Method::GET, "/api/intermoot/v1/admin/audit").send().await.unwrap();
        eve.ask(Method::POST, "/api/intermoot/v1/communities/1/close").json(&json!({})).send().await.unwrap();
        assert_eq!(newest(&node).await.0, before + 2);
    })
    .await;
}

#[tokio::test]
async fn administrators_page_and_export_the_log_and_nobody_else_does() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person_with("ada", "read admin:read").await, node.person_with("eve", "read admin:read").await);
        // an administrator's everyday app, which may not administer
        let phone = node.person("phone").await;
        let tx = node.app.begin().await.unwrap();
        for administrator in [&ada, &phone] {
            accounts::set_role(&tx, administrator.account.id, crate::base::words::NodeRole::Admin).await.unwrap();
        }
        tx.commit().await.unwrap();
        node.app.bearers.forget_all();
        for path in ["/api/intermoot/v1/admin/audit", "/api/intermoot/v1/admin/audit/export", "/api/intermoot/v1/admin/recovery"] {
            for (who, name) in [(&eve, "eve"), (&phone, "phone")] {
                assert_eq!(who.ask(Method::GET, path).send().await.unwrap().status(), StatusCode::FORBIDDEN, "s099 {path} {name}");
            }
        }
        let page = ada.get("/api/intermoot/v1/admin/audit?limit=2").await;
        let (entries, all) = (page.as_array().unwrap(), newest(&node).await.0);
        assert_eq!((entries.len(), &entries[0]["act"], &entries[0]["id"]), (2, &json!("account.role"), &json!(all)));
        let text = ada.ask(Method::GET, "/api/intermoot/v1/admin/audit/export?after=1").send().await.unwrap().text().await.unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((lines.len() as i64, &lines[0]["id"]), (all - 1, &json!(2)));
    })
    .await;
}

#[tokio::test]
async fn a_policy_is_published_read_on_its_page_and_accepted() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let community = founds(&ada, "valves", json!({})).await;
        let path = format!("/api/intermoot/v1/communities/{}/policies", id(&community));
        assert_eq!(node.get("/c/valves/policy").send().await.unwrap().status(), StatusCode::NOT_FOUND);
        let made = ada.post(&path, json!({ "title": "House rules", "text": "Be *kind*.", "required": true })).await;
        assert_eq!((&made["version"], &made["url"]), (&json!(1), &json!(format!("{}/c/valves/policy", node.url))));
        let page = node.get("/c/valves/policy").send().await.unwrap().text().await.unwrap();
        assert!(page.contains("House rules") && page.contains("<em>kind</em>") && page.contains(made["digest"].as_str().unwrap()));
        let mine = eve.get(&format!("{path}/mine")).await;
        assert_eq!((&mine["required"], &mine["policies"][0]["accepted"]), (&json!(true), &json!(false)));
        let wrong = eve.ask(Method::POST, &format!("{path}/accept")).json(&json!({ "digest": "0" })).send().await.unwrap();
        assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let accepted = eve.post(&format!("{path}/accept"), json!({ "digest": made["digest"] })).await;
        assert_eq!(accepted["policies"][0]["accepted"], json!(true));
        assert_eq!(node.get(&path).send().await.unwrap().json::<Value>().await.unwrap()[0]["text"], json!("Be *kind*."));
    })
    .await;
}
