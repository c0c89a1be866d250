"""ZeeRex: the description of a database, made from the tables that the server itself runs on.

What is announced are the rows of ``ACCESS_POINTS``, the relations that ``cql`` serves on each and
the registered crosswalks, so Explain cannot promise what is not there. Namespace and structure:
``http://explain.z3950.org/dtd/2.0/``; SRU 2.0 asks for searchInfo, which 1.x does not know.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import interop
from interop.crosswalks import XML_CROSSWALKS, Crosswalk
from interop.query.access_points import ACCESS_POINTS, AccessPoint
from interop.query.context_sets import CONTEXT_SETS
from interop.query.cql import relations
from interop.query.rpn import BIB1
from interop.sru.request import (
    DEFAULT_MAXIMUM_RECORDS,
    DEFAULT_MAXIMUM_TERMS,
    DEFAULT_SCHEMA,
    MAXIMUM_RECORDS,
    MAXIMUM_TERMS,
    QUERY_TYPES,
    VERSIONS,
    Version,
)
from interop.text.xml import attribute, escape

NAMESPACE = "http://explain.z3950.org/dtd/2.0/"

_BASE_URL = re.compile(r"(https?)://(\[[^\]]*\]|[^/:]*)(?::([0-9]+))?(/.*)?")
_DEFAULT_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True)
class Description:
    """``database``: canonical name. ``base_url``: of the whole server, as clients see it.
    ``modified``: when a record of the database last changed, seconds since 1970.
    """

    database: str
    title: str
    records: int
    base_url: str
    admin_email: tuple[str, ...] = ()
    modified: int = 0


def write(description: Description, version: Version) -> str:
    """The ``explain`` element for the SRU version that asks."""
    parts = [
        f'<explain xmlns="{NAMESPACE}" authoritative="true">',
        _server_info(description, version),
        _database_info(description),
        f"<metaInfo><dateModified>{_modified(description)}</dateModified></metaInfo>",
        _index_info(),
        _search_info() if version == "2.0" else "",
        _schema_info(),
        _config_info(),
        "</explain>",
    ]
    return "\n".join(part for part in parts if part)


def _server_info(description: Description, version: Version) -> str:
    match = _BASE_URL.fullmatch(description.base_url)
    scheme, host, port, path = match.groups("") if match else ("http", "", "", "")
    database = f"{path.strip('/')}/sru/{description.database}".lstrip("/")
    return (
        f'<serverInfo protocol="SRU" version="{version}" transport="{scheme}">'
        f"<host>{escape(host)}</host><port>{port or _DEFAULT_PORTS[scheme]}</port>"
        f'<database numRecs="{description.records}" lastUpdate="{_modified(description)}">'
        f"{escape(database)}</database></serverInfo>"
    )


def _modified(description: Description) -> str:
    """Seconds of UTC. What is described changes with the records: how many there are."""
    return datetime.fromtimestamp(description.modified, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _database_info(description: Description) -> str:
    contacts = "".join(f"<contact>{escape(email)}</contact>" for email in description.admin_email)
    return (
        f'<databaseInfo><title lang="vi" primary="true">{escape(description.title)}</title>'
        '<description lang="vi" primary="true">Biểu ghi thư mục MARC 21 kèm thông tin tài liệu '
        "của các thư viện; tìm có dấu hoặc không dấu.</description>"
        '<description lang="en">MARC 21 bibliographic records with the holdings of the libraries; '
        "searched with or without diacritics.</description>"
        f"{contacts}<implementation"
        f' identifier="interop" version="{attribute(interop.__version__)}"><title>Interop</title>'
        "</implementation></databaseInfo>"
    )


def _index_info() -> str:
    sets = "".join(
        f'<set name="{name}" identifier="{attribute(uris[0])}"/>\n'
        for name, uris in CONTEXT_SETS.items()
    )
    indexes = "\n".join(map(_index, ACCESS_POINTS))
    return f"<indexInfo>\n{sets}{indexes}\n</indexInfo>"


def _index(point: AccessPoint) -> str:
    maps = "".join(map(_name, point.names))
    attributes = "".join(f'<attr type="1" set="{BIB1}">{use}</attr>' for use in point.use)
    maps += f"<map>{attributes}</map>" if attributes else ""
    supported = "".join(
        f'<supports type="relation">{escape(relation)}</supports>' for relation in relations(point)
    )
    if point.kind == "text":
        supported += "".join(
            f'<supports type="relationModifier">{modifier}</supports>' for modifier in MODIFIERS
        )
    if point.facet:
        supported += '<supports type="facet">true</supports>'
    scan, sort = _flag(point.scan), _flag(point.sort)
    return (
        f'<index id="{point.name}" search="true" scan="{scan}" sort="{sort}">'
        f'<title lang="vi" primary="true">{escape(point.title_vi)}</title>'
        f'<title lang="en">{escape(point.title_en)}</title>'
        f"{maps}<configInfo>{supported}</configInfo></index>"
    )


# Of relations on text; all of them are of the cql set.
MODIFIERS = ("ignoreCase", "ignoreAccents", "respectAccents", "relevant", "masked", "unmasked")


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _name(name: str) -> str:
    context_set, dot, local = name.partition(".")
    if not dot:
        return f"<map><name>{escape(name)}</name></map>"
    return f'<map><name set="{context_set}">{escape(local)}</name></map>'


def _search_info() -> str:
    return (
        "<searchInfo><queryExample>dc.title = &quot;truyen kieu&quot;</queryExample>"
        "<queryExample>dc.creator any &quot;nguyen tran&quot; and dc.date &gt;= 1990 "
        "sortBy dc.date/sort.descending</queryExample></searchInfo>"
    )


def _schema_info() -> str:
    schemas = "\n".join(map(_schema, XML_CROSSWALKS.values()))
    return f"<schemaInfo>\n{schemas}\n</schemaInfo>"


def _schema(crosswalk: Crosswalk) -> str:
    return (
        f'<schema name="{attribute(crosswalk.prefix)}"'
        f' identifier="{attribute(identifier(crosswalk))}"'
        f' location="{attribute(crosswalk.schema_location.split()[-1])}"'
        ' retrieve="true" sort="false">'
        f'<title lang="en">{escape(crosswalk.title)}</title></schema>'
    )


def identifier(crosswalk: Crosswalk) -> str:
    """The URI of a schema: the newest that SRU registered for it, else its namespace."""
    registered = [name for name in crosswalk.names if name.startswith("info:srw/schema/")]
    return max(registered, default=crosswalk.namespace)


def _config_info() -> str:
    defaults = {
        "numberOfRecords": str(DEFAULT_MAXIMUM_RECORDS),
        "contextSet": "cql",
        "index": "cql.serverChoice",
        "relation": "=",
        "retrieveSchema": DEFAULT_SCHEMA,
        "numberOfTerms": str(DEFAULT_MAXIMUM_TERMS),
    }
    settings = {"maximumRecords": MAXIMUM_RECORDS, "maxTerms": MAXIMUM_TERMS}
    supports = [
        *(("version", version) for version in VERSIONS),
        *(("booleanModifier", name) for name in ("distance", "unit", "ordered", "unordered")),
        *(("maskingCharacter", character) for character in "*?^"),
        ("proximity", "word"),
        ("proximity", "element"),
        ("scan", "word"),
        ("scan", "heading"),
        ("resultSets", "true"),
        *(("queryType", name) for name in QUERY_TYPES),
        ("sort", "sortBy"),
        ("sort", "sortKeys"),
        ("sort", "relevance"),
        *(("sortModifier", name) for name in ("ascending", "descending")),
        *(("sortModifier", name) for name in ("missingOmit", "missingLow", "missingHigh")),
        *(("sortModifier", name) for name in ("missingFail", "missingValue", "ignoreCase")),
        ("sortModifier", "respectAccents"),
        ("recordPacking", "xml"),
        ("recordPacking", "string"),
    ]
    return (
        "<configInfo>"
        + "".join(f'<default type="{kind}">{escape(v)}</default>' for kind, v in defaults.items())
        + "".join(f'<setting type="{kind}">{v}</setting>' for kind, v in settings.items())
        + "".join(f'<supports type="{kind}">{escape(v)}</supports>' for kind, v in supports)
        + "</configInfo>"
    )


def access_point_table() -> str:
    """The indexes as a Markdown table: the part of ``docs/sru.md`` that no person writes."""
    lines = [
        "| Access point | CQL indexes | Bib-1 Use | Relations | Sort | Headings | Facet |",
        "|---|---|---|---|---|---|---|",
    ]
    for point in ACCESS_POINTS:
        names = ", ".join(f"`{name}`" for name in point.cql or point.names)
        uses = ", ".join(map(str, point.use))
        served = " ".join(f"`{relation}`" for relation in relations(point))
        flags = (point.sort, point.headings, point.facet)
        shown = " | ".join("yes" if flag else "" for flag in flags)
        title = f"{point.title_en} ({point.title_vi})"
        lines.append(f"| {title} | {names} | {uses} | {served} | {shown} |")
    return "\n".join(lines) + "\n"
