"""Values of every type: how a schema declares them, how each door may write them, and how they are spoilt."""
import datetime
import json
import math
import struct
import uuid
from dataclasses import dataclass, field as default
from decimal import Decimal

import pyarrow as pa

UTC = datetime.timezone.utc
TEXTS = """null|~|Null|NULL|NO|no|yes|true|1e3|007|0x1F|1_000|1:30|22:22|2010-03|2010-03-14|- a|# x|a # b|a: b|[a]|{a}|*a|&a|!t
%d|@x|`x`|'|"|say "hi"|a,b;c|d\te|\\|\\n|\\u0041|NaN|inf|<b>&amp;|%41|=1+1|-|--- |...|? |>|.5|1.|+1|é|e\u0301|\ufeffmark|a\ufeffb
\U0001f600\U0001f469\u200d\U0001f680|\u2067עברית\u2069|العربية|中文|\u00a0|\u2028|a\u2029b|ﬀ|\U0010ffff|\ufffd|\uffff|İı|ß""".replace("\n", "|")
TEXTS = TEXTS.split("|") + ["|", "line\nline", "crlf\r\nend", " lead", "trail ", "\ttab", "\n", "a\n", "a\r\n", " ", "x" * 5000, "é" * 700]
PLAIN_WORDS = ["no", "012", "1e3", "2010-03", "22:22", "-5", "1.50", "0x1F", "yes", "true", "word", "+1"]
HOSTILE = ["a\x07b", "\x1b[2J", "a\x7f", "a\x85b", "x\u202ey", "\u2067open", "close\u2069", "a\x00b"]


class Plain(str):
    """A text that YAML writes without quotes, and JSON too where it is a number, `true` or `false`."""


ABSENT = object()  # No key at all, in JSON and YAML.


class Native(tuple):
    """What a Parquet column of an Arrow type stores, as it is: (value, ), where the value is none of the field's."""


@dataclass
class Cell:
    """A value: what is published, the text by which CSV writes it, what JSON and YAML write, what Parquet stores."""
    value: object
    text: str = None
    json: object = None
    stored: object = None
    item_texts: list = None


@dataclass
class Mistake:
    """A value that must be found; a door that cannot hold it has `None`. The place is that of the item, if there is one."""
    code: str
    text: str = None
    json: object = None
    arrow: pa.DataType = None
    stored: object = None
    item: int = None
    is_column: bool = False
    writers: tuple = ("pyarrow", "polars", "duckdb")


@dataclass
class Kind:
    """A type with its options: keys of the schema, the type in the manifest, and how values and mistakes are drawn."""
    keys: dict
    published: str
    draw: object
    mistakes: list = default(default_factory=list)
    arrow: object = lambda cells: []  # The Arrow types that hold all the cells, besides text.


def texts(*pairs):
    return [Mistake(code, text, text) for code, text in pairs]


def wrong(*words):
    return texts(*(("wrong-type", word) for word in words))


def column(*types):
    """Columns of another kind: one error for each, whatever their values."""
    samples = {pa.int64(): 20200101, pa.float64(): 1.5, pa.bool_(): True, pa.date32(): Native((0, )),
               pa.timestamp("us", "UTC"): Native((0, )), pa.decimal128(9, 2): Decimal("1.50"), pa.list_(pa.int64()): [1],
               pa.struct([("a", pa.int64())]): {"a": 1}, pa.time64("us"): 1, pa.duration("us"): 1}
    writers = lambda type: ("pyarrow", ) if type in (pa.duration("us"), pa.time64("us")) else ("pyarrow", "polars", "duckdb")
    return [Mistake("wrong-type", arrow=type, stored=samples[type], is_column=True, writers=writers(type)) for type in types]


INT, FLOAT, BOOL, DATE, STAMP = pa.int64(), pa.float64(), pa.bool_(), pa.date32(), pa.timestamp("us", "UTC")
DECIMAL, LIST, STRUCT, TIME = pa.decimal128(9, 2), pa.list_(pa.int64()), pa.struct([("a", pa.int64())]), pa.time64("us")


