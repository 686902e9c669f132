"""Posts: written once, answered, changed, liked, boosted, kept, deleted."""

import datetime
import uuid

from mastodon import Mastodon
from record import equal, eventually, fields, holds, ids, lacks, refused, text, true

STATUS = ("id uri url created_at account content visibility sensitive spoiler_text media_attachments mentions tags emojis "
          "reblogs_count favourites_count replies_count in_reply_to_id in_reply_to_account_id reblog poll card language "
          "edited_at favourited reblogged muted bookmarked")


def tell(tour, cast):
    """From writing to deleting."""
    writing(tour, cast)
    audiences(tour, cast)
    answering(tour, cast)
    changing(tour, cast)
    reacting(tour, cast)
    deleting(tour, cast)


def writing(tour, cast):
    """Posts and what stands in them."""
    ada = cast.ada.api
    with tour.step("status_post"):
        post = cast.post = ada.status_post("A seal leaks: see https://acme.example/seals #SealTour & <b>more</b>", language="en")
        fields(cast.ada.wire.raw(), STATUS, "the post")
        equal((post.account.id, post.visibility, post.sensitive, post.spoiler_text, post.language),
              (cast.ada.me.id, "public", False, "", "en"), "author, visibility, sensitive, spoiler, language")
        holds(post.content, 'href="https://acme.example/seals"', "a link")
        holds(post.content, "&lt;b&gt;more&lt;/b&gt;", "markup as text")
        equal([tag.name.lower() for tag in post.tags], ["sealtour"], "the tags")
        true(isinstance(post.created_at, datetime.datetime) and post.created_at.tzinfo, f"created_at {post.created_at!r}")
        equal(post.uri.split("/")[2], cast.home_name, "the host of the uri")
    with tour.step("status, statuses, account_statuses"):
        other = ada.status_post("A second one")
        equal(ada.status(post.id).content, post.content, "the content")
        equal(sorted(ids(ada.statuses([post.id, other.id]))), sorted([str(post.id), str(other.id)]), "the ids")
        equal(ids(ada.account_statuses(cast.ada.me.id)), [str(other.id), str(post.id)], "newest first")
        equal(ada.account_verify_credentials().statuses_count, 2, "statuses_count")
    with tour.step("status_post with one idempotency_key, twice, is one post"):
        key = str(uuid.uuid4())
        first, second = (ada.status_post("Only once", idempotency_key=key) for _ in range(2))
        equal(second.id, first.id, "the id")
        equal([text(one) for one in ada.account_statuses(cast.ada.me.id)].count(first.content), 1, "how often it stands there")
    with tour.step("status_post with a warning, sensitive, in another language, unlisted"):
        post = ada.status_post("Vorsicht", spoiler_text="Warnung", sensitive=True, language="de", visibility="unlisted")
        equal((post.spoiler_text, post.sensitive, post.language, post.visibility), ("Warnung", True, "de", "unlisted"), "what came of it")
    with tour.step("status_post with a mention, here and across"):
        post = ada.status_post(f"@{cast.abe.name} and @{cast.bo.name}@{cast.away_name}, come and see")
        equal(sorted(one.acct for one in post.mentions), sorted([cast.abe.name, f"{cast.bo.name}@{cast.away_name}"]), "the mentioned")
        holds(post.content, f'href="{cast.abe.me.url}"', "the link to who is mentioned")
    with tour.step("status_post: nothing, and too much, are refused"):
        refused(lambda: ada.status_post(""), 422)
        most = ada.instance_v2().configuration.statuses.max_characters
        refused(lambda: ada.status_post("x" * (most + 1)), 422)
        equal(len(ada.status_post("y" * most).content) >= most, True, "as much as allowed is taken")
    with tour.step("status_post reaches the other node with all it holds"):
        found = eventually("bo sees it", lambda: next((one for one in cast.bo.api.timeline_home() if one.uri == cast.post.uri), None))
        equal((found.language, found.visibility, found.account.acct), ("en", "public", f"{cast.ada.name}@{cast.home_name}"), "what arrived")
        holds(found.content, "&lt;b&gt;more&lt;/b&gt;", "the content")
        equal(found.created_at, cast.post.created_at, "created_at")
        equal([tag.name.lower() for tag in found.tags], ["sealtour"], "the tags")
        cast.post_away = found


