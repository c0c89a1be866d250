"""What somebody's target said, in words for the people who run it: Vietnamese and English.

Diagnostics of other targets are numbers of the Bib-1 set (Z39.50-1995, ERR.1), some of which ours
never sends, so ``interop.diagnostics`` has no row for them.
"""

import errno
import socket
import ssl

from interop.z3950.common import DefaultDiagnostic

# Vietnamese, English
Words = tuple[str, str]

_MEANINGS: dict[int, Words] = {
    1: ("lỗi hệ thống", "system error"),
    2: ("hệ thống tạm thời không dùng được", "system error for the moment"),
    3: ("không hỗ trợ phép tìm này", "search not supported"),
    4: ("không có từ nào tìm được", "nothing but stop words"),
    11: ("câu tìm quá dài", "too many characters"),
    12: ("quá nhiều biểu ghi", "too many records"),
    13: ("biểu ghi ngoài tập kết quả", "outside of the result set"),
    14: ("lỗi khi đưa biểu ghi", "error in presenting the record"),
    16: ("biểu ghi lớn hơn thông điệp", "record larger than a message"),
    17: ("biểu ghi quá lớn", "record too large"),
    23: ("không tìm chung các cơ sở dữ liệu này", "databases cannot be searched together"),
    24: ("không hỗ trợ tên bộ phần tử", "element set names not supported"),
    25: ("không có bộ phần tử này", "element set not known"),
    27: ("tập kết quả không còn", "result set no longer exists"),
    30: ("không có tập kết quả này", "result set does not exist"),
    31: ("hết tài nguyên", "resources exhausted"),
    101: ("không được phép", "not allowed"),
    106: ("không thống nhất được cú pháp", "no syntax agreed on"),
    107: ("không hỗ trợ loại câu tìm", "query type not supported"),
    108: ("câu tìm sai cú pháp", "malformed query"),
    109: ("cơ sở dữ liệu không dùng được", "database unavailable"),
    113: ("không hỗ trợ loại thuộc tính", "attribute type not supported"),
    114: ("không hỗ trợ điểm truy cập (Use)", "access point (Use) not supported"),
    117: ("không hỗ trợ quan hệ (Relation)", "relation not supported"),
    118: ("không hỗ trợ cấu trúc (Structure)", "structure not supported"),
    119: ("không hỗ trợ vị trí (Position)", "position not supported"),
    120: ("không hỗ trợ cắt cụt (Truncation)", "truncation not supported"),
    121: ("không hỗ trợ bộ thuộc tính", "attribute set not supported"),
    122: ("không hỗ trợ mức đầy đủ (Completeness)", "completeness not supported"),
    123: ("không hỗ trợ tổ hợp thuộc tính", "combination of attributes not supported"),
    124: ("không hỗ trợ dạng từ tìm", "form of the term not supported"),
    125: ("từ tìm sai dạng", "malformed term"),
    126: ("từ tìm không hợp với điểm truy cập", "term not valid for the access point"),
    205: ("Scan chỉ theo từng mục một", "only step 0 for Scan"),
    207: ("không sắp xếp được theo khóa này", "cannot sort by this key"),
    228: ("Scan sai dạng", "malformed Scan"),
    232: ("không hỗ trợ danh mục này", "list of terms not supported"),
    235: ("không có cơ sở dữ liệu này", "database does not exist"),
    236: ("không được phép dùng cơ sở dữ liệu", "no access to the database"),
    237: ("không sắp xếp được", "cannot be sorted"),
    238: ("biểu ghi không có ở cú pháp này", "record not available in this syntax"),
    239: ("không hỗ trợ cú pháp biểu ghi", "record syntax not supported"),
    1011: ("sai tên hoặc mật khẩu", "wrong user or password"),
    1014: ("lỗi hệ thống xác thực", "error of the login system"),
    1020: ("tạm thời không vào được", "not available for the moment"),
    1024: ("không hỗ trợ thuộc tính", "attribute not supported"),
    1070: ("không được phép lấy cú pháp này", "not allowed to have this syntax"),
    1072: ("từ tìm có ký tự không đọc được", "term with characters that cannot be read"),
}


def diagnostic(said: DefaultDiagnostic) -> Words:
    """Its number, what that means, and what the target added; the number alone where it is not
    one of Bib-1 that targets are known to send.
    """
    vi, en = _MEANINGS.get(said.condition, ("", ""))
    added = f": {said.addinfo}" if said.addinfo and en else said.addinfo
    return f"[{said.condition}] {vi}{added}".rstrip(), f"[{said.condition}] {en}{added}".rstrip()


def failure(error: OSError) -> Words:
    """Why there is no connection, without the words of the operating system where there are own."""
    if isinstance(error, ssl.SSLError):
        return (
            "không bắt tay được TLS; cổng này không dùng TLS? (bỏ --tls)",
            "no TLS handshake; perhaps the port speaks no TLS (leave out --tls)",
        )
    if isinstance(error, socket.gaierror):
        return "không có máy nào tên như vậy", "no such host"
    if isinstance(error, TimeoutError):
        return "máy không trả lời", "the host does not answer"
    if error.errno == errno.ECONNREFUSED:
        return "không có máy chủ nào ở cổng này", "nothing listens at this port"
    if error.errno in (errno.EHOSTUNREACH, errno.ENETUNREACH):
        return "không tới được máy", "the host cannot be reached"
    text = error.strerror or str(error)
    return text, text


_HTTP = (
    "cổng này là HTTP (web), không phải Z39.50",
    "the port speaks HTTP (web), not Z39.50",
)
_TLS = ("cổng này dùng TLS: thêm --tls", "the port speaks TLS: add --tls")


def not_z3950(octets: bytes) -> Words | None:
    """What a port speaks instead, by the first octets of its first answer; ``None``: who knows."""
    if octets[:5].upper() == b"HTTP/" or octets.lstrip()[:1] == b"<":
        return _HTTP
    if octets[:2] in (b"\x15\x03", b"\x16\x03"):  # record types alert and handshake, RFC 8446 5.1
        return _TLS
    return None
