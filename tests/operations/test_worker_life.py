"""What an order's life brings its worker: surcharges, and steps towards a bonus (G1, G2, G3, G4, B2)."""

from __future__ import annotations

import pytest

from loyaltykit import Credit, Money
from tests.operations.support import AT, DAY, HOUR, codes, entries_of, everything, ride, rub
from tests.operations.workers import DAILY

KEY = '["city","worker","w7"]'
SURCHARGES = [
    {"name": "centre", "raise_to": "500", "scope": {"districts": ["76"], "worker_tariffs": ["comfort"]}},
    {"name": "comfort", "raise_to": "450", "scope": {"worker_tariffs": ["comfort"]}},
    {"name": "tenth", "percent": "10"},
]


@pytest.fixture
def loyalty(life):
    return life(surcharge=SURCHARGES, worker_bonus=[DAILY])


def worked(loyalty, name="o1", at=AT, **facts):
    """Settle a ride that w7 carried out."""
    return loyalty.settle(ride(**({"id": name, "worker": "w7", "worker_tariff": "comfort"} | facts)), at=at)


def balance(loyalty, at=AT, worker="w7"):
    return loyalty.workers.view(worker, at=at).balance


def progress(loyalty, at=AT, worker="w7"):
    return [each.orders for each in loyalty.workers.view(worker, at=at).bonuses]


def test_G2_G3_a_completed_order_credits_its_worker(loyalty, repository):
    """Raised to 450 and a tenth of the price; the customer is charged the price, and cashback is of that."""
    done = worked(loyalty)
    assert (done.price, done.due) == (rub("412.00"), rub("412.00"))
    credits_of = {decision.rule: decision.credits[0].money for decision in done.decisions if decision.credits}
    assert credits_of == {"comfort": rub("38.00"), "tenth": rub("41.20")}
    assert balance(loyalty) == rub("79.20")
    assert [entry.amount for entry in entries_of(repository, '["city","surcharge"]')] == [-3_800, -4_120]


def test_G4_the_pickup_points_district_decides(loyalty):
    """Else the worker tariff's general one; an order without either has the fixed kind alone."""
    assert worked(loyalty, "o1", district="76").decisions[-3].rule == "centre"
    assert worked(loyalty, "o2", district="77").decisions[-3].rule == "comfort"
    done = worked(loyalty, "o3", worker_tariff=None)
    assert [decision.rule for decision in done.decisions if decision.credits] == ["tenth"]


def test_G2_a_quote_shows_what_the_worker_would_get(loyalty, repository):
    """And changes nothing."""
    before = everything(repository)
    quoted = loyalty.quote(ride(worker="w7", worker_tariff="comfort"), at=AT)
    assert [each.money for decision in quoted.decisions for each in decision.credits] == [rub(38), rub("41.20")]
    assert everything(repository) == before


def test_G1_only_completed_orders_count(loyalty):
    """One that is placed, or cancelled, doesn't."""
    loyalty.place(ride(id="o1", worker="w7"), at=AT)
    loyalty.place(ride(id="o2", worker="w7"), at=AT)
    loyalty.cancel("o2", at=AT)
    assert progress(loyalty) == []
    done = loyalty.complete("o1", at=AT)
    assert progress(loyalty) == [1]
    assert done.decisions[-1].reasons[0].orders == 1


def test_G1_whoever_completes_it_counts(loyalty):
    """The worker of the final facts, not the one of the placing."""
    loyalty.place(ride(id="o1", worker="w7"), at=AT)
    loyalty.complete("o1", at=AT, worker="w8")
    assert (progress(loyalty), progress(loyalty, worker="w8")) == ([], [1])


def test_G1_the_same_completion_again_counts_once(loyalty):
    """A repeated webhook pays nobody twice."""
    first = worked(loyalty)
    assert worked(loyalty) == first
    assert (progress(loyalty), balance(loyalty)) == ([1], rub("79.20"))


def test_G1_the_bonus_is_paid_at_the_end_of_the_period(loyalty):
    """Besides the surcharges."""
    for name in ("o1", "o2"):
        worked(loyalty, name, worker_tariff=None, price=rub(100))
    assert balance(loyalty, AT + DAY - HOUR) == rub(20)
    assert balance(loyalty, AT + DAY) == rub(120)
    assert loyalty.run_due(at=AT + DAY).done == 1
    assert loyalty.workers.pay_out("p1", "w7", at=AT + DAY).paid == rub(120)


