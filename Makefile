# Everything from a clean clone, with Python 3.11 or newer and make:
#   make demo    set up, and watch one request go from words to receipts
#   make test    the tests            make check   all that CI checks
#   make tools   the AWS CLI          make tools-azure   the Azure CLI: minutes, 700 MB
#   make bench   timings
#   make kill    runs killed at every moment, and taken up again
#   make clean   remove what was made here

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
TOOLS := .tools
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
PYTEST_ARGS ?= -n auto

# The development group of pyproject.toml, one requirement a line.
GROUP := import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["dev"], sep="\n")

ifdef UV
INSTALL = $(UV) pip install --quiet --python $(BIN)/python
else
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

.PHONY: demo test check lint types imports tools tools-azure bench kill rounds clean

demo: $(VENV)/.product
	@$(BIN)/cloudops sandbox up
	@echo
	@echo '$$ cloudops run "Create three VMs in one network behind a load balancer" --yes'
	@$(BIN)/cloudops run "Create three VMs in one network behind a load balancer" --yes
	@echo
	@echo '$$ cloudops run "Show the dependency graph of my resources"'
	@$(BIN)/cloudops run "Show the dependency graph of my resources"
	@echo
	@echo 'What you can do now:'
	@echo '  look with any AWS client   eval "$$($(BIN)/cloudops sandbox env)"; aws ec2 describe-instances'
	@echo '  see what was done          $(BIN)/cloudops runs'
	@echo '  take it back               $(BIN)/cloudops undo --yes --max-risk high'
	@echo '  ask for more               $(BIN)/cloudops'
	@echo '  stop the sandbox           $(BIN)/cloudops sandbox down'

test: $(VENV)/.development
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: lint types imports test

lint: $(VENV)/.development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.development
	$(BIN)/mypy

imports: $(VENV)/.development
	$(BIN)/lint-imports --no-logo

# For machines without an aws or az of their own; each in an environment apart, as they pin what
# the product needs newer.
aws_REQUIREMENT := awscli>=1.46
az_REQUIREMENT := azure-cli>=2.80

tools: $(TOOLS)/aws/.installed
	@$(TOOLS)/aws/bin/aws --version

tools-azure: $(TOOLS)/az/.installed
	@AZURE_CORE_COLLECT_TELEMETRY=no $(TOOLS)/az/bin/az version --output tsv --query '"azure-cli"'

bench: $(VENV)/.development
	$(BIN)/python benchmarks/journey.py
	PATH=$(CURDIR)/$(BIN):$$PATH $(BIN)/python benchmarks/cli.py
	$(BIN)/python benchmarks/iac.py
	$(BIN)/python benchmarks/browser.py
	$(BIN)/python benchmarks/state.py
	$(BIN)/python benchmarks/recovery.py
	$(BIN)/python benchmarks/terraform_plan.py
	$(BIN)/python benchmarks/prove.py

# Kills runs at every moment that leaves something different behind (docs/kill-harness.md). Long.
KILL_ARGS ?= --hand sdk
kill: $(VENV)/.development
	PYTHONPATH=tests $(BIN)/python -m kill $(KILL_ARGS)

# Many processes on one PostgreSQL, some killed, some stopped (docs/many-processes.md). Minutes.
ROUNDS_ARGS ?= --rounds 5
rounds: $(VENV)/.development
	PYTHONPATH=tests $(BIN)/python -m rounds $(ROUNDS_ARGS)

clean:
	rm -rf $(VENV) $(TOOLS) dist build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "cloudops needs Python 3.11 or newer on PATH (or: make PYTHON=/path/to/python3)"; exit 1; }
	@echo "setting up $(VENV) ..."
ifdef UV
	@$(UV) venv --quiet --python "$(PYTHON)" $(VENV)
else
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "the venv module is missing: on Debian and Ubuntu, apt install python3-venv"; exit 1; }
endif

$(VENV)/.product: pyproject.toml | $(BIN)/python
	@echo "installing cloudops into $(VENV) (a minute or two the first time) ..."
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.development: pyproject.toml $(VENV)/.product
	@echo "installing what development needs ..."
	@$(BIN)/python -c '$(GROUP)' > $(VENV)/development.txt
	@$(INSTALL) --requirement $(VENV)/development.txt
	@touch $@

$(TOOLS)/%/.installed:
	@test -n "$(PYTHON)" || { echo "this needs Python 3.11 or newer on PATH (or: make PYTHON=/path/to/python3)"; exit 1; }
	@echo "setting up $* in $(TOOLS)/$* ..."
	@rm -rf $(TOOLS)/$*
ifdef UV
	@$(UV) venv --quiet --python "$(PYTHON)" $(TOOLS)/$*
	@$(UV) pip install --quiet --python $(TOOLS)/$*/bin/python '$($*_REQUIREMENT)'
else
	@$(PYTHON) -m venv $(TOOLS)/$* || { rm -rf $(TOOLS)/$*; echo "the venv module is missing: on Debian and Ubuntu, apt install python3-venv"; exit 1; }
	@$(TOOLS)/$*/bin/python -m pip install --quiet --disable-pip-version-check '$($*_REQUIREMENT)'
endif
	@touch $@
