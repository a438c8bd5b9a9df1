#!/usr/bin/env python3
"""report.py WORK: judges what the validators said (`run.py`) and prints both tables. Exits 1 if anything is not as it must be.

Each validator passes every release, and fails every damage that it must notice. A document may be absent only where the
project does not say what it needs.
"""
import json
import pathlib
import sys
from collections import Counter

# DCAT-AP needs addresses, so only a project with `base_url` has an entry.
ABSENT = {("pyshacl, DCAT-AP", release) for release in ("bundled", "starter", "every-type", "words", "empty", "parts")}
ORDER = ("bundled", "starter", "every-type", "words", "empty", "parts", "served")


def print_table(rows):
    widths = [max(len(cell) for cell in column) for column in zip(*rows)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def is_wrong(result):
    if result["verdict"] == "skip":
        return False
    if result["kind"] == "damage":
        return result["verdict"] != "fail"
    is_allowed = result["verdict"] == "absent" and (result["validator"], result["release"]) in ABSENT
    return result["verdict"] != "pass" and not is_allowed


def releases_table(versions, results):
    said = {(result["validator"], result["release"]): result for result in results if result["kind"] == "release"}
    marks = {"pass": "pass", "fail": "FAIL", "skip": "skip", "absent": "-"}
    yield ("validator", "version", *ORDER)
    for validator, version in versions.items():
        cells = []
        for release in ORDER:
            result = said[validator, release]
            is_noted = result["verdict"] == "pass" and result["problems"]
            cells.append(marks[result["verdict"]] + ("*" if is_noted else ""))
        yield (validator, version, *cells)


def damages_table(results):
    damages = sorted({result["release"] for result in results if result["kind"] == "damage"})
    yield ("damage", "noticed by")
    for damage in damages:
        of_damage = [result for result in results if (result["kind"], result["release"]) == ("damage", damage)]
        noticed = [result["validator"] for result in of_damage if result["verdict"] == "fail"]
        missed = [result["validator"] for result in of_damage if result["verdict"] in ("pass", "absent")]
        yield (damage.replace("-", " "), ", ".join(noticed) + (f"; NOT BY {', '.join(missed)}" if missed else ""))


def main(work):
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((work / "results").glob("*.json"))]
    versions = {name: version for document in documents for name, version in document["versions"].items()}
    results = [result for document in documents for result in document["results"]]
    print_table(list(releases_table(versions, results)))
    remarks = Counter()
    for result in results:
        if result["kind"] == "release" and result["verdict"] == "pass":
            remarks.update((result["validator"], problem, result["release"]) for problem in result["problems"])
    for validator, remark in sorted({(validator, remark) for validator, remark, _ in remarks}):
        where = [release for release in ORDER if (validator, remark, release) in remarks]
        print(f"* {validator}: {remark}: {', '.join(where)}")
    for validator, reason in sorted({(r["validator"], r["problems"][0]) for r in results if r["verdict"] == "skip"}):
        print(f"SKIPPED {validator}: {reason}")
    print()
    print_table(list(damages_table(results)))
    bitten = {result["validator"] for result in results if result["kind"] == "damage" and result["verdict"] == "fail"}
    skipped = {result["validator"] for result in results if result["verdict"] == "skip"}
    toothless = sorted(set(versions) - bitten - skipped)
    wrong = [result for result in results if is_wrong(result)]
    for result in wrong:
        print(f"\n{result['validator']}, {result['kind']} {result['release']}: {result['verdict']}")
        print("\n".join(f"    {problem}" for problem in result["problems"]))
    if toothless:
        print(f"\nno damage makes these fail: {', '.join(toothless)}")
    counts = Counter(result["kind"] for result in results)
    print(f"\n{len(versions)} validators, {counts['release']} looks at releases, {counts['damage']} at damaged ones: "
          + (f"{len(wrong)} are not as they must be" if wrong or toothless else "all as they must be"))
    return 1 if wrong or toothless else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
