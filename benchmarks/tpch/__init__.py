"""TPC-H at scale factor 1: `runner build` against DuckDB alone, and against dbt-duckdb."""
