"""Polars does the contract with its streaming engine: typed reading, rules as expressions, one sort, sinks, sums."""
import argparse
import os
from pathlib import Path

from contract import conclude, load
from sums import sums

INSTANT = "%Y-%m-%dT%H:%M:%SZ"
ENGINE = "streaming"


def read(pl, table, arguments):
    """The table with its types, in key order unless only the rules matter; the first ill-typed cell ends the program."""
    path = arguments.seeds / f"{table['name']}.{arguments.format}"
    if arguments.format == "parquet":
        frame = pl.scan_parquet(path)
        return (frame if arguments.check else frame.sort(table["key"])).collect(engine=ENGINE)
    is_csv = arguments.format == "csv"
    types = {"text": pl.String, "integer": pl.Int64, "number": pl.Float64, "instant": pl.String}
    types |= {"date": pl.Date if is_csv else pl.String, "list": pl.String if is_csv else pl.List(pl.String)}
    schema = {field["name"]: types[field["kind"]] for field in table["fields"]}
    frame = pl.scan_csv(path, schema=schema) if is_csv else pl.scan_ndjson(path, schema=schema)
    if is_csv:
        frame = frame.with_columns(pl.col(name).str.split(";") for name in named(table, "list"))
    else:
        frame = frame.with_columns(pl.col(name).str.to_date("%Y-%m-%d") for name in named(table, "date"))
    frame = frame.with_columns(pl.col(name).str.to_datetime(INSTANT) for name in named(table, "instant"))
    return (frame if arguments.check else frame.sort(table["key"])).collect(engine=ENGINE)


def named(table, kind):
    return [field["name"] for field in table["fields"] if field["kind"] == kind]


def conditions(pl, field):
    """What is wrong with a cell of the field, by rule."""
    column = pl.col(field["name"])
    if field["required"]:
        yield "required", column.is_null()
    if field["pattern"]:
        yield "pattern", ~column.str.contains(field["pattern"])
    if field["enum"]:
        yield "enum", ~column.is_in(field["enum"])
    if field["minimum"] is not None:
        yield "minimum", column < field["minimum"]
    if field["maximum"] is not None:
        yield "maximum", column > field["maximum"]


def check(pl, table, frames, problems):
    name, key = table["name"], table["key"]
    frame = frames[name].lazy()
    rules = [
        wrong.sum().alias(f"{name}.{field['name']}.{rule}")
        for field in table["fields"]
        for rule, wrong in conditions(pl, field)
    ]
    problems |= frame.select(rules).collect(engine=ENGINE).row(0, named=True)
    repeated = frame.select(key).group_by(key).len().select((pl.col("len") - 1).sum())
    problems[f"{name}.unique"] = repeated.collect(engine=ENGINE).item()
    for reference in table["references"]:
        field, other = reference["field"], frames[reference["table"]].lazy().select(reference["key"])
        given = frame.filter(pl.col(field).is_not_null()).select(field)
        dangling = given.join(other, left_on=field, right_on=reference["key"], how="anti").select(pl.len())
        problems[f"{name}.{field}.reference"] = dangling.collect(engine=ENGINE).item()


def write(pl, table, frame, base, out):
    name = table["name"]
    instants = [pl.col(column).dt.strftime(INSTANT) for column in named(table, "instant")]
    lists = [pl.col(column).list.join(";") for column in named(table, "list")]
    frame.lazy().with_columns(instants + lists).sink_csv(out / f"{name}.csv", engine=ENGINE)
    frame.lazy().sink_parquet(out / f"{name}.parquet", compression="zstd", compression_level=3, engine=ENGINE)
    path = pl.concat_str([pl.lit(f"{base}{name}/"), pl.concat_str(table["key"], separator="/")])
    node = [path.alias("@id"), pl.lit(name).alias("@type"), pl.all()]
    frame.lazy().with_columns(instants).select(node).sink_ndjson(out / f"{name}.jsonld", engine=ENGINE)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("contract", type=Path)
    parser.add_argument("seeds", type=Path)
    parser.add_argument("out", type=Path, help="folder for the files; it must be new")
    parser.add_argument("--format", choices=["csv", "ndjson", "parquet"], default="csv")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--check", action="store_true", help="rules only, no sort, no files")
    arguments = parser.parse_args()
    # Polars reads this when it is imported.
    os.environ["POLARS_MAX_THREADS"] = str(arguments.threads)
    import polars as pl

    arguments.out.mkdir()
    contract = load(arguments.contract)
    frames = {table["name"]: read(pl, table, arguments) for table in contract["tables"]}
    problems = {}
    for table in contract["tables"]:
        check(pl, table, frames, problems)
    conclude(problems)
    if arguments.check:
        return
    for table in contract["tables"]:
        write(pl, table, frames[table["name"]], contract["base"], arguments.out)
    (arguments.out / "SHA256SUMS").write_text(sums(arguments.out, arguments.threads))


main()
