"""Answers that are empty, and honestly so."""

from record import equal, fields, refused, true


def tell(tour, cast):
    """Each is a well-formed nothing."""
    ada = cast.ada.api
    empty = {
        "custom_emojis": ada.custom_emojis,
        "announcements": ada.announcements,
        "trending_links": ada.trending_links,
        "filters": ada.filters,
        "filters_v2": ada.filters_v2,
        "scheduled_statuses": ada.scheduled_statuses,
        "follow_requests": ada.follow_requests,
        "followed_tags": ada.followed_tags,
        "bookmarks": ada.bookmarks,
        "bookmarks of who has none": cast.abe.api.bookmarks,
        "lists of who has none": cast.abe.api.lists,
        "mutes": ada.mutes,
        "blocks": ada.blocks,
    }
    for name, ask in empty.items():
        with tour.step(f"{name}: nothing"):
            equal(list(ask()), [], "the list")
    with tour.step("conversations: a list"):
        ada.conversations()
        for one in cast.ada.wire.raw():
            fields(one, "id unread accounts last_status", "a conversation")
    with tour.step("push_subscription: none"):
        refused(ada.push_subscription, 404)
    with tour.step("account_statuses, pinned: none"):
        equal(list(ada.account_statuses(cast.ada.me.id, pinned=True)), [], "the list")
    with tour.step("search_v2 for nothing that exists"):
        result = ada.search_v2("zzzznothingofthekind", resolve=False)
        fields(cast.ada.wire.raw(), "accounts statuses hashtags", "the result")
        true(not result.accounts and not result.statuses and not result.hashtags, "all three are empty")
