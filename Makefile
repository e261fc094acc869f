# Everything a person or CI needs: `make demo` to see it work, `make test` to prove it. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
WHEEL_VENV := .venv-wheel
BIN := $(VENV)/bin
WHEEL_BIN := $(WHEEL_VENV)/bin
ELSEWHERE := $(WHEEL_VENV)/elsewhere/project
PIP_FLAGS := --quiet --disable-pip-version-check
SHIPPED := $(shell find triage -name '*.py' -o -type d ! -name __pycache__) triage_command.py triage/py.typed triage/messages.yaml $(wildcard triage/model/*.html models/starter/*) rules.yaml docs/guideline.md docs/rule-findings.md pyproject.toml README.md LICENSE
TESTED := $(wildcard tests docs benchmarks examples models notebooks *.md *.toml rules.yaml Makefile LICENSE)

.NOTPARALLEL: # the closing lines of the tests come last
.PHONY: help demo test lint wheel-test quality choice speed memory start load diff model starter clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | awk -F'|' '{ printf "make %-12s %s\n", $$1, $$2 }'

demo: $(VENV)/installed ## Make .venv, install, and suggest priorities for the tickets in examples/
	@$(BIN)/triage suggest examples/*.eml

test: lint wheel-test ## Make .venv, check style and types, and run all tests against the built wheel

lint: $(VENV)/installed-test ## Check style, formatting and types
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy

# The tests run in a copy of the project that has no triage/ in it, so what they import is the wheel.
wheel-test: $(WHEEL_VENV)/installed
	@rm -rf $(WHEEL_VENV)/elsewhere
	@mkdir -p $(ELSEWHERE)
	@cp -r $(TESTED) $(ELSEWHERE)
	@if [ -d ../shared ]; then ln -s "$$(cd ../shared && pwd)" $(ELSEWHERE)/../shared; fi
	@cd $(ELSEWHERE) && export PATH="$(CURDIR)/$(WHEEL_BIN):$$PATH" && python -P -c "import triage; \
		assert 'site-packages' in triage.__file__, triage.__file__; print('Testing', triage.__file__)" \
		&& python -P -m pytest --quiet tests --pyargs triage

quality: $(VENV)/installed ## Measure suggestions on labelled tickets (benchmarks/quality.py)
	@$(BIN)/python benchmarks/quality.py

choice: $(VENV)/installed ## Measure warnings about chosen priorities on labelled tickets (benchmarks/choice.py)
	@$(BIN)/python benchmarks/choice.py

speed: $(VENV)/installed-bench ## Time suggestions beside other tools (benchmarks/speed.py)
	@$(BIN)/python benchmarks/speed.py

memory: $(VENV)/installed ## Watch memory over a million tickets (benchmarks/memory.py)
	@$(BIN)/python benchmarks/memory.py

model: $(VENV)/installed-test ## Measure models (benchmarks/model.py)
	@$(BIN)/python benchmarks/model.py

starter: $(VENV)/installed-test ## Train the model that ships with the library, as its card says
	@$(BIN)/triage train models/starter/tickets.csv --precision 0.95 --out models/starter --replace

start: $(VENV)/installed-bench ## Time the import and the first answer (benchmarks/start.py)
	@$(BIN)/python benchmarks/start.py

diff: $(VENV)/installed ## Time the comparison of two rule files on 50,000 tickets (benchmarks/diff.py)
	@$(BIN)/python benchmarks/diff.py

load: $(VENV)/installed-test ## Measure the service under load (benchmarks/load.py)
	@$(BIN)/python benchmarks/load.py

clean: ## Remove everything that make made
	rm -rf $(VENV) $(WHEEL_VENV) dist .mypy_cache .pytest_cache .ruff_cache

# Stamps: each environment is made again only when what it is made from has changed.
$(VENV)/made:
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/made pyproject.toml
	@echo "Installing into $(VENV) ..."
	@$(BIN)/pip install $(PIP_FLAGS) --editable .
	@touch $@

$(VENV)/installed-test: $(VENV)/made pyproject.toml
	@echo "Installing into $(VENV), with what the tests need ..."
	@$(BIN)/pip install $(PIP_FLAGS) --editable '.[test]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-bench: $(VENV)/made pyproject.toml
	@echo "Installing into $(VENV), with what the benchmarks compare ..."
	@$(BIN)/pip install $(PIP_FLAGS) --editable '.[bench]'
	@touch $@ $(VENV)/installed

# The wheel is built from the source distribution, so that too is whole.
dist/built: $(VENV)/installed-test $(SHIPPED)
	@rm -rf dist
	@$(BIN)/python -m build --no-isolation . > $(VENV)/build.log 2>&1 || { cat $(VENV)/build.log; exit 1; }
	@touch $@

$(WHEEL_VENV)/installed: dist/built
	@echo "Installing the wheel into $(WHEEL_VENV) ..."
	@[ -x $(WHEEL_BIN)/python ] || $(PYTHON) -m venv $(WHEEL_VENV)
	@echo '*' > $(WHEEL_VENV)/.gitignore
	@$(WHEEL_BIN)/pip uninstall $(PIP_FLAGS) --quiet --yes ticket-triage
	@$(WHEEL_BIN)/pip install $(PIP_FLAGS) "$$(echo dist/*.whl)[test]"
	@touch $@
