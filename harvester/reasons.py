"""Why a harvest waits or did not end well, in Vietnamese too.

The machine, the transport and the protocols say it in English, for programs and archives; people
read both.
"""

# What stands in the English words, and what it means. The first that is found counts.
REASONS = {
    "refuses the connection": "máy chủ từ chối kết nối",
    "name of the server is not known": "không tìm thấy tên máy chủ",
    "fell silent": "máy chủ không trả lời nữa",
    "took longer": "máy chủ trả lời quá chậm",
    "the connection ended": "kết nối bị đứt giữa chừng",
    "the connection failed": "kết nối không thành",
    "another harvest": "nguồn này đang được thu hoạch",
    "TLS certificate": "chứng chỉ TLS không hợp lệ",
    "unusable address": "địa chỉ không dùng được",
    "redirects": "máy chủ chuyển hướng quá nhiều lần",
    "a redirect": "chuyển hướng không an toàn, bị từ chối",
    "private address": "địa chỉ dẫn vào mạng nội bộ, bị từ chối",
    "an answer of more than": "câu trả lời quá lớn",
    "decompression bomb": "dữ liệu nén bung ra quá lớn",
    "broken compression": "dữ liệu nén bị hỏng",
    "access denied": "bị cấm truy cập",
    "HTTP 503": "máy chủ đang bận",
    "HTTP 404": "không có địa chỉ này trên máy chủ",
    "HTTP 429": "máy chủ yêu cầu hỏi chậm lại",
    "HTTP ": "máy chủ báo lỗi",
    "an HTML page": "nhận được trang HTML, không phải OAI-PMH",
    "instead of": "câu trả lời không phải OAI-PMH",
    "not well-formed": "XML sai cú pháp",
    "document types are refused": "XML có khai báo DTD, bị từ chối",
    "encoding": "bảng mã không rõ",
    "invalid UTF-16": "UTF-16 sai",
    "goes round in a circle": "danh sách quay vòng",
    "brought nothing new": "nhiều trang liền không có gì mới",
    "whole list is empty": "danh sách rỗng trong khi ở đây còn biểu ghi",
    "too many to believe": "số biểu ghi bị xóa nhiều bất thường",
    "noRecordsMatch": "danh sách bị đứt",
    "token": "mã tiếp (resumptionToken) bị từ chối",
    "list ended after": "danh sách ngắn hơn số đã báo",
    "no reader for the format": "định dạng này không đọc được",
}


def in_two_languages(reason: str) -> str:
    """``reason`` behind what it means in Vietnamese; itself where that is not known."""
    known = next((words for part, words in REASONS.items() if part in reason), "")
    return f"{known} / {reason}" if known else reason
