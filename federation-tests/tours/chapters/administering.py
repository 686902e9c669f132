"""What administrators do with the tools that they have: accounts, reports, hosts, who may sign up, figures."""

import datetime

from browser import Browser
from chapters.oauth import SHOWN, client
from mastodon import Mastodon
from record import Wrong, equal, eventually, fields, holds, ids, lacks, refused, true

SCOPES = ["read", "write", "follow", "push", "admin:read", "admin:write"]


def tell(tour, cast):
    """Logs an administrator in, and has them do each thing once."""
    boss = log_in(tour, cast)
    if boss is None:
        return
    narrow(tour, cast)
    accounts(tour, cast, boss)
    acts(tour, cast, boss)
    reports(tour, cast, boss)
    hosts(tour, cast, boss)
    newcomers(tour, cast, boss)
    trends(tour, cast, boss)
    figures(tour, cast, boss)


def shaped(tour, name, raw):
    """An answer has the documented shape of `name`, where the document is at hand."""
    if not tour.shapes.schemas:
        return
    for one in raw if isinstance(raw, list) else [raw]:
        wrong = tour.shapes._differences({"$ref": f"#/components/schemas/{name}"}, one, name)
        true(not wrong, "; ".join(sorted(set(wrong))[:8]))


def log_in(tour, cast):
    """An app that asks for the scopes of administration; only who has the standing may grant them."""
    boss, app = cast.boss, None
    with tour.step("create_app with admin:read and admin:write"):
        app = Mastodon.create_app("Office", scopes=SCOPES, redirect_uris=[SHOWN], api_base_url=cast.home, session=boss.wire)
    with tour.step("auth_request_url, log_in(code) as an administrator"):
        boss.api = client(cast.home, boss.wire, app)
        url = boss.api.auth_request_url(scopes=SCOPES, allow_http=True)
        code = Browser().authorize(url, boss.name, boss.password)["code"]
        boss.api.log_in(code=code, scopes=SCOPES, allow_http=True)
        boss.me = boss.api.account_verify_credentials()
        true(int(boss.me.role.permissions) & 16, "the role may manage reports")
    with tour.step("somebody without the standing cannot grant these scopes"):
        try:
            outcome = Browser().authorize(url, cast.abe.name, cast.abe.password)
        except Exception:  # noqa: BLE001 (a page of refusal, whatever the browser makes of it)
            outcome = {}
        true("code" not in outcome, f"a code came out: {outcome}")
    return boss.api if boss.me else None


def narrow(tour, cast):
    """A token without the scopes."""
    with tour.step("without the scopes nothing of it opens, whoever asks"):
        for act in (cast.ada.api.admin_accounts_v2, cast.ada.api.admin_reports, cast.ada.api.admin_domain_blocks, cast.ada.api.admin_ip_blocks):
            refused(act, 403)


def accounts(tour, cast, boss):
    """Finding accounts."""
    raw = cast.boss.wire.raw
    with tour.step("admin_accounts_v2"):
        found = boss.admin_accounts_v2(origin="local", username=cast.abe.name)
        shaped(tour, "AdminAccount", raw())
        equal([one.username for one in found], [cast.abe.name], "who is found")
        true(found[0].email, "their address")
        far = boss.admin_accounts_v2(origin="remote", by_domain=cast.away_name)
        holds([one.account.acct for one in far], f"{cast.bo.name}@{cast.away_name}", "people elsewhere")
        staff = [one.username for one in boss.admin_accounts_v2(permissions="staff", status="active")]
        holds(staff, cast.boss.name, "the staff")
        lacks(staff, cast.abe.name, "the staff")
        equal(list(boss.admin_accounts_v2(status="suspended")), [], "the suspended")
    with tour.step("admin_accounts_v1, admin_account"):
        # Mastodon.py gives this list as it came
        holds([one["username"] for one in boss.admin_accounts_v1()], cast.abe.name, "the active")
        one = boss.admin_account(cast.abe.me.id)
        shaped(tour, "AdminAccount", raw())
        fields(raw(), "id username domain created_at email ip role confirmed suspended silenced disabled approved locale account", "it")
        equal((str(one.id), one.suspended), (str(cast.abe.me.id), False), "abe")
        refused(lambda: boss.admin_account(1), 404)
    with tour.step("the list is paged"):
        first = boss.admin_accounts_v2(origin="local", limit=1)
        holds(cast.boss.wire.last.headers.get("Link", ""), f"max_id={first[0].id}", "where the next page is")
        rest = boss.admin_accounts_v2(origin="local", limit=1, max_id=first[0].id)
        true(len(first) == 1 and rest and first[0].id != rest[0].id, "a second page")


