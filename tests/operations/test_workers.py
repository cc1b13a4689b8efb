"""What workers see of their money: view, payout, statement; and what happens to it without them (G1, R11)."""

from __future__ import annotations

import pytest

from loyaltykit import InvalidValue, Loyalty, MixedUnits, Money, OperationMismatch, Points, Reason
from loyaltykit.operations.run_due import sweep_due
from tests.operations.support import AT, DAY, GIFT, HOUR, due_of, entries_of, everything, give, rub
from tests.operations.workers import DAILY, Shift

KEY = '["city","worker","w7"]'


@pytest.fixture
def shift(repository):
    return Shift(repository, DAILY)


@pytest.fixture
def loyalty(shift, repository):
    return Loyalty(shift.programs, repository)


def test_G1_a_worker_sees_how_far_they_are(shift, loyalty):
    """What is reached, what comes next, and until when."""
    shift.complete("a", AT)
    (first,) = loyalty.workers.view("w7", at=AT).bonuses
    assert (first.rule, first.start, first.end, first.orders) == ("daily", AT, AT + DAY, 1)
    assert (first.reached, first.next_orders, first.next_sum) == (None, 2, rub(100))
    for name in "bcd":
        shift.complete(name, AT)
    (last,) = loyalty.workers.view("w7", at=AT).bonuses
    assert (last.orders, last.reached, last.next_orders, last.next_sum) == (4, rub(250), None, None)


def test_G1_time_counts_by_itself_in_a_view(shift, loyalty, repository):
    """Swept or not: the balance has what was reached, and the next period runs."""
    for name in "ab":
        shift.complete(name, AT)
    before = everything(repository)
    seen = loyalty.workers.view("w7", at=AT + DAY)
    assert (seen.balance, seen.bonuses[0].start, seen.bonuses[0].orders) == (rub(100), AT + DAY, 0)
    assert everything(repository) == before


def test_G1_a_bonus_that_is_gone_is_no_progress(repository):
    """Its last period has been paid; there's none that runs."""
    shift = Shift(repository, DAILY, later=[("2026-03-10T18:00:00+03:00", {})])
    for name in "ab":
        shift.complete(name, AT)
    seen = Loyalty(shift.programs, repository).workers.view("w7", at=AT + DAY)
    assert (seen.balance, seen.bonuses) == (rub(100), ())


def test_a_worker_nobody_has_seen_has_nothing(loyalty):
    """And has reached nothing."""
    seen = loyalty.workers.view("w8", at=AT)
    assert (seen.balance, seen.bonuses, seen.worker, seen.at) == (rub(0), (), "w8", AT)


def test_a_period_that_outlasts_the_calendar_has_no_end(repository):
    """It's told as None."""
    shift = Shift(repository, DAILY | {"every": "P1Y"})
    shift.complete("a", AT.replace(year=9999))
    view = Loyalty(shift.programs, repository).workers.view("w7", at=AT.replace(year=9999))
    assert view.bonuses[0].end is None


def test_G1_a_sweep_pays_what_was_reached(shift, loyalty, repository):
    """Once, at the period's own end; before, and after, there's nothing to do."""
    for name in "ab":
        shift.complete(name, AT)
    assert loyalty.run_due(at=AT + DAY - HOUR).done == 0
    assert loyalty.run_due(at=AT + 3 * DAY).done == 1
    assert [(entry.at, entry.amount) for entry in entries_of(repository, KEY)] == [(AT + DAY, 10_000)]
    assert due_of(repository) == {}
    assert loyalty.run_due(at=AT + 3 * DAY).done == 0


def test_G1_a_sweep_that_comes_too_late_does_nothing(shift, loyalty, repository):
    """Somebody else has looked at the worker since the page was read."""
    for name in "ab":
        shift.complete(name, AT)
    loyalty.run_due(at=AT + DAY)
    before = everything(repository)
    shift.run(sweep_due, shift.programs, KEY, at=AT + DAY)
    assert everything(repository) == before


def test_members_and_workers_of_one_id_are_swept_both(repository):
    """Each under a receipt of its own."""
    shift = Shift(
        repository, later=[("2026-01-01", {"worker_bonus": [DAILY], "cashback": [GIFT], "expiry": {"after": "P1D"}})]
    )
    loyalty = Loyalty(shift.programs, repository)
    give(loyalty, 350, member="w7")
    for name in "ab":
        shift.complete(name, AT)
    assert loyalty.run_due(at=AT + 3 * DAY).done == 2
    assert loyalty.members.view("w7", at=AT + 3 * DAY).balance == Points(0)
    assert loyalty.workers.view("w7", at=AT + 3 * DAY).balance == rub(100)


