"""UNIMARC to MARC 21: the rules one by one, and whole records."""

import pytest

from interop.formats.iso2709 import read
from interop.marc import iso2709
from interop.marc.record import ControlField, DataField, MarcRecord
from interop.marc.unimarc import is_unimarc, tags, to_marc21

GENERAL = DataField("100", " ", " ", (("a", "20180526d2007    m  y0frey50      ba"),))
TITLE = DataField("200", "1", " ", (("a", "Le monde"),))


def field(text: str) -> DataField:
    """``200 1_ $aLe monde``, as people write fields."""
    tag, indicators, rest = text.split(" ", 2)
    pairs = tuple((part[0], part[1:]) for part in rest.split("$")[1:])
    ind1, ind2 = indicators.replace("_", " ")
    return DataField(tag, ind1, ind2, pairs)


def written(record: MarcRecord) -> list[str]:
    return [
        f"{f.tag} {f.value}"
        if isinstance(f, ControlField)
        else f"{f.tag} {(f.ind1 + f.ind2).replace(' ', '_')} "
        + "".join(f"${code}{value}" for code, value in f.subfields)
        for f in record.fields
    ]


def converted(*texts: str, leader: str = "00000nam0 2200000   450 ") -> list[str]:
    record = MarcRecord(leader, (GENERAL, TITLE, *map(field, texts)))
    return [line for line in written(to_marc21(record)) if line[:3] not in ("008", "040", "245")]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("010 __ $a978-2-07-040850-4$bbr.$d7 EUR", "020 __ $a978-2-07-040850-4$qbr.$c7 EUR"),
        ("011 __ $a0317-8471", "022 __ $a0317-8471"),
        ("020 __ $aFR$b00501234", "015 __ $a00501234"),
        ("035 __ $a(OCoLC)1", "035 __ $a(OCoLC)1"),
        ("073 _0 $a9782070408504", "024 3_ $a9782070408504"),
        ("101 1_ $afre$cvie$deng", "041 1_ $afre$hvie$beng"),
        ("205 __ $a2e éd.$frevue", "250 __ $a2e éd.$brevue"),
        ("206 __ $a1:50000", "255 __ $a1:50000"),
        ("207 _1 $aVol. 1 (1990)-", "362 0_ $aVol. 1 (1990)-"),
        ("210 __ $aParis$cGallimard$d2007", "260 __ $aParis$bGallimard$c2007"),
        ("214 _0 $aHuế$cThuận Hóa$d2019", "264 _1 $aHuế$bThuận Hóa$c2019"),
        ("214 _4 $d2019", "264 _4 $c2019"),
        ("215 __ $a1 vol. (120 p.)$cill.$d21 cm", "300 __ $a1 vol. (120 p.)$bill.$c21 cm"),
        ("225 1_ $aFolio$v12$x0768-0732", "490 0_ $aFolio$v12$x0768-0732"),
        ("300 __ $aIndex", "500 __ $aIndex"),
        ("320 __ $aBibliogr. p. 5", "504 __ $aBibliogr. p. 5"),
        ("327 1_ $aA$aB", "505 0_ $aA$aB"),
        ("328 _0 $bThèse$cLettres$eParis 4$d1999", "502 __ $bThèse$gLettres$cParis 4$d1999"),
        ("330 __ $aRésumé", "520 __ $aRésumé"),
        ("410 _0 $tFolio$v12", "830 _0 $aFolio$v12"),
        ("430 _0 $tAncien$x0317-8471", "780 00 $tAncien$x0317-8471"),
        ("447 _0 $tAutre", "785 07 $tAutre"),
        ("454 _1 $tTruyện Kiều", "765 0_ $tTruyện Kiều"),
        ("461 _0 $1001X7$12001 $aSérie$1210  $aParis$cSeuil$d1990",
         "773 0_ $tSérie$dParis, Seuil, 1990$wX7"),
        ("463 _1 $tRevue$x0317-8471$vno 3", "773 0_ $tRevue$gno 3$x0317-8471"),
        ("500 10 $aContes$mFrançais", "730 0_ $aContes$lFrançais"),
        ("500 11 $aContes$iExtraits", "130 0_ $aContes$pExtraits"),
        ("510 1_ $aThe world", "246 31 $aThe world"),
        ("517 1_ $aAutre", "246 3_ $aAutre"),
        ("530 0_ $aMonde", "222 _0 $aMonde"),
        ("600 _1 $aNguyễn$bDu$f1766-1820$2rameau", "600 17 $aNguyễn, Du$d1766-1820$2ram"),
        ("601 02 $aONU$bSecrétariat", "610 24 $aONU$bSecrétariat"),
        ("606 __ $3027$aRomans$yViệt Nam$z19e siècle$xHistoire$2rameau",
         "650 _7 $aRomans$zViệt Nam$y19e siècle$xHistoire$0027$2ram"),
        ("607 __ $aHuế$2lc", "651 _0 $aHuế"),
        ("610 0_ $athơ$aca dao", "653 __ $athơ$aca dao"),
        ("676 __ $a895.922$v23", "082 04 $a895.922$223"),
        ("686 __ $a84.9$2bbk", "084 __ $a84.9$2bbk"),
        ("700 _1 $aHugo$bVictor$f1802-1885$4070", "100 1_ $aHugo, Victor$d1802-1885$4aut"),
        ("700 _0 $aNguyễn Du$4070", "100 0_ $aNguyễn Du$4aut"),
        ("702 _1 $aAbel$bYves$4730$3123", "700 1_ $aAbel, Yves$0123$4trl"),
        ("711 12 $aCongrès$d2$eHuế$f2001", "711 2_ $aCongrès$n2$cHuế$d2001"),
        ("712 02 $aGallimard$4650", "710 2_ $aGallimard$4pbl"),
        ("720 __ $aBach$f1600-1800", "100 3_ $aBach$d1600-1800"),
        ("856 4_ $uhttp://x.vn/1", "856 40 $uhttp://x.vn/1"),
        ("899 __ $aodd", "886 2_ $2unimarc$a899$b__$aodd"),
        ("995 __ $aTV$f00123", "995 __ $aTV$f00123"),
    ],
)  # fmt: skip
def test_rules(theirs: str, ours: str) -> None:
    assert converted(theirs) == [ours.replace("$b__", "$b  ") if "886" in ours else ours]


