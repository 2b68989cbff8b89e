"""What follows from a failed attempt: give up with a code, or try again. Pure."""

from typing import Final

from msgspec import Struct

from transcoder.bench import EncodeFailed, ScratchFull
from transcoder.contract import Rejected
from transcoder.package import Unfit
from transcoder.run import TooSlow
from transcoder.storage import StorageError

#: A job that took its worker down so often takes the next one down, too.
MOST_ATTEMPTS: Final = 3
_ENCODES: Final = 2


class Verdict(Struct, frozen=True):
    """`rejected` is None where another attempt is worth it; `hopeless` where no other tier can fare better."""

    rejected: Rejected | None
    hopeless: bool = False


def judge(error: Exception, attempt: int) -> Verdict:
    match error:
        case Rejected():
            return Verdict(error, hopeless=True)
        case TooSlow():
            return _after(_ENCODES, attempt, "encode-too-slow")
        case EncodeFailed() | Unfit():
            return _after(_ENCODES, attempt, "encode-failed")
        case StorageError() | ScratchFull() | OSError():
            return _after(MOST_ATTEMPTS, attempt, "storage-failed")
        case _:
            return _after(MOST_ATTEMPTS, attempt, "worker-lost")


def _after(attempts: int, attempt: int, code: str) -> Verdict:
    return Verdict(Rejected(code) if attempt >= attempts else None)
