"""
Whether a rule can ever answer: the first in the file whose scope matches does, so one that earlier ones cover can't.

Theory of operation. A scope is a box: for each dimension (branch, channel, …, instant, minute of the week) the set of
points that it admits. Dimensions without end are cut at every boundary that any scope names, with one more point for
"any other", so the sets are finite and the answer is exact. A rule is unreachable if its box, less the boxes of earlier
rules, is empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from loyaltykit.rules.scope import PARTS
from loyaltykit.settings.tables import Partial
from loyaltykit.values.week import WEEK

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence
    from datetime import tzinfo

    from loyaltykit.rules.scope import Rule
    from loyaltykit.settings.here import Here

    Box: TypeAlias = tuple[frozenset[Hashable], ...]

MAX_PIECES = 2_000
"""Pieces that a box may fall into before the question is given up and the rule taken as reachable."""

_OTHER = ("any other",)


def note_unreachable(rules: Sequence[Rule], zones: Sequence[tzinfo], here: Here) -> None:
    """
    Note at *here*, the list of *rules* of one kind, each rule that earlier ones cover in every one of *zones*.

    Zones are those that the program's orders may be judged in: local days end at other instants in each.
    """
    known = [(index, rule) for index, rule in enumerate(rules) if _is_told(rule)]
    boxes_by_zone = [_boxes([rule for _, rule in known], zone) for zone in zones] if len(known) > 1 else []
    for position, (index, _) in enumerate(known if boxes_by_zone else ()):
        if all(_is_covered(boxes[position], boxes[:position]) for boxes in boxes_by_zone):
            boxes = boxes_by_zone[0]
            touching = [known[k][0] for k in range(position) if _meet(boxes[k], boxes[position])]
            named = tuple(f"{here.path}[{k}]" for k in touching)
            here.item(index).problem("unreachable", rules=named)


def _is_told(rule: Any) -> bool:
    scope = getattr(rule, "scope", None)
    return scope is not None and not isinstance(scope, Partial) and hasattr(rule, "scope_moment")


def _boxes(rules: Sequence[Rule], zone: tzinfo) -> list[Box]:
    columns = [*(_name_sets(rules, part) for part in PARTS)]
    for moment in ("placed", "starts"):
        judged = [rule.scope if rule.scope_moment == moment else None for rule in rules]
        columns += [_period_sets(judged, zone), _window_sets(judged)]
    return list(zip(*columns, strict=True))


def _name_sets(rules: Sequence[Rule], part: str) -> list[frozenset[Hashable]]:
    listed = [getattr(rule.scope, part) for rule in rules]
    everything = frozenset([_OTHER, *(name for names in listed for name in names)])
    return [frozenset(names) or everything for names in listed]


def _period_sets(scopes: Sequence[Any], zone: tzinfo) -> list[frozenset[Hashable]]:
    bounds = [scope.period.bounds(zone=zone) if scope and scope.period else (None, None) for scope in scopes]
    cuts = sorted({side for pair in bounds for side in pair if side is not None})
    # Stretch k lies before cut k; the last one lies after all cuts.
    ends = {cut: index for index, cut in enumerate(cuts, start=1)}
    return [frozenset(range(ends.get(start, 0), ends.get(end, len(cuts) + 1))) for start, end in bounds]


def _window_sets(scopes: Sequence[Any]) -> list[frozenset[Hashable]]:
    """Take windows as minutes of the week in their own zone; a rule with windows covers none in another zone."""
    windows = [scope.windows if scope else () for scope in scopes]
    zones = {window.zone for own in windows for window in own} or {None}
    cuts = sorted({0, WEEK, *(side for own in windows for w in own for pair in w.stretches for side in pair)})
    everything = frozenset((zone, start) for zone in zones for start in cuts[:-1])
    return [frozenset(_window_points(own, cuts)) or everything for own in windows]


def _window_points(windows: Sequence[Any], cuts: Sequence[int]) -> Iterator[Hashable]:
    for window in windows:
        for start, end in window.stretches:
            yield from ((window.zone, cut) for cut in cuts if start <= cut < end)


def _meet(left: Box, right: Box) -> bool:
    return all(a & b for a, b in zip(left, right, strict=True))


def _is_covered(box: Box, earlier: Sequence[Box]) -> bool:
    pieces = [box]
    for other in earlier:
        pieces = [rest for piece in pieces for rest in _less(piece, other)]
        if len(pieces) > MAX_PIECES:
            return False
    return not pieces


def _less(box: Box, other: Box) -> list[Box]:
    """Give what is left of *box* without *other*, as boxes that don't meet."""
    if not _meet(box, other):
        return [box]
    rest = []
    inside = list(box)
    for index, (own, taken) in enumerate(zip(box, other, strict=True)):
        if own - taken:
            rest.append((*inside[:index], own - taken, *box[index + 1 :]))
        inside[index] = own & taken
    return rest
