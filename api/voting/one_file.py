"""The verifier as one file: the sources it is made of, put one after another, without the imports of each other."""

import ast
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
#: In this order each finds what it needs above it. No name is used twice among them.
SOURCES = ("ed25519", "merkle", "notes", "leaves", "methods", "tally", "recount", "checking", "verify")
_HEADER = '''#!/usr/bin/env python3
"""{doc}"""

# One file, made of {names} of Tallscreen (MIT licence).
'''


@cache
def one_file() -> str:
    """The text of verify.py, for people to download."""
    imports: set[str] = set()
    bodies: list[str] = []
    doc = ""
    for name in SOURCES:
        text = (HERE / f"{name}.py").read_text(encoding="utf-8")
        tree = ast.parse(text)
        doc = ast.get_docstring(tree, clean=False) or ""
        lines = text.splitlines()
        dropped: set[int] = set()
        for position, node in enumerate(tree.body):
            if position == 0 or isinstance(node, ast.Import | ast.ImportFrom):  # the first is the docstring
                dropped |= set(range(node.lineno - 1, node.end_lineno or node.lineno))
            if isinstance(node, ast.Import | ast.ImportFrom) and not _is_ours(node):
                imports.add(ast.unparse(node))
        body = "\n".join(line for number, line in enumerate(lines) if number not in dropped).strip()
        bodies.append(f"# {name}.py\n{_comment(doc)}\n\n{body}")
    head = _HEADER.format(doc=doc, names=", ".join(f"{name}.py" for name in SOURCES))
    return "\n\n\n".join([f"{head}\n" + "\n".join(sorted(imports, key=_order)), *bodies]) + "\n"


def _is_ours(node: ast.Import | ast.ImportFrom) -> bool:
    return isinstance(node, ast.ImportFrom) and (node.module or "").startswith("api")


def _order(line: str) -> tuple[bool, str]:
    return line.startswith("from"), line


def _comment(doc: str) -> str:
    return "\n".join(f"# {line}".rstrip() for line in doc.strip().splitlines())
