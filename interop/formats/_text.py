"""Bytes of text formats as text."""

from collections.abc import Callable

from interop.marc.values import Repairs, latin1, mostly_utf8


def decoded(data: bytes, repairs: Repairs) -> str:
    """UTF-8 where it is that or mostly that, else what the bytes show themselves to be."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        damaged = mostly_utf8(data, repairs)
        if damaged is not None:
            return damaged
    repairs.note("not UTF-8, read as Latin-1")
    return latin1(data)


def decoded_dos(data: bytes, repairs: Repairs) -> Callable[[bytes], str]:
    """How to read the values of a record from a program of the DOS age. ``data``: all its bytes.

    Letters of code page 850 stand where windows-1252 has signs and controls, so the more frequent
    half of the upper bytes tells them apart.
    """
    try:
        data.decode()
    except UnicodeDecodeError:
        pass
    else:
        return lambda value: value.decode("utf-8", "replace")
    low = sum(0x80 <= byte < 0xA6 for byte in data)
    high = sum(byte >= 0xC0 for byte in data)
    codec = "cp850" if low > high else "cp1252"
    repairs.note(f"not UTF-8, read as {'code page 850' if low > high else 'Latin-1'}")
    return (lambda value: value.decode("cp850")) if codec == "cp850" else latin1
