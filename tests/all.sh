#!/usr/bin/env bash
# all.sh: the whole check, from a clean clone with Rust and Python 3.11. Stops at the first step that fails and names it.
# What is built or installed goes to the cache folder; the working tree is left as it was.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/python.sh
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/target}
export PYTHONDONTWRITEBYTECODE=1
# One set of values in every run: what is drawn at random belongs to `cargo test` by hand, not to somebody's next commit.
export PROPTEST_RNG_SEED=20261129
debug=$CARGO_TARGET_DIR/debug/letterpress
release=$CARGO_TARGET_DIR/release/letterpress
work=$(mktemp -d)
trap 'kill "${installing:-}" 2>/dev/null || true; rm -rf "$work"' EXIT

# Runs a command under a title. Its output is shown if it fails, or as many of its last lines as `show` says.
step() { # TITLE COMMAND…
    local title=$1 start=$SECONDS
    shift
    printf '%-66s' "$title"
    # In the background, because `set -e` is off within a condition.
    "$@" >"$work/output" 2>&1 &
    if ! wait $!; then
        echo "FAILED after $((SECONDS - start)) s"
        cat "$work/output"
        echo "failed: $title"
        exit 1
    fi
    echo "$((SECONDS - start)) s"
    tail -n "${show:-0}" "$work/output" | sed 's/^/    /'
}

venv=$(venv_of tests/requirements.lock)

# Python packages are fetched while Rust compiles: the one waits for the network, the other for the processor.
{ install_python_packages tests/requirements.lock && tests/conformance.sh --install && touch "$work/installed"; } \
    >"$work/installing" 2>&1 &
installing=$!

await_packages() {
    while [ ! -e "$work/installed" ] && kill -0 "$installing" 2>/dev/null; do sleep 1; done
    cat "$work/installing"
    [ -e "$work/installed" ]
}

# Builds a copy of a project, perhaps with a line added under `letterpress:`.
build_copy() { # PROJECT TO [LINE]
    mkdir -p "$2"
    cp -r "$1/schema" "$1/seeds" "$2"
    if [ -n "${3:-}" ]; then
        sed -i "s|^letterpress:|&\n  $3|" "$2/schema/dataset.yaml"
        grep -qF "  $3" "$2/schema/dataset.yaml"
    fi
    "$release" --quiet publish --project "$2"
}

build_projects() {
    build_copy . "$work/bundled"
    build_copy tests/every-type "$work/every-type"
    build_copy tests/every-type "$work/with-slash" "base_iri: https://every.example/id/"
    build_copy tests/every-type "$work/with-hash" "base_iri: https://every.example/id#"
    "$release" --quiet init "$work/starter" && "$release" --quiet publish --project "$work/starter"
}

read_back() {
    offline "$venv/bin/python" tests/readback.py "$work"/{bundled,every-type,with-slash,with-hash,starter}/dist/*.*.*/
}

validate_manifests() {
    "$venv/bin/check-jsonschema" --schemafile docs/manifest.schema.json "$work"/*/dist/*.*.*/manifest.json
}

check_sums() {
    (cd "$work/bundled/dist/0.1.0" && sha256sum --check --strict --quiet SHA256SUMS)
}

# The committed release is the one that this tool makes of these seeds.
compare_published() {
    diff -r dist/0.1.0 "$work/bundled/dist/0.1.0"
    "$release" verify dist/0.1.0
}

step "format" cargo fmt --check
step "lints" cargo clippy --quiet --locked --all-targets -- -D warnings
step "documentation of the library" env RUSTDOCFLAGS="-D warnings" cargo doc --quiet --locked --no-deps --lib
step "tests in Rust" cargo test --quiet --locked
step "generator of large seeds" cargo build --quiet --locked --example generate
step "build of the release binary" cargo build --quiet --locked --release
step "Python packages" await_packages
show=1 step "every door publishes the same" "$venv/bin/python" tests/doors "$release" --tables 2000 --seed 20261129
step "projects build" build_projects
step "the committed release is what the seeds make" compare_published
step "sha256sum knows the release" check_sums
step "manifests meet their JSON Schema" validate_manifests
show=5 step "pandas, polars, DuckDB, pyarrow, csv and pyld read it back" read_back
show=1 step "a damaged copy does not read back" "$venv/bin/python" tests/readback_bites.py "$work/every-type/dist/0.1.0"
show=1 step "every damage is named" tests/damage.sh "$release" "$work/bundled/dist/0.1.0"
show=1 step "the same bytes everywhere" tests/determinism.sh "$debug" "$release"
show=1 step "tables larger than memory" tests/large.sh "$release" "$CARGO_TARGET_DIR/debug/examples/generate"
show=6 step "50 kills leave the old state or the new" tests/kill.sh "$release" 50
show=60 step "every standard's own validators accept it" tests/conformance.sh "$release"
step "reporter's questions have answers" "$venv/bin/python" tests/questions.py "$work/bundled/dist/0.1.0"
step "the documents' examples run" "$venv/bin/python" tests/readme.py "$release"
echo "all checks passed"
