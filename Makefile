# Two commands matter: `make demo` and `make test`. Everything else serves them.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test check fix unit test-pythons bench lock clean setup

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml scripts/setup
	PYTHON="$(PYTHON)" VENV="$(VENV)" scripts/setup
	touch $@

demo: setup
	$(BIN)/python scripts/demo.py

test: setup
	scripts/system-packages
	$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest --numprocesses 2 tests/unit
	$(BIN)/python -m pytest --ignore tests/unit
	$(MAKE) --no-print-directory test-pythons

# Changes nothing; `make fix` mends what can be mended by itself.
check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python scripts/check_notebooks.py notebooks/*.ipynb

fix: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

unit: setup
	$(BIN)/python -m pytest --numprocesses 2 tests/unit

# The unit tests on each of Python 3.11, 3.12 and 3.13 that is found.
test-pythons: setup
	VENV="$(VENV)" $(BIN)/python scripts/test_pythons.py

bench: setup
	$(BIN)/python tests/bench/bench.py
	$(BIN)/python tests/bench/judging.py

lock:
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  --all-extras --group dev pyproject.toml -o requirements.lock
	$(BIN)/python binder/renew.py

clean:
	rm -rf $(VENV) .cache runs releases portal