def acts(tour, cast, boss):
    """What is done about accounts, and taken back."""
    abe = cast.abe.me.id
    for kind, flag, undo in (
        ("sensitive", "sensitized", boss.admin_account_unsensitive),
        ("silence", "silenced", boss.admin_account_unsilence),
    ):
        with tour.step(f"admin_account_moderate: {kind}, and back"):
            boss.admin_account_moderate(abe, kind, text="too loud")
            true(boss.admin_account(abe)[flag], flag)
            equal(undo(abe)[flag], False, flag)
    with tour.step("admin_account_moderate without an action warns"):
        boss.admin_account_moderate(abe, text="Mind the gap")
        warned = eventually("abe is told", lambda: [
            one for one in cast.abe.api.notifications(types=["moderation_warning"]) if one.moderation_warning.text == "Mind the gap"])
        equal(warned[0].moderation_warning.action, "none", "what was done")
    away = boss.account_lookup(f"{cast.bo.name}@{cast.away_name}")
    with tour.step("somebody elsewhere is suspended, and restored"):
        boss.admin_account_moderate(away.id, "suspend")
        holds([one.username for one in boss.admin_accounts_v2(status="suspended")], cast.bo.name, "the suspended")
        equal(boss.admin_account_unsuspend(away.id).suspended, False, "suspended")
        refused(lambda: boss.admin_account_moderate(away.id, "disable"), 422)
    with tour.step("nobody acts on themselves; who is not suspended is not deleted; who does not wait is not approved"):
        refused(lambda: boss.admin_account_moderate(cast.boss.me.id, "suspend"), 403)
        refused(lambda: boss.admin_account_delete(abe), 403)
        refused(lambda: boss.admin_account_approve(abe), 403)
        refused(lambda: boss.admin_account_reject(abe), 403)
        refused(lambda: boss.admin_account_enable(abe), 403)


def reports(tour, cast, boss):
    """Reports of the node."""
    raw = cast.boss.wire.raw
    ada, abe = cast.ada.api, cast.abe
    post = abe.api.status_post("Buy my gaskets")
    made = ada.report(abe.me.id, [post.id], comment="spam", category="spam")
    with tour.step("admin_reports, admin_report, and who handles them is notified"):
        holds(ids(boss.admin_reports()), str(made.id), "the open reports")
        shaped(tour, "AdminReport", raw())
        one = boss.admin_report(made.id)
        equal((one.category, one.account.username, ids(one.statuses)), ("spam", cast.ada.name, [str(post.id)]), "the report")
        eventually("the administrator is told", lambda: any(
            str(told.report.id) == str(made.id) for told in boss.notifications(types=["admin.report"])))
        equal(list(boss.admin_reports(target_account_id=cast.ada.me.id)), [], "reports about ada")
    with tour.step("admin_report_assign, unassign, resolve, reopen"):
        equal(boss.admin_report_assign(made.id).assigned_account.username, cast.boss.name, "in whose hands")
        equal(boss.admin_report_unassign(made.id).assigned_account, None, "in whose hands")
        true(boss.admin_report_resolve(made.id).action_taken, "it is closed")
        shaped(tour, "AdminReport", raw())
        holds(ids(boss.admin_reports(resolved=True)), str(made.id), "the closed reports")
        equal(boss.admin_report_reopen(made.id).action_taken, False, "closed")
    with tour.step("an act settles a report"):
        boss.admin_account_moderate(abe.me.id, "silence", report_id=made.id)
        true(boss.admin_report(made.id).action_taken, "it is closed")
        boss.admin_account_unsilence(abe.me.id)


def hosts(tour, cast, boss):
    """Hosts that are refused or limited."""
    raw = cast.boss.wire.raw
    with tour.step("admin_create_domain_block, admin_domain_blocks, admin_update_domain_block, admin_delete_domain_block"):
        made = boss.admin_create_domain_block("spam.example", severity="suspend", public_comment="ads", private_comment="hush", obfuscate=True)
        shaped(tour, "AdminDomainBlock", raw())
        holds([one.domain for one in boss.admin_domain_blocks()], "spam.example", "the hosts")
        equal(boss.admin_domain_blocks(made.id).private_comment, "hush", "why")
        told = next(one for one in cast.ada.api.instance_domain_blocks() if one.severity == "suspend")
        true("*" in told.domain and told.comment == "ads", f"its name is hidden: {told}")
        changed = boss.admin_update_domain_block(made.id, severity="silence", reject_media=True, reject_reports=True)
        equal((changed.severity, changed.reject_media, changed.reject_reports), ("silence", True, True), "what was changed")
        boss.admin_delete_domain_block(made.id)
        lacks([one.domain for one in boss.admin_domain_blocks()], "spam.example", "the hosts")
        refused(lambda: boss.admin_create_domain_block("no host"), 422)
    with tour.step("admin_domain_allows: none where federation is open, and made by agreement alone"):
        equal(list(boss.admin_domain_allows()), [], "the allowed")
        refused(lambda: boss.admin_create_domain_allow("partner.example"), 409)


