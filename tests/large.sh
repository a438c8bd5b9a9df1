#!/usr/bin/env bash
# large.sh BINARY GENERATOR: tables larger than the memory they may use, in parts, are published as the same bytes whatever
# the memory and the number of threads, from every kind of seed.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=$(realpath "$1")
generator=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for format in csv ndjson; do
    mkdir "$work/$format"
    cp -r benches/contract/schema "$work/$format"
    sed -i 's|^letterpress:|&\n  part_rows: 40000|' "$work/$format/schema/dataset.yaml"
    "$generator" "$work/$format/seeds" 6e4 --format "$format"
done
mkdir "$work/packed"
cp -r "$work/csv/schema" "$work/csv/seeds" "$work/packed"
gzip -q "$work/packed/seeds/events.csv"

fingerprint() {
    (cd "$1" && find . -type f ! -name .lock -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
}

build() { # TITLE PROJECT OPTION…
    local title=$1 project=$2
    shift 2
    "$binary" --quiet "$@" build --project "$work/$project" --out "$work/out" >/dev/null
    if [ ! -e "$work/expected" ]; then
        fingerprint "$work/out" >"$work/expected"
        parts=$(ls "$work"/out/1.0.0/data/csv/participants-0000?-of-00004.csv | wc -l)
        [ "$parts" = 4 ] || { echo "participants has $parts parts, expected 4"; exit 1; }
        "$binary" --quiet verify "$work/out/1.0.0"
    else
        fingerprint "$work/out" | diff "$work/expected" - || { echo "DIFFERS: $title"; exit 1; }
    fi
    rm -rf "$work/out"
}

build "plenty of memory" csv --memory 2GiB --jobs 2
build "32 MiB, one thread" csv --memory 32MiB --jobs 1
build "32 MiB, three threads" csv --memory 32MiB --jobs 3
build "NDJSON, 64 MiB" ndjson --memory 64MiB
build "gzip, 32 MiB" packed --memory 32MiB
echo "the same bytes with any memory, from any seeds"
