#!/bin/sh
# Runs every benchmark of the module and writes the results, with the machine and
# the commit they belong to, into docs/BENCHMARKS.md.
#
#   scripts/bench.sh                 all benchmarks
#   scripts/bench.sh ./content/...   some; prints only, the document stays as it is
#
# The generated library of 20,000 articles is kept in the folder STAFFELSTAB_BENCH_STOCK
# between runs, else made anew (minutes); STAFFELSTAB_BENCH_SHARE=0.1 takes a tenth of it.
# The same share bounds how many times the laws BenchmarkGrowth of content/search holds.
#
# A benchmark reports what people feel (p50-ms, p95-ms, saves/s, MB) through
# testing.B.ReportMetric; every metric becomes a column entry of its line.
set -eu

cd "$(dirname "$0")/.."
export CGO_ENABLED="${CGO_ENABLED:-0}"

work=$(mktemp -d)
cluster=""
cleanup() {
    [ -z "$cluster" ] || scripts/postgres.sh stop "$cluster" || true
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# PostgreSQL is one of the peers, measured beside the product in the same run.
if [ -z "${STAFFELSTAB_TEST_POSTGRES_URL:-}" ] && scripts/postgres.sh available; then
    cluster=$(mktemp -d "${TMPDIR:-/tmp}/staffelstab-postgres.XXXXXX")
    STAFFELSTAB_TEST_POSTGRES_URL=$(scripts/postgres.sh start "$cluster")
    export STAFFELSTAB_TEST_POSTGRES_URL
fi

whole=yes
if [ $# -gt 0 ]; then
    whole=no
    packages="$*"
else
    # Only folders that have benchmarks: compiling the rest would take longer than measuring.
    packages=$(grep -rlE '^func Benchmark' --include='*_test.go' . | xargs -r -n1 dirname | sort -u)
fi
[ -n "$packages" ] || { echo "bench.sh: there is no benchmark in this tree" >&2; exit 1; }

# One package after the other, so that they do not disturb each other's figures.
# shellcheck disable=SC2086 # several packages are several words
go test -p 1 -run '^$' -bench . -benchmem -timeout 60m $packages >"$work/raw" 2>&1 || {
    cat "$work/raw" >&2
    exit 1
}

commit=$(git describe --tags --always --dirty 2>/dev/null || echo unknown)
cpu=$(sed -n 's/^cpu: //p' "$work/raw" | head -n 1)
cores=$(getconf _NPROCESSORS_ONLN)
memory=$(awk '/^MemTotal/ {printf "%.0f GB", $2 / 1048576}' /proc/meminfo 2>/dev/null || echo "memory unknown")
{
    echo '# Benchmarks'
    echo
    echo 'Written by `make bench`; do not edit. Where the law corpus is absent, the benchmarks that need it are missing here.'
    echo
    echo "- Commit: $commit"
    echo "- Date: $(date -u +%Y-%m-%d)"
    echo "- Machine: ${cpu:-unknown processor}, $cores cores, $memory, $(uname -s), $(go env GOVERSION)"
    echo
    echo '| Package | Benchmark | Runs | Result |'
    echo '|---|---|---:|---|'
    awk '
        /^pkg: / { pkg = $2; sub(/^staffelstab\/?/, "", pkg) }
        /^Benchmark/ && NF >= 4 {
            name = $1; sub(/^Benchmark/, "", name); sub(/-[0-9]+$/, "", name)
            text = ""
            for (i = 3; i + 1 <= NF; i += 2) text = text (text == "" ? "" : " · ") $i " " $(i + 1)
            printf "| %s | %s | %s | %s |\n", pkg, name, $2, text
        }
    ' "$work/raw"
} >"$work/table"

cat "$work/table"
if [ "$whole" = yes ]; then cp "$work/table" docs/BENCHMARKS.md; fi
