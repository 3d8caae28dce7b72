# Talewright on one machine. Needs Python 3.11-3.13 and make; everything else comes locked, with hashes.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
LOCKS := embedded auth tasks media gateway tools
HASHED := --universal --generate-hashes --no-header --no-emit-index-url --no-annotate --python-version 3.11 --quiet
# `up` and `demo` do without the tools for development, unless these are there already.
RUNTIME := $(if $(wildcard $(VENV)/.installed-dev),dev,embedded)

export UV_PYTHON_DOWNLOADS := never
export UV_HTTP_TIMEOUT := 180
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# The text of a story travels in the environment, as it was typed: no shell and no make looks into it.
# Only the command line counts; LANGUAGE, for one, is also a variable of the system's.
STORY := TOPIC ROLE SCENE STYLE GENRE LANGUAGE VOICE PORTRAIT OUT URL
unexport $(STORY)
given = $(if $(findstring command,$(origin $(1))),$(value $(1)))

.PHONY: help setup up demo test coverage lint deploy-check openapi configuration bench lock clean

help: ## list what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.installed-dev ## make .venv with everything for development

up demo: export TALEWRIGHT_PROVIDER := $(or $(call given,PROVIDER),$(TALEWRIGHT_PROVIDER),local)

up: $(VENV)/.installed-$(RUNTIME) ## run the whole system here [PORT=8000 MEDIA=2 DATA=.talewright PROVIDER=local]
	@$(PY) -m talewright.cli up $(if $(PORT),--port '$(PORT)') $(if $(MEDIA),--media '$(MEDIA)') $(if $(DATA),--data '$(DATA)')

demo: export TALEWRIGHT_DEMO_TOPIC := $(call given,TOPIC)
demo: export TALEWRIGHT_DEMO_ROLE := $(call given,ROLE)
demo: export TALEWRIGHT_DEMO_SCENE := $(call given,SCENE)
demo: export TALEWRIGHT_DEMO_STYLE := $(call given,STYLE)
demo: export TALEWRIGHT_DEMO_GENRE := $(call given,GENRE)
demo: export TALEWRIGHT_DEMO_LANGUAGE := $(call given,LANGUAGE)
demo: export TALEWRIGHT_DEMO_VOICE := $(call given,VOICE)
demo: export TALEWRIGHT_DEMO_PORTRAIT := $(call given,PORTRAIT)
demo: export TALEWRIGHT_DEMO_OUT := $(call given,OUT)
demo: export TALEWRIGHT_DEMO_URL := $(call given,URL)
demo: $(VENV)/.installed-$(RUNTIME) ## make a film [TOPIC= ROLE= SCENE= STYLE= GENRE= LANGUAGE= VOICE= PORTRAIT=1 PROVIDER=]
	@$(PY) -m talewright.cli demo

test: $(VENV)/.installed-dev ## run all tests [ARGS=tests/artifacts WORKERS=2]
	$(PY) -m pytest -n $(or $(WORKERS),2) --dist loadscope --no-loadscope-reorder $(ARGS)

CORE := services.media.job $(addprefix services.tasks.,task task_state workflows process process_state inputs \
	projections rows project project_changes project_checks project_files project_previews project_rows workflow_rows shots usage \
	budget budget_rows costing funding ledger) shared.contracts.budgets shared.pricing.prices shared.pricing.estimate
CORE_TESTS := tests/media_service/test_job.py $(addprefix tests/tasks/test_,$(addsuffix .py,task gates redraw \
	workflows process projections project project_changes project_faults project_files project_handlers \
	project_laws project_rows usage budget budget_flow charges)) tests/pricing

coverage: $(VENV)/.installed-dev ## the pure core must be covered to the last branch
	$(PY) -m pytest $(CORE_TESTS) $(CORE:%=--cov=%) --cov-branch --cov-report=term-missing --cov-fail-under=100

lint: $(VENV)/.installed-dev ## ruff, mypy, import-linter
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

CHECKS := .checks
OVERLAYS := deploy/k8s/overlays/dev deploy/k8s/overlays/prod tests/deploy/full

