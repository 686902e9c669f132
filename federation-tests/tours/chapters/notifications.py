"""Notifications one by one and in groups, their policy, and how far one has read."""

from record import equal, eventually, fields, holds, ids, refused, true

KINDS = {"follow", "mention", "favourite", "reblog"}


def tell(tour, cast):
    """What reached ada from abe and from the other node, then read marks, then an empty list."""
    ada, abe, bo = cast.ada.api, cast.abe.api, cast.bo.api
    with tour.step("notifications_clear"):
        ada.notifications_clear()
        equal(list(ada.notifications()), [], "the list")
    with tour.step("notifications of every kind, from here and from the other node"):
        post = ada.status_post("Something to talk about")
        abe.account_follow(cast.ada.me.id)
        abe.status_favourite(post.id)
        abe.status_reblog(post.id)
        answer = abe.status_reply(post, "Let us talk")
        away = eventually("bo sees it", lambda: next((one for one in bo.timeline_home() if one.uri == post.uri), None))
        bo.status_favourite(away.id)
        bo.status_reblog(away.id)
        bo.status_post(f"@{cast.ada.name}@{cast.home_name} let us", in_reply_to_id=away.id)
        eventually("seven have arrived", lambda: len(ada.notifications(limit=40)) >= 7)
        seen = ada.notifications(limit=40)
        equal(sorted((one.type, one.account.acct) for one in seen), sorted(
            [(kind, cast.abe.name) for kind in KINDS] +
            [(kind, f"{cast.bo.name}@{cast.away_name}") for kind in KINDS - {"follow"}]), "what and from whom")
        true(all(one.status.id == post.id for one in seen if one.type in ("favourite", "reblog")), "they say which post")
        holds(ids(one.status for one in seen if one.type == "mention"), str(answer.id), "the posts that mention")
        true(ids(seen) == sorted(ids(seen), key=int, reverse=True), "newest first")
        fields(cast.ada.wire.raw()[0], "id type created_at account group_key", "a notification")
    selection(tour, cast)
    groups(tour, cast)
    ends(tour, cast)


def selection(tour, cast):
    """Some of them, in pages."""
    ada = cast.ada.api
    with tour.step("notifications by type, without types, of one account"):
        equal({one.type for one in ada.notifications(types=["mention", "follow"])}, {"mention", "follow"}, "types")
        equal({one.type for one in ada.notifications(exclude_types=["mention", "follow"])}, {"favourite", "reblog"}, "exclude_types")
        equal({one.account.acct for one in ada.notifications(account_id=cast.bo_at_home.id)},
              {f"{cast.bo.name}@{cast.away_name}"}, "of one account")
    with tour.step("notifications in pages: each once"):
        first = ada.notifications(limit=3)
        equal(len(first), 3, "the length of the first page")
        whole = ids(ada.fetch_remaining(first))
        equal(whole, ids(ada.notifications(limit=40)), "all pages")
        equal(ids(ada.fetch_previous(ada.fetch_next(first))), ids(first), "back again")
    with tour.step("notifications: one by its id, and another's not at all"):
        one = ada.notifications(limit=1)[0]
        equal(ada.notifications(id=one.id).type, one.type, "the type")
        refused(lambda: cast.abe.api.notifications(id=one.id), 404)
    with tour.step("a muted account's notifications stay away"):
        ada.account_mute(cast.abe.me.id)
        cast.abe.api.status_post(f"@{cast.ada.name} can you hear me")
        true(not any("hear me" in one.status.content for one in ada.notifications(types=["mention"])), "none from who is muted")
        ada.account_unmute(cast.abe.me.id)


def groups(tour, cast):
    """The second form."""
    ada = cast.ada.api
    with tour.step("grouped_notifications: every account and post that a group names is there"):
        result = ada.grouped_notifications(limit=40)
        raw = cast.ada.wire.raw()
        fields(raw, "accounts statuses notification_groups", "the result")
        fields(raw["notification_groups"][0], "group_key notifications_count type most_recent_notification_id "
               "page_min_id page_max_id latest_page_notification_at sample_account_ids", "a group")
        accounts = set(ids(result.accounts)) | set(ids(result.partial_accounts))
        statuses = set(ids(result.statuses))
        for group in result.notification_groups:
            true(all(str(one) in accounts for one in group.sample_account_ids), f"the accounts of {group.group_key}")
            true(not group.get("status_id") or str(group.status_id) in statuses, f"the post of {group.group_key}")
        equal(sum(group.notifications_count for group in result.notification_groups), len(ada.notifications(limit=40)), "how many in all")
        equal({group.type for group in result.notification_groups}, KINDS, "the types")
        equal(len({group.group_key for group in result.notification_groups}), len(result.notification_groups), "different keys")
    with tour.step("grouped_notifications by type, in pages"):
        only = ada.grouped_notifications(types=["favourite"])
        equal({group.type for group in only.notification_groups}, {"favourite"}, "the types")
        first = ada.grouped_notifications(limit=2)
        second = ada.fetch_next(first)
        true(second is not None and second.notification_groups, "a second page")
        keys = [group.group_key for page in (first, second) for group in page.notification_groups]
        equal(len(keys), len(set(keys)), "different keys")
    with tour.step("grouped_notification, by its key"):
        group = ada.grouped_notifications(types=["follow"]).notification_groups[0]
        equal(ada.grouped_notification(group.group_key).notification_groups[0].type, "follow", "the type")
        equal(ids(ada.grouped_notification_accounts(group.group_key)), [str(cast.abe.me.id)], "the accounts")
    with tour.step("notifications_policy accepts all; notification_requests is empty"):
        policy = ada.notifications_policy()
        for name in ("for_not_following", "for_not_followers", "for_new_accounts", "for_private_mentions"):
            equal(policy[name], "accept", name)
        equal(policy.for_limited_accounts, "filter", "as on Mastodon")
        equal(policy.summary.pending_requests_count, 0, "pending")
        equal(list(ada.notification_requests()), [], "the requests")


def ends(tour, cast):
    """Markers, and clearing up."""
    ada = cast.ada.api
    with tour.step("markers_set, markers_get"):
        home, latest = ada.timeline_home(limit=1)[0], ada.notifications(limit=1)[0]
        marked = ada.markers_set(["home", "notifications"], [home.id, latest.id])
        equal((str(marked.home.last_read_id), str(marked.notifications.last_read_id)), (str(home.id), str(latest.id)), "what was set")
        kept = ada.markers_get(["home", "notifications"])
        equal(str(kept.home.last_read_id), str(home.id), "what was kept")
        fields(cast.ada.wire.raw()["home"], "last_read_id version updated_at", "a marker")
        equal(list(ada.markers_get(["home"])), ["home"], "only what was asked for")
        equal(dict(cast.abe.api.markers_get(["home"])), {}, "another's")
    with tour.step("notifications_dismiss, notifications_clear"):
        one = ada.notifications(limit=1)[0]
        ada.notifications_dismiss(one.id)
        true(str(one.id) not in ids(ada.notifications(limit=40)), "the dismissed is gone")
        ada.notifications_clear()
        equal(list(ada.notifications()), [], "the list")
        equal(list(ada.grouped_notifications().notification_groups), [], "the groups")
    with tour.step("a post's end takes its notifications with it"):
        gone = cast.abe.api.status_post(f"@{cast.ada.name} soon gone")
        eventually("the mention is there", lambda: [one for one in ada.notifications() if one.type == "mention"])
        cast.abe.api.status_delete(gone.id)
        eventually("the mention is gone", lambda: not list(ada.notifications()))
