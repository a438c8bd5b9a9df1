#!/usr/bin/env python3
"""damages.py RELEASE_DIR OUT_DIR: makes damaged copies of a release, each with the names of those who must notice.

The release is that of the starter project with `base_url`, so every document is there. What `letterpress verify` and the
digests of a bag notice they notice always, so the other validators are what each damage is about.
"""
import json
import pathlib
import shutil
import sys

DAMAGES = []
SUMS = ("sha256sum", "letterpress verify")
BAG = (*SUMS, "bagit-python")


def damage(*expected):
    """Registers a change to a release, and those who must notice it."""
    return lambda change: DAMAGES.append((change.__name__.replace("_", "-"), change, expected)) or change


def replace(path, old, new):
    before = path.read_bytes()
    assert old.encode() in before, f"{path.name} holds no {old!r}"
    path.write_bytes(before.replace(old.encode(), new.encode(), 1))


def edit(path, change):
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


@damage(*BAG, "frictionless")
def a_cell_edited(release):
    replace(release / "data/csv/floods.csv", "8.4", "8.5")


@damage(*BAG, "frictionless")
def a_row_dropped(release):
    path = release / "data/csv/floods.csv"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


@damage(*BAG, "frictionless", "csvw (strict)")
def a_reference_to_nothing(release):
    replace(release / "data/csv/floods.csv", "gau-long-bridge", "gau-long-brigde")


@damage(*BAG, "frictionless", "csvw (strict)")
def a_key_twice(release):
    replace(release / "data/csv/gauges.csv", "gau-mill-lane", "gau-long-bridge")


@damage(*BAG, "frictionless", "csvw (strict)")
def a_header_renamed(release):
    replace(release / "data/csv/gauges.csv", "river", "stream")


@damage(*BAG, "frictionless", "csvw (strict)")
def a_code_of_no_vocabulary(release):
    replace(release / "data/csv/floods.csv", "rain-snow", "rain-frogs")


@damage(*BAG, "frictionless", "csvw (strict)")
def a_date_that_is_none(release):
    replace(release / "data/csv/floods.csv", ",1795-02-11,", ",1795-02-31,")


@damage(*BAG, "frictionless", "csvw (strict)", "roc-validator")
def a_csv_removed(release):
    (release / "data/csv/flood_reports.csv").unlink()


@damage(*BAG, "datasets", "mlcroissant")
def a_parquet_cut_short(release):
    path = release / "data/parquet/floods.parquet"
    path.write_bytes(path.read_bytes()[:-9])


@damage(*BAG, "datasets")
def a_parquet_of_another_table(release):
    shutil.copyfile(release / "data/parquet/gauges.parquet", release / "data/parquet/floods.parquet")


@damage("letterpress verify", "bagit-python")
def an_extra_file_in_the_data(release):
    (release / "data/extra.csv").write_text("id\n", encoding="utf-8")


@damage("letterpress verify")
def an_extra_file_at_the_root(release):
    (release / "extra.txt").write_text("extra\n", encoding="utf-8")


@damage(*BAG)
def the_codebook_edited(release):
    replace(release / "CODEBOOK.md", "Floods", "Droughts")


@damage(*BAG, "frictionless")
def a_type_changed_in_the_data_package(release):
    replace(release / "datapackage.json", '"type": "number"', '"type": "boolean"')


@damage(*BAG, "Data Package profile")
def a_version_that_is_a_number(release):
    edit(release / "datapackage.json", lambda package: package.update(version=1))


@damage(*BAG, "csvw (strict)")
def a_column_renamed_in_csvw(release):
    edit(release / "data/csv/csv-metadata.json", lambda group: group["tables"][0]["tableSchema"]["columns"][1].update(name="other", titles="other"))


@damage(*BAG, "mlcroissant")
def a_croissant_field_of_no_file(release):
    def forget(croissant):
        files = croissant["distribution"]
        files.remove(next(file for file in files if file["contentUrl"].endswith("floods.parquet")))
    edit(release / "croissant.json", forget)


@damage(*BAG, "pyld")
def a_croissant_context_to_be_fetched(release):
    edit(release / "croissant.json", lambda croissant: croissant.update({"@context": "https://example.org/context"}))


@damage(*BAG, "roc-validator")
def a_crate_without_licence(release):
    edit(release / "ro-crate-metadata.json", lambda crate: root(crate).pop("license"))


@damage(*BAG, "roc-validator")
def a_crate_without_file_sizes(release):
    def forget(crate):
        for entity in crate["@graph"]:
            entity.pop("contentSize", None)
    edit(release / "ro-crate-metadata.json", forget)


def root(crate):
    return next(entity for entity in crate["@graph"] if entity["@id"] == "./" or entity.get("datePublished"))


@damage(*BAG, "datasets")
def a_card_that_names_a_missing_file(release):
    replace(release / "README.md", "floods.parquet", "deluges.parquet")


@damage(*BAG, "datasets")
def a_card_without_front_matter(release):
    path = release / "README.md"
    path.write_text(path.read_text(encoding="utf-8").split("\n---\n", 1)[1], encoding="utf-8")


@damage(*BAG, "cffconvert")
def a_citation_without_authors(release):
    replace(release / "CITATION.cff", "authors:", "writers:")


@damage(*BAG, "pyshacl, DCAT-AP")
def a_dcat_data_set_without_title(release):
    def forget(dcat):
        for node in [*dcat.get("@graph", []), dcat]:
            for key in [key for key in node if key.split(":")[-1] == "title"]:
                del node[key]
    edit(release / "metadata/dcat.jsonld", forget)


@damage(*BAG, "DataCite schema")
def a_data_cite_record_without_creators(release):
    edit(release / "metadata/datacite.json", lambda record: record.pop("creators"))


@damage(*BAG, "JSON Schema")
def a_json_schema_of_an_unknown_type(release):
    edit(release / "metadata/schema/floods.schema.json", lambda schema: schema.update(type="objekt"))


@damage(*BAG, "JSON Schema")
def a_json_schema_lost(release):
    (release / "metadata/schema/gauges.schema.json").unlink()


def main(release, out):
    for name, change, expected in DAMAGES:
        copy = out / name / "release"
        shutil.copytree(release, copy)
        change(copy)
        (out / name / "expected").write_text("\n".join(expected) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
