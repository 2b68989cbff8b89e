"""The tree against the public vectors of Certificate Transparency and against the definition, word for word."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from api.voting.merkle import EMPTY, Tree, check_consistency, check_inclusion, leaf_hash, node_hash, split

#: Inputs and tree heads of the reference implementation of RFC 6962, for 1 to 8 leaves.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
#: (leaf counted from 0, size) -> its proof, from the same source.
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
SIZES = st.integers(1, 130)


def tree_of(count: int) -> tuple[list[bytes], Tree]:
    leaves = [f"leaf {number}".encode() for number in range(count)]
    return leaves, Tree(map(leaf_hash, leaves))


def head(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1, as it is written there."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    k = split(len(leaves))
    return node_hash(head(leaves[:k]), head(leaves[k:]))


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    return [*path(m, leaves[:k]), head(leaves[k:])] if m < k else [*path(m - k, leaves[k:]), head(leaves[:k])]


def subproof(m: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    if m == len(leaves):
        return [] if whole else [head(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole=whole), head(leaves[k:])]
    return [*subproof(m - k, leaves[k:], whole=False), head(leaves[:k])]


def test_roots_are_those_of_the_public_vectors() -> None:
    tree = Tree(map(leaf_hash, LEAVES))

    assert [tree.root(size).hex() for size in range(1, 9)] == ROOTS
    assert [Tree(map(leaf_hash, LEAVES[:size])).root().hex() for size in range(1, 9)] == ROOTS
    assert tree.root(0) == EMPTY == sha256(b"").digest()


def test_proofs_are_those_of_the_public_vectors() -> None:
    tree = Tree(map(leaf_hash, LEAVES))

    for (index, size), proof in INCLUSION.items():
        assert [each.hex() for each in tree.inclusion(index, size)] == proof, (index, size)
    for (first, second), proof in CONSISTENCY.items():
        assert [each.hex() for each in tree.consistency(first, second)] == proof, (first, second)


@given(SIZES, st.data())
def test_tree_equals_the_definition(size: int, data: st.DataObject) -> None:
    leaves, tree = tree_of(size)
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))

    assert tree.root() == head(leaves)
    assert tree.root(first) == head(leaves[:first])
    assert tree.inclusion(index, size) == path(index, leaves)
    assert tree.consistency(first, size) == subproof(first, leaves, whole=True)
    assert tree.leaf(index) == leaf_hash(leaves[index])


@given(SIZES, st.data())
def test_every_proof_is_accepted_and_every_changed_one_refused(size: int, data: st.DataObject) -> None:
    leaves, tree = tree_of(size)
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    leaf, root, included = leaf_hash(leaves[index]), tree.root(), tree.inclusion(index, size)
    followed = tree.consistency(first, size)

    assert check_inclusion(leaf, index, size, included, root)
    assert check_consistency(first, size, tree.root(first), root, followed)
    other = bytes(32)
    assert not check_inclusion(other, index, size, included, root)
    assert not check_inclusion(leaf, index, size, [*included, other], root)
    assert not check_inclusion(leaf, size, size, included, root)
    assert not check_consistency(first, size, other, root, followed)
    assert not check_consistency(first, size, tree.root(first), other, followed)
    assert not check_consistency(first, size, tree.root(first), root, [*followed, other])
    for place in range(len(included)):
        wrong = [other if position == place else each for position, each in enumerate(included)]
        assert not check_inclusion(leaf, index, size, wrong, root)
    for place in range(len(followed)):
        wrong = [other if position == place else each for position, each in enumerate(followed)]
        assert not check_consistency(first, size, tree.root(first), root, wrong)


@given(SIZES, SIZES)
def test_copy_of_a_part_grows_without_its_original(size: int, more: int) -> None:
    leaves, tree = tree_of(size + more)
    whole = tree.root()

    grown = tree.copy(size)
    short = grown.root()
    grown.extend(map(leaf_hash, leaves[size:]))

    assert (short, len(tree.copy(size))) == (tree.root(size), size)
    assert (grown.root(), tree.root(), len(tree)) == (whole, whole, size + more)
