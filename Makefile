# copyjob: two commands for users (check, test), one for each habit of contributors.
# Everything runs in .venv, which is set up on first use from the hash-pinned lists in .lock/.

PYTHON ?= python3
BIN := .venv/bin
OUT ?= build
KILLS ?= 10000
# Tests wait for servers and clocks as often as they compute: half as many processes again as there are processors.
WORKERS = $(shell $(BIN)/python -c 'import os; print(os.cpu_count() * 3 // 2)')
JOBS = $(shell $(BIN)/python -c 'import os; print(os.cpu_count())')
RUN_STAMP := .venv/.ready-run
DEV_STAMP := .venv/.ready-dev

.DEFAULT_GOAL := help
.PHONY: help check check-aria2 check-wine matrix test handbook lint format types contracts fresh generate crosscheck crash simulate trial kills alarms coverage bench lock clean

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

check: $(RUN_STAMP) ## The main job: check the reference, in both dialects, over real HTTP.
	@$(BIN)/copyjob check reference --output-dir $(OUT)

check-aria2: $(RUN_STAMP) ## Check aria2 against its baseline (installs it on Debian).
	@command -v aria2c >/dev/null || \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends aria2 >/dev/null; }
	@$(BIN)/copyjob check 'program:$(BIN)/python conformance/adapters/aria2/adapter.py' --stop-after 0 --quiet \
	  --baseline conformance/adapters/aria2/baseline.json --output-dir $(OUT)/aria2

check-wine: $(RUN_STAMP) ## Check Wine's BITS against its baseline (installs Wine on Debian); BUDGET=2000steps runs a part.
	@command -v wine >/dev/null && command -v x86_64-w64-mingw32-gcc-win32 >/dev/null || \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends wine wine64 gcc-mingw-w64-x86-64-win32 >/dev/null; }
	@$(MAKE) --silent --no-print-directory -C conformance/adapters/wine && conformance/adapters/wine/run --prepare
	@$(BIN)/copyjob check 'program:conformance/adapters/wine/run' --stop-after 0 --quiet \
	  --baseline conformance/adapters/wine/baseline.json --output-dir $(OUT)/wine $(if $(BUDGET),--budget $(BUDGET))

matrix: check check-wine check-aria2 ## Check every backend of the matrix, and write it anew (installs Wine and aria2 on Debian).
	@$(BIN)/python -m copyjob.conformance.matrix --take reference "copyjob's reference" $(OUT)/report.json && \
	  $(BIN)/python -m copyjob.conformance.matrix --take wine "BITS of $$(wine --version 2>/dev/null)" $(OUT)/wine/report.json && \
	  $(BIN)/python -m copyjob.conformance.matrix --take aria2 "$$(aria2c --version | head -n 1)" $(OUT)/aria2/report.json

# Pages are tested in a browser, and by the W3C's checker: what cannot be installed here is skipped, and says so.
test: $(RUN_STAMP) ## The whole test suite (installs Chromium and Java on Debian, for what looks at pages).
	@command -v chromium >/dev/null && command -v java >/dev/null || [ ! -w /var/lib/dpkg ] || \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium default-jre-headless >/dev/null; } || \
	  echo "Chromium and Java cannot be installed here: what needs them is skipped" >&2
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

handbook: $(RUN_STAMP) ## Write the handbook to FOLDER (build/handbook).
	@$(BIN)/copyjob handbook -o $(or $(FOLDER),$(OUT)/handbook)

lint: $(DEV_STAMP) ## ruff: rules and format.
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

format: $(DEV_STAMP) ## Let ruff mend what it can.
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

types: $(DEV_STAMP) ## mypy and pyright, both strict.
	@$(BIN)/mypy && $(BIN)/pyright

contracts: $(DEV_STAMP) ## Who may import whom.
	@$(BIN)/lint-imports

