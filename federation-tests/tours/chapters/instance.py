"""What a client learns of a node before anybody logs in."""

import re

from mastodon import Mastodon
from record import equal, fields, holds, true

VERSION = re.compile(r"^\d+\.\d+\.\d+ \(compatible; Intermoot \S+\)$")


def tell(tour, cast):
    """Reads both forms of the instance, NodeInfo and the headers a web client needs."""
    wire = tour.wire()
    home = Mastodon(api_base_url=cast.home, session=wire)
    with tour.step("instance_v1"):
        entity = home.instance_v1()
        raw = wire.raw()
        fields(raw, "uri title short_description description email version urls stats languages registrations "
               "approval_required invites_enabled configuration contact_account rules", "the instance")
        true(VERSION.match(entity.version), f"odd version {entity.version!r}")
        fields(raw["stats"], "user_count status_count domain_count", "stats")
        true(entity.stats.user_count >= 2, f"two people live here, not {entity.stats.user_count}")
        fields(raw["urls"], "streaming_api", "urls")
        fields(raw["configuration"], "statuses media_attachments polls", "configuration")
    with tour.step("instance_v2"):
        entity = home.instance_v2()
        raw = wire.raw()
        fields(raw, "domain title version source_url description usage thumbnail languages configuration "
               "registrations contact rules", "the instance")
        true(VERSION.match(entity.version), f"odd version {entity.version!r}")
        fields(raw["configuration"], "urls accounts statuses media_attachments polls translation", "configuration")
        fields(raw["configuration"]["urls"], "streaming", "configuration.urls")
        true(entity.configuration.statuses.max_characters >= 500, "at least 500 characters fit a post")
        fields(raw["registrations"], "enabled approval_required", "registrations")
        cast.home_name = entity.domain
        cast.away_name = Mastodon(api_base_url=cast.away, session=tour.wire()).instance_v2().domain
        true(cast.home_name != cast.away_name, "two nodes have two names")
    with tour.step("instance: the version that Mastodon.py understands"):
        home.retrieve_mastodon_version()
        true(home.verify_minimum_version("4.0.0"), "at least 4.0.0")
    with tour.step("instance_nodeinfo 2.0 and 2.1"):
        links = wire.get(f"{cast.home}/.well-known/nodeinfo").json()["links"]
        for schema in ("2.0", "2.1"):
            link = next(one["href"] for one in links if one["rel"].endswith(f"/schema/{schema}"))
            # a client asks the host it knows; the path is what counts
            document = wire.get(f"{cast.home}/{link.split('/', 3)[3]}").json()
            equal(document["version"], schema, "the version")
            equal(document["software"]["name"], "intermoot", "the software")
            holds(document["protocols"], "activitypub", "protocols")
            equal(document["metadata"]["upstream"]["name"], "mastodon", "metadata.upstream.name")
        equal(wire.get(f"{cast.home}/nodeinfo/2.0").status_code, 200, "the path that clients take for granted")
    with tour.step("CORS: any origin may ask, read Link, and send a token"):
        origin = {"Origin": "https://client.example"}
        for path in ("/api/v2/instance", "/.well-known/nodeinfo", "/.well-known/oauth-authorization-server"):
            headers = wire.get(cast.home + path, headers=origin).headers
            equal(headers.get("Access-Control-Allow-Origin"), "*", f"Access-Control-Allow-Origin of {path}")
        exposed = wire.get(f"{cast.home}/api/v1/timelines/public", headers=origin).headers
        holds(exposed.get("Access-Control-Expose-Headers", "").lower(), "link", "the exposed headers")
        asked = {**origin, "Access-Control-Request-Method": "POST",
                 "Access-Control-Request-Headers": "authorization,content-type,idempotency-key"}
        answer = wire.options(f"{cast.home}/api/v1/statuses", headers=asked)
        true(answer.status_code in (200, 204), f"a preflight is answered, not {answer.status_code}")
        allowed = answer.headers.get("Access-Control-Allow-Headers", "").lower()
        for name in ("authorization", "content-type", "idempotency-key"):
            true(name in allowed or allowed == "*", f"{name} is allowed: {allowed!r}")
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            holds(answer.headers.get("Access-Control-Allow-Methods", ""), method, "the allowed methods")
    with tour.step("errors are JSON with a sentence"):
        for path, status in (("/api/v1/accounts/verify_credentials", 401), ("/api/v1/statuses/1", 404), ("/api/v1/nothing", 404)):
            answer = wire.get(cast.home + path)
            equal(answer.status_code, status, f"the status of {path}")
            holds(answer.headers["Content-Type"], "application/json", f"the type of {path}")
            true(answer.json()["error"], f"a sentence from {path}")
