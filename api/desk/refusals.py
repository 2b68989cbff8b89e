"""What the desk refuses, beside what everybody may be refused."""

from api import errors


class AccentUnreadable(errors.Unprocessable):
    """This colour cannot be read on the dark pages."""

    code = "accent-unreadable"
    kept = "The colour before it stays."
    next = "Take the nearest colour that can be read, or choose a lighter one."


class FestivalUnderWay(errors.FestivalError):
    """The festival before is not over: people vote in it, or what they voted is not published."""

    code, status = "festival-under-way", 409
    kept = "Both festivals are as they were."
    next = "Publish the awards named in the details, or wait until their voting is over."


class DecidedMeanwhile(errors.FestivalError):
    """Somebody else has decided this, or it has changed since you opened it."""

    code, status = "decided-meanwhile", 409
    kept = "What was decided first stands. Nothing was sent in your name."
    next = "Look at what is there now and decide again if you still want to."


class LetterGone(errors.FestivalError):
    """The minute is over and the letter is on its way."""

    code, status = "letter-gone", 409
    kept = "The decision and its letter stand."
    next = "Decide anew; a letter about that is sent as well."


class SeriesNotReady(errors.FestivalError):
    """This series is not ready for the audience."""

    code, status = "series-not-ready", 409
    next = "Mend what the reasons name, or release it knowingly."


class AlreadyReleased(errors.FestivalError):
    """The audience can watch this series already."""

    code, status = "already-released", 409
    next = "Look at the programme; what is released stays there."
