"""Whether two folders hold the same tables: `same.py OURS THEIRS TABLE…` compares their Parquet files, value by value."""
import sys
from pathlib import Path

import duckdb

ours, theirs = map(Path, sys.argv[1:3])


def rows(folder, table):
    """A query for the rows of a table, whole or in parts."""
    files = sorted(str(path) for name in (f"{table}.parquet", f"{table}-*.parquet") for path in folder.rglob(name))
    return f"SELECT * FROM read_parquet({files})"


connection = duckdb.connect()
connection.execute("SET TimeZone = 'UTC'")


def count(query):
    return connection.execute(f"SELECT count(*) FROM ({query})").fetchone()[0]


def columns(query):
    return [tuple(column[:2]) for column in connection.execute(f"DESCRIBE {query}").fetchall()]


for table in sys.argv[3:]:
    one, other = rows(ours, table), rows(theirs, table)
    if columns(one) != columns(other):
        sys.exit(f"{table} has other columns: {columns(one)}, {columns(other)}")
    more, fewer = count(f"({one}) EXCEPT ALL ({other})"), count(f"({other}) EXCEPT ALL ({one})")
    if more or fewer:
        sys.exit(f"{table} differs: {more} rows are only ours, {fewer} only theirs")
    print(f"{table}: the same {count(one):,} rows")
