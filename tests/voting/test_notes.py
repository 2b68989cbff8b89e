"""Signed notes: what is written is read again, and nothing else is."""

import base64

import pytest

from api.voting.notes import Checkpoint, Key, NoteError, digest, join_notes, read_key, read_note, sign_with, split_notes
from api.voting.signing import Signer

SIGNER = Signer(b"a secret")
ORIGIN = "tallscreen/meridian/audience"
HEAD = Checkpoint(ORIGIN, 20852163, bytes(range(32)), ("time 2026-11-26T20:10:00Z",))


def test_note_has_the_form_of_c2sp() -> None:
    note = SIGNER.sign(HEAD)

    text, _, signature = note.partition("\n\n")
    assert text == (
        "tallscreen/meridian/audience\n20852163\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\ntime 2026-11-26T20:10:00Z"
    )
    dash, name, packed = signature.split(" ")
    assert (dash, name, signature[-1]) == ("—", ORIGIN, "\n")
    assert len(base64.b64decode(packed)) == 4 + 64


def test_id_of_a_key_is_that_of_the_published_example() -> None:
    """The checksum database of the Go modules, whose verifier key is known to every Go installation."""
    known = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"

    key = read_key(known)

    assert (key.name, key.id.hex(), str(key)) == ("sum.golang.org", "033de0ae", known)


def test_note_is_read_with_its_key() -> None:
    assert read_note(SIGNER.sign(HEAD), read_key(str(SIGNER.key(ORIGIN)))) == HEAD
    assert HEAD.line("time") == "2026-11-26T20:10:00Z"
    assert HEAD.line("previous") is None


def test_note_with_a_second_signature_is_read_with_either_key() -> None:
    other = Signer(b"another").key("witness")
    note = SIGNER.sign(HEAD) + sign_with("", other, bytes(64)).lstrip("\n")

    assert read_note(note, SIGNER.key(ORIGIN)) == HEAD


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace("20852163", "20852164"),
        lambda note: note.replace("20:10", "20:11"),
        lambda note: note.replace("AAECA", "AAECB"),
        lambda note: note.replace("meridian", "meridiem"),
        lambda note: note.replace("\n20852163", "\n020852163"),
        lambda note: note.replace("— ", "- "),
        lambda note: note.replace("\n\n", "\n"),
        lambda note: note[:-1],
        lambda note: note.split("\n\n")[0] + "\n\n",
        lambda note: "",
    ],
)
def test_changed_note_is_refused(change: object) -> None:
    assert callable(change)

    with pytest.raises(NoteError):
        read_note(change(SIGNER.sign(HEAD)), SIGNER.key(ORIGIN))


def test_note_of_another_key_is_refused() -> None:
    with pytest.raises(NoteError, match="not signed by the festival's key"):
        read_note(Signer(b"another").sign(HEAD), SIGNER.key(ORIGIN))


@pytest.mark.parametrize(
    "text", ["", "name", "name+00000000+AAAA", f"other+{str(SIGNER.key(ORIGIN)).split('+', 1)[1]}"]
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        read_key(text)


def test_key_is_the_same_for_the_same_secret_only() -> None:
    assert Signer(b"a secret").key("x") == SIGNER.key("x") == Key("x", SIGNER.key(ORIGIN).public)
    assert Signer(b"another").key("x") != SIGNER.key("x")


def test_several_notes_are_split_where_they_were_joined() -> None:
    notes = [SIGNER.sign(HEAD), SIGNER.sign(Checkpoint(ORIGIN, 1, bytes(32), (f"previous {digest(HEAD)}",)))]

    assert split_notes(join_notes(notes)) == notes
    with pytest.raises(NoteError):
        split_notes(notes[0] + "\n" + notes[1].split("\n\n")[0])
