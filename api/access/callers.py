"""Where a request comes from, as far as anyone has to know, and the breaker that counts by it."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from msgspec import Struct

from api import errors
from api.live import Live
from api.settings import Networks

#: One address of a hall is its whole audience.
VENUE_FACTOR = 10
_COUNTRY = re.compile(r"[A-Z]{2}")
_PREFIX = {4: 24, 6: 48}


class Caller(Struct, frozen=True):
    """`network` is the caller's address cut to /24 or /48, for this request only; None for this machine or unknown."""

    network: str | None
    venue: bool


def caller_of(peer: str | None, forwarded: Iterable[str], *, trusted: Networks, venue: Networks) -> Caller:
    """Who is behind a connection from `peer` with these X-Forwarded-For headers.

    A private address is a hall's own network or a proxy nobody named, so it counts as the venue's.
    """
    address = client_address(peer, [part for header in forwarded for part in header.split(",")], trusted)
    if address is None or address.is_loopback:
        return Caller(None, venue=True)
    network = ip_network((address, _PREFIX[address.version]), strict=False)
    return Caller(str(network), venue=not address.is_global or any(address in each for each in venue))


def client_address(peer: str | None, forwarded: Sequence[str], trusted: Networks) -> IPv4Address | IPv6Address | None:
    """The nearest address that is no proxy of ours: what stands further left was written by anyone."""
    for text in (peer or "", *reversed(forwarded)):
        address = _parse(text.strip())
        if address is None or not any(address in network for network in trusted):
            return address
    return None


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def country_of(scope: Mapping[str, Any], *, header: str | None, trusted: Networks) -> str | None:
    """The viewer's country as a proxy of ours says it in `header`, as two letters.

    None where this house cannot tell countries apart; empty where it can, but not this viewer's: nobody said it,
    somebody else than a proxy of ours did, or it is none, like Tor's T1.
    """
    if header is None:
        return None
    peer = _parse(scope["client"][0]) if scope.get("client") else None
    name = header.lower().encode()
    said = [value.decode("latin-1").strip().upper() for key, value in scope["headers"] if key.lower() == name]
    believed = peer is not None and any(peer in network for network in trusted)
    return said[0] if believed and len(said) == 1 and _COUNTRY.fullmatch(said[0]) else ""


async def pass_breaker(live: Live, caller: Caller, what: str, *, per_minute: int, fail_open: bool) -> None:
    """Slow a network down that does `what` too often; TooManyRequests with the time to wait, never a block.

    Redis alone sees the network, as a hash with a key that is a day old at most and kept nowhere else.
    """
    if caller.network is None and fail_open:
        return
    key = await live.daily_key()
    if key is None:
        if fail_open:
            return
        raise errors.Unavailable(retry_after=2)
    place = hmac.digest(key, (caller.network or "here").encode(), hashlib.sha256).hex()[:32]
    burst = per_minute * (VENUE_FACTOR if caller.venue else 1)
    await live.limit(f"{what}:{place}", burst=burst, per_seconds=60, fail_open=fail_open)
