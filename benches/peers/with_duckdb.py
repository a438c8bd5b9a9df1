"""DuckDB does the contract: typed reading with rejects counted, rules as queries, one sort, three formats, sums."""
import argparse
from pathlib import Path

import duckdb

from contract import conclude, load
from sums import sums

TYPES = {"text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "date": "DATE", "instant": "TIMESTAMPTZ"}
INSTANT = "%Y-%m-%dT%H:%M:%SZ"


def quoted(text):
    return "'" + str(text).replace("'", "''") + "'"


def connect(arguments):
    scratch = arguments.scratch
    config = {"threads": str(arguments.threads), "temp_directory": str(scratch / "spill")}
    database = ":memory:"
    if arguments.memory:
        config["memory_limit"] = arguments.memory
        # Tables in memory count against the limit and cannot be spilt as well as those of a file.
        database = str(scratch / "contract.db")
    connection = duckdb.connect(database, config=config)
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def read(connection, table, arguments, problems):
    """Makes the table from its seeds, in key order unless only the rules matter."""
    name, fields = table["name"], table["fields"]
    path = quoted(arguments.seeds / f"{name}.{arguments.format}")
    is_csv = arguments.format == "csv"
    types = TYPES | {"list": "VARCHAR" if is_csv else "VARCHAR[]"}
    shown = ["*"]
    columns = "{" + ", ".join(f"{quoted(f['name'])}: {quoted(types[f['kind']])}" for f in fields) + "}"
    if is_csv:
        source = (
            f"read_csv({path}, columns = {columns}, header = true, auto_detect = false, delim = ',', quote = '\"', "
            "escape = '\"', new_line = '\\n', nullstr = '', max_line_size = 4000000, store_rejects = true, "
            f"rejects_table = 'rejects_{name}', rejects_scan = 'scan_{name}', rejects_limit = 0)"
        )
        shown = [f"string_split({f['name']}, ';') AS {f['name']}" if f["kind"] == "list" else f["name"] for f in fields]
    elif arguments.format == "ndjson":
        source = f"read_json({path}, format = 'newline_delimited', columns = {columns})"
    else:
        source = f"read_parquet({path})"
    order = "" if arguments.check else f"ORDER BY {', '.join(table['key'])}"
    connection.execute(f"CREATE TABLE {name} AS SELECT {', '.join(shown)} FROM {source} {order}")
    if is_csv:
        problems[f"{name}.type"] = connection.execute(f"SELECT count(*) FROM rejects_{name}").fetchone()[0]


def conditions(field):
    """What is wrong with a cell of the field, by rule."""
    name = field["name"]
    if field["required"]:
        yield "required", f"{name} IS NULL"
    if field["pattern"]:
        yield "pattern", f"NOT regexp_matches({name}, {quoted(field['pattern'])})"
    if field["enum"]:
        yield "enum", f"{name} NOT IN ({', '.join(map(quoted, field['enum']))})"
    if field["minimum"] is not None:
        yield "minimum", f"{name} < {field['minimum']}"
    if field["maximum"] is not None:
        yield "maximum", f"{name} > {field['maximum']}"


def check(connection, table, problems):
    name, key = table["name"], ", ".join(table["key"])
    rules = [(f"{name}.{f['name']}.{rule}", wrong) for f in table["fields"] for rule, wrong in conditions(f)]
    counts = ", ".join(f"count(*) FILTER ({wrong})" for _, wrong in rules)
    found = connection.execute(f"SELECT {counts} FROM {name}").fetchone()
    problems |= dict(zip([rule for rule, _ in rules], found))
    repeated = f"SELECT count(*) AS n FROM {name} GROUP BY {key} HAVING count(*) > 1"
    problems[f"{name}.unique"] = connection.execute(
        f"SELECT coalesce(sum(n - 1), 0)::BIGINT FROM ({repeated})"
    ).fetchone()[0]
    for reference in table["references"]:
        field, other = reference["field"], f"SELECT 1 FROM {reference['table']} b WHERE b.{reference['key']} = a.{reference['field']}"
        dangling = f"SELECT count(*) FROM {name} a WHERE a.{field} IS NOT NULL AND NOT EXISTS ({other})"
        problems[f"{name}.{field}.reference"] = connection.execute(dangling).fetchone()[0]


def write(connection, table, base, out):
    name, fields = table["name"], table["fields"]
    instants = {f["name"]: f"strftime({f['name']}, '{INSTANT}') AS {f['name']}" for f in fields if f["kind"] == "instant"}
    flat = instants | {f["name"]: f"array_to_string({f['name']}, ';') AS {f['name']}" for f in fields if f["kind"] == "list"}
    cells = ", ".join(flat.get(f["name"], f["name"]) for f in fields)
    connection.execute(f"COPY (SELECT {cells} FROM {name}) TO {quoted(out / f'{name}.csv')} (FORMAT csv, HEADER)")
    connection.execute(
        f"COPY {name} TO {quoted(out / f'{name}.parquet')} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 3)"
    )
    path = " || '/' || ".join(table["key"])
    cells = ", ".join(instants.get(f["name"], f["name"]) for f in fields)
    node = f"{quoted(f'{base}{name}/')} || {path} AS \"@id\", {quoted(name)} AS \"@type\", {cells}"
    connection.execute(f"COPY (SELECT {node} FROM {name}) TO {quoted(out / f'{name}.jsonld')} (FORMAT json)")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("contract", type=Path)
    parser.add_argument("seeds", type=Path)
    parser.add_argument("out", type=Path, help="folder for the files; it must be new")
    parser.add_argument("scratch", type=Path, help="folder for what is spilt; it must be new")
    parser.add_argument("--format", choices=["csv", "ndjson", "parquet"], default="csv")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", help="limit, as 2GiB")
    parser.add_argument("--check", action="store_true", help="rules only, no sort, no files")
    arguments = parser.parse_args()
    arguments.out.mkdir()
    arguments.scratch.mkdir()
    contract = load(arguments.contract)
    connection = connect(arguments)
    problems = {}
    for table in contract["tables"]:
        read(connection, table, arguments, problems)
    for table in contract["tables"]:
        check(connection, table, problems)
    conclude(problems)
    if arguments.check:
        return
    for table in contract["tables"]:
        write(connection, table, contract["base"], arguments.out)
    (arguments.out / "SHA256SUMS").write_text(sums(arguments.out, arguments.threads))


main()
