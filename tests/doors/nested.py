"""Values that hold others: objects, arrays, points, anything, and lists of each type of item."""
import json

import pyarrow as pa

from scalars import (BOOL, DATE, HOSTILE, INT, TEXTS, Cell, Kind, Local, Mistake, Plain, boolean, column, date, datetimes, decimals,
                     formatted, integer, number, random_text, string, whole, worded, wrong, year)


def json_text(value, separators=(",", ":"), is_ascii=False):
    """JSON in which numbers are written as they stand in `Plain`."""
    if isinstance(value, Local):
        return value.json or json.dumps(str(value), ensure_ascii=is_ascii)
    if isinstance(value, Plain):
        return str(value) if is_json(value) else json.dumps(str(value), ensure_ascii=is_ascii)
    comma, colon = separators
    if isinstance(value, dict):
        write = lambda key, each: json.dumps(key, ensure_ascii=is_ascii) + colon + json_text(each, separators, is_ascii)
        return "{" + comma.join(write(*pair) for pair in value.items()) + "}"
    if isinstance(value, list):
        return "[" + comma.join(json_text(each, separators, is_ascii) for each in value) + "]"
    return json.dumps(value, ensure_ascii=is_ascii)


def is_json(text):
    try:
        return isinstance(json.loads(text), (int, float)) and text not in ("NaN", "Infinity", "-Infinity")
    except ValueError:
        return False


def node(rng, depth=1):
    roll = rng.random()
    if depth < 3 and roll < 0.2:
        return [node(rng, depth + 1) for _ in range(rng.randint(0, 3))]
    if depth < 3 and roll < 0.4:
        return mapping(rng, depth)
    return rng.choice([None, True, False, *map(Plain, ["0", "1.50", "-7", "1e-7"]), random_text(rng), random_text(rng)])


def mapping(rng, depth=1):
    return {rng.choice(TEXTS[:60]): node(rng, depth + 1) for _ in range(rng.randint(0, 3))}


def structured(rng):
    def cell(rng):
        value = draw(rng)
        return Cell(json_text(value), json_text(value, rng.choice([(",", ":"), (", ", ": ")]), rng.random() < 0.3), value)

    twice = lambda *texts: [Mistake("repeated-key", text) for text in texts]
    point = lambda rng: [Plain(rng.choice(["0", "-7.50", "12"])), Plain(rng.choice(["0", "45.250"]))]
    keys, draw, bad, types = rng.choice([
        ({"type": "object"}, mapping, wrong("[1]", "{", "text") + twice('{"a":1,"a":2}', '{"x":{"b":1,"c":2,"b":3}}'), []),
        ({"type": "object"}, lambda rng: {"b": random_text(rng), "a": Plain(str(whole(rng)))}, wrong("[1]"),
         [pa.struct([("b", pa.string()), ("a", INT)])]),
        ({"type": "array"}, lambda rng: [node(rng) for _ in range(rng.randint(0, 4))],
         wrong('{"a":1}', "1") + twice('[{"a":1,"a":1}]'), []),
        ({"type": "geojson"}, lambda rng: {"type": "Point", "coordinates": point(rng)}, wrong('{"type":"Nope"}', "[]"), []),
        ({"type": "geojson", "format": "topojson"}, lambda rng: {"type": "Topology", "objects": mapping(rng), "arcs": []},
         wrong('{"type":"Point"}'), []),
        ({"type": "geopoint", "format": "array"}, point, wrong("[1]", "[200,1]", '["1","2"]'), []),
        ({"type": "geopoint", "format": "object"}, lambda rng: dict(zip(("lon", "lat"), point(rng))), wrong('{"lon":1}'), [])])
    return Kind(keys, "json", cell, bad + column(INT, DATE), lambda cells: types)


def anything(rng):
    def draw(rng):
        plain = Plain(rng.choice(["1.50", "0", "true", "-7"]))
        value = rng.choice([random_text(rng), random_text(rng), plain, [node(rng)], mapping(rng)])
        text = str(value) if isinstance(value, str) else json_text(value)
        return Cell(text, text, value)
    return Kind({"type": "any"}, "text", draw, wrong(*HOSTILE, code="unsafe-text"))


def items(rng):
    """A list. Its text in CSV is delimited; an empty list has one only where the empty text is no missing value."""
    delimiter, name = rng.choice([None, ";", "|", "||"]), rng.choice([*ITEMS])
    mark, kind = delimiter or ",", ITEMS[name](rng)
    while name != "string" and set(kind.keys) > {"type"}:
        kind = ITEMS[name](rng)
    if name == "string":
        words = [text for text in TEXTS if text.strip(" ") == text and not {";", *mark} & set(text)]
        kind.draw = lambda rng: Cell(text := rng.choice(words), text, text)
    has_empty = rng.random() < 0.5

    def draw(rng):
        cells = [kind.draw(rng) for _ in range(rng.choice([0, 1, 1, 2, 3, 12]) if has_empty else rng.randint(1, 4))]
        texts = [cell.text for cell in cells]
        text = (mark + rng.choice(["", " "])).join(texts)
        return Cell([cell.value for cell in cells], text, [cell.json for cell in cells], texts)

    def types(cells):
        inner = [Cell(value, text) for cell in cells for value, text in zip(cell.value, cell.item_texts)]
        held = [type for type in kind.arrow(inner) if type not in (pa.binary(), pa.date64())] + [pa.string()]
        lengths = {len(cell.value) for cell in cells}
        fixed = [pa.list_(held[0], lengths.pop())] if len(lengths) == 1 and 0 not in lengths else []
        return [pa.list_(type) for type in held] + [pa.large_list(type) for type in held] + fixed

    keys = {"type": "list"} | ({"itemType": name} if name != "string" or rng.random() < 0.5 else {})
    keys |= ({"delimiter": delimiter} if delimiter else {}) | ({"missingValues": ["-"]} if has_empty else {})
    return Kind(keys, f"list<{kind.published}>", draw, spoilt_items(name, mark, kind, kind.draw(rng)), types)


def spoilt_items(name, mark, kind, good):
    """Mistakes of items: what the form in CSV cannot carry, and those of the items' own type."""
    def second(code, text, bad):
        return Mistake(code, text, [good.json, bad], pa.list_(pa.string()), [good.text, bad], 1)

    found = [second("list-separator", f"{good.text}{mark}{mark}{good.text}", ""), second("list-separator", None, None)]
    if name == "string":
        found += [second("list-separator", None if mark == ";" else f"a;b{mark}c", "a;b")]
        return found + column(INT, DATE, pa.struct([("a", INT)]))
    for each in kind.mistakes:
        if each.is_column:
            found += [Mistake(each.code, None, None, pa.list_(each.arrow), [each.stored], None, True, each.writers)]
        elif each.arrow:
            found += [Mistake(each.code, None, None, pa.list_(each.arrow), [each.stored], 0, False, each.writers)]
        elif mark not in each.text:
            found += [second(each.code, each.text, each.text)]
    return found + column(INT, DATE, pa.struct([("a", INT)]))


ITEMS = {"string": string, "integer": integer, "number": number, "boolean": boolean, "date": date, "datetime": datetimes}
KINDS = [string, string, formatted, integer, number, number, decimals, boolean, date, datetimes, worded, year, structured,
         structured, anything, items, items]
KEYS = [integer, string, date, lambda rng: decimals(rng, (9, 18, 38))]
