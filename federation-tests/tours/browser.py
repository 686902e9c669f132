"""A browser without JavaScript that logs a person in and answers an app's request for access.

It knows nothing of the server's pages but what a person would see: a form that asks for a password is the
log-in, a form with a button that allows something is the consent, and the code stands alone in its element.
As browsers do, it keeps cookies, says where a form was posted from, and takes every *.localhost for this machine.

Run alone it prints the code: browser.py AUTHORIZE_URL NAME < password
"""

import http.client
import http.cookiejar
import re
import socket
import sys
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser

ALLOWING = ("allow", "authorize", "authorise", "approve", "grant", "consent", "accept", "yes")
REFUSING = ("deny", "refuse", "cancel", "reject", "decline", "no", "not")
MOST_PAGES = 10


class Astray(Exception):
    """The pages did not lead where they should; says what was on the last one."""


class LogInRefused(Astray):
    """The log-in page came back after a name and password were sent."""


class Form:
    """A form: where it goes, what it holds, which buttons send it."""

    def __init__(self, attributes):
        self.action = attributes.get("action") or ""
        self.method = (attributes.get("method") or "get").upper()
        self.fields = {}
        self.kinds = {}
        self.buttons = []

    def name_of(self, kind):
        """The name of the first field of a kind (`password`), or None."""
        return next((name for name, known in self.kinds.items() if known == kind), None)

    def button(self, allow):
        """The first button that allows (or refuses) something by its label, name or value, or None."""
        for button in self.buttons:
            said = re.findall("[a-z]+", f"{button['label']} {button['name']} {button['value']}".lower())
            refuses = any(word in said for word in REFUSING)
            if not refuses and allow and any(word in said for word in ALLOWING) or refuses and not allow:
                return button
        return None


class Page(HTMLParser):
    """What a page holds: its forms, its text, and texts that stand alone in an element for codes."""

    CODES = ("code", "samp", "kbd", "output")

    def __init__(self, url, status, headers, text):
        super().__init__()
        self.url, self.status, self.headers, self.html = url, status, headers, text
        self.forms, self.codes, self.words = [], [], []
        self._form = self._button = self._code = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(attributes)
            self.forms.append(self._form)
        elif tag in self.CODES:
            self._code = []
        elif tag == "input":
            self._input(attributes)
        elif tag == "button" and self._form and attributes.get("type", "submit") == "submit":
            self._button = {"name": attributes.get("name", ""), "value": attributes.get("value", ""), "label": ""}
            self._form.buttons.append(self._button)

    def _input(self, attributes):
        kind, name = attributes.get("type", "text").lower(), attributes.get("name", "")
        if "readonly" in attributes and attributes.get("value"):
            self.codes.append(attributes["value"])
        if self._form is None:
            return
        if kind == "submit":
            self._form.buttons.append({"name": name, "value": attributes.get("value", ""), "label": ""})
        elif name and (kind not in ("checkbox", "radio") or "checked" in attributes):
            self._form.fields[name] = attributes.get("value", "")
            self._form.kinds[name] = kind

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "button":
            self._button = None
        elif tag in self.CODES and self._code is not None:
            self.codes.append("".join(self._code).strip())
            self._code = None

    def handle_data(self, data):
        if self._button is not None:
            self._button["label"] += data
        if self._code is not None:
            self._code.append(data)
        if data.strip():
            self.words.append(data.strip())

    def __str__(self):
        return f"{self.status} {self.url}: {' '.join(self.words)[:300]}"

    def log_in(self):
        """The form that asks for a password, or None."""
        return next((form for form in self.forms if form.name_of("password")), None)

    def answer(self, allow):
        """The form and the button that allow (or refuse) something, or None."""
        found = ((form, form.button(allow)) for form in self.forms if not form.name_of("password"))
        return next(((form, button) for form, button in found if button), None)


