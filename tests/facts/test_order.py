"""The order as the host tells it."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import attrs
import pytest

from loyaltykit import InvalidValue, Money, NaiveMoment, Order, Points

IDS = ("customer", "branch", "service", "tariff", "worker", "worker_tariff", "channel", "district")


def test_an_order_needs_only_its_id():
    """Everything else may be unknown, and is then None."""
    order = Order(id="o1")
    assert [getattr(order, name) for name in (*IDS, "price", "starts_at")] == [None] * 10


def test_an_order_keeps_what_it_is_told():
    """By keyword alone."""
    told = {name: f"{name} 1" for name in IDS} | {"id": "o1", "price": Money("412.00", "RUB")}
    order = Order(**told)
    assert {name: getattr(order, name) for name in told} == told
    with pytest.raises(TypeError):
        Order("o1")


@pytest.mark.parametrize("name", ["id", *IDS])
@pytest.mark.parametrize("value", ["", "x" * 129, "a\n", "\x00", "\ud800", 5, b"o1", ["o1"]])
def test_ids_are_text_of_1_to_128_characters(name, value):
    """Without control characters or lone surrogates; a number is no text."""
    with pytest.raises(InvalidValue, match=f"an order's {name} must be text of 1 to 128 characters") as caught:
        Order(**{"id": "o1", name: value})
    assert caught.value.value == value


def test_the_id_cant_be_left_out():
    """Nor be None."""
    with pytest.raises(InvalidValue, match="id is needed"):
        Order(id=None)
    with pytest.raises(TypeError):
        Order()


@pytest.mark.parametrize("price", [412, "412.00", Points(5), Money("-0.01", "RUB"), 0, False])
def test_a_price_is_money_not_below_zero(price):
    """A bare number has no currency; a free order costs 0.00."""
    with pytest.raises(InvalidValue, match="price is Money, never below zero") as caught:
        Order(id="o1", price=price)
    assert caught.value.value == price
    assert not Order(id="o1", price=Money(0, "RUB")).price


def test_S2_the_end_is_kept_in_utc():
    """As the start is; it needs a time zone."""
    moscow = datetime(2026, 3, 1, 15, tzinfo=ZoneInfo("Europe/Moscow"))
    assert Order(id="o1", ends_at=moscow) == Order(id="o1", ends_at=datetime(2026, 3, 1, 12, tzinfo=UTC))
    assert Order(id="o1").ends_at is None
    with pytest.raises(NaiveMoment, match="an order's ends_at has no time zone"):
        Order(id="o1", ends_at=datetime(2026, 3, 1))  # noqa: DTZ001 - that's what is refused


def test_the_start_is_kept_in_utc():
    """The same instant told in two zones is one order."""
    noon = datetime(2026, 3, 1, 12, tzinfo=ZoneInfo("Europe/Moscow"))
    order = Order(id="o1", starts_at=noon)
    assert order.starts_at.isoformat() == "2026-03-01T09:00:00+00:00"
    assert order == Order(id="o1", starts_at=noon.astimezone(UTC))


def test_a_start_that_names_no_instant_is_refused():
    """A naive datetime, a date, text, and a moment past the calendar."""
    with pytest.raises(NaiveMoment, match="an order's starts_at"):
        Order(id="o1", starts_at=datetime(2026, 3, 1))  # noqa: DTZ001
    for value in (date(2026, 3, 1), "2026-03-01T00:00Z"):
        with pytest.raises(InvalidValue, match="an order's starts_at must be a datetime"):
            Order(id="o1", starts_at=value)
    with pytest.raises(InvalidValue, match="edge of the calendar"):
        Order(id="o1", starts_at=datetime.max.replace(tzinfo=ZoneInfo("America/New_York")))


def test_an_order_is_a_value():
    """Frozen, hashable, equal after a pickle; a changed copy is another one, and checked."""
    order = Order(id="o1", price=Money(5, "RUB"), starts_at=datetime(2026, 3, 1, tzinfo=UTC))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        order.price = None
    for same in (pickle.loads(pickle.dumps(order)), copy.deepcopy(order)):  # noqa: S301
        assert same == order
        assert hash(same) == hash(order)
    assert attrs.evolve(order, channel="app") != order
    with pytest.raises(InvalidValue):
        attrs.evolve(order, channel="")


def test_Y4_a_sale_of_goods_is_no_visit():
    """An order is a visit unless it's told otherwise, by yes or no."""
    assert (Order(id="o1").visit, Order(id="o1", visit=False).visit) == (True, False)
    with pytest.raises(InvalidValue, match="an order's visit is True, or False for a sale of goods: not 0"):
        Order(id="o1", visit=0)
