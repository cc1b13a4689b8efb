"""Sphinx settings; tables of settings, reasons, refusals and problems are written from the code at each build."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import loyaltykit.testing.broken.on_postgres  # noqa: F401 - so that its own are in the table
from loyaltykit import __version__
from loyaltykit.geo.problem import DISTRICT_PROBLEMS
from loyaltykit.program.program import Program
from loyaltykit.reason import REASONS
from loyaltykit.replay.columns import Columns
from loyaltykit.replay.refusal import REFUSALS
from loyaltykit.settings.kind import UNREAD
from loyaltykit.settings.problem import PROBLEMS
from loyaltykit.settings.tables import Field, ListKind, TableKind
from loyaltykit.testing.broken import BROKEN
from loyaltykit.testing.contract.factory import HOOKS
from loyaltykit.testing.contract.properties import all_properties

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from loyaltykit.coded import Meaning
    from loyaltykit.testing.contract.properties import Property

project = "loyaltykit"
author = "the loyaltykit developers"
copyright = "2026, the loyaltykit developers"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "_generated"]
html_theme = "furo"
html_title = f"loyaltykit {__version__}"
default_role = "code"
nitpicky = True
nitpick_ignore_regex = [("py:.*", ".*")]  # types are said in words; names are linked where they are documented
autodoc_typehints = "none"
autodoc_member_order = "bysource"
myst_heading_anchors = 3
suppress_warnings = ["myst.xref_missing"]

GENERATED = Path(__file__).parent / "_generated"


def tables_of(kind: TableKind, path: str = "") -> str:
    """Give a section for *kind*, a table of settings, and for each that lies in it."""
    title = f"`[{path}]`" if path else "The top of the file"
    lines = [f"### {title}", "", "| key | what it is | write | default |", "|---|---|---|---|"]
    inside = []
    for key, field in kind.fields.items():
        inner = field.kind.item if isinstance(field.kind, ListKind) else field.kind
        where = f"{path}.{key}" if path else key
        if isinstance(inner, TableKind):
            inside.append((inner, where))
            write = f"[{where}]" + (", one or more" if inner is not field.kind else "")
        else:
            write = field.kind.expected
        lines.append(f"| `{key}` | {field.says} | {write} | {default_of(field)} |")
    return "\n".join([*lines, ""]) + "\n" + "".join(tables_of(inner, where) for inner, where in inside)


def default_of(field: Field) -> str:
    """Say what stands where a setting is left out."""
    if field.default is UNREAD:
        return "needed"
    written = field.written_default()
    return "none" if written in (None, []) or isinstance(field.kind, TableKind) else f"`{written}`"


def codes_of(meanings: dict[str, Meaning]) -> str:
    """Give a table of codes with their figures and words."""
    rows = [f"| `{code}` | {', '.join(m.figures) or '—'} | {m.words} |" for code, m in meanings.items()]
    return "\n".join(["| code | figures | words |", "|---|---|---|", *rows, ""])


def properties() -> str:
    """Give a table of the properties of repositories, with what a store must claim and a factory have for each."""
    found: dict[str, list[Property]] = {}
    for each in all_properties(awaited=True):
        found.setdefault(each.id, []).append(each)
    rows = []
    for name, (first, *others) in sorted(found.items()):
        levels = ", ".join(str(each.level) for each in (first, *others))
        needs = ", ".join(f"`{word}`" for word in dict.fromkeys(sum([each.needs for each in (first, *others)], ())))
        hooks = ", ".join(f"`{HOOKS[hook]}`" for hook in first.hooks)
        rows.append(f"| {name} | {levels} | {first.says} | {needs} | {hooks} |")
    head = ["| id | levels | what it proves | claimed | hooks |", "|---|---|---|---|---|"]
    return "\n".join([*head, *rows, ""])


def broken() -> str:
    """Give a table of the broken repositories, with links to what they're modelled on."""
    rows = []
    for each in sorted(BROKEN.values(), key=lambda each: each.property):
        fails = ", ".join([f"**{each.property}**", *each.also])
        rows.append(f"| `{each.name}` | {each.says} | {fails} | {each.level} | {linked(each.like)} |")
    head = ["| repository | what was changed | fails | level | modelled on |", "|---|---|---|---|---|"]
    return "\n".join([*head, *rows, ""])


def linked(text: str) -> str:
    """Give *text* with a link for each issue of GitHub in it, such as owner/name#7."""
    return re.sub(r"\b([\w-]+/[\w.-]+)#(\d+)", r"[\g<0>](https://github.com/\1/issues/\2)", text)


def write_tables(_app: Sphinx) -> None:
    """Write the tables that pages include."""
    GENERATED.mkdir(exist_ok=True)
    (GENERATED / "program.md").write_text(tables_of(Program.as_kind()), encoding="utf-8")
    (GENERATED / "columns.md").write_text(tables_of(Columns.as_kind()), encoding="utf-8")
    (GENERATED / "broken.md").write_text(broken(), encoding="utf-8")
    (GENERATED / "properties.md").write_text(properties(), encoding="utf-8")
    (GENERATED / "reasons.md").write_text(codes_of(REASONS), encoding="utf-8")
    (GENERATED / "refusals.md").write_text(codes_of(REFUSALS), encoding="utf-8")
    (GENERATED / "district_problems.md").write_text(codes_of(DISTRICT_PROBLEMS), encoding="utf-8")
    (GENERATED / "problems.md").write_text(codes_of(PROBLEMS), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Have the tables written before anything is read."""
    app.connect("builder-inited", write_tables)
