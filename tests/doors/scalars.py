"""Values of single types: how a schema declares them, how each door may write them, and how they are spoilt."""
import datetime
import math
import struct
import uuid
from dataclasses import dataclass, field as default
from decimal import Decimal

import pyarrow as pa

UTC, ABSENT = datetime.timezone.utc, object()  # ABSENT: no key at all, in JSON and YAML.
INT, FLOAT, BOOL, DATE, STAMP = pa.int64(), pa.float64(), pa.bool_(), pa.date32(), pa.timestamp("us", "UTC")
TEXTS = """null|~|Null|NULL|NO|no|yes|true|1e3|007|0x1F|1_000|1:30|22:22|2010-03|2010-03-14|- a|# x|a # b|a: b|[a]|{a}|*a
&a|!t|%d|@x|`x`|'|"|say "hi"|a,b;c|d\te|\\|\\n|\\u0041|NaN|inf|<b>&amp;|%41|=1+1|-|--- |...|? |>|.5|1.|+1|é|e\u0301|\ufeffmark
a\ufeffb|\U0001f600\U0001f469\u200d\U0001f680|\u2067עברית\u2069|العربية|中文|\u00a0|\u2028|a\u2029b|ﬀ|\U0010ffff|\ufffd|\uffff|İı
ß""".replace("\n", "|").split("|")
TEXTS += ["|", "line\nline", "crlf\r\nend", " lead", "trail ", "\ttab", "\n", "a\n", "a\r\n", " ", "x" * 5000, "é" * 700]
PLAIN_WORDS = ["no", "012", "1e3", "2010-03", "22:22", "-5", "1.50", "0x1F", "yes", "true", "word", "+1"]
HOSTILE = ["a\x07b", "\x1b[2J", "a\x7f", "a\x85b", "x\u202ey", "\u2067open", "close\u2069", "a\x00b", "a\rb"]


class Plain(str):
    """A text that YAML writes without quotes, and JSON too where it is a number, `true` or `false`."""


class Local(Plain):
    """A number as a field writes it, which to JSON is none or another: JSON writes its own number, or the text in quotes."""
    json = None


def local(rng, text, value):
    """A number written with marks of a field's own."""
    written = Local(text)
    written.json = rng.choice([None, repr(value)])
    return written


class Native(tuple):
    """What a Parquet column stores, as it is: (value, ). Python has no such day or instant."""


@dataclass
class Cell:
    """A value: what is published, the text by which CSV writes it, what JSON and YAML write, the texts of its items."""
    value: object
    text: str = None
    json: object = None
    item_texts: list = None


@dataclass
class Mistake:
    """A value that must be found, at the place of its item if it has one. What a door cannot write is `None`."""
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
    """A type with its options: keys of the schema, the type in the manifest, how values and mistakes are drawn."""
    keys: dict
    published: str
    draw: object
    mistakes: list = default(default_factory=list)
    arrow: object = lambda cells: []  # The Arrow types that hold all the cells, besides text.


def wrong(*words, code="wrong-type"):
    return [Mistake(code, word, word) for word in words]


def column(*types):
    """Columns of another kind: one error for each, whatever their values."""
    stored = {INT: 20200101, FLOAT: 1.5, BOOL: True, DATE: Native((0, )), STAMP: Native((0, )), pa.list_(INT): [1],
              pa.struct([("a", INT)]): {"a": 1}, pa.timestamp("us"): Native((0, ))}
    return [Mistake("wrong-type", arrow=type, stored=stored[type], is_column=True) for type in types]


def random_text(rng):
    if rng.random() < 0.5:
        return rng.choice(TEXTS)
    ranges = [(0x20, 0x7e)] * 4 + [(0xa0, 0x24f), (0x300, 0x36f), (0x370, 0x5ff), (0x4e00, 0x9fff), (0x1f300, 0x1faff)]
    return "".join(chr(rng.randint(*rng.choice(ranges))) for _ in range(rng.randint(1, 12)))


def string(rng):
    def draw(rng):
        text = random_text(rng) if rng.random() < 0.9 else Plain(rng.choice(PLAIN_WORDS))
        return Cell(str(text), str(text), text)

    mistakes = [Mistake("unsafe-text", text, text, pa.string(), text) for text in HOSTILE]
    mistakes += [Mistake("not-utf8", arrow=pa.binary(), stored=b"caf\xe9", writers=("pyarrow", ))]
    others = column(INT, FLOAT, BOOL, DATE, STAMP, pa.list_(INT))
    return Kind({"type": "string"}, "text", draw, mistakes + others, lambda cells: [pa.binary()])


