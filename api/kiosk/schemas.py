"""What a screen in the hall plays."""

from msgspec import Struct

from api.playback.schemas import FeedItem
from api.words import Words


class Programme(Struct, frozen=True, kw_only=True):
    """`qr` is the address of a picture that leads a phone to `phone_url`."""

    festival: Words
    items: list[FeedItem]
    phone_url: str
    qr: str
