"""ETD-MS: a thesis tells its degree and who gave it."""

from lxml import etree

from interop.crosswalks import etdms
from tests.unit.crosswalks.mrk import record

NS = {"t": etdms.NAMESPACE}


def test_degree_and_advisor():
    marc = record(
        "=100  0\\$aNguyễn Văn A\n=245  10$aTruyện Nôm\n"
        "=502  \\\\$bTiến sĩ$cĐại học Huế$d2019$gVăn học\n"
        "=700  0\\$aTrần B$engười hướng dẫn"
    )
    root = etree.fromstring(etdms.CROSSWALK.write(marc))
    degree = {etree.QName(e).localname: e.text for e in root.find("t:degree", NS)}
    assert degree == {"name": "Tiến sĩ", "discipline": "Văn học", "grantor": "Đại học Huế"}
    advisor = root.find("t:contributor", NS)
    assert (advisor.text, advisor.get("role")) == ("Trần B", "người hướng dẫn")


def test_a_note_in_one_sentence_is_a_note_and_no_degree():
    root = etree.fromstring(etdms.CROSSWALK.write(record("=502  \\\\$aLuận án -- Huế, 2019")))
    assert root.findtext("t:description[@role='note']", None, NS) == "Luận án -- Huế, 2019"
    assert root.find("t:degree", NS) is None
