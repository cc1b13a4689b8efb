"""Level 2: what several threads see that use one store at once, played with counters and accounts of the kit's own."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from loyaltykit.errors import VersionConflict
from loyaltykit.testing.contract.race import Race
from loyaltykit.testing.contract.trial import all_entries, booked, change_of, state_of
from loyaltykit.testing.contract.verdict import check, same

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.testing.contract.race import Runner
    from loyaltykit.testing.contract.trial import Trial

RUNNERS: Final = 6
ROUNDS: Final = 12
WIDE: Final = 60
"""Keys of a change that takes long enough to be met by another."""


def one_operation_applies_once(trial: Trial) -> None:
    """Of several that commit the same operation at once, one applies it and the others have its result (C5)."""
    race, keys = Race(trial, runners=RUNNERS), [f"key/{number}" for number in range(WIDE)]
    changes = [
        change_of(
            operation := f"earn {number}",
            guards=dict.fromkeys(keys, number),
            puts=dict.fromkeys(keys, str(number)),
            entries=booked(operation, *((key, 5) for key in keys)),
            result=f'"{number}"',
        )
        for number in range(ROUNDS)
    ]

    def run(runner: Runner) -> None:
        for change in changes:
            runner.meet()
            same(runner.commit(change).result, change.result, "the result that a runner was given")

    race.run(run)

    def judged() -> None:
        applied = Counter(call.operation for call in race.calls if call.outcome == "applied")
        same(applied, Counter(change.operation_id for change in changes), "the count of operations applied")
        same(trial.versions(*keys), dict.fromkeys(keys, ROUNDS), "the versions of the documents")
        same(len(all_entries(trial.store)), (WIDE + 1) * ROUNDS, "the number of entries")

    race.judge(judged)


def transfers_keep_the_total(trial: Trial) -> None:
    """Accounts that pay each other keep their total, none falls below zero, and each is the sum of its entries (C2)."""
    accounts, start = [f"account/{number}" for number in range(4)], 20
    for account in accounts:
        trial.commit(
            account, guards={account: 0}, puts={account: str(start)}, entries=booked(account, (account, start))
        )
    race = Race(trial, runners=RUNNERS)

    def run(runner: Runner) -> None:
        for number in range(ROUNDS):
            payer, payee = runner.random.sample(accounts, 2)
            operation = f"transfer {runner.number}/{number}"
            runner.decide(operation, payer, payee, by=_paid(operation, payer, payee, runner.random.randint(1, 15)))

    race.run(run)

    def judged() -> None:
        loaded, entries = trial.store.load(accounts), all_entries(trial.store)
        balances = {account: int(loaded[account].body or 0) for account in accounts}
        sums = Counter[str]()
        for entry in entries:
            sums[entry.account] += entry.amount
        same(sum(balances.values()), start * len(accounts), f"the total of {balances}")
        check(min(balances.values()) >= 0, f"an account is below zero: {balances}")
        same(
            balances, {account: sums[account] for account in accounts}, "what the accounts hold, beside their entries,"
        )

    race.judge(judged)


def _paid(operation: str, payer: str, payee: str, amount: int) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def by(bodies: dict[str, Any]) -> dict[str, Any]:
        if int(bodies[payer]) < amount:
            return {"result": '"not enough"'}
        puts = {payer: str(int(bodies[payer]) - amount), payee: str(int(bodies[payee]) + amount)}
        return {"puts": puts, "entries": booked(operation, (payer, -amount), (payee, amount))}

    return by


def limit_is_granted_exactly(trial: Trial) -> None:
    """A code with a limit, in all and per member, is granted exactly as often, however many ask at once (C2)."""
    race, limit, each, members = Race(trial, runners=RUNNERS), 17, 4, 5

    def run(runner: Runner) -> None:
        for number in range(ROUNDS):
            code, own = "code/SPRING", f"code/SPRING/m{number % members}"
            operation = f"use {runner.number}/{number} by m{number % members}"

            def by(bodies: dict[str, Any], code: str = code, own: str = own, use: str = operation) -> dict[str, Any]:
                used = {key: int(bodies[key] or 0) for key in (code, own)}
                if used[code] >= limit or used[own] >= each:
                    return {"result": '"refused"'}
                puts = {key: str(count + 1) for key, count in used.items()}
                return {"puts": puts, "entries": booked(use, (own, 1), unit="uses"), "result": '"granted"'}

            runner.decide(operation, code, own, by=by)

    race.run(run)

    def judged() -> None:
        granted = [
            call.operation for call in race.calls if call.outcome == "applied" and _granted(trial, call.operation)
        ]
        uses = Counter(operation.rpartition(" ")[2] for operation in granted)
        counted = trial.store.load(["code/SPRING"])["code/SPRING"].body
        same(len(granted), limit, f"the count of grants of {RUNNERS * ROUNDS} asked for")
        same(counted, str(limit), "the stored count")
        check(max(uses.values()) <= each, f"a member has more than {each} grants: {dict(uses)}")
        same(len(all_entries(trial.store)), 2 * limit, "the number of entries")

    race.judge(judged)


def _granted(trial: Trial, operation: str) -> bool:
    receipt = trial.store.receipt(operation)
    return receipt is not None and receipt.result == '"granted"'


def no_write_skew(trial: Trial) -> None:
    """Of two that each read what the other writes, both on what stood before, only one is let through (C3)."""
    keys = ("driver/a", "driver/b")
    there = [f"{key}/{number}" for key in keys for number in range(1, ROUNDS, 2)]
    trial.commit("come on duty", guards=dict.fromkeys(there, 0), puts=dict.fromkeys(there, '"on"'))
    race = Race(trial, runners=2)

    def run(runner: Runner) -> None:
        own = keys[runner.number]
        for number in range(ROUNDS):
            pair = {f"{key}/{number}": number % 2 for key in keys}  # every other one is there, at version 1
            runner.store.load(list(pair))
            runner.meet()  # both have seen the other on duty
            runner.pause()
            operation = f"{own} goes off duty/{number}"
            try:
                runner.commit(change_of(operation, guards=pair, puts={f"{own}/{number}": '"off"'}))
            except VersionConflict:
                continue

    race.run(run)

    def judged() -> None:
        state = state_of(trial.store)
        for number in range(ROUNDS):
            off = [key for key in keys if state.documents[f"{key}/{number}"].body == '"off"']
            same(len(off), 1, f"in round {number}, the count of drivers off duty, one of whom had to stay,")

    race.judge(judged)


def opposed_key_orders_finish(trial: Trial) -> None:
    """Runners that guard the same keys in opposed orders meet conflicts at most, and all come to an end (C2)."""
    race = Race(trial, runners=RUNNERS)
    keys = [f"key/{number}" for number in range(8)]

    def run(runner: Runner) -> None:
        order = keys[:: 1 if runner.number // 2 % 2 else -1]
        for number in range(ROUNDS):
            runner.decide(f"count {runner.number}/{number}", *order, by=_counted)

    race.run(run)

    def judged() -> None:
        loaded = trial.store.load(keys)
        wanted = dict.fromkeys(keys, str(RUNNERS * ROUNDS))
        same({key: loaded[key].body for key in keys}, wanted, "what was counted")

    race.judge(judged)


def _counted(bodies: dict[str, Any]) -> dict[str, Any]:
    return {"puts": {key: str(int(body or 0) + 1) for key, body in bodies.items()}}
