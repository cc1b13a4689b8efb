"""The running sums of what orders cost: whole numbers of smallest units, by rule and by district."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final

from attrs import define

from loyaltykit.effects import Advance, Award, Credit, Discount, Share
from loyaltykit.program.program import RULES
from loyaltykit.replay.costs import Costs, DistrictSums, InvitationSums, PromoSums, RuleSums
from loyaltykit.values.money import Money
from loyaltykit.values.points import points_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from loyaltykit.decision import Decision
    from loyaltykit.facts.order import Order
    from loyaltykit.program.revisions import Revisions
    from loyaltykit.replay.outcome import Outcome
    from loyaltykit.values.points import Points
    from loyaltykit.waterfall.breakdown import Breakdown


@define
class Given:
    """
    What was given *times* in all, in smallest units: *points*, *credits* to workers, *discounts* off prices.

    Examples:
        >>> given = Given()
        >>> given.add(Given(1, 41)); given.add(Given(1, 5, 250))
        >>> given
        Given(times=2, points=46, credits=250, discounts=0)
    """

    times: int = 0
    points: int = 0
    credits: int = 0
    discounts: int = 0

    def add(self, more: Given) -> None:
        """Have it hold *more*."""
        self.times += more.times
        self.points += more.points
        self.credits += more.credits
        self.discounts += more.discounts


def _points(given: Given, award: Any, digits: int) -> None:
    given.points += award.points.with_digits(digits).minor


def _credits(given: Given, credit: Any, _digits: int) -> None:
    given.credits += credit.money.minor


def _discounts(given: Given, discount: Any, _digits: int) -> None:
    given.discounts += discount.money.minor


COUNTED: Final[dict[type, Callable[[Given, Any, int], None]]] = {
    Award: _points,
    Share: _points,
    Advance: _points,
    Credit: _credits,
    Discount: _discounts,
}
"""The effects that cost something, each with what counts it."""

BY_TIME: Final = "worker_bonus"
"""The kind of rules that pay by time: what they come to is counted where it's booked."""


class Spent:
    """What has been spent so far under *revisions*; districts have *names* by their ids."""

    def __init__(self, revisions: Revisions, names: Mapping[str, str]) -> None:
        self._worth = revisions.programs[0].worth
        self._names = names
        programs = revisions.programs
        self._rules_by_name: dict[str, tuple[str, Any]] = {
            rule.label: (kind, rule) for program in programs for kind in RULES for rule in getattr(program, kind)
        }
        self._by_rule: defaultdict[str, Given] = defaultdict(Given)
        self._uses: Counter[str] = Counter()
        self._by_district: defaultdict[str | None, Given] = defaultdict(Given)
        self._turnover: Counter[str | None] = Counter()

    def add(self, order: Order, breakdown: Breakdown) -> int:
        """Count what *order* brought by its *breakdown*; give the units of points among it."""
        brought = Given(times=1)
        for decision in breakdown.decisions:
            if decision.effects and self.kind_of(decision.rule) != BY_TIME:
                self._add(decision, brought)
        self._by_district[order.district].add(brought)
        self._turnover[order.district] += 0 if breakdown.charged is None else breakdown.charged.minor
        return brought.points

    def _add(self, decision: Decision, brought: Given) -> None:
        """Count what *decision* grants for its rule, and for what the order has *brought*."""
        counting = [(COUNTED[type(effect)], effect) for effect in decision.effects if type(effect) in COUNTED]
        if not counting:
            return
        rule = self._by_rule[decision.rule]
        self._uses[decision.rule] += 1
        rule.times += len(counting)
        for count, effect in counting:
            for given in (rule, brought):
                count(given, effect, self._worth.digits)

    def kind_of(self, rule: str) -> str:
        """Give the kind of the rule of that name; the name itself, where the program has none such."""
        return self._rules_by_name.get(rule, (rule, None))[0]

    def kinds_in(self, kinds: Iterable[str]) -> tuple[str, ...]:
        """Give those of *kinds* of which the program has rules."""
        there = {kind for kind, _ in self._rules_by_name.values()}
        return tuple([kind for kind in kinds if kind in there])

    def costs(self, outcome: Outcome) -> Costs:
        """Give what all of it came to."""
        given = Given()
        for each in self._by_rule.values():
            given.add(each)
        bonuses = sum([step.money.minor for step in outcome.steps])
        return Costs(
            self._worth.worth(self._points(given)), *map(self._money, (given.credits, bonuses, given.discounts))
        )

    def by_rule(self, outcome: Outcome) -> Iterator[RuleSums]:
        """Give what each rule gave, by name."""
        bonuses: defaultdict[str, Given] = defaultdict(Given)
        for step in outcome.steps:
            bonuses[step.rule].add(Given(step.times, 0, step.money.minor))
        for rule, given in sorted({**self._by_rule, **bonuses}.items()):
            points, money = self._points(given), self._money(given.credits + given.discounts)
            cost = money + self._worth.worth(points)
            yield RuleSums(rule, self.kind_of(rule), given.times, points, money, cost)

    def by_district(self) -> Iterator[DistrictSums]:
        """Give the sums of each district, by id; orders in none come first. Nothing where no order has any."""
        if set(self._by_district) <= {None}:
            return
        for district, given in sorted(self._by_district.items(), key=lambda item: item[0] or ""):
            name = None if district is None else self._names.get(district, district)
            turnover, credited, off = map(self._money, (self._turnover[district], given.credits, given.discounts))
            yield DistrictSums(district, name, given.times, turnover, self._points(given), credited, off)

    def promos(self, outcome: Outcome) -> Iterator[PromoSums]:
        """Give how the program's promos were used, in its order."""
        for name, promo in self._rules_of("promo"):
            given = self._by_rule.get(name, Given())
            off, left = self._money(given.discounts), outcome.left.get(name)
            yield PromoSums(name, self._uses[name], off, self._points(given), promo.budget, left)

    def invitations(self) -> Iterator[InvitationSums]:
        """Give what became of the program's invitations, in its order."""
        for name, _ in self._rules_of("invitation"):
            yield InvitationSums(name, self._uses[name], self._points(self._by_rule.get(name, Given())))

    def _rules_of(self, kind: str) -> Iterator[tuple[str, Any]]:
        return ((name, rule) for name, (its_kind, rule) in self._rules_by_name.items() if its_kind == kind)

    def _points(self, given: Given) -> Points:
        return points_of(given.points, self._worth.digits)

    def _money(self, minor: int) -> Money:
        return Money.from_minor(minor, self._worth.currency)
