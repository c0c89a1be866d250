"""Encodings that Vietnamese libraries used before Unicode: one module each, found by its file.

A module defines ``ENCODING``; its name is the name that configuration and quality reports use.
"""

from interop.registry import discover
from interop.text.encodings._base import Encoding

ENCODINGS: dict[str, Encoding] = discover("interop.text.encodings", "ENCODING", Encoding)