def newcomers(tour, cast, boss):
    """Who may not sign up."""
    raw = cast.boss.wire.raw
    with tour.step("admin_create_email_domain_block and its list"):
        made = boss.admin_create_email_domain_block("trash.example")
        shaped(tour, "AdminEmailDomainBlock", raw())
        equal([one.domain for one in boss.admin_email_domain_blocks()], ["trash.example"], "the hosts")
        equal(boss.admin_email_domain_block(made.id).domain, "trash.example", "one of them")
        boss.admin_delete_email_domain_block(made.id)
        equal(list(boss.admin_email_domain_blocks()), [], "the hosts")
    with tour.step("admin_create_canonical_email_block, test and delete"):
        made = boss.admin_create_canonical_email_block(email="Mal.lory+1@mail.example")
        shaped(tour, "AdminCanonicalEmailBlock", raw())
        equal(ids(boss.admin_test_canonical_email_block("mallory@mail.example")), [str(made.id)], "what is found")
        equal(len(boss.admin_canonical_email_blocks()), 1, "how many there are")
        equal(boss.admin_canonical_email_block(made.id).canonical_email_hash, made.canonical_email_hash, "one of them")
        boss.admin_delete_canonical_email_block(made.id)
    with tour.step("admin_create_ip_block, update and delete"):
        made = boss.admin_create_ip_block("198.51.100.7/24", "sign_up_block", comment="bots", expires_in=3600)
        shaped(tour, "AdminIpBlock", raw())
        equal(made.ip, "198.51.100.0/24", "the network")
        equal(boss.admin_update_ip_block(made.id, severity="no_access").severity, "no_access", "what was changed")
        equal(ids(boss.admin_ip_blocks()), [str(made.id)], "the networks")
        boss.admin_delete_ip_block(made.id)
        refused(lambda: boss.admin_ip_block(made.id), 404)


def trends(tour, cast, boss):
    """What trends."""
    post = cast.ada.api.status_post("The best #sprocket")
    cast.abe.api.status_favourite(post.id)
    with tour.step("admin_trending_tags, reject and approve"):
        holds([one.name for one in boss.admin_trending_tags(limit=100)], "sprocket", "the tags")
        boss.admin_reject_trending_tag("sprocket")
        lacks([one.name for one in cast.ada.api.trending_tags(limit=20)], "sprocket", "what everybody is shown")
        boss.admin_approve_trending_tag("sprocket")
    with tour.step("admin_trending_statuses, reject and approve"):
        holds(ids(boss.admin_trending_statuses()), str(post.id), "the posts")
        boss.admin_reject_trending_status(post.id)
        lacks(ids(cast.ada.api.trending_statuses()), str(post.id), "what everybody is shown")
        boss.admin_approve_trending_status(post.id)
    with tour.step("admin_trending_links: those that everybody gets"):
        equal(list(boss.admin_trending_links()), list(cast.ada.api.trending_links()), "the links")


def figures(tour, cast, boss):
    """Figures."""
    raw = cast.boss.wire.raw
    now = datetime.datetime.now(datetime.timezone.utc)
    start = now - datetime.timedelta(days=2)
    with tour.step("admin_measures"):
        found = boss.admin_measures(start, now, active_users=True, new_users=True, interactions=True, opened_reports=True, resolved_reports=True,
                                    tag_uses="sprocket", instance_accounts=cast.away_name)
        shaped(tour, "AdminMeasure", raw())
        total = {one.key: int(one.total) for one in found}
        if not (total["active_users"] >= 2 and total["new_users"] >= 3 and total["interactions"] >= 1 and total["tag_uses"] == 1):
            raise Wrong(f"odd figures: {total}")
        true(total["opened_reports"] >= 1 and total["instance_accounts"] >= 1, f"figures of reports and of a host: {total}")
    with tour.step("admin_dimensions, admin_retention"):
        found = boss.admin_dimensions(start, now, servers=True, software_versions=True, tag_languages="sprocket")
        shaped(tour, "AdminDimension", raw())
        equal(sorted(one.key for one in found), ["servers", "software_versions", "tag_languages"], "the dimensions")
        cohorts = boss.admin_retention(start, now)
        shaped(tour, "AdminCohort", raw())
        true(cohorts[-1].data[0].value == 0 or cohorts[-1].data[0].rate <= 1, "a share")
