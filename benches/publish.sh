#!/usr/bin/env bash
# publish.sh [OPTION…]: publishes generated projects with letterpress and, in turn, with DuckDB and Polars, and prints medians,
# ratios and peak memory. `publish.sh --help` tells the options; docs/performance.md what is measured and how to read it.
# What is built, installed or generated goes to the cache folder; the working tree is left as it was.
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/letterpress
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/target} PYTHONDONTWRITEBYTECODE=1

cargo build --quiet --locked --release --manifest-path "$repository/Cargo.toml" --bin letterpress --example generate

# A venv with exactly the packages of the lock file; its name is the lock's digest, so a changed lock makes a new one.
lock=$repository/benches/requirements.lock
venv=$cache/venv-$(sha256sum "$lock" | cut -c -16)
if [ ! -e "$venv/complete" ]; then
    rm -rf "$venv"
    "$(command -v python3.11 || command -v python3)" -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --requirement "$lock"
    touch "$venv/complete"
fi

exec "$venv/bin/python" "$repository/benches/compare.py" --work "$cache/benches" \
    --generator "$CARGO_TARGET_DIR/release/examples/generate" --binary "$CARGO_TARGET_DIR/release/letterpress" "$@"
