"""What comes by itself: Mastodon.py's streams."""

import queue

import mastodon
from record import equal, eventually, true

SECONDS = 20


class Listener(mastodon.StreamListener):
    """Keeps what comes."""

    def __init__(self):
        self.heard = queue.Queue()

    def on_update(self, status):
        """A post."""
        self.heard.put(("update", status))

    def on_notification(self, notification):
        """A notification."""
        self.heard.put(("notification", notification))

    def on_delete(self, status_id):
        """The id of a post that is no more."""
        self.heard.put(("delete", status_id))

    def on_status_update(self, status):
        """A post with other words."""
        self.heard.put(("status.update", status))

    def until(self, kind, fits):
        """What comes next of this kind and fits; fails after a while."""
        while True:
            try:
                name, thing = self.heard.get(timeout=SECONDS)
            except queue.Empty:
                raise AssertionError(f"no {kind} came within {SECONDS} s") from None
            if name == kind and fits(thing):
                return thing


def tell(tour, cast):
    """bo, who follows nobody new here, hears what abe does; abe hears what happens to them."""
    abe, ada = cast.abe, cast.ada
    mine, public, tagged = Listener(), Listener(), Listener()
    handles = []
    with tour.step("stream_healthy"):
        equal(abe.api.stream_healthy(), True, "health")
    with tour.step("stream_user, stream_public, stream_hashtag begin"):
        for listener, begin in (
            (mine, lambda it: abe.api.stream_user(it, run_async=True)),
            (public, lambda it: ada.api.stream_public(it, run_async=True)),
            (tagged, lambda it: ada.api.stream_hashtag("tourfrost", it, run_async=True)),
        ):
            handles.append(begin(listener))
        eventually("the streams are open", lambda: all(handle.connection is not None for handle in handles))
    with tour.step("an update comes to each"):
        post = abe.api.status_post("Frost tonight #tourfrost")
        for listener in (mine, public, tagged):
            heard = listener.until("update", lambda status: status.id == post.id)
            equal((heard.account.acct, heard.content), (abe.me.acct, post.content), "what came")
    with tour.step("a notification comes"):
        ada.api.status_favourite(post.id)
        told = mine.until("notification", lambda one: one.type == "favourite")
        equal((told.account.acct, told.status.id), (ada.me.acct, post.id), "who liked what")
    with tour.step("an edit comes"):
        abe.api.status_update(post.id, "Thaw tomorrow #tourfrost")
        edited = public.until("status.update", lambda status: status.id == post.id)
        true("Thaw" in edited.content, edited.content)
    with tour.step("a deletion comes"):
        abe.api.status_delete(post.id)
        for listener in (mine, public):
            listener.until("delete", lambda gone: str(gone) == str(post.id))
    for handle in handles:
        handle.close()
