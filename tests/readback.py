#!/usr/bin/env python3
"""readback.py RELEASE_DIR...: reads releases with readers that are not ours, and compares what they see.

A release lies in its project's folder `dist/`; the schema there says which columns are references. For each table:
  types     the Parquet's types are those of the manifest
  python, pyarrow, pandas, polars, duckdb
            each of them sees the same rows in CSV and Parquet, and polars and DuckDB find the types of CSV by themselves
  jsonld    every node parses alone; pyld makes RDF of the document without the network, and every reference is the
            address of the node it means
  digest    tests/content_digest.py agrees
Needs what tests/requirements.lock lists. Prints each problem and exits 1 if there is any.
"""
import csv
import datetime
import decimal
import itertools
import json
import math
import pathlib
import re
import subprocess
import sys

import duckdb
import pandas
import polars
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet
from pyld import jsonld
from ruamel.yaml import YAML

ARROW = {
    "text": pa.string(), "json": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(),
    "date": pa.date32(), "datetime": pa.timestamp("us", "UTC"), "local-datetime": pa.timestamp("us"),
}
POLARS = {
    "text": polars.String, "json": polars.String, "integer": polars.Int64, "number": polars.Float64,
    "decimal": polars.Float64, "boolean": polars.Boolean, "date": polars.Date, "datetime": polars.Datetime("us", "UTC"),
    "local-datetime": polars.Datetime("us"),
}
DUCKDB = {
    "text": "VARCHAR", "json": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "decimal": "DOUBLE",
    "boolean": "BOOLEAN", "date": "DATE", "datetime": "TIMESTAMP WITH TIME ZONE",
    "local-datetime": "TIMESTAMP",
}


class Table:
    """A table of a release: its columns, its files, and its rows as pyarrow reads them from the Parquet."""

    def __init__(self, release, record):
        self.name = record["name"]
        self.kinds = {column["name"]: column["type"].split("(")[0] for column in record["columns"]}
        paths = {name: [release / file["path"] for file in record["files"] if file["format"] == name]
                 for name in ("csv", "parquet", "jsonld")}
        self.csv, self.parquet, self.jsonld = paths["csv"], paths["parquet"], paths["jsonld"]
        self.arrow = pa.concat_tables(pyarrow.parquet.read_table(path) for path in self.parquet)
        self.rows, self.row_count = self.arrow.to_pylist(), record["rows"]


# --- values -----------------------------------------------------------------------------------------------------------

def text(value, kind):
    """A value as the text that CSV has for it."""
    if value is None or value is pandas.NA or value is pandas.NaT:
        return None
    if kind.startswith("list<"):
        return "; ".join(text(item, kind[5:-1]) for item in value)
    if kind == "boolean":
        return {True: "true", False: "false"}[value]
    if kind == "number":
        return repr(float(value) + 0.0)
    if kind == "decimal":
        return format(value, "f")
    if kind == "datetime":
        if value.tzinfo is None:  # A reader that found no zone took the time as it stands, which is UTC.
            value = value.replace(tzinfo=datetime.timezone.utc)
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if kind in ("date", "local-datetime") else str(value)


def is_same(found, expected, kind):
    """Whether what a reader made of a CSV cell is the value, as far as the type that the reader chose can hold it."""
    if found is None or found is pandas.NA or found is pandas.NaT:
        return expected is None
    if expected is None:
        return False
    if isinstance(found, str):
        return found == text(expected, kind)
    if kind in ("decimal", "integer") and isinstance(found, float):
        return math.isclose(found, float(expected), rel_tol=1e-15)
    if kind == "decimal":
        return decimal.Decimal(found) == expected
    return text(found, kind) == text(expected, kind)


def has_same_text(found, expected, kind):
    return text(found, kind) == text(expected, kind)


# --- the checks, each of which yields its problems --------------------------------------------------------------------

def check_parquet(table):
    if table.arrow.num_rows != table.row_count:
        yield f"{table.arrow.num_rows} rows, the manifest says {table.row_count}"
    if table.arrow.column_names != list(table.kinds):
        yield f"columns {table.arrow.column_names}"
    for field in table.arrow.schema:
        kind = table.kinds.get(field.name, "text")
        if kind == "decimal":
            is_right = pa.types.is_decimal128(field.type)
        elif kind.startswith("list<"):
            is_right = field.type == pa.list_(pa.field("element", ARROW[kind[5:-1]], nullable=False))
        else:
            is_right = field.type == ARROW[kind]
        if not is_right:
            yield f"column `{field.name}` is {field.type}, the manifest says {kind}"


