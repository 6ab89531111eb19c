# The commands a newcomer needs. Each needs python3 (3.11 or newer, with venv), make and git; nothing else.
.PHONY: run test test-all lint bench lighthouse soak screenshots lock messages

# The distribution's Python where it will do: it is built with optimizations, which takes a quarter off the suite.
PYTHON ?= $(shell /usr/bin/python3 -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo /usr/bin/python3 || echo python3)
VENV := .venv
BIN := $(VENV)/bin
CHROMIUM := $(shell command -v chromium || command -v chromium-browser)
unexport PYTHONDONTWRITEBYTECODE  # the suite starts many processes, which need not compile the same again
DEV_LOCK := $(if $(CHROMIUM),requirements-browser.txt,requirements-dev.txt)

run: $(VENV)/.run  ## install, database, reference data, demo data, server at http://127.0.0.1:8000
	@mkdir -p var
	@DEBUG=1 $(BIN)/python manage.py migrate --verbosity 0
	@DEBUG=1 $(BIN)/python manage.py seed_reference
	@DEBUG=1 $(BIN)/python manage.py demo
	@echo
	@echo "Open http://127.0.0.1:8000 (stop with Ctrl-C)"
	@DEBUG=1 MFA_REQUIRED=0 $(BIN)/python manage.py runserver --noreload 127.0.0.1:8000

PYTEST = $(if $(CHROMIUM),,echo "No Chromium here: the browser tests are skipped.";) \
	$(BIN)/python -m pytest -n auto --maxprocesses 8 --dist loadfile --no-loadscope-reorder $(ARGS)

test: $(VENV)/.dev  ## every test with one case, but for the slow ones; browser tests where a Chromium is found
	@$(PYTEST) --sample

test-all: $(VENV)/.dev  ## the whole suite, as CI runs it
	@$(PYTEST)

lint: $(VENV)/.dev  ## style, types, templates, migrations, deployment settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djade --check --target-version 5.2 $$(git ls-files 'templates/*.html')
	$(BIN)/mypy
	DEBUG=1 $(BIN)/python manage.py makemigrations --check --dry-run
	SECRET_KEY=$$(head -c 48 /dev/urandom | base64 -w0) ALLOWED_HOSTS=example.org SITE_URL=https://example.org \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

bench: $(VENV)/.dev  ## the export, the list pages and the writer, each beside its peer (takes minutes)
	$(BIN)/python benchmarks/workbook.py
	$(BIN)/python -m benchmarks.risky_text
	$(BIN)/python -m benchmarks.run $(ARGS)

lighthouse: $(VENV)/.dev  ## Lighthouse's scores of the main pages (needs Chromium and Node.js)
	$(BIN)/python -m benchmarks.lighthouse

soak: $(VENV)/.dev  ## the long runs: generated input, races, killed processes (takes an hour or more)
	$(BIN)/python -m pytest -n 2 --dist worksteal -m soak --soak $(ARGS)

screenshots: $(VENV)/.dev  ## pictures of README and help; every main page into var/screenshots/ (needs Chromium; minutes)
	$(BIN)/python -m pytest -q tests/browser/screenshots.py

lock:  ## resolve the dependencies anew and write the lock files
	$(PYTHON) -m venv $(VENV)/lock && $(VENV)/lock/bin/pip install -q uv
	for set in requirements.txt: "requirements-dev.txt:--group test --group lint" \
		"requirements-browser.txt:--group test --group lint --group browser"; do \
		$(VENV)/lock/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
			pyproject.toml $${set#*:} -o $${set%%:*} > /dev/null || exit 1; done

messages: $(VENV)/.dev  ## collect the strings to translate, and compile them (needs gettext)
	DEBUG=1 $(BIN)/python manage.py makemessages -l fr -l es -l ar --ignore $(VENV) --ignore tests --ignore benchmarks --no-location --no-wrap
	DEBUG=1 $(BIN)/python manage.py compilemessages --ignore $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0])'
	@$(PYTHON) -m venv $(VENV) || { echo "python3 has no venv here: on Debian, apt-get install python3-venv"; exit 1; }

$(VENV)/.run: requirements.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: $(DEV_LOCK) | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $(DEV_LOCK)
	@touch $@ $(VENV)/.run
