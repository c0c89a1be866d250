"""A field as a text format gives it, made legal: what every reader of such a format does alike."""

from collections.abc import Iterable, Iterator

from interop.marc import legal
from interop.marc.record import ControlField, DataField, Field, Subfield
from interop.marc.values import Repairs


def fields_of(
    tag: str,
    text: str,
    ind1: str,
    ind2: str,
    subfields: Iterable[Subfield],
    repairs: Repairs,
) -> Iterator[Field]:
    """The field with these parts, or none with a note. ``text``: of a field without subfields."""
    received, tag = tag, tag.strip()
    if tag.isdecimal() and tag.isascii():
        tag = tag.zfill(3)
    if tag != received:
        repairs.note(f"tag {received!r} read as {tag}")
    pairs = [(code, value) for code, value in subfields if code or value.strip()]
    if legal.is_control_tag(tag):
        if pairs:
            repairs.note(f"subfields in control field {tag}")
            text = " ".join((text.strip(), *(value for _, value in pairs))).strip()
        yield ControlField(tag, repairs.text(text))
    elif not legal.is_data_tag(tag):
        repairs.note(
            f"field with the illegal tag {tag!r} left out"
            if tag
            else "field without a tag left out"
        )
    else:
        if text.strip():
            repairs.note(f"text before the first subfield of field {tag}")
            pairs.insert(0, ("a", text.strip()))
        if not pairs:
            repairs.note(f"empty field {tag} left out")
            return
        if any(legal.code(code) != code for code, _ in pairs):
            repairs.note(f"illegal or missing subfield code in field {tag}")
        if legal.indicator(ind1) + legal.indicator(ind2) != ind1 + ind2:
            repairs.note(f"indicators of field {tag} repaired")
        yield DataField(
            tag,
            legal.indicator(ind1),
            legal.indicator(ind2),
            tuple((legal.code(code), repairs.text(value)) for code, value in pairs),
        )
