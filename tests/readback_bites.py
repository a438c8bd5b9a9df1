#!/usr/bin/env python3
"""readback_bites.py RELEASE_DIR: proves that readback.py notices damage, on copies of the release of tests/every-type.

Each damage leaves files that any reader opens without complaint; what it must lead to stands beside it.
"""
import pathlib
import shutil
import sys
import tempfile

import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet

import readback

DAMAGES = []


def damage(file, *expected):
    """Registers a change to `data/…/file`, and the beginnings of the problems that it must lead to."""
    return lambda change: DAMAGES.append((change.__name__.replace("_", " "), file, change, expected)) or change


def replace(path, old, new):
    before = path.read_bytes()
    assert before.count(old.encode()) == 1, f"{path.name} holds {old!r} {before.count(old.encode())} times"
    path.write_bytes(before.replace(old.encode(), new.encode()))


def rewrite(path, change):
    pyarrow.parquet.write_table(change(pyarrow.parquet.read_table(path)), path)


EVERY_READER = ["python: csv", "pyarrow: csv", "pandas: csv", "polars: csv", "duckdb: csv"]


@damage("csv/works.csv", *EVERY_READER, "digest: works: csv DIFFERS")
def a_text_changed_in_the_csv(path):
    replace(path, "没有版本", "没有版夲")


@damage("csv/numbers.csv", *EVERY_READER, "digest: numbers: csv DIFFERS")
def a_number_changed_in_its_last_digit_in_the_csv(path):
    replace(path, "9999999999999998.0", "9999999999999996.0")


@damage("csv/readings.csv", *EVERY_READER)
def a_date_one_day_off_in_the_csv(path):
    replace(path, ",1969-12-31,", ",1970-01-01,")


@damage("csv/texts.csv", "pyarrow: csv", "duckdb: csv", "digest: texts: csv DIFFERS")
def an_empty_text_lost_in_the_csv(path):
    replace(path, '"empty","",', '"empty",,')


@damage("csv/copies.csv", *EVERY_READER)
def a_row_lost_in_the_csv(path):
    replace(path, '"wrk-2","only",1,"B 7"\r\n', "")


@damage("csv/editions.csv", "pyarrow: ", *EVERY_READER[3:])
def a_number_that_reads_as_text_in_the_csv(path):
    replace(path, ",1795\r\n", ",MDCCXCV\r\n")


@damage("csv/terms.csv", "python: terms.csv has no byte order mark")
def a_csv_without_its_mark(path):
    replace(path, "\ufeff", "")


@damage("parquet/works.parquet", *EVERY_READER, "digest: works: csv agrees, parquet DIFFERS")
def a_text_changed_in_the_parquet(path):
    rewrite(path, lambda table: table.set_column(
        1, table.schema.field(1), pa.compute.replace_substring(table["title"], "Floods", "Flood")))


@damage("parquet/readings.parquet", "types: column `level` is float")
def a_narrower_type_in_the_parquet(path):
    rewrite(path, lambda table: table.set_column(4, "level", table["level"].cast(pa.float32())))


@damage("parquet/copies.parquet", "types: 2 rows")
def a_row_lost_in_the_parquet(path):
    rewrite(path, lambda table: table.slice(1))


@damage("jsonld/works.jsonld", "digest: works: csv agrees, parquet agrees, jsonld DIFFERS")
def a_text_changed_in_the_json_ld(path):
    replace(path, "没有版本", "没有版夲")


@damage("jsonld/uses.jsonld", "jsonld: node")
def a_reference_changed_in_the_json_ld(path):
    node = next(line for line in path.read_text(encoding="utf-8").splitlines() if '"plc-wye"' in line)
    replace(path, node, node.replace('"place_id":{"@id":"', '"place_id":{"@id":"urn:uuid:0'))


@damage("jsonld/copies.jsonld", "jsonld: node")
def a_reference_of_two_columns_lost_in_the_json_ld(path):
    node = next(line for line in path.read_text(encoding="utf-8").splitlines() if '"B 7"' in line)
    replace(path, node, node.partition(',"editions_ref"')[0] + "}")


@damage("jsonld/values.jsonld", "jsonld: node")
def a_null_filled_in_the_json_ld(path):
    replace(path, '"value_id":"val-5"', '"value_id":"val-5","string":""')


@damage("jsonld/diary.jsonld", "jsonld: diary.jsonld, line")
def a_node_on_two_lines_in_the_json_ld(path):
    replace(path, ',"diary":"sun', ',\n"diary":"sun')


@damage("jsonld/works.jsonld", "jsonld: JsonLdError")
def a_context_that_must_be_fetched(path):
    lines = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join(['{"@context": "https://example.org/context",', *lines[1:]]), encoding="utf-8")


def main(release):
    failures = 0
    for name, file, change, expected in DAMAGES:
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / release.name
            shutil.copytree(release, copy)
            change(copy / "data" / file)
            _, problems = readback.check_release(copy, release.resolve().parent.parent)
        found = [f"{check}: {table if check == 'digest' else problem}" for table, check, problem in problems]
        unseen = [start for start in expected if not any(line.startswith(start) for line in found)]
        failures += bool(unseen)
        print(f"{'NOT NOTICED' if unseen else 'noticed'}: {name}")
        if unseen:
            print(f"  expected {unseen}, found {found}")
    print(f"{len(DAMAGES) - failures} of {len(DAMAGES)} damages noticed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
