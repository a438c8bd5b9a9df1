#!/usr/bin/env bash
# determinism.sh BINARY...: the same project gives the same bytes and modes, wherever, however and by whichever of the
# binaries (debug, release) it is built.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Copies a project without its releases; `sort` or `sort -r` gives the order in which the files are made.
copy() { # FROM TO SORT…
    local from=$1 to=$2 file
    shift 2
    (cd "$from" && find schema seeds -type f) | "$@" | while IFS= read -r file; do
        mkdir -p "$to/$(dirname "$file")"
        cp "$from/$file" "$to/$file"
    done
}

# Modes, paths and digests of what was published: all but the lock, which belongs to who locked.
fingerprint() {
    (cd "$1" && find . -printf '%m %y %P\n' | LC_ALL=C sort &&
        find . -type f ! -name .lock -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
}

failures=0
expect_same() { # TITLE FOLDER
    if [ ! -s "$work/expected" ]; then
        fingerprint "$2/dist" >"$work/expected"
        echo "first: $1"
    elif ! fingerprint "$2/dist" | diff "$work/expected" - >"$work/difference"; then
        echo "DIFFERS: $1"
        head -20 "$work/difference"
        failures=$((failures + 1))
    else
        echo "same: $1"
    fi
    rm -rf "${2:?}/dist"
}

for project in . tests/every-type; do
    echo "project $project"
    rm -f "$work/expected"
    here=$work/a
    there="$work/a much longer path/with spaces and ü"
    rm -rf "$here" "$there"
    copy "$project" "$here" sort
    copy "$project" "$there" sort -r
    # The order of a folder's entries is that of their making on some file systems only, so one copy lies in memory.
    memory=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "$work")")
    trap 'rm -rf "$work" "$memory"' EXIT
    copy "$project" "$memory" sort -r

    for binary in "$@"; do
        binary=$(realpath "$binary")
        name=$(basename "$(dirname "$binary")")
        "$binary" --quiet publish --project "$here" >/dev/null 2>&1
        expect_same "$name" "$here"
        for jobs in 1 2 7; do
            "$binary" --quiet --jobs "$jobs" publish --project "$here" >/dev/null 2>&1
            expect_same "$name, --jobs $jobs" "$here"
        done
        (cd "$there" && TZ=Pacific/Kiritimati LANG=tr_TR.UTF-8 LC_ALL=tr_TR.UTF-8 "$binary" publish >/dev/null 2>&1)
        expect_same "$name, another folder, Pacific/Kiritimati, Turkish" "$there"
        (cd "$there" && TZ=UTC LANG=C LC_ALL=C "$binary" publish >/dev/null 2>&1)
        expect_same "$name, another folder, UTC, C" "$there"
        (umask 077 && "$binary" publish --project "$here" >/dev/null 2>&1)
        expect_same "$name, umask 077" "$here"
        (umask 022 && "$binary" publish --project "$here" >/dev/null 2>&1)
        expect_same "$name, umask 022" "$here"
        env -i "$binary" publish --project "$here" >/dev/null 2>&1
        expect_same "$name, empty environment" "$here"
        HOME=/nonexistent SOURCE_DATE_EPOCH=1 USER=nobody "$binary" publish --project "$memory" >/dev/null 2>&1
        expect_same "$name, files made in another order, another home" "$memory"
    done
    rm -rf "$memory"
done
[ "$failures" = 0 ] || { echo "$failures builds differ"; exit 1; }
echo "all builds are the same, bytes and modes"
