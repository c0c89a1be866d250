"""Items in the fields that library systems made up for them: one row per system in ``DIALECTS``.

A dialect is believed only where its tell-tale subfields stand, because 9XX mean something else to
everybody. Nonpublic notes are in no row, so they cannot be shown.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from interop.marc.record import DataField
from interop.model.holding import Holding


@dataclass(frozen=True, slots=True)
class Dialect:
    """``tags`` that it uses; ``signs``: codes of which all of one string must be there; ``read``:
    one field as a holding of a library.
    """

    tags: tuple[str, ...]
    signs: tuple[str, ...]
    read: Callable[[DataField, str], Holding]

    def knows(self, field: DataField) -> bool:
        """Whether ``field`` is an item of this system."""
        codes = {code for code, value in field.subfields if value.strip()}
        return any(codes.issuperset(signs) for signs in self.signs)


def joined(field: DataField, codes: str) -> str:
    """The values of ``codes`` in field order, joined by blanks."""
    return " ".join(value.strip() for value in field.values(codes) if value.strip())


def first(field: DataField, codes: str) -> str:
    """The first value that is not blank, by the order of ``codes``."""
    return next((value for code in codes if (value := field.first(code).strip())), "")


# Koha's default MARC framework. 952 subfields that say that an item cannot be had; each is 0 or
# empty when it can.
_KOHA_STATUSES = (("0", "withdrawn"), ("1", "lost"), ("4", "damaged"), ("7", "not for loan"))
# Koha's own names of schemes ("z": other); those that are codes of MARC stay as they are.
_KOHA_SCHEMES = {"z": "", "ANSCR": "anscr"}


def _koha(field: DataField, library: str) -> Holding:
    """952: the branch that the item belongs to, or else where it is (``$a``, ``$b``)."""
    statuses = [text for code, text in _KOHA_STATUSES if field.first(code).strip() not in ("", "0")]
    due = field.first("q").strip()
    is_said = due or any(code in "0147" for code, _ in field.subfields)
    available = (not statuses and not due) if is_said else None
    if due:
        statuses.append(f"on loan until {due}")
    restricted = field.first("5").strip()
    scheme = field.first("2").strip()
    return Holding(
        library=library,
        branch=first(field, "ab"),
        location=field.first("c").strip(),
        call_number=field.first("o").strip(),
        item=field.first("p").strip(),
        copy=field.first("t").strip(),
        status=", ".join(statuses),
        note=joined(field, "z"),
        url=field.first("u").strip(),
        call_number_scheme=_KOHA_SCHEMES.get(scheme, scheme),
        enumeration=field.first("h").strip(),
        available=available,
        due=due[:10],
        restrictions="restricted" if restricted not in ("", "0") else "",
    )


_SYMPHONY_SCHEMES = {
    "LC": "lcc",
    "LCPER": "lcc",
    "DEWEY": "ddc",
    "DEWEYPER": "ddc",
    "SUDOC": "sudoc",
}
# Current locations that are no places.
_SYMPHONY_AWAY = re.compile(r"CHECKEDOUT|LOST|MISSING|WITHDRAWN|INTRANSIT|ON-ORDER|DISCARD|REPAIR")


def _symphony(field: DataField, library: str) -> Holding:
    """SirsiDynix Symphony, 999 or 949: ``$k`` is where the item is, ``$l`` where it belongs."""
    current = field.first("k").strip()
    away = bool(_SYMPHONY_AWAY.search(current))
    public = re.fullmatch(r"\.PUBLIC\.\s*(.*)", field.first("o").strip(), re.DOTALL)
    return Holding(
        library=library,
        branch=field.first("m").strip(),
        location=field.first("l").strip(),
        call_number=field.first("a").strip(),
        item=field.first("i").strip(),
        copy=field.first("c").strip(),
        status=current if away else "",
        note=public[1] if public else "",
        call_number_scheme=_SYMPHONY_SCHEMES.get(field.first("w").strip().upper(), ""),
        enumeration=field.first("v").strip(),
        available=False if away else None,
    )


def _recommendation_995(field: DataField, library: str) -> Holding:
    """The French recommendation for exchanging items, in UNIMARC files of all systems."""
    due = field.first("n").strip()
    iso = re.sub(r"([0-9]{4})([0-9]{2})([0-9]{2})", r"\1-\2-\3", due) if due.isdecimal() else due
    return Holding(
        library=library,
        branch=first(field, "cb"),
        location=field.first("e").strip(),
        call_number=field.first("k").strip(),
        item=field.first("f").strip(),
        status=f"on loan until {iso}" if due else "",
        note=joined(field, "u"),
        enumeration=joined(field, "lv"),
        available=False if due else None,
        due=iso[:10],
    )


_ALMA_SCHEMES = {"0": "lcc", "1": "ddc", "2": "nlm", "3": "sudoc"}
_ALMA_AVAILABLE = {"available": True, "unavailable": False}


def _alma(field: DataField, library: str) -> Holding:
    """AVA, with which Alma enriches the records that it publishes."""
    said = field.first("e").strip().lower()
    return Holding(
        library=library,
        branch=first(field, "qb"),
        location=first(field, "cj"),
        call_number=field.first("d").strip(),
        status=said.replace("_", " "),
        call_number_scheme=_ALMA_SCHEMES.get(field.first("k").strip(), ""),
        summary=first(field, "tv"),
        available=_ALMA_AVAILABLE.get(said),
    )


def _alma_electronic(field: DataField, library: str) -> Holding:
    """AVE: an electronic portfolio."""
    return Holding(
        library=library, url=field.first("u").strip(), summary=field.first("s").strip(),
        note=field.first("n").strip(),
    )  # fmt: skip


DIALECTS = (
    Dialect(("952",), ("a", "b", "c", "o", "p", "t", "7", "u", "q"), _koha),
    Dialect(("999", "949"), ("ailm",), _symphony),
    Dialect(("995",), ("bf", "bk", "cf", "ck"), _recommendation_995),
    Dialect(("AVA",), ("b", "d"), _alma),
    Dialect(("AVE",), ("u",), _alma_electronic),
)
