# The short names of the commands people type. Everything works from a clean clone with Python 3.11+.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test lint types contracts check bench fuzz soak trees clean

run: $(VENV)/.installed  ## the demo: a national node and three provincial libraries
	$(BIN)/interop demo

test: $(VENV)/.installed-test  ## every test
	$(BIN)/python -m pytest

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-test
	$(BIN)/mypy

contracts: $(VENV)/.installed-test  ## who may import whom
	$(BIN)/lint-imports

check: lint types contracts

bench: $(VENV)/.installed-test  ## side by side with the peers, in one run; writes docs/benchmarks.md (BENCH='--large 100000': searching a large index)
	$(BIN)/python -m bench $(BENCH)

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; found: $$($(PYTHON) --version 2>&1)"; exit 2; }
	@$(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo "On Debian: apt install python3-venv"; exit 2; }
	@touch $@

$(VENV)/.installed: $(VENV)/.created setup.cfg pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

fuzz: $(VENV)/.installed-test  ## bytes nobody would send; MINUTES=60 for each target (FUZZ='--keep': what reaches new code is kept)
	$(BIN)/python -m fuzz --minutes $(or $(MINUTES),1) $(FUZZ)

soak: $(VENV)/.installed-test  ## a server under mixed load, its workers killed; MINUTES=10
	$(BIN)/python -m soak --minutes $(or $(MINUTES),10) $(SOAK)

trees: $(VENV)/.installed-test  ## random questions to every engine beside brute force; TREES=10000 times ten to twenty of them
	INTEROP_TREES=$(or $(TREES),1000) $(BIN)/python -m pytest tests/contracts/test_engines.py -k random --timeout 0

clean:
	rm -rf $(VENV) build dist *.egg-info
