# make run    set up .venv once, then watch          make demo   a story of one minute, without network
# make test   everything that must hold              make lock   pin the dependencies anew
# make drill  kill it while it reads and sends, live through a month of bad days, read broken feeds, count what was lost
# make screenshots  take the pictures of the pages that the README shows (needs chromium)
# make bench  how fast it reads, starts and alerts, and how often a story wakes somebody

# The first Python that is new enough and can make a virtual environment; `make run PYTHON=...` names another.
FITS := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	$$each -c '$(FITS)' 2>/dev/null && echo $$each && break; done)
BIN := .venv/bin
# Modules are compiled when first used: compiling all of them takes longer than the download. Where a shell keeps Python
# from writing down what it compiled, each start would do it again, which takes three times as long as the rest of it.
unexport PYTHONDONTWRITEBYTECODE
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet install --no-compile
LOCK := $(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	--strip-extras --allow-unsafe --build-deps-for editable --extra postgres

.PHONY: help run demo test drill bench screenshots lock clean

help:
	@sed -n '1,5s/^# //p' Makefile

run: .venv/.ready-to-run
	@# .env holds secrets as NAME=value lines; it is read as text, since a shell would stumble over & and ?
	@if [ -f .env ]; then while IFS= read -r line || [ -n "$$line" ]; do \
		case $$line in [A-Za-z_]*=*) export "$$line";; esac; done < .env; fi; exec $(BIN)/monitor run $(ARGS)

demo: .venv/.ready-to-run
	@exec $(BIN)/monitor demo $(ARGS)

test: .venv/.ready-to-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/bandit -q -r monitor
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

drill: .venv/.ready-to-test
	$(BIN)/python benchmarks/drill.py
	$(BIN)/python benchmarks/delivery.py
	$(BIN)/python benchmarks/month.py
	$(BIN)/python benchmarks/mutations.py
	$(BIN)/python benchmarks/workers.py --only kills

bench: .venv/.ready-to-test
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/latency.py
	$(BIN)/python benchmarks/polling.py
	-$(BIN)/python benchmarks/stories.py
	-$(BIN)/python benchmarks/million.py
	-$(BIN)/python benchmarks/learning.py
	-$(BIN)/python benchmarks/same_everywhere.py
	-$(BIN)/python benchmarks/workers.py --only throughput
	-$(BIN)/python benchmarks/memory.py
	-$(BIN)/python benchmarks/moving.py
	-$(BIN)/python benchmarks/scale.py --feeds 2000

screenshots: .venv/.ready-to-test
	$(BIN)/python docs/pictures/make.py
	$(BIN)/python docs/pictures/make_pages.py

lock: .venv/.ready-to-test
	$(PIP) pip-tools
	$(LOCK) -o requirements.txt pyproject.toml
	$(LOCK) --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.ready-to-run: requirements.txt pyproject.toml
	@if ! "$(or $(PYTHON),false)" -c '$(FITS)' 2>/dev/null; then \
		echo "The monitor needs Python 3.11 or newer with its venv module, and $(or $(PYTHON),python3) is not that." >&2; \
		echo "Install one (on Debian or Ubuntu: apt install python3-venv), or name one: make run PYTHON=/path/to/python3.12" >&2; \
		exit 1; fi
	@echo "Setting up .venv; this is done once and takes a minute or two." >&2
	@"$(PYTHON)" -m venv .venv
	@$(PIP) --require-hashes -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation --no-index -e .
	@touch $@

.venv/.ready-to-test: .venv/.ready-to-run requirements-dev.txt
	@echo "Adding what the tests need to .venv." >&2
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@
