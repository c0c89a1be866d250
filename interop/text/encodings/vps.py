"""VPS: every letter has one byte, fourteen capitals among the control characters.

Ữ is 0x1D, the record terminator of ISO 2709.
"""

from interop.text.encodings._base import table_encoding

ENCODING = table_encoding(
    "VPS",
    """
    02 ẠẬẶẸỆ
    10 ỊỌỘỢỤỰ
    19 Ỵ
    1C ẪỮ
    80 ÀẢÃẤẦẨọỗĂếềểệẮẰẲẾ
    93 ỀỂỄỐỒỔỖýỷỵỚỜỞ
    A1 ắằẳẵặỠớÙờởỡŨỨợỪổỬỲỸÍÌộỈĨÓửữÒỎÕựầ
    C1 ÁÂấẩẫậđẻÉÊẹỉễịỹƯỦồốÔỏơÈừứÚũưÝẺ
    E0 àáâãảạă
    E8 èéêẽìí
    EF ĩẴĐòóôõ
    F7 Ơụùúủ
    FD ỶẼỳ
    """,
)
