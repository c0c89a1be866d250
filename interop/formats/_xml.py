"""What the readers of XML formats share: detection by start tag, text, and names."""

import re
from collections.abc import Callable

from lxml import etree

from interop.marc.values import Repairs

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def start_of(names: str, attributes: str = "") -> Callable[[bytes], int | None]:
    """A detector of the first start tag whose local name is one of ``names`` (a regular
    expression), with ``attributes`` (another) somewhere inside it.
    """
    inside = rf"[^>]*{attributes}" if attributes else r"[\s/>]"
    tag = re.compile(rf"<(?:[A-Za-z_][\w.-]*:)?(?:{names}){inside}".encode())

    def detect(head: bytes) -> int | None:
        found = tag.search(head) if head.startswith(b"<") else None
        return found.start() if found else None

    return detect


def name(element: etree._Element) -> str:
    """Local name; an empty string for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def text(element: etree._Element, repairs: Repairs) -> str:
    """All text inside, on one line, normalised."""
    return repairs.text(" ".join("".join(element.itertext()).split()))


def language(element: etree._Element) -> str:
    """``xml:lang``, or ``lang`` as many systems write it; of the element itself."""
    return element.get(_LANGUAGE) or element.get("lang") or ""