def audiences(tour, cast):
    """Who may see what."""
    ada, abe, bo = cast.ada.api, cast.abe.api, cast.bo.api
    stranger = Mastodon(api_base_url=cast.home, session=tour.wire())
    with tour.step("private: for followers"):
        post = ada.status_post("For followers", visibility="private")
        equal(post.visibility, "private", "the visibility")
        refused(lambda: abe.status(post.id), 404)
        refused(lambda: stranger.status(post.id), 404, 401)
        eventually("bo, who follows, sees it", lambda: any("For followers" in text(one) for one in bo.timeline_home()))
        lacks(ids(abe.account_statuses(cast.ada.me.id)), str(post.id), "what abe sees of ada")
        refused(lambda: abe.status_reblog(post.id), 404, 403, 422)
    with tour.step("direct: for those mentioned"):
        post = ada.status_post(f"@{cast.abe.name} between us", visibility="direct")
        equal(abe.status(post.id).visibility, "direct", "the visibility abe sees")
        refused(lambda: stranger.status(post.id), 404, 401)
        lacks(ids(ada.timeline_public()), str(post.id), "the public timeline")
    with tour.step("unlisted: for all, but not in public timelines"):
        post = ada.status_post("Not on the board", visibility="unlisted")
        equal(stranger.status(post.id).id, post.id, "the id a stranger sees")
        lacks(ids(ada.timeline_local()), str(post.id), "the local timeline")


def answering(tour, cast):
    """Threads."""
    ada, abe, bo = cast.ada.api, cast.abe.api, cast.bo.api
    with tour.step("status_post as a reply; status_context"):
        reply = abe.status_post("Which seal?", in_reply_to_id=cast.post.id)
        equal((reply.in_reply_to_id, reply.in_reply_to_account_id), (cast.post.id, cast.ada.me.id), "what it answers")
        below = ada.status_reply(reply, "Number nine")
        equal([one.acct for one in below.mentions], [cast.abe.name], "who is mentioned by status_reply")
        thread = ada.status_context(reply.id)
        equal((ids(thread.ancestors), ids(thread.descendants)), ([str(cast.post.id)], [str(below.id)]), "above and below")
        equal(ids(ada.status_context(cast.post.id).descendants), [str(reply.id), str(below.id)], "the whole thread")
        equal(ada.status(cast.post.id).replies_count, 1, "replies_count")
    with tour.step("account_statuses without replies"):
        lacks(ids(ada.account_statuses(cast.abe.me.id, exclude_replies=True)), str(reply.id), "the list")
        holds(ids(ada.account_statuses(cast.abe.me.id)), str(reply.id), "the whole list")
    with tour.step("a reply from the other node arrives in the thread"):
        bo.status_post(f"@{cast.ada.name}@{cast.home_name} we had that too", in_reply_to_id=cast.post_away.id)
        eventually("it is below the post", lambda: [
            one for one in ada.status_context(cast.post.id).descendants if "had that too" in one.content])
        equal(ada.status(cast.post.id).replies_count, 2, "replies_count")
    with tour.step("status_post as a reply to nothing is refused"):
        refused(lambda: ada.status_post("Hello?", in_reply_to_id="1"), 404, 422)


def changing(tour, cast):
    """Edits."""
    ada = cast.ada.api
    with tour.step("status_update, status_source, status_history"):
        before = cast.edited = ada.status_post("Frist draft", spoiler_text="draft")
        after = ada.status_update(before.id, "First draft", spoiler_text="better")
        holds(after.content, "First draft", "the content")
        true(after.id == before.id and after.edited_at and not before.edited_at, "edited_at tells")
        equal(after.created_at, before.created_at, "created_at")
        source = ada.status_source(before.id)
        equal((source.text, source.spoiler_text), ("First draft", "better"), "the source")
        history = ada.status_history(before.id)
        equal([one.spoiler_text for one in history], ["draft", "better"], "the warnings, oldest first")
        holds(history[0].content, "Frist draft", "the first version")
        fields(cast.ada.wire.raw()[0], "content spoiler_text sensitive created_at account media_attachments emojis", "a version")
    with tour.step("status_update reaches the other node"):
        eventually("bo sees the edit", lambda: any("First draft" in text(one) and one.edited_at for one in cast.bo.api.timeline_home()))
    with tour.step("status_update of another's post is refused"):
        refused(lambda: cast.abe.api.status_update(cast.edited.id, "Mine now"), 403, 404)
        holds(ada.status(cast.edited.id).content, "First draft", "the content")


