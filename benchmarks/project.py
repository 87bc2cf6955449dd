"""A generated warehouse of N models, written once for runner and once for dbt.

10% of the models are staging (a cast and a window over one of ten raw tables), 60% intermediate
(two or three earlier models joined, with CTEs and windows), 30% marts (an aggregate over one or
two earlier models); each has two checks. The queries are the same text for both tools but for the
names of what they read: runner reads `schema.table`, dbt reads `{{ ref('table') }}`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

SOURCES = 10
ROWS = 1_000
DATABASE = "BENCHMARK"


@dataclass(frozen=True)
class GeneratedModel:
    """One model: its layer, its name and its query as a function of how a table is named."""

    layer: str
    name: str
    reads: tuple[str, ...]
    template: str

    def query(self, name_of: Callable[[str], str]) -> str:
        return self.template.format(**{f"t{i}": name_of(read) for i, read in enumerate(self.reads)})


def models(count: int, seed: int = 0) -> list[GeneratedModel]:
    """`count` models in an order in which each reads earlier ones only."""
    random = Random(seed)
    staging = [_staging(number, random) for number in range(count // 10)]
    intermediate: list[GeneratedModel] = []
    for number in range(count * 6 // 10):
        earlier = [model.name for model in staging + intermediate[-50:]]
        intermediate.append(_intermediate(number, random.sample(earlier, random.choice([2, 3]))))
    marts = [
        _mart(number, random.sample([model.name for model in intermediate], 2))
        for number in range(count - len(staging) - len(intermediate))
    ]
    return staging + intermediate + marts


def write_runner(folder: Path, generated: list[GeneratedModel]) -> None:
    """The project as runner reads it."""
    (folder / "migrations/database").mkdir(parents=True)
    (folder / "runner.toml").write_text(
        f'name = "benchmark"\ndefault_target = "local"\n\n[targets.local]\nengine = "duckdb"\n'
        f'database = "{DATABASE}"\npath = ".runner"\nthreads = 4\nbefore_build = ["deploy"]\n'
    )
    (folder / "migrations/database/V1.0.0__raw.sql").write_text(_raw_sql())
    layers = {model.name: model.layer for model in generated}
    for model in generated:
        path = folder / f"models/bench/{model.layer}/{model.name}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        query = model.query(
            lambda name: f"bench_{layers[name]}.{name}" if name in layers else f"bench_raw.{name}"
        )
        path.write_text(
            f"-- Generated {model.layer} model {model.name}.\n--\n-- @materialized table\n"
            f"-- @check id is not null\n-- @unique id\n\n{query}\n"
        )


def write_dbt(folder: Path, generated: list[GeneratedModel], database: Path) -> None:
    """The same project as dbt reads it, on dbt-duckdb over the file `database`."""
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(
        "name: benchmark\nversion: '1.0'\nprofile: benchmark\nmodel-paths: [models]\n"
        "models:\n  benchmark:\n    +materialized: table\n"
    )
    (folder / "profiles.yml").write_text(
        "benchmark:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n"
        f"      path: {database}\n      threads: 2\n"
    )
    names = {model.name for model in generated}
    for model in generated:
        path = folder / f"models/{model.layer}/{model.name}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        query = model.query(
            lambda name: (
                f"{{{{ ref('{name}') }}}}"
                if name in names
                else f"{{{{ source('bench_raw', '{name}') }}}}"
            )
        )
        path.write_text(query + "\n")
        path.with_suffix(".yml").write_text(
            f"models:\n  - name: {model.name}\n    columns:\n      - name: id\n"
            f"        data_tests:\n          - unique\n          - not_null\n"
        )
    sources = "".join(f"      - name: raw_{number}\n" for number in range(SOURCES))
    (folder / "models/sources.yml").write_text(
        f"sources:\n  - name: bench_raw\n    schema: bench_raw\n    tables:\n{sources}"
    )


def write_sqlmesh(folder: Path, generated: list[GeneratedModel], database: Path) -> None:
    """The same project as SQLMesh reads it, on the DuckDB file `database`."""
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text(
        "gateways:\n  local:\n    connection:\n      type: duckdb\n"
        f"      database: {database}\n      concurrent_tasks: 4\n"
        "default_gateway: local\nmodel_defaults:\n  dialect: duckdb\n  start: 2024-01-01\n"
    )
    layers = {model.name: model.layer for model in generated}
    for model in generated:
        path = folder / f"models/{model.layer}/{model.name}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        query = model.query(
            lambda name: f"bench_{layers[name]}.{name}" if name in layers else f"bench_raw.{name}"
        )
        path.write_text(
            f"MODEL (\n  name bench_{model.layer}.{model.name},\n  kind FULL,\n"
            "  audits (not_null(columns := (id)), unique_values(columns := (id)))\n);\n\n"
            f"{query}\n"
        )


def raw_statements() -> list[str]:
    """The raw tables in SQL that both Snowflake and DuckDB understand."""
    numbers = "select " + " union all select ".join(f"{digit} as digit" for digit in range(10))
    return [
        "create schema if not exists bench_raw",
        *(
            f"create table if not exists bench_raw.raw_{number} as\n"
            f"with digits as ({numbers})\n"
            "select\n"
            "    cast(units.digit + 10 * tens.digit + 100 * hundreds.digit as decimal(10, 0))"
            " as id,\n"
            f"    cast(mod(units.digit * 7 + tens.digit * 3 + {number}, 10) as decimal(10, 0))"
            " as group_id,\n"
            f"    cast(units.digit + tens.digit * {number + 1} as varchar) as amount_text,\n"
            "    cast(hundreds.digit + 1 as varchar) as quantity_text,\n"
            "    'label ' || cast(tens.digit as varchar) as label\n"
            "from digits as units\n"
            "cross join digits as tens\n"
            "cross join digits as hundreds"
            for number in range(SOURCES)
        ),
    ]


def _raw_sql() -> str:
    return ";\n\n".join(raw_statements()) + ";\n"


def _staging(number: int, random: Random) -> GeneratedModel:
    source = f"raw_{random.randrange(SOURCES)}"
    template = """\