def random_text(rng):
    if rng.random() < 0.5:
        return rng.choice(TEXTS)
    ranges = [(0x20, 0x7e)] * 4 + [(0xa0, 0x24f), (0x300, 0x36f), (0x370, 0x5ff), (0x4e00, 0x9fff), (0x1f300, 0x1faff)]
    return "".join(chr(rng.randint(*rng.choice(ranges))) for _ in range(rng.randint(1, 12)))


def draw_text(rng):
    if rng.random() < 0.1:
        word = rng.choice(PLAIN_WORDS)
        return Cell(word, word, Plain(word))
    text = random_text(rng)
    return Cell(text, text, text)


def string(rng):
    mistakes = [Mistake("unsafe-text", text, text, pa.string(), Native((text, ))) for text in HOSTILE]
    mistakes += [Mistake("not-utf8", arrow=pa.binary(), stored=Native((b"caf\xe9", )), writers=("pyarrow", ))]
    return Kind({"type": "string"}, "text", draw_text, mistakes + column(INT, FLOAT, BOOL, DATE, STAMP, DECIMAL, LIST, TIME),
                lambda cells: [pa.binary()])


def formatted(rng):
    name, draw, bad = rng.choice([
        ("email", lambda: f"a{rng.random()}@example.org", "a@b@c"), ("uri", lambda: f"https://example.org/{rng.random()}?q=ä#x", "no uri"),
        ("binary", lambda: rng.choice(["", "YWJj"]) + rng.choice(["YQ==", "YWI=", "YW+/"]), "YWJ"), ("uuid", lambda: str(uuid.UUID(int=rng.getrandbits(128))), "123")])
    types = lambda cells: [pa.uuid()] if name == "uuid" else []
    return Kind({"type": "string", "format": name}, "text", lambda rng: (lambda text: Cell(text, text, text))(draw()), wrong(bad),
                types)


def whole(rng):
    edges = [0, -1, 1, 7, 127, 128, -129, 255, 65535, 2**31, -2**31, 2**32 - 1, 2**53 - 1, 2**53 + 1, 2**63 - 1, -2**63]
    return rng.choice(edges) if rng.random() < 0.3 else rng.randint(-10**rng.randint(1, 18), 10**rng.randint(1, 18))


def integer_types(values):
    whole = [int(value) for value in values]
    low, high = min(whole, default=0), max(whole, default=0)
    signed = [pa.int8(), pa.int16(), pa.int32(), pa.int64()]
    return [type for type in signed if -2**(type.bit_width - 1) <= low and high < 2**(type.bit_width - 1)] + \
           [type for type in [pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()] if low >= 0 and high < 2**type.bit_width]


def integer(rng):
    group = rng.choice([None, None, ",", ".", " "])
    is_bare = rng.random() < 0.8

    def draw(rng):
        value = whole(rng)
        text = f"{value:,}".replace(",", group) if group and rng.random() < 0.7 else str(value)
        if group is None and is_bare and rng.random() < 0.1:
            text = f"{'-' if value < 0 else rng.choice(['', '+'])}{rng.choice(['', '0', '00'])}{abs(value)}"
        text = text if is_bare else rng.choice([text + "%", text + " EUR", "€ " + text, text])
        return Cell(value, text, Plain(text))

    keys = {"type": "integer"} | ({"groupChar": group} if group else {}) | ({} if is_bare else {"bareNumber": False})
    bad = ["1e3", "12.5", "9223372036854775808", "٣"] if group is None and is_bare else []
    bad += [f"12{group}34", f"1{group}{group}234", f"1234{group}567"] if group else []
    natives = [Mistake("wrong-type", arrow=pa.uint64(), stored=2**63)] if is_bare else []
    return Kind(keys, "integer", draw, wrong(*bad) + natives + column(FLOAT, BOOL, DATE, STAMP, LIST),
                lambda cells: integer_types(cell.value for cell in cells))


