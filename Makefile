# Two commands are all a newcomer needs: `make demo` and `make test`.
PY := .venv/bin/python
PYTEST_ARGS ?=

.PHONY: demo test check setup

demo: ## A shop with a year of life, the dashboard and the engine, on this machine alone
	@bin/install
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py demo $(DEMO_ARGS)
	@$(PY) manage.py runall

test: ## The whole suite: on SQLite, or on DATABASE_URL and REDIS_URL where these are set
	@bin/install dev
	@$(PY) -m pytest -n 2 --dist loadfile $(PYTEST_ARGS)

check: ## Everything CI asks for, and more
	@bin/check

setup: ## A bare clone made ready to work in
	@bin/setup
