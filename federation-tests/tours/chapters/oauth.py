"""Apps, log-in by code (shown and redirected, with and without PKCE), tokens and their end."""

import base64
import hashlib
import secrets
import time
import urllib.parse

from browser import Browser, LogInRefused
from mastodon import Mastodon, MastodonIllegalArgumentError, MastodonUnauthorizedError
from record import Wrong, equal, fields, holds, refused, true

SHOWN = "urn:ietf:wg:oauth:2.0:oob"
BACK = "https://client.example/oauth%2Fback?from=node"
SCOPES = ["read", "write", "follow", "push"]


def client(base, wire, app):
    """A client that knows its app and nobody yet."""
    return Mastodon(client_id=app[0], client_secret=app[1], api_base_url=base, session=wire)


def log_in(person, app):
    """Takes one person through the pages; answers the code and a client that holds a token."""
    api = client(person.base, person.wire, app)
    code = Browser().authorize(api.auth_request_url(allow_http=True), person.name, person.password)["code"]
    token = api.log_in(code=code, allow_http=True)
    true(token and token == api.access_token, "a token")
    return code, api


def exchange(base, wire, app, code, **more):
    """Asks for a token as an app does that keeps no library between."""
    body = {"grant_type": "authorization_code", "client_id": app[0], "client_secret": app[1], "code": code, "redirect_uri": SHOWN}
    return wire.post(f"{base}/oauth/token", data={**body, **more})


def tell(tour, cast):
    """Logs everybody in, and tries what must not work."""
    with tour.step("oauth_authorization_server_info"):
        info = Mastodon(api_base_url=cast.home, session=cast.ada.wire).oauth_authorization_server_info()
        for name in ("authorization_endpoint", "token_endpoint", "revocation_endpoint"):
            equal(info[name].split("/oauth/")[0], cast.home, f"the place of {name} for who asks at {cast.home}")
        fields(cast.ada.wire.raw(), "issuer scopes_supported response_types_supported grant_types_supported app_registration_endpoint", "it")
        equal(list(info["code_challenge_methods_supported"]), ["S256"], "code_challenge_methods_supported")
        true("password" not in info["grant_types_supported"], "no password grant")
    app = {}
    with tour.step("create_app, with two redirect URIs"):
        for base in (cast.home, cast.away):
            app[base] = Mastodon.create_app("Tour", scopes=SCOPES, redirect_uris=[SHOWN, BACK], api_base_url=base,
                                            website="https://client.example", session=cast.ada.wire)
            true(len(app[base]) == 2 and all(app[base]), "an id and a secret")
    for person in cast:
        with tour.step(f"auth_request_url, log-in page, log_in(code): {person.name}"):
            _, person.api = log_in(person, app[person.base])
            person.me = person.api.account_verify_credentials()
            equal(person.me.username, person.name, "the user name")
    refusals(tour, cast, app[cast.home])
    redirected(tour, cast, app[cast.home])
    proof_keys(tour, cast, app[cast.home])
    apps_alone(tour, cast, app[cast.home])
    endings(tour, cast, app[cast.home])