def double(rng):
    edges = [0.0, -0.0, 0.1, 1e16, 1e15, 1e22, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 2.0**53, 2.0**53 - 1,
             0.1 + 0.2, 1 / 3, 123456789012345680.0, 1e-5, 0.0001, -2.5, 1.25e-5, 3.4028234663852886e38, 0.5, 1.5, 100.0]
    roll = rng.random()
    if roll < 0.4:
        return rng.choice(edges)
    if roll < 0.7:
        return round(rng.uniform(-1000, 1000), rng.randint(0, 4))
    value = struct.unpack("<d", rng.getrandbits(64).to_bytes(8, "little"))[0]
    return value if math.isfinite(value) else 1.0


def number_types(cells):
    values = [cell.value for cell in cells]
    is_single = lambda value: abs(value) <= 3.4028234663852886e38 and struct.unpack("<f", struct.pack("<f", value))[0] == value
    found = [FLOAT, FLOAT] + ([pa.float32()] if all(map(is_single, values)) else [])
    if all(value.is_integer() and abs(value) <= 2**53 for value in values):
        found += integer_types(values)
    return found


def number(rng):
    point, group = rng.choice([(".", None)] * 4 + [(",", "."), (",", None), (".", ","), (".", "'")])

    def draw(rng):
        value = double(rng)
        text = repr(value)
        if "e" not in text and group and rng.random() < 0.7:
            text = f"{Decimal(text):,f}".replace(",", "G")
        if rng.random() < 0.1 and "." in text and "e" not in text:
            text += "00"
        if rng.random() < 0.1:
            text = text.replace("e", "E").removesuffix(".0")
        text = text.replace(".", "P").replace("P", point).replace("G", group or "")
        return Cell(value, text, Plain(text))

    keys = {"type": "number"} | ({"decimalChar": point} if point != "." else {}) | ({"groupChar": group} if group else {})
    bad = ["NaN", "inf", "1e400", "0.1000000000000000055", "9007199254740993", "1_000"] if (point, group) == (".", None) else []
    bad += [f"12{group}34{point}5", f"1{point}234{group}5", f"1{point}2{point}3"] if group else []
    natives = [Mistake("wrong-type", arrow=FLOAT, stored=value) for value in (math.nan, math.inf, -math.inf)]
    natives += [Mistake("wrong-type", arrow=INT, stored=2**53 + 1)]
    return Kind(keys, "number", draw, wrong(*bad) + natives + column(BOOL, DATE, STAMP, LIST), number_types)


def decimals(rng, digits=(1, 5, 9, 18, 19, 38)):
    digits = rng.choice(digits)
    scale = rng.randint(0, digits)
    point = rng.choice(".,")

    def draw(rng):
        units = rng.choice([0, 10**digits - 1, 1 - 10**digits, 1, -5]) if rng.random() < 0.2 else rng.randint(0, 10**rng.randint(1, digits))
        value = Decimal((int(units < 0), tuple(map(int, str(min(abs(units), 10**digits - 1)))), -scale))
        value = value.copy_abs() if value.is_zero() else value
        text = format(value, "f")
        if scale and rng.random() < 0.3:
            text = text.rstrip("0").removesuffix(".")
        text = text.replace(".", point)
        return Cell(value, text, Plain(text))

    bad = wrong("9" * (digits + 1), f"0{point}{'0' * scale}1", "1e1")
    types = lambda cells: [pa.decimal128(digits, scale), pa.decimal128(38, scale)] + (
        integer_types(cell.value for cell in cells) if all(cell.value == cell.value.to_integral_value() for cell in cells)
        and all(abs(cell.value) < 2**63 for cell in cells) else [])
    if digits < 37:
        bad += [Mistake("wrong-type", arrow=pa.decimal128(38, scale + 1), stored=Decimal((0, (1, ), -scale - 1)))]
    keys = {"type": "number", "letterpress": {"decimal": [digits, scale]}} | ({"decimalChar": point} if point != "." else {})
    return Kind(keys, "decimal", draw, bad + column(FLOAT, BOOL, DATE), types)


