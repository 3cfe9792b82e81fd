# make app   sets everything up and serves the dashboard; make test sets everything up and runs the whole suite.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= $(or $(WORKBENCH_PORT),5006)
export WORKBENCH_PORT := $(PORT)
unexport PYTHONDONTWRITEBYTECODE  # without cached bytecode every process spends seconds compiling
FETCH := $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --target
SKIPPED := could not be fetched; its checks are skipped
STAMP := $(VENV)/.installed-$(shell (pwd; cat pyproject.toml constraints.txt scripts/install.sh 2>/dev/null) | cksum | cut -d' ' -f1)

.PHONY: help app setup test test-team lint bench venv browser referees clean

help:
	@echo "make app    set up and serve http://localhost:$(PORT)"
	@echo "make test   set up and run the whole suite"
	@echo "make test-team  the same on PostgreSQL and object storage (needs Debian's postgresql)"
	@echo "make lint   format check, style, import contracts"
	@echo "make bench  run the benchmarks of the house and of phenomics"
	@echo "make clean  remove the virtual environment (data in .workbench stay)"

venv: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@PYTHON="$(PYTHON)" VENV="$(VENV)" bash scripts/install.sh
	@rm -f $(VENV)/.installed-* && touch $@

setup: venv
	@$(BIN)/workbench setup

app: venv
	@$(BIN)/workbench app --port $(PORT)

referees: venv  # peers that only tests and benchmarks compare with, each alone in a folder; without them those are skipped
	@[ -d .referees/efaar_benchmarking ] || $(FETCH) .referees efaar-benchmarking==1.0 || echo "efaar-benchmarking: $(SKIPPED)"
	@[ -d .referees/copairs ] || $(FETCH) .referees/copairs copairs==0.5.5 statsmodels==0.15.0 patsy==1.0.3 \
	  formulaic==1.2.2 interface_meta==2.0.1 wrapt==2.5.2 || echo "copairs: $(SKIPPED)"
	@[ -d .referees/faiss ] || $(FETCH) .referees/faiss faiss-cpu==1.15.1 || echo "faiss: $(SKIPPED)"

browser:
	@bash scripts/browser.sh

lint: venv
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports --no-cache

test: venv browser referees lint
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-team: venv  # PostgreSQL, object storage, two hosts, a killed worker: what a team runs on
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[team,team-test]"
	@WORKBENCH_TEST_TEAM=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest tests/team -p no:xdist

bench: venv referees
	@$(BIN)/python -m benchmarks house --json .artifacts/house.json
	@$(BIN)/python -m benchmarks phenomics --json .artifacts/phenomics.json

clean:
	rm -rf $(VENV)
