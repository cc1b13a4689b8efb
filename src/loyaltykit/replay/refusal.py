"""Why a row of a file of past orders can't be worked through: stable codes with figures, and their English words."""

from __future__ import annotations

from loyaltykit.coded import Coded, Meaning

REFUSALS: dict[str, Meaning] = {
    # The row
    "broken_quotes": Meaning(("why", "until"), "its quotes can't be read, up to line {until}: {why}"),
    "field_too_long": Meaning(
        ("limit", "until"), "one of its fields, up to line {until}, is longer than {limit} characters"
    ),
    "row_too_long": Meaning(("limit",), "it's longer than {limit} characters"),
    "missing_fields": Meaning(("fields", "columns"), "it has {fields} fields where the header has {columns} columns"),
    "surplus_fields": Meaning(("columns", "value"), "it goes on after the header's {columns} columns: {value}"),
    # Its moments
    "no_moment": Meaning((), "the moment is empty"),
    "bad_moment": Meaning(("fact", "value", "form"), "{fact}: {value} is no moment written as {form}, of 1900 to 2999"),
    "no_offset": Meaning(("fact", "value"), "{fact}: {value} has no offset, and the columns file names no time_zone"),
    "before_first_revision": Meaning(("moment", "start"), "it was placed at {moment}; the program begins at {start}"),
    # Its price
    "no_price": Meaning((), "the price is empty"),
    "bad_price": Meaning(("value",), "the price, {value}, is no number such as 12.50"),
    "negative_price": Meaning(("value",), "the price, {value}, is below zero"),
    "surplus_decimals": Meaning(
        ("value", "digits"),
        "the price, {value}, has more than {digits} decimals, and the columns file names no rounding",
    ),
    "below_zero": Meaning(
        ("sum", "lines"), "its lines, {lines} in all, come to {sum}: what was taken back isn't there"
    ),
    # What became of it
    "unknown_status": Meaning(("value",), "its status, {value}, is none that the columns file names"),
    # Where it begins
    "bad_pickup": Meaning(("value",), "{value} is no place on Earth: longitude and latitude in degrees"),
    # Its names
    "no_id": Meaning((), "the id is empty"),
    "duplicate_order": Meaning(("id", "first"), "its order, {id}, stands on line {first} already"),
    "bad_id": Meaning(
        ("fact", "value"), "{fact}: {value} can't be an id: 1 to 128 characters of UTF-8, no control characters"
    ),
    # Its life over a repository
    "known_otherwise": Meaning(("id",), "the store has its order, {id}, with other facts or another redemption"),
    "not_bookable": Meaning(("why",), "it can't be booked: {why}"),
}
"""Every code with its figures and English words; the codes are stable."""


class Refusal(Coded):
    """
    Why a row is refused: a stable *code* with its figures, as attributes too.

    Examples:
        >>> from loyaltykit.replay import Refusal
        >>> refusal = Refusal("negative_price", value="-2.50")
        >>> refusal.code, refusal.value
        ('negative_price', '-2.50')
        >>> print(refusal)
        the price, -2.50, is below zero
    """

    __slots__ = ()

    table = REFUSALS
