# Every target sets up what it needs; nothing outside this folder is touched.
PYTHON ?= python3
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin
RUNS := $(VENV)/.runs
READY := $(VENV)/.ready
# What Python compiles is kept, whoever asked for the contrary: tests start hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE
GENERATED := $(wildcard generated/*/pyproject.toml)
PACKAGES := client $(GENERATED:/pyproject.toml=) .
# Nothing is compiled that is not imported: Python does that itself, and keeps it.
INSTALL := $(BIN)/python -m pip --disable-pip-version-check install --no-compile
# A line for a step; what it printed only if it failed, and then all of it.
STEP := step() { echo "setup: $$1"; shift; printed=$$("$$@" 2>&1) || { code=$$?; echo "$$printed"; exit $$code; }; }; step

.PHONY: setup drift test test-full regen regen-check matrix refresh check bench mutants live lock wheels release-check board clean

setup: $(READY)

# What runs, and nothing else: enough for drift, live and matrix.
$(RUNS): requirements-run.txt pyproject.toml client/pyproject.toml $(GENERATED)
	@$(STEP) "creating $(VENV)" $(PYTHON) -m venv $(VENV)
	@$(STEP) "installing what it runs on ($$(grep -c == requirements-run.txt) packages)" $(INSTALL) --require-hashes -r requirements-run.txt
	@$(STEP) "installing the packages of this checkout" $(INSTALL) --no-deps --no-build-isolation $(addprefix -e ,$(PACKAGES))
	@touch $(RUNS)

# What tests, checks and scripts need, on top.
$(READY): requirements.txt $(RUNS)
	@$(STEP) "installing what tests and checks need ($$(grep -c == requirements.txt) packages in all)" $(INSTALL) --require-hashes -r requirements.txt
	@touch $(READY)

drift: $(RUNS)
	@$(BIN)/batch-conformance run $$($(BIN)/python -m scripts.endpoints sim) --out reports

test: $(READY)
	$(BIN)/python -m pytest -m "not full" --numprocesses $(JOBS) --dist worksteal

test-full: $(READY)
	$(BIN)/python -m pytest -m full

regen: $(READY)
	$(BIN)/python scripts/refresh_specs.py
	$(BIN)/python scripts/kept_contracts.py
	$(BIN)/python scripts/premade_requests.py
	$(BIN)/python scripts/generate_clients.py
	$(BIN)/python scripts/contract_table.py
	$(BIN)/python scripts/rules_page.py
	$(BIN)/python scripts/matrix.py

regen-check: $(READY)
	$(BIN)/python scripts/refresh_specs.py --check
	$(BIN)/python scripts/kept_contracts.py --check
	$(BIN)/python scripts/premade_requests.py --check
	$(BIN)/python scripts/generate_clients.py --check
	$(BIN)/python scripts/contract_table.py --check
	$(BIN)/python scripts/rules_page.py --check
	$(BIN)/python scripts/matrix.py --check

matrix: $(RUNS)
	$(BIN)/python scripts/matrix.py

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/zizmor --offline --no-progress .github/workflows action.yml

refresh: $(READY)
	$(BIN)/python scripts/refresh_specs.py --fetch --out reports

live: $(RUNS)
	@targets=$$($(BIN)/python -m scripts.endpoints live) && $(BIN)/batch-conformance run $$targets --out reports

mutants: $(READY)
	$(BIN)/python scripts/mutants.py --jobs $(JOBS)

bench: $(READY)
	$(BIN)/python scripts/bench.py

board: $(READY)
	$(BIN)/batch-conformance run $$($(BIN)/python -m scripts.endpoints sim) --out reports --history reports/history.sqlite
	PYTHONPATH=. $(BIN)/python scripts/board.py reports site

wheels: $(READY)
	@rm -rf dist
	@for package in $(PACKAGES); do $(BIN)/python -m build --wheel --no-isolation --outdir dist $$package || exit 1; done

# What is released, held to what it must be; to a tag as well, with TAG=vX.Y.Z.
release-check: wheels
	$(BIN)/python scripts/release_check.py dist $(TAG)

lock: $(READY)
	$(BIN)/python scripts/lock.py

clean:
	rm -rf $(VENV) dist reports site