deploy-check: $(VENV)/.installed-dev $(CHECKS)/.installed ## the Kubernetes manifests against checkov's policies
	@rm -rf build/k8s && mkdir -p build/k8s
	@for folder in $(OVERLAYS); do $(VENV)/bin/kubectl kustomize $$folder > build/k8s/$$(basename $$folder).yaml || exit 1; done
	@$(CHECKS)/bin/checkov --config-file deploy/k8s/checkov.yaml --directory build/k8s
	@echo "deploy-check: nothing found in $(notdir $(OVERLAYS))"

openapi: $(VENV)/.installed-dev ## write docs/openapi.json anew from the routes
	$(PY) -m services.gateway.describe > docs/openapi.json

configuration: $(VENV)/.installed-dev ## write docs/configuration.md anew from the settings
	$(PY) -m talewright.configuration > docs/configuration.md.new && mv docs/configuration.md.new docs/configuration.md
	$(PY) -m talewright.configuration --names > shared/config/names.new && mv shared/config/names.new shared/config/names.txt

bench: $(VENV)/.installed-dev ## measure [ARGS=...]
	$(PY) -m benchmarks $(ARGS)

lock: $(VENV)/.made ## write requirements/*.txt anew from pyproject.toml [UPGRADE=1]
	$(UV) pip compile requirements/uv.in -o requirements/uv.txt $(HASHED) $(if $(UPGRADE),--upgrade)
	$(UV) pip compile pyproject.toml --extra dev -o requirements/dev.txt $(HASHED) $(if $(UPGRADE),--upgrade)
	for extra in $(LOCKS); do \
		$(UV) pip compile pyproject.toml --extra $$extra -c requirements/dev.txt -o requirements/$$extra.txt $(HASHED) \
			|| exit 1; \
	done
	$(UV) pip compile requirements/checks.in -o requirements/checks.txt $(HASHED) $(if $(UPGRADE),--upgrade)

clean: ## remove .venv and all caches; stories and data stay
	rm -rf $(VENV) $(CHECKS) build *.egg-info .ruff_cache .mypy_cache .import_linter_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

# Stamps: what is installed is not installed again until its lock file changes.
$(VENV)/.made: requirements/uv.txt
	@found=; for python in "$${PYTHON:-python3}" python3.13 python3.12 python3.11; do \
		if "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; \
		then found=$$python; break; fi; done; \
	if [ -z "$$found" ]; then \
		echo "Talewright needs Python 3.11, 3.12 or 3.13; found: $$("$${PYTHON:-python3}" --version 2>&1)." >&2; \
		echo "Install one, or name it: make setup PYTHON=/path/to/python3.11" >&2; exit 1; fi; \
	[ -x $(PY) ] || "$$found" -m venv $(VENV) 2>/dev/null || { \
		rm -rf $(VENV); "$$found" -m venv --without-pip $(VENV); }; \
	if $(PY) -m pip --version >/dev/null 2>&1; then pip="$(PY) -m pip"; else pip="$$found -m pip --python $(PY)"; fi; \
	echo "Installing into $(VENV) ($$($(PY) --version))"; \
	$$pip install --quiet --require-hashes -r requirements/uv.txt
	@touch $@

# pip takes over where uv cannot reach what pip is configured for.
$(VENV)/.installed-%: requirements/%.txt pyproject.toml $(VENV)/.made
	@$(UV) pip install --quiet --compile-bytecode --python $(PY) --require-hashes -r $< || $(PY) -m pip install --quiet --require-hashes -r $<
	@$(UV) pip install --quiet --python $(PY) --no-deps --no-build-isolation --offline -e .
	@touch $@

# checkov is heavy and pins what we use in other versions: it has an environment of its own.
$(CHECKS)/.installed: requirements/checks.txt $(VENV)/.made
	@$(UV) venv --quiet --clear --python $(PY) $(CHECKS)
	@$(UV) pip install --quiet --python $(CHECKS)/bin/python --require-hashes -r $< || { \
		$(PY) -m pip --python $(CHECKS)/bin/python install --quiet --require-hashes -r $<; }
	@touch $@