def formatted(rng):
    name, draw, bad = rng.choice([
        ("email", lambda rng: f"a{rng.random()}@example.org", "a@b@c"),
        ("uri", lambda rng: f"https://example.org/{rng.random()}?q=ä#x", "no uri"),
        ("binary", lambda rng: rng.choice(["", "YWJj"]) + rng.choice(["YQ==", "YWI=", "YW+/"]), "YWJ"),
        ("uuid", lambda rng: str(uuid.UUID(int=rng.getrandbits(128))), "123")])
    return Kind({"type": "string", "format": name}, "text", as_written(draw), wrong(bad),
                lambda cells: [pa.uuid()] * (name == "uuid"))


def worded(rng):
    """Types that are published as the text that is written."""
    degrees = lambda rng: rng.choice(["0", "-7.5", "12.25", "45", "-89.99"])
    name, draw, bad = rng.choice([
        ("time", lambda rng: instant(rng).strftime("%H:%M:%S") + rng.choice(["", ".5", "Z", ".123456"]),
         ["25:00:00", "12:00", "12:00:60"]),
        ("yearmonth", lambda rng: day(rng).isoformat()[:7], ["2010-13", "2010", "2010-1"]),
        ("duration", lambda rng: rng.choice(["P1Y2M", "PT90M", "-P1D", "P1DT0.5S", "P12M", "PT0S"]), ["P", "1Y", "PT"]),
        ("geopoint", lambda rng: f"{degrees(rng)}, {degrees(rng)}", ["200, 1", "1", "1, 91"])])
    return Kind({"type": name}, "text", as_written(draw), wrong(*bad) + column(INT, BOOL))


def as_written(draw):
    def cell(rng):
        text = draw(rng)
        return Cell(text, text, rng.choice([text, Plain(text)]))
    return cell


def whole(rng):
    edges = [0, -1, 1, 127, 128, -129, 255, 65535, 2**31, -2**31, 2**32 - 1, 2**53 - 1, 2**53 + 1, 2**63 - 1, -2**63]
    return rng.choice(edges) if rng.random() < 0.3 else rng.randint(-10**rng.randint(1, 18), 10**rng.randint(1, 18))


def integer_types(cells):
    """The Arrow types that hold numbers which are whole."""
    values = [int(cell.value) for cell in cells]
    if any(value != cell.value for value, cell in zip(values, cells)):
        return []
    low, high = min(values, default=0), max(values, default=0)
    signed, unsigned = [pa.int8(), pa.int16(), pa.int32(), INT], [pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()]
    fits = lambda type: -2**(type.bit_width - 1) <= low and high < 2**(type.bit_width - 1)
    return list(filter(fits, signed)) + [type for type in unsigned if low >= 0 and high < 2**type.bit_width]


def integer(rng):
    group, is_bare = rng.choice([None, None, ",", ".", " "]), rng.random() < 0.8

    def draw(rng):
        value = whole(rng)
        text = f"{value:,}".replace(",", group) if group and rng.random() < 0.7 else str(value)
        if group is None and is_bare and rng.random() < 0.1:
            text = f"{'-' if value < 0 else rng.choice(['', '+'])}{rng.choice(['', '0', '00'])}{abs(value)}"
        text = text if is_bare else rng.choice([text + "%", text + " EUR", "€ " + text, text])
        return Cell(value, text, local(rng, text, value) if group == "." and is_bare else Plain(text))

    keys = {"type": "integer"} | ({"groupChar": group} if group else {}) | ({} if is_bare else {"bareNumber": False})
    keys |= {"decimalChar": ","} if group == "." else {}
    bad = ["1e3", "12.5", "9223372036854775808", "٣"] if group is None and is_bare else []
    bad += [f"12{group}34", f"1{group}{group}234", f"1234{group}567"] if group else []
    stored = [Mistake("wrong-type", arrow=pa.uint64(), stored=2**63)]
    return Kind(keys, "integer", draw, wrong(*bad) + stored + column(FLOAT, BOOL, DATE, STAMP), integer_types)


def double(rng):
    edges = [0.0, -0.0, 0.1, 1e16, 1e15, 1e22, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 2.0**53, 0.1 + 0.2,
             1 / 3, 123456789012345680.0, 1e-5, 0.0001, -2.5, 1.25e-5, 3.4028234663852886e38, 0.5, 1.5, 100.0]
    roll = rng.random()
    if roll < 0.4:
        return rng.choice(edges)
    if roll < 0.7:
        return round(rng.uniform(-1000, 1000), rng.randint(0, 4))
    value = struct.unpack("<d", rng.getrandbits(64).to_bytes(8, "little"))[0]
    return value if math.isfinite(value) else 1.0


def number_types(cells):
    is_single = lambda value: abs(value) < 3.5e38 and struct.unpack("<f", struct.pack("<f", value))[0] == value
    types = [FLOAT, FLOAT] + [pa.float32()] * all(is_single(cell.value) for cell in cells)
    return types + (integer_types(cells) if all(abs(cell.value) <= 2**53 for cell in cells) else [])


