"""Europeana Data Model (EDM) in RDF/XML, as aggregators of libraries, museums and archives take it.

Definition 5.2.8 and Mapping Guidelines 2.4. The rules give elements in any order; here they are put
into the classes of the model: the thing itself (ProvidedCHO), what the record names by address, and
the Aggregation, which says whose record it is and where it is shown.
"""

import re
from functools import partial

from interop.crosswalks._base import Crosswalk, Ruled, rule_file

NAMESPACE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SCHEMA_LOCATION = "http://www.europeana.eu/schemas/edm/EDM.xsd"
EDM = "http://www.europeana.eu/schemas/edm/"

_START = (
    f'<rdf:RDF xmlns:rdf="{NAMESPACE}" xmlns:edm="{EDM}"'
    ' xmlns:ore="http://www.openarchives.org/ore/terms/"'
    ' xmlns:skos="http://www.w3.org/2004/02/skos/core#"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    f' xsi:schemaLocation="{NAMESPACE} {SCHEMA_LOCATION}">'
)
# What stands beside the thing, in the order of the model.
_CLASSES = ("edm:WebResource", "edm:Agent", "edm:Place", "edm:TimeSpan", "skos:Concept")
# What the Aggregation says, in the order that the model prescribes.
_AGGREGATION = (
    "edm:aggregatedCHO", "edm:dataProvider", "edm:hasView", "edm:isShownAt", "edm:isShownBy",
    "edm:provider", "edm:rights",
)  # fmt: skip
_NAME = re.compile("<([A-Za-z0-9:]+)")
_ABOUT = re.compile('rdf:(?:about|resource)="([^"]*)"')


def _finish(elements: list[str]) -> bytes:
    named: dict[str, list[str]] = {}
    for element in elements:
        match = _NAME.match(element)
        named.setdefault(match[1] if match else "", []).append(element)
    shown, *views = named.pop("edm:isShownBy", [""])
    named["edm:isShownBy"] = [shown]
    named["edm:hasView"] = [view.replace("edm:isShownBy", "edm:hasView") for view in views]
    about = _ABOUT.findall(named["edm:aggregatedCHO"][0])[0]
    beside = _one_each([each for name in _CLASSES for each in named.pop(name, [])])
    aggregation = [each for name in _AGGREGATION for each in named.pop(name, [])]
    kinds = named.pop("edm:type", [])  # the last of all (EDM-EXTERNAL-MAIN.xsd)
    described = [each for elements in (*named.values(), kinds) for each in elements]
    return (
        f'{_START}<edm:ProvidedCHO rdf:about="{about}">{"".join(described)}</edm:ProvidedCHO>'
        f"{''.join(beside)}"
        f'<ore:Aggregation rdf:about="{about.removesuffix("#object")}#aggregation">'
        f"{''.join(aggregation)}</ore:Aggregation></rdf:RDF>"
    ).encode()


def _one_each(elements: list[str]) -> list[str]:
    """The first description of each resource: a name may be creator and translator."""
    found: dict[str, str] = {}
    for element in elements:
        found.setdefault(_ABOUT.findall(element)[0], element)
    return list(found.values())


_RULED = Ruled(partial(rule_file, "edm"), _finish)

CROSSWALK = Crosswalk(
    prefix="edm",
    namespace=NAMESPACE,
    schema_location=SCHEMA_LOCATION,
    title="Europeana Data Model (EDM)",
    write=_RULED.writer(),
    placed=_RULED.placed,
    names=("oai_edm", "europeana_edm", EDM, SCHEMA_LOCATION),
    media_type="application/rdf+xml",
    ruled=_RULED,
)
