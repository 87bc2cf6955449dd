"""CREATE, ALTER, DROP and DESCRIBE STAGE (the pages of these names)."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from runner.engines import Column, Result
from runner.engines.duckdb import objects
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.loading import formats, names
from runner.engines.duckdb.loading.formats import FileFormat
from runner.engines.duckdb.loading.locations import (
    FOLDER,
    KIND,
    folder_of,
    folder_parts,
    new_folder,
    thawed,
)
from runner.engines.duckdb.loading.reading import LoadWords, pairs
from runner.engines.duckdb.statements import handles
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session


@handles("CREATE STAGE")
def create(session: Session, statement: Statement) -> Result:
    """CREATE [OR REPLACE] STAGE [IF NOT EXISTS] name [URL = …] [FILE_FORMAT = …] …

    Integrations, credentials, encryption and directory tables are recorded, without effect.
    """
    words, _ = names.begin(statement, "CREATE", KIND)
    words.take("IF", "NOT", "EXISTS")
    path = names.full(session, words.name())
    known = objects.find(session, KIND, path)

    def read(rest: LoadWords) -> dict[str, Any]:
        given = _properties(session, rest)
        return given if given.get("URL") else {**given, FOLDER: new_folder(path)}

    result = names.create(session, statement, KIND, read)
    if known is not None and objects.find(session, KIND, path) is not known:
        _remove_files(session, known)
    return result


def _properties(session: Session, words: LoadWords) -> dict[str, Any]:
    given = words.options()
    while words.take("WITH") or words.take("TAG"):
        words.parenthesised()
    words.end()
    if given.get("COPY_OPTIONS"):
        raise Unsupported("COPY_OPTIONS of a stage", "set the options in the COPY statement")
    formats.of_option(session, given.get("FILE_FORMAT"))
    given.pop("CREDENTIALS", None)  # secrets are not written down
    for name, value in list(given.items()):
        if name in ("ENCRYPTION", "DIRECTORY"):
            given[name] = {key: str(item) for key, item in pairs(value).items()}
    return given


@handles("ALTER STAGE")
def alter(session: Session, statement: Statement) -> Result:
    """ALTER STAGE [IF EXISTS] name {RENAME TO name | SET options | UNSET COMMENT | REFRESH}"""

    def change(found: objects.Object, words: LoadWords) -> objects.Object:
        if words.take("REFRESH"):
            words.options()
            words.end()
            return found
        if words.take("UNSET"):
            words.expect("COMMENT")
            words.end()
            return found.changed(comment=None)
        words.expect("SET")
        given = _properties(session, words)
        if given.get("URL") and not found.properties.get("URL"):
            raise Unsupported("ALTER STAGE … SET URL of an internal stage")
        comment = given.pop("COMMENT", found.comment)
        return found.changed(properties={**found.properties, **given}, comment=comment)

    return names.alter(session, statement, KIND, change)


@handles("DROP STAGE")
def drop(session: Session, statement: Statement) -> Result:
    """DROP STAGE [IF EXISTS] name; the files of an internal stage go with it."""
    words, _ = names.begin(statement, "DROP", KIND)
    words.take("IF", "EXISTS")
    known = objects.find(session, KIND, names.full(session, words.name()))
    result = names.drop(session, statement, KIND)
    if known is not None:
        _remove_files(session, known)
    return result


def _remove_files(session: Session, stage: objects.Object) -> None:
    """Remove the files of an internal stage that is no more; nothing else has its folder."""
    if not stage.properties.get("URL"):
        folder = folder_of(session.store, folder_parts(stage))
        shutil.rmtree(folder, ignore_errors=True)


@handles("DESC STAGE", "DESCRIBE STAGE")
def describe(session: Session, statement: Statement) -> Result:
    """DESCRIBE STAGE name: a row per property, by its parent."""
    words = LoadWords(statement.sql)
    words.next()
    words.next()
    found = names.existing(session, KIND, names.full(session, words.name()))
    words.end()
    form = formats.of_option(session, thawed(found.properties.get("FILE_FORMAT")))
    form = form or FileFormat("CSV", {})
    rows = [("STAGE_FILE_FORMAT", "TYPE", "String", form.type, "CSV")]
    rows += [("STAGE_FILE_FORMAT", *row) for row in formats.property_rows(form)]
    url = str(found.properties.get("URL") or "")
    rows.append(("STAGE_LOCATION", "URL", "String", f'["{url}"]' if url else "", ""))
    if found.properties.get("STORAGE_INTEGRATION"):
        integration = str(found.properties["STORAGE_INTEGRATION"])
        rows.append(("STAGE_INTEGRATION", "STORAGE_INTEGRATION", "String", integration, ""))
    columns = ("parent_property", "property", "property_type", "property_value", "property_default")
    return Result(tuple(Column(name, "VARCHAR") for name in columns), list(rows), len(rows))