def check_parquet_with_pandas(table):
    rows = pandas.concat([pandas.read_parquet(path, dtype_backend="pyarrow") for path in table.parquet])
    yield from differences("parquet", table, {name: rows[name].tolist() for name in rows}, has_same_text)


def check_parquet_with_polars(table):
    columns = polars.read_parquet(table.parquet).to_dict(as_series=False)
    yield from differences("parquet", table, columns, has_same_text)


def check_parquet_with_duckdb(table):
    columns = columns_of(duckdb_relation("read_parquet", table.parquet))
    yield from differences("parquet", table, columns, has_same_text)


def check_csv(table):
    rows = []
    for path in table.csv:
        if not path.read_bytes().startswith(b"\xef\xbb\xbf"):
            yield f"{path.name} has no byte order mark"
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *part = csv.reader(file)
        rows += part
        if header != list(table.kinds):
            yield f"header {header}"
            return
    columns = {name: [row[number] for row in rows] for number, name in enumerate(table.kinds)}
    yield from differences("csv", table, columns, lambda a, b, kind: a == (text(b, kind) or ""))


def check_csv_with_pyarrow(table):
    types = {name: pa.string() if is_text(kind) else table.arrow.schema.field(name).type
             for name, kind in table.kinds.items()}
    options = pyarrow.csv.ConvertOptions(column_types=types, null_values=[""], strings_can_be_null=True,
                                         quoted_strings_can_be_null=False)
    parse = pyarrow.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)
    parts = [pyarrow.csv.read_csv(path, convert_options=options, parse_options=parse) for path in table.csv]
    yield from differences("csv", table, pa.concat_tables(parts).to_pydict(), is_same)


def check_csv_with_pandas(table):
    # pandas types quoted digits as numbers and cannot tell null from empty text: names of text columns are given.
    texts = {name: "string[pyarrow]" for name, kind in table.kinds.items() if is_text(kind)}
    rows = pandas.concat([
        pandas.read_csv(path, dtype=texts, keep_default_na=False, na_values=[""], dtype_backend="pyarrow")
        for path in table.csv])
    yield from differences("csv", table, {name: rows[name].tolist() for name in rows}, is_same_or_blank)


def check_csv_with_polars(table):
    frame = polars.read_csv(table.csv, try_parse_dates=True, infer_schema_length=None)
    yield from differences("csv", table, frame.to_dict(as_series=False), is_same_or_blank)
    yield from wrong_types(table, frame.schema, POLARS)


def check_csv_with_duckdb(table):
    # `allow_quoted_nulls = false` keeps `""` an empty text. DuckDB takes a column of nothing but "yes" and "no" for
    # booleans, quotes or not, so such a column has its type given.
    words = ", ".join(f"'{name}': 'VARCHAR'" for name in table.kinds if is_yes_or_no(table, name))
    options = ", sample_size = -1, allow_quoted_nulls = false" + (f", types = {{{words}}}" if words else "")
    relation = duckdb_relation("read_csv", table.csv, options)
    yield from differences("csv", table, columns_of(relation), is_same)
    yield from wrong_types(table, dict(zip(relation.columns, map(str, relation.types))), DUCKDB)


def is_text(kind):
    return kind in ("text", "json") or kind.startswith("list<")


def is_yes_or_no(table, name):
    values = {row[name].lower() for row in table.rows if isinstance(row[name], str)}
    return values and values <= {"yes", "no", "true", "false", "y", "n", "t", "f", "0", "1"}


def is_time(values):
    return all(re.fullmatch("[0-9]{2}:[0-9]{2}:[0-9]{2}", str(value)) for value in values)


def is_same_or_blank(found, expected, kind):
    """Like is_same, for readers to which an empty text and no value are one."""
    def is_blank(value):
        return text(value, kind) in (None, "") if is_text(kind) else value is None

    is_found_blank = is_same(found, None, kind) or found == ""
    return is_same(found, expected, kind) or (is_found_blank and is_blank(expected))