def test_G1_a_payout_empties_the_account(shift, loyalty, repository):
    """What was reached by then is in it; the program's account has the other side."""
    for name in "ab":
        shift.complete(name, AT)
    shift.credit("o1", 5_050, AT)
    payout = loyalty.workers.pay_out("p1", "w7", at=AT + DAY)
    assert (payout.worker, payout.paid, payout.left, payout.at, payout.reasons) == (
        "w7",
        rub("150.50"),
        rub(0),
        AT + DAY,
        (),
    )
    assert loyalty.workers.view("w7", at=AT + DAY).balance == rub(0)
    assert [entry.amount for entry in entries_of(repository, '["city","payout"]')] == [15_050]


def test_a_part_may_be_paid_out(shift, loyalty):
    """The rest stays."""
    shift.credit("o1", 10_000, AT)
    payout = loyalty.workers.pay_out("p1", "w7", at=AT, amount=rub("30.25"))
    assert (payout.paid, payout.left) == (rub("30.25"), rub("69.75"))
    rest = loyalty.workers.pay_out("p2", "w7", at=AT, amount=rub("69.75"))
    assert (rest.paid, rest.left, rest.reasons) == (rub("69.75"), rub(0), ())


def test_more_than_there_is_isnt_paid_out_at_all(shift, loyalty, repository):
    """A reason, and no entry."""
    shift.credit("o1", 10_000, AT)
    before = entries_of(repository)
    payout = loyalty.workers.pay_out("p1", "w7", at=AT, amount=rub("100.01"))
    assert (payout.paid, payout.left) == (rub(0), rub(100))
    assert payout.reasons == (Reason("less_than_asked", balance=rub(100), asked=rub("100.01")),)
    assert entries_of(repository) == before


def test_nothing_and_less_isnt_paid_out(shift, loyalty, repository):
    """An empty account, and one from which more was taken back than was left."""
    assert [reason.code for reason in loyalty.workers.pay_out("p1", "w7", at=AT).reasons] == ["nothing_to_pay"]
    shift.credit("o1", 500, AT)
    loyalty.workers.pay_out("p3", "w7", at=AT)
    shift.credit("o1", 500, AT, back=True)
    payout = loyalty.workers.pay_out("p2", "w7", at=AT, amount=rub(1))
    assert (payout.paid, payout.left) == (rub(0), rub(-5))
    assert payout.reasons == (Reason("nothing_to_pay", balance=rub(-5)),)
    assert sorted(entry.amount for entry in entries_of(repository, KEY)) == [-500, -500, 500]


def test_B10_the_same_payout_again_is_paid_once(shift, loyalty):
    """It gives the first result, whatever came since; with another amount it's a mismatch."""
    shift.credit("o1", 10_000, AT)
    first = loyalty.workers.pay_out("p1", "w7", at=AT)
    shift.credit("o2", 10_000, AT)
    assert loyalty.workers.pay_out("p1", "w7", at=AT + HOUR) == first
    assert loyalty.workers.view("w7", at=AT + HOUR).balance == rub(100)
    refused = loyalty.workers.pay_out("p2", "w7", at=AT, amount=rub(500))
    assert loyalty.workers.pay_out("p2", "w7", at=AT, amount=rub(500)) == refused
    with pytest.raises(OperationMismatch) as caught:
        loyalty.workers.pay_out("p1", "w7", at=AT, amount=rub(1))
    assert caught.value.first == first


@pytest.mark.parametrize("wrong", [0, Money(0, "RUB"), Money(-1, "RUB"), Points(5)])
def test_a_payout_of_nothing_is_refused(loyalty, wrong):
    """The host has made a mistake."""
    with pytest.raises(InvalidValue):
        loyalty.workers.pay_out("p1", "w7", at=AT, amount=wrong)


def test_a_payout_in_another_currency_is_refused(loyalty):
    """A program has one."""
    with pytest.raises(MixedUnits):
        loyalty.workers.pay_out("p1", "w7", at=AT, amount=Money(1, "USD"))


def lines(loyalty, at, **page):
    return loyalty.workers.statement("w7", at=at, **page)


