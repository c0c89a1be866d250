"""A client for the conformance tests that examines every answer it gets, before the test does."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import flask
from flask.testing import FlaskClient
from lxml import etree

from interop.http.shortcut import Handler, Shortcut
from interop.oai.provider import STANDARD_SIZES, PageSizes
from interop.oai.views import handler
from tests.unit.oai.fakes import FakeCatalogue

OAI = "http://www.openarchives.org/OAI/2.0/"
NS = {
    "o": OAI,
    "dc": "http://purl.org/dc/elements/1.1/",
    "marc": "http://www.loc.gov/MARC21/slim",
    "id": "http://www.openarchives.org/OAI/2.0/oai-identifier",
}
SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
DATESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
NO_ATTRIBUTES = {"badVerb", "badArgument"}
SECRET = b"a secret of the tests"

_OWN = Path(__file__).resolve().parents[2] / "schemas" / "oai"
# Payload schemas that the common wrapper does not import, by namespace.
_PAYLOADS = {
    "http://www.loc.gov/mods/v3": "mods/mods-3-8.xsd",
    "info:srw/schema/1/dc-schema": "srw-dc.xsd",
    # No copy of the official ones is to be had: our profiles stand for them.
    f"{OAI}provenance": str(_OWN / "provenance.xsd"),
    f"{OAI}rights/": str(_OWN / "rights.xsd"),
    f"{OAI}friends/": str(_OWN / "friends.xsd"),
    "urn:x-interop:opacxml": str(_OWN.parent / "holdings" / "opacxml.xsd"),
    "http://www.loc.gov/standards/iso20775/": str(_OWN.parent / "holdings" / "isohold.xsd"),
    "info:lc/xmlns/marcxchange-v2": str(_OWN.parent / "marc" / "unimarc.xsd"),
    "http://www.ndltd.org/standards/metadata/etdms/1.1/": str(_OWN.parent / "etd" / "etdms.xsd"),
    "http://worldcat.org/xmlschemas/qdc-1.0/": "qdc-1.0.xsd",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf.xsd",
}
# The official schema of SRU's Dublin Core root is not to be had; its content is OAI's.
_SRW_DC = """
<schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="info:srw/schema/1/dc-schema">
 <element name="dc"><complexType><sequence>
  <any namespace="http://purl.org/dc/elements/1.1/" processContents="strict" minOccurs="0"
   maxOccurs="unbounded"/>
 </sequence></complexType></element>
</schema>
"""
# The terms of DCMI import another version of the elements than OAI-PMH does, so that one schema
# cannot hold both: here any terms will do, tests/contracts/test_profiles.py is strict about them.
_QDC = """
<schema xmlns="http://www.w3.org/2001/XMLSchema"
 targetNamespace="http://worldcat.org/xmlschemas/qdc-1.0/">
 <element name="qualifieddc"><complexType><sequence>
  <any namespace="http://purl.org/dc/terms/" processContents="skip" minOccurs="0"
   maxOccurs="unbounded"/>
 </sequence></complexType></element>
</schema>
"""
# EDM takes the elements of Dublin Core otherwise than OAI-PMH does, and no copy of its official
# schema is to be had: here anything will do, our profile of it is strict.
_RDF = """
<schema xmlns="http://www.w3.org/2001/XMLSchema"
 targetNamespace="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
 <element name="RDF"><complexType><sequence>
  <any namespace="http://www.europeana.eu/schemas/edm/ http://www.openarchives.org/ore/terms/
    http://www.w3.org/2004/02/skos/core#" processContents="skip" minOccurs="0"
   maxOccurs="unbounded"/>
 </sequence></complexType></element>