class Loopback(http.client.HTTPConnection):
    """A connection that needs no name service for *.localhost."""

    def connect(self):
        host = "127.0.0.1" if self.host == "localhost" or self.host.endswith(".localhost") else self.host
        self.sock = socket.create_connection((host, self.port), self.timeout)


class LoopbackHandler(urllib.request.HTTPHandler):
    """Opens http URLs by `Loopback`."""

    def http_open(self, req):
        return self.do_open(Loopback, req)


class StayHere(urllib.request.HTTPRedirectHandler):
    """Hands redirects to the caller."""

    def redirect_request(self, *_):
        return None


class Browser:
    """One person's browser; it stays logged in."""

    def __init__(self):
        self.jar = http.cookiejar.CookieJar()
        cookies = urllib.request.HTTPCookieProcessor(self.jar)
        no_proxy = urllib.request.ProxyHandler({})
        self.opener = urllib.request.build_opener(no_proxy, LoopbackHandler, StayHere, cookies)

    def fetch(self, url, data=None, origin=None):
        """One request, no redirect followed; answers the page. `data` are fields to post."""
        request = urllib.request.Request(url, headers={"Accept": "text/html", "User-Agent": "tours/browser"})
        if data is not None:
            request.data = urllib.parse.urlencode(data).encode()
        if origin is not None:
            request.add_header("Origin", origin)
            request.add_header("Sec-Fetch-Site", "same-origin")
        try:
            with self.opener.open(request, timeout=20) as response:
                return Page(url, response.status, response.headers, response.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Page(url, error.code, error.headers, error.read().decode())

    def follow(self, page):
        """The page that a redirect leads to."""
        return self.fetch(urllib.parse.urljoin(page.url, page.headers["Location"]))

    def send(self, page, form, values, button=None):
        """Sends a form with some fields filled and one button pressed."""
        fields = {**form.fields, **values}
        if button and button["name"]:
            fields[button["name"]] = button["value"]
        url = urllib.parse.urljoin(page.url, form.action)
        if form.method == "GET":
            return self.fetch(f"{url.split('?')[0]}?{urllib.parse.urlencode(fields)}")
        place = urllib.parse.urlsplit(page.url)
        return self.fetch(url, fields, f"{place.scheme}://{place.netloc}")

    def authorize(self, url, name, password, redirect_uri=None, allow=True):
        """Logs in where asked, allows (or refuses) the app, and answers what comes of it.

        That is `{"code": …, "page": …}` from the page that shows the code, or, once a redirect leads to
        `redirect_uri`, the query of that redirect (`code` or `error`, and `state`).
        """
        page, sent_password = self.fetch(url), False
        for _ in range(MOST_PAGES):
            if 300 <= page.status < 400:
                target = urllib.parse.urljoin(page.url, page.headers["Location"])
                if redirect_uri and target.startswith(redirect_uri):
                    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(target).query))
                page = self.fetch(target)
            elif page.log_in():
                if sent_password:
                    raise LogInRefused(str(page))
                page, sent_password = self._log_in(page, name, password), True
            elif page.answer(True):
                form, button = page.answer(allow) or (None, None)
                if form is None:
                    raise Astray(f"no way to refuse on {page}")
                page = self.send(page, form, {}, button)
            elif page.status == 200 and page.codes:
                return {"code": page.codes[0], "page": page}
            else:
                raise Astray(f"nothing to go on with on {page}")
        raise Astray(f"no end after {MOST_PAGES} pages; the last is {page}")

    def _log_in(self, page, name, password):
        form = page.log_in()
        known = [field for field, kind in form.kinds.items() if kind in ("text", "email")]
        if len(known) != 1:
            raise Astray(f"the log-in asks for {known}, not for one name: {page}")
        button = form.buttons[0] if form.buttons else None
        return self.send(page, form, {known[0]: name, form.name_of("password"): password}, button)


if __name__ == "__main__":
    print(Browser().authorize(sys.argv[1], sys.argv[2], sys.stdin.read().strip())["code"])
