"""Holds answers against the documented shapes of the Mastodon API (an OpenAPI document), where that is at hand.

It stays outside the project: INTERMOOT_SHARED names the folder, else `../shared` beside the project is tried.
"""

import json
import os
import pathlib
import re

DOCUMENT = "mastodon-openapi.json"
# answered as an array by every server, described as an object
MISDESCRIBED = {("get", "/api/v1/filters")}
# what is left out on purpose: a key for pushed notifications, which there are none of yet, and what RFC 8414 leaves open
LEFT_OUT = {".vapid_key is missing", ".service_documentation is missing"}
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float), "null": type(None)}
TIME = re.compile(r"^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?$")


class Shapes:
    """The documented operations, and what was found wrong with answers so far."""

    def __init__(self):
        beside = pathlib.Path(__file__).resolve().parents[3] / "shared"
        path = pathlib.Path(os.environ.get("INTERMOOT_SHARED") or beside) / DOCUMENT
        self.seen, self.faults, self.operations, self.schemas = set(), {}, [], {}
        if not path.is_file():
            print(f"no {DOCUMENT} in INTERMOOT_SHARED or {beside.name}: answers are not held against it", flush=True)
            return
        document = json.loads(path.read_text())
        self.schemas = document["components"]["schemas"]
        for template, methods in document["paths"].items():
            pattern = re.compile("^" + re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(template)) + "$")
            self.operations += [(method, template, pattern, one) for method, one in methods.items() if isinstance(one, dict)]
        # the one without parameters first: /accounts/lookup is no /accounts/{id}
        self.operations.sort(key=lambda operation: operation[1].count("{"))

    def check(self, method, path, status, body):
        """Notes how a JSON answer differs from what is documented; an operation that is not, is left alone."""
        found = next((one for one in self.operations if one[0] == method.lower() and one[2].match(path)), None)
        if found is None or found[:2] in MISDESCRIBED:
            return
        content = found[3].get("responses", {}).get(str(status), {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        if schema is not None:
            name = f"{method.upper()} {found[1]}"
            self.seen.add(name)
            self.faults.setdefault(name, set()).update(set(self._differences(schema, body, "")) - LEFT_OUT)

    def _differences(self, schema, value, place):
        if "$ref" in schema:
            return self._differences(self.schemas[schema["$ref"].rsplit("/", 1)[1]], value, place)
        for word in ("oneOf", "anyOf"):
            if word in schema:
                tried = [self._differences(one, value, place) for one in schema[word]]
                return min(tried, key=len) if tried else []
        kinds = schema.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if kinds and not any(is_a(value, kind) for kind in kinds):
            return [f"{place or 'it'} is {type(value).__name__}, not {' or '.join(kinds)}"]
        wrong = [one for part in schema.get("allOf", []) for one in self._differences(part, value, place)]
        if isinstance(value, dict):
            wrong += [f"{place}.{name} is missing" for name in schema.get("required", []) if name not in value]
            for name, part in schema.get("properties", {}).items():
                if name in value:
                    wrong += self._differences(part, value[name], f"{place}.{name}")
        elif isinstance(value, list):
            for one in value:
                wrong += self._differences(schema.get("items", {}), one, f"{place}[]")
        elif isinstance(value, str):
            if "enum" in schema and value not in schema["enum"]:
                wrong.append(f"{place} is {value!r}, none of {schema['enum']}")
            if schema.get("format") == "date-time" and not TIME.match(value):
                wrong.append(f"{place} is no time: {value!r}")
        return wrong


def is_a(value, kind):
    """The value has the JSON type; true and false are no numbers."""
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, TYPES.get(kind, object))
