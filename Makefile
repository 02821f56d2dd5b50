# The same commands for people and for continuous integration. `make help` lists them.

PYTHON ?= python3
ARGS ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
RUNTIME := .venv/.runtime
DEVELOPMENT := .venv/.development
ASSETS := src/opsconductor/console/static/vendor/.assets

.DEFAULT_GOAL := help
.PHONY: help up down status test check prove generate evidence bench bench-storage lock clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: $(RUNTIME) $(ASSETS) ## Start the system in the foreground; Ctrl-C stops it (ARGS="--no-demo")
	@exec $(BIN)/opsconductor up $(ARGS)

down: $(RUNTIME) ## Stop the system from anywhere; data stays
	@$(BIN)/opsconductor down

status: $(RUNTIME) ## Show every process
	@$(BIN)/opsconductor status

check: $(DEVELOPMENT) ## Lint, types, generated files unchanged and without a finding
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/opsconductor generate --check
	$(BIN)/opsconductor lint

test: check $(ASSETS) ## Everything that must hold: check, then the tests, the quick ones first
	$(BIN)/pytest -m "not stack" -n auto --durations 5 $(ARGS)
	$(BIN)/pytest -m "stack and not alone" -n auto --dist loadfile --durations 20 $(ARGS)
	$(BIN)/pytest -m alone --durations 5 $(ARGS)

prove: $(RUNTIME) ## Show that each alert fires when it must and reaches whom it must (ARGS="--alert NAME")
	@$(BIN)/opsconductor prove $(ARGS)

generate: $(DEVELOPMENT) ## Write what is rendered from the code: generated/ and parts of docs
	@$(BIN)/opsconductor generate

evidence: $(DEVELOPMENT) ## Measure what docs/evidence shows, with a real Prometheus; minutes
	$(BIN)/opsconductor evidence
	@$(BIN)/opsconductor generate

bench: $(DEVELOPMENT) ## Run the benchmarks
	$(BIN)/python -m bench $(ARGS)

bench-storage: $(DEVELOPMENT) ## Measure what samples cost a real Prometheus; some 12 minutes if nothing else runs
	@$(BIN)/python -m bench.storage $(ARGS)
	@$(BIN)/opsconductor generate

LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-annotate --no-header
lock: $(DEVELOPMENT) ## Pin the dependencies of pyproject.toml anew
	$(LOCK) pyproject.toml --group build -o requirements.lock
	$(LOCK) -c requirements.lock --group dev -o requirements-dev.lock
	$(LOCK) --group node -o requirements-node.lock

clean: ## Remove what make made here; the state folder stays
	rm -rf .venv .venv-node node_modules src/opsconductor/console/static/vendor \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis

$(RUNTIME): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not there; install Python 3.11 or newer"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) is older than 3.11; name a newer one: make PYTHON=python3.12 …"; exit 1; }
	@$(PIP) --version >/dev/null 2>&1 || echo "making a virtual environment in .venv"
	@$(PIP) --version >/dev/null 2>&1 || PYTHONPATH=src $(PYTHON) -m opsconductor.stack.virtual_environment .venv
	@echo "installing the locked dependencies"
	@$(PIP) install --quiet --require-hashes -r requirements.lock
	@$(PIP) install --quiet --no-build-isolation --no-deps --editable .
	@touch $@

$(DEVELOPMENT): $(RUNTIME) requirements-dev.lock
	@echo "installing the locked development tools"
	@$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

$(ASSETS): $(RUNTIME) package.json package-lock.json requirements-node.lock
	@echo "fetching the console's libraries"
	@$(BIN)/python -m opsconductor.console.assets
	@touch $@
