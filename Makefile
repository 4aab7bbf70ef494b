# Everything Usher needs on a machine with Python 3.11 (or later) and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test lint bench lock docs statements pictures clean

# Opens the playground, or runs the commands piped into it; starts the real thing when any token is set.
run: $(VENV)/.run
	@if [ -n "$$SLACK_BOT_TOKEN$$SLACK_APP_TOKEN$$SLACK_SIGNING_SECRET$$SLACK_CLIENT_ID$$SLACK_CLIENT_SECRET$$DISCORD_TOKEN" ]; then exec $(BIN)/usher run; else exec $(BIN)/usher try; fi

# Some tests wait for programs that they start: one process more than the two cores has.
test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 3 $(PYTEST_ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev $(VENV)/.bench
	$(BIN)/python -m bench

# Writes the tables in docs/ and the README that come from the code.
docs: $(VENV)/.dev
	$(BIN)/python -m tests.generate_docs

# Writes down which tests need not run on PostgreSQL: what they send there others send, too.
statements: $(VENV)/.dev
	rm -rf .statements && mkdir .statements
	$(BIN)/python -m pytest -n 3 -q --every-database --note-statements .statements -k postgres tests/core
	$(BIN)/python -m tests.statements .statements
	rm -rf .statements

# Takes the README's pictures of the playground, in Chromium.
pictures: $(VENV)/.dev
	USHER_BROWSER=required $(BIN)/python -m pytest -q tests/browser -k barriers --pictures docs/pictures

# Needs uv; only for whoever changes a dependency.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --no-annotate pyproject.toml --group build -o requirements/run.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --no-annotate pyproject.toml --group dev -c requirements/run.lock -o requirements/dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --no-annotate pyproject.toml --group bench -c requirements/run.lock -o requirements/bench.lock

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Usher needs Python 3.11 or later")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python pyproject.toml requirements/run.lock
	@echo "Setting up $(VENV) (once) ..." >&2 </dev/null
	@$(PIP) install --require-hashes -r requirements/run.lock >&2 </dev/null
	@$(PIP) install --no-deps --no-build-isolation -e . >&2 </dev/null
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.lock
	@$(PIP) install --require-hashes -r requirements/dev.lock >&2 </dev/null
	@touch $@

$(VENV)/.bench: $(VENV)/.run requirements/bench.lock
	@$(PIP) install --require-hashes -r requirements/bench.lock >&2 </dev/null
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
