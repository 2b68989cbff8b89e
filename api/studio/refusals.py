"""What the studio refuses: leaves of the error tree in `api/errors.py`, each with its three sentences."""

from api.errors import FestivalError, TooLarge, Unprocessable


class QuotaExceeded(TooLarge):
    """The space of this company is used up."""

    code = "quota-exceeded"
    kept = "Everything that was received is kept."
    next = "Cancel uploads that are not needed, or ask the festival for more space."


class SavedMeanwhile(FestivalError):
    """Somebody else saved this while you were writing."""

    code, status = "saved-meanwhile", 409
    kept = "What they saved is kept, and what you wrote is still on your page."
    next = "Look at what was saved, then save yours again or take theirs."


class NothingToUndo(FestivalError):
    """There is no save that could be undone."""

    code, status = "nothing-to-undo", 409
    next = "Change what is there and save it."


class SubmissionLocked(FestivalError):
    """This series is submitted, and its deadline has passed."""

    code, status = "submission-locked", 409
    kept = "What was submitted is kept as it was at the deadline."
    next = "Write to the festival to ask for time to correct it."


class SubmissionIncomplete(FestivalError):
    """Something that the section asks for is missing."""

    code, status = "submission-incomplete", 409
    next = "Complete what the list names; a series that is submitted must stay complete."


class SubmissionNotOpen(FestivalError):
    """This section does not take submissions yet."""

    code, status = "submission-not-open", 409
    kept = "Everything received is kept as a draft."
    next = "Come back when it opens; the time is on the page."


class SubmissionClosed(FestivalError):
    """The deadline has passed."""

    code, status = "submission-closed", 409
    kept = "Everything received is kept as a draft."
    next = "Write to the festival to ask for more time."


class NotSubmitted(FestivalError):
    """This series is not submitted."""

    code, status = "not-submitted", 409
    next = "Its producer can change it as it is; nothing is locked."


class NothingAsked(FestivalError):
    """The festival is not waiting for this answer."""

    code, status = "nothing-asked", 409
    next = "Look at the submission; the festival has taken its question back or has decided."


class SeriesReleased(FestivalError):
    """The audience can watch this series already."""

    code, status = "series-released", 409
    kept = "The series, its films and its votes are kept."
    next = "Ask the festival to take it out of the programme."


class EncodingUnsure(Unprocessable):
    """The encoding of these subtitles cannot be told for certain."""

    code = "encoding-unsure"
    kept = "Earlier subtitles in this language are kept."
    next = "Choose the reading that makes sense and send the file again with its encoding."


class SubtitleChanged(FestivalError):
    """Somebody else has changed these subtitles since you opened them."""

    code, status = "subtitle-changed", 409
    kept = "Theirs are kept, and yours are still on this page."
    next = "Look at theirs, or save yours over them."


class MemberStays(FestivalError):
    """Somebody has to stay in a company, and nobody removes themselves."""

    code, status = "member-stays", 409
    next = "Let a colleague remove you, or ask the festival."


class PictureUnreadable(Unprocessable):
    """This picture cannot be used: it is damaged, too small, or neither JPEG, PNG, WebP nor AVIF."""

    code = "picture-unreadable"
    kept = "The poster that is shown now stays."
    next = "Choose another picture, at least 540 wide and 960 high, or one from the film."
