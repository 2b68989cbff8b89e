"""What is refused while screens in the hall may still hold votes, and around ballots of paper."""

from api.errors import FestivalError


class KiosksHoldVotes(FestivalError):
    """Some screens may still hold votes for this award."""

    code, status = "kiosks-hold-votes", 409
    kept = "Their votes are safe on them."
    next = "Bring the screens named here back to the network, or write them off with a reason."


class PaperOpen(FestivalError):
    """A batch of paper ballots is not counted yet."""

    code, status = "paper-open", 409
    kept = "Its sheets are kept as they were keyed."
    next = "Let a second person read the batches named here, or refuse them with a reason."


class PaperClosed(FestivalError):
    """The time to key paper ballots for this award is over."""

    code, status = "paper-closed", 410
    kept = "Sheets that were keyed before that are kept and can still be checked."
    next = "Look at the award's rules: the time is printed there."


class SheetTaken(FestivalError):
    """Some of these sheets were keyed on another device."""

    code, status = "sheet-taken", 409
    kept = "What was keyed there stays."
    next = "Load the batch again and go on with the sheet after the last."


class SheetsMissing(FestivalError):
    """Not all sheets of this batch were read."""

    code, status = "sheets-missing", 409
    kept = "All that were read are kept."
    next = "Read the sheets named in the details, or correct how many there are."


class BatchMoved(FestivalError):
    """This batch has moved on."""

    code, status = "batch-moved", 409
    next = "Load the batch again; its state says what can be done now."
