"""Whether a branch has both cashback and a referral split, which it may not. Row R7."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from loyaltykit.program.program import Program
    from loyaltykit.rules.scope import Rule
    from loyaltykit.settings.here import Here


def note_both(program: Program, here: Here) -> None:
    """
    Note at *here*, the program, each referral split in whose branches there's cashback, too, and where that is.

    A scope without branches is that of all branches of the program, or, where it lists none, of any.
    """
    every = [branch for own in program.branches if (branch := getattr(own, "id", None)) is not None]
    for index, split in enumerate(program.referral_split):
        shared = [
            (position, both)
            for position, cashback in enumerate(program.cashback)
            if (both := _shared(_branches(split, every), _branches(cashback, every))) is not None
        ]
        if shared:
            rules = tuple([f"cashback[{position}]" for position, _ in shared])
            named = frozenset[str]().union(*(both for _, both in shared))
            branches = tuple(sorted(named)) or "every branch"
            here.at("referral_split").item(index).problem("cashback_and_split", rules=rules, branches=branches)


def _branches(rule: Rule, every: Collection[str]) -> frozenset[str]:
    """Give the branches where *rule* applies; none stands for any."""
    return frozenset(getattr(getattr(rule, "scope", None), "branches", ()) or every)


def _shared(one: frozenset[str], other: frozenset[str]) -> frozenset[str] | None:
    """Give the branches in both, where none stands for any; None where they have no branch in common."""
    if not one or not other:
        return one | other
    return one & other or None
