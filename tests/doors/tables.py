"""Random tables: fields of every type with their options and constraints, rows, and mistakes that are planted in them."""
import random
from dataclasses import dataclass, replace

import pyarrow as pa

from nested import KEYS, KINDS
from parquet import column_of
from scalars import ABSENT, Cell, Kind, Mistake


@dataclass
class Field:
    """A field, where in a record it stands, what means no value, and its values from the first row to the last."""
    name: str
    path: tuple
    kind: Kind
    keys: dict
    missing: list
    cells: list
    mistakes: list


@dataclass
class Table:
    """A table of a project. Mistakes are planted by row and field; a door that cannot write one keeps the good value."""
    name: str
    seed: str
    fields: list
    files: list  # Numbers of rows.
    missing: list
    planted: dict

    def schema(self):
        fields = [{"name": field.name} | field.keys for field in self.fields]
        return {"fields": fields, "primaryKey": [self.fields[0].name], "missingValues": self.missing}

    def columns(self):
        return [{"name": field.name, "type": field.kind.published} for field in self.fields]

    def rows(self):
        """The values of each row, as they must be published: in the order of the key, which is that of bytes for texts."""
        keys = [cell.value.encode() if isinstance(cell.value, str) else cell.value for cell in self.fields[0].cells]
        return [[field.cells[row].value for field in self.fields] for row in sorted(range(len(keys)), key=keys.__getitem__)]

    def without(self, rows=(), name=None):
        """A smaller copy, to find out what a failure needs."""
        keep = [row for row in range(sum(self.files)) if row not in rows]
        fields = [replace(field, cells=[field.cells[row] for row in keep]) for field in self.fields if field.name != name]
        planted = {(keep.index(row), field): each for (row, field), each in self.planted.items()
                   if row in keep and field != name}
        return replace(self, fields=fields, files=[len(keep)], planted=planted)


def draw_table(seed, number, has_mistakes):
    """Most tables are small. One in a hundred crosses the sizes of batches and pieces of files, one in a thousand blocks."""
    rng = random.Random(f"{seed}/{number}")
    rows = rng.choice([0, 1, 2, rng.randint(0, 15), rng.randint(0, 15), rng.randint(0, 60), rng.randint(60, 200)])
    rows = rng.randint(2, 40) if has_mistakes else 70_000 if number % 1000 == 50 else 12_000 if number % 100 == 50 else rows
    is_large = rows > 1000
    missing = rng.choice([[""], [""], ["", "n/a"], ["n/a"], ["", "-", "?"]])
    kinds = [KEYS[0] if is_large else rng.choice(KEYS)]
    kinds += rng.choices(KINDS, k=rng.randint(1, 2) if is_large else rng.randint(2, 8))
    fields = [draw_field(rng, f"f{position}", kind(rng), rows, missing) for position, kind in enumerate(kinds)]
    for field in fields[1:3] if rng.random() < 0.2 else []:
        field.path = ("group", field.name)
        field.keys["letterpress"] = field.keys.get("letterpress", {}) | {"from": ".".join(field.path)}
    cut = rng.randint(1, rows - 1) if rows > 3 and rng.random() < 0.3 and not has_mistakes else rows
    table = Table(f"t{number}", f"{seed}/{number}", fields, [cut, rows - cut] if cut < rows else [rows], missing, {})
    if has_mistakes:
        plant(rng, table)
    return table


def draw_field(rng, name, kind, rows, missing):
    """A field with its values; `f0` is the key."""
    keys, is_key = dict(kind.keys), name == "f0"
    if "missingValues" not in keys and rng.random() < 0.1:
        keys["missingValues"] = rng.choice([["", "NA"], ["-99", "none"]])
    missing = keys.get("missingValues", missing)
    emptiness = 0 if is_key else rng.choice([0, 0, 0.1, 0.5, 1])
    cells, taken = [], set()
    while len(cells) < rows:
        if rng.random() < emptiness:
            word = rng.choice(missing)
            cells.append(Cell(None, word, rng.choice([None, None, ABSENT, word])))
            continue
        cell = kind.draw(rng)
        # What has the form of a missing value is one, in whatever form it was drawn.
        if {cell.text, str(cell.value), str(cell.value).removesuffix(".0")} & set(missing) or is_key and cell.value in taken:
            continue
        if is_key:
            taken.add(cell.value)
        cells.append(cell)
    field = Field(name, (name, ), kind, keys, missing, cells, list(kind.mistakes))
    constrain(rng, field, is_key)
    return field


def constrain(rng, field, is_key):
    """Adds a constraint that the values meet, with a mistake that breaks it."""
    filled = [cell for cell in field.cells if cell.value is not None]
    constraints, bad = {}, None
    if is_key or len(filled) == len(field.cells) and rng.random() < 0.5:
        constraints, bad = {"required": True}, Mistake("required", field.missing[0])
    elif filled and rng.random() < 0.5:
        constraints, bad = a_constraint(rng, field, filled)
    if constraints:
        field.keys["constraints"] = constraints
        # A value of the wrong type breaks no constraint, too; a text that is wrong otherwise could.
        is_alone = lambda each: each.code in ("wrong-type", "inexact-number", "not-utf8") or bad.code == "required"
        others = list(filter(is_alone, field.mistakes))
        field.mistakes = others + [bad] * 3


def a_constraint(rng, field, filled):
    if field.keys["type"] in ("integer", "number", "date", "datetime", "year"):
        low, high = (choose(filled, key=lambda cell: cell.value) for choose in (min, max))
        if low.value == high.value:
            return {}, None
        # The highest value is taken out, to be the mistake.
        field.cells = [low if cell.value == high.value else cell for cell in field.cells]
        return {"minimum": low.text, "exclusiveMaximum": high.text}, Mistake("out-of-range", high.text, high.json)
    if field.keys["type"] != "string" or "format" in field.keys:
        return {}, None
    longest = max(len(cell.text) for cell in filled)
    key, value, code, text = rng.choice([
        ("enum", sorted({cell.text for cell in filled}), "not-in-enum", "not in the list"),
        ("maxLength", longest, "wrong-length", "é" * (longest + 1)), ("pattern", "[^‽]*", "pattern-mismatch", "‽ 1")])
    return {key: value}, Mistake(code, text, text)


def plant(rng, table):
    """Puts one to three mistakes into rows and fields, none twice in a field; each code and form is as likely."""
    for field in rng.sample(table.fields, min(len(table.fields), rng.randint(1, 3))):
        forms = {}
        for each in filter(lambda each: fits(field, each), field.mistakes):
            forms.setdefault((each.code, each.is_column, each.arrow is None), []).append(each)
        if forms:
            mistake = rng.choice(rng.choice([*forms.values()]))
            table.planted[0 if mistake.is_column else rng.randrange(sum(table.files)), field.name] = mistake


def fits(field, mistake):
    """Whether a column that can hold the mistake can hold the field's values, too; one without any values fits all."""
    if mistake.is_column or mistake.arrow is None:
        return not mistake.is_column or any(cell.value is not None for cell in field.cells)
    try:
        return column_of(field.cells, mistake.arrow) is not None
    except (pa.ArrowException, OverflowError, ValueError, TypeError):
        return False
