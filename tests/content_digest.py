#!/usr/bin/env python3
"""content_digest.py RELEASE_DIR: recomputes every content digest from the CSV, the Parquet and the JSON-LD.

The rule is `letterpress-content/2`, docs/content-digest.md. Needs pyarrow. Exits 1 if a digest differs from the manifest's.
"""
import hashlib, itertools, json, pathlib, re, sys
import pyarrow.parquet

BLOCK_ROWS = 2_048


def canonical(value, kind):
    """The canonical text of a value read from Parquet or JSON-LD; types that JSON lacks are already texts there."""
    if value is None:
        return ""
    kind = kind.split("(")[0]
    if kind.startswith("list<"):
        item = kind[5:-1]
        return quoted("; ".join(value if item == "text" else [canonical(each, item) for each in value]))
    if kind in ("text", "json"):
        return quoted(value)
    if isinstance(value, str):
        return value
    return {
        "integer": str,
        "number": lambda number: repr(number + 0.0),  # -0.0 is 0.0
        "decimal": lambda decimal: format(decimal, "f"),
        "boolean": lambda boolean: "true" if boolean else "false",
        "date": lambda date: date.isoformat(),
        "local-datetime": lambda local: local.isoformat(),
        "datetime": lambda instant: instant.isoformat().replace("+00:00", "Z"),
    }[kind](value)


def quoted(text):
    return '"' + text.replace('"', '""') + '"'


def read_csv(path, columns):
    """CSV holds canonical text; what must be undone is the mark at its start, its header, and its line ends."""
    rows, row = [], []
    for match in re.finditer(r'("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n)', path.read_bytes().decode("utf-8-sig")):
        row.append(match[1])
        if match[2] != ",":
            rows.append(",".join(row))
            row = []
    return rows[1:]


def read_parquet(path, columns):
    for batch in pyarrow.parquet.ParquetFile(path).iter_batches():
        for row in batch.to_pylist():
            yield ",".join(canonical(row[column["name"]], column["type"]) for column in columns)


def read_jsonld(path, columns):
    keys = [re.sub("[%:/]|^@", lambda match: f"%{ord(match[0]):02X}", column["name"]) for column in columns]
    for line in itertools.islice(path.open(encoding="utf-8", newline="\n"), 2, None):
        if line != "]}\n":
            # A reference or a code that cannot stand alone is {"@id": …, "identifier": the value}.
            node = json.loads(line.rstrip(",\n"), object_hook=lambda value: value.get("identifier", value)
                              if value.keys() == {"@id", "identifier"} else value)
            yield ",".join(canonical(node.get(key), column["type"]) for key, column in zip(keys, columns))


def digest(rows, columns):
    rows = itertools.chain([",".join(quoted(column["name"]) for column in columns)], rows)
    digests = b""
    for length in itertools.chain([BLOCK_ROWS + 1], itertools.repeat(BLOCK_ROWS)):  # The first block has the header.
        lines = [row + "\r\n" for row in itertools.islice(rows, length)]
        if not lines:
            return "sha256:" + hashlib.sha256(digests).hexdigest()
        digests += hashlib.sha256("".join(lines).encode()).digest()


def main(release):
    all_agree = True
    manifest = json.loads((release / "manifest.json").read_bytes())
    if manifest["content_digest_rule"] != "letterpress-content/2":
        sys.exit(f"another rule: {manifest['content_digest_rule']}")
    for table in manifest["tables"]:
        words = []
        for name, read in [("csv", read_csv), ("parquet", read_parquet), ("jsonld", read_jsonld)]:
            parts = [release / file["path"] for file in table["files"] if file["format"] == name]
            rows = itertools.chain.from_iterable(read(part, table["columns"]) for part in parts)
            agrees = parts and digest(rows, table["columns"]) == table["content_digest"]
            words.append(f"{name} {'agrees' if agrees else 'DIFFERS' if parts else 'absent'}")
            all_agree &= agrees is True or not parts
        print(f"{table['name']}: {', '.join(words)}")
    return 0 if all_agree else 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
