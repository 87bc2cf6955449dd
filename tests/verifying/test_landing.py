"""Rows come into the scratch database as they were, whatever their types."""

from __future__ import annotations

from datetime import datetime

from runner.engines.duckdb import connect
from runner.nodes import Relation
from runner.verifying import landing
from runner.verifying.arrivals import Load, Source, deliveries

TABLE = """
create table raw.t (
    id number(38, 0), amount number(12, 2), share float, said varchar(50), nothing varchar,
    is_true boolean, day date, at time, moment timestamp_ntz, zoned timestamp_tz, bytes binary,
    data variant, list array, loaded_at timestamp_ntz
)
"""
ROW = r"""
insert into raw.t
select
    1, 12.50, 0.1, 'it''s "quoted", \\ and\nlong', '', true, '2024-02-29', '23:59:59.123456',
    '2024-01-01 10:00:00.000001', '2024-01-01 10:00:00 +0200', to_binary('00FF', 'HEX'),
    parse_json('{"a": [1, null, "x"]}'), array_construct(1, 'b'), '2023-01-01'
"""


def test_rows_arrive_as_they_were_with_the_load_time_of_their_batch() -> None:
    with connect() as session:
        for statement in ("create schema raw", TABLE, ROW, "insert into raw.t (id) values (null)"):
            session.execute(statement)
        original = session.execute("select * from raw.t")
        source = Source(Relation("RAW", "T"), original.columns, loaded_at="LOADED_AT")
        delivered = deliveries(source, original.rows, 1)
        for statement in landing.tables([source]):
            session.execute(statement)
        for statement in [sql for delivery in delivered for sql in landing.rows(delivery)]:
            session.execute(statement)
        session.execute("delete from raw.t")
        when = datetime(2024, 6, 1, 12, 30)
        for delivery in delivered:
            session.execute(landing.arrival(Load(delivery, when), "DB"))
        found = session.execute("select * from raw.t")
    assert found.columns == original.columns
    assert sorted(found.rows, key=str) == sorted(
        ((*row[:-1], when) for row in original.rows), key=str
    )
