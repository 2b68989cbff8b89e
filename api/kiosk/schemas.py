"""What a screen in the hall plays."""

from msgspec import Struct

from api.catalog.schemas import Theme
from api.playback.schemas import FeedItem
from api.words import Words


class Programme(Struct, frozen=True, kw_only=True):
    """`qr` is the address of a picture that leads a phone to `phone_url`; `languages` are those the festival offers."""

    festival: Words
    items: list[FeedItem]
    phone_url: str
    qr: str
    languages: list[str]
    theme: Theme
