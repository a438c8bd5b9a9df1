"""Writers of seeds that are not ours: the csv and json modules, ruamel, pyarrow, polars and DuckDB.

Each writes rows `first` to `last` of a table to a path, and returns the place of each planted mistake: the line, in Parquet the row.
"""
import csv
import datetime
import gzip
import io
import random
from decimal import Decimal

import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet
from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode

from values import ABSENT, Native, Plain, json_text, microseconds

LINES = {"yaml": "yaml", "json": "json", "ndjson": "ndjson", "csv": "csv"}
WRITERS = ("pyarrow", "polars", "duckdb")
DOORS = (*LINES, *WRITERS)
COMPRESSIONS = ["none", "snappy", "zstd", "gzip", "lz4", "brotli"]


def holds(door, mistake):
    """Whether a door can hold a mistake at all."""
    if door == "csv":
        return mistake.text is not None
    if door in WRITERS:
        return mistake.arrow is not None and door in mistake.writers or mistake.arrow is None and mistake.text is not None
    return mistake.json is not None or mistake.code == "required" or is_null_item(mistake)


def is_null_item(mistake):
    return mistake.item is not None and mistake.json is not None


def table_files(table, door):
    """The files of a table: path within `seeds/`, first row, and the row after the last."""
    rng = random.Random(f"{table.seed}/{door}/files")
    ending = LINES.get(door, "parquet") + (rng.choice(["", "", ".gz"]) if door in LINES else "")
    if len(table.files) == 1:
        return [(f"{table.name}.{ending}", 0, table.files[0])]
    return [(f"{table.name}/{number}.{ending}", sum(table.files[:number]), sum(table.files[:number + 1]))
            for number in range(len(table.files))]


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


def write_json(table, first, last, planted, rng, is_ascii=0.3):
    """A list of records; each record begins a line, and each of its values has one, lest places are all alike."""
    is_ascii, lines, places = rng.random() < is_ascii, ["["], {}
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
            lines[-1] += json_text(value, (", ", ": "), is_ascii) + comma
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
    end = rng.choice(["\r\n", "\n"])
    out, places = io.StringIO(newline=""), {}
    writer = csv.writer(out, delimiter=rng.choice(",,;\t|"), lineterminator=end, quoting=rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
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
    yaml.allow_unicode, yaml.sort_base_mapping_type_on_output = True, False
    yaml.representer.ignore_aliases = lambda data: True
    tag = lambda text: yaml.resolver.resolve(ScalarNode, str(text), (True, False))
    # ruamel breaks lines at U+2028 as YAML 1.1 did, unless it is escaped, and does not read a plain `?x` that it wrote.
    style = lambda text: '"' if {"\u2028", "\u2029"} & set(text) or text.startswith("?") else None
    yaml.representer.add_representer(str, lambda representer, text: representer.represent_scalar("tag:yaml.org,2002:str", text, style(text)))
    yaml.representer.add_representer(Plain, lambda representer, text: representer.represent_scalar(tag(text), str(text)))
    return yaml


def write_yaml(table, first, last, planted, rng):
    """By ruamel; large tables as JSON, which is YAML, too, because ruamel is slow."""
    if last - first > 60:
        return write_json(table, first, last, planted, rng, is_ascii=0)
    yaml, out = yaml_writer(), io.StringIO()
    yaml.default_flow_style = rng.choice([None, False, False])
    yaml.width = rng.choice([40, 80, 100_000])
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
        if mistake.item is not None:
            line, _ = within[paths[name][-1]].lc.item(mistake.item)
        places[row, name] = line + 1
    return places


# --- Parquet ----------------------------------------------------------------------------------------------------------

def write_parquet(table, door, path, first, last, planted, rng):
    names, columns, groups = [], [], {}
    for field in table.fields:
        column = parquet_column(field, door, first, last, planted, random.Random(f"{table.seed}/{door}/{path.name}/{field.name}"))
        if len(field.path) > 1:
            groups.setdefault(field.path[0], []).append((field.path[1], column))
        else:
            names.append(".".join(field.path))
            columns.append(column)
    is_struct = rng.random() < 0.5
    for group, members in groups.items():
        if is_struct:
            names.append(group)
            columns.append(pa.StructArray.from_arrays([column for _, column in members], [name for name, _ in members]))
        else:
            names += [f"{group}.{name}" for name, _ in members]
            columns += [column for _, column in members]
    order = rng.sample(range(len(names)), len(names))
    rows = pa.Table.from_arrays([columns[each] for each in order], [names[each] for each in order])
    {"pyarrow": write_with_pyarrow, "polars": write_with_polars, "duckdb": write_with_duckdb}[door](rows, path, rng)


def write_with_pyarrow(rows, path, rng):
    pyarrow.parquet.write_table(
        rows, path, compression=rng.choice(COMPRESSIONS), use_dictionary=rng.random() < 0.5, data_page_size=rng.choice([64, 4096, 2**20]),
        row_group_size=rng.choice([3, 50, 5000, 2**20]) if len(rows) < 1000 else rng.choice([5000, 2**20]), write_batch_size=rng.choice([7, 1024]),
        data_page_version=rng.choice(["1.0", "2.0"]), write_page_checksum=rng.random() < 0.3, store_schema=rng.random() < 0.7)


def write_with_polars(rows, path, rng):
    compression = rng.choice(COMPRESSIONS)
    polars.from_arrow(rows).write_parquet(path, compression="uncompressed" if compression == "none" else compression,
                                          row_group_size=rng.choice([50, 5000, None]), data_page_size=rng.choice([256, 4096, None]))


def write_with_duckdb(rows, path, rng):
    compression = rng.choice(COMPRESSIONS)
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.register("rows", rows)
        connection.execute(f"copy rows to '{path}' (format parquet, compression '{'uncompressed' if compression == 'none' else compression}', "
                           f"row_group_size {rng.choice([2048, 122880])}, parquet_version '{rng.choice(['v1', 'v2'])}')")


def parquet_column(field, door, first, last, planted, rng):
    cells = field.cells[first:last]
    mistakes = {row: mistake for (row, name), mistake in planted.items() if name == field.name}
    forced = [mistake for mistake in mistakes.values()]
    if forced and forced[0].is_column:
        return array([None if cell.value is None else forced[0].stored for cell in cells], forced[0].arrow)
    if forced and forced[0].arrow is None:
        type = pa.string()
    elif forced:
        type = forced[0].arrow
    else:
        type = rng.choice(parquet_types(field, door, [cell for cell in cells if cell.value is not None]))
    return column_of(cells, type, mistakes, rng)


def column_of(cells, type, mistakes={}, rng=random):
    """Values and mistakes, by row, as a column of the type."""
    values = [stored(cell, type, rng) for cell in cells]
    for row, mistake in mistakes.items():
        values[row] = mistake.text if mistake.arrow is None else mistake.stored
    return array(values, type)


def parquet_types(field, door, cells):
    """Text in one of its forms, and what else holds the values; some types only pyarrow writes as they are."""
    texts = [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())]
    typed = [type for type in field.kind.arrow(cells) for _ in range(2)]
    if door != "pyarrow":
        typed = [type for type in typed if type not in (pa.date64(), pa.binary(), pa.uuid()) and not is_foreign(type, door)]
    return typed + texts


