"""What other apps do differently, sent as they send it (Elk, Phanpy, Ice Cubes, Tusky, Mastodon for Android, Semaphore)."""

import base64
import hashlib

from browser import Browser
from record import equal, holds, ids, lacks, true

WAYS_BACK = (
    "icecubesapp://",
    "mastodon-android-auth://callback",
    "oauth2redirect://com.keylesspalace.tusky",
    "https://elk.test/api/home.test/oauth/https%3A%2F%2Felk.test",
    "https://phanpy.test",
)


def tell(tour, cast):
    """Log-ins, bodies, queries and empty answers."""
    logging_in(tour, cast)
    bodies(tour, cast)
    queries(tour, cast)


def bearer(person):
    """The headers of a logged-in app."""
    return {"Authorization": f"Bearer {person.api.access_token}"}


def logging_in(tour, cast):
    """Registration by JSON and form, every kind of redirect URI, the token by JSON."""
    wire, home, ada = cast.ada.wire, cast.home, cast.ada
    registered = {}
    with tour.step("POST apps as JSON, with a list of redirect URIs"):
        body = {"client_name": "Several", "redirect_uris": list(WAYS_BACK), "scopes": "read write follow push", "website": "https://elk.test"}
        registered = wire.post(f"{home}/api/v1/apps", json=body).json()
        equal((registered["name"], registered["redirect_uris"]), ("Several", list(WAYS_BACK)), "name and redirect URIs")
    for back in WAYS_BACK:
        with tour.step(f"log-in that leads back to {back}, token asked for by JSON"):
            asked = {"client_id": registered["client_id"], "redirect_uri": back, "response_type": "code",
                     "scope": "read write follow push", "force_login": "false"}
            url = wire.prepare(f"{home}/oauth/authorize", asked)
            code = Browser().authorize(url, ada.name, ada.password, back)["code"]
            body = {"client_id": registered["client_id"], "client_secret": registered["client_secret"], "redirect_uri": back,
                    "grant_type": "authorization_code", "code": code, "scope": "read write follow push"}
            answer = wire.post(f"{home}/oauth/token", json=body)
            equal((answer.status_code, answer.json().get("scope")), (200, "read write follow push"), "status and scope")
            token = answer.json()["access_token"]
            me = wire.get(f"{home}/api/v1/accounts/verify_credentials", headers={"Authorization": f"Bearer {token}"})
            equal(me.json().get("username"), ada.name, "who it is")
            ended = wire.post(f"{home}/oauth/revoke", json={**body, "token": token})
            equal((ended.status_code, ended.json()), (200, {}), "the end of the token")
    with tour.step("force_login asks again although somebody is logged in"):
        browser, back = Browser(), WAYS_BACK[-1]
        asked = {"client_id": registered["client_id"], "redirect_uri": back, "response_type": "code", "scope": "read"}
        browser.authorize(wire.prepare(f"{home}/oauth/authorize", asked), ada.name, ada.password, back)
        url = wire.prepare(f"{home}/oauth/authorize", {**asked, "force_login": "true", "lang": "de"})
        page = browser.fetch(url)
        if 300 <= page.status < 400:
            page = browser.follow(page)
        true(page.log_in(), f"a log-in form, not {page}")
        true(browser.authorize(url, ada.name, ada.password, back)["code"], "a code in the end")
    with tour.step("Phanpy: PKCE and the secret together"):
        verifier, back = "phanpy" * 10, WAYS_BACK[-1]
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {"client_id": registered["client_id"], "code_challenge_method": "S256", "code_challenge": challenge,
                 "redirect_uri": back, "response_type": "code", "scope": "read write follow push"}
        code = Browser().authorize(wire.prepare(f"{home}/oauth/authorize", asked), ada.name, ada.password, back)["code"]
        body = {"client_id": registered["client_id"], "redirect_uri": back, "grant_type": "authorization_code", "code": code,
                "client_secret": registered["client_secret"], "code_verifier": verifier}
        equal(wire.post(f"{home}/oauth/token", data=body).status_code, 200, "the status")


