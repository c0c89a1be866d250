"""Dialogues in ``tests/captures/z3950``: hex of each message under a comment that decodes it."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "captures" / "z3950"


@dataclass(frozen=True)
class Message:
    """``sender``: origin or target; ``words``: its decoding as written; ``octets``: the APDU."""

    sender: str
    words: str
    octets: bytes


def read(name: str) -> list[Message]:
    """The messages of one dialogue, in order."""
    messages = []
    for block in (FOLDER / f"{name}.hex").read_text().split("\n\n")[1:]:
        comment, *lines = block.splitlines()
        sender, _, words = comment.removeprefix("# ").partition(": ")
        messages.append(Message(sender, words, bytes.fromhex("".join(lines))))
    return messages


NAMES = sorted(path.stem for path in FOLDER.glob("*.hex"))
EVERY_MESSAGE = [message for name in NAMES for message in read(name)]
