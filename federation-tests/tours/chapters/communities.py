"""A community of the other company, through a client that knows nothing of communities."""

from record import equal, eventually, fields, holds, ids, lacks, refused, text, true

NAME, TITLE = "tourvalves", "Valves of all companies"


def tell(tour, cast):
    """ada founds it (by our own resource, the one thing no client has), bo finds, joins, posts; both talk."""
    ada, bo = cast.ada, cast.bo
    handle = f"{NAME}@{cast.home_name}"
    with tour.step("POST /api/intermoot/v1/communities, with the client's token"):
        body = {"name": NAME, "title": TITLE, "purpose": "Valves fail alike everywhere.", "stage": "public", "join": "open"}
        bearer = {"Authorization": f"Bearer {ada.api.access_token}"}
        answer = ada.wire.post(f"{cast.home}/api/intermoot/v1/communities", json=body, headers=bearer)
        true(answer.status_code in (200, 201), f"founded, not {answer.status_code}")
        cast.group = answer.json()
    with tour.step("search_v2 finds the community as a group; account, account_lookup"):
        found = eventually("the community is found", lambda: bo.api.search_v2(f"@{handle}", resolve=True).accounts)
        equal((found[0].acct, found[0].group, found[0].display_name, found[0].locked), (handle, True, TITLE, False), "what is found")
        holds(found[0].note, "Valves fail alike", "the note")
        cast.group_away = bo.api.account(found[0].id)
        equal(ada.api.account_lookup(NAME).group, True, "group, at home")
    with tour.step("account_follow joins"):
        bo.api.account_follow(cast.group_away.id)
        eventually("bo is in", lambda: bo.api.account_relationships(cast.group_away.id)[0].following)
        holds([one.acct for one in bo.api.account_following(bo.me.id)], handle, "whom bo follows")
    with tour.step("lists: a joined community is one"):
        lists = bo.api.lists()
        cast.list = next((one for one in lists if one.title == TITLE), None)
        true(cast.list, f"a list of that title: {[one.title for one in lists]}")
        fields(bo.wire.raw()[0], "id title replies_policy", "a list")
        equal(bo.api.list(cast.list.id).title, TITLE, "the title")
        holds([one.title for one in ada.api.lists()], TITLE, "the founder's lists")
    posting(tour, cast, handle)
    talking(tour, cast)
    leaving(tour, cast)


def posting(tour, cast, handle):
    """A post by mention, and everywhere it shows."""
    ada, bo = cast.ada.api, cast.bo.api
    with tour.step("status_post with the community's mention goes into the community"):
        post = cast.moot = bo.status_post(f"@{handle} does yours whistle too?")
        equal([one.acct for one in post.mentions], [handle], "who is mentioned")
        equal(post.visibility, "public", "the visibility")
        here = eventually("it is in the community at home", lambda: next(
            (one for one in ada.account_statuses(cast.group["id"]) if "whistle" in text(one)), None))
        equal((here.account.group, here.reblog.account.acct, here.reblog.account.group),
              (True, f"{cast.bo.name}@{cast.away_name}", False), "boosted by the group, written by bo")
        cast.moot_home = here.reblog
    with tour.step("it is in the members' home timelines, once"):
        for api, own in ((ada, False), (bo, True)):
            shown = eventually("the home timeline has it", lambda api=api: [
                one for one in api.timeline_home(limit=40) if "whistle" in text(one)])
            equal(len(shown), 1, f"how often {'the author' if own else 'the founder'} sees it")
    with tour.step("timeline_list, account_statuses on the other node"):
        eventually("bo's list has it", lambda: [one for one in bo.timeline_list(cast.list.id) if "whistle" in text(one)])
        eventually("the profile has it", lambda: [one for one in bo.account_statuses(cast.group_away.id) if "whistle" in text(one)])
        bare = bo.account_statuses(cast.group_away.id, exclude_reblogs=True)
        true(not any("whistle" in text(one) for one in bare), "without boosts it is not there")
    with tour.step("status_post with a key into the community, twice, is one"):
        first, second = (bo.status_post(f"@{handle} counted once", idempotency_key="moot-1") for _ in range(2))
        equal(first.id, second.id, "the id")
        eventually("it arrives", lambda: [one for one in ada.account_statuses(cast.group["id"]) if "counted once" in text(one)])
        equal(len([one for one in ada.account_statuses(cast.group["id"]) if "counted once" in text(one)]), 1, "how often it stands there")
    with tour.step("status_post into a public community as private is refused; nothing is posted"):
        said = refused(lambda: bo.status_post(f"@{handle} just for you", visibility="private"), 422)
        true(len(said.split()) > 3, f"a sentence, not {said!r}")
        true(not any("just for you" in text(one) for one in bo.account_statuses(cast.bo.me.id)), "nothing was posted")
    with tour.step("status_post into a community by who is not in it is refused"):
        refused(lambda: cast.abe.api.status_post(f"@{NAME} may I?"), 403, 422)


def talking(tour, cast):
    """Answers, likes, edits, deletion through the community."""
    ada, bo = cast.ada.api, cast.bo.api
    with tour.step("status_favourite and status_post as a reply reach the author on the other node"):
        bo.notifications_clear()
        ada.status_favourite(cast.moot_home.id)
        ada.status_reply(cast.moot_home, "Only when it is cold")
        eventually("bo is told of both", lambda: {"favourite", "mention"} <= {one.type for one in bo.notifications()})
        equal(bo.status(cast.moot.id).favourites_count, 1, "favourites_count")
        below = bo.status_context(cast.moot.id).descendants
        written = [(one.account.acct, one.in_reply_to_id) for one in below]
        equal(written, [(f"{cast.ada.name}@{cast.home_name}", cast.moot.id)], "the thread")
        cast.cold = below[0]
    with tour.step("a reply goes into the community; its timeline shows what begins a thread"):
        bo.status_reply(cast.cold, "Then it is the gasket")
        eventually("the founder sees the thread", lambda: [
            one for one in ada.status_context(cast.moot_home.id).descendants if "gasket" in one.content])
        true(not any("gasket" in text(one) for one in ada.timeline_home(limit=40) if one.account.group), "not boosted into home")
    with tour.step("status_update and status_delete travel through the community"):
        bo.status_update(cast.moot.id, f"@{NAME}@{cast.home_name} does yours whistle at night?")
        eventually("the edit is there", lambda: "at night" in ada.status(cast.moot_home.id).content)
        doomed = bo.status_post(f"@{NAME}@{cast.home_name} a mistake")
        there = eventually("it arrives", lambda: next(
            (one for one in ada.account_statuses(cast.group["id"]) if "a mistake" in text(one)), None))
        bo.status_delete(doomed.id)
        eventually("it is gone", lambda: str(there.id) not in ids(ada.account_statuses(cast.group["id"])))


def leaving(tour, cast):
    """The end of a membership."""
    bo = cast.bo.api
    with tour.step("account_unfollow leaves; the list goes, posting is over"):
        equal(bo.account_unfollow(cast.group_away.id).following, False, "following")
        lacks([one.title for one in bo.lists()], TITLE, "the lists")
        eventually("its home knows", lambda: f"{cast.bo.name}@{cast.away_name}" not in [
            one.acct for one in cast.ada.api.account_followers(cast.group["id"])])
