"""Character set negotiation, with the record that a ZOOM origin sends."""

import pytest

from interop.z3950 import apdu, ber, negotiation
from interop.z3950.apdu import InitializeRequest
from interop.z3950.common import External, OtherInformationUnit
from interop.z3950.negotiation import ENGLISH, UTF_8, Iso10646, OriginProposal, select

# [201] { { [4] EXTERNAL { charset-3, [0] { proposal [1] { charsets [1] { iso10646 [2] {
# encodingLevel UTF-8 } }, languages [2] { "eng" }, recordsInSelectedCharSets [3] TRUE } } } } }
ZOOM = bytes.fromhex(
    "bf8149 27 3025 a423 06072a8648ce130f03 a018 a116"
    "a10a a208 8206 28d316010008 a205 1b03656e67 830101"
)
PROPOSED = OriginProposal(
    proposed_char_sets=(Iso10646(encoding_level=UTF_8),),
    proposed_languages=("eng",),
    records_in_selected_char_sets=True,
)


def test_reads_what_zoom_proposes():
    """Inside an Init."""
    request = apdu.decode(ber.constructed(20, ZOOM))
    assert isinstance(request, InitializeRequest)
    assert negotiation.proposal(request.other_info) == PROPOSED


def test_answers_true_for_utf_8():
    """UTF-8 selected, in English, records too; the octets by hand."""
    unit = negotiation.unit(select(PROPOSED))
    external = unit.externally_defined_info
    assert external.direct_reference == negotiation.CHARSET_3
    assert external.single.hex() == (
        "a214"
        + "a10a"
        + "a208"
        + "8206"
        + "28d316010008"
        + "8203"
        + ENGLISH.encode().hex()
        + "8301ff"
    )


@pytest.mark.parametrize(
    ("proposal", "selected", "language", "records"),
    [
        (OriginProposal(), None, None, None),
        (OriginProposal(proposed_languages=("vie",)), None, None, None),
        (OriginProposal(proposed_char_sets=(None,)), (None,), None, None),
        (
            OriginProposal(
                proposed_char_sets=(Iso10646(encoding_level="1.0.10646.1.0.2"),),
                records_in_selected_char_sets=True,
            ),
            (None,),
            None,
            False,
        ),
    ],
)
def test_each_answer_has_its_counterpart(proposal, selected, language, records):
    """What is not UTF-8 is declined; what was not proposed is not answered."""
    response = select(proposal)
    assert response.selected_char_sets == selected
    assert response.selected_language == language
    assert response.records_in_selected_char_sets == records
    octets = negotiation.RESPONSE.encode(2, response)
    assert negotiation.RESPONSE.decode(ber.parse(octets)) == response


def test_what_cannot_be_read_is_no_proposal():
    """Nor is other information of another kind."""
    broken = External(direct_reference=negotiation.CHARSET_3, single=b"\x05\x00")
    assert negotiation.proposal((OtherInformationUnit(externally_defined_info=broken),)) is None
    assert negotiation.proposal((OtherInformationUnit(character_info="x"),)) is None


# yaz-client with "charset MARC-8": [1] { [1] { [3] { [2] EXTERNAL { Index Data's OID of names,
# [1] "MARC-8" } } }, [3] TRUE }
YAZ_MARC8 = bytes.fromhex("a11da118a316a214060a2a8648ce130f8768510181064d4152432d38830101")


def test_marc_8_is_agreed_to_as_yaz_names_it():
    """And the answer echoes the set as it was proposed."""
    proposal = negotiation.PROPOSAL.decode(ber.parse(YAZ_MARC8))
    response = select(proposal)
    assert negotiation.charset(response) == "marc-8"
    assert response.records_in_selected_char_sets is True
    assert response.selected_char_sets == proposal.proposed_char_sets[:1]
    octets = negotiation.RESPONSE.encode(2, response)
    assert negotiation.RESPONSE.decode(ber.parse(octets)) == response
    assert b"MARC-8" in octets


def test_the_first_set_of_ours_is_agreed_to():
    """In the origin's order; unknown names are passed over."""
    other = negotiation.Private(External(octets=b"KOI8-R"))
    marc8 = negotiation.Private(External(octets=b"marc-8"))
    utf8 = Iso10646(encoding_level=UTF_8)
    for sets, charset in (
        ((other, marc8, utf8), "marc-8"),
        ((utf8, marc8), "utf-8"),
        ((other,), None),
    ):
        assert negotiation.charset(select(OriginProposal(proposed_char_sets=sets))) == charset
