"""Bags, Data Packages, CSV on the Web, DCAT-AP, DataCite and JSON Schema."""
import json
import pathlib
from importlib.metadata import version

import bagit
import csvw
import dplib
import frictionless
import jsonschema
import pyshacl
import rdflib
from datacite import schema45
from frictionless.formats import parquet as _  # loaded here once, not by every process
from verdict import SPECS, Remark, document, spec

SHAPES = rdflib.Graph().parse(SPECS / "dcat-ap-SHACL.ttl") if (SPECS / "dcat-ap-SHACL.ttl").is_file() else None
PROFILE = json.loads((pathlib.Path(dplib.__file__).parent / "profiles/2.0/datapackage.json").read_text(encoding="utf-8"))


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def bag(release):
    document(release, "bagit.txt")
    bagit.Bag(str(release)).validate()
    return []


def frictionless_package(release):
    descriptor = document(release, "datapackage.json")
    project = read_json(descriptor)["name"]
    report = frictionless.validate(descriptor.name)
    yield from report.warnings
    yield from (error.message for error in report.errors)
    for task in report.tasks:
        yield from (f"{task.name}: {warning}" for warning in task.warnings)
        for error in task.errors:
            # Table Schema has no rule against a row whose every value is missing, and a table without a key may hold one;
            # frictionless takes it for a slip of the pen. The table `diary` of tests/every-type holds one, because readers
            # of CSV like to drop it.
            is_known = error.type == "blank-row" and (project, task.name.split(".")[0]) == ("every-type", "diary")
            text = f"{task.name}: {error.type}: {error.message}"
            yield Remark(f"{task.name}: a row without any value (blank-row)") if is_known else text


def package_profile(release):
    for error in jsonschema.Draft7Validator(PROFILE).iter_errors(read_json(document(release, "datapackage.json"))):
        yield f"{error.json_path}: {error.message}"


def csvw_group(release):
    metadata = document(release, "data/csv/csv-metadata.json")
    group = csvw.CSVW(str(metadata), validate=True, strict=True)
    if not group.is_valid:
        yield from (warning.message for warning in group.warnings)
        yield "not valid"


def dcat_ap(release):
    metadata = document(release, "metadata/dcat.jsonld")
    spec("dcat-ap-SHACL.ttl")
    conforms, _, text = pyshacl.validate(str(metadata), data_graph_format="json-ld", shacl_graph=SHAPES)
    return [] if conforms else text.splitlines()


def datacite(release):
    for error in schema45.validator.iter_errors(read_json(document(release, "metadata/datacite.json"))):
        yield f"{error.json_path}: {error.message}"


def json_schemas(release):
    """Every schema is one, and there is one of each table."""
    tables = {table["name"] for table in read_json(document(release, "manifest.json"))["tables"]}
    schemas = {path.name.removesuffix(".schema.json"): path for path in release.glob("metadata/schema/*.schema.json")}
    if tables != set(schemas):
        yield f"schemas of other tables: {sorted(tables ^ set(schemas))}"
    for path in schemas.values():
        jsonschema.Draft202012Validator.check_schema(read_json(path))


VALIDATORS = {
    "frictionless": (version("frictionless"), frictionless_package),
    "csvw (strict)": (version("csvw"), csvw_group),
    "bagit-python": (version("bagit"), bag),
    "Data Package profile": (f"2.0 (dplib-py {version('dplib-py')})", package_profile),
    "pyshacl, DCAT-AP": (f"{version('pyshacl')}, 3.0.1", dcat_ap),
    "DataCite schema": (f"4.5 (datacite {version('datacite')})", datacite),
    "JSON Schema": (f"2020-12 (jsonschema {version('jsonschema')})", json_schemas),
}
