"""Writes the seeds of the contract, which are CSV, as Parquet with DuckDB: typed columns, Zstandard."""
import sys
from pathlib import Path

import duckdb

from contract import load

TYPES = {"text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "date": "DATE", "instant": "TIMESTAMPTZ"}


def quoted(text):
    return "'" + str(text).replace("'", "''") + "'"


def main(contract, seeds):
    connection = duckdb.connect(config={"preserve_insertion_order": "true"})
    connection.execute("SET TimeZone = 'UTC'")
    for table in load(contract)["tables"]:
        fields = table["fields"]
        types = ", ".join(f"{quoted(f['name'])}: {quoted((TYPES | {'list': 'VARCHAR'})[f['kind']])}" for f in fields)
        cells = [f"string_split({f['name']}, ';') AS {f['name']}" if f["kind"] == "list" else f["name"] for f in fields]
        csv = seeds / f"{table['name']}.csv"
        rows = f"read_csv({quoted(csv)}, columns = {{{types}}}, header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', max_line_size = 4000000)"
        target = quoted(csv.with_suffix(".parquet"))
        connection.execute(f"COPY (SELECT {', '.join(cells)} FROM {rows}) TO {target} (FORMAT parquet, COMPRESSION zstd)")
        csv.unlink()


main(Path(sys.argv[1]), Path(sys.argv[2]))
