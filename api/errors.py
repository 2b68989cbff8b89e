"""The one error tree.

    FestivalError            what a person is told as problem+json
    ├── 400 BadRequest · 401 SignInNeeded, BallotInvalid, CodeRefused, BadgeRefused, HallCodeRefused
    ├── 403 NotAllowed, BallotBarred, TierNotAdmitted, NotWatched, SecondPersonNeeded, CrossSiteRefused
    ├── 404 NotFound and its kin
    ├── 409 AlreadyThere, VoteConflict, RulesFrozen, ResultPublished, VotingNotOver, ProofBroken
    ├── 409 FlagSettled, NothingToVoid, VoidDecided, VoidWithdrawn, VoidsOpen, PublicationNotAsked, GatesShut
    ├── 409 UploadUnderWay, PartConflict, PartsMissing, NotRetryable · of the studio: api/studio/refusals.py
    ├── 410 VotingClosed, UploadGone · 413 TooLarge · 422 Unprocessable and its kin · 425 VotingNotOpen
    └── 429 TooManyRequests · 503 VotingBusy, Unavailable, StorageFull
    SettingsError            stops a start with one sentence

The docstring is the title: what happened. `kept` says what is kept, `next` what to do. The web shows its own
translations by `code`; these English sentences are for everyone else who reads the API.
"""

from typing import Any, ClassVar


class FestivalError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    kept: ClassVar[str] = "Nothing was changed."
    next: ClassVar[str] = "Try again; if it happens again, tell the festival."

    def __init__(self, detail: str | None = None, *, retry_after: int | None = None, **extra: Any) -> None:
        self.detail = detail or self.title()
        self.retry_after = retry_after
        self.extra = extra
        super().__init__(self.detail)

    @classmethod
    def title(cls) -> str:
        return (cls.__doc__ or "").strip().splitlines()[0]


class BadRequest(FestivalError):
    """The request is not what this address takes."""

    code, status = "bad-request", 400
    next = "Compare it with the description at /schema and send it again."


class SignInNeeded(FestivalError):
    """This needs a signed-in account."""

    code, status = "sign-in-needed", 401
    next = "Sign in and try again."


class BallotInvalid(FestivalError):
    """This ballot is not valid for this award."""

    code, status = "ballot-invalid", 401
    next = "Open the award again to get a ballot."


class CodeRefused(FestivalError):
    """The code is wrong, used or too old."""

    code, status = "code-refused", 401
    next = "Ask for a new code and type it within ten minutes."


class BadgeRefused(FestivalError):
    """This badge is not known here, or it was withdrawn."""

    code, status = "badge-refused", 401
    next = "Scan the code on the badge again, or ask at the festival's desk."


class HallCodeRefused(FestivalError):
    """The code from the screen is wrong or too old."""

    code, status = "hall-code-refused", 401
    next = "Scan or type the code that is on the screen now."


class NotAllowed(FestivalError):
    """This account may not do that."""

    code, status = "not-allowed", 403
    next = "Sign in with the account that may, or ask an organiser."


class BallotBarred(NotAllowed):
    """This ballot was declared void."""

    code = "ballot-void"
    kept = "What was voted with it stays in the ledger and is not counted."
    next = "Ask at the festival's desk; every void has a reason on record."


class TierNotAdmitted(NotAllowed):
    """This award does not take ballots of this kind."""

    code = "tier-not-admitted"
    next = "Get a ballot in one of the ways that the award names."


class NotWatched(NotAllowed):
    """Too little of this entry has been watched on this ballot."""

    code = "not-watched"
    kept = "What was watched so far is kept."
    next = "Watch what the award asks for and vote then."


class SecondPersonNeeded(NotAllowed):
    """This needs two people, and you are the one who asked."""

    code = "second-person-needed"
    kept = "What you asked for waits."
    next = "Let another organiser or an auditor look at it and decide."


class CrossSiteRefused(FestivalError):
    """Another site sent this request."""

    code, status = "cross-site-refused", 403
    next = "Open the page of the festival itself and try there."


class NotFound(FestivalError):
    """There is nothing at this address."""

    code, status = "not-found", 404
    next = "Check the address, or start from the festival's first page."


class MethodNotAllowed(FestivalError):
    """This address does not take that method."""

    code, status = "method-not-allowed", 405
    next = "Compare it with the description at /schema."


class EntryNotFound(NotFound):
    """This award has no such entry."""

    code = "entry-not-found"
    next = "Open the award again; its list of entries is shown there."


class LogNotStarted(NotFound):
    """The log of this award starts when its voting opens."""

    code = "log-not-started"
    next = "Come back when voting has opened."


class ResultNotPublished(NotFound):
    """The result of this award is not published yet."""

    code = "result-not-published"
    next = "Until then the rules, the checkpoints and the key are open to all; look again when voting is over."


class ReceiptsOff(NotFound):
    """This award gives no receipts."""

    code = "receipts-off"
    next = "The log with every counted vote is open to all once the result is published."


class AlreadyThere(FestivalError):
    """Something with this name or number is there already."""

    code, status = "already-there", 409
    next = "Choose another name or number, or open the one that is there."


class VoteConflict(FestivalError):
    """This vote's number was used for a different vote."""

    code, status = "vote-conflict", 409
    kept = "The first vote with this number is kept."
    next = "Vote again; the page makes a new number for each tap."


class UploadUnderWay(FestivalError):
    """A file for this episode is on its way already."""

    code, status = "upload-under-way", 409
    kept = "Everything sent so far is kept."
    next = "Go on with that upload, or cancel it first."


