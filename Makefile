# Two commands do all the set-up on a machine with Python 3.11, pip and make:
#   make run    environment, then Kosovo 1999-2025 as 1,000 futures, then where the report is
#   make test   environment, then every check that CI runs
PYTHON ?= python3
FUTURES ?= 1000
BIN := .venv/bin

.PHONY: run test lint fix lock bench clean

run: .venv/runs
	$(BIN)/interpose run kosovo --futures $(FUTURES) --seed 1 --out runs/kosovo
	@echo "The report is at runs/kosovo/report.html"

test: .venv/tests lint
	$(BIN)/python -m pytest

lint: .venv/tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: .venv/tests
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/tests
	$(BIN)/python benchmarks/incidents.py
	$(BIN)/python benchmarks/ensemble.py

# A lock without hosts: versions and hashes only, packages at least a week old.
lock: .venv/tests
	$(BIN)/uv pip compile -q pyproject.toml --extra build --universal --generate-hashes \
		--python-version 3.11 --exclude-newer "7 days" --no-header -o requirements.lock
	$(BIN)/uv pip compile -q pyproject.toml --extra build --extra dev --extra cluster --universal \
		--generate-hashes --python-version 3.11 --exclude-newer "7 days" --no-header \
		-o requirements-dev.lock

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/runs: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install -q --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

.venv/tests: requirements-dev.lock pyproject.toml | .venv/runs
	$(BIN)/python -m pip install -q --require-hashes -r requirements-dev.lock
	@touch $@

clean:
	rm -rf .venv dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
