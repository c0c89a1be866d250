"""TCVN 5712:1993 VN1, the national standard with all capitals and combining tones.

Its further capitals stand where texts in the fonts of TCVN3 have punctuation and control
characters, so it is never guessed.
"""

from interop.text.encodings._base import table_encoding

ENCODING = table_encoding(
    "TCVN 5712",
    """
    01 ÚỤ
    04 ỪỬỮ
    11 ỨỰỲỶỸÝỴ
    80 ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ
    A1 ĂÂÊÔƠƯĐăâêôơưđẰ
    B5 àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễ
    D5 ếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụ
    F5 ừửữứựỳỷỹýỵỐ
    """,
    automatic=False,
)
