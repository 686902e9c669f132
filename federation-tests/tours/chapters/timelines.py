"""Timelines, read page by page in both directions: every post exactly once, in order, and nothing else."""

import urllib.parse

from mastodon import Mastodon
from record import equal, eventually, holds, ids, lacks, once_each, refused, true

POSTS = 45
TAG = "PagingTour"


def tell(tour, cast):
    """Writes more than two pages and reads them in every timeline that holds them."""
    ada, abe, bo = cast.ada.api, cast.abe.api, cast.bo.api
    written = []
    with tour.step(f"status_post, {POSTS} times"):
        for number in range(POSTS):
            written.append(str(abe.status_post(f"Reading {number} of the gauge #{TAG}").id))
        equal(len(set(written)), POSTS, "how many posts there are")
        true(sorted(written, key=int) == written, "ids rise with time")
    timelines = {
        "timeline_home": lambda **page: ada.timeline_home(**page),
        "timeline_local": lambda **page: ada.timeline_local(**page),
        "timeline_public": lambda **page: ada.timeline_public(**page),
        "timeline_hashtag": lambda **page: ada.timeline_hashtag(TAG, **page),
        "timeline_hashtag, local": lambda **page: ada.timeline_hashtag(TAG.lower(), local=True, **page),
        "account_statuses": lambda **page: ada.account_statuses(cast.abe.me.id, **page),
    }
    for name, read in timelines.items():
        with tour.step(f"{name}: fetch_next, fetch_previous, fetch_remaining"):
            pages(ada, read, written)
    with tour.step("fetch_previous brings what came later, without a gap"):
        first = ada.timeline_hashtag(TAG, limit=20)
        later = [str(abe.status_post(f"A late reading {number} #{TAG}").id) for number in range(5)]
        page = ada.fetch_previous(first)
        equal(ids(page), later[::-1], "the new ones")
        equal(ids(ada.timeline_hashtag(TAG, since_id=written[-1])), later[::-1], "since the last")
        equal(ids(ada.timeline_hashtag(TAG, min_id=written[-1], limit=2)), later[:2][::-1], "just after the last")
        equal(len(ada.fetch_previous(page) or []), 0, "nothing after the newest")
    with tour.step("a limit beyond what is allowed is cut, a wrong one refused or ignored"):
        true(20 <= len(ada.timeline_hashtag(TAG, limit=1000)) <= 80, "between 20 and 80")
        answer = cast.ada.wire.get(f"{cast.home}/api/v1/timelines/public?limit=many")
        true(answer.status_code in (200, 400, 422), f"no failure of the server: {answer.status_code}")
    links(tour, cast)
    sides(tour, cast)
    with tour.step("home: nobody's who is not followed"):
        lacks({one.account.acct for one in bo.fetch_remaining(bo.timeline_home(limit=40))},
              f"{cast.abe.name}@{cast.home_name}", "who is in bo's home")


def pages(api, read, written):
    """Both directions of one timeline."""
    first = read(limit=20)
    equal(len(first), 20, "the length of the first page")
    second = api.fetch_next(first)
    equal(len(second), 20, "the length of the second page")
    true(int(second[0].id) < int(first[-1].id), "the second page goes on where the first ended")
    equal(ids(api.fetch_previous(second)), ids(first), "what is before the second page")
    whole = ids(api.fetch_remaining(first))
    equal(len(set(whole)), len(whole), "how many are different")
    equal(whole, sorted(whole, key=int, reverse=True), "the order, newest first")
    once_each(whole, written, "those written")


def links(tour, cast):
    """The header itself, which other clients use whole."""
    with tour.step("Link: absolute, keeps every parameter, may be followed as it is"):
        wire, url = cast.ada.wire, f"{cast.home}/api/v1/timelines/tag/{TAG}?local=true&limit=7&any[]=sealtour"
        bearer = {"Authorization": f"Bearer {cast.ada.api.access_token}"}
        seen = []
        for _ in range(20):
            answer = wire.get(url, headers=bearer)
            seen += ids(answer.json())
            if "next" not in answer.links:
                break
            url = answer.links["next"]["url"]
            true(url.startswith(f"{cast.home}/api/v1/timelines/tag/"), f"the client's own host: {url}")
            query = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)
            equal((query.get("local"), query.get("limit"), query.get("any[]")), (["true"], ["7"], ["sealtour"]), "the parameters")
            true(answer.headers["Link"].startswith("<") and 'rel="next"' in answer.headers["Link"].split(",")[0], "next stands first")
        equal(len(set(seen)), len(seen), "how many are different")
        holds(seen, str(cast.post.id), "what another tag brings in")
        true(len(seen) >= POSTS + 6, f"all of them, not {len(seen)}")


def sides(tour, cast):
    """Here, there, and both."""
    ada, bo = cast.ada.api, cast.bo.api
    with tour.step("timeline_public has both nodes, timeline_local one, remote the other"):
        words = bo.status_post("From the other side of the river")
        eventually("ada's public timeline has it", lambda: any(one.uri == words.uri for one in ada.timeline_public()))
        true(not any(one.uri == words.uri for one in ada.timeline_local(limit=40)), "the local timeline has it")
        remote = ada.timeline_public(remote=True)
        true(any(one.uri == words.uri for one in remote), "remote has it")
        equal({"@" in one.account.acct for one in remote}, {True}, "whether all of remote are from elsewhere")
        equal(list(ada.timeline_public(only_media=True)), [], "posts with media")
    with tour.step("timelines without a log-in"):
        stranger = Mastodon(api_base_url=cast.home, session=tour.wire())
        equal(len(stranger.timeline_hashtag(TAG, limit=5)), 5, "a tag, for anybody")
        equal(len(stranger.timeline_local(limit=5)), 5, "the local timeline, for anybody")
        refused(stranger.timeline_home, 401, 422)
    with tour.step("an unknown tag and an unknown list"):
        equal(list(ada.timeline_hashtag("nobodyeverwrotethis")), [], "the tag")
        refused(lambda: ada.timeline_list("1"), 404)