def test_G1_a_completion_that_is_told_late_counts_where_it_falls(loyalty):
    """The difference is in its own decision."""
    for name in ("o1", "o2"):
        worked(loyalty, name, worker_tariff=None)
    loyalty.place(ride(id="late", worker="w7"), at=AT)
    worked(loyalty, "o3", at=AT + DAY)
    done = loyalty.complete("late", at=AT + HOUR)
    assert done.decisions[-1].effects == (Credit("w7", rub(150)),)


def test_G1_an_order_without_a_worker_counts_for_nobody(loyalty):
    """The surcharges say why, and the order goes on."""
    done = worked(loyalty, worker=None)
    assert (done.status, codes(done).count("no_worker")) == ("completed", 2)


def test_B2_a_refund_leaves_the_worker_what_they_got(loyalty):
    """They did the work."""
    worked(loyalty)
    loyalty.refund("r1", "o1", at=AT)
    assert (balance(loyalty), progress(loyalty)) == (rub("79.20"), [1])


def test_B2_or_takes_it_back(life):
    """Where the program says so: in proportion, and the full refund counts the order no more."""
    loyalty = life(surcharge=SURCHARGES, worker_bonus=[DAILY], worker_on_refund="take_back")
    worked(loyalty)
    loyalty.refund("r1", "o1", at=AT, amount=rub(206))
    assert (balance(loyalty), progress(loyalty)) == (rub("39.60"), [1])
    loyalty.refund("r2", "o1", at=AT)
    assert (balance(loyalty), progress(loyalty)) == (rub(0), [0])


def test_B2_what_was_paid_out_is_owed_then(life):
    """The next credits pay it first."""
    loyalty = life(surcharge=SURCHARGES, worker_on_refund="take_back")
    worked(loyalty)
    loyalty.workers.pay_out("p1", "w7", at=AT)
    loyalty.refund("r1", "o1", at=AT)
    assert balance(loyalty) == rub("-79.20")
    worked(loyalty, "o2")
    assert balance(loyalty) == rub(0)


def test_B3_a_correction_posts_the_difference(loyalty, repository):
    """The fare was 380: raised by 70 and not by 38, and a tenth of it."""
    worked(loyalty)
    loyalty.correct("c1", "o1", at=AT, price=rub(380))
    assert (balance(loyalty), progress(loyalty)) == (rub(108), [1])
    assert sum([entry.amount for entry in entries_of(repository, KEY)]) == 10_800


def test_B3_a_correction_of_the_worker_moves_all_of_it(loyalty):
    """From one to the other, the count too."""
    worked(loyalty)
    loyalty.correct("c1", "o1", at=AT + HOUR, worker="w8")
    assert (balance(loyalty), progress(loyalty)) == (Money(0, "RUB"), [0])
    assert (balance(loyalty, AT + HOUR, "w8"), progress(loyalty, AT + HOUR, "w8")) == (rub("79.20"), [1])


def test_Y8_a_forgotten_worker_begins_anew(loyalty):
    """A refund of an order of before takes nothing from whoever comes back."""
    worked(loyalty)
    loyalty.members.forget("w7", at=AT)
    assert (balance(loyalty), progress(loyalty)) == (rub(0), [])
    worked(loyalty, "o2", at=AT + HOUR)
    assert (balance(loyalty, AT + HOUR), progress(loyalty, AT + HOUR)) == (rub("79.20"), [1])


@pytest.mark.parametrize("call", ["refund", "correct"])
def test_G2_whoever_was_forgotten_loses_nothing_by_an_order_of_before(life, call):
    """They come back under the same id: the old order brings them nothing, and takes nothing from them."""
    loyalty = life(surcharge=[{"sum": "50"}], worker_on_refund="take_back")
    loyalty.settle(ride(worker="w7"), at=AT)
    loyalty.members.forget("w7", at=AT)
    loyalty.settle(ride(id="o2", worker="w7"), at=AT)
    if call == "refund":
        loyalty.refund("r1", "o1", at=AT)
    else:
        loyalty.correct("c1", "o1", at=AT, worker="w8")
        assert loyalty.workers.view("w8", at=AT).balance == rub(50)
    assert loyalty.workers.view("w7", at=AT).balance == rub(50)


