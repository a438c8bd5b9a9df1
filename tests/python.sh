# shellcheck shell=bash
# python.sh: Python environments, and the network switched off, for the scripts that source it.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/letterpress

# The folder of a venv; its name is the digest of its lock files, so that a changed lock makes a new one.
venv_of() { # LOCK…
    echo "$cache/venv-$(cat "$@" | sha256sum | cut -c -16)"
}

# Makes the venv that holds exactly the packages of the lock files. They are installed file by file, so what the first one
# holds can build the few packages of the second that come as source.
install_python_packages() { # LOCK…
    local venv lock
    venv=$(venv_of "$@")
    [ ! -e "$venv/complete" ] || return 0
    rm -rf "$venv"
    "$(command -v python3.11 || command -v python3)" -m venv "$venv"
    for lock in "$@"; do
        "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-build-isolation --require-hashes \
            --requirement "$lock"
    done
    touch "$venv/complete"
}

# Runs a command without a network, where the system allows that.
offline() {
    if unshare --map-root-user --net true 2>/dev/null; then
        unshare --map-root-user --net "$@"
    else
        "$@"
    fi
}