def duckdb_relation(function, paths, options=""):
    files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    return duckdb.sql(f"select * from {function}([{files}]{options})")


def columns_of(relation):
    # By way of Arrow, because instants as Python objects need an extension of DuckDB.
    return relation.to_arrow_table().to_pydict()


def differences(file, table, columns, is_equal):
    if list(columns) != list(table.kinds):
        yield f"{file}: columns {list(columns)}"
        return
    for name, kind in table.kinds.items():
        if len(columns[name]) != len(table.rows):
            yield f"{file}: {len(columns[name])} rows, {len(table.rows)} expected"
            return
        for row, (found, expected) in enumerate(zip(columns[name], (row[name] for row in table.rows))):
            if not is_equal(found, expected, kind):
                yield f"{file}: `{name}`, row {row}: {found!r}, expected {expected!r}"
                break


def wrong_types(table, found, expected):
    """Types that a reader inferred otherwise; where a column has no values, there is nothing to infer from."""
    for name, kind in table.kinds.items():
        values = [row[name] for row in table.rows if row[name] is not None]
        right = expected["text" if is_text(kind) else kind]
        if kind == "decimal" and not any(value.as_tuple().exponent for value in values):
            right = expected["integer"]
        if is_text(kind) and is_time(values):  # Times of day are text in a release; readers may type them.
            continue
        if values and found[name] != right and not is_beyond(kind, values):
            yield f"csv: `{name}` is taken for {found[name]}, {right} expected"


def is_beyond(kind, values):
    """Whether a column has values that no reader's inference has a type for: whole numbers above 64 bits."""
    return kind == "decimal" and any(abs(value) >= 2**63 for value in values)


def check_jsonld(table, graphs, references):
    graph = graphs[table.name]
    yield from graph.problems
    if len(graph.nodes) != len(table.rows):
        yield f"{len(graph.nodes)} nodes, {len(table.rows)} expected"
        return
    for node, row in zip(graph.nodes, table.rows):
        for name in table.kinds:
            if (graph.key(name) in node) != (row[name] is not None):
                yield f"node {node.get('@id')}: `{name}` should be {'absent' if row[name] is None else 'there'}"
                return
    for columns, target, keys in references:
        yield from check_reference(table, graph, columns, target, graphs[target.name], keys)


def check_reference(table, graph, columns, target, target_graph, keys):
    """Every row that names rows of the target, one or in a list, has the addresses of their nodes among its objects."""
    addresses = {tuple(row[key] for key in keys): node.get("@id") for row, node in
                 zip(target.rows, target_graph.expanded)}
    for row, node in zip(table.rows, graph.expanded):
        key = tuple(row[column] for column in columns)
        if None in key:
            continue
        objects = node.get(graph.property(columns[0]), []) if len(columns) == 1 else sum(
            (value for name, value in node.items() if not name.startswith("@")), [])
        objects = [each for value in objects for each in value.get("@list", [value])]
        for key in [(item, ) for item in key[0]] if isinstance(key[0], list) else [key]:
            address = addresses.get(key)
            if address not in [value.get("@id") for value in objects] or not re.match(r"(https?|urn):", address or ""):
                yield f"node {node.get('@id')}: {columns} should refer to {address}"
                return
            if (address, ) not in graph.referred:
                yield f"node {node.get('@id')}: {columns} has no RDF triple"
                return


class Graph:
    """A JSON-LD document: its nodes as written, and expanded; the number of its quads; the addresses it refers to."""

    def __init__(self, paths):
        self.problems, self.nodes, self.expanded, self.referred = [], [], [], set()
        for path in paths:
            lines = path.read_text(encoding="utf-8").split("\n")
            if not lines[0].startswith('{"@context": ') or lines[1] != '"@graph": [' or lines[-2:] != ["]}", ""]:
                self.problems.append(f"{path.name} is not framed by its first two lines and its last")
            for number, line in enumerate(lines[2:-2], 3):
                try:
                    self.nodes.append(json.loads(line.removesuffix(",")))
                except ValueError as error:
                    self.problems.append(f"{path.name}, line {number}: {error}")
            document = json.loads(path.read_text(encoding="utf-8"))
            self.context = document["@context"]
            self.expanded += jsonld.expand(document)
            quads = jsonld.to_rdf(document)
            quads = [quad for graph in quads.values() for quad in graph]
            if len(document["@graph"]) > 0 and not quads:
                self.problems.append(f"{path.name} holds no RDF")
            self.referred |= {(quad["object"]["value"], ) for quad in quads if quad["object"]["type"] == "IRI"}

    @staticmethod
    def key(column):
        return re.sub("[%:/]|^@", lambda match: f"%{ord(match[0]):02X}", column)

    def property(self, column):
        node, = jsonld.expand({"@context": self.context, self.key(column): "a"})
        name, = node
        return name


