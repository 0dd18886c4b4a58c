# `make` lists the targets.
.DEFAULT_GOAL := help
.PHONY: help run build test lint format bench install clean packages test-packages

PREFIX ?= /usr/local
ARGS ?=

help: ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## Build, start the embedded stack with three demo teams, and open the console
	.build/release/paddock up --demo $(ARGS)

build: packages ## Build in release mode
	swift build -c release --product paddock
	swift build -c release --product paddock-runner

test: test-packages ## Run all tests
	Scripts/test $(ARGS)

lint: ## Check formatting, forbidden constructs, import rules and documents
	Scripts/lint
	Scripts/check-imports
	Scripts/check-documents

format: ## Format the sources
	swift format -i -r --configuration .swift-format Sources Tests Benchmarks Package.swift

bench: build ## Measure against peers and floors (docs/benchmarks.md)
	Benchmarks/run $(ARGS)

install: build ## Install below PREFIX
	install -D -m 755 .build/release/paddock $(DESTDIR)$(PREFIX)/bin/paddock
	install -D -m 755 .build/release/paddock-runner $(DESTDIR)$(PREFIX)/libexec/paddock/paddock-runner
	mkdir -p $(DESTDIR)$(PREFIX)/share/paddock
	cp -R themes keymaps $(DESTDIR)$(PREFIX)/share/paddock/

clean: ## Remove what was built
	swift package clean

packages: # Debian packages to build and run
	@Scripts/install-packages run

test-packages: # and those that only tests need
	@Scripts/install-packages run test cluster
