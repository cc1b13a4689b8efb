"""
English words that stand as figures in reasons and problems, so that translations can say them in their own.

Which words a figure may have goes by its name: a *role* is one of four, and a member called "worker" stays as they are.
"""

from __future__ import annotations

import re
from functools import lru_cache
from string import Formatter
from typing import TYPE_CHECKING, Final

from loyaltykit.program.program import RULES
from loyaltykit.rules.scope import PARTS

if TYPE_CHECKING:
    from collections.abc import Mapping

OTHERS: Final = ("category", "clawback", "codes", "expiry", "gift_card", "hold", "order", "program", "referral")
"""What answers beside the rules that a program lists by their kind."""

VOCABULARY: Final[dict[str, dict[str, str]]] = {
    "rule": {kind: kind for kind in (*RULES, *OTHERS)},
    "part": {part: part.replace("_", " ") for part in PARTS},
    "status": {status: status for status in ("quoted", "placed", "completed", "cancelled", "no_show", "refunded")},
    "role": {
        "customer": "customer",
        "customer_referrer": "customer's referrer",
        "worker": "worker",
        "worker_referrer": "worker's referrer",
        "two": "{role} and {role_too}",
    },
    "why": {
        "no_code": "a code is text, not {value}",
        "long_code": "a code has at most {most} characters: {value} has {count}",
        "empty_code": "a code has at least one letter or digit: there's none in {value}",
        "bad_character": "a code is made of letters, digits, #, _ and -: {char} in {value} is none of them",
        "period": "the period {value} ends before it starts, or as it does: swap its two sides",
        "edge": "{value} lies at the edge of the calendar: leave that side of the period open instead",
        "window": "a window from {start} to {end} has no length: start before 24:00 and end at another time",
        "byte": "byte {place} is {value}",
        "template": "a template is text of 1 to {most} characters that a store can hold: not {value}",
        "many_digits": "it holds a number of thousands of digits",
        "latitude": "and no latitude goes beyond 90",
        "within": "outside {box}, the box given as within",
        "brace": (
            "a brace in a template stands around a variable, such as {{points}}, or is doubled: not so in {value}; "
            "there are no formats, attributes or indexes"
        ),
    },
    "expected": {
        "list": "a list, each {expected}",
        "table": "a table with {keys}",
        "text": "text",
        "days_ahead": "how many days ahead it's told, such as 7",
        "template": "a text with variables, such as {{points}}",
        "promo_code": "a code, such as SUMMER, or another kind",
        "code": "a code, such as SUMMER",
        "flag": "true or false",
        "choice": "one of {choices}",
        "whole": "a whole number from {minimum} to {maximum}",
        "zone": "an IANA time zone, such as Europe/Moscow",
        "clock": 'a time of day, such as "22:30"',
        "day": "a date such as 2026-12-31, or a moment with its offset",
        "term_of_hours": "a term in ISO 8601, such as P6M, P30D or PT3H",
        "term": "a term in ISO 8601, such as P6M or P30D",
        "term_or_word": '{expected}, or "{word}"',
        "number": 'a number as text, such as "2.5"',
        "percent": 'a percent, such as 5 or "2.5"',
        "share": 'a percent from 0 to 100, such as 40 or "2.5"',
        "points": 'points, such as 50 or "0.5"',
        "money": 'money, such as 300 or "300.00"',
        "currency": "an ISO 4217 code, such as RUB",
        "bonus_name": "a name: where there are several, each counts orders under its own",
        "point": "a column: a point is two numbers",
    },
    "hint": {
        "near": "did you mean {value}?",
        "known": "use one of {values}",
        "capitals": "write its three capitals, such as RUB",
        "most_or_days": "write at most {most}, or days",
        "most_or_months": "write at most {most}, or months or years",
        "most": "write at most {most}",
        "or": "{value} or {value_too}",
    },
    "needs": {
        "referrer": "a referrer's share",
        "hours": "a period or windows",
        "giving_points": "a rule that gives points, such as [[cashback]]",
        "lapse": "a [[tier]] with lapse_after",
        "codes": "[codes], an [[invitation]] or a [[referral_split]]",
        "cards": "a [[gift_card]] with points_price",
        "kind": "kind to one of {kinds}",
        "dates": "after in days, months or years",
        "local_moments": "moments to a form without offsets",
        "or": "{value} or {value_too}",
    },
    "value": {
        "many_digits": "a number of many digits",
        "empty": "an empty {kind}",
        "object": "an object of the type {kind}",
    },
    "suffix": {"none": "a name without an ending"},
    "unit": {"day": "day", "week": "week", "month": "month"},
    "where": {
        "ring": "polygon {polygon}, ring {ring}",
        "polygon": "polygon {polygon}",
        "coordinates": "coordinates",
    },
    "what": {
        "features": "features",
        "values": "values",
        "points": "points",
        "crossings": "crossings of outlines",
        "meetings": "edges that meet",
        "pairs": "pairs that overlap",
        "to_mend": "{what} to mend",
    },
    "count": {"over": "over {limit}"},
    "parts": {"one": "1 part", "several": "{count} parts"},
    "reason": {
        "crossing": "Self-intersection[{place}]",
        "touching": "Ring Self-intersection[{place}]",
        "hole_outside": "Hole lies outside shell[{place}]",
        "nested_holes": "Holes are nested[{place}]",
        "nested_shells": "Nested shells[{place}]",
        "inside": "Interior is disconnected[{place}]",
        "few_points": "Too few points in geometry component[{place}]",
    },
    "read": {"no_code": "no part of a code"},
}
"""By the name of a figure, its words in English; what varies in them stands in braces. The first that fits is it."""

PHRASES: Final = {f"word.{name}.{key}": text for name, words in VOCABULARY.items() for key, text in words.items()}
"""The same by the keys that translations have."""


TOO: Final = "_too"
"""What the second figure of a name is called after."""


def phrase_in(name: str, text: str) -> tuple[str, Mapping[str, str]] | None:
    """
    Give the key of *text*, a figure called *name*, and what varies in it; None where it isn't in the vocabulary.

    Examples:
        >>> phrase_in("hint", "did you mean percent?")
        ('word.hint.near', {'value': 'percent'})
        >>> phrase_in("member", "worker") is None
        True
    """
    for key, pattern in _patterns(name):
        match = pattern.fullmatch(text)
        if match:
            return key, match.groupdict()
    return None


@lru_cache
def _patterns(name: str) -> list[tuple[str, re.Pattern[str]]]:
    own = name.removesuffix(TOO)
    return [(f"word.{own}.{key}", _pattern(text)) for key, text in VOCABULARY.get(own, {}).items()]


def _pattern(text: str) -> re.Pattern[str]:
    parts = Formatter().parse(text)
    literal = "".join([re.escape(before) + (f"(?P<{name}>.+?)" if name else "") for before, name, _, _ in parts])
    return re.compile(literal, re.DOTALL)
