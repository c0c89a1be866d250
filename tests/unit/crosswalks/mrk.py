"""Records for tests as people read them: the line format of MARCMaker (``.mrk``).

``=245  10$aTitle``, a backslash for a blank in control fields and indicators, ``{dollar}`` for $.
"""

from interop.marc.record import ControlField, DataField, Field, MarcRecord

LEADER = "00000nam a2200000 a 4500"


def record(text: str) -> MarcRecord:
    """The record that ``text`` writes out; without a line ``=LDR``, of a book."""
    leader = LEADER
    fields: list[Field] = []
    for line in filter(None, map(str.strip, text.split("\n"))):
        tag, rest = line[1:4], line[6:]
        if tag == "LDR":
            leader = rest.replace("\\", " ")
        elif tag < "010":
            fields.append(ControlField(tag, rest.replace("\\", " ")))
        else:
            ind1, ind2 = rest[:2].replace("\\", " ")
            pieces = [piece.replace("{dollar}", "$") for piece in rest[2:].split("$")[1:]]
            subfields = tuple((piece[0], piece[1:]) for piece in pieces)
            fields.append(DataField(tag, ind1, ind2, subfields))
    return MarcRecord(leader, tuple(fields))


def text(marc: MarcRecord) -> str:
    """``marc`` written out, one line per field."""
    lines = ["=LDR  " + marc.leader.replace(" ", "\\")]
    for field in marc.fields:
        if isinstance(field, ControlField):
            lines.append(f"={field.tag}  " + field.value.replace(" ", "\\"))
        else:
            indicators = (field.ind1 + field.ind2).replace(" ", "\\")
            values = (f"${code}{value}" for code, value in field.subfields)
            lines.append(f"={field.tag}  {indicators}{''.join(values)}")
    return "\n".join(lines)
