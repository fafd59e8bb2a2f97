# Two commands, each does all set-up on a fresh Debian or Ubuntu machine: make drill, make test.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
APT = sudo=$$(test "$$(id -u)" = 0 || echo sudo); $$sudo apt-get update -qq && $$sudo apt-get install -y -qq
STAMP := $(VENV)/.ready
PIP = $(BIN)/pip install -q --disable-pip-version-check
# Journals are flushed to disk at every event: tests write theirs into memory where there is enough of it.
SCRATCH := $(shell test "$$(df -Pk /dev/shm 2>/dev/null | awk 'NR==2 {print $$4}')" -gt 2000000 2>/dev/null \
  && test -w /dev/shm && echo /dev/shm || echo "$${TMPDIR:-/tmp}")

# Labs are processes of their own, started by the hundred: without kept bytecode each compiles the program anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: drill test test-dates drills hostile drills-powershell soak bench manual clean lock licences audit floors newest

drill: $(STAMP)
	$(BIN)/lync-wizard drill

test: $(STAMP) system
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	TMPDIR=$(SCRATCH) $(BIN)/pytest -n 3 --dist loadgroup

# The same tests at other times of the day, 1, 40 and 400 days from now, and on a 29 February. TESTS is handed on to pytest, as in
# TESTS='tests/documents tests/backups'. DAYS names other days.
LEAP_DAY = $$($(BIN)/python -c 'from datetime import UTC, date, datetime; \
  print((date(2028, 2, 29) - datetime.now(UTC).date()).days)')
DAYS = 0.25 0.5 0.75 1 40 400 $(LEAP_DAY)
test-dates: $(STAMP) system
	for days in $(DAYS); do echo "$$days days from now"; \
	  LYNC_WIZARD_SHIFT_DAYS=$$days TMPDIR=$(SCRATCH) $(BIN)/pytest -n 3 --dist loadgroup $(TESTS) || exit; done

# The whole crash matrix: hours. It goes on where it was stopped; SOAK is handed on, as in SOAK='--only restore-se'.
soak: $(STAMP)
	$(BIN)/python -m tests.soak $(SOAK)

# Every drill, and every other test that is too long for each run of the tests: what `make test` leaves out.
drills: $(STAMP) system
	TMPDIR=$(SCRATCH) $(BIN)/pytest -n 3 --dist loadgroup -m thorough $(TESTS)

# Every command that asks hosts, with everything that a hostile host or instance sends; prints the table of how each ends.
hostile: $(STAMP)
	TMPDIR=$(SCRATCH) $(BIN)/pytest -s -m 'thorough or not thorough' tests/hostile/test_matrix.py

# Every drill with a real PowerShell (LYNC_WIZARD_PWSH, else pwsh on PATH) as the interpreter of every host.
drills-powershell: $(STAMP) system
	TMPDIR=$(SCRATCH) $(BIN)/pytest -n 2 --dist loadgroup -m 'thorough or not thorough' \
	  tests/drills/test_on_powershell.py tests/lab/real_powershell tests/scripts

# The manual page, from the parser.
manual: $(STAMP)
	$(BIN)/python -m lync_wizard.cli.manual docs/lync-wizard.1

bench: $(STAMP)
	$(BIN)/python -m tests.bench

$(STAMP): pyproject.toml locks/developer.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed; name it with PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(APT) python3-venv
	@ldconfig -p 2>/dev/null | grep -q libodbc.so || $(APT) libodbc2 \
	  || echo "no ODBC driver manager: SQL steps will not work"
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r locks/developer.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

# What only the tests need of the system: text of PDFs, and the second SQL driver that they are tried with.
.PHONY: system
system:
	@command -v pdftotext >/dev/null || $(APT) poppler-utils
	@find /usr/lib -name 'libtdsodbc.so*' 2>/dev/null | grep -q . || $(APT) tdsodbc

# Every file of a version has its hash, so that the locks serve Linux, Windows and macOS alike. UPGRADE= keeps versions.
UPGRADE = --upgrade
LOCK = $(VENV)-uv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
  --no-emit-index-url --no-emit-find-links $(UPGRADE)
lock: $(VENV)-uv/bin/uv
	$(LOCK) --group build pyproject.toml -o locks/user.txt
	$(LOCK) --group build --all-extras pyproject.toml -o locks/user-with-extras.txt
	$(LOCK) --group dev pyproject.toml -o locks/developer.txt
	$(LOCK) --group audit -o locks/audit.txt

# docs/licences.md, from what the packages of the locks say of themselves.
licences: $(STAMP)
	$(BIN)/python -m tests.supply.licences

# Known vulnerabilities of what is locked; the database is asked over the network.
audit: $(STAMP)
	@test -x $(VENV)-audit/bin/pip-audit || { $(PYTHON) -m venv $(VENV)-audit && \
	  $(VENV)-audit/bin/pip install -q --disable-pip-version-check --require-hashes -r locks/audit.txt; }
	$(BIN)/python -m tests.supply.audit $(VENV)-audit/bin/pip-audit locks/user-with-extras.txt locks/developer.txt

# The tests with the oldest versions that pyproject.toml admits, and with the newest there are. TESTS names fewer.
floors: RESOLUTION = lowest-direct
newest: RESOLUTION = highest
floors newest: $(VENV)-uv/bin/uv
	rm -rf $(VENV)-$@ && $(PYTHON) -m venv $(VENV)-$@
	$< pip install -q --python $(VENV)-$@/bin/python --resolution $(RESOLUTION) -e . --group dev
	TMPDIR=$(SCRATCH) $(VENV)-$@/bin/python -m pytest -n 3 --dist loadgroup $(TESTS)

$(VENV)-uv/bin/uv:
	$(PYTHON) -m venv $(VENV)-uv
	$(VENV)-uv/bin/pip install -q --disable-pip-version-check uv

clean:
	rm -rf $(VENV) $(VENV)-uv $(VENV)-audit $(VENV)-floors $(VENV)-newest .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
