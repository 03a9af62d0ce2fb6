# Sourced by ./run and ./test: finds Python and Node, fills .venv and the third-party assets.
#
# Everything is stamped with what it was made from, so a second call finds nothing to do. Nothing
# here writes to standard output, which belongs to the program that follows.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
venv=$root/.venv
system_certificates=/etc/ssl/certs/ca-certificates.crt
# Where runuser and what apt calls live, also for a caller whose path leaves them out.
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
unset PYTHONHOME PYTHONPATH

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

on_debian() { command -v apt-get >/dev/null 2>&1; }

# apt_install REASON PACKAGE…: installs on Debian as root; anywhere else says what is missing.
apt_install() {
    local reason=$1
    shift
    on_debian || fail "$reason. Please install it, then call this again."
    [ "$(id -u)" = 0 ] || fail "$reason. Please call: sudo apt-get install $*"
    say "$reason: apt-get install $*"
    local words quietly=(-o DPkg::Lock::Timeout=300 -qq)
    export DEBIAN_FRONTEND=noninteractive
    words=$({
        apt-get "${quietly[@]}" update &&
            apt-get "${quietly[@]}" install -y --no-install-recommends "$@"
    } </dev/null 2>&1) || fail "$words"$'\n'"apt-get could not install $*."
}

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; }
makes_venvs() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

# Prints the first Python from 3.11 to 3.13 that can make an environment.
find_python() {
    local name
    for name in python3 python3.11 python3.12 python3.13; do
        if fits "$name" && makes_venvs "$name"; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

# A number that changes when any of the files, the folder, or the Python does.
stamp() { { echo "$root $1"; shift; cat "$@"; } | cksum | tr ' ' '-'; }

make_venv() {
    if [ -x "$venv/bin/python" ] && fits "$venv/bin/python" &&
        [ "$(cat "$venv/made-at" 2>/dev/null)" = "$root" ]; then
        return
    fi
    local python
    if ! python=$(find_python); then
        apt_install "Python 3.11 to 3.13 with venv is missing" python3 python3-venv
        python=$(find_python) || fail "This system's Python is not 3.11 to 3.13."
    fi
    say "Making .venv with $("$python" --version)"
    rm -rf "$venv"
    "$python" -m venv "$venv" >&2 || fail "$python could not make $venv."
    echo "$root" >"$venv/made-at"
}

# The package is not installed but pointed at: nothing to build, and edits count at once.
link_project() {
    local packages
    packages=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    echo "$root" >"$packages/huiban.pth"
    cat >"$venv/bin/huiban" <<LAUNCHER
#!/bin/sh
'''exec' "$venv/bin/python" "\$0" "\$@"
' '''
import sys

from huiban.cli.main import main

sys.exit(main())
LAUNCHER
    chmod +x "$venv/bin/huiban"
}

# Built packages only, but for Spark's Python face: it is published as sources, which hold what is
# built already.
pip_install() {
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        --require-hashes --only-binary=:all: --no-binary=pyspark -r "$1" >&2 ||
        fail "pip could not install $(basename "$1"); its own words are above."
}

python_requirements() {
    case $1 in
    run) echo "$root/requirements.txt" ;;
    dev) echo "$root/requirements-dev.txt" ;;
    esac
}

python_stamp() {
    echo "$1 $(stamp "$("$venv/bin/python" --version)" "$root/scripts/setup.sh" \
        "$(python_requirements "$1")")"
}

# install_python run|dev: the locked packages; those of dev include those of run.
install_python() {
    make_venv
    grep -qxF "$(python_stamp "$1")" "$venv/stamps" 2>/dev/null && return
    say "Installing the locked Python packages ($1)"
    pip_install "$(python_requirements "$1")"
    link_project
    # What other stamps stood for may have changed just now, so they go.
    python_stamp run >"$venv/stamps"
    [ "$1" = run ] || python_stamp "$1" >>"$venv/stamps"
}

model_stamp() {
    local learning=$root/huiban/modules/voice/learning
    stamp model "$learning/starter.toml" "$learning"/categories/*.py
}

# install_model: what a district's first suggestions come from, learnt once from our own sentences.
install_model() {
    local stamps=$root/huiban/modules/voice/learning/built/stamps
    grep -qxF "$(model_stamp)" "$stamps" 2>/dev/null && return
    say "Learning the first model"
    (cd "$root" && "$venv/bin/python" -m huiban.modules.voice.learning.categories.start) ||
        fail "The first model could not be learnt; the reason is above."
    model_stamp >"$stamps"
}

# Prints the folder with a Node of at least 18 and its npm; fetches one from PyPI where there is none.
find_node() {
    local npm
    if [ -x "$venv/bin/npm" ]; then
        echo "$venv/bin"
    elif npm=$(command -v npm) && command -v node >/dev/null &&
        [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge 18 ]; then
        dirname "$npm"
    else
        say "No Node of at least 18 here: taking one from PyPI"
        pip_install "$root/requirements-node.txt"
        echo "$venv/bin"
    fi
}

assets_stamp() {
    echo "$1 $(stamp node "$root/package-lock.json" "$root/package.json" \
        "$root/huiban/cli/assets.py")"
}

# install_assets run|dev: fonts and icons, and for dev what only the tests need.
install_assets() {
    local stamps=$root/huiban/static/vendor/stamps node for_npm=(--omit=dev) for_copy=()
    grep -qxF "$(assets_stamp "$1")" "$stamps" 2>/dev/null && return
    if [ "$1" = dev ]; then
        for_npm=()
        for_copy=(--for-tests)
    fi
    node=$(find_node) || exit 1
    # A Node that isn't the system's knows nothing of authorities that the system was told to trust.
    [ ! -f "$system_certificates" ] ||
        export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$system_certificates}"
    say "Fetching fonts and icons with npm"
    (
        cd "$root" &&
            PATH=$node:$PATH npm ci --loglevel=error "${for_npm[@]}" </dev/null >&2
    ) || fail "npm could not install the locked packages; its own words are above."
    (cd "$root" && "$venv/bin/python" -m huiban.cli.assets "${for_copy[@]}") || exit 1
    assets_stamp run >"$stamps"
    [ "$1" = run ] || assets_stamp "$1" >>"$stamps"
}
