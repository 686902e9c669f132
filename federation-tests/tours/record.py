"""What a tour tries and how it went: one line for each step, the exchanges behind a failed one, and a count."""

import collections
import contextlib
import json
import time
import traceback
import urllib.parse

import requests
from mastodon import MastodonAPIError
from shapes import Shapes

PATIENCE_SECONDS = 20


class Wrong(Exception):
    """Something is not as it should be."""


class Wire(requests.Session):
    """The connection a client uses; remembers the last exchanges, so that a failure can show them."""

    def __init__(self, shapes, speechless):
        super().__init__()
        self.trust_env = False
        self.shapes, self.speechless = shapes, speechless
        self.exchanges = collections.deque(maxlen=2)
        self.last = None

    def request(self, method, url, **more):
        """As of requests, with a deadline and a memory."""
        if more.get("stream"):
            # it goes on without end, and is read by whoever asked for it
            return super().request(method, url, **more)
        more["timeout"] = min(more.get("timeout") or PATIENCE_SECONDS, PATIENCE_SECONDS)
        self.exchanges.append(f"{method} {url}: no answer")
        self.last = answer = super().request(method, url, **more)
        sent = answer.request.body
        sent = sent.decode(errors="replace") if isinstance(sent, bytes) else sent
        sent = f"\n      sent {sent[:300]}" if sent else ""
        self.exchanges[-1] = f"{method} {answer.request.url}{sent}\n      got {answer.status_code} {answer.text[:500]}"
        path, is_json = urllib.parse.urlsplit(url).path, "application/json" in answer.headers.get("Content-Type", "")
        if answer.ok and is_json:
            self.shapes.check(method, path, answer.status_code, answer.json())
        if answer.status_code >= 400 and not (is_json and answer.json().get("error")):
            self.speechless.add(f"{method} {path}: {answer.status_code} {answer.text[:60]!r}")
        return answer

    def prepare(self, url, query):
        """The URL with a query, for a browser to open."""
        return requests.Request("GET", url, params=query).prepare().url

    def raw(self):
        """The last answer as it came: Mastodon.py adds nulls for what a node leaves out."""
        return self.last.json()


class Tour:
    """A tour: its steps and their count."""

    def __init__(self):
        self.passed, self.failed, self.wires = 0, 0, []
        self.shapes, self.speechless = Shapes(), set()

    def wire(self):
        """A new connection whose exchanges are shown when a step fails."""
        wire = Wire(self.shapes, self.speechless)
        self.wires.append(wire)
        return wire

    @contextlib.contextmanager
    def step(self, name):
        """Counts what happens inside as one step. A failure is told, and the tour goes on."""
        for wire in self.wires:
            wire.exchanges.clear()
        try:
            yield
        except Exception as error:  # noqa: BLE001 (whatever a client throws is a failed step)
            self.failed += 1
            place = traceback.extract_tb(error.__traceback__)[1:2]
            line = f" ({place[0].filename.rsplit('/', 1)[-1]}:{place[0].lineno})" if place else ""
            print(f"FAIL {name}: {type(error).__name__}: {error}{line}", flush=True)
            for exchange in (one for wire in self.wires for one in wire.exchanges):
                print(f"     {exchange}", flush=True)
        else:
            self.passed += 1
            print(f"ok   {name}", flush=True)

    def end(self):
        """Tells what differs from the documented shapes, prints the count, answers the exit code."""
        with self.step("every refusal says why, in JSON"):
            true(not self.speechless, "; ".join(sorted(self.speechless)))
        for name in sorted(self.shapes.seen):
            with self.step(f"the shape of {name}"):
                wrong = sorted(self.shapes.faults[name])
                true(not wrong, "; ".join(wrong[:12]))
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 1 if self.failed or not self.passed else 0


def equal(got, expected, what="it"):
    """Both are the same."""
    if got != expected:
        raise Wrong(f"{what} should be {expected!r}, not {got!r}")


def holds(whole, part, what="it"):
    """`part` is in `whole`."""
    if part not in whole:
        raise Wrong(f"{what} should hold {part!r}: {whole!r}"[:600])


def lacks(whole, part, what="it"):
    """`part` is not in `whole`."""
    if part in whole:
        raise Wrong(f"{what} should not hold {part!r}: {whole!r}"[:600])


def true(condition, what):
    """So it is."""
    if not condition:
        raise Wrong(what)


def fields(entity, names, what):
    """The entity has all these fields (they may be null)."""
    missing = [name for name in names.split() if name not in entity]
    if missing:
        raise Wrong(f"{what} lacks {missing}")


def refused(act, *statuses):
    """The server says no to `act` with one of the statuses; answers what it says, if Mastodon.py passes that on."""
    try:
        result = act()
    except MastodonAPIError as error:
        status, said = error.args[1], error.args[3]
        if status not in statuses:
            raise Wrong(f"refused with {status} {said!r}, not with {statuses}") from error
        return said
    raise Wrong(f"should be refused with {statuses}, gave {str(result)[:200]}")


def eventually(what, look):
    """Looks again and again until `look` answers something true; answers that."""
    end, last = time.monotonic() + PATIENCE_SECONDS, None
    while time.monotonic() < end:
        last = look()
        if last:
            return last
        time.sleep(0.1)
    raise Wrong(f"waited {PATIENCE_SECONDS} s in vain for: {what}")


def ids(entities):
    """Their ids, in order."""
    return [str(entity["id"]) for entity in entities]


def text(entity):
    """A post's content, through a boost."""
    return (entity["reblog"] or entity)["content"]


def once_each(got, expected, what):
    """Each of `expected` is in `got` once."""
    counts = collections.Counter(got)
    wrong = {one: counts[one] for one in expected if counts[one] != 1}
    if wrong:
        raise Wrong(f"{what}: not exactly once: {json.dumps(dict(list(wrong.items())[:8]))} of {len(expected)}, {len(got)} shown")