def test_R11_every_operation_on_the_money_is_listed(shift, loyalty):
    """By moment, with what it was for; what time has paid and nobody has booked comes last."""
    for name in "ab":
        shift.complete(name, AT)
    shift.credit("o1", 5_000, AT)
    loyalty.workers.pay_out("p1", "w7", at=AT + HOUR, amount=rub(20))
    told = [
        (line.at, line.kind, line.money, line.order, line.rule, line.payout, line.operation is None)
        for line in lines(loyalty, AT + DAY).lines
    ]
    assert told == [
        (AT, "surcharge", rub(50), "o1", "surcharge", None, False),
        (AT + HOUR, "payout", rub(-20), None, None, "p1", False),
        (AT + DAY, "worker_bonus", rub(100), None, "daily", None, True),
    ]
    assert sum([line.money.minor for line in lines(loyalty, AT + DAY).lines]) == 13_000
    assert all(line.revision for line in lines(loyalty, AT + DAY).lines)


def test_R11_what_time_has_paid_stands_by_its_moments(repository):
    """Whichever bonus it was: the longer period began first here, and ends last."""
    airport = DAILY | {"name": "airport", "every": "P7D", "scope": {"tariffs": ["airport"]}}
    shift = Shift(repository, airport, DAILY)
    for name in "ab":
        shift.complete(name, AT, tariff="airport")
    for name in "cd":
        shift.complete(name, AT)
    told = lines(Loyalty(shift.programs, repository), AT + 7 * DAY).lines
    assert [(line.at, line.rule) for line in told] == [(AT + DAY, "daily"), (AT + 7 * DAY, "airport")]


def test_R11_it_comes_in_pages_and_within_bounds(shift, loyalty):
    """As a member's statement of points does."""
    for name in "ab":
        shift.complete(name, AT)
    for hour in range(3):
        shift.credit(f"o{hour}", 100, AT + hour * HOUR)
    first = lines(loyalty, AT + DAY, limit=2)
    second = lines(loyalty, AT + DAY, limit=2, after=first.after)
    assert [line.order for line in first.lines + second.lines] == ["o0", "o1", "o2", None]
    assert second.after is None
    middle = lines(loyalty, AT + DAY, start=AT + HOUR, end=AT + 2 * HOUR).lines
    assert [line.order for line in middle] == ["o1"]


def test_R11_what_was_booked_in_between_is_a_conflict(shift, loyalty, repository, monkeypatch):
    """Else a line would be missing: the call is made again, and has it."""
    shift.credit("o1", 100, AT)
    real, calls = repository.entries, []

    def entries(**page):
        found = real(**page)
        if not calls:
            calls.append(1)
            shift.credit("o2", 100, AT)
        return found

    monkeypatch.setattr(repository, "entries", entries)
    assert [line.order for line in lines(loyalty, AT).lines] == ["o1", "o2"]


def test_Y8_a_forgotten_worker_has_nothing_and_totals_stay_true(shift, loyalty, repository):
    """The balance goes to the account of the forgotten; whoever comes back under the id begins anew."""
    for name in "ab":
        shift.complete(name, AT)
    shift.credit("o1", 500, AT)
    loyalty.members.forget("w7", at=AT + DAY)
    assert [entry.amount for entry in entries_of(repository, '["city","forgotten"]')] == [10_500]
    assert repository.load([KEY])[KEY].body is None
    assert due_of(repository) == {}
    assert loyalty.workers.view("w7", at=AT + DAY).balance == rub(0)
    loyalty.members.forget("w7", at=AT + DAY)
    _, counted = shift.complete("c", AT + DAY)
    assert counted.life == repository.load([KEY])[KEY].version - 1 > 0


def test_B2_of_a_forgotten_worker_nothing_is_taken_back(shift, loyalty, repository):
    """There's nobody whom it could be taken from."""
    shift.credit("o1", 500, AT)
    loyalty.members.forget("w7", at=AT)
    shift.credit("o1", 500, AT, back=True)
    assert loyalty.workers.view("w7", at=AT).balance == rub(0)
    assert [entry.amount for entry in entries_of(repository, KEY)] in ([500, -500], [-500, 500])


def test_forgetting_a_worker_who_has_nothing_books_nothing(shift, loyalty, repository):
    """An empty balance is nobody's."""
    shift.complete("a", AT)
    loyalty.members.forget("w7", at=AT)
    assert entries_of(repository) == []
