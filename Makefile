# Everybody's commands. Each sets up what it needs; a second run finds it there.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
export WAYMARK_VAR ?= var

BIN := .venv/bin
INSTALLED := .venv/installed
# Torch with two threads in each of two workers on two cores takes several times as long as with one.
TEST := OMP_NUM_THREADS=1 $(BIN)/pytest -q -n 2 --dist loadfile -m "not slow"
INDEX := $(WAYMARK_VAR)/index/current
NEEDED_MB := 4000
TRAINING_FILES = --questions $(TRAINING)/questions_briefs.jsonl.gz --questions $(TRAINING)/questions_un_pages.jsonl.gz \
  --reading $(TRAINING)/questions_languages.jsonl.gz --reading $(TRAINING)/questions_hard.jsonl.gz \
  --pages $(TRAINING)/../un_pages.jsonl.gz --omos $(TRAINING)/omos_qa_en_train.jsonl.gz --squad $(TRAINING)/squad2_dev.json.gz

GATED = $(shell sed -n 's/^\([a-z_]*\):$$/\1/p' qa/evaluation/gold/gate.yaml)

READING = hard pairs followups languages overviews
READING_FILES = $(READING:%=--questions $(TRAINING)/questions_%.jsonl.gz) --known $(TRAINING)/questions_briefs.jsonl.gz \
  --known $(TRAINING)/questions_un_pages.jsonl.gz --pages $(TRAINING)/../un_pages.jsonl.gz \
  --squad $(TRAINING)/squad2_dev.json.gz --omos $(TRAINING)/omos_qa_en_train.jsonl.gz \
  --translations $(TRAINING)/omos_qa_questions_ar_fr_uk_de.jsonl.gz \
  $(foreach language,en ar de es hi ru tr zh,--xquad $(TRAINING)/xquad_$(language).json.gz)

.PHONY: serve test coverage unit test-slow train-evidence train-reader classifiers benchmark gate check check-widget widget-types check-package showcase \
  architecture format ready index clean help
.DEFAULT_GOAL := help

serve: $(INDEX) ## Serve the chat page and the API on HOST and PORT
	@$(BIN)/waymark serve --host $(HOST) --port $(PORT)

test: $(INDEX) ## Run all tests but the slow ones
	@$(TEST)

coverage: $(INDEX) ## Run them, and fail where they cover less than the floor, which takes a quarter longer
	@$(TEST) --cov --cov-report=term:skip-covered

# A test that needs a model or an index and is not marked so fails here, since there is no folder to find or make it in.
unit: $(INSTALLED) ## Run the tests that need no model, browser or other process, in a few minutes
	@WAYMARK_VAR=/dev/null $(BIN)/pytest -q -m "not slow and not model and not browser and not process"

test-slow: $(INDEX) ## Run the slow tests
	@$(BIN)/pytest -q -m slow

benchmark: $(INDEX) ## Measure quality and speed, and compare with the baseline
	@$(BIN)/waymark benchmark --compare docs/results/baseline.json

train-evidence: $(INDEX) ## Tune the evidence encoder and fit the scorers anew, with data under TRAINING
	@$(BIN)/waymark train $(if $(TRAINING),$(TRAINING_FILES))

train-reader: $(INDEX) ## Train the reader and fit the scorers to it anew, with data under TRAINING
	@$(BIN)/waymark train-reader $(READING_FILES)

classifiers: $(INDEX) ## Fit the classifiers of messages and questions to their examples anew
	@$(BIN)/python -m qa.training.classifiers

gate: $(INDEX) ## Fail where quality is under its floor or worse than the baseline
	@$(BIN)/waymark benchmark $(GATED) --quick --gate --out $(WAYMARK_VAR)/gate

check: $(INSTALLED) ## Check format, style and types
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet . && $(BIN)/mypy

widget-types: node_modules/.package-lock.json $(INSTALLED) ## Write the types of the widget anew from the API
	@$(BIN)/python -m api.openapi | npm run --silent types

check-widget: node_modules/.package-lock.json $(INSTALLED) ## Check the widget and its types; needs Node.js and npm
	@$(BIN)/python -m api.openapi | npm run --silent types -- --check
	@npm run --silent check

check-package: $(INSTALLED) ## Build the wheel, install it elsewhere, and index, ask and serve with it
	@$(BIN)/pytest -q tests/test_package.py

showcase: $(INDEX) ## Picture the widget in every state under var/showcase, and check and time it
	@PYTHONPATH=tests $(BIN)/python -m drivers.showcase

architecture: $(INSTALLED) ## Draw the rooms and count their sizes anew for docs/architecture.md
	@PYTHONPATH=tests $(BIN)/python -m architecture

format: $(INSTALLED) ## Format the code and mend what can be mended
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

ready: $(INDEX) ## Set up all that serving and the tests need

index: $(INSTALLED) ## Build the index of the starter collection anew
	@$(BIN)/waymark index

clean: ## Remove the environment, models, caches and indexes
	rm -rf .venv dist "$(WAYMARK_VAR)"

help: ## Show this help
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

node_modules/.package-lock.json: package.json package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing; on Debian: apt install nodejs npm"; exit 1; }
	@npm ci --silent --no-audit --no-fund

$(INDEX): | $(INSTALLED)
	@$(BIN)/waymark index

# Modules are compiled where they are imported first: to compile all of them here takes a minute.
$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Waymark needs Python 3.11 or newer, and $(PYTHON) is none; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "$(PYTHON) can't make virtual environments; on Debian: apt install python3-venv"; exit 1; }
	@[ -d .venv ] || [ $$(df -Pm . | awk 'NR == 2 { print $$4 }') -ge $(NEEDED_MB) ] || \
	  { echo "The disk is too full: free $(NEEDED_MB) MB for the installation and try again"; exit 1; }
	@echo "Installing Waymark into .venv (a few minutes the first time)"
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --no-compile --quiet --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,evaluate,telemetry,train]' || \
	  { echo "The installation failed: check that a package index can be reached and the disk is not full, and try again"; exit 1; }
	@touch $@