def boolean(rng):
    yes, no = rng.choice([(None, None), (["ja", "j"], ["nein"]), (["1"], ["0"])])

    def draw(rng):
        value = rng.random() < 0.5
        text = rng.choice((yes or ["true", "True", "TRUE", "1"]) if value else (no or ["false", "False", "FALSE", "0"]))
        return Cell(value, text, rng.choice([text, Plain(text)] + [value] * (yes is None)))

    keys = {"type": "boolean"} | ({"trueValues": yes, "falseValues": no} if yes else {})
    return Kind(keys, "boolean", draw, wrong("maybe", "2", *(["true"] if yes else [])) + column(INT, FLOAT, DATE), lambda cells: [BOOL])


def day(rng):
    edges = [datetime.date.min, datetime.date.max, datetime.date(2000, 2, 29), datetime.date(1970, 1, 1), datetime.date(1582, 10, 15)]
    return rng.choice(edges) if rng.random() < 0.2 else datetime.date.fromordinal(rng.randint(1, 3652059))


def date(rng):
    form = rng.choice([None, None, "%d.%m.%Y", "%m/%d/%Y", "%d %B %Y", "%Y/%m/%d"])

    def draw(rng):
        value = day(rng)
        text = value.isoformat()
        if form:
            text = value.strftime(form.replace("%Y", f"{value.year:04}"))
            if form == "%d.%m.%Y" and rng.random() < 0.2:
                text = f"{value.day}.{value.month}.{value.year:04}"
        return Cell(value, text, rng.choice([text, Plain(text)]))

    bad = ["2010-02-30", "0000-01-01", "10000-01-01", "2010-3-1"] if form is None else []
    bad += ["2/15/18", "02/15/018", "02/30/2018"] if form == "%m/%d/%Y" else ["1.2.18", "31.02.2018", "01.02.12018"] if form == "%d.%m.%Y" else []
    natives = [Mistake("wrong-type", arrow=DATE, stored=Native((days, ))) for days in (-719163, 2932897, 3000000)]
    keys = {"type": "date"} | ({"format": form} if form else {})
    return Kind(keys, "date", draw, wrong(*bad) + natives + column(INT, STAMP, FLOAT, BOOL), lambda cells: [DATE, DATE, pa.date64()])


