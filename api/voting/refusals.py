"""What is refused while screens in the hall may still hold votes."""

from api.errors import FestivalError


class KiosksHoldVotes(FestivalError):
    """Some screens may still hold votes for this award."""

    code, status = "kiosks-hold-votes", 409
    kept = "Their votes are safe on them."
    next = "Bring the screens named here back to the network, or write them off with a reason."
