"""What the tags of well-known CDS/ISIS bases mean in MARC 21.

``cds`` is the base that UNESCO ships with the program, on which thousands of small libraries have
modelled theirs; ``lilacs`` the methodology of BIREME and CEPAL. The form of the rows is that of
``cdsisis.parse_mapping``.
"""

from interop.crosswalks._languages import marc_code

MAPPINGS: dict[str, dict[str, str]] = {
    "cds": {
        "1": "001", "2": "035 __ a", "12": "111 2_ a n:n p:c d:d", "24": "245 10 a z:b",
        "25": "250 __ a", "26": "260+ __ a a:a b:b c:c", "30": "300 __ a a:a b:b c:c",
        "44": "490 0_ a v:v", "50": "500 __ a", "60": "520 __ a", "68": "655 _4 a",
        "69": "653 __ a", "70": "100/700 1_ a", "71": "110/710 2_ a", "72": "711 2_ a n:n p:c d:d",
        "74": "246 3_ a", "76": "246 31 a z:b", "80": "020 __ a", "81": "022 __ a",
        "82": "852 __ h",
    },
    "lilacs": {
        "2": "001", "1": "040 __ a", "3": "852 __ h", "8": "856 40 u",
        "10": "100/700 1_ a 1:u", "11": "110/710 2_ a", "12": "245 10 a i:p",
        "13": "246 31 a", "14": "773+ 0_ g", "16": "100/700 1_ a 1:u", "17": "110/710 2_ a",
        "18": "245 10 a i:p", "19": "246 31 a", "20": "300+ __ a", "23": "700 1_ a",
        "24": "710 2_ a", "25": "490 0_ a", "30": "773+ 0_ t", "31": "773+ 0_ g",
        "32": "773+ 0_ g", "35": "773+ 0_ x", "38": "300+ __ b", "40": "041 __ a",
        "49": "700 1_ a", "50": "502+ __ c", "51": "502+ __ b", "53": "711 2_ a",
        "54": "518 __ d", "56": "518 __ p", "58": "536 __ a", "61": "500 __ a", "62": "260+ __ b",
        "63": "250 __ a", "64": "260+ __ c", "66": "260+ __ a", "69": "020 __ a",
        "71": "655 _4 a", "74": "648 _4 a", "76": "653 __ a", "78": "600 14 a", "82": "651 _4 a",
        "83": "520 __ a", "87": "650 _4 a d:a s:x", "88": "650 _4 a d:a s:x", "110": "655 _4 a",
        "111": "655 _4 a", "113": "655 _4 a",
    },
}  # fmt: skip
# Tags that only this one has, or that every record of it has; the first that fits is taken.
SIGNS: tuple[tuple[str, frozenset[str]], ...] = (
    ("lilacs", frozenset(("12", "18", "64", "87"))),
    ("cds", frozenset(("24", "26", "70"))),
)
DEFAULT = "cds"


def language(value: str) -> str | None:
    """The MARC code of a language as these bases write it (``Es``, ``Vi``)."""
    return marc_code(value)
