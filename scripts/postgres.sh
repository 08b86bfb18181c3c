#!/bin/sh
# A private PostgreSQL cluster for the tests: in a folder of its own, on a free
# port of the loopback address, with a throw-away password, and without fsync,
# because its data lives exactly as long as the test run.
#
#   postgres.sh available     exit 0 if a server is installed, 1 if not
#   postgres.sh start DIR     make and start a cluster in the empty folder DIR; prints its URL
#   postgres.sh stop DIR      stop that cluster and delete DIR
#
# PostgreSQL refuses to run as root; started by root it runs as the user
# postgres, or nobody where there is no such user.
#
# Exit status: 0 done, 1 failed, 2 wrong usage.
set -eu

usage() {
    echo "usage: postgres.sh available | start DIR | stop DIR" >&2
    exit 2
}

fail() {
    printf 'postgres.sh: %s\n' "$*" >&2
    exit 1
}

# Prints the folder of the newest installed server, or nothing. Debian keeps
# initdb and pg_ctl out of PATH.
server_folder() {
    for bin in $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -t/ -k5 -V -r); do
        if [ -x "$bin/initdb" ] && [ -x "$bin/pg_ctl" ]; then
            printf '%s\n' "$bin"
            return
        fi
    done
    if command -v initdb >/dev/null 2>&1 && command -v pg_ctl >/dev/null 2>&1; then
        dirname "$(command -v pg_ctl)"
    fi
}

# Runs a command as the user the server runs as.
as_server() {
    if [ "$(id -u)" != 0 ]; then
        "$@"
    elif id postgres >/dev/null 2>&1; then
        runuser -u postgres -- "$@"
    else
        runuser -u nobody -- "$@"
    fi
}

random_number() { od -An -N2 -tu2 /dev/urandom | tr -d ' '; }

start() {
    dir=$1
    [ -d "$dir" ] || fail "$dir is not a folder"
    [ -z "$(ls -A "$dir")" ] || fail "$dir is not empty"
    [ -n "$bin" ] || fail "no PostgreSQL server found; on Debian: apt-get install postgresql"

    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    (umask 077 && printf '%s\n' "$password" >"$dir/password")
    if [ "$(id -u)" = 0 ]; then
        owner=nobody
        if id postgres >/dev/null 2>&1; then owner=postgres; fi
        chown -R "$owner" "$dir"
    fi
    # The server must not depend on the folder the caller happens to stand in.
    cd /

    # C.UTF-8 knows upper and lower case of umlauts; plain C does not.
    locale=C.UTF-8
    locale -a 2>/dev/null | grep -qix 'C\.utf-\{0,1\}8' || locale=C
    if ! as_server "$bin/initdb" --pgdata="$dir/data" --username=staffelstab --pwfile="$dir/password" \
        --auth=scram-sha-256 --encoding=UTF8 --locale="$locale" --no-sync >"$dir/initdb.log" 2>&1; then
        cat "$dir/initdb.log" >&2
        fail "initdb failed"
    fi
    cat >>"$dir/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 64MB
fsync = off
synchronous_commit = off
full_page_writes = off
timezone = 'UTC'
log_timezone = 'UTC'
CONF

    attempt=1
    while :; do
        # Below 32768, where the kernel hands out ports to outgoing connections.
        port=$((20000 + $(random_number) % 12000))
        if as_server "$bin/pg_ctl" start --pgdata="$dir/data" --log="$dir/server.log" --wait --timeout=60 \
            --options="-p $port" >/dev/null 2>&1; then
            break
        fi
        if [ "$attempt" -ge 10 ] || ! grep -q 'could not bind' "$dir/server.log"; then
            cat "$dir/server.log" >&2 || true
            fail "the server did not start"
        fi
        attempt=$((attempt + 1))
        as_server rm -f "$dir/server.log"
    done
    printf 'postgres://staffelstab:%s@127.0.0.1:%s/postgres?sslmode=disable\n' "$password" "$port"
}

stop() {
    dir=$1
    [ -e "$dir" ] || return 0
    if [ ! -e "$dir/password" ]; then
        # Nothing was started here: an empty folder may go, anything else is not ours.
        rmdir "$dir" || fail "$dir is not a cluster of this script"
        return 0
    fi
    cd /
    if [ -e "$dir/data/postmaster.pid" ]; then
        as_server "$bin/pg_ctl" stop --pgdata="$dir/data" --mode=immediate --wait --timeout=30 >/dev/null ||
            fail "the server in $dir did not stop"
    fi
    rm -rf "$dir"
}

bin=$(server_folder)
case "${1:-}" in
available)
    [ $# -eq 1 ] || usage
    [ -n "$bin" ]
    ;;
start | stop)
    [ $# -eq 2 ] || usage
    case "$2" in /*) ;; *) fail "DIR must be an absolute path" ;; esac
    "$1" "$2"
    ;;
*) usage ;;
esac
