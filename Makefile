# Two commands matter: `make demo` and `make test`. Both set up everything they need first.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev setup-bench demo test lint format bench prove docs wheelhouse lock clean

# Every process of the tests would compile all of our modules again without this.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
# Passed to pytest: make test ARGS="-k petitions --database sqlite"
ARGS ?=
BOOTSTRAP := $(PYTHON) scripts/bootstrap.py

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

setup: ## Create .venv with what `make demo` needs
	@$(BOOTSTRAP) runtime

setup-dev:
	@$(BOOTSTRAP) dev browser

setup-bench:
	@$(BOOTSTRAP) bench

demo: setup ## Load the Qimen demo and serve it on http://127.0.0.1:8000 (PORT=…)
	@$(BIN)/qimen demo --port $(PORT)

test: setup-dev ## All tests, on SQLite and PostgreSQL, browser included (ARGS=…)
	@$(BIN)/python -m pytest -n logical --maxprocesses 4 --dist worksteal -m "not prove" $(ARGS)

lint: setup-dev ## ruff, mypy --strict, djlint and the project's own linters
	@$(BIN)/python scripts/lint.py

format: setup-dev ## Let ruff format and fix what it can
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

bench: setup-bench ## Measure against Django admin, SQLAdmin, Datasette and a raw floor
	@$(BIN)/python -m benchmarks $(ARGS)

prove: setup-dev ## The full-size proofs: kills, a million rows, the nationwide table
	@QIMEN_TEST_FOLDER=$${TMPDIR:-/tmp} $(BIN)/python -m pytest -m prove -p no:cacheprovider $(ARGS)

docs: setup-dev ## Build the documentation into site/
	@$(BIN)/zensical build

wheelhouse: setup-dev ## Wheels of everything into dist/wheelhouse, for machines without internet
	@$(BIN)/python scripts/wheelhouse.py

lock: setup-dev ## Write the lock files again from the pyproject files (UPGRADE=1 for newer versions)
	@$(BIN)/python scripts/lock.py $(if $(UPGRADE),--upgrade)

clean: ## Remove what was built: environment, caches, wheels, demo data
	@rm -rf .venv .data data dist site build .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
