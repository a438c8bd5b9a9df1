"""Parquet seeds by pyarrow, polars and DuckDB, in whatever types, encodings and compressions these have."""
import datetime
import random
import uuid

import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet

from scalars import Native, Plain, microseconds

COMPRESSIONS = ["none", "snappy", "zstd", "gzip", "lz4", "brotli"]
PYARROW_ONLY = (pa.date64(), pa.binary(), pa.uuid())


def write_parquet(table, door, path, first, last, planted, rng):
    columns, members = {}, {}
    for field in table.fields:
        of_field = random.Random(f"{table.seed}/{door}/{path.name}/{field.name}")
        column = parquet_column(field, door, first, last, planted, of_field)
        (members if len(field.path) > 1 else columns)[".".join(field.path)] = column
    if members and rng.random() < 0.5:  # A column of structs; else one for each member, with the point in its name.
        columns["group"] = pa.StructArray.from_arrays([*members.values()], [name.split(".")[1] for name in members])
    else:
        columns |= members
    names = rng.sample([*columns], len(columns))
    rows = pa.Table.from_arrays([columns[name] for name in names], names)
    {"pyarrow": write_with_pyarrow, "polars": write_with_polars, "duckdb": write_with_duckdb}[door](rows, path, rng)


def write_with_pyarrow(rows, path, rng):
    pyarrow.parquet.write_table(
        rows, path, compression=rng.choice(COMPRESSIONS), use_dictionary=rng.random() < 0.5,
        row_group_size=rng.choice([5000, 2**20] if len(rows) > 1000 else [3, 50, 2**20]),
        data_page_size=rng.choice([64, 4096, 2**20]), write_batch_size=rng.choice([7, 1024]),
        data_page_version=rng.choice(["1.0", "2.0"]), write_page_checksum=rng.random() < 0.3, store_schema=rng.random() < 0.7)


def write_with_polars(rows, path, rng):
    polars.from_arrow(rows).write_parquet(
        path, compression=rng.choice(COMPRESSIONS).replace("none", "uncompressed"),
        row_group_size=rng.choice([50, 5000, None]), data_page_size=rng.choice([256, 4096, None]))


def write_with_duckdb(rows, path, rng):
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.register("rows", rows)
        connection.execute(
            f"copy rows to '{path}' (format parquet, parquet_version '{rng.choice(['v1', 'v2'])}', row_group_size "
            f"{rng.choice([2048, 122880])}, compression '{rng.choice(COMPRESSIONS).replace('none', 'uncompressed')}')")


def parquet_column(field, door, first, last, planted, rng):
    cells = field.cells[first:last]
    mistakes = {row: mistake for (row, name), mistake in planted.items() if name == field.name}
    for mistake in mistakes.values():  # There is one at most.
        if mistake.is_column:
            return array([None if cell.value is None else mistake.stored for cell in cells], mistake.arrow)
        return column_of(cells, mistake.arrow or pa.string(), mistakes, rng)
    filled = [cell for cell in cells if cell.value is not None]
    types = [type for type in field.kind.arrow(filled) if door == "pyarrow" or not is_foreign(type, door)]
    types += types + [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())]
    return column_of(cells, rng.choice(types), {}, rng)


def is_foreign(type, door):
    """Whether another writer than pyarrow lacks a type. DuckDB 2.0 writes far 32-bit integers so that few can read them."""
    if pa.types.is_list(type) or pa.types.is_large_list(type):
        return is_foreign(type.value_type, door)
    is_unsafe = door == "duckdb" and type in (pa.int32(), pa.uint32(), pa.timestamp("ns"))
    return is_unsafe or type in PYARROW_ONLY or pa.types.is_fixed_size_list(type)


def column_of(cells, type, mistakes={}, rng=random):
    """Values, and by row the mistakes among them, as a column of the type."""
    values = [stored(cell, type, rng) for cell in cells]
    for row, mistake in mistakes.items():
        values[row] = mistake.text if mistake.arrow is None else mistake.stored
    return array(values, type)


def stored(cell, type, rng):
    """What a column of the type stores for a value."""
    if is_text(type):
        return cell.text if cell.value is not None else rng.choice([None, None, cell.text])
    if cell.value is None:
        return None
    if pa.types.is_struct(type):
        return {key: int(value) if isinstance(value, Plain) else value for key, value in cell.json.items()}
    return cell.item_texts if is_list(type) and is_text(type.value_type) else cell.value


def is_text(type):
    return pa.types.is_string(type) or pa.types.is_large_string(type) or pa.types.is_dictionary(type)


def is_list(type):
    return pa.types.is_list(type) or pa.types.is_large_list(type) or pa.types.is_fixed_size_list(type)


def array(values, type):
    """An Arrow array; days and instants are made of whole numbers, because Python has none beyond its years."""
    if is_list(type):
        return list_array(values, type)
    values = [single(value, type) for value in values]
    if pa.types.is_date(type) or pa.types.is_timestamp(type):
        return pa.array(values, pa.int32() if type == pa.date32() else pa.int64()).cast(type)
    return pa.array(values, type)


def list_array(values, type):
    mask = pa.array([value is None for value in values], pa.bool_())
    if pa.types.is_fixed_size_list(type):
        flat = [item for value in values for item in ([None] * type.list_size if value is None else value)]
        return pa.FixedSizeListArray.from_arrays(array(flat, type.value_type), type=type, mask=mask)
    offsets = [0]
    for value in values:
        offsets.append(offsets[-1] + len(value or []))
    make, size = (pa.LargeListArray, pa.int64()) if pa.types.is_large_list(type) else (pa.ListArray, pa.int32())
    flat = [item for value in values for item in value or []]
    return make.from_arrays(pa.array(offsets, size), array(flat, type.value_type), mask=mask)


def single(value, type):
    if value is None or isinstance(value, Native):
        return value and value[0]
    if isinstance(value, datetime.datetime):
        micros = microseconds(value)
        return micros * 1000 if type.unit == "ns" else micros // {"us": 1, "ms": 1000, "s": 10**6}[type.unit]
    if isinstance(value, datetime.date):
        days = (value - datetime.date(1970, 1, 1)).days
        return days * 86_400_000 if type == pa.date64() else days
    if type == pa.uuid():
        return uuid.UUID(value).bytes
    if pa.types.is_integer(type) and not isinstance(value, str):
        if int(value) != value:
            raise pa.ArrowInvalid(f"{value} is no whole number")  # pyarrow takes 1e-5 for 0.
        return int(value)
    return value.encode() if type == pa.binary() and isinstance(value, str) else value
