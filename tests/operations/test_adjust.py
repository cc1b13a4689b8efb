"""Adjust: points are given or taken by hand, with a description that the member sees (S6)."""

from __future__ import annotations

import pytest

from loyaltykit import Adjustment, InvalidValue, Loyalty, NaiveMoment, OperationMismatch, Points
from tests.operations.support import (
    AT,
    DAY,
    HOUR,
    balance,
    city,
    entries_of,
    everything,
    give,
    keys_of,
    ride,
    rub,
    statement,
)


def adjusted(loyalty, points, *, at=AT, name="a1", member="m1", **told):
    return loyalty.members.adjust(name, member, Points(points), at=at, **told)


def test_S6_points_are_given(life, repository):
    """To a member whom nobody has seen, too; they're booked as such."""
    loyalty = life()
    assert adjusted(loyalty, 50) == Adjustment("m1", Points(50), AT)
    assert balance(loyalty, AT) == Points(50)
    assert [(entry.account, entry.amount) for entry in entries_of(repository)] == [
        ('["city","member","m1"]', 50),
        ('["city","adjusted"]', -50),
    ]


def test_S6_points_are_taken(life):
    """Those that expire first."""
    loyalty = life(expiry={"after": "P5D"})
    give(loyalty, 30)
    give(loyalty, 30, at=AT + DAY, order="gift 2")
    assert adjusted(loyalty, -40, at=AT + DAY).points == Points(-40)
    view = loyalty.members.view("m1", at=AT + DAY)
    assert (view.balance, view.next_expiry.at) == (Points(20), AT.replace(day=16, hour=21))


@pytest.mark.parametrize(("there", "taken"), [(30, -30), (0, 0)])
def test_S6_no_more_are_taken_than_there_are(life, repository, there, taken):
    """With the reason; held ones aren't touched, and nothing is owed."""
    loyalty = life()
    give(loyalty, 100)
    loyalty.place(ride(), at=AT, redeem=Points(100 - there))
    done = adjusted(loyalty, -400)
    (reason,) = done.reasons
    assert (done.points, reason.code) == (Points(taken), "limited_by_balance")
    assert (reason.balance, reason.requested) == (Points(there), Points(400))
    view = loyalty.members.view("m1", at=AT)
    assert (view.balance, view.held, view.debt) == (Points(0), Points(100 - there), Points(0))
    assert len(entries_of(repository)) == (4 if there else 2)


def test_S6_where_nothing_is_taken_nothing_is_noted(life, repository):
    """An unknown member stays so, and no note is kept that no line of the statement would show; it's answered again."""
    loyalty = life()
    done = adjusted(loyalty, -5, description="for damage", operator="anna")
    assert (done.points, [reason.code for reason in done.reasons]) == (Points(0), ["limited_by_balance"])
    assert not [key for key in keys_of(repository) if '"member"' in key or '"note"' in key]
    give(loyalty, 30)
    assert adjusted(loyalty, -5, description="for damage", operator="anna") == done
    loyalty.place(ride(), at=AT, redeem=Points(30))
    adjusted(loyalty, -5, name="a2", description="for damage")
    assert not [key for key in keys_of(repository) if '"note"' in key]


def test_S6_what_is_given_pays_a_debt_first(life):
    """As awards do."""
    loyalty = life(cashback=[{"percent": 50, "scope": {"tariffs": ["good"]}}])
    loyalty.settle(ride("400", tariff="good"), at=AT)
    loyalty.settle(ride("200", id="o2"), at=AT, redeem="all")
    loyalty.refund("r1", "o1", at=AT)
    adjusted(loyalty, 250)
    view = loyalty.members.view("m1", at=AT)
    assert (view.balance, view.debt) == (Points(50), Points(0))


def test_G8_what_is_given_expires_as_if_it_was_awarded_then(life):
    """Under the program in force."""
    loyalty = life(expiry={"after": "P60D"})
    give(loyalty, 7)
    adjusted(loyalty, 50, at=AT + HOUR)
    assert loyalty.members.view("m1", at=AT + HOUR).next_expiry.points == Points(57)


def test_S6_the_description_stands_in_the_statement(life, repository):
    """The member sees it; entries don't hold it."""
    loyalty = life()
    give(loyalty, 7)
    adjusted(loyalty, 50, description="Извините за ожидание")
    adjusted(loyalty, -20, name="a2")
    lines = statement(loyalty, AT)
    assert {(line.kind, line.points.minor, line.description) for line in lines} == {
        ("issued", 7, None),
        ("adjusted", 50, "Извините за ожидание"),
        ("adjusted", -20, None),
    }
    assert not any("Извините" in entry.detail for entry in entries_of(repository))


def test_S6_descriptions_on_pages_of_any_size(life):
    """Each has its own."""
    loyalty = life()
    for number in range(7):
        adjusted(loyalty, 1, name=f"a{number}", at=AT + number * HOUR, description=f"note {number}")
    for limit in (1, 2, 7, 100):
        lines = statement(loyalty, AT + DAY, limit=limit)
        assert [line.description for line in lines] == [f"note {number}" for number in range(7)]


