"""`UPDATE ALL BY NAME` and `INSERT ALL BY NAME` of MERGE, which sqlglot does not read."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.tokenizer_core import Token

from runner.engines.duckdb import dialect
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.scopes import Source
from runner.engines.duckdb.statements import replies
from runner.engines.duckdb.statements.targets import Target
from runner.errors import Unsupported

EVERY = "~every"  # stands for all columns until those of the source are known
SPELLED_OUT = {"UPDATE": f'set "{EVERY}" = 0', "INSERT": f'("{EVERY}") values (0)'}


def spelled_out(statement: Statement) -> Statement:
    """The statement with a list of one column where ALL BY NAME stands.

    >>> text = "merge into t using s on t.a = s.a when matched then update all by name"
    >>> [t.text for t in spelled_out(dialect.read(text)).tokens[-4:]]
    ['set', '~every', '=', '0']
    """
    tokens: list[Token] = []
    at = 0
    while at < len(statement.tokens):
        token = statement.tokens[at]
        words = [one.text.upper() for one in statement.tokens[at : at + 4]]
        tokens.append(token)
        at += 1
        if words[1:] == ["ALL", "BY", "NAME"] and words[0] in SPELLED_OUT:
            last = statement.tokens[at + 2]
            more = dialect.SNOWFLAKE.tokenize(SPELLED_OUT[words[0]])
            tokens += [dialect.at(one, token, last) for one in more]
            at += 3
    return Statement(statement.sql, tuple(tokens))


def fill_in(tree: exp.Merge, into: Target, source: Source) -> None:
    """Put every column of the table in the place of the one that stands for all of them."""
    for when in tree.args["whens"].expressions:
        then = when.args["then"]
        if not any(node.name == EVERY for node in then.find_all(exp.Identifier)):
            continue
        check(into, source)
        names = [exp.to_identifier(column.name, quoted=True) for column in into.record.columns]
        alias = exp.to_identifier(source.alias, quoted=True)
        values = [exp.Column(this=name.copy(), table=alias.copy()) for name in names]
        if isinstance(then, exp.Update):
            pairs = zip(names, values, strict=True)
            given = [exp.EQ(this=exp.Column(this=name), expression=value) for name, value in pairs]
            then.set("expressions", given)
        else:
            then.set("this", exp.Tuple(expressions=names))
            then.set("expression", exp.Tuple(expressions=values))


def check(into: Target, source: Source) -> None:
    """Both sides have the same columns, in whatever order (page *MERGE*)."""
    if not source.alias:
        raise Unsupported("ALL BY NAME of a subquery without an alias")
    given = sorted(column.name for column in source.columns)
    if given != sorted(column.name for column in into.record.columns):
        raise replies.compilation(
            "ALL BY NAME needs a source with the columns of the target: "
            f"{', '.join(column.name for column in into.record.columns)}"
        )
