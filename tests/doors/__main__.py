#!/usr/bin/env python3
"""doors LETTERPRESS [--tables N] [--seed N]: random tables, by writers that are not ours, publish the same through every door.

A project has a hundred tables, and is written seven times: YAML, JSON, NDJSON, CSV, Parquet by pyarrow, polars, DuckDB.
  three of four   each door publishes the digests that are computed here from the values by docs/content-digest.md, and so
                  do the CSV, the Parquet and the JSON-LD that were published, when they are read
  the fourth      mistakes are planted, and `check` tells these and no other, each at its place in every door that can
                  write it
Exits 1 if anything differs, with the smallest table that shows it. Needs what tests/requirements.lock lists.
"""
import argparse
import collections
import concurrent.futures
import functools
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parent.parent)]
import content_digest  # noqa: E402
from tables import draw_table  # noqa: E402
from writers import DOORS, write_table  # noqa: E402

READERS = {"csv": content_digest.read_csv, "parquet": content_digest.read_parquet, "jsonld": content_digest.read_jsonld}
DATASET = {"name": "doors", "title": "Doors", "version": "1.0.0", "created": "2026-11-29", "licenses": [{"name": "CC0-1.0"}],
           "contributors": [{"title": "Doors", "roles": ["creator"]}]}


def write_project(tables, door, folder):
    """Writes a project, and returns what must be found in it."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "schema/tables").mkdir(parents=True)
    (folder / "seeds").mkdir()
    (folder / "schema/dataset.yaml").write_text(json.dumps(DATASET))
    expected = set()
    for table in tables:
        (folder / f"schema/tables/{table.name}.yaml").write_text(json.dumps(table.schema(), ensure_ascii=False))
        expected |= write_table(table, door, folder / "seeds")
    return expected


def run(letterpress, verb, folder, *options):
    command = [letterpress, verb, "--project", folder, "--quiet", "--jobs", "1", "--message-format", "json", *options]
    done = subprocess.run(command, capture_output=True, text=True)
    problems = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    is_told = lambda problem: problem["severity"] == "error" or problem["code"] == "time-without-zone"
    return done, list(filter(is_told, problems))


def table_of(file):
    return re.split("[/.]", file.removeprefix("seeds/").removeprefix("schema/tables/"))[0]


def summary(problem):
    where = problem["line"] or problem["row"] or ""
    return f"{problem['file']}:{where}: {problem['code']}: {problem['message'][:200]}"


# --- good tables ------------------------------------------------------------------------------------------------------

def digest(table):
    """The content digest of the values that were drawn."""
    columns = table.columns()
    rows = (zip(row, columns) for row in table.rows())
    lines = (",".join(content_digest.canonical(value, column["type"]) for value, column in row) for row in rows)
    return content_digest.digest(lines, columns)


def compare_builds(letterpress, tables, folder, doors=DOORS):
    """Yields (table, door, what differs) for each table that a door does not publish as it was drawn."""
    expected = {table.name: digest(table) for table in tables}
    seen = {}
    for door in doors:
        left = tables
        for _ in range(3):  # What is refused is taken out, so that the others are compared.
            write_project(left, door, folder / door)
            done, errors = run(letterpress, "publish", folder / door)
            if done.returncode == 0:
                break
            refused = collections.defaultdict(list)
            for problem in errors:
                refused[table_of(problem["file"])].append(summary(problem))
            yield from ((name, door, "; ".join(problems[:3])) for name, problems in refused.items())
            left = [each for each in left if each.name not in refused]
            if not refused:
                yield tables[0].name, door, f"exit {done.returncode}: {done.stderr[-300:]}"
            if not refused or not left:
                break
        if done.returncode == 0 and left:
            yield from compare_release(folder / door / "dist/1.0.0", door, left, expected, seen)


def compare_release(release, door, tables, expected, seen):
    columns = {table.name: table.columns() for table in tables}
    for record in json.loads((release / "manifest.json").read_bytes())["tables"]:
        name = record["name"]
        if [{"name": column["name"], "type": column["type"]} for column in record["columns"]] != columns[name]:
            yield name, door, f"columns are {record['columns']}"
        if record["content_digest"] != expected[name]:
            yield name, door, "another content digest than that of the values"
            continue
        for form, read in READERS.items():
            parts = [release / file["path"] for file in record["files"] if file["format"] == form]
            # All doors publish the same bytes, so they are mostly read once.
            of_bytes = name, form, *(hashlib.sha256(part.read_bytes()).digest() for part in parts)
            if of_bytes not in seen:
                try:
                    rows = (row for part in parts for row in read(part, columns[name]))
                    seen[of_bytes] = content_digest.digest(rows, columns[name])
                except Exception as error:  # A reader that gives up is a finding like any other.
                    seen[of_bytes] = repr(error)
            if seen[of_bytes] != expected[name]:
                yield name, door, f"{form} says {seen[of_bytes]}"


# --- tables with mistakes ---------------------------------------------------------------------------------------------

def compare_checks(letterpress, tables, folder, doors=DOORS):
    """Yields (table, door, what differs) for mistakes that are not found where they were planted, or found elsewhere."""
    names = {field.name for table in tables for field in table.fields}
    for door in doors:
        expected = write_project(tables, door, folder / door)
        done, errors = run(letterpress, "check", folder / door)
        refused = {table_of(problem["file"]) for problem in errors if problem["file"].startswith("schema/")}
        if refused:  # Seeds were not read.
            yield from ((table_of(problem["file"]), door, summary(problem)) for problem in errors)
            expected = write_project([table for table in tables if table.name not in refused], door, folder / door)
            done, errors = run(letterpress, "check", folder / door)
        found = {}
        for problem in errors:
            words = [word.split(".")[-1] for word in re.findall("`([^`]*)`", problem["message"])]
            field = next((word for word in words if word in names), None)
            found[problem["code"], problem["file"], problem["line"] or problem["row"], field] = summary(problem)
        # The message about a key that is given twice names the key.
        nameless = {(*key[:3], None): key for key in expected if key[0] == "repeated-key"}
        found = {nameless.get(key, key): text for key, text in found.items()}
        if done.returncode not in (0, 1):
            yield tables[0].name, door, f"exit {done.returncode}: {done.stderr[-300:]}"
        differences = collections.defaultdict(list)
        for key in sorted(expected - found.keys(), key=str):
            differences[table_of(key[1])].append(f"not found: {' '.join(map(str, key))}")
        for key in sorted(found.keys() - expected, key=str):
            differences[table_of(key[1])].append(f"found: {found[key]}")
        yield from ((name, door, "; ".join(found[:4])) for name, found in differences.items())


# --- the smallest table -----------------------------------------------------------------------------------------------

def shrink(compare, letterpress, table, door, folder):
    """The table without the rows and fields that the failure does not need."""
    fails = lambda smaller: any(compare(letterpress, [smaller], folder, [door]))
    if not fails(table):
        return table
    step = max(sum(table.files) // 2, 1)
    while step:
        start = 0
        while start < sum(table.files):
            smaller = table.without(rows=set(range(start, min(start + step, sum(table.files)))))
            if fails(smaller):
                table = smaller
            else:
                start += step
        step //= 2
    for field in list(table.fields[1:]):
        smaller = table.without(name=field.name)
        if fails(smaller):
            table = smaller
    fails(table)
    return table


def show(table, folder):
    for field in table.fields:
        values = f"{[cell.value for cell in field.cells][:5]}"
        print(f"    {field.name} {json.dumps(field.keys, ensure_ascii=False)[:200]}: {values[:300]}")
    print(*(f"    {mistake}" for mistake in table.planted.items()), f"    kept in {folder}", sep="\n")


def do_project(letterpress, seed, number, size):
    tables = [draw_table(seed, each, number % 4 == 3) for each in range(number * size, (number + 1) * size)]
    compare = compare_checks if number % 4 == 3 else compare_builds
    with tempfile.TemporaryDirectory() as folder:
        found = list(compare(letterpress, tables, pathlib.Path(folder)))
    rows = sum(sum(table.files) for table in tables)
    return number, rows, found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("letterpress", type=pathlib.Path)
    parser.add_argument("--tables", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=20261129)
    parser.add_argument("--first", type=int, default=0, help="number of the first project")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--shown", type=int, default=3, help="failures that are made smaller")
    arguments = parser.parse_args()
    letterpress, start = arguments.letterpress.resolve(), time.monotonic()
    size = min(100, arguments.tables)
    numbers = range(arguments.first, arguments.first + -(-arguments.tables // size))
    failures, rows = [], 0
    with concurrent.futures.ProcessPoolExecutor(arguments.jobs) as pool:
        do = functools.partial(do_project, letterpress, arguments.seed, size=size)
        for number, count, found in pool.map(do, numbers):
            rows += count
            for name, door, what in found:
                failures.append((number, name, door))
                print(f"seed {arguments.seed}, table {name}, {door}: {what}", flush=True)
    for number, name, door in failures[:arguments.shown]:
        kept = pathlib.Path(tempfile.mkdtemp(prefix=f"doors-{name}-{door}-"))
        table = draw_table(arguments.seed, int(name[1:]), number % 4 == 3)
        table = shrink(compare_checks if number % 4 == 3 else compare_builds, letterpress, table, door, kept)
        print(f"smallest form of table {name}, {door}:")
        show(table, kept)
    print(f"seed {arguments.seed}: {len(numbers) * size} tables, {rows} rows, {len(DOORS)} doors: "
          f"{len(failures)} differences in {time.monotonic() - start:.0f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
