"""VISCII 1.1 (RFC 1456): every letter has one byte, six capitals among the control characters.

Ỵ is 0x1E, the field terminator of ISO 2709.
"""

from interop.text.encodings._base import table_encoding

ENCODING = table_encoding(
    "VISCII",
    """
    02 Ẳ
    05 ẴẪ
    14 Ỷ
    19 Ỹ
    1E Ỵ
    80 ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ
    A0 ÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ
    C0 ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư
    E0 àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ
    """,
)