class PartConflict(FestivalError):
    """This part was announced with other contents."""

    code, status = "part-conflict", 409
    kept = "The parts received so far are kept."
    next = "If the file has changed, cancel this upload and start a new one."


class PartsMissing(FestivalError):
    """Not all parts of the file have arrived."""

    code, status = "parts-missing", 409
    kept = "The parts received so far are kept for 7 days."
    next = "Send the missing parts and finish again."


class NotRetryable(FestivalError):
    """This episode has nothing to try again."""

    code, status = "not-retryable", 409
    next = "Wait for the encoding to end, or upload a file first."


class RulesFrozen(FestivalError):
    """The rules of this award are published and cannot change any more."""

    code, status = "rules-frozen", 409
    next = "Make another award if other rules are wanted."


class ResultPublished(FestivalError):
    """The result of this award is published and nothing can be added to it."""

    code, status = "result-published", 409
    next = "Look at the published result; a correction is announced, not made here."


class VotingNotOver(FestivalError):
    """Votes can still arrive for this award."""

    code, status = "voting-not-over", 409
    next = "Publish when voting has closed and its grace has passed."


class ProofBroken(FestivalError):
    """The ledger, the log and the count of this award do not agree."""

    code, status = "proof-broken", 409
    kept = "Nothing was published and nothing was changed."
    next = "Do not publish by hand; keep the database as it is and look for what changed it."


class FlagSettled(FestivalError):
    """This flag is settled already."""

    code, status = "flag-settled", 409
    next = "Look at how it was settled; it opens again by itself when there is more."


class NothingToVoid(FestivalError):
    """All of these ballots are void already."""

    code, status = "nothing-to-void", 409
    next = "Open the list of voids; theirs is there with its reason."


class VoidDecided(FestivalError):
    """This request is decided already."""

    code, status = "void-decided", 409
    kept = "The decision stands."
    next = "Ask anew if there is more to say."


class VoidWithdrawn(FestivalError):
    """This request was taken back by whoever had asked."""

    code, status = "void-withdrawn", 409
    next = "Ask anew if these ballots should be void."


class VoidsOpen(FestivalError):
    """A request to declare ballots void waits for a second person."""

    code, status = "voids-open", 409
    next = "Let another person agree or refuse first."


class GatesShut(FestivalError):
    """Not every gate before the publication is open."""

    code, status = "gates-shut", 409
    kept = "The result stays sealed, and every vote is kept."
    next = "See on the award's page which gate waits and for what; a count that is being proved takes a minute."


class PublicationNotAsked(FestivalError):
    """Nobody has asked to publish this award as it is now."""

    code, status = "publication-not-asked", 409
    kept = "Nothing was published. A request from before a change of what counts is taken back."
    next = "Look at the award; one person asks to publish it, another agrees."


class VotingClosed(FestivalError):
    """Voting had ended before this vote reached us."""

    code, status = "voting-closed", 410
    kept = "An earlier vote of yours that was confirmed still counts."
    next = "See the results when the festival publishes them."


class UploadGone(FestivalError):
    """This upload was finished or cancelled."""

    code, status = "upload-gone", 410
    kept = "Nothing that had arrived complete was lost."
    next = "Look at the episode's state, or start a new upload."


class TooLarge(FestivalError):
    """This is larger than allowed."""

    code, status = "too-large", 413
    next = "Send a smaller one; the limit is in the details."


class Unprocessable(FestivalError):
    """A value is not acceptable."""

    code, status = "invalid-value", 422
    next = "Correct the values named in the details and send it again."


class ValueOutOfRange(Unprocessable):
    """The value is not on this award's scale."""

    code = "value-out-of-range"
    next = "Choose a value of the scale shown on the ballot."


class BadLines(Unprocessable):
    """Some lines of the list cannot be read."""

    code = "bad-lines"
    kept = "Nothing of the list was imported."
    next = "Correct the lines named in the details and send the whole list again."


class PartRefused(Unprocessable):
    """The bytes of this part are not what was announced."""

    code = "part-refused"
    kept = "The other parts are kept."
    next = "Send this part again."


class SubtitleUnreadable(Unprocessable):
    """These subtitles could not be read."""

    code = "subtitle-unreadable"
    kept = "Earlier subtitles in this language are kept."
    next = "Send SubRip, WebVTT or ASS text with at least one timed line."


class VotingNotOpen(FestivalError):
    """Voting has not opened yet."""

    code, status = "voting-not-open", 425
    kept = "Nothing was counted."
    next = "Vote when the award opens; the time is shown on the ballot."


class TooManyRequests(FestivalError):
    """Too many attempts in a short time."""

    code, status = "too-many-requests", 429
    next = "Wait as long as the answer says and try again."


class VotingBusy(FestivalError):
    """So many votes arrive at this moment that this one has to wait."""

    code, status = "voting-busy", 503
    kept = "The vote is kept on this device and was not counted yet."
    next = "It is sent again by itself."


class Unavailable(FestivalError):
    """A part of the service is not answering."""

    code, status = "unavailable", 503
    next = "Try again in a moment."


class StorageFull(FestivalError):
    """The festival's storage is full."""

    code, status = "storage-full", 507
    kept = "What was received so far is kept."
    next = "Tell the festival; go on when there is space again."


class SettingsError(Exception):
    """A setting is missing or wrong; the message says which and what to do."""
