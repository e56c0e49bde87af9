# Every target sets itself up: only python3 (with venv), git and make are needed beforehand.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run test check docs bench clean

run: $(STAMP)
	$(BIN)/orecell run

test: $(STAMP) check
	$(BIN)/python -m pytest -n auto

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/budgets.py src tools
	$(BIN)/python tools/make_docs.py --check
	$(BIN)/orecell check

docs: $(STAMP)
	$(BIN)/python tools/make_docs.py

bench: $(STAMP)
	$(BIN)/python benchmarks/foundation.py

# A fresh Debian has python3 without ensurepip until python3-venv is there.
$(STAMP): pyproject.toml hatch_build.py package.json package-lock.json
	@$(PYTHON) -c "import ensurepip, venv" 2>/dev/null || \
	  { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq python3-venv; } || \
	  { echo "python3-venv is missing; install it with your package manager" >&2; exit 1; }
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	@touch $(STAMP)

clean:
	rm -rf $(VENV) results .pytest_cache .mypy_cache .ruff_cache .hypothesis
