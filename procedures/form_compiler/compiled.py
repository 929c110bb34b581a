"""One compiler for the form of every procedure, compiled once for each version."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from threading import Lock

from jsonschema import Draft202012Validator
from referencing import Registry

from procedures.form_compiler.bound import BoundForm
from procedures.form_compiler.conventions import multiline_names
from procedures.form_compiler.formats import FORMAT_CHECKER
from procedures.form_compiler.tree import GroupNode, Json
from procedures.form_compiler.vocabulary import LISTS, MAPS, SINGLES, check_schema
from procedures.form_compiler.walk import Walker

CACHE_SIZE = 256


@dataclass(frozen=True, slots=True, eq=False)
class CompiledForm:
    """A schema made into a tree of fields, and the validator that has the last word."""

    tree: GroupNode
    prefix: str
    validator: Draft202012Validator

    def bind(
        self,
        data: Mapping[str, object] | None,
        initial: dict[str, Json] | None = None,
        *,
        locked: Collection[str] | None = None,
        only: Collection[str] | None = None,
        part: bool = False,
    ) -> BoundForm:
        """The form of one visit, with what was posted or with stored answers."""
        return BoundForm(self, data, initial, locked=locked, only=only, part=part)

    def bind_value(self, value: dict[str, Json]) -> BoundForm:
        """The form as if these stored answers had just been posted, to judge them as a whole."""
        return BoundForm(self, self.post_from(value), None)

    def problems(self, value: dict[str, Json]) -> list[tuple[str, str]]:
        """Anchor and sentence of everything the stored answers still lack, in reading order."""
        return self.bind_value(value).errors

    def clean(self, value: dict[str, Json]) -> dict[str, Json]:
        """A draft without what only a draft keeps: blank rows, blanked defaults, unknown keys."""
        return self.bind_value(value).value

    def post_from(self, value: dict[str, Json]) -> dict[str, str | list[str]]:
        """The names and texts a browser would post for these answers."""
        return BoundForm(self, None, value, defaults=False).as_post()


_cache: OrderedDict[tuple[str, str], CompiledForm] = OrderedDict()
_lock = Lock()


def compile_form(schema: dict[str, Json], *, prefix: str = "f") -> CompiledForm:
    """The compiled form of a schema; the same content is compiled once."""
    content = json.dumps(schema, ensure_ascii=False).encode("utf-8", "surrogatepass")
    key = (hashlib.sha256(content).hexdigest(), prefix)
    with _lock:
        if key in _cache:
            _cache.move_to_end(key)
            return _cache[key]
    compiled = _compiled(schema, prefix)
    with _lock:
        _cache[key] = compiled
        while len(_cache) > CACHE_SIZE:
            _cache.popitem(last=False)
    return compiled


def _compiled(schema: dict[str, Json], prefix: str) -> CompiledForm:
    check_schema(schema)
    tree = Walker(schema, multiline_names()).tree()
    # An empty registry: nothing outside the schema is ever fetched.
    registry: Registry[Json] = Registry()
    validator = Draft202012Validator(schema, registry=registry, format_checker=FORMAT_CHECKER)
    return CompiledForm(tree, prefix, validator)


def remember_order(schema: Json) -> Json:
    """The schema with `x-order` beside every `properties`.

    PostgreSQL's jsonb keeps no order of keys; a form does. Call it before storing a schema.
    """
    if not isinstance(schema, dict):
        return schema
    result = dict(schema)
    for word in SINGLES:
        if word in schema:
            result[word] = remember_order(schema[word])
    for word in MAPS:
        if word in schema:
            result[word] = {key: remember_order(below) for key, below in schema[word].items()}
    for word in LISTS:
        if word in schema:
            result[word] = [remember_order(member) for member in schema[word]]
    if "properties" in schema:
        result.setdefault("x-order", list(schema["properties"]))
    return result
