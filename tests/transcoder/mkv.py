"""Matroska files built element by element, as no muxer would."""

OPEN = b"\x01" + b"\xff" * 7


def element(kind: int, *content: bytes, length: bytes | None = None) -> bytes:
    inner = b"".join(content)
    name = kind.to_bytes((kind.bit_length() + 7) // 8)
    return name + ((1 << 56) | len(inner)).to_bytes(8) + inner if length is None else name + length + inner


def header(doctype: bytes = b"matroska", *more: bytes) -> bytes:
    return element(0x1A45DFA3, element(0x4282, doctype), *more)


def track(kind: int = 1, *fields: bytes, number: int = 1) -> bytes:
    return element(0xAE, element(0xD7, bytes([number])), element(0x83, bytes([kind])), *fields)


def tracks(*each: bytes) -> bytes:
    return element(0x1654AE6B, *(each or (track(),)))


def cluster(*content: bytes) -> bytes:
    return element(0x1F43B675, element(0xE7, b"\0"), *content)


def segment(*content: bytes) -> bytes:
    return element(0x18538067, *(content or (tracks(), cluster())))


def a_film(*content: bytes) -> bytes:
    return header() + segment(*content)
