import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.oai.protocol import OaiError
from interop.oai.token import LIFETIME, MAX_LENGTH, Position, Signer, issue

SIGNER = Signer([b"secret"])
NOW = 1_700_000_000
POSITION = Position(
    database="union",
    verb="ListRecords",
    metadata_prefix="marcxml",
    set_spec="library:VN-QTI",
    from_=0,
    until=253_402_300_799,
    seq=123_456_789,
    delivered=100,
    size=10_000_000,
    issued=NOW,
)

positions = st.builds(
    Position,
    database=st.from_regex(r"[a-z0-9-]{1,16}", fullmatch=True),
    verb=st.sampled_from(["ListRecords", "ListIdentifiers", "ListSets"]),
    metadata_prefix=st.none() | st.sampled_from(["oai_dc", "marcxml", "mods"]),
    set_spec=st.none() | st.from_regex(r"[A-Za-z0-9\-_.!~*'():]{1,60}", fullmatch=True),
    from_=st.none() | st.integers(-(2**36), 2**38),
    until=st.none() | st.integers(-(2**36), 2**38),
    seq=st.integers(0, 2**63 - 1),
    delivered=st.integers(0, 2**40),
    size=st.integers(0, 2**40),
    issued=st.just(NOW),
)


def read(token: str, signer: Signer = SIGNER, **changed: object) -> Position:
    expected: dict = {"database": "union", "verb": "ListRecords", "now": NOW}
    return signer.decode(token, **(expected | changed))


def refused(token: str, signer: Signer = SIGNER, **changed: object) -> bool:
    try:
        read(token, signer, **changed)
    except OaiError as error:
        return error.code == "badResumptionToken"
    return False


@given(positions)
def test_a_position_is_read_back(position: Position) -> None:
    token = SIGNER.encode(position)
    assert re.fullmatch(r"[A-Za-z0-9_.-]+", token) and len(token) < MAX_LENGTH
    assert SIGNER.decode(token, database=position.database, verb=position.verb, now=NOW) == position


@given(st.data())
def test_any_altered_character_is_refused(data: st.DataObject) -> None:
    token = SIGNER.encode(POSITION)
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda character: character != token[at]))
    assert refused(token[:at] + other + token[at + 1 :])


def test_every_character_of_the_alphabet_at_every_place_is_refused() -> None:
    token = SIGNER.encode(POSITION)
    for at in range(len(token)):
        for other in "Aa0_-.=" if token[at] not in "Aa0_-." else "Bb1=":
            assert refused(token[:at] + other + token[at + 1 :]), (at, other)


@given(st.text(max_size=80))
def test_any_text_is_refused(text: str) -> None:
    assert refused(text)


@given(st.integers(1, 400))
def test_truncated_and_lengthened(size: int) -> None:
    token = SIGNER.encode(POSITION)
    assert refused(token[:-size]) and refused(token[size:]) and refused(token + "A" * size)


def test_another_verb_or_repository() -> None:
    token = SIGNER.encode(POSITION)
    assert refused(token, verb="ListIdentifiers") and refused(token, database="vn-qti")


def test_life() -> None:
    token = SIGNER.encode(POSITION)
    assert read(token, now=NOW + LIFETIME) == POSITION
    assert refused(token, now=NOW + LIFETIME + 1)


def test_another_version(monkeypatch) -> None:
    monkeypatch.setattr("interop.oai.token.VERSION", 2)
    other = Signer([b"secret"])
    token = other.encode(POSITION)
    assert other.decode(token, database="union", verb="ListRecords", now=NOW) == POSITION
    monkeypatch.undo()
    assert refused(token)


# Written by an earlier patch version of this software; it must be read as long as VERSION stands.
GOLDEN = (
    "WzEsInVuaW9uIiwiTGlzdFJlY29yZHMiLCJtYXJjeG1sIiwibGlicmFyeTpWTi1RVEkiLDAsMjUzNDAy"
    "MzAwNzk5LDEyMzQ1Njc4OSwxMDAsMTAwMDAwMDAsMTcwMDAwMDAwMF0.myoIl7f_0j8TFIsCWPMhUTBq"
)


def test_117_tokens_of_earlier_patch_versions_are_read() -> None:
    assert read(GOLDEN) == POSITION and SIGNER.encode(POSITION) == GOLDEN


def test_previous_secrets_still_verify_but_do_not_sign() -> None:
    renewed = Signer([b"new", b"secret"])
    assert read(SIGNER.encode(POSITION), renewed) == POSITION
    assert refused(renewed.encode(POSITION), SIGNER)


def test_a_signature_for_another_purpose_is_refused() -> None:
    payload, _, _ = SIGNER.encode(POSITION).partition(".")
    plain = hmac.digest(b"secret", payload.encode(), hashlib.sha256)[:18]
    assert refused(f"{payload}.{urlsafe_b64encode(plain).decode()}")


def test_too_long() -> None:
    with pytest.raises(ValueError, match="too long"):
        SIGNER.encode(replace(POSITION, set_spec="a" * 300))


@pytest.mark.parametrize("secrets", [[], [b""], [b"a", b""]])
def test_no_secret(secrets: list[bytes]) -> None:
    with pytest.raises(ValueError, match="secret"):
        Signer(secrets)


@given(st.integers(0, 2**40))
def test_tokens_of_an_hour_are_the_same_and_live_as_long_as_promised(now):
    assert now <= issue(now) < now + 3600
    assert issue(now) % 3600 == 0 and issue(issue(now)) == issue(now)


def test_a_token_that_was_read_before_expires_all_the_same():
    signer = Signer((b"key",))
    token = signer.encode(Position("union", "ListSets", issued=NOW))
    for later in (0, LIFETIME):
        assert (
            signer.decode(token, database="union", verb="ListSets", now=NOW + later).issued == NOW
        )
    with pytest.raises(OaiError, match="expired"):
        signer.decode(token, database="union", verb="ListSets", now=NOW + LIFETIME + 1)
    with pytest.raises(OaiError, match="not one of"):
        signer.decode(token, database="union", verb="ListRecords", now=NOW)
