"""What ``auto`` asks for: the fullest format offered, or Dublin Core."""

import pytest

from harvester.choice import prefix_of
from harvester.http import Answer, HttpError
from harvester.sources._base import AskFormats, Formats
from harvester.sources.oai_pmh import PROTOCOL
from tests.unit.harvester.fakes import response

XOAI = ("xoai", "http://www.lyncode.com/xoai")
SLIM = ("marc", "http://www.loc.gov/MARC21/slim")
DC = ("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/")


def formats(*offered: tuple[str, str]) -> bytes:
    listed = "".join(
        f"<metadataFormat><metadataPrefix>{prefix}</metadataPrefix><schema>s</schema>"
        f"<metadataNamespace>{namespace}</metadataNamespace></metadataFormat>"
        for prefix, namespace in offered
    )
    return response(f"<ListMetadataFormats>{listed}</ListMetadataFormats>")


class Server:
    """Gives one answer, or fails."""

    def __init__(self, body: bytes | None) -> None:
        self.body = body
        self.asked = ""

    def get(self, url: str) -> Answer:
        self.asked = url
        if self.body is None:
            raise HttpError("refused")
        return Answer(200, self.body)

    def close(self) -> None:
        pass


def test_the_answer_is_read() -> None:
    body = formats(DC, ("", "x"), SLIM)
    assert PROTOCOL.read(AskFormats(), body) == Formats((DC, SLIM))


@pytest.mark.parametrize(
    ("body", "prefix", "words"),
    [
        (formats(DC, SLIM, XOAI), "xoai", "harvesting xoai: DSpace xoai"),
        (formats(DC, SLIM), "marc", "harvesting marc: MARCXML"),
        (formats(("lom", "urn:x")), "oai_dc", "no format that can be read is offered (lom)"),
        (formats(), "oai_dc", "no format that can be read is offered (none)"),
        (b"<html/>", "oai_dc", "the server does not tell its formats"),
        (None, "oai_dc", "the server does not tell its formats (refused)"),
    ],
)
def test_choice(body: bytes | None, prefix: str, words: str) -> None:
    server = Server(body)
    chosen, said = prefix_of(PROTOCOL, server, "http://h/oai")
    assert chosen == prefix and said.startswith(words)
    assert server.asked == "http://h/oai?verb=ListMetadataFormats"
