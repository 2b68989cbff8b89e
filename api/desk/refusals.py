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
