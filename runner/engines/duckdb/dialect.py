"""Reading Snowflake's SQL: text to tokens to trees."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlglot import exp
from sqlglot.dialects.snowflake import Snowflake
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from runner.engines.duckdb import headings, syntax
from runner.errors import EngineError, Unsupported

SNOWFLAKE = Snowflake()
# it says on stderr which statements it has no tree for; here those are read word by word
logging.getLogger("sqlglot").setLevel(logging.ERROR)

# sqlglot turns known functions into nodes of its own, with other argument orders and formats. A
# mark behind the name hides it: every function arrives as it was written, as `Anonymous`.
MARK = "\x01"
HIDDEN = (set(Snowflake.Parser.FUNCTIONS) | set(Snowflake.Parser.FUNCTION_PARSERS)) - {
    "CAST",
    "TRY_CAST",
    "EXTRACT",
    "CUBE",
    "SEMANTIC_VIEW",
}
# words after which a name with a parenthesis is no function: `create table date (…)`
NAMING = frozenset({"TABLE", "VIEW", "INTO", "JOIN", "UPDATE", "EXISTS", "REFERENCES", "WITH"}) | {
    "RECURSIVE",
    "FUNCTION",
    "PROCEDURE",
    "AS",
}

# words between CREATE and the kind of object that do not change who handles the statement
MODIFIERS = frozenset(
    {"OR", "REPLACE", "ALTER", "TRANSIENT", "TEMPORARY", "TEMP", "VOLATILE", "LOCAL", "GLOBAL"}
    | {"SECURE", "RECURSIVE"}
)


@dataclass(frozen=True)
class Statement:
    """One statement as it was written, with its tokens; the tree is made when it is asked for."""

    sql: str
    tokens: tuple[Token, ...]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The first words, upper-cased, without CREATE's modifiers: `("CREATE", "TABLE", "T")`."""
        texts = [token.text.upper() for token in self.tokens[:12]]
        if texts and texts[0] in ("CREATE", "ALTER"):
            rest = iter(texts[1:])
            kept = [text for text in rest if text not in MODIFIERS]
            texts = [texts[0], *kept] if texts[0] == "CREATE" else texts
        return tuple(texts[:5])

    @cached_property
    def tree(self) -> exp.Expr:
        """The statement's syntax tree. Raises `EngineError` 1003 when it is not Snowflake SQL."""
        return parse(without_noise(self.tokens), self.sql, exp.Expression)


def read(sql: str) -> Statement:
    """Split a statement into tokens; a trailing semicolon is left out."""
    try:
        tokens = SNOWFLAKE.tokenize(FILES.sub(blot, sql) if "file:" in sql else sql)
    except TokenError as error:
        raise syntax.of_tokenizer(error, sql) from error
    while tokens and tokens[-1].token_type == TokenType.SEMICOLON:
        tokens.pop()
    if not tokens:
        raise EngineError("Empty SQL statement.", code=900, sqlstate="42601", sql=sql)
    return Statement(sql, tuple(tokens))


def may_be_query(sql: str) -> bool:
    """Whether a text begins as a query does, behind comments.

    >>> may_be_query("/* all */ (select 1)"), may_be_query("create table t as select 1")
    (True, False)
    """
    return QUERY.match(sql) is not None


COMMENT = r"\s|--.*\n|//.*\n|/\*(?s:.*?)\*/"
QUERY = re.compile(rf"(?:{COMMENT})*(?:\(|(?:select|with|values|from)\b)", re.IGNORECASE)


