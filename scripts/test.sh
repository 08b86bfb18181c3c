#!/bin/sh
# Runs the tests: all of them, or what the arguments (those of `go test`) name.
#
#   scripts/test.sh
#   scripts/test.sh -run TestFault ./content/...
#
# It sees to a browser and a PostgreSQL server (install-test-deps.sh), starts a
# private cluster, hands its address to the tests and stops it again however the
# run ends. Tests whose needs are missing skip with a line that says so; with
# STAFFELSTAB_REQUIRE_ALL=1 they fail instead.
#
# Settings: STAFFELSTAB_REQUIRE_ALL, STAFFELSTAB_TEST_POSTGRES_URL (use this
# server instead of a private one), STAFFELSTAB_FAULTS (many rounds of kill -9).
set -eu

cd "$(dirname "$0")/.."
scripts/install-test-deps.sh

cluster=""
cleanup() {
    status=$?
    trap - EXIT INT TERM HUP
    if [ -n "$cluster" ]; then scripts/postgres.sh stop "$cluster" || status=1; fi
    exit "$status"
}

if [ -z "${STAFFELSTAB_TEST_POSTGRES_URL:-}" ] && scripts/postgres.sh available; then
    trap cleanup EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    cluster=$(mktemp -d "${TMPDIR:-/tmp}/staffelstab-postgres.XXXXXX")
    STAFFELSTAB_TEST_POSTGRES_URL=$(scripts/postgres.sh start "$cluster")
    export STAFFELSTAB_TEST_POSTGRES_URL
fi

# The product is built without cgo, so it is tested without.
export CGO_ENABLED="${CGO_ENABLED:-0}"

[ $# -gt 0 ] || set -- ./...
go test -timeout 10m "$@"
