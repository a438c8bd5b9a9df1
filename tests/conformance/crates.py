"""RO-Crate, and JSON-LD as a whole: nothing needs the network, and every document becomes RDF.

roc-validator fetches the context of a crate, so its cache is filled beforehand: that of the newest version comes with
the package `rocrate`, that of 1.2 is a spec file.
"""
import functools
import io
import json
import pathlib
import re
import tempfile
from importlib.metadata import version

import requests
import rocrate
from pyld import jsonld
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.processor import SPARQLProcessor
from requests_cache import CachedSession
from rocrate_validator import models, services
from urllib3.response import HTTPResponse
from verdict import SPECS, Remark, Skip, document

# What a project does not tell because there is no such thing: whoever publishes the bundled data set has no entry in the Research
# Organization Registry, no page and no address. The specification asks for identifiers "where possible", the validator always:
# a crate needs a publisher, who must be an organization, of which it wants all three, or a person, of whom it wants an ORCID.
UNTOLD = {"bundled": {
    "An Organization entity SHOULD have a ROR identifier as its @id (e.g., https://ror.org/03f0f6041)",
    "The organization SHOULD have a URL.",
    "An Organization's contactPoint SHOULD reference a ContactPoint contextual entity",
    "At least one author or publisher Person/Organization SHOULD have a contactPoint property",
}}

ADDRESS = re.compile(r"https://w3id\.org/ro/crate/(1\.\d)/context")


@functools.lru_cache(maxsize=None)
def prepared(question, namespaces, base):
    return prepareQuery(question, dict(namespaces), base)


def ask(processor, question, initBindings=None, initNs=None, base=None, DEBUG=False):  # noqa: N803, rdflib's names
    """Answers a SPARQL question, which is parsed only once: profiles ask the same few of every entity."""
    if isinstance(question, str):
        question = prepared(question, tuple(sorted((initNs or {}).items())), base)
    return answer(processor, question, initBindings, initNs, base, DEBUG)


answer, SPARQLProcessor.query = SPARQLProcessor.query, ask


def contexts():
    """The known contexts, by address."""
    shipped = (pathlib.Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld").read_bytes()
    found = {json.loads(shipped)["@id"]: shipped}
    for path in sorted(SPECS.glob("ro-crate-*.jsonld")):
        found[f"https://w3id.org/ro/crate/{path.stem.removeprefix('ro-crate-')}/context"] = path.read_bytes()
    return {address: text for address, text in found.items() if ADDRESS.fullmatch(address)}


def fill_cache(path):
    session = CachedSession(cache_name=path, backend="sqlite", expire_after=-1, allowable_methods=("GET",),
                            allowable_codes=(200, 302, 404))
    headers = {"Content-Type": "application/ld+json"}
    for address, text in CONTEXTS.items():
        for accepted in ({"Accept": "application/ld+json, application/json"}, {}):
            response = requests.Response()
            response.status_code, response.url, response._content = 200, address, text
            response.headers.update(headers)
            response.request = session.prepare_request(requests.Request("GET", address, headers=accepted))
            response.raw = HTTPResponse(body=io.BytesIO(text), status=200, headers=headers, preload_content=False,
                                        request_url=address)
            session.cache.save_response(response)
    session.close()


CONTEXTS = contexts()
FOLDER = tempfile.TemporaryDirectory()
CACHE = str(pathlib.Path(FOLDER.name) / "contexts")
fill_cache(CACHE)


def crate_context(release):
    """The version of the crate, whose context is known."""
    text = document(release, "ro-crate-metadata.json").read_text(encoding="utf-8")
    address = ADDRESS.search(text)
    if address[0] not in CONTEXTS:
        raise Skip(f"ro-crate-{address[1]}.jsonld is not in {SPECS.parent.name}/{SPECS.name}")
    return address[1]


def roc_validator(release):
    """At the level RECOMMENDED, which holds the level REQUIRED."""
    crate = crate_context(release)
    # Without the checks that the validator makes of its own profiles, which take most of the time.
    result = services.validate(models.ValidationSettings(
        rocrate_uri=models.URI(str(release)), profile_identifier=f"ro-crate-{crate}",
        requirement_severity=models.Severity.RECOMMENDED, validate_profile_checks=False, offline=True,
        cache_path=pathlib.Path(CACHE), cache_max_age=-1, skip_availability_check=True))
    untold = set(UNTOLD.get(release.name, ()))
    for issue in result.get_issues():
        if issue.message in UNTOLD.get(release.name, ()) and issue.severity == models.Severity.RECOMMENDED:
            untold.discard(issue.message)
            yield Remark(f"not recommended: {issue.message}")
            continue
        yield f"{issue.severity.name} {issue.check.identifier}: {issue.message} ({issue.violatingEntity})"
    # Nothing is excused that is told by now.
    yield from (f"not missed any more: {message}" for message in sorted(untold))


def load_context(address, _options):
    if address not in CONTEXTS:
        raise OSError(f"needs the network for {address}")
    return {"contextUrl": None, "documentUrl": address, "document": json.loads(CONTEXTS[address])}


def json_ld(release):
    crate_context(release)
    # The tables' JSON-LD is read back, node by node, by readback.py.
    documents = sorted(release.glob("metadata/*.jsonld")) + [release / "croissant.json", release / "ro-crate-metadata.json"]
    page = (release / "index.html").read_text(encoding="utf-8")
    texts = {str(path.relative_to(release)): path.read_text(encoding="utf-8") for path in documents}
    texts |= {f"index.html: script {number}": text for number, text in enumerate(
        re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL), 1)}
    if "index.html: script 1" not in texts:
        yield "index.html embeds no JSON-LD"
    jsonld.set_document_loader(load_context)
    for name, text in texts.items():
        parsed = json.loads(text)
        quads = jsonld.to_rdf(parsed, {"base": "https://release.example/", "format": "application/n-quads"})
        if not quads and parsed.get("@graph") != []:
            yield f"{name} says nothing"


VALIDATORS = {
    "roc-validator": (f"{version('roc-validator')}, RECOMMENDED", roc_validator),
    "pyld": (version("pyld"), json_ld),
}