def number(rng):
    point, group = rng.choice([(".", None)] * 4 + [(",", "."), (",", None), (".", ","), (".", "'")])

    def draw(rng):
        value = double(rng)
        text = repr(value)
        if "e" not in text and group and rng.random() < 0.7:
            text = f"{Decimal(text):,f}".replace(",", "G")
        text += rng.choice(["", "", "00"]) if "e" not in text else ""
        text = text.replace("e", "E").removesuffix(".0") if rng.random() < 0.1 else text
        text = text.replace(".", point).replace("G", group or "")
        return Cell(value, text, local(rng, text, value) if point != "." else Plain(text))

    keys = {"type": "number"} | ({"decimalChar": point} if point != "." else {}) | ({"groupChar": group} if group else {})
    bad = wrong(f"12{group}34{point}5", f"1{point}234{group}5", f"1{point}2{point}3") if group else []
    if (point, group) == (".", None):
        bad += wrong("NaN", "inf", "1_000", "1e400")
        bad += wrong("0.1000000000000000055", "9007199254740993", code="inexact-number")
    stored = [Mistake("wrong-type", arrow=FLOAT, stored=value) for value in (math.nan, math.inf, -math.inf)]
    stored += [Mistake("inexact-number", arrow=INT, stored=2**53 + 1)]
    return Kind(keys, "number", draw, bad + stored + column(BOOL, DATE, STAMP), number_types)


def decimals(rng, digits=(1, 5, 9, 18, 19, 38)):
    digits, point = rng.choice(digits), rng.choice(".,")
    scale = rng.randint(0, digits)

    def draw(rng):
        units = rng.choice([0, 10**digits - 1, 1, 5, rng.randrange(10**rng.randint(1, digits)), rng.randrange(10**digits)])
        value = Decimal((int(units > 0 and rng.random() < 0.3), tuple(map(int, str(units))), -scale))
        text = format(value, "f")
        text = text.rstrip("0").removesuffix(".") if scale and rng.random() < 0.3 else text
        return Cell(value, text := text.replace(".", point), Plain(text))

    def types(cells):
        is_small = all(abs(cell.value) < 2**63 for cell in cells)
        return [pa.decimal128(digits, scale), pa.decimal128(38, scale)] + (integer_types(cells) if is_small else [])

    bad = wrong("9" * (digits + 1), f"0{point}{'0' * scale}1", "1e1")
    if digits < 37:
        bad += [Mistake("wrong-type", arrow=pa.decimal128(38, scale + 1), stored=Decimal((0, (1, ), -scale - 1)))]
    keys = {"type": "number", "letterpress": {"decimal": [digits, scale]}} | ({"decimalChar": ","} if point == "," else {})
    return Kind(keys, f"decimal({digits}, {scale})", draw, bad + column(FLOAT, BOOL, DATE), types)


def year(rng):
    def draw(rng):
        value = rng.choice([1, 44, 0, -44, 999, 9999, 12345]) if rng.random() < 0.2 else rng.randint(1000, 2100)
        return Cell(value, text := f"{value:05}" if value < 0 else f"{value:04}", Plain(text))
    return Kind({"type": "year"}, "integer", draw, wrong("20x0", "20.5", "2010-01") + column(FLOAT, BOOL, DATE), integer_types)


def boolean(rng):
    yes, no = rng.choice([(None, None), (["ja", "j"], ["nein"]), (["1"], ["0"])])

    def draw(rng):
        value = rng.random() < 0.5
        text = rng.choice((yes or ["true", "True", "TRUE", "1"]) if value else (no or ["false", "False", "FALSE", "0"]))
        return Cell(value, text, rng.choice([text, Plain(text)] + [value] * (yes is None)))

    keys = {"type": "boolean"} | ({"trueValues": yes, "falseValues": no} if yes else {})
    bad = wrong("maybe", "2", *["true"] * (yes is not None))
    return Kind(keys, "boolean", draw, bad + column(INT, FLOAT, DATE), lambda cells: [BOOL])


def day(rng):
    edges = [datetime.date.min, datetime.date.max, datetime.date(2000, 2, 29), datetime.date(1970, 1, 1)]
    return rng.choice(edges) if rng.random() < 0.2 else datetime.date.fromordinal(rng.randint(1, 3652059))


