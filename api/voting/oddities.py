"""Six things that look odd in a vote, each judged from a few numbers that are told with it. No await, no I/O.

Nothing here decides anything: an oddity is shown to people. Counts are compared with what was to be expected and told
in sigmas: a count of n things that happen by chance scatters by the square root of n (Poisson), of n of which a share p
does something by the square root of n p (1 - p) (binomial). Six sigmas do not happen by chance in a festival's life;
because people are not dice, a difference must also be large, not only certain.
"""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from msgspec import Struct

What: TypeAlias = Literal["burst", "single_entry", "one_network", "many_devices", "too_fast", "channels", "kiosk"]
SIGMAS: Final = 6.0
#: Fewer than so many votes or ballots decide no award and scatter too much to be judged.
FEWEST: Final = 20
#: Minutes with votes for an entry that are a history.
HISTORY: Final = 10
#: Ballots of one kind: so much more of an entry's than of the others'.
FAR_ABOVE: Final = 0.4
#: Of one network: so much more for one entry than everybody else gives it.
CROWDED: Final = 0.3
#: Ballots of one network whatever they voted, and how many times the next largest that must be.
CROWD, CROWD_TIMES = 100, 5
DEVICES: Final = 3
#: Share of kiosk votes that would have to go elsewhere to look like those of phones.
APART: Final = 0.25
FEWEST_BY_CHANNEL: Final = 50
#: Seconds: bursts of the same entry in the same quarter of an hour are one.
QUARTER: Final = 900


class Oddity(Struct, frozen=True, kw_only=True):
    """`subject` names it among those of the same award and kind; `numbers` are what it was judged by."""

    what: What
    subject: str
    numbers: dict[str, Any]
    entry: int | None = None


class MinuteVotes(Struct, frozen=True, kw_only=True):
    """An entry in one minute, and before: minutes with votes, their mean and deviation, its share of all votes."""

    entry: int
    minute: datetime
    votes: int
    others: int
    minutes: int
    mean: float
    deviation: float
    share: float


class EntryBallots(Struct, frozen=True, kw_only=True):
    """Ballots that voted for an entry, how many of them in the way in question, and the same of the others."""

    entry: int
    ballots: int
    odd: int
    others: int
    others_odd: int


class NetworkBallots(Struct, frozen=True, kw_only=True):
    """Ballots of one network outside the venue that voted, how many support the entry most of them support, and how
    many of those elsewhere do. `next` is the size of the next network in order.
    """

    network: bytes
    ballots: int
    entry: int | None
    supporters: int
    elsewhere: int
    elsewhere_supporters: int
    next: int


class BadgeDevices(Struct, frozen=True):
    ballot: int
    devices: int


class ChannelVotes(Struct, frozen=True):
    """Votes for an entry that support it, or do not, on kiosks and on phones."""

    entry: int
    supports: bool
    kiosk: int
    phone: int