def reacting(tour, cast):
    """Favourites, boosts, bookmarks."""
    ada, abe, bo, post = cast.ada.api, cast.abe.api, cast.bo.api, cast.post
    with tour.step("status_favourite twice is one; status_favourited_by, favourites"):
        abe.status_favourite(post.id)
        seen = abe.status_favourite(post.id)
        equal((seen.favourited, seen.favourites_count), (True, 1), "favourited, count")
        equal(ada.status(post.id).favourited, False, "favourited, for another")
        equal(ids(ada.status_favourited_by(post.id)), [str(cast.abe.me.id)], "by whom")
        equal(ids(abe.favourites()), [str(post.id)], "abe's favourites")
    with tour.step("status_favourite and status_reblog from the other node arrive"):
        equal(bo.status_favourite(cast.post_away.id).favourited, True, "favourited")
        equal(bo.status_reblog(cast.post_away.id).reblog.id, cast.post_away.id, "what is boosted")
        eventually("two like it", lambda: ada.status(post.id).favourites_count == 2)
        eventually("one boosts it", lambda: ada.status(post.id).reblogs_count == 1)
        holds([one.acct for one in ada.status_favourited_by(post.id)], f"{cast.bo.name}@{cast.away_name}", "by whom")
    with tour.step("status_unfavourite, also across"):
        equal(abe.status_unfavourite(post.id).favourited, False, "favourited")
        equal(list(abe.favourites()), [], "abe's favourites")
        bo.status_unfavourite(cast.post_away.id)
        eventually("nobody likes it", lambda: ada.status(post.id).favourites_count == 0)
    with tour.step("status_reblog, status_reblogged_by, status_unreblog"):
        boost = abe.status_reblog(post.id)
        equal((boost.reblog.id, boost.reblog.reblogged, boost.account.id), (post.id, True, cast.abe.me.id), "the boost")
        true(boost.id != post.id, "a boost has its own id")
        equal(abe.status_reblog(post.id).reblog.reblogs_count, 2, "boosted twice by one is once")
        holds(ids(ada.status_reblogged_by(post.id)), str(cast.abe.me.id), "by whom")
        holds([str(one.reblog.id) for one in ada.account_statuses(cast.abe.me.id) if one.reblog], str(post.id), "abe's boosts")
        true(not any(one.reblog for one in ada.account_statuses(cast.abe.me.id, exclude_reblogs=True)), "none when excluded")
        equal(abe.status_unreblog(post.id).reblogged, False, "reblogged")
        true(not any(one.reblog for one in ada.account_statuses(cast.abe.me.id)), "none after it is taken back")
        bo.status_unreblog(cast.post_away.id)
        eventually("nobody boosts it", lambda: ada.status(post.id).reblogs_count == 0)
    with tour.step("status_bookmark, bookmarks, status_unbookmark"):
        equal(abe.status_bookmark(post.id).bookmarked, True, "bookmarked")
        equal(ids(abe.bookmarks()), [str(post.id)], "the bookmarks")
        equal(list(ada.bookmarks()), [], "another's bookmarks")
        equal(abe.status_unbookmark(post.id).bookmarked, False, "bookmarked")
        equal(list(abe.bookmarks()), [], "the bookmarks")
    with tour.step("search_v2 with resolve finds a post by its address"):
        equal(ids(abe.search_v2(post.uri, resolve=True).statuses), [str(post.id)], "here")
        found = bo.search_v2(post.url, resolve=True, result_type="statuses").statuses
        equal(ids(found), [str(cast.post_away.id)], "from the other node")


def deleting(tour, cast):
    """Deletion."""
    ada = cast.ada.api
    with tour.step("status_delete gives the text back; the post is gone here and there"):
        post = ada.status_post("To be deleted")
        eventually("bo sees it", lambda: any(one.uri == post.uri for one in cast.bo.api.timeline_home()))
        count = ada.account_verify_credentials().statuses_count
        equal(ada.status_delete(post.id).text, "To be deleted", "the text")
        refused(lambda: ada.status(post.id), 404)
        refused(lambda: ada.status_favourite(post.id), 404)
        lacks(ids(ada.account_statuses(cast.ada.me.id)), str(post.id), "ada's posts")
        equal(ada.account_verify_credentials().statuses_count, count - 1, "statuses_count")
        eventually("it is gone at bo's", lambda: not any(one.uri == post.uri for one in cast.bo.api.timeline_home()))
    with tour.step("status_delete of another's post is refused"):
        refused(lambda: cast.abe.api.status_delete(cast.post.id), 403, 404)
        equal(ada.status(cast.post.id).id, cast.post.id, "it is still there")