</schema>
"""
# Addresses that the official schemas import, by their copies.
_COPIES = {"xml.xsd": "w3c/xml.xsd", "xlink.xsd": "w3c/xlink.xsd"}


class _Offline(etree.Resolver):
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def resolve(self, url, pubid, context):
        name = (url or "").rpartition("/")[2]
        if name == _PAYLOADS["info:srw/schema/1/dc-schema"]:
            return self.resolve_string(_SRW_DC, context)
        if name == _PAYLOADS["http://worldcat.org/xmlschemas/qdc-1.0/"]:
            return self.resolve_string(_QDC, context)
        if name == _PAYLOADS["http://www.w3.org/1999/02/22-rdf-syntax-ns#"]:
            return self.resolve_string(_RDF, context)
        copy = _COPIES.get(name)
        if copy and "://" in url and not url.startswith("file:"):
            return self.resolve_filename(str(self._folder / copy), context)
        return None


def official_schema(folder: Path) -> etree.XMLSchema:
    """OAI-PMH.xsd with every payload, strict: one schema, no network."""
    wrapper = etree.fromstring((folder / "wrap.xsd").read_bytes())
    for namespace, path in _PAYLOADS.items():
        etree.SubElement(
            wrapper,
            "{http://www.w3.org/2001/XMLSchema}import",
            namespace=namespace,
            schemaLocation=path,
        )
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Offline(folder))
    text = etree.tostring(wrapper)
    return etree.XMLSchema(etree.fromstring(text, parser, base_url=f"{folder}/wrapper.xsd"))


class Reply:
    """One examined answer."""

    def __init__(self, response, body: bytes, root: etree._Element) -> None:
        self.response = response
        self.body = body
        self.root = root

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def codes(self) -> list[str]:
        return [str(code) for code in self.root.xpath("o:error/@code", namespaces=NS)]

    @property
    def attributes(self) -> dict[str, str]:
        return dict(self.root.find("o:request", NS).attrib)

    def all(self, path: str) -> list:
        """Elements, attributes or texts at a path below the root."""
        return self.root.xpath(path, namespaces=NS)

    @property
    def headers(self) -> list[tuple[str, str, bool, tuple[str, ...]]]:
        """Identifier, datestamp, deleted, setSpecs."""
        return [
            (
                header.findtext("o:identifier", None, NS),
                header.findtext("o:datestamp", None, NS),
                header.get("status") == "deleted",
                tuple(spec.text for spec in header.findall("o:setSpec", NS)),
            )
            for header in self.root.iter(f"{{{OAI}}}header")
        ]

    @property
    def identifiers(self) -> list[str]:
        return [header[0] for header in self.headers]

    @property
    def token(self) -> etree._Element | None:
        found = self.all("*/o:resumptionToken")
        return found[0] if found else None


class Repository:
    """The whole front end over a catalogue, through Flask's test client.

    ``schema``: the official one; ``None`` where it is absent, and then the own checks alone hold.
    """

    def __init__(
        self,
        catalogue: FakeCatalogue,
        schema: etree.XMLSchema | None = None,
        sizes: PageSizes = STANDARD_SIZES,
    ) -> None:
        self.catalogue = catalogue
        self.schema = schema
        self.handle = handler(catalogue, lambda: catalogue.time, SECRET, sizes=sizes)
        self.app = application(self.handle)

    @property
    def http(self) -> FlaskClient:
        return self.app.test_client()

    def __call__(self, *, path: str = "/oai", **arguments: str) -> Reply:
        """GET with arguments; ``from_`` is written ``from``."""
        pairs = [(name.rstrip("_"), value) for name, value in arguments.items()]
        return self.query(urlencode(pairs), path)

    def query(self, query: str, path: str = "/oai") -> Reply:
        """GET with a raw query string."""
        return self.examine(self.http.get(f"{path}?{query}"), query, path)

    def post(self, form: str, query: str = "", path: str = "/oai") -> Reply:
        """POST of a raw form."""
        response = self.http.post(
            f"{path}?{query}", data=form, content_type="application/x-www-form-urlencoded"
        )
        return self.examine(response, "&".join(filter(None, (query, form))), path)

    def sequence(self, *, path: str = "/oai", **arguments: str) -> Iterator[Reply]:
        """All pages of a list."""
        reply = self(path=path, **arguments)
        yield reply
        while reply.token is not None and reply.token.text:
            reply = self(path=path, verb=arguments["verb"], resumptionToken=reply.token.text)
            yield reply

    def examine(self, response, query: str = "", path: str = "/oai") -> Reply:
        """What holds of every answer (checklist items 3, 4, 13 to 20, 25, 90)."""
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
        body = response.get_data()
        assert body.startswith(b"<?xml version=")
        root = etree.fromstring(body)
        if self.schema is not None:
            self.schema.assertValid(root)
        assert root.tag == f"{{{OAI}}}OAI-PMH"
        assert root.get(SCHEMA_LOCATION).split()[:2] == [OAI, f"{OAI}OAI-PMH.xsd"]
        names = [etree.QName(child).localname for child in root]
        assert names[:2] == ["responseDate", "request"]
        assert len(names) == 3 or set(names[2:]) == {"error"}
        assert all(DATESTAMP.fullmatch(stamp.text) for stamp in root.iter(f"{{{OAI}}}datestamp"))
        reply = Reply(response, body, root)
        assert DATESTAMP.fullmatch(root[0].text)
        assert root[1].text == f"{self.catalogue.base_url}{path}"
        if NO_ATTRIBUTES & set(reply.codes):
            assert reply.attributes == {}
        else:
            assert reply.attributes == dict(parse_qsl(query))
        assert all(error.text for error in root.findall("o:error", NS))
        return reply


def application(handle: Handler) -> flask.Flask:
    """A Flask application with nothing in front of it but OAI-PMH."""
    app = flask.Flask("test")
    app.wsgi_app = Shortcut(app.wsgi_app, {"oai": handle})
    return app