def date(rng):
    bad_of = {None: ["2010-02-30", "0000-01-01", "10000-01-01", "2010-3-1"], "%d %B %Y": [], "%Y/%m/%d": ["18/02/03"],
              "%m/%d/%Y": ["2/15/18", "02/15/018", "02/30/2018"], "%d.%m.%Y": ["1.2.18", "31.02.2018", "01.02.12018"]}
    form = rng.choice([None, *bad_of])

    def draw(rng):
        value = day(rng)
        text = value.strftime(form.replace("%Y", f"{value.year:04}")) if form else value.isoformat()
        text = f"{value.day}.{value.month}.{value.year:04}" if form == "%d.%m.%Y" and rng.random() < 0.2 else text
        return Cell(value, text, rng.choice([text, Plain(text)]))

    stored = [Mistake("wrong-type", arrow=DATE, stored=Native((days, ))) for days in (-719163, 2932897, 3000000)]
    keys = {"type": "date"} | ({"format": form} if form else {})
    return Kind(keys, "date", draw, wrong(*bad_of[form]) + stored + column(INT, STAMP, FLOAT, BOOL),
                lambda cells: [DATE, DATE, pa.date64()])


def microseconds(instant):
    return (instant.replace(tzinfo=UTC) - datetime.datetime(1970, 1, 1, tzinfo=UTC)) // datetime.timedelta(microseconds=1)


def instant(rng):
    first, last = datetime.datetime(1, 1, 1, tzinfo=UTC), datetime.datetime(9999, 12, 31, 23, 59, 59, 999999, UTC)
    if rng.random() < 0.2:
        return rng.choice([first, last, datetime.datetime(1969, 12, 31, 23, 59, 59, 999999, UTC)])
    seconds = rng.randint(*rng.choice([(0, 315537897599), (62135596800, 64000000000)]))
    micros = rng.choice([0, 0, 500000, rng.randint(0, 999999), rng.randint(0, 999) * 1000])
    return first + datetime.timedelta(seconds=seconds, microseconds=micros)


def iso_text(rng, value, is_local):
    """ISO 8601, with any offset, and as few digits of a second as one likes."""
    if rng.random() < 0.3 and 1 < value.year < 9999 and not is_local:
        value = value.astimezone(datetime.timezone(datetime.timedelta(minutes=rng.choice([60, -210, 840, -840, 345]))))
    text, offset = value.replace(tzinfo=None).isoformat(), value.isoformat()[-6:]
    text = text.rstrip("0") if "." in text and rng.random() < 0.5 else text
    return text + ("" if is_local else rng.choice(["Z", "+00:00"]) if offset == "+00:00" else offset)


def datetimes(rng):
    """Instants, and with `zone: none` times of no zone."""
    zone = rng.choice([None, "UTC", "none"])
    form = rng.choice([None, None, None, "%d.%m.%Y %H:%M" if zone else "%Y-%m-%dT%H:%M:%S%z"])

    def draw(rng):
        value = instant(rng)
        if form:
            value = value.replace(microsecond=0, second=value.second * (zone is None))
            offset = rng.choice(["Z", "+0000", "+00:00"])
            text = value.strftime(form.replace("%Y", f"{value.year:04}").replace("%z", offset))
        else:
            text = iso_text(rng, value, zone == "none" or zone == "UTC" and rng.random() < 0.3)
        return Cell(value.replace(tzinfo=None) if zone == "none" else value, text, rng.choice([text, Plain(text)]))

    def types(cells):
        micros = [microseconds(cell.value) for cell in cells]
        is_whole = lambda size: all(each % size == 0 for each in micros)
        units = ["us", "us"] + ["ms"] * is_whole(1000) + ["s"] * is_whole(10**6)
        units += ["ns"] * all(abs(each) < 2**63 // 1000 for each in micros)
        zones = {None: ["UTC"], "UTC": ["UTC", "+02:00", "Europe/Berlin", None], "none": [None]}[zone]
        return [pa.timestamp(unit, each) for unit in units for each in zones]

    bad = wrong("0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-05:00", "2020-01-01T00:00:00.1234567Z", "2020-01-01",
                "2020-01-01T24:00:00Z", "2020-01-01 00:00:00Z", "0000-12-31T00:00:00")
    bad += wrong("2020-01-01T00:00:00Z") if zone == "none" else []
    bad += wrong("2020-01-01T00:00:00", code="time-without-zone") if zone is None else []
    shown = None if zone == "none" else "UTC"
    stored = [Mistake("wrong-type", arrow=pa.timestamp("us", shown), stored=Native((micros, )))
              for micros in (-62135596800000001, 253402300800000000)]
    stored += [Mistake("wrong-type", arrow=pa.timestamp("ns", shown), stored=Native((1577836800000000001, )),
                       writers=("pyarrow", "polars"))]
    keys = {"type": "datetime"} | ({"format": form} if form else {}) | ({"letterpress": {"zone": zone}} if zone else {})
    others = column(INT, FLOAT, DATE, BOOL, *{None: [pa.timestamp("us")], "none": [STAMP], "UTC": []}[zone])
    return Kind(keys, "local-datetime" if zone == "none" else "datetime", draw, ([] if form else bad) + stored + others, types)
