#!/usr/bin/env bash
# kill.sh BINARY COUNT: kills builds with SIGKILL at COUNT random moments, half of them while a first version is
# published, half during the second. After each, the output folder holds the releases it held before or the whole new
# one, never a part; and the next build works and leaves nothing behind. The moments are seeded: KILL_SEED (default 1).
set -euo pipefail
binary=$(realpath "$1")
count=$2
seed=${KILL_SEED:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Writes a project of so many rows.
project() { # FOLDER VERSION ROWS
    mkdir -p "$1/schema/tables" "$1/seeds"
    printf 'name: killed\nversion: %s\ncreated: 2026-11-22\n' "$2" >"$1/schema/dataset.yaml"
    for table in first second; do
        cat >"$1/schema/tables/$table.yaml" <<EOF
fields:
  - {name: id, type: integer}
  - {name: text, type: string}
  - {name: day, type: date}
primaryKey: [id]
EOF
        awk -v rows="$3" -v version="$2" 'BEGIN {
            print "id,text,day"
            for (i = 1; i <= rows; i++) printf "%d,row %d of %s,2026-11-%02d\n", i, i * 7919 % rows, version, i % 28 + 1
        }' >"$1/seeds/$table.csv"
    done
}

build() { "$binary" --quiet publish --project "$1" --out "$2" >/dev/null; }

milliseconds() {
    local start end
    start=$(date +%s%N)
    "$@"
    end=$(date +%s%N)
    echo $(((end - start) / 1000000))
}

# A build of some hundred milliseconds, so that there is something to hit.
rows=10000
duration=0
while [ "$duration" -lt 400 ] && [ "$rows" -lt 5000000 ]; do
    rows=$((rows * 2))
    rm -rf "$work/one" "$work/reference"
    project "$work/one" 0.1.0 "$rows"
    duration=$(milliseconds build "$work/one" "$work/reference")
done
cp -a "$work/reference" "$work/after_one"
project "$work/two" 0.2.0 "$rows"
build "$work/two" "$work/reference"
echo "2 x $rows rows, $duration ms a build, seed $seed"

fingerprint() {
    (cd "$1" && find . -mindepth 1 -printf '%m %y %P\n' | LC_ALL=C sort && find . -type f -print0 |
        LC_ALL=C sort -z | xargs -0r sha256sum)
}

fail() {
    echo "BROKEN: $1"
    ls -lA "$dist"
    exit 1
}

# Names the state that a kill left: what is there is whole, and nothing else is there.
state() { # OLD_VERSIONS NEW_VERSION
    local versions
    versions=$(cd "$dist" && find . -mindepth 1 -maxdepth 1 ! -name .lock ! -name '.staging-*' ! -name index.json \
        -printf '%P\n' | LC_ALL=C sort | tr '\n' ' ')
    case "$versions" in
    "$1") state=old ;;
    "$1$2 ") state=new ;;
    *) fail "unexpected: $versions" ;;
    esac
    local version
    for version in $versions; do
        "$binary" verify "$dist/$version" >/dev/null 2>&1 || fail "$version is not whole"
        diff -r "$dist/$version" "$work/reference/$version" >/dev/null || fail "$version is another"
    done
    local listed
    listed=$(python3 -c 'import json, os, sys
path = sys.argv[1] + "/index.json"
if os.path.exists(path):
    print(*sorted(release["version"] for release in json.load(open(path))["releases"]), "")' "$dist")
    # The index follows the release; until then it is the one of before. It never names what is not there.
    if [ "$listed" != "$versions" ]; then
        if [ "$state" = old ] || [ "${listed# }" != "$1" ]; then
            fail "the index lists: $listed"
        fi
        state="new, index not yet"
    fi
}

declare -A seen
round() { # PROJECT START_FOLDER OLD_VERSIONS NEW_VERSION KILLS SEED
    local delay pid exit_code fate
    fingerprint_of_done=$(mkdir -p "$work/done" && rm -rf "$work/done" && cp -a "$2" "$work/done" &&
        build "$1" "$work/done" && fingerprint "$work/done")
    for delay in $(python3 -c 'import random, sys
kills, seed, milliseconds = map(int, sys.argv[1:])
moments = random.Random(seed)
for kill in range(kills):
    # Every third near the end, where the release gets its name.
    moment = moments.uniform(0.8 if kill % 3 == 2 else 0, 1.3)
    print(f"{moment * milliseconds / 1000:.4f}")' "$5" "$6" "$duration"); do
        dist=$work/dist
        rm -rf "$dist"
        cp -a "$2" "$dist"
        "$binary" --quiet publish --project "$1" --out "$dist" >/dev/null 2>&1 &
        pid=$!
        sleep "$delay"
        exit_code=0
        kill -9 "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || exit_code=$?
        fate="killed"
        [ "$exit_code" = 137 ] || fate="had ended"
        [ "$exit_code" = 137 ] || [ "$exit_code" = 0 ] || fail "exit code $exit_code"
        state "$3" "$4"
        if [ -n "$(find "$dist" -maxdepth 1 -name '.staging-*')" ]; then
            fate="$fate with a stage"
        fi
        fate="$fate: $state"
        seen[$fate]=$((${seen[$fate]:-0} + 1))
        build "$1" "$dist" || fail "the next build fails"
        [ "$(fingerprint "$dist")" = "$fingerprint_of_done" ] || fail "the next build leaves something else"
    done
}

mkdir "$work/empty"
round "$work/one" "$work/empty" "" 0.1.0 $((count / 2)) "$seed"
round "$work/two" "$work/after_one" "0.1.0 " 0.2.0 $((count - count / 2)) $((seed + 1))
for fate in "${!seen[@]}"; do
    echo "${seen[$fate]} $fate"
done | LC_ALL=C sort -k2
case "${!seen[*]}" in
*": new"*) ;;
*) echo "no kill came after the publishing: nothing was proved about it"; exit 1 ;;
esac
[ -n "${seen["killed with a stage: old"]:-}" ] || { echo "no kill hit a build that was writing"; exit 1; }
echo "$count kills, and never a part of a release"
