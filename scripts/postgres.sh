# Sourced by ./test: a throw-away PostgreSQL, reached through a socket in a folder of its own.

postgres_folder=
postgres_process=

# Prints the folder of the server's programs: on the path, or where Debian keeps them.
postgres_programs() {
    local found
    if found=$(command -v initdb); then
        dirname "$(readlink -f "$found")"
        return
    fi
    found=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    [ -n "$found" ] && [ -x "$found/initdb" ] && echo "$found"
}

# The server refuses to run as root, so root lends the cluster to nobody.
as_owner() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && runuser -u nobody -- "$@")
    else
        "$@"
    fi
}

# Starts the cluster once; later calls find it running. Durability is off: nothing here is kept.
start_postgres() {
    [ -z "$postgres_process" ] || return 0
    local programs
    if ! programs=$(postgres_programs); then
        (apt_install "The PostgreSQL server is missing" postgresql) || return 1
        programs=$(postgres_programs) || return 1
    fi
    # Sockets have short names, so not below a long TMPDIR.
    postgres_folder=$(mktemp -d /tmp/huiban-postgres.XXXXXX)
    [ "$(id -u)" != 0 ] || chown nobody "$postgres_folder"
    as_owner "$programs/initdb" -D "$postgres_folder/cluster" -U huiban -A trust -E UTF8 \
        --no-locale --no-sync >"$scratch/initdb.log" 2>&1 || {
        cat "$scratch/initdb.log"
        return 1
    }
    as_owner "$programs/postgres" -D "$postgres_folder/cluster" -k "$postgres_folder" \
        -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
        -c max_connections=200 >"$scratch/postgres.log" 2>&1 &
    postgres_process=$!
    wait_for_postgres "$programs" && "$programs/createdb" -h "$postgres_folder" -U huiban huiban
}

wait_for_postgres() {
    local attempt
    for attempt in $(seq 100); do
        "$1/pg_isready" -q -h "$postgres_folder" -U huiban -d postgres && return 0
        kill -0 "$postgres_process" 2>/dev/null || break
        sleep 0.1
    done
    echo "PostgreSQL did not start:"
    tail -n 20 "$scratch/postgres.log"
    return 1
}

stop_postgres() {
    [ -n "$postgres_folder" ] || return 0
    # Fast shutdown, asked of the server itself: the process known here may be its lender.
    local server
    server=$(head -n 1 "$postgres_folder/cluster/postmaster.pid" 2>/dev/null) &&
        kill -INT "$server" 2>/dev/null
    [ -z "$postgres_process" ] || wait "$postgres_process" 2>/dev/null
    rm -rf "$postgres_folder"
    postgres_folder=
    postgres_process=
}

# with_postgres COMMAND…: the command, with DATABASE_URL naming the throw-away cluster.
with_postgres() {
    start_postgres || return 1
    DATABASE_URL="postgresql://huiban@/huiban?host=$postgres_folder" "$@"
}