def without_noise(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens of CREATE without words that add nothing: LOCAL and GLOBAL before TEMPORARY,
    LINEAR behind CLUSTER BY.

    >>> [t.text for t in without_noise(read("create local temporary table t (a int)").tokens)[:4]]
    ['create', 'temporary', 'table', 't']
    """
    if tokens[0].text.upper() != "CREATE":
        return tokens
    kept = [tokens[0]]
    for index, token in enumerate(tokens[1:], 1):
        word = token.text.upper()
        if word in ("LOCAL", "GLOBAL") and index < 5:
            continue
        if word == "LINEAR" and tokens[index - 1].token_type == TokenType.CLUSTER_BY:
            continue
        kept.append(token)
    return kept


def without_query(statement: Statement) -> tuple[Statement, str] | None:
    """A CREATE TABLE … AS or INSERT INTO with `select 1` in the place of its query, and the query's
    text; None for any other statement.

    >>> head, text = without_query(read("insert into t (a) select b from u;"))
    >>> [token.text for token in head.tokens], text
    (['insert', 'into', 't', '(', 'a', ')', 'select', '1'], 'select b from u')
    """
    tokens, depth = statement.tokens, 0
    head = " ".join(statement.words[:2])
    if head not in ("CREATE TABLE", "INSERT INTO"):
        return None
    for index, token in enumerate(tokens):
        depth += (token.text == "(") - (token.text == ")")
        begins = token.token_type in (TokenType.SELECT, TokenType.WITH) and depth == 0
        if begins and (head == "INSERT INTO" or tokens[index - 1].token_type == TokenType.ALIAS):
            short = (*tokens[:index], *SHORT)
            return Statement(statement.sql, short), statement.sql[token.start : tokens[-1].end + 1]
    return None


SHORT = tuple(SNOWFLAKE.tokenize("select 1"))
FILES = re.compile(r"(?<!')\bfile:/\S*")  # an unquoted path of PUT or GET


def blot(path: re.Match[str]) -> str:
    """A path without the signs that would begin a comment or a quotation.

    >>> FILES.sub(blot, "put file:///tmp/*.csv @s")
    'put file____tmp___csv @s'
    """
    return re.sub(r"\W", "_", path.group())


def named(statement: Statement, variable: Callable[[str], str]) -> Statement:
    """The statement with names in the place of `IDENTIFIER('name')` and `IDENTIFIER($variable)`,
    and of `TABLE($variable)` behind FROM (page *Literals and variables as identifiers*).

    >>> text = "insert into identifier($t) values (1)"
    >>> [t.text for t in named(read(text), lambda name: "s." + name).tokens[:5]]
    ['insert', 'into', 's', '.', 'T']
    """
    if not MENTIONED.search(statement.sql):
        return statement
    tokens = list(statement.tokens)
    for index in range(len(tokens) - 4, 0, -1):
        size = size_of_call(tokens, index)
        if not size:
            continue
        inner, closing = tokens[index + size - 2], tokens[index + size - 1]
        text = variable(inner.text.upper()) if size == 5 else inner.text
        behind = tokens[index + size] if index + size < len(tokens) else None
        refuse_nameless(tokens[index - 1], behind)
        place = tokens[index]
        names = [at(token, place, closing) for token in SNOWFLAKE.tokenize(text)]
        tokens[index : index + size] = names
    return Statement(statement.sql, tuple(tokens))


MENTIONED = re.compile(r"\b(IDENTIFIER|TABLE)\s*\(", re.IGNORECASE)


def size_of_call(tokens: Sequence[Token], index: int) -> int:
    """How many tokens `IDENTIFIER(…)` or `TABLE($…)` has that begins here; 0 for anything else."""
    word = tokens[index].text.upper()
    if word not in ("IDENTIFIER", "TABLE") or tokens[index + 1].text != "(":
        return 0
    size = 5 if tokens[index + 2].text == "$" else 4
    if index + size > len(tokens) or tokens[index + size - 1].token_type != TokenType.R_PAREN:
        return 0
    if word == "TABLE":
        return size if size == 5 and tokens[index - 1].text.upper() in BEFORE_TABLES else 0
    is_text = tokens[index + size - 2].token_type in (TokenType.STRING, TokenType.RAW_STRING)
    return size if size == 5 or is_text else 0


BEFORE_TABLES = frozenset({"FROM", "JOIN", ","})


def refuse_nameless(before: Token, behind: Token | None) -> None:
    """A column that is named by IDENTIFIER is not documented to bear a name in the result."""
    alone = behind is None or behind.token_type in syntax.BREAKS
    if alone and before.text.upper() in ("SELECT", "DISTINCT", "ALL"):
        raise Unsupported("IDENTIFIER of a column without an alias")


def at(token: Token, first: Token, last: Token) -> Token:
    """The token as if it stood in the place of others."""
    return Token(token.token_type, token.text, last.line, last.col, first.start, last.end, [])


def part(sql: str, start: int, end: int, head: str) -> Statement:
    """A part of a statement's text, in brackets behind `head`, with its own places in the text.

    >>> part("alter table t add a int b", 18, 25, "create table added").tree
    Traceback (most recent call last):
    runner.errors.EngineError: SQL compilation error:
    syntax error line 1 at position 24 unexpected 'b'.
    """
    first, last = SNOWFLAKE.tokenize(f"{head} ("), SNOWFLAKE.tokenize(")")
    closing = [shifted(token, end, sql) for token in last]
    return Statement(sql, (*first, *section(sql, start, end).tokens, *closing))


def section(sql: str, start: int, end: int) -> Statement:
    """A part of a statement's text as a statement of its own, with its places in the text."""
    tokens = [shifted(token, start, sql) for token in SNOWFLAKE.tokenize(sql[start:end])]
    if not tokens:
        raise syntax.unexpected(sql, end, sql[end : end + 1])
    return Statement(sql, tuple(tokens))


def shifted(token: Token, by: int, sql: str) -> Token:
    """The token of a text that begins so far into another, in that one."""
    start, end = token.start + by, token.end + by
    line, column = syntax.place(sql, end)
    return Token(token.token_type, token.text, line, column + 1, start, end, token.comments)


def parse(tokens: Sequence[Token], sql: str, into: type[exp.Expr]) -> exp.Expr:
    """The tree of a statement, or of what `into` says, with all functions as they were written."""
    syntax.refuse_torn(tokens, sql)
    hidden = bracket_literals(hide_functions(tokens))
    parser = SNOWFLAKE.parser()
    try:
        if into is exp.Expression:
            trees = parser.parse(hidden, sql)
        else:
            trees = parser.parse_into(into, hidden, sql)
    except ParseError as error:
        raise syntax.of_parser(error, parser, sql) from error
    if len(trees) != 1 or trees[0] is None:
        raise EngineError("Actual statement count did not match 1.", code=8, sql=sql)
    headings.note_texts(trees[0], tokens, sql)
    for node in trees[0].find_all(exp.Anonymous, exp.Identifier):
        if isinstance(node.this, str) and node.this.endswith(MARK):
            node.set("this", node.this[:-1])
        elif isinstance(node, exp.Identifier):
            syntax.refuse_reserved(node, sql)
    return trees[0]


def hide_functions(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with a mark behind the names of functions that sqlglot knows."""
    hidden = list(tokens)
    for index, behind in enumerate(tokens[1:]):
        if behind.token_type != TokenType.L_PAREN:
            continue
        token, name = tokens[index], tokens[index].text.upper()
        if name == "DATE_PART" and is_part_from(tokens[index : index + 4]):
            hidden[index] = renamed(token, "EXTRACT")
        elif name in HIDDEN and not is_naming(token, tokens[index - 1] if index else token):
            hidden[index] = renamed(token, token.text + MARK)
    return hidden


def is_naming(token: Token, before: Token) -> bool:
    """Whether a function's name in front of a parenthesis is the name of something else, or the
    REPLACE of a star."""
    if token.token_type == TokenType.IDENTIFIER:
        return True
    if before.text.upper() in NAMING:
        return (before.text.upper(), token.text.upper()) != ("JOIN", "TABLE")  # a table function
    behind_star = before.token_type in (TokenType.STAR, TokenType.R_PAREN)
    return behind_star and token.text.upper() == "REPLACE"


def is_part_from(tokens: Sequence[Token]) -> bool:
    """Whether `DATE_PART(` goes on as `month FROM`, which is EXTRACT."""
    return len(tokens) == 4 and tokens[3].token_type == TokenType.FROM


def renamed(token: Token, text: str) -> Token:
    """The token with another text in its place."""
    return Token(
        token.token_type, text, token.line, token.col, token.start, token.end, token.comments
    )


TYPED = frozenset({"DATE", "TIME", "TIMESTAMP"})


def bracket_literals(tokens: list[Token]) -> list[Token]:
    """The tokens with brackets around `date '…'` before `::`, which sqlglot would cast first."""
    casts = [index for index, one in enumerate(tokens) if one.token_type == TokenType.DCOLON]
    for index in reversed(casts):
        if index < 2 or tokens[index - 1].token_type != TokenType.STRING:
            continue
        word, text = tokens[index - 2 : index]
        if word.text.upper() in TYPED:
            tokens[index:index] = [bracket(TokenType.R_PAREN, text)]
            tokens[index - 2 : index - 2] = [bracket(TokenType.L_PAREN, word)]
    return tokens


def bracket(kind: TokenType, at: Token) -> Token:
    text = "(" if kind == TokenType.L_PAREN else ")"
    return Token(kind, text, at.line, at.col, at.start, at.end, at.comments)


def expression(text: str) -> exp.Expr:
    """The tree of one expression, such as a column's default."""
    return parse(read(text).tokens, text, exp.Condition)
