"""What lies behind a member."""

from __future__ import annotations

import attrs
import pytest

from loyaltykit import History, InvalidValue


@pytest.mark.parametrize("channels", [{"app", "web"}, ["app", "web", "app"], frozenset({"web", "app"})])
def test_channels_become_a_frozen_set(channels):
    """However they're given, and how often."""
    assert History(channels=channels).channels == frozenset({"app", "web"})
    assert History(channels=channels) == History(channels=("web", "app"))


def test_one_channel_needs_no_list():
    """Text isn't taken for its letters."""
    assert History(channels="app").channels == frozenset({"app"})


def test_a_new_member_has_none_behind():
    """And a history doesn't change."""
    history = History()
    assert history.channels == frozenset()
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        history.channels = frozenset({"app"})


@pytest.mark.parametrize("channels", [5, None, {"app", 5}, [""], iter(("app",))])
def test_channels_are_names(channels):
    """Anything else is told, not taken apart."""
    with pytest.raises(InvalidValue, match="channels are names"):
        History(channels=channels)


def test_visits_count_completed_orders():
    """None for a new member; below zero, or what is no number, is told."""
    assert (History().visits, History(visits=3).visits) == (0, 3)
    for visits in (-1, True, "3"):
        with pytest.raises(InvalidValue, match="visits are a whole number"):
            History(visits=visits)
