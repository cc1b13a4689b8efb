"""The table of properties: each with its id, its level, what its store must claim, and the function that plays it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import evolve, frozen

from loyaltykit.testing.contract import (
    cancelling,
    crashing,
    holds,
    joining,
    lives,
    modelled,
    racing,
    sequential,
    spending,
)
from loyaltykit.testing.contract.factory import HOOKS, claims, hooks_of
from loyaltykit.testing.contract.forked import Processes, forks
from loyaltykit.testing.contract.playing import play
from loyaltykit.testing.contract.race import Threads
from loyaltykit.testing.contract.verdict import NotClaimed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.testing.contract.factory import Factory
    from loyaltykit.testing.contract.race import Among
    from loyaltykit.testing.contract.trial import Trial  # noqa: TC004 - as above

PROCESSES: Final = "processes"

KEPT: Final = ("durable", PROCESSES)
"""What a store must claim to be judged by others once a process is gone."""

RACED: Final = 2
"""The level of races among threads, or tasks."""


@frozen
class Property:
    """
    One property of a repository: its *id*, its *level*, and how it is *played*.

    It *needs* capabilities of the store, and *hooks* of the factory; what lacks one of them isn't claimed. One *among
    processes* is a race whose runners are processes.

    Examples:
        >>> PROPERTIES["P02"].name, PROPERTIES["P02"].level
        ('absent_is_version_zero', 1)
    """

    id: str
    level: int
    played: Callable[[Trial], None]
    needs: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    among_processes: bool = False

    @property
    def key(self) -> str:
        """What it's known by in the table: its id, and ``/processes`` behind it where it's one among them."""
        return f"{self.id}/{PROCESSES}" if self.among_processes else self.id

    @property
    def name(self) -> str:
        """The name of its function."""
        return self.played.__name__

    @property
    def test_name(self) -> str:
        """The name of its test."""
        return f"test_{self.id}_{self.name}" + (f"_among_{PROCESSES}" if self.among_processes else "")

    @property
    def says(self) -> str:
        """What it proves, in words."""
        words = (self.played.__doc__ or "").strip()
        return f"Among processes: {words[:1].lower()}{words[1:]}" if self.among_processes else words

    @property
    def among(self) -> Among:
        """Where the runners are, if it's a race."""
        return Processes() if self.among_processes else Threads()

    def lacking(self, factory: Factory) -> str | None:
        """
        Say what it needs that *factory* gives up, or doesn't have; None where it has everything.

        Examples:
            >>> from loyaltykit.testing.contract.factories import memory
            >>> PROPERTIES["P13"].lacking(memory()), PROPERTIES["P28"].lacking(memory())
            ('durable, which the store gives up', 'fault(kind), which the factory lacks')
        """
        claimed, offered = claims(factory), hooks_of(factory)
        words = getattr(factory, "words", {})
        if given_up := [words.get(each, each) for each in self.needs if each not in claimed]:
            return f"{' and '.join(given_up)}, which the store gives up"
        missing = [HOOKS[each] for each in self.hooks if each not in offered]
        if missing:
            return f"{' and '.join(missing)}, which the factory lacks"
        return "fork, which this system lacks" if self.among_processes and not forks() else None

    def play(self, factory: Factory, *, seed: int, marks: Sequence[str] = ()) -> str:
        """
        Play it on a fresh store of *factory*, from *seed*; a race in the order of *marks*, if there are any.

        Gives how far the order was kept, or what of it the factory couldn't show. Raises `Violated` where a promise
        isn't kept, `NotClaimed` where the store doesn't claim what it needs, and `Inconclusive` where the runners of a
        race never met, however often.
        """
        if lacking := self.lacking(factory):
            message = f"not claimed: {self.key} needs {lacking}"
            raise NotClaimed(message)
        return play(self, factory, seed=seed, marks=marks)


_ALL = (
    Property("P01", 1, sequential.round_trip_is_exact),
    Property("P02", 1, sequential.absent_is_version_zero),
    Property("P03", 1, sequential.stale_guard_changes_nothing),
    Property("P04", 1, sequential.one_bad_guard_rolls_back_all),
    Property("P05", 1, sequential.read_guards_advance),
    Property("P06", 1, sequential.creating_race_has_one_winner),
    Property("P07", 1, sequential.replay_gives_the_same_result),
    Property("P08", 1, sequential.replay_wins_over_stale_guards),
    Property("P09", 1, sequential.another_digest_is_a_mismatch),
    Property("P10", 1, sequential.refusal_stays),
    Property("P11", 1, sequential.entries_are_append_only),
    Property("P12", 1, sequential.load_is_fresh),
    Property("P13", 1, sequential.survives_reopening, needs=("durable",)),
    Property("P14", 1, lives.documents_agree_with_entries),
    Property("P15", 1, sequential.entries_total_zero_at_every_read),
    Property("P16", 1, holds.a_hold_ends_exactly_once),
    Property("P17", 1, modelled.every_operation_agrees_with_the_model),
    Property("P18", 2, racing.one_operation_applies_once, needs=("threads",)),
    Property("P19", 2, racing.transfers_keep_the_total, needs=("threads",)),
    Property("P20", 2, racing.limit_is_granted_exactly, needs=("threads",)),
    Property("P21", 2, spending.never_more_is_drained_than_there_was, needs=("threads",)),
    Property("P22", 2, racing.no_write_skew, needs=("threads",)),
    Property("P23", 2, spending.of_capture_release_and_expiry_one_wins, needs=("threads",)),
    Property("P24", 2, racing.opposed_key_orders_finish, needs=("threads",)),
    Property("P28", 1, sequential.trouble_is_told, hooks=("fault",)),
    Property(
        "P29",
        1,
        joining.a_hosts_transaction_decides,
        needs=("joins_transaction",),
        hooks=("transaction", "written"),
    ),
    Property("P30", 1, sequential.due_moments_are_kept_one_a_document),
)

PROPERTIES: Final = {each.id: each for each in _ALL}
"""Every property by its id."""

_CANCELLED = Property("P25", 2, cancelling.cancelled_commits_apply_once, needs=("threads",))

ASYNC_PROPERTIES: Final = {each.id: each for each in sorted((*_ALL, _CANCELLED), key=lambda each: each.id)}
"""Those of async stores: the same, and what cancelling does."""


def _among_processes(each: Property) -> Property:
    return evolve(each, level=3, needs=(PROCESSES,), among_processes=True)


AMONG_PROCESSES: Final = {each.id: _among_processes(each) for each in _ALL if each.level == RACED}
"""Level 3, by the same ids: the races of level 2, each of whose runners is a process."""

_KILLS = (
    Property("P26", 4, crashing.killed_clients_leave_nothing_in_part, needs=KEPT, hooks=("trace",)),
    Property(
        "P27",
        4,
        crashing.a_killed_server_keeps_what_it_acknowledged,
        needs=KEPT,
        hooks=("trace", "kill_server", "start_server"),
    ),
)

KILLED: Final = {each.id: each for each in _KILLS}
"""Level 4: clients, and their server, that are killed."""


def all_properties(*, awaited: bool) -> list[Property]:
    """
    Give every property of all levels, that of async stores where they're *awaited*, by key.

    Examples:
        >>> [each.key for each in all_properties(awaited=False) if each.id == "P18"]
        ['P18', 'P18/processes']
    """
    cancelled = [_CANCELLED, _among_processes(_CANCELLED)] if awaited else []
    table = [*_ALL, *AMONG_PROCESSES.values(), *_KILLS, *cancelled]
    return sorted(table, key=lambda each: each.key)