def test_G1_a_correction_of_the_tariff_counts_for_another_bonus(life):
    """The scope looks at what is told now."""
    rules = [
        {"name": name, "every": "P7D", "ladder": [{"orders": 1, "sum": "500"}], "scope": {"tariffs": [name]}}
        for name in ("eco", "vip")
    ]
    loyalty = life(worker_bonus=rules)
    loyalty.settle(ride(worker="w7", tariff="eco"), at=AT)
    loyalty.correct("c1", "o1", at=AT, tariff="vip")
    counts = {each.rule: each.orders for each in loyalty.workers.view("w7", at=AT).bonuses}
    assert counts == {"eco": 0, "vip": 1}


@pytest.mark.parametrize("facts", [{"tariff": "comfort"}, {"price": rub(90)}])
def test_G1_a_correction_that_doesnt_touch_the_bonus_leaves_it(life, facts):
    """The order was told late and counted in a later period, which has paid since."""
    rule = {"name": "b", "every": "P7D", "ladder": [{"orders": 2, "sum": "500"}]}
    loyalty = life(worker_bonus=[rule])
    for name, at in (("a", AT), ("b", AT + 15 * DAY), ("late", AT + DAY)):
        loyalty.settle(ride(id=name, worker="w7"), at=at)
    later = AT + 22 * DAY
    assert loyalty.workers.view("w7", at=later).balance == rub(500)
    loyalty.correct("c1", "late", at=later, **facts)
    assert loyalty.workers.view("w7", at=later).balance == rub(500)


def test_R11_a_payout_of_nothing_leaves_no_worker_behind(life, repository):
    """Somebody mistyped the id: the answer is kept, and nothing else."""
    loyalty = life(surcharge=[{"sum": "50"}])
    assert codes(loyalty.workers.pay_out("p1", "typo", at=AT)) == ["nothing_to_pay"]
    assert repository.load(['["city","worker","typo"]'])['["city","worker","typo"]'].version == 0


def test_G1_an_order_that_counts_nowhere_leaves_no_worker_behind(life, repository):
    """No bonus is for such orders."""
    rule = {"name": "b", "every": "P7D", "ladder": [{"orders": 1, "sum": "500"}], "scope": {"tariffs": ["vip"]}}
    loyalty = life(worker_bonus=[rule])
    loyalty.settle(ride(worker="w7"), at=AT)
    assert repository.load([KEY])[KEY].version == 0


def test_G3_a_refund_of_less_than_a_coins_part_takes_nothing_back_yet(life):
    """A hundredth of a rouble of 412.00 is no kopeck of the surcharge; the rest is taken by the full refund."""
    loyalty = life(surcharge=[{"sum": "50"}], worker_on_refund="take_back")
    loyalty.settle(ride(worker="w7"), at=AT)
    loyalty.refund("r1", "o1", at=AT, amount=rub("0.01"))
    assert loyalty.workers.view("w7", at=AT).balance == rub(50)
    loyalty.refund("r2", "o1", at=AT)
    assert loyalty.workers.view("w7", at=AT).balance == rub(0)


@pytest.mark.parametrize("late", [False, True])
def test_G1_what_is_closed_or_forgotten_is_not_counted_again(life, late):
    """The period is over for long, or the worker is somebody else by now."""
    rule = {"name": "b", "every": "P1D", "ladder": [{"orders": 1, "sum": "500"}], "scope": {"tariffs": ["eco"]}}
    loyalty = life(worker_bonus=[rule])
    loyalty.settle(ride(worker="w7", tariff="eco"), at=AT)
    if late:
        loyalty.settle(ride(id="o2", worker="w7", tariff="eco"), at=AT + 9 * DAY)
    else:
        loyalty.members.forget("w7", at=AT)
    before = loyalty.workers.view("w7", at=AT + 20 * DAY)
    loyalty.correct("c1", "o1", at=AT + 9 * DAY, tariff="vip")
    assert loyalty.workers.view("w7", at=AT + 20 * DAY) == before