def test_S6_the_same_adjustment_of_two_members(life):
    """Adjustments are named within their member, and so are their notes."""
    loyalty = life()
    for member in ("m1", "m2"):
        adjusted(loyalty, 50, member=member, description=member)
    assert [statement(loyalty, AT, member=member)[0].description for member in ("m1", "m2")] == ["m1", "m2"]


def test_S6_a_description_is_erased_when_the_member_is_forgotten(life):
    """The line stays, since sums must stay true."""
    loyalty = life()
    adjusted(loyalty, 50, description="called on 555-0100")
    loyalty.members.forget("m1", at=AT)
    assert {(line.kind, line.points.minor, line.description) for line in statement(loyalty, AT)} == {
        ("adjusted", 50, None),
        ("forgotten", -50, None),
    }


@pytest.mark.parametrize("points", [50, -400])
def test_the_same_adjustment_twice(life, repository, points):
    """The first result again, reasons too, whatever happened since."""
    loyalty = life()
    give(loyalty, 30)
    first = adjusted(loyalty, points, description="x")
    give(loyalty, 1000, order="gift 2")
    before = everything(repository)
    assert adjusted(Loyalty(city(), repository), points, at=AT + DAY, description="x") == first
    assert everything(repository) == before


def test_points_of_digits(life):
    """200 is 200.00 there, and what has more digits is refused."""
    loyalty = life(digits=2)
    first = adjusted(loyalty, 50)
    assert loyalty.members.adjust("a1", "m1", Points("50.00", digits=2), at=AT) == first
    assert loyalty.members.adjust("a2", "m1", Points("0.01", digits=2), at=AT).points == Points("0.01", digits=2)
    with pytest.raises(InvalidValue):
        loyalty.members.adjust("a3", "m1", Points("0.001", digits=3), at=AT)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (InvalidValue, {"points": Points(0)}),
        (InvalidValue, {"points": 50}),
        (InvalidValue, {"points": rub(50)}),
        (InvalidValue, {"points": Points(10**15 + 1)}),
        (InvalidValue, {"points": Points(10**24)}),
        (InvalidValue, {"description": ""}),
        (InvalidValue, {"description": "x" * 1001}),
        (InvalidValue, {"description": "\ud800"}),
        (InvalidValue, {"description": 5}),
        (InvalidValue, {"description": ["a"]}),
        (InvalidValue, {"adjustment_id": ""}),
        (InvalidValue, {"member_id": "m" * 129}),
        (NaiveMoment, {"at": AT.replace(tzinfo=None)}),
    ],
)
def test_what_is_no_adjustment_is_refused(life, repository, error, told):
    """Bad input never leaves a trace in the store."""
    loyalty = life()
    give(loyalty, 30)
    before = everything(repository)
    with pytest.raises(error):
        loyalty.members.adjust(
            **{"adjustment_id": "a1", "member_id": "m1", "points": Points(50), "at": AT, "description": "x"} | told
        )
    assert everything(repository) == before


def test_S6_a_description_may_have_a_thousand_characters(life):
    """Of any script, with line breaks."""
    text = "я\n" * 500
    loyalty = life()
    adjusted(loyalty, 50, description=text)
    assert statement(loyalty, AT)[0].description == text


def test_G8_it_is_no_activity(life):
    """Points given by hand don't keep the others alive."""
    loyalty = life(expiry={"inactivity": "P10D"})
    give(loyalty, 30)
    adjusted(loyalty, 50, at=AT + 5 * DAY)
    assert balance(loyalty, AT + 11 * DAY) == Points(0)


def test_S6_the_operator_is_told_beside_the_description(life, repository):
    """In the statement, with or without a description; entries and receipts name nobody, and forgetting erases it."""
    loyalty = life()
    adjusted(loyalty, 50, description="Извините", operator="анна-7")
    adjusted(loyalty, 20, name="a2", operator="борис-8")
    adjusted(loyalty, 10, name="a3")
    told = {(line.points.minor, line.description, line.operator) for line in statement(loyalty, AT)}
    assert told == {(50, "Извините", "анна-7"), (20, None, "борис-8"), (10, None, None)}
    assert not any("анна" in entry.detail + entry.operation for entry in entries_of(repository))
    assert "анна" not in repository.receipt('["city","adjust","m1","a1"]').result
    loyalty.members.forget("m1", at=AT)
    assert {(line.description, line.operator) for line in statement(loyalty, AT)} == {(None, None)}


def test_S6_the_operator_is_part_of_what_is_asked(life):
    """The same call by somebody else is another call; one that names nobody is the call of before."""
    loyalty = life()
    first = adjusted(loyalty, 50, operator="анна-7")
    assert adjusted(loyalty, 50, operator="анна-7") == first
    with pytest.raises(OperationMismatch):
        adjusted(loyalty, 50, operator="борис-8")


def test_S6_an_operator_is_an_id(life, repository):
    """Anything else is refused before anything is written."""
    loyalty = life()
    before = everything(repository)
    with pytest.raises(InvalidValue, match="the id of an operator is text"):
        adjusted(loyalty, 50, operator="")
    assert everything(repository) == before
