"""Random tables: fields of every type with their options and constraints, rows, and mistakes that are planted in them."""
import random
from dataclasses import dataclass, replace

import pyarrow as pa

from values import ABSENT, KEYS, KINDS, Cell, Kind, Mistake
from writers import column_of


@dataclass
class Field:
    """A field, its values from the first row to the last, and where in a record they stand."""
    name: str
    path: tuple
    kind: Kind
    keys: dict
    missing: list
    cells: list
    mistakes: list


@dataclass
class Table:
    """A table of a project. Mistakes are planted by row and field; a door that cannot hold one keeps the good value."""
    name: str
    seed: str
    fields: list
    key: list
    files: list  # Numbers of rows.
    planted: dict
    missing: list

    def schema(self):
        fields = [{"name": field.name} | field.keys for field in self.fields]
        return {"fields": fields, "primaryKey": [field.name for field in self.key], "missingValues": self.missing}

    def columns(self):
        return [{"name": field.name, "type": field.kind.published} for field in self.fields]

    def rows(self):
        """The values of each row in the order of the key, as they must be published."""
        order = lambda row: [text.encode() if isinstance(text := field.cells[row].value, str) else text for field in self.key]
        return [[field.cells[row].value for field in self.fields] for row in sorted(range(sum(self.files)), key=order)]

    def without(self, rows=(), name=None):
        """A smaller copy, to find out what a failure needs."""
        keep = [row for row in range(sum(self.files)) if row not in rows]
        copies = {field.name: replace(field, cells=[field.cells[row] for row in keep]) for field in self.fields if field.name != name}
        planted = {(keep.index(row), field): each for (row, field), each in self.planted.items() if row in keep and field != name}
        return replace(self, fields=list(copies.values()), key=[copies[field.name] for field in self.key], files=[len(keep)], planted=planted)


def draw_rows(rng, number):
    """Most tables are small. One in a hundred crosses the sizes of batches and pieces of files, one in a thousand those of blocks."""
    if number % 1000 == 50:
        return 70_000
    if number % 100 == 50:
        return 12_000
    return rng.choice([0, 1, 2, rng.randint(0, 15), rng.randint(0, 15), rng.randint(0, 60), rng.randint(60, 200)])


def draw_table(seed, number, has_mistakes):
    rng = random.Random(f"{seed}/{number}")
    rows = max(draw_rows(rng, number), 2 * has_mistakes) if not has_mistakes else rng.randint(2, 40)
    is_large = rows > 1000
    missing = rng.choice([[""], [""], ["", "n/a"], ["n/a"], ["", "-", "?"]])
    count = rng.randint(1, 2) if is_large else rng.randint(2, 8)
    kinds = [KEYS[0] if is_large else rng.choice(KEYS)] + [rng.choice(KINDS) for _ in range(count)]
    fields = [draw_field(rng, f"f{position}", kind(rng), rows, missing, position == 0) for position, kind in enumerate(kinds)]
    if rng.random() < 0.2:
        for field in fields[1:3]:
            field.path = ("group", field.name)
            field.keys.setdefault("letterpress", {})
            field.keys["letterpress"] = field.keys["letterpress"] | {"from": f"group.{field.name}"}
    files = [rows]
    if rows > 3 and rng.random() < 0.3 and not has_mistakes:
        cut = rng.randint(1, rows - 1)
        files = [cut, rows - cut]
    table = Table(f"t{number}", f"{seed}/{number}", fields, fields[:1], files, {}, missing)
    if has_mistakes:
        plant(rng, table)
    return table


def draw_field(rng, name, kind, rows, table_missing, is_key):
    keys = dict(kind.keys)
    missing = keys.get("missingValues", table_missing)
    if "missingValues" not in keys and rng.random() < 0.1:
        missing = keys["missingValues"] = rng.choice([["", "NA"], ["-99", "none"]])
    emptiness = 0 if is_key else rng.choice([0, 0.1, 0.5, 1]) if rng.random() < 0.9 else 0
    cells, taken = [], set()
    while len(cells) < rows:
        if rng.random() < emptiness:
            cells.append(nothing(rng, missing))
            continue
        cell = kind.draw(rng)
        # An empty text is one where nothing else says that it is no value.
        is_missing = {cell.text, str(cell.value), str(cell.value).removesuffix(".0")} & set(missing)
        if is_missing or cell.text == "" and not (kind.published == "text" or kind.published.startswith("list")):
            continue
        if is_key and (cell.value in taken or cell.text == ""):
            continue
        taken |= {cell.value} if is_key else set()
        cells.append(cell)
    field = Field(name, (name, ), kind, keys, missing, cells, list(kind.mistakes))
    constrain(rng, field, is_key)
    return field


def nothing(rng, missing):
    """No value: as CSV writes it, and as JSON does (`ABSENT`: no key)."""
    return Cell(None, rng.choice(missing), rng.choice([None, None, ABSENT, rng.choice(missing)]))


def constrain(rng, field, is_key):
    """Adds a constraint that the values meet, with a mistake that breaks it."""
    filled = [cell for cell in field.cells if cell.value is not None]
    name = field.keys["type"]
    constraints, bad = {}, None
    if is_key or len(filled) == len(field.cells) and rng.random() < 0.5:
        constraints["required"] = True
        field.mistakes.append(Mistake("required", field.missing[0]))
    elif filled and rng.random() < 0.4:
        if name in ("integer", "number", "date", "datetime", "year"):
            low, high = (choose(filled, key=lambda cell: cell.value) for choose in (min, max))
            if low.value < high.value:
                # The lowest cannot be fallen below by a value that was drawn; the highest is taken out to be the mistake.
                field.cells = [low if cell.value == high.value else cell for cell in field.cells]
                constraints = {"minimum": low.text, "exclusiveMaximum": high.text}
                bad = Mistake("out-of-range", high.text, high.json)
        elif name == "string" and "format" not in field.keys:
            roll = rng.random()
            if roll < 0.4:
                constraints["enum"] = sorted({cell.text for cell in filled})
                bad = Mistake("not-in-enum", "not in the list", "not in the list")
            elif roll < 0.7:
                constraints["maxLength"] = max(len(cell.text) for cell in filled)
                text = "é" * (constraints["maxLength"] + 1)
                bad = Mistake("wrong-length", text, text)
            else:
                constraints["pattern"] = "[^§]*"
                bad = Mistake("pattern-mismatch", "§ 1", "§ 1")
    if constraints:
        field.keys["constraints"] = constraints
        if bad or name == "string":
            # What else is wrong with a text could break the constraint, too.
            field.mistakes = [each for each in field.mistakes if each.code in ("required", "not-utf8") or each.is_column] + [bad] * bool(bad)


def plant(rng, table):
    """Puts one to three mistakes into rows and fields; a column of another kind stands alone in its field."""
    rows = sum(table.files)
    for field in rng.sample(table.fields, min(len(table.fields), rng.randint(1, 3))):
        by_code = {}
        for each in filter(lambda each: fits(field, each), field.mistakes):
            by_code.setdefault((each.code, each.is_column, each.arrow is None), []).append(each)
        if not by_code:
            continue
        mistake = rng.choice(rng.choice(list(by_code.values())))
        table.planted[0 if mistake.is_column else rng.randrange(rows), field.name] = mistake


def fits(field, mistake):
    """Whether a column that can hold the mistake can hold the field's values, too."""
    if mistake.is_column or mistake.arrow is None:
        return not mistake.is_column or any(cell.value is not None for cell in field.cells)
    try:
        column_of(field.cells, mistake.arrow)
    except (pa.ArrowException, OverflowError, ValueError, TypeError):
        return False
    return True
