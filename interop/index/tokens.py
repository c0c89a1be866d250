"""Limits on single tokens and keys, the same for what is indexed and what is asked for."""

# Engines drop or refuse overlong terms (tantivy above 64 kB silently, Lucene above 32,766 bytes);
# 200 characters are at most 800 bytes and longer than any word or key of a real record.
MAX_TOKEN = 200

# Code points of plane 16 that an engine may use between the repetitions of a field. Fonts for Nôm
# use private code points of the basic plane for real characters, so those are left alone.
BOUNDARY = "\U0010fffc"
FILLER = "\U0010fffd"
_RESERVED = {ord(char): None for char in (BOUNDARY, FILLER, "\U0010fffe", "\U0010ffff")}


def clean(token: str) -> str:
    """``token`` without reserved code points and lone surrogates (which UTF-8 cannot carry), cut
    at ``MAX_TOKEN``. Possibly empty.
    """
    if not token.isascii():
        token = token.translate(_RESERVED).encode("utf-8", "replace").decode("utf-8")
    return token[:MAX_TOKEN]
