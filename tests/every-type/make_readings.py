#!/usr/bin/env python3
"""Writes seeds/readings.parquet: Parquet seeds in the types that other tools choose, to be cast without loss."""
import datetime
import decimal
import pathlib

import pyarrow as pa
import pyarrow.parquet

UTC = datetime.timezone.utc
table = pa.table({
    "reading_id": pa.array([3, 1, 2, 4], pa.int16()),
    "place_id": pa.array(["plc-wye", "plc-hereford", None, "plc-1/2"]).dictionary_encode(),
    "taken": pa.array([datetime.datetime(2010, 3, 14, 15, 9, 26, 535_000, UTC), None,
                       datetime.datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
                       datetime.datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC)], pa.timestamp("ms", "UTC")),
    "day": pa.array([datetime.date(2010, 3, 14), None, datetime.date(1969, 12, 31), datetime.date(9999, 12, 31)]),
    "level": pa.array([1.5, None, -0.25, 0.0], pa.float32()),
    "exact": pa.array([decimal.Decimal("1.250"), None, decimal.Decimal("-0.001"), decimal.Decimal("999999.999")],
                      pa.decimal128(9, 3)),
    "valid": pa.array([True, False, None, True]),
    "as_text": pa.array(["12", "-7", None, ""], pa.large_string()),
    "tags": pa.array([["a", "b"], [], None, ["绿"]]),
    "comment": pa.array(["not wanted"] * 4),
})
path = pathlib.Path(__file__).parent / "seeds/readings.parquet"
pyarrow.parquet.write_table(table, path, compression="zstd", row_group_size=3)
