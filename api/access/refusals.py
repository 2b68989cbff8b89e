"""What passkeys and roles refuse: leaves of the error tree in `api/errors.py`, each with its three sentences."""

from api.errors import CodeRefused, FestivalError, NotAllowed


class PasskeyNeeded(NotAllowed):
    """This needs a passkey that was used within the last five minutes."""

    code = "passkey-needed"
    next = "Use your passkey, make one first, or enter a new code: `how` says which. Then send the request again."


class PasskeyRefused(CodeRefused):
    """This passkey is not known here, or its answer does not fit the question."""

    code = "passkey-refused"
    next = "Try again with another passkey, or sign in with a code by e-mail."


class PasskeyStays(FestivalError):
    """An organiser keeps at least one passkey."""

    code, status = "passkey-stays", 409
    next = "Make another passkey first, then remove this one."


class OrganiserStays(FestivalError):
    """Nobody takes their own role away, and one organiser always stays."""

    code, status = "organiser-stays", 409
    next = "Let another organiser do it, or invite one first."
