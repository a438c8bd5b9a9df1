"""What a validator can say besides a list of problems, and where the spec files lie that no package ships."""
import os
import pathlib

SPECS = pathlib.Path(os.environ.get("SPECS", pathlib.Path(__file__).resolve().parents[3] / "shared" / "specs"))


class Absent(Exception):
    """The release has no such document."""


class Skip(Exception):
    """The validator cannot run here; the text says what is missing."""


def document(release, path):
    """A document of the release."""
    if not (release / path).is_file():
        raise Absent(f"no {path}")
    return release / path


def spec(name):
    """A public spec file that comes in no package."""
    if not (SPECS / name).is_file():
        raise Skip(f"{name} is not in {SPECS.parent.name}/{SPECS.name}")
    return SPECS / name


class Remark(str):
    """A finding that is known, and no fault of the release; the text says why."""
