#!/usr/bin/env bash
# conformance.sh BINARY: every standard that a release is said to meet, checked by the validators that others wrote.
# conformance.sh --install: only installs them.
#
#   bundled     the data set of this repository        empty   a project whose tables have no rows
#   starter     what `init` makes                      parts   every type, prices in parts of 2,048 rows
#   every-type  every type; an empty table             served  starter with `base_url`, so with DCAT-AP
#   words       starter with text from everywhere, as RO-Crate 1.2
#
# Copies of `served` are damaged, and the validators must notice. Two spec files come in no package: the shapes of DCAT-AP and
# the context of RO-Crate 1.2. They are looked for in SPECS (default: ../shared/specs); without them what needs them is skipped,
# and the table says so. Nothing else is ever skipped, and no validator reaches the network.
set -euo pipefail
binary=$(realpath -- "$1")
cd "$(dirname "$0")/.."
. tests/python.sh

# What mlcroissant, roc-validator, frictionless and cffconvert need does not fit into one environment.
locks=tests/conformance
environments=(packages crates learning citation)
install_all() {
    local environment waiting=()
    for environment in "${environments[@]}"; do
        install_python_packages "$locks/build.lock" "$locks/$environment.lock" &
        waiting+=($!)
        # Two at a time.
        [ "${#waiting[@]}" -lt 2 ] || { wait "${waiting[0]}"; waiting=("${waiting[@]:1}"); }
    done
    for environment in "${waiting[@]}"; do wait "$environment"; done
}
install_all
[ "$1" != --install ] || exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONDONTWRITEBYTECODE=1 LETTERPRESS=$binary SPECS=${SPECS:-$PWD/../shared/specs}
mkdir -p "$work"/{projects,releases,damaged,results}

# Adds a line under `letterpress:`.
add_key() { # PROJECT LINE
    sed -i "s|^letterpress:|&\n  $2|" "$1/schema/dataset.yaml"
    grep -qF "  $2" "$1/schema/dataset.yaml"
}

copy_project() { # FROM TO
    mkdir "$2"
    cp -r "$1/schema" "$1/seeds" "$2"
}

# More rows of prices than two parts have.
more_prices() {
    awk 'BEGIN { for (n = 1; n <= 5000; n++) printf "Nr. %04d;%02d.03.2010;14.03.2010 15:09;08.30;%d,50 €;12,5%%;%d;ja;%d|2\r\n", n, n % 28 + 1, n % 90, n, n }'
}

make_projects() {
    cd "$work/projects"
    copy_project "$OLDPWD" bundled
    copy_project "$OLDPWD/tests/every-type" every-type
    copy_project every-type parts
    add_key parts "part_rows: 2048"
    more_prices >>parts/seeds/prices.csv
    "$binary" --quiet init starter
    copy_project starter served
    add_key served "base_url: https://wye.example/data/"
    copy_project starter empty
    rm -r empty/seeds/*
    copy_project starter words
    add_key words 'ro_crate: "1.2"'
    sed -i 's|^title: .*|title: Überschwemmungen am Wye · 洪水 · наводнения · فيضانات 🌊|' words/schema/dataset.yaml
    sed -i 's|title: Gauge$|title: Pegel „Wye“ · 水位計|' words/schema/tables/*.yaml
    sed -i 's|label: Ice jam|label: Eisstoß · 流氷|' words/schema/vocabularies/*.yaml
    sed -i 's|Great Flood|Große Flut · 大洪水 · e\xCC\x81|' words/seeds/floods/*.yaml
    sed -i "s|Abbot's Ferry|Færgestedet · 渡し場|" words/seeds/gauges.csv
    local project
    for project in *; do
        "$binary" --quiet publish --project "$project"
        mv "$project"/dist/*.*.*/ "$work/releases/$project"
    done
    cd "$OLDPWD"
}

make_projects
python3 tests/conformance/damages.py "$work/releases/served" "$work/damaged"
offline python3 tests/conformance/run.py "$work" sums
for environment in "${environments[@]}"; do
    offline "$(venv_of "$locks/build.lock" "$locks/$environment.lock")/bin/python" \
        tests/conformance/run.py "$work" "$environment" 2>"$work/noise" || { cat "$work/noise"; exit 1; }
done
python3 tests/conformance/report.py "$work"
