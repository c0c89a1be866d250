"""What can be wrong with an OAI-PMH server, and what its library has to do about it.

One row for each fault: how bad it is, the part of OAI-PMH 2.0 that it breaks, and the advice in
Vietnamese and in English. An *error* loses records or stops harvesters; a *warning* will, one day.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning"]
Language: TypeAlias = Literal["vi", "en"]


@dataclass(frozen=True, slots=True)
class Fault:
    """``clause``: section of OAI-PMH 2.0, or what else is broken."""

    severity: Severity
    clause: str
    vi: str
    en: str

    def advice(self, language: Language) -> str:
        return self.vi if language == "vi" else self.en


@dataclass(frozen=True, slots=True)
class Finding:
    """``fault``: key of ``FAULTS``; ``request``: the address that shows it; ``detail``: what was
    seen there."""

    fault: str
    request: str
    detail: str = ""


FAULTS: dict[str, Fault] = {
    # HTTP
    "unreachable": Fault("error", "HTTP",
        "Máy chủ không trả lời được. Kiểm tra địa chỉ, tường lửa và chứng chỉ.",
        "The server gives no usable answer. Check address, firewall and certificate."),
    "too-slow": Fault("warning", "HTTP",
        "Trả lời quá chậm. Giảm số biểu ghi mỗi trang hoặc thêm chỉ mục cho cơ sở dữ liệu.",
        "Answers take too long. Send fewer records a page or index the database."),
    "http-status": Fault("error", "3.1.1",
        "Trả lời và lỗi của OAI-PMH phải đi với HTTP 200; mã 5xx làm dừng cả lượt thu hoạch.",
        "Answers and errors of OAI-PMH go with HTTP 200; a 5xx stops a whole harvest."),
    "busy": Fault("warning", "3.1.2.2",
        "Máy chủ báo bận (503). Khi bận hãy gửi Retry-After bằng số giây, không quá 3600.",
        "The server was busy (503). When it is, send Retry-After as seconds, at most 3600."),
    "moved": Fault("warning", "3.1.2.2",
        "Địa chỉ chuyển hướng vĩnh viễn. Dùng địa chỉ mới làm baseURL.",
        "The address redirects for good. Use the new one as baseURL."),
    "content-type": Fault("warning", "3.1.2.1",
        "Content-Type phải là text/xml.",
        "The Content-Type must be text/xml."),
    "post": Fault("error", "3.1.1",
        "POST phải cho cùng kết quả với GET; một số máy thu hoạch chỉ dùng POST.",
        "POST must answer as GET does; some harvesters use nothing else."),
    # XML
    "not-oai": Fault("error", "3.2",
        "Trả lời không phải là tài liệu OAI-PMH (thường là trang HTML báo lỗi).",
        "The answer is no OAI-PMH document (often an HTML error page)."),
    "ill-formed": Fault("error", "3.2",
        "XML hỏng: ký tự điều khiển, mã hóa sai hoặc & chưa thoát. Làm sạch dữ liệu khi xuất.",
        "Broken XML: control characters, wrong encoding or a bare &. Clean the text on output."),
    "encoding": Fault("error", "3.2",
        "Trả lời phải là UTF-8 không có BOM và bắt đầu bằng khai báo XML.",
        "Answers must be UTF-8 without a byte order mark and begin with an XML declaration."),
    "namespace": Fault("error", "3.2",
        "Phần tử gốc phải thuộc không gian tên http://www.openarchives.org/OAI/2.0/.",
        "The root must be in the namespace http://www.openarchives.org/OAI/2.0/."),
    "schema-location": Fault("warning", "3.2",
        "xsi:schemaLocation phải bắt đầu bằng không gian tên và OAI-PMH.xsd.",
        "xsi:schemaLocation must begin with the namespace and the address of OAI-PMH.xsd."),
    "element-order": Fault("error", "3.2",
        "Thứ tự phải là responseDate, request, rồi nội dung hoặc error.",
        "The order must be responseDate, request, then the content or errors."),
    "response-date": Fault("error", "3.2",
        "responseDate phải là giờ UTC dạng YYYY-MM-DDThh:mm:ssZ, không có phần lẻ.",
        "responseDate must be UTC as YYYY-MM-DDThh:mm:ssZ, without fractions."),
    "clock": Fault("error", "3.3",
        "Đồng hồ lệch. Giờ phải là UTC: giờ Việt Nam trừ 7. Lệch giờ làm mất biểu ghi.",
        "The clock is off. Times are UTC, in Vietnam local time less 7 h. This loses records."),
    "request-element": Fault("warning", "3.2",
        "Phần tử request phải mang các đối số đã gửi; với badVerb và badArgument thì không.",
        "The request element repeats the arguments sent; after badVerb and badArgument none."),
    "base-url": Fault("warning", "4.2",
        "baseURL phải đúng là địa chỉ mà máy thu hoạch dùng.",
        "baseURL must be the address that harvesters use, exactly."),
    # Identify
    "identify": Fault("error", "4.2",
        "Identify thiếu hoặc sai phần tử bắt buộc.",
        "Identify lacks a required element, or one is wrong."),
    "admin-email": Fault("warning", "4.2",
        "adminEmail phải là địa chỉ thư có người đọc.",
        "adminEmail must be a mail address that someone reads."),
    "granularity": Fault("error", "3.3",
        "granularity phải là YYYY-MM-DD hoặc YYYY-MM-DDThh:mm:ssZ, và đúng với dấu thời gian.",
        "granularity must be YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ and fit the datestamps."),
    "earliest": Fault("error", "4.2",
        "earliestDatestamp muộn hơn dấu thời gian của biểu ghi: biểu ghi cũ sẽ bị bỏ sót.",
        "earliestDatestamp is later than a record's datestamp: old records will be missed."),
    "deletions": Fault("warning", "2.5.1",
        "Kho không giữ dấu vết xóa lâu dài. Bật 'persistent' để mục lục liên hợp biết mà xóa.",
        "Deletions are not kept for good. Use 'persistent', or dead records stay in the union."),
    # formats and sets
    "oai-dc": Fault("error", "4.4",
        "Phải có định dạng oai_dc với đúng không gian tên.",
        "The format oai_dc must be there, with its own namespace."),
    "no-marc": Fault("warning", "interop",
        "Không có MARCXML. Cần định dạng này để liên thông không mất dữ liệu.",
        "There is no MARCXML. It is what shares records without loss."),
    "sets": Fault("error", "4.6",
        "setSpec sai cú pháp, trùng, hoặc thiếu setName. Dùng chữ không dấu trong setSpec.",
        "A setSpec is ill-formed or repeated, or a setName is missing. Use ASCII in setSpecs."),
    "unlisted-set": Fault("warning", "4.6",
        "Biểu ghi mang setSpec không có trong ListSets.",
        "A record has a setSpec that ListSets does not show."),
    # lists
    "empty-list": Fault("error", "4.5",
        "Danh sách rỗng: phải trả lời noRecordsMatch, và không bao giờ có trang chỉ có mã tiếp.",
        "An empty list: answer noRecordsMatch, and never send a page with nothing but a token."),
    "header": Fault("error", "2.5",
        "Biểu ghi thiếu header, identifier hoặc datestamp.",
        "A record lacks its header, identifier or datestamp."),
    "identifier": Fault("error", "2.4",
        "identifier phải là URI duy nhất, ví dụ oai:thuvien.vn:123.",
        "An identifier must be a unique URI such as oai:library.vn:123."),
    "datestamp": Fault("error", "3.3",
        "datestamp phải là UTC, đúng độ mịn đã khai và không ở tương lai.",
        "A datestamp must be UTC, in the declared granularity, and not in the future."),
    "no-metadata": Fault("error", "2.5",
        "Biểu ghi không bị xóa phải có metadata.",
        "A record that is not deleted must have metadata."),
    "deleted-metadata": Fault("error", "2.5.1",
        "Biểu ghi đã xóa không được có metadata.",
        "A deleted record has no metadata."),
    "metadata": Fault("error", "4.5",
        "metadata phải chứa đúng một phần tử thuộc không gian tên của định dạng.",
        "metadata must hold one element in the namespace of its format."),
    "text": Fault("error", "interop",
        "Chữ bị hỏng (sai bảng mã, ví dụ TCVN3/VNI hoặc UTF-8 hai lần). Chuyển sang Unicode.",
        "Garbled text (a legacy code such as TCVN3 or VNI, or UTF-8 twice). Convert to Unicode."),
    "identifiers-differ": Fault("error", "4.3",
        "ListIdentifiers và ListRecords phải cho cùng các biểu ghi.",
        "ListIdentifiers and ListRecords must list the same records."),
    # flow control
    "token-once": Fault("error", "3.5",
        "Dùng lại mã tiếp phải cho cùng trang: mất một trả lời là mất cả lượt thu hoạch.",
        "A token used again must give the same page: one lost answer loses the harvest."),
    "token-loop": Fault("error", "3.5",
        "Danh sách quay vòng: trang sau giống trang trước.",
        "The list goes round in a circle: a page repeats the one before."),
    "token-damaged": Fault("error", "3.5",
        "Mã tiếp bị sửa phải bị từ chối bằng badResumptionToken.",
        "A damaged token must be refused by badResumptionToken."),
    "token-refused": Fault("error", "3.5",
        "Mã tiếp vừa cấp đã bị từ chối. Mã phải sống ít nhất vài giờ.",
        "A token just issued is refused. Tokens should live for hours at least."),
    "token-exclusive": Fault("warning", "3.5",
        "resumptionToken đi với đối số khác phải là badArgument.",
        "resumptionToken beside another argument must be a badArgument."),
    "list-size": Fault("warning", "3.5",
        "completeListSize hoặc cursor sai: cursor là số biểu ghi đã gửi trước trang này.",
        "completeListSize or cursor is wrong: cursor counts the records sent before this page."),
    # arguments
    "bad-verb": Fault("error", "3.6",
        "verb thiếu, lạ hoặc lặp phải là badVerb.",
        "A verb that is missing, unknown or repeated must be a badVerb."),
    "bad-argument": Fault("error", "3.6",
        "Đối số lạ, thiếu, lặp hoặc sai dạng phải là badArgument.",
        "Arguments that are unknown, missing, repeated or ill-formed must be a badArgument."),
    "unknown-id": Fault("error", "4.1",
        "identifier không có phải là idDoesNotExist.",
        "An unknown identifier must be an idDoesNotExist."),
    "unknown-format": Fault("error", "4.1",
        "Định dạng không có phải là cannotDisseminateFormat.",
        "An unknown format must be a cannotDisseminateFormat."),
    "window": Fault("error", "2.7.1",
        "from và until phải gồm cả hai đầu; ngày cuối kể đến 23:59:59. Sai là mất biểu ghi.",
        "from and until include both ends; a day ends at 23:59:59. Otherwise records are lost."),
    "window-empty": Fault("error", "2.7.1",
        "Khoảng thời gian không có biểu ghi phải là noRecordsMatch.",
        "A window without records must be a noRecordsMatch."),
    "get-record": Fault("error", "4.1",
        "GetRecord phải cho đúng biểu ghi đã liệt kê, với cùng header.",
        "GetRecord must give the record that was listed, with the same header."),
    "hostile": Fault("error", "HTTP",
        "Dữ liệu lạ trong yêu cầu làm hỏng máy chủ. Kiểm tra mọi đối số trước khi dùng.",
        "Strange bytes in a request break the server. Check every argument before use."),
}  # fmt: skip
