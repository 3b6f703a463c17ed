# One command each: see README.md. Every target does its own set-up.
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
BIN := $(VENV)/bin
TORCH := $(shell sed -n 's/^torch==//p' constraints.txt)

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo check test test-long lint system bench clean

demo: $(VENV)/.installed
	@$(BIN)/kgc serve --port $(PORT) --ingest corpus/documents

check: $(VENV)/.developing lint
	$(BIN)/python -m pytest -q -m "not model and not browser and not long and not slow"

test: system $(VENV)/.developing lint
	$(BIN)/python -m pytest -m "not long"

test-long: system $(VENV)/.developing
	$(BIN)/python -m pytest

lint: $(VENV)/.developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.developing
	$(BIN)/python -m pip install --quiet -e ".[bench]" -c constraints.txt
	$(BIN)/python -m eval.bench_embedding
	$(BIN)/python -m eval.bench_server
	if [ -f ../shared/data/sgb_5.md ]; then $(BIN)/python -m eval.bench_ingest ../shared/data/sgb_5.md; fi

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"

# PyPI's torch for Linux carries several GB of CUDA libraries. Where no CPU build is at hand,
# PyTorch's own index of CPU builds is asked; if it cannot be reached, PyPI's build has to do.
$(VENV)/.torch: $(VENV)/bin/python constraints.txt
	@if $(BIN)/python -m pip install --dry-run --quiet --report - "torch==$(TORCH)" 2>/dev/null \
		| grep -q '"name": "nvidia-'; then \
		echo "Installing the CPU build of torch $(TORCH)"; \
		$(BIN)/python -m pip install --quiet --retries 1 --timeout 15 "torch==$(TORCH)" \
			--index-url https://download.pytorch.org/whl/cpu \
		|| echo "That index cannot be reached; taking PyPI's larger build."; \
	fi
	@touch $@

$(VENV)/.installed: $(VENV)/.torch pyproject.toml constraints.txt
	@echo "Installing, once: a minute or two"
	$(BIN)/python -m pip install --quiet -e . -c constraints.txt
	@touch $@

$(VENV)/.developing: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet -e . --group dev -c constraints.txt
	@touch $@

# Programs that tests use beside Python. Skipped without root or apt; those tests then skip too.
system:
	@if ! command -v chromium >/dev/null || ! command -v tesseract >/dev/null; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
				chromium tesseract-ocr tesseract-ocr-deu >/dev/null; \
		else \
			echo "For all tests please install chromium, tesseract-ocr and tesseract-ocr-deu"; \
		fi; \
	fi

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache
