"""THE table of access points: one row names it, says where it comes from and how it is asked for.

CQL and Type-1 queries, indexing, sorting and Explain all read these rows, so an access point
that can be searched can be explained, and adding one is adding one row.

Bib-1 Use numbers: Bib-1 attribute set, type 1; 1097 to 1111 are the elements of Dublin Core. CQL
names: context sets cql 1.2, dc 1.1, bath 2.0, bib 1.0, rec 1.1; a name without a prefix is a bare
name, as the National Library's clients send them (``Title=``). Names are compared without regard to
case.

Every access point is ``local.<its name>`` too. Names of the marc set name exactly its ``source``.

``source`` is a specification of ``interop.marc.spec``; ``None`` is a value that is not in the MARC
record (the document builder knows it).
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal[
    "text", "key", "code", "isbn", "issn", "lccn", "oclc", "class", "date", "year", "span"
]

_SERIES = ("title-series",)
_LONG = ("any", "notes", "abstract", "author-title")


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """``kind`` decides the normaliser and the engine's field: ``text`` words and phrases,
    ``year`` numbers, all others one key per value; those of ``span`` are a first and a last year
    (``interop.index.spans``). ``apart``: of a text, each subfield is a value of its own and not
    part of its field's. ``spans``: the access point whose spans ``encloses`` asks for.
    """

    name: str
    title_en: str
    title_vi: str
    source: str | None
    kind: Kind
    use: tuple[int, ...]
    cql: tuple[str, ...]
    sort: bool = False
    scan: bool = True
    apart: bool = False
    spans: str = ""

    @property
    def ordered(self) -> bool:
        """Whether ranges make sense on it."""
        return self.kind in ("year", "key", "class", "lccn", "date")

    @property
    def headings(self) -> bool:
        """Whether its whole values are browsed (Bib-1 structure 1 with completeness 3; CQL ``==``).
        Long texts are not.
        """
        return self.scan and (self.kind != "text" or self.name not in _LONG)

    @property
    def facet(self) -> bool:
        """Whether its values are counted over a result: those that many records share."""
        if self.kind == "text":
            return self.headings and not self.name.startswith("title") or self.name in _SERIES
        return self.kind in ("code", "class", "year") and self.name != "identifier"

    @property
    def names(self) -> tuple[str, ...]:
        """Every CQL name, the one of the local set last."""
        return (*self.cql, f"local.{self.name}")


# fmt: off
ACCESS_POINTS: tuple[AccessPoint, ...] = (
    AccessPoint("any", "Any field", "Mọi trường", None, "text", (1016, 1017, 1035),
                ("cql.serverchoice", "cql.anywhere", "cql.anyindexes", "cql.allindexes",
                 "cql.keywords", "any", "bath.any")),
    AccessPoint("title", "Title", "Nhan đề",
                "245abnpfgk:246abnp:247abnp:130adfklmnoprst:240adfklmnoprst:242abnp:"
                "700t:710t:711t:730adfklmnoprst:740anp", "text", (4, 1097),
                ("dc.title", "bath.title", "title"), sort=True),
    AccessPoint("title-key", "Key title", "Nhan đề khóa", "222ab", "text", (33,),
                ("bath.keytitle",)),
    AccessPoint("title-alternative", "Other title", "Nhan đề khác", "246abnp:247abnp:740anp",
                "text", (41,), ("bib.titlealternative",)),
    AccessPoint("title-series", "Series", "Tùng thư", "440anpv:490av:800t:810t:830anpv", "text",
                (5,), ("bib.titleseries", "bath.seriestitle", "series")),
    AccessPoint("title-uniform", "Uniform title", "Nhan đề đồng nhất",
                "130adfklmnoprst:240adfklmnoprst:730adfklmnoprst", "text", (6,),
                ("bib.titleuniform", "bath.uniformtitle")),
    AccessPoint("author", "Author", "Tác giả",
                "100abcdq:110abcdn:111acdnq:700abcdq:710abcdn:711acdnq:720a:245c", "text",
                (1003, 1002, 1098, 1106), ("dc.creator", "dc.contributor", "dc.author",
                "bath.author", "bath.name", "bib.name", "author", "creator"), sort=True),
    AccessPoint("author-personal", "Personal author", "Tác giả cá nhân", "100abcdq:700abcdq",
                "text", (1, 1004), ("bath.personalname", "bib.namepersonal")),
    AccessPoint("author-corporate", "Corporate author", "Tác giả tập thể", "110abcdn:710abcdn",
                "text", (2, 1005), ("bath.corporatename", "bib.namecorporate")),
    AccessPoint("author-conference", "Conference", "Hội nghị", "111acdnq:711acdnq", "text",
                (3, 1006), ("bath.conferencename", "bib.nameconference")),
    AccessPoint("author-title", "Author and title", "Tác giả và nhan đề", None, "text", (1000,),
                ()),
    AccessPoint("subject", "Subject", "Chủ đề",
                "600abcdqtvxyz:610abtvxyz:611acdtvxyz:630atvxyz:648avxyz:650abvxyz:651avxyz:"
                "653a:655avxyz:690a", "text", (21, 1099),
                ("dc.subject", "bath.subject", "zthes.termname", "subject")),
    AccessPoint("subject-topic", "Topical subject", "Chủ đề tên gọi", "650abvxyz", "text", (1079,),
                ("bath.topicalsubject",)),
    AccessPoint("subject-place", "Geographic subject", "Chủ đề địa danh", "651avxyz:662abcdfgh",
                "text", (58, 1110), ("bath.geographicname", "bib.subjectplace", "dc.coverage"),
                spans="coverage-span"),
    AccessPoint("coverage-span", "Years covered", "Khoảng thời gian đề cập", None, "span", (),
                (), scan=False, spans="coverage-span"),
    AccessPoint("subject-subdivision", "Subject subdivision", "Phụ đề chủ đề",
                "600vxyz:610vxyz:611vxyz:630vxyz:648vxyz:650vxyz:651vxyz:655vxyz", "text", (47,),
                (), apart=True),
    AccessPoint("genre", "Genre or form", "Thể loại", "655avxyz", "text", (1075,),
                ("bath.genreform", "bib.genre")),
    AccessPoint("isbn", "ISBN", "ISBN", "020a", "isbn", (7,),
                ("bath.isbn", "bib.isbn", "marc.020$a", "isbn")),
    AccessPoint("issn", "ISSN", "ISSN", "022a", "issn", (8,),
                ("bath.issn", "bib.issn", "marc.022$a", "issn")),
    AccessPoint("lccn", "LCCN", "LCCN", "010a", "lccn", (9,),
                ("bath.lccn", "bib.lccn", "marc.010$a", "lccn")),
    AccessPoint("identifier", "Standard identifier", "Chỉ số định danh", "020a:022a:024a", "code",
                (1007, 1104), ("dc.identifier", "bath.standardidentifier", "identifier")),
    AccessPoint("control-number", "Control number", "Số kiểm soát", "001", "key", (12,),
                ("rec.id", "rec.identifier", "bath.remotesystemnumber", "marc.001", "id")),
    AccessPoint("oclc-number", "OCLC number", "Số OCLC", "001:035a", "oclc", (1211,), ()),
    AccessPoint("record-link", "Control number of a linked record",
                "Số kiểm soát biểu ghi liên kết",
                "760w:762w:765w:767w:770w:772w:773w:774w:775w:776w:777w:780w:785w:786w:787w:"
                "800w:810w:811w:830w", "key", (1045,), ()),
    AccessPoint("record-source", "Source of the record", "Nguồn biểu ghi", "008[39]:040acd", "code",
                (1019,), ()),
    AccessPoint("record-type", "Type of record", "Loại biểu ghi", "leader[6]", "code", (1001,), ()),
    AccessPoint("bibliographic-level", "Bibliographic level", "Cấp thư mục", "leader[7]", "code",
                (1021,), ()),
    AccessPoint("acquired", "Date of acquisition", "Ngày bổ sung", "541d:952d", "date", (32,), ()),
    AccessPoint("created", "Record created", "Ngày tạo biểu ghi", "008[0-5]", "date", (1011,),
                ("rec.creationdate",)),
    AccessPoint("modified", "Record modified", "Ngày sửa biểu ghi", "005[0-7]", "date", (1012,),
                ("rec.lastmodificationdate",)),
    AccessPoint("classification", "Classification", "Ký hiệu phân loại",
                "050ab:080a:082a:084a:090ab:852hi", "class", (13, 16, 20),
                ("bib.classification", "bath.callnumber", "ddc", "callnumber")),
    AccessPoint("publisher", "Publisher", "Nhà xuất bản", "260b:264b", "text", (1018, 1101),
                ("dc.publisher", "bath.publisher", "publisher")),
    AccessPoint("place", "Place of publication", "Nơi xuất bản", "260a:264a", "text", (59,),
                ("bib.originplace", "place")),
    AccessPoint("date", "Date of publication", "Năm xuất bản", None, "year", (30, 31, 1102),
                ("dc.date", "bib.dateissued", "date", "year"), sort=True, spans="date-span"),
    AccessPoint("date-span", "Years of publication", "Khoảng năm xuất bản", None, "span", (),
                (), scan=False, spans="date-span"),
    AccessPoint("language", "Language", "Ngôn ngữ", "008[35-37]:041ad", "code", (54, 1105),
                ("dc.language", "bath.language", "language", "lang")),
    AccessPoint("notes", "Notes", "Phụ chú", "500a:502a:504a:505agrt:508a:511a:520ab:545ab:546a",
                "text", (63, 1100), ("dc.description", "bath.notes", "notes", "description")),
    AccessPoint("abstract", "Abstract", "Tóm tắt", "520ab", "text", (62,), ("abstract",)),
    AccessPoint("source", "Source", "Nguồn", "773abtg:786abtg", "text", (1108,), ("dc.source",)),
    AccessPoint("host-item", "Host item", "Tài liệu chủ", "773abdghkmnoprstxyz", "text",
                (1033,), ()),
    AccessPoint("relation", "Related work", "Tài liệu liên quan",
                "760at:762at:765at:767at:770at:772at:773at:774at:775at:776at:777at:780at:785at:"
                "786at:787at", "text", (1109,), ("dc.relation",)),
    AccessPoint("rights", "Rights", "Quyền sử dụng", "506abc:540abcd", "text", (1111,),
                ("dc.rights",)),
    AccessPoint("format", "Type of material", "Loại tài liệu", None, "code",
                (1031, 1034, 1103, 1107), ("dc.type", "dc.format", "format", "type")),
    AccessPoint("library", "Holding library", "Thư viện có tài liệu", None, "code", (1044,),
                ("bath.possessinginstitution", "library", "holdinglibrary")),
)
# fmt: on

BY_NAME: dict[str, AccessPoint] = {point.name: point for point in ACCESS_POINTS}
BY_USE: dict[int, AccessPoint] = {use: point for point in ACCESS_POINTS for use in point.use}
BY_CQL: dict[str, AccessPoint] = {name: point for point in ACCESS_POINTS for name in point.names}
