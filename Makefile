# Two commands, each does all set-up on a fresh Debian or Ubuntu machine: make drill, make test.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
APT = sudo=$$(test "$$(id -u)" = 0 || echo sudo); $$sudo apt-get update -qq && $$sudo apt-get install -y -qq
STAMP := $(VENV)/.ready
# Journals are flushed to disk at every event: tests write theirs into memory where there is enough of it.
SCRATCH := $(shell test "$$(df -Pk /dev/shm 2>/dev/null | awk 'NR==2 {print $$4}')" -gt 2000000 2>/dev/null \
  && test -w /dev/shm && echo /dev/shm || echo "$${TMPDIR:-/tmp}")

# Labs are processes of their own, started by the hundred: without kept bytecode each compiles the program anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: drill test test-dates drills soak bench manual clean lock

drill: $(STAMP)
	$(BIN)/lync-wizard drill

test: $(STAMP) system
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	TMPDIR=$(SCRATCH) $(BIN)/pytest -n 3 --dist loadgroup

# The same tests 1, 40 and 400 days from now and on a 29 February. TESTS is handed on to pytest, as in
# TESTS='tests/documents tests/backups'. DAYS names other days.
LEAP_DAY = $$($(BIN)/python -c 'from datetime import UTC, date, datetime; \
  print((date(2028, 2, 29) - datetime.now(UTC).date()).days)')
DAYS = 1 40 400 $(LEAP_DAY)
test-dates: $(STAMP) system
	for days in $(DAYS); do echo "$$days days from now"; \
	  LYNC_WIZARD_SHIFT_DAYS=$$days TMPDIR=$(SCRATCH) $(BIN)/pytest -n 3 --dist loadgroup $(TESTS) || exit; done

# The whole crash matrix: hours. It goes on where it was stopped; SOAK is handed on, as in SOAK='--only restore-se'.
soak: $(STAMP)
	$(BIN)/python -m tests.soak $(SOAK)

drills: $(STAMP) system
	TMPDIR=$(SCRATCH) $(BIN)/pytest -n 3 --dist loadgroup -m 'thorough or not thorough' tests/drills tests/runs/test_front_ends.py

# The manual page, from the parser.
manual: $(STAMP)
	$(BIN)/python -m lync_wizard.cli.manual docs/lync-wizard.1

bench: $(STAMP)
	$(BIN)/python -m tests.bench

$(STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed; name it with PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(APT) python3-venv
	@ldconfig -p 2>/dev/null | grep -q libodbc.so || $(APT) libodbc2 \
	  || echo "no ODBC driver manager: SQL steps will not work"
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check 'pip>=25.1'
	$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e . --group dev
	@touch $@

# What only the tests need of the system: text of PDFs, and the second SQL driver that they are tried with.
.PHONY: system
system:
	@command -v pdftotext >/dev/null || $(APT) poppler-utils
	@find /usr/lib -name 'libtdsodbc.so*' 2>/dev/null | grep -q . || $(APT) tdsodbc

lock: $(STAMP)
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --group dev --no-annotate --no-header --upgrade \
	  --no-emit-index-url pyproject.toml -o constraints.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
