# Two commands do everything on a machine with Python >= 3.11 and make: `make demo` and `make test`.
# Each creates .venv when it is missing and installs the versions of constraints.txt.

PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
INSTALLED_BY := setup.cfg constraints.txt
DEMO_OPTIONS ?=
FUZZ_OPTIONS ?= --minutes 5
RESULTS_OPTIONS ?= --quick
RESULTS_RUNTIME ?=
RESULTS_AGENTS ?=
RESULTS_DIR ?= build/results/$(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)

.PHONY: demo test check docs bench results fuzz interop freeze best-known clean

demo: .venv/installed-demo
	$(BIN)/python -m evaluation demo $(DEMO_OPTIONS)

test: check
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: .venv/installed-all
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m pyright

# The documentation site, in build/site: a page per task and per module, made from the code. The variable silences
# an advertisement.
docs: .venv/installed-docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build

bench: .venv/installed-demo
	$(BIN)/python -m evaluation throughput

# The published results, and what has numbers of theirs: the best known orders, the README's table. Ten minutes; a night
# with RESULTS_AGENTS='--agents --ablations', with RESULTS_OPTIONS='--instances paper families science' in place of the
# quick run, or with RESULTS_RUNTIME='--seconds 5', which goes first so that the quick run's short timings are left out.
# Interrupted, the same command goes on; another commit begins anew.
results: .venv/installed-all
	$(if $(RESULTS_RUNTIME),$(BIN)/python -m evaluation runtime --json $(RESULTS_DIR)/runtime.jsonl --resume $(RESULTS_RUNTIME))
	$(BIN)/python -m evaluation benchmark --out $(RESULTS_DIR) $(RESULTS_OPTIONS)
	$(if $(RESULTS_AGENTS),$(BIN)/python -m evaluation benchmark --out $(RESULTS_DIR) $(RESULTS_AGENTS))
	$(BIN)/python -m evaluation throughput --json $(RESULTS_DIR)/throughput.jsonl
	$(BIN)/python -m evaluation report --records $(RESULTS_DIR) --out build/report --publish evaluation/results
	$(BIN)/python -m evaluation benchmark --update --records evaluation/results/benchmark.jsonl
	$(BIN)/python -m evaluation readme

fuzz: .venv/installed-all
	$(BIN)/python -m tests.fuzz $(FUZZ_OPTIONS)

# Examples of libraries too heavy for every run; RLlib pins its own Gymnasium, so it gets its own place.
# The tests skip a library that is missing: the imports make that a failure here.
interop: .venv-interop/installed .venv-rllib/installed
	.venv-interop/bin/python -c 'import sb3_contrib, tianshou, torchrl'
	.venv-rllib/bin/python -c 'import ray.rllib'
	.venv-interop/bin/python -m pytest tests/test_examples.py
	.venv-rllib/bin/python -m pytest tests/test_examples.py tests/evaluation/benchmark/test_cluster.py

.venv-interop/installed: $(INSTALLED_BY) | .venv/created
	$(PYTHON) -m venv --clear .venv-interop
	.venv-interop/bin/python -m pip install --quiet 'torch==2.13.0'
	.venv-interop/bin/python -m pip install --quiet --editable '.[interop]'
	@touch $@

.venv-rllib/installed: $(INSTALLED_BY) | .venv/created
	$(PYTHON) -m venv --clear .venv-rllib
	.venv-rllib/bin/python -m pip install --quiet 'torch==2.13.0'
	.venv-rllib/bin/python -m pip install --quiet --editable '.[rllib]'
	@touch $@

freeze: .venv/installed-demo
	$(BIN)/python -m vertex_elim_env.tasks.freeze

best-known: .venv/installed-demo
	$(BIN)/python -m evaluation benchmark --update

clean:
	rm -rf .venv .venv-interop .venv-rllib build dist *.egg-info .pytest_cache .ruff_cache .hypothesis

# A stamp is written only after everything before it went well, so an interrupted install starts anew.
.venv/created:
	@test -n "$(PYTHON)" || { echo "no Python >= 3.11 found; install one, or name it: make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "PYTHON=$(PYTHON) is no Python >= 3.11; name another: make PYTHON=/path/to/python"; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@touch $@

.venv/installed-demo: $(INSTALLED_BY) | .venv/created
	$(PIP) --editable '.[jax,plot]'
	@touch $@

.venv/installed-docs: $(INSTALLED_BY) | .venv/created
	$(PIP) --editable '.[docs]'
	@touch $@

.venv/installed-all: $(INSTALLED_BY) | .venv/created
	$(PIP) 'torch==2.13.0'
	$(PIP) --editable '.[dev]'
	@touch $@ .venv/installed-demo .venv/installed-docs
