"""What is checked of a published award, and the sentence for each thing that is wrong. A part of the verifier.

Standard library only. Everything in a bundle may have been changed by somebody, so nothing in it is believed: leaves
must be spelled as the log spells them, and every number is counted again.
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from io import StringIO
from itertools import pairwise
from math import isclose
from typing import Any, NamedTuple

from api.voting.leaves import canonical, rules_leaf
from api.voting.merkle import Tree, check_consistency, leaf_hash
from api.voting.notes import Checkpoint, Key, NoteError, digest, origin_of, read_key, read_note, split_notes
from api.voting.recount import Content, count_result, faults_of

#: Bundle files without which nothing can be checked.
NEEDED = ("key.txt", "rules.json", "leaves.csv", "checkpoints.txt", "result.json")
LONGEST_LEAF = 1 << 26
_Row = dict[str, Any]
#: Fields of each kind of leaf and what they are.
_FIELDS: dict[str, dict[str, type]] = {
    "rules": {"award": str, "rules": dict, "type": str},
    "vote": {
        "ballot": str, "kind": str, "question": int, "receipt": str, "revision": int, "tier": str, "type": str,
        "value": int, "choices": list, "reason": str, "batch": int,
    },
    "attendance": {"counts": dict, "type": str},
    "paper": {"batches": list, "type": str},
    "quarantine": {"ballots": list, "type": str},
}  # fmt: skip
#: What publication may add, in this order, each once at most.
_ENDS = ("attendance", "paper", "quarantine")
_OPTIONAL = frozenset({"value", "choices", "reason", "batch"})


class Wrong(Exception):
    """Something that cannot be read; the message is the sentence."""


class Evidence(NamedTuple):
    """A bundle, read."""

    key: Key
    rules_text: str
    rules: _Row
    leaves: list[str]
    rows: list[_Row]
    notes: list[str]
    result: _Row


class Report(NamedTuple):
    """`facts` say what was found to be so, `wrong` what was not; the bundle is good where `wrong` is empty."""

    facts: list[str]
    wrong: list[str]


def check_bundle(files: Mapping[str, str], *, key: str | None = None, seen: Sequence[str] = ()) -> Report:
    """Check a bundle, its files by name. `key`: the festival's as known from elsewhere; `seen`: notes somebody kept."""
    try:
        evidence = read_evidence(files)
        if key is not None and read_key(key) != evidence.key:
            raise Wrong("The key in the bundle is not the key you named: somebody else signed this bundle.")
    except (Wrong, NoteError) as error:
        return Report([], [str(error)])
    facts: list[str] = []
    wrong: list[str] = []
    tree = Tree(leaf_hash(leaf.encode()) for leaf in evidence.leaves)
    for check in (_check_rules, _check_log, _check_votes, _check_result):
        try:
            for found in check(evidence, tree):
                (facts if found.startswith("+") else wrong).append(found.removeprefix("+"))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError) as error:
            wrong.append(f"The bundle is not what this verifier knows: {type(error).__name__}: {error}.")
    wrong += [found for note in seen for found in _check_seen(note, evidence.key, tree)]
    return Report(facts, wrong)


def read_evidence(files: Mapping[str, str]) -> Evidence:
    missing = [name for name in NEEDED if name not in files]
    if missing:
        raise Wrong(f"The bundle has no {' and no '.join(missing)}.")
    rules, result = (_read_json(files[name], name) for name in ("rules.json", "result.json"))
    leaves = list(_read_leaves(files["leaves.csv"]))
    rows = [_read_leaf(index, leaf) for index, leaf in enumerate(leaves)]
    notes = split_notes(files["checkpoints.txt"])
    return Evidence(read_key(files["key.txt"]), files["rules.json"], rules, leaves, rows, notes, result)


def _read_json(text: str, name: str) -> _Row:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Wrong(f"{name} is not JSON.") from error
    if not isinstance(found, dict):
        raise Wrong(f"{name} is not a JSON object.")
    return found


