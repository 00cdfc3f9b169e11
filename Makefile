# One entry for everything. `make demo` and `make test` set up all they need by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
WORKSPACE ?= rengang-data
# One thread per scoring process: on shared cores two are often slower than one.
export OMP_NUM_THREADS ?= 1
export OMP_WAIT_POLICY ?= passive

.PHONY: browser examples screens vendor shipped-model help setup demo serve test test-fast soak lint docs models fix bench lock clean

help:  ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

setup: $(STAMP)  ## make .venv with every dependency at its locked hash

$(STAMP): requirements-dev.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Rengang needs Python 3.11 or newer, found " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(STAMP)
	@$(MAKE) --no-print-directory vendor

# What pages load beside our own scripts; every page also works without it.
WEB := api/web
vendor: $(WEB)/package-lock.json
	@if command -v npm > /dev/null; then \
	  (cd $(WEB) && npm ci --silent --ignore-scripts) && \
	  cp $(WEB)/node_modules/htmx.org/dist/htmx.min.js $(WEB)/node_modules/echarts/dist/echarts.common.min.js $(WEB)/vendor/ ; \
	else echo "npm is not here: charts are left out and lists load whole pages; install Node.js and run 'make vendor' to have both"; fi

demo: setup  ## build the demo city and run the main job on it
	$(BIN)/rengang --workspace $(WORKSPACE)/demo demo --worked 32

serve: setup  ## the service on 127.0.0.1:8000, with the demo city
	test -f $(WORKSPACE)/demo/rengang.sqlite || $(BIN)/rengang --workspace $(WORKSPACE)/demo demo --worked 32 > /dev/null
	$(BIN)/rengang --workspace $(WORKSPACE)/demo serve

# What tests of pages and prints look with; tests say which command is missing where it is not here.
browser:  ## Chromium and a Chinese font, where they are missing and may be installed
	@if command -v chromium > /dev/null || command -v chromium-browser > /dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	    chromium fonts-wqy-microhei > /dev/null; } \
	  || echo "Chromium could not be installed; tests of pages are passed over"; \
	else echo "no Chromium here: tests of pages are passed over; as root: apt-get install -y chromium fonts-wqy-microhei"; fi

screens: setup browser  ## take the pictures of docs/screens anew
	$(BIN)/python docs/pages/screens.py

test: setup browser lint  ## everything: lint, types, tests, doctests, README, the built wheel
	$(BIN)/python -m pytest -n 2 --dist loadgroup

test-fast: setup  ## the everyday run, under three minutes
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not slow"

soak: setup  ## the full numbers of the endurance tests
	$(BIN)/python -m pytest --soak -m slow -p no:randomly -rA tests/store tests/contracts tests/api tests/cli tests/casework tests/allocation tests/pipeline

lint: setup  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/rengang policy check

examples: setup  ## write the examples of the interface's description from a served demo city
	$(BIN)/python docs/pages/examples.py

docs: setup  ## write docs/reference.md, docs/features.md and docs/coverage/ from the code
	$(BIN)/python docs/pages/reference.py
	$(BIN)/python docs/pages/ledger.py
	$(BIN)/python docs/pages/features.py
	$(BIN)/python docs/pages/operations.py

# The day the card of a model names; with the same tables and day the same bytes come out.
MODELS_ON ?= 2026-11-22

models: setup  ## train the shipped title model anew and write its card
	$(BIN)/python -m matcher.text.titles.card $(MODELS_ON)

shipped-model: setup  ## train the shipped ranker anew on the demo city and write its card
	$(BIN)/python -m matcher.pipeline.models.shipping

fix: setup  ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup  ## every benchmark against its peer
	$(BIN)/rengang bench

lock: setup  ## resolve the dependencies anew, with hashes (needs uv)
	uv pip compile pyproject.toml --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements.lock
	uv pip compile pyproject.toml --extra dev --extra postgres --extra cluster --extra oidc --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements-dev.lock

clean:  ## remove what the build made; never the workspace
	rm -rf dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
