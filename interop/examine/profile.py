"""Ready settings for the clients of our own Z39.50 target, as their forms and files want them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """``databases``: name and title of each. ``base_url``: of the same over HTTP."""

    name: str
    host: str
    port: int
    databases: Sequence[tuple[str, str]]
    base_url: str = ""


def _koha(target: Target) -> str:
    """Koha, Administration > Z39.50/SRU servers; the same as SQL for its table z3950servers."""
    rows = [
        f"INSERT INTO z3950servers (host, port, db, servername, `rank`, syntax, encoding, timeout,"
        f" recordtype, servertype)\n  VALUES ('{target.host}', {target.port}, '{name}', "
        f"{_sql(title)}, {rank}, 'USMARC', 'utf8', 20, 'biblio', 'zed');"
        for rank, (name, title) in enumerate(target.databases, 1)
    ]
    return "\n".join(rows)


def _evergreen(target: Target) -> str:
    """Evergreen: config.z3950_source and config.z3950_attr. Structure 6 is what its own Library of
    Congress row uses; truncation 0 sends none, so that a word is that word.
    """
    attributes = (
        ("isbn", 7, 6),
        ("lccn", 9, 6),
        ("author", 1003, 6),
        ("title", 4, 6),
        ("issn", 8, 1),
        ("publisher", 1018, 6),
        ("pubdate", 31, 1),
        ("tcn", 12, 1),
    )
    lines = []
    for name, title in target.databases:
        lines.append(
            "INSERT INTO config.z3950_source (name, label, host, port, db, record_format,"
            " transmission_format, auth)\n"
            f"  VALUES ('{name}', {_sql(title)}, '{target.host}', {target.port}, '{name}', 'FI',"
            " 'usmarc', FALSE);"
        )
        lines += [
            "INSERT INTO config.z3950_attr (source, name, label, code, format, truncation)\n"
            f"  VALUES ('{name}', '{attribute}', '{attribute.title()}', {use}, {structure}, 0);"
            for attribute, use, structure in attributes
        ]
    return "\n".join(lines)


def _endnote(target: Target) -> str:
    """EndNote: what the form of a new connection file asks for."""
    name, title = target.databases[0]
    others = "".join(
        f"\n                     {other} ({label})" for other, label in target.databases[1:]
    )
    return (
        f"Connection name      {title}\n"
        f"Server address       {target.host}\n"
        f"Port                 {target.port}\n"
        f"Database name        {name}{others}\n"
        "Record syntax        US MARC\n"
        "Element set          F\n"
        "Text encoding        UTF-8\n"
        "Search attributes    Author 1003, Title 4, Year 31, ISBN 7, ISSN 8, Subject 21, Any 1016"
    )


def _others(target: Target) -> str:
    """Forms of MarcEdit, BookWhere, Virtua, Libol and the like; they ask for the same things."""
    names = ", ".join(name for name, _ in target.databases)
    return (
        f"Host / Máy chủ                {target.host}\n"
        f"Port / Cổng                   {target.port}\n"
        f"Database / Cơ sở dữ liệu      {names}\n"
        "User, password / Đăng nhập    none, unless a database is closed / để trống\n"
        "Record syntax / Cú pháp       USMARC (MARC 21); also UNIMARC, XML, OPAC, SUTRS, GRS-1\n"
        "Element set                   F\n"
        "Character set / Bảng mã       UTF-8 (MARC-8: a [[z3950_database]] row, docs/z3950.md)\n"
        "Attributes / Thuộc tính       Bib-1: Title 4, Author 1003, Subject 21, ISBN 7, ISSN 8,\n"
        "                              Year 31, Control number 12, OCLC number 1211, Any 1016"
    )


def _slims(target: Target) -> str:
    """SLiMS asks over SRU for MODS: the addresses of its Copy Cataloging servers."""
    return "\n".join(
        f"{title}\n  {target.base_url.rstrip('/')}/sru/{name}" for name, title in target.databases
    )


def _yaz(target: Target) -> str:
    """yaz-client and zoomsh."""
    name = target.databases[0][0]
    others = ", ".join(other for other, _ in target.databases[1:])
    return (
        f"yaz-client {target.host}:{target.port}/{name}\n"
        "Z> charset UTF-8\n"
        'Z> find @attr 1=4 "truyện kiều"\n'
        "Z> format usmarc\n"
        "Z> show 1\n"
        + (f"# other databases: {others}\n" if others else "")
        + "\nzoomsh 'set preferredRecordSyntax usmarc' "
        f"'connect {target.host}:{target.port}/{name}' 'search @attr 1=1016 kieu' 'show 0 1' quit"
    )


PROFILES: dict[str, Callable[[Target], str]] = {
    "koha": _koha,
    "evergreen": _evergreen,
    "endnote": _endnote,
    "slims": _slims,
    "yaz": _yaz,
    "others": _others,
}


def _sql(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
