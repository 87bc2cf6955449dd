"""SET and UNSET of recorded properties, the same for every kind of object."""

from __future__ import annotations

from runner.engines.duckdb.objects import Object
from runner.engines.duckdb.statements import ddl
from runner.engines.duckdb.statements.words import Words


def set_properties(words: Words, record: Object) -> Object:
    """Behind SET: `TAG name = value, …`, or properties, a comment among them."""
    if words.take("TAG"):
        return record.with_properties(tags={**record.properties.get("tags", {}), **tags(words)})
    if words.take("SECURE"):
        return record.with_properties(secure=True)
    if words.take("CONTACT"):
        return record.with_properties(contact=ddl.lowered(words.properties()))
    given = ddl.lowered(words.properties())
    if not given:
        raise words.unexpected()
    if "comment" in given:
        record = record.changed(comment=given.pop("comment"))
    return record.with_properties(**given)


def unset_properties(words: Words, record: Object) -> tuple[Object, list[str]]:
    """Behind UNSET: `TAG name, …`, or the names of properties, which are given back in lower
    case."""
    if words.take("TAG"):
        gone = names(words)
        left = {k: v for k, v in record.properties.get("tags", {}).items() if k not in gone}
        return record.with_properties(tags=left or None), []
    if words.take("SECURE"):
        return record.with_properties(secure=None), []
    if words.take("CONTACT"):
        names(words)
        return record.with_properties(contact=None), []
    given = [name.lower() for name in names(words)]
    if "comment" in given:
        record = record.changed(comment=None)
    return record.with_properties(**dict.fromkeys(given)), given


def names(words: Words) -> list[str]:
    """Names with commas between them, each in one text."""
    found = [".".join(words.name())]
    while words.take(","):
        found.append(".".join(words.name()))
    return found


def tags(words: Words) -> dict[str, str]:
    """`name = 'value', …` where names may have several parts."""
    found = {}
    while True:
        name = ".".join(words.name())
        words.expect("=")
        found[name] = words.string()
        if not words.take(","):
            return found
