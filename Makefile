# Two commands are all a newcomer needs: `make demo` and `make test`.
.DEFAULT_GOAL := help
.PHONY: help demo test slow lint check bench pages format lock clean

PYTHON ?= python3
BIN := .venv/bin
SQL := migrations models snapshots checks demo

help:  ## Show the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 10

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ...' >&2; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

demo: .venv/installed  ## Build the reference warehouse from sample data and show it
	$(BIN)/python -m demo

test: .venv/installed  ## Run the tests
	$(BIN)/pytest -n auto

slow: .venv/installed  ## Run the slow proofs: kills, races, scale
	$(BIN)/pytest -m slow -n auto

lint: .venv/installed  ## Format, lint, types, import contracts and SQL lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint $(SQL)

check: lint test  ## Everything a change must pass

bench: .venv/installed  ## Print the benchmarks' ratios (installs the peers into .benchmarks/)
	$(BIN)/python -m benchmarks

pages: .venv/installed  ## Write the pages under docs/ that are counted from the tests
	$(BIN)/python -m tests.engines.duckdb.page

format: .venv/installed  ## Format Python and SQL
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/sqlfluff fix $(SQL)

lock: .venv/installed  ## Bring requirements.lock up to date
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-config --upgrade \
		--group dev pyproject.toml --output-file requirements.lock

clean:  ## Remove everything that the commands above made
	rm -rf .venv .runner .benchmarks target landing .mypy_cache .ruff_cache .pytest_cache .hypothesis
