"""What a past order comes to, worked out by the calculators alone: no store, nothing spent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import frozen

from loyaltykit.facts.referrers import Referrers
from loyaltykit.operations.programs import Programs
from loyaltykit.replay.orders import NOTHING
from loyaltykit.replay.outcome import Outcome
from loyaltykit.waterfall.work_out import work_out

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.decision import Decision  # noqa: TC004 - attrs doesn't resolve annotations
    from loyaltykit.facts.order import Order
    from loyaltykit.program.program import Program
    from loyaltykit.program.revisions import Revisions
    from loyaltykit.replay.ladders import Ladders
    from loyaltykit.replay.members import Members
    from loyaltykit.replay.orders import Told
    from loyaltykit.waterfall.breakdown import Breakdown  # noqa: TC004


@frozen
class Worked:
    """
    What an order came to, under the *revision* that judged it; *asked* is what was decided when it was placed.

    Without a repository an order isn't placed first, and nothing but its *breakdown* was decided.
    """

    breakdown: Breakdown
    revision: str
    asked: tuple[Decision, ...] = ()

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """All that was decided, in its order."""
        return *self.asked, *self.breakdown.decisions


NOBODY: Final = Referrers()


def _referrers(order: Order, told: Told) -> Referrers:
    """Give who is *told* to have brought the two sides of *order*: nobody brings themselves."""
    return Referrers(
        customer=None if told.referrer == order.customer else told.referrer,
        worker=None if told.worker_referrer == order.worker else told.worker_referrer,
    )


class Calculators:
    """What works orders out one by one, with what *members* and *ladders* remember of those before."""

    def __init__(self, revisions: Revisions, members: Members, ladders: Ladders) -> None:
        self._programs = Programs(revisions)
        self._members = members
        self._ladders = ladders

    def work(self, program: Program, order: Order, at: datetime, told: Told) -> Worked | None:
        """
        Give what *order* comes to, placed *at* that moment under *program*; None for one that isn't completed.

        Of what was *told* beside it, the referrers count as they stand there: nobody keeps codes, uses and budgets.
        """
        if told.ending is not None:
            return None
        history = self._members.history_of(order.customer)
        referrers = NOBODY if told is NOTHING else _referrers(order, told)
        levels = self._ladders.levels_at(order.customer, at) if program.tier else {}
        breakdown = work_out(program, order, at=at, history=history, referrers=referrers, levels=levels)
        return Worked(breakdown, self._programs.revision_of(program))

    def outcome(self) -> Outcome:
        """Give nothing: what becomes of points, bonuses and budgets isn't known."""
        return Outcome()