def _read_leaves(text: str) -> Iterator[str]:
    csv.field_size_limit(LONGEST_LEAF)
    try:
        lines = list(csv.reader(StringIO(text), strict=True))
    except csv.Error as error:
        raise Wrong("leaves.csv is not a CSV file.") from error
    if lines[:1] != [["index", "leaf"]]:
        raise Wrong("leaves.csv does not begin with the columns index and leaf.")
    for index, line in enumerate(lines[1:]):
        if len(line) != 2 or line[0] != str(index):
            raise Wrong(f"Line {index + 2} of leaves.csv is not leaf {index}: lines were added, dropped or moved.")
        yield line[1]


def _read_leaf(index: int, leaf: str) -> _Row:
    row = _read_json(leaf, f"Leaf {index}")
    fields = _FIELDS.get(str(row.get("type")), {})
    right = all(type(row[name]) is kind for name, kind in fields.items() if name in row)
    if not right or row.keys() - fields.keys() or fields.keys() - row.keys() - _OPTIONAL or canonical(row) != leaf:
        raise Wrong(f"Leaf {index} is not a leaf as the festival writes them.")
    return row


def _check_rules(evidence: Evidence, _: Tree) -> Iterator[str]:
    rules = evidence.rules
    if origin_of(rules["festival"], rules["award"]) != evidence.key.name:
        yield "The rules are those of another award than the key."
    if rules["key"] != str(evidence.key):
        yield "The rules name another key than the bundle: it was signed anew."
    if not evidence.leaves or evidence.leaves[0] != rules_leaf(rules["award"], evidence.rules_text):
        yield "The rules are not those in leaf 0 of the log: they were changed after voting opened."
    else:
        yield f"+The rules are those published at opening, SHA-256 {sha256(evidence.rules_text.encode()).hexdigest()}."


def _check_log(evidence: Evidence, tree: Tree) -> Iterator[str]:
    before: Checkpoint | None = None
    for note in evidence.notes:
        try:
            checkpoint = read_note(note, evidence.key)
        except NoteError as error:
            yield str(error)
            continue
        yield from _check_checkpoint(checkpoint, before, evidence, tree)
        before = checkpoint
    if before is None or before.size != len(tree):
        yield f"The last checkpoint is of {before.size if before else 0} leaves, and there are {len(tree)}."
    else:
        yield f"+{len(tree)} leaves give the head of each of {len(evidence.notes)} signed checkpoints."


def _check_checkpoint(now: Checkpoint, before: Checkpoint | None, evidence: Evidence, tree: Tree) -> Iterator[str]:
    if now.origin != evidence.key.name:
        yield f"The checkpoint of {now.size} leaves is of another log."
    if now.size > len(tree) or tree.root(now.size) != now.root:
        yield f"The leaves do not give the head signed when there were {now.size}: leaves were changed after that."
        return
    if before is None:
        if now.size != 1 or now.line("previous") is not None:
            yield "The first checkpoint is not that of the rules alone: an earlier one was left out."
        return
    if now.line("previous") != digest(before):
        yield f"The checkpoint of {now.size} leaves does not follow that of {before.size}: one was left out or moved."
    elif now.size <= before.size or not check_consistency(
        before.size, now.size, before.root, now.root, tree.consistency(before.size, now.size)
    ):
        yield f"The log of {now.size} leaves does not go on from that of {before.size}."
    else:
        yield from _check_order(evidence.rows[before.size : now.size], now.size)


def _check_order(rows: Sequence[_Row], size: int) -> Iterator[str]:
    """Within one sealing, votes lie in the order of their receipts' hashes."""
    order = [sha256(row["receipt"].encode()).digest() for row in rows if row["type"] == "vote"]
    if any(later <= earlier for earlier, later in pairwise(order)):
        yield f"Votes sealed with the checkpoint of {size} leaves are not in the order of their receipts' hashes."