def test_title_with_everything() -> None:
    title = "200 1_ $aA$bTexte imprimé$aB$dC$esous-titre$fauteur$gtrad.$h2$iPartie"
    record = MarcRecord("00000nam0 2200000   450 ", (GENERAL, field(title)))
    (found,) = [line for line in written(to_marc21(record)) if line.startswith("245")]
    assert found == ("245 00 $aA$h[Texte imprimé]$n2$pPartie$b; B = C : sous-titre$cauteur ; trad.")


def test_an_article_that_is_not_sorted_is_counted() -> None:
    data = MarcRecord(
        "00000nam0 2200000   450 ",
        (
            GENERAL,
            TITLE._replace(subfields=(("a", "\x98Le \x9cmonde"),)),
            field("700 _1 $aHugo$bVictor"),
        ),
    )
    record, warnings = read(iso2709.encode(data))
    assert next(record.data("245")) == DataField("245", "1", "3", (("a", "Le monde"),))
    assert warnings == ("converted from UNIMARC",)


def test_leader_and_fixed_field() -> None:
    fields = (
        ControlField("001", "7"),
        ControlField("003", "http://x.fr/7"),
        GENERAL,
        field("101 0_ $avie"),
        field("102 __ $aVN"),
        field("105 __ $aa   z   101yy"),
        TITLE,
        field("801 _0 $aFR$bABES$gAFNOR"),
        field("801 _3 $aFR$bBnF"),
    )
    record = to_marc21(MarcRecord("00000nlm0 22000003i 450 ", fields))
    assert record.leader == "00000nmm a22000003c 4500"
    assert record.control("008") == "180526s2007    vm a   g      101|0 vie |"
    assert [line for line in written(record) if line[:3] in ("001", "024", "040")] == [
        "001 7", "024 7_ $ahttp://x.fr/7$2uri", "040 __ $aABES$bfre$eafnor$dBnF",
    ]  # fmt: skip
    assert len(record.control("008")) == 40


def test_serials() -> None:
    fields = (
        DataField("100", " ", " ", (("a", "20180526a19909999u  y0frey50      ba"),)),
        field("110 __ $aafa   "),
        TITLE,
    )
    fixed = to_marc21(MarcRecord("00000nas0 2200000   450 ", fields)).control("008")
    assert (fixed[:19], fixed[21], len(fixed)) == ("180526c19909999xx m", "p", 40)
    assert fixed[18:20] == "mr"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([GENERAL, TITLE], True),
        ([TITLE, field("801 _0 $bX"), field("215 __ $a1 p.")], True),
        ([TITLE], False),
        ([GENERAL], False),
        ([GENERAL, TITLE, field("245 00 $aA")], False),
        ([field("100 1_ $aHugo, Victor"), field("200 __ $aA")], False),
    ],
)
def test_what_is_unimarc(fields: list[DataField], expected: bool) -> None:
    assert is_unimarc(MarcRecord("00000nam0 2200000   450 ", tuple(fields))) is expected


def test_every_rule_survives_empty_and_strange_fields() -> None:
    odd = [
        DataField(tag, "9", "9", subfields)
        for tag in tags()
        for subfields in ((), (("1", ""),), (("a", ""), ("4", ""), ("1", "2")), (("9", "x"),))
    ]
    # fmt: skip
    record = to_marc21(MarcRecord("0" * 24, (TITLE, *odd)))
    iso2709.encode(record)
    assert len(record.control("008")) == 40
