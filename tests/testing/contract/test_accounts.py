"""Members' accounts against their entries: each way in which they can disagree is told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from attrs import evolve

from loyaltykit import Loyalty, Money, Order, Points, Program
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.documents import card as card_document
from loyaltykit.documents.member import decode, encode
from loyaltykit.ledger.account import NEVER, Hold
from loyaltykit.testing.contract.accounts import check_accounts

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CITY = {"id": "city", "currency": "RUB", "point_value": "1", "time_zone": "UTC", "redemption": [{}]}
PROGRAM = Program.from_dict(CITY | {"cashback": [{"percent": "10"}]})
MEMBER = '["city","member","m1"]'


@pytest.fixture
def store():
    """Give a store in which m1 has 60 points and an order holds 40."""
    store = MemoryRepository()
    loyalty = Loyalty(PROGRAM, store)
    loyalty.settle(Order(id="o1", customer="m1", price=Money("1000", "RUB")), at=NOW)
    loyalty.place(Order(id="o2", customer="m1", price=Money("500", "RUB")), at=NOW, redeem=Points(40))
    return store


def with_account(store, **changes):
    """Change what the document says, and nothing else."""
    stored = store._documents[MEMBER]
    member = decode(MEMBER, stored.body)
    body = encode(evolve(member, account=evolve(member.account, **changes)))
    store._documents[MEMBER] = evolve(stored, body=body)


def test_accounts_that_agree_are_given_by_member(store):
    """With their lots, holds and debt."""
    accounts = check_accounts(store)
    assert {member: (each.balance, each.held, each.posted) for member, each in accounts.items()} == {
        "m1": (60, 40, 100)
    }


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"lots": ((NEVER, 0, 61),)}, r"^what documents say is posted is \{'m1': 101\}, not \{'m1': 100\}$"),
        ({"debt": 1}, "^what documents say is posted is"),
        ({"holds": {}}, "^what documents say is posted is"),
        ({"lots": ((NEVER, 0, 61),), "debt": 1, "holds": {"o2": Hold(NEVER, ((7, 0, -1), (NEVER, 0, 41)))}}, "above"),
        ({"lots": ((7, 0, 0), (NEVER, 0, 60))}, "^the lots of m1 aren't all above zero"),
        ({"lots": ((7, 0, 60),)}, "^m1 has, as of [0-9]+, points that expired at 7$"),
        ({"lots": ((NEVER, 0, 30), (7, 0, 30))}, "^the order of the lots of m1 is"),
        ({"lots": ((NEVER, 0, 30), (NEVER, 0, 30))}, "^the order of the lots of m1 is"),
        ({"lots": ((NEVER, 0, 50),), "debt": -10}, "^the debt of m1 is -10$"),
    ],
)
def test_a_document_that_disagrees_is_told(store, changes, told):
    """By what's wrong with it."""
    with_account(store, **changes)
    with pytest.raises(AssertionError, match=told):
        check_accounts(store)


def test_a_worker_whose_document_disagrees_is_told(store):
    """Money is judged as points are."""
    program = Program.from_dict(CITY | {"surcharge": [{"sum": 50}]})
    Loyalty(program, store).settle(Order(id="o3", worker="w7"), at=NOW)
    assert list(check_accounts(store)) == ["m1"]
    key = '["city","worker","w7"]'
    stored = store._documents[key]
    store._documents[key] = evolve(stored, body=stored.body.replace('"balance":5000', '"balance":5001'))
    with pytest.raises(
        AssertionError, match=r"^what documents say workers have is \{'w7': 5001\}, not \{'w7': 5000\}$"
    ):
        check_accounts(store)


def test_a_member_without_a_document_has_no_entries(store):
    """Whose document is gone, what's posted to them isn't known."""
    del store._documents[MEMBER]
    with pytest.raises(AssertionError, match=r"^what documents say is posted is "):
        check_accounts(store)


@pytest.mark.parametrize(
    ("lost", "told"), [(slice(1), "^what the entries of .* leave is"), (slice(2), "^what documents say is posted")]
)
def test_entries_that_are_lost_are_told(store, lost, told):
    """One of them unbalances its operation; a pair is missing from the sum."""
    del store._entries[lost]
    with pytest.raises(AssertionError, match=told):
        check_accounts(store)


def test_lines_that_are_lost_are_told(store):
    """Though both sides of a booking are, and the document knows nothing of it either."""
    store._entries[:] = [evolve(entry, line=entry.line + 2) for entry in store._entries]
    with pytest.raises(AssertionError, match=r"^the list of lines of "):
        check_accounts(store)


CARD = '["city","card","c1"]'


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"lots": ((NEVER, 0, 5_001),)},
            r"^what documents say is on gift cards is \{'c1': 5001\}, not \{'c1': 5000\}$",
        ),
        ({"lots": ()}, "^what documents say is on gift cards is"),
        ({"lots": ((7, 0, 0), (NEVER, 0, 5_000))}, "^the lots of c1 aren't all above zero"),
        (
            {"lots": (), "holds": {"o2": Hold(NEVER, ((NEVER, 0, 2_500), (7, 0, 2_500)))}},
            "^the order of what o2 holds of",
        ),
    ],
)
def test_S3_a_gift_card_that_disagrees_is_told(changes, told):
    """What's on it is what its entries come to."""
    store = MemoryRepository()
    Loyalty(PROGRAM, store).cards.issue("c1", at=NOW, face=Money(50, "RUB"))
    assert check_accounts(store) == {}
    stored = store._documents[CARD]
    card = card_document.decode(CARD, stored.body)
    body = card_document.encode(evolve(card, account=evolve(card.account, **changes)))
    store._documents[CARD] = evolve(stored, body=body)
    with pytest.raises(AssertionError, match=told):
        check_accounts(store)
