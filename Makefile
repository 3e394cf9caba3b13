# The two commands: `make run` (the clinic on this machine) and `make test` (all of its tests). `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Some machines forbid it: each of the hundreds of processes that the tests start would then compile the clinic anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help run setup services services-stop test suite check drill bench lock browser calendar npm format messages drill-faults drill-year

help: ## This list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# A stamp beside the packages: nothing is reinstalled until a lock file changes. The fix is named where the machine lacks something.
$(VENV)/.made-for-running: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Interval needs Python 3.11 or later; '$(PYTHON)' is $$($(PYTHON) --version 2>&1 | head -n 1). Install it, or name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@[ -x $(BIN)/python ] && $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 \
	  || { rm -rf $(VENV); echo "Python's venv module does not work here (or the disk is full): on Debian and Ubuntu, apt-get install python3-venv"; exit 1; }
	@echo "Installing what Interval runs on: $$(grep -c == $<) packages, once"
	@$(BIN)/python -m pip install --require-hashes --no-deps --progress-bar off -r $< 2> >(grep --line-buffered -v 'is ignored: it is neither a file nor a directory' >&2) | sed -uE '/^(Collecting|Installing|Successfully)/!d; s/^(Successfully installed).*/\1/; s/^(Installing collected packages).*/\1/; s/ \(from.*//' \
	  || { echo "Installing failed: see the line above"; exit 1; }
	@touch $@

$(VENV)/.made-for-testing: requirements-dev.lock $(VENV)/.made-for-running
	@echo "Installing tests and tools: $$(grep -c == $<) packages, once"
	@$(BIN)/python -m pip install --require-hashes --no-deps --progress-bar off -r $< 2> >(grep --line-buffered -v 'is ignored: it is neither a file nor a directory' >&2) | sed -uE '/^(Collecting|Installing|Successfully)/!d; s/^(Successfully installed).*/\1/; s/^(Installing collected packages).*/\1/; s/ \(from.*//' \
	  || { echo "Installing failed: see the line above"; exit 1; }
	@touch $@

# exec: the process manager takes make's place in the recipe's shell, so Ctrl-C reaches it and nothing stands between.
run: $(VENV)/.made-for-running ## Start the clinic on this machine: http://127.0.0.1:$PORT (8000); Ctrl-C stops it
	@exec $(BIN)/python -m clinic.embedded run

setup: $(VENV)/.made-for-running $(VENV)/.made-for-testing ## Install everything, tests and tools included

services: $(VENV)/.made-for-running ## Start the embedded Postgres and Redis; returns when they are ready
	@$(BIN)/python -m clinic.embedded start

services-stop: $(VENV)/.made-for-running ## Stop them
	@$(BIN)/python -m clinic.embedded stop

browser:
	@command -v chromium >/dev/null || [ -x "$${INTERVAL_BROWSER:-/usr/bin/chromium}" ] || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && echo "Installing Chromium for the tests, once (about a minute)" && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	  || { echo "The tests need a browser; as root, once: apt-get install chromium"; exit 1; }

# Somebody else's calendar program, which must read what ours writes.
calendar:
	@command -v khal >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && echo "Installing khal for the tests, once" && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends khal >/dev/null; } \
	  || { echo "The tests need a calendar program; as root, once: apt-get install khal"; exit 1; }

# The other reader of FHIR is a package of npm's: `tests/drill/fhir` pins it.
npm:
	@command -v npm >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && echo "Installing npm for the drill, once (some minutes)" && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends npm >/dev/null; } \
	  || { echo "The drill holds bundles against npm's schema of FHIR; as root, once: apt-get install npm"; exit 1; }

test: setup browser calendar ## All the tests, the checks included
	@$(MAKE) --no-print-directory -j 2 check suite

# Beside the checks: both have a while in which one processor is enough.
suite: setup
	@$(BIN)/pytest -n 4 --dist worksteal $(ARGS)

check: setup ## Lint, types, import contracts, missing migrations, templates
	@$(BIN)/python -m tests.check

drill: setup npm ## Every fault again and again, two hosts in networks of their own, 10,000 deeds, FHIR by npm's schema, a simulated year; root, under an hour
	@[ "$$(id -u)" = 0 ] || { echo "make drill builds two hosts in network namespaces: run it as root"; exit 2; }
	@$(MAKE) --no-print-directory -k -j 2 drill-faults drill-year

drill-faults:
	@$(BIN)/pytest tests/drill/matrix.py tests/drill/hosts.py -q -s -n 0
	@$(BIN)/pytest tests/drill/bundles.py -q -s -n 0
	@$(BIN)/pytest tests/drill/deeds.py -q -s -n 0

# Beside the faults, which wait most of their time; it lets them go first, and has a database of its own.
drill-year:
	@INTERVAL_HOME="$${INTERVAL_HOME:-.interval}/year" nice -n 10 $(BIN)/pytest tests/year/drill.py -q -s -n 0

bench: setup ## Time pages, sweeps, letters, the calendar and imports; the tables go to docs/bench.md (half an hour)
	@$(BIN)/pytest tests/bench/pages.py -q -s
	@$(BIN)/pytest tests/bench/finding.py -q -s -n 0
	@$(BIN)/python -m tests.bench.letters
	@$(BIN)/python -m tests.bench.calendar
	@$(BIN)/python -m tests.bench.imports

format: setup
	@$(BIN)/ruff check --fix-only -q . && $(BIN)/ruff format -q .

messages: setup ## Collect the sentences that patients read into locale/, for hi and gu (needs no GNU gettext)
	@$(BIN)/python -m tests.tongues.collecting

UV_COMPILE := uv pip compile --no-config --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q --override requirements-left-out.txt
lock: ## Compile the lock files from requirements*.in (needs uv); hashes, no addresses
	@$(UV_COMPILE) requirements.in -o requirements.lock
	@$(UV_COMPILE) requirements-dev.in -o requirements-dev.lock