def is_foreign(type, door):
    if pa.types.is_list(type) or pa.types.is_large_list(type):
        return is_foreign(type.value_type, door)
    # DuckDB 2.0 writes uint32 of 2^31 and more so that nobody else can read them.
    return pa.types.is_fixed_size_list(type) or door == "duckdb" and type in (pa.uint32(), pa.timestamp("ns"))


def stored(cell, type, rng):
    """What a column of the type stores for a value."""
    if cell.value is None:
        return rng.choice([None, None, cell.text]) if is_text(type) else None
    if is_text(type):
        return cell.text
    if pa.types.is_struct(type):
        return {key: int(value) if isinstance(value, Plain) else value for key, value in cell.json.items()}
    if is_list(type):
        return cell.item_texts if is_text(type.value_type) else cell.value
    return cell.value


def is_text(type):
    return pa.types.is_string(type) or pa.types.is_large_string(type) or pa.types.is_dictionary(type)


def is_list(type):
    return pa.types.is_list(type) or pa.types.is_large_list(type) or pa.types.is_fixed_size_list(type)


def array(values, type):
    """An Arrow array; days and instants are made of whole numbers, because Python has none beyond its years."""
    if is_list(type):
        return list_array(values, type)
    if pa.types.is_date(type) or pa.types.is_timestamp(type):
        storage = pa.int32() if type == pa.date32() else pa.int64()
        return pa.array([whole(value, type) for value in values], storage).cast(type)
    return pa.array([plain(value, type) for value in values], type)


def list_array(values, type):
    flat = [item for value in values if value is not None for item in value]
    mask = pa.array([value is None for value in values], pa.bool_())
    if pa.types.is_fixed_size_list(type):
        flat = [item for value in values for item in (value if value is not None else [None] * type.list_size)]
        return pa.FixedSizeListArray.from_arrays(array(flat, type.value_type), type=type, mask=mask)
    offsets = [0]
    for value in values:
        offsets.append(offsets[-1] + len(value or []))
    large = pa.types.is_large_list(type)
    make = pa.LargeListArray if large else pa.ListArray
    return make.from_arrays(pa.array(offsets, pa.int64() if large else pa.int32()), array(flat, type.value_type), mask=mask)


def whole(value, type):
    if value is None or isinstance(value, Native):
        return value and value[0]
    if isinstance(value, datetime.datetime):
        micros = microseconds(value)
        return micros * 1000 if type.unit == "ns" else micros // {"us": 1, "ms": 1000, "s": 10**6}[type.unit]
    days = (value - datetime.date(1970, 1, 1)).days
    return days * 86_400_000 if type == pa.date64() else days


def plain(value, type):
    if value is None or isinstance(value, Native):
        return value and value[0]
    if type == pa.binary():
        return value.encode()
    if type == pa.uuid():
        import uuid
        return uuid.UUID(value).bytes
    if pa.types.is_integer(type) and not isinstance(value, str):
        return int(value) if int(value) == value else value
    return float(value) if pa.types.is_floating(type) else value
