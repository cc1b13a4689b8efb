"""Statement: every operation on a balance can be listed (R11, S4, B8)."""

from __future__ import annotations

import pytest

from loyaltykit import InvalidValue, Points, StatementLine
from tests.operations.support import AT, DAY, HOUR, give, ride, statement

EXPIRING = {"cashback": [{"percent": 5}], "expiry": {"after": "P1D"}}


def lived(loyalty):
    """Have m1 earn 350, spend 200, hold 100 of the rest until they're back, and let what is left expire."""
    give(loyalty, 350)
    loyalty.settle(ride(), at=AT + HOUR, redeem=Points(200))
    loyalty.place(ride(id="o2"), at=AT + 2 * HOUR, redeem=Points(100))
    give(loyalty, 7, at=AT + DAY, order="gift 2")
    return loyalty


def said(lines):
    return [(line.kind, line.points.minor, line.order, line.rule) for line in lines]


def test_R11_every_line_says_what_for_and_under_which_revision(life):
    """B8: the revision is named on every entry."""
    loyalty = life(**EXPIRING)
    first = give(loyalty, 350)
    (line,) = statement(loyalty, AT)
    assert line == StatementLine(
        at=AT,
        kind="issued",
        points=Points(350),
        order="gift",
        rule="gift",
        revision=first.revision,
        operation='["city","settle","gift"]',
    )


def test_R11_a_hold_is_no_line_and_a_capture_is(life):
    """Points leave when they're spent."""
    loyalty = lived(life(**EXPIRING))
    assert said(statement(loyalty, AT + DAY)) == [
        ("issued", 350, "gift", "gift"),
        ("redeemed", -200, "o1", None),
        ("issued", 21, "o1", "cashback"),
        ("issued", 7, "gift 2", "gift"),
    ]


def test_R11_what_time_has_done_and_nobody_has_booked_ends_the_statement(life):
    """Its lines have no operation yet; once swept they have, and are the same otherwise."""
    loyalty = lived(life(**EXPIRING))
    late = AT + 2 * DAY
    unswept = statement(loyalty, late)
    assert said(unswept[4:]) == [("expired", -71, None, None)]
    assert [line.operation for line in unswept[4:]] == [None]
    loyalty.run_due(at=late)
    swept = statement(loyalty, late)
    assert said(swept) == said(unswept)
    assert [(line.at, line.revision) for line in swept] == [
        (line.at, line.revision or swept[0].revision) for line in unswept
    ]
    assert all(line.operation for line in swept)


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
@pytest.mark.parametrize("swept", [False, True])
def test_R11_pages_of_any_size_sum_up_to_what_is_posted(life, limit, swept):
    """Balance and held, less the debt, at any moment; unbooked lines included."""
    loyalty = lived(life(**EXPIRING))
    for days in (1, 2, 9, 30):
        at = AT + days * DAY
        if swept:
            loyalty.run_due(at=at)
        lines = statement(loyalty, at, limit=limit)
        view = loyalty.members.view("m1", at=at)
        assert sum(line.points.minor for line in lines) == (view.balance + view.held - view.debt).minor
        assert lines == statement(loyalty, at)
        assert [line.at for line in lines] == sorted(line.at for line in lines)


def test_R11_a_page_has_no_more_booked_lines_than_its_limit(life):
    """What isn't booked yet stands behind the last of them."""
    loyalty = life(expiry={"after": "P10D"})
    for day in range(5):
        give(loyalty, 10, at=AT + day * DAY, order=f"gift {day}")
    after, booked = None, []
    while True:
        page = loyalty.members.statement("m1", at=AT + 90 * DAY, after=after, limit=2)
        booked.append(sum(line.operation is not None for line in page.lines))
        if page.after is None:
            break
        after = page.after
    assert booked == [2, 2, 1]
    assert [str(line.points) for line in page.lines if line.operation is None] == ["-10"] * 5


def test_R11_a_statement_may_be_of_a_stretch_of_time(life):
    """From its start up to and without its end; what isn't booked yet is cut by the same bounds."""
    loyalty = lived(life(**EXPIRING))
    late = AT + 9 * DAY
    for swept in (False, True):
        if swept:
            loyalty.run_due(at=late)
        stretch = {"at": late, "start": AT + HOUR, "end": AT + DAY}
        assert said(loyalty.members.statement("m1", **stretch).lines) == [
            ("redeemed", -200, "o1", None),
            ("issued", 21, "o1", "cashback"),
        ]
        assert [line.kind for line in loyalty.members.statement("m1", at=late, start=AT + 2 * DAY).lines][:1] == [
            "expired"
        ]
        assert loyalty.members.statement("m1", at=late, start=late).lines == ()


def test_R11_a_member_sees_no_other_members_lines(life):
    """Nor those of the program's own accounts."""
    loyalty = lived(life(**EXPIRING))
    give(loyalty, 5, member="m2", order="other")
    assert said(statement(loyalty, AT, member="m2")) == [("issued", 5, "other", "gift")]
    assert statement(loyalty, AT, member="m3") == []


def test_a_page_that_cant_be_is_refused(life):
    """Sizes, cursors and ids."""
    members = life().members
    for wrong in ({"limit": 0}, {"limit": True}, {"after": "[1]"}, {"after": "x"}):
        with pytest.raises(InvalidValue):
            members.statement("m1", at=AT, **wrong)
    with pytest.raises(InvalidValue):
        members.statement("", at=AT)
