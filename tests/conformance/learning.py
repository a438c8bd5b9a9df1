"""What programs for machine learning read: Croissant and the Hugging Face dataset card. Both load every row."""
import json
import os
import tempfile
from importlib.metadata import version

os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HOME": tempfile.gettempdir()}

import datasets  # noqa: E402
import mlcroissant  # noqa: E402
from huggingface_hub import DatasetCard  # noqa: E402
from verdict import document  # noqa: E402


def row_counts(release):
    tables = json.loads((release / "manifest.json").read_text(encoding="utf-8"))["tables"]
    return {table["name"]: table["rows"] for table in tables}


def croissant(release):
    """The description, without a warning, and every record set, whose files are hashed when they are read."""
    dataset = mlcroissant.Dataset(jsonld=document(release, "croissant.json").name)
    issues = dataset.metadata.ctx.issues
    yield from [*issues.errors, *issues.warnings]
    counts = row_counts(release)
    loaded = {}
    for records in dataset.metadata.record_sets:
        loaded[records.uuid] = sum(1 for _ in dataset.records(record_set=records.uuid))
    for name, rows in counts.items():
        if loaded.get(name) != rows:
            yield f"{name}: {loaded.get(name)} records of {rows} rows"


def hugging_face(release):
    """Every configuration loads without the network, and there is one of each table that has rows."""
    datasets.disable_progress_bars()
    card = DatasetCard.load(str(document(release, "README.md"))).data.to_dict()
    yield from (f"no `{key}`" for key in ("license", "pretty_name") if not card.get(key))
    loaded = {}
    for config in card.get("configs", []):
        name = config["config_name"]
        parts = datasets.load_dataset(str(release), name, cache_dir=tempfile.gettempdir())
        loaded[name] = sum(len(part) for part in parts.values())
    expected = {name: rows for name, rows in row_counts(release).items() if rows}
    if loaded != expected:
        yield f"loaded {loaded}, published {expected}"


VALIDATORS = {
    "mlcroissant": (version("mlcroissant"), croissant),
    "datasets": (version("datasets"), hugging_face),
}
