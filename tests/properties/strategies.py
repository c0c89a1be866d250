"""Hypothesis strategies for MARC records, with the texts that break software: Vietnamese composed
and decomposed, Hán-Nôm beyond the BMP, markup, white space, and everything else of Unicode.
"""

import unicodedata

from hypothesis import strategies as st

from interop.marc import legal
from interop.marc.record import ControlField, DataField, MarcRecord

# What neither ISO 2709 nor XML 1.0 can hold: see interop.marc.iso2709 and interop.text.xml.
UNWRITABLE = "".join(map(chr, [*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF]))

_SAMPLES = (
    "Nguyễn Du, 1766-1820",
    unicodedata.normalize("NFD", "Truyện Kiều / Nguyễn Du"),
    "𡨸喃 truyện 𠊛",
    "a & b < c > d \"e\" 'f' ]]> &amp; &#x1EBF;",
    " \t\r\n ",
    "",
)


def texts(max_size: int = 40) -> st.SearchStrategy[str]:
    """Any text that both serialisations can hold."""
    characters = st.characters(exclude_categories=["Cs"], exclude_characters=UNWRITABLE)
    return st.sampled_from(_SAMPLES) | st.text(characters, max_size=max_size)


def leaders() -> st.SearchStrategy[str]:
    """Legal leaders with zeros for lengths, as every reader of ours returns them."""
    return st.from_regex(
        r"0{5}[acdnp ][a-t][a-z ][a ]a2200000[1-8uz ][aciu ][abc ]4500", fullmatch=True
    )


def control_fields() -> st.SearchStrategy[ControlField]:
    tags = st.sampled_from(["001", "003", "005", "006", "007", "008", "009", "00A"])
    return st.builds(ControlField, tags, texts())


def data_fields() -> st.SearchStrategy[DataField]:
    tags = st.sampled_from(["010", "020", "100", "245", "650", "880", "952", "999", "CAT", "a1b"])
    indicators = st.sampled_from(sorted(legal.INDICATORS))
    codes = st.sampled_from(sorted(legal.CODES))
    subfields = st.lists(st.tuples(codes, texts()), min_size=1, max_size=5).map(tuple)
    return st.builds(DataField, tags, indicators, indicators, subfields)


@st.composite
def marc_records(draw: st.DrawFn) -> MarcRecord:
    """Legal records, control fields before data fields, as the schema of MARCXML wants them."""
    controls = draw(st.lists(control_fields(), max_size=3))
    data = draw(st.lists(data_fields(), min_size=1, max_size=8))
    return MarcRecord(draw(leaders()), (*controls, *data))
