"""Every address that changes something is limited, or it is written here why it need not be."""

import json
import re

from api import cli
from tests.architecture.test_roles import PUBLIC

DESCRIPTION = json.loads(cli.openapi())
UNSAFE = ("POST", "PUT", "DELETE")
#: Public, and without a limit of its own, because of this.
WITHOUT = {
    "DELETE /api/access/session": "ends the session of who asks, and nothing else",
    "POST /api/access/passkeys/sign-in/challenge": "writes nothing: a challenge carries its own proof",
    "POST /api/access/sign-in": "an issued code is 58 bits; a limit would let a stranger lock the operator out",
    "POST /api/awards/{award}/credit": "wants a ballot; credit comes no faster than time",
    "POST /api/awards/{award}/votes": "wants a ballot, of which the latest vote counts; the batcher sheds what is too much",
    "POST /api/kiosk/sessions": "wants the signature of a screen under a challenge, and challenges are limited",
    "PUT /storage/parts/originals/{upload}/{number}": "wants an address that was signed for these bytes",
}
#: Signed in, and each act sends a letter, takes a place on the disk, starts work, or tries a code.
COSTLY = {
    "POST /api/studio/episodes/{episode}/uploads", "POST /api/studio/series/{series}/pictures", "POST /api/studio/people/invitations",
    "POST /api/studio/people/invitations/{invitation}/send", "POST /api/desk/people/invitations",
    "POST /api/desk/people/invitations/{invitation}/send", "POST /api/desk/people/{person}/forget-passkeys",
}  # fmt: skip


def described() -> dict[str, set[str]]:
    """The statuses of every unsafe operation, by its label."""
    return {
        f"{method.upper()} {path}": set(operation["responses"])
        for path, operations in DESCRIPTION["paths"].items()
        for method, operation in operations.items()
        if method.upper() in UNSAFE
    }


def test_every_public_act_is_limited_or_says_why_not() -> None:
    public = {re.sub(r":[a-z]+}", "}", name) for name in PUBLIC if name.startswith(UNSAFE)}
    said = described()

    unlimited = {label for label in public if "429" not in said[label]}

    assert unlimited == set(WITHOUT)


def test_every_other_act_asks_who_it_is_and_costly_ones_are_limited() -> None:
    public = {re.sub(r":[a-z]+}", "}", name) for name in PUBLIC}
    said = described()

    assert {label for label in said.keys() - public if "401" not in said[label]} == set()
    assert {label for label in COSTLY if "429" not in said[label]} == set()
