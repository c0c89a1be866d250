"""What every harvest protocol must do, whichever it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.sources import PROTOCOLS
from harvester.sources._base import (
    AskIdentity,
    AskList,
    AskMore,
    BadPage,
    BadToken,
    EmptyList,
    Identity,
    ListPage,
    Refusal,
)
from interop import config

ASKS = (AskIdentity(), AskList("marcxml", "2025-01-01", "a"), AskMore("a+b/c=&%"))
REPLIES = Identity | ListPage | EmptyList | BadToken | Refusal

protocols = pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=list(PROTOCOLS))


def test_every_configurable_protocol_is_there():
    assert set(config.PROTOCOLS) <= set(PROTOCOLS)


@protocols
def test_name_is_the_files(protocol):
    assert PROTOCOLS[protocol.name] is protocol


@protocols
def test_questions_differ_and_stay_at_the_address(protocol):
    urls = [protocol.url("https://h.example/x?y=1", ask) for ask in ASKS]
    assert len(set(urls)) == len(urls)
    assert all(url.startswith("https://h.example/x?y=1") for url in urls)
    assert all(url.isascii() and " " not in url for url in urls)


@protocols
@given(st.sampled_from(ASKS), st.binary(max_size=200))
def test_any_bytes_give_a_reply_or_bad_page(protocol, ask, body):
    try:
        reply = protocol.read(ask, body)
    except BadPage as error:
        assert "\n" not in str(error)
    else:
        assert isinstance(reply, REPLIES)
