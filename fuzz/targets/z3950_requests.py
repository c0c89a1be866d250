"""Requests that a grammar makes, against a real catalogue: Init, Search with queries of every
shape, Present, Scan, Sort, Delete and what is not offered. Each is answered by its own kind of
response, that is read again as it was written, and no answer is an error that nobody foresaw.
"""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from fuzz.choices import Choices
from fuzz.target import Target
from interop.query.rpn import (
    BIB1,
    Attribute,
    Operand,
    Operation,
    Proximity,
    ResultSetOperand,
    RpnQuery,
)
from interop.z3950 import apdu, ber
from interop.z3950.apdu import Apdu, Options, ProtocolVersion
from interop.z3950.association import Limits
from interop.z3950.common import DatabaseElementSet, Specification
from interop.z3950.sort_keys import MissingValue, SortAttributes, SortKeySpec
from interop.z3950.target import OPTIONS, VERSIONS
from interop.z3950.target import Target as Served
from interop.z3950.type1 import CqlQuery
from tests.unit.z3950.library import opened

_LIMITS = Limits(min_message_size=2_000, message_size=4_000, result_sets=3, databases=4)
_NAMES = ("default", "a", "b", "c", "d", "", "tập")
_DATABASES = ("hue", "union", "Default", "IR-Explain-1", "nowhere", "")
_WORDS = ("kieu", "Nguyễn Du", "truyen kieu", "19", "1972", "1900 2000", "#", "kie?", "k#u", "(",
          "", "\\", "*", "chú giải", "𡨸喃", "978-604-0-00001-7")  # fmt: skip
_NUMBERS = (1, 0, 2, 3, 5, 20, 100, -1, 2**31, -(2**31), 2**63)
_VALUES = {
    1: (4, 1003, 1016, 31, 7, 12, 1, 21, 54, 1000, 47, 1211, 32, 9999, "title", "nothing"),
    2: (3, 1, 2, 4, 5, 6, 100, 101, 102, 103, 104, 0),
    3: (3, 1, 2, 4),
    4: (2, 1, 3, 4, 5, 6, 100, 101, 105, 106, 107, 108, 109, 103),
    5: (100, 1, 2, 3, 101, 102, 103, 104, 105, 106, 7),
    6: (1, 2, 3, 4),
    7: (1, 2),
}  # fmt: skip
_SYNTAXES = (None, "1.2.840.10003.5.10", "1.2.840.10003.5.109.10", "1.2.840.10003.5.101",
             "1.2.840.10003.5.102", "1.2.840.10003.5.105", "1.2.840.10003.5.1",
             "1.2.840.10003.5.100", "1.2.3")  # fmt: skip
_ELEMENTS = (None, "F", "B", "marcxml", "mods", "oai_dc", "nothing")
_CQL = ("kieu", "title=kieu sortBy date", "cql.resultSetId=a and du", "title any (", "x prox y")