def burst(seen: MinuteVotes) -> Oddity | None:
    """An entry got far more votes in a minute than its own history gives reason to expect.

    Expected is the mean of its minutes or, where everybody votes in the same minute, its usual share of them. Six
    sigmas above and twice as many.
    """
    if seen.votes < FEWEST or seen.minutes < HISTORY:
        return None
    share = min(seen.share, 0.95)
    expected = max(seen.mean, seen.others * share / (1 - share))
    sigma = max(seen.deviation, math.sqrt(expected), 1.0)
    if seen.votes < max(expected + SIGMAS * sigma, 2 * expected):
        return None
    quarter = datetime.fromtimestamp(seen.minute.timestamp() // QUARTER * QUARTER, seen.minute.tzinfo)
    numbers = _rounded(
        votes=seen.votes, expected=expected, sigmas=(seen.votes - expected) / sigma, minutes=seen.minutes
    )
    numbers |= {"minute": seen.minute.isoformat(), "others": seen.others}
    return Oddity(
        what="burst", subject=f"entry:{seen.entry} {quarter:%Y-%m-%dT%H:%M}", entry=seen.entry, numbers=numbers
    )


def single_entry(seen: EntryBallots) -> Oddity | None:
    """Far more of an entry's ballots voted for nothing else than is usual in this award.

    People who come for one film do that as well, which is why a crowd of fans has to be most of an entry's voters.
    """
    return _far_above("single_entry", seen)


def too_fast(seen: EntryBallots) -> Oddity | None:
    """Far more of an entry's ballots than of the others' voted sooner after they were issued than it can be watched.

    One such ballot proves nothing: people watch first and open the ballot then. They do so for all entries alike.
    """
    return _far_above("too_fast", seen)


def _far_above(what: What, seen: EntryBallots) -> Oddity | None:
    if seen.odd < FEWEST or seen.others == 0:
        return None
    share, usual = seen.odd / seen.ballots, seen.others_odd / seen.others
    sigmas = _sigmas(seen.odd, seen.ballots, usual)
    if share - usual < FAR_ABOVE or sigmas < SIGMAS:
        return None
    numbers = {"ballots": seen.ballots, "odd": seen.odd} | _rounded(share=share, usual=usual, sigmas=sigmas)
    return Oddity(what=what, subject=f"entry:{seen.entry}", entry=seen.entry, numbers=numbers)


def one_network(seen: NetworkBallots) -> Oddity | None:
    """Many ballots of one network outside the venue that want one thing, or far more than any other network has.

    A telephone company puts thousands of strangers behind one network; they vote like everybody else and are not odd.
    """
    if seen.ballots < FEWEST or seen.elsewhere == 0:
        return None
    share, usual = seen.supporters / seen.ballots, seen.elsewhere_supporters / seen.elsewhere
    sigmas = _sigmas(seen.supporters, seen.ballots, usual)
    crowded = share - usual >= CROWDED and sigmas >= SIGMAS
    if not crowded and not (seen.ballots >= CROWD and seen.ballots >= CROWD_TIMES * seen.next):
        return None
    numbers = {"ballots": seen.ballots, "next": seen.next, "entry": seen.entry, "supporters": seen.supporters}
    numbers |= _rounded(share=share, usual=usual, sigmas=sigmas)
    return Oddity(what="one_network", subject=f"network:{seen.network.hex()}", numbers=numbers)


def many_devices(seen: BadgeDevices) -> Oddity | None:
    """A badge's ballot was asked for on more than three devices. It is still one ballot with one vote."""
    if seen.devices <= DEVICES:
        return None
    return Oddity(what="many_devices", subject=f"ballot:{seen.ballot}", numbers={"devices": seen.devices})


def channels(seen: Sequence[ChannelVotes]) -> Oddity | None:
    """Kiosks and phones want different things.

    Votes are sorted into cells: an entry and whether the vote supports it. Were both channels one audience, each cell
    would hold the same share of either. The sum over cells and channels of (seen - expected)^2 / expected is then
    chi-square with as many degrees of freedom as there are cells, less one: mean df, variance 2 df. Odd is six sigmas
    above that mean, where a quarter of the votes would have to go elsewhere as well (half the sum of the differences of
    shares): with many votes any difference is certain. Told is the cell that adds most.
    """
    kiosk, phone = sum(each.kiosk for each in seen), sum(each.phone for each in seen)
    if min(kiosk, phone) < FEWEST_BY_CHANNEL:
        return None
    cells = [each for each in seen if each.kiosk + each.phone > 0]
    added = [_chi_square(each, kiosk, phone) for each in cells]
    apart = sum(abs(each.kiosk / kiosk - each.phone / phone) for each in cells) / 2
    degrees = len(cells) - 1
    if degrees == 0 or apart < APART or sum(added) < degrees + SIGMAS * math.sqrt(2 * degrees):
        return None
    most = cells[added.index(max(added))]
    numbers = {"kiosk": kiosk, "phone": phone, "degrees": degrees, "entry": most.entry, "supports": most.supports}
    numbers |= _rounded(chi_square=sum(added), apart=apart)
    numbers |= _rounded(kiosk_share=most.kiosk / kiosk, phone_share=most.phone / phone)
    return Oddity(what="channels", subject="kiosk and phone", entry=most.entry, numbers=numbers)


def _chi_square(cell: ChannelVotes, kiosk: int, phone: int) -> float:
    both = cell.kiosk + cell.phone
    expected = both * kiosk / (kiosk + phone), both * phone / (kiosk + phone)
    return sum((seen - wanted) ** 2 / wanted for seen, wanted in zip((cell.kiosk, cell.phone), expected, strict=True))


def _sigmas(seen: int, of: int, usual: float) -> float:
    return (seen - of * usual) / max(math.sqrt(of * usual * (1 - usual)), 1.0)


def _rounded(**numbers: float) -> dict[str, Any]:
    return {name: round(number, 3) for name, number in numbers.items()}
