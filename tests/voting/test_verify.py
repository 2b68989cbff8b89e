"""The verifier against bundles that are right, and against a thousand that are not."""

import csv
import json
import zipfile
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from msgspec import structs

from api.cli import read_arguments
from api.cli import run as run_command
from api.voting import recount
from api.voting.checking import check_bundle
from api.voting.leaves import canonical, rules_leaf
from api.voting.methods import METHODS
from api.voting.notes import join_notes
from api.voting.signing import Signer
from api.voting.verify import check_path
from tests.voting.bundles import KINDS, SIGNER, Made, make, recounted

THIEF = Signer(b"somebody else")
Files = dict[str, str]


@pytest.fixture(autouse=True)
def _few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bootstrap is not what is tested here."""
    monkeypatch.setattr(recount, "FEWEST_ROUNDS", 5)
    monkeypatch.setattr(recount, "MOST_ROUNDS", 5)


def lines_of(files: Files) -> list[list[str]]:
    return list(csv.reader(StringIO(files["leaves.csv"])))


def with_lines(files: Files, lines: list[list[str]], *, renumber: bool) -> Files:
    if renumber:
        lines = [lines[0], *([str(index), line[1]] for index, line in enumerate(lines[1:]))]
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerows(lines)
    return {**files, "leaves.csv": out.getvalue()}


def a_vote(dice: Random, lines: list[list[str]]) -> int:
    return dice.choice([number for number, line in enumerate(lines) if '"type":"vote"' in line[1]])


def change_vote(dice: Random, made: Made, change: Callable[[dict[str, object]], None]) -> Files:
    files = made.files()
    lines = lines_of(files)
    number = a_vote(dice, lines)
    vote = json.loads(lines[number][1])
    change(vote)
    lines[number][1] = canonical(vote)
    return with_lines(files, lines, renumber=False)


def flip_value(dice: Random, made: Made) -> Files:
    def flip(vote: dict[str, object]) -> None:
        if "choices" in vote:
            vote["choices"] = [11, 12, 13, 14] if vote["choices"] == [14] else [14]
        else:
            vote["value"] = 0 if vote.get("value") == 1 else 1

    return change_vote(dice, made, flip)


def drop_row(dice: Random, made: Made) -> Files:
    lines = lines_of(made.files())
    del lines[a_vote(dice, lines)]
    return with_lines(made.files(), lines, renumber=dice.random() < 0.8)


def add_row(dice: Random, made: Made) -> Files:
    lines = lines_of(made.files())
    vote = json.loads(lines[a_vote(dice, lines)][1])
    vote |= {"ballot": f"{dice.getrandbits(64):016x}", "receipt": "2345ABCDEFGH", "revision": 1}
    lines.insert(dice.randint(2, len(lines)), ["0", canonical(vote)])
    return with_lines(made.files(), lines, renumber=True)


def reorder(dice: Random, made: Made) -> Files:
    lines = lines_of(made.files())
    one, other = a_vote(dice, lines), a_vote(dice, lines)
    if one == other:
        one, other = 2, 3
    lines[one], lines[other] = lines[other], lines[one]
    return with_lines(made.files(), lines, renumber=dice.random() < 0.8)


def duplicate(dice: Random, made: Made) -> Files:
    lines = lines_of(made.files())
    number = a_vote(dice, lines)
    lines.insert(number, list(lines[number]))
    return with_lines(made.files(), lines, renumber=dice.random() < 0.8)


def change_tier(dice: Random, made: Made) -> Files:
    return change_vote(dice, made, lambda vote: vote.update(tier="hall" if vote["tier"] != "hall" else "badge"))


def change_revision(dice: Random, made: Made) -> Files:
    by = dice.choice([-1, 1, 2])
    return change_vote(dice, made, lambda vote: vote.update(revision=int(str(vote["revision"])) + by))


def sign_anew(dice: Random, made: Made) -> Files:
    """The same log under another key, with and without changing what the bundle says of the key."""
    files = structs.replace(made, signer=THIEF).signed().files()
    return files if dice.random() < 0.5 else {**files, "key.txt": made.files()["key.txt"]}


def drop_checkpoint(dice: Random, made: Made) -> Files:
    notes = list(made.notes)
    del notes[dice.randrange(len(notes))]
    return {**made.files(), "checkpoints.txt": join_notes(notes)}


def change_checkpoint(dice: Random, made: Made) -> Files:
    notes = list(made.notes)
    number = dice.randrange(len(notes))
    place = dice.randrange(len(notes[number]) - 1)
    sign = dice.choice("ABCDEFGH0123456789\n")
    sign = "x" if notes[number][place] == sign else sign
    notes[number] = notes[number][:place] + sign + notes[number][place + 1 :]
    return {**made.files(), "checkpoints.txt": join_notes(notes)}


def change_rules(dice: Random, made: Made) -> Files:
    rules = json.loads(made.rules)
    match dice.randrange(5):
        case 0:
            rules["weights"] = {"hall": 2}
        case 1:
            rules["minimum"] = {"rule": "count", "votes": dice.randint(2, 5)}
        case 2:
            rules["entries"] = rules["entries"][:-1]
        case 3:
            rules["method"] = "confidence" if rules["method"] != "confidence" else "mean"
        case _:
            rules["entries"][0]["title"] = {"en": "Another film"}
    text = canonical(rules)
    files = {**made.files(), "rules.json": text}
    if dice.random() < 0.5:
        lines = lines_of(files)
        lines[1][1] = rules_leaf("audience", text)
        files = with_lines(files, lines, renumber=False)
    return files


def change_result(dice: Random, made: Made) -> Files:
    result = json.loads(made.result)
    match dice.randrange(6):
        case 0:
            result["winners"] = [11] if result["winners"] != [11] else [12]
        case 1:
            result["votes"] += 1
        case 2:
            result["ranked"] = result["ranked"][1:]
        case 3:
            result["ranked"][0]["score"] += 0.001
        case 4:
            result["ballots_by_tier"]["kiosk"] = 1
        case _:
            result["quarantined"] = 0
    return {**made.files(), "result.json": canonical(result)}


def begin_anew(dice: Random, made: Made) -> Files:
    """Votes changed and the whole log built again, by the holder of another key. Only a key known from elsewhere helps."""
    leaves = list(made.leaves)
    number = dice.choice([place for place, leaf in enumerate(leaves) if '"kind":"cast"' in leaf])
    vote = json.loads(leaves[number])
    vote |= {"value": 1 if vote["value"] != 1 else 0} if "value" in vote else {"choices": [13]}
    leaves[number] = canonical(vote)
    rules = made.rules.replace(str(SIGNER.key(made.origin)), str(THIEF.key(made.origin)))
    leaves[0] = rules_leaf("audience", rules)
    built = structs.replace(made, rules=rules, leaves=tuple(leaves), signer=THIEF)
    try:
        return structs.replace(built, result=recounted(rules, tuple(leaves))).signed().files()
    except ValueError:  # 0 stars: no festival would count that
        return built.signed().files()


TAMPERS = (
    flip_value, drop_row, add_row, reorder, duplicate, change_tier, change_revision, sign_anew, drop_checkpoint,
    change_checkpoint, change_rules, change_result, begin_anew,
)  # fmt: skip
ROUNDS = 10
PER_ROUND = 100


@pytest.fixture(scope="module")
def bundles() -> list[Made]:
    before = recount.FEWEST_ROUNDS, recount.MOST_ROUNDS
    recount.FEWEST_ROUNDS = recount.MOST_ROUNDS = 5
    made = [make(seed, kind=kind) for seed, kind in enumerate(KINDS * 2)]
    recount.FEWEST_ROUNDS, recount.MOST_ROUNDS = before
    return made


@pytest.mark.parametrize("start", range(ROUNDS))
def test_each_of_a_thousand_tampers_is_found(bundles: list[Made], start: int) -> None:
    missed = []
    for seed in range(start * PER_ROUND, (start + 1) * PER_ROUND):
        dice = Random(seed)
        made, tamper = dice.choice(bundles), TAMPERS[seed % len(TAMPERS)]
        files = tamper(dice, made)
        assert files != made.files(), f"{tamper.__name__} of seed {seed} changed nothing"
        known = str(SIGNER.key(made.origin)) if tamper is begin_anew else None
        if not check_bundle(files, key=known).wrong:
            missed.append((seed, tamper.__name__))

    assert missed == []


@pytest.mark.parametrize(("kind", "method"), [(kind, method) for kind in KINDS for method in METHODS[kind]])
def test_untouched_bundle_is_good_by_every_method(kind: str, method: str) -> None:
    made = make(7, kind=kind, method=method)

    report = check_bundle(made.files(), key=str(SIGNER.key(made.origin)), seen=made.notes)

    assert report.wrong == []
    assert len(report.facts) == 4
    assert json.loads(made.result)["method"] == method


def test_whole_new_log_is_found_by_a_checkpoint_somebody_kept(bundles: list[Made]) -> None:
    made = bundles[0]
    files = begin_anew(Random(3), made)

    assert check_bundle(files).wrong == []
    found = check_bundle(files, seen=[made.notes[2]]).wrong
    assert found == ["A checkpoint you kept: The checkpoint of 17 leaves is not signed by the festival's key."]


def test_log_rewritten_with_the_festivals_own_key_is_found_by_a_checkpoint_somebody_kept(bundles: list[Made]) -> None:
    made = bundles[0]
    leaves = tuple(leaf.replace('"value":5', '"value":4') for leaf in made.leaves)
    rewritten = structs.replace(made, leaves=leaves, result=recounted(made.rules, leaves)).signed()

    assert leaves != made.leaves
    assert check_bundle(rewritten.files()).wrong == []
    assert "you kept is not of this log" in check_bundle(rewritten.files(), seen=[made.notes[-1]]).wrong[0]


@pytest.mark.parametrize("name", ["key.txt", "rules.json", "leaves.csv", "checkpoints.txt", "result.json"])
def test_bundle_without_a_file_or_with_nonsense_in_it_is_a_sentence(bundles: list[Made], name: str) -> None:
    files = bundles[0].files()

    for nonsense in ("", "\x00", "[]", "{}", "null", "{" * 5000, files[name][: len(files[name]) // 2]):
        assert check_bundle({**files, name: nonsense}).wrong != []
    assert check_bundle({each: text for each, text in files.items() if each != name}).wrong == [
        f"The bundle has no {name}."
    ]


def test_zip_folder_and_command_say_the_same(
    bundles: list[Made], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = bundles[0]
    folder, packed = tmp_path / "folder", tmp_path / "bundle.zip"
    folder.mkdir()
    with zipfile.ZipFile(packed, "w") as bundle:
        for name, text in made.files().items():
            bundle.writestr(name, text)
            (folder / name).write_text(text, encoding="utf-8")
    mail = tmp_path / "mail.txt"
    mail.write_text(f"Dear auditor,\r\n\r\n{made.notes[1]}\n{made.notes[2]}\r\nYours\r\n", encoding="utf-8")

    assert check_path(packed) == check_path(folder) == check_bundle(made.files())
    key = str(SIGNER.key(made.origin))
    good = ["verify", str(packed), "--key", key, "--checkpoint", str(mail)]
    assert run_command(read_arguments(good)) == 0
    assert "Everything agrees." in capsys.readouterr().out
    other = str(THIEF.key(made.origin))
    assert run_command(read_arguments(["verify", "--key", other, str(folder)])) == 1
    assert "not the key you named" in capsys.readouterr().out


def test_zip_that_is_none_or_holds_a_name_twice_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(b"no zip")
    assert "cannot be read" in check_path(path).wrong[0]

    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("rules.json", "{}")
        with pytest.warns(UserWarning, match="Duplicate name"):
            bundle.writestr("rules.json", "{}")
    assert check_path(path).wrong == ["The bundle holds two files of one name."]
