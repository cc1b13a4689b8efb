"""The tutorial of docs/adapter.md as what it builds: its code by file, and its commands with what they say."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

from attrs import frozen

ROOT: Final = Path(__file__).parent.parent.parent
PAGE: Final = ROOT / "docs" / "adapter.md"

_BLOCK: Final = re.compile(r"^```(?P<kind>py|text)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
_COMMAND: Final = re.compile(r"\$ (?P<command>[^\n]*)\n(?P<said>(?:(?!\$ ).*\n)*)")


@frozen
class Shown:
    """A *command* of the page with what it *said*, and the *files* as the page has built them by then."""

    command: str
    said: str
    files: dict[str, str]


def shown(page: str) -> list[Shown]:
    """Give the commands of *page*, in their order."""
    files: dict[str, str] = {}
    found = []
    for block in _BLOCK.finditer(page):
        body = block["body"]
        if block["kind"] == "py":
            name = body.partition("\n")[0].removeprefix("# ")
            files[name] = merged(files.get(name, ""), body)
        else:
            found += [Shown(each["command"], each["said"], dict(files)) for each in _COMMAND.finditer(body)]
    return found


def built(page: str) -> dict[str, str]:
    """Give the files as *page* leaves them."""
    return shown(page + "\n```text\n$ done\n```\n")[-1].files


def merged(old: str, new: str) -> str:
    """Give the module *old* with what *new* has: names that it had are replaced, methods within their class."""
    there = ast.parse(old)
    for node in ast.parse(new).body:
        _put(there, node)
    there.body.sort(key=_place)
    return ast.unparse(there) + "\n"


def _put(into: ast.Module | ast.ClassDef, node: ast.stmt) -> None:
    name = _name(node)
    for index, each in enumerate(into.body):
        if name is not None and _name(each) == name:
            if isinstance(node, ast.ClassDef) and isinstance(each, ast.ClassDef):
                each.bases = node.bases or each.bases
                for part in node.body:
                    _put(each, part)
            else:
                into.body[index] = node
            return
    into.body.append(node)


def _place(node: ast.stmt) -> int:
    """Imports stand first, then constants; classes and functions come as they came."""
    return 0 if isinstance(node, ast.Import | ast.ImportFrom) else 1 if isinstance(node, ast.Assign) else 2


def _name(node: ast.stmt) -> str | None:
    """Give what *node* defines, None for what is only added."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return node.name
    return ast.unparse(node.targets[0]) if isinstance(node, ast.Assign) else None


def outline(source: str) -> dict[str, str]:
    """Give all that a module defines, by name, without docstrings and comments, in whatever order; and its imports."""
    found: dict[str, str] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {f"import {ast.unparse(_only(node, alias))}": "" for alias in node.names}
        elif isinstance(node, ast.ClassDef):
            found[node.name] = ", ".join(map(ast.unparse, node.bases))
            found |= {f"{node.name}.{_name(part)}": _bare(part) for part in node.body if _name(part)}
        elif _name(node):
            found[str(_name(node))] = _bare(node)
    return found


def _only(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> ast.stmt:
    return ast.Import([alias]) if isinstance(node, ast.Import) else ast.ImportFrom(node.module, [alias], node.level)


def _bare(node: ast.stmt) -> str:
    if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None:
        node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(node)


def agrees(said: str, wanted: str) -> bool:
    """Say whether what was *said*, but for each line's seconds, is what the page has; ``…`` stands for anything."""
    said = re.sub(r"  [0-9.]+ s$", "", said, flags=re.MULTILINE)
    pattern = ".*".join(map(re.escape, wanted.strip().split("…")))
    return re.fullmatch(pattern, said.strip(), re.DOTALL) is not None
