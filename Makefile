# One command for each thing; `make demo` and `make test` are all a newcomer needs.
# Each sets up what it needs by itself: a virtual environment in .venv, stamped by what it was made from.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp

.PHONY: help demo test test-wheel check bench docs deep lock clean

help:
	@echo "make demo   what a cashback program would have cost over 5,001 Chicago taxi trips"
	@echo "make test   every test, with branch coverage"
	@echo "make check  lint, types, layers, docs"
	@echo "make bench  speed, as ratios to a yardstick measured in the same run"
	@echo "make docs   the documentation, into docs/_build/html"
	@echo "make deep   the property checks at length"

$(STAMP): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "loyaltykit needs Python 3.11 or newer; say which: make PYTHON=/path/to/python3.11"; exit 1; }
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch $@

demo: $(STAMP)
	$(BIN)/python examples/chicago/demo.py

test: $(STAMP)
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

deep: $(STAMP)
	HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest tests/properties

# The built wheel, with only the tests beside it and src out of sight.
test-wheel: $(STAMP)
	rm -rf .build/$(VENV) && mkdir -p .build/$(VENV)
	$(BIN)/python -m build --wheel --no-isolation --outdir .build/$(VENV)/dist > .build/$(VENV)/build.log
	$(BIN)/python -m pip uninstall --quiet --yes loyaltykit
	rm -f $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps .build/$(VENV)/dist/*.whl
	cp -r tests examples docs README.md CHANGELOG.md conftest.py pyproject.toml .build/$(VENV)/
	rm -rf .build/$(VENV)/docs/_build
	cd .build/$(VENV) && $(abspath $(BIN))/python -P -m pytest tests README.md docs

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html

docs: $(STAMP)
	$(BIN)/sphinx-build -W --keep-going -b html docs docs/_build/html

bench: $(STAMP)
	$(BIN)/python -m bench

# The locked requirements, made anew from pyproject.toml; needs uv on the PATH.
lock:
	uv pip compile pyproject.toml --group dev --extra cli --extra testing --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --no-emit-index-url --upgrade -o requirements/dev.txt

clean:
	rm -rf .venv* .build dist docs/_build .coverage*
