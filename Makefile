# Partnerschap. `make help` tells what there is; nothing but Python 3.11, gcc, node and make is needed to begin.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

SYSTEM_PYTHON := $(shell command -v python3.11 || command -v python3)
PYTHON := .venv/bin/python
UV := .venv/bin/uv
INSTALL := $(UV) pip install --quiet --require-hashes --python $(PYTHON)
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header
SERVICES := cases scheduling notifications
# As many test workers as there are cores, two to four: each test with a server of its own takes memory too.
WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN); echo $$(( n < 2 ? 2 : n > 4 ? 4 : n )))
PYTEST := $(PYTHON) -m pytest -n $(WORKERS) --dist loadgroup

# Stamps: what is installed already costs nothing. They are older than the lock when the lock has changed.
RUN_READY := .venv/.installed-run
ALL_READY := .venv/.installed-all
NODE_READY := tests/node/node_modules/.package-lock.json

.PHONY: help setup run suite test test-quick system lint format bench lock

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {gsub(/\$$\$$/, "$$"); printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(ALL_READY) ## install everything for development into .venv

run: $(RUN_READY) ## serve everything from one process on http://127.0.0.1:$$PORT (8000), data in $$DATA_DIR (./var)
	@exec $(PYTHON) -m deploy.embedded

suite: $(RUN_READY) ## the same as separate processes, with RabbitMQ and nginx
	@exec $(PYTHON) -m deploy.suite

test: $(ALL_READY) system ## every test, the quick ones first; installs RabbitMQ, nginx and Chromium where it may
	$(PYTEST) -q tests/unit tests/architecture -m "not slow"
	$(PYTEST)

test-quick: $(ALL_READY) ## unit and architecture tests, within half a minute
	$(PYTEST) -q tests/unit tests/architecture -m "not slow"

system: $(ALL_READY) $(NODE_READY)
	@$(PYTHON) -m deploy.local.system

lint: $(ALL_READY) ## what the tests check of style, types and borders
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	.venv/bin/lint-imports
	$(PYTHON) -m mypy

format: $(ALL_READY) ## put the code in the house's form
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

bench: $(ALL_READY) system ## the benchmarks: a table, and $$DATA_DIR/bench.json
	@exec $(PYTHON) -m tests.benchmarks

lock: $(ALL_READY) ## resolve the dependencies anew, for the whole and for each service alone
	$(COMPILE) --upgrade pyproject.toml --all-extras -o requirements.lock
	echo uv | $(COMPILE) - -c requirements.lock -o requirements/installer.lock
	$(COMPILE) pyproject.toml $(SERVICES:%=--extra %) --extra embedded -c requirements.lock -o requirements/run.lock
	for service in $(SERVICES); do \
		$(COMPILE) pyproject.toml --extra $$service -c requirements.lock -o requirements/$$service.lock || exit; \
	done

$(UV): requirements/installer.lock
	@test -x $(PYTHON) || $(SYSTEM_PYTHON) -m venv .venv
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/installer.lock
	@touch $@

$(NODE_READY): tests/node/package-lock.json
	@npm ci --silent --no-audit --no-fund --ignore-scripts --prefix tests/node
	@touch $@

$(RUN_READY): requirements/run.lock | $(UV)
	@$(INSTALL) -r requirements/run.lock
	@touch $@

$(ALL_READY): requirements.lock | $(UV)
	@$(INSTALL) -r requirements.lock
	@touch $@ $(RUN_READY)
