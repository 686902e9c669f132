//! What each form of administrators leaves in the audit log (S126).

use super::node;
use crate::{
    tests::{leaks::surfaces::paths, support::Place},
    web,
};
use reqwest::{Method, StatusCode};
use std::collections::{BTreeMap, BTreeSet};

/// Every form of administrators: its entries in the audit log, or why it leaves none.
const FORMS: &[(&str, &str)] = &[
    ("/admin/announcements", "announcement.publish"),
    ("/admin/announcements/{id}", "announcement.change"),
    ("/admin/announcements/{id}/delete", "announcement.delete"),
    ("/admin/appearance", "node.appearance"),
    ("/admin/audit/verify", "none: it only reads"),
    ("/admin/emojis", "emoji.add"),
    ("/admin/emojis/remove", "emoji.remove"),
    ("/admin/invites", "invite.revoke"),
    ("/admin/jobs/retry", "node.retry; none where nothing was given up"),
    ("/admin/off-boardings/{id}/{verb}", "account.off_board_confirm, account.off_board_undo, seat.review_keep or seat.review_end"),
    ("/admin/partners/new", "agreement.propose"),
    ("/admin/partners/{id}/terms", "agreement.renew, or agreement.narrow for less"),
    (
        "/admin/partners/{id}/{verb}",
        "agreement.approve, agreement.reject, agreement.withdraw, agreement.suspend, agreement.resume, agreement.end, agreement.confirm, \
         partner.quarantine or partner.release",
    ),
    ("/admin/peers", "host.block or host.silence"),
    ("/admin/peers/{host}/{verb}", "host.block, host.unblock, host.silence, host.unsilence, peer.retry or peer.forget"),
    ("/admin/people/new", "account.create"),
    ("/admin/people/{id}/off-board", "account.off_board"),
    (
        "/admin/people/{id}/{verb}",
        "account.approve, account.reject, account.disable, account.enable, account.suspend, account.restore, account.role, \
         account.login_link, account.second_factor_off, session.end_all, affiliation.grant, affiliation.change or affiliation.withdraw",
    ),
    ("/admin/policies", "policy.publish; none for a look at it"),
    ("/admin/start/skip", "start.skip or start.take_up"),
];

#[tokio::test]
async fn s126_every_form_of_administrators_says_what_it_leaves_in_the_audit_log() {
    let node = node(&Place::sqlite()).await;
    let said: BTreeMap<&str, &str> = FORMS.iter().copied().collect();
    let mut forms = BTreeSet::new();
    for path in paths(&web::router(&node.app)).into_iter().filter(|path| path == "/admin" || path.starts_with("/admin/")) {
        let target = ["{id}", "{verb}", "{host}", "{number}"].into_iter().fold(path.clone(), |path, name| path.replace(name, "1"));
        assert!(!target.contains('{'), "{path}: say what may stand there");
        // whoever is not logged in is sent to log in, where there is a form
        let status = node.ask(Method::POST, &target).send().await.unwrap().status();
        assert!(matches!(status, StatusCode::SEE_OTHER | StatusCode::METHOD_NOT_ALLOWED), "{path}: {status}");
        if status == StatusCode::SEE_OTHER {
            forms.insert(path);
        }
    }
    let silent: Vec<&String> = forms.iter().filter(|form| !said.contains_key(form.as_str())).collect();
    assert!(silent.is_empty(), "say in FORMS what these leave in the audit log, or why nothing: {silent:#?}");
    let gone: Vec<&&str> = said.keys().filter(|form| !forms.contains(**form)).collect();
    assert!(gone.is_empty(), "there are no such forms: {gone:#?}");
}
