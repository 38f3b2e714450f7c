# make up      start Jari; PORT=8000 is the address to open, Ctrl-C stops it
# make dev     the same for somebody who changes the code
# make test    every test, those in a browser included
# make check   format, lint, types, contracts, migrations, the deployment's checks
# make bench   all benchmarks; make bench-NAME one of them
# make lock    pin what pyproject.toml asks for
# make clean   forget .venv and var
#
# Needs Python 3.11 or newer and make, nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
BENCHMARKING := $(VENV)/.benchmarking
INSTALLING := $(VENV)/.installing

PRODUCTION = env DEBUG=0 ALLOWED_HOSTS=jari.example ORIGINS=https://jari.example \
  SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')
LOCK = $(BIN)/python -m piptools compile --quiet --upgrade --generate-hashes --no-header \
  --strip-extras --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

# A virtual environment that a killed make left half-made is made again.
SOUND := $(shell test ! -e $(INSTALLING) && \
  $(BIN)/python -c 'import pip, sys; print(sys.version_info >= (3, 11))' 2>/dev/null)

.PHONY: up dev test check bench lock clean chromium again
.NOTPARALLEL:

up: $(RUNTIME)
	@exec $(BIN)/python manage.py up

dev: $(DEVELOPMENT)
	@exec $(BIN)/python manage.py dev

test: $(DEVELOPMENT) chromium
	@$(BIN)/python manage.py catalogues
	$(BIN)/python -m pytest

check: $(DEVELOPMENT)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	@echo manage.py check --deploy
	@$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python -m pytest -q tests/house/test_house.py

bench: $(BENCHMARKING)
	@set -e; for file in benchmarks/[a-z]*.py; do $(BIN)/python "$$file"; done

# Not benchmarks/queue.py: that would hide Python's own module from all of them.
bench-queue: $(BENCHMARKING)
	@$(BIN)/python benchmarks/line.py

bench-%: $(BENCHMARKING)
	@$(BIN)/python benchmarks/$(subst -,_,$*).py

lock: $(DEVELOPMENT)
	$(LOCK) --output-file requirements.txt pyproject.toml
	$(LOCK) --output-file requirements-dev.txt --extra dev --constraint requirements.txt pyproject.toml
	$(LOCK) --output-file requirements-bench.txt --extra bench --constraint requirements-dev.txt pyproject.toml

clean:
	rm -rf $(VENV) var

chromium: $(DEVELOPMENT)
	@sh .ci/chromium


again:
	@command -v $(PYTHON) >/dev/null 2>&1 || \
	  { echo "Jari needs Python 3.11 or newer: install it, or name it with PYTHON=…"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Jari needs Python 3.11 or newer: name one with PYTHON=…, as $(PYTHON) is older."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "This Python cannot make a virtual environment: install python3-venv."; exit 1; }
	@echo "Making $(VENV) …"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)

define install
	@echo "Installing what $(1) pins …"
	@touch $(INSTALLING)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
	@rm -f $(INSTALLING)
	@touch $@
endef

$(RUNTIME): requirements.txt $(if $(filter True,$(SOUND)),,again)
	$(call install,requirements.txt)

$(DEVELOPMENT): requirements-dev.txt $(RUNTIME)
	$(call install,requirements-dev.txt)

$(BENCHMARKING): requirements-bench.txt $(DEVELOPMENT)
	$(call install,requirements-bench.txt)
