"""What the jury room refuses: leaves of the error tree in `api/errors.py`, each with its three sentences."""

from api.errors import FestivalError, NotAllowed


class ChairNeeded(NotAllowed):
    """Only the chair of this jury does that."""

    code = "chair-needed"
    next = "Ask the chair of your jury; the desk knows who it is and can name another."


class WrongPhase(FestivalError):
    """This round is not at the stage for that."""

    code, status = "wrong-phase", 409
    kept = "What was given before stays as it is."
    next = "Load the page again; it shows how far the round is."


class ScoresLocked(FestivalError):
    """These scores are locked."""

    code, status = "scores-locked", 409
    kept = "The locked scores are kept as they are."
    next = "Ask the chair to undo the lock; that can be done for 24 hours."


class ScoreConflict(FestivalError):
    """This number was used for something else already."""

    code, status = "score-conflict", 409
    kept = "What was saved first under this number is kept."
    next = "Change it again; the page makes a new number for each change."


class RecusedHere(FestivalError):
    """This juror is recused from this title."""

    code, status = "recused-here", 409
    kept = "The recusal stands, and nothing given here counts."
    next = "Withdraw the recusal first if it was a mistake; both stay on record."


class TitlesMissing(FestivalError):
    """Some titles are not finished yet."""

    code, status = "titles-missing", 409
    kept = "Everything given so far is kept, and nothing was locked."
    next = "Watch and score the titles of the list, or skip them with a reason."


class UndoTooLate(FestivalError):
    """This lock can no longer be undone."""

    code, status = "undo-too-late", 409
    kept = "The lock stands."
    next = "A lock is undone within 24 hours and before the deliberation."


class StillScoring(FestivalError):
    """Not everybody has locked their scores."""

    code, status = "still-scoring", 409
    kept = "The round goes on; nobody sees the scores of others."
    next = "Wait for the jurors of the list, or say why you open earlier."


class TiesToDecide(FestivalError):
    """Titles are equal where the list is cut."""

    code, status = "ties-to-decide", 409
    next = "Choose as many of the equal titles as there are places left."


class RubricFrozen(FestivalError):
    """Scores were given by this rubric, so it cannot change any more."""

    code, status = "rubric-frozen", 409
    next = "Names and explanations can still be corrected; for other criteria make another jury."
