"""Checkpoints as signed notes: C2SP signed-note, tlog-checkpoint. Standard library only, a part of the verifier.

tallscreen/<festival>/<award>            origin, which is also the name of the key
1234                                     leaves
<tree head, base64>
time 2026-11-26T20:10:00Z                when it was signed
previous <SHA-256 of the checkpoint before it, base64>
                                         an empty line
— <name of the key> <base64 of the key's id (4 bytes) and the Ed25519 signature of all above the empty line>
"""

import base64
import binascii
from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

from api.voting.ed25519 import is_signed

_ED25519 = b"\x01"
_DASH = "— "
_END = "\n\n"


class NoteError(ValueError):
    """This is no checkpoint, or not one of this key; the message says which, in a sentence."""


class Key(NamedTuple):
    """Who signs: the name, and the public key of 32 bytes."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        """The verifier key as C2SP writes it: name, id in hex and key, joined by +."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"


class Checkpoint(NamedTuple):
    """What was signed: that the log of this origin had this many leaves and this head, with further lines."""

    origin: str
    size: int
    root: bytes
    lines: tuple[str, ...] = ()

    def text(self) -> str:
        return "\n".join([self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.lines]) + "\n"

    def line(self, name: str) -> str | None:
        """The rest of the further line that begins with this word."""
        return next((line.removeprefix(f"{name} ") for line in self.lines if line.startswith(f"{name} ")), None)


def origin_of(festival: str, award: str) -> str:
    return f"tallscreen/{festival}/{award}"


def digest(checkpoint: Checkpoint) -> str:
    """What the next checkpoint says of this one, so that none can be left out of a chain."""
    return base64.b64encode(sha256(checkpoint.text().encode()).digest()).decode()


def sign_with(text: str, key: Key, signature: bytes) -> str:
    """The note of a text and the signature of it."""
    return f"{text}\n{_DASH}{key.name} {base64.b64encode(key.id + signature).decode()}\n"


def read_key(text: str) -> Key:
    """The verifier key as C2SP writes it."""
    name, _, rest = text.strip().partition("+")
    identity, _, packed = rest.partition("+")
    raw = _unpack(packed)
    if not name or raw is None or len(raw) != 33 or raw[:1] != _ED25519:
        raise NoteError("The key is not an Ed25519 key in the form name+id+key.")
    key = Key(name, raw[1:])
    if key.id.hex() != identity:
        raise NoteError("The id of the key does not belong to its name and its bytes.")
    return key


def read_note(note: str, key: Key) -> Checkpoint:
    """The checkpoint of a note that this key has signed; a NoteError says what is wrong with any other."""
    text, found, signatures = note.rpartition(_END)
    if not found or not signatures.endswith("\n"):
        raise NoteError("A checkpoint has no signature.")
    text += "\n"
    checkpoint = _read_text(text)
    for line in signatures.splitlines():
        name, _, packed = line.removeprefix(_DASH).partition(" ")
        raw = _unpack(packed)
        if line.startswith(_DASH) and name == key.name and raw is not None and raw[:4] == key.id:
            if not is_signed(key.public, text.encode(), raw[4:]):
                break
            return checkpoint
    raise NoteError(f"The checkpoint of {checkpoint.size} leaves is not signed by the festival's key.")


def _read_text(text: str) -> Checkpoint:
    origin, *rest = text.removesuffix("\n").split("\n")
    size, root = rest[:2] if len(rest) >= 2 else ("", "")
    raw = _unpack(root)
    if not origin or not all(rest) or not size.isdecimal() or str(int(size)) != size or raw is None or len(raw) != 32:
        raise NoteError("A checkpoint is not an origin, a number of leaves and a tree head.")
    return Checkpoint(origin, int(size), raw, tuple(rest[2:]))


def _unpack(text: str) -> bytes | None:
    """Bytes of strict base64, which has one spelling for each."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == text else None


def join_notes(notes: Iterable[str]) -> str:
    """Notes one after another, an empty line between them."""
    return "\n".join(notes)


def split_notes(text: str) -> list[str]:
    """The notes of `join_notes`."""
    blocks = text.removesuffix("\n").split(_END)
    if len(blocks) % 2:
        raise NoteError("The checkpoints are not whole notes with an empty line between them.")
    return [f"{body}{_END}{signed}\n" for body, signed in zip(blocks[::2], blocks[1::2], strict=True)]
