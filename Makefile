# Two commands do all the set-up on a machine with Python 3.11, pip and make:
#   make run     environment, then Kosovo 1999-2025 as 1,000 futures, then where the report is
#   make test    environment, then lint, types and tests; CI runs make docs and make package, too
PYTHON ?= python3
FUTURES ?= 1000
WORKERS ?= 2
BIN := .venv/bin

# uv takes seconds where pip takes a minute; where only pip knows the package index, pip does it:
# that of $(PYTHON), since a pip of its own in .venv takes as long as all the rest.
pip := $(PYTHON) -m pip --python $(BIN)/python install -q
uv := $(BIN)/uv pip install -q --python $(BIN)/python
install = $(uv) --require-hashes -r $(1) || $(pip) --require-hashes -r $(1)
pytest := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

.PHONY: run test nightly lint types compiled fix docs package lock bench clean

run: .venv/runs
	$(BIN)/interpose run kosovo --futures $(FUTURES) --seed 1 --out runs/kosovo
	@echo "The report is at runs/kosovo/report.html"

test: .venv/tests
	$(MAKE) -j 2 lint types compiled
	$(pytest) -m "not slow"

nightly: .venv/tests
	$(pytest)

lint: .venv/tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/vulture

types: .venv/tests
	$(BIN)/mypy

# Once, before several processes of docs and tests would each compile the day and its steps.
compiled: .venv/tests
	$(BIN)/python -c "import tempfile, interpose as ip; \
		from interpose.play import Theatre; from interpose.play.expected import expected_incidents; \
		valley = ip.load(ip.new('valley', tempfile.mkdtemp())); \
		ip.play(valley, futures=1); \
		expected_incidents(Theatre(valley), valley.parameters)"

fix: .venv/tests
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: .venv/tests compiled
	rm -rf docs/examples site
	$(BIN)/python -m sphinx -b html -W --keep-going -q docs site
	@echo "The pages are at site/index.html"

# Built, installed into an environment without the source, and tried from another folder.
package: .venv/tests
	rm -rf dist
	$(BIN)/python -m hatchling build
	$(BIN)/uv venv -q --python $(BIN)/python dist/fresh
	$(BIN)/uv pip install -q --python dist/fresh/bin/python --require-hashes -r requirements.lock
	for built in dist/*.tar.gz dist/*.whl; do \
		$(BIN)/uv pip install -q --python dist/fresh/bin/python --no-deps --no-build-isolation \
			--reinstall $$built && (cd dist && fresh/bin/interpose check kosovo) || exit 1; \
	done

bench: .venv/tests
	$(BIN)/python benchmarks/incidents.py
	$(BIN)/python benchmarks/ensemble.py

# Locks without hosts: versions and hashes only, packages at least a week old.
compile = $(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 \
	--exclude-newer "7 days" --no-header
lock: .venv/tests
	echo uv | $(compile) -o requirements-uv.lock -
	$(compile) pyproject.toml --extra build -o requirements.lock
	$(compile) pyproject.toml --extra build --extra dev --extra docs --extra cluster \
		-o requirements-dev.lock

.venv/bin/uv: requirements-uv.lock
	$(PYTHON) -m venv --without-pip .venv
	$(pip) --require-hashes -r requirements-uv.lock
	@touch $@

.venv/runs: requirements.lock pyproject.toml .venv/bin/uv
	$(call install,requirements.lock)
	$(uv) --no-deps --no-build-isolation -e .
	@touch $@

# Compiled once: the tests start some hundred processes, each importing pandas and others.
.venv/tests: requirements-dev.lock .venv/runs
	$(call install,requirements-dev.lock)
	$(BIN)/python -m compileall -q -j 2 .venv/lib src || true
	@touch $@

clean:
	rm -rf .venv dist site docs/examples .pytest_cache .mypy_cache .ruff_cache .hypothesis
