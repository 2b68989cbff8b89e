"""Checks a published award: `python verify.py BUNDLE.zip`. Needs Python 3.11 or newer and nothing else.

BUNDLE is the file the festival publishes, or a folder with what is in it. The log, its signatures and the rules are
checked and the votes are counted again; the exit code is 0 where everything agrees and 1 where anything does not.
"""

import argparse
import sys
import zipfile
from pathlib import Path

from api.voting.checking import NEEDED, Report, Wrong, check_bundle
from api.voting.notes import NoteError, split_notes


def read_bundle(path: Path) -> dict[str, str]:
    """The files that are checked, by name."""
    try:
        if path.is_dir():
            found = {name: (path / name).read_bytes() for name in NEEDED if (path / name).is_file()}
        else:
            with zipfile.ZipFile(path) as bundle:
                names = bundle.namelist()
                if len(set(names)) < len(names):
                    raise Wrong("The bundle holds two files of one name.")
                found = {name: bundle.read(name) for name in NEEDED if name in names}
        return {name: content.decode() for name, content in found.items()}
    except (OSError, zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise Wrong(f"{path} cannot be read: {error}") from error
    except UnicodeDecodeError as error:
        raise Wrong(f"A file of {path} is not UTF-8 text.") from error


def read_seen(path: Path, origin: str) -> list[str]:
    """The notes in a text, such as a mail, that somebody kept: from each line with the origin to its signature."""
    try:
        lines = path.read_text(encoding="utf-8").replace("\r\n", "\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Wrong(f"{path} cannot be read: {error}") from error
    notes, start = [], None
    for number, line in enumerate(lines):
        if line == origin:
            start = number
        elif line.startswith("— ") and start is not None:
            notes += split_notes("\n".join(lines[start : number + 1]) + "\n")
            start = None
    if not notes:
        raise Wrong(f"There is no checkpoint of {origin} in {path}.")
    return notes


def check_path(path: Path, *, key: str | None = None, seen: Path | None = None) -> Report:
    try:
        files = read_bundle(path)
        kept = [] if seen is None else read_seen(seen, files.get("key.txt", "").partition("+")[0])
        return check_bundle(files, key=key, seen=kept)
    except (Wrong, NoteError) as error:
        return Report([], [str(error)])


def to_lines(report: Report) -> list[str]:
    """The report for people."""
    lines = [f"  ok     {fact}" for fact in report.facts] + [f"  WRONG  {wrong}" for wrong in report.wrong]
    if not report.wrong:
        return [*lines, "Everything agrees."]
    return [*lines, f"This bundle does not prove its result: {len(report.wrong)} wrong."]


def take_verify_arguments(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("bundle", type=Path, help="the published zip file, or a folder with its files")
    parser.add_argument("--key", help="the festival's key as you know it from elsewhere: name+id+key")
    parser.add_argument("--checkpoint", type=Path, help="a text with checkpoints you kept, such as a mail")
    return parser


def verify_given(given: argparse.Namespace) -> int:
    report = check_path(given.bundle, key=given.key, seen=given.checkpoint)
    sys.stdout.write("\n".join([str(given.bundle), *to_lines(report)]) + "\n")
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(verify_given(take_verify_arguments(argparse.ArgumentParser(description=__doc__)).parse_args()))
