#!/bin/sh
# Installs what the full test suite needs beside Go and git: a browser (chromium)
# and a PostgreSQL server. It acts only on Debian and only as root; anywhere else
# it says in one line what is missing, and the tests that need it skip.
#
# Exit status: 0 everything is there, or nothing could be done and that was said;
# 1 an installation was tried and failed.
set -eu

say() { printf 'test needs: %s\n' "$*" >&2; }

have_browser() {
    for name in chromium chromium-browser google-chrome google-chrome-stable headless_shell; do
        if command -v "$name" >/dev/null 2>&1; then return 0; fi
    done
    return 1
}

have_postgres() { "$(dirname "$0")/postgres.sh" available; }

missing=""
have_browser || missing="chromium"
have_postgres || missing="${missing:+$missing }postgresql"
[ -n "$missing" ] || exit 0

distribution=$(. /etc/os-release 2>/dev/null && printf '%s' "${ID:-}") || distribution=""
if [ "$distribution" != debian ] || [ "$(id -u)" != 0 ]; then
    say "$missing not found; only Debian as root installs it by itself, so the tests that need it will skip"
    exit 0
fi

export DEBIAN_FRONTEND=noninteractive

# A mirror that stumbles once must not fail the whole run.
apt() {
    attempt=1
    until apt-get -q -y -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 -o Dpkg::Options::=--force-confold "$@" >"$log" 2>&1; do
        if [ "$attempt" -ge 3 ]; then
            cat "$log" >&2
            say "apt-get $* failed"
            return 1
        fi
        attempt=$((attempt + 1))
        sleep 3
    done
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT

say "installing $missing"
apt update
for package in $missing; do
    if [ "$package" = postgresql ]; then
        # The tests start a private cluster of their own; Debian's package shall
        # not open one on port 5432 merely because somebody ran the tests.
        apt install --no-install-recommends postgresql-common
        conf=/etc/postgresql-common/createcluster.conf
        if [ -f "$conf" ]; then
            sed -i 's/^#* *create_main_cluster *=.*/create_main_cluster = false/' "$conf"
        fi
    fi
    apt install --no-install-recommends "$package"
done

have_browser || { say "chromium is still missing after its installation"; exit 1; }
have_postgres || { say "postgresql is still missing after its installation"; exit 1; }
