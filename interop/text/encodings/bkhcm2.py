"""BK HCM2: a letter and a mark byte, or one byte for the letter with its mark.

Some programs write one capital with the mark byte of the small letter.
"""

from interop.text.encodings._base import table_encoding

ENCODING = table_encoding(
    "BK HCM2",
    """
    C0 Đ
    CA Â
    CF Ê
    D1 ÍÌỈĨỊÔ
    D9 ĂƠƯ
    E0 đ
    EA â
    EF ê
    F1 íìỉĩịô
    F9 ăơư
    41C1 ÁÀẢÃẠ
    45C1 ÉÈẺẼẸ
    4FC1 ÓÒỎÕỌ
    55C1 ÚÙỦŨỤ
    59C1 ÝỲỶỸỴ
    61E1 áàảãạ
    65E1 éèẻẽẹ
    6FE1 óòỏõọ
    75E1 úùủũụ
    79E1 ýỳỷỹỵ
    CAC5 Ậ
    CACB ẤẦẨẪ
    CFC5 Ệ
    CFCB ẾỀỂỄ
    D6C5 Ộ
    D6CB ỐỒỔỖ
    D9C5 ẶẮẰẲẴ
    DAC1 ỚỜỞỠỢ
    DBC1 ỨỪỬỮỰ
    EAE5 ậ
    EAEB ấầẩẫ
    EFE5 ệ
    EFEB ếềểễ
    F6E5 ộ
    F6EB ốồổỗ
    F9E5 ặắằẳẵ
    FAE1 ớờởỡợ
    FBE1 ứừửữự
    """,
    also="CFE5 Ệ",
)
