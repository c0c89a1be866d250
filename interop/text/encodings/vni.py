"""VNI for Windows: a letter and a mark byte, or one byte for the letter with its mark."""

from interop.text.encodings._base import table_encoding

ENCODING = table_encoding(
    "VNI for Windows",
    """
    C6 Ỉ
    CC ÌÍỴ
    D1 ĐỊĨƠ
    D6 Ư
    E6 ỉ
    EC ìíỵ
    F1 địĩơ
    F6 ư
    41C0 ẦẤÂẪẬẨ
    41C8 ẰẮĂẶ
    41CF Ạ
    41D5 Ã
    41D8 ÀÁẲẢẴ
    45C0 ỀẾÊỄỆỂ
    45CF Ẹ
    45D5 Ẽ
    45D8 ÈÉ
    45DB Ẻ
    4FC0 ỒỐÔỖỘỔ
    4FCF Ọ
    4FD5 Õ
    4FD8 ÒÓ
    4FDB Ỏ
    55CF Ụ
    55D5 Ũ
    55D8 ÙÚ
    55DB Ủ
    59D5 Ỹ
    59D8 ỲÝ
    59DB Ỷ
    61E0 ầấâẫậẩ
    61E8 ằắăặ
    61EF ạ
    61F5 ã
    61F8 àáẳảẵ
    65E0 ềếêễệể
    65EF ẹ
    65F5 ẽ
    65F8 èé
    65FB ẻ
    6FE0 ồốôỗộổ
    6FEF ọ
    6FF5 õ
    6FF8 òó
    6FFB ỏ
    75EF ụ
    75F5 ũ
    75F8 ùú
    75FB ủ
    79F5 ỹ
    79F8 ỳý
    79FB ỷ
    D4CF Ợ
    D4D5 Ỡ
    D4D8 ỜỚ
    D4DB Ở
    D6CF Ự
    D6D5 Ữ
    D6D8 ỪỨ
    D6DB Ử
    F4EF ợ
    F4F5 ỡ
    F4F8 ờớ
    F4FB ở
    F6EF ự
    F6F5 ữ
    F6F8 ừứ
    F6FB ử
    """,
)