def _check_votes(evidence: Evidence, _: Tree) -> Iterator[str]:
    rows = [row for row in evidence.rows if row["type"] == "vote"]
    kinds = [row["type"] for row in evidence.rows]
    ends = kinds[1 + len(rows) :]
    if kinds[: 1 + len(rows)] != ["rules", *["vote"] * len(rows)] or ends != [kind for kind in _ENDS if kind in ends]:
        yield "The log is not one leaf of rules, then votes, then what publication adds."
    content = Content(evidence.rows)
    yield from faults_of(content.events, evidence.rules["tiers"])
    receipts: set[str] = set()
    for row in rows:
        if row["receipt"] in receipts:
            yield f"Receipt {row['receipt']} is in the log twice."
        receipts.add(row["receipt"])
        if (row["kind"], "reason" in row) not in (("cast", False), ("void", True)):
            yield f"The vote with receipt {row['receipt']} is neither cast nor void with a reason."
    yield from _check_paper(evidence.rows)
    ballots = {event.ballot for event in content.events}
    unknown = content.quarantined - ballots
    if unknown:
        yield f"{len(unknown)} ballots under review are not in the log."
    yield f"+{len(rows)} votes and changes of {len(ballots)} ballots, each with its own receipt, none missing between."


def _check_paper(rows: Sequence[_Row]) -> Iterator[str]:
    """Each batch of paper has as many ballots as are said to be in its envelope, and no paper is in none."""
    found: dict[int, set[str]] = {}
    for row in rows:
        if row["type"] == "vote" and (row["tier"] == "paper" or "batch" in row):
            found.setdefault(row.get("batch", 0), set()).add(row["ballot"])
    told = {each["batch"]: each for row in rows if row["type"] == "paper" for each in row["batches"]}
    for number in sorted(found.keys() | told.keys()):
        batch, ballots = told.get(number, {"ballots": 0, "sheets": 0}), len(found.get(number, ()))
        if ballots != batch["ballots"] or ballots > batch["sheets"]:
            yield f"Batch {number} of paper has {ballots} ballots in the log; {batch['ballots']} were published."
    if told:
        yield f"+{sum(map(len, found.values()))} ballots of paper lie in {len(told)} batches as they were published."


def _check_result(evidence: Evidence, tree: Tree) -> Iterator[str]:
    rules_hash = sha256(evidence.rules_text.encode()).digest()
    counted = count_result(evidence.rules, rules_hash, Content(evidence.rows), tree.root())
    found = list(differences(evidence.result, counted, "result"))
    yield from found
    if not found:
        winners = ", ".join(_name(evidence.rules, entry) for entry in counted["winners"]) or "none"
        yield f"+A recount of the leaves gives the published result. First place: {winners}."


def differences(published: Any, counted: Any, place: str) -> Iterator[str]:
    """Where the two differ, a sentence each."""
    if isinstance(published, dict) and isinstance(counted, dict):
        for name in sorted(published.keys() | counted.keys()):
            yield from differences(published.get(name), counted.get(name), f"{place}.{name}")
    elif isinstance(published, list) and isinstance(counted, list) and len(published) == len(counted):
        for number, (one, other) in enumerate(zip(published, counted, strict=True)):
            yield from differences(one, other, f"{place}[{number}]")
    elif isinstance(published, float) and isinstance(counted, float):
        if not isclose(published, counted, rel_tol=1e-9, abs_tol=2e-9):
            yield f"{place} is published as {published}; the recount gives {counted}."
    elif type(published) is not type(counted) or published != counted:
        yield f"{place} is published as {published}; the recount gives {counted}."


def _check_seen(note: str, key: Key, tree: Tree) -> Iterator[str]:
    """A checkpoint somebody kept: from a mail, or from the screen in the hall."""
    try:
        checkpoint = read_note(note, key)
    except NoteError as error:
        yield f"A checkpoint you kept: {error}"
        return
    if checkpoint.size > len(tree) or tree.root(checkpoint.size) != checkpoint.root:
        yield f"The checkpoint of {checkpoint.size} leaves you kept is not of this log: leaves were changed after it."


def _name(rules: Mapping[str, Any], entry: int) -> str:
    named: _Row = next((each for each in rules["entries"] if each["id"] == entry), {})
    title = named.get("title") or {}
    episode = f", episode {named['episode']}" if "episode" in named else ""
    return f"{title.get('en') or next(iter(title.values()), f'entry {entry}')}{episode}"
