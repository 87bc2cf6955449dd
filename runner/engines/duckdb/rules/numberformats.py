"""Formats of numbers: a number as text by a format, and a text read by one.

Page *SQL format models*. Fixed positions (`9 0 , . $ S MI B X FM` and literals) and `TM9` are
known; exponents, `TM`, `TME`, `%` and `FX` are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from runner.engines.duckdb.names import literal
from runner.engines.duckdb.rules import Value
from runner.engines.duckdb.types import TEXT, number
from runner.errors import Unsupported

LITERALS = r'((?:"[^"]*"|[-=/():; ])*)'
MODEL = re.compile(
    rf"(FM)?{LITERALS}((?:S|MI|\$|B)*)([09,G]*)(?:([.D])([09]*))?(S|MI)?{LITERALS}", re.IGNORECASE
)
HEXADECIMAL = re.compile("(FM)?(0?X+|0+X)", re.IGNORECASE)


@dataclass(frozen=True)
class Model:
    """A format of fixed positions: `whole` and `fraction` are its digits, with commas; `fraction`
    is None without a point. `sign` is S or MI in front or behind (`trailing`), or empty."""

    before: str
    whole: str
    fraction: str | None
    after: str
    sign: str = ""
    trailing: bool = False
    dollar: bool = False
    blank_zero: bool = False
    compact: bool = False

    @property
    def scale(self) -> int:
        return len(self.fraction or "")

    @property
    def most(self) -> int:
        """The digits before the point."""
        return len(self.whole.replace(",", ""))

    @property
    def least(self) -> int:
        """The digits before the point from the first `0` on."""
        digits = self.whole.replace(",", "")
        return len(digits) - digits.index("0") if "0" in digits else 0

    @property
    def commas(self) -> list[int]:
        """How many digits stand behind each comma, up to the point."""
        parts = self.whole.split(",")
        return [len("".join(parts[index:])) for index in range(1, len(parts))]

    @property
    def floats(self) -> bool:
        """Whether the sign stands right before the number."""
        return not self.sign or (self.sign == "S" and not self.trailing)


def model(format_: str) -> Model:
    """A format in its parts.

    >>> model("$9,999.00").commas, model("999.99MI").trailing
    ([3], True)
    """
    found = MODEL.fullmatch(format_)
    if found is None or not re.search("[09]", format_):
        raise Unsupported(f"the number format {format_!r}")
    compact, before, head, digits, point, fraction, tail, after = found.groups()
    marks = re.findall(r"S|MI|\$|B", head.upper())
    signs = [mark for mark in marks if mark in ("S", "MI")] + ([tail.upper()] if tail else [])
    if len(set(marks)) < len(marks) or len(signs) > 1 or digits.startswith((",", "G")):
        raise Unsupported(f"the number format {format_!r}")
    return Model(
        before=spoken(before),
        whole=digits.upper().replace("G", ","),
        fraction=fraction if point else None,
        after=spoken(after),
        sign=signs[0] if signs else "",
        trailing=bool(tail),
        dollar="$" in marks,
        blank_zero="B" in marks,
        compact=bool(compact),
    )


def spoken(literals: str) -> str:
    """What literals of a format print."""
    return re.sub(r'"([^"]*)"', r"\1", literals)


# -- writing ---------------------------------------------------------------------------------------


def written(value: Value, format_: str) -> Value:
    """A number as text by a format."""
    if format_.upper() == "TM9" and value.type.name == "NUMBER":
        return Value(f"CAST({value.sql} AS VARCHAR)", TEXT)
    hexadecimal = HEXADECIMAL.fullmatch(format_)
    if hexadecimal:
        return in_hexadecimal(value, hexadecimal.group(2), compact=bool(hexadecimal.group(1)))
    form = model(format_)
    sign = f"{value.sql} < 0" if form.floats else "false"
    plus = "'+'" if form.floats and form.sign else "''"
    text = (
        f"sf_written({digits_of(value, form)}, {sign}, {value.sql} < 0, {layout(form)}, {plus},"
        f" {str(form.compact).lower()})"
    )
    if not form.floats:
        text = with_sign(text, value, form)
    around = [literal(form.before)] if form.before else []
    return Value(" || ".join([*around, text, *([literal(form.after)] if form.after else [])]), TEXT)


def digits_of(value: Value, form: Model) -> str:
    """The digits of the number without its sign, rounded to the format's scale."""
    type_ = number(38, form.scale).duckdb
    if value.type.name == "FLOAT":
        wide = "9" * (form.most + 1)
        return f"sf_decimal_text({value.sql}, {form.scale}, 1e{form.most}, '{wide}')"
    return f"CAST(abs(CAST({value.sql} AS {type_})) AS VARCHAR)"


