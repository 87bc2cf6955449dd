"""Statistical aggregates: quantiles, spread, regression."""

from __future__ import annotations

from runner.engines.duckdb import types
from runner.engines.duckdb.rules import Call, Value, aggregate, arithmetic, casts
from runner.engines.duckdb.rules.aggregates import COUNT, distinct, numeric, sum_type, within
from runner.engines.duckdb.types import FLOAT
from runner.errors import Unsupported


@aggregate("MEDIAN")
def median(call: Call) -> Value:
    """MEDIAN(3) is 3.000: the middle, or the mean of the two middle values."""
    return middle(call, numeric(call), 0.5)


@aggregate("PERCENTILE_CONT")
def percentile_cont(call: Call) -> Value:
    """PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY n): interpolated."""
    fraction = call.constant(0)
    value, descending = within(call)
    value = casts.implicit(value, FLOAT) if value.type.name == "VARCHAR" else value
    return middle(call, arithmetic.numeric(value), 1 - float(fraction) if descending else fraction)


def middle(call: Call, value: Value, fraction: object) -> Value:
    """The interpolated quantile; exact for a NUMBER, three digits finer than its scale."""
    if value.type == FLOAT:
        return Value(f"quantile_cont({value.sql}, {fraction}){call.over}", FLOAT)
    scale = min(37, value.type.scale + 3)
    type_ = types.number(value.type.leading + scale, scale)
    finer = f"CAST({value.sql} AS {type_.duckdb})"
    return Value(f"CAST(quantile_cont({finer}, {fraction}){call.over} AS {type_.duckdb})", type_)


@aggregate("PERCENTILE_DISC")
def percentile_disc(call: Call) -> Value:
    fraction = call.constant(0)
    value, descending = within(call)
    if descending:
        raise Unsupported("PERCENTILE_DISC ordered descending")
    return Value(f"quantile_disc({value.sql}, {fraction}){call.over}", value.type)


@aggregate("APPROX_PERCENTILE", arguments=(2, 2))
def approx_percentile(call: Call) -> Value:
    """Exact here, which every estimate may be."""
    return Value(f"quantile_cont({call.floating(0)}, {call.constant(1)}){call.over}", FLOAT)


@aggregate("VARIANCE", "VARIANCE_SAMP", "VAR_SAMP", "VARIANCE_POP", "VAR_POP")
def variance(call: Call) -> Value:
    """VAR_POP of 1, 1 and 3 is 0.888889: of a NUMBER a NUMBER, of a FLOAT a FLOAT."""
    value = numeric(call)
    population = call.name.endswith("POP")
    if value.type == FLOAT:
        sql = "var_pop" if population else "var_samp"
        return Value(f"{sql}({distinct(call)}{value.sql}){call.over}", FLOAT)
    return exact_variance(call, value, 0 if population else 1)


def exact_variance(call: Call, value: Value, less: int) -> Value:
    """(n * sum(x * x) - sum(x) * sum(x)) / (n * (n - less)), which is rounded once: its scale is
    that of a quotient whose dividend has the scale of a square (page *VAR_POP*)."""
    if call.distinct:
        raise Unsupported(f"{call.name}(DISTINCT …) of a NUMBER", "cast it to FLOAT")
    if value.type.scale > MOST_DIGITS:
        raise Unsupported(f"{call.name} of a {value.type}", "cast it to FLOAT")
    if value.volatile:
        raise Unsupported(f"{call.name} of a random value")
    rows = Value(f"CAST(count({value.sql}){call.over} AS DECIMAL(18,0))", COUNT)
    square = arithmetic.multiply(value, value)
    squares = Value(f"sum({square.sql}){call.over}", sum_type(square.type))
    total = Value(f"sum({value.sql}){call.over}", sum_type(value.type))
    spread = arithmetic.subtract(
        arithmetic.multiply(rows, squares), arithmetic.multiply(total, total)
    )
    others = Value(f"({rows.sql} - {less})", COUNT)
    pairs = arithmetic.multiply(rows, others)
    return arithmetic.divide(spread, Value(f"nullif({pairs.sql}, 0)", pairs.type))


# the longest scale whose square keeps all its digits in a product
MOST_DIGITS = 6


@aggregate("STDDEV", "STDDEV_SAMP", "STDDEV_POP")
def deviation(call: Call) -> Value:
    """STDDEV_POP of 6, 10 and 14 is 3.26598637474: of NUMBERs the root of 10.666667, the rounded
    variance."""
    value = variance(call)
    if value.type == FLOAT:
        sql = "stddev_pop" if call.name.endswith("POP") else "stddev_samp"
        return Value(f"{sql}({distinct(call)}{numeric(call).sql}){call.over}", FLOAT)
    return Value(f"sqrt(CAST({value.sql} AS DOUBLE))", FLOAT)


for _name in [
    *("COVAR_POP", "COVAR_SAMP", "REGR_AVGX", "REGR_AVGY"),
    *("REGR_SXX", "REGR_SXY", "REGR_SYY"),
]:

    @aggregate(_name, arguments=(2, 2))
    def paired(call: Call, sql: str = _name.lower()) -> Value:
        return Value(f"{sql}({call.floating(0)}, {call.floating(1)}){call.over}", FLOAT)


for _name in ["CORR", "REGR_INTERCEPT", "REGR_R2", "REGR_SLOPE"]:

    @aggregate(_name, arguments=(2, 2))
    def regression(call: Call, sql: str = _name.lower()) -> Value:
        """NULL where no line can be drawn, as through a single point."""
        line = f"{sql}({call.floating(0)}, {call.floating(1)}){call.over}"
        return Value(f"sf_some({line})", FLOAT)


@aggregate("REGR_COUNT", arguments=(2, 2))
def regr_count(call: Call) -> Value:
    text = f"regr_count({call.floating(0)}, {call.floating(1)}){call.over}"
    return Value(f"CAST({text} AS DECIMAL(18,0))", COUNT)


@aggregate("MODE")
def mode(call: Call) -> Value:
    value = call.value(0)
    if value.type.name == "TIMESTAMP_TZ":
        raise Unsupported("MODE of a TIMESTAMP_TZ")
    return Value(f"mode({value.sql}){call.over}", value.type)
