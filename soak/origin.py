"""A blocking Z39.50 origin and an OAI-PMH harvester, just large enough for a soak."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from http.client import HTTPException
from urllib.parse import quote
from urllib.request import urlopen

from interop.query import pqf
from interop.z3950 import apdu
from interop.z3950.apdu import (
    Apdu,
    InitializeRequest,
    Options,
    PresentRequest,
    ScanRequest,
    SearchRequest,
    SortRequest,
)
from interop.z3950.ber import FrameScanner
from interop.z3950.sort_keys import SortKeySpec
from interop.z3950.target import VERSIONS

USMARC = "1.2.840.10003.5.10"
TIMEOUT = 60.0
_OPTIONS = Options.SEARCH | Options.PRESENT | Options.SCAN | Options.SORT
_TOKEN = re.compile(rb"<resumptionToken[^>]*>([^<]+)</resumptionToken>")
_RECORD = re.compile(rb"<header(?P<status>[^>]*)><identifier>[^<]*[:/](?P<id>[^<:/]+)</identifier>")


class Cut(Exception):
    """The connection ended before the answer: what a killed process does."""


class Association:
    """One association, initialized."""

    def __init__(self, port: int, database: str) -> None:
        self._database = database
        self._scanner = FrameScanner(1 << 28)
        try:
            self._socket = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        except OSError as error:
            raise Cut from error
        self.ask(InitializeRequest(protocol_version=VERSIONS, options=_OPTIONS))

    def ask(self, request: Apdu) -> Apdu:
        """The answer. Raises ``Cut``."""
        try:
            self._socket.sendall(apdu.encode(request))
            while (frame := self._scanner.next_frame()) is None:
                data = self._socket.recv(1 << 16)
                if not data:
                    raise Cut
                self._scanner.feed(data)
        except OSError as error:
            raise Cut from error
        return apdu.decode(frame)

    def search(self, query: str, name: str = "default") -> Apdu:
        parsed = pqf.parse(query)
        return self.ask(
            SearchRequest(query=parsed, database_names=(self._database,), result_set_name=name)
        )

    def present(self, start: int, count: int, name: str = "default") -> Apdu:
        return self.ask(
            PresentRequest(
                result_set_id=name,
                result_set_start_point=start,
                number_of_records_requested=count,
                preferred_record_syntax=USMARC,
            )
        )

    def scan(self, query: str, count: int) -> Apdu:
        root = pqf.parse(query).root
        return self.ask(
            ScanRequest(
                database_names=(self._database,),
                term_list_and_start_point=root,
                number_of_terms_requested=count,
                preferred_position_in_response=1,
            )
        )

    def sort(self, name: str, into: str, key: str) -> Apdu:
        return self.ask(
            SortRequest(
                input_result_set_names=(name,),
                sorted_result_set_name=into,
                sort_sequence=(SortKeySpec(key),),
            )
        )

    def close(self) -> None:
        self._socket.close()


@contextmanager
def association(port: int, database: str) -> Iterator[Association]:
    made = Association(port, database)
    try:
        yield made
    finally:
        made.close()


def harvest(base_url: str) -> tuple[set[str], set[str], int]:
    """Live and deleted record ids of the whole list, and how many came twice. Raises ``Cut``."""
    live: set[str] = set()
    deleted: set[str] = set()
    twice = 0
    query: str | None = "verb=ListIdentifiers&metadataPrefix=oai_dc"
    while query is not None:
        body = get(f"{base_url}?{query}")
        for match in _RECORD.finditer(body):
            record = match["id"].decode()
            twice += record in live or record in deleted
            (deleted if b"deleted" in match["status"] else live).add(record)
        token = _TOKEN.search(body)
        text = unescape(token[1].decode()) if token else None
        query = f"verb=ListIdentifiers&resumptionToken={quote(text, safe='')}" if text else None
    return live, deleted, twice


def get(url: str) -> bytes:
    """A body. Raises ``Cut``."""
    try:
        with urlopen(url, timeout=TIMEOUT) as answer:
            body: bytes = answer.read()
            return body
    except (OSError, HTTPException) as error:
        raise Cut(str(error)) from error
