"""The page about replays: what it shows is what happens."""

from __future__ import annotations

import io
import re
import tomllib

import pytest

from loyaltykit import Points
from loyaltykit.replay import Columns, replay
from loyaltykit.replay.refusal import REFUSALS
from tests.replay.support import ROOT, revisions

PAGE = (ROOT / "docs" / "replay.md").read_text(encoding="utf-8")
ORDERS = b"lpep_pickup_datetime,Fare_amount\n2013-08-01 12:00:00,10.00\n2013-08-02 12:00:00,20.00\n"


@pytest.fixture
def columns():
    """Give the columns that the page shows."""
    (block,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    return Columns.from_dict(tomllib.loads(block))


def test_the_columns_of_the_page_earn_points(columns):
    """5 % of 10.00 and 20.00 at a cent a point, for one customer of all."""
    report = replay(io.BytesIO(ORDERS), columns=columns, revisions=revisions(cashback=[{"percent": 5}]))
    assert (report.total.orders, report.refused_count, report.why_not_more) == (2, 0, ())
    assert [(gain.member, gain.points) for gain in report.gained_most] == [("anyone", Points(150))]


def test_without_a_customer_nothing_is_earned(columns):
    """As the page says."""
    how = Columns(**{name: getattr(columns, name) for name in ("columns", "moments", "time_zone")})
    report = replay(io.BytesIO(ORDERS), columns=how, revisions=revisions(cashback=[{"percent": 5}]))
    assert report.total.points == Points(0)
    assert [(why.orders, why.first.code) for why in report.why_not_more] == [(2, "no_customer")]


def test_the_page_has_every_refusal():
    """The table is written from the code; the words of each tell all its figures."""
    assert "_generated/refusals.md" in PAGE
    for code, meaning in REFUSALS.items():
        assert set(re.findall(r"{(\w+)}", meaning.words)) == set(meaning.figures), code
