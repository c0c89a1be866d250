"""XML, 1.2.840.10003.5.109.10: every schema of the crosswalk registry.

The schema is what CompSpec names or, as most origins do it, the element set name (``marcxml``,
``mods``, ``dc``, a URI). Full, brief or nothing means MARCXML.
"""

from collections.abc import Sequence

from interop.crosswalks import Crosswalk, by_name
from interop.diagnostics import Diagnostic
from interop.model.record import Stored
from interop.z3950.record_syntaxes._base import (
    BRIEF,
    FULL,
    Composition,
    Packed,
    RecordSyntax,
    Render,
)

TEXT_XML = "1.2.840.10003.5.109.10"
APPLICATION_XML = "1.2.840.10003.5.109.11"
DEFAULT = "marcxml"


def pack(
    records: Sequence[Stored], composition: Composition, render: Render
) -> list[Packed | Diagnostic]:
    """One document each; a record that cannot be written in the schema is diagnostic 238."""
    crosswalk = _crosswalk(composition)
    bodies = render(records, crosswalk.prefix)
    return [
        Diagnostic("record_not_in_syntax", crosswalk.prefix) if body is None else Packed(body)
        for body in bodies
    ]


def _crosswalk(composition: Composition) -> Crosswalk:
    """Raises ``Diagnostic`` unknown_schema or unknown_element_set, naming it."""
    if composition.schema:
        found = by_name(composition.schema)
        if found is None:
            raise Diagnostic("unknown_schema", composition.schema)
        return found
    name = composition.element_set_name
    plain = name.strip().casefold()
    found = by_name(DEFAULT if plain in FULL or plain in BRIEF else name)
    if found is None:
        raise Diagnostic("unknown_element_set", name)
    return found


def is_stored(composition: Composition) -> bool:
    """Whether the documents lie ready; also for a schema that is refused."""
    try:
        return _crosswalk(composition).stored
    except Diagnostic:
        return True


RECORD_SYNTAX = RecordSyntax((TEXT_XML, APPLICATION_XML), pack, as_stored=is_stored)
