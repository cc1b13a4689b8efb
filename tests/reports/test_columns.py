"""Tables of a terminal."""

from __future__ import annotations

from loyaltykit.reports.columns import aligned


def test_names_stand_to_the_left_and_figures_to_the_right():
    """No line ends with blanks."""
    assert aligned(("who", "what", "orders"), [("m1", "a", "1,200"), ("m22", "bbbbb", "")], names=2) == [
        "who    what   orders",
        "  m1   a       1,200",
        "  m22  bbbbb",
    ]