def refuse_network(url, _options):
    raise RuntimeError(f"JSON-LD would be fetched: {url}")


jsonld.set_document_loader(refuse_network)


def references_of(project, tables):
    """For each table: the foreign keys to a primary key, as own columns, target and target's columns.

    A column in several foreign keys is a literal (docs/jsonld.md), so it is left out.
    """
    by_name = {table.name: table for table in tables}
    schemas = {path.stem: YAML(typ="safe").load(path) for path in sorted((project / "schema/tables").glob("*.yaml"))}
    references = {table.name: [] for table in tables}
    as_list = lambda value: [value] if isinstance(value, str) else value  # noqa: E731
    for name, schema in schemas.items():
        keys = schema.get("foreignKeys", [])
        for key in keys:
            columns, target = as_list(key["fields"]), key["reference"].get("resource") or name
            others = as_list(key["reference"]["fields"])
            alone = [other for other in keys if as_list(other["fields"]) == columns] == [key]
            if alone and others == as_list(schemas[target].get("primaryKey", [])):
                references[name].append((columns, by_name[target], others))
    return references


CHECKS = {
    "types": check_parquet,
    "python": check_csv,
    "pyarrow": check_csv_with_pyarrow,
    "pandas": lambda table: itertools.chain(check_parquet_with_pandas(table), check_csv_with_pandas(table)),
    "polars": lambda table: itertools.chain(check_parquet_with_polars(table), check_csv_with_polars(table)),
    "duckdb": lambda table: itertools.chain(check_parquet_with_duckdb(table), check_csv_with_duckdb(table)),
}


def check_release(release, project):
    """Every problem of a release, as table, check and message."""
    manifest = json.loads((release / "manifest.json").read_bytes())
    problems = []

    def run(name, check, function, *arguments):
        try:
            problems.extend((name, check, problem) for problem in function(*arguments))
        except Exception as error:  # A reader that gives up is a finding like any other.
            problems.append((name, check, f"{type(error).__name__}: {error}"))

    tables = [Table(release, record) for record in manifest["tables"]]
    graphs = {}
    for table in tables:
        run(table.name, "jsonld", lambda table: graphs.update({table.name: Graph(table.jsonld)}) or (), table)
    references = references_of(project, tables)
    for table in tables:
        for check, function in CHECKS.items():
            run(table.name, check, function, table)
        if graphs.keys() >= {target.name for _, target, _ in references[table.name]} | {table.name}:
            run(table.name, "jsonld", check_jsonld, table, graphs, references[table.name])
    script = pathlib.Path(__file__).with_name("content_digest.py")
    digest = subprocess.run([sys.executable, script, release], capture_output=True, text=True)
    problems += [(line, "digest", "") for line in digest.stdout.splitlines() if "DIFFERS" in line or "absent" in line]
    if digest.returncode and not digest.stdout:
        problems.append(("", "digest", digest.stderr))
    summary = f"{len(tables)} tables, {sum(len(table.rows) for table in tables)} rows, " \
              f"{sum(map(len, references.values()))} foreign keys"
    return summary, problems


def main(releases):
    exit_code = 0
    for release in releases:
        summary, problems = check_release(release, release.resolve().parent.parent)
        for table, check, problem in problems:
            print(f"{release}: {check}: {table}: {problem}")
        print(f"{release}: {len(problems)} problems in {summary}")
        exit_code |= bool(problems)
    return exit_code


if __name__ == "__main__":
    sys.exit(main([pathlib.Path(argument) for argument in sys.argv[1:]] or sys.exit(__doc__)))