def refusals(tour, cast, app):
    """What the log-in says no to."""
    ada = cast.ada
    api = client(cast.home, ada.wire, app)
    with tour.step("a wrong password gives no code"):
        try:
            outcome = Browser().authorize(api.auth_request_url(allow_http=True), ada.name, "not " + ada.password)
        except LogInRefused:
            pass
        else:
            raise Wrong(f"a code came out: {outcome}")
    with tour.step("the log-in form without its token is refused"):
        browser = Browser()
        page = browser.fetch(api.auth_request_url(allow_http=True))
        while 300 <= page.status < 400:
            page = browser.follow(page)
        form = page.log_in()
        tokens = [name for name, kind in form.kinds.items() if kind == "hidden"]
        true(tokens, f"the log-in form has hidden fields: {page}")
        fields_sent = {name: "forged" if name in tokens else value for name, value in form.fields.items()}
        names = [name for name, kind in form.kinds.items() if kind in ("text", "email")]
        fields_sent.update({names[0]: ada.name, form.name_of("password"): ada.password})
        answer = Browser().fetch(urllib.parse.urljoin(page.url, form.action), fields_sent, "https://evil.example")
        true(answer.status >= 400, f"refused, not {answer}")
    with tour.step("an unknown redirect URI is told on a page, and nobody is sent there"):
        url = api.auth_request_url(redirect_uris="https://evil.example/", allow_http=True)
        page = Browser().fetch(url)
        true(400 <= page.status < 500 and page.words, f"an error page, not {page}")
    with tour.step("a password instead of a code is refused"):
        body = {"grant_type": "password", "client_id": app[0], "client_secret": app[1],
                "username": ada.name, "password": ada.password, "scope": "read"}
        answer = ada.wire.post(f"{cast.home}/oauth/token", data=body)
        equal((answer.status_code, answer.json().get("error")), (400, "unsupported_grant_type"), "the answer")
        try:
            client(cast.home, ada.wire, app).log_in(username=ada.name, password=ada.password, allow_http=True)
        except MastodonIllegalArgumentError:
            return
        raise Wrong("Mastodon.py logged in by password")


def redirected(tour, cast, app):
    """The flow of a web client, and what its pages must not forbid."""
    ada, browser = cast.ada, Browser()
    api = client(cast.home, ada.wire, app)
    with tour.step("auth_request_url with a redirect: code and state come back, the token is given once"):
        url = api.auth_request_url(redirect_uris=BACK, state="s t&te", allow_http=True)
        answer = browser.authorize(url, ada.name, ada.password, BACK)
        equal((answer["state"], answer["from"]), ("s t&te", "node"), "state and the URI's own query")
        wrong = exchange(cast.home, ada.wire, app, answer["code"])
        equal((wrong.status_code, wrong.json().get("error")), (400, "invalid_grant"), "the answer to another redirect URI")
        answer = browser.authorize(url, ada.name, ada.password, BACK)
        api.log_in(code=answer["code"], redirect_uri=BACK, allow_http=True)
        equal(api.account_verify_credentials().username, ada.name, "who it is")
    with tour.step("who refuses sends the app an error"):
        url = api.auth_request_url(redirect_uris=BACK, state="no", allow_http=True)
        answer = Browser().authorize(url, ada.name, ada.password, BACK, allow=False)
        equal((answer.get("error"), answer.get("state")), ("access_denied", "no"), "what the app is told")
        true("code" not in answer, "no code")
    with tour.step("the pages let popups and redirects be, and their cookies are kept from scripts"):
        browser = Browser()
        pages = [browser.fetch(url), browser.authorize(api.auth_request_url(allow_http=True), ada.name, ada.password)["page"]]
        for page in pages:
            true("same-origin" not in page.headers.get("Cross-Origin-Opener-Policy", ""), f"COOP on {page}")
            true("form-action" not in page.headers.get("Content-Security-Policy", ""), f"form-action on {page}")
        true(list(browser.jar), "a session cookie")
        for cookie in browser.jar:
            true(cookie.has_nonstandard_attr("HttpOnly"), f"{cookie.name} is HttpOnly")
    with tour.step("/oauth/authorize/ with a slash at its end works too"):
        url = api.auth_request_url(allow_http=True).replace("/oauth/authorize?", "/oauth/authorize/?")
        holds(url, "/authorize/?", "the URL")
        true(Browser().authorize(url, ada.name, ada.password)["code"], "a code")


