"""What may be refused on every route of the studio."""

from api import errors

SIGNED_IN = (errors.SignInNeeded, errors.NotAllowed, errors.NotFound)
