"""
Whether a rule can ever answer: the first in the file whose scope matches does, so one that earlier ones cover can't.

Theory of operation. A scope is a box: for each dimension (branch, channel, …, instant, minute of the week) the set of
points that it admits. Dimensions without end are cut at every boundary that any scope names, with one more point for
"any other", so the sets are finite; each is held as the bits of an int. A rule is unreachable if its box, less those
of earlier rules, is empty. Local days end at other instants in each zone, so the question is put for each zone
that orders are judged in, with the branches that have it, and a rule is refused only if it can't answer in any of them.

Instants and minutes of the week are taken as apart, so a rule for one Saturday isn't seen to lie in one for Saturdays.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from loyaltykit.rules.scope import PARTS
from loyaltykit.settings.tables import Partial
from loyaltykit.values.week import WEEK

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence
    from datetime import tzinfo

    from loyaltykit.rules.scope import Rule
    from loyaltykit.settings.here import Here

    Box: TypeAlias = tuple[int, ...]

MAX_STEPS = 50_000
"""Cuts of one box by another that are made for one program; then the rest of the rules are taken as reachable."""

NAMED: Final = 10
"""Earlier rules that a problem names, so that a long file isn't told a thousand times over."""

_OTHER = ("any other",)


class Reach:
    """
    What is asked of one program: *branches_by_zone* are the zones that orders are judged in, each with its branches.

    None for the branches of a zone stands for any branch at all.
    """

    def __init__(self, branches_by_zone: Mapping[tzinfo, frozenset[str] | None]) -> None:
        self._zones = branches_by_zone
        self._steps = MAX_STEPS

    def note_unreachable(self, rules: Sequence[Rule | None], here: Here) -> None:
        """
        Note at *here*, the list of *rules* of one kind, each that can't answer, and ten of those that answer first.

        Where None stands is a rule that answers beside these.
        """
        known = [(index, rule) for index, rule in enumerate(rules) if rule is not None and _is_told(rule)]
        told = [rule for _, rule in known]
        boxes_by_zone = [_boxes(told, zone, self._branches_in(zone, told)) for zone in self._zones]
        for position, (index, _) in enumerate(known):
            if all(self._is_covered(boxes[position], boxes[:position]) for boxes in boxes_by_zone):
                touching = (known[k][0] for k in range(position) if _touch(k, position, boxes_by_zone))
                earlier = list(islice(touching, NAMED + 1))
                if earlier:
                    here.item(index).problem("unreachable", rules=_named(earlier, here))
                else:
                    here.item(index).problem("never_applies")

    def _branches_in(self, zone: tzinfo, rules: Sequence[Rule]) -> frozenset[str] | None:
        """
        Give the branches that have *zone*, and those that *rules* name and the program hasn't: they're told elsewhere.
        """
        own = self._zones[zone]
        if own is None:
            return None
        every = frozenset[str]().union(*(branches or () for branches in self._zones.values()))
        return own | frozenset(name for rule in rules for name in rule.scope.branches) - every

    def _is_covered(self, box: Box, earlier: Sequence[Box]) -> bool:
        pieces = [box] if all(box) else []
        for other in earlier:
            self._steps -= len(pieces)
            if self._steps < 0:
                return False
            pieces = [rest for piece in pieces for rest in _less(piece, other)]
        return not pieces


def _named(earlier: Sequence[int], here: Here) -> tuple[str, ...]:
    """Give the paths of the first rules of *earlier*, and ``…`` for more."""
    more = ("…",) if len(earlier) > NAMED else ()
    return (*[f"{here.path}[{index}]" for index in earlier[:NAMED]], *more)


def _is_told(rule: Any) -> bool:
    scope = getattr(rule, "scope", None)
    return scope is not None and not isinstance(scope, Partial) and hasattr(rule, "scope_moment")


def _boxes(rules: Sequence[Rule], zone: tzinfo, branches: frozenset[str] | None) -> list[Box]:
    columns = [_name_sets(rules, part, branches if part == "branches" else None) for part in PARTS]
    for moment in ("placed", "starts"):
        judged = [rule.scope if rule.scope_moment == moment else None for rule in rules]
        columns += [_period_sets(judged, zone), _window_sets(judged, zone)]
    return list(zip(*columns, strict=True))


def _name_sets(rules: Sequence[Rule], part: str, known: frozenset[str] | None) -> list[int]:
    """Take names as points; where all of them are *known*, a scope without any admits just these."""
    listed = [getattr(rule.scope, part) for rule in rules]
    others: frozenset[Hashable] = frozenset([_OTHER, *(name for names in listed for name in names)])
    everything = others if known is None else known
    return _bits([frozenset(names) & everything if names else everything for names in listed])


def _period_sets(scopes: Sequence[Any], zone: tzinfo) -> list[int]:
    bounds = [scope.period.bounds(zone=zone) if scope and scope.period else (None, None) for scope in scopes]
    cuts = sorted({side for pair in bounds for side in pair if side is not None})
    # Stretch k lies before cut k; the last one lies after all cuts.
    ends = {cut: index for index, cut in enumerate(cuts, start=1)}
    return _bits([frozenset(range(ends.get(start, 0), ends.get(end, len(cuts) + 1))) for start, end in bounds])


def _window_sets(scopes: Sequence[Any], zone: tzinfo) -> list[int]:
    """Take windows as minutes of the week in their zone; another zone's are other minutes, but a whole week is all."""
    windows = [scope.windows if scope else () for scope in scopes]
    here = getattr(zone, "key", None)
    clocks = {window.zone or here for own in windows for window in own} or {here}
    cuts = sorted({0, WEEK, *(side for own in windows for w in own for pair in w.stretches for side in pair)})[:-1]
    weeks = [frozenset((clock, cut) for cut in cuts) for clock in clocks]
    everything = frozenset().union(*weeks)
    points = [frozenset(_window_points(own, cuts, here)) for own in windows]
    return _bits([everything if not found or any(week <= found for week in weeks) else found for found in points])


def _window_points(windows: Sequence[Any], cuts: Sequence[int], here: str | None) -> Iterator[Hashable]:
    for window in windows:
        for start, end in window.stretches:
            yield from ((window.zone or here, cut) for cut in cuts if start <= cut < end)


def _bits(sets: Sequence[frozenset[Any]]) -> list[int]:
    places = {point: 1 << index for index, point in enumerate(frozenset().union(*sets))}
    return [sum(places[point] for point in points) for points in sets]


def _touch(earlier: int, later: int, boxes_by_zone: Sequence[Sequence[Box]]) -> bool:
    return any(all(a & b for a, b in zip(boxes[earlier], boxes[later], strict=True)) for boxes in boxes_by_zone)


def _less(box: Box, other: Box) -> list[Box]:
    """Give what is left of *box* without *other*, as boxes that don't meet."""
    if not all(own & taken for own, taken in zip(box, other, strict=True)):
        return [box]
    rest = []
    inside = list(box)
    for index, (own, taken) in enumerate(zip(box, other, strict=True)):
        if own & ~taken:
            rest.append((*inside[:index], own & ~taken, *box[index + 1 :]))
        inside[index] = own & taken
    return rest
