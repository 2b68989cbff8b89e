"""Hostile files, made by code, always the same: every one is refused with a reason or becomes a harmless episode."""

from typing import Final

from tests.faults.attack_corpus.codecs import TABLE as CODECS
from tests.faults.attack_corpus.corpus import EPISODE, Attack, Traps, attacks
from tests.faults.attack_corpus.lies import TABLE as LIES
from tests.faults.attack_corpus.matroska import TABLE as MATROSKA
from tests.faults.attack_corpus.pointers import TABLE as POINTERS
from tests.faults.attack_corpus.shapes import TABLE as SHAPES

__all__ = ["CORPUS", "EPISODE", "Attack", "Traps"]

CORPUS: Final[list[Attack]] = [
    attack for table in (POINTERS, SHAPES, LIES, MATROSKA, CODECS) for attack in attacks(table)
]