def layout(form: Model) -> str:
    """What the macro needs to know of the format."""
    hashes = re.sub(
        "[09]", "#", form.whole + ("" if form.fraction is None else f".{form.fraction}")
    )
    fraction = form.fraction or ""
    width = form.floats + form.dollar + len(hashes)
    least = form.least or int(bool(form.whole) and not form.blank_zero)
    fields = {
        "least": str(least),
        "most": str(form.most),
        "commas": f"{form.commas}::integer[]",
        "point": "'.'" if form.fraction is not None else "''",
        "zeros": str(len(fraction.rstrip("9"))),
        "dollar": "'$'" if form.dollar else "''",
        "hashes": literal(hashes),
        "width": str(width),
    }
    return "{" + ", ".join(f"'{name}': {text}" for name, text in fields.items()) + "}"


def with_sign(text: str, value: Value, form: Model) -> str:
    """The digits with a sign that has a place of its own."""
    plus = "+" if form.sign == "S" else "" if form.compact else " "
    sign = f"CASE WHEN {value.sql} < 0 THEN '-' ELSE '{plus}' END"
    return f"({text} || {sign})" if form.trailing else f"({sign} || {text})"


def in_hexadecimal(value: Value, mask: str, *, compact: bool) -> Value:
    """A whole number in so many hexadecimal digits."""
    if value.type.name != "NUMBER":
        raise Unsupported(f"the number format {mask!r} of a {value.type.name}")
    integer = f"CAST(CAST({value.sql} AS DECIMAL(38,0)) AS HUGEINT)"
    zeros = len(mask) if mask.startswith("0") else 1
    text = f"sf_hexadecimal({integer}, {len(mask)}, {zeros}, {str(compact).lower()})"
    return Value(f"lower({text})" if mask.endswith("x") else text, TEXT)


# -- reading ---------------------------------------------------------------------------------------


def read(text: str, formats: str, *, try_: bool) -> Value:
    """A text as the plain digits of the number that one of the formats reads."""
    tries = [reading("t$['t']", one) for one in formats.split("|")]
    failed = "" if try_ else ", CASE WHEN t$['t'] IS NOT NULL THEN sf_no_number(t$['t']) END"
    return Value(
        f"list_transform([{{'t': {text}}}], lambda t$: coalesce({', '.join(tries)}{failed}))[1]",
        TEXT,
    )


def reading(text: str, format_: str) -> str:
    """The digits that one format reads, or NULL."""
    if HEXADECIMAL.fullmatch(format_):
        return f"sf_read_hexadecimal({text}, {len(format_)})"
    form = model(format_)
    if re.search("[-0-9.]", form.before + form.after):
        raise Unsupported(f"reading by the number format {format_!r}")
    return f"sf_read_number({text}, {literal(pattern(form))}, {form.least}, {form.most})"


def pattern(form: Model) -> str:
    """The regular expression of the texts that a format takes, blanks aside."""
    sign = "[+-]" if form.sign == "S" else "[+-]?"
    sizes = [len(part) for part in form.whole.split(",")]
    grouped = [
        f"[0-9]{{1,{size}}}" + "".join(f",[0-9]{{{rest}}}" for rest in sizes[index + 1 :])
        for index, size in enumerate(sizes[:-1])
    ]
    plain = f"[0-9]{{{int(not form.blank_zero and form.most > 0)},{form.most}}}"
    digits = f"(?:{'|'.join([*grouped, plain])})"
    if form.fraction is not None:
        needed = len(form.fraction.rstrip("9"))
        behind = f"\\.[0-9]{{{needed},{form.scale}}}"
        digits += behind if needed else f"(?:{behind})?"
    amount = (r"\$ *" if form.dollar else "") + digits
    signed = f"{amount} *{sign}" if form.trailing else f"{sign} *{amount}"
    return f" *{re.escape(form.before)}{signed}{re.escape(form.after)} *"
