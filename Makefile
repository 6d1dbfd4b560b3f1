# Everything a person types. `make help` lists the targets.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PY := .venv/bin/python
export SEVENSTEPS_HOME ?= $(CURDIR)/.sevensteps

.DEFAULT_GOAL := help
.PHONY: help setup client demo test screenshots test-chaos test-neo4j test-spark bench-analysis bench-deliverables bench-screens quality lint-faults lint types check stop clean

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

.setup.stamp: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: set PYTHON=/path/to/python3"; exit 2; }
	test -x $(PY) || $(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --require-hashes -r requirements.lock
	$(PY) -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

services/web/dist/index.html: $(shell find services/web/src services/web/*.ts services/web/*.json services/web/index.html 2>/dev/null) | .setup.stamp
	$(PY) -m services.web.build
	@touch $@

setup: .setup.stamp services/web/dist/index.html ## install everything into .venv (hashed, pinned)

demo: setup ## run a bundled problem through the seven steps; leaves the platform running
	.venv/bin/sevensteps demo

stop: ## stop the platform that demo left running
	.venv/bin/sevensteps down

test: setup ## the whole suite, on two processors
	$(PY) -m pytest -n 2

screenshots: setup ## look at every screen of the web front end in both themes and keep the pictures in docs/screenshots
	SCREENSHOTS=1 $(PY) -m pytest tests/web/test_screens.py

test-chaos: setup ## crash, kill and outage tests at full length, about five minutes
	$(PY) -m pytest -m slow tests/chaos

.neo4j/complete: tests/graph/neo4j/pom.xml
	mvn --quiet --batch-mode --file $< dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=$(CURDIR)/.neo4j/lib
	@touch $@

test-neo4j: setup .neo4j/complete ## the graph's contract suite on a real Neo4j 5.26 (needs Maven and Java 17)
	$(PY) -m pytest -m neo4j tests/contracts

.setup-spark.stamp: .setup.stamp requirements-spark.lock
	$(PY) -m pip install --quiet --require-hashes -r requirements-spark.lock
	@touch $@

test-spark: setup .setup-spark.stamp ## the engines' contract suite on Apache Spark in local mode (PySpark and a Java from wheels)
	$(PY) -m pytest -m spark -n 0 tests/analysis/engines

bench-analysis: setup ## figures of the analysis engine: DATA=DIR, optional TOOLS=DIR of the scorers, LARGE=1, YDATA=PYTHON (takes about 15 minutes)
	$(PY) -m tests.benchmarks.analysis --data "$(DATA)" $(if $(TOOLS),--tools "$(TOOLS)") $(if $(LARGE),--large) $(if $(YDATA),--ydata "$(YDATA)")

quality: setup ## the quality bar of the seven steps on the bundled problems and, with DATA=DIR, on ten of its files
	$(PY) -m tests.benchmarks.quality $(if $(DATA),--data "$(DATA)")

lint-faults: setup ## recall and precision of the deck checks on injected faults (about ten minutes)
	$(PY) -m tests.decks.lint.measure

bench-deliverables: setup ## times of all five formats; length, loudness and captions of sound and film (takes about two minutes)
	$(PY) -m tests.benchmarks.decks
	$(PY) -m tests.benchmarks.deliverables

bench-screens: setup ## how soon the list can be used and an event is on the screen, in a browser (half a minute)
	$(PY) -m tests.benchmarks.screens

lint: setup ## ruff and the import contracts
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports

types: setup ## mypy, strict
	.venv/bin/mypy

check: lint types test ## what a commit must pass

client: setup ## write the front end's types of the HTTP API anew
	$(PY) -m services.api.client

clean: ## remove what setup made
	rm -rf .venv .setup.stamp .setup-spark.stamp .neo4j services/web/dist services/web/node_modules
