"""cffconvert: the citation file."""
from importlib.metadata import version

from cffconvert import Citation
from verdict import document


def cffconvert(release):
    Citation(document(release, "CITATION.cff").read_text(encoding="utf-8")).validate()
    return []


VALIDATORS = {"cffconvert": (version("cffconvert"), cffconvert)}