def bodies(tour, cast):
    """JSON with strings for booleans, forms with brackets, several parts, and no body at all."""
    wire, home, me = cast.ada.wire, cast.home, bearer(cast.ada)
    statuses, profile = f"{home}/api/v1/statuses", f"{home}/api/v1/accounts/update_credentials"
    with tour.step("POST statuses: JSON, form and several parts; booleans in every spelling"):
        sent = (
            ({"json": {"status": "one", "sensitive": "0", "media_ids": [], "spoiler_text": "", "in_reply_to_id": None}}, False),
            ({"json": {"status": "two", "sensitive": True, "poll": None, "scheduled_at": None, "language": None}}, True),
            ({"data": {"status": "three", "sensitive": "true", "visibility": "unlisted"}}, True),
            ({"files": {"status": (None, "four"), "sensitive": (None, "1")}}, True),
        )
        for body, sensitive in sent:
            answer = wire.post(statuses, headers=me, **body)
            equal((answer.status_code, answer.json().get("sensitive")), (200, sensitive), f"the answer to {body}")
    with tour.step("PATCH update_credentials: several parts with brackets, and JSON"):
        parts = {"display_name": "Parts", "fields_attributes[0][name]": "Desk", "fields_attributes[0][value]": "5th floor",
                 "source[privacy]": "public", "locked": "false"}
        answer = wire.patch(profile, headers=me, files={name: (None, value) for name, value in parts.items()}).json()
        equal((answer["display_name"], [one["value"] for one in answer["source"]["fields"]]), ("Parts", ["5th floor"]), "by parts")
        body = {"display_name": "Ada", "fields_attributes": [{"name": "Desk", "value": "6th floor"}], "source": {"language": "de"}}
        answer = wire.patch(profile, headers=me, json=body).json()
        equal((answer["display_name"], answer["source"]["language"]), ("Ada", "de"), "by JSON")
        equal([one["value"] for one in answer["source"]["fields"]], ["6th floor"], "the fields by JSON")
        body = {"fields_attributes": {"0": {"name": "Desk", "value": "7th floor"}}}
        answer = wire.patch(profile, headers=me, json=body).json()
        equal([one["value"] for one in answer["source"]["fields"]], ["7th floor"], "the fields by numbered JSON")
    with tour.step("POST without a body and without a type"):
        answer = wire.post(f"{statuses}/{cast.post.id}/favourite", headers=me)
        true("Content-Type" not in answer.request.headers and answer.json()["favourited"], "favourited")
        answer = wire.post(f"{statuses}/{cast.post.id}/unfavourite", headers={**me, "Content-Type": "application/json"})
        equal(answer.json().get("favourited"), False, "favourited, with a type and nothing of it")
    with tour.step("POST markers as a form"):
        newest = wire.get(f"{home}/api/v1/timelines/home?limit=1", headers=me).json()[0]["id"]
        answer = wire.post(f"{home}/api/v1/markers", headers=me, data={"home[last_read_id]": newest}).json()
        equal(answer["home"]["last_read_id"], newest, "the marker")
    with tour.step("a body that is broken, deep or not an object is refused, not a failure"):
        for body in ("{", "[" * 5000, '{"status": {"a": 1}}', '"status"', "null"):
            answer = wire.post(statuses, headers={**me, "Content-Type": "application/json"}, data=body)
            true(400 <= answer.status_code < 500, f"{body[:20]}: {answer.status_code}")


def queries(tour, cast):
    """Lists in queries, words nobody knows, and answers that are empty JSON."""
    wire, home, me = cast.ada.wire, cast.home, bearer(cast.ada)

    def get(path):
        answer = wire.get(f"{home}/api/{path}", headers=me)
        equal(answer.status_code, 200, f"the status of {path}")
        return answer.json()

    abe = str(cast.abe.me.id)
    with tour.step("accounts/relationships with id, id[] and several"):
        for query in (f"id={abe}", f"id[]={abe}", f"id%5B%5D={abe}&with_suspended=true"):
            equal(ids(get(f"v1/accounts/relationships?{query}")), [abe], query)
        equal(get("v1/accounts/relationships"), [], "none asked for")
    with tour.step("notifications with types of the future; supported_types, grouped_types"):
        get("v1/notifications?types[]=mention&types[]=quote&types[]=from_the_future")
        get("v2/notifications?limit=20&supported_types[]=mention&grouped_types[]=favourite&expand_accounts=partial_avatars")
    with tour.step("v2/search as Phanpy asks"):
        found = get(f"v2/search?q={cast.abe.name}&resolve=true&limit=5&following=false")
        holds(ids(found["accounts"]), abe, "the accounts")
        get("v2/search?q=%E2%9A%99%EF%B8%8F%20%25%20%27%22%3B--&type=statuses")
    with tour.step("host-meta, as Phanpy asks first"):
        answer = wire.get(f"{home}/.well-known/host-meta")
        holds(answer.text, "/.well-known/webfinger?resource={uri}", "the template")
        lacks(answer.headers.get("Content-Type", ""), "html", "its type")
    with tour.step("acts without a result answer {}"):
        for path in ("v1/notifications/clear",):
            answer = wire.post(f"{home}/api/{path}", headers=me)
            equal((answer.status_code, answer.json()), (200, {}), path)
    with tour.step("ids of nothing, of text and beyond all numbers are not found"):
        for wrong in ("0", "-1", "abc", "99999999999999999999999", "1%00"):
            for path in ("v1/statuses/{}", "v1/accounts/{}", "v1/statuses/{}/context", "v1/accounts/{}/statuses", "v1/notifications/{}"):
                answer = wire.get(f"{home}/api/{path.format(wrong)}", headers=me)
                true(answer.status_code in (400, 404), f"{path.format(wrong)}: {answer.status_code}")
