"""The contract in the words of the peers: what `benches/contract/schema` says of tables, fields and rules, and nothing else.

The schema is read once, before anything is measured, and handed to the peers as JSON, so that there is one list of
rules and no peer pays for reading YAML.
"""
import json
import sys
from pathlib import Path

KINDS = {"string": "text", "integer": "integer", "number": "number", "date": "date", "datetime": "instant", "list": "list"}


def load(path):
    """The contract that `write` wrote."""
    return json.loads(Path(path).read_text())


def write(schema, path):
    """Reads the schema folder and writes the contract as JSON."""
    import yaml

    dataset = yaml.safe_load((schema / "dataset.yaml").read_text())
    tables = [table(schema, resource["name"]) for resource in dataset["resources"]]
    path.write_text(json.dumps({"base": dataset["letterpress"]["base_iri"], "tables": tables}, indent=1))


def table(schema, name):
    import yaml

    described = yaml.safe_load((schema / "tables" / f"{name}.yaml").read_text())
    references = [
        {"field": one(key["fields"]), "table": key["reference"]["resource"], "key": one(key["reference"]["fields"])}
        for key in described["foreignKeys"]
    ] if "foreignKeys" in described else []
    fields = [field(described) for described in described["fields"]]
    return {"name": name, "key": described["primaryKey"], "references": references, "fields": fields}


def field(described):
    rules = dict(described.get("constraints", {}))
    known = {
        "name": described["name"],
        "kind": KINDS[described["type"]],
        "required": rules.pop("required", False),
        "pattern": whole(rules.pop("pattern", None)),
        "enum": rules.pop("enum", None),
        "minimum": rules.pop("minimum", None),
        "maximum": rules.pop("maximum", None),
    }
    if rules:
        sys.exit(f"the peers do not know these constraints of `{described['name']}`: {', '.join(rules)}")
    return known


def whole(pattern):
    """A pattern of Table Schema matches the whole value; what may follow anyway is left out, which spares peers a scan."""
    if pattern is None:
        return None
    return f"^{pattern.removesuffix('.*')}" if pattern.endswith(".*") else f"^(?:{pattern})$"


def one(names):
    (name,) = names
    return name


def conclude(problems):
    """Ends a peer that found problems: the seeds of the benchmark have none, so the peer or the seeds are wrong."""
    found = {rule: count for rule, count in problems.items() if count}
    if found:
        sys.exit(json.dumps(found))
