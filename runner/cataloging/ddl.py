"""One migration statement -> what it changes in the catalog."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlglot.tokenizer_core import Token

from runner.cataloging import copies
from runner.cataloging import definitions as made_of
from runner.cataloging.objects import Column, Made, Pipe, State, Table
from runner.nodes import Relation
from runner.parsing.cursor import Cursor
from runner.parsing.lexer import Source
from runner.parsing.parsed import resolve
from runner.parsing.queries import facts
from runner.parsing.syntax import parse

_TEMPORARY = frozenset({"TEMPORARY", "TEMP", "VOLATILE"})
_MODIFIERS = _TEMPORARY | {
    "AGGREGATE",
    "DYNAMIC",
    "EXTERNAL",
    "GLOBAL",
    "HYBRID",
    "ICEBERG",
    "INTERACTIVE",
    "LOCAL",
    "MATERIALIZED",
    "RECURSIVE",
    "SECURE",
    "TRANSIENT",
}
_CONSTRAINTS = frozenset(
    {"CONSTRAINT", "PRIMARY KEY", "PRIMARY", "UNIQUE", "FOREIGN KEY", "FOREIGN", "CHECK"}
)
_NO_COLUMN = _CONSTRAINTS | {"ROW", "SEARCH", "TAG", "DATA", "AGGREGATION", "JOIN", "STORAGE"}
_NO_TYPE = frozenset(
    {"", "AS", "NOT", "NULL", "DEFAULT", "COMMENT", "WITH", "MASKING", "PROJECTION"}
)
_STREAM_COLUMNS = (  # docs.snowflake.com/en/user-guide/streams-intro, "Stream columns"
    Column("METADATA$ACTION", "VARCHAR"),
    Column("METADATA$ISUPDATE", "BOOLEAN"),
    Column("METADATA$ROW_ID", "VARCHAR"),
)
_STAGE = re.compile(r"@(?P<stage>[\w$.\"]+)/?(?P<location>[^\s();,']*)")


class DdlError(Exception):
    """A statement that cannot work where it stands."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


@dataclass(frozen=True)
class Place:
    """Where a statement stands."""

    source: Source
    path: str
    line: int


def apply(state: State, tokens: Sequence[Token], place: Place) -> None:
    """Let one statement change the state. Raises `DdlError`, or `BrokenError` for its query."""
    _Statement(state, Cursor(tokens), place).apply()


