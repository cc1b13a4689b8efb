"""What fuzzing has found, each as it was found, and what is said of it since."""

from __future__ import annotations

import pytest

from loyaltykit import InvalidValue, StoreTooNew
from loyaltykit.errors import RepositoryError
from loyaltykit.values.code import referral_link
from tests.fuzz.readers import BODIES, RESULTS

DAMAGED = {
    "null": "TypeError",
    "{": "JSONDecodeError",
    "[": "JSONDecodeError",
    "": "JSONDecodeError",
    '"v"': "TypeError",
    '{"as_of": [null], "\u202e": 1}': "KeyError",
    '{"v": "1"}': "TypeError",
    '{"v": 1': "JSONDecodeError",
    "[" * 100_000: "RecursionError",
    '{"v": ' + "9" * 5_000 + "}": "ValueError",
}


@pytest.mark.parametrize("kind", [*BODIES, *RESULTS])
@pytest.mark.parametrize("body", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_body_is_told_with_its_key(kind, body):
    """It was whatever Python's parser, or a list where a dict belongs, raised: no key, no word of what to do."""
    with pytest.raises(RepositoryError, match=rf"is damaged or none of ours \({DAMAGED[body]}\): restore it"):
        (BODIES | RESULTS)[kind](body)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (
            "promo-use",
            '{"v": 1, "as_of": 1772323200000000, "uses": 3, "units": 9007199254740993, "reserved": [[[[]]]]}',
        ),
        ("code", '{"v": 1, "promo": "summer", "batch": 1.5, "bound_to": "m1", "uses": 1, "reserved": "\\r\\n"}'),
        ("code", '{"v": 1, "promo": "summer", "uses": 1, "reserved": {"o5": [[]], "o6": [[1772323200000001, 5000]]}}'),
        ("card", '{"v": 1, "code": [null]}'),
    ],
)
def test_a_body_with_other_kinds_of_values_is_told_with_its_key(kind, body):
    """Cut, moved and doubled nodes of a real one."""
    with pytest.raises(RepositoryError, match="is damaged or none of ours"):
        BODIES[kind](body)


@pytest.mark.parametrize("kind", [*BODIES, *RESULTS])
def test_a_body_of_a_later_release_is_told_as_that(kind):
    """It isn't damaged: the library is to be upgraded."""
    with pytest.raises(StoreTooNew):
        (BODIES | RESULTS)[kind]('{"v": 2}')


@pytest.mark.parametrize("template", [0, None, True, []])
def test_a_link_is_text(template):
    """What isn't was a TypeError about iterating."""
    with pytest.raises(InvalidValue, match=r"a referral link has \{code\}"):
        referral_link(template, "D48M")