with cleaned as (
    select
        raw_rows.id,
        raw_rows.group_id,
        cast(raw_rows.amount_text as decimal(12, 2)) as amount,
        cast(raw_rows.quantity_text as decimal(10, 0)) as quantity,
        trim(lower(raw_rows.label)) as label
    from {t0} as raw_rows
    where
        raw_rows.id is not null
        and raw_rows.amount_text is not null
),

ranked as (
    select
        cleaned.id,
        cleaned.group_id,
        cleaned.amount,
        cleaned.quantity,
        cleaned.label,
        row_number() over (
            partition by cleaned.id
            order by cleaned.amount desc, cleaned.label
        ) as newest
    from cleaned
)

select
    ranked.id,
    ranked.group_id,
    ranked.amount,
    ranked.quantity,
    ranked.label,
    case when ranked.amount > 50 then 'large' else 'small' end as size_class
from ranked
where ranked.newest = 1"""
    return GeneratedModel("staging", f"stg_{number:05}", (source,), template)


def _intermediate(number: int, reads: list[str]) -> GeneratedModel:
    joined = "".join(
        f"\nleft join {{t{i}}} as other_{i}\n    on base.id = other_{i}.id"
        for i in range(1, len(reads))
    )
    extra = " + ".join(f"coalesce(other_{i}.amount, 0)" for i in range(1, len(reads)))
    template = f"""\
with combined as (
    select
        base.id,
        base.group_id,
        base.label,
        base.size_class,
        cast((base.amount + {extra}) * 0.5 as decimal(12, 2)) as amount,
        base.quantity
    from {{t0}} as base{joined}
    where base.id >= {number % 10}
),

group_totals as (
    select
        combined.group_id,
        sum(combined.amount) as group_amount,
        count(*) as group_rows
    from combined
    group by combined.group_id
)

select
    combined.id,
    combined.group_id,
    combined.amount,
    combined.quantity,
    combined.label,
    combined.size_class,
    group_totals.group_amount,
    group_totals.group_rows,
    row_number() over (
        partition by combined.group_id
        order by combined.amount desc, combined.id
    ) as rank_in_group,
    sum(combined.quantity) over (
        partition by combined.group_id
        order by combined.id
    ) as running_quantity
from combined
inner join group_totals
    on combined.group_id = group_totals.group_id"""
    return GeneratedModel("intermediate", f"int_{number:05}", tuple(reads), template)


def _mart(number: int, reads: list[str]) -> GeneratedModel:
    template = """\
with per_group as (
    select
        facts.group_id as id,
        count(*) as row_total,
        sum(facts.amount) as amount_total,
        max(facts.amount) as largest_amount,
        sum(case when facts.size_class = 'large' then 1 else 0 end) as large_rows
    from {t0} as facts
    group by facts.group_id
),

other_side as (
    select
        others.group_id,
        sum(others.amount) as other_amount,
        sum(others.quantity) as other_quantity
    from {t1} as others
    where others.rank_in_group <= 20
    group by others.group_id
)

select
    per_group.id,
    per_group.row_total,
    per_group.amount_total,
    per_group.largest_amount,
    per_group.large_rows,
    other_side.other_amount,
    other_side.other_quantity,
    coalesce(per_group.amount_total, 0) - coalesce(other_side.other_amount, 0) as difference
from per_group
left join other_side
    on per_group.id = other_side.group_id"""
    return GeneratedModel("marts", f"mart_{number:05}", tuple(reads), template)
