"""What readers arrange for themselves: filters, lists, tags, quiet threads, notes, hosts kept off, conversations."""

from record import equal, eventually, fields, holds, ids, lacks, refused, true


def tell(tour, cast):
    """Each is made, does what it is for, and goes again."""
    filters(tour, cast)
    first_filters(tour, cast)
    lists(tour, cast)
    tags(tour, cast)
    marks(tour, cast)
    conversations(tour, cast)
    discovery(tour, cast)


def found(cast, post):
    """A post of ada's home as she gets it, or None."""
    return next((one for one in cast.ada.api.timeline_home() if one.id == post.id), None)


def filters(tour, cast):
    """The second version."""
    ada, abe = cast.ada.api, cast.abe.api
    with tour.step("create_filter_v2, and posts say which filter found them"):
        made = ada.create_filter_v2("Weather", ["home", "public"], "warn", keywords_attributes=[{"keyword": "drizzle", "whole_word": True}])
        fields(cast.ada.wire.raw(), "id title context expires_at filter_action keywords statuses", "a filter")
        ada.account_follow(cast.abe.me.id)
        rainy, dry = abe.status_post("Drizzle all day"), abe.status_post("drizzles, rather")
        eventually("both are at home", lambda: found(cast, rainy) and found(cast, dry))
        equal(found(cast, rainy).filtered[0].filter.title, "Weather", "the filter")
        equal(found(cast, rainy).filtered[0].keyword_matches, ["drizzle"], "its keyword")
        equal(list(found(cast, dry).filtered), [], "what is no whole word")
    with tour.step("update_filter_v2: hide, and it is gone from home"):
        ada.update_filter_v2(made.id, filter_action="hide")
        equal(found(cast, rainy), None, "the post")
        true(found(cast, dry), "the other stays")
        equal(ada.status(rainy.id).filtered[0].filter.filter_action, "hide", "what its own page says")
    with tour.step("keywords and statuses of a filter"):
        word = ada.add_filter_keyword_v2(made.id, "drizzles", whole_word=True)
        equal([one.keyword for one in ada.filter_keywords_v2(made.id)], ["drizzle", "drizzles"], "the keywords")
        equal(found(cast, dry), None, "the other post")
        ada.delete_filter_keyword_v2(word.id)
        named = ada.add_filter_status_v2(made.id, dry.id)
        equal(str(ada.filter_status_v2(named.id).status_id), str(dry.id), "the post it names")
        equal(len(ada.filter_statuses_v2(made.id)), 1, "how many it names")
        equal(found(cast, dry), None, "the post that is named")
        ada.delete_filter_status_v2(named.id)
        true(found(cast, dry), "it is back")
    with tour.step("another's filter is not there; delete_filter_v2"):
        refused(lambda: abe.filter_v2(made.id), 404)
        ada.delete_filter_v2(made.id)
        equal(list(ada.filters_v2()), [], "the filters")
        true(found(cast, rainy), "the post is back")


def first_filters(tour, cast):
    """The first version, over the same rows."""
    ada = cast.ada.api
    with tour.step("filter_create, filter_update, filters, filter_delete"):
        made = ada.filter_create("hail", ["home"], irreversible=False, expires_in=3600)
        fields(cast.ada.wire.raw(), "id phrase context whole_word expires_at irreversible", "a filter")
        changed = ada.filter_update(made.id, phrase="sleet", context=["home", "thread"])
        equal((changed.phrase, list(changed.context)), ("sleet", ["home", "thread"]), "what was changed")
        equal([one.phrase for one in ada.filters()], ["sleet"], "the filters")
        equal([one.title for one in ada.filters_v2()], ["sleet"], "the same as the second version has it")
        ada.filter_delete(made.id)
        equal(list(ada.filters()), [], "the filters")


def lists(tour, cast):
    """Lists of one's own."""
    ada, abe = cast.ada.api, cast.abe.api
    with tour.step("list_create, list_accounts_add, timeline_list"):
        made = ada.list_create("Colleagues")
        fields(cast.ada.wire.raw(), "id title replies_policy exclusive", "a list")
        refused(lambda: ada.list_accounts_add(made.id, [cast.ada.me.id]), 404, 422)
        ada.list_accounts_add(made.id, [cast.abe.me.id])
        equal(ids(ada.list_accounts(made.id)), [str(cast.abe.me.id)], "who is in it")
        equal(ids(ada.account_lists(cast.abe.me.id)), [str(made.id)], "the lists in which abe is")
        post = abe.status_post("For the list")
        eventually("the list has it", lambda: holds_post(ada.timeline_list(made.id), post))
    with tour.step("list_update: an exclusive list takes its posts from home"):
        true(found(cast, post), "it is at home")
        equal(ada.list_update(made.id, "Close colleagues", exclusive=True).exclusive, True, "exclusive")
        equal(found(cast, post), None, "the post at home")
        true(holds_post(ada.timeline_list(made.id), post), "the list has it still")
    with tour.step("list_accounts_delete (a body behind DELETE), list_delete"):
        ada.list_accounts_delete(made.id, [cast.abe.me.id])
        equal((list(ada.list_accounts(made.id)), list(ada.timeline_list(made.id))), ([], []), "people and posts")
        ada.list_delete(made.id)
        lacks(ids(ada.lists()), str(made.id), "the lists")
        refused(lambda: ada.list(made.id), 404)


