"""Accounts: one's own, others here and on the other node, and how people stand to each other."""

import datetime

from mastodon import Mastodon
from record import equal, eventually, fields, holds, ids, lacks, refused, true

ACCOUNT = ("id username acct url uri display_name note avatar avatar_static header header_static locked fields emojis bot group "
           "discoverable created_at last_status_at statuses_count followers_count following_count")


def tell(tour, cast):
    """From one's own profile to blocks."""
    own(tour, cast)
    others(tour, cast)
    across(tour, cast)
    following(tour, cast)
    keeping_off(tour, cast)


def own(tour, cast):
    """One's own account."""
    ada = cast.ada.api
    with tour.step("account_verify_credentials"):
        me = ada.account_verify_credentials()
        raw = cast.ada.wire.raw()
        fields(raw, ACCOUNT + " source", "the account")
        fields(raw["source"], "privacy sensitive language note fields follow_requests_count", "source")
        equal((me.acct, me.bot, me.group), (cast.ada.name, False, False), "acct, bot, group")
        equal(me.url.split("/")[2], cast.home_name, "the host of the profile")
        true(isinstance(me.created_at, datetime.datetime), f"created_at is a time: {me.created_at!r}")
        true(str(me.id).isdigit(), "ids are digits")
    with tour.step("account_update_credentials"):
        changed = ada.account_update_credentials(
            display_name="Ada <of> Acme", note="Pumps & valves.\nSecond line.", locked=False, bot=False, discoverable=True,
            fields=[("Desk", "4th floor"), ("Site", "https://acme.example/ada")],
            default_privacy="public", default_sensitive=False, default_language="en")
        equal(changed.display_name, "Ada <of> Acme", "the display name, as text")
        holds(changed.note, "Pumps &amp; valves.", "the note, as HTML")
        equal(changed.source.note, "Pumps & valves.\nSecond line.", "the note's source")
        # for whom one works stands first, as every app shows fields; what is edited is the source
        equal([one.name for one in changed.fields], ["Organisation", "Desk", "Site"], "the fields")
        equal([one.name for one in changed.source.fields], ["Desk", "Site"], "the fields' source")
        holds(changed.fields[2].value, 'href="https://acme.example/ada"', "a field's link")
        again = ada.account_verify_credentials()
        equal((again.display_name, again.note, again.discoverable), (changed.display_name, changed.note, True), "what was kept")
    with tour.step("account_update_credentials: what is not sent stays"):
        ada.account_update_credentials(bot=True)
        changed = ada.account_update_credentials(bot=False)
        equal((changed.display_name, len(changed.source.fields), changed.bot), ("Ada <of> Acme", 2, False), "name, fields, bot")
    with tour.step("account_update_credentials: too long a name is refused"):
        refused(lambda: ada.account_update_credentials(display_name="x" * 5000), 422)
    with tour.step("preferences"):
        preferences = ada.preferences()
        expected = {"posting:default:visibility": "public", "posting:default:sensitive": False, "posting:default:language": "en"}
        equal({name: preferences[name] for name in expected}, expected, "what was set")
        fields(cast.ada.wire.raw(), "reading:expand:media reading:expand:spoilers", "the preferences")


def others(tour, cast):
    """Another account of the same node."""
    ada, abe = cast.ada.api, cast.abe
    with tour.step("account"):
        seen = ada.account(abe.me.id)
        fields(cast.ada.wire.raw(), ACCOUNT, "the account")
        equal((seen.acct, seen.url), (abe.name, abe.me.url), "acct and url")
        true(seen.get("source") is None, "another's source is not shown")
    with tour.step("account: an unknown id is not found"):
        refused(lambda: ada.account("1"), 404)
        refused(lambda: ada.account("not-a-number"), 404)
    with tour.step("account_lookup"):
        for name in (abe.name, f"{abe.name}@{cast.home_name}", abe.name.upper()):
            equal(ada.account_lookup(name).id, abe.me.id, f"the id behind {name}")
        refused(lambda: ada.account_lookup("nobody"), 404)
    with tour.step("account_search"):
        for words in (abe.name, f"@{abe.name}", abe.name[:2]):
            holds(ids(ada.account_search(words)), str(abe.me.id), f"the search for {words!r}")
        equal(list(ada.account_search("zzzznobody")), [], "the search for nobody")
    with tour.step("account, without a log-in"):
        stranger = Mastodon(api_base_url=cast.home, session=tour.wire())
        equal(stranger.account(abe.me.id).acct, abe.name, "acct")
        refused(lambda: stranger.account_follow(abe.me.id), 401)