def stamp_types(zone):
    def types(cells):
        micros = [microseconds(cell.value) for cell in cells]
        units = ["us"] + ["ms"] * all(each % 1000 == 0 for each in micros) + ["s"] * all(each % 1000000 == 0 for each in micros)
        units += ["ns"] * all(abs(each) < 2**63 // 1000 for each in micros)
        zones = {None: ["UTC"], "UTC": ["UTC", "+02:00", "Europe/Berlin", None], "none": [None]}[zone]
        return [pa.timestamp(unit, each) for unit in units for each in zones]
    return types


def microseconds(instant):
    return (instant.replace(tzinfo=UTC) - datetime.datetime(1970, 1, 1, tzinfo=UTC)) // datetime.timedelta(microseconds=1)


def instant(rng):
    edges = [datetime.datetime(1, 1, 1, tzinfo=UTC), datetime.datetime(9999, 12, 31, 23, 59, 59, 999999, UTC),
             datetime.datetime(1969, 12, 31, 23, 59, 59, 999999, UTC), datetime.datetime(2000, 2, 29, tzinfo=UTC)]
    if rng.random() < 0.2:
        return rng.choice(edges)
    first, last = rng.choice([(-62135596800, 253402300799), (0, 2**31), (0, 2**31)])
    micros = rng.choice([0, 0, 500000, rng.randint(0, 999999), rng.randint(0, 999) * 1000])
    return datetime.datetime(1970, 1, 1, tzinfo=UTC) + datetime.timedelta(seconds=rng.randint(first, last), microseconds=micros)


def instant_text(rng, value):
    """ISO 8601 with a zone and as few digits of a second as one likes."""
    if rng.random() < 0.3 and 1 < value.year < 9999:
        value = value.astimezone(datetime.timezone(datetime.timedelta(minutes=rng.choice([60, -210, 840, -840, 345]))))
    text = value.replace(tzinfo=None).isoformat()
    if "." in text and rng.random() < 0.5:
        text = text.rstrip("0")
    offset = value.isoformat()[-6:]
    return text + (rng.choice(["Z", "+00:00"]) if offset == "+00:00" else offset)


def datetimes(rng):
    """Instants, and with `zone: none` times of no zone."""
    zone = rng.choice([None, "UTC", "none"])
    form = rng.choice([None, None, None, "%d.%m.%Y %H:%M" if zone else "%Y-%m-%dT%H:%M:%S%z"])

    def draw(rng):
        value = instant(rng)
        if form == "%d.%m.%Y %H:%M":
            value = value.replace(second=0, microsecond=0)
            text = f"{value.day:02}.{value.month:02}.{value.year:04} {value.hour:02}:{value.minute:02}"
        elif form:
            value = value.replace(microsecond=0)
            text = value.isoformat()[:19] + rng.choice(["Z", "+0000", "+00:00"])
        else:
            is_local = zone == "none" or zone and rng.random() < 0.3
            text = value.replace(tzinfo=None).isoformat() if is_local else instant_text(rng, value)
        return Cell(value.replace(tzinfo=None) if zone == "none" else value, text, rng.choice([text, Plain(text)]))

    bad = ["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-05:00", "2020-01-01T00:00:00.1234567Z", "2020-01-01T24:00:00Z",
           "2020-01-01", "2020-01-01 00:00:00Z", "0000-12-31T00:00:00"] if form is None else []
    shown = None if zone == "none" else "UTC"
    natives = [Mistake("wrong-type", arrow=pa.timestamp("us", shown), stored=Native((micros, ))) for micros in (-62135596800000001, 253402300800000000)]
    natives += [Mistake("wrong-type", arrow=pa.timestamp("ns", shown), stored=Native((1577836800000000001, )), writers=("pyarrow", "polars"))]
    keys = {"type": "datetime"} | ({"format": form} if form else {}) | ({"letterpress": {"zone": zone}} if zone else {})
    unzoned = [Mistake("wrong-type", arrow=pa.timestamp("us"), stored=Native((0, )), is_column=True)] * (zone is None)
    unzoned += [Mistake("wrong-type", arrow=STAMP, stored=Native((0, )), is_column=True)] * (zone == "none")
    return Kind(keys, "local-datetime" if zone == "none" else "datetime", draw, wrong(*bad) + natives + column(INT, FLOAT, DATE, BOOL) + unzoned, stamp_types(zone))


def worded(rng):
    """Types that are published as the text that is written."""
    number = lambda rng: rng.choice(["0", "-7.5", "12.25", "45", "-89.99"])
    name, draw, bad = rng.choice([
        ("time", lambda rng: instant(rng).strftime("%H:%M:%S") + rng.choice(["", ".5", "Z", ".123456"]), ["25:00:00", "12:00", "12:00:60"]),
        ("yearmonth", lambda rng: day(rng).isoformat()[:7], ["2010-13", "2010", "2010-1"]),
        ("duration", lambda rng: rng.choice(["P1Y2M", "PT90M", "-P1D", "P1DT0.5S", "P12M", "PT0S"]), ["P", "1Y", "PT"]),
        ("geopoint", lambda rng: f"{number(rng)}, {number(rng)}", ["200, 1", "1", "1, 91"])])

    def cell(rng):
        text = draw(rng)
        return Cell(text, text, rng.choice([text, Plain(text)]))
    return Kind({"type": name}, "text", cell, wrong(*bad) + column(INT, BOOL))


def year(rng):
    def draw(rng):
        value = rng.choice([1, 44, 0, -44, 999, 9999, 12345]) if rng.random() < 0.2 else rng.randint(1000, 2100)
        text = f"{value:05}" if value < 0 else f"{value:04}"
        return Cell(value, text, Plain(text))
    return Kind({"type": "year"}, "integer", draw, wrong("20x0", "20.5", "2010-01") + column(FLOAT, BOOL, DATE),
                lambda cells: integer_types(cell.value for cell in cells))


def json_text(value, separators=(",", ":"), is_ascii=False):
    """JSON whose bare words are written as they are."""
    if isinstance(value, Plain):
        try:
            is_bare = value in ("true", "false") or isinstance(json.loads(value), (int, float)) and value not in ("NaN", "Infinity", "-Infinity")
        except ValueError:
            is_bare = False
        return str(value) if is_bare else json.dumps(str(value), ensure_ascii=is_ascii)
    comma, colon = separators
    if isinstance(value, dict):
        return "{" + comma.join(json_text(key, separators, is_ascii) + colon + json_text(each, separators, is_ascii)
                                for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + comma.join(json_text(each, separators, is_ascii) for each in value) + "]"
    return json.dumps(value, ensure_ascii=is_ascii)


def node(rng, depth=0):
    roll = rng.random()
    if depth < 3 and roll < 0.2:
        return [node(rng, depth + 1) for _ in range(rng.randint(0, 3))]
    if depth < 3 and roll < 0.4:
        return {rng.choice(TEXTS[:60]): node(rng, depth + 1) for _ in range(rng.randint(0, 3))}
    return rng.choice([None, True, False, Plain("0"), Plain("1.50"), Plain("-7"), Plain("1e-7"), random_text(rng), random_text(rng)])


def nested(rng):
    def cell(rng):
        value = draw(rng)
        return Cell(json_text(value), json_text(value, rng.choice([(",", ":"), (", ", ": ")]), rng.random() < 0.3), value, stored=value)

    twice = lambda text: Mistake("repeated-key", text)
    position = lambda rng: [Plain(rng.choice(["0", "-7.50", "12"])), Plain(rng.choice(["0", "45.250"]))]
    struct = pa.struct([("b", pa.string()), ("a", pa.int64())])
    keys, draw, mistakes, types = rng.choice([
        ({"type": "object"}, lambda rng: {rng.choice(TEXTS[:60]): node(rng, 1) for _ in range(rng.randint(0, 3))},
         [*wrong("[1]", "{", "text"), twice('{"a":1,"a":2}'), twice('{"x":{"b":1,"c":2,"b":3}}')], []),
        ({"type": "object"}, lambda rng: {"b": random_text(rng), "a": Plain(str(whole(rng)))}, wrong("[1]"), [struct]),
        ({"type": "array"}, lambda rng: [node(rng, 1) for _ in range(rng.randint(0, 4))], [*wrong('{"a":1}', "1"), twice('[{"a":1,"a":1}]')], []),
        ({"type": "geojson"}, lambda rng: {"type": "Point", "coordinates": position(rng)}, wrong('{"type":"Nope"}', "[]"), []),
        ({"type": "geojson", "format": "topojson"}, lambda rng: {"type": "Topology", "objects": {}, "arcs": []}, wrong('{"type":"Point"}'), []),
        ({"type": "geopoint", "format": "array"}, position, wrong("[1]", "[200,1]", '["1","2"]'), []),
        ({"type": "geopoint", "format": "object"}, lambda rng: dict(zip(("lon", "lat"), position(rng))), wrong('{"lon":1}'), [])])
    return Kind(keys, "json", cell, mistakes + column(INT, DATE), lambda cells: types)


def anything(rng):
    def draw(rng):
        if rng.random() < 0.3:
            value = [node(rng, 1), node(rng, 1)] if rng.random() < 0.5 else {"a": node(rng, 1)}
            return Cell(json_text(value), json_text(value), value)
        if rng.random() < 0.3:
            text = rng.choice(["1.50", "0", "true", "-7"])
            return Cell(text, text, Plain(text))
        text = random_text(rng)
        return Cell(text, text, text)
    return Kind({"type": "any"}, "text", draw, [Mistake("unsafe-text", text, text) for text in HOSTILE])


def items(rng):
    """A list of each type of item; its text in CSV is delimited, and an empty list has one only where `""` is not missing."""
    delimiter = rng.choice([None, ";", "|", "||"])
    mark = delimiter or ","
    name, make = rng.choice([("string", None), ("integer", integer), ("number", number), ("boolean", boolean), ("date", date),
                             ("datetime", datetimes)])
    has_options = lambda kind: set(kind.keys) - {"type"}
    kind = string(rng)
    while make and has_options(kind := make(rng)):
        pass
    words = [text for text in TEXTS if text.strip(" ") == text and not {";", *mark} & set(text)]
    if name == "string":
        kind.draw = lambda rng: (lambda text: Cell(text, text, text))(rng.choice(words))
    has_empty = rng.random() < 0.5

    def draw(rng):
        cells = [kind.draw(rng) for _ in range(rng.choice([0, 1, 1, 2, 3, 12]) if has_empty else rng.randint(1, 4))]
        gap = rng.choice(["", " "])
        text = (mark + gap).join(cell.text for cell in cells)
        return Cell([cell.value for cell in cells], text, [cell.json for cell in cells], item_texts=[cell.text for cell in cells])

    good = kind.draw(rng)
    two = lambda bad: [good.json, bad]
    mistakes = [Mistake("list-separator", f"{good.text}{mark}{mark}{good.text}", two(""), pa.list_(pa.string()), [good.text, ""], 1),
                Mistake("list-separator", None, two(None), pa.list_(pa.string()), [good.text, None], 1),
                Mistake("list-separator", None if mark == ";" else f"a;b{mark}{good.text}", two("a;b"), pa.list_(pa.string()), [good.text, "a;b"], 1)]
    if name != "string":
        mistakes.pop()
        bad = [mistake for mistake in kind.mistakes if mistake.text and mark not in mistake.text]
        mistakes += [Mistake("wrong-type", each.text, two(each.text), pa.list_(pa.string()), [good.text, each.text], 1) for each in bad]
        mistakes += [Mistake("wrong-type", arrow=pa.list_(each.arrow), stored=[each.stored], item=0, writers=each.writers)
                     for each in kind.mistakes if each.arrow and not each.is_column and each.arrow != pa.string()]
        mistakes += [Mistake("wrong-type", arrow=pa.list_(each.arrow), stored=[each.stored], is_column=True, writers=each.writers)
                     for each in kind.mistakes if each.is_column and not pa.types.is_nested(each.arrow)]

    def types(cells):
        inner = [Cell(value, text) for cell in cells for value, text in zip(cell.value, cell.item_texts)]
        found = [pa.list_(type) for type in kind.arrow(inner) + [pa.string()] if type not in (pa.binary(), pa.date64())]
        found += [pa.large_list(type.value_type) for type in found]
        lengths = {len(cell.value) for cell in cells}
        return found + ([pa.list_(found[0].value_type, lengths.pop())] if len(lengths) == 1 and 0 not in lengths else [])

    keys = {"type": "list"} | ({"itemType": name} if make or rng.random() < 0.5 else {}) | ({"delimiter": delimiter} if delimiter else {})
    keys |= {"missingValues": ["-"]} if has_empty else {}
    return Kind(keys, f"list<{kind.published}>", draw, mistakes + column(INT, DATE, STRUCT), types)


KINDS = [string, string, formatted, integer, number, number, decimals, boolean, date, datetimes, worded, year, nested, nested, anything,
         items, items]
KEYS = [integer, string, date, lambda rng: decimals(rng, (9, 18, 38))]
