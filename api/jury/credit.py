"""Watched seconds as evidence: each second of a film once, never faster than the clock. Pure.

As for the audience (`watch` in live.lua): a juror has a bank that fills by one second a second, starts at 15 and pays
for every new second. It holds 60 for a playing that goes on, of which a report may get lost, and 15 for one that
begins; playings side by side share it.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from api.jury.rules import WHOLE

START, GOING_ON = 15.0, 60.0


class Clock(Struct, frozen=True, kw_only=True):
    session: UUID
    bank: float
    at: datetime


def bank_of(clock: Clock | None, session: UUID, now: datetime) -> float:
    if clock is None:
        return START
    most = GOING_ON if clock.session == session else START
    return min(clock.bank + max(0.0, (now - clock.at).total_seconds()), most)


def credit(bits: bytes, spans: Iterable[tuple[int, int]], length: int, bank: float) -> tuple[bytes, float]:
    """`bits` with the seconds of `spans` (first and last) that the bank pays for, and what is left in it."""
    seen = bytearray(bits.ljust((length + 7) // 8, b"\0"))
    for first, last in spans:
        for second in range(first, min(last, length - 1) + 1):
            place, bit = second // 8, 1 << second % 8
            if seen[place] & bit:
                continue
            if bank < 1:
                return bytes(seen), bank
            seen[place] |= bit
            bank -= 1
    return bytes(seen), bank


def count(bits: bytes) -> int:
    return sum(byte.bit_count() for byte in bits)


def is_whole(seen: int, seconds: int) -> bool:
    return seen * 100 >= seconds * WHOLE
