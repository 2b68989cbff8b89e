"""The Merkle tree of RFC 9162, section 2.1: tree head, inclusion and consistency proofs, and their checks.

Standard library only: these lines are a part of the verifier anybody can download.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

HASH = 32
EMPTY = sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two smaller than `size`, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1


class Tree:
    """A growing log. Level k holds the hashes of the complete subtrees of 2^k leaves, 32 bytes each."""

    def __init__(self, hashes: Iterable[bytes] = ()) -> None:
        self._levels = [bytearray()]
        self.extend(hashes)

    def __len__(self) -> int:
        return len(self._levels[0]) // HASH

    def copy(self, size: int) -> "Tree":
        """A tree of its own, of the first `size` leaves."""
        self._check(size)
        twin = Tree()
        twin._levels = [level[: (size >> height) * HASH] for height, level in enumerate(self._levels)]
        return twin

    def extend(self, hashes: Iterable[bytes]) -> None:
        """Append leaves, given by their hashes."""
        for each in hashes:
            self._levels[0] += each
            above = 1
            while len(self._levels[above - 1]) % (2 * HASH) == 0:
                if above == len(self._levels):
                    self._levels.append(bytearray())
                pair = bytes(self._levels[above - 1][-2 * HASH :])
                self._levels[above] += node_hash(pair[:HASH], pair[HASH:])
                above += 1

    def leaf(self, index: int) -> bytes:
        """The hash of one leaf."""
        return self._subtree(index, index + 1)

    def root(self, size: int | None = None) -> bytes:
        """The tree head when the log had `size` leaves; now, where no size is given."""
        size = len(self) if size is None else size
        self._check(size)
        return self._subtree(0, size) if size else EMPTY

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The proof that leaf `index` is in the tree of `size` leaves (2.1.3.1)."""
        self._check(size)
        if not 0 <= index < size:
            raise IndexError(f"a tree of {size} leaves has no leaf {index}")
        return self._path(index, 0, size)

    def consistency(self, first: int, second: int) -> list[bytes]:
        """The proof that the tree of `second` leaves goes on from that of `first` (2.1.4.1)."""
        self._check(second)
        if not 0 < first <= second:
            raise IndexError(f"there is no proof from {first} to {second} leaves")
        return self._subproof(first, 0, second, whole=True)

    def _check(self, size: int) -> None:
        if not 0 <= size <= len(self):
            raise IndexError(f"this log has {len(self)} leaves, not {size}")

    def _subtree(self, start: int, end: int) -> bytes:
        size = end - start
        if size & (size - 1) == 0:  # complete, and where the recursion leads it begins at a multiple of its size
            level, place = size.bit_length() - 1, start // size * HASH
            return bytes(self._levels[level][place : place + HASH])
        middle = start + split(size)
        return node_hash(self._subtree(start, middle), self._subtree(middle, end))

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = start + split(end - start)
        if index < middle:
            return [*self._path(index, start, middle), self._subtree(middle, end)]
        return [*self._path(index, middle, end), self._subtree(start, middle)]

    def _subproof(self, first: int, start: int, end: int, *, whole: bool) -> list[bytes]:
        if first == end:
            return [] if whole else [self._subtree(start, end)]
        middle = start + split(end - start)
        if first <= middle:
            return [*self._subproof(first, start, middle, whole=whole), self._subtree(middle, end)]
        return [*self._subproof(first, middle, end, whole=False), self._subtree(start, middle)]


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows the leaf with this hash at `index` of the tree with this head (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn, found = index, size - 1, leaf
    for sibling in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            found = node_hash(sibling, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node_hash(found, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and found == root


def check_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the second head goes on from the first (2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not path:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = node_hash(new, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and old == first_root and new == second_root
