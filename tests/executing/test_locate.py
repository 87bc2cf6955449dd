"""An error of the database is told with the line of the file that causes it."""

from __future__ import annotations

import pytest

from runner.engines.duckdb import connect
from runner.errors import EngineError
from runner.executing import locate
from runner.nodes import Check, Model, Relation, Settings


def model(sql: str) -> Model:
    relation = Relation("CORE", "WRONG")
    return Model(relation, "models/core/wrong.sql", sql, sql, "", Settings(), (), (), ())


def error_of(sql: str) -> EngineError:
    with connect() as session:
        session.execute("create table items (item_id number, price number(6, 2))")
        session.execute("insert into items values (1, 2.50)")
        session.execute("create view broken as select price / 0 as share from items")
        with pytest.raises(EngineError) as failed:
            session.execute(f"create table wrong as\n\n{sql}")
        return failed.value


@pytest.mark.parametrize(
    ("sql", "line"),
    [
        ("select\n    price / 0 as share\nfrom items", 2),
        ("select price\nfrom items\nwhere 'x'::number = 1", 3),
        ("select item_id\nfrom items\ngroup by\n    nothing", 4),
        ("select l.price\nfrom items as l\ncross join items as r\nwhere\n    item_id = 1", 5),
        ("select\n    item_id,\n    count(*) as n\nfrom items", 2),
        ("select\n    nofunction(item_id) as n\nfrom items", 2),
        ("select item_id\nfrom items\nwhere item_id in (\n    select 1 from nowhere\n)", 4),
        ("select item_id from items\nwhere 'nothing' = nothing", 2),
    ],
)
def test_the_line_of_a_model(sql: str, line: int) -> None:
    told = locate.explained(model(sql), error_of(sql))
    assert told.startswith(f"models/core/wrong.sql:{line}: "), told


def test_several_lines_that_may_be_the_cause_are_listed() -> None:
    sql = "select\n    price / 1 as a,\n    price / 0 as b,\n    1 / price as c\nfrom items"
    told = locate.explained(model(sql), error_of(sql))
    assert told.startswith("models/core/wrong.sql: ")
    assert told.endswith("it may come from line 2, 3 or 4")


def test_a_division_that_stands_elsewhere_is_said_to_stand_elsewhere() -> None:
    sql = "select share from broken"
    told = locate.explained(model(sql), error_of(sql))
    assert told.endswith("nothing here divides: it comes from a view that is read")


def test_a_statement_without_the_files_query_tells_no_line() -> None:
    told = locate.explained(model("select 1 / 1 as x"), error_of("select 1 / 0 as x"))
    assert told == "models/core/wrong.sql: Division by zero"


def test_a_check_file_is_found_whatever_its_query_became() -> None:
    check = Check("core/wrong", "checks/core/wrong.sql", "select 1 as x\nwhere 1 / 0 = 1", "", ())
    told = locate.explained(check, error_of("select 1 as x from items where 1 / 0 = 1"))
    assert told == "checks/core/wrong.sql:2: Division by zero"
