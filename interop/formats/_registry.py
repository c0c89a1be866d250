"""The formats by name."""

from interop.formats._base import Format
from interop.registry import discover

FORMATS: dict[str, Format] = discover("interop.formats", "FORMAT", Format)
