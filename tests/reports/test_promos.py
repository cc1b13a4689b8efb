"""What promos came to (G10, B9): uses, discounts, points, turnover, what is left of budgets."""

from __future__ import annotations

from loyaltykit import Loyalty, Program
from tests.operations.support import AT, DAY, city, ride, rub
from tests.reports.support import figures, issued

SUMMER = {"name": "summer", "code": "SUMMER", "percent": "10", "budget": "100"}
GIFT = {"name": "present", "code": "GIFT", "points": 100}
NUMBERS = ("uses", "turnover", "discount", "points", "worker_points", "budget", "left")


def used(loyalty, name, code="SUMMER", *, price="400.00", at=AT, **facts):
    return loyalty.settle(ride(price, id=name, **facts), at=at, promo_code=code)


def told(loyalty, at=AT, **bounds):
    """Give the rows as plain figures, with the total behind them."""
    report = loyalty.reports.promos(at=at, **bounds)
    return [(row.promo, *figures(row, *NUMBERS)) for row in (*report.rows, report.total)]


def test_G10_what_each_promo_came_to(life):
    """In the order of the file; orders without a code are no part of it."""
    loyalty = life(promo=[SUMMER, GIFT])
    used(loyalty, "o1")
    used(loyalty, "o2", "GIFT")
    used(loyalty, "o3", "GIFT", customer="m2")
    loyalty.settle(ride(id="o4"), at=AT)
    assert told(loyalty) == [
        ("summer", "1", "360.00", "40.00", "0", "0", "100.00", "60.00"),
        ("present", "2", "800.00", "0.00", "200", "0", "None", "None"),
        (None, "3", "1160.00", "40.00", "200", "0", "None", "None"),
    ]


def test_G10_promos_that_nobody_used_are_rows_of_nothing(life):
    """And a program without promos has no rows."""
    assert told(life(promo=[GIFT]))[0] == ("present", "0", "0.00", "0.00", "0", "0", "None", "None")
    assert life().reports.promos(at=AT).rows == ()


def test_B9_what_orders_under_way_reserve_isnt_left(life):
    """But it's no use before they're completed; what has timed out is left again."""
    loyalty = life(promo=[SUMMER])
    loyalty.place(ride("400.00", id="o1"), at=AT, promo_code="SUMMER")
    assert told(loyalty)[0] == ("summer", "0", "0.00", "0.00", "0", "0", "100.00", "60.00")
    assert told(loyalty, AT + 8 * DAY)[0][-1] == "100.00"


def test_G10_a_cancelled_order_uses_nothing(life):
    """As if it had never been placed."""
    loyalty = life(promo=[SUMMER])
    loyalty.place(ride("400.00", id="o1"), at=AT, promo_code="SUMMER")
    loyalty.cancel("o1", at=AT)
    assert told(loyalty)[0] == ("summer", "0", "0.00", "0.00", "0", "0", "100.00", "100.00")


def test_G10_a_code_that_gives_nothing_at_completion_is_no_use(life):
    """The order costs nothing; a correction that has it give something makes it one."""
    loyalty = life(promo=[SUMMER])
    loyalty.place(ride("400.00"), at=AT, promo_code="SUMMER")
    loyalty.complete("o1", at=AT, price=rub("0.00"))
    assert told(loyalty)[0] == ("summer", "0", "0.00", "0.00", "0", "0", "100.00", "100.00")
    loyalty.correct("c1", "o1", at=AT, price=rub("300.00"))
    assert told(loyalty)[0] == ("summer", "1", "270.00", "30.00", "0", "0", "100.00", "70.00")


def test_G10_refunds_lower_all_but_uses_and_the_budget(life):
    """A use stays used up; half of the order is half of its discount."""
    loyalty = life(promo=[SUMMER, GIFT])
    used(loyalty, "o1")
    loyalty.refund("r1", "o1", at=AT, amount=rub("180.00"))
    assert told(loyalty)[0] == ("summer", "1", "180.00", "20.00", "0", "0", "100.00", "60.00")
    used(loyalty, "o2", "GIFT")
    loyalty.refund("r2", "o2", at=AT)
    assert told(loyalty)[1] == ("present", "1", "0.00", "0.00", "0", "0", "None", "None")


def test_G10_corrections_count_as_they_came_out(life):
    """380 and not 400."""
    loyalty = life(promo=[SUMMER])
    used(loyalty, "o1")
    loyalty.correct("c1", "o1", at=AT, price=rub("380.00"))
    assert told(loyalty)[0] == ("summer", "1", "342.00", "38.00", "0", "0", "100.00", "62.00")


def test_G10_points_are_those_that_were_booked(life, repository):
    """What was paid at placing counts, what a clawback forgives stays given."""
    loyalty = life(promo=[GIFT | {"credited": "placing"}], clawback="within_balance")
    loyalty.settle(ride("60.00", id="o1"), at=AT, promo_code="GIFT", redeem="all")
    loyalty.settle(ride("30.00", id="o2"), at=AT, redeem="all")
    loyalty.refund("r", "o1", at=AT)
    assert told(loyalty)[0][4] == str(issued(repository, "present")["m1"])
    assert told(loyalty)[0][4] == "30"


def test_G10_a_period_is_that_of_completion_but_budgets_are_as_they_stand(life):
    """Half-open."""
    loyalty = life(promo=[SUMMER])
    for day in range(2):
        used(loyalty, f"o{day}", at=AT + day * DAY)
    assert told(loyalty, AT + 9 * DAY, start=AT, end=AT + DAY)[0] == (
        *("summer", "1", "360.00", "40.00", "0", "0"),
        *("100.00", "20.00"),
    )


def test_G10_of_a_budget_what_is_stored_last_is_told(life):
    """An earlier moment leaves out orders, not what they took of it: nobody knows any more what it was then."""
    loyalty = life(promo=[SUMMER])
    used(loyalty, "o1", at=AT + DAY)
    assert told(loyalty, AT)[0] == ("summer", "0", "0.00", "0.00", "0", "0", "100.00", "60.00")


def test_G10_promos_of_earlier_revisions_stand_behind(repository):
    """By name, without a budget; in the file there's one that nobody used."""
    before = Loyalty(city(promo=[SUMMER, GIFT]), repository)
    used(before, "o1")
    used(before, "o2", "GIFT")
    later = Loyalty(city(promo=[SUMMER | {"name": "autumn", "code": "AUTUMN"}]), repository)
    assert [row[:3] for row in told(later)] == [
        ("autumn", "0", "0.00"),
        ("present", "1", "400.00"),
        ("summer", "1", "360.00"),
        (None, "2", "760.00"),
    ]
    assert told(later)[2][-2:] == ("None", "None")


def test_G10_points_have_the_program_s_digits(repository):
    """Two of them, here."""
    program = Program.from_dict(city(promo=[GIFT]).to_dict() | {"digits": 2, "point_value": "0.5"})
    loyalty = Loyalty(program, repository)
    used(loyalty, "o1", "GIFT")
    assert told(loyalty)[0][4] == "100.00"


def test_Y8_a_forgotten_customer_leaves_what_the_promo_gave(life):
    """The sums stay."""
    loyalty = life(promo=[GIFT])
    used(loyalty, "o1", "GIFT")
    loyalty.members.forget("m1", at=AT)
    assert told(loyalty)[0] == ("present", "1", "400.00", "0.00", "100", "0", "None", "None")