class _Statement:
    def __init__(self, state: State, cursor: Cursor, place: Place) -> None:
        self.state, self.cursor, self.place = state, cursor, place
        self.replaces = self.if_not_exists = False

    def apply(self) -> None:
        verbs = {"CREATE": self._create, "ALTER": self._alter, "DROP": self._drop, "USE": self._use}
        verb = verbs.get(self.cursor.word())
        if verb is not None:
            self.cursor.position += 1
            verb()

    def _named(self) -> Relation:
        parts = self.cursor.name()
        if not parts:
            raise DdlError("a name is missing")
        if len(parts) == 1:
            return Relation(self.state.schema, parts[0])
        return Relation(parts[-2], parts[-1])

    def _use(self) -> None:
        kind = self.cursor.word()
        if kind in ("ROLE", "WAREHOUSE", "SECONDARY"):
            return
        if kind in ("SCHEMA", "DATABASE"):
            self.cursor.position += 1
        parts = self.cursor.name()
        if kind == "DATABASE" or (kind != "SCHEMA" and len(parts) == 1):
            self.state.schema = "PUBLIC"
        elif parts:
            self.state.schema = parts[-1]

    # create

    def _create(self) -> None:
        self.replaces = self.cursor.accept("OR", "REPLACE") or self.cursor.accept("OR", "ALTER")
        start = self.cursor.position
        self.cursor.accept_any(_MODIFIERS)
        modifiers = {
            token.text.upper() for token in self.cursor.tokens[start : self.cursor.position]
        }
        kind = self.cursor.word()
        makers: dict[str, Callable[[], None]] = {
            "TABLE": self._create_external if "EXTERNAL" in modifiers else self._create_table,
            "VIEW": self._create_view,
            "STREAM": self._create_stream,
            "SCHEMA": self._create_schema,
            "STAGE": lambda: self._create_object(self.state.stages, "stage"),
            "FILE FORMAT": lambda: self._create_object(self.state.file_formats, "file format"),
            "FUNCTION": self._create_function,
            "PROCEDURE": lambda: self._create_object(self.state.functions, "procedure"),
            "PIPE": self._create_pipe,
        }
        if kind in makers and not modifiers & _TEMPORARY:
            self.cursor.position += 1
            self.if_not_exists = self.cursor.accept("IF", "NOT", "EXISTS")
            makers[kind]()

    def _create_schema(self) -> None:
        name = self.cursor.name()[-1]
        if name in self.state.schemas and self.if_not_exists:
            return
        if self.replaces:
            self._drop_schema(name)
        self.state.schemas[name] = Made(Relation(name, ""), "schema", *self._at())
        self.state.schema = name
        if self.cursor.accept("CLONE"):
            origin = self.cursor.name()[-1]
            for relation, table in list(self.state.tables.items()):
                if relation.schema == origin:
                    clone = Relation(name, relation.name)
                    self.state.tables[clone] = replace(table, relation=clone)

    def _create_object(self, objects: dict[Relation, Made], kind: str) -> None:
        relation = self._named()
        if not (relation in objects and self.if_not_exists):
            objects[relation] = Made(relation, kind, *self._at())

    def _create_function(self) -> None:
        relation = self._named()
        made = self.state.functions.get(relation)
        overloads = dict(made.overloads) if made else {}
        arguments = [(part.name(), part.type()) for part in self.cursor.brackets() or []]
        types = tuple(kind for _, kind in arguments)
        if types in overloads and self.if_not_exists:
            return
        statement = self.cursor.tokens
        overloads[types] = made_of.function(self.place.source.text, statement, relation)
        self.state.functions[relation] = Made(relation, "function", *self._at(), overloads)

    def _create_pipe(self) -> None:
        relation = self._named()
        if relation in self.state.pipes and self.if_not_exists:
            return
        if not (self.cursor.seek("COPY") and self.cursor.accept("INTO")):
            raise DdlError(f"the pipe {relation} has no copy into")
        table = self._named()
        rest = self.place.source.text[self.cursor.tokens[self.cursor.position].start :]
        found = _STAGE.search(rest[: self._length(rest)])
        stage = self._stage(found.group("stage")) if found else None
        location = found.group("location") if found else ""
        path, line = self._at()
        self.state.pipes[relation] = Pipe(
            relation,
            table,
            stage,
            location,
            *copies.load_columns(self.cursor, self.state.columns(table)),
            path=path,
            line=line,
        )

    def _length(self, rest: str) -> int:
        """How much of the text belongs to this statement."""
        return len(rest) - (len(self.place.source.text) - self.cursor.tokens[-1].end - 1)

    def _stage(self, text: str) -> Relation:
        parts = [p[1:-1] if p.startswith('"') else p.upper() for p in text.split(".")]
        return Relation(parts[-2] if len(parts) > 1 else self.state.schema, parts[-1])

    def _create_table(self) -> None:
        relation = self._named()
        if not self._free(relation):
            return
        definitions = self.cursor.brackets()
        columns = _columns(definitions or [])
        if self.cursor.accept("LIKE") or self.cursor.accept("CLONE"):
            origin = self.state.tables.get(self._named())
            columns = origin.columns if origin else ()
        elif (query := self._query()) is not None:
            columns = columns or query
        self._put(Table(relation, columns, "table", *self._at()))

    def _create_external(self) -> None:
        """docs.snowflake.com/en/user-guide/tables-external-intro: a column VALUE holds the row."""
        relation = self._named()
        if self._free(relation):
            columns = (Column("VALUE", "VARIANT"), *_columns(self.cursor.brackets() or []))
            self._put(Table(relation, columns, "table", *self._at()))

    def _create_view(self) -> None:
        relation = self._named()
        if not self._free(relation):
            return
        definitions = self.cursor.brackets()
        named = tuple(Column(d.name()[0]) for d in definitions or [])
        query = self._query()
        behind = self.cursor.tokens[self.cursor.position :] if query is not None else ()
        made = made_of.view(self.place.source.text, behind, relation, named)
        self._put(Table(relation, named or query or (), "view", *self._at(), made))

    def _create_stream(self) -> None:
        relation = self._named()
        if not self._free(relation):
            return
        columns: tuple[Column, ...] = ()
        if self.cursor.seek("ON"):
            self.cursor.accept_any(_MODIFIERS)
            self.cursor.position += 1
            origin = self.state.tables.get(self._named())
            columns = (*origin.columns, *_STREAM_COLUMNS) if origin and origin.columns else ()
        self._put(Table(relation, columns, "stream", *self._at()))

    def _free(self, relation: Relation) -> bool:
        """Whether the statement makes the relation; an error when it is in the way."""
        other = self.state.tables.get(relation)
        if other is None or self.replaces:
            return True
        if self.if_not_exists:
            return False
        hint = "write `create … if not exists`, or `create or replace`"
        raise DdlError(f"{relation} was already made at {other.path}:{other.line}", hint)

    def _put(self, table: Table) -> None:
        self.state.tables[table.relation] = table

    def _query(self) -> tuple[Column, ...] | None:
        """The columns of the query behind `as`; empty when they cannot be known."""
        if not self.cursor.seek("AS"):
            return None
        tokens = list(self.cursor.tokens[self.cursor.position :])
        outputs = facts(parse(self.place.source.text, tokens)).outputs
        names = resolve(outputs, self.state.columns)
        return tuple(Column(name) for name in names or ())

    def _at(self) -> tuple[str, int]:
        return self.place.path, self.place.line

    # alter

    def _alter(self) -> None:
        kind = self.cursor.word()
        self.cursor.position += 1
        if kind in ("DYNAMIC", "EXTERNAL", "ICEBERG", "MATERIALIZED"):
            kind = self.cursor.word()
            self.cursor.position += 1
        self.cursor.accept("IF", "EXISTS")
        if kind in ("TABLE", "VIEW"):
            self._alter_table()
        elif kind == "SCHEMA":
            self._alter_schema()

    def _alter_schema(self) -> None:
        name = self.cursor.name()[-1]
        if self.cursor.accept("RENAME", "TO"):
            new = self.cursor.name()[-1]
            self.state.schemas[new] = self.state.schemas.pop(
                name, Made(Relation(new, ""), "schema")
            )
            for relation in [r for r in self.state.tables if r.schema == name]:
                self._move(relation, Relation(new, relation.name))

    def _alter_table(self) -> None:
        relation = self._named()
        table = self.state.tables.get(relation)
        if table is None:
            return
        if self.cursor.accept("RENAME", "TO"):
            self._move(relation, self._named())
        elif self.cursor.accept("SWAP", "WITH"):
            self._swap(relation, self._named())
        elif self.cursor.accept("RENAME", "COLUMN"):
            old, _, new = self.cursor.name()[0], self.cursor.accept("TO"), self.cursor.name()[0]
            self._put(replace(table, columns=_renamed(table.columns, old, new)))
        elif self.cursor.accept("ADD"):
            self._put(replace(table, columns=self._added(table.columns)))
        elif self.cursor.accept("DROP"):
            self._put(replace(table, columns=self._dropped(table.columns)))
        elif self.cursor.accept("ALTER") or self.cursor.accept("MODIFY"):
            self._put(replace(table, columns=self._retyped(table.columns)))

    def _move(self, old: Relation, new: Relation) -> None:
        table = self.state.tables.pop(old)
        self._put(replace(table, relation=new))

    def _swap(self, one: Relation, other: Relation) -> None:
        first, second = self.state.tables[one], self.state.tables.get(other)
        if second is None:
            raise DdlError(f"{other} does not exist", "swap needs two tables")
        self._put(replace(second, relation=one))
        self._put(replace(first, relation=other))

    def _added(self, columns: tuple[Column, ...]) -> tuple[Column, ...]:
        if self.cursor.word() in _NO_COLUMN:
            return columns
        for part in self.cursor.parts():
            part.accept("ADD")
            part.accept("COLUMN")
            part.accept("IF", "NOT", "EXISTS")
            for column in _columns([part]):
                if column.name not in {known.name for known in columns}:
                    columns = (*columns, column)
        return columns

    def _dropped(self, columns: tuple[Column, ...]) -> tuple[Column, ...]:
        if self.cursor.word() in _NO_COLUMN:
            return columns
        for part in self.cursor.parts():
            part.accept("COLUMN")
            part.accept("IF", "EXISTS")
            name = part.name()
            columns = tuple(c for c in columns if (c.name,) != name)
        return columns

    def _retyped(self, columns: tuple[Column, ...]) -> tuple[Column, ...]:
        parts = self.cursor.brackets() or self.cursor.parts()
        for part in parts:
            part.accept("COLUMN")
            name = part.name()
            part.accept("SET", "DATA")
            if name and (part.accept("TYPE") or part.accept("DATA", "TYPE")):
                kind = part.type()
                columns = tuple(replace(c, type=kind) if c.name == name[0] else c for c in columns)
        return columns

    # drop

    def _drop(self) -> None:
        kind = self.cursor.word()
        self.cursor.position += 1
        if kind in _MODIFIERS:
            kind = self.cursor.word()
            self.cursor.position += 1
        self.cursor.accept("IF", "EXISTS")
        if kind == "SCHEMA":
            self._drop_schema(self.cursor.name()[-1])
            return
        objects = self.state.objects().get(kind)
        if objects is not None:
            objects.pop(self._named(), None)

    def _drop_schema(self, name: str) -> None:
        self.state.schemas.pop(name, None)
        for objects in self.state.objects().values():
            for relation in [relation for relation in objects if relation.schema == name]:
                objects.pop(relation)


def _columns(definitions: Sequence[Cursor]) -> tuple[Column, ...]:
    """The columns among the parts of a table definition; constraints are none."""
    found = []
    for definition in definitions:
        if definition.word() in _CONSTRAINTS:
            continue
        name = definition.name()
        if name:
            kind = "" if definition.word() in _NO_TYPE else definition.type()
            found.append(Column(name[0], kind))
    return tuple(found)


def _renamed(columns: tuple[Column, ...], old: str, new: str) -> tuple[Column, ...]:
    return tuple(replace(c, name=new) if c.name == old else c for c in columns)
