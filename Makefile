# Samkurs. `make help` tells what there is.
PYTHON ?= python3
PORT ?= 8000
# Of the benchmark: sizes of the catalogue, databases, seconds of each turn under load.
COURSES ?= 10000
DATABASES ?= sqlite postgres elasticsearch
SECONDS ?= 4
# Seconds for which workers and the database are killed while needs are reported.
KILLING ?= 120
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help run test lint format lock bench survive lighthouse messages screenshots clean

help: ## Tell what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Samkurs needs Python 3.11 or newer; say PYTHON=python3.12 make run"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.done: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev.done: requirements-dev.txt $(VENV)/run.done
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

run: $(VENV)/run.done ## Start the site with its demo (PORT=8000); the data stays
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_demo --if-empty
	@$(MANAGE) rebuild_search --if-empty
	@echo; echo "Samkurs: http://localhost:$(PORT)/  ·  Ctrl-C stops it"; echo
	@$(MANAGE) tick --every 60 & clock=$$!; trap "kill $$clock 2>/dev/null" EXIT INT TERM; \
		BASE_URL=$${BASE_URL:-http://localhost:$(PORT)} $(MANAGE) runserver --noreload localhost:$(PORT)

test: $(VENV)/dev.done ## Run the suite: SQLite, then PostgreSQL and Chromium where installed
	$(BIN)/python -m tests.run

lint: $(VENV)/dev.done ## Check Python, templates and migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --lint templates
	$(MANAGE) makemigrations --check --dry-run --settings samkurs.settings.test

format: $(VENV)/dev.done ## Put Python in the one format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/dev.done ## Pin the ranges of pyproject.toml, with hashes
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

bench: $(VENV)/dev.done ## Measure against stock (COURSES="10000 50000"; 0: pages only; WRITE=1: docs)
	$(BIN)/python -m benchmarks --courses $(COURSES) --databases $(DATABASES) --seconds $(SECONDS) \
		$(if $(KEEP),--keep $(KEEP)) $(if $(WRITE),--write)

survive: $(VENV)/dev.done ## Kill workers and the database while needs are reported (KILLING=120 s; WRITE=1)
	$(BIN)/python -m benchmarks.needs_survive --seconds $(KILLING) $(if $(WRITE),--write)

lighthouse: $(VENV)/dev.done benchmarks/lighthouse/node_modules/.done ## Rate pages (needs Node and Chromium; WRITE=1: docs)
	$(BIN)/python -m benchmarks.lighthouse $(if $(WRITE),--write)

benchmarks/lighthouse/node_modules/.done: benchmarks/lighthouse/package-lock.json
	cd benchmarks/lighthouse && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

messages: $(VENV)/dev.done ## Collect interface texts (needs gettext) and compile them
	$(BIN)/python site/tools/messages.py

screenshots: $(VENV)/dev.done ## Make the pictures of the docs (needs Chromium)
	$(BIN)/python site/tools/screenshots.py

clean: ## Remove the environment, the demo data and what tests left
	rm -rf $(VENV) benchmarks/lighthouse/node_modules var .pytest_cache .ruff_cache .hypothesis test-results
