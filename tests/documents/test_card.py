"""Gift cards as stored: what this release writes, later ones read for good (S3)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import Currency, StoreTooNew
from loyaltykit.documents import card, order
from loyaltykit.documents.card import Card
from loyaltykit.documents.card_held import CardHeld, read_card, written_card
from loyaltykit.ledger.account import NEVER, Account, Hold
from tests.documents.card_samples import CARDS, ORDERS

SAMPLES = Path(__file__).parent / "samples"
RUB = Currency("RUB")


def sample(name):
    """Give the body that the sample called *name* holds."""
    return (SAMPLES / f"{name}.json").read_text("utf-8").removesuffix("\n")


@pytest.mark.parametrize("name", CARDS)
def test_S3_a_stored_card_is_read_and_written(name):
    """What isn't there is left out."""
    assert card.decode("card/c1", sample(name)) == CARDS[name]
    assert card.encode(CARDS[name]) == sample(name)


@pytest.mark.parametrize("name", ORDERS)
def test_S3_a_stored_order_keeps_its_card(name):
    """By the host's id: its code isn't there."""
    assert order.decode("order/o1", sample(name), RUB) == ORDERS[name]
    assert order.encode(ORDERS[name]) == sample(name)


def test_S3_a_stored_code_names_its_card():
    """And one that was never drawn names none."""
    assert card.decode_code("card_code/D48M", sample("card-code-v1")) == 'карта "1"'
    assert card.encode_code('карта "1"') == sample("card-code-v1")
    assert card.decode_code("card_code/D48M", None) is None
    assert card.decode("card/c1", None) is None


@pytest.mark.parametrize(
    ("name", "read"), [("card-v1-full", card.decode), ("card-code-v1", card.decode_code)], ids=["card", "code"]
)
def test_a_later_form_is_refused(name, read):
    """Better than to misread money."""
    with pytest.raises(StoreTooNew, match="form 2"):
        read("card/c1", sample(name).replace('"v":1', '"v":2', 1))


LOTS = st.lists(
    st.tuples(st.integers(0, NEVER), st.sampled_from([0, 1]), st.integers(1, 10**15)),
    max_size=3,
    unique_by=lambda a: a[:2],
).map(lambda lots: tuple(sorted(lots)))


@given(
    lots=LOTS,
    holds=st.dictionaries(st.text("abя", min_size=1), st.builds(Hold, st.integers(0, NEVER - 1), LOTS), max_size=2),
    owner=st.none() | st.text("m1я", min_size=1),
    frozen=st.booleans(),
    expires=st.integers(0, NEVER),
)
def test_S3_any_card_comes_back(lots, holds, owner, frozen, expires):
    """Whatever is held of it, and whoever owns it."""
    account = Account(as_of=3, lots=lots, holds=holds)
    stored = Card(code="D48M7K2PWXYZ2345", face=1, account=account, owner=owner, frozen=frozen, expires=expires)
    assert card.decode("card/c1", card.encode(stored)) == stored
    held = CardHeld("c1", 7, lots)
    assert read_card(written_card(held)) == held
    assert held.captured == account.balance
