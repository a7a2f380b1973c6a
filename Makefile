# 准绳 Zhunsheng. `make help` lists what can be done; every target sets up what it needs by itself.
.DEFAULT_GOAL := help
SHELL := /bin/sh

VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.zhunsheng-installed
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

.PHONY: help setup demo test test-all test-outside test-slow lint format bench lock clean

help: ## 列出全部命令 · List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

setup: $(STAMP) ## 安装到 .venv · Install into .venv (once; again when the locks change)

$(STAMP): requirements-dev.txt pyproject.toml package-lock.json scripts/setup.sh
	@sh scripts/setup.sh $(VENV)
	@touch $@

demo: $(STAMP) ## 演示：检查日志、开一个活的公安局 · Check a made-up log, open a living bureau
	$(BIN)/zhunsheng demo

test: $(STAMP) lint ## 快速测试（双核约五分钟） · Style, types, architecture and the fast suite, some five minutes on two cores
	$(PYTEST) -m "not slow and not system and not spark and not browser"

test-outside: $(STAMP) ## 整机、Spark 与浏览器的测试 · The tests that start servers, Spark or a browser
	$(PYTEST) -m "(system or spark or browser) and not slow"

test-slow: $(STAMP) ## 慢速测试 · Spark, browser and heavy property tests only
	HYPOTHESIS_PROFILE=ci $(PYTEST) -m "slow or system or spark or browser"

test-all: test test-slow ## 全部测试 · Everything

lint: $(STAMP) ## 格式、类型、分层 · ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(STAMP) ## 自动排版 · Format and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP) ## 性能测量 · Measure speed; see benchmarks/README.md
	$(BIN)/python -m benchmarks

lock: $(STAMP) ## 重新锁定依赖 · Write the locks again from pyproject.toml
	$(BIN)/python scripts/lock.py

clean: ## 清除生成物 · Remove what was generated, keep .venv
	rm -rf demo-output dist build spark-warehouse metastore_db derby.log
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