def holds_post(posts, post):
    """Whether a timeline has a post."""
    return str(post.id) in ids(posts)


def tags(tour, cast):
    """Tags that one follows, and those on one's profile."""
    ada, bo = cast.ada.api, cast.bo.api
    with tour.step("tag_follow: a stranger's post with it comes home"):
        equal(ada.tag_follow("Manometer").following, True, "following")
        post = cast.abe.api.status_post("A fine #manometer")
        ada.account_unfollow(cast.abe.me.id)
        later = cast.abe.api.status_post("A finer #Manometer")
        eventually("it is at home", lambda: found(cast, later))
        equal([one.name for one in ada.followed_tags()], ["Manometer"], "the followed tags")
        fields(cast.ada.wire.raw()[0], "id name url history following", "a tag")
        equal(ada.tag("manometer").history[0]["uses"], "2", "how often it was used today")
        true(post.id != later.id and bo, "two posts")
    with tour.step("tag_unfollow takes it away"):
        equal(ada.tag_unfollow("manometer").following, False, "following")
        equal(found(cast, later), None, "the post at home")
        ada.account_follow(cast.abe.me.id)
    with tour.step("featured_tag_create, account_featured_tags, featured_tag_delete"):
        ada.status_post("My #gasket")
        holds([one.name for one in ada.featured_tag_suggestions()], "gasket", "the suggestions")
        made = ada.featured_tag_create("gasket")
        equal([one.name for one in cast.abe.api.account_featured_tags(cast.ada.me.id)], ["gasket"], "on the profile")
        ada.featured_tag_delete(made.id)
        equal(list(ada.featured_tags()), [], "the featured tags")


def marks(tour, cast):
    """Notes, endorsements, quiet threads, hosts kept off, mutes with an end."""
    ada, abe = cast.ada.api, cast.abe.api
    with tour.step("account_note_set, account_endorse, endorsements"):
        equal(ada.account_note_set(cast.abe.me.id, "knows valves").note, "knows valves", "the note")
        equal(ada.account_endorse(cast.abe.me.id).endorsed, True, "endorsed")
        equal(ids(ada.endorsements()), [str(cast.abe.me.id)], "the endorsed")
        equal(ada.account_unendorse(cast.abe.me.id).endorsed, False, "endorsed")
    with tour.step("status_mute: nothing more of that thread"):
        post = ada.status_post("A long thread")
        equal(ada.status_mute(post.id).muted, True, "muted")
        before = ids(ada.notifications(types=["mention"]))
        abe.status_post(f"@{cast.ada.name} quiet", in_reply_to_id=post.id)
        loud = abe.status_post(f"@{cast.ada.name} loud")
        eventually("the other mention came", lambda: any(one.status.id == loud.id for one in ada.notifications(types=["mention"])))
        equal(len(ids(ada.notifications(types=["mention"]))), min(len(before) + 1, 40), "how many mentions there are")
        equal(ada.status_unmute(post.id).muted, False, "muted")
    with tour.step("domain_block, domain_blocks, domain_unblock"):
        ada.domain_block("spam.example")
        equal(list(ada.domain_blocks()), ["spam.example"], "the hosts")
        refused(lambda: ada.domain_block("not a host"), 422)
        ada.domain_unblock("spam.example")
        equal(list(ada.domain_blocks()), [], "the hosts")
    with tour.step("account_mute with an end"):
        true(ada.account_mute(cast.abe.me.id, duration=600).muting, "muting")
        true(ada.mutes()[0].mute_expires_at, "when it ends")
        ada.account_unmute(cast.abe.me.id)


def conversations(tour, cast):
    """Direct posts, across nodes."""
    ada, bo = cast.ada.api, cast.bo.api
    with tour.step("conversations, conversations_read"):
        post = bo.status_post(f"@{cast.ada.name}@{cast.home_name} between us", visibility="direct")
        eventually("it is a conversation", lambda: any(one.last_status and one.last_status.uri == post.uri for one in ada.conversations()))
        one = next(one for one in ada.conversations() if one.last_status.uri == post.uri)
        fields(cast.ada.wire.raw()[0], "id unread accounts last_status", "a conversation")
        equal((one.unread, [who.acct for who in one.accounts]), (True, [f"{cast.bo.name}@{cast.away_name}"]), "unread, with whom")
        equal(ada.conversations_read(one.id).unread, False, "unread")
        refused(lambda: cast.abe.api.conversations_read(one.id), 404)


def discovery(tour, cast):
    """Suggestions and trends."""
    ada, abe = cast.ada.api, cast.abe.api
    with tour.step("suggestions_v2, suggestion_delete"):
        abe.account_unfollow(cast.ada.me.id)
        eventually("ada is suggested to abe", lambda: str(cast.ada.me.id) in [str(one.account.id) for one in abe.suggestions_v2()])
        abe.suggestion_delete(cast.ada.me.id)
        lacks([str(one.account.id) for one in abe.suggestions_v2()], str(cast.ada.me.id), "the suggestions")
    with tour.step("trending_tags, trending_statuses"):
        for one in ada.trending_tags():
            true(len(one.history) == 7, "seven days")
        true(all(one.visibility == "public" for one in ada.trending_statuses()), "all are public")
