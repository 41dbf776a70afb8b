.PHONY: app test check lint types live format docs

app:
	streamlit run app.py

# What .ci/run runs, in the environment at hand.
check: test lint types live

test:
	pytest

lint:
	ruff check .
	ruff format --check .

types:
	mypy

live:
	node --test tests/live/*.test.js

format:
	ruff check --fix .
	ruff format .

# The Python package's pages, from its docstrings: open docs/api/index.html.
docs:
	pdoc vae --output-directory docs/api