def proof_keys(tour, cast, app):
    """PKCE: a challenge that was sent must be met."""
    ada, browser = cast.ada, Browser()
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    url = client(cast.home, ada.wire, app).auth_request_url(allow_http=True)
    challenged = f"{url}&code_challenge={challenge}&code_challenge_method=S256"

    def tried(**more):
        code = browser.authorize(challenged, ada.name, ada.password)["code"]
        return exchange(cast.home, ada.wire, app, code, **more)

    with tour.step("PKCE: the right verifier gives a token that works"):
        answer = tried(code_verifier=verifier)
        equal(answer.status_code, 200, "the status")
        fields(answer.json(), "access_token token_type scope created_at", "the token")
        api = Mastodon(access_token=answer.json()["access_token"], api_base_url=cast.home, session=ada.wire)
        equal(api.account_verify_credentials().username, ada.name, "who it is")
    with tour.step("PKCE: without the verifier, or with another, there is none"):
        for more in ({}, {"code_verifier": secrets.token_urlsafe(48)}, {"code_verifier": challenge}):
            answer = tried(**more)
            equal((answer.status_code, answer.json().get("error")), (400, "invalid_grant"), f"the answer to {list(more)}")
    with tour.step("PKCE: plain is refused"):
        page = browser.fetch(f"{url}&code_challenge={verifier}&code_challenge_method=plain")
        refused_here = 400 <= page.status < 500
        refused_there = 300 <= page.status < 400 and "error=invalid_request" in page.headers["Location"]
        true(refused_here or refused_there, f"refused, not {page}")


def apps_alone(tour, cast, app):
    """What an app may do for itself."""
    with tour.step("client credentials: app_verify_credentials works, a person's things do not"):
        body = {"grant_type": "client_credentials", "client_id": app[0], "client_secret": app[1],
                "scope": "read write", "redirect_uri": SHOWN}
        answer = cast.ada.wire.post(f"{cast.home}/oauth/token", json=body)
        equal(answer.status_code, 200, "the status")
        equal(answer.json()["scope"], "read write", "the scope, echoed")
        api = Mastodon(access_token=answer.json()["access_token"], api_base_url=cast.home, session=cast.ada.wire)
        equal(api.app_verify_credentials().name, "Tour", "the app's name")
        refused(api.account_verify_credentials, 401, 403, 422)
        refused(lambda: api.status_post("posted by nobody"), 401, 403, 422)
    with tour.step("client credentials: a wrong secret is refused"):
        body = {"grant_type": "client_credentials", "client_id": app[0], "client_secret": "wrong"}
        answer = cast.ada.wire.post(f"{cast.home}/oauth/token", data=body)
        equal((answer.status_code, answer.json().get("error")), (401, "invalid_client"), "the answer")
    with tour.step("a token for reading cannot write"):
        reading = Mastodon.create_app("Reader", scopes=["read"], api_base_url=cast.home, session=cast.ada.wire)
        api = client(cast.home, cast.ada.wire, reading)
        url = api.auth_request_url(scopes=["read"], allow_http=True)
        code = Browser().authorize(url, cast.ada.name, cast.ada.password)["code"]
        api.log_in(code=code, scopes=["read"], allow_http=True)
        equal(api.account_verify_credentials().username, cast.ada.name, "who it is")
        refused(lambda: api.status_post("posted by a reader"), 403)


def endings(tour, cast, app):
    """Codes end by use, tokens by being revoked."""
    with tour.step("a code works once; who tries it again ends the token it gave (RFC 6749, 4.1.2)"):
        code, api = log_in(cast.ada, app)
        answer = exchange(cast.home, cast.ada.wire, app, code)
        equal((answer.status_code, answer.json().get("error")), (400, "invalid_grant"), "the answer to the second use")
        refused(api.account_verify_credentials, 401)
    with tour.step("revoke_access_token ends the token within a second"):
        _, api = log_in(cast.ada, app)
        token = api.access_token
        api.revoke_access_token(allow_http=True)
        revoked, dead = time.monotonic(), Mastodon(access_token=token, api_base_url=cast.home, session=cast.ada.wire)
        while True:
            try:
                dead.account_verify_credentials()
            except MastodonUnauthorizedError:
                break
            true(time.monotonic() - revoked < 1, "it still works after a second")
            time.sleep(0.05)
        equal(cast.ada.api.account_verify_credentials().username, cast.ada.name, "the other log-in lives on")
