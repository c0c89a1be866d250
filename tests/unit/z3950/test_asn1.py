"""The description of a SEQUENCE decodes, encodes and prints it."""

from enum import IntEnum, IntFlag

import pytest

from interop.z3950 import asn1, ber
from interop.z3950.asn1 import INTEGER, TEXT, Sequence, element, sequence
from interop.z3950.ber import BerError


class Colour(IntEnum):
    RED = 1


class Flag(IntFlag):
    A = 1
    B = 2


@sequence
class Sample(Sequence):
    """A SEQUENCE with one element of each kind of presence."""

    needed: int = element(1, INTEGER)
    optional: str | None = element(2, TEXT, default=None)
    many: tuple[int, ...] = element(3, asn1.sequence_of(INTEGER), default=())
    lenient: int = element(4, INTEGER, default=7)


SAMPLE = asn1.sequence_type(Sample)


def test_absent_elements_take_their_defaults_and_lenient_ones_are_written():
    """OPTIONAL is left out; what the standard demands is always sent."""
    assert SAMPLE.encode(5, Sample(needed=1)).hex() == "a506" + "810101" + "840107"
    assert SAMPLE.decode(ber.parse(bytes.fromhex("a503810101"))) == Sample(needed=1)


def test_missing_mandatory_element():
    """Named in the error."""
    with pytest.raises(BerError, match="Sample without needed"):
        SAMPLE.decode(ber.parse(bytes.fromhex("a500")))


def test_shown_in_words():
    """Only what is there."""
    sample = Sample(needed=1, optional="x", many=(1, 2))
    assert SAMPLE.show(sample) == "(needed=1 optional='x' many=[1, 2] lenient=7)"


def test_long_octets_are_shown_by_size():
    """A record does not belong into a transcript."""
    assert asn1.OCTETS.show(b"ab") == "'ab'"
    assert asn1.OCTETS.show(b"x" * 100) == "100 octets"


def test_explicit_and_tagged():
    """[1] EXPLICIT [105] IMPLICIT string."""
    type_ = asn1.explicit(asn1.tagged(105, TEXT))
    assert type_.encode(1, "a").hex() == "a104" + "9f690161"
    assert type_.decode(ber.parse(bytes.fromhex("a1049f690161"))) == "a"


def test_choice():
    """Read by tag, written by class."""
    type_ = asn1.choice("thing", (1, INTEGER, int), (2, TEXT, str))
    assert type_.decode(ber.parse(bytes.fromhex("820161"))) == "a"
    assert type_.encode(0, 5).hex() == "810105"
    assert type_.show("a") == "'a'"
    with pytest.raises(BerError, match="no such alternative of thing"):
        type_.decode(ber.parse(bytes.fromhex("830161")))
    with pytest.raises(TypeError, match="is no thing"):
        type_.encode(0, 1.5)


def test_enumerated_and_flags():
    """Values of ours; an undefined INTEGER value is an error, an undefined bit is kept."""
    colours, flags = asn1.enumerated(Colour), asn1.flags(Flag)
    assert colours.decode(ber.parse(bytes.fromhex("020101"))) is Colour.RED
    assert colours.show(Colour.RED) == "red"
    with pytest.raises(BerError, match="value 2 is not defined"):
        colours.decode(ber.parse(bytes.fromhex("020102")))
    assert flags.decode(ber.parse(bytes.fromhex("030205e0"))) == Flag(7)
    assert flags.encode(3, Flag.A | Flag.B).hex() == "830200c0"