@cache
def _catalogue() -> Any:
    """A node of a few books; its folder lives as long as the process."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    node = opened(folder)

    def close() -> None:
        node.close()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(close)
    return node.catalogue


class _Grammar:
    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self.one_of = choices.one_of

    def request(self) -> Apdu:
        made: Apdu = self.one_of(_REQUESTS)(self)
        return made

    def init(self) -> Apdu:
        versions = (VERSIONS, ProtocolVersion.V1 | ProtocolVersion.V2, ProtocolVersion(0))
        return apdu.InitializeRequest(
            protocol_version=self.one_of(versions),
            options=self.one_of((OPTIONS, OPTIONS & ~Options.LEVEL_2_SEGMENTATION, Options(0))),
            preferred_message_size=self.one_of(_NUMBERS),
            exceptional_record_size=self.one_of(_NUMBERS),
            id_authentication=self.one_of((None, "a/b", apdu.IdPass(user_id="x"))),
        )

    def search(self) -> Apdu:
        return apdu.SearchRequest(
            small_set_upper_bound=self.one_of(_NUMBERS),
            large_set_lower_bound=self.one_of(_NUMBERS),
            medium_set_present_number=self.one_of(_NUMBERS),
            replace_indicator=self.one_of((True, False)),
            result_set_name=self.one_of(_NAMES),
            database_names=self.databases(),
            small_set_element_set_names=self.elements(),
            medium_set_element_set_names=self.elements(),
            preferred_record_syntax=self.one_of(_SYNTAXES),
            query=self.query(),
        )

    def databases(self) -> tuple[str, ...]:
        return (self.one_of(_DATABASES), *self.choices.many(lambda: self.one_of(_DATABASES), 2))

    def query(self) -> Any:
        if self.choices.byte() % 8 == 7:
            return CqlQuery(self.one_of(_CQL))
        sets = (BIB1, BIB1, BIB1, "1.2.840.10003.3.2", "1.2.840.10003.3.5")
        return RpnQuery(self.one_of(sets), self.node(4))

    def node(self, deep: int) -> Any:
        kind = self.choices.byte() % 8
        if kind == 7:
            return ResultSetOperand(self.one_of(_NAMES))
        if kind < 4 or not deep:
            return self.operand()
        name = self.one_of(("and", "or", "and-not", "prox"))
        proximity = None
        if name == "prox":
            proximity = Proximity(
                exclusion=self.one_of((False, True)),
                distance=self.one_of(_NUMBERS),
                ordered=self.one_of((True, False)),
                relation=self.one_of((2, 1, 3, 4, 5, 6, 9)),
                unit=self.one_of((2, 8, 3, 99)),
            )
        return Operation(name, self.node(deep - 1), self.node(deep - 1), proximity)

    def operand(self) -> Operand:
        attributes = self.choices.many(self.attribute, 6)
        term: bytes | str | int = self.one_of(_WORDS)
        kind = self.choices.byte() % 8
        if kind == 7:
            term = self.choices.octets(40)
        elif kind < 6 and isinstance(term, str):
            term = term.encode()
        return Operand(attributes, term) if isinstance(term, bytes) else (
            Operand(attributes, term, "string")
        )  # fmt: skip

    def attribute(self) -> Attribute:
        type_ = self.one_of(tuple(_VALUES))
        return Attribute(type_, self.one_of(_VALUES[type_]))

    def elements(self) -> Any:
        if self.choices.byte() % 8 == 7:
            lines = self.choices.many(
                lambda: DatabaseElementSet(
                    database_name=self.one_of(_DATABASES), element_set_name="B"
                ),
                2,
            )
            return lines or None
        return self.one_of(_ELEMENTS)

    def present(self) -> Apdu:
        complex_ = None
        if self.choices.byte() % 8 == 7:
            generic = Specification(schema_uri=self.one_of(("mods", "x")), element_spec="F")
            complex_ = apdu.CompSpec(generic=generic, record_syntax=(_SYNTAXES[2] or "",))
        return apdu.PresentRequest(
            result_set_id=self.one_of(_NAMES),
            result_set_start_point=self.one_of(_NUMBERS),
            number_of_records_requested=self.one_of(_NUMBERS),
            additional_ranges=self.choices.many(self.range, 2),
            simple=None if complex_ else self.elements(),
            complex=complex_,
            preferred_record_syntax=self.one_of(_SYNTAXES),
            max_segment_count=self.one_of((None, *_NUMBERS)),
            max_segment_size=self.one_of((None, *_NUMBERS)),
            max_record_size=self.one_of((None, *_NUMBERS)),
        )

    def range(self) -> apdu.Range:
        return apdu.Range(
            starting_position=self.one_of(_NUMBERS), number_of_records=self.one_of(_NUMBERS)
        )

    def scan(self) -> Apdu:
        return apdu.ScanRequest(
            database_names=self.databases(),
            attribute_set=self.one_of((None, BIB1, "1.2.3")),
            term_list_and_start_point=self.operand(),
            step_size=self.one_of((None, *_NUMBERS)),
            number_of_terms_requested=self.one_of(_NUMBERS),
            preferred_position_in_response=self.one_of((None, *_NUMBERS)),
        )

    def sort(self) -> Apdu:
        return apdu.SortRequest(
            input_result_set_names=self.choices.many(lambda: self.one_of(_NAMES), 3),
            sorted_result_set_name=self.one_of(_NAMES),
            sort_sequence=self.choices.many(self.key, 3),
        )

    def key(self) -> SortKeySpec:
        by = (
            "title",
            "nothing",
            SortAttributes(id=BIB1, list=(self.attribute(),)),
            Specification(element_spec="F"),
        )
        missing = (None, MissingValue.ABORT, MissingValue.NULL, b"x")
        return SortKeySpec(
            self.one_of(by), self.one_of(_NUMBERS), self.one_of((0, 1, 2)), self.one_of(missing)
        )

    def delete(self) -> Apdu:
        return apdu.DeleteResultSetRequest(
            delete_function=self.one_of((0, 1, 2)),
            result_set_list=self.choices.many(lambda: self.one_of(_NAMES), 3),
        )

    def other(self) -> Apdu:
        return self.one_of(
            (
                apdu.ResourceReportRequest(op_id=b"1"),
                apdu.ExtendedServicesRequest(function=1, package_type="1.2.840.10003.9.4"),
            )
        )


_REQUESTS: tuple[Callable[[_Grammar], Apdu], ...] = (
    _Grammar.search, _Grammar.present, _Grammar.search, _Grammar.present, _Grammar.scan,
    _Grammar.sort, _Grammar.delete, _Grammar.init, _Grammar.other,
)  # fmt: skip
_FIRST = apdu.InitializeRequest(protocol_version=VERSIONS, options=OPTIONS)
_SET = apdu.SearchRequest(
    query=RpnQuery(BIB1, Operand((Attribute(1, 1003),), b"nguyen")), database_names=("hue",)
)


def _run(data: bytes) -> None:
    choices = Choices(data)
    grammar = _Grammar(choices)
    served = Served(_catalogue(), _LIMITS)
    served.handle(_FIRST)
    served.handle(_SET)
    for _ in range(6):
        _ask(served, apdu.decode(apdu.encode(grammar.request())))
        if not choices.rest:
            break


def _ask(served: Served, request: Apdu) -> None:
    served.is_quick(request)
    answers = served.answers(request)
    kind = type(request).__name__.replace("Request", "Response")
    if type(answers[-1]).__name__ != kind:
        raise AssertionError(f"{answers[-1].NAME} to {request.NAME}")
    for answer in answers:
        octets = apdu.encode(answer)
        if apdu.decode(octets) != answer:
            raise AssertionError(f"{answer.NAME} is read otherwise than it was written")
        if "incident" in apdu.describe(answer):
            raise AssertionError(f"not foreseen: {request.NAME}")


TARGET = Target(
    _run,
    (ber.BerError,),
    lambda: [
        bytes(80),
        bytes(range(80)),
        bytes(reversed(range(160))),
        b"\0\0\0\0\0\0\0\0\0\0\0\3\4\0\1\1\2\3" * 6,
        *(bytes([place]) + bytes(range(7, 90)) for place in range(len(_REQUESTS))),
    ],
    tuple(bytes([value]) * count for value in (0, 1, 2, 3, 7, 255) for count in (1, 4)),
)
