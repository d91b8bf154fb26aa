# Every target sets up what it needs; nothing outside this folder is touched.
PYTHON ?= python3
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
GENERATED := $(wildcard generated/*/pyproject.toml)
PACKAGES := client $(GENERATED:/pyproject.toml=) .
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: setup drift test test-full regen regen-check matrix refresh check bench live lock wheels clean

setup: $(READY)

$(READY): requirements.txt pyproject.toml client/pyproject.toml $(GENERATED)
	@echo "setup: creating $(VENV)" && $(PYTHON) -m venv $(VENV)
	@echo "setup: installing the locked requirements" && $(PIP) install --progress-bar on --require-hashes -r requirements.txt
	@echo "setup: installing the packages of this checkout" && $(PIP) install --quiet --no-deps --no-build-isolation $(addprefix -e ,$(PACKAGES))
	@touch $(READY)

drift: $(READY)
	$(BIN)/batch-conformance run $$($(BIN)/python -m scripts.endpoints sim) --out reports

test: $(READY)
	$(BIN)/python -m pytest -m "not full" --numprocesses $(JOBS) --dist worksteal

test-full: $(READY)
	$(BIN)/python -m pytest -m full

regen: $(READY)
	$(BIN)/python scripts/refresh_specs.py
	$(BIN)/python scripts/generate_clients.py
	$(BIN)/python scripts/contract_table.py
	$(BIN)/python scripts/rules_page.py
	$(BIN)/python scripts/matrix.py

regen-check: $(READY)
	$(BIN)/python scripts/refresh_specs.py --check
	$(BIN)/python scripts/generate_clients.py --check
	$(BIN)/python scripts/contract_table.py --check
	$(BIN)/python scripts/rules_page.py --check
	$(BIN)/python scripts/matrix.py --check

matrix: $(READY)
	$(BIN)/python scripts/matrix.py

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/zizmor --offline --no-progress .github/workflows

refresh: $(READY)
	$(BIN)/python scripts/refresh_specs.py --fetch --out reports

live: $(READY)
	@targets=$$($(BIN)/python -m scripts.endpoints live) && $(BIN)/batch-conformance run $$targets --out reports

bench: $(READY)
	$(BIN)/python scripts/bench.py

wheels: $(READY)
	@for package in $(PACKAGES); do $(BIN)/python -m build --wheel --no-isolation --outdir dist $$package || exit 1; done

lock: $(READY)
	$(BIN)/python scripts/lock.py

clean:
	rm -rf $(VENV) dist reports
