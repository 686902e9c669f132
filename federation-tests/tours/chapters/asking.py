"""Polls, posts to come, quotes, requests of strangers, and push."""

import base64
import datetime

from record import equal, eventually, fields, holds, ids, refused, text, true


def tell(tour, cast):
    """Each as an app does it, across two nodes where it travels."""
    polls(tour, cast)
    later(tour, cast)
    quotes(tour, cast)
    strangers(tour, cast)
    push(tour, cast)


def polls(tour, cast):
    """Asked here, voted in here and there."""
    ada, abe, bo = cast.ada.api, cast.abe.api, cast.bo.api
    with tour.step("make_poll, poll_vote: here and from the other node"):
        post = ada.status_post("Which gasket?", poll=ada.make_poll(["cork", "rubber"], 600))
        fields(cast.ada.wire.raw()["poll"], "id expires_at expired multiple votes_count voters_count options emojis", "the poll")
        equal([one.title for one in post.poll.options], ["cork", "rubber"], "the answers")
        equal(abe.poll_vote(post.poll.id, [1]).own_votes, [1], "own votes")
        refused(lambda: abe.poll_vote(post.poll.id, [0]), 422)
        refused(lambda: ada.poll_vote(post.poll.id, [0]), 422)
        away = eventually("bo sees it", lambda: next((one for one in bo.timeline_home() if one.uri == post.uri), None))
        bo.poll_vote(away.poll.id, [0])
        eventually("both votes are counted", lambda: ada.poll(post.poll.id).votes_count == 2)
        equal([one.votes_count for one in ada.poll(post.poll.id).options], [1, 1], "the figures")
    with tour.step("make_poll: too few answers, too short a time"):
        refused(lambda: ada.status_post("?", poll=ada.make_poll(["one"], 600)), 422)
        refused(lambda: ada.status_post("?", poll=ada.make_poll(["one", "two"], 10)), 422)


def later(tour, cast):
    """Posts to come."""
    ada = cast.ada.api
    hour = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    with tour.step("status_post with scheduled_at, scheduled_statuses, _update, _delete"):
        kept = ada.status_post("Good morning", scheduled_at=hour)
        fields(cast.ada.wire.raw(), "id scheduled_at params media_attachments", "the post to come")
        equal(ids(ada.scheduled_statuses()), [str(kept.id)], "the list")
        moved = ada.scheduled_status_update(kept.id, hour + datetime.timedelta(hours=1))
        true(moved.scheduled_at > kept.scheduled_at, "it is later now")
        refused(lambda: cast.abe.api.scheduled_status_delete(kept.id), 404)
        ada.scheduled_status_delete(kept.id)
        equal(list(ada.scheduled_statuses()), [], "the list")
        refused(lambda: ada.status_post("Soon", scheduled_at=hour - datetime.timedelta(minutes=58)), 422)


def quotes(tour, cast):
    """Another's post in one's own, with consent."""
    ada, bo = cast.ada.api, cast.bo.api
    with tour.step("status_post with quoted_status_id: the other node is asked and agrees"):
        post = ada.status_post("Worth repeating")
        away = eventually("bo sees it", lambda: next((one for one in bo.timeline_home() if one.uri == post.uri), None))
        quoting = bo.status_post("Indeed", quoted_status_id=away.id)
        eventually("the stamp came", lambda: bo.status(quoting.id).quote.state == "accepted")
        eventually("ada is told", lambda: [one for one in ada.notifications(types=["quote"])])
        holds(text(bo.status(quoting.id).quote.quoted_status), "Worth repeating", "what is quoted")
    with tour.step("status_post with quote_approval_policy nobody: refused to others"):
        closed = ada.status_post("Not this one", quote_approval_policy="nobody")
        refused(lambda: cast.abe.api.status_post("But", quoted_status_id=closed.id), 422)


def strangers(tour, cast):
    """What waits, and who is let in."""
    ada, abe = cast.ada.api, cast.abe.api
    with tour.step("update_notifications_policy, notification_requests, accept_notification_request"):
        ada.account_unfollow(cast.abe.me.id)
        ada.update_notifications_policy(for_not_following="filter")
        post = abe.status_post(f"@{cast.ada.name} may I?")
        request = eventually("it waits", lambda: next(iter(ada.notification_requests()), None))
        fields(cast.ada.wire.raw()[0], "id account created_at updated_at notifications_count last_status", "the request")
        true(not any(one.get("status") and one.status.id == post.id for one in ada.notifications()), "not among the rest")
        ada.accept_notification_request(request.id)
        true(any(one.get("status") and one.status.id == post.id for one in ada.notifications()), "among the rest")
        ada.update_notifications_policy(for_not_following="accept")
        ada.account_follow(cast.abe.me.id)
    with tour.step("unread counts, one by one and in groups"):
        true(ada.notifications_unread_count().count >= ada.unread_grouped_notifications_count() > 0, "groups are no more than what is in them")


# The key and the secret of the receiver in RFC 8291, appendix A.
RECEIVER = {
    "pubkey": base64.urlsafe_b64decode("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4="),
    "auth": base64.urlsafe_b64decode("BTBZMqHH6r4Tts7J_aSIgg=="),
}


def push(tour, cast):
    """A subscription from its beginning to its end."""
    ada = cast.ada.api
    with tour.step("push_subscription_set, _update, push_subscription, _delete"):
        made = ada.push_subscription_set("https://push.example/1", RECEIVER, follow_events=True, mention_events=False)
        fields(cast.ada.wire.raw(), "id endpoint alerts server_key", "the subscription")
        equal((made.alerts.follow, made.alerts.mention), (True, False), "what is wanted")
        equal(made.server_key, ada.instance_v2().configuration.vapid.public_key, "the key")
        equal(ada.push_subscription_update(follow_events=True, mention_events=True).alerts.mention, True, "what is wanted now")
        equal(ada.push_subscription().endpoint, "https://push.example/1", "where to")
        ada.push_subscription_delete()
        refused(ada.push_subscription, 404)
