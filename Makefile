# One command for each thing; `make demo` and `make test` are all a newcomer needs.
# Each sets up what it needs by itself: a virtual environment in .venv, stamped by what it was made from.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
WHEEL_VENV ?= .venv-wheel
WHEEL_RUN := .build/wheel-$(notdir $(WHEEL_VENV))
QUIET := --quiet --disable-pip-version-check

# Both are made anew, and taken away for that, so each must be the one name of a folder that holds nothing else.
$(foreach name,VENV WHEEL_VENV,$(if $(filter 1,$(words $($(name)))),,$(error \
	$(name) is "$($(name))": write one path without blanks, such as make $(name)=.venv)))

# An environment that another Python made than the one asked for is made anew, whatever its stamp says.
ifneq ($(origin PYTHON),file)
ASKED := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
$(if $(ASKED),,$(error PYTHON is "$(PYTHON)", which runs no Python: make PYTHON=/path/to/python3.11))
made_by = $(shell sed -n 's/^version[_info]* *= *\([0-9]*\.[0-9]*\).*/\1/p' $(1)/pyvenv.cfg 2> /dev/null)
$(foreach venv,$(VENV) $(WHEEL_VENV),$(if $(filter-out $(ASKED),$(call made_by,$(venv))),$(eval $(venv)/.tools: FORCE)))
endif

# What a target began stays, for the next one to build on.
.SECONDARY:
.PHONY: help demo test test-wheel check bench bench-record docs async messages deep schedules crash crash-postgres years crowd mutation fuzz lock clean FORCE

help:
	@echo "make demo   what a loyalty program would have cost over 5,001 Chicago taxi trips"
	@echo "make test   every test, with branch coverage"
	@echo "make check  lint, types, layers, docs"
	@echo "make bench  speed, as ratios to a yardstick measured in the same run"
	@echo "make docs   the documentation, into docs/_build/html"
	@echo "make async  AsyncLoyalty and its driver, made anew from Loyalty's"
	@echo "make messages   the catalogues of translations, brought up to date and compiled"
	@echo "make deep   the property checks at length, and make schedules"
	@echo "make schedules   every interleaving of four calls that fight for the same, and of any two calls with a third"
	@echo "make mutation   rules, waterfall and ledger broken in every small way: do their tests notice? MODULE=rules.promo for one"
	@echo "make crash  10,000 clients killed in the middle of orders on SQLite; KILLS=… for more or fewer"
	@echo "make fuzz   every reader of foreign text, for SECONDS=60 in batches of EXAMPLES=500, on from where it stopped"
	@echo "make crash-postgres   1,000 clients killed on PostgreSQL, and the server itself 500 times under its clients"
	@echo "make years  a thousand years of programs; YEARS=0-499 for some, STATE=… for where figures are kept, WORKERS=2"
	@echo "make crowd  100 crowds of 16 processes at one store; CROWDS=0-9, FACTORY=…, STATE=…"

# The tools at their locked versions; then the library itself, editable.
%/.tools: requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "loyaltykit needs Python 3.11 or newer; say which: make PYTHON=/path/to/python3.11"; exit 1; }
	@if [ -e "$*" ] && [ ! -f "$*/pyvenv.cfg" ]; then \
		echo "$* is there and is no virtual environment of Python: take it away, or name another folder"; exit 1; fi
	rm -rf "$*"
	$(PYTHON) -m venv "$*"
	$*/bin/python -m pip install $(QUIET) --require-hashes -r requirements/dev.txt
	touch $@

$(STAMP): $(VENV)/.tools pyproject.toml
	$(BIN)/python -m pip install $(QUIET) --no-build-isolation --no-deps -e .
	touch $@

demo: $(STAMP)
	$(BIN)/python examples/chicago/demo.py

# A file a worker, since the examples of a page build on each other.
AT_ONCE = -n auto --dist loadfile

test: $(STAMP)
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(AT_ONCE)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

deep: $(STAMP) schedules
	HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest tests/properties tests/testing/test_machine.py \
		tests/adapters/test_sqlalchemy_async_contract.py

schedules: $(STAMP)
	LOYALTYKIT_SCHEDULES=deep $(BIN)/python -m pytest tests/testing/test_schedules.py tests/testing/test_exhaustive.py \
		tests/testing/test_pairs.py tests/testing/test_tier_pairs.py tests/testing/test_card_pairs.py tests/testing/test_code_pairs.py

# Clients killed at every statement and at random moments, and what they leave behind. What is done stands in a file,
# so that the same command goes on: CRASH="--share 2/4" plays a share of it, and CRASH="--seed 7" another run.
KILLS ?= 10000
crash: $(STAMP)
	$(BIN)/python -m loyaltykit.testing.crash --kills $(KILLS) --state .build/crash-sqlite.jsonl $(CRASH)

