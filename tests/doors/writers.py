"""Writers of seeds that are not ours: the csv and json modules, ruamel, and those of Parquet.

Each writes rows of a table as text, and returns the line of each planted mistake.
"""
import csv
import gzip
import io
import random

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode

from nested import json_text
from parquet import write_parquet
from scalars import ABSENT, Local, Plain

WRITERS = ("pyarrow", "polars", "duckdb")
TEXT = "tag:yaml.org,2002:str"
DOORS = ("yaml", "json", "ndjson", "csv", *WRITERS)


def holds(door, mistake):
    """Whether a door can write a mistake at all."""
    if door == "csv":
        return mistake.text is not None
    if door in WRITERS:
        return mistake.text is not None if mistake.arrow is None else door in mistake.writers
    return mistake.json is not None or mistake.code == "required"


def table_files(table, door):
    """The files of a table: path within `seeds/`, first row, and the row after the last."""
    rng = random.Random(f"{table.seed}/{door}/files")
    ending = "parquet" if door in WRITERS else door + rng.choice(["", "", ".gz"])
    if len(table.files) == 1:
        return [(f"{table.name}.{ending}", 0, table.files[0])]
    cut, rows = table.files[0], sum(table.files)
    return [(f"{table.name}/1.{ending}", 0, cut), (f"{table.name}/2.{ending}", cut, rows)]


def write_table(table, door, seeds):
    """Writes the seeds of a table, and returns what must be found in them: code, file, line or row, and field."""
    expected = set()
    for path, first, last in table_files(table, door):
        target = seeds / path
        target.parent.mkdir(exist_ok=True)
        rng = random.Random(f"{table.seed}/{door}/{path}")
        planted = {(row - first, name): mistake for (row, name), mistake in table.planted.items() if holds(door, mistake)}
        if door in WRITERS:
            write_parquet(table, door, target, first, last, planted, rng)
            places = {key: None if mistake.is_column else key[0] + 1 for key, mistake in planted.items()}
        else:
            text, places = {"yaml": write_yaml, "json": write_json, "ndjson": write_ndjson, "csv": write_csv}[door](
                table, first, last, planted, rng)
            data = text.encode()
            target.write_bytes(gzip.compress(data, mtime=0) if path.endswith(".gz") else data)
        expected |= {(planted[key].code, f"seeds/{path}", place, key[1]) for key, place in places.items()}
    return expected


def records(table, first, last, planted):
    """The records as JSON and YAML have them."""
    for row in range(first, last):
        record = {}
        for field in table.fields:
            mistake = planted.get((row - first, field.name))
            value = mistake.json if mistake else field.cells[row].json
            if value is ABSENT:
                continue
            within = record
            for key in field.path[:-1]:
                within = within.setdefault(key, {})
            within[field.path[-1]] = value
        yield record


def write_json(table, first, last, planted, rng, is_yaml=False):
    """A list of records; each record begins a line, and each of its values has one, lest places are all alike."""
    is_ascii, lines, places = rng.random() < 0.3 and not is_yaml, ["["], {}
    paths = {field.path: field.name for field in table.fields}

    def write(record, row, prefix, end):
        lines.append("{")
        for number, (key, value) in enumerate(record.items(), 1):
            comma = "," if number < len(record) else ""
            lines.append(json_text(key, is_ascii=is_ascii) + ": ")
            name = paths.get((*prefix, key))
            if name is None:
                write(value, row, (*prefix, key), comma)
                continue
            if (row, name) in planted:
                places[row, name] = len(lines)
            lines[-1] += json_text(str(value) if is_yaml and isinstance(value, Local) else value, (", ", ": "), is_ascii) + comma
        lines.append("}" + end)

    for row, record in enumerate(records(table, first, last, planted)):
        write(record, row, (), "," if row < last - first - 1 else "")
    return "\n".join(lines + ["]", ""]), places


def write_ndjson(table, first, last, planted, rng):
    is_ascii, is_spaced = rng.random() < 0.3, rng.random() < 0.3
    lines, places = [], {}
    for row, record in enumerate(records(table, first, last, planted)):
        if is_spaced and rng.random() < 0.2:
            lines.append("")
        lines.append(json_text(record, (", ", ": ") if is_spaced else (",", ":"), is_ascii))
        places |= {key: len(lines) for key in planted if key[0] == row}
    return "".join(line + "\n" for line in lines), places


def write_csv(table, first, last, planted, rng):
    fields = rng.sample(table.fields, len(table.fields))
    out, places = io.StringIO(newline=""), {}
    writer = csv.writer(out, delimiter=rng.choice(",,;\t|"), lineterminator=rng.choice(["\r\n", "\n"]),
                        quoting=rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    writer.writerow([".".join(field.path) for field in fields])
    line = 2
    for row in range(first, last):
        cells = []
        for field in fields:
            mistake = planted.get((row - first, field.name))
            if mistake:
                places[row - first, field.name] = line
            cells.append(mistake.text if mistake else field.cells[row].text)
            line += cells[-1].count("\n")
        line += 1
        writer.writerow(cells)
    return rng.choice(["", "\ufeff"]) + out.getvalue(), places


def yaml_writer():
    yaml = YAML(typ="safe", pure=True)
    # Before the representer is made, which keeps it. Of keys in braces, ruamel makes lines that are not YAML.
    yaml.default_flow_style = False
    yaml.allow_unicode, yaml.sort_base_mapping_type_on_output = True, False
    yaml.representer.ignore_aliases = lambda data: True
    tag = lambda text: yaml.resolver.resolve(ScalarNode, str(text), (True, False))
    yaml.representer.add_representer(str, lambda representer, text: representer.represent_scalar(TEXT, text, quote_of(text)))
    for plain in (Plain, Local):
        yaml.representer.add_representer(plain, lambda representer, text: representer.represent_scalar(tag(text), str(text)))
    return yaml


def quote_of(text):
    """ruamel breaks lines at U+2028, as YAML 1.1 did, and begins plain texts with `?` and `-` where that is no YAML.

    The parser that letterpress uses refuses `[a -]`, which is YAML.
    """
    is_tricky = {"\u2028", "\u2029"} & set(text) or text[:1] in ("?", "-") or text.endswith(" -")
    return '"' if is_tricky else None


def write_yaml(table, first, last, planted, rng):
    """By ruamel; large tables as JSON, which is YAML, too, because ruamel is slow."""
    if last - first > 60:
        return write_json(table, first, last, planted, rng, is_yaml=True)
    yaml, out = yaml_writer(), io.StringIO()
    yaml.width = rng.choice([40, 80, 2**31])
    yaml.dump(list(records(table, first, last, planted)), out)
    return out.getvalue(), yaml_places(table, out.getvalue(), planted)


def yaml_places(table, text, planted):
    if not planted:
        return {}
    places, loaded = {}, YAML(typ="rt", pure=True).load(text)
    paths = {field.name: field.path for field in table.fields}
    for (row, name), mistake in planted.items():
        within = loaded[row]
        for key in paths[name][:-1]:
            within = within[key]
        line, _ = within.lc.value(paths[name][-1])
        # What is told once a field is told where the list begins.
        if mistake.item is not None and mistake.code != "time-without-zone":
            line, _ = within[paths[name][-1]].lc.item(mistake.item)
        places[row, name] = line + 1
    return places
