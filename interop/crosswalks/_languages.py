"""Language codes: MARC 21 (ISO 639-2/B) to and from what other schemas use.

Only languages with a two-letter code are listed: the others have the same three letters everywhere.
Source: ISO 639-2 code list of the Library of Congress.
"""

import re
from functools import lru_cache

from interop.text.folding import fold

_TWO_LETTERS = (
    "aa:aar ab:abk ae:ave af:afr ak:aka am:amh an:arg ar:ara as:asm av:ava ay:aym az:aze ba:bak "
    "be:bel bg:bul bi:bis bm:bam bn:ben bo:tib br:bre bs:bos ca:cat ce:che ch:cha co:cos cr:cre "
    "cs:cze cu:chu cv:chv cy:wel da:dan de:ger dv:div dz:dzo ee:ewe el:gre en:eng eo:epo es:spa "
    "et:est eu:baq fa:per ff:ful fi:fin fj:fij fo:fao fr:fre fy:fry ga:gle gd:gla gl:glg gn:grn "
    "gu:guj gv:glv ha:hau he:heb hi:hin ho:hmo hr:hrv ht:hat hu:hun hy:arm hz:her ia:ina id:ind "
    "ie:ile ig:ibo ii:iii ik:ipk io:ido is:ice it:ita iu:iku ja:jpn jv:jav ka:geo kg:kon ki:kik "
    "kj:kua kk:kaz kl:kal km:khm kn:kan ko:kor kr:kau ks:kas ku:kur kv:kom kw:cor ky:kir la:lat "
    "lb:ltz lg:lug li:lim ln:lin lo:lao lt:lit lu:lub lv:lav mg:mlg mh:mah mi:mao mk:mac ml:mal "
    "mn:mon mr:mar ms:may mt:mlt my:bur na:nau nb:nob nd:nde ne:nep ng:ndo nl:dut nn:nno no:nor "
    "nr:nbl nv:nav ny:nya oc:oci oj:oji om:orm or:ori os:oss pa:pan pi:pli pl:pol ps:pus pt:por "
    "qu:que rm:roh rn:run ro:rum ru:rus rw:kin sa:san sc:srd sd:snd se:sme sg:sag si:sin sk:slo "
    "sl:slv sm:smo sn:sna so:som sq:alb sr:srp ss:ssw st:sot su:sun sv:swe sw:swa ta:tam te:tel "
    "tg:tgk th:tha ti:tir tk:tuk tl:tgl tn:tsn to:ton tr:tur ts:tso tt:tat tw:twi ty:tah ug:uig "
    "uk:ukr ur:urd uz:uzb ve:ven vi:vie vo:vol wa:wln wo:wol xh:xho yi:yid yo:yor za:zha zh:chi "
    "zu:zul"
)
_TO_MARC: dict[str, str] = dict((pair[:2], pair[3:]) for pair in _TWO_LETTERS.split())
_TO_BCP47 = {marc: short for short, marc in _TO_MARC.items()}

# ISO 639-2/T, where it differs from the bibliographic code, and names as repositories write them.
_TO_MARC |= {
    "bod": "tib", "ces": "cze", "cym": "wel", "deu": "ger", "ell": "gre", "eus": "baq",
    "fas": "per", "fra": "fre", "hye": "arm", "isl": "ice", "kat": "geo", "mkd": "mac",
    "mri": "mao", "msa": "may", "mya": "bur", "nld": "dut", "ron": "rum", "slk": "slo",
    "sqi": "alb", "zho": "chi",
    "vietnamese": "vie", "tieng viet": "vie", "viet": "vie", "english": "eng", "tieng anh": "eng",
    "french": "fre", "tieng phap": "fre", "chinese": "chi", "tieng trung": "chi",
    "tieng trung quoc": "chi", "russian": "rus", "tieng nga": "rus", "german": "ger",
    "tieng duc": "ger", "japanese": "jpn", "tieng nhat": "jpn", "korean": "kor",
    "tieng han": "kor", "khmer": "khm", "lao": "lao", "thai": "tha",
}  # fmt: skip

_CODE = re.compile("[a-z]{3}")
_UNKNOWN = frozenset({"und", "xxx", "mis", "|||"})


def split_codes(value: str) -> list[str]:
    """MARC codes of a 041 subfield or 008/35-37; glued ones (``vieeng``) are cut apart.

    Empty when ``value`` is no run of three-letter codes, or says that nothing is known.
    """
    return list(_split(value)) if len(value) <= _FEW else list(_split.__wrapped__(value))


_FEW = 30  # characters: no value of the many that are alike is longer


@lru_cache(maxsize=1 << 10)
def _split(value: str) -> tuple[str, ...]:
    value = value.strip().lower()
    if len(value) % 3:
        return ()
    codes = [value[place : place + 3] for place in range(0, len(value), 3)]
    if not all(_CODE.fullmatch(code) for code in codes):
        return ()
    return tuple([code for code in codes if code not in _UNKNOWN])


def marc_code(value: str) -> str | None:
    """The MARC code that ``vi``, ``vi_VN``, ``vie`` or ``Tiếng Việt`` mean; ``None`` for none."""
    words = fold(value)
    if not words:
        return None
    code = _TO_MARC.get(" ".join(words)) or _TO_MARC.get(words[0], words[0])
    return code if _CODE.fullmatch(code) and code not in _UNKNOWN else None


def bcp47(code: str) -> str:
    """The BCP 47 language subtag for a MARC code; ``und`` for an empty one."""
    return _TO_BCP47.get(code, code) or "und"
