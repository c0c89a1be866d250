"""Items as library systems write them; each row of the table has an example."""

import pytest

from interop.marc.holdings import read_holdings
from interop.marc.record import DataField, MarcRecord
from interop.model.holding import Holding


def held(tag: str, text: str) -> tuple[Holding, ...]:
    pairs = tuple((part[0], part[1:]) for part in text.split("$")[1:])
    return read_holdings(MarcRecord(" " * 24, (DataField(tag, " ", " ", pairs),)), "V")


@pytest.mark.parametrize(
    ("tag", "text", "holding"),
    [
        ("952", "$00$10$40$70$aHCM$o895$pVN1$2ddc$hv.2$5r",
         Holding("V", branch="HCM", call_number="895", item="VN1", call_number_scheme="ddc",
                 enumeration="v.2", available=True, restrictions="restricted")),
        ("999", "$aQA76 .N4$wLC$c1$i001$kCHECKEDOUT$lSTACKS$mMAIN$tBOOK",
         Holding("V", branch="MAIN", location="STACKS", call_number="QA76 .N4", item="001",
                 copy="1", status="CHECKEDOUT", call_number_scheme="lcc", available=False)),
        ("949", "$a895$wDEWEY$i001$kSTACKS$lSTACKS$mMAIN$o.PUBLIC. rách",
         Holding("V", branch="MAIN", location="STACKS", call_number="895", item="001",
                 note="rách", call_number_scheme="ddc")),
        ("949", "$a895$wDEWEY$i001$lSTACKS$mMAIN$o.STAFF. secret",
         Holding("V", branch="MAIN", location="STACKS", call_number="895", item="001",
                 call_number_scheme="ddc")),
        ("995", "$bBU$cBU2$f001$kR 12$n20260301$lt. 2",
         Holding("V", branch="BU2", call_number="R 12", item="001", due="2026-03-01",
                 status="on loan until 2026-03-01", enumeration="t. 2", available=False)),
        ("AVA", "$aX$bMAIN$qThư viện$cKho$d895$eavailable$k1$tv.1-9",
         Holding("V", branch="Thư viện", location="Kho", call_number="895", status="available",
                 call_number_scheme="ddc", summary="v.1-9", available=True)),
        ("AVA", "$aX$bMAIN$echeck_holdings",
         Holding("V", branch="MAIN", status="check holdings")),
        ("AVE", "$uhttp://x.vn$sfrom 1990", Holding("V", url="http://x.vn", summary="from 1990")),
    ],
)  # fmt: skip
def test_dialects(tag: str, text: str, holding: Holding) -> None:
    assert held(tag, text) == (holding,)


@pytest.mark.parametrize(
    ("tag", "text"),
    [("999", "$c17$d17"), ("949", "$aQA76"), ("995", "$asomething$bx"), ("952", "")],
)
def test_fields_that_mean_something_else(tag: str, text: str) -> None:
    assert held(tag, text) == ()
