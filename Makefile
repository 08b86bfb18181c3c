# Staffelstab: everything a newcomer needs is `make run` and `make test`.
# The binary is plain Go: no cgo, no Node, no service.

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -X main.version=$(VERSION)
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0

export CGO_ENABLED ?= 0

.DEFAULT_GOAL := help
.PHONY: help run build test lint fmt vuln bench faults clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## build and start the demo on http://127.0.0.1:8080 (data in demo-data/)
	./staffelstab serve --demo --data demo-data

build: ## build ./staffelstab
	go build -trimpath -ldflags '$(LDFLAGS)' -o staffelstab ./cmd/staffelstab

test: ## run every test; on Debian as root it installs chromium and postgresql first
	scripts/test.sh

lint: ## gofmt, go vet, staticcheck
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "not gofmt-ed:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	go run $(STATICCHECK) ./...

fmt: ## format every Go file
	gofmt -w .

vuln: ## look for known vulnerabilities in what is really called
	go run $(GOVULNCHECK) ./...

bench: ## run every benchmark and write docs/BENCHMARKS.md
	scripts/bench.sh

faults: ## kill -9 the writer five hundred times, git gc beside writers; look for lost saves
	STAFFELSTAB_FAULTS=1 scripts/test.sh -timeout 60m -run '^TestKill' -v ./content/gitrepo

clean: ## remove what make made: the binary and the demo's data
	rm -rf staffelstab demo-data
