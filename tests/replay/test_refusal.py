"""Why a row is refused."""

from __future__ import annotations

import copy
import pickle

from loyaltykit.replay import Refusal


def test_refusals_are_equal_by_code_and_figures():
    """As every coded answer is: what differs in either is another refusal."""
    refusal = Refusal("bad_price", value="1,5")
    assert refusal == Refusal("bad_price", value="1,5")
    assert refusal != Refusal("bad_price", value="2,5")
    assert Refusal("no_price") != Refusal("no_moment")
    assert len({refusal, Refusal("bad_price", value="1,5"), Refusal("bad_price", value="2,5")}) == 2


def test_refusals_can_be_pickled_and_copied():
    """A report with refused rows goes to another process."""
    refusal = Refusal("bad_price", value="1,5")
    assert pickle.loads(pickle.dumps(refusal)) == copy.deepcopy(refusal) == refusal  # noqa: S301 - our own
