"""What jurors' films are refused with: leaves of the error tree in `api/errors.py`."""

from api.errors import FestivalError


class WatchingElsewhere(FestivalError):
    """You are watching on another device."""

    code, status = "watching-elsewhere", 409
    kept = "What you have watched and written is kept."
    next = "Stop it there, or watch here instead."