def across(tour, cast):
    """An account of the other node."""
    ada = cast.ada.api
    handle = f"{cast.bo.name}@{cast.away_name}"
    with tour.step("search_v2 without resolve finds nobody yet"):
        equal(list(ada.search_v2(handle, resolve=False, result_type="accounts").accounts), [], "the accounts")
    with tour.step("search_v2 with resolve reaches the other node"):
        found = ada.search_v2(f"@{handle}", resolve=True, result_type="accounts").accounts
        equal([one.acct for one in found], [handle], "acct")
        fields(cast.ada.wire.raw()["accounts"][0], ACCOUNT, "the account")
        equal(found[0].uri, cast.bo.me.uri, "the uri")
        cast.bo_at_home = found[0]
    with tour.step("search_v2 by the profile's address; account_lookup, once known"):
        for address in (cast.bo.me.url, cast.bo.me.uri):
            equal(ids(ada.search_v2(address, resolve=True).accounts), [str(cast.bo_at_home.id)], f"who is at {address}")
        equal(ada.account_lookup(handle).id, cast.bo_at_home.id, "the id")
    with tour.step("search_v2: a host that does not answer finds nobody"):
        equal(list(ada.search_v2("@bo@nowhere.localhost:9", resolve=True).accounts), [], "the accounts")
    with tour.step("search_v2 from the other node"):
        found = cast.bo.api.search_v2(f"@{cast.ada.name}@{cast.home_name}", resolve=True).accounts
        equal([one.display_name for one in found], ["Ada <of> Acme"], "the display name")
        cast.ada_away = found[0]


def following(tour, cast):
    """Follows, here and across."""
    ada, abe, bo = cast.ada, cast.abe, cast.bo
    with tour.step("account_relationships: none yet, in the order asked"):
        stands = ada.api.account_relationships([cast.bo_at_home.id, abe.me.id])
        equal(ids(stands), [str(cast.bo_at_home.id), str(abe.me.id)], "the ids")
        fields(cast.ada.wire.raw()[0], "following showing_reblogs notifying languages followed_by blocking blocked_by muting "
               "muting_notifications requested requested_by domain_blocking endorsed note", "a relationship")
        true(not any(one.following or one.followed_by or one.requested for one in stands), "nobody follows")
    with tour.step("account_follow, here"):
        equal(ada.api.account_follow(abe.me.id).following, True, "following")
        equal(abe.api.account_relationships(ada.me.id)[0].followed_by, True, "followed_by, seen from there")
        equal(ids(abe.api.account_followers(abe.me.id)), [str(ada.me.id)], "the followers")
        equal(ids(ada.api.account_following(ada.me.id)), [str(abe.me.id)], "the followed")
        equal(ada.api.account(abe.me.id).followers_count, 1, "followers_count")
        equal(ada.api.account_verify_credentials().following_count, 1, "following_count")
    with tour.step("account_follow twice is once"):
        ada.api.account_follow(abe.me.id)
        equal(ada.api.account(abe.me.id).followers_count, 1, "followers_count")
    with tour.step("account_follow without boosts"):
        equal(ada.api.account_follow(abe.me.id, reblogs=False).showing_reblogs, False, "showing_reblogs")
        equal(ada.api.account_follow(abe.me.id, reblogs=True).showing_reblogs, True, "showing_reblogs")
    with tour.step("account_follow oneself is refused"):
        refused(lambda: ada.api.account_follow(ada.me.id), 403, 422)
    with tour.step("account_follow across nodes, both ways"):
        first = ada.api.account_follow(cast.bo_at_home.id)
        true(first.following or first.requested, "following or requested")
        eventually("ada follows bo", lambda: ada.api.account_relationships(cast.bo_at_home.id)[0].following)
        eventually("bo knows", lambda: bo.api.account_relationships(cast.ada_away.id)[0].followed_by)
        bo.api.account_follow(cast.ada_away.id)
        eventually("bo follows ada", lambda: bo.api.account_relationships(cast.ada_away.id)[0].following)
        eventually("ada knows", lambda: ada.api.account_relationships(cast.bo_at_home.id)[0].followed_by)
        holds([one.acct for one in bo.api.account_followers(bo.me.id)], f"{ada.name}@{cast.home_name}", "bo's followers")
    with tour.step("account_unfollow"):
        abe.api.account_follow(ada.me.id)
        equal(abe.api.account_unfollow(ada.me.id).following, False, "following")
        equal(ada.api.account_relationships(abe.me.id)[0].followed_by, False, "followed_by, seen from there")
        lacks(ids(ada.api.account_followers(ada.me.id)), str(abe.me.id), "the followers")


def keeping_off(tour, cast):
    """Mutes and blocks."""
    ada, abe = cast.ada, cast.abe
    with tour.step("account_mute, mutes, account_unmute"):
        stands = ada.api.account_mute(abe.me.id, notifications=False)
        equal((stands.muting, stands.muting_notifications, stands.following), (True, False, True), "muting, notifications, following")
        equal(ids(ada.api.mutes()), [str(abe.me.id)], "the muted")
        equal(ada.api.account_unmute(abe.me.id).muting, False, "muting")
        equal(list(ada.api.mutes()), [], "the muted")
    with tour.step("account_block ends the follow; the blocked cannot follow; account_unblock"):
        stands = ada.api.account_block(abe.me.id)
        equal((stands.blocking, stands.following), (True, False), "blocking, following")
        equal(ids(ada.api.blocks()), [str(abe.me.id)], "the blocked")
        refused(lambda: abe.api.account_follow(ada.me.id), 403, 404, 422)
        equal(ada.api.account_unblock(abe.me.id).blocking, False, "blocking")
        equal(list(ada.api.blocks()), [], "the blocked")
    with tour.step("account_follow again"):
        equal(ada.api.account_follow(abe.me.id).following, True, "following")
        equal(ids(abe.api.account_followers(abe.me.id)), [str(ada.me.id)], "the followers")
