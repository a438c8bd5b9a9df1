#!/usr/bin/env bash
# damage.sh BINARY RELEASE_DIR: every kind of damage to a release is named by `verify`, and seen by stock `sha256sum`.
set -euo pipefail
binary=$(realpath "$1")
release=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

stock() { (cd "$1" && sha256sum --check --strict --quiet SHA256SUMS >/dev/null 2>&1); }

failures=0
fail() {
    echo "NOT NAMED: $1"
    failures=$((failures + 1))
}

cp -a "$release" "$work/whole"
"$binary" verify "$work/whole" >/dev/null 2>&1 || fail "the whole release is refused by verify"
stock "$work/whole" || fail "the whole release is refused by sha256sum"

# Damages a copy with the rest of the arguments, run in it; verify must name the finding, and sha256sum see it.
damage() { # FINDING PATH SEEN_BY_SHA256SUM COMMAND…
    local finding=$1 path=$2 seen=$3 exit_code=0
    shift 3
    rm -rf "$work/copy"
    cp -a "$release" "$work/copy"
    (cd "$work/copy" && "$@")
    "$binary" verify "$work/copy" >"$work/report" 2>&1 || exit_code=$?
    if [ "$exit_code" != 1 ] || ! grep -F -- "$finding" "$work/report" | grep -qF -- "$path"; then
        fail "$finding $path: exit code $exit_code"
        cat "$work/report"
    elif stock "$work/copy" && [ "$seen" = seen ]; then
        fail "$finding $path, by sha256sum"
    else
        echo "named: $finding $path"
    fi
}

# Turns the lowest bit of the byte in the middle of a file.
flip() {
    local middle byte
    middle=$(($(stat -c %s "$1") / 2))
    byte=$(od -An -tu1 -j "$middle" -N 1 "$1" | tr -d ' ')
    printf '%b' "\\0$(printf %o $((byte ^ 1)))" | dd of="$1" bs=1 seek="$middle" conv=notrunc status=none
}

# One file of each kind, and the manifest itself.
for file in $(cd "$release" && find data -name "${3:-sources}.*" | LC_ALL=C sort); do
    damage changed-file "$file" seen flip "$file"
    damage missing-file "$file" seen rm "$file"
    damage renamed-file "$file" seen mv "$file" "${file%/*}/other.${file##*.}"
    damage changed-file "$file" seen truncate -s -1 "$file"
    damage not-a-regular-file "$file" unseen sh -c "mv $file ../elsewhere && ln -s ../../../elsewhere $file"
done
# A changed digest in the manifest is one manifest against one list: the finding names both.
damage bad- manifest.json seen flip manifest.json
damage bad-manifest manifest.json seen truncate -s 0 manifest.json
damage bad- SHA256SUMS seen flip SHA256SUMS
# Nothing lists the last list, so only verify sees that it is another or gone.
damage bad-checksums tagmanifest-sha256.txt unseen flip tagmanifest-sha256.txt
damage missing-file tagmanifest-sha256.txt unseen rm tagmanifest-sha256.txt
damage extra-file data/csv/extra.csv unseen sh -c 'echo id >data/csv/extra.csv'
damage extra-file .hidden unseen touch .hidden
damage empty-folder data/empty unseen mkdir data/empty
[ "$failures" = 0 ] || { echo "$failures damages not named"; exit 1; }
echo "every damage is named"