# The same over servers: clients killed on one that stays, then the server under clients that stay.
CLIENT_KILLS ?= 1000
SERVER_KILLS ?= 500
CRASH_STORES ?= loyaltykit.testing.contract.sqlalchemy_factories:sqlalchemy_cluster
crash-postgres: $(STAMP)
	$(BIN)/python -m loyaltykit.testing.crash $(CRASH_STORES) --kills $(CLIENT_KILLS) --server-kills $(SERVER_KILLS) \
		--state .build/crash-postgres.jsonl $(CRASH)

# Years of 10,000 orders, told late, twice and out of order. What was played is kept, and goes on where it was stopped;
# `python -m loyaltykit.testing.long sum FILE…` adds up what several runs have kept.
YEARS ?= 0-999
WORKERS ?= 1
years: STATE ?= .build/years.jsonl
years: $(STAMP)
	$(BIN)/python -m loyaltykit.testing.long years --numbers $(YEARS) --state $(STATE) --workers $(WORKERS)

# 16 processes with 1,000 calls each at one store, a hundred times.
CROWDS ?= 0-99
FACTORY ?= loyaltykit.testing.contract.factories:sqlite_file
crowd: STATE ?= .build/crowds.jsonl
crowd: $(STAMP)
	$(BIN)/python -m loyaltykit.testing.long crowds $(FACTORY) --numbers $(CROWDS) --state $(STATE)

# Readers of foreign text, fed with what real examples become: FUZZ="--only program --seed 7" plays one batch again.
SECONDS ?= 60
EXAMPLES ?= 500
fuzz: $(STAMP)
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS) --examples $(EXAMPLES) $(FUZZ)

# The built wheel in an environment of its own, with the tests and the docs beside it and src out of sight.
test-wheel: $(WHEEL_VENV)/.tools
	rm -rf $(WHEEL_RUN) && mkdir -p $(WHEEL_RUN)
	$(WHEEL_VENV)/bin/python -m build --wheel --no-isolation --outdir $(WHEEL_RUN)/dist . > $(WHEEL_RUN)/build.log
	$(WHEEL_VENV)/bin/python -m pip install $(QUIET) --no-deps --force-reinstall $(WHEEL_RUN)/dist/*.whl
	cp -r conftest.py pyproject.toml README.md CHANGELOG.md tests docs examples $(WHEEL_RUN)
	python=$$(cd $(WHEEL_VENV)/bin && pwd)/python && cd $(WHEEL_RUN) && "$$python" -P -m pytest $(AT_ONCE) tests README.md docs

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/basedpyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html

docs: $(STAMP)
	$(BIN)/sphinx-build -W --keep-going -b html docs docs/_build/html

# What awaits is made from what doesn't, so that no call is ever written twice; a test says when it's due.
async: $(STAMP)
	$(BIN)/python -m tests.loyalty.async_twin

# Every text in each language: new ones get an empty entry, and what translators have written is compiled.
messages: $(STAMP)
	$(BIN)/python -m tests.messages.catalogues

bench: $(STAMP) $(VENV)/.yardsticks
	$(BIN)/python -m bench

# What the library is measured against and needs for nothing else.
$(VENV)/.yardsticks: $(VENV)/.tools requirements/bench.txt
	$(BIN)/python -m pip install $(QUIET) --require-hashes -r requirements/bench.txt
	touch $@

# The same, written into docs/performance.md.
bench-record: $(STAMP) $(VENV)/.yardsticks
	$(BIN)/python -m bench --record

# Rules, waterfall and ledger broken in every small way, and whether their own tests notice; goes on where it was ended.
MODULE ?=
mutation: $(STAMP) $(VENV)/.mutation
	nice -n 19 $(BIN)/python -m mutation $(MODULE) --record

# What makes the mutants.
$(VENV)/.mutation: $(VENV)/.tools requirements/mutation.txt
	$(BIN)/python -m pip install $(QUIET) --require-hashes -r requirements/mutation.txt
	touch $@

# The locked requirements, made anew from pyproject.toml; needs uv on the PATH.
lock:
	uv pip compile pyproject.toml --group dev --extra cli --extra django --extra reports --extra sqlalchemy --extra testing \
		--universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --upgrade -o requirements/dev.txt
	for group in bench mutation; do \
		uv pip compile pyproject.toml --group $$group --universal --python-version 3.11 -c requirements/dev.txt \
			--generate-hashes --no-header --no-annotate --upgrade -o requirements/$$group.txt; done

clean:
	rm -rf .venv* .build dist docs/_build .coverage*
