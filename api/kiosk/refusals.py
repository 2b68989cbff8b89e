"""What screens and their pairing are refused with."""

from api.errors import FestivalError


class KioskUnknown(FestivalError):
    """This screen is not paired here, or not any more."""

    code, status = "kiosk-unknown", 401
    kept = "Votes that it holds stay on it."
    next = "Sign in again with the screen's key; if that is refused as well, pair the screen anew."


class PairingDecided(FestivalError):
    """This screen is paired or refused already."""

    code, status = "pairing-decided", 409
    next = "Look at the list of screens; a screen that should be paired after all shows a new code."
