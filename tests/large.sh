#!/usr/bin/env bash
# large.sh BINARY GENERATOR: tables larger than the memory they may use, in parts, are published as the same bytes whatever
# the memory and the number of threads, from every kind of seed; and what is wrong with them is found.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=$(realpath "$1")
generator=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for format in csv ndjson; do
    mkdir "$work/$format"
    cp -r benches/contract/schema "$work/$format"
    sed -i 's|^letterpress:|&\n  part_rows: 40960|' "$work/$format/schema/dataset.yaml"
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
    "$binary" --quiet "$@" publish --project "$work/$project" --out "$work/out" >/dev/null
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

# More keys than 32 MiB have room for; one is repeated far from where it was, and one reference names nothing.
mkdir "$work/many"
cp -r benches/contract/schema "$work/many"
"$generator" "$work/many/seeds" 1.6e5 --format csv
cp -r "$work/many" "$work/damaged"
participants=$work/damaged/seeds/participants.csv
sed -n 2p "$participants" >>"$participants"
sed -n '3s/en-[0-9]*/en-99999999/p' "$participants" >>"$participants"
for memory in 2GiB 32MiB; do
    "$binary" --quiet --memory "$memory" check --project "$work/many" >/dev/null
    status=0
    "$binary" --quiet --memory "$memory" --message-format short check --project "$work/damaged" >"$work/$memory" 2>&1 || status=$?
    found=$(grep -o 'duplicate-key\|dangling-reference' "$work/$memory" | LC_ALL=C sort | tr '\n' ' ')
    [ "$status $found" = "1 dangling-reference duplicate-key " ] || { cat "$work/$memory"; exit 1; }
done
diff "$work/2GiB" "$work/32MiB"
echo "the same problems with any memory"
