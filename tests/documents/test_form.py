"""What every stored body has: a version, which is read up to the latest form and refused beyond it."""

from __future__ import annotations

import json

import pytest

from loyaltykit import StoreTooNew
from loyaltykit.documents.form import as_json, opened


def with_visits(raw):
    return {**raw, "v": 2, "visits": raw["visit"]}


def with_seen(raw):
    return {**raw, "v": 3, "seen": raw["visits"] + 1}


CHAIN = (with_visits, with_seen)


@pytest.mark.parametrize(
    ("body", "seen"), [({"v": 1, "visit": 3}, 4), ({"v": 2, "visits": 7}, 8), ({"v": 3, "seen": 9}, 9)]
)
def test_each_earlier_form_is_taken_through_the_upgrades_that_it_lacks(body, seen):
    """Those that it has are left out."""
    assert opened("member/m1", json.dumps(body), CHAIN)["seen"] == seen


@pytest.mark.parametrize(("version", "upgrades"), [(2, ()), (4, CHAIN), (99, CHAIN)])
def test_a_later_form_is_refused(version, upgrades):
    """It says what to do, and carries its figures."""
    with pytest.raises(StoreTooNew, match=f"m1 was written in form {version}.*upgrade loyaltykit here") as caught:
        opened("member/m1", json.dumps({"v": version}), upgrades)
    assert caught.value.key == "member/m1"


def test_bodies_have_no_blanks_and_keep_every_letter():
    """As short as JSON can be, and readable in a store."""
    assert as_json({"заказ": [1, None, "\"'/"]}) == '{"заказ":[1,null,"\\"\'/"]}'