fresh: $(RUN_STAMP) ## Fail if a generated file is stale.
	@$(BIN)/copyjob draw --check && $(BIN)/copyjob export --check && \
	  $(BIN)/python -m copyjob.reference.daemon.openapi --check && \
	  $(BIN)/python -m copyjob.conformance.schemas --check && \
	  $(BIN)/python -m copyjob.conformance.program.schema --check && \
	  $(BIN)/python -m copyjob.conformance.matrix --check

generate: $(RUN_STAMP) ## Write every generated file anew.
	@$(BIN)/copyjob draw && $(BIN)/copyjob export && $(BIN)/python -m copyjob.reference.daemon.openapi && \
	  $(BIN)/python -m copyjob.conformance.schemas && $(BIN)/python -m copyjob.conformance.program.schema && \
	  $(BIN)/python -m copyjob.conformance.matrix

crosscheck: $(DEV_STAMP) ## TLC and Spin explore the table too (installs them on Debian).
	@command -v spin >/dev/null && command -v java >/dev/null && command -v gcc >/dev/null || \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends spin gcc libc6-dev default-jre-headless >/dev/null; }
	@$(BIN)/copyjob crosscheck && $(BIN)/copyjob crosscheck --mutate --files 2

crash: $(RUN_STAMP) ## Kill the real service KILLS times (10000) at random moments; SEED, REPLAY and BROKEN choose.
	@PYTHONPATH=reference/tests $(BIN)/python -m crash --kills $(KILLS) \
	  $(if $(SEED),--seed $(SEED)) $(if $(REPLAY),--replay $(REPLAY)) $(if $(BROKEN),--broken $(BROKEN))

simulate: $(RUN_STAMP) ## The service on a simulated faulty machine for SECONDS (60) from seed FIRST, then faults at each (one in EVERY) I/O point.
	@$(BIN)/python -m copyjob.reference.simulation --seconds $(or $(SECONDS),60) --first $(or $(FIRST),0) && \
	  $(BIN)/python -m copyjob.reference.simulation --exhaust --every $(or $(EVERY),1)

trial: $(RUN_STAMP) ## The daemon as a new user meets it: SIZE (1G) from a flaky server, network lost, daemon killed; in FOLDER.
	@$(BIN)/python reference/benchmarks/trial.py --size $(or $(SIZE),1G) $(if $(FOLDER),--folder $(FOLDER)) $(if $(SEED),--seed $(SEED))

kills: $(RUN_STAMP) ## The kit against every mutant of the table; writes the kill matrix (SAMPLE=N: checks N of a dialect against it).
	@$(BIN)/copyjob kills --jobs $(JOBS) $(if $(SAMPLE),--check --sample $(SAMPLE) --seed $(or $(SEED),0),--write)

alarms: $(RUN_STAMP) ## False alarms: RUNS (200) checks in memory and HTTP_RUNS (20) over HTTP of what conforms, from seed FIRST.
	@$(BIN)/python conformance/benchmarks/alarms.py --runs $(or $(RUNS),200) --http-runs $(or $(HTTP_RUNS),20) --first $(or $(FIRST),0)

coverage: $(DEV_STAMP) ## The tests with line and branch coverage.
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --cov --cov-report=term

bench: $(DEV_STAMP) ## Every room's benchmarks, one after another.
	@for script in */benchmarks/bench_*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

lock: ## Resolve the dependencies anew (needs uv).
	@uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-strip-extras --no-emit-index-url --no-header --no-annotate -q -o .lock/dev.txt
	@uv pip compile pyproject.toml --extra test --universal --generate-hashes --no-strip-extras --no-emit-index-url --no-header --no-annotate -q -c .lock/dev.txt -o .lock/run.txt

clean: ## Remove what was built, the .venv too.
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "copyjob needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3 ..." >&2; exit 2; }
	@$(PYTHON) -m venv .venv || \
	  { rm -rf .venv; echo "This Python cannot make virtual environments (on Debian: apt install python3-venv)." >&2; exit 2; }

$(RUN_STAMP): $(BIN)/python .lock/run.txt pyproject.toml
	@echo "Setting up .venv ..." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .lock/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_STAMP): $(RUN_STAMP) .lock/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .lock/dev.txt
	@touch $@
