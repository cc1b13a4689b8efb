"""The laws of reports (T7, G4, G10, G11, B10): whatever happens to orders, they agree with the entries to the unit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import Loyalty
from loyaltykit.adapters.memory import MemoryRepository
from tests.operations.support import AT, HOUR, city, entries_of, ride, rub
from tests.reports.support import issued, owner

RULES = {
    "invitation": [{"referee_points": 100, "referrer_points": 50}],
    "promo": [
        {"name": "summer", "code": "SUMMER", "percent": "10", "budget": "90"},
        {"name": "present", "code": "GIFT", "points": 33},
        {"name": "drivers", "kind": "worker", "points": 20, "worker_points": 7},
    ],
    "surcharge": [{"name": "centre", "raise_to": "250", "scope": {"districts": ["76"]}}, {"percent": "10"}],
}

ORDERS = st.lists(
    st.fixed_dictionaries(
        {
            "customer": st.sampled_from(["m1", "m2", "m3"]),
            "price": st.integers(0, 50_000),
            "district": st.sampled_from(["76", "12", None]),
            "worker": st.sampled_from(["w7", "w8", None]),
            "promo": st.sampled_from(["SUMMER", "GIFT", "worker", None]),
            "referral": st.booleans(),
            "redeem": st.sampled_from(["all", None]),
            "after": st.sampled_from(["nothing", "cancel", "part", "refund", "correct", "forget"]),
        }
    ),
    max_size=8,
)

PROGRAMS = st.fixed_dictionaries(
    {
        "clawback": st.sampled_from(["debt", "within_balance"]),
        "worker_on_refund": st.sampled_from(["keep", "take_back"]),
    }
)


def lived(orders, settings):
    """Have *orders* live, each an hour after the other, and give what's there."""
    repository = MemoryRepository()
    loyalty = Loyalty(city(**RULES, **settings), repository)
    loyalty.codes.issue("i", "m9", code="D48M", at=AT)
    (code,) = loyalty.codes.generate("b", "drivers", 1, at=AT, worker="w7")
    for number, told in enumerate(orders):
        live(loyalty, f"o{number}", told, code, AT + number * HOUR)
    return repository, loyalty, AT + len(orders) * HOUR


def live(loyalty, name, told, code, at):
    price = told["price"]
    facts = {fact: told[fact] for fact in ("customer", "district", "worker")}
    codes = {"promo_code": code if told["promo"] == "worker" else told["promo"]}
    codes["referral_code"] = "D48M" if told["referral"] else None
    loyalty.place(ride(f"{price / 100:.2f}", id=name, **facts), at=at, redeem=told["redeem"], **codes)
    if told["after"] == "cancel":
        loyalty.cancel(name, at=at)
        return
    loyalty.complete(name, at=at)
    if told["after"] == "part" and price:
        loyalty.refund("r1", name, at=at, amount=rub("0.77"))
    elif told["after"] == "refund":
        loyalty.refund("r1", name, at=at)
    elif told["after"] == "correct":
        loyalty.correct("c1", name, at=at, price=rub("123.45"), district="12", worker="w8")
    elif told["after"] == "forget":
        loyalty.members.forget(told["customer"], at=at)


def total(repository, *rules):
    return sum(issued(repository, *rules).values())


@given(ORDERS, PROGRAMS)
def test_B10_reports_agree_with_the_entries(orders, settings):
    """Points by rule and money by account, after any refunds, corrections, cancellations, and forgotten members."""
    repository, loyalty, at = lived(orders, settings)
    referrals, promos = loyalty.reports.referrals(at=at).total, loyalty.reports.promos(at=at).total
    assert referrals.referrer_points.minor + referrals.referee_points.minor == total(repository, "invitation")
    assert promos.points.minor + promos.worker_points.minor == total(repository, "summer", "present", "drivers")
    by_workers = loyalty.reports.worker_codes(at=at).total
    assert by_workers.points.minor + by_workers.worker_points.minor == total(repository, "drivers")
    own = [-entry.amount for entry in entries_of(repository) if owner(entry)[1] == "surcharge"]
    assert loyalty.reports.surcharges(at=at).total.money.minor == sum(own)


@given(ORDERS, PROGRAMS)
def test_B10_rows_come_to_the_total(orders, settings):
    """Of all sums, and the reports by code and by member come to the same."""
    _, loyalty, at = lived(orders, settings)
    referrals, invited = loyalty.reports.referrals(at=at), loyalty.reports.invited(at=at)
    for figure in ("turnover", "referrer_points", "referee_points", "orders"):
        for report in (referrals, invited):
            assert sum_of(report, figure) == getattr(report.total, figure) == getattr(referrals.total, figure)
    promos = loyalty.reports.promos(at=at)
    assert {sum_of(promos, figure) == getattr(promos.total, figure) for figure in ("uses", "discount", "points")} == {
        True
    }


def sum_of(report, figure):
    """Add up a column."""
    nothing = getattr(report.total, figure) * 0
    return sum([getattr(row, figure) for row in report.rows], start=nothing)


@given(ORDERS, PROGRAMS, st.integers(0, 8))
def test_B10_periods_that_follow_each_other_come_to_the_whole(orders, settings, cut):
    """Half-open, so no order is told twice or left out."""
    _, loyalty, at = lived(orders, settings)
    middle = AT + cut * HOUR
    first = loyalty.reports.promos(at=at, end=middle).total
    then = loyalty.reports.promos(at=at, start=middle).total
    whole = loyalty.reports.promos(at=at).total
    for figure in ("uses", "turnover", "discount", "points", "worker_points"):
        assert getattr(first, figure) + getattr(then, figure) == getattr(whole, figure)


@given(ORDERS, PROGRAMS)
def test_B10_refunding_all_of_it_leaves_no_turnover(orders, settings):
    """And no discount, and no orders."""
    _, loyalty, at = lived(orders, settings)
    for number in range(len(orders)):
        loyalty.refund("last", f"o{number}", at=at)
    for report in (loyalty.reports.referrals(at=at), loyalty.reports.promos(at=at)):
        assert report.total.turnover.minor == 0
    assert loyalty.reports.promos(at=at).total.discount.minor == 0
    assert loyalty.reports.referrals(at=at).total.orders == 0
