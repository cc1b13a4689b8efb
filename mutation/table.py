"""The figures of a module, and the table of all in the documentation."""

from __future__ import annotations

from collections import Counter

from mutation.kept import Results, equivalents
from mutation.modules import ROOT, modules
from mutation.trials import WORDS

PAGE = ROOT / "docs" / "mutation.md"
BEGIN, END = "<!-- table -->", "<!-- end of table -->"
COLUMNS = ("mutants", "words", "equivalent", "to kill", "killed")
HEAD = "| module | mutants | of words | equivalent | to kill | killed | score |\n|---|--:|--:|--:|--:|--:|--:|"


def counts_of(results: Results) -> Counter[str]:
    """Count mutants, those of words, those known as equivalent, those to be killed, and those that are."""
    known = equivalents(results.module)
    words, equivalent = results.count(WORDS), sum(key in known for key in results.survivors)
    to_kill = results.count() - words - equivalent
    killed = to_kill - (len(results.survivors) - equivalent)
    return Counter(dict(zip(COLUMNS, (results.count(), words, equivalent, to_kill, killed), strict=True)))


def line(name: str, counts: Counter[str]) -> str:
    """Give *counts* as a line of a Markdown table."""
    score = f"{100 * counts['killed'] / counts['to kill']:.1f} %" if counts["to kill"] else "–"
    return f"| {' | '.join([name, *(f'{counts[column]:,}' for column in COLUMNS), score])} |"


def record() -> None:
    """Write the figures of every module, by what is kept, into the page, with those of each package and of all."""
    lines: list[str] = []
    sums: dict[str, Counter[str]] = {}
    kinds: Counter[str] = Counter()
    for module in modules():
        results = Results(module)
        counts = counts_of(results)
        lines.append(line(f"`{module}`", counts))
        known = equivalents(module)
        kinds.update(known[key] for key in results.survivors if key in known)
        for whole in (module.split(".")[0], "all"):
            sums.setdefault(whole, Counter()).update(counts)
    lines += [line(f"**{whole}**", sums[whole]) for whole in sorted(sums, key=lambda whole: whole == "all")]
    told = f"Equivalent ones by kind: {', '.join(f'{kind} {many}' for kind, many in sorted(kinds.items()))}."
    page = PAGE.read_text(encoding="utf-8")
    before, after = page[: page.index(BEGIN)], page[page.index(END) :]
    PAGE.write_text(before + "\n".join([BEGIN, HEAD, *lines, "", told, ""]) + after, encoding="utf-8")
