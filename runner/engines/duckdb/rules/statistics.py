"""Statistical aggregates: quantiles, spread, regression."""

from __future__ import annotations

from runner.engines.duckdb import types
from runner.engines.duckdb.rules import Call, Value, aggregate, arithmetic, casts
from runner.engines.duckdb.rules.aggregates import COUNT, distinct, numeric, within
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


for _name, _sql in {
    "STDDEV": "stddev_samp",
    "STDDEV_SAMP": "stddev_samp",
    "STDDEV_POP": "stddev_pop",
    "VARIANCE": "var_samp",
    "VARIANCE_SAMP": "var_samp",
    "VAR_SAMP": "var_samp",
    "VAR_POP": "var_pop",
    "VARIANCE_POP": "var_pop",
    "SKEW": "skewness",
    "KURTOSIS": "kurtosis",
}.items():

    @aggregate(_name)
    def spread(call: Call, sql: str = _sql) -> Value:
        return Value(f"{sql}({distinct(call)}{call.floating(0)}){call.over}", FLOAT)


for _name in [
    "CORR",
    "COVAR_POP",
    "COVAR_SAMP",
    "REGR_AVGX",
    "REGR_AVGY",
    "REGR_INTERCEPT",
    "REGR_R2",
    "REGR_SLOPE",
    "REGR_SXX",
    "REGR_SXY",
    "REGR_SYY",
]:

    @aggregate(_name, arguments=(2, 2))
    def regression(call: Call, sql: str = _name.lower()) -> Value:
        return Value(f"{sql}({call.floating(0)}, {call.floating(1)}){call.over}", FLOAT)


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
